"""The settings of video models; which ones count depends on the model."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from attrs import field, frozen

from runware_sync.names import about
from runware_sync.requests.base import OpenShape
from runware_sync.requests.fitting import Prompt

__all__ = ["VideoSettings"]

Expressiveness = Literal["low", "medium", "high"]
Thinking = Literal["enabled", "disabled", "auto"]
ShotType = Literal["single", "multi"]
SyncMode = Literal["bounce", "cut_off", "silence", "remap"]
Fit = Literal["auto", "cover", "contain"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class VideoSettings(OpenShape):
    """Values of the model's own."""

    draft: bool | None = field(default=None, metadata=about("Whether a cheap preview is made."))
    audio: bool | None = field(default=None, metadata=about("Whether sound is made, too."))
    prompt_upsampling: bool | None = field(
        default=None, metadata=about("Whether the provider may write the prompt anew.")
    )
    prompt_extend: bool | None = field(default=None, metadata=about("Whether the prompt is made longer."))
    background_color: str | None = field(default=None, metadata=about("Colour behind the subject."))
    remove_background: bool | None = field(default=None, metadata=about("Whether the subject is cut out."))
    expressiveness: Expressiveness | str | None = field(default=None, metadata=about("How lively the expression is."))
    voice_description: str | None = field(default=None, metadata=about("What the voice is like, in words."))
    voice_prompt: Prompt | None = field(default=None, metadata=about("How the voice is to speak."))
    style: str | None = field(default=None, metadata=about("Name of a style."))
    thinking: Thinking | str | None = field(
        default=None, metadata=about("Whether the model reasons about the prompt first.")
    )
    multi_clip: bool | None = field(default=None, metadata=about("Whether the film may have several clips."))
    shot_type: ShotType | str | None = field(default=None, metadata=about("One take or several."))
    sync_mode: SyncMode | str | None = field(
        default=None, metadata=about("What happens where picture and sound differ in length.")
    )
    tts: Mapping[str, Any] | None = field(
        default=None, metadata=about("How text becomes speech, in the API's own spelling.")
    )
    active_speaker_detection: Mapping[str, Any] | None = field(
        default=None, metadata=about("How the one who speaks is found, in the API's own spelling.")
    )
    mode: str | None = field(default=None, metadata=about("Which part moves."))
    emotion: str | None = field(default=None, metadata=about("The mood."))
    temperature: float | None = field(
        default=None, metadata=about("How lively the performance is.", usual="0 to 5", default="0.7")
    )
    occlusion_detection: bool | None = field(
        default=None, metadata=about("Whether faces that are partly hidden are dealt with.")
    )
    keyframe: int | None = field(default=None, metadata=about("Number of the key frame."))
    segments: Sequence[Any] | None = field(
        default=None, metadata=about("Parts of the sound with their times, as objects.")
    )
    safety_filter: bool | None = field(default=None, metadata=about("Whether the provider's own filter is on."))
    fit: Fit | str | None = field(default=None, metadata=about("How the inputs are fitted into the frame."))
    caption: bool | None = field(default=None, metadata=about("Whether captions are drawn into the picture."))
    preserve_audio: bool | None = field(default=None, metadata=about("Whether the sound is kept."))
    source_audio_sync: bool | None = field(
        default=None, metadata=about("Whether it stays in step with the sound of the source.")
    )
    turbo: bool | None = field(default=None, metadata=about("Whether the faster variant is used."))
    loop: bool | None = field(default=None, metadata=about("Whether end and beginning fit together."))
    hdr: bool | None = field(default=None, metadata=about("Whether the range of brightness is high."))
    exr_export: bool | None = field(default=None, metadata=about("Whether frames are given as EXR files, too."))
    edit: Mapping[str, Any] | None = field(
        default=None, metadata=about("What is edited and how much, in the API's own spelling.")
    )
    source_position: Mapping[str, Any] | None = field(
        default=None, metadata=about("Where the source stands: `x`, `y`, `width`, `height`.")
    )
