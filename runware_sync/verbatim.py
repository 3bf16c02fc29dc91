"""Tasks in the service's own words: what concerns the call is checked as in a request, the rest travels as it is."""

from collections.abc import Mapping
from typing import Any, Final

from runware_sync import wire
from runware_sync.calls.call import Call
from runware_sync.calls.orders import Order
from runware_sync.calls.questions import Question
from runware_sync.errands import Office, waited_for
from runware_sync.errors import RunwareError
from runware_sync.protocol.frames import Item
from runware_sync.protocol.inquiry import RESPONSE
from runware_sync.protocol.tasks import QUESTIONS
from runware_sync.requests.base import as_uuid, per_call
from runware_sync.requests.fitting import Expected, fit
from runware_sync.requests.plain import carried
from runware_sync.uuids import fresh_uuid

__all__ = ["verbatim"]

_EXPECT: Final = Expected(frozenset({int}), optional=True, least=1)


def verbatim(office: Office, task: Mapping[str, Any], *, expect: int | None, **asked: Any) -> list[Item]:
    """Make the call that a task describes as it travels, and return its results as they came.

    Args:
        office: The client's side.
        task: The task; it is not changed.
        expect: How many results to wait for.
        asked: What concerns this call only, by the names that it has in a request.

    Raises:
        TypeError: It is no task, holds what JSON cannot carry, or something beside it is of a type that cannot be.
        ValueError: A number is not finite or out of bounds, or a UUID is none.
        RunwareError: The call failed.
    """
    if not isinstance(task, Mapping) or not isinstance(task.get("taskType"), str):
        raise TypeError('raw() takes a task with its type, such as {"taskType": "imageInference", ...}')
    chosen = None if task.get("taskUUID") is None else as_uuid(task["taskUUID"], "task['taskUUID']")
    body = carried({key: value for key, value in task.items() if key != "taskUUID"}, "task")
    expect = fit(expect, _EXPECT, "expect")
    settings = office.settings
    usual = {"timeout": settings.window(wire.lasting_of(body["taskType"], body)), "retry": settings.max_retries}
    asked = usual | {name: value for name, value in per_call(asked).items() if value is not None}
    if body["taskType"] in QUESTIONS:
        return _answer(office, body, chosen, expect, asked)
    order = Order(
        body=body,
        expected=waited_for(body) if expect is None else expect,
        timeout=asked["timeout"],
        retries=asked["retry"],
        root=chosen or fresh_uuid(),
        chosen=chosen is not None,
        on_partial=asked.get("on_partial"),
        on_progress=asked.get("on_progress"),
    )
    call = Call(office.connection, order)
    try:
        outcome = call.run()
    except RunwareError:
        raise
    except BaseException as error:  # of the caller's functions, or an interrupt
        call.shelve(error)
        raise
    return [*outcome.items, *outcome.surplus]


def _answer(office: Office, body: Item, about: str | None, expect: int | None, asked: Item) -> list[Item]:
    """Return what the service answers to a question; it shares the UUID of the task that it is about."""
    kind = body["taskType"]
    if about is None:
        raise TypeError(f"{kind} needs a taskUUID: that of the task to ask about")
    if len(body) > 1:
        raise ValueError(
            f"{kind} is put with a taskUUID alone, not with {', '.join(sorted(body.keys() - {'taskType'}))}"
        )
    enough = expect if kind == RESPONSE else None  # of a record there is one
    question = Question(
        office.connection, about, kind, asked["timeout"], asked["retry"], enough, on_partial=asked.get("on_partial")
    )
    return question.whole_answer()
