"""How a call ends badly: which error, with what in it, and what its reader should do next."""

from runware_sync.errors import (
    ConflictError,
    ConnectionFailedError,
    ConnectionLostError,
    RunwareError,
    TaskTimeoutError,
    own_copy,
)
from runware_sync.protocol.frames import Item
from runware_sync.protocol.recovery import Step
from runware_sync.protocol.slots import Slot

__all__ = ["collect_line", "complete", "ending", "note_left", "unknown"]


def collect_line(root: str) -> str:
    """Return the line to paste for what a call has bought."""
    return f"collect it with client.job({root!r}).result()"


def unknown(root: str, *, partly: bool) -> str:
    """Return the end of an error's message where nobody has said what became of a call.

    Args:
        root: The call's root UUID.
        partly: Whether something of it has come.
    """
    what = "the outcome of the rest is unknown" if partly else "the outcome is unknown"
    return f"{what}: it may have been bought, or be under way; {collect_line(root)}"


def note_left(error: BaseException, slot: Slot, *, free: bool) -> None:
    """Note in what has interrupted a call what becomes of it; once."""
    note = _left(slot, free=free)
    if note not in getattr(error, "__notes__", ()):
        error.add_note(note)


def _left(slot: Slot, *, free: bool) -> str:
    task = f"{slot.type} {slot.root}"
    if not slot.sent:
        return f"{task} was not sent: nothing was bought"
    if free:
        return f"{task} was sent; it is free, and can be made again"
    return f"{task} was sent and may be billed; {collect_line(slot.root)}"


def ending(slot: Slot, step: Step, timeout: float, *, connected: bool) -> RunwareError:
    """Return the error that ends a window; it is the call's last word if there is no other window.

    Args:
        slot: The call.
        step: What was to be done next.
        timeout: Seconds that the window lasted.
        connected: Whether there is a connection.
    """
    if slot.fault is not None:
        return own_copy(slot.fault)
    failed = next((task.error for task in slot.open or reversed(slot.tasks) if task.error is not None), None)
    if failed is not None:
        failed.retryable = step is not Step.FAIL
        return failed
    if step is Step.FAIL:
        is_another = any(task.same_request is False for task in slot.open)
        what = "for another request" if is_another else "and the service does not say for what"
        return ConflictError(
            f"this task UUID was used before, {what}; leave task_uuid out, or {collect_line(slot.root)}",
            code="conflictTaskUUID",
        )
    if step is Step.SEND_AGAIN:
        return ConnectionLostError(
            "the service does not know the task: it was lost on its way, or forgotten", retryable=True
        )
    if not slot.sent:
        return ConnectionFailedError(f"no connection within {timeout:g} s; nothing was sent")
    have = slot.expected - slot.missing
    if not connected and any(task.lost for task in slot.open):
        return ConnectionLostError(
            f"the connection was lost and could not be made again; {have} of {slot.expected} results had arrived",
            retryable=True,
        )
    return TaskTimeoutError(f"{have} of {slot.expected} results after {timeout:g} s", retryable=True)


def complete(
    error: RunwareError, slot: Slot, results: list[Item], timeout: float, windows: int, *, is_unknown: bool
) -> None:
    """Put into a call's last error what its reader will want to know.

    Args:
        error: The error.
        slot: The call.
        results: What has arrived.
        timeout: Seconds that one window lasted.
        windows: How many there were.
        is_unknown: Whether something was bought of which nobody has said what became of it.
    """
    error.task_uuid = slot.root
    error.task_type = slot.type
    error.task_uuids = slot.uuids
    error.results = results
    error.attempts = windows
    advice = []
    if slot.stray and slot.stray not in error.message:
        advice.append(f"an error that named no task had come before: {slot.stray}")
    if results:
        advice.append(f"{len(results)} of {slot.expected} results are in .results")
    if is_unknown:
        spent = f"{windows} window{'s'[: windows - 1]} of {timeout:g} s"
        advice.append(f"after {spent} {unknown(slot.root, partly=bool(results))}")
    error.message = "; ".join([error.message, *advice])
