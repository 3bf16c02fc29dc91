"""One call, driven by the thread that makes it: windows, asking, sending again, buying what is missing.

What to do is decided by `recovery`, under the connection's lock; what is done here is to do it, to wait, and to hand
results on while they come. A caller that leaves, for whatever reason, leaves its task to the shelf.
"""

import json
import uuid as uuids
from collections.abc import Callable
from typing import Final, NamedTuple

from attrs import define, field

from runware_sync.connection import Connection
from runware_sync.endings import collect_line, complete, ending
from runware_sync.errors import RunwareError
from runware_sync.frames import Item
from runware_sync.recovery import Step, ask_delay, child_body, known, missing_purchases, next_step, slot_step
from runware_sync.retrying import Policy
from runware_sync.session import RESUMABLE, Session
from runware_sync.slots import Slot
from runware_sync.tasks import Task, child_uuid

__all__ = ["Call", "Order", "Outcome"]

_UNSUPPORTED: Final = "unsupportedTaskType"


@define(kw_only=True, eq=False)
class Order:
    """What one call is to buy, in the words of the wire.

    Args:
        body: The task as it travels, without its UUID.
        expected: How many results it brings.
        timeout: Seconds that one window lasts.
        retries: Windows after the first.
        root: The UUID of the first purchase.
        chosen: Whether the caller chose that UUID.
        free: Whether it costs nothing, and simply goes again under a fresh UUID.
        renewable: Whether what has failed may be bought anew.
        alternative: Returns the same task in its current form, for a server that does not know the older one.
        on_partial: Called with each new list of results, in the calling thread.
        on_progress: Called with each new progress, 0 to 100, in the calling thread.
    """

    body: Item
    expected: int = 1
    timeout: float = 60.0
    retries: int = 2
    root: str = field(factory=lambda: str(uuids.uuid4()))
    chosen: bool = False
    free: bool = False
    renewable: bool = True
    alternative: Callable[[], Item | None] | None = None
    on_partial: Callable[[list[Item]], None] | None = None
    on_progress: Callable[[int], None] | None = None


class Outcome(NamedTuple):
    """What a call has brought: the results asked for, and paid ones beyond."""

    items: list[Item]
    surplus: list[Item]


class _News(NamedTuple):
    """What one look at a call has shown."""

    step: Step
    results: list[Item]  # all of them, when there is nothing left to do
    fresh: list[Item]
    progress: int | None


@define(eq=False)
class Call:
    """One call on a connection.

    Args:
        connection: Where it waits.
        order: What it is to buy.
        slot: An unfinished call, when this one only collects what that one has bought.
    """

    _connection: Connection
    _order: Order
    _collects: Slot | None = None
    _slot: Slot = field(init=False)
    _step: Step = field(default=Step.WAIT, init=False)  # what ended the last window, and begins the next
    _delivered: dict[str, int] = field(factory=dict, init=False)
    _told: int | None = field(default=None, init=False)
    _windows: int = field(default=0, init=False)
    _switched: bool = field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        """Make the slot, unless there is one."""
        self._slot = self._collects or self._new_slot()

    def run(self) -> Outcome:
        """Make the call, and return what it brings.

        Raises:
            RunwareError: It failed; the error carries what had arrived.
            KeyboardInterrupt: The very one that came, with a note on how to collect the task.
        """
        slot = self._slot
        try:
            slot.deadline = self._connection.now() + self._order.timeout
            if self._collects is None:
                self._connection.open(slot)
            return Policy(self._order.retries).run(self._window, rest=lambda s: self._connection.rest(slot, s))
        except RunwareError as error:
            results = self._connection.look(slot, lambda _session, _now: (slot.results, None))
            complete(error, slot, results, self._order.timeout, self._windows, paid=not self._order.free)
            raise
        except BaseException as error:
            if slot.sent and not self._order.free:
                error.add_note(f"{slot.type} {slot.root} was sent and may be billed; {collect_line(slot.root)}")
            raise
        finally:
            self._connection.leave(slot)

    def _new_slot(self) -> Slot:
        order = self._order
        body = {**order.body, "taskUUID": order.root}
        task = Task(body, order.expected, text=json.dumps(body))
        return Slot(
            order.root,
            task.type,
            order.expected,
            self._connection.now(),
            [task],
            partial=order.on_partial is not None or order.on_progress is not None,
        )

    # -- one window -------------------------------------------------------------------------------------------------

    def _window(self, number: int) -> Outcome:
        slot = self._slot
        self._windows = number
        if number > 1:
            self._connection.look(slot, self._begin_again)
        while True:
            news = self._connection.look(slot, self._look)
            self._hand_on(news)
            step = news.step
            if step is Step.WAIT:
                continue
            if step is Step.FINISH:
                return Outcome(news.results[: slot.expected], news.results[slot.expected :])
            if step is Step.FAIL and self._switch_form(slot):
                continue
            self._step = step
            raise ending(slot, step, self._order.timeout, connected=self._connection.is_open)

    def _look(self, session: Session, now: float) -> tuple["_News", float | None]:
        """Return what there is, and until when to wait. Runs under the connection's lock, and so alone looks at it."""
        slot, order = self._slot, self._order
        step, until = self._decide(session, now)
        fresh: list[Item] = []
        if order.on_partial is not None:
            for task in slot.tasks:
                results = task.results
                fresh += results[self._delivered.get(task.uuid, 0) :]
                self._delivered[task.uuid] = len(results)
        if fresh or slot.progress != self._told:
            until = None  # first it is handed on
        return _News(step, slot.results if step is Step.FINISH else [], fresh, slot.progress), until

    def _decide(self, session: Session, now: float) -> tuple[Step, float | None]:
        """Return what to do, and until when to wait if that is to wait."""
        slot, order = self._slot, self._order
        if slot.missing <= 0:
            return Step.FINISH, None
        if slot.fault is not None:
            return Step.FAIL, None
        steps: list[Step] = []
        due: list[float] = []
        for task in slot.open:
            if task.calm:
                steps.append(Step.WAIT)
                continue
            session.give_up(slot, task, now)
            facts = known(slot, task, chosen=order.chosen, renewable=order.renewable, repeatable=bool(task.text))
            step = next_step(facts)
            if step is Step.ASK and order.free and not task.failures:
                step = Step.WAIT
                if task.lost:
                    self._renew(session, task)
            steps.append(step)
            if step is Step.ASK and session.signed_in:
                due.append(self._ask(session, task, now))
        step = slot_step(steps)
        if step not in {Step.WAIT, Step.ASK}:
            return step, None
        end = slot.deadline
        if slot.sent and session.down_since is not None:
            end = max(end, session.down_since + RESUMABLE)
        if now >= end:
            return Step.ASK, None
        return Step.WAIT, min([end, *due])

    def _ask(self, session: Session, task: Task, now: float) -> float:
        """Ask about a task if it is time to; return when to look again."""
        slot = self._slot
        silent = session.silent_at(slot, task)
        if silent is not None:
            return max(silent, now)
        if task.trouble_at is None:
            task.trouble(now)
        due = (now if task.trouble_at is None else task.trouble_at) + ask_delay(task)
        if due > now:
            return due
        session.ask(slot, task)
        return now + session.patience

    def _begin_again(self, session: Session, now: float) -> tuple[None, None]:
        """Begin the next window with what ended the last one."""
        slot = self._slot
        slot.fault = None
        slot.graced = False
        slot.deadline = now + self._order.timeout
        if self._step is Step.SEND_AGAIN:
            for task in slot.open:
                facts = known(slot, task, chosen=False, renewable=False, repeatable=bool(task.text))
                if next_step(facts) is Step.SEND_AGAIN:
                    session.send_again(task)
        elif self._step is Step.BUY_MISSING:
            purchases = missing_purchases(slot)
            for task in slot.open:
                task.closed = True
            for count, seed in purchases:
                self._buy(session, count, seed)
        else:
            for task in slot.open:
                if task.written and self._order.free:
                    self._renew(session, task)
                elif task.written and not task.overdue:
                    task.overdue = True
                    if task.trouble_at is None:
                        task.trouble(now)
        return None, None

    def _buy(self, session: Session, count: int, seed: int | None) -> None:
        slot = self._slot
        body = child_body(slot, child_uuid(slot.root, len(slot.tasks)), count, seed)
        session.add(slot, Task(body, count, text=json.dumps(body)))

    def _renew(self, session: Session, task: Task) -> None:
        """Let a free task go again, under a fresh UUID."""
        task.closed = True
        self._buy(session, task.expected, None)

    def _switch_form(self, slot: Slot) -> bool:
        """Send the current form of a task whose older one the server does not know; it was turned away, not bought."""
        error = slot.open[0].error if slot.fault is None and slot.open else None
        alternative = self._order.alternative
        if error is None or error.code != _UNSUPPORTED or alternative is None or self._switched:
            return False
        self._switched = True
        body = alternative()
        if body is None:
            return False

        def switch(session: Session, _now: float) -> tuple[None, None]:
            for task in slot.open:
                task.closed = True
            child = {**body, "taskUUID": child_uuid(slot.root, len(slot.tasks))}
            session.add(slot, Task(child, slot.expected, text=json.dumps(child)))
            return None, None

        self._connection.look(slot, switch)
        return True

    # -- to the caller ----------------------------------------------------------------------------------------------

    def _hand_on(self, news: "_News") -> None:
        """Give new results and progress to the caller's functions; what they raise is the caller's."""
        if news.fresh and self._order.on_partial is not None:
            self._order.on_partial(news.fresh)
        if news.progress != self._told:
            self._told = news.progress
            if self._order.on_progress is not None and news.progress is not None:
                self._order.on_progress(news.progress)
