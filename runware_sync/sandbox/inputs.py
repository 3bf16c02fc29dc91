"""The four forms in which a task names a picture: UUID, URL, data URI, bare base64."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from runware_sync.sandbox.gallery import Gallery, Picture, suffix_of
from runware_sync.sandbox.identifiers import UUID, derived_number, derived_uuid
from runware_sync.sandbox.rules import Problem

__all__ = ["Inputs", "nested"]

_STAND_IN: Final = (768, 512)
_HEAD: Final = 64


def nested(request: Mapping[str, Any], *path: str) -> Any:
    """Return a nested value of a request, `None` where there is none."""
    value: Any = request
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


class Inputs:
    """Finds the picture that a parameter names.

    No URL is ever fetched: one of the sandbox's own names its own picture, any other is answered with a stand-in that
    is painted from the URL's text, always the same for the same URL.

    Args:
        gallery: The pictures there are.
        files_url: How the URLs of the sandbox's own files begin.
    """

    def __init__(self, gallery: Gallery, files_url: str) -> None:
        self._gallery = gallery
        self._files_url = files_url

    def picture(self, value: Any, parameter: str) -> Picture:
        """Return the picture; raise `Problem`, naming the parameter, if there is none or it is none."""
        if not isinstance(value, str) or not value:
            raise _invalid(parameter, f"{parameter} must be a UUID, a URL, a data URI or base64.")
        if UUID.fullmatch(value):
            return self._found(self._gallery.find(value), parameter)
        if value.startswith(self._files_url):
            stem = value.removeprefix(self._files_url).partition(".")[0]
            return self._found(self._gallery.find(stem), parameter)
        if value.startswith(("http://", "https://")):
            return self._gallery.add(Picture(derived_uuid("url", value), "jpg", partial(_stand_in, value)))
        return self._inline(value, parameter)

    def _found(self, picture: Picture | None, parameter: str) -> Picture:
        if picture is None:
            raise Problem(
                "mediaNotFound", f"No media is stored under the UUID in {parameter}.", parameter, type="string"
            )
        return picture

    def _inline(self, value: str, parameter: str) -> Picture:
        start = 0
        if value.startswith("data:"):
            kind, separator, _ = value[:256].partition(",")
            if not separator or not kind.endswith(";base64"):
                raise _invalid(parameter, f"{parameter} is not a base64 data URI.")
            start = len(kind) + 1
        head = value[start : start + _HEAD]
        try:
            suffix = suffix_of(base64.b64decode(head[: len(head) // 4 * 4]))
        except (binascii.Error, ValueError):
            suffix = None
        if suffix is None:
            raise _invalid(parameter, f"{parameter} holds no image of a known type.")
        uuid = derived_uuid("inline", hashlib.blake2b(value.encode("ascii", "replace"), digest_size=16).hexdigest())
        return self._gallery.add(
            Picture(uuid, suffix, partial(_decoded, value, start, parameter), solid=True), len(value)
        )


def _invalid(parameter: str, message: str) -> Problem:
    last = parameter.rpartition(".")[2]
    return Problem(f"invalid{last[:1].upper()}{last[1:]}", message, parameter, type="string")


def _decoded(value: str, start: int, parameter: str) -> bytes:
    try:
        return base64.b64decode(value[start:], validate=True)
    except (binascii.Error, ValueError) as error:
        raise _invalid(parameter, f"{parameter} is not valid base64.") from error


def _stand_in(url: str) -> bytes:
    from runware_sync.sandbox import art

    words = " ".join(
        part for part in url.partition("://")[2].replace("?", "/").replace("-", " ").split("/")[1:] if part
    )
    width, height = _STAND_IN
    painted = art.paint(prompt=words or url, seed=derived_number("url", url), width=width, height=height)
    return art.encode(painted, "JPG")
