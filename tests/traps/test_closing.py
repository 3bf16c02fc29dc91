"""Traps of the end: reconnections that are still planned, timers that hold the process."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from server import PATIENCE, Item, Peer, ScriptedServer, eventually, instantly
from traps.scene import SMALL, readers, small_talk

import runware_sync
from runware_sync import ClientClosedError, Runware
from runware_sync.sandbox import Sandbox


@pytest.mark.parametrize("name", ["close", "disconnect"])
def test_trap_33_closing_ends_a_reconnection_that_is_planned(
    server: ScriptedServer, runware: Runware, name: str
) -> None:
    """Where it is only a timer that goes off later, a client that was closed connects again by itself."""

    def answer(peer: Peer, task: Item) -> None:
        if peer.number > 1 or not small_talk(peer, task):
            peer.reset()

    server.answer = answer
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(lambda: runware.image_inference("a fox", **SMALL))
        server.wait_for(lambda: len(server.peers) >= 3)  # the next dial is two seconds away
        dialled = len(server.peers)

        getattr(runware, name)()

        assert isinstance(call.exception(PATIENCE), ClientClosedError)
    eventually(lambda: not readers())
    assert dialled == len(server.peers)
    server.answer = instantly
    runware.connect()
    assert dialled + 1 == len(server.peers)


SCRIPT = """
import sys
from runware_sync import ImageInference, Runware
runware = Runware("key", url=sys.argv[1], timeout=3600.0, heartbeat=3600.0, connect_timeout=3600.0)
request = ImageInference("a fox", model="a:1@1", width=128, height=128)
assert len(runware.image_inference(request)) == 1
assert len(runware.submit(request).result()) == 1
assert len(list(runware.map([request, request]))) == 2
assert len(runware.run(request)) == 1
print("done", flush=True)
"""


def test_trap_39_nothing_is_left_that_holds_the_process() -> None:
    """Where the timers of a call run on after it, the interpreter waits for them: here each would take an hour."""
    with Sandbox() as sandbox:
        done = subprocess.run(  # noqa: S603 - our own script
            [sys.executable, "-W", "error", "-c", SCRIPT, sandbox.url],
            cwd=Path(runware_sync.__file__).parents[1],
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )

        assert (0, "done\n", "") == (done.returncode, done.stdout, done.stderr)
        assert len(sandbox.tasks) == 5
