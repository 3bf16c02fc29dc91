"""How a call ends badly, without threads: which error, and what is noted in an interrupt."""

from typing import Any

import pytest

from runware_sync.calls.endings import ending, note_left
from runware_sync.errors import ConnectionFailedError, ConnectionLostError, TaskTimeoutError
from runware_sync.protocol.recovery import Step
from runware_sync.protocol.slots import Slot
from runware_sync.protocol.tasks import Task


def slot_of(**facts: Any) -> Slot:
    body = {"taskType": "imageInference", "taskUUID": "a"}
    return Slot("a", "imageInference", 2, 0.0, [Task(body, 2, **facts)])


@pytest.mark.parametrize(
    ("sends", "free", "note"),
    [
        (0, False, "imageInference a was not sent: nothing was bought"),
        (1, True, "imageInference a was sent; it is free, and can be made again"),
        (1, False, "imageInference a was sent and may be billed; collect it with client.job('a').result()"),
    ],
)
def test_an_interrupt_is_told_what_becomes_of_the_call(sends: int, free: bool, note: str) -> None:
    """Once, however often it passes by."""
    interrupt = KeyboardInterrupt()

    for _ in range(2):
        note_left(interrupt, slot_of(sends=sends), free=free)

    assert [note] == interrupt.__notes__


@pytest.mark.parametrize(
    ("facts", "connected", "kind", "words"),
    [
        ({}, True, ConnectionFailedError, "nothing was sent"),
        ({"sends": 1}, True, TaskTimeoutError, "0 of 2 results after 7 s"),
        ({"sends": 1}, False, TaskTimeoutError, "0 of 2 results after 7 s"),
        ({"sends": 1, "lost": True}, True, TaskTimeoutError, "0 of 2 results after 7 s"),
        ({"sends": 1, "lost": True}, False, ConnectionLostError, "0 of 2 results had arrived"),
    ],
)
def test_the_error_of_a_window_tells_what_it_lacked(
    facts: dict[str, Any], connected: bool, kind: type[Exception], words: str
) -> None:
    """A connection, or only time."""
    error = ending(slot_of(**facts), Step.ASK, 7.0, connected=connected)

    assert type(error) is kind
    assert words in str(error)
