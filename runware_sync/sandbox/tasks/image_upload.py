"""`imageUpload`: a picture is stored, to be named by its UUID."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, ClassVar

from runware_sync.sandbox.gallery import Picture, StoredFile
from runware_sync.sandbox.identifiers import derived_uuid
from runware_sync.sandbox.rules import Rule
from runware_sync.sandbox.tasks.base import Commission, Studio, TaskType

__all__ = ["ImageUpload", "keep"]

_FORMATS = {"jpg": "JPG", "webp": "WEBP"}


class ImageUpload(TaskType):
    """Stores a picture, shrunk to 2048 pixels a side as the service does; one that fits is kept byte for byte."""

    names: ClassVar = ("imageUpload",)
    rules: ClassVar = (Rule("image", "string", required=True),)
    parameters: ClassVar = frozenset({"image"})

    def media(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the parameter that names the picture."""
        if request.get("image") is not None:
            yield "image", request["image"]

    def is_heavy(self, commission: Commission) -> bool:
        """Tell that the picture has to be decoded."""
        return True

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Store the picture; raise `Problem` if it cannot be decoded."""
        picture = keep(self.studio, self.subject(commission), derived_uuid(self.studio.seed, commission.uuid, "upload"))
        fields = {"imageUUID": picture.uuid}
        if self.studio.switches.upload_url:
            fields["imageURL"] = self.studio.files_url + picture.file_name
        return fields


def keep(studio: Studio, given: Picture, uuid: str) -> StoredFile:
    """Store what a client sent under a UUID of its own; raise `Problem` if it cannot be decoded."""
    from runware_sync.sandbox import art

    image = given.image()
    kept = art.stored(image)
    if kept.size == image.size:
        content, suffix = given.content(), given.suffix
    else:
        form = _FORMATS.get(given.suffix, "PNG")
        content, suffix = art.encode(kept, form), form.lower()
    picture = Picture(uuid, suffix, partial(_given, content), solid=True)
    picture.checked = True
    return studio.gallery.add(picture, len(content))


def _given(content: bytes) -> bytes:
    return content
