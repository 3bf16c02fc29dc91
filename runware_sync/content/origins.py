"""From where files may be fetched: https addresses of the open internet, and a sandbox that this process uses.

What a result holds is an address that a server chose, so nothing about it is taken for granted.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from runware_sync.errors import DownloadError

__all__ = ["check_address", "is_public", "is_trusted", "shown", "trust_loopback"]

_trusted: set[int] = set()


def trust_loopback(port: int) -> None:
    """Let this process fetch from one port of this machine, also without TLS: the sandbox's."""
    _trusted.add(port)


def is_trusted(host: str, port: int) -> bool:
    """Tell whether an address is that of a sandbox which this process uses."""
    if port not in _trusted:
        return False
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the open internet, and not to a private or special network.

    An IPv4 address that travels inside an IPv6 one is looked at too.
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = _carried(ip) if isinstance(ip, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    if isinstance(ip, IPv6Address) and ip.is_site_local:  # given up long ago, and private where it is still used
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _carried(ip: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 one stands for: mapped, 6to4 or NAT64."""
    if ip.packed[:12] == b"\x00\x64\xff\x9b" + bytes(8):
        return IPv4Address(ip.packed[12:])
    return ip.ipv4_mapped or ip.sixtofour


def shown(url: str) -> str:
    """Return an address as it may be shown: without credentials, query and fragment, which may be secrets."""
    bare = url.partition("?")[0].partition("#")[0]
    scheme, separator, rest = bare.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}"[:200]


def check_address(url: str) -> SplitResult:
    """Return the parts of an address from which a file may be fetched.

    Raises:
        DownloadError: It is not https, holds credentials, or names this machine or a private network.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise DownloadError(f"{shown(url)!r} is no address to download from") from None
    if not host or any(sign <= " " or sign in "\\\x7f" for sign in url):
        raise DownloadError(f"{shown(url)!r} is no address to download from")
    if parts.username is not None or parts.password is not None:
        raise DownloadError(f"{shown(url)} holds a user name or password; downloads send no credentials")
    if parts.scheme in {"http", "https"} and is_trusted(host, port or 0):
        return parts
    if parts.scheme != "https":
        raise DownloadError(f"{shown(url)} is not fetched: only https:// is, and http:// from the sandbox in use")
    if _is_number(host) and not _is_literal(host):
        raise DownloadError(f"{shown(url)!r} is no address to download from")
    name = host.rstrip(".")
    if name == "localhost" or name.endswith(".localhost") or (_is_literal(name) and not is_public(name)):
        raise DownloadError(f"{shown(url)} is not fetched: it points into a private network or at this machine")
    return parts


def _is_number(host: str) -> bool:
    """Tell whether a host is an IPv4 address in one of the ways that systems understand, such as 127.1 or 0x7f000001.

    No name ends in a number. Behind a proxy, nobody would look whom such an address means.
    """
    last = host.rstrip(".").rpartition(".")[2].lower()
    return last.isdecimal() or last.startswith("0x")


def _is_literal(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
