"""One call: windows, asking, sending again, buying what is missing.

The thread that makes it drives it; or, for a job, a worker does whenever there is something to do (`open`, then `step`
each time the bell rings, then `leave`, or `run` with what ended the first window).

What to do is decided by `recovery`, under the connection's lock; what is done here is to do it, to wait, and to hand
results on while they come. A caller that leaves, for whatever reason, leaves its task to the shelf.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from attrs import define, field

from runware_sync.calls.endings import complete, ending, note_left
from runware_sync.calls.orders import Order, Outcome
from runware_sync.calls.purchase import Purchase
from runware_sync.calls.retrying import Policy
from runware_sync.connection.connection import Connection
from runware_sync.connection.exchange import Turn
from runware_sync.errors import ApiError, AuthenticationError, ClientClosedError, RunwareError
from runware_sync.protocol.frames import Item, text_of
from runware_sync.protocol.recovery import Step
from runware_sync.protocol.session import Session
from runware_sync.protocol.slots import Slot
from runware_sync.protocol.tasks import Task
from runware_sync.waiting import Gong

__all__ = ["Call"]

_WITHDRAWN: Final = ClientClosedError("cancelled before anything was sent")


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
    keep: bool = field(default=False, init=False)
    _slot: Slot = field(init=False)
    _purchase: Purchase = field(init=False)
    _step: Step = field(default=Step.WAIT, init=False)  # what ended the last window, and begins the next
    _delivered: dict[str, int] = field(factory=dict, init=False)
    _told: int | None = field(default=None, init=False)
    _windows: int = field(default=0, init=False)
    _refusals: frozenset[str] = field(default=frozenset(), init=False)  # the codes for which another way was looked for
    _left: bool = field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        """Make the slot, unless there is one."""
        self._slot = self._collects or self._new_slot()
        self._purchase = Purchase(self._order, self._slot)

    @property
    def slot(self) -> Slot:
        """Where it waits."""
        return self._slot

    def open(self, bell: Turn) -> float:
        """Take its place among the calls that wait, and send it as soon as the connection can; its first window begins.

        Args:
            bell: Rung when something happens.

        Returns:
            Until when to wait for the bell; nothing else can have happened yet.

        Raises:
            RunwareError: The client is closed, or the UUID is waiting already.
        """
        slot = self._slot
        now = self._connection.now()
        slot.deadline = now + self._order.timeout
        self._windows = 1
        if self._collects is not None:
            return now  # it has been open all the time
        silent = slot.tasks[0].silent_at(now)
        self._connection.open(slot, bell)
        return slot.deadline if silent is None else min(silent, slot.deadline)

    def step(self, bell: Turn) -> Outcome | float:
        """Do what there is to do in the first window without waiting for anything.

        Args:
            bell: Rung when something happens.

        Returns:
            What it has brought; or, as long as that is not complete, until when to wait for the bell.

        Raises:
            RunwareError: The window has ended without it.
        """
        while True:
            news, until = self._connection.peek(self._slot, self._look, bell)
            outcome = self._outcome(news)
            if outcome is not None:
                return outcome
            if until is not None:
                return until

    @property
    def attempts(self) -> int:
        """How many waiting windows were opened so far."""
        return self._windows

    @property
    def lingers(self) -> bool:
        """Whether a look at it may keep its thread: a user's functions are called, or something is stored anew."""
        return self._slot.partial or self._order.lingers

    def withdraw(self) -> bool:
        """End it if nothing was written yet; return whether that is so."""
        return self._connection.withdraw(self._slot, _WITHDRAWN)

    @property
    def withdrawn(self) -> bool:
        """Whether it was ended in that way."""
        return self._slot.fault is _WITHDRAWN

    def leave(self, error: BaseException | None = None) -> None:
        """Give its place up; with `keep`, what it has brought waits on the shelf for whoever asks for it.

        Args:
            error: What makes its owner leave it: if it is an interrupt, it gets a note that says what becomes of it.
        """
        if not self._left or self.keep:
            self._connection.leave(self._slot, keep=self.keep)
            self._left = True
        if error is not None and not isinstance(error, Exception):
            note_left(error, self._slot, free=self._order.free)

    def shelve(self, error: BaseException | None = None) -> None:
        """Put what it has brought on the shelf, since its owner could make nothing of it; as `leave`."""
        self.keep = True
        self.leave(error)

    def run(self, first: Callable[[], Outcome] | None = None) -> Outcome:
        """Make the call, and return what it brings.

        Args:
            first: Returns or raises what a first window has come to that was driven by `step`.

        Raises:
            RunwareError: It failed; the error carries what had arrived.
            KeyboardInterrupt: The very one that came, with a note on how to collect the task.
        """
        slot = self._slot
        try:
            if first is None:
                turn = Gong()
                self._connection.attend(turn, self.open(turn))
            policy = Policy(self._order.retries)
            return policy.run(self._window, rest=lambda s: self._connection.rest(slot, s), first=first)
        except RunwareError as error:
            results = self._connection.look(slot, lambda _session, _now: (slot.results, None))
            complete(error, slot, results, self._order.timeout, self._windows, is_unknown=self._is_unknown(error))
            raise
        except BaseException as error:
            note_left(error, slot, free=self._order.free)
            raise
        finally:
            self.leave()

    def _is_unknown(self, error: RunwareError) -> bool:
        """Tell whether something was bought of which nobody has said what became of it."""
        if self._order.free or not self._slot.sent:
            return False
        if self._slot.fault is not None:
            return True  # the connection has ended it, and not the service
        if isinstance(error, AuthenticationError):
            return not all(task.is_bare for task in self._slot.tasks)
        return not isinstance(error, ApiError) or self._step in {Step.ASK, Step.SEND_AGAIN}

    def _new_slot(self) -> Slot:
        order = self._order
        body = {**order.body, "taskUUID": order.root}
        task = Task(body, order.expected, text=text_of(body), chosen=order.chosen)
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
            outcome = self._outcome(self._connection.look(slot, self._look))
            if outcome is not None:
                return outcome

    def _outcome(self, news: "_News") -> Outcome | None:
        """Return what a look has shown to be complete, `None` if that is to be waited for, or end the window."""
        self._hand_on(news)
        slot, step = self._slot, news.step
        if step is Step.FINISH:
            return Outcome(news.results[: slot.expected], news.results[slot.expected :])
        if step is Step.WAIT or (step is Step.FAIL and self._find_other_way(slot)):
            return None
        self._step = step
        raise ending(slot, step, self._order.timeout, connected=self._connection.is_open)

    def _begin_again(self, session: Session, now: float) -> tuple[None, None]:
        self._purchase.begin_again(self._step, session, now)
        return None, None

    def _look(self, session: Session, now: float) -> tuple["_News", float | None]:
        """Return what there is, and until when to wait. Runs under the connection's lock, and so alone looks at it."""
        slot, order = self._slot, self._order
        step, until = self._purchase.decide(session, now)
        if step is Step.FINISH and not slot.followers:
            session.leave(slot, now, keep=self.keep)
            self._left = True
        fresh: list[Item] = []
        if order.on_partial is not None:
            for task in slot.tasks:
                shown = task.shown
                fresh += shown[self._delivered.get(task.uuid, 0) :]
                self._delivered[task.uuid] = len(shown)
        progress = slot.progress if slot.partial else None
        if fresh or progress != self._told:
            until = None  # first it is handed on
        return _News(step, slot.results if step is Step.FINISH else [], fresh, progress), until

    def _find_other_way(self, slot: Slot) -> bool:
        """Send a task in another form that was turned away before it brought anything: nothing was bought."""
        task = slot.open[0] if slot.fault is None and slot.open else None
        error = None if task is None or task.acknowledged or slot.results else task.error
        alternative = self._order.alternative
        if error is None or alternative is None or error.code in self._refusals:
            return False
        self._refusals |= {error.code}
        began = self._connection.now()
        body = alternative(error)
        if body is None:
            return False

        def switch(session: Session, now: float) -> tuple[None, None]:
            slot.deadline += now - began
            self._purchase.switch(body, session)
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
