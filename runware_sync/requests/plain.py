"""What JSON can carry, of things that only the service has to know."""

import math
import operator
from collections.abc import Mapping
from numbers import Real
from types import NoneType
from typing import Any, Final

from runware_sync.requests.wording import shortened

__all__ = ["carried", "number_of"]

_AS_THEY_ARE: Final = frozenset({str, bool, int, NoneType})
_DEEPEST: Final = 100  # mappings and lists inside of each other; whatever is deeper holds itself


def carried(value: Any, where: str, depth: int = 0) -> Any:
    """Return a copy of something of which only JSON has to know what it is, in the types that JSON has.

    Args:
        value: A mapping with strings as keys, a list, a string, a number, a truth value or `None`.
        where: Its place, to be named in errors: the parameter, and the keys that lead there.
        depth: How many mappings and lists it is in.

    Raises:
        TypeError: It is, or holds, something that JSON cannot carry.
        ValueError: It is, or holds, a number that is not finite, or itself.
    """
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if depth > _DEEPEST:
        raise ValueError(
            f"{where[:80]}… is more than {_DEEPEST} mappings and lists deep; they must not hold themselves"
        )
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"{where} has {shortened(key)} among its keys, which must be strings")
        return {str.__str__(key): carried(item, f"{where}[{key!r}]", depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [carried(item, f"{where}[{index}]", depth + 1) for index, item in enumerate(value)]
    number = number_of(value)
    if number is None:
        raise TypeError(
            f"{where}={shortened(value)} must be a string, a finite number, True, False, None,"
            f" or a mapping or list of these"
        )
    if not math.isfinite(number):
        raise ValueError(f"{where}={number} must be finite")
    return number


def number_of(value: Any) -> int | float | None:
    """Return a number of any library as Python's own; `None` if it is none."""
    if isinstance(value, int):
        return int(value)
    if hasattr(type(value), "__index__"):  # such as numpy's integers
        try:
            return operator.index(value)
        except TypeError:  # an array, of several
            return None
    return float(value) if isinstance(value, Real) else None
