"""`fork`: the child begins with its own, its parent goes on as if nothing had been, and nobody pays twice."""

import concurrent.futures
import os
import pickle
import select
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import pytest
from server import PATIENCE, Item, Peer, ScriptedServer, eventually, image, instantly

from runware_sync import ClientClosedError, ImageInference, Runware
from runware_sync.content.route import Kept
from runware_sync.wire import structuring

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),  # from 3.12 on: threads are running, on purpose
]

ROOT = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"
KEY = "key-of-a-test-4711"
REQUEST = ImageInference("a fox", model="runware:101@1")
CHILDS = ImageInference("a hare", model="runware:101@1")


class Held:
    """Answers foxes when they are let go, and everything else at once."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Peer, Item]] = []

    def __call__(self, peer: Peer, task: Item) -> None:
        if task.get("positivePrompt") == "a fox":
            self.waiting.append((peer, task))
        else:
            instantly(peer, task)

    def let_go(self) -> bool:
        while self.waiting:
            peer, task = self.waiting.pop(0)
            peer.send(image(task))
        return False


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def server(held: Held) -> Iterator[ScriptedServer]:
    with ScriptedServer(held) as server:
        yield server


@pytest.fixture
def runware(server: ScriptedServer) -> Iterator[Runware]:
    runware = Runware(KEY, url=server.url, timeout=PATIENCE, max_in_flight=2)
    yield runware
    runware.close(timeout=0.5)


def in_child(work: Callable[[], Any]) -> Any:
    """Do something in a forked child; return what it returned or raised there. A child that hangs fails the test."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:  # pragma: no cover - in another process
        try:
            os.close(ours)
            try:
                came = work()
            except BaseException as error:  # noqa: BLE001 - the parent looks at it
                came = error
            with os.fdopen(theirs, "wb") as pipe:
                pickle.dump(came, pipe)
        finally:
            os._exit(0)
    os.close(theirs)
    try:
        with os.fdopen(ours, "rb") as pipe:
            ready, _, _ = select.select([pipe], [], [], PATIENCE)
            assert ready, "the child hangs"
            return pickle.load(pipe)  # noqa: S301 - our own child's
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def prompts(tasks: list[Item]) -> list[str]:
    return [task["positivePrompt"] for task in tasks if "positivePrompt" in task]


def test_a_child_calls_while_its_parent_waits(server: ScriptedServer, held: Held, runware: Runware) -> None:
    """On a connection of its own; the parent's call is answered on the parent's, and each is bought once."""
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(runware.run, REQUEST)
        server.wait_for(lambda: held.waiting)

        images = in_child(lambda: runware.run(CHILDS))
        held.let_go()

        assert len(images) == 1
        assert len(call.result(PATIENCE)) == 1
    assert [["a fox"], ["a hare"]] == [prompts(peer.tasks) for peer in server.peers]
    assert runware.connected


def test_a_child_leaves_its_parent_s_connection_alone(server: ScriptedServer, runware: Runware) -> None:
    """Closing in the child closes what is the child's."""
    runware.run(CHILDS)

    def work() -> tuple[bool, list[Any], bool, str]:
        before = runware.connected
        waiting = runware.pending()
        runware.close()
        return before, waiting, runware.connected, repr(runware)

    assert (False, [], False) == in_child(work)[:3]
    assert runware.connected
    assert len(runware.run(CHILDS)) == 1
    assert len(server.peers) == 1


@pytest.mark.parametrize("which", ["in flight", "queued", "reopened"])
def test_the_child_s_copies_of_jobs_fail_instead_of_hanging(
    server: ScriptedServer, held: Held, runware: Runware, which: str
) -> None:
    """However they are waited for; in the parent they go on, and only there are functions called."""
    jobs = [runware.submit(REQUEST) for _ in range(3)]
    server.wait_for(lambda: len(held.waiting) == 2)
    job: Any = {"in flight": jobs[0], "queued": jobs[2]}.get(which) or runware.job(
        "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"
    )
    told: list[int] = []
    job.add_done_callback(lambda _job: told.append(os.getpid()))

    def work() -> tuple[BaseException | None, bool, bool, bool, list[int]]:
        finished, _ = concurrent.futures.wait([job], PATIENCE / 2)
        completed = list(concurrent.futures.as_completed([job], PATIENCE / 2))
        return job.exception(PATIENCE / 2), job in finished, job in completed, job.cancel(), told

    error, *ways, callbacks = in_child(work)

    assert isinstance(error, ClientClosedError)
    assert "parent process" in str(error)
    assert error.task_uuid == job.task_uuid
    assert [True, True, False] == ways
    assert [] == callbacks
    held.let_go()
    server.wait_for(lambda: len(server.paid) == 3)
    eventually(lambda: held.let_go() or all(one.done() for one in jobs))
    assert [1, 1, 1] == [len(one.result()) for one in jobs]
    if which != "reopened":
        eventually(lambda: told)
        assert [os.getpid()] == told
    assert len(server.peers) == 1


@pytest.mark.parametrize("ordered", [True, False])
def test_a_map_that_is_under_way_ends_in_the_child(
    server: ScriptedServer, held: Held, runware: Runware, ordered: bool
) -> None:
    """It buys nothing there; in the parent it goes on."""
    results = runware.map([REQUEST] * 3, ordered=ordered)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(next, results)
        server.wait_for(lambda: len(held.waiting) == 2)
        held.let_go()
        assert len(first.result(PATIENCE)) == 1

    error = in_child(lambda: list(results))

    assert isinstance(error, ClientClosedError)
    with ThreadPoolExecutor(1) as pool:
        rest = pool.submit(list, results)
        eventually(lambda: held.let_go() or rest.done())
        assert len(rest.result(PATIENCE)) == 2
    assert len(server.paid) == 3
    assert len(server.peers) == 1


def test_leaving_with_in_the_child_does_not_wait_for_the_parent_s_jobs(
    server: ScriptedServer, held: Held, runware: Runware
) -> None:
    """They are no jobs of its own."""
    job = runware.submit(REQUEST)
    server.wait_for(lambda: held.waiting)

    def work() -> str:
        with runware:
            runware.run(CHILDS)
        return "left"

    assert in_child(work) == "left"
    held.let_go()
    assert len(job.result(PATIENCE)) == 1
    assert len(server.paid) == 2


def test_a_call_whose_function_forks_goes_on_in_the_parent_alone(server: ScriptedServer, runware: Runware) -> None:
    """The child's half of it ends: two processes that repair one purchase might buy it twice."""
    forked = threading.Event()

    def answer(peer: Peer, task: Item) -> None:
        if task.get("numberResults") == 2:
            peer.send(image(task, 0))
            forked.wait(PATIENCE)
            peer.send(image(task, 1))
        else:
            instantly(peer, task)

    server.answer = answer
    ours, theirs = os.pipe()
    pids: list[int] = []

    def on_partial(_images: list[Any]) -> None:
        if not pids:
            pids.append(os.fork())
            forked.set()

    def call() -> str:
        images = runware.image_inference("a fox", model="runware:101@1", number_results=2, on_partial=on_partial)
        return f"{len(images)} images"

    came = ""
    try:
        came = call()
    except Exception as error:  # noqa: BLE001 - in the child: the parent looks at it
        came = type(error).__name__
    finally:
        if pids == [0]:  # pragma: no cover - in the child
            os.write(theirs, came.encode())
            os._exit(0)
    os.waitpid(pids[0], 0)

    assert came == "2 images"
    assert os.read(ours, 100) == b"ClientClosedError"
    os.close(ours)
    os.close(theirs)
    assert len(server.paid) == 1
    assert len(server.peers) == 1


LOCKS: dict[str, Callable[[Runware], AbstractContextManager[Any]]] = {
    "the connection's": lambda runware: runware._connection.exchange.lock,
    "the jobs'": lambda runware: runware._agenda.crew.lock,
    "the download's": lambda runware: runware._route._lock,
    "the results'": lambda _runware: structuring._lock,
}


@pytest.mark.parametrize("whose", LOCKS)
def test_a_lock_that_was_held_elsewhere_is_open_in_the_child(
    server: ScriptedServer, runware: Runware, whose: str
) -> None:
    """The thread that held it does not exist there, and would never give it back."""
    runware.run(CHILDS)
    taken, enough = threading.Event(), threading.Event()

    def hold() -> None:
        with LOCKS[whose](runware):
            taken.set()
            enough.wait(PATIENCE)

    thread = threading.Thread(target=hold)
    thread.start()
    assert taken.wait(PATIENCE)

    def work() -> tuple[int, int]:
        runware._route._open()
        with runware:
            return len(runware.run(CHILDS)), len(runware.submit(CHILDS).result(PATIENCE))

    try:
        assert in_child(work) == (1, 1)
    finally:
        enough.set()
        thread.join()


def test_content_that_was_being_fetched_is_fetched_by_the_child_itself() -> None:
    """It does not wait for a thread that it has not got."""
    kept = Kept()
    begun, enough = threading.Event(), threading.Event()

    def slowly() -> bytes:
        begun.set()
        enough.wait(PATIENCE)
        return b"the parent's"

    with ThreadPoolExecutor(1) as pool:
        parent = pool.submit(kept.get, slowly)
        assert begun.wait(PATIENCE)

        assert in_child(lambda: kept.get(lambda: b"the child's")) == b"the child's"
        enough.set()
        assert parent.result(PATIENCE) == b"the parent's"


def test_threads_of_a_child_share_one_connection(server: ScriptedServer, runware: Runware) -> None:
    """However many of them make the first call at the same moment."""
    runware.run(CHILDS)

    def work() -> int:
        gate = threading.Barrier(8)

        def call() -> int:
            gate.wait(PATIENCE)
            return len(runware.run(CHILDS))

        with ThreadPoolExecutor(8) as pool:
            return sum(future.result(PATIENCE) for future in [pool.submit(call) for _ in range(8)])

    assert in_child(work) == 8
    assert len(server.peers) == 2
    assert len(server.paid) == 9


def test_a_child_gives_its_parent_s_descriptors_back(server: ScriptedServer, runware: Runware) -> None:
    """A connection ends when its owner closes it, and not when the last child has gone."""
    runware.run(CHILDS)
    sock = runware._connection.exchange.wire
    assert sock is not None
    name = sock.getsockname()

    assert in_child(sock.fileno) == -1
    assert sock.getsockname() == name
