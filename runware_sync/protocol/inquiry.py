"""Asking the service about tasks: one question at a time for each UUID, `getResponse` first, `getTaskDetails` next.

Questions are free and change nothing. Their answers are evidence only where they speak of the original task; an error
of the question itself says nothing about the task.
"""

from collections.abc import Mapping
from typing import Any, Final

from attrs import define, field

from runware_sync.protocol.frames import Frame, Item
from runware_sync.protocol.outbox import Outbox
from runware_sync.protocol.slots import Question, Slot
from runware_sync.protocol.tasks import QUESTIONS, Answer, Task

__all__ = ["DETAILS", "PATIENCE", "RESPONSE", "Inquiry"]

PATIENCE: Final = 5.0
"""Seconds after which a question counts as unanswered, if anything else was heard since."""

RESPONSE, DETAILS = QUESTIONS
_TELLING: Final = ("taskType", "positivePrompt", "prompt", "seed")


@define(eq=False)
class Inquiry:
    """The questions on their way."""

    _outbox: Outbox
    patience: float = PATIENCE
    _questions: dict[tuple[str, str], Question] = field(factory=dict)  # by UUID and kind

    @property
    def under_way(self) -> bool:
        """Whether any question has been written and not answered."""
        return any(question.generation for question in self._questions.values())

    def ask(self, slot: Slot, task: Task) -> None:
        """Begin a round of asking about a task, unless one is under way."""
        if self._about(task) is None:
            task.asked = True
            self.put(task.uuid, DETAILS if _is_disputed(task) else RESPONSE, slot)

    def put(self, uuid: str, kind: str, slot: Slot) -> Question:
        """Put one question, or join the one that is on its way."""
        question = self._questions.get((uuid, kind))
        if question is None:
            question = self._questions[uuid, kind] = Question(uuid, kind)
            self._outbox.put(question)
        if slot not in question.watchers:
            question.watchers.append(slot)
        return question

    def abandon(self, slot: Slot) -> None:
        """Forget a watcher, and the questions that only it had."""
        for question in list(self._questions.values()):
            if slot in question.watchers:
                question.watchers.remove(slot)
                if not question.watchers:
                    self._drop(question)

    def lost(self) -> list[Slot]:
        """Forget the questions that were on the lost connection; return those who may want to ask again."""
        watchers = []
        for question in list(self._questions.values()):
            if question.generation:
                question.done = True
                self._drop(question)
                watchers += question.watchers
        return watchers

    def _drop(self, question: Question) -> None:
        self._questions.pop((question.uuid, question.type), None)
        self._outbox.take_back(question)

    def silent_at(self, task: Task) -> float | None:
        """Return when the question about a task counts as unanswered; `None` when none is on its way."""
        question = self._about(task)
        if question is None or not question.generation:
            return None
        return question.written_at + self.patience

    def give_up(self, slot: Slot, task: Task, now: float, *, heard_at: float) -> None:
        """Treat a question as unanswered, if its time is over and the connection has proven to be alive since."""
        question = self._about(task)
        if question is None or not question.generation or now < question.written_at + self.patience:
            return
        if heard_at <= question.written_at:
            question.written_at = now  # nothing at all was heard: the heartbeat decides about the connection
            return
        self._drop(question)
        question.done = True
        self._proceed(slot, task, question, Answer.SILENCE, now)

    def _about(self, task: Task) -> Question | None:
        """Return a question about a task that is on its way, or about to be."""
        found = (self._questions.get((task.uuid, kind)) for kind in QUESTIONS)
        return next((question for question in found if question is not None), None)

    def answered(self, uuid: str, details: list[Item], items: list[Item], errors: list[Item]) -> list[Question]:
        """Return the questions that one frame answers under a UUID, each with its answer.

        An error goes to the question that it names, else to the one that is on its way; with both, to the first.
        """
        found: list[Question] = []
        for kind, answer in ((RESPONSE, items), (DETAILS, details)):
            question = self._questions.get((uuid, kind))
            if question is None or not question.generation:
                continue
            mine = [error for error in errors if error.get("taskType") not in QUESTIONS or error["taskType"] == kind]
            if not answer and not mine:
                continue
            self._drop(question)
            question.done = True
            question.items, question.errors = answer, mine
            errors = [error for error in errors if error not in mine]
            found.append(question)
        return found

    def conclude(self, slot: Slot, task: Task, question: Question, now: float, generation: int) -> list[Slot]:
        """Take an answer as evidence about a task; return the calls to wake."""
        items, errors = question.items, question.errors
        if question.type == RESPONSE and items and task.may_be_foreign:
            task.held = (items, errors)
            self._go_on(slot, task, question)
            return question.watchers
        if question.type == DETAILS:
            _compare(task, items)
            if task.foreign or _is_disputed(task):  # what is recorded there is not ours
                task.conclude(Answer.NOTHING, now)
                return question.watchers
            recorded = _recorded(task, items)
            items, errors = recorded.items, [*recorded.errors, *errors]
        evidence = task.take(items, errors, told=True, generation=generation, now=now)
        self._proceed(slot, task, question, evidence, now)
        return question.watchers

    def _proceed(self, slot: Slot, task: Task, question: Question, evidence: Answer, now: float) -> None:
        """Go on with the second question, or end the round."""
        first = question.type == RESPONSE
        if evidence is Answer.NOT_FOUND:
            task.not_found = True
        inconclusive = evidence in {Answer.NOTHING, Answer.NOT_FOUND, Answer.SILENCE}
        if first and inconclusive and not (task.acknowledged and evidence is Answer.SILENCE):
            self._go_on(slot, task, question)
            return
        if inconclusive and task.not_found:
            evidence = Answer.NOT_FOUND
        task.conclude(task.release(now) or evidence, now)

    def _go_on(self, slot: Slot, task: Task, question: Question) -> None:
        for watcher in question.watchers or [slot]:
            self.put(task.uuid, DETAILS, watcher)


def _is_disputed(task: Task) -> bool:
    """Tell whether the UUID was in use at the task's first send, and what it was used for is not known to be ours."""
    return task.conflict and task.sends == 1 and not task.same_request


def _details(items: list[Item]) -> Item:
    return next((item for item in items if item.get("taskType") == DETAILS), {})


def _own_request(task: Task, item: Item) -> tuple[Item | None, bool]:
    """Return what the server recorded of a task, and whether it was alone in its frame."""
    request = item.get("request")
    bodies = request if isinstance(request, list) else [request]
    mine = [body for body in bodies if isinstance(body, Mapping) and body.get("taskUUID") == task.uuid]
    return (dict(mine[0]) if mine else None), len(bodies) == 1


def _compare(task: Task, items: list[Item]) -> None:
    recorded, _ = _own_request(task, _details(items))
    if recorded is not None:
        task.same_request = recorded == task.body
    task.foreign = task.chosen and recorded is not None and _is_another(recorded, task.body)


def _is_another(recorded: Item, body: Item) -> bool:
    """Tell whether a record is clearly of another request; a service may spell the same one differently."""
    return any(recorded[name] != body[name] for name in _TELLING if name in recorded and name in body)


def _recorded(task: Task, items: list[Item]) -> Frame:
    """Return what `getTaskDetails` has recorded as the task's answer, as if it had been told now."""
    item = _details(items)
    if not item:
        return Frame()
    _, alone = _own_request(task, item)
    response: Any = item.get("response")
    if isinstance(response, list):
        response = {"data": response}
    if not isinstance(response, Mapping):
        response = {}
    frame = Frame()
    for part, into in (("data", frame.items), ("errors", frame.errors)):
        entries = response.get(part)
        for entry in entries if isinstance(entries, list) else [entries]:
            if isinstance(entry, Mapping) and entry.get("taskUUID", task.uuid if alone else None) == task.uuid:
                into.append(dict(entry))
    frame.errors[:] = [{**error, "status": "error"} for error in frame.errors]
    if not frame.items and not frame.errors:
        frame.items.append({"taskType": task.type, "taskUUID": task.uuid, "status": "processing"})
    return frame
