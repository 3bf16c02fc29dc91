"""The callers' side of one connection: put a task in, wait for its turn, take it out.

Callers register what they want, wake the reader and wait on futures of their own; they never touch the socket.
"""

import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TypeVar

from runware_sync import forks
from runware_sync.errors import ClientClosedError, ConnectionFailedError, ConnectTimeoutError, RunwareError
from runware_sync.exchange import Exchange, Guest, State, Turn, Waker, closed, is_inside, settle, turns
from runware_sync.options import Settings
from runware_sync.session import Session
from runware_sync.slots import Slot
from runware_sync.waiting import Gong, wait

__all__ = ["Connection"]

T = TypeVar("T")


class Connection:
    """One connection to the service, shared by any number of threads.

    Args:
        settings: What the client was told.
        resolve: Turns the URL of the settings into the one that is dialled, in the thread of the first caller.

    Attributes:
        exchange: The state that is shared with the reader.
    """

    def __init__(self, settings: Settings, resolve: Callable[[str], str]) -> None:
        self._settings = settings
        self._resolve = resolve
        self._address: str | None = None
        self._renew()
        forks.enlist(self)

    def _renew(self) -> None:
        """Begin with nothing: in a new client, after `close()`, and in the child of a fork."""
        self.exchange = Exchange()
        self._finalizer = weakref.finalize(self, Exchange.abandon, self.exchange)
        # Not at exit: calls in daemon threads would be woken, to print a traceback each while the program ends.
        self._finalizer.atexit = False

    def begin_anew(self) -> None:
        """Begin with an exchange of its own in a forked child, and never touch the parent's socket."""
        self._finalizer.detach()
        self.exchange.disown()
        self._renew()

    @property
    def state(self) -> State:
        """Whether it is connected."""
        return self.exchange.state

    @property
    def is_open(self) -> bool:
        """Whether there is a connection that is signed in."""
        return self.exchange.state is State.OPEN

    @property
    def is_closed(self) -> bool:
        """Whether it was closed, and not opened again."""
        return isinstance(self.exchange.refusal, ClientClosedError)

    @property
    def waiting(self) -> list[Slot]:
        """The calls that wait, oldest first."""
        exchange = self.exchange
        with exchange.lock:
            return exchange.session.waiting

    def now(self) -> float:
        """Return the time, as the session counts it."""
        return self.exchange.clock()

    # -- opening and closing ----------------------------------------------------------------------------------------

    def connect(self) -> None:
        """Make sure of a connection that is signed in; dials once, within `connect_timeout`.

        Raises:
            AuthenticationError: The key was refused.
            ConnectionFailedError: It did not work.
        """
        exchange = self.exchange
        with exchange.lock:
            if exchange is self.exchange and isinstance(exchange.refusal, ClientClosedError):
                self._finalizer.detach()
                self._renew()
                self.exchange.session.inherit(exchange.session)
        exchange = self.exchange
        arrival: Future[None] = Future()
        with exchange.lock:
            if exchange.state is State.OPEN:
                return
            exchange.refusal = None
            exchange.arrivals.append(arrival)
        self._start(exchange)
        limit = self._settings.connect_timeout + 1.0
        try:
            wait(arrival, limit)
        except FutureTimeoutError:
            if arrival.done():
                raise
            raise ConnectTimeoutError(f"{self._settings.shown_url} was not reached within {limit:g} s") from None

    def abandon(self) -> None:
        """Have the reader end, and refuse calls; takes no lock and waits for nobody."""
        self.exchange.abandon()

    @property
    def is_entered(self) -> bool:
        """Whether this very thread is in the midst of something here, which a signal handler has interrupted."""
        return is_inside(self.exchange.lock)

    def close(self, timeout: float) -> None:
        """Close the connection and end every call that waits, at once; bounded, also with a silent peer."""
        exchange = self.exchange
        with exchange.lock:
            exchange.refusal = closed()
            exchange.close_by = time.monotonic() + timeout
            exchange.stopping = True
            waiting = turns(exchange.session.drain(closed()))
            arrivals, exchange.arrivals = exchange.arrivals, []
            guests = list(exchange.guests)
            reader = exchange.reader
        settle(waiting)
        settle(arrivals, closed())
        for guest in guests:
            guest.end(closed())
        exchange.signal()
        if reader is not None and reader is not threading.current_thread():
            reader.join(timeout + 0.2)
            if reader.is_alive():
                exchange.cut()
                reader.join(1.0)

    def _start(self, exchange: Exchange) -> None:
        """Start the reader, unless it runs."""
        if exchange.reader is not None:
            exchange.signal()
            return
        address = self._address = self._find()
        from runware_sync.reader import Reader

        with exchange.lock:
            if exchange.reader is None and not exchange.stopping:
                exchange.waker = Waker()
                reader = Reader(exchange, exchange.waker, self._settings, address)
                exchange.reader = threading.Thread(target=reader.run, name="runware-reader", daemon=True)
                exchange.state = State.CONNECTING
                try:
                    exchange.reader.start()
                except RuntimeError as error:  # there are too many threads, or the interpreter ends
                    exchange.reader, exchange.state = None, State.IDLE
                    reader.dispose()
                    raise ConnectionFailedError(f"no thread for the connection: {error}", retryable=False) from error
        exchange.signal()

    def _find(self) -> str:
        """Return the address to dial.

        Raises:
            ConfigurationError: There is no key to sign in with.
        """
        self._settings.require_key()
        return self._resolve(self._settings.url)

    # -- calls ------------------------------------------------------------------------------------------------------

    def open(self, slot: Slot, bell: Turn | None = None) -> None:
        """Take a call in; it is written as soon as the connection can.

        Args:
            slot: The call.
            bell: What its owner waits on already, if it does.

        Raises:
            ClientClosedError: The client is closed.
            ConnectionLostError: The connection was lost, and may not be made anew without `connect()`.
            ConflictError: The UUID waits already in this client.
        """
        exchange = self.exchange
        with exchange.lock:
            if exchange.refusal is not None:
                raise exchange.refusal
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
            if exchange.refusal is not None:
                raise exchange.refusal
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
            if exchange.refusal is not None:
                raise exchange.refusal
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
                raise exchange.refusal
        self._start(exchange)
        return slot

    def __repr__(self) -> str:
        """Return address and state."""
        return f"<Connection {self._settings.shown_url}, {self.state.value}>"
