"""The places of the current schema: media in `inputs`, tuning in `settings`, a provider's own in `provider_settings`.

All of them are open: which keys count depends on the model, and those not known here travel untouched.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

from runware_sync.media.given import ImageInput
from runware_sync.names import about
from runware_sync.requests.base import OpenShape, Shape
from runware_sync.requests.fitting import Prompt

__all__ = [
    "CaptionInputs",
    "ImageInputs",
    "ImageOnlyInputs",
    "InputFont",
    "MediaInputs",
    "PreprocessSettings",
    "ProviderSettings",
    "ReferenceImage",
    "RemoveBackgroundSettings",
    "UpscaleSettings",
]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ReferenceImage(Shape):
    """A picture to draw on, and what it is for."""

    image: ImageInput = field(metadata=about("The picture.", media="image"))
    type: str | None = field(default=None, metadata=about("What it is for, such as `'sketch'`."))
    role: str | None = field(default=None, metadata=about("The part that it plays."))
    tag: str | None = field(default=None, metadata=about("Name by which the prompt can mention it."))
    strength: float | None = field(default=None, metadata=about("How much it counts.", usual="0 to 1"))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class InputFont(Shape):
    """A font for words in the picture."""

    url: str | None = field(default=None, metadata=about("Address of the font file."))
    text: Prompt | None = field(default=None, metadata=about("Words to be set in it."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ImageInputs(OpenShape):
    """Media of an image model."""

    seed_image: ImageInput | None = field(default=None, metadata=about("Picture to start from.", media="image"))
    mask_image: ImageInput | None = field(default=None, metadata=about("Area to be edited.", media="image"))
    mask: ImageInput | None = field(default=None, metadata=about("Older key of the area to be edited.", media="image"))
    image: ImageInput | None = field(default=None, metadata=about("A single picture.", media="image"))
    images: Sequence[ImageInput] | None = field(default=None, metadata=about("Several pictures.", media="image[]"))
    reference_images: Sequence[ImageInput | ReferenceImage | Mapping[str, Any]] | None = field(
        default=None, metadata=about("Pictures to draw on, plain or with what they are for.", media="image[]")
    )
    references: Sequence[ImageInput] | None = field(
        default=None, metadata=about("Deprecated: use `reference_images`.", media="image[]")
    )
    fonts: Sequence[InputFont | Mapping[str, Any]] | None = field(
        default=None, metadata=about("Fonts for words in the picture.")
    )
    super_resolution_references: Sequence[ImageInput] | None = field(
        default=None, metadata=about("References for super-resolution.", media="image[]")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class MediaInputs(OpenShape):
    """A picture or a video to work on."""

    image: ImageInput | None = field(default=None, metadata=about("Picture to work on.", media="image"))
    video: ImageInput | None = field(default=None, metadata=about("Video to work on.", media="video"))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class CaptionInputs(OpenShape):
    """What is to be described."""

    image: ImageInput | None = field(default=None, metadata=about("Picture to describe.", media="image"))
    images: Sequence[ImageInput] | None = field(
        default=None, metadata=about("Several pictures to describe.", media="image[]")
    )
    video: ImageInput | None = field(default=None, metadata=about("Video to describe.", media="video"))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ImageOnlyInputs(OpenShape):
    """A picture to work on."""

    image: ImageInput = field(metadata=about("Picture to work on.", media="image"))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class RemoveBackgroundSettings(OpenShape):
    """How the subject is cut out, by the RemBG model."""

    rgba: Sequence[float] | None = field(
        default=None, metadata=about("Colour put behind the subject: red, green, blue, alpha.", usual="0 to 255 each")
    )
    post_process_mask: bool | None = field(default=None, metadata=about("Whether the mask is cleaned up."))
    return_only_mask: bool | None = field(default=None, metadata=about("Whether the mask is returned instead."))
    alpha_matting: bool | None = field(default=None, metadata=about("Whether the subject's edges are refined."))
    alpha_matting_foreground_threshold: int | None = field(
        default=None, metadata=about("Value above which a pixel is subject.", least=1, most=255, default="240")
    )
    alpha_matting_background_threshold: int | None = field(
        default=None, metadata=about("Value below which a pixel is background.", least=1, most=255, default="10")
    )
    alpha_matting_erode_size: int | None = field(
        default=None, metadata=about("Pixels taken off the edge before matting.", least=1, most=255, default="10")
    )
    background_color: str | None = field(
        default=None,
        metadata=about("Background of a video by name, such as `'Transparent'`.", wire="background_color"),
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class UpscaleSettings(OpenShape):
    """How a picture is enlarged, by models that draw while they do."""

    steps: int | None = field(default=None, metadata=about("Denoising steps.", usual="1 to 100", default="20"))
    seed: int | None = field(default=None, metadata=about("Number that makes a run repeatable."))
    cfg_scale: float | None = field(
        default=None, metadata=about("How closely the prompt is followed.", usual="1 to 30", default="7")
    )
    positive_prompt: Prompt | None = field(default=None, metadata=about("What the picture shows."))
    negative_prompt: Prompt | None = field(default=None, metadata=about("What is to be kept out."))
    control_net_weight: float | None = field(
        default=None, metadata=about("How closely the structure is kept.", usual="0 to 1", default="0.5")
    )
    strength: float | None = field(default=None, metadata=about("How much may change.", usual="0 to 1", default="0.5"))
    scheduler: str | None = field(default=None, metadata=about("Sampling algorithm."))
    color_fix: bool | None = field(default=None, metadata=about("Whether the colours are matched to the original's."))
    tile_diffusion: bool | None = field(default=None, metadata=about("Whether the work is done tile by tile."))
    clip_skip: int | None = field(default=None, metadata=about("CLIP layers to leave out.", usual="0 to 2"))
    enhance_details: bool | None = field(default=None, metadata=about("Whether finer detail is invented."))
    realism: bool | None = field(default=None, metadata=about("Whether a realistic look is favoured."))
    color_correction: bool | None = field(default=None, metadata=about("Whether the colours are corrected."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class PreprocessSettings(OpenShape):
    """How a guide image is made."""

    low_threshold_canny: int | None = field(
        default=None, metadata=about("Lower threshold of a Canny model.", usual="0 to 255", default="100")
    )
    high_threshold_canny: int | None = field(
        default=None, metadata=about("Upper threshold of a Canny model.", usual="0 to 255", default="200")
    )
    include_hands_and_face_open_pose: bool | None = field(
        default=None, metadata=about("Whether an OpenPose model draws hands and faces.")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ProviderSettings(OpenShape):
    """Options that only the provider behind a model reads, each set under the provider's name.

    Their keys are the API's own, and travel untouched.
    """

    bfl: Mapping[str, Any] | None = field(default=None, metadata=about("For models of Black Forest Labs."))
    openai: Mapping[str, Any] | None = field(default=None, metadata=about("For models of OpenAI."))
    bria: Mapping[str, Any] | None = field(default=None, metadata=about("For models of Bria."))
    ideogram: Mapping[str, Any] | None = field(default=None, metadata=about("For models of Ideogram."))
    bytedance: Mapping[str, Any] | None = field(default=None, metadata=about("For models of ByteDance."))
    google: Mapping[str, Any] | None = field(default=None, metadata=about("For models of Google."))
    klingai: Mapping[str, Any] | None = field(default=None, metadata=about("For models of KlingAI."))
    minimax: Mapping[str, Any] | None = field(default=None, metadata=about("For models of MiniMax."))
    pixverse: Mapping[str, Any] | None = field(default=None, metadata=about("For models of PixVerse."))
    vidu: Mapping[str, Any] | None = field(default=None, metadata=about("For models of Vidu."))
    runway: Mapping[str, Any] | None = field(default=None, metadata=about("For models of Runway."))
    lightricks: Mapping[str, Any] | None = field(default=None, metadata=about("For models of Lightricks."))
    lumaai: Mapping[str, Any] | None = field(default=None, metadata=about("For models of Luma."))
    sync: Mapping[str, Any] | None = field(default=None, metadata=about("For models of Sync."))
    midjourney: Mapping[str, Any] | None = field(default=None, metadata=about("For models of Midjourney."))
    alibaba: Mapping[str, Any] | None = field(default=None, metadata=about("For models of Alibaba."))
    sourceful: Mapping[str, Any] | None = field(default=None, metadata=about("For models of Sourceful."))
    recraft: Mapping[str, Any] | None = field(default=None, metadata=about("For models of Recraft."))
    elevenlabs: Mapping[str, Any] | None = field(default=None, metadata=about("For models of ElevenLabs."))
    mirelo: Mapping[str, Any] | None = field(default=None, metadata=about("For models of Mirelo."))
