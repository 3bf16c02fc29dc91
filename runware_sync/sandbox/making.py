"""The making of results: the items of their frames, or the reasons why they could not be made."""

from typing import Any

from attrs import frozen

from runware_sync.sandbox.accidents import problem_of
from runware_sync.sandbox.gallery import Inline
from runware_sync.sandbox.inputs import invalid
from runware_sync.sandbox.orders import Order
from runware_sync.sandbox.rules import Problem
from runware_sync.sandbox.tasks import Commission

__all__ = ["Made", "make"]


@frozen
class Made:
    """A result that was made, or the reason why it could not be."""

    index: int
    item: dict[str, Any] | None
    problem: Problem | None = None


def make(order: Order, indexes: list[int]) -> list[Made]:
    """Make results, in the loop or in a worker; one that fails does not keep the others from being made."""
    made = []
    for index in indexes:
        try:
            made.append(Made(index, _item(order, index)))
        except Exception as error:  # noqa: BLE001 - whatever it is, the client waits for an answer
            made.append(Made(index, None, problem_of(error, f"result {index} of task {order.uuid}")))
    return made


def _item(order: Order, index: int) -> dict[str, Any]:
    _look_at_what_is_given(order.commission)
    fields = order.kind.result(order.commission, index)
    for value in fields.values():
        if isinstance(value, Inline):
            value.file.content()
    item = {"taskType": order.record.task_type, "taskUUID": order.uuid, **fields}
    if order.request.get("includeCost"):
        item["cost"] = round(order.record.share, 6)
    if (pad := order.met("pad")) is not None:
        item["padding"] = "x" * pad.size
    return item


def _look_at_what_is_given(commission: Commission) -> None:
    """Raise `Problem`, naming the parameter, if a file that the task names cannot be read."""
    for name, file in {**commission.pictures, **commission.files}.items():
        if not file.checked:
            try:
                file.check()
            except Problem as problem:
                raise invalid(name, problem.message) from problem
