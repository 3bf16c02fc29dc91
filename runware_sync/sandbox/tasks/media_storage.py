"""`mediaStorage`: a file of any kind is stored, or deleted."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, ClassVar

from runware_sync.sandbox.gallery import Picture, StoredFile
from runware_sync.sandbox.identifiers import derived_uuid
from runware_sync.sandbox.kinds import Kind
from runware_sync.sandbox.rules import Problem, Rule, not_allowed
from runware_sync.sandbox.tasks.base import Commission, TaskType
from runware_sync.sandbox.tasks.image_upload import keep

__all__ = ["MediaStorage"]

_OPERATIONS = ("upload", "delete")


class MediaStorage(TaskType):
    """Stores what it is given under a UUID of its own, a picture as `imageUpload` does; or deletes what has a UUID."""

    names: ClassVar = ("mediaStorage",)
    rules: ClassVar = (Rule("operation", "string"), Rule("media", "string"), Rule("mediaUUID", "string"))
    parameters: ClassVar = frozenset("operation media mediaUUID".split())
    deliveries: ClassVar = ("sync",)

    def media(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield nothing: what is stored may be of any kind."""
        return iter(())

    def files(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any, Kind | None]]:
        """Yield the parameter that names the file."""
        name = "mediaUUID" if _operation(request) == "delete" and "mediaUUID" in request else "media"
        yield name, request.get(name), None

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the request beyond the rules."""
        if _operation(request) not in _OPERATIONS:
            yield not_allowed("operation", _OPERATIONS)
        if not any(value for _, value, _ in self.files(request)):
            yield Rule("media", "string").missing()

    def is_heavy(self, commission: Commission) -> bool:
        """Tell that the file has to be read, unless it is to go."""
        return _operation(commission.request) == "upload"

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Store or delete the file."""
        (given,) = commission.files.values()
        if _operation(commission.request) == "delete":
            self.studio.gallery.remove(given.uuid)
            return {"operation": "delete", "mediaUUID": given.uuid}
        uuid = derived_uuid(self.studio.seed, commission.uuid, "storage")
        if isinstance(given, Picture):
            kept = keep(self.studio, given, uuid)
        else:
            content = given.content()
            kept = StoredFile(uuid, given.suffix, partial(bytes, content), solid=True)
            kept.checked = True
            kept = self.studio.gallery.add(kept, len(content))
        return {"operation": "upload", "mediaUUID": kept.uuid, "mediaURL": self.studio.files_url + kept.file_name}


def _operation(request: Mapping[str, Any]) -> str:
    return str(request.get("operation") or _OPERATIONS[0])
