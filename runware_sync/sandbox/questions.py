"""`getResponse` and `getTaskDetails`: what the sandbox tells about tasks; free, and changing nothing."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from runware_sync.sandbox.accidents import problem_of
from runware_sync.sandbox.clock import Clock
from runware_sync.sandbox.gallery import Inline
from runware_sync.sandbox.orders import Order, Orders
from runware_sync.sandbox.parcels import Parcel
from runware_sync.sandbox.replies import Replies
from runware_sync.sandbox.rules import Problem, checked_uuid
from runware_sync.sandbox.sessions import Line
from runware_sync.sandbox.switches import Switches
from runware_sync.sandbox.workers import Workers

__all__ = ["QUESTIONS", "Questions"]

QUESTIONS: Final = ("getResponse", "getTaskDetails")


class Questions:
    """Answers questions about tasks."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, clock: Clock, workers: Workers, orders: Orders, replies: Replies
    ) -> None:
        self._loop = loop
        self._clock = clock
        self._workers = workers
        self._orders = orders
        self._replies = replies

    @property
    def _switches(self) -> Switches:
        return self._replies.switches

    def answer(self, line: Line, question: Mapping[str, Any]) -> None:
        """Answer one question on the connection on which it came."""
        kind = question["taskType"]
        try:
            uuid = checked_uuid(question.get("taskUUID"))
        except Problem as problem:
            self._refuse(line, problem, kind, question.get("taskUUID"))
            return
        order = self._orders.find(uuid)
        if kind == "getTaskDetails":
            if order is None or not self._switches.task_log:
                self._unknown(line, kind, uuid)
            else:
                self._send(line, kind, order, partial(self._details, order))
            return
        if order is not None and not order.record.asynchronous:
            if self._switches.sync_questions == "silence":
                return
            if self._switches.sync_questions == "unknown":
                order = None
        if order is None:
            self._unknown(line, kind, uuid)
        else:
            self._send(line, kind, order, partial(self._state, order))

    def _send(self, line: Line, kind: str, order: Order, write: Callable[[], Parcel]) -> None:
        if any(isinstance(value, Inline) for item in order.done for value in item.values()):
            self._workers.run(self._loop, write, lambda future: self._post(line, kind, order, future.result))
        else:
            self._post(line, kind, order, write)

    def _post(self, line: Line, kind: str, order: Order, write: Callable[[], Parcel]) -> None:
        try:
            line.post(write())
        except Exception as error:  # noqa: BLE001 - whatever it is, the client waits for an answer
            self._refuse(line, problem_of(error, f"{kind} about task {order.uuid}"), kind, order.uuid)

    def _unknown(self, line: Line, kind: str, uuid: object) -> None:
        if self._switches.unknown_task == "silence":
            return
        if self._switches.unknown_task == "empty":
            line.post(self._replies.answers([]))
            return
        problem = Problem("taskNotFound", "No task is known under this UUID.", "taskUUID")
        self._refuse(line, problem, kind, uuid)

    def _refuse(self, line: Line, problem: Problem, kind: str, uuid: object) -> None:
        named = {} if uuid is None else {"taskUUID": uuid}
        line.post(self._replies.errors([{**problem.item(), **named, "taskType": kind}], "other"))

    def _state(self, order: Order) -> Parcel:
        items = self._items(order)
        errors = [{**error, "taskUUID": order.uuid, "status": "error"} for error in order.errors]
        if self._switches.failures_in_data:
            for error in errors:
                reason = {key: error[key] for key in ("code", "message") if key in error}
                items.append(
                    {"taskType": order.record.task_type, "taskUUID": order.uuid, "status": "error", "error": reason}
                )
            errors = []
        return self._replies.answers(items, errors)

    def _items(self, order: Order) -> list[dict[str, Any]]:
        """Return every result in order of its number, those that are still to come as `processing`."""
        coming = 0 if order.failed else order.expected - len(order.done) - len(order.errors)
        items = []
        for item in order.items:
            if item is not None:
                items.append({"status": "success", **item})
            elif coming > 0:
                coming -= 1
                running = {"taskType": order.record.task_type, "taskUUID": order.uuid, "status": "processing"}
                items.append({**running, **self._progress(order)})
        return items

    def _progress(self, order: Order) -> dict[str, int]:
        if not self._switches.progress:
            return {}
        span = order.due_at - order.accepted_at
        share = (self._clock.now() - order.accepted_at) / span if span > 0 else 0.0
        return {"progress": max(0, min(99, int(100 * share)))}

    def _details(self, order: Order) -> Parcel:
        items = order.done if order.finished else self._items(order)
        response: dict[str, Any] = {"data": items} if items or not order.errors else {}
        if order.errors:
            response["errors"] = order.errors
        item = {"taskType": "getTaskDetails", "taskUUID": order.uuid, "request": order.frame, "response": response}
        return self._replies.answers([item])
