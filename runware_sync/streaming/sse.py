"""Server-sent events: bytes in, events out, wherever the bytes were cut."""

import re
from collections.abc import Iterator
from typing import Final

from attrs import define, field

__all__ = ["DONE", "Events"]

DONE: Final = "[DONE]"
"""The data of the event after which nothing more comes."""

_END_OF_LINE: Final = re.compile(rb"\r\n|\r|\n")
_MARK: Final = b"\xef\xbb\xbf"  # a byte order mark may stand before everything


@define(eq=False)
class Events:
    """Takes the bytes of a stream in order, and returns the data of each event that is complete.

    Comments, which servers send to show that they are alive, and fields other than `data` are left out.

    Args:
        limit: Bytes that one event may have.
    """

    _limit: int
    _rest: bytearray = field(factory=bytearray, init=False)  # a line that has not ended yet
    _data: list[bytes] = field(factory=list, init=False)  # what the present event has said so far
    _size: int = field(default=0, init=False)
    _after_return: bool = field(default=False, init=False)  # the last byte was a CR: an LF now belongs to it
    _begun: bool = field(default=False, init=False)

    def feed(self, piece: bytes) -> list[str]:
        """Take the next bytes; return the data of the events that they complete.

        Raises:
            ValueError: An event is larger than the limit.
        """
        if self._after_return and piece.startswith(b"\n"):
            piece = piece[1:]
            self._after_return = False
        if piece:
            self._after_return = piece.endswith(b"\r")
        return [event for line in self._lines(piece) if (event := self._take(line)) is not None]

    def finish(self) -> list[str]:
        """Return what stands at the end of a stream that ended without the empty line."""
        if self._rest:
            self._take(bytes(self._rest))
            self._rest.clear()
        event = self._take(b"")
        return [] if event is None else [event]

    def _lines(self, piece: bytes) -> Iterator[bytes]:
        """Yield the lines that end in this piece; the limit also holds for one that never ends."""
        first, *others = _END_OF_LINE.split(piece)
        self._rest += first
        for following in others:
            line = bytes(self._rest)
            self._rest[:] = following
            yield line
        if self._size + len(self._rest) > self._limit:
            raise ValueError(f"an event of more than {self._limit} bytes")

    def _take(self, line: bytes) -> str | None:
        """Take one line; return the event's data if it was the empty one that ends an event."""
        if not self._begun:
            self._begun = True
            line = line.removeprefix(_MARK)
        if not line:
            return self._ended()
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
            self._size += len(line)
            if self._size > self._limit:
                raise ValueError(f"an event of more than {self._limit} bytes")
        return None

    def _ended(self) -> str | None:
        if not self._data:
            return None
        event = b"\n".join(self._data).decode(errors="replace")
        self._data.clear()
        self._size = 0
        return event
