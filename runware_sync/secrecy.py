"""The key, which is shown nowhere: a type that hides it, and texts that are cleared of it.

What the service says is cleared where it comes in (`conceal`), so that no error, result, file or notebook can repeat
it; what is logged is cleared as it is written (`without_keys`).
"""

import threading
from typing import Any, Final, TypeVar, final
from urllib.parse import quote

from runware_sync import forks

__all__ = ["MASK", "Secret", "conceal", "first", "hide", "without_keys"]

MASK: Final = "***"
_SHORTEST: Final = 4  # without anything shorter, nothing readable would be left of a record
_LEAST_ODD: Final = 12  # something shorter may be a word that belongs into an answer
Text = TypeVar("Text", str, bytes)


@final
class Secret:
    """A string that never shows itself: not in `repr`, not in `str`, not among a traceback's locals."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    @classmethod
    def of(cls, value: "str | Secret") -> "Secret":
        """Return a value as a secret; what it is has not been checked."""
        return value if isinstance(value, Secret) else cls(value)

    def reveal(self) -> str:
        """Return the string itself."""
        return self._value

    def __repr__(self) -> str:
        """Return a mask."""
        return f"Secret({MASK!r})"

    def __eq__(self, other: object) -> bool:
        """Compare by content."""
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        """Hash by content."""
        return hash((Secret, self._value))

    def __reduce__(self) -> str:
        """Refuse to be pickled: a key leaves the process only when its owner says so."""
        raise TypeError("an API key is not pickled; let the other process read RUNWARE_API_KEY")


class _Hidden:
    """The keys of this process's clients, in every form in which they can stand in a text.

    `forms` is replaced as a whole, so that it can be read without the lock, which guards the replacing.
    """

    def __init__(self) -> None:
        self.forms: tuple[Secret, ...] = ()
        self.begin_anew()
        forks.enlist(self)

    def begin_anew(self) -> None:
        """Wait for nobody in a forked child."""
        self._lock = threading.Lock()

    def add(self, key: Secret) -> None:
        """Add a key."""
        forms = {Secret(form) for form in _forms(key.reveal())}
        with self._lock:
            # The longest first: one form may be a part of another.
            self.forms = tuple(sorted({*self.forms, *forms}, key=lambda form: -len(form.reveal())))


_hidden: Final = _Hidden()


def _forms(value: str) -> tuple[str, ...]:
    """Return a string as it is, as JSON writes it in two ways, and as addresses do."""
    import json  # with the first client, not with the package

    quoted = [json.dumps(value, ensure_ascii=escaped)[1:-1] for escaped in (True, False)]
    return value, *quoted, quote(value, safe="")


def hide(key: Secret) -> None:
    """Mask and conceal a key from now on, wherever it may stand."""
    if len(key.reveal()) >= _SHORTEST and key not in _hidden.forms:
        _hidden.add(key)


def conceal(text: Text) -> Text:
    """Return what the service said without the keys that it repeats; nothing else is changed."""
    for form in _hidden.forms:
        secret: Any = form.reveal() if isinstance(text, str) else form.reveal().encode()
        if len(secret) >= _LEAST_ODD and secret in text:
            instead: Any = MASK if isinstance(text, str) else MASK.encode()
            text = text.replace(secret, instead)
    return text


def without_keys(text: str) -> str:
    """Return a text that is to be shown without any key, also a short one."""
    for form in _hidden.forms:
        text = text.replace(form.reveal(), MASK)
    return text


def first(text: str, length: int) -> str:
    """Return the beginning of a text, cut in front of a key that would only be there in part."""
    cut = length
    for form in _hidden.forms:
        size = len(form.reveal())
        at = text.find(form.reveal(), max(0, length - size + 1), length + size - 1)
        if at >= 0:
            cut = min(cut, at)
    return text[:cut]
