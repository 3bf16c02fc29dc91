"""What is known of every operation, from `data/operations.json`, and plausible values for all that it takes and gives.

Everything here is found out from the classes and the table, so that an operation that is added is covered by itself.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any, Final

import attrs

from runware_sync import requests
from runware_sync.requests import Request, Shape
from runware_sync.requests.fitting import Expected, expected_of

Item = dict[str, Any]

TABLE: Final[Item] = json.loads((Path(__file__).parent / "data" / "operations.json").read_text("utf-8"))
OPERATIONS: Final[list[type[Any]]] = list(requests.operations())
SHAPES: Final[list[type[Any]]] = [
    cls
    for cls in (getattr(requests, name) for name in requests.__all__ if name not in {"OpenShape", "Shape"})
    if isinstance(cls, type) and issubclass(cls, Shape)
]
MEDIUM: Final = "11111111-2222-4333-8444-555555555555"
_PLAUSIBLE: Final[Mapping[str, Any]] = {
    "task_uuid": MEDIUM,
    "messages": [{"role": "user", "content": "Name a colour."}],
    "model": "demo:101@1",
    "air": "acme:7@1",
    "start_date": "2026-01-01",
    "end_date": "2026-01-07",
    "timezone": "Europe/Berlin",
    "number_results": 2,
    "width": 512,
    "height": 512,
}
_ADDRESSES: Final = ("url", "endpoint")
_SHARED: Final[Mapping[str, Item]] = TABLE["operations"]["image_inference"]["parameters"]
_FULLEST: Final[dict[type[Any], list[Item]]] = {}


def method_of(cls: type[Any]) -> str:
    """Return the name of the operation that a request class belongs to."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in cls.__name__).lstrip("_")


def facts_of(cls: type[Any]) -> Item:
    """Return what the table says of an operation."""
    facts: Item = TABLE["operations"][method_of(cls)]
    return facts


def rows_of(cls: type[Any]) -> Item:
    """Return what the table says of the fields of an operation, or of a shape."""
    rows: Item = TABLE["shapes"][cls.__name__] if issubclass(cls, Shape) else facts_of(cls)["parameters"]
    return rows


def row_of(cls: type[Any], name: str) -> Item:
    """Return what the table says of one field; of one that an operation shares with others, what it says there."""
    row: Item | None = rows_of(cls).get(name) or _SHARED.get(name)
    assert row is not None, f"{cls.__name__}.{name} is not in the table"
    return row


def fields(cls: type[Any]) -> "dict[str, attrs.Attribute[Any]]":
    """Return the fields of a class by their names."""
    return {attribute.name: attribute for attribute in attrs.fields(cls)}


def subject(cls: type[Any]) -> str | None:
    """Return the parameter that may be given without its name."""
    return next((name for name, attribute in fields(cls).items() if attribute.kw_only is False), None)


# -- what goes in ---------------------------------------------------------------------------------------------------


def minimal(cls: type[Any]) -> Item:
    """Return the arguments that the class needs, and its subject."""
    return dict(next(given for given in _starts(cls) if _works(cls, given)))


def fullest(cls: type[Any]) -> list[Item]:
    """Return as many sets of arguments as it takes to give every parameter once: some exclude each other.

    Nested objects are mappings in the spelling of the wire, so that what is sent is what was given.
    """
    if cls not in _FULLEST:
        _FULLEST[cls] = list(_fullest(cls))
    return _FULLEST[cls]


def _fullest(cls: type[Any]) -> Iterator[Item]:
    values = {name: _values_of(cls, name) for name in fields(cls) if _is_sent(cls, name)}
    remaining = list(values)
    while remaining:
        given = next(_beginnings(cls, remaining[0], values), None)
        assert given is not None, f"{cls.__name__}: nothing goes together with {remaining[0]}"
        before = -1
        while len(given) > before:
            before = len(given)
            for name in [*remaining, *values]:
                if name not in given:
                    given |= next(({name: v} for v in values[name] if _works(cls, {**given, name: v})), {})
        remaining = [name for name in remaining if name not in given]
        yield given


def _beginnings(cls: type[Any], goal: str, values: Mapping[str, list[Any]]) -> Iterator[Item]:
    """Yield arguments that hold the goal, with one other beside it where it needs one."""
    for helper, start, value in product(("", *values), _starts(cls), values[goal]):
        given = {**start, goal: value, **({helper: values[helper][0]} if helper and helper != goal else {})}
        if _works(cls, given):
            yield given


def _starts(cls: type[Any]) -> Iterator[Item]:
    """Yield what is required, in each of its known values: with the subject, without it, and with one other."""
    known = fields(cls)
    required = [name for name, attribute in known.items() if attribute.default is attrs.NOTHING]
    first = subject(cls)
    optional = [name for name in known if name not in required and name != first and _is_sent(cls, name)]
    for chosen in product(*(_values_of(cls, name) for name in required)):
        given = dict(zip(required, chosen, strict=True))
        if first is not None and first not in given:
            yield {first: _values_of(cls, first)[0], **given}
        yield given
        for name in optional:
            yield {**given, name: _values_of(cls, name)[0]}


def _works(cls: type[Any], given: Item) -> bool:
    try:
        cls(**given)
    except ValueError:  # two parameters that exclude each other, or one that needs another
        return False
    return True


def _is_sent(cls: type[Any], name: str) -> bool:
    facts = fields(cls)[name].metadata
    refused = not issubclass(cls, Shape) and rows_of(cls).get(name, {}).get("refused", False)
    return not refused and not any(facts.get(fact) for fact in ("per_call", "apart"))


def _values_of(cls: type[Any], name: str) -> list[Any]:
    """Return plausible values of a parameter, the plainest first."""
    row = rows_of(cls).get(name, {})
    if "only" in row:
        return [row["only"]]
    if name in _PLAUSIBLE:
        return [_PLAUSIBLE[name]]
    expected = expected_of(fields(cls)[name])
    return [*_values(expected, name, row.get("values", ())), *(_parts(expected) if name == "inputs" else ())]


def _parts(expected: Expected) -> Iterator[Item]:
    """Yield the place of all media once more, with one at a time: some operations take only part of it."""
    if expected.shape is not None:
        shape = getattr(requests, expected.shape)
        for given in fullest(shape):
            for name, value in given.items():
                yield {row_of(shape, field)["wire"]: each for field, each in {**minimal(shape), name: value}.items()}


def _values(expected: Expected, name: str, known: "list[str] | tuple[str, ...]" = ()) -> Iterator[Any]:
    if expected.media is not None:
        yield MEDIUM
    if expected.shape is not None:
        shape = getattr(requests, expected.shape)
        for given in fullest(shape):
            yield {row_of(shape, field)["wire"]: value for field, value in given.items()}
    if expected.items is not None:
        items = list(_values(expected.items, name, known))
        yield items[: int(expected.most or len(items))]
    if expected.media is not None or expected.shape is not None:
        return
    if str in expected.kinds:
        yield from known or [f"https://a.example.test/{name}" if name.endswith(_ADDRESSES) else f"some {name}"]
    for kind, plain in ((int, 3), (float, 0.5), (bool, True), (Mapping, {"someKey": 1}), (object, {"someKey": 1})):
        if kind in expected.kinds:
            yield _within(plain, expected) if kind in {int, float} else plain


def _within(number: Any, expected: Expected) -> Any:
    least = number if expected.least is None else max(number, expected.least)
    return least if expected.most is None else min(least, expected.most)


def on_the_wire(cls: type[Request[Any]], given: Item) -> Item:
    """Return what the table makes of the arguments of a request, as paths and values; its own frame apart."""
    is_flat = "flatTaskType" in facts_of(cls) and not given.keys() & {"inputs", "settings"}
    found: Item = {}
    defaults = {name: each.default for name, each in fields(cls).items() if each.default not in {None, attrs.NOTHING}}
    for name, value in (defaults | given).items():
        row = row_of(cls, name)
        path = row["wire"] if is_flat or "place" not in row else row["place"]
        if path:
            found[path] = value
    return found


def at(body: Item, path: str) -> Any:
    """Return what stands at a path in a task."""
    value: Any = body
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


# -- what comes back ------------------------------------------------------------------------------------------------


def full_item(cls: type[Any]) -> Item:
    """Return a result in which every field is there that the table knows."""
    ours = {"taskType", "taskUUID", "status"}
    return {
        row["wire"]: _returned(row["kind"], name)
        for name, row in facts_of(cls)["results"].items()
        if row["wire"] not in ours
    }


def _returned(kind: str, name: str) -> Any:
    if kind.endswith("[]"):
        return [_returned(kind.removesuffix("[]"), name)]
    if kind in TABLE["records"]:
        return {row["wire"]: _returned(row["kind"], field) for field, row in TABLE["records"][kind].items()}
    plain: Item = {
        "string": f"some {name}",
        "integer": 3,
        "number": 0.5,
        "boolean": True,
        "object": {"someKey": 1},
        "array": ["one", "two"],
    }
    return plain[kind]
