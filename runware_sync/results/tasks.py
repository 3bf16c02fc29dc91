"""What tasks about tasks and stored files return."""

from typing import Any

from attrs import field, frozen

from runware_sync.names import about
from runware_sync.results.base import Result

__all__ = ["StoredMedia", "TaskDetails", "Upload"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Upload(Result):
    """A picture that the service now keeps."""

    image_uuid: str | None = field(default=None, metadata=about("UUID to be given to later calls."))
    image_url: str | None = field(default=None, metadata=about("Link to the stored picture."))

    @property
    def uuid(self) -> str | None:
        """The UUID to be given to later calls."""
        return self.image_uuid

    @property
    def url(self) -> str | None:
        """Where the stored picture can be fetched."""
        return self.image_url


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class TaskDetails(Result):
    """What the service has on record about a task."""

    request: list[dict[str, Any]] | None = field(default=None, metadata=about("The task, as it was sent."))
    response: Any = field(
        default=None, metadata=about("The answer, as it was returned: an object, or a list, of data or errors.")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class StoredMedia(Result):
    """A file that the service keeps; it can be given wherever media are taken."""

    operation: str | None = field(default=None, metadata=about("What was done: `'upload'` or `'delete'`."))
    media_uuid: str | None = field(default=None, metadata=about("UUID of the file."))
    media_url: str | None = field(default=None, metadata=about("Link to the file."))

    @property
    def uuid(self) -> str | None:
        """The UUID under which the service keeps it."""
        return self.media_uuid

    @property
    def url(self) -> str | None:
        """Where it can be fetched."""
        return self.media_url
