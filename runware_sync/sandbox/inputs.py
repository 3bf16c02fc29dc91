"""The four forms in which a task names a file: UUID, URL, data URI, bare base64."""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

from runware_sync.sandbox.gallery import Gallery, Picture, StoredFile
from runware_sync.sandbox.identifiers import UUID, derived_uuid
from runware_sync.sandbox.kinds import CONTENT_TYPES, HEAD, Kind, kind_of, suffix_of, suffix_of_type
from runware_sync.sandbox.rules import Problem
from runware_sync.sandbox.standins import STAND_INS, stand_in
from runware_sync.sandbox.switches import Switches

__all__ = ["Inputs", "held", "invalid", "listed", "nested"]

_ENCODED_HEAD: Final = -(-HEAD // 3) * 4


def nested(request: Mapping[str, Any], *path: str) -> Any:
    """Return a nested value of a request, `None` where there is none."""
    value: Any = request
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def listed(request: Mapping[str, Any], path: str, *keys: str) -> Iterator[tuple[str, Any]]:
    """Yield what a place in a request names, with the path of each: a value alone, or the entries of a list.

    Args:
        request: The task object.
        path: Where the place is, dotted.
        keys: The names under which an object in a list may hold what it names; the first that is there counts.
    """
    value = nested(request, *path.split("."))
    if not isinstance(value, list):
        if value is not None:
            yield path, value
        return
    for index, entry in enumerate(value):
        if isinstance(entry, str):
            yield f"{path}.{index}", entry
        else:
            yield from _under(entry, f"{path}.{index}", keys)


def held(request: Mapping[str, Any], path: str, *keys: str) -> Iterator[tuple[str, Any]]:
    """Yield what the objects in a list, and not its strings, name: for what a list holds besides its own kind."""
    value = nested(request, *path.split("."))
    for index, entry in enumerate(value if isinstance(value, list) else ()):
        yield from _under(entry, f"{path}.{index}", keys)


def _under(entry: Any, path: str, keys: Sequence[str]) -> Iterator[tuple[str, Any]]:
    key = next((key for key in keys if nested(entry, key) is not None), None)
    if key is not None:
        yield from ((f"{path}.{name}", value) for name, value in listed(entry, key))


class Inputs:
    """Finds the file that a parameter names.

    No URL is ever fetched: one of the sandbox's own names its own file, any other is answered with a stand-in, always
    the same for the same URL.

    Args:
        gallery: The files there are.
        files_url: How the URLs of the sandbox's own files begin.
        switches: How the sandbox behaves.
    """

    def __init__(self, gallery: Gallery, files_url: str, switches: Switches) -> None:
        self.switches = switches
        self._gallery = gallery
        self._files_url = files_url

    def picture(self, value: Any, parameter: str) -> Picture:
        """Return the picture; raise `Problem`, naming the parameter, if there is none or it is none."""
        found = self.file(value, parameter, "image")
        if not isinstance(found, Picture):
            raise _other_kind(parameter, "image", found.kind)
        return found

    def file(self, value: Any, parameter: str, kind: Kind | None = None) -> StoredFile:
        """Return the file; raise `Problem`, naming the parameter, if there is none or it is of another kind.

        Args:
            value: What the parameter says.
            parameter: Its name, dotted where nested.
            kind: The kind that is wanted; `None` takes any.
        """
        if not isinstance(value, str) or not value:
            raise invalid(parameter, f"{parameter} must be a UUID, a URL, a data URI or base64.")
        found = self._named(value, parameter, kind)
        if kind is not None and found.kind != kind:
            raise _other_kind(parameter, kind, found.kind)
        return found

    def _named(self, value: str, parameter: str, kind: Kind | None) -> StoredFile:
        if UUID.fullmatch(value):
            return self._found(self._gallery.find(value), parameter)
        if value.startswith(self._files_url):
            stem = value.removeprefix(self._files_url).partition(".")[0]
            return self._found(self._gallery.find(stem), parameter)
        if value.startswith(("http://", "https://")):
            return self._elsewhere(value, kind)
        return self._inline(value, parameter, kind)

    def _elsewhere(self, url: str, kind: Kind | None) -> StoredFile:
        suffix = PurePosixPath(urlsplit(url).path).suffix.lower().removeprefix(".")
        wanted = kind or (kind_of(suffix) if suffix in CONTENT_TYPES else "image")
        if wanted == "image" or wanted not in STAND_INS:
            return self._gallery.add(Picture(derived_uuid("url", url), "jpg", partial(stand_in, "image", url)))
        uuid = derived_uuid("url", wanted, url)
        return self._gallery.add(StoredFile(uuid, STAND_INS[wanted], partial(stand_in, wanted, url)))

    def _found(self, file: StoredFile | None, parameter: str) -> StoredFile:
        if file is None:
            message = f"No media is stored under the UUID in {parameter}."
            if self.switches.unknown_media == "invalid":
                raise invalid(parameter, message)
            raise Problem("mediaNotFound", message, parameter, type="string")
        return file

    def _inline(self, value: str, parameter: str, kind: Kind | None) -> StoredFile:
        start, said = 0, None
        if value.startswith("data:"):
            before, separator, _ = value[:256].partition(",")
            if not separator or not before.endswith(";base64"):
                raise invalid(parameter, f"{parameter} is not a base64 data URI.")
            start = len(before) + 1
            said = suffix_of_type(before.removeprefix("data:").partition(";")[0])
        head = value[start : start + _ENCODED_HEAD]
        try:
            suffix = suffix_of(base64.b64decode(head[: len(head) // 4 * 4]))
        except (binascii.Error, ValueError):
            suffix = None
        if suffix is None and said is not None and kind_of(said) != "image":
            suffix = said
        if suffix is None:
            raise invalid(parameter, f"{parameter} holds no {kind or 'file'} of a known type.")
        uuid = derived_uuid("inline", hashlib.blake2b(value.encode("ascii", "replace"), digest_size=16).hexdigest())
        make = partial(_decoded, value, start, parameter)
        form = Picture if kind_of(suffix) == "image" else StoredFile
        return self._gallery.add(form(uuid, suffix, make, solid=True), len(value))


def invalid(parameter: str, message: str) -> Problem:
    """Return the problem of a parameter that names no file that can be used."""
    last = next(part for part in reversed(parameter.split(".")) if not part.isdigit())
    return Problem(f"invalid{last[:1].upper()}{last[1:]}", message, parameter, type="string")


def _other_kind(parameter: str, wanted: Kind, found: Kind) -> Problem:
    return invalid(parameter, f"{parameter} must name a file of kind {wanted}, not {found}.")


def _decoded(value: str, start: int, parameter: str) -> bytes:
    try:
        return base64.b64decode(value[start:], validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid(parameter, f"{parameter} is not valid base64.") from error
