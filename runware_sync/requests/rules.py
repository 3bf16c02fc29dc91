"""Rules between the parameters of a request: each one is a function that returns a complaint, or nothing."""

from collections.abc import Callable
from typing import Any, TypeAlias

__all__ = [
    "Rule",
    "at_least_one_of",
    "at_most_one_of",
    "exactly_one_of",
    "not_in",
    "not_twice",
    "not_with",
    "only_with",
    "requires",
]

Rule: TypeAlias = Callable[[Any], str | None]


def _given(declared: Any, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if getattr(declared, name) is not None]


def exactly_one_of(*names: str) -> Rule:
    """Return the rule that one of these must be given, and no other of them."""

    def rule(declared: Any) -> str | None:
        given = _given(declared, names)
        if len(given) == 1:
            return None
        return f"exactly one of {', '.join(names)} must be given, not {' and '.join(given) or 'none of them'}"

    return rule


def at_least_one_of(*names: str) -> Rule:
    """Return the rule that one of these must be given, or several."""

    def rule(declared: Any) -> str | None:
        return None if _given(declared, names) else f"one of {', '.join(names)} must be given"

    return rule


def at_most_one_of(*names: str) -> Rule:
    """Return the rule that no two of these may be given."""

    def rule(declared: Any) -> str | None:
        given = _given(declared, names)
        return f"{' and '.join(given)} are alternatives; give one of them" if len(given) > 1 else None

    return rule


def requires(name: str, *needed: str) -> Rule:
    """Return the rule that a parameter makes sense only if one of the others is given too."""

    def rule(declared: Any) -> str | None:
        if getattr(declared, name) is None or _given(declared, needed):
            return None
        return f"{name} needs {' or '.join(needed)}"

    return rule


def not_with(other: str, *names: str, instead: str) -> Rule:
    """Return the rule that none of these may stand beside another parameter; `instead` says what to do."""

    def rule(declared: Any) -> str | None:
        given = _given(declared, names) if getattr(declared, other) is not None else []
        return f"{' and '.join(given)} cannot be given together with {other}; {instead}" if given else None

    return rule


def not_in(place: str, name: str, instead: str) -> Rule:
    """Return the rule that a nested object must leave this out, which it may hold elsewhere; `instead` says where."""

    def rule(declared: Any) -> str | None:
        nested = getattr(declared, place)
        return f"{place}.{name} cannot be given; {instead}" if nested is not None and _given(nested, (name,)) else None

    return rule


def not_twice(place: str, *names: str) -> Rule:
    """Return the rule that none of these may stand both here and in a nested object."""

    def rule(declared: Any) -> str | None:
        nested = getattr(declared, place)
        given = [name for name in _given(declared, names) if nested is not None and _given(nested, (name,))]
        return f"{' and '.join(given)} is given twice, here and in {place}" if given else None

    return rule


def only_with(other: str, value: str, *names: str, unless: tuple[str, ...]) -> Rule:
    """Return the rule that these go with one value of another parameter.

    Args:
        other: The parameter that decides.
        value: The value that it must have.
        names: The parameters that it decides about.
        unless: If one of these is given, `other` need not be.
    """

    def rule(declared: Any) -> str | None:
        chosen = getattr(declared, other)
        given = _given(declared, names)
        if not given or chosen == value or (chosen is None and _given(declared, unless)):
            return None
        return f"{' and '.join(given)} can only be given with {other}={value!r}, not {other}={chosen!r}"

    return rule
