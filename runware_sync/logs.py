"""Loggers that tell no secrets: keys, base64, and what URLs hold of users and queries, are masked in every record.

Nothing is configured but a `NullHandler`; the environment variable `RUNWARE_LOG` turns a script's log on.
"""

import logging
import re
import traceback
from typing import Final

from runware_sync.errors import ConfigurationError
from runware_sync.options import variable
from runware_sync.secrecy import MASK, first, without_keys

__all__ = ["Masked", "logger", "mask", "turn_on"]

_ROOT: Final = "runware_sync"
_SHOWN: Final = 2000  # characters of a frame that are shown at most
_LOOKED_AT: Final = _SHOWN + 1024  # a key at the edge is to be seen whole
_SLASHES: Final = r":(?:/|\\/){2}"  # some servers escape slashes in JSON
_USER: Final = re.compile(rf"(\b[A-Za-z]+{_SLASHES})[^\s/\"'<>@\\]+@")
_QUERY: Final = re.compile(
    rf"(\b(?:https?|wss?){_SLASHES}(?:[^\s\"'?#<>\\]|\\/)+)[?#](?:[^\s\"'<>\\]|\\[u/]|'(?=[^\s,:)\]}}]))+"
)
_REQUEST_LINE: Final = re.compile(r"((?:GET|POST|CONNECT) [^\s?]*)\?\S+")
_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]|\\/){64,}={0,2}")
_KEY_FIELD: Final = re.compile(r"(\"apiKey\"\s*:\s*\")(?:[^\"\\]|\\.)*")


def mask(text: str) -> str:
    """Return a text without keys, base64, and what addresses hold of users, queries and fragments."""
    text = without_keys(text)
    text = _KEY_FIELD.sub(rf"\1{MASK}", text)
    text = _USER.sub(rf"\1{MASK}@", text)
    text = _QUERY.sub(rf"\1?{MASK}", text)
    text = _REQUEST_LINE.sub(rf"\1?{MASK}", text)
    return _BASE64.sub(lambda found: f"<{len(found.group())} characters of base64>", text)


class Masked:
    """The beginning of a frame, masked when it is written into a record, and not before."""

    __slots__ = ("_frame",)

    def __init__(self, frame: str | bytes) -> None:
        self._frame = frame

    def __str__(self) -> str:
        """Return what may be shown."""
        head = self._frame[:_LOOKED_AT]
        text = first(head.decode(errors="replace") if isinstance(head, bytes) else head, _SHOWN)
        rest = len(self._frame) - len(text)
        return mask(text) + (f"... and {rest} more" if rest > 0 else "")


class _Masking(logging.Filter):
    """Rewrites records before any handler sees them."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask message, traceback and stack; let the record pass."""
        record.msg = mask(record.getMessage())
        record.args = ()
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = mask("".join(traceback.format_exception(record.exc_info[1])).rstrip())
        if record.stack_info:
            record.stack_info = mask(record.stack_info)
        return True


_MASKING: Final = _Masking()


def logger(name: str) -> logging.Logger:
    """Return a module's logger; what it tells is masked. Also for the loggers of libraries that see our secrets."""
    found = logging.getLogger(name)
    found.addFilter(_MASKING)  # adding it twice is nothing
    return found


def turn_on() -> None:
    """Write the log to standard error, if `RUNWARE_LOG` is `debug` or `info`; once.

    Raises:
        ConfigurationError: It is something else.
    """
    level = variable("RUNWARE_LOG").lower()
    root = logging.getLogger(_ROOT)
    if not level or any(isinstance(handler, logging.StreamHandler) for handler in root.handlers):
        return
    if level not in {"debug", "info"}:
        raise ConfigurationError(f"RUNWARE_LOG={level!r}: debug and info are possible")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(level.upper())


logging.getLogger(_ROOT).addHandler(logging.NullHandler())
