"""The end of a program with a client in use: prompt, with the right status, silent, and nothing more is bought."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from server import PATIENCE, Item, Peer, ScriptedServer, image, instantly

SOON = 10.0
"""Seconds for the rest of a program that waits for nothing; those that wait do so for a minute."""

BEGINNING = """
import atexit, gc, os, sys, threading, time
from runware_sync import ClientClosedError, ImageInference, Runware
REQUEST = ImageInference("a fox", model="runware:101@1")
runware = Runware("key-of-a-test-4711", url=sys.argv[1], timeout=60, max_in_flight=2)

def sent(count):
    while sum(slot.sent for slot in runware._connection.waiting) < count:
        time.sleep(0.01)

"""

ENDINGS: dict[str, tuple[str, int]] = {  # what a program does before it ends, and with what status
    "calls in daemon threads": (
        """
for _ in range(3):
    threading.Thread(target=runware.run, args=(REQUEST,), daemon=True).start()
sent(3)
""",
        0,
    ),
    "jobs in flight and jobs in the queue": (
        """
jobs = [runware.submit(REQUEST) for _ in range(6)]
sent(2)
""",
        0,
    ),
    "a map that nobody reads any more": (
        """
results = runware.map([REQUEST] * 6)
threading.Thread(target=next, args=(results,), daemon=True).start()
sent(2)
""",
        0,
    ),
    "a status of its own": ("runware.submit(REQUEST); sent(1); sys.exit(3)", 3),
    "close() at exit": (
        """
atexit.register(runware.close)
runware.submit(REQUEST)
sent(1)
""",
        0,
    ),
    "close() in a finaliser": (
        """
class Owner:
    def __init__(self, runware):
        self.runware, self.me = runware, self  # collected when the interpreter is taken apart
    def __del__(self):
        self.runware.close()
owner = Owner(runware)
threading.Thread(target=runware.run, args=(REQUEST,), daemon=True).start()
sent(1)
""",
        0,
    ),
    "a lock that a frozen thread holds": (
        """
class Owner:
    def __del__(self, close=runware.close):
        close()
sys.modules["owner"] = Owner()
def hold():
    with runware._connection.exchange.lock, runware._agenda.crew.lock:
        held.set()
        time.sleep(60)
held = threading.Event()
runware.connect()
threading.Thread(target=hold, daemon=True).start()
held.wait()
""",
        0,
    ),
}


def silent(peer: Peer, task: Item) -> None:
    if task["taskType"] in {"authentication", "ping"}:
        instantly(peer, task)


def run(server: ScriptedServer, text: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-W", "error", "-c", BEGINNING + text, server.url],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("what", ENDINGS)
def test_a_program_ends_at_once(what: str) -> None:
    """Whatever is pending: exit waits for no call, buys nothing that is queued, and prints nothing."""
    text, status = ENDINGS[what]
    with ScriptedServer(silent) as server, run(server, f"{text}\n") as process:
        try:
            began = time.monotonic()
            output, errors = process.communicate(timeout=2 * PATIENCE)
        finally:
            process.kill()
        seconds = time.monotonic() - began

        assert not errors
        assert process.returncode == status
        assert not output
        assert seconds < SOON
        assert len(server.paid) <= 3
        assert len({task["taskUUID"] for task in server.paid}) == len(server.paid)


def test_a_thread_that_is_no_daemon_finishes_its_call() -> None:
    """Python waits for it; the jobs that are queued meanwhile are not bought any more."""
    text = """
def work():
    print(len(runware.run(REQUEST)), flush=True)
    print([type(job.exception(50)).__name__ for job in jobs], flush=True)
jobs = [runware.submit(REQUEST) for _ in range(5)]
sent(2)
threading.Thread(target=work).start()
sent(3)
print("end", flush=True)
"""
    waiting: list[tuple[Peer, Item]] = []

    def answer(peer: Peer, task: Item) -> None:
        if "model" in task:
            waiting.append((peer, task))
        else:
            instantly(peer, task)

    with ScriptedServer(answer) as server, run(server, text) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "end\n"
            server.wait_for(lambda: len(waiting) == 3)
            time.sleep(0.5)  # the main thread has nothing to do any more but to end
            for peer, task in waiting:
                peer.send(image(task))
            output, errors = process.communicate(timeout=2 * PATIENCE)
        finally:
            process.kill()

        assert not errors
        assert process.returncode == 0
        assert output.splitlines() == [
            "1",
            "['NoneType', 'NoneType', 'ClientClosedError', 'ClientClosedError', 'ClientClosedError']",
        ]
        assert len(server.paid) == 3
