"""What waits: calls, and the questions that are put about their tasks.

A *slot* is one call: the task that its caller asked for, and those that were bought anew when part of it had failed.
It stays open from the first window to the last, across connections.
"""

from typing import Any, Final

from attrs import define, field

from runware_sync.errors import RunwareError
from runware_sync.protocol.frames import Item
from runware_sync.protocol.tasks import Task

__all__ = ["GRACE", "Question", "Slot"]

GRACE: Final = 15.0
"""Seconds that a window has at least, once, to find out what became of its task after an outage."""


@define(eq=False)
class Slot:
    """One call, from its first window to its last, across connections.

    `turn` belongs to the connection: it is what the call's owner waits on, and nothing here touches it.
    """

    root: str
    type: str
    expected: int
    since: float
    tasks: list[Task] = field(factory=list, repr=False)
    partial: bool = False  # wake the owner at each new result and at progress
    deadline: float = 0.0  # the end of the window
    graced: bool = False  # this window was given time to ask after an outage
    lost_at: float | None = None  # when a connection was lost first in this window, or since a result came
    returned: float = 0.0  # seconds that the window was given back since then
    stray: str | None = None  # an error that named no task
    fault: RunwareError | None = None  # ends the window, or the call, at once
    turn: Any = field(default=None, repr=False)
    followers: "list[Slot]" = field(factory=list, repr=False)  # who waits for its owner to leave

    @property
    def results(self) -> list[Item]:
        """The results of all its tasks, in order of arrival within each."""
        return [item for task in self.tasks for item in task.results]

    @property
    def missing(self) -> int:
        """How many results are still to come."""
        missing = self.expected
        for task in self.tasks:
            missing -= task.brought
        return missing

    @property
    def open(self) -> list[Task]:
        """The tasks from which results may still come."""
        return [task for task in self.tasks if not task.closed]

    @property
    def sent(self) -> bool:
        """Whether anything of it may have reached the server."""
        for task in self.tasks:  # noqa: SIM110 - asked for at every look: a generator would be half of what it costs
            if task.sends:
                return True
        return False

    def outlast(self, outage: float, now: float, limit: float) -> None:
        """Give the window the time back that an outage took, and once enough to ask what became of the task.

        Args:
            outage: Seconds that it took.
            now: The time.
            limit: Seconds that one window is given back at most while it brings nothing: a line may break each time
                that it is made again, for ever.
        """
        given = min(outage, max(0.0, limit - self.returned))
        self.returned += given
        self.deadline += given
        if not self.graced:
            self.graced = True
            self.deadline = max(self.deadline, now + GRACE)

    def recover(self) -> None:
        """Take note that something of it has come, or that a window begins: what was lost before counts no more."""
        self.lost_at = None
        self.returned = 0.0

    def take_up(self, now: float) -> None:
        """Begin anew for somebody who collects what it has bought: it is asked about at once.

        What ended it for its owner, such as a close, says nothing to its new one.
        """
        self.fault = None
        self.graced = False
        self.recover()
        for task in self.open:
            task.chosen = False  # it is asked for by its UUID, whatever that was used for
            task.overdue = True
            task.trouble(now)

    def rest(self, now: float, until: float) -> tuple[bool, float | None]:
        """Return whether a pause is over, and until when it lasts otherwise.

        Only what makes the next window needless ends it early: results, or an error that allows none.
        """
        over = now >= until or self.missing <= 0 or (self.fault is not None and not self.fault.retryable)
        return over, None if over else until

    @property
    def uuids(self) -> tuple[str, ...]:
        """The UUIDs of all its tasks, the root first."""
        return tuple(task.uuid for task in self.tasks)

    @property
    def progress(self) -> int | None:
        """The progress that the server reported last, 0 to 100."""
        return max((task.progress for task in self.tasks if task.progress is not None), default=None)


@define(eq=False)
class Question:
    """One `getResponse` or `getTaskDetails` on its way: free, read-only, one at a time for each UUID."""

    uuid: str
    type: str
    generation: int = 0  # the connection on which it was written; 0 = not yet
    written_at: float = 0.0
    items: list[Item] = field(factory=list)
    errors: list[Item] = field(factory=list)
    done: bool = False
    watchers: list[Slot] = field(factory=list)

    @property
    def body(self) -> Item:
        """The question as it travels."""
        return {"taskType": self.type, "taskUUID": self.uuid}
