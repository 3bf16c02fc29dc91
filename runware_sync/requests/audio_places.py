"""The nested objects of sound requests."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

from runware_sync.media.given import ImageInput
from runware_sync.names import about
from runware_sync.requests.base import OpenShape, Shape
from runware_sync.requests.fitting import Prompt

__all__ = ["AudioInputs", "AudioSettings", "AudioSpeech", "VoiceSample"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class AudioSettings(Shape):
    """How the sound is written into a file."""

    sample_rate: int | None = field(
        default=None, metadata=about("Samples in a second.", usual="8000 to 48000", default="44100")
    )
    bitrate: int | None = field(
        default=None,
        metadata=about("Kilobits in a second, for formats that lose detail.", usual="32 to 320", default="128"),
    )
    channels: int | None = field(default=None, metadata=about("1 for mono, 2 for stereo."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class AudioSpeech(OpenShape):
    """Words that are spoken, and by whom."""

    text: Prompt | None = field(default=None, metadata=about("The words."))
    voice: str | None = field(default=None, metadata=about("Name or identifier of the voice."))
    voices: Sequence[Any] | None = field(
        default=None, metadata=about("Several voices, plain or as objects with `speaker` and `voice`.")
    )
    language: str | None = field(default=None, metadata=about("The language."))
    speed: float | None = field(default=None, metadata=about("How fast they are spoken.", usual="0 to 2"))
    volume: float | None = field(default=None, metadata=about("How loud the voice is.", usual="0 to 10"))
    pitch: int | None = field(
        default=None, metadata=about("How much higher or lower, in semitones.", usual="-12 to 12")
    )
    emotion: str | None = field(default=None, metadata=about("The mood."))
    tone: Sequence[Any] | None = field(default=None, metadata=about("Words for the tone."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class VoiceSample(OpenShape):
    """A voice to draw on, and what it says."""

    audio: ImageInput = field(metadata=about("The voice.", media="audio"))
    text: Prompt | None = field(default=None, metadata=about("The words that it says."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class AudioInputs(OpenShape):
    """Media of a sound model, in one place."""

    audio: ImageInput | None = field(default=None, metadata=about("A single sound.", media="audio"))
    audios: Sequence[ImageInput] | None = field(default=None, metadata=about("Several sounds.", media="audio[]"))
    video: ImageInput | None = field(default=None, metadata=about("Video to make a sound for.", media="video"))
    videos: Sequence[ImageInput] | None = field(default=None, metadata=about("Several videos.", media="video[]"))
    reference_audios: Sequence[ImageInput] | None = field(
        default=None, metadata=about("Sounds to draw on.", media="audio[]")
    )
    reference_images: Sequence[ImageInput] | None = field(
        default=None, metadata=about("Pictures to draw on.", media="image[]")
    )
    reference_voices: Sequence[ImageInput | VoiceSample | Mapping[str, Any]] | None = field(
        default=None, metadata=about("Voices to draw on, plain or with what they say.", media="audio[]")
    )
