"""Working on a picture or a film: cutting the subject out, enlarging.

What both kinds take is declared once; the film has only the current form, in which media stand in `inputs`.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from attrs import field, frozen

from runware_sync.media.given import ImageInput
from runware_sync.names import about
from runware_sync.requests.base import Film, Output
from runware_sync.requests.deferred import deferred
from runware_sync.requests.fitting import Model
from runware_sync.requests.rules import Rule, at_most_one_of, exactly_one_of, not_in, not_twice

if TYPE_CHECKING:
    from runware_sync.requests.features import Safety
    from runware_sync.requests.places import MediaInputs, ProviderSettings, RemoveBackgroundSettings, UpscaleSettings
    from runware_sync.results import Image, Video
else:
    Image, Video = deferred("Image Video")
    MediaInputs, RemoveBackgroundSettings, UpscaleSettings = deferred(
        "MediaInputs RemoveBackgroundSettings UpscaleSettings"
    )
    ProviderSettings, Safety = deferred("ProviderSettings Safety")

__all__ = ["RemoveBackground", "RemoveBackgroundVideo", "Upscale", "UpscaleVideo"]

_CUTTING: Final = not_twice(
    "settings",
    "rgba",
    "post_process_mask",
    "return_only_mask",
    "alpha_matting",
    "alpha_matting_foreground_threshold",
    "alpha_matting_background_threshold",
    "alpha_matting_erode_size",
)
_SIZES: Final = at_most_one_of("upscale_factor", "target_megapixels")
_FILM_WINDOW: Final = 1200.0


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class _Cutting:
    """What cutting out takes, of a picture and of a film."""

    inputs: MediaInputs | Mapping[str, Any] | None = field(
        default=None,
        metadata=about(
            "What to work on, a picture or a film as the operation has it, for models that want it in one place."
        ),
    )
    model: Model | None = field(default=None, metadata=about("AIR identifier of the model."))
    settings: RemoveBackgroundSettings | Mapping[str, Any] | None = field(
        default=None, metadata=about("How to cut out, in the place where newer models look for it.")
    )
    safety: Safety | Mapping[str, Any] | None = field(default=None, metadata=about("What is screened, and how."))
    provider_settings: ProviderSettings | Mapping[str, Any] | None = field(
        default=None, metadata=about("Options of the provider behind the model, under the provider's name.")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class RemoveBackground(Output[Image], _Cutting):
    """Cut the subject out of a picture."""

    task_type: ClassVar[str] = "removeBackground"
    flat_task_type: ClassVar[str | None] = "imageBackgroundRemoval"
    aliases: ClassVar[tuple[str, ...]] = ("removeImageBackground",)
    result: ClassVar[str | None] = "Image"
    rules: ClassVar[tuple[Rule, ...]] = (
        exactly_one_of("input_image", "inputs"),
        not_in("inputs", "video", instead="for a film there is remove_background_video, or RemoveBackgroundVideo"),
        _CUTTING,
    )

    input_image: ImageInput | None = field(
        default=None,
        kw_only=False,
        metadata=about("Picture to work on.", media="image", current="inputs.image"),
    )
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


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class RemoveBackgroundVideo(Film[Video], _Cutting):
    """Cut the subject out of a film.

    It takes minutes: the service is asked until it is done.
    """

    task_type: ClassVar[str] = "removeBackground"
    result: ClassVar[str | None] = "Video"
    window: ClassVar[float | None] = _FILM_WINDOW
    rules: ClassVar[tuple[Rule, ...]] = (
        exactly_one_of("input_video", "inputs"),
        not_in("inputs", "image", instead="for a picture there is remove_background, or RemoveBackground"),
    )

    input_video: ImageInput | None = field(
        default=None, kw_only=False, metadata=about("Film to work on.", media="video", current="inputs.video")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class _Enlarging:
    """What enlarging takes, of a picture and of a film."""

    inputs: MediaInputs | Mapping[str, Any] | None = field(
        default=None,
        metadata=about(
            "What to enlarge, a picture or a film as the operation has it, for models that want it in one place."
        ),
    )
    upscale_factor: float | None = field(
        default=None, metadata=about("Factor for both sides.", usual="2, 3 or 4; it depends on the model")
    )
    target_megapixels: int | None = field(
        default=None, metadata=about("Size to reach, instead of a factor.", usual="1 to 8")
    )
    model: Model | None = field(default=None, metadata=about("AIR identifier of the model."))
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
class Upscale(Output[Image], _Enlarging):
    """Enlarge a picture."""

    task_type: ClassVar[str] = "upscale"
    flat_task_type: ClassVar[str | None] = "imageUpscale"
    aliases: ClassVar[tuple[str, ...]] = ("upscaleImage",)
    result: ClassVar[str | None] = "Image"
    rules: ClassVar[tuple[Rule, ...]] = (
        exactly_one_of("input_image", "inputs"),
        not_in("inputs", "video", instead="for a film there is upscale_video, or UpscaleVideo"),
        _SIZES,
    )

    input_image: ImageInput | None = field(
        default=None,
        kw_only=False,
        metadata=about("Picture to enlarge.", media="image", current="inputs.image"),
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class UpscaleVideo(Film[Video], _Enlarging):
    """Enlarge a film, or make it smoother.

    It takes minutes: the service is asked until it is done.
    """

    task_type: ClassVar[str] = "upscale"
    result: ClassVar[str | None] = "Video"
    window: ClassVar[float | None] = _FILM_WINDOW
    rules: ClassVar[tuple[Rule, ...]] = (
        exactly_one_of("input_video", "inputs"),
        not_in("inputs", "image", instead="for a picture there is upscale, or Upscale"),
        _SIZES,
    )

    input_video: ImageInput | None = field(
        default=None, kw_only=False, metadata=about("Film to enlarge.", media="video", current="inputs.video")
    )
