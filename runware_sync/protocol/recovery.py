"""What to do next about a task, given what is known of it: the table of promises about money, as code.

Pure functions. A result that may have been paid for is looked for before anything is sent again; the same task is
sent again under the same UUID, so that a server which has it says so instead of billing it; and something is bought
anew only when the server has confirmed that the first purchase failed.
"""

import enum
from itertools import groupby
from typing import Any, Final

from attrs import frozen

from runware_sync.errors import RateLimitError
from runware_sync.protocol.frames import Item
from runware_sync.protocol.slots import Slot
from runware_sync.protocol.tasks import Answer, Task

__all__ = ["Known", "Step", "ask_delay", "child_body", "known", "missing_purchases", "next_step", "slot_step"]


class Step(enum.Enum):
    """What can be done about a task."""

    FINISH = "finish"
    WAIT = "wait"
    ASK = "ask"
    SEND_AGAIN = "send the same again"
    BUY_MISSING = "buy what is missing under a child UUID"
    FAIL = "fail"


@frozen(kw_only=True)
class Known:
    """What is known of one task, as far as it decides.

    Attributes:
        missing: Results that its call still lacks.
        expected: Results that this task was to bring.
        results: Distinct results that it has brought.
        failures: Failures that it has reported.
        retryable: Whether its failures allow trying again.
        rate_limited: Whether it was turned away for coming too fast.
        written: Whether it was written to a connection, and not taken back.
        first_send: Whether it was written exactly once.
        lost: Whether that connection was lost since.
        acknowledged: Whether the server took it for later delivery.
        troubled: Whether anything else calls for asking: a window over, a doubtful error.
        conflict: Whether the server says that the UUID is in use.
        chosen: Whether the caller chose the UUID.
        same_request: Whether what the server recorded under the UUID equals the request; `None`: not known.
        foreign: Whether the record under the UUID is clearly of another request.
        answer: What the last round of asking brought.
        asked: Whether a round of asking has ended since the trouble began.
        renewable: Whether what is missing may be bought anew, and can be told apart.
        repeatable: Whether the same task may be written again at all.
    """

    missing: int = 1
    expected: int = 1
    results: int = 0
    failures: int = 0
    retryable: bool = False
    rate_limited: bool = False
    written: bool = True
    first_send: bool = True
    lost: bool = False
    acknowledged: bool = False
    troubled: bool = False
    conflict: bool = False
    chosen: bool = False
    same_request: bool | None = None
    foreign: bool = False
    answer: Answer = Answer.NOTHING
    asked: bool = False
    renewable: bool = True
    repeatable: bool = True


def next_step(task: Known) -> Step:
    """Return what to do about one task."""
    if task.missing <= 0:
        return Step.FINISH
    if not task.written:
        return Step.WAIT
    if task.failures:
        return _after_failure(task)
    if task.conflict or task.foreign:
        return _after_conflict(task)
    if task.acknowledged:
        return Step.ASK
    if task.lost or task.troubled:
        return _after_silence(task)
    return Step.WAIT


def _after_failure(task: Known) -> Step:
    confirmed = task.answer is Answer.ENDED
    refused = task.results == 0 and task.answer is not Answer.RUNNING and (task.asked or not task.acknowledged)
    if not task.retryable:
        ended = refused or task.results + task.failures >= task.expected or confirmed
        return Step.FAIL if ended else Step.ASK
    if not task.renewable and task.asked and task.answer is not Answer.RUNNING:
        return Step.FAIL  # nothing can be bought, and nobody says that more will come
    if confirmed or (task.rate_limited and refused):
        return Step.BUY_MISSING if task.renewable else Step.FAIL
    if task.answer is Answer.NOT_FOUND and task.repeatable and not task.acknowledged and not task.conflict:
        return Step.SEND_AGAIN
    return Step.ASK


def _after_conflict(task: Known) -> Step:
    if task.foreign:
        return Step.FAIL
    if task.chosen and task.first_send and not task.same_request:
        return Step.FAIL if task.asked else Step.ASK
    return Step.ASK


def _after_silence(task: Known) -> Step:
    if task.repeatable and task.answer is Answer.NOT_FOUND:
        return Step.SEND_AGAIN
    if task.repeatable and task.answer is Answer.SILENCE and task.lost:
        return Step.SEND_AGAIN
    return Step.ASK


def slot_step(steps: list[Step]) -> Step:
    """Return what to do about a call, given what to do about each of its open tasks.

    A call fails, or buys anew, only when none of its tasks can bring anything any more. One that has no open task left,
    because the purchase that was to come next was taken back, has failed.
    """
    if not steps:
        return Step.FAIL
    for step in (Step.FINISH, Step.SEND_AGAIN, Step.ASK, Step.WAIT, Step.FAIL):
        if step in steps:
            return step
    return Step.BUY_MISSING


def known(slot: Slot, task: Task, *, renewable: bool, repeatable: bool) -> Known:
    """Return what is known of a task of a call.

    Args:
        slot: The call.
        task: One of its tasks.
        renewable: Whether this kind of task may ever be bought anew.
        repeatable: Whether this kind of task may ever be written twice.
    """
    error = task.error if task.failures else None
    return Known(
        missing=slot.missing,
        expected=task.expected,
        results=len(task.results),
        failures=len(task.failures),
        retryable=error is not None and error.retryable,
        rate_limited=isinstance(error, RateLimitError),
        written=task.written,
        first_send=task.sends == 1,
        lost=task.lost,
        acknowledged=task.acknowledged,
        troubled=task.doubted or task.overdue,
        conflict=task.conflict,
        chosen=task.chosen,
        same_request=task.same_request,
        foreign=bool(task.foreign),
        answer=task.answer,
        asked=task.rounds > 0,
        renewable=renewable and bool(missing_purchases(slot)),
        repeatable=repeatable,
    )


_CALM: Final = (0.0, 1.0, 2.0, 4.0, 8.0)
_AFTER_LOSS: Final = (1.0, 1.0, 2.0, 4.0, 8.0)
_LONGEST: Final = 10.0
_POLL_GROWTH: Final = 1.5


def ask_delay(task: Task) -> float:
    """Return how many seconds after `task.trouble_at` the next round of asking begins.

    After a loss the server is given a second to replay, once: on a line that breaks again and again there may never be
    a second one. Polling grows from 1 s to 10 s.
    """
    if task.acknowledged and not task.failures:
        return float(min(_LONGEST, _POLL_GROWTH**task.rounds))
    delays = _AFTER_LOSS if task.lost and task.losses <= 1 else _CALM
    return delays[task.rounds] if task.rounds < len(delays) else _LONGEST


def missing_purchases(slot: Slot) -> list[tuple[int, int | None]]:
    """Return what a call still has to buy, as pairs of a number of results and the first seed, if seeds matter.

    Empty when it cannot be told which results are missing: an explicit seed, and results that carry none.
    """
    seed = slot.tasks[0].body.get("seed")
    results = slot.results
    if not isinstance(seed, int) or not results or slot.expected == 1:
        return [(slot.missing, seed)]
    wanted = range(seed, seed + slot.expected)
    have = {item.get("seed") for item in results}
    if not have <= set(wanted) or len(have) < len(results):
        return []
    missing = [number for number in wanted if number not in have]
    runs = groupby(enumerate(missing), key=lambda pair: pair[1] - pair[0])
    return [(len(numbers), numbers[0]) for numbers in ([number for _, number in run] for _, run in runs)]


def child_body(slot: Slot, uuid: str, count: int, seed: int | None) -> Item:
    """Return the task that buys `count` of a call's results anew, in the form in which it was sent last."""
    body: dict[str, Any] = {**slot.tasks[-1].body, "taskUUID": uuid}
    for name in ("numberResults", "promptVersions"):
        if name in body:
            body[name] = count
    if seed is not None:
        body["seed"] = seed
    return body
