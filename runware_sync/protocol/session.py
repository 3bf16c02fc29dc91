"""The protocol, without threads, sockets or clocks: who waits for what, and whose is what arrives.

A `Session` is told what happened and when (`now` is a number that only grows), and answers with the calls whose owners
should have a look. Whoever uses it from several threads guards it with one lock; it never waits.
"""

from typing import Final

from attrs import define, field

from runware_sync import logs
from runware_sync.errors import ConflictError, RunwareError
from runware_sync.protocol import strays
from runware_sync.protocol.frames import Frame, Item
from runware_sync.protocol.inquiry import DETAILS, RESPONSE, Inquiry
from runware_sync.protocol.outbox import Outbox
from runware_sync.protocol.roster import Roster
from runware_sync.protocol.signing import SignIn
from runware_sync.protocol.slots import Question, Slot
from runware_sync.protocol.tasks import QUESTIONS, Answer, Task

__all__ = ["RESUMABLE", "Session"]

RESUMABLE: Final = 120.0
"""Seconds for which the service keeps the results of a lost connection; so long, at least, reconnecting goes on."""

_APART: Final = ("authentication", DETAILS)  # no set: the type of an item may be anything that JSON has
_IN_THE_DARK: Final = (
    "%s %s is sent again under the same UUID, because nobody answers getResponse or getTaskDetails about it;"
    " a service that has forgotten it would bill it twice"
)
_logger = logs.logger(__name__)


@define(eq=False)
class Session:
    """Everything that is known of the service's side, across connections."""

    sign_in: SignIn = field(factory=SignIn)
    generation: int = 0  # connections so far
    down_since: float | None = None  # when a good connection was lost
    heard_at: float = 0.0  # when anything was heard last
    roster: Roster = field(factory=Roster)
    outbox: Outbox = field(factory=Outbox)
    _inquiry: Inquiry = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Give the questions the same outbox as the tasks."""
        self._inquiry = Inquiry(self.outbox)

    # -- calls ------------------------------------------------------------------------------------------------------

    @property
    def waiting(self) -> list[Slot]:
        """The calls whose owners wait, oldest first."""
        return self.roster.waiting

    @property
    def has_output(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.outbox)

    def open(self, slot: Slot, now: float) -> None:
        """Take a call in; its tasks are written as soon as the connection can.

        Raises:
            ConflictError: Its UUID is in use by another call of this client.
        """
        if not self.roster.enter(slot, now):
            raise ConflictError(
                "this task UUID is waiting already in this client; leave task_uuid out to have a fresh one",
                code="conflictTaskUUID",
                task_uuid=slot.root,
                task_type=slot.type,
            )
        for task in slot.tasks:
            self.outbox.put(task)

    def watch(self, slot: Slot, now: float) -> bool:
        """Take in a call whose tasks were written elsewhere, and never send them; return false if another has them."""
        return self.roster.enter(slot, now)

    def add(self, slot: Slot, task: Task) -> None:
        """Queue a further task of a call, which buys what is missing."""
        self.roster.add(slot, task)
        self.outbox.put(task)

    def send_again(self, task: Task) -> None:
        """Queue a task once more, under the same UUID; not without a word if nobody said that it is unknown."""
        if task.answer is Answer.SILENCE:
            _logger.warning(_IN_THE_DARK, task.type, task.uuid)
        task.generation = 0
        task.lost = False
        task.calm_down()  # what was answered before this send says nothing about it
        self.outbox.put(task)

    def leave(self, slot: Slot, now: float, *, keep: bool = False) -> list[Slot]:
        """Let a call's owner go: what was not written is taken back, what may still come is kept on the shelf.

        With `keep`, or if others wait for it, what has come is kept there too; those others are returned.
        """
        if not self.roster.remove(slot) and not keep:
            return []
        self._inquiry.abandon(slot)
        for task in slot.tasks:
            if not task.written:
                self.outbox.take_back(task)
                if task.sends:
                    task.generation = self.generation  # what was written before may still bring something
                else:
                    task.closed = True
        followers, slot.followers = slot.followers, []
        if slot.sent and (slot.missing > 0 or keep or followers):
            self.roster.keep(slot, now)
        else:
            self.roster.forget(slot)
        return followers

    def reopen(self, uuid: str, now: float) -> Slot | None:
        """Take an unfinished call from the shelf, by the UUID of any of its tasks; what is missing is asked about."""
        return self.roster.reopen(uuid, now)

    def inherit(self, older: "Session") -> None:
        """Take over what waits on the shelf of a session that was closed."""
        self.generation = older.generation
        self.roster = older.roster.hand_over()

    # -- questions --------------------------------------------------------------------------------------------------

    def ask(self, slot: Slot, task: Task) -> None:
        """Begin a round of asking about a task, unless one is under way."""
        self._inquiry.ask(slot, task)

    def question(self, uuid: str, kind: str, slot: Slot) -> Question:
        """Put one question on behalf of a caller; it shares the one that is on its way already."""
        return self._inquiry.put(uuid, kind, slot)

    @property
    def patience(self) -> float:
        """Seconds after which a question counts as unanswered."""
        return self._inquiry.patience

    def silent_at(self, slot: Slot, task: Task) -> float | None:
        """Return when the question about a task counts as unanswered; `None` when none is on its way."""
        return self._inquiry.silent_at(task)

    def unask(self, slot: Slot) -> None:
        """Forget the questions that only this caller waits for, so that they can be put anew."""
        self._inquiry.abandon(slot)

    def give_up(self, slot: Slot, task: Task, now: float) -> None:
        """Treat the question about a task as unanswered, if the connection has proven to be alive since."""
        self._inquiry.give_up(slot, task, now, heard_at=self.heard_at)

    # -- connections ------------------------------------------------------------------------------------------------

    @property
    def signed_in(self) -> bool:
        """Whether the connection may be used."""
        return self.sign_in.done

    def begin(self, key: str, *, resume: bool) -> str:
        """Begin a new connection; return the text that signs it in."""
        self.generation += 1
        return self.sign_in.begin(key, resume=resume)

    def lost(self, now: float) -> list[Slot]:
        """Take note that the connection is gone; return the calls that it touches."""
        if self.signed_in:
            self.down_since = now
        self.sign_in.done = False
        self.outbox.stop()
        touched = self._inquiry.lost()
        for slot in self.roster.every:
            if slot.sent and slot.lost_at is None:
                slot.lost_at = now
            for task in slot.open:
                task.losses += task.written
                task.calm_down()
                if task.generation == self.generation:
                    task.lost = True
                    touched.append(slot)
        return touched

    def take_output(self, now: float) -> str | None:
        """Return the next frame to write, and take what is in it for written; `None` when there is nothing."""
        return self.outbox.take(self.generation, now)

    def fail_unsent(self, error: RunwareError) -> list[Slot]:
        """End the window of every call of which nothing was sent; return those calls."""
        touched = [slot for slot in self.waiting if not slot.sent]
        for slot in touched:
            slot.fault = error
        return touched

    def drain(self, error: RunwareError, *, unsent: RunwareError | None = None) -> list[Slot]:
        """End every waiting call, with another error if nothing of it was sent and there is one; return them all."""
        touched = self.waiting
        for slot in touched:
            slot.fault = error if slot.sent or unsent is None else unsent
        self.outbox.clear()
        return touched

    # -- what arrives -----------------------------------------------------------------------------------------------

    def receive(self, frame: Frame, now: float) -> list[Slot]:
        """Route one frame, item by item; return the calls whose owners should have a look.

        All its items are taken before any of its errors, and neither half is ever dropped.
        """
        self.heard_at = now
        if len(frame.items) == 1 and not frame.errors:
            (item,) = frame.items
            if item.get("taskType") not in _APART and not item.get("pong"):
                return self._deliver(str(item.get("taskUUID", "")), [], [item], [], now=now)
        touched: dict[int, Slot] = {}
        items: dict[str, list[Item]] = {}
        errors: dict[str, list[Item]] = {}
        details: dict[str, list[Item]] = {}
        for item in frame.items:
            if item.get("taskType") == "authentication":
                self._signed_in(item, now, touched)
            elif item.get("taskType") == DETAILS:
                details.setdefault(str(item.get("taskUUID", "")), []).append(item)
            elif not item.get("pong"):
                items.setdefault(str(item.get("taskUUID", "")), []).append(item)
        for error in frame.errors:
            if not self._doubts_sign_in(error):
                errors.setdefault(str(error.get("taskUUID") or ""), []).append(error)
        nameless = errors.pop("", [])
        for uuid in items | errors | details:
            parts = (kind.get(uuid, []) for kind in (details, items, errors))
            touched |= {id(slot): slot for slot in self._deliver(uuid, *parts, now=now)}
        for error in nameless:
            alone = not self._inquiry.under_way
            blamed = strays.blame(error, self.roster.every, self.generation, now, alone=alone)
            touched |= {id(slot): slot for slot in blamed}
        return list(touched.values())

    def _deliver(
        self, uuid: str, details: list[Item], items: list[Item], errors: list[Item], *, now: float
    ) -> list[Slot]:
        """Give what one frame says under one UUID to the question about it, or to the task itself."""
        wake: list[Slot] = []
        slot, task = self.roster.find(uuid)
        if task is not None and items:
            self.sign_in.lapses = 0
        for question in self._inquiry.answered(uuid, details, items, errors):
            wake = [*wake, *question.watchers]
            if slot is not None and task is not None:
                wake += self._inquiry.conclude(slot, task, question, now, self.generation)
            errors = [error for error in errors if error not in question.errors]
            if question.type == RESPONSE:
                items = []
        if not items and not errors:
            return wake
        if slot is None or task is None:
            what = [part.get("status") or part.get("code") or part.get("taskType") for part in [*items, *errors]]
            _logger.warning("an answer for a task that nobody waits for: %s %s", uuid or "(no UUID)", what)
            return wake
        before, brought = task.troubles, task.brought
        told = task.asked and any("status" in part or part in task.failures for part in [*items, *errors])
        task.take(items, errors, told=told, generation=self.generation, now=now)
        self.roster.grown(slot)
        if task.brought > brought:
            slot.recover()
        if slot.partial or slot.missing <= 0 or task.troubles != before:
            wake = [*wake, slot]
        return wake

    # -- signing in -------------------------------------------------------------------------------------------------

    def _signed_in(self, item: Item, now: float, touched: dict[int, Slot]) -> None:
        if not self.sign_in.accept(item):
            return
        outage = 0.0 if self.down_since is None else now - self.down_since
        self.down_since = None
        for slot in self.waiting:
            if slot.sent:
                slot.outlast(outage, now, RESUMABLE)
                for task in slot.open:
                    if task.lost:
                        task.trouble(now)
                touched[id(slot)] = slot

    def _doubts_sign_in(self, error: Item) -> bool:
        """Take note of a sign-in that is refused or has lapsed; return whether that is all that an error says."""
        _, task = self.roster.find(str(error.get("taskUUID")))
        if not self.sign_in.concerns(error, known_task=task is not None):
            return False
        if task is not None and self.signed_in:
            if task.distrusted:
                return False  # a fresh sign-in was no cure: now it is believed
            task.distrusted += task.written
            if task.written and task.is_bare and error.get("taskType") not in QUESTIONS:
                self.send_again(task)  # it was turned away at the door: nothing was bought
        self.sign_in.refuse(error)
        return True
