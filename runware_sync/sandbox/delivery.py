"""From an accepted task to its frames: when results are made, how they are grouped, and what goes wrong on the way."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any, Final

from attrs import evolve

from runware_sync.sandbox.accidents import problem_of
from runware_sync.sandbox.clock import Clock
from runware_sync.sandbox.grouping import groups, sequence
from runware_sync.sandbox.identifiers import derived_uuid
from runware_sync.sandbox.making import Made, make
from runware_sync.sandbox.orders import Order
from runware_sync.sandbox.parcels import Parcel
from runware_sync.sandbox.record import Record
from runware_sync.sandbox.replies import Replies
from runware_sync.sandbox.rules import Problem
from runware_sync.sandbox.sessions import Session
from runware_sync.sandbox.switches import Switches
from runware_sync.sandbox.workers import Workers

__all__ = ["Delivery"]

_MIX_PAUSE: Final = 0.002
"""Seconds for which finished results wait for those of other tasks, with `mix`."""


class Delivery:
    """Makes and sends the results of accepted tasks. Everything but the painting happens in the event loop."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, clock: Clock, workers: Workers, record: Record, replies: Replies
    ) -> None:
        self._loop = loop
        self._clock = clock
        self._workers = workers
        self._record = record
        self._replies = replies
        self._mixed: dict[Session, list[dict[str, Any]]] = {}

    @property
    def _switches(self) -> Switches:
        return self._replies.switches

    def begin(self, order: Order) -> None:
        """Acknowledge the task if it is to be asked for, and let its results come."""
        self._attempt(order, partial(self._begin, order))

    def _begin(self, order: Order) -> None:
        self._hit(order, "accepted")
        if order.record.asynchronous:
            order.silent = True
            ack = {"taskType": order.record.task_type, "taskUUID": order.uuid}
            if self._switches.ack_status:
                ack["status"] = "processing"
            order.session.deliver(self._replies.results([ack], "ack"))
        else:
            self._limit(order)
        failure = order.met("fail")
        coming = order.expected if failure is None else min(order.expected, failure.results)
        numbers = sequence(order, self._switches)
        for group in groups(order, coming, self._switches):
            indexes = [numbers[position] for position in group]
            self._schedule(order, indexes, self._due(order, group[-1]))
        if failure is not None and coming < order.expected:
            order.fails_at = self._due(order, coming)
            self._later(order, order.fails_at, partial(self._fail, order))

    def _due(self, order: Order, position: int) -> float:
        return order.accepted_at + (order.due_at - order.accepted_at) * (position + 1) / order.expected

    def _later(self, order: Order, due: float, action: Callable[[], None]) -> None:
        delay = due - self._clock.now()
        if delay > 0:
            self._clock.call_later(self._loop, delay, partial(self._attempt, order, action))
        else:
            self._attempt(order, action)

    def _attempt(self, order: Order, action: Callable[[], None]) -> None:
        """Do something for a task, which fails if the sandbox itself does."""
        try:
            action()
        except Exception as error:  # noqa: BLE001 - whatever it is, the client waits for an answer
            self._break_off(order, problem_of(error, f"task {order.uuid}"))

    def _break_off(self, order: Order, problem: Problem) -> None:
        """Let everything fail that has not come yet."""
        if order.finished:
            return
        order.failed = True
        self._refund(order, order.record.billed_results - order.delivered)
        self._note_error(order, problem)
        self._end(order)
        self._record.note()

    def _refund(self, order: Order, results: int) -> None:
        if not self._switches.bill_failures:
            self._record.refund(order.record, results)

    def _limit(self, order: Order) -> None:
        """Give up on a task that takes longer than the server waits; it goes on, and can be asked for."""
        limit = self._switches.sync_limit
        if limit is None or order.due_at - order.accepted_at <= limit:
            return

        def give_up() -> None:
            order.silent = True
            problem = Problem(
                self._switches.sync_limit_code, "The task took longer than a synchronous answer may take."
            )
            self._send_error(order, problem)

        self._later(order, order.accepted_at + limit, give_up)

    def _schedule(self, order: Order, indexes: list[int], due: float) -> None:
        work = partial(make, order, indexes)
        if not order.kind.is_heavy(order.commission):
            self._later(order, due, lambda: self._finish(order, work()))
            return

        def made(future: Future[list[Made]]) -> None:
            self._later(order, due, lambda: self._finish(order, future.result()))

        self._workers.run(self._loop, work, made)

    def _finish(self, order: Order, made: list[Made]) -> None:
        if order.failed:
            return
        items = [outcome.item for outcome in made if outcome.item is not None]
        if items and not order.silent and order.met("lose") is None:
            if not order.delivered:
                self._disturb(order)
            self._push(order, items)
        order.delivered += len(items)
        order.record.items.extend(items)
        for outcome in made:
            order.items[outcome.index] = outcome.item
            if outcome.problem is not None:
                self._refund(order, 1)
                self._note_error(order, outcome.problem)
        self._hit(order, "between")
        if order.met("fail"):
            self._fail(order)
        else:
            self._end(order)
        self._record.note()

    def _push(self, order: Order, items: list[dict[str, Any]]) -> None:
        if self._switches.mix and not order.faults:
            waiting = self._mixed.setdefault(order.session, [])
            if not waiting:
                self._loop.call_later(_MIX_PAUSE, self._send_mixed, order.session)
            waiting.extend(items)
            return
        parcel = self._replies.results(items)
        if order.met("binary") and isinstance(parcel.content, str):
            parcel = evolve(parcel, content=parcel.content.encode())
        if (trickle := order.met("trickle")) is not None:
            parcel = evolve(parcel, seconds=trickle.seconds)
        if (fragment := order.met("fragment")) is not None:
            parcel = evolve(parcel, fragment=fragment.size)
        for _ in range(2 if order.met("repeat") else 1):
            order.session.deliver(parcel)

    def _send_mixed(self, session: Session) -> None:
        session.deliver(self._replies.results(self._mixed.pop(session, [])))

    def _disturb(self, order: Order) -> None:
        """Send what a fault puts before the results."""
        if order.met("malformed"):
            order.session.deliver(Parcel('{"data":[{"taskType":"imageInf', "other"))
        if order.met("unknown_task"):
            stranger = derived_uuid("stranger", order.uuid)
            item = {"taskType": order.record.task_type, "taskUUID": stranger, "imageUUID": derived_uuid(stranger)}
            problem = Problem("taskFailed", "The task failed.")
            order.session.deliver(self._replies.results([item], "other"))
            order.session.deliver(self._replies.errors([{**problem.item(), "taskUUID": stranger}], "other"))

    def _fail(self, order: Order) -> None:
        """Let the task fail, once it is time and the results that come first have been made."""
        fault = order.met("fail")
        if fault is None or order.failed or order.fails_at is None or self._clock.now() < order.fails_at:
            return
        if len(order.done) + len(order.errors) < min(order.expected, fault.results):
            return
        order.failed = True
        self._note_error(order, Problem(fault.code, fault.message), nameless=fault.nameless)
        self._end(order)
        self._record.note()

    def _note_error(self, order: Order, problem: Problem, *, nameless: bool = False) -> None:
        item = self._replies.error_item(problem, order.uuid, order.record.task_type)
        order.errors.append(item)
        order.record.errors.append(item)
        if not order.silent and order.met("lose") is None:
            self._send_error(order, problem, nameless=nameless)

    def _send_error(self, order: Order, problem: Problem, *, nameless: bool = False) -> None:
        uuid, task_type = (None, None) if nameless else (order.uuid, order.record.task_type)
        order.session.deliver(self._replies.errors([self._replies.error_item(problem, uuid, task_type)]))

    def _end(self, order: Order) -> None:
        if not order.finished:
            return
        fault = order.met("error_after")
        if fault is not None and not order.silent:
            self._send_error(order, Problem(fault.code, fault.message), nameless=fault.nameless)
        self._hit(order, "after")

    def _hit(self, order: Order, moment: str) -> None:
        """Let the faults of a moment happen to the connection that the task's session is on."""
        for fault in order.faults:
            if fault.kind not in {"drop", "half_open", "stall"} or fault.when != moment:
                continue
            if moment == "between" and order.delivered != fault.results:
                continue
            line = order.session.line
            if line is None:
                continue
            if fault.kind == "drop":
                line.cut(fault.how, at_once=moment == "accepted")
            elif fault.kind == "stall":
                line.hold()
                self._clock.call_later(self._loop, fault.seconds, line.release)
            else:
                order.session.put_back(line.freeze())
