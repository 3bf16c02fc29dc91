"""Downloads through urllib3, distrusting whoever answers.

The peer's address is checked on the connected socket, so that a name that resolves to a private address leads nowhere;
one deadline holds for the whole answer, so that a server that trickles gains nothing (both in `peers`); size, length
and first bytes are checked while it comes in. Loaded when the first file is fetched.
"""

import http.client
import ssl
import time
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

import urllib3
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import (
    HTTPError,
    IncompleteRead,
    LocationParseError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    SSLError,
)
from urllib3.response import BaseHTTPResponse

from runware_sync._version import __version__
from runware_sync.content.origins import check_address, is_trusted, shown
from runware_sync.content.peers import DirectPool, DirectTLSPool, TunnelPool, discreet
from runware_sync.errors import DownloadError
from runware_sync.formats import HEAD, belongs, size_in_words, sniff
from runware_sync.secrecy import Secret

__all__ = ["Opener"]

_REDIRECTS: Final = 3
_TRIES: Final = 3
_PAUSE: Final = 0.25  # seconds before the second try, doubled before the third
_PIECE: Final = 262144
_HEADERS: Final = {
    "User-Agent": f"runware-sync/{__version__}",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
}
_ADVICE: Final = (
    "links expire: collect the task again with client.job(task_uuid).result(),"
    ' or ask for output_type="base64Data" to get content without links'
)


class Opener:
    """A pool of connections, and the rules by which it is used.

    Args:
        proxy: The URL of a proxy; by default the environment's, `no_proxy` honoured.
        ssl_context: What certificates are checked with; by default the system's.
    """

    def __init__(self, *, proxy: Secret | None, ssl_context: ssl.SSLContext | None) -> None:
        self._context = ssl_context or ssl.create_default_context()
        self._proxy = proxy
        self._direct = urllib3.PoolManager(num_pools=10, maxsize=16, ssl_context=self._context)
        self._direct.pool_classes_by_scheme = {"http": DirectPool, "https": DirectTLSPool}
        self._proxied: dict[Secret, urllib3.ProxyManager] = {}

    def fetch(self, url: str, *, family: str, limit: int, timeout: float) -> bytes:
        """Return the file at an address; see `Route.download`."""
        deadline = time.monotonic() + timeout
        for number in range(1, _TRIES + 1):
            try:
                return self._follow(url, family, limit, deadline)
            except DownloadError as error:
                pause = _PAUSE * 2 ** (number - 1)
                if not error.retryable or number == _TRIES or time.monotonic() + pause >= deadline:
                    raise
                time.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _follow(self, url: str, family: str, limit: int, deadline: float) -> bytes:
        """Get it, going along with a few redirects, each of which is checked like the first address."""
        first = url
        for _ in range(_REDIRECTS + 1):
            parts = check_address(url)
            local = is_trusted(parts.hostname or "", parts.port or 0)
            if url != first and local and urlsplit(first).netloc != parts.netloc:
                raise DownloadError(f"{shown(first)} redirects to {shown(url)}, on this machine: not followed")
            if parts.scheme == "http" and urlsplit(first).scheme == "https":
                raise DownloadError(f"{shown(first)} redirects to {shown(url)}, without TLS: not followed")
            with discreet(parts.query):
                response = self._get(url, deadline, direct=local)
            try:
                location = response.headers.get("Location")
                if response.status in {301, 302, 303, 307, 308} and location:
                    response.close()
                    url = urljoin(url, location)
                    continue
                return _body(response, url, family, limit)
            except (HTTPError, OSError, http.client.HTTPException) as error:
                response.close()
                raise _failure(url, error) from error
            except BaseException:
                response.close()
                raise
            finally:
                response.release_conn()
        raise DownloadError(f"{shown(first)} redirects more than {_REDIRECTS} times: not followed further")

    def _get(self, url: str, deadline: float, *, direct: bool) -> BaseHTTPResponse:
        left = deadline - time.monotonic()
        if left <= 0:
            raise DownloadError(f"{shown(url)} could not be fetched in time")
        try:
            return self._pool(url, direct=direct).request(
                "GET",
                url,
                headers=_HEADERS,
                redirect=False,
                retries=False,
                preload_content=False,
                decode_content=False,
                timeout=urllib3.Timeout(total=left),
            )
        except LocationParseError:  # its words hold the whole address
            raise DownloadError(f"{shown(url)!r} is no address to download from") from None
        except (HTTPError, OSError, http.client.HTTPException) as error:
            raise _failure(url, error) from error

    def _pool(self, url: str, *, direct: bool) -> urllib3.PoolManager:
        proxy = None if direct else self._proxy or _environment_proxy(url)
        if proxy is None:
            return self._direct
        manager = self._proxied.get(proxy)
        if manager is None:
            bare, headers = _apart(proxy)
            manager = urllib3.ProxyManager(bare, proxy_headers=headers, maxsize=16, ssl_context=self._context)
            manager.pool_classes_by_scheme = {"http": HTTPConnectionPool, "https": TunnelPool}
            manager = self._proxied.setdefault(proxy, manager)
        return manager


def _apart(proxy: Secret) -> tuple[str, dict[str, str] | None]:
    """Return a proxy's address without credentials, and the headers that carry them."""
    parts = urlsplit(proxy.reveal() if "://" in proxy.reveal() else f"http://{proxy.reveal()}")
    headers = None
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers = dict(urllib3.make_headers(proxy_basic_auth=pair))
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl(), headers


def _environment_proxy(url: str) -> Secret | None:
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    return Secret(proxy) if proxy and not proxy_bypass(parts.netloc) else None


def _body(response: BaseHTTPResponse, url: str, family: str, limit: int) -> bytes:
    """Return what the answer holds, if it is what was asked for."""
    status = response.status
    if status != 200:
        passing = status in {408, 425, 429} or status >= 500
        words = "; ".join([f"{shown(url)} could not be fetched: HTTP status {status}", *([] if passing else [_ADVICE])])
        raise DownloadError(words, retryable=passing)
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"", "identity"}:
        raise DownloadError(f"{shown(url)} came encoded as {encoding[:20]!r}, which was not asked for")
    announced = response.headers.get("Content-Length", "")
    if announced and not announced.isdecimal():  # several that differ, for example
        raise DownloadError(f"{shown(url)} came with {announced[:20]!r} for a length")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(url, limit, int(announced))
    pieces: list[bytes] = []
    size = 0
    is_checked = False
    for piece in response.stream(_PIECE, decode_content=False):
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise _too_large(url, limit)
        if not is_checked and size >= HEAD:
            _check_family(b"".join(pieces), url, family)
            is_checked = True
    data = b"".join(pieces)
    if announced.isdecimal() and int(announced) != size:
        raise DownloadError(f"{shown(url)} came with {size} bytes instead of {announced}", retryable=True)
    if not data and not announced:
        raise DownloadError(f"{shown(url)} could not be fetched: it came incomplete", retryable=True)
    if not is_checked:
        _check_family(data, url, family)
    return data


def _check_family(head: bytes, url: str, family: str) -> None:
    found = sniff(head)
    start = head[:HEAD].lstrip().lower()
    if belongs(found, family) or (found is None and family == "mesh" and start and start[:1] not in b"<{"):
        return  # some meshes begin with any number
    what = "a web page" if start.startswith((b"<!doctype html", b"<html")) else "something else"
    if found is not None:
        what = f"a {found.name} file"
    elif not head:
        what = "nothing"
    raise DownloadError(f"{shown(url)} should be of the kind {family}, but {what} came; {_ADVICE}")


def _too_large(url: str, limit: int, size: int | None = None) -> DownloadError:
    return DownloadError(f"{shown(url)} is larger than the {size_in_words(limit)} that are accepted", size=size)


def _failure(url: str, error: Exception) -> DownloadError:
    """Return what urllib3 or the operating system said, as our own error."""
    if isinstance(error, ProxyError):
        return _failure(url, error.original_error)
    if isinstance(error, NameResolutionError):
        return DownloadError(f"{shown(url)} could not be fetched: the name is not known", retryable=True)
    if isinstance(error, SSLError | ssl.SSLError):
        return DownloadError(f"{shown(url)} could not be fetched: TLS failed ({error})", retryable=False)
    if isinstance(error, NewConnectionError):  # a kind of timeout, says urllib3
        return DownloadError(f"{shown(url)} could not be fetched: the connection failed", retryable=True)
    if isinstance(error, TimeoutError | urllib3.exceptions.TimeoutError):
        return DownloadError(f"{shown(url)} could not be fetched in time", retryable=True)
    what = "it came incomplete" if _is_short(error) else "the connection failed"
    return DownloadError(f"{shown(url)} could not be fetched: {what}", retryable=True)


def _is_short(error: Exception) -> bool:
    return isinstance(error, IncompleteRead) or any(isinstance(arg, IncompleteRead) for arg in error.args)
