"""Finding things in a picture."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen

from runware_sync.media.given import ImageInput
from runware_sync.names import about
from runware_sync.requests.base import OpenShape, Output
from runware_sync.requests.deferred import deferred
from runware_sync.requests.fitting import Model
from runware_sync.requests.rules import Rule, exactly_one_of, not_twice

if TYPE_CHECKING:
    from runware_sync.requests.places import ImageOnlyInputs
    from runware_sync.results import Mask
else:
    (ImageOnlyInputs,) = deferred("ImageOnlyInputs")
    (Mask,) = deferred("Mask")

__all__ = ["ImageMasking", "MaskingSettings"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class MaskingSettings(OpenShape):
    """How things are found and masked, in the place where newer models look for it."""

    confidence: float | None = field(
        default=None, metadata=about("Least certainty that a find needs.", usual="0 to 1", default="0.25")
    )
    max_detections: int | None = field(
        default=None, metadata=about("Largest number of finds.", usual="1 to 20", default="6")
    )
    mask_padding: int | None = field(
        default=None,
        metadata=about("Pixels by which the mask grows, or shrinks if negative.", usual="-40 to 40", default="4"),
    )
    mask_blur: int | None = field(
        default=None, metadata=about("Pixels over which the mask's edge is softened.", usual="0 to 20", default="4")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ImageMasking(Output[Mask]):
    """Find faces, hands or people in a picture, and make a mask of them.

    The result can be given as `mask_image`.
    """

    task_type: ClassVar[str] = "imageMasking"
    flat_task_type: ClassVar[str | None] = "imageMasking"
    result: ClassVar[str | None] = "Mask"
    rules: ClassVar[tuple[Rule, ...]] = (
        exactly_one_of("input_image", "inputs"),
        not_twice("settings", "confidence", "max_detections", "mask_padding", "mask_blur"),
    )

    model: Model = field(
        metadata=about("AIR identifier of the detector, which decides what is looked for, such as `'runware:35@1'`.")
    )
    input_image: ImageInput | None = field(
        default=None, kw_only=False, metadata=about("Picture to search.", media="image", current="inputs.image")
    )
    inputs: ImageOnlyInputs | Mapping[str, Any] | None = field(
        default=None, metadata=about("What to search, for models that want it in one place.")
    )
    confidence: float | None = field(
        default=None,
        metadata=about(
            "Least certainty that a find needs.", usual="0 to 1", default="0.25", current="settings.confidence"
        ),
    )
    max_detections: int | None = field(
        default=None,
        metadata=about("Largest number of finds.", usual="1 to 20", default="6", current="settings.maxDetections"),
    )
    mask_padding: int | None = field(
        default=None,
        metadata=about(
            "Pixels by which the mask grows, or shrinks if negative.",
            usual="-40 to 40",
            default="4",
            current="settings.maskPadding",
        ),
    )
    mask_blur: int | None = field(
        default=None,
        metadata=about(
            "Pixels over which the mask's edge is softened.", usual="0 to 20", default="4", current="settings.maskBlur"
        ),
    )
    settings: MaskingSettings | Mapping[str, Any] | None = field(
        default=None, metadata=about("How things are found and masked, in the place where newer models look for it.")
    )
