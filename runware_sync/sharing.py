"""What clients share: a connection with its jobs and downloads, one for the same settings in each process.

A pool's worker process unpickles its client anew for every task. What it gets is always on the same line, or each task
would connect and sign in by itself.
"""

import sys
import threading
from typing import Final
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from attrs import define

from runware_sync import forks, logs
from runware_sync.connection.connection import Connection
from runware_sync.connection.exchange import is_inside
from runware_sync.content.route import Route, trust_loopback
from runware_sync.errors import ClientClosedError, ConfigurationError
from runware_sync.jobs.agenda import Agenda
from runware_sync.options import HASTE, Settings, is_loopback
from runware_sync.secrecy import hide
from runware_sync.uploads import Uploads

__all__ = ["Line", "join", "lay"]


@define(eq=False)
class Line:
    """One connection to the service, and what goes with it.

    Attributes:
        connection: Where calls wait.
        route: How the content of results is fetched.
        agenda: Which jobs run.
        uploads: What was stored with the service.
    """

    connection: Connection
    route: Route
    agenda: Agenda
    uploads: Uploads

    def close(self, *, wait: bool, timeout: float) -> None:
        """Close the connection, from wherever; see `Runware.close`.

        A signal handler or a `__del__` may have interrupted this very thread in the midst of a call: then another
        thread closes, as soon as that has gone on. When the interpreter is being taken apart, threads are not run any
        more and may hold locks for ever: then the socket is left to the operating system.
        """
        if sys.is_finalizing():
            self.connection.abandon()
        elif self.connection.is_entered or is_inside(self.agenda.crew.lock):
            threading.Thread(target=self._close, args=(wait, timeout), name="runware-closer", daemon=True).start()
        else:
            self._close(wait, timeout)

    def _close(self, wait: bool, timeout: float) -> None:
        try:
            if wait:
                self.agenda.finish()
        except BaseException:  # an interrupt
            timeout = min(timeout, HASTE)
            raise
        finally:
            try:
                unsent = "the client was closed before this job was sent; it was not bought"
                self.agenda.clear(ClientClosedError(unsent))
            finally:
                self.connection.close(timeout)


class _Lines:
    """The lines of this process, by the settings that are decided with a connection.

    | guarded by `lock` | what |
    |---|---|
    | `living` | those that somebody holds |
    | `kept` | those that unpickled clients have laid, also between two tasks, when nobody holds them |
    """

    def __init__(self) -> None:
        self.living: WeakValueDictionary[Settings, Line] = WeakValueDictionary()
        self.kept: dict[Settings, Line] = {}
        self.begin_anew()
        forks.enlist(self)

    def begin_anew(self) -> None:
        """Wait for nobody in a forked child; the lines are told by themselves."""
        self.lock = threading.RLock()  # a finaliser may run anywhere, and make a client


_lines: Final = _Lines()


def lay(settings: Settings) -> Line:
    """Return a new line, for a client that is made; it lives as long as somebody holds it.

    Raises:
        ConfigurationError: `RUNWARE_LOG` is none of the levels.
    """
    logs.turn_on()
    if settings.api_key is not None:
        hide(settings.api_key)
    _trust(settings.url)  # now: what other processes make with this client may be fetched by one that never dials
    line = Line(
        Connection(settings, _resolved),
        Route(proxy=settings.proxy, ssl_context=settings.ssl_context, preview_pixels=settings.preview_pixels),
        Agenda(settings.max_in_flight),
        Uploads(),
    )
    with _lines.lock:
        _lines.living[settings.common] = line
    return line


def join(settings: Settings) -> Line:
    """Return the line that this process has for some settings, for a client that comes out of a pickle.

    If there is none, or it was closed, one is laid that stays until it is closed: nobody may hold it before the next
    task comes for it.
    """
    with _lines.lock:
        line = _lines.living.get(settings.common)
        if line is None or line.connection.is_closed:
            line = _lines.kept[settings.common] = lay(settings)
        return line


def _resolved(url: str) -> str:
    """Return the address to dial: the built-in service starts when it is asked for.

    Raises:
        ConfigurationError: It cannot: a setting in its address does not fit, or the extra is not installed.
    """
    if url.startswith("sandbox:"):
        from runware_sync.sandbox import SandboxUnavailableError, shared

        try:
            url = shared(url).url
        except (ValueError, SandboxUnavailableError) as error:
            raise ConfigurationError(str(error)) from error
        _trust(url)
    return url


def _trust(url: str) -> None:
    """Let the files of a service on this machine be fetched."""
    parts = urlsplit(url)
    if parts.hostname and parts.port and is_loopback(parts.hostname):
        trust_loopback(parts.port)
