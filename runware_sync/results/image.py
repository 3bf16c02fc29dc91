"""Pictures."""

from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import field, frozen

from runware_sync.names import about
from runware_sync.results.base import Record
from runware_sync.results.picture import Picture

__all__ = ["GuideImage", "Image", "ImageOutputs", "TextBlock"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class TextBlock(Record):
    """A piece of text that a model found in a picture, or set into it."""

    text: str | None = field(default=None, metadata=about("The words."))
    role: str | None = field(default=None, metadata=about("What the text is for in the layout."))
    x: int | None = field(default=None, metadata=about("Left edge, in pixels."))
    y: int | None = field(default=None, metadata=about("Upper edge, in pixels."))
    width: int | None = field(default=None, metadata=about("Width, in pixels."))
    height: int | None = field(default=None, metadata=about("Height, in pixels."))
    alignment: str | None = field(default=None, metadata=about("How lines are aligned."))
    angle: float | None = field(default=None, metadata=about("Rotation, in degrees."))
    color: str | None = field(default=None, metadata=about("Colour of the letters."))
    font_name: str | None = field(default=None, metadata=about("Font that fits best."))
    font_alternatives: list[Any] | None = field(default=None, metadata=about("Fonts that are similar."))
    font_size: int | None = field(default=None, metadata=about("Size of the letters."))
    formatting: list[Any] | None = field(default=None, metadata=about("Marks such as bold or italic."))
    line_height: float | None = field(default=None, metadata=about("Distance between lines."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ImageOutputs(Record):
    """What some models return beside the picture."""

    text_blocks: list[TextBlock] | None = field(default=None, metadata=about("Text in the picture."))
    structured_prompt: Mapping[str, Any] | None = field(
        default=None, metadata=about("The prompt as the model understood it.")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Image(Picture):
    """A picture: made, upscaled or cut out."""

    image_uuid: str | None = field(
        default=None, metadata=about("UUID of the stored picture; it can be given to later calls.")
    )
    image_url: str | None = field(default=None, metadata=about("Link to the picture; it expires."))
    image_base64_data: str | None = field(default=None, metadata=about("The picture, if asked for as base64."))
    image_data_uri: str | None = field(default=None, metadata=about("The picture, if asked for as a data URI."))
    seed: int | None = field(default=None, metadata=about("Seed that made this picture."))
    nsfw_content: bool | None = field(
        default=None, metadata=about("Whether the safety check found adult content; `None` if it was off.")
    )
    positive_prompt: str | None = field(default=None, metadata=about("Prompt that was used."))
    negative_prompt: str | None = field(default=None, metadata=about("Negative prompt that was used."))
    input_image_uuid: str | None = field(default=None, metadata=about("UUID of the picture that went in."))
    media_uuid: str | None = field(default=None, metadata=about("UUID, where the server uses one name for all media."))
    media_url: str | None = field(default=None, metadata=about("Link, where the server uses one name for all media."))
    structured_prompt: Mapping[str, Any] | None = field(
        default=None, metadata=about("The prompt as the model understood it.")
    )
    outputs: ImageOutputs | None = field(default=None, metadata=about("What the model returned beside the picture."))

    @property
    def uuid(self) -> str | None:
        """The UUID under which the service keeps the picture; it can be given to later calls."""
        return self.image_uuid or self.media_uuid

    @property
    def url(self) -> str | None:
        """Where the picture can be fetched, for as long as the link lives."""
        return self.image_url or self.media_url

    @property
    def inline(self) -> str | None:
        """The base64 or data URI that came with it."""
        return self.image_base64_data or self.image_data_uri


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class GuideImage(Picture):
    """What a ControlNet preprocessor made of a picture."""

    beside_source: ClassVar[bool] = True

    guide_image_uuid: str | None = field(
        default=None, metadata=about("UUID of the guide; it can be given to later calls.")
    )
    guide_image_url: str | None = field(default=None, metadata=about("Link to the guide; it expires."))
    guide_image_base64_data: str | None = field(default=None, metadata=about("The guide, if asked for as base64."))
    guide_image_data_uri: str | None = field(default=None, metadata=about("The guide, if asked for as a data URI."))
    input_image_uuid: str | None = field(default=None, metadata=about("UUID of the picture that went in."))

    @property
    def uuid(self) -> str | None:
        """The UUID under which the service keeps the guide; it can be given to later calls."""
        return self.guide_image_uuid

    @property
    def url(self) -> str | None:
        """Where the guide can be fetched, for as long as the link lives."""
        return self.guide_image_url

    @property
    def inline(self) -> str | None:
        """The base64 or data URI that came with it."""
        return self.guide_image_base64_data or self.guide_image_data_uri

    def _caption(self) -> str:
        """Return what it is, since it looks like nothing."""
        return "guide"
