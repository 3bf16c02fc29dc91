"""Traps of the heartbeat: pings too early, pongs taken too seriously, sockets that are open and dead."""

import threading
from typing import Any

import pytest
from server import PATIENCE, Item, Peer, ScriptedServer, instantly
from traps.scene import KEY, SMALL

from runware_sync import Runware
from runware_sync.connection.connection import Connection
from runware_sync.connection.watch import Watch
from runware_sync.sandbox import Sandbox


def pings(peer: Peer) -> int:
    return sum(task["taskType"] == "ping" for task in peer.tasks)


def test_trap_02_no_ping_before_the_sign_in_is_answered(server: ScriptedServer) -> None:
    """A heartbeat that runs during the sign-in finds no pong, and reconnects for ever."""
    heartbeat = 0.1
    early: list[Item] = []
    answered = threading.Event()

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "authentication":

            def reply() -> None:
                answered.set()
                instantly(peer, task)

            threading.Timer(8 * heartbeat, reply).start()
        elif answered.is_set():
            instantly(peer, task)
        else:
            early.append(task)

    server.answer = answer
    with Runware(KEY, url=server.url, heartbeat=heartbeat) as runware:
        runware.connect()
        server.wait_for(lambda: pings(server.peers[0]) >= 1)

        assert [] == early
        assert len(server.peers) == 1


def test_trap_03_a_dead_socket_is_replaced_before_anything_is_sent_on_it() -> None:
    """A socket that is open while nothing arrives: what is sent on it vanishes, so silence must be found out."""
    with Sandbox() as sandbox, Runware(KEY, url=sandbox.url, heartbeat=0.3, timeout=PATIENCE) as runware:
        runware.connect()
        sandbox.silence()
        sandbox.wait_for(lambda: any(one.signed_in for one in sandbox.connections[1:]), PATIENCE)

        assert len(runware.image_inference("a fox", **SMALL)) == 1

        assert len(sandbox.tasks) == 1
        assert sandbox.tasks[0].connection > 1
        assert sandbox.purchases == 1


def test_trap_03_a_request_on_a_dead_socket_comes_through_and_is_billed_once() -> None:
    """It had vanished there; the connection is made anew, the task is asked for and sent again."""
    with Sandbox() as sandbox, Runware(KEY, url=sandbox.url, heartbeat=0.3, timeout=PATIENCE) as runware:
        runware.image_inference("a fox", **SMALL)
        sandbox.silence()

        assert len(runware.image_inference("a hare", **SMALL)) == 1

        assert sandbox.tasks[1].connection > 1
        assert sandbox.purchases == 2


def test_trap_04_a_missing_pong_does_not_end_a_connection_that_talks(server: ScriptedServer) -> None:
    """One missed pong kills a busy socket where only pongs count; any sign of life must do."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "ping":
            peer.send()  # an empty frame: anything but a pong
        else:
            instantly(peer, task)

    server.answer = answer
    with Runware(KEY, url=server.url, heartbeat=0.3, timeout=PATIENCE) as runware:
        runware.connect()
        server.wait_for(lambda: pings(server.peers[0]) >= 4)

        assert len(runware.image_inference("a fox", **SMALL)) == 1
        assert len(server.peers) == 1


@pytest.mark.parametrize("delivery", ["sync", "async"])
def test_trap_30_waiting_is_no_loop(delivery: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Heartbeats and polls that look again and again burn a core: while nothing happens, nobody looks."""
    looks: list[str] = []

    def counted(owner: type[Any], name: str) -> None:
        real = getattr(owner, name)

        def look(*arguments: Any) -> Any:
            looks.append(name)
            return real(*arguments)

        monkeypatch.setattr(owner, name, look)

    counted(Watch, "wait")  # the reader
    counted(Connection, "look")  # callers
    counted(Connection, "peek")  # jobs
    with Sandbox(latency=1.2) as sandbox, Runware(KEY, url=sandbox.url, timeout=PATIENCE) as runware:
        request = {**SMALL, "delivery_method": delivery}

        assert len(runware.image_inference("a fox", **request)) == 1

    assert len(looks) < 60, "a loop; a dozen things have happened"
