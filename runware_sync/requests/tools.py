"""Working on a picture: describing, cutting out, enlarging, making a guide image of it.

The older form of these requests is flat and has a task type of its own; the newer one has the media in `inputs` and the
tuning in `settings`. A field says in `current` where it stands in the newer form, if that is elsewhere.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from attrs import field, frozen

from runware_sync.media import ImageInput
from runware_sync.names import about
from runware_sync.requests.base import Delivery, Output
from runware_sync.requests.deferred import deferred
from runware_sync.requests.fitting import Model, Prompt
from runware_sync.requests.rules import Rule, at_most_one_of, exactly_one_of, not_twice, not_with, only_with

if TYPE_CHECKING:
    from runware_sync.requests.features import Safety
    from runware_sync.requests.places import (
        CaptionInputs,
        ImageOnlyInputs,
        MediaInputs,
        PreprocessSettings,
        ProviderSettings,
        RemoveBackgroundSettings,
        UpscaleSettings,
    )
    from runware_sync.results import GuideImage, Image, Text
else:
    GuideImage, Image, Text = deferred("GuideImage Image Text")
    CaptionInputs, ImageOnlyInputs, MediaInputs = deferred("CaptionInputs ImageOnlyInputs MediaInputs")
    PreprocessSettings, RemoveBackgroundSettings, UpscaleSettings = deferred(
        "PreprocessSettings RemoveBackgroundSettings UpscaleSettings"
    )
    ProviderSettings, Safety = deferred("ProviderSettings Safety")

__all__ = ["Caption", "ControlNetPreprocess", "RemoveBackground", "Upscale"]

PreProcessor = Literal[
    "canny",
    "depth",
    "mlsd",
    "normalbae",
    "openpose",
    "tile",
    "seg",
    "lineart",
    "lineart_anime",
    "shuffle",
    "scribble",
    "softedge",
]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Caption(Delivery[Text]):
    """Describe a picture in words.

    `str()` of the result is the description; it can be given as a prompt.
    """

    task_type: ClassVar[str] = "caption"
    flat_task_type: ClassVar[str | None] = "imageCaption"
    aliases: ClassVar[tuple[str, ...]] = ("imageToText",)
    result: ClassVar[str | None] = "Text"
    rules: ClassVar[tuple[Rule, ...]] = (
        exactly_one_of("input_image", "input_images", "inputs"),
        at_most_one_of("prompt", "template"),
    )

    input_image: ImageInput | None = field(
        default=None,
        kw_only=False,
        metadata=about("Picture to describe.", media="image", current="inputs.image"),
    )
    input_images: Sequence[ImageInput] | None = field(
        default=None, metadata=about("Several pictures to describe together.", media="image[]", current="inputs.images")
    )
    inputs: CaptionInputs | Mapping[str, Any] | None = field(
        default=None, metadata=about("What to describe, for models that want it in one place.")
    )
    model: Model | None = field(default=None, metadata=about("AIR identifier of the model."))
    prompt: Prompt | Sequence[Prompt] | None = field(default=None, metadata=about("What the description should tell."))
    template: str | None = field(default=None, metadata=about("Name of a ready-made instruction, instead of `prompt`."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class RemoveBackground(Output[Image]):
    """Cut the subject out of a picture."""

    task_type: ClassVar[str] = "removeBackground"
    flat_task_type: ClassVar[str | None] = "imageBackgroundRemoval"
    aliases: ClassVar[tuple[str, ...]] = ("removeImageBackground",)
    result: ClassVar[str | None] = "Image"
    rules: ClassVar[tuple[Rule, ...]] = (
        exactly_one_of("input_image", "inputs"),
        not_twice(
            "settings",
            "rgba",
            "post_process_mask",
            "return_only_mask",
            "alpha_matting",
            "alpha_matting_foreground_threshold",
            "alpha_matting_background_threshold",
            "alpha_matting_erode_size",
        ),
    )

    input_image: ImageInput | None = field(
        default=None,
        kw_only=False,
        metadata=about("Picture to work on.", media="image", current="inputs.image"),
    )
    model: Model | None = field(default=None, metadata=about("AIR identifier of the model."))
    rgba: Sequence[float] | None = field(
        default=None,
        metadata=about(
            "Colour put behind the subject: red, green, blue, alpha.",
            usual="0 to 255 each",
            default="`(255, 255, 255, 0)`",
            current="settings.rgba",
        ),
    )
    post_process_mask: bool | None = field(
        default=None, metadata=about("Whether the mask is cleaned up.", current="settings.postProcessMask")
    )
    return_only_mask: bool | None = field(
        default=None, metadata=about("Whether the mask is returned instead.", current="settings.returnOnlyMask")
    )
    alpha_matting: bool | None = field(
        default=None, metadata=about("Whether the subject's edges are refined.", current="settings.alphaMatting")
    )
    alpha_matting_foreground_threshold: int | None = field(
        default=None,
        metadata=about(
            "Value above which a pixel is subject.",
            least=1,
            most=255,
            default="240",
            current="settings.alphaMattingForegroundThreshold",
        ),
    )
    alpha_matting_background_threshold: int | None = field(
        default=None,
        metadata=about(
            "Value below which a pixel is background.",
            least=1,
            most=255,
            default="10",
            current="settings.alphaMattingBackgroundThreshold",
        ),
    )
    alpha_matting_erode_size: int | None = field(
        default=None,
        metadata=about(
            "Pixels taken off the edge before matting.",
            least=1,
            most=255,
            default="10",
            current="settings.alphaMattingErodeSize",
        ),
    )
    inputs: MediaInputs | Mapping[str, Any] | None = field(
        default=None, metadata=about("What to work on, for models that want it in one place.")
    )
    settings: RemoveBackgroundSettings | Mapping[str, Any] | None = field(
        default=None, metadata=about("How to cut out, in the place where newer models look for it.")
    )
    safety: Safety | Mapping[str, Any] | None = field(default=None, metadata=about("What is screened, and how."))
    provider_settings: ProviderSettings | Mapping[str, Any] | None = field(
        default=None, metadata=about("Options of the provider behind the model, under the provider's name.")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Upscale(Output[Image]):
    """Enlarge a picture."""

    task_type: ClassVar[str] = "upscale"
    flat_task_type: ClassVar[str | None] = "imageUpscale"
    aliases: ClassVar[tuple[str, ...]] = ("upscaleImage",)
    result: ClassVar[str | None] = "Image"
    rules: ClassVar[tuple[Rule, ...]] = (
        exactly_one_of("input_image", "inputs"),
        at_most_one_of("upscale_factor", "target_megapixels"),
    )

    input_image: ImageInput | None = field(
        default=None,
        kw_only=False,
        metadata=about("Picture to enlarge.", media="image", current="inputs.image"),
    )
    upscale_factor: float | None = field(
        default=None, metadata=about("Factor for both sides.", usual="2, 3 or 4; it depends on the model")
    )
    target_megapixels: int | None = field(
        default=None, metadata=about("Size to reach, instead of a factor.", usual="1 to 8")
    )
    model: Model | None = field(default=None, metadata=about("AIR identifier of the model."))
    inputs: MediaInputs | Mapping[str, Any] | None = field(
        default=None, metadata=about("What to enlarge, for models that want it in one place.")
    )
    settings: UpscaleSettings | Mapping[str, Any] | None = field(
        default=None, metadata=about("Values of the model's own.")
    )
    width: int | None = field(default=None, metadata=about("Width of a video in pixels."))
    height: int | None = field(default=None, metadata=about("Height of a video in pixels."))
    fps: float | None = field(default=None, metadata=about("Frames per second of a video.", usual="1 to 240"))
    safety: Safety | Mapping[str, Any] | None = field(default=None, metadata=about("What is screened, and how."))
    provider_settings: ProviderSettings | Mapping[str, Any] | None = field(
        default=None, metadata=about("Options of the provider behind the model, under the provider's name.")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ControlNetPreprocess(Output[GuideImage]):
    """Turn a picture into a guide image for a ControlNet."""

    task_type: ClassVar[str] = "controlNetPreprocess"
    flat_task_type: ClassVar[str | None] = "imageControlNetPreProcess"
    result: ClassVar[str | None] = "GuideImage"
    rules: ClassVar[tuple[Rule, ...]] = (
        exactly_one_of("input_image", "inputs"),
        not_with("inputs", "pre_processor_type", instead="the model decides"),
        not_with("settings", "pre_processor_type", instead="the model decides"),
        not_twice("settings", "low_threshold_canny", "high_threshold_canny", "include_hands_and_face_open_pose"),
        only_with(
            "pre_processor_type",
            "canny",
            "low_threshold_canny",
            "high_threshold_canny",
            unless=("inputs", "settings", "model"),
        ),
        only_with(
            "pre_processor_type",
            "openpose",
            "include_hands_and_face_open_pose",
            unless=("inputs", "settings", "model"),
        ),
    )

    input_image: ImageInput | None = field(
        default=None,
        kw_only=False,
        metadata=about("Picture to convert.", media="image", current="inputs.image"),
    )
    pre_processor_type: PreProcessor | str | None = field(
        default=None,
        metadata=about("Kind of guide image. With `inputs` or `settings` the model decides instead.", current=""),
    )
    width: int | None = field(default=None, metadata=about("Width in pixels.", usual="64 to 2048"))
    height: int | None = field(default=None, metadata=about("Height in pixels.", usual="64 to 2048"))
    low_threshold_canny: int | None = field(
        default=None,
        metadata=about("Lower threshold of `'canny'`.", usual="0 to 255", current="settings.lowThresholdCanny"),
    )
    high_threshold_canny: int | None = field(
        default=None,
        metadata=about("Upper threshold of `'canny'`.", usual="0 to 255", current="settings.highThresholdCanny"),
    )
    include_hands_and_face_open_pose: bool | None = field(
        default=None,
        metadata=about(
            "Whether `'openpose'` draws hands and faces.",
            default="`False`",
            current="settings.includeHandsAndFaceOpenPose",
        ),
    )
    model: Model | None = field(default=None, metadata=about("AIR identifier of the preprocessor."))
    inputs: ImageOnlyInputs | Mapping[str, Any] | None = field(
        default=None, metadata=about("What to convert, for models that want it in one place.")
    )
    settings: PreprocessSettings | Mapping[str, Any] | None = field(
        default=None, metadata=about("How to convert, in the place where newer models look for it.")
    )
