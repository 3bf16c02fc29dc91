"""What a client has stored with the service, by content: each thing once, however many threads want it at one moment.

| guarded by `_lock` | what |
|---|---|
| `_known` | UUIDs by content, the longest unused forgotten first |
| `_flights` | what is on its way |

Nothing waits under the lock. Who comes first sends; the others wait for it. What the service says, or the connection,
is told to all of them; if its thread was merely interrupted, another one of them sends.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, NamedTuple

from runware_sync import forks
from runware_sync.errors import RunwareError, own_copy
from runware_sync.waiting import SLICE

__all__ = ["Freight", "Uploads"]

_MOST: Final = 1024


class Freight(NamedTuple):
    """How something travels.

    Args:
        text: A UUID, or what stands inside of the task.
        stored: Whether it is a UUID.
        remembered: Whether it was stored for an earlier call.
    """

    text: str
    stored: bool
    remembered: bool = False


class _Flight:
    """One thing on its way, and those who wait for it."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.freight: Freight | None = None
        self.failure: RunwareError | None = None

    def outcome(self) -> Freight | None:
        """Wait for it; return what came of it, raise why it failed, or return `None` if the next one is to try."""
        while not self.over.wait(SLICE):
            pass
        if self.failure is not None:
            raise own_copy(self.failure)
        return self.freight


class Uploads:
    """The UUIDs of what was stored. All methods may be called from any thread.

    Args:
        most: How many are remembered.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._known: OrderedDict[str, str] = OrderedDict()
        self.begin_anew()
        forks.enlist(self)

    def begin_anew(self) -> None:
        """Begin with nothing on its way: when made, and in the child of a fork, which keeps what is known."""
        self._lock = threading.RLock()  # a signal handler may make a call inside of it
        self._flights: dict[str, _Flight] = {}

    def obtain(self, key: str, send: Callable[[], Freight]) -> Freight:
        """Return how some content travels: as it is known, as another thread finds out, or by sending it.

        Args:
            key: What tells the content from all other.
            send: Stores it, or finds that it is to travel inside of the task. Called by one thread at a time.

        Raises:
            Exception: Whatever `send` has raised, here; or a `RunwareError` that it has raised where it was waited for.
        """
        while True:
            own: _Flight | None = None
            try:  # from before it is entered, so that an interrupt at any place leaves nobody waiting
                with self._lock:
                    known = self._known.get(key)
                    if known is not None:
                        self._known.move_to_end(key)
                        return Freight(known, stored=True, remembered=True)
                    flight = self._flights.get(key)
                    if flight is None:
                        own = self._flights[key] = _Flight()
                if own is not None:
                    own.freight = send()
                    return own.freight
            except RunwareError as error:
                if own is not None:
                    own.failure = error
                raise
            finally:
                if own is not None:
                    self._land(key, own)
            if flight is not None and (freight := flight.outcome()) is not None:
                return freight

    def _land(self, key: str, flight: _Flight) -> None:
        """Take note of what came of it, and tell those who wait."""
        try:
            with self._lock:
                if self._flights.get(key) is flight:
                    del self._flights[key]
                if flight.freight is not None and flight.freight.stored:
                    self._known[key] = flight.freight.text
                    if len(self._known) > self._most:
                        self._known.popitem(last=False)
        finally:
            flight.over.set()

    def forget(self, key: str, uuid: str) -> None:
        """Forget a UUID that the service has forgotten; one that another thread has got since is kept."""
        with self._lock:
            if self._known.get(key) == uuid:
                del self._known[key]
