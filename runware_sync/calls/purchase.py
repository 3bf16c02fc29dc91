"""The tasks of one call: what is sent, asked about, sent again and bought anew.

What to do is said by `recovery`; here it is done to the session. Everything runs under the connection's lock.
"""

from attrs import define

from runware_sync.calls.orders import Order
from runware_sync.protocol.frames import Item, text_of
from runware_sync.protocol.recovery import Step, ask_delay, child_body, known, missing_purchases, next_step, slot_step
from runware_sync.protocol.session import RESUMABLE, Session
from runware_sync.protocol.slots import Slot
from runware_sync.protocol.tasks import Task
from runware_sync.uuids import child_uuid

__all__ = ["Purchase"]


@define(eq=False)
class Purchase:
    """What one call has bought, and may still buy.

    Args:
        order: What it is to buy.
        slot: Where it waits.
    """

    order: Order
    slot: Slot

    def decide(self, session: Session, now: float) -> tuple[Step, float | None]:
        """Return what to do, and until when to wait if that is to wait."""
        slot, order = self.slot, self.order
        if slot.missing <= 0:
            return Step.FINISH, None
        if slot.fault is not None:
            return Step.FAIL, None
        steps: list[Step] = []
        due: list[float] = []
        for task in slot.open:
            if task.calm:
                silent = task.silent_at(now)
                if silent is None or now < silent:
                    steps.append(Step.WAIT)
                    due += [] if silent is None else [silent]
                    continue
                task.doubted = True  # from now on it is asked about
            session.give_up(slot, task, now)
            step = self._next(task)
            if step is Step.WAIT and order.free and task.lost:
                self._renew(session, task)
            steps.append(step)
            if step is Step.ASK and session.signed_in:
                due.append(self._ask(session, task, now))
        step = slot_step(steps)
        if step is not Step.WAIT and step is not Step.ASK:
            return step, None
        if now >= slot.deadline:  # a window does not begin before what waits in it has been written
            begun = now if session.outbox.delays(slot.open) else max((task.late_at for task in slot.open), default=0.0)
            slot.deadline = max(slot.deadline, begun + order.timeout)
        end = slot.deadline
        if slot.sent and session.down_since is not None:
            end = max(end, (session.down_since if slot.lost_at is None else slot.lost_at) + RESUMABLE)
        if now >= end:
            for task in slot.open:
                task.release(now)  # there is no time to look whose it is
            return Step.ASK if slot.missing > 0 else Step.FINISH, None
        return Step.WAIT, min([end, *due])

    def _next(self, task: Task) -> Step:
        """Return what to do about one task; about a free one nobody needs to be asked."""
        order = self.order
        facts = known(self.slot, task, renewable=order.renewable, repeatable=bool(task.text))
        step = next_step(facts)
        if step is Step.ASK and order.free:
            return Step.BUY_MISSING if task.failures else Step.WAIT
        return step

    def _ask(self, session: Session, task: Task, now: float) -> float:
        """Ask about a task if it is time to; return when to look again."""
        slot = self.slot
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

    def begin_again(self, step: Step, session: Session, now: float) -> None:
        """Begin the next window with what ended the last one, unless the pause has brought something better."""
        slot = self.slot
        if slot.fault is not None and not slot.fault.retryable:
            return  # the client was closed meanwhile
        slot.fault = None
        slot.graced = False
        slot.recover()
        slot.deadline = now + self.order.timeout
        if step is Step.SEND_AGAIN:
            for task in slot.open:
                if self._next(task) is Step.SEND_AGAIN:
                    session.send_again(task)
        elif step is Step.BUY_MISSING:
            if slot_step([self._next(task) for task in slot.open]) is not Step.BUY_MISSING:
                return
            purchases = missing_purchases(slot)
            for task in slot.open:
                task.closed = True
            for count, seed in purchases:
                self._buy(session, count, seed)
        else:
            for task in slot.open:
                if task.written and self.order.free:
                    self._renew(session, task)
                elif task.written:
                    task.outlast(now)

    def _buy(self, session: Session, count: int, seed: int | None) -> None:
        slot = self.slot
        body = child_body(slot, child_uuid(slot.root, len(slot.tasks)), count, seed)
        session.add(slot, Task(body, count, text=text_of(body)))

    def _renew(self, session: Session, task: Task) -> None:
        """Let a free task go again, under a fresh UUID."""
        task.closed = True
        self._buy(session, task.expected, None)

    def switch(self, body: Item, session: Session) -> None:
        """Send the same in another form; the first one was turned away, not bought."""
        slot = self.slot
        for task in slot.open:
            task.closed = True
        child = {**body, "taskUUID": child_uuid(slot.root, len(slot.tasks))}
        session.add(slot, Task(child, slot.expected, text=text_of(child)))
