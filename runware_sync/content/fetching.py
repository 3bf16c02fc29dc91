"""The bytes of many results, fetched side by side: a few threads download, and the caller takes them in order.

What came inline is decoded in the caller's own thread, when its turn comes.
"""

import threading
import time
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import closing
from queue import Empty, SimpleQueue
from typing import Final, Protocol, TypeAlias

from runware_sync.errors import DownloadError
from runware_sync.waiting import SLICE

__all__ = ["Readable", "fetch", "fetched"]

AT_ONCE: Final = 8  # downloads

Fetched: TypeAlias = bytes | Exception


class Readable(Protocol):
    """What has bytes: the content of a result."""

    @property
    def at_hand(self) -> bool:
        """Whether its bytes are here already, so that reading them takes no network."""
        ...

    def read(self) -> bytes:
        """Return its bytes, or raise."""
        ...


def fetch(contents: Sequence[Readable], seconds: float | None = None) -> list[Fetched]:
    """Return the bytes of each, fetched side by side; where that failed, the exception in their place.

    Args:
        contents: What to read.
        seconds: How long all of it may take. What is not there by then is a `DownloadError`; a download under way
            goes on, and the next `read()` has it. Default: as long as downloads may.
    """
    with closing(fetched(contents, seconds)) as found:
        return list(found)


def fetched(contents: Sequence[Readable], seconds: float | None = None) -> Generator[Fetched, None, None]:
    """Yield the bytes of each, in order, as soon as they are there; see `fetch`.

    When the caller leaves, by closing the generator or by Ctrl-C, no further download begins.
    """
    until = None if seconds is None else time.monotonic() + seconds
    away = [index for index, content in enumerate(contents) if not content.at_hand]
    if until is None and len(away) < 2:  # nothing to be gained by a thread
        yield from map(_read, contents)
        return
    downloads = _Downloads(contents, away)
    try:
        for index, content in enumerate(contents):
            if not downloads.has(index):
                yield _read(content)
            else:
                found = downloads.take(index, until)
                yield DownloadError(f"not there within {seconds:g} s", retryable=True) if found is None else found
    finally:
        downloads.stop()


def _read(content: Readable) -> Fetched:
    try:
        return content.read()
    except Exception as error:  # noqa: BLE001 - it stands in the place of the bytes
        return error


class _Downloads:
    """Downloads by a few threads, which end with the last one; daemons, so that none delays the end of the process."""

    def __init__(self, contents: Sequence[Readable], indices: Sequence[int]) -> None:
        self._contents = contents
        self._indices = frozenset(indices)
        self._waiting = deque(indices)
        self._done: SimpleQueue[tuple[int, Fetched]] = SimpleQueue()
        self._found: dict[int, Fetched] = {}
        for _ in range(min(AT_ONCE, len(indices))):
            threading.Thread(target=self._work, name="runware-download", daemon=True).start()

    def has(self, index: int) -> bool:
        return index in self._indices

    def _work(self) -> None:
        while True:
            try:
                index = self._waiting.popleft()
            except IndexError:
                return
            self._done.put((index, _read(self._contents[index])))

    def take(self, index: int, until: float | None) -> Fetched | None:
        """Return what came of one, waiting for it; `None` if it is too late."""
        while index not in self._found:
            left = None if until is None else max(0.0, until - time.monotonic())
            pause = min((each for each in (SLICE, left) if each is not None), default=None)
            try:
                done, outcome = self._done.get(timeout=pause)
            except Empty:
                if left == 0:
                    return None
            else:
                self._found[done] = outcome
        return self._found.pop(index)

    def stop(self) -> None:
        """Begin nothing more."""
        self._waiting.clear()
