"""What a client waits for, as its user sees it."""

from attrs import frozen

from runware_sync.connection.connection import Connection

__all__ = ["Pending", "pending"]


@frozen
class Pending:
    """A call that waits.

    Attributes:
        task_uuid: Its root UUID.
        task_type: Its task type, as it travels.
        seconds: How long it has waited.
    """

    task_uuid: str
    task_type: str
    seconds: float


def pending(connection: Connection) -> list[Pending]:
    """Return the calls that wait on a connection, the oldest first; questions are none."""
    now = connection.now()
    return [Pending(slot.root, slot.type, now - slot.since) for slot in connection.waiting if slot.tasks]
