"""Files that the service keeps."""

from typing import TYPE_CHECKING, ClassVar, Literal

from attrs import field, frozen

from runware_sync.media.given import ImageInput
from runware_sync.names import about
from runware_sync.requests.base import Request
from runware_sync.requests.deferred import deferred

if TYPE_CHECKING:
    from runware_sync.results import StoredMedia
else:
    (StoredMedia,) = deferred("StoredMedia")

__all__ = ["MediaStorage"]

Operation = Literal["upload", "delete"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class MediaStorage(Request[StoredMedia]):
    """Store a picture, a film or a sound with the service, or delete one.

    What is stored can be given wherever media are taken. To delete, give the UUID, or the result that has it.
    """

    task_type: ClassVar[str] = "mediaStorage"
    result: ClassVar[str | None] = "StoredMedia"
    free: ClassVar[bool] = True
    stores: ClassVar[bool] = True

    media: ImageInput = field(
        kw_only=False, metadata=about("What is to be stored; or what is to be deleted, by its UUID.", media="media")
    )
    operation: Operation | str = field(default="upload", metadata=about("What to do."))
