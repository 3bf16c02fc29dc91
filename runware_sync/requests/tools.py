"""Working on a picture: describing it, making a guide image of it.

The older form of these requests is flat and has a task type of its own; the newer one has the media in `inputs` and the
tuning in `settings`. A field says in `current` where it stands in the newer form, if that is elsewhere.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

from attrs import field, frozen

from runware_sync.media.given import ImageInput
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

__all__ = ["Caption", "ControlNetPreprocess"]

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


_FILM_WINDOW: Final = 1200.0


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Caption(Delivery[Text]):
    """Describe a picture or a film in words.

    `str()` of the result is the description; it can be given as a prompt. A film, in `inputs`, takes minutes: the
    service is asked until it is done.
    """

    task_type: ClassVar[str] = "caption"
    flat_task_type: ClassVar[str | None] = "imageCaption"
    aliases: ClassVar[tuple[str, ...]] = ("imageToText",)
    result: ClassVar[str | None] = "Text"
    film_window: ClassVar[float | None] = _FILM_WINDOW
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
