"""The settings of a client, from arguments or the environment, checked once.

Nothing here connects, reads a file or starts a thread.
"""

import math
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from attrs import Attribute, evolve, field, fields, frozen

from runware_sync._version import __version__
from runware_sync.errors import ConfigurationError
from runware_sync.secrecy import Secret

if TYPE_CHECKING:  # ssl costs as much to import as all of this package
    import ssl

__all__ = ["DEFAULT_URL", "HASTE", "Secret", "Settings", "is_loopback", "variable"]

DEFAULT_URL: Final = "wss://ws-api.runware.ai/v1"
HASTE: Final = 0.2
"""Seconds for the server's goodbye, when an exception waits for it."""

_IPV4_PARTS: Final = 4
_LOOPBACK: Final = frozenset({"localhost", "::1"})


def variable(name: str) -> str:
    """Return a variable of the environment, without white space around it; empty if it is not set.

    Here, in a frame that never raises: a traceback with variables would show the whole environment.
    """
    return os.environ.get(name, "").strip()


def is_loopback(host: str) -> bool:
    """Tell whether a host name or literal address is this machine's own."""
    numbers = host.split(".")
    literal = len(numbers) == _IPV4_PARTS and all(part.isdecimal() for part in numbers)
    return host in _LOOPBACK or (literal and numbers[0] == "127")


Check = Callable[[object, "Attribute[Any]", Any], None]


def _number(least: float, *, above: bool = False, whole: bool = False) -> Check:
    def check(_settings: object, attribute: "Attribute[Any]", value: object) -> None:
        name = attribute.name
        kinds = (int,) if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or math.isnan(value):
            raise ConfigurationError(f"{name}={value!r} is no {'whole number' if whole else 'number'}")
        if value < least or (above and value == least) or math.isinf(value):
            bound = f"above {least:g}" if above else f"at least {least:g}"
            raise ConfigurationError(f"{name}={value!r} cannot work; it must be {bound}, and finite")

    return check


def _truth(_settings: object, attribute: "Attribute[Any]", value: object) -> None:
    if not isinstance(value, bool):
        raise ConfigurationError(f"{attribute.name}={value!r} must be True or False")


def _address(_settings: object, _attribute: "Attribute[Any]", value: object) -> None:
    parts = _split(value)
    if parts.scheme == "sandbox":
        return
    if parts.scheme not in {"ws", "wss"} or not parts.hostname:
        raise ConfigurationError(
            f"url={_bare(str(value))!r} cannot work; it must be wss://host/path, ws:// to this machine, or sandbox:"
        )
    if parts.username or parts.password:
        raise ConfigurationError("url= must not hold a user name or password; the key goes into api_key=")
    if parts.scheme == "ws" and not is_loopback(parts.hostname):
        raise ConfigurationError(
            f"url={_bare(str(value))!r} would send the key in clear; plain ws:// goes to this machine only, use wss://"
        )


def _split(url: object) -> Any:
    if not isinstance(url, str):
        raise ConfigurationError(f"url={url!r} must be a string")
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:  # its words may hold a password
        raise ConfigurationError(f"url={_bare(url)!r} is no address: its host or port cannot be one") from None
    return parts


def _bare(url: str) -> str:
    """Return a URL as it may be shown: no credentials, no query."""
    head, _, rest = url.partition("://")
    if not rest:
        return url.partition("?")[0]
    return f"{head}://{rest.partition('?')[0].rpartition('@')[2]}"


def _proxy(_settings: object, _attribute: "Attribute[Any]", value: object) -> None:
    if value is not None and not (isinstance(value, Secret) and _is_proxy(value)):
        raise ConfigurationError("proxy= must be a URL such as http://user:password@host:3128")


def _is_proxy(address: Secret) -> bool:
    try:
        parts = urlsplit(address.reveal())
    except (ValueError, AttributeError):
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _context(_settings: object, _attribute: "Attribute[Any]", value: object) -> None:
    if value is None:
        return
    import ssl

    if not isinstance(value, ssl.SSLContext):
        raise ConfigurationError(f"ssl_context={value!r} must be an ssl.SSLContext")


@frozen(kw_only=True)
class Settings:
    """What one client was told, complete and checked; `Runware` says what each one means."""

    api_key: Secret | None = None
    url: str = field(default=DEFAULT_URL, validator=_address, repr=_bare)
    timeout: float = field(default=60.0, validator=_number(0, above=True))
    max_retries: int = field(default=2, validator=_number(0, whole=True))
    should_reconnect: bool = field(default=True, validator=_truth)
    connect_timeout: float = field(default=15.0, validator=_number(0, above=True))
    heartbeat: float = field(default=15.0, validator=_number(0, above=True))
    max_in_flight: int = field(default=32, validator=_number(1, whole=True))
    include_cost: bool = field(default=True, validator=_truth)
    upload_threshold: int = field(default=262144, validator=_number(0, whole=True))
    preview_pixels: int = field(default=1048576, validator=_number(1, whole=True))
    local_files: bool = field(default=True, validator=_truth)
    proxy: Secret | None = field(default=None, validator=_proxy, repr=False)  # its address may hold a password
    ssl_context: "ssl.SSLContext | None" = field(default=None, validator=_context, repr=False)
    max_message: int = field(default=268435456, validator=_number(1024, whole=True))
    dry_run: bool = field(default=False, validator=_truth)
    share_key: bool = field(default=False, validator=_truth)
    progress: bool = field(default=False, validator=_truth)
    timeout_for_all: bool = field(default=False, validator=_truth)  # of what is long by nature, too

    @classmethod
    def read(
        cls, *, api_key: str | Secret | None, url: str | None, proxy: str | Secret | None = None, **settings: Any
    ) -> "Settings":
        """Return the settings of a client from its arguments, completed from the environment.

        Raises:
            ConfigurationError: No key anywhere, or a value that cannot work.
        """
        api_key = Secret.of(variable("RUNWARE_API_KEY") if api_key is None else api_key)
        proxy = None if proxy is None else Secret.of(proxy)
        found = cls(
            api_key=_key(api_key),
            url=url or variable("RUNWARE_URL") or DEFAULT_URL,
            proxy=proxy,
            **settings,
        )
        found.require_key()
        return found

    def window(self, lasting: float | None) -> float:
        """Return the seconds of one window, given how long the work has by its nature; `None` where it is short."""
        return self.timeout if lasting is None or self.timeout_for_all else lasting

    def require_key(self) -> None:
        """Check that there is a key, if the service wants one.

        Raises:
            ConfigurationError: There is none.
        """
        if self.api_key is None and not self.is_sandbox:
            raise ConfigurationError(
                "no API key: set the environment variable RUNWARE_API_KEY, or pass api_key=; a client that was pickled"
                " takes it along only with share_key=True"
            )

    @property
    def common(self) -> "Settings":
        """What is the same for all clients that share a connection: the rest can differ from call to call."""
        return evolve(self, timeout=60.0, max_retries=2, include_cost=True, progress=False, timeout_for_all=False)

    def packed(self) -> dict[str, Any]:
        """Return what may leave the process: all settings, and the key only if that was wished.

        Raises:
            TypeError: One of them cannot.
        """
        if self.ssl_context is not None:
            raise TypeError(
                "a client with ssl_context= is not pickled: TLS settings stay in their process; make the client there"
            )
        if self.proxy is not None and urlsplit(self.proxy.reveal()).password is not None and not self.share_key:
            raise TypeError(
                "a client whose proxy= holds a password is pickled only with share_key=True; without proxy= each"
                " process takes its environment's"
            )
        packed = {attribute.name: getattr(self, attribute.name) for attribute in fields(Settings)}
        packed["api_key"] = self.api_key.reveal() if self.api_key is not None and self.share_key else None
        packed["proxy"] = None if self.proxy is None else self.proxy.reveal()
        return packed

    @classmethod
    def unpacked(cls, packed: dict[str, Any]) -> "Settings":
        """Return the settings that have come from another process, or an older version; a key is there, or is here.

        Without one the first call says so, and not this: a pool whose worker cannot unpickle its task breaks, without
        telling why.
        """
        key = Secret.of(packed.pop("api_key", None) or variable("RUNWARE_API_KEY"))
        proxy = packed.pop("proxy", None)
        proxy = None if proxy is None else Secret.of(proxy)
        known = {attribute.name: packed[attribute.name] for attribute in fields(cls) if attribute.name in packed}
        return cls(api_key=_key(key), proxy=proxy, **known)

    @property
    def is_sandbox(self) -> bool:
        """Whether the built-in offline service is meant, which needs no key."""
        return self.url.startswith("sandbox:")

    @property
    def shown_url(self) -> str:
        """The address as it may be printed."""
        return _bare(self.url)

    @property
    def headers(self) -> dict[str, str]:
        """What the handshake tells about this client; never the key."""
        return {
            "User-Agent": f"runware-sync/{__version__}",
            "X-SDK-Name": "python-sync",
            "X-SDK-Version": __version__,
        }

    def dialled(self, url: str) -> str:
        """Return `url` as it is dialled: with this client's name and version in its query."""
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True)
        query += [("sdk", "python-sync"), ("version", __version__)]
        if self.dry_run:
            query.append(("dryRun", "1"))
        return urlunsplit(parts._replace(query=urlencode(query)))


def _key(given: Secret) -> Secret | None:
    """Return a key without the white space around it; it stands in no variable, which a traceback could show."""
    if not isinstance(given.reveal(), str):
        raise ConfigurationError("api_key= must be a string")
    key = Secret(given.reveal().strip())
    if any(letter < " " or "\ud800" <= letter <= "\udfff" for letter in key.reveal()):  # the latter are half letters
        raise ConfigurationError("the API key holds a control character; was it pasted with a line break?")
    return key if key.reveal() else None
