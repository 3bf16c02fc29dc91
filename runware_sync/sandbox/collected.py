"""What the service has said to one request by HTTP, and whether that is all that it will say."""

import http
import json
from collections.abc import Mapping
from typing import Any

from runware_sync.sandbox.orders import Order, Orders
from runware_sync.sandbox.replies import encoded
from runware_sync.sandbox.sessions import Line
from runware_sync.sandbox.statuses import status_of

__all__ = ["Collected", "asked_in"]


def asked_in(body: bytes) -> list[Any]:
    """Return what a request asks for, each of which is answered: its tasks, or what is none in their place."""
    try:
        frame = json.loads(body)
    except (ValueError, RecursionError):
        return [None]
    if not isinstance(frame, list) or not frame:
        return [None]
    return [task for task in frame if not (isinstance(task, dict) and task.get("taskType") == "authentication")]


class Collected:
    """The answer to one request, as it comes together.

    Args:
        line: The request, as the service sees it.
        asked: What it asks for.
        orders: The task log.
    """

    def __init__(self, line: Line, asked: list[Any], orders: Orders) -> None:
        self.data: list[Any] = []
        self.errors: list[Any] = []
        self._line = line
        self._asked = asked
        self._orders = orders
        self._singular: list[dict[str, Any]] = []
        self._empty: int = 0

    def add(self, content: str | bytes) -> None:
        """Take one message of the service."""
        envelope = json.loads(content)
        for part in envelope if isinstance(envelope, list) else [envelope]:
            data = part.get("data", [])
            items = data if isinstance(data, list) else [data]
            errors = _errors(part)
            if "error" in part:
                self._singular.append({name: value for name, value in part.items() if name != "data"})
            if not items and not errors:
                self._empty += 1
            self.data += [item for item in items if item.get("taskType") != "authentication"]
            self.errors += errors

    @property
    def texts(self) -> list[Any]:
        """The results, without the pongs that may stand before them."""
        return [item for item in self.data if "pong" not in item]

    @property
    def status(self) -> http.HTTPStatus:
        """The status that goes with it: that of the first error, if there is nothing else."""
        if self.texts or not self.errors:
            return http.HTTPStatus.OK
        if "code" not in self.errors[0] and self._line.session is None:
            return http.HTTPStatus.UNAUTHORIZED
        return status_of(str(self.errors[0].get("code")))

    @property
    def body(self) -> dict[str, Any]:
        """What is written: the errors in the shape in which they were said."""
        if not self._singular:
            return {"data": self.data, **({"errors": self.errors} if self.errors else {})}
        if len(self._singular) == 1:
            return {"data": self.data, **self._singular[0]}
        return {"data": self.data, "error": self.errors}

    @property
    def complete(self) -> bool:
        """Whether nothing more will be said."""
        if self._line.session is None and self.errors:
            return True  # the sign-in was refused, and so is all that came with it
        named = [task for task in self._asked if isinstance(task, dict) and task.get("taskUUID") is not None]
        uuids = {encoded(task["taskUUID"]): task["taskUUID"] for task in named}
        given = self._given(uuids)
        missing = max(0, len(self._asked) - len(named) - len(given))
        for uuid in uuids.values():
            missing += self._missing(uuid, [task.get("taskType") for task in named if task["taskUUID"] == uuid])
        for order in given:
            missing += self._missing(order.uuid, [order.record.task_type])
        return missing <= self._nameless()

    def _given(self, uuids: Mapping[str, Any]) -> list[Order]:
        """Return the tasks of this request that were sent without a UUID, and have been given one."""
        said = {item["taskUUID"] for item in self.data if isinstance(item.get("taskUUID"), str)}
        orders = [self._orders.find(uuid) for uuid in sorted(said) if encoded(uuid) not in uuids]
        return [order for order in orders if order is not None and self._is_ours(order)]

    def _is_ours(self, order: Order) -> bool:
        return order.record.connection == self._line.notes.number

    def _missing(self, uuid: object, types: list[object]) -> int:
        """Return how many items and errors are still to come under one UUID."""
        items = len([item for item in self.data if item.get("taskUUID") == uuid])
        errors = len([error for error in self.errors if error.get("taskUUID") == uuid])
        order = self._orders.find(uuid)
        expected = len(types)
        if order is not None and self._is_ours(order) and not order.record.asynchronous:
            if order.silent and errors:
                return 0  # it was given up
            if order.record.task_type in types:
                expected += _expected(order) - 1
        return max(0, expected - items - errors)

    def _nameless(self) -> int:
        """Return how many items, errors and empty answers name no task."""
        pings = len([task for task in self._asked if isinstance(task, dict) and task.get("taskType") == "ping"])
        nameless = [entry for entry in (*self.texts, *self.errors) if entry.get("taskUUID") is None]
        return min(pings, len(self.data) - len(self.texts)) + len(nameless) + self._empty


def _expected(order: Order) -> int:
    if order.failed:
        return len(order.done) + len(order.errors)
    return 1 if order.silent else order.expected


def _errors(part: Mapping[str, Any]) -> list[Any]:
    """Return the errors of a frame, whatever shape they have."""
    error = part.get("error")
    if error is None:
        return list(part.get("errors") or [])
    if isinstance(error, list):
        return error
    return [error if isinstance(error, dict) else dict(part)]
