"""Which proxy to go through, and how to ask it for a tunnel."""

import socket
from base64 import b64encode
from typing import Final
from urllib.parse import unquote, urlsplit

from attrs import frozen

from runware_sync.errors import ConnectionFailedError
from runware_sync.network.patience import Patience, is_worth_repeating, status_of
from runware_sync.network.streams import Stream
from runware_sync.options import is_loopback
from runware_sync.secrecy import Secret

__all__ = ["Proxy", "proxy_for"]

_PORTS: Final = {"http": 80, "https": 443}


@frozen(kw_only=True)
class Proxy:
    """An HTTP proxy that makes tunnels; never shows its user's name and password."""

    host: str
    port: int
    encrypted: bool
    credentials: Secret | None = None

    @classmethod
    def parse(cls, address: Secret) -> "Proxy":
        """Return the proxy of a URL such as `http://user:password@host:3128`.

        Raises:
            ConnectionFailedError: It is not one that can be used.
        """
        proxy = cls._parsed(address.reveal())
        if proxy is None:
            raise ConnectionFailedError(
                "the proxy's address cannot be used; only http:// and https:// proxies can", retryable=False
            )
        return proxy

    @classmethod
    def _parsed(cls, url: str) -> "Proxy | None":
        """Return the proxy of a URL, if it can be used. The password stands in variables here, so nothing is raised."""
        try:
            parts = urlsplit(url if "://" in url else f"http://{url}")
            host, port = parts.hostname, parts.port
        except ValueError:
            return None
        if not host or parts.scheme not in _PORTS:
            return None
        credentials = None
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            credentials = Secret(b64encode(pair.encode()).decode())
        return cls(
            host=host,
            port=port or _PORTS[parts.scheme],
            encrypted=parts.scheme == "https",
            credentials=credentials,
        )

    def open_tunnel(self, sock: socket.socket, stream: Stream, host: str, port: int, patience: Patience) -> None:
        """Ask for a tunnel.

        Raises:
            ConnectionFailedError: The proxy said no.
        """
        patience.step = f"the tunnel through the proxy {self.host}:{self.port}"
        target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        patience.write(sock, stream, self._request(target))
        head, early = patience.read_head(sock, stream)
        status = status_of(head)
        if status is None or early:
            raise ConnectionFailedError(f"the proxy {self.host}:{self.port} does not speak HTTP", retryable=False)
        if not 200 <= status < 300:
            advice = "; it wants a user name and password in proxy=" if status == 407 else ""
            raise ConnectionFailedError(
                f"the proxy {self.host}:{self.port} refused the tunnel to {target} with status {status}{advice}",
                retryable=is_worth_repeating(status),
            )

    def _request(self, target: str) -> bytes:
        lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
        if self.credentials is not None:
            lines.append(f"Proxy-Authorization: Basic {self.credentials.reveal()}")
        return "\r\n".join([*lines, "", ""]).encode()


def proxy_for(scheme: str, host: str, port: int, given: Secret | None) -> Proxy | None:
    """Return the proxy to go through: the given one, else the environment's, else none.

    `https_proxy` counts for wss, `http_proxy` for ws (on Windows and macOS the system's settings too), `no_proxy` is
    honoured, and this machine itself is never looked for behind a proxy of the environment.

    Raises:
        ConnectionFailedError: The proxy's address cannot be used.
    """
    address = given
    if given is None and not is_loopback(host):
        address = _of_the_environment("https" if scheme == "wss" else "http", f"{host}:{port}")
    return None if address is None else Proxy.parse(address)


def _of_the_environment(scheme: str, target: str) -> Secret | None:
    from urllib.request import getproxies, proxy_bypass

    address = getproxies().get(scheme)
    return Secret(address) if address and not proxy_bypass(target) else None
