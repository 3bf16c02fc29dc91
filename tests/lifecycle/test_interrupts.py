"""Ctrl-C, a real one, in each phase of a call: the prompt is back in 0.2 s, and nothing that was paid for is lost.

A program is held in a phase by its server and interrupted as a terminal does it. It tells the very moment at which its
`except` was reached, on the clock that all processes share. What the machine adds to the 0.2 s when it is busy says
nothing about the client, so the best of a few tries counts: a wait that cannot be interrupted is late in all of them,
by seconds.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from attrs import define
from server import PATIENCE

from runware_sync.sandbox import Fault, Sandbox

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT to another process")

BOUND = 0.2
TRIES = 10
ROOT = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"

PROGRAM = """
import json, signal, sys, threading, time
from runware_sync import Runware, RunwareError

mine = KeyboardInterrupt("mine")
def interrupt(*_):
    raise mine
signal.signal(signal.SIGINT, interrupt)

def tell(**facts):
    print(json.dumps(facts), flush=True)

def watch(name):  # the call is in its phase when it waits there
    main = threading.main_thread().ident
    while True:
        frame, names = sys._current_frames()[main], set()
        while frame is not None:
            names.add(frame.f_code.co_name)
            frame = frame.f_back
        sent = [slot.sent for slot in runware._connection.waiting]
        if name in names and (name == "_fetch" or sent == [NEEDS_SENT]):
            tell(reached=True)
            return
        time.sleep(0.01)

small = dict(model="runware:101@1", width=64, height=64)
ROOT = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"
runware = Runware("key-of-a-test-4711", url=sys.argv[1], timeout=30, connect_timeout=4, max_retries=4)
BEFORE
tell(ready=True)
sys.stdin.readline()
threading.Thread(target=watch, args=("WHERE",), daemon=True).start()
try:
    CALL
except KeyboardInterrupt as error:
    caught = time.monotonic()
    tell(caught=caught, same=error is mine, notes=getattr(error, "__notes__", []), pending=len(runware.pending()))
sys.stdin.readline()
images = runware.image_inference("a hare", seed=7, **small)
tell(next=len(images), size=len(images[0].read()))
try:
    found = runware.job(ROOT).result(30)
    tell(collected=len(found), sizes=[len(one.read()) for one in found])
except RunwareError as error:
    tell(collected=type(error).__name__, results=len(error.results))
runware.close()
"""
CALL = 'runware.image_inference("a fox", task_uuid=ROOT, **small)'


@define
class Phase:
    """One phase: how the server is told to hold it, and what is left of the call after the interrupt."""

    where: str  # the function in which the client waits then
    call: str = CALL
    before: str = ""
    sent: bool = True
    hold: Callable[[Sandbox], None] = lambda _sandbox: None
    reached: Callable[[Sandbox], object] = lambda _sandbox: True
    let_go: Callable[[Sandbox], None] = lambda _sandbox: None
    collected: Any = 1
    billed: int = 1  # results of the interrupted call
    note: str = f"client.job('{ROOT}').result()"


PHASES: dict[str, Phase] = {
    "connecting": Phase(
        "wait",
        sent=False,
        hold=lambda sandbox: sandbox.change(auth_delay=30.0),
        reached=lambda sandbox: sandbox.received,
        let_go=lambda sandbox: sandbox.change(auth_delay=0.0),
        collected="NotFoundError",
        billed=0,
        note=f"{ROOT} was not sent: nothing was bought",
    ),
    "sending a large message": Phase(
        "wait",
        before="runware.connect()",
        call=CALL.replace(", **", ', extra={"padding": "x" * 20_000_000}, **'),
        hold=lambda sandbox: sandbox.hold(),
        let_go=lambda sandbox: sandbox.release(),
    ),
    "waiting": Phase(
        "wait",
        hold=lambda sandbox: sandbox.change(latency=2.0),
        reached=lambda sandbox: sandbox.tasks,
        let_go=lambda sandbox: sandbox.change(latency=0.0),
    ),
    "polling": Phase(
        "wait",
        call=CALL.replace(", **", ', delivery_method="async", **'),
        hold=lambda sandbox: sandbox.change(latency=4.0),
        reached=lambda sandbox: "getResponse" in {task["taskType"] for task in sandbox.received},
        let_go=lambda sandbox: sandbox.change(latency=0.0),
    ),
    "pausing between attempts": Phase(
        "rest",
        hold=lambda sandbox: sandbox.add_fault(Fault("fail", code="rateLimitExceeded", count=3)),
        reached=lambda sandbox: len(sandbox.tasks) == 3,  # the pause after this one is of two seconds at least
        collected="RateLimitError",
        billed=0,
    ),
    "downloading": Phase(
        "_fetch",
        before=(
            "import urllib.request, runware_sync.content.downloads\n"  # loading is no place to be interrupted
            'image = runware.image_inference("a fox", task_uuid=ROOT, **small)[0]'
        ),
        call="image.read()",
        hold=lambda sandbox: sandbox.silence(new=True),
        let_go=lambda sandbox: sandbox.speak(),
        note=f"imageInference {ROOT} is done",
    ),
}


class Program:
    """A program that is interrupted."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def go_on(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def told(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        facts: dict[str, Any] = json.loads(line)
        return facts


@contextmanager
def program(sandbox: Sandbox, phase: Phase) -> Iterator[Program]:
    text = PROGRAM.replace("WHERE", phase.where).replace("BEFORE", phase.before).replace("CALL", phase.call)
    process = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-W", "error", "-c", text.replace("NEEDS_SENT", str(phase.sent)), sandbox.url],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Program(process)
        _, errors = process.communicate(timeout=2 * PATIENCE)
        assert not errors
        assert process.returncode == 0
    finally:
        process.kill()
        process.communicate()


def interrupted(phase: Phase) -> float:
    """Go through a phase with an interrupt in it; return the seconds from the signal to the exception."""
    with Sandbox() as sandbox, program(sandbox, phase) as running:
        assert running.told() == {"ready": True}
        phase.hold(sandbox)
        running.go_on()
        sandbox.wait_for(lambda: phase.reached(sandbox), PATIENCE)
        assert running.told() == {"reached": True}

        sent = time.monotonic()
        running.process.send_signal(signal.SIGINT)
        caught = running.told()

        assert caught["same"], "another exception than the one that came"
        assert [phase.note] == [phase.note for note in caught["notes"] if phase.note in note]
        assert caught["pending"] == 0
        phase.let_go(sandbox)
        running.go_on()
        following = running.told()
        assert following["next"] == 1
        assert following["size"] > 100
        assert running.told()["collected"] == phase.collected
        assert sandbox.purchases == phase.billed + 1
        return float(caught["caught"]) - sent


@pytest.mark.parametrize("name", PHASES)
def test_ctrl_c_gives_the_prompt_back(name: str) -> None:
    """The very exception, the task in its note; the next call works, what was bought is collected and billed once."""
    best = PATIENCE

    for _ in range(TRIES):
        best = min(best, interrupted(PHASES[name]))
        if best < BOUND:
            break

    assert best < BOUND
