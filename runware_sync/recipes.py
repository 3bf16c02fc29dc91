"""Recipes: how a picture was asked for, kept with the result, saved in its file, and read back as a request.

What a recipe leaves out: media, addresses, what concerns one call or account only, and texts under a name that has a
word for secrets in it, such as `authToken`. A file may come from anybody; so a recipe that names what ours leave out is
refused, before any request is made of it.
"""

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Final, NoReturn

from attrs import fields

from runware_sync import results
from runware_sync.content.inscriptions import inscription
from runware_sync.discretion import LONGEST_WORD, is_foreign, is_private
from runware_sync.names import wire_name_of
from runware_sync.requests import operations
from runware_sync.requests.base import Request
from runware_sync.requests.declared import Declared
from runware_sync.requests.deferred import load
from runware_sync.requests.fitting import Expected, expected_of
from runware_sync.requests.guidance import unknown, wire_names
from runware_sync.results import Picture, contents_of

__all__ = ["VERSION", "attach", "attach_recorded", "recipe", "recipe_of"]

VERSION: Final = 1

_FEW: Final = 16
_OMITTED: Final = object()


def recipe(path: str | PathLike[str], /, **changes: Any) -> Request[Any]:
    """Return the request that made a picture which this library has saved; `run` makes the picture again.

    One picture of several is asked for by its own seed, alone. Media are not kept in files: those that were used have
    to be given again. Nor are addresses, nor texts under a name that has a word for secrets in it: token, secret,
    password, auth, authorization, bearer, credentials, signature, cookie, or key behind api, access or private. Numbers
    under such names are kept. The file may come from anybody: nothing in it makes a file be read or an address be
    asked. Running the request costs what it costs; look at it first.

    Args:
        path: A PNG or JPEG file.
        changes: Parameters that are to be others, or that the recipe could not keep, such as `seed_image="cat.png"`;
            `None` does without.

    Returns:
        A request object of the operation's own class.

    Raises:
        OSError: The file cannot be read.
        ValueError: It holds no recipe, or one that cannot be used; or media are missing, which the message names.
        TypeError: There is no such parameter.
    """
    name = fspath(path)
    with Path(path).open("rb") as file:
        text = inscription(file)
    if text is None:
        raise ValueError(
            f"{name!r} holds no recipe; PNG and JPEG files have one if this library saved them from a call's results,"
            " unsigned and without metadata=False; what job(uuid) collects has one if its request is known"
        )
    try:
        return _Recipe(text).request(changes)
    except _UnusableError as error:
        raise ValueError(f"{name!r} {error}") from error.__cause__


def attach(outcome: object, request: Request[Any], task_uuid: str) -> None:
    """Let the pictures in what a call returned know how they were asked for."""
    cls: Any = type(request)
    if not _makes_pictures(cls):
        return
    told: Callable[[], Mapping[str, Any]]
    if not all(map(_is_light, filter(None, vars(request).values()))):
        told = partial(dict, recipe_of(request, task_uuid))  # now, so that no medium lives as long as the result
    else:
        told = partial(recipe_of, request, task_uuid)  # when it is wanted: most calls have no need of it
    for content in contents_of(outcome):
        content.__dict__["_recipe"] = told


def attach_recorded(outcome: object, cls: type[Request[Any]] | None, body: Mapping[str, Any], task_uuid: str) -> None:
    """Let collected pictures know how they were asked for, by the task that the service has recorded."""
    made: Any = cls
    if made is None or not _makes_pictures(made):
        return
    told = _told(made, _named(cls, body), task_uuid)
    for content in contents_of(outcome):
        content.__dict__["_recipe"] = partial(dict, told)


def _named(cls: Any, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what travelled under Python's names; what is of no field of the class is `extra`."""
    names = wire_names(cls)
    given = {names[key]: value for key, value in body.items() if key in names and value is not None}
    extra = {key: value for key, value in body.items() if key not in names and not is_private(key, value)}
    return {**given, "extra": extra} if extra else given


@cache
def _makes_pictures(cls: Any) -> bool:
    return cls.result is not None and issubclass(getattr(results, cls.result), Picture)


def _is_light(value: Any) -> bool:
    """Tell whether a result may keep a value alive: nothing, a number, a few words, or some of these under names."""
    if isinstance(value, str):
        return len(value) <= LONGEST_WORD
    if value is None or isinstance(value, int | float):
        return True
    if not isinstance(value, Mapping):
        return False
    return len(value) <= _FEW and all(not isinstance(item, Mapping) and _is_light(item) for item in value.values())


def recipe_of(request: Request[Any], task_uuid: str) -> dict[str, Any]:
    """Return how something was asked for, as JSON can carry it.

    Args:
        request: The request.
        task_uuid: The root UUID of the call.
    """
    return _told(type(request), vars(request), task_uuid)


def _told(cls: type[Request[Any]], values: Mapping[str, Any], task_uuid: str) -> dict[str, Any]:
    left_out: list[str] = []
    parameters = _given(cls, values, "", left_out)
    told = {"version": VERSION, "operation": cls.__name__, "parameters": parameters, "task_uuid": task_uuid}
    return {**told, "left_out": left_out} if left_out else told


# -- writing ----------------------------------------------------------------------------------------------------------


def _given(cls: Any, values: Mapping[str, Any], where: str, left_out: list[str]) -> dict[str, Any]:
    apart = _apart(cls)
    given = ((name, value) for name, value in values.items() if value is not None and name not in apart)
    return _pairs(given, where, left_out)


def _pairs(pairs: Iterator[tuple[str, Any]], where: str, left_out: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if not is_private(name, value):
            plain = _plain(value, f"{where}{name}", left_out)
            if plain is not _OMITTED:
                found[name] = plain
    return found


def _plain(value: Any, where: str, left_out: list[str]) -> Any:
    """Return what JSON can carry of a value; note what it should not."""
    if isinstance(value, str):
        if not is_foreign(value):
            return value
    elif value is None or isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    elif isinstance(value, Declared):
        return _given(type(value), vars(value), f"{where}.", left_out)
    elif isinstance(value, Mapping):
        return _pairs(((str(key), item) for key, item in value.items()), f"{where}.", left_out)
    elif isinstance(value, list | tuple):
        items = (_plain(item, f"{where}[{index}]", left_out) for index, item in enumerate(value))
        return [item for item in items if item is not _OMITTED]
    left_out.append(where)
    return _OMITTED


@cache
def _apart(cls: Any) -> frozenset[str]:
    """Return the fields that concern one call or this library only."""
    return frozenset(
        attribute.name
        for attribute in fields(cls)
        if attribute.metadata.get("per_call") or attribute.metadata.get("client_only")
    )


# -- reading ----------------------------------------------------------------------------------------------------------


class _UnusableError(Exception):
    """What is wrong with a recipe, to be put behind its file's name."""


class _Recipe:
    """A recipe as it stands in a file: nothing in it is trusted."""

    def __init__(self, text: str) -> None:
        told = _loaded(text)
        version = told.get("version")
        if isinstance(version, int) and version > VERSION:
            raise _UnusableError(f"holds a recipe of a newer version ({version}); update runware-sync to use it")
        name, parameters, left_out = told.get("operation"), told.get("parameters"), told.get("left_out", [])
        if version != VERSION or not isinstance(parameters, dict) or not isinstance(left_out, list):
            raise _UnusableError("holds a recipe that is damaged")
        found: Any = next((cls for cls in operations() if cls.__name__ == name), None)
        if found is None or not _makes_pictures(found):
            raise _UnusableError(f"holds a recipe for {str(name)[:40]!r}, which makes no pictures here")
        self.cls: type[Request[Any]] = found
        self.parameters: dict[str, Any] = parameters
        self.left_out = [str(each) for each in left_out]
        self.seed = told.get("seed")
        _check(found, parameters, "")

    def request(self, changes: Mapping[str, Any]) -> Request[Any]:
        cls: Any = self.cls
        known = {attribute.name for attribute in fields(cls)}
        for name in changes:
            if name not in known:
                raise TypeError(f"{cls.__name__}: {unknown(name, cls)}")
        lacking = dict.fromkeys(re.split(r"[.\[]", each, maxsplit=1)[0] for each in self.left_out)
        missing = [name for name in lacking if name in known and name not in changes]
        if missing:
            wanted = ", ".join(f"{name}=..." for name in missing)
            raise _UnusableError(
                f"was made by {cls.__name__} with media that its recipe does not hold; give {wanted} to recipe(),"
                f" or None to do without"
            )
        given = dict(self.parameters)
        if "seed" in known and isinstance(self.seed, int) and not isinstance(self.seed, bool):
            given["seed"] = self.seed  # of this picture, and of no other
            if cls.count is not None:
                given.pop(cls.count, None)
        try:
            made: Request[Any] = cls(**{**given, **changes})
        except (TypeError, ValueError, FileNotFoundError) as error:
            if changes:
                raise
            raise _UnusableError(f"holds a recipe that does not fit: {error}") from error
        return made


def _loaded(text: str) -> dict[str, Any]:
    def refuse(constant: str) -> NoReturn:
        raise ValueError(f"{constant} is no JSON")

    try:
        told = json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise _UnusableError("holds a recipe that is damaged")
    return told


def _check(cls: Any, values: Mapping[str, Any], where: str) -> None:
    """Refuse what a recipe of ours never holds."""
    known = {attribute.name: attribute for attribute in fields(cls)}
    names = wire_names(cls)
    for key, value in values.items():
        attribute = known.get(names.get(key, key))
        if is_private(key, value) or (attribute is not None and attribute.name in _apart(cls)):
            _refuse(f"{where}{key}")
        if key == "extra" and isinstance(value, Mapping):
            _check_extra(cls, value, f"{where}{key}.")
        else:
            _check_value(value, Expected() if attribute is None else expected_of(attribute), f"{where}{key}")


def _check_extra(cls: Any, values: Mapping[str, Any], where: str) -> None:
    """Refuse, besides, what would stand for another parameter: its reader would look at that one."""
    declared = {wire_name_of(attribute) for attribute in fields(cls)}
    for key, value in values.items():
        if key in declared or is_private(key, value):
            _refuse(f"{where}{key}")
        _check_value(value, Expected(), f"{where}{key}")


def _check_value(value: Any, expected: Expected, where: str) -> None:
    medium = (expected.items or expected).media or expected.media
    if isinstance(value, str):
        if medium is not None or is_foreign(value):
            _refuse(where)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _check_value(item, expected.items or expected, f"{where}[{index}]")
    elif isinstance(value, Mapping):
        shape = expected.shape
        if shape is not None:
            _check(load(shape), value, f"{where}.")
            return
        for key, item in value.items():
            if is_private(key, item):
                _refuse(f"{where}.{key}")
            _check_value(item, Expected(media=medium), f"{where}.{key}")


def _refuse(where: str) -> NoReturn:
    raise _UnusableError(f"holds a recipe that this library has not written: it names {where[:60]}; it is not used")
