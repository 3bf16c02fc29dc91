"""The life of one connection, as its callers bring it about: begin, connect, close, and begin anew after a fork.

Whoever wants something wakes the reader, or starts it; only the reader touches the socket.
"""

import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError

from runware_sync import forks
from runware_sync.connection.exchange import Exchange, State, closed, is_inside, settle, turns
from runware_sync.connection.waker import Waker
from runware_sync.errors import ClientClosedError, ConnectionFailedError, ConnectTimeoutError
from runware_sync.options import Settings
from runware_sync.protocol.session import Session
from runware_sync.waiting import wait

__all__ = ["Lifecycle"]


class Lifecycle:
    """What one connection is from its making to its end.

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

    def _renew(self, older: Session | None = None) -> None:
        """Begin with nothing, or with what waits on the shelf of a session that was closed.

        So it is in a new client, after `close()`, and in the child of a fork.
        """
        exchange = Exchange()
        if older is not None:
            exchange.session.inherit(older)
        self.exchange = exchange
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
        arrival: Future[None] = Future()
        while True:
            exchange = self.exchange
            with exchange.lock:
                if exchange is not self.exchange:
                    continue  # somebody else has begun anew
                if isinstance(exchange.refusal, ClientClosedError):
                    self._finalizer.detach()
                    self._renew(exchange.session)
                    continue
                if exchange.state is State.OPEN:
                    return
                exchange.refusal = None
                exchange.arrivals.append(arrival)
                break
        self._start(exchange)
        limit = self._settings.connect_timeout + 1.0
        try:
            wait(arrival, limit)
        except FutureTimeoutError:
            if arrival.done():
                raise
            raise ConnectTimeoutError(f"{self._settings.shown_url} was not reached within {limit:g} s") from None
        finally:
            with exchange.lock:  # of a caller that was interrupted the reader would think that it still waits
                exchange.arrivals = [each for each in exchange.arrivals if each is not arrival]

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
        from runware_sync.connection.reader import Reader

        with exchange.lock:
            if exchange.reader is None and not exchange.stopping:
                exchange.waker = Waker()
                reader = Reader(exchange, exchange.waker, self._settings, address)
                try:
                    exchange.reader = threading.Thread(target=reader.run, name="runware-reader", daemon=True)
                    exchange.state = State.CONNECTING
                    exchange.reader.start()
                except BaseException as error:  # there are too many threads, or the interpreter ends; or an interrupt
                    exchange.reader, exchange.state = None, State.IDLE  # one that starts all the same finds that
                    reader.dispose()
                    if not isinstance(error, RuntimeError):
                        raise
                    raise ConnectionFailedError(f"no thread for the connection: {error}", retryable=False) from error
        exchange.signal()

    def _find(self) -> str:
        """Return the address to dial.

        Raises:
            ConfigurationError: There is no key to sign in with.
        """
        self._settings.require_key()
        return self._resolve(self._settings.url)

    def __repr__(self) -> str:
        """Return address and state."""
        return f"<Connection {self._settings.shown_url}, {self.state.value}>"
