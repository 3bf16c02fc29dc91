"""What is not to be passed on with a picture: secrets, known by their names, and addresses and files, by their form."""

import itertools
import re
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["LONGEST_WORD", "is_foreign", "is_private"]

LONGEST_WORD: Final = 1000
"""Characters; what is longer without a space in it is no text, but a file's bytes."""

_PRIVATE: Final = re.compile(
    r"(webhook(_?url)?|endpoint|api_?keys?|secret|password|task_?uuid|task_?type)$", re.IGNORECASE
)
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SECRETS: Final = frozenset(
    (
        "token secret secrets password passwords passwd passphrase pwd authorization authentication auth bearer"
        " credential credentials signature cookie cookies jwt authtoken accesstoken accesskey privatekey secretkey"
    ).split()
)
_KEYS: Final = frozenset({"key", "keys", "tokens"})  # secrets behind one of these words, and else none
_BEFORE_KEYS: Final = frozenset({"api", "access", "private"})
_ADDRESS: Final = re.compile(
    r"\s*([a-z][a-z0-9+.-]*://|data:|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\s*$)", re.IGNORECASE
)


def is_private(name: str, value: Any) -> bool:
    """Tell whether something is nobody else's business: by its name, and whether there is anything to tell."""
    if _PRIVATE.search(name):
        return True
    words = [word.lower() for word in _WORD.findall(name)]
    named = not _SECRETS.isdisjoint(words) or any(
        word in _KEYS and before in _BEFORE_KEYS for before, word in itertools.pairwise(words)
    )
    return named and _has_text(value)


def _has_text(value: Any) -> bool:
    """Tell whether there is more to a value than numbers and truth values."""
    if isinstance(value, Mapping):
        return any(map(_has_text, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_has_text, value))
    return value is not None and not isinstance(value, int | float)


def is_foreign(text: str) -> bool:
    """Tell whether a string is an address, the name of something stored, or the bytes of a file."""
    return _ADDRESS.match(text) is not None or (len(text) > LONGEST_WORD and len(text.split(None, 1)) < 2)
