"""Tasks that were accepted: what was asked, what is done, what is still to come."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

from attrs import define, field

from runware_sync.sandbox.faults import Fault
from runware_sync.sandbox.record import TaskRecord
from runware_sync.sandbox.sessions import Session
from runware_sync.sandbox.tasks import Commission, TaskType

__all__ = ["Order", "Orders"]

_REMEMBERED: Final = 50_000


@define(eq=False)
class Order:
    """One accepted task.

    Args:
        kind: Its type.
        commission: What is to be made.
        frame: The whole array in which it came.
        session: To which its results go.
        record: What tests see of it.
        faults: What it will meet.
        accepted_at: The sandbox's clock.
        due_at: When its last result is due.
        items: Its results, by number; `None` where there is none yet.
        errors: Its failures so far.
        fails_at: When the missing results fail, if they do.
        failed: Whether the results that are missing will not come.
        silent: Whether nothing is pushed: it is to be asked for, or was given up.
        delivered: How many results have been pushed.
        flow: What happens between the pieces of its text, if that is streamed.
    """

    kind: TaskType
    commission: Commission
    frame: list[Any]
    session: Session
    record: TaskRecord
    faults: tuple[Fault, ...]
    accepted_at: float
    due_at: float
    items: list[dict[str, Any] | None]
    errors: list[dict[str, Any]] = field(factory=list)
    fails_at: float | None = None
    failed: bool = False
    silent: bool = False
    delivered: int = 0
    flow: tuple[Fault, ...] = ()

    @property
    def uuid(self) -> str:
        """The task's UUID."""
        return self.commission.uuid

    @property
    def request(self) -> Mapping[str, Any]:
        """The task object."""
        return self.commission.request

    @property
    def expected(self) -> int:
        """How many results were asked for."""
        return len(self.items)

    @property
    def done(self) -> list[dict[str, Any]]:
        """The results so far, by number."""
        return [item for item in self.items if item is not None]

    @property
    def finished(self) -> bool:
        """Whether nothing more will come."""
        return self.failed or len(self.done) + len(self.errors) >= self.expected

    def break_off(self, error: dict[str, Any]) -> None:
        """Fail with what is there: a text of which a part has been written."""
        self.failed = True
        self.items = [None] * self.expected
        self.errors.append(error)
        self.record.items.clear()
        self.record.errors.append(error)

    def met(self, kind: str) -> Fault | None:
        """Return the first fault of a kind that this task meets."""
        return next((fault for fault in self.faults if fault.kind == kind), None)


class Orders:
    """The task log: accepted tasks by UUID, the oldest forgotten when there are very many."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Order] = OrderedDict()

    def add(self, order: Order) -> None:
        """Remember a task."""
        self._known[order.uuid] = order
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def find(self, uuid: object) -> Order | None:
        """Return the task with a UUID."""
        return self._known.get(uuid) if isinstance(uuid, str) else None
