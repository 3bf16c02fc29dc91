"""From an accepted task to its frames: when results are made, how they are grouped, and what goes wrong on the way."""

import asyncio
import random
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any, Final

from attrs import define, evolve

from runware_sync.sandbox.clock import Clock
from runware_sync.sandbox.gallery import Inline
from runware_sync.sandbox.identifiers import derived_number, derived_uuid
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


@define
class _Made:
    """A result that was made, or the reason why it could not be."""

    index: int
    item: dict[str, Any] | None
    problem: Problem | None = None


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
        sequence = self._sequence(order)
        for group in self._groups(order, coming):
            indexes = [sequence[position] for position in group]
            self._schedule(order, indexes, self._due(order, group[-1]))
        if failure is not None and coming < order.expected:
            order.fails_at = self._due(order, coming)
            self._later(order.fails_at, partial(self._fail, order))

    def _sequence(self, order: Order) -> list[int]:
        sequence = list(range(order.expected))
        if self._switches.shuffle and len(sequence) > 1 and not order.kind.phased:
            random.Random(derived_number("sequence", order.uuid)).shuffle(sequence)
            if sequence == sorted(sequence):
                sequence.reverse()
        return sequence

    def _groups(self, order: Order, count: int) -> list[list[int]]:
        """Return the numbers 0 to `count` - 1, parted into frames."""
        split = "one" if order.kind.one_frame and self._switches.enhance_frames == "one" else self._switches.split
        if order.kind.one_frame and self._switches.enhance_frames == "each":
            split = "each"
        if order.kind.phased:
            split = "each"
        if split == "one" or count <= 1:
            return [list(range(count))] if count else []
        if split == "each":
            return [[position] for position in range(count)]
        chance = random.Random(derived_number("groups", order.uuid))
        groups: list[list[int]] = [[0]]
        for position in range(1, count):
            if chance.random() < 0.5:
                groups.append([])
            groups[-1].append(position)
        return groups

    def _due(self, order: Order, position: int) -> float:
        return order.accepted_at + (order.due_at - order.accepted_at) * (position + 1) / order.expected

    def _later(self, due: float, action: Callable[[], None]) -> None:
        delay = due - self._clock.now()
        if delay > 0:
            self._clock.call_later(self._loop, delay, action)
        else:
            action()

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

        self._later(order.accepted_at + limit, give_up)

    def _schedule(self, order: Order, indexes: list[int], due: float) -> None:
        work = partial(self._make, order, indexes)
        if not order.kind.is_heavy(order.commission):
            self._later(due, lambda: self._finish(order, work()))
            return

        def made(future: Future[list[_Made]]) -> None:
            self._later(due, lambda: self._finish(order, future.result()))

        self._workers.run(self._loop, work, made)

    def _make(self, order: Order, indexes: list[int]) -> list[_Made]:
        """Make results, in the loop or in a worker."""
        pad = order.met("pad")
        made = []
        for index in indexes:
            try:
                for file in order.commission.given():
                    if not file.checked:
                        file.check()
                fields = order.kind.result(order.commission, index)
                for value in fields.values():
                    if isinstance(value, Inline):
                        value.file.content()
            except Problem as problem:
                made.append(_Made(index, None, problem))
                continue
            item = {"taskType": order.record.task_type, "taskUUID": order.uuid, **fields}
            if order.request.get("includeCost"):
                item["cost"] = round(order.record.cost / max(1, order.record.billed_results), 6)
            if pad is not None:
                item["padding"] = "x" * pad.size
            made.append(_Made(index, item))
        return made

    def _finish(self, order: Order, made: list[_Made]) -> None:
        finished = [outcome for outcome in made if outcome.item is not None]
        for outcome in finished:
            order.items[outcome.index] = outcome.item
        items = [outcome.item for outcome in finished if outcome.item is not None]
        order.record.items.extend(items)
        if items and not order.silent and order.met("lose") is None:
            if not order.delivered:
                self._disturb(order)
            self._push(order, items)
        order.delivered += len(items)
        for outcome in made:
            if outcome.problem is not None:
                if order.record.billed_results:
                    self._record.refund(order.record.cost / order.record.billed_results)
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
