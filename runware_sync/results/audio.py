"""Sounds."""

from typing import ClassVar

from attrs import field, frozen

from runware_sync.names import about
from runware_sync.results.base import Content

__all__ = ["Audio"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Audio(Content):
    """Music, speech or noises; some models return them as a film."""

    family: ClassVar[str] = "audio"

    audio_uuid: str | None = field(
        default=None, metadata=about("UUID of the stored sound; it can be given to later calls.")
    )
    audio_url: str | None = field(default=None, metadata=about("Link to the sound; it expires."))
    audio_base64_data: str | None = field(default=None, metadata=about("The sound, if asked for as base64."))
    audio_data_uri: str | None = field(default=None, metadata=about("The sound, if asked for as a data URI."))
    video_uuid: str | None = field(default=None, metadata=about("UUID of the film, where the model returns one."))
    video_url: str | None = field(default=None, metadata=about("Link to the film, where the model returns one."))
    media_uuid: str | None = field(default=None, metadata=about("UUID, where the server uses one name for all media."))
    media_url: str | None = field(default=None, metadata=about("Link, where the server uses one name for all media."))
    seed: int | None = field(default=None, metadata=about("Seed that made this sound."))

    @property
    def uuid(self) -> str | None:
        """The UUID under which the service keeps it; it can be given to later calls."""
        return self.audio_uuid or self.video_uuid or self.media_uuid

    @property
    def url(self) -> str | None:
        """Where it can be fetched, for as long as the link lives."""
        return self.audio_url or self.video_url or self.media_url

    @property
    def inline(self) -> str | None:
        """The base64 or data URI that came with it."""
        return self.audio_base64_data or self.audio_data_uri
