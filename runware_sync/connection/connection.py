"""The callers' side of one connection: put a task in, wait for its turn, take it out.

Callers register what they want, wake the reader and wait on gongs of their own; they never touch the socket.
"""

from collections.abc import Callable
from typing import TypeVar

from runware_sync.connection.exchange import Guest, Turn, settle, turns
from runware_sync.connection.lifecycle import Lifecycle
from runware_sync.errors import RunwareError, own_copy
from runware_sync.protocol.session import Session
from runware_sync.protocol.slots import Slot
from runware_sync.waiting import Gong

__all__ = ["Connection"]

T = TypeVar("T")


class Connection(Lifecycle):
    """One connection to the service, shared by any number of threads."""

    @property
    def waiting(self) -> list[Slot]:
        """The calls that wait, oldest first."""
        exchange = self.exchange
        with exchange.lock:
            return exchange.session.waiting

    def open(self, slot: Slot, bell: Turn | None = None) -> None:
        """Take a call in; it is written as soon as the connection can.

        Args:
            slot: The call.
            bell: What its owner waits on already, if it does.

        Raises:
            ClientClosedError: The client is closed.
            ConnectionFailedError: The connection was lost, and may not be made anew without `connect()`.
            ConflictError: The UUID waits already in this client.
        """
        exchange = self.exchange
        with exchange.lock:
            exchange.check()
            if slot.fault is not None:
                raise own_copy(slot.fault)  # it was withdrawn meanwhile
            exchange.session.open(slot, exchange.clock())
            slot.turn = bell
        try:
            self._start(exchange)
        except BaseException:
            self.leave(slot)
            raise

    def look(self, slot: Slot, decide: Callable[[Session, float], tuple[T, float | None]]) -> T:
        """Decide about a call under the lock; if the decision names a time, wait until then or until something happens.

        Args:
            slot: The call.
            decide: Returns a decision, and until when to wait for something to happen; `None`: not at all.
        """
        exchange = self.exchange
        with exchange.lock:
            now = exchange.clock()
            decision, until = decide(exchange.session, now)
            turn: Gong | None = None
            if until is not None:
                slot.turn = turn = Gong()
            writes = exchange.session.has_output
        if turn is not None and until is not None:
            if writes:
                self._start(exchange)
            self.attend(turn, until)
        return decision

    def attend(self, turn: Gong, until: float) -> None:
        """Wait for a turn, but no longer than until some time, as the session counts it."""
        turn.wait(until - self.exchange.clock())

    def peek(
        self, slot: Slot, decide: Callable[[Session, float], tuple[T, float | None]], bell: Turn
    ) -> tuple[T, float | None]:
        """Decide about a call as `look` does, but have a bell rung instead of waiting.

        Args:
            slot: The call.
            decide: Returns a decision, and until when to wait for the bell; `None`: there is more to do at once.
            bell: Rung when something happens.
        """
        exchange = self.exchange
        with exchange.lock:
            decision, until = decide(exchange.session, exchange.clock())
            if until is not None:
                slot.turn = bell
            writes = exchange.session.has_output
        if writes and until is not None:
            self._start(exchange)
        return decision, until

    def rest(self, slot: Slot, seconds: float) -> None:
        """Pause before the next window; ended at once by what makes that needless, and by a close."""
        until = self.now() + seconds
        while not self.look(slot, lambda _session, now: slot.rest(now, until)):
            pass

    def leave(self, slot: Slot, *, keep: bool = False) -> None:
        """Take a call out; what may still come for it is kept on the shelf, and with `keep` what it has brought."""
        exchange = self.exchange
        with exchange.lock:
            waiting = turns(exchange.session.leave(slot, exchange.clock(), keep=keep))
        settle(waiting)

    def withdraw(self, slot: Slot, reason: RunwareError) -> bool:
        """Take a call out of which nothing was written, and have its owner find the reason; tell whether that is so."""
        exchange = self.exchange
        with exchange.lock:
            if slot.sent:
                return False
            followers = exchange.session.leave(slot, exchange.clock())
            slot.fault = reason
            waiting = turns([slot, *followers])
        settle(waiting)
        return True

    def watch(self, slot: Slot) -> bool:
        """Take in a call whose tasks were written elsewhere, to collect what they bring; not if another has them."""
        exchange = self.exchange
        with exchange.lock:
            exchange.check()
            is_ours = exchange.session.watch(slot, exchange.clock())
        self._start(exchange)
        return is_ours

    def admit(self, guest: Guest) -> str:
        """Take in work that makes connections of its own, until the client is closed; return the service's address.

        Raises:
            ClientClosedError: The client is closed.
        """
        exchange = self.exchange
        with exchange.lock:
            exchange.check()
            exchange.guests.add(guest)
        return self._find()

    def reopen(self, uuid: str) -> Slot | None:
        """Take an unfinished call from the shelf, if it is there, and see to a connection if something is missing.

        Raises:
            ClientClosedError: Something is missing, and the client is closed.
        """
        exchange = self.exchange
        with exchange.lock:
            slot = exchange.session.reopen(uuid, exchange.clock())
            if slot is None or slot.missing <= 0:
                return slot
            if exchange.refusal is not None:
                exchange.session.leave(slot, exchange.clock())
                exchange.check()
        self._start(exchange)
        return slot
