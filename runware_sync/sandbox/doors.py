"""Who is let in: programs, and no page in a browser, under whatever name it found the way here."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final

__all__ = ["METHODS", "PATHS", "Doors"]

PATHS: Final = frozenset({"/v1", "/v1/"})
METHODS: Final = frozenset({"GET", "HEAD"})  # of requests for files; tasks come by POST


class Doors:
    """Looks at the head of a request.

    A page's scripts send an `Origin`, except for what their own server gives them; and a name server can make a page's
    own server of this one (DNS rebinding). What is asked for on loopback therefore has to be asked for by a name of
    loopback. Elsewhere a sandbox has the names that its network knows it by, and any will do.

    Args:
        host: The address that is listened on, as it was told.
    """

    def __init__(self, host: str) -> None:
        self._names = {"localhost", host.lower()}
        self._is_local = _is_loopback(host)

    def refusal(self, headers: Mapping[str, str]) -> str | None:
        """Return why a request is refused; `None` if it is not.

        Args:
            headers: Of the request; names are looked up in lower case.
        """
        if "origin" in headers:
            return "Browsers are not served.\n"
        host = headers.get("host", "")
        if self._is_local and host and not self._knows(host.lower()):
            return "This is not the server of that name.\n"
        return None

    def _knows(self, host: str) -> bool:
        name = host.partition("]")[0].strip("[") if host.startswith("[") else host.partition(":")[0]
        return name in self._names or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)
