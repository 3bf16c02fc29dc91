"""Whether a task is taken on: read at all, valid, new, paid for."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import evolve

from runware_sync.sandbox.accidents import problem_of
from runware_sync.sandbox.delivery import Delivery
from runware_sync.sandbox.faults import Fault, FaultBook
from runware_sync.sandbox.identifiers import derived_uuid
from runware_sync.sandbox.orders import Order, Orders
from runware_sync.sandbox.record import Record, RefusedTask, TaskRecord
from runware_sync.sandbox.replies import Replies
from runware_sync.sandbox.rules import Problem, check, checked_uuid
from runware_sync.sandbox.sessions import Line
from runware_sync.sandbox.tasks import Commission, Studio, TaskType

__all__ = ["Admission"]

_NAMELESS: Final = ("modelSearch", "modelUpload")
"""The task types of which a task needs no UUID."""


class Admission:
    """Takes tasks on, bills them, and hands them over to be delivered; or says why not."""

    def __init__(
        self,
        studio: Studio,
        *,
        kinds: dict[str, TaskType],
        orders: Orders,
        delivery: Delivery,
        record: Record,
        replies: Replies,
        faults: FaultBook,
    ) -> None:
        self.kinds = kinds
        self._studio = studio
        self._orders = orders
        self._delivery = delivery
        self._record = record
        self._replies = replies
        self._faults = faults
        self._given = 0

    def submit(self, line: Line, task: dict[str, Any], frame: list[Any]) -> None:
        """Take a task on, or refuse it."""
        fault = None if line.refused else self._faults.before_reading(str(task.get("taskType")))
        if line.refused or _is_kept_away(line, fault):
            if line.refused:
                self._refuse_key(line)
            return
        uuid = task.get("taskUUID")
        known = self._orders.find(uuid)
        if known is not None and self._replies.switches.reuse != "again":
            self._again(line, known)
            return
        try:
            named = self._named(task)
            kind, commission = self._examine(named)
            order = self._order(line, kind, commission, named, frame)
            self._record.note_accepted(order.record)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client waits for an answer
            self._refuse(line, task, problem_of(error, f"task {uuid}"))
            return
        self._orders.add(order)
        self._delivery.begin(order)

    def hears(self, line: Line, question_type: str) -> bool:
        """Return whether a question is read, and let the fault happen that keeps it from that."""
        if not _is_kept_away(line, self._faults.asked(question_type)):
            return True
        if line.refused:
            self._refuse_key(line)
        return False

    def _refuse_key(self, line: Line) -> None:
        parcel = self._replies.sign_in_error("invalidApiKey", "The API key was not accepted.")
        if parcel is not None:
            line.post(parcel)
        if self._replies.switches.auth_close is not None:
            line.cut(self._replies.switches.auth_close, self._replies.switches.auth_reason)

    def _again(self, line: Line, known: Order) -> None:
        switches = self._replies.switches
        if switches.reuse == "conflict":
            problem = Problem("conflictTaskUUID", "A task with this taskUUID has been sent before.", "taskUUID")
            self._refuse(line, known.request, problem)
        elif switches.reuse == "answer" and known.done:
            line.post(self._replies.results(known.done))

    def _named(self, task: dict[str, Any]) -> dict[str, Any]:
        """Return the task with a UUID, which is given to it where it needs none."""
        if task.get("taskUUID") is not None or task.get("taskType") not in _NAMELESS:
            return task
        self._given += 1
        return {**task, "taskUUID": derived_uuid(self._studio.seed, "given", self._given)}

    def _examine(self, task: Mapping[str, Any]) -> tuple[TaskType, Commission]:
        """Return the task's type and what is to be done; raise `Problem` if something is wrong."""
        name = task.get("taskType")
        if name is None:
            raise Problem("missingTaskType", "taskType is required.", "taskType", type="string")
        kind = self.kinds.get(name) if isinstance(name, str) else None
        if kind is None:
            raise Problem("unsupportedTaskType", "This taskType is not supported.", "taskType", type="string")
        uuid = checked_uuid(task.get("taskUUID"))
        strict = self._replies.switches.strict
        for problem in check(task, kind.rules, kind.parameters, kind.formats(task), strict=strict):
            raise problem
        for problem in (*kind.delivery_problems(task), *kind.problems(task)):
            raise problem
        inputs = self._studio.inputs
        pictures = {name: inputs.picture(value, name) for name, value in kind.media(task)}
        files = {name: inputs.file(value, name, wanted) for name, value, wanted in kind.files(task)}
        return kind, Commission(uuid, task, pictures, files)

    def _order(
        self, line: Line, kind: TaskType, commission: Commission, task: dict[str, Any], frame: list[Any]
    ) -> Order:
        session = line.session
        if session is None:
            raise AssertionError("only signed-in connections submit")
        switches = self._replies.switches
        expected = kind.expected(task)
        prices = kind.prices(task)
        if switches.price is not None:
            prices = [price and switches.price for price in prices]
        if any(prices) and switches.balance is not None and self._record.billed + sum(prices) > switches.balance + 1e-9:
            raise Problem("insufficientCredits", "The balance is too low for this task.")
        met = self._faults.accepted(task["taskType"])
        flow = tuple(fault for fault in met if task.get("deliveryMethod") == "stream" and fault.in_flow)
        faults = tuple(fault for fault in met if fault not in flow)
        failing = [*faults, *(evolve(fault, results=0) for fault in flow)]
        billed = 0 if line.dry or not any(prices) else _billed(expected, failing, failures=switches.bill_failures)
        now = self._studio.clock.now()
        seconds = kind.seconds(task) + sum(fault.seconds for fault in faults if fault.kind == "delay")
        record = TaskRecord(
            task_uuid=task["taskUUID"],
            task_type=task["taskType"],
            request=task,
            connection=line.notes.number,
            cost=round(sum(prices[:billed]), 6),
            expected=expected,
            billed_results=billed,
            asynchronous=kind.delivery(task) == "async" or bool(task.get("webhookURL")),
            received_at=now,
            seconds=seconds,
        )
        return Order(
            kind=kind,
            commission=commission,
            frame=frame,
            session=session,
            record=record,
            faults=faults,
            flow=flow,
            accepted_at=now,
            due_at=now + seconds,
            items=[None] * expected,
        )

    def _refuse(self, line: Line, task: Mapping[str, Any], problem: Problem) -> None:
        uuid, task_type = task.get("taskUUID"), task.get("taskType")
        number, now = line.notes.number, self._studio.clock.now()
        self._record.note_refused(RefusedTask(str(uuid or ""), str(task_type or ""), problem.code, number, now))
        item = self._replies.error_item(problem, uuid, task_type)
        if line.session is not None:
            line.session.deliver(self._replies.errors([item]))


def _is_kept_away(line: Line, fault: Fault | None) -> bool:
    """Let a fault that comes before the reading happen; return whether there is one."""
    if fault is None:
        return False
    match fault.kind:
        case "drop":
            line.cut(fault.how, at_once=True)
        case "half_open":
            unsent = line.freeze()
            if line.session is not None:
                line.session.put_back(unsent)
        case "auth_error":
            line.refused = True
    return True


def _billed(expected: int, faults: Sequence[Fault], *, failures: bool) -> int:
    """Return how many results are billed: those that will be delivered."""
    coming = [min(expected, fault.results) for fault in faults if fault.kind == "fail"]
    return expected if failures or not coming else coming[0]
