"""Traps of a connection that is lost: sessions forgotten, results dropped, callers left waiting."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from server import PATIENCE, Item, Peer, ScriptedServer, eventually, image, instantly
from traps.scene import KEY, QUESTIONS, SMALL, readers, received, small_talk

from runware_sync import ImageInference, Runware
from runware_sync.connection.reader import Reader
from runware_sync.sandbox import Fault, Sandbox

UNHELPFUL: dict[str, Any] = {"sync_questions": "silence", "task_log": False}  # asking brings nothing


@pytest.mark.parametrize("how", ["close", "eof", "reset", 1001, 1012])
def test_trap_05_any_end_of_the_stream_is_a_drop(how: str | int) -> None:
    """A clean close raises no error anywhere: where only errors reconnect, the client is silently dead."""
    with (
        Sandbox(faults=[Fault("drop", at=1, how=how)]) as sandbox,
        Runware(KEY, url=sandbox.url, timeout=PATIENCE) as runware,
    ):
        assert len(runware.image_inference("a fox", **SMALL)) == 1
        assert len(sandbox.connections) == 2
        assert sandbox.purchases == 1

        sandbox.drop(how)  # while nobody waits

        sandbox.wait_for(lambda: len(sandbox.connections) == 3 and sandbox.connections[2].signed_in, PATIENCE)
        assert len(runware.image_inference("a hare", **SMALL)) == 1
        assert sandbox.tasks[1].connection == 3


@pytest.mark.parametrize("resume", ["same", "new"])
def test_trap_14_the_session_outlives_the_connection(resume: str) -> None:
    """Where its UUID is dropped with the socket, what was computed in the gap is lost: only a replay can bring it."""
    with (
        Sandbox(faults=[Fault("drop", every=1, count=2)], resume=resume, **UNHELPFUL) as sandbox,
        Runware(KEY, url=sandbox.url, timeout=PATIENCE) as runware,
    ):
        for _ in range(2):
            assert len(runware.image_inference("a fox", number_results=2, **SMALL)) == 2

        assert [False, True, True] == [one.resumed for one in sandbox.connections]
        assert sandbox.purchases == 4


def test_trap_15_frames_before_the_reply_to_the_sign_in_count() -> None:
    """Where they are discarded, what the service replays early is lost."""
    with (
        Sandbox(faults=[Fault("drop", at=1)], replay_first=True, **UNHELPFUL) as sandbox,
        Runware(KEY, url=sandbox.url, timeout=PATIENCE) as runware,
    ):
        assert len(runware.image_inference("a fox", number_results=3, **SMALL)) == 3

        assert len(sandbox.connections) == 2
        assert sandbox.purchases == 3


def test_trap_16_all_who_wait_go_on_waiting_across_a_reconnection(server: ScriptedServer, runware: Runware) -> None:
    """Where listeners go with the socket, every call in flight hangs: threads, jobs, and those of several results."""

    def answer(peer: Peer, task: Item) -> None:
        if peer.number == 1:
            small_talk(peer, task)
        elif task["taskType"] == "authentication":
            instantly(peer, task)
            peer.send(*[image(kept, number) for kept in list(server.paid) for number in range(2)])
        else:
            instantly(peer, task)

    server.answer = answer
    with ThreadPoolExecutor(6) as pool:
        calls = [pool.submit(runware.run, ImageInference("a fox", number_results=2, **SMALL)) for _ in range(6)]
        jobs = [runware.submit(ImageInference("a hare", number_results=2, **SMALL)) for _ in range(6)]
        server.wait_for(lambda: len(server.paid) == 12)

        server.peers[0].reset()

        assert [2] * 12 == [len(call.result(PATIENCE)) for call in [*calls, *jobs]]
    assert len(server.paid) == 12
    assert [] == received(server, *QUESTIONS)
    assert [] == runware.pending()


def test_trap_32_what_a_replaced_socket_still_does_is_nobody_s(server: ScriptedServer) -> None:
    """Where its late events are taken for the new one's, a result or a close of the old socket breaks the new one."""

    def answer(peer: Peer, task: Item) -> None:
        if peer.number > 1 or task["taskType"] == "authentication":
            instantly(peer, task)

    server.answer = answer
    with Runware(KEY, url=server.url, heartbeat=0.5, timeout=PATIENCE) as runware:
        runware.connect()
        server.wait_for(lambda: len(server.peers) == 2)  # the first fell silent
        eventually(lambda: runware.connected)

        server.peers[0].send({"taskType": "authentication", "connectionSessionUUID": "late"})
        server.peers[0].close()
        server.peers[0].reset()

        assert len(runware.image_inference("a fox", **SMALL)) == 1
        assert runware.connected
        assert len(server.peers) == 2


def test_trap_32_an_old_reader_s_end_does_not_close_the_new_connection(
    server: ScriptedServer, runware: Runware, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closed and connected again while the first reader has not ended: when it does, it takes nothing with it."""
    go_on = threading.Event()
    monkeypatch.setattr(Reader, "_say_goodbye", lambda *_: go_on.wait(PATIENCE))
    runware.connect()
    (old,) = readers()

    runware.close(timeout=0.1)
    assert old.is_alive()
    runware.connect()
    go_on.set()
    old.join(PATIENCE)

    assert not old.is_alive()
    assert runware.connected
    assert len(runware.image_inference("a fox", **SMALL)) == 1
    assert len(server.peers) == 2
