"""Making a film."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, ForwardRef, Literal, TypeAlias

from attrs import field, frozen

from runware_sync.media.given import ImageInput
from runware_sync.names import about
from runware_sync.requests.base import Film
from runware_sync.requests.deferred import deferred
from runware_sync.requests.fitting import Model, Prompt
from runware_sync.requests.rules import Rule, not_with

if TYPE_CHECKING:
    from runware_sync.requests.adapters import Lora
    from runware_sync.requests.features import AcceleratorOptions, Safety
    from runware_sync.requests.places import ProviderSettings
    from runware_sync.requests.video_places import FrameImage, VideoAdvancedFeatures, VideoInputs, VideoSpeech
    from runware_sync.requests.video_settings import VideoSettings
    from runware_sync.results import Results, Video

    Videos: TypeAlias = Results[Video]
else:
    Videos = ForwardRef("Results[Video]")
    Lora, AcceleratorOptions, Safety, ProviderSettings = deferred("Lora AcceleratorOptions Safety ProviderSettings")
    FrameImage, VideoAdvancedFeatures, VideoInputs = deferred("FrameImage VideoAdvancedFeatures VideoInputs")
    VideoSpeech, VideoSettings = deferred("VideoSpeech VideoSettings")

__all__ = ["VideoInference"]

Resolution = Literal["360p", "480p", "540p", "580p", "720p", "1080p", "2K", "4K"]
Acceleration = Literal["none", "low", "medium", "high"]
NsfwCheck = Literal["none", "fast", "full"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class VideoInference(Film[Videos]):
    """Make a film from words, pictures, sounds or other films.

    It takes minutes: the service is asked until it is done. `on_progress` tells how far it is.
    """

    task_type: ClassVar[str] = "videoInference"
    result: ClassVar[str | None] = "Video"
    many: ClassVar[bool] = True
    count: ClassVar[str | None] = "number_results"
    window: ClassVar[float | None] = 1200.0
    rules: ClassVar[tuple[Rule, ...]] = (
        not_with(
            *("inputs", "frame_images", "reference_images", "reference_videos", "input_audios"),
            instead="put it in there",
        ),
    )

    model: Model = field(metadata=about("AIR identifier of the model, such as `'klingai:5@3'`."))
    positive_prompt: Prompt | None = field(
        default=None, kw_only=False, metadata=about("What the film should show; many models need it.")
    )
    negative_prompt: Prompt | None = field(default=None, metadata=about("What the film should not show."))
    duration: float | None = field(
        default=None, metadata=about("Length in seconds; most models know a few fixed lengths only.", usual="1 to 30")
    )
    width: int | None = field(
        default=None, metadata=about("Width in pixels; most models know a few fixed sizes only.", usual="256 to 1920")
    )
    height: int | None = field(
        default=None, metadata=about("Height in pixels; most models know a few fixed sizes only.", usual="256 to 1920")
    )
    resolution: Resolution | str | None = field(
        default=None, metadata=about("Class of size, for models that take one instead of width and height.")
    )
    fps: int | None = field(default=None, metadata=about("Frames per second.", usual="8 to 60", default="24"))
    steps: int | None = field(default=None, metadata=about("Number of denoising steps.", usual="1 to 100"))
    scheduler: str | None = field(default=None, metadata=about("Sampling algorithm."))
    seed: int | None = field(
        default=None, metadata=about("Number that makes a run repeatable; of several films, the first one's.")
    )
    cfg_scale: float | None = field(
        default=None, metadata=about("How closely the prompt is followed.", usual="0 to 50")
    )
    acceleration: Acceleration | str | None = field(
        default=None, metadata=about("How much quality may be traded for speed.")
    )
    number_results: int | None = field(
        default=None, metadata=about("How many films to make.", usual="1 to 4", default="1")
    )
    frame_images: Sequence[ImageInput | FrameImage | Mapping[str, Any]] | None = field(
        default=None, metadata=about("Pictures that stand at places of the film.", media="image[]")
    )
    reference_images: Sequence[ImageInput] | None = field(
        default=None, metadata=about("Pictures to draw on.", media="image[]")
    )
    reference_videos: Sequence[ImageInput] | None = field(
        default=None, metadata=about("Videos to draw on.", media="video[]")
    )
    input_audios: Sequence[ImageInput] | None = field(
        default=None, metadata=about("Sounds that drive the film.", media="audio[]")
    )
    inputs: VideoInputs | Mapping[str, Any] | None = field(
        default=None, metadata=about("The media, for models that want them in one place.")
    )
    speech: VideoSpeech | Mapping[str, Any] | None = field(default=None, metadata=about("Words that are spoken."))
    lora: Sequence[Lora | Mapping[str, Any]] | None = field(default=None, metadata=about("LoRA adapters to apply."))
    accelerator_options: AcceleratorOptions | Mapping[str, Any] | None = field(
        default=None, metadata=about("Caches that trade quality for speed, one by one.")
    )
    advanced_features: VideoAdvancedFeatures | Mapping[str, Any] | None = field(
        default=None, metadata=about("Further control that some models offer.")
    )
    settings: VideoSettings | Mapping[str, Any] | None = field(
        default=None, metadata=about("Values of the model's own; which ones depends on the model.")
    )
    provider_settings: ProviderSettings | Mapping[str, Any] | None = field(
        default=None, metadata=about("Options of the provider behind the model, under the provider's name.")
    )
    safety: Safety | Mapping[str, Any] | None = field(default=None, metadata=about("What is screened, and how."))
    check_nsfw: bool | None = field(
        default=None, metadata=about("Whether it is screened for adult content. Deprecated: use `safety`.")
    )
    nsfw_check: NsfwCheck | str | None = field(
        default=None, metadata=about("How thoroughly it is screened. Deprecated: use `safety`.", wire="nsfw_check")
    )
