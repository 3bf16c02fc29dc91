"""The nested objects of video requests: frames, speech, characters, and the media in one place."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from attrs import field, frozen

from runware_sync.media.given import ImageInput
from runware_sync.names import about
from runware_sync.requests.base import OpenShape, Shape
from runware_sync.requests.features import Watermark
from runware_sync.requests.fitting import Prompt
from runware_sync.requests.rules import Rule, exactly_one_of

__all__ = [
    "FrameImage",
    "VideoAdvancedFeatures",
    "VideoElement",
    "VideoInputs",
    "VideoReference",
    "VideoSound",
    "VideoSpeech",
]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class FrameImage(Shape):
    """A picture that stands at one place of the film."""

    rules: ClassVar[tuple[Rule, ...]] = (exactly_one_of("input_image", "image"),)

    input_image: ImageInput | None = field(
        default=None, metadata=about("The picture, where frames are given flat.", media="image")
    )
    image: ImageInput | None = field(
        default=None, metadata=about("The picture, where frames are given in `inputs`.", media="image")
    )
    frame: str | int | None = field(
        default=None, metadata=about("Where it stands: `'first'`, `'last'` or the number of a frame.")
    )
    timestamp: float | None = field(default=None, metadata=about("Where it stands, in seconds from the beginning."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class VideoSpeech(OpenShape):
    """Words that are spoken in the film."""

    text: Prompt | None = field(default=None, metadata=about("The words."))
    voice: str | None = field(default=None, metadata=about("Name of the voice."))
    speed: float | None = field(
        default=None, metadata=about("How fast they are spoken.", usual="0.5 to 1.5", default="1")
    )
    pitch: float | None = field(
        default=None, metadata=about("How much higher or lower the voice is.", usual="-50 to 50", default="0")
    )
    volume: float | None = field(default=None, metadata=about("How loud it is."))
    language: str | None = field(default=None, metadata=about("Code of the language."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class VideoAdvancedFeatures(OpenShape):
    """Further control that some models offer."""

    video_cfg_scale: float | None = field(
        default=None, metadata=about("How closely the picture follows the prompt.", usual="0 to 30")
    )
    audio_cfg_scale: float | None = field(
        default=None, metadata=about("How closely the sound follows the prompt.", usual="0 to 30")
    )
    fps: int | None = field(default=None, metadata=about("Frames per second, for models that look for it here."))
    video_negative_prompt: Prompt | None = field(default=None, metadata=about("What the picture should not show."))
    audio_negative_prompt: Prompt | None = field(default=None, metadata=about("What should not be heard."))
    slg_layer: int | None = field(
        default=None, metadata=about("Layer that is left out of the guidance.", usual="0 to 100")
    )
    wan_animate: Mapping[str, Any] | None = field(
        default=None, metadata=about("Options of Wan Animate, in the API's own spelling.")
    )
    watermark: Watermark | Mapping[str, Any] | None = field(default=None, metadata=about("A visible stamp."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class VideoElement(Shape):
    """A character or a thing that is to look the same throughout."""

    id: str | None = field(default=None, metadata=about("Name by which the prompt mentions it."))
    description: str | None = field(default=None, metadata=about("What it is."))
    frontal_image: ImageInput | None = field(default=None, metadata=about("Its front.", media="image"))
    images: Sequence[ImageInput] | None = field(default=None, metadata=about("Other sides of it.", media="image[]"))
    videos: Sequence[ImageInput] | None = field(default=None, metadata=about("Clips that show it.", media="video[]"))
    voice: Sequence[Any] | None = field(default=None, metadata=about("Identifiers of its voices."))
    tags: Sequence[Any] | None = field(default=None, metadata=about("Words that belong to it."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class VideoReference(OpenShape):
    """Something to draw on, and what it is for."""

    tag: str | None = field(default=None, metadata=about("Name by which the prompt can mention it."))
    type: str | None = field(default=None, metadata=about("What it is for."))
    images: Sequence[ImageInput] | None = field(default=None, metadata=about("Pictures of it.", media="image[]"))
    video: ImageInput | None = field(default=None, metadata=about("A clip of it.", media="video"))
    audio: ImageInput | None = field(default=None, metadata=about("Its sound.", media="audio"))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class VideoSound(OpenShape):
    """One of several sounds that drive the film."""

    id: str | None = field(default=None, metadata=about("Name by which other parameters mention it."))
    source: ImageInput | None = field(default=None, metadata=about("The sound.", media="audio"))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class VideoInputs(OpenShape):
    """Media of a video model, in one place."""

    image: ImageInput | None = field(default=None, metadata=about("A single picture.", media="image"))
    images: Sequence[ImageInput] | None = field(default=None, metadata=about("Several pictures.", media="image[]"))
    frame_images: Sequence[ImageInput | FrameImage | Mapping[str, Any]] | None = field(
        default=None, metadata=about("Pictures that stand at places of the film.", media="image[]")
    )
    frames: Sequence[FrameImage | Mapping[str, Any]] | None = field(
        default=None, metadata=about("Deprecated: use `frame_images`.")
    )
    reference_images: Sequence[ImageInput | VideoReference | Mapping[str, Any]] | None = field(
        default=None,
        metadata=about("Pictures to draw on, plain or as objects that say what they are for.", media="image[]"),
    )
    reference_videos: Sequence[ImageInput | VideoReference | Mapping[str, Any]] | None = field(
        default=None,
        metadata=about("Videos to draw on, plain or as objects that say what they are for.", media="video[]"),
    )
    reference_audios: Sequence[ImageInput] | None = field(
        default=None, metadata=about("Sounds to draw on.", media="audio[]")
    )
    reference_voices: Sequence[Any] | None = field(default=None, metadata=about("Names of voices to draw on."))
    video: ImageInput | None = field(default=None, metadata=about("Video to work on.", media="video"))
    audio: ImageInput | Sequence[VideoSound | Mapping[str, Any]] | None = field(
        default=None, metadata=about("Sound that drives the film, or several with their names.", media="audio")
    )
    audios: Sequence[ImageInput] | None = field(default=None, metadata=about("Several sounds.", media="audio[]"))
    speech: Sequence[Any] | None = field(default=None, metadata=about("Lines to be spoken, as objects."))
    mask: ImageInput | Sequence[ImageInput] | None = field(
        default=None, metadata=about("Area to be edited, one or several pictures.", media="image")
    )
    frame: str | None = field(default=None, metadata=about("The frame that is meant."))
    draft_id: str | None = field(
        default=None, metadata=about("Draft to be finished, from an earlier result's `outputs`.")
    )
    video_id: str | None = field(
        default=None, metadata=about("Video to be continued, from an earlier result's `outputs`.")
    )
    avatar: str | None = field(default=None, metadata=about("Identifier of an avatar."))
    background: ImageInput | None = field(default=None, metadata=about("Picture to be put behind.", media="image"))
    elements: Sequence[VideoElement | Mapping[str, Any]] | None = field(
        default=None, metadata=about("Characters and things that are to look the same throughout.")
    )
    reference: str | Mapping[str, Any] | None = field(default=None, metadata=about("A single reference."))
    references: Sequence[ImageInput | VideoReference | Mapping[str, Any]] | None = field(
        default=None, metadata=about("Deprecated: use `reference_images`.", media="image[]")
    )
