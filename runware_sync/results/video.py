"""Films."""

from typing import ClassVar

from attrs import field, frozen

from runware_sync.names import about
from runware_sync.results.base import Content, Record

__all__ = ["Video", "VideoOutputs"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class VideoOutputs(Record):
    """Identifiers by which a later request goes on from this one."""

    draft_id: str | None = field(default=None, metadata=about("The draft, to be finished."))
    video_id: str | None = field(default=None, metadata=about("The video, to be continued."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Video(Content):
    """A film."""

    family: ClassVar[str] = "video"

    video_uuid: str | None = field(
        default=None, metadata=about("UUID of the stored film; it can be given to later calls.")
    )
    video_url: str | None = field(default=None, metadata=about("Link to the film; it expires."))
    video_base64_data: str | None = field(default=None, metadata=about("The film, if asked for as base64."))
    video_data_uri: str | None = field(default=None, metadata=about("The film, if asked for as a data URI."))
    media_uuid: str | None = field(default=None, metadata=about("UUID, where the server uses one name for all media."))
    media_url: str | None = field(default=None, metadata=about("Link, where the server uses one name for all media."))
    input_video_uuid: str | None = field(default=None, metadata=about("UUID of the film that went in."))
    seed: int | None = field(default=None, metadata=about("Seed that made this film."))
    nsfw_content: bool | None = field(
        default=None, metadata=about("Whether the safety check found adult content; `None` if it was off.")
    )
    thumbnail_url: str | None = field(default=None, metadata=about("Link to a small picture of it."))
    outputs: VideoOutputs | None = field(
        default=None, metadata=about("Identifiers by which a later request goes on from this one.")
    )

    @property
    def uuid(self) -> str | None:
        """The UUID under which the service keeps the film; it can be given to later calls."""
        return self.video_uuid or self.media_uuid

    @property
    def url(self) -> str | None:
        """Where the film can be fetched, for as long as the link lives."""
        return self.video_url or self.media_url

    @property
    def inline(self) -> str | None:
        """The base64 or data URI that came with it."""
        return self.video_base64_data or self.video_data_uri
