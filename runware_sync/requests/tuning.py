"""`settings` of an image model."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from attrs import field, frozen

from runware_sync.names import about
from runware_sync.requests.base import OpenShape
from runware_sync.requests.fitting import Prompt

__all__ = ["ImageSettings"]

Quality = Literal["low", "medium", "high"]
RenderingSpeed = Literal["TURBO", "DEFAULT", "QUALITY"]
Creativity = Literal["raw", "low", "medium", "high"]
Background = Literal["auto", "transparent", "opaque"]
BackgroundMode = Literal["original", "transparent", "solid"]
MagicPrompt = Literal["AUTO", "ON", "OFF"]
ThinkingLevel = Literal["low", "medium", "high", "xhigh"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ImageSettings(OpenShape):
    """Values of an image model's own; keys that are not known here travel untouched."""

    quality: Quality | str | None = field(default=None, metadata=about("Class of quality."))
    style: str | None = field(default=None, metadata=about("Ready-made look."))
    seed: int | None = field(default=None, metadata=about("Seed, for models that read it here."))
    true_cfg_scale: float | None = field(default=None, metadata=about("A second guidance scale."))
    turbo: bool | None = field(default=None, metadata=about("Whether the faster variant is used."))
    rendering_speed: RenderingSpeed | str | None = field(default=None, metadata=about("Class of speed."))
    creativity: Creativity | str | None = field(default=None, metadata=about("How free the model is."))
    layers: int | None = field(
        default=None, metadata=about("Number of layers to return.", usual="1 to 10", default="4")
    )
    sequential: bool | None = field(default=None, metadata=about("Whether the pictures form a series."))
    background: Background | str | None = field(default=None, metadata=about("What becomes of the background."))
    background_mode: BackgroundMode | str | None = field(
        default=None, metadata=about("Background of a picture in layers.")
    )
    background_color: str | None = field(default=None, metadata=about("Colour of the background."))
    color_palette: Sequence[Any] | None = field(default=None, metadata=about("Colours to favour, each with its share."))
    auto_crop: bool | None = field(default=None, metadata=about("Whether the picture is cropped to its content."))
    preserve_input_size: bool | None = field(
        default=None, metadata=about("Whether the size of the picture that goes in is kept.")
    )
    edit_regions: Sequence[Any] | None = field(
        default=None, metadata=about("Boxes to edit for each picture: left, upper, right and lower edge.")
    )
    dilate_pixels: int | None = field(
        default=None, metadata=about("Pixels by which the mask grows before erasing.", usual="0 to 100", default="10")
    )
    moodboards: Sequence[Any] | None = field(default=None, metadata=about("Mood boards, each with its strength."))
    magic_prompt: MagicPrompt | str | None = field(default=None, metadata=about("Whether the prompt is rewritten."))
    prompt_extend: bool | None = field(default=None, metadata=about("Whether the provider lengthens the prompt."))
    prompt_enhance: Mapping[str, Any] | None = field(
        default=None, metadata=about("How the prompt is enhanced: whether, temperature, cut-off.")
    )
    enhance_prompt: bool | None = field(default=None, metadata=about("Whether the provider improves the prompt."))
    structured_prompt: Mapping[str, Any] | None = field(
        default=None, metadata=about("The prompt in parts: description, style, composition.")
    )
    system_prompt: Prompt | None = field(default=None, metadata=about("Instruction for the stage that reads."))
    temperature: float | None = field(
        default=None, metadata=about("How varied that stage is.", usual="0 to 2", default="1")
    )
    top_p: float | None = field(
        default=None, metadata=about("Share of likely words that it chooses from.", usual="0 to 1", default="1")
    )
    thinking: bool | str | None = field(default=None, metadata=about("Whether the model reasons first, or how."))
    thinking_level: ThinkingLevel | str | None = field(default=None, metadata=about("How much it reasons."))
    search: bool | None = field(default=None, metadata=about("Whether the model may consult the web."))
    scoring_prompt: Prompt | None = field(default=None, metadata=about("Instruction by which candidates are rated."))
    scoring_rubric: Sequence[Any] | None = field(
        default=None, metadata=about("Criteria by which candidates are rated, with weights.")
    )
    copyright_detection: bool | None = field(
        default=None, metadata=about("Whether the result is screened for protected material.")
    )
