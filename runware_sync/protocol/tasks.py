"""What is known of one task: one purchase, under one UUID.

Nothing here knows threads, sockets or clocks; times are given.
"""

import enum
from typing import Any, Final

from attrs import define, field

from runware_sync.codes import NOT_FOUND_TASK, Kind, classify
from runware_sync.discretion import LONGEST_WORD, is_foreign
from runware_sync.errors import ApiError
from runware_sync.failures import api_error
from runware_sync.protocol.frames import Item, identity, is_failure, is_step, is_stepwise, is_terminal, is_told, united

__all__ = ["QUESTIONS", "Answer", "Task"]

QUESTIONS: Final = ("getResponse", "getTaskDetails")
"""Asking means these, in this order: both are free and change nothing."""

ACKNOWLEDGED_WITHIN: Final = 30.0
"""Seconds in which the service says that it has taken a task for later; after that it is asked."""

_OF_WORK: Final = frozenset({Kind.SAFETY, Kind.QUOTA, Kind.PROVIDER})  # what no question can have done wrong
_LONGEST: Final = 65536  # characters of a word that a call which was left keeps
_STAND_IN: Final = "data:,"  # of a medium that it does not


class Answer(enum.Enum):
    """What the last round of asking brought."""

    NOTHING = "nothing"
    RUNNING = "running"
    ENDED = "ended"
    NOT_FOUND = "not found"
    SILENCE = "silence"


@define(eq=False)
class Task:
    """One purchase: what was asked for under one UUID, and all that is known of it."""

    body: Item = field(repr=False)
    expected: int = 1
    text: str = field(default="", repr=False)  # the body as JSON, made by the caller
    sends: int = 0  # how often it was written
    generation: int = 0  # the connection on which it was written last; 0 = never, or to be written again
    lost: bool = False  # that connection was lost since
    losses: int = 0  # connections lost while it was under way
    acknowledged: bool = False
    doubted: bool = False  # an error that named no task may be this one's
    overdue: bool = False  # a window ended without it
    conflict: bool = False  # the server says that this UUID was used before
    same_request: bool | None = None  # whether what it recorded under the UUID is what we sent
    chosen: bool = False  # its caller chose the UUID, and may have used it before
    foreign: bool | None = None  # whether the record under the UUID is of another request; `None`: not looked at
    held: tuple[list[Item], list[Item]] | None = None  # told under the UUID, until the record shows whose it is
    closed: bool = False  # it failed for good, and what was missing is bought by a child
    distrusted: int = 0  # how often it was turned away by a connection whose sign-in had lapsed
    answer: Answer = Answer.NOTHING
    rounds: int = 0  # rounds of asking since the trouble began
    trouble_at: float | None = None  # when asking became due to begin, or the last round ended
    asked: bool = False  # whether it was ever asked about
    not_found: bool = False  # the first half of this round of asking did not find it
    progress: int | None = None
    written_at: float = 0.0
    late_at: float = 0.0  # when it had been written, if its frame or the one before took long; its window begins then
    steps: tuple[Item, ...] = field(default=(), repr=False)  # phases of its work that are over, each status once
    named: dict[str, Item] = field(factory=dict, repr=False)
    counted: dict[int, list[Item]] = field(factory=dict, repr=False)  # results without identity, by connection
    told: tuple[Item, ...] = field(default=(), repr=False)  # and by the fullest answer
    pushed_failures: tuple[Item, ...] = field(default=(), repr=False)
    told_failures: tuple[Item, ...] = field(default=(), repr=False)

    @property
    def uuid(self) -> str:
        """The UUID under which it travels."""
        return str(self.body["taskUUID"])

    @property
    def type(self) -> str:
        """The task type as it travels."""
        return str(self.body.get("taskType", ""))

    @property
    def written(self) -> bool:
        """Whether a byte of it may have reached the server, and it is not to be written anew."""
        return self.generation > 0

    @property
    def is_bare(self) -> bool:
        """Whether nothing shows that the server has taken it, and no question about it can be meant by an answer."""
        return not (self.acknowledged or self.asked or self.brought)

    @property
    def results(self) -> list[Item]:
        """The distinct results so far, in order of arrival.

        Results without identity are counted for each connection by itself, and the fullest counts. What was told may be
        an answer that repeats them, or one that came by itself while a question was under way: it adds what is new, so
        that a result delivered twice never stands for two, and none is left out.
        """
        if not self.counted:
            return [*self.named.values(), *self.told]
        fullest: list[Item] = max(self.counted.values(), key=len)
        return [*self.named.values(), *united(fullest, self.told)]

    @property
    def shown(self) -> list[Item]:
        """What its caller may see while it is under way: the phases that are over, and the results."""
        return [*self.steps, *self.results] if self.steps else self.results

    @property
    def brought(self) -> int:
        """How many results there are so far."""
        if not self.counted:
            return len(self.named) + len(self.told)
        return len(self.results)

    @property
    def calm(self) -> bool:
        """Whether nothing has happened that calls for more than waiting."""
        return not (
            self.lost
            or (self.acknowledged and not is_stepwise(self.type))
            or self.doubted
            or self.overdue
            or self.conflict
            or self.pushed_failures
            or self.told_failures
        )

    @property
    def failures(self) -> tuple[Item, ...]:
        """The failures so far; answers repeat what was pushed, so the longer list counts."""
        return max(self.pushed_failures, self.told_failures, key=len)

    @property
    def error(self) -> ApiError | None:
        """The failure that decides, if there is one: one that forbids trying again before one that does not."""
        errors = [api_error(item) for item in self.failures]
        return min(errors, key=lambda error: error.retryable, default=None)

    @property
    def troubles(self) -> tuple[int, bool, bool]:
        """What its owner should know at once, however many results are still to come."""
        return len(self.pushed_failures) + len(self.told_failures), self.acknowledged, self.conflict

    def silent_at(self, now: float) -> float | None:
        """Return when its acknowledgement is overdue, where one is to come; `None` where there is none to wait for."""
        if self.acknowledged or self.body.get("deliveryMethod") != "async":
            return None
        return (self.written_at if self.written else now) + ACKNOWLEDGED_WITHIN

    @property
    def may_be_foreign(self) -> bool:
        """Whether what is told under its UUID may be of an older task: nothing was pushed that shows its own."""
        return self.chosen and self.foreign is None and not self.acknowledged and not self.brought

    @property
    def wants_acknowledgement_only(self) -> bool:
        """Whether its results go to a webhook, so that the acknowledgement is the answer."""
        return bool(self.body.get("webhookURL"))

    def take(self, items: list[Item], errors: list[Item], *, told: bool, generation: int, now: float) -> Answer:
        """Take what one frame says of this task, and return it as an answer.

        Args:
            items: Its data items.
            errors: Its errors.
            told: Whether they answer a question, and so repeat what may have been pushed already.
            generation: The connection on which they came.
            now: The time.
        """
        texts: list[Item] = []
        failures: list[Item] = []
        running = False
        for item in items:
            if is_failure(item):
                error = item.get("error")
                failures.append(
                    {**item, **(error if isinstance(error, dict) else {"message": error or item.get("message")})}
                )
            elif is_terminal(item, self.type):
                name = identity(item)
                if name is not None:
                    self.named[name] = item
                elif told:
                    texts.append(item)
                else:
                    self.counted.setdefault(generation, []).append(item)
            elif self.wants_acknowledgement_only:
                self.named.setdefault("acknowledgement", item)
            else:
                running = True
                self._report(item)
                if is_step(item, self.type) and item["status"] not in [step["status"] for step in self.steps]:
                    self.steps += (item,)
        if texts:
            self.told = united(self.told, texts)
        not_found = False
        for error in errors:
            if classify(str(error.get("code") or "")) is Kind.CONFLICT:
                self.conflict = True  # no failure: it was accepted before
                self.trouble(now)
            elif not told or self._is_mine(error):
                failures.append(error)
            else:
                not_found = not_found or str(error.get("code")) in NOT_FOUND_TASK
        if told:
            self.told_failures = max(self.told_failures, tuple(failures), key=len)
        elif failures:
            self.pushed_failures += tuple(failures)
            self.trouble(now)
        elif running and not self.acknowledged:
            self.acknowledged = True
            self.trouble(now)
        if not running and any(is_told(failure) for failure in failures):
            return Answer.ENDED  # without a status it may have been pushed while the service was asked
        if items:
            return Answer.RUNNING
        return Answer.NOT_FOUND if not_found else Answer.NOTHING

    def release(self, now: float) -> Answer | None:
        """Take what was told and held back, as nothing has spoken against its being the task's own."""
        if self.held is None:
            return None
        held, self.held, self.foreign = self.held, None, False
        return self.take(*held, told=True, generation=0, now=now)

    def _is_mine(self, error: Item) -> bool:
        """Tell whether an error that answers a question is the task's own, and not the question's."""
        if error.get("taskType") in QUESTIONS:
            return False
        if is_told(error) or error.get("taskType") == self.type:
            return True
        return classify(str(error.get("code") or "")) in _OF_WORK

    def _report(self, item: Item) -> None:
        progress = item.get("progress")
        if isinstance(progress, int | float) and not isinstance(progress, bool):
            self.progress = max(0, min(100, int(progress)))

    def slim(self) -> None:
        """Let go of the media in the request: it will not be written again."""
        self.text = ""
        self.body = {name: _light(value) for name, value in self.body.items()}

    def calm_down(self) -> None:
        """Forget what was answered: it speaks of a time before."""
        self.trouble_at = None
        self.rounds = 0
        self.answer = Answer.NOTHING
        self.not_found = False

    def trouble(self, now: float) -> None:
        """Begin asking anew: something happened that only the server can explain."""
        self.calm_down()
        self.trouble_at = now

    def outlast(self, now: float) -> None:
        """Take note that a window has ended without it: from now on it is asked about."""
        self.overdue = True
        if self.trouble_at is None:
            self.trouble(now)

    def conclude(self, answer: Answer, now: float) -> None:
        """End one round of asking."""
        self.answer = answer
        self.rounds += 1
        self.trouble_at = now
        self.not_found = False


def _light(value: Any) -> Any:
    """Return a part of a request with a stand-in for each medium that is in it, bytes and all."""
    if isinstance(value, str):
        return _STAND_IN if len(value) > _LONGEST or (len(value) > LONGEST_WORD and is_foreign(value)) else value
    if isinstance(value, dict):
        return {name: _light(part) for name, part in value.items()}
    return [_light(part) for part in value] if isinstance(value, list) else value
