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

__all__ = ["decode", "decode_items", "decode_task"]

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
    cls = _classes().get(task_type)
    if cls is not None:
        return _decoded(cls, items, surplus, task_uuid)
    if expected == 1 and len(items) == 1 and not surplus:
        return _result(task_type, items[0])
    return _results(task_type, items, surplus, task_uuid)


def decode_items(task_type: str, items: Sequence[Item | Result]) -> list[Result]:
    """Return results one by one, each of the class that its own task type says, or else the given one."""
    return [_result(task_type, item) if isinstance(item, Mapping) else item for item in items]


def _decoded(cls: type[Request[Any]], items: Sequence[Item], surplus: Sequence[Item], task_uuid: str | None) -> Any:
    if cls.result is None:
        return [*items, *surplus]
    if cls.many:
        return _results(cls.task_type, items, surplus, task_uuid)
    if not items:
        raise UnexpectedResponseError("the answer holds no result", task_uuid=task_uuid, task_type=cls.task_type)
    return _result(cls.task_type, items[0])


def _by_seed(items: Sequence[Item]) -> Sequence[Item]:
    if all(isinstance(item.get("seed"), int) for item in items):
        return sorted(items, key=lambda item: int(item["seed"]))
    return items


def _results(task_type: str, items: Sequence[Item], surplus: Sequence[Item], task_uuid: str | None) -> Results[Result]:
    return Results(decode_items(task_type, items), task_uuid=task_uuid, surplus=decode_items(task_type, surplus))


@cache
def _classes() -> dict[str, type[Request[Any]]]:
    """Return the request class of each task type, older ones too."""
    return {
        name: cls
        for cls in sorted(operations(), key=lambda cls: not cls.live)  # a stream only where nothing else is known
        for name in (cls.task_type, cls.flat_task_type, *cls.aliases)
        if name is not None
    }


def _result(task_type: str, item: Item) -> Result:
    known = _classes()
    request = known.get(str(item.get("taskType"))) or known.get(task_type)
    name = request.result if request is not None and request.result is not None else "Result"
    cls: type[Result] = getattr(results, name)
    return structured(cls, item)
