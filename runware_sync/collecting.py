"""Collecting what was bought: a task by its UUID, from the shelf or by asking, children included."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from runware_sync.calls import Call
from runware_sync.connection import Connection
from runware_sync.errors import ApiError, NotFoundError, UnexpectedResponseError
from runware_sync.frames import Item
from runware_sync.inquiry import DETAILS, RESPONSE
from runware_sync.orders import Order, Outcome
from runware_sync.questions import Question
from runware_sync.slots import Slot
from runware_sync.tasks import Task, child_uuid

__all__ = ["collect", "expected_of"]


def collect(connection: Connection, uuid: str, *, timeout: float, retries: int) -> tuple[str, int, Outcome]:
    """Return what was bought under a UUID: its task type, how many results it was to bring, and those.

    Read-only: nothing is sent but questions.

    Raises:
        NotFoundError: Neither this client nor the service knows the task.
        RunwareError: The task failed, or is not done within the windows; the error carries what there is.
    """
    slot = connection.reopen(uuid)
    if slot is None:
        slot = _find(connection, uuid, timeout, retries)
    order = Order(body={}, expected=slot.expected, root=uuid, timeout=timeout, retries=retries, renewable=False)
    call = Call(connection, order, slot)
    return slot.type, slot.expected, call.run()


def _find(connection: Connection, uuid: str, timeout: float, retries: int) -> Slot:
    """Return a slot for a task that this process did not buy, with the children that it may have."""

    def details(which: str) -> Mapping[str, Any] | None:
        with suppress(ApiError):
            return Question(connection, which, DETAILS, timeout, retries).answer()[0]
        return None

    found = details(uuid)
    bodies = [_body(found, uuid)] if found is not None else []
    if found is None:
        bodies = [_from_answer(connection, uuid, timeout, retries)]
    elif bodies[0].get("taskType"):
        while (child := details(child_uuid(uuid, len(bodies)))) is not None:
            bodies.append(_body(child, child_uuid(uuid, len(bodies))))
    now = connection.now()
    tasks = [Task(body, expected_of(body), sends=1, generation=1, overdue=True, trouble_at=now) for body in bodies]
    slot = Slot(uuid, tasks[0].type, tasks[0].expected, now, tasks)
    connection.watch(slot)
    return slot


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
        error.message = f"the service does not know this task, and this client has nothing of it: {error.message}"
        raise
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
