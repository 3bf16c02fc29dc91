"""Traps of making a connection: several at one time, herds, counters, and what a failure is called."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import peers
import pytest
from server import PATIENCE, Answer, Item, Peer, ScriptedServer, eventually, instantly
from traps.scene import KEY, SMALL, readers, small_talk

from runware_sync import (
    AuthenticationError,
    ClientClosedError,
    ConnectionFailedError,
    ConnectTimeoutError,
    ImageInference,
    Runware,
)
from runware_sync.calls.retrying import Policy
from runware_sync.connection.exchange import Exchange
from runware_sync.connection.reader import Reader
from runware_sync.connection.waker import Waker
from runware_sync.connection.watch import Watch
from runware_sync.options import Settings
from runware_sync.sandbox import Sandbox


def test_trap_31_many_threads_make_one_connection(server: ScriptedServer, runware: Runware) -> None:
    """Where each caller dials for itself, several sockets open: at the beginning, and again after a loss."""
    together = threading.Barrier(12)
    real = runware._connection._resolve

    def resolve(url: str) -> str:
        together.wait(PATIENCE)  # all have found that there is no connection, and none has begun one
        return real(url)

    runware._connection._resolve = resolve

    def act(number: int) -> object:
        return runware.connect() if number % 2 else runware.image_inference("a fox", **SMALL)

    with ThreadPoolExecutor(12) as pool:
        assert all(pool.map(act, range(12)))
        assert len(server.peers) == 1

        runware._connection._resolve = real
        server.peers[0].reset()
        assert all(pool.map(act, range(12)))
        assert len(server.peers) == 2
    assert len(readers()) == 1


def test_trap_31_closing_while_connecting_is_no_error() -> None:
    """Where a socket that is not open yet is closed, that throws; here all who wait hear that it was closed."""
    with peers.peer(peers.linger) as silent, ThreadPoolExecutor(2) as pool:
        runware = Runware(KEY, url=f"ws://127.0.0.1:{silent.port}/v1", timeout=PATIENCE, connect_timeout=PATIENCE)
        connecting = pool.submit(runware.connect)
        calling = pool.submit(lambda: runware.image_inference("a fox", **SMALL))
        eventually(lambda: silent.connections and runware.pending())

        runware.close()

        assert isinstance(connecting.exception(PATIENCE), ClientClosedError)
        assert isinstance(calling.exception(PATIENCE), ClientClosedError)
        assert silent.connections == 1
    eventually(lambda: not readers())


def test_trap_36_jitter_is_added_after_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is capped too, all clients of a long outage come back at the same moment."""
    dials: list[float] = []
    monkeypatch.setattr(Watch, "pause", lambda _watch, seconds, _ended: dials.append(seconds))
    reader = Reader(Exchange(), Waker(), Settings(), "ws://127.0.0.1:1/v1")
    for _ in range(50):
        reader._pause(30)
    windows = [Policy(retries=30).pause(None, 30) for _ in range(50)]
    reader._watch.close()

    for pauses in (dials, windows):
        assert len(set(pauses)) > 40
        assert min(pauses) >= 30.0


def far_away(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let the pauses between dials be an hour; return a list that fills with them."""
    pauses: list[float] = []
    real = Watch.pause

    def pause(watch: Watch, seconds: float, *others: object) -> None:
        pauses.append(seconds - 3600.0)
        real(watch, seconds, *others)  # type: ignore[arg-type] # whatever it takes

    monkeypatch.setattr("runware_sync.connection.reader.random", SimpleNamespace(random=lambda: 3600.0))
    monkeypatch.setattr(Watch, "pause", pause)
    return pauses


def test_trap_37_connect_ends_a_long_pause_and_begins_to_count_anew(
    server: ScriptedServer, runware: Runware, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the counter is kept, an explicit connect() after an outage waits as long as the hundredth dial."""
    pauses = far_away(monkeypatch)
    works = threading.Event()

    def answer(peer: Peer, task: Item) -> None:
        if works.is_set():
            instantly(peer, task)
        elif peer.number > 1 or not small_talk(peer, task):
            peer.reset()

    server.answer = answer
    call = runware.submit(ImageInference("a fox", **SMALL))
    eventually(lambda: len(pauses) == 1)
    with pytest.raises(ConnectionFailedError):
        runware.connect()
    eventually(lambda: len(pauses) == 2)
    works.set()

    runware.connect()

    assert runware.connected
    assert call.result(PATIENCE)
    assert [1.0, 1.0] == pauses
    assert len({task["taskUUID"] for task in server.paid}) == 1


def test_trap_38_a_wrong_key_is_told_at_once() -> None:
    """Where it is not told apart, connecting waits for ever, again and again."""
    with Sandbox(api_keys={"the right one"}) as sandbox, Runware(KEY, url=sandbox.url) as runware:
        for attempt in (runware.connect, lambda: runware.image_inference("a fox", **SMALL)):
            with pytest.raises(AuthenticationError):
                attempt()

        assert len(sandbox.connections) == 2
        assert [] == sandbox.tasks


def closes(peer: Peer, _task: Item) -> None:
    peer.close(1011)


def resets(peer: Peer, _task: Item) -> None:
    peer.reset()


def says_nothing(_peer: Peer, _task: Item) -> None:
    pass


def is_overloaded(peer: Peer, task: Item) -> None:
    peer.send(errors=[{"code": "serviceUnavailable", "taskType": task["taskType"]}])


@pytest.mark.parametrize("trouble", [closes, resets, says_nothing, is_overloaded])
def test_trap_38_a_network_that_fails_is_no_wrong_key(trouble: Answer) -> None:
    """Where every failure of a sign-in is told as a bad key, people look for it in the wrong place."""
    with ScriptedServer(trouble) as server, pytest.raises(ConnectionFailedError) as caught:
        Runware.initialize(KEY, url=server.url, connect_timeout=1.0)

    assert not isinstance(caught.value, AuthenticationError)
    assert isinstance(caught.value, ConnectTimeoutError) == (trouble is says_nothing)
