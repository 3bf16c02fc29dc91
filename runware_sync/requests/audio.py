"""Making sound: music, speech, noises."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, ForwardRef, Literal, TypeAlias

from attrs import field, frozen

from runware_sync.names import about
from runware_sync.requests.base import Hosted
from runware_sync.requests.deferred import deferred
from runware_sync.requests.fitting import Model, Prompt

if TYPE_CHECKING:
    from runware_sync.requests.audio_places import AudioInputs, AudioSettings, AudioSpeech
    from runware_sync.requests.audio_settings import AudioModelSettings
    from runware_sync.requests.places import ProviderSettings
    from runware_sync.results import Audio, Results

    Sounds: TypeAlias = Results[Audio]
else:
    Sounds = ForwardRef("Results[Audio]")
    AudioInputs, AudioSettings, AudioSpeech = deferred("AudioInputs AudioSettings AudioSpeech")
    AudioModelSettings, ProviderSettings = deferred("AudioModelSettings ProviderSettings")

__all__ = ["AudioInference"]

SoundFormat = Literal["MP3", "WAV", "FLAC", "OGG"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class AudioInference(Hosted[Sounds]):
    """Make music, speech or noises from words or media.

    It may take minutes: the service is asked until it is done.
    """

    task_type: ClassVar[str] = "audioInference"
    result: ClassVar[str | None] = "Audio"
    many: ClassVar[bool] = True
    count: ClassVar[str | None] = "number_results"
    window: ClassVar[float | None] = 1200.0

    model: Model = field(metadata=about("AIR identifier of the model, such as `'elevenlabs:1@1'`."))
    positive_prompt: Prompt | None = field(
        default=None, kw_only=False, metadata=about("What should be heard; not needed with `speech`.")
    )
    negative_prompt: Prompt | None = field(default=None, metadata=about("What should not be heard."))
    duration: float | None = field(default=None, metadata=about("Length in seconds.", usual="10 to 300"))
    speech: AudioSpeech | Mapping[str, Any] | None = field(
        default=None, metadata=about("Words that are spoken, and by whom.")
    )
    audio_settings: AudioSettings | Mapping[str, Any] | None = field(
        default=None, metadata=about("How the sound is written into a file.")
    )
    inputs: AudioInputs | Mapping[str, Any] | None = field(
        default=None, metadata=about("The media, for models that want them in one place.")
    )
    settings: AudioModelSettings | Mapping[str, Any] | None = field(
        default=None, metadata=about("Values of the model's own; which ones depends on the model.")
    )
    provider_settings: ProviderSettings | Mapping[str, Any] | None = field(
        default=None, metadata=about("Options of the provider behind the model, under the provider's name.")
    )
    advanced_features: Mapping[str, Any] | None = field(
        default=None, metadata=about("Further control that some models offer, in the API's own spelling.")
    )
    seed: int | None = field(
        default=None, metadata=about("Number that makes a run repeatable; of several sounds, the first one's.")
    )
    steps: int | None = field(default=None, metadata=about("Number of denoising steps.", usual="1 to 100"))
    cfg_scale: float | None = field(
        default=None, metadata=about("How closely the prompt is followed.", usual="1 to 50")
    )
    strength: float | None = field(
        default=None,
        metadata=about("How far the result may leave the sound that goes in.", usual="0 to 1", default="0.8"),
    )
    output_format: SoundFormat | str | None = field(
        default=None, metadata=about("Format of the file.", default="`'MP3'`")
    )
    output_quality: int | None = field(default=None, metadata=about("Quality of a lossy format."))
    number_results: int | None = field(
        default=None, metadata=about("How many sounds to make.", usual="1 to 3", default="1")
    )
