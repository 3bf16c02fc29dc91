"""What comes back to results."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias, TypeVar, cast

from runware_sync import results
from runware_sync.errors import UnexpectedResponseError
from runware_sync.requests import operations
from runware_sync.requests.base import Request
from runware_sync.results import Result, Results
from runware_sync.wire.structuring import structured

__all__ = ["class_of", "decode", "decode_items", "decode_task", "lasting_of"]

R = TypeVar("R")
Item: TypeAlias = dict[str, Any]


def decode(request: Request[R], items: Sequence[Item], surplus: Sequence[Item] = (), task_uuid: str | None = None) -> R:
    """Return what a call gives back: one result, `Results`, or the items as they came.

    Args:
        request: The request that was made.
        items: What arrived, in the order of arrival.
        surplus: What arrived beyond what was asked for.
        task_uuid: The call's root UUID.

    Raises:
        UnexpectedResponseError: A single result is wanted, and there is none.
    """
    if getattr(request, "seed", None) is not None:
        items = _by_seed(items)
    return cast("R", _decoded(type(request), items, surplus, task_uuid))


def decode_task(
    task_type: str, expected: int, items: Sequence[Item], surplus: Sequence[Item] = (), task_uuid: str | None = None
) -> Any:
    """Return what a task of this type gives back, for one whose request object is not at hand.

    Args:
        task_type: The type, of either form; of one that is not known, the results are kept under their own names.
        expected: How many results were asked for; it decides for types that are not known.
        items: What arrived.
        surplus: What arrived beyond what was asked for.
        task_uuid: The call's root UUID.
    """
    cls = class_of(task_type, items)
    if cls is not None:
        return _decoded(cls, items, surplus, task_uuid)
    if expected == 1 and len(items) == 1 and not surplus:
        return structured(Result, items[0])
    return _results(None, items, surplus, task_uuid)


def decode_items(kind: type[Request[Any]] | str, items: Sequence[Item | Result]) -> list[Result]:
    """Return results one by one.

    Args:
        kind: The request class; or, where there is no request, the task type, for items that do not tell their own.
        items: What arrived; what is a result already stays one.
    """
    return [_result(_own_class(kind, item), item) if isinstance(item, Mapping) else item for item in items]


def _decoded(cls: type[Request[Any]], items: Sequence[Item], surplus: Sequence[Item], task_uuid: str | None) -> Any:
    if cls.result is None:
        return [*items, *surplus]
    if cls.many:
        return _results(cls, items, surplus, task_uuid)
    if not items:
        raise UnexpectedResponseError("the answer holds no result", task_uuid=task_uuid, task_type=cls.task_type)
    return _result(cls, items[0])


def _by_seed(items: Sequence[Item]) -> Sequence[Item]:
    if all(isinstance(item.get("seed"), int) for item in items):
        return sorted(items, key=lambda item: int(item["seed"]))
    return items


def _results(
    cls: type[Request[Any]] | None, items: Sequence[Item], surplus: Sequence[Item], task_uuid: str | None
) -> Results[Result]:
    return Results(
        [_result(cls, item) for item in items], task_uuid=task_uuid, surplus=[_result(cls, item) for item in surplus]
    )


@cache
def _classes() -> dict[str, tuple[type[Request[Any]], ...]]:
    """Return the request classes of each task type, older ones too; a stream only where nothing else is known."""
    found: dict[str, tuple[type[Request[Any]], ...]] = {}
    for cls in sorted(operations(), key=lambda cls: cls.live):
        for name in {cls.task_type, cls.flat_task_type, *cls.aliases} - {None}:
            found[str(name)] = (*found.get(str(name), ()), cls)
    return found


def class_of(task_type: str, items: Sequence[Item]) -> type[Request[Any]] | None:
    """Return the request class of a task type; where pictures and films share one, what has come decides."""
    classes = _classes().get(task_type, ())
    films = any(name.startswith("video") for item in items for name in item)
    fitting = [cls for cls in classes if (cls.result == "Video") is films]
    return next(iter([*fitting, *classes]), None)


def lasting_of(task_type: str, body: Item | None) -> float | None:
    """Return the seconds that a window of a task lasts by its nature, as far as it is known; `None` if it is short."""
    inputs = None if body is None else body.get("inputs")
    film = isinstance(inputs, Mapping) and inputs.get("video") is not None
    cls = class_of(task_type, [{"video": True}] if film else ())
    if cls is None:
        return None
    return cls.window if not film or cls.film_window is None else cls.film_window


def _own_class(kind: type[Request[Any]] | str, item: Item) -> type[Request[Any]] | None:
    if not isinstance(kind, str):
        return kind
    return class_of(str(item.get("taskType")), [item]) or class_of(kind, [item])


def _result(cls: type[Request[Any]] | None, item: Item) -> Result:
    name = "Result" if cls is None or cls.result is None else cls.result
    made: type[Result] = getattr(results, name)
    return structured(made, item)
