"""Words about a declared class, made from its fields: its docstring's arguments, and what was wrong in a call."""

from collections.abc import Iterable, Mapping
from functools import cache
from inspect import cleandoc
from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

from attrs import NOTHING, Attribute, fields

from runware_sync.names import wire_name, wire_name_of

__all__ = ["described", "in_order", "misuse", "unknown", "wire_names"]

_MOST_CHOICES: Final = 12


def in_order(cls: type[Any]) -> "list[Attribute[Any]]":
    """Return the fields of a class in the order in which a reader wants them.

    The subject, what is required, its own, those that it shares with others, and last what concerns the call alone.
    """
    return sorted((a for a in fields(cls) if a.init), key=_rank)


def _rank(attribute: "Attribute[Any]") -> int:
    if attribute.kw_only is False:
        return 0
    if attribute.metadata.get("per_call"):
        return 4
    if attribute.default is NOTHING:
        return 1
    return 3 if getattr(attribute, "inherited", False) else 2  # not in the stubs of attrs


@cache
def wire_names(cls: type[Any]) -> Mapping[str, str]:
    """Return the Python name for each spelling of a field that may come in."""
    known: dict[str, str] = {}
    for attribute in fields(cls):
        for spelling in (*attribute.metadata.get("aliases", ()), wire_name_of(attribute), attribute.name):
            known[spelling] = attribute.name
    return known


# -- the docstring --------------------------------------------------------------------------------------------------


def described(cls: type[Any]) -> str:
    """Return the docstring of a class, completed by its fields."""
    head = cleandoc(cls.__doc__ or "").partition("\n\nArgs:\n")[0]
    lines = [f"    {attribute.name}: {_meaning(attribute)}" for attribute in in_order(cls)]
    return "\n".join([head, "", "Args:", *lines]) if lines else head


def _meaning(attribute: "Attribute[Any]") -> str:
    facts = attribute.metadata
    words = [str(facts.get("doc", ""))]
    if allowed := _range(facts):
        words.append(f"{allowed}.")
    if choices := _choices(attribute.type):
        words.append(f"Known values: {', '.join(map(repr, choices))}.")
    if "default" in facts:
        words.append(f"Default: {facts['default']}.")
    if "wire" in facts and facts["wire"] != wire_name(attribute.name):
        words.append(f"On the wire: `{facts['wire']}`.")
    return " ".join(words)


def _range(facts: Mapping[str, Any]) -> str | None:
    if "usual" in facts:
        return f"Usually {facts['usual']}"
    least, most = facts.get("least"), facts.get("most")
    if least is not None and most is not None:
        return f"{least:g} to {most:g}"
    return None if least is None else f"At least {least:g}"


def _choices(annotation: Any) -> tuple[Any, ...]:
    """Return the known values, where they are few."""
    for option in get_args(annotation) if get_origin(annotation) in {Union, UnionType} else (annotation,):
        if get_origin(option) is Literal and len(get_args(option)) <= _MOST_CHOICES:
            return get_args(option)
    return ()


# -- a wrong call ---------------------------------------------------------------------------------------------------


def misuse(cls: type[Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str | None:
    """Return what was wrong with the arguments of a call; `None` if they have the right names."""
    name = cls.__name__
    known = {attribute.name: attribute for attribute in fields(cls) if attribute.init}
    positional = [each for each, attribute in known.items() if attribute.kw_only is False]
    for given in kwargs:
        if given not in known:
            return f"{name}: {unknown(given, cls)}"
    if len(args) > len(positional):
        allowed = f"only {positional[0]} is positional" if positional else "all arguments are given by name"
        return f"{name}: {len(args)} arguments without a name; {allowed}"
    given_names = {*positional[: len(args)], *kwargs}
    if twice := [each for each in positional[: len(args)] if each in kwargs]:
        return f"{name}: {twice[0]} is given twice"
    missing = [each for each, a in known.items() if a.default is NOTHING and each not in given_names]
    return f"{name}: {_listed(missing)} missing" if missing else None


def _listed(names: list[str]) -> str:
    return f"{names[0]} is" if len(names) == 1 else f"{', '.join(names)} are"


def unknown(given: str, cls: type[Any]) -> str:
    """Return the sentence about a name that a class does not have, with the nearest one that it has."""
    shape: Any = cls
    names = wire_names(shape)
    nearest = names.get(given) or _nearest(given, names)
    hint = f"; did you mean {names.get(nearest, nearest)!r}?" if nearest else ""
    if not hint and "extra" in names:
        hint = "; what the API has and this class has not goes into extra={...}"
    return f"there is no parameter {given!r}{hint}"


def _nearest(given: str, names: Iterable[str]) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(given, list(names), n=1)), None)
