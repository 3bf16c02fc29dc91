"""The thread that owns the socket: it alone dials, signs in, reads, writes, pings, reconnects and closes.

It waits in one place, for the socket, the waker or the next deadline, and does nothing between heartbeats when there
is nothing to do. It parses and routes, no more: it converts nothing, runs no user's code and never sleeps.
"""

import random
import threading
import time
from contextlib import suppress
from typing import Final

from runware_sync import logs
from runware_sync.connection.exchange import Exchange, State, closed, settle, turns
from runware_sync.connection.opening import Opening, route
from runware_sync.connection.waker import Waker
from runware_sync.connection.watch import Watch
from runware_sync.errors import (
    AuthenticationError,
    ConnectionFailedError,
    ConnectionLostError,
    RunwareError,
)
from runware_sync.network.transport import Transport, TransportClosed
from runware_sync.options import Settings
from runware_sync.protocol.heartbeat import Heartbeat
from runware_sync.protocol.outbox import PING
from runware_sync.protocol.session import RESUMABLE

__all__ = ["Reader"]

_LONGEST_PAUSE: Final = 30.0
_NOT_AGAIN: Final = "the connection was lost, and should_reconnect is off; call connect()"
_logger = logs.logger(__name__)


class Reader:
    """The owner of one connection's socket.

    It knows the exchange and the settings, and never the client: a client that nobody holds is collected, and its
    finaliser asks the reader to end.
    """

    def __init__(self, exchange: Exchange, waker: Waker, settings: Settings, url: str) -> None:
        self._exchange = exchange
        self._settings = settings
        self._watch = Watch(waker)
        self._opening = Opening(exchange, settings, url, self._watch)

    def run(self) -> None:
        """Serve until closed, or until nobody needs the connection any more; then settle all that waits."""
        with self._exchange.lock:
            is_wanted = self._exchange.reader is threading.current_thread()
        if not is_wanted:
            return  # whoever started it was interrupted meanwhile, and has let go of it
        try:
            self._serve()
        except BaseException as error:
            _logger.exception("the reader failed; please report this")
            lost = ConnectionLostError("the connection's own thread failed; the outcome is unknown")
            lost.__cause__ = error
            self._end_all(lost)
        finally:
            if self._exchange.stopping:
                self._end_all(closed())
            self._watch.close()

    def dispose(self) -> None:
        """Give the descriptors back of one that could not be run."""
        self._watch.close()

    # -- connections ------------------------------------------------------------------------------------------------

    def _serve(self) -> None:
        failures = 0
        while not self._exchange.stopping:
            try:
                transport = self._opening.connect()
            except RunwareError as error:
                failures += 1
                if not self._persists(error):
                    return
            else:
                failures = 0 if self._carry(transport) else failures + 1
                if not self._reconnects():
                    return
            failures = self._pause(failures)

    def _persists(self, error: RunwareError) -> bool:
        """Tell whether to dial again after a failure, and tell those whom it ends."""
        exchange = self._exchange
        session = exchange.session
        if exchange.stopping:
            return False
        _logger.info("not connected: %s", error)
        if self._opening.once_more:
            return True
        with exchange.lock:
            arrivals, exchange.arrivals = exchange.arrivals, []
            outage = session.down_since is not None and exchange.clock() - session.down_since < RESUMABLE
            if isinstance(error, AuthenticationError):
                touched = session.drain(error)
            elif outage and error.retryable:
                touched = []
            else:
                touched = session.fail_unsent(error)
            goes_on = not isinstance(error, AuthenticationError) and (outage or any(s.sent for s in session.waiting))
            exchange.state = State.CONNECTING if goes_on else State.IDLE
            if not goes_on:
                session.down_since = None
                exchange.reader = None
            waiting = turns(touched)
        settle(arrivals, error)
        settle(waiting)
        return goes_on

    def _reconnects(self) -> bool:
        """Take note of a lost connection; tell whether to dial again."""
        exchange = self._exchange
        session = exchange.session
        with exchange.lock:
            touched = session.lost(exchange.clock())
            goes_on = not exchange.stopping
            unsent: RunwareError | None = None
            if goes_on and session.sign_in.lapses > 1:
                error: RunwareError | None = session.sign_in.lapsed
            elif goes_on and not self._settings.should_reconnect:
                error = ConnectionLostError(_NOT_AGAIN)
                unsent = ConnectionFailedError(f"{_NOT_AGAIN}; nothing was sent", retryable=False)
            else:
                error = None
            if session.sign_in.lapsed is not None:
                self._opening.resume = False
            if error is not None:
                goes_on = False
                touched = session.drain(error, unsent=unsent)
                exchange.refusal = unsent
                exchange.reader = None
                session.sign_in.lapses = 0
                session.down_since = None
            exchange.state = State.CONNECTING if goes_on else State.IDLE
            waiting = turns(touched)
        settle(waiting)
        return goes_on

    def _pause(self, failures: int) -> int:
        """Wait before dialling again: not at all the first time, then longer and longer.

        A close ends it, and so does whoever asks for a connection now.

        Returns:
            The failures so far; none if somebody asks, so that the pauses begin anew.
        """
        exchange = self._exchange
        if self._opening.once_more:
            self._opening.once_more = False
        elif failures:
            seconds = min(_LONGEST_PAUSE, 2.0 ** (failures - 1)) + random.random()
            self._watch.pause(seconds, lambda: exchange.stopping or bool(exchange.arrivals))
        return 0 if exchange.arrivals else failures

    def _end_all(self, error: RunwareError) -> None:
        exchange = self._exchange
        with exchange.lock:
            exchange.state = State.IDLE
            exchange.reader = None
            waiting = turns(exchange.session.drain(error))
            arrivals, exchange.arrivals = exchange.arrivals, []
        settle(waiting)
        settle(arrivals, error)

    # -- one connection ---------------------------------------------------------------------------------------------

    def _carry(self, transport: Transport) -> bool:
        """Carry frames until the connection is lost or closed; return whether it brought anything."""
        exchange = self._exchange
        session = exchange.session
        heartbeat = Heartbeat(self._settings.heartbeat, time.monotonic())
        useful = False
        try:
            while not exchange.stopping and session.sign_in.lapsed is None:
                self._write(transport, heartbeat)
                session.outbox.note(writing=transport.wants_write, now=exchange.clock())
                self._watch.clear()
                if exchange.stopping or (session.has_output and transport.is_open and not transport.wants_write):
                    continue  # it came between writing and clearing
                now = time.monotonic()
                if self._watch.wait(transport, heartbeat.next_look(now) - now):
                    useful = route(exchange, transport) or useful
                now = time.monotonic()
                heartbeat.note(transport.received, transport.accepted, now, writing=transport.wants_write)
                if heartbeat.is_dead(now):
                    _logger.info("no sign of life from %s; reconnecting", self._settings.shown_url)
                    break
            if exchange.stopping:
                self._say_goodbye(transport)
        except TransportClosed as error:
            _logger.info("the connection was lost: %s", error)
            if error.is_about_size:
                with exchange.lock:
                    session.roster.tell(error.reason)
            with suppress(TransportClosed):  # what had arrived before was paid for
                while True:
                    useful = route(exchange, transport) or useful
        finally:
            self._opening.drop(transport)
        return useful

    def _write(self, transport: Transport, heartbeat: Heartbeat) -> None:
        """Write what waits, as long as the socket takes it; one frame at a time is handed over."""
        exchange = self._exchange
        session = exchange.session
        while transport.is_open and not transport.wants_write:
            if heartbeat.wants_ping(time.monotonic()):
                transport.send(PING)
                heartbeat.pinged(time.monotonic())
            else:
                if not session.has_output:
                    return
                with exchange.lock:
                    text = session.take_output(exchange.clock())
                if text is None:
                    return
                _logger.debug("> %s", logs.Masked(text))
                transport.send(text)
            transport.flush()
        transport.flush()

    def _say_goodbye(self, transport: Transport) -> None:
        """Send the close frame, and give the server until the caller's deadline to answer it."""
        transport.close()
        while (left := self._exchange.close_by - time.monotonic()) > 0:
            transport.flush()
            self._watch.clear()
            self._watch.wait(transport, left)
            transport.receive()
