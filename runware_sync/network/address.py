"""From a host name to a connected socket."""

import ipaddress
import os
import selectors
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any, Final

from runware_sync.errors import ConnectionFailedError
from runware_sync.network.patience import Patience
from runware_sync.options import is_loopback

__all__ = ["reach", "resolve"]

Address = tuple[Any, ...]  # as the operating system has it: host and port, with two more for IPv6
Found = list[tuple[socket.AddressFamily, Address]]

# Idle seconds, seconds between probes, probes; where the operating system lets one choose.
_KEEPALIVE: Final = [
    (getattr(socket, name), value)
    for name, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3))
    if hasattr(socket, name)
]


def resolve(host: str, port: int, patience: Patience) -> Found:
    """Return the addresses of a host, in the order of the operating system.

    The operating system's question has no bound, so it is asked in a thread of its own, which ends when the answer
    comes, wanted or not. Literal addresses and this machine's own name need none.

    Raises:
        OSError: There is no such host.
        ConnectTimeoutError: There was no answer in time.
    """
    if _is_literal(host) or is_loopback(host):
        return _look_up(host, port)
    answer: Future[Found] = Future()

    def ask() -> None:
        try:
            found = _look_up(host, port)
        except Exception as error:  # noqa: BLE001 - raised again by the thread that waits
            answer.set_exception(error)
        else:
            answer.set_result(found)

    threading.Thread(target=ask, name="runware-resolve", daemon=True).start()
    while True:
        seconds = patience.slice()
        try:
            return answer.result(seconds)
        except FutureTimeoutError:
            if answer.done():
                return answer.result()


def reach(host: str, port: int, patience: Patience, on_socket: Callable[[socket.socket | None], None]) -> socket.socket:
    """Connect to the first address of a host that answers.

    Each address may use half of the time that is left, the last one all of it, so that a dead IPv6 route does not
    keep a living IPv4 one from being tried.

    Args:
        host: A name or a literal address.
        port: 1..65535.
        patience: The time that is left.
        on_socket: Is told each socket that is tried, and `None` when it is given up.

    Returns:
        A non-blocking socket.

    Raises:
        OSError: What the last address said.
        ConnectTimeoutError: No address answered in time.
    """
    patience.step = f"name resolution of {host}"
    addresses = resolve(host, port, patience)
    patience.step = f"TCP to {host}:{port}"
    last: OSError | None = None
    for number, (family, address) in enumerate(addresses, 1):
        left = patience.left()
        until = None if number == len(addresses) else time.monotonic() + left / 2
        try:
            sock = socket.socket(family, socket.SOCK_STREAM)
        except OSError as error:  # a family that this machine has not got
            last = error
            continue
        on_socket(sock)
        try:
            _connect(sock, address, patience, until)
        except BaseException as error:
            on_socket(None)
            sock.close()
            if not isinstance(error, OSError) or isinstance(error, ConnectionFailedError):
                raise
            last = error
        else:
            return sock
    raise last or OSError(f"{host} has no address")


def _connect(sock: socket.socket, address: Address, patience: Patience, until: float | None) -> None:
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _KEEPALIVE:
        sock.setsockopt(socket.IPPROTO_TCP, option, value)
    try:
        sock.connect(address)
    except (BlockingIOError, InterruptedError):
        if not patience.wait(sock, selectors.EVENT_WRITE, until):
            raise TimeoutError("no answer in its share of the time") from None
        number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number:
            raise OSError(number, os.strerror(number)) from None


def _look_up(host: str, port: int) -> Found:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found))


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
