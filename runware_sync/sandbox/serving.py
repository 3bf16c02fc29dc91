"""A file as an HTTP answer: whole, or the part that a player asks for."""

import http
import re
from typing import Final

from websockets.datastructures import Headers
from websockets.http11 import Response

from runware_sync.sandbox.kinds import CONTENT_TYPES

__all__ = ["served"]

_SPAN: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def served(content: bytes, suffix: str, span: str | None = None) -> Response:
    """Return the answer to a request for a file.

    Args:
        content: The whole file.
        suffix: Of its name.
        span: The request's `Range`, if it has one: one span of bytes is understood, anything else gives the whole file.
    """
    wanted = _SPAN.fullmatch(span.replace(" ", "")) if span is not None else None
    headers = Headers({"Content-Type": CONTENT_TYPES[suffix], "Accept-Ranges": "bytes", "Connection": "close"})
    status = http.HTTPStatus.OK
    if wanted is not None and wanted.group() != "bytes=-":
        first, last = _bounds(*wanted.groups(), size=len(content))
        if first > last:
            status, part = http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, b""
            headers["Content-Range"] = f"bytes */{len(content)}"
        else:
            status, part = http.HTTPStatus.PARTIAL_CONTENT, content[first : last + 1]
            headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
        content = part
    headers["Content-Length"] = str(len(content))
    return Response(status, status.phrase, headers, content)


def _bounds(first: str, last: str, *, size: int) -> tuple[int, int]:
    """Return the first and the last byte; the first comes after the last if there is none to send."""
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
