"""Ctrl-C: the same exception, at once, with a note; and the task can be collected."""

import signal
import sys
import threading
import time
from collections.abc import Callable

import pytest
from server import Item, Peer, ScriptedServer, image, instantly
from till import PATIENCE, QUESTIONS, ROOT, SMALL

from runware_sync import Runware

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends a signal to this process")


def press() -> None:
    """Press Ctrl-C."""
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


def while_waiting(peer: Peer, task: Item) -> None:
    if task["taskType"] == "imageInference":
        press()


def while_asking(peer: Peer, task: Item) -> None:
    if task["taskType"] in QUESTIONS:
        press()


def in_a_pause(peer: Peer, task: Item) -> None:
    if task["taskType"] == "imageInference":
        peer.send(errors=[{"code": "rateLimitExceeded", "taskUUID": task["taskUUID"], "retryAfter": PATIENCE}])
        threading.Timer(0.2, press).start()


def in_an_outage(peer: Peer, task: Item) -> None:
    if task["taskType"] == "imageInference":
        threading.Timer(0.2, press).start()
        peer.reset()


@pytest.mark.parametrize("moment", [while_waiting, while_asking, in_a_pause, in_an_outage])
def test_ctrl_c_ends_the_wait_at_once_with_a_note(moment: Callable[[Peer, Item], None]) -> None:
    """The very exception, whatever the call was doing; the client lives on, and what comes later is collected."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] in {"authentication", "ping"}:
            instantly(peer, task)
        else:
            moment(peer, task)

    with ScriptedServer(answer) as server, Runware("k", url=server.url, timeout=1.0) as runware:
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt) as caught:
            runware.image_inference(
                "a fox", task_uuid=ROOT, timeout=0.3 if moment is while_asking else PATIENCE, **SMALL
            )

        assert time.monotonic() - began < PATIENCE / 2
        (note,) = caught.value.__notes__
        assert f"client.job('{ROOT}').result()" in note
        assert "may be billed" in note
        assert [] == runware.pending()
        server.answer = collected
        if moment is not in_a_pause:
            assert len(runware.job(ROOT).result(PATIENCE)) == 1
        assert len(server.paid) == 1


def collected(peer: Peer, task: Item) -> None:
    """Answer questions with the result."""
    if task["taskType"] == "getResponse":
        peer.send(image({**task, "taskType": "imageInference"}, status="success"))
    elif task["taskType"] != "getTaskDetails":
        instantly(peer, task)
