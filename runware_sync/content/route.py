"""Where the bytes of results come from: fetched at most once, along a route, and only from where it is safe.

Addresses are checked before the download (`origins`), and what answers is checked again on the connection itself
(`peers`). All of urllib3 loads when the first file is fetched.
"""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from runware_sync import forks
from runware_sync.content.origins import check_address, trust_loopback
from runware_sync.secrecy import Secret

if TYPE_CHECKING:  # ssl and urllib3 cost more to import than all of this package
    import ssl

    from runware_sync.content.downloads import Opener

__all__ = ["ORDINARY", "Kept", "Route", "trust_loopback"]

LIMIT: Final = 536870912  # bytes that one file may have
PATIENCE: Final = 120.0  # seconds that one download may take, from first to last


class Route:
    """How downloads leave this machine: one pool of connections, made when it is first used, in each process.

    Args:
        proxy: The URL of a proxy; by default the environment's.
        ssl_context: What certificates are checked with; by default the system's.
        preview_pixels: How many pixels of a picture are shown; it goes along, since results know their route only.
    """

    def __init__(
        self,
        *,
        proxy: Secret | None = None,
        ssl_context: "ssl.SSLContext | None" = None,
        preview_pixels: int = 1048576,
    ) -> None:
        self.preview_pixels = preview_pixels
        self._proxy = proxy
        self._ssl_context = ssl_context
        self.begin_anew()
        forks.enlist(self)

    def begin_anew(self) -> None:
        """Begin with nothing, here and in a forked child, which must not share its parent's sockets."""
        self._opener: Opener | None = None
        self._lock = threading.Lock()

    def download(self, url: str, *, family: str, limit: int = LIMIT, timeout: float = PATIENCE) -> bytes:
        """Return the file at an address; a failure that may pass is tried again, twice at most.

        Args:
            url: An https address, or one of a sandbox in use.
            family: What the file must be: `"image"`, `"video"`, `"audio"`, `"mesh"` or `"archive"`.
            limit: Bytes that it may have at most.
            timeout: Seconds for all of it: connecting, redirects and second tries included.

        Raises:
            DownloadError: It cannot be had, is too large, incomplete, or something else than a file of that family.
        """
        check_address(url)
        return self._open().fetch(url, family=family, limit=limit, timeout=timeout)

    def _open(self) -> "Opener":
        with self._lock:
            if self._opener is None:
                from runware_sync.content.downloads import Opener

                self._opener = Opener(proxy=self._proxy, ssl_context=self._ssl_context)
            return self._opener


ORDINARY: Final = Route()


class Kept:
    """Bytes that are fetched once, however many threads ask for them at the same time."""

    __slots__ = ("__weakref__", "_data", "_lock")

    def __init__(self) -> None:
        self._data: bytes | None = None
        self.begin_anew()
        forks.enlist(self)

    def begin_anew(self) -> None:
        """Wait for nobody in a forked child: whoever was fetching does so in the parent."""
        self._lock = threading.Lock()

    @property
    def is_there(self) -> bool:
        """Whether they have been fetched."""
        return self._data is not None

    def get(self, fetch: Callable[[], bytes]) -> bytes:
        """Return the bytes, calling `fetch` if nobody has fetched them yet. A failure is not kept."""
        if self._data is not None:
            return self._data
        with self._lock:
            if self._data is None:
                self._data = fetch()
            return self._data
