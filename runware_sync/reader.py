"""The thread that owns the socket: it alone dials, signs in, reads, writes, pings, reconnects and closes.

It waits in one place, for the socket, the waker or the next deadline, and does nothing between heartbeats when there
is nothing to do. It parses and routes, no more: it converts nothing, runs no user's code and never sleeps.
"""

import logging
import random
import selectors
import socket
import time
from typing import Final

from runware_sync.errors import (
    AuthenticationError,
    ConnectionFailedError,
    ConnectionLostError,
    ConnectTimeoutError,
    RunwareError,
)
from runware_sync.exchange import Exchange, State, closed, settle, turns
from runware_sync.frames import Frame, parse
from runware_sync.heartbeat import Heartbeat
from runware_sync.options import Settings
from runware_sync.session import RESUMABLE
from runware_sync.transport import Transport, TransportClosed

__all__ = ["Reader"]

_LONGEST_PAUSE: Final = 30.0
_logger = logging.getLogger(__name__)


class Reader:
    """The owner of one connection's socket.

    It knows the exchange and the settings, and never the client: a client that nobody holds is collected, and its
    finaliser asks the reader to end.
    """

    def __init__(self, exchange: Exchange, settings: Settings, url: str) -> None:
        self._exchange = exchange
        self._settings = settings
        self._url = url
        self._selector = selectors.DefaultSelector()
        self._selector.register(exchange.waker, selectors.EVENT_READ)
        self._resume = True  # whether to sign in under the session's UUID
        self._once_more = False  # a refused resumption is followed by a plain sign-in, at once
        self._events = 0  # what the selector watches the socket for

    def run(self) -> None:
        """Serve until closed, or until nobody needs the connection any more; then settle all that waits."""
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
            self._selector.close()

    # -- connections ------------------------------------------------------------------------------------------------

    def _serve(self) -> None:
        failures = 0
        while not self._exchange.stopping:
            try:
                transport = self._connect()
            except RunwareError as error:
                failures += 1
                if not self._persists(error):
                    return
            else:
                failures = 0 if self._carry(transport) else failures + 1
                if not self._reconnects():
                    return
            self._pause(failures)

    def _connect(self) -> Transport:
        """Dial and sign in, within one bound.

        Raises:
            ConnectionFailedError: It did not work; nothing was sent.
            AuthenticationError: The key was refused.
        """
        from runware_sync.dial import dial

        exchange, settings = self._exchange, self._settings
        deadline = time.monotonic() + settings.connect_timeout
        _logger.info("connecting to %s", settings.shown_url)
        transport = dial(
            settings.dialled(self._url),
            deadline=deadline,
            headers=settings.headers,
            proxy=settings.proxy,
            ssl_context=settings.ssl_context,
            max_message=settings.max_message,
            on_socket=self._hold,
            stopped=lambda: exchange.stopping,
        )
        try:
            self._sign_in(transport, deadline)
        except BaseException:
            self._drop(transport)
            raise
        with exchange.lock:
            exchange.state = State.OPEN
            arrivals, exchange.arrivals = exchange.arrivals, []
        settle(arrivals)
        _logger.info("connected to %s", settings.shown_url)
        return transport

    def _hold(self, wire: socket.socket | None) -> None:
        self._exchange.wire = wire

    def _sign_in(self, transport: Transport, deadline: float) -> None:
        exchange = self._exchange
        key = self._settings.api_key.reveal() if self._settings.api_key else "sandbox"
        session = exchange.session
        with exchange.lock:
            resuming = self._resume and session.sign_in.uuid is not None
            text = session.begin(key, resume=resuming)
        transport.send(text)
        try:
            while not session.signed_in:
                self._receive(transport)
                if session.sign_in.refusal is not None:
                    raise session.sign_in.refusal
                if session.signed_in:
                    break
                if exchange.stopping:
                    raise ConnectionFailedError("closed while signing in", retryable=False)
                left = deadline - time.monotonic()
                if left <= 0:
                    raise ConnectTimeoutError(
                        f"{self._settings.shown_url} did not answer the sign-in within"
                        f" {self._settings.connect_timeout:g} s (connect_timeout)"
                    )
                transport.flush()
                self._wait(transport, left)
        except TransportClosed as error:
            raise ConnectionFailedError(f"the server ended the connection during sign-in: {error}") from error
        except RunwareError as error:
            if resuming and not isinstance(error, ConnectionFailedError):
                self._resume = False  # once without the session, before the refusal is believed
                self._once_more = True
                raise ConnectionFailedError("the session could not be resumed") from error
            if isinstance(error, AuthenticationError | ConnectionFailedError):
                raise
            raise ConnectionFailedError(f"the sign-in was refused: {error}", retryable=error.retryable) from error
        self._resume = True

    def _drop(self, transport: Transport) -> None:
        if self._events:
            self._selector.unregister(transport)
            self._events = 0
        transport.shut()
        self._exchange.wire = None

    def _persists(self, error: RunwareError) -> bool:
        """Tell whether to dial again after a failure, and tell those whom it ends."""
        exchange = self._exchange
        session = exchange.session
        if exchange.stopping:
            return False
        _logger.info("not connected: %s", error)
        if self._once_more:
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
            if goes_on and session.sign_in.lapses > 1:
                error: RunwareError | None = session.sign_in.lapsed
            elif goes_on and not self._settings.should_reconnect:
                error = ConnectionLostError("the connection was lost, and should_reconnect is off; call connect()")
            else:
                error = None
            if session.sign_in.lapsed is not None:
                self._resume = False
            if error is not None:
                goes_on = False
                touched = session.drain(error)
                exchange.refusal = error if isinstance(error, ConnectionLostError) else None
                exchange.reader = None
                session.sign_in.lapses = 0
                session.down_since = None
            exchange.state = State.CONNECTING if goes_on else State.IDLE
            waiting = turns(touched)
        settle(waiting)
        return goes_on

    def _pause(self, failures: int) -> None:
        """Wait before dialling again: not at all the first time, then longer and longer; ended by a close."""
        if failures == 0 or self._once_more:
            self._once_more = False
            return
        until = time.monotonic() + min(_LONGEST_PAUSE, 2.0 ** (failures - 1)) + random.random()
        while not self._exchange.stopping and (left := until - time.monotonic()) > 0:
            self._selector.select(left)
            self._exchange.waker.clear()

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
                now = time.monotonic()
                self._wait(transport, heartbeat.next_look(now) - now)
                useful = self._receive(transport) or useful
                now = time.monotonic()
                heartbeat.note(transport.received, transport.accepted, now)
                if heartbeat.is_dead(now):
                    _logger.info("no sign of life from %s; reconnecting", self._settings.shown_url)
                    break
            if exchange.stopping:
                self._say_goodbye(transport)
        except TransportClosed as error:
            _logger.info("the connection was lost: %s", error)
        finally:
            self._drop(transport)
        return useful

    def _write(self, transport: Transport, heartbeat: Heartbeat) -> None:
        """Write what waits, as long as the socket takes it; one frame at a time is handed over."""
        exchange = self._exchange
        session = exchange.session
        while not transport.wants_write:
            if heartbeat.wants_ping(time.monotonic()):
                transport.send(session.ping)
                heartbeat.pinged(time.monotonic())
            else:
                if not session.has_output:
                    return
                with exchange.lock:
                    text = session.take_output(exchange.clock())
                if text is None:
                    return
                transport.send(text)
            transport.flush()
        transport.flush()

    def _wait(self, transport: Transport, seconds: float) -> None:
        """Wait for the socket, the waker or the time, in the only place where this thread waits."""
        if transport.pending():
            seconds = 0.0
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if transport.wants_write else 0)
        if not self._events:
            self._selector.register(transport, events)
        elif self._events != events:
            self._selector.modify(transport, events)
        self._events = events
        for ready, _ in self._selector.select(max(0.0, seconds)):
            if ready.fileobj is self._exchange.waker:
                self._exchange.waker.clear()

    def _receive(self, transport: Transport) -> bool:
        """Route what has arrived; return whether there was anything of use."""
        exchange = self._exchange
        frames: list[Frame] = []
        for message in transport.receive():
            try:
                frames.append(parse(message))
            except (ValueError, RecursionError) as error:
                _logger.warning("a frame that cannot be read, of %d bytes: %s", len(message), type(error).__name__)
        if not frames:
            return False
        with exchange.lock:
            now = exchange.clock()
            waiting = []
            for frame in frames:
                try:
                    waiting += turns(exchange.session.receive(frame, now))
                except Exception:  # noqa: PERF203 - one odd frame must not end everybody's calls
                    _logger.exception("a frame that could not be routed; please report this")
        settle(waiting)
        return any(not item.get("pong") for frame in frames for item in frame.items)

    def _say_goodbye(self, transport: Transport) -> None:
        """Send the close frame, and give the server until the caller's deadline to answer it."""
        transport.close()
        while (left := self._exchange.close_by - time.monotonic()) > 0:
            transport.flush()
            self._wait(transport, left)
            transport.receive()
