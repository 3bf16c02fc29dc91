"""Tasks about tasks and stored files; they cost nothing."""

import uuid as uuids
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen

from runware_sync.media.given import ImageInput
from runware_sync.names import about
from runware_sync.requests.base import Request, as_uuid
from runware_sync.requests.deferred import deferred

if TYPE_CHECKING:
    from runware_sync.results import TaskDetails, Upload
else:
    TaskDetails, Upload = deferred("TaskDetails Upload")

__all__ = ["GetResponse", "GetTaskDetails", "ImageUpload"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ImageUpload(Request[Upload]):
    """Store a picture with the service, to be referred to by its UUID.

    The result can be given wherever a picture is taken.
    """

    task_type: ClassVar[str] = "imageUpload"
    result: ClassVar[str | None] = "Upload"
    free: ClassVar[bool] = True
    stores: ClassVar[bool] = True

    image: ImageInput = field(kw_only=False, metadata=about("Picture to be stored.", media="image"))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class GetResponse(Request[list[dict[str, Any]]]):
    """Ask for the results of a task, or for how far it is, in the service's own words.

    Results that have failed are items with the status `error`, at the end. `client.job(task_uuid).result()` waits
    for all of them, returns objects, and raises what failed.
    """

    task_type: ClassVar[str] = "getResponse"
    many: ClassVar[bool] = True
    count: ClassVar[str | None] = "number_results"
    free: ClassVar[bool] = True

    task_uuid: str | uuids.UUID = field(kw_only=False, metadata=about("UUID of the task to ask about.", check=as_uuid))
    number_results: int | None = field(
        default=None,
        metadata=about(
            "How many results to wait for. Default: those that are there.", client_only=True, usual="1 or more"
        ),
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class GetTaskDetails(Request[TaskDetails]):
    """Ask for the record of a task: its request and its answer."""

    task_type: ClassVar[str] = "getTaskDetails"
    result: ClassVar[str | None] = "TaskDetails"
    free: ClassVar[bool] = True

    task_uuid: str | uuids.UUID = field(kw_only=False, metadata=about("UUID of the task to look up.", check=as_uuid))
