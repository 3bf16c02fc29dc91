"""What callers and the reader share, and the one lock that guards it.

| guarded by `lock` | what |
|---|---|
| `session` | who waits for what |
| `state`, `refusal`, `reader` | whether there is a connection, and who reads it |
| `arrivals` | callers of `connect()` |
| `guests` | what ends with the client, though it has connections of its own |

Nothing waits, writes, parses or settles a future while the lock is held. `stopping`, `close_by` and `wire` are single
words that may be set without it, because a finaliser that runs anywhere must never wait for a lock; so are those of
`Outbox.note`, which the reader alone sets, at each turn. A signal handler, a log handler or a `__del__` can run
inside of it, in the thread that holds it, and look; whoever closes there has another thread do it (`is_inside`).
"""

import enum
import socket
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import Protocol
from weakref import WeakSet

from attrs import define, field

from runware_sync.connection.waker import Waker
from runware_sync.errors import ClientClosedError, RunwareError, own_copy
from runware_sync.protocol.session import Session
from runware_sync.protocol.slots import Slot

__all__ = ["Exchange", "Guest", "State", "Turn", "is_inside", "settle", "turns"]


class Turn(Protocol):
    """What the owner of a call waits on: a future, or something that is rung like one."""

    def set_result(self, result: None, /) -> None:
        """Say that there is something to look at."""

    def set_exception(self, exception: BaseException, /) -> None:
        """Say that it cannot be had."""


class Guest(Protocol):
    """Work that has a connection of its own, and ends when the client is closed."""

    def end(self, error: RunwareError) -> None:
        """End it with an error, from any thread, at once."""


class State(enum.Enum):
    """Where a connection stands; changed under the lock, and nowhere else."""

    IDLE = "not connected"
    CONNECTING = "connecting"
    OPEN = "connected"


@define(eq=False)
class Exchange:
    """The state of one connection, from both sides."""

    clock: Callable[[], float] = time.monotonic
    lock: threading.RLock = field(factory=threading.RLock)
    session: Session = field(factory=Session)
    state: State = State.IDLE
    reader: threading.Thread | None = None
    refusal: RunwareError | None = None  # why calls are refused until `connect()`
    arrivals: list[Future[None]] = field(factory=list)
    guests: WeakSet[Guest] = field(factory=WeakSet)
    waker: Waker | None = None  # the present reader's
    stopping: bool = False  # a wish that the reader carries out
    close_by: float = 0.0  # until when the reader lets the server say goodbye
    wire: socket.socket | None = None  # what may be cut when the reader does not answer

    def cut(self) -> None:
        """Cut the TCP connection under the reader, whatever it is doing; only the reader closes the descriptor."""
        victim = self.wire
        if victim is not None:
            with suppress(OSError):
                victim.shutdown(socket.SHUT_RDWR)

    def abandon(self) -> None:
        """Ask the reader to end at once, and refuse calls; takes no lock and waits for nobody."""
        self.refusal = closed()
        self.stopping = True
        self.close_by = 0.0
        self.signal()

    def check(self) -> None:
        """Raise why calls are refused, if they are; an exception for each. Requires the lock."""
        if self.refusal is not None:
            raise own_copy(self.refusal)

    def signal(self) -> None:
        """End the reader's wait, if there is a reader."""
        waker = self.waker
        if waker is not None:
            waker.signal()

    def disown(self) -> None:
        """Let go of the parent's descriptors in a forked child, and end its calls there; the connection is not touched.

        A call goes on in the child if one of its caller's functions has forked. It is the parent that brings it to its
        end, and pays for it.
        """
        self.session.drain(inherited())
        if self.waker is not None:
            self.waker.close()
        if self.wire is not None:
            self.wire.close()


def is_inside(lock: threading.RLock) -> bool:
    """Tell whether this very thread holds a lock."""
    inside: bool = lock._is_owned()  # type: ignore[attr-defined]  # noqa: SLF001  # as `threading.Condition` does
    return inside


def turns(slots: Iterable[Slot]) -> list[Turn]:
    """Take from calls what their owners wait on. Requires the lock."""
    taken: list[Turn] = []
    for slot in slots:
        if slot.turn is not None:
            taken.append(slot.turn)
            slot.turn = None
    return taken


def settle(futures: Iterable[Turn], error: RunwareError | None = None) -> None:
    """Wake whoever waits, each with an error of its own. Never under the lock: a callback may run here."""
    for future in futures:
        try:
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(own_copy(error))
        except InvalidStateError:  # its owner has left
            continue


def inherited() -> ClientClosedError:
    """Return the error for what a forked child has of its parent's."""
    return ClientClosedError("this call belongs to the parent process, where it goes on")


def closed() -> ClientClosedError:
    """Return the error for calls to a client that was closed."""
    return ClientClosedError("the client is closed; connect() opens it again")
