"""Collecting what was bought: a task by its UUID, from the shelf or by asking, children included."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from runware_sync.calls.call import Call
from runware_sync.calls.orders import Order, Outcome
from runware_sync.calls.questions import Question, stay, told
from runware_sync.calls.retrying import Policy
from runware_sync.codes import NOT_FOUND_TASK
from runware_sync.connection.connection import Connection
from runware_sync.errors import ApiError, NotFoundError, TaskTimeoutError, UnexpectedResponseError, own_copy
from runware_sync.protocol.frames import Item, is_terminal
from runware_sync.protocol.inquiry import DETAILS, RESPONSE
from runware_sync.protocol.session import Session
from runware_sync.protocol.slots import Slot
from runware_sync.protocol.tasks import Task
from runware_sync.uuids import child_uuid, fresh_uuid

__all__ = ["Collected", "collect", "expected_of"]

_SIBLINGS: Final = 8
"""Children that are looked for at one time: one that was turned away has left no trace, and others may follow it."""
_LAST_CHILD: Final = 64
_LONGEST_WAIT: Final = 3600.0


class Collected(NamedTuple):
    """What was bought under a UUID."""

    type: str
    expected: int  # how many results it was to bring
    outcome: Outcome
    body: Item | None  # the task as it travelled, media apart, if that is known


def collect(
    connection: Connection,
    uuid: str,
    *,
    timeout: float,
    retries: int,
    window: Callable[[str, Item | None], float] | None = None,
) -> Collected:
    """Return what was bought under a UUID.

    Read-only: nothing is sent but questions. A call of this client that waits for the task is waited for.

    Args:
        connection: Where to ask.
        uuid: The UUID.
        timeout: Seconds in which a question is to be answered.
        retries: Windows after the first.
        window: Returns the seconds in which a task is to be done, given its type and, if it is known, how it travelled.
            By default these are `timeout`, too.

    Raises:
        NotFoundError: Neither this client nor the service knows the task.
        RunwareError: The task failed, or is not done within the windows; the error carries what there is.
    """
    while True:
        _wait_for_others(connection, uuid)
        slot = connection.reopen(uuid)
        body = None if slot is None else slot.tasks[0].body
        if slot is None:
            slot, body = _find(connection, uuid, timeout, retries)
            if not connection.watch(slot):
                continue
        lasting = timeout if window is None else window(slot.type, body)
        order = Order(body={}, expected=slot.expected, root=uuid, timeout=lasting, retries=retries, renewable=False)
        return Collected(slot.type, slot.expected, Call(connection, order, slot).run(), body)


def _wait_for_others(connection: Connection, uuid: str) -> None:
    """Wait until no call of this client waits for a task any more; then what it has brought is on the shelf."""
    slot = Slot(fresh_uuid(), "", 1, connection.now())

    def is_free(session: Session, now: float) -> tuple[bool, float | None]:
        is_taken = session.roster.follow(uuid, slot)
        if is_taken and slot.fault is not None and not slot.fault.retryable:
            raise own_copy(slot.fault)
        return not is_taken, now + _LONGEST_WAIT if is_taken else None

    stay(connection, slot, is_free)


def _find(connection: Connection, uuid: str, timeout: float, retries: int) -> tuple[Slot, Item | None]:
    """Return a slot for a task that this process did not buy, with the children that it may have, and what is recorded.

    Children are looked for unless the first purchase has brought everything: they were bought because it had failed.
    """
    record = _record(connection, uuid, timeout, retries)
    bodies, unknown = [], None
    if record is not None:
        bodies = [_body(record, uuid)]
    else:
        try:
            bodies = [_from_answer(connection, uuid, timeout, retries)]
        except (ApiError, TaskTimeoutError) as error:
            unknown = error
    if record is None or _has(record, bodies[0]) < expected_of(bodies[0]):
        bodies += _children(connection, uuid, [DETAILS] if record is not None else [DETAILS, RESPONSE])
    if unknown is not None and not bodies:
        raise unknown
    now = connection.now()
    tasks = [Task(body, expected_of(body), sends=1, generation=1, overdue=True, trouble_at=now) for body in bodies]
    is_shown_only = record is None and unknown is None  # each answer shows what its task has brought, and no more
    expected = sum(task.expected for task in tasks) if is_shown_only else tasks[0].expected
    return Slot(uuid, tasks[0].type, expected, now, tasks), None if record is None else bodies[0]


def _record(connection: Connection, uuid: str, timeout: float, retries: int) -> Item | None:
    """Return what the service has recorded of a task; `None` if it says nothing of that within one window."""

    def ask(_: int) -> Item | None:
        try:
            return Question(connection, uuid, DETAILS, timeout, retries=0).answer()[0]
        except (ApiError, TaskTimeoutError):
            return None

    def rest(seconds: float) -> None:
        now = connection.now()
        slot = Slot(fresh_uuid(), DETAILS, 1, now)
        stay(connection, slot, lambda _session, time: slot.rest(time, now + seconds))

    return Policy(retries).run(ask, rest=rest)


def _children(connection: Connection, uuid: str, kinds: Sequence[str]) -> list[Item]:
    """Return what was bought anew for a task, as far as the service tells it to these kinds of questions."""
    found: list[Item] = []
    for first in range(1, _LAST_CHILD, _SIBLINGS):
        children = [child_uuid(uuid, ordinal) for ordinal in range(first, first + _SIBLINGS)]
        known = told(connection, [(child, kind) for kind in kinds for child in children])
        for child in children:
            if (child, DETAILS) in known:
                found.append(_body(known[child, DETAILS][0], child))
            elif (child, RESPONSE) in known:
                found.append(_shown(known[child, RESPONSE], child))
        if not known:
            break
    return found


def _has(record: Mapping[str, Any], body: Item) -> int:
    """Return how many results a record shows."""
    response = record.get("response")
    items = response.get("data") if isinstance(response, Mapping) else response
    found: Sequence[Any] = items if isinstance(items, list) else [items]
    return sum(isinstance(item, dict) and is_terminal(item, str(body.get("taskType"))) for item in found)


def _body(details: Mapping[str, Any], uuid: str) -> Item:
    request = details.get("request")
    bodies = request if isinstance(request, list) else [request]
    for body in bodies:
        if isinstance(body, Mapping) and body.get("taskUUID") == uuid:
            return dict(body)
    return {"taskUUID": uuid}


def _from_answer(connection: Connection, uuid: str, timeout: float, retries: int) -> Item:
    """Return as much of the request as an answer shows, for a service that keeps no record of it."""
    try:
        items = Question(connection, uuid, RESPONSE, timeout, retries).answer()
    except NotFoundError as error:
        if error.code in NOT_FOUND_TASK:
            error.message = f"the service does not know this task, and this client has nothing of it: {error.message}"
        raise
    return _shown(items, uuid)


def _shown(items: list[Item], uuid: str) -> Item:
    kind = next((item["taskType"] for item in items if item.get("taskType")), None)
    if kind is None:
        raise UnexpectedResponseError("an answer that names no task type", answer=items, task_uuid=uuid)
    return {"taskUUID": uuid, "taskType": kind, "numberResults": len(items)}


def expected_of(body: Item) -> int:
    """Return how many results a task as it travels is to bring."""
    for name in ("promptVersions", "numberResults"):
        value = body.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
    return 1
