"""Opening a connection: dial, sign in, resume the session; and the routing of what arrives, also before the reply."""

import logging
import socket
import time

from runware_sync import logs
from runware_sync.connection.exchange import Exchange, State, settle, turns
from runware_sync.connection.watch import Watch
from runware_sync.errors import AuthenticationError, ConnectionFailedError, ConnectTimeoutError, RunwareError
from runware_sync.network.transport import Transport, TransportClosed
from runware_sync.options import Settings
from runware_sync.protocol.frames import Frame, parse
from runware_sync.secrecy import conceal

__all__ = ["Opening", "route"]

_logger = logs.logger(__name__)


class Opening:
    """The way to a connection that is signed in.

    Attributes:
        resume: Whether to sign in under the session's UUID.
        once_more: A resumption was refused, and is to be followed by a plain sign-in at once.
    """

    def __init__(self, exchange: Exchange, settings: Settings, url: str, watch: Watch) -> None:
        self._exchange = exchange
        self._settings = settings
        self._url = url
        self._watch = watch
        self.resume = True
        self.once_more = False

    def connect(self) -> Transport:
        """Dial and sign in, within one bound.

        Raises:
            ConnectionFailedError: It did not work; nothing was sent.
            AuthenticationError: The key was refused.
        """
        from runware_sync.network.dial import dial

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
            self.drop(transport)
            raise
        with exchange.lock:
            exchange.state = State.OPEN
            arrivals, exchange.arrivals = exchange.arrivals, []
        settle(arrivals)
        _logger.info("connected to %s", settings.shown_url)
        return transport

    def _hold(self, wire: socket.socket | None) -> None:
        self._exchange.wire = wire

    def _say_who(self, transport: Transport) -> bool:
        """Queue the sign-in, and return whether it resumes the session; what holds the key ends with this frame."""
        session = self._exchange.session
        with self._exchange.lock:
            resuming = self.resume and session.sign_in.uuid is not None
            key = self._settings.api_key
            text = session.begin(key.reveal() if key else "sandbox", resume=resuming)
        transport.send(text)
        return resuming

    def _sign_in(self, transport: Transport, deadline: float) -> None:
        exchange = self._exchange
        session = exchange.session
        resuming = self._say_who(transport)
        try:
            while not session.signed_in:
                route(exchange, transport)
                if session.sign_in.refusal is not None:
                    raise session.sign_in.refusal
                if session.signed_in:
                    break
                left = deadline - time.monotonic()
                if left <= 0:
                    raise ConnectTimeoutError(
                        f"{self._settings.shown_url} did not answer the sign-in within"
                        f" {self._settings.connect_timeout:g} s (connect_timeout)"
                    )
                transport.flush()
                self._watch.clear()
                if exchange.stopping:
                    raise ConnectionFailedError("closed while signing in", retryable=False)
                self._watch.wait(transport, left)
        except TransportClosed as error:
            raise ConnectionFailedError(f"the server ended the connection during sign-in: {error}") from error
        except RunwareError as error:
            if resuming and not isinstance(error, ConnectionFailedError):
                self.resume = False  # once without the session, before the refusal is believed
                self.once_more = True
                raise ConnectionFailedError("the session could not be resumed") from error
            if isinstance(error, AuthenticationError | ConnectionFailedError):
                raise
            raise ConnectionFailedError(f"the sign-in was refused: {error}", retryable=error.retryable) from error
        self.resume = True

    def drop(self, transport: Transport) -> None:
        """Cut a connection and give its descriptor back."""
        self._watch.forget(transport)
        transport.shut()
        self._exchange.wire = None


def route(exchange: Exchange, transport: Transport) -> bool:
    """Route what has arrived; return whether there was anything of use.

    Raises:
        TransportClosed: The connection has ended.
    """
    frames: list[Frame] = []
    is_logged = _logger.isEnabledFor(logging.DEBUG)
    for message in map(conceal, transport.receive()):
        if is_logged:
            _logger.debug("< %s", logs.Masked(message))
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
            except Exception:  # one odd frame must not end everybody's calls
                _logger.exception("a frame that could not be routed; please report this")
    settle(waiting)
    return any(not item.get("pong") for frame in frames for item in frame.items)
