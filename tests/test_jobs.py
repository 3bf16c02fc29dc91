"""Jobs: submitted, mapped, cancelled, abandoned, and what they buy."""

import asyncio
import gc
import re
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, CancelledError, as_completed, wait
from itertools import count
from queue import SimpleQueue
from typing import Any

import pytest
from server import PATIENCE, Item, Peer, ScriptedServer, eventually, image, instantly

from runware_sync import (
    ClientClosedError,
    ConnectionFailedError,
    GetTaskDetails,
    Image,
    ImageInference,
    InvalidRequestError,
    PromptEnhance,
    RateLimitError,
    Results,
    Runware,
)
from runware_sync.jobs.crew import Bell, Crew
from runware_sync.sandbox import Fault, Sandbox

KEY = "key-of-a-test-4711"
REQUEST = ImageInference("a fox", model="runware:101@1")


class Held:
    """A server that answers a paid task when it is let go."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Peer, Item]] = []

    def __call__(self, peer: Peer, task: Item) -> None:
        if task["taskType"] == "imageInference":
            self.waiting.append((peer, task))
        else:
            instantly(peer, task)

    def let_go(self, number: int = 0) -> str:
        peer, task = self.waiting.pop(number)
        peer.send(image(task))
        return str(task["taskUUID"])


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def server(held: Held) -> Iterator[ScriptedServer]:
    with ScriptedServer(held) as server:
        yield server


def client(server: ScriptedServer, **settings: Any) -> Runware:
    return Runware(KEY, url=server.url, **{"timeout": PATIENCE, **settings})


def workers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "runware-worker" and thread.is_alive()]


# -- one job --------------------------------------------------------------------------------------------------------


def test_a_job_is_a_future_with_its_task_and_its_request(server: ScriptedServer, held: Held) -> None:
    """Returned at once, sent at once, done when the service is."""
    with client(server) as runware:
        job = runware.submit(REQUEST)
        eventually(lambda: held.waiting)

        assert not job.done()
        assert job.running()
        assert job.request is REQUEST
        assert "under way" in repr(job)
        assert job.task_uuid == held.let_go()
        assert isinstance(job.result(PATIENCE), Results)
        assert not job.running()
        assert job.task_uuid in repr(job)
        assert "done" in repr(job)


def test_a_hundred_jobs_in_flight_cost_one_thread(server: ScriptedServer, held: Held) -> None:
    """Which keeps their deadlines; nobody waits for a single one of them."""
    before = set(workers())
    with client(server, max_in_flight=100) as runware:
        jobs = [runware.submit(REQUEST) for _ in range(100)]
        eventually(lambda: len(held.waiting) == 100)

        assert len(set(workers()) - before) <= 1
        while held.waiting:
            held.let_go()
        assert not wait(jobs, PATIENCE).not_done


def test_what_goes_wrong_is_raised_by_the_result(server: ScriptedServer) -> None:
    """With the UUID, as from a blocking call."""
    with client(server) as runware:
        server.answer = _refusing("invalidModel")
        job = runware.submit(REQUEST)

        with pytest.raises(InvalidRequestError) as caught:
            job.result(PATIENCE)

        assert caught.value.task_uuid == job.task_uuid
        assert len(server.paid) == 1


def test_windows_after_the_first_are_driven_by_a_worker(server: ScriptedServer) -> None:
    """Turned away for coming too fast, the task goes again under a child UUID; exactly one is bought."""
    refusals = iter([True, True, False])

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "imageInference" and next(refusals):
            _refusing("rateLimitExceeded", retryAfter=0)(peer, task)
        else:
            instantly(peer, task)

    server.answer = answer
    with client(server, max_retries=2) as runware:
        assert len(runware.submit(REQUEST).result(PATIENCE)) == 1
        assert len({task["taskUUID"] for task in server.paid}) == 3


def test_windows_are_counted_for_jobs_as_for_calls(server: ScriptedServer) -> None:
    """With none after the first there is one purchase."""
    server.answer = _refusing("rateLimitExceeded", retryAfter=0)
    with client(server, max_retries=0) as runware:
        assert isinstance(runware.submit(REQUEST).exception(PATIENCE), RateLimitError)
        assert len(server.paid) == 1


def test_a_window_ends_without_anybody_waiting_in_it(server: ScriptedServer, held: Held) -> None:
    """Its end is a time that the crew keeps; then the service is asked, and the answer counts."""
    asked = threading.Event()

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "getResponse":
            asked.set()
            peer.send(image({**task, "taskType": "imageInference"}, status="success"))
        else:
            held(peer, task)

    server.answer = answer
    with client(server, timeout=0.2, max_retries=1) as runware:
        job = runware.submit(REQUEST)

        assert len(job.result(PATIENCE)) == 1
        assert asked.is_set()
        assert len(server.paid) == 1


def test_a_question_is_a_job_too(server: ScriptedServer) -> None:
    """It waits in a thread, since it asks again and again."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "getTaskDetails":
            peer.send({**task, "request": [], "response": {"data": []}})
        else:
            instantly(peer, task)

    server.answer = answer
    with client(server) as runware:
        details = runware.submit(GetTaskDetails("0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9")).result(PATIENCE)

        assert details.response == {"data": []}


def test_only_requests_can_be_submitted(server: ScriptedServer) -> None:
    """A dict is for `raw`."""
    with client(server) as runware, pytest.raises(TypeError, match="request object"):
        runware.submit({"taskType": "imageInference"})  # type: ignore[arg-type]  # the mistake


def test_nothing_is_sent_where_nobody_answers() -> None:
    """The error of the connection is the job's."""
    with ScriptedServer() as server:
        url = server.url
    with Runware(KEY, url=url, max_retries=0, connect_timeout=2) as runware:
        assert isinstance(runware.submit(REQUEST).exception(PATIENCE), ConnectionFailedError)


def _refusing(code: str, **facts: Any) -> Callable[[Peer, Item], None]:
    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] in {"authentication", "ping"}:
            instantly(peer, task)
        else:
            peer.send(errors=[{"code": code, "message": "no", "taskUUID": task["taskUUID"], **facts}])

    return answer


# -- functions of users -----------------------------------------------------------------------------------------------


def test_functions_run_on_a_worker_and_may_take_their_time(server: ScriptedServer, held: Held) -> None:
    """One that blocks does not keep the others' results."""
    gate = threading.Event()
    seen: list[str] = []
    with client(server) as runware:
        first, second = runware.submit(REQUEST), runware.submit(REQUEST)

        def block(_: object) -> None:
            seen.append(threading.current_thread().name)
            gate.wait(PATIENCE)

        first.add_done_callback(block)
        eventually(lambda: len(held.waiting) == 2)
        uuids = {held.let_go(), held.let_go()}

        assert uuids == {first.task_uuid, second.task_uuid}
        second.result(PATIENCE)
        assert seen == ["runware-worker"]
        assert not gate.is_set()
        gate.set()


def test_partial_results_are_handed_on_by_a_worker(server: ScriptedServer, held: Held) -> None:
    """And one that waits there for another job does not hold it up."""
    parts: list[int] = []
    names: set[str] = set()
    with client(server) as runware:
        other = runware.submit(REQUEST)
        eventually(lambda: held.waiting)

        def on_partial(images: list[Any]) -> None:
            names.add(threading.current_thread().name)
            other.result(PATIENCE)
            parts.append(len(images))

        job = runware.submit(ImageInference("a fox", model="m:1@1", number_results=2, on_partial=on_partial))
        eventually(lambda: len(held.waiting) == 2)
        peer, task = held.waiting.pop()
        peer.send(image(task, 0))
        held.let_go()
        eventually(lambda: parts)
        peer.send(image(task, 1))

        assert len(job.result(PATIENCE)) == 2
        assert sum(parts) == 2
        assert names == {"runware-worker"}


def test_what_a_function_raises_ends_its_job(server: ScriptedServer) -> None:
    """As it ends a blocking call; the task can be collected."""

    def on_partial(_: list[Any]) -> None:
        raise LookupError("mine")

    server.answer = instantly
    with client(server) as runware:
        job = runware.submit(ImageInference("a fox", model="m:1@1", on_partial=on_partial))

        assert isinstance(job.exception(PATIENCE), LookupError)
        assert job.task_uuid in str(getattr(job.exception(), "__notes__", ""))


def test_jobs_fit_into_an_event_loop(server: ScriptedServer) -> None:
    """`asyncio.wrap_future` takes them."""
    server.answer = instantly

    async def main(runware: Runware) -> Results[Image]:
        return await asyncio.wrap_future(runware.submit(REQUEST))

    with client(server) as runware:
        assert len(asyncio.run(main(runware))) == 1


def test_jobs_fit_where_futures_do(server: ScriptedServer) -> None:
    """`as_completed` and `wait` take them."""
    server.answer = instantly
    with client(server) as runware:
        jobs = [runware.submit(REQUEST) for _ in range(10)]

        assert {id(job) for job in jobs} == {id(done) for done in as_completed(jobs, PATIENCE)}
        assert len(wait(jobs, PATIENCE, FIRST_EXCEPTION).done) == 10


# -- room -------------------------------------------------------------------------------------------------------------


def test_no_more_run_than_may(server: ScriptedServer, held: Held) -> None:
    """The others wait for their turn, and have it."""
    with client(server, max_in_flight=2) as runware:
        jobs = [runware.submit(REQUEST) for _ in range(5)]
        eventually(lambda: len(held.waiting) == 2)
        for number in range(5):
            eventually(lambda: held.waiting)
            assert len(server.paid) <= number + 2
            held.let_go()

        assert not wait(jobs, PATIENCE).not_done
        assert len(server.paid) == 5


def test_options_share_the_room(server: ScriptedServer, held: Held) -> None:
    """A client with other defaults is the same client."""
    with client(server, max_in_flight=1) as runware:
        jobs = [runware.submit(REQUEST), runware.with_options(timeout=5).submit(REQUEST)]
        eventually(lambda: held.waiting)

        assert len(server.paid) == 1
        held.let_go()
        eventually(lambda: held.waiting)
        held.let_go()
        assert not wait(jobs, PATIENCE).not_done


# -- cancelling -------------------------------------------------------------------------------------------------------


def test_what_waits_for_its_turn_can_be_cancelled(server: ScriptedServer, held: Held) -> None:
    """It is never sent; what follows it is."""
    with client(server, max_in_flight=1) as runware:
        first, second, third = (runware.submit(REQUEST) for _ in range(3))
        eventually(lambda: held.waiting)

        assert second.cancel()
        assert second.cancel()
        assert "cancelled" in repr(second)
        assert not first.cancel()
        held.let_go()
        eventually(lambda: held.waiting)
        assert held.let_go() == third.task_uuid
        assert first.result(PATIENCE)
        with pytest.raises(CancelledError):
            second.result(PATIENCE)
        third.result(PATIENCE)
        assert not third.cancel()
        assert len(server.paid) == 2


def test_what_has_begun_can_be_cancelled_until_it_is_written(server: ScriptedServer) -> None:
    """While the connection is being made, say."""
    gate = threading.Event()

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "authentication":
            gate.wait(PATIENCE)
        instantly(peer, task)

    server.answer = answer
    with client(server) as runware:
        first, second = runware.submit(REQUEST), runware.submit(REQUEST)

        assert second.cancel()
        assert wait([second], PATIENCE).done
        gate.set()
        assert first.result(PATIENCE)
        assert [task["taskUUID"] for task in server.paid] == [first.task_uuid]
        assert not runware.pending()


# -- closing ----------------------------------------------------------------------------------------------------------


def test_closing_ends_all_jobs_at_once(server: ScriptedServer, held: Held) -> None:
    """Those under way, and those that wait for their turn; none of the latter is bought."""
    runware = client(server, max_in_flight=1)
    jobs = [runware.submit(REQUEST) for _ in range(3)]
    eventually(lambda: held.waiting)
    runware.close()

    assert all(isinstance(job.exception(PATIENCE), ClientClosedError) for job in jobs)
    assert len(server.paid) == 1
    assert isinstance(runware.submit(REQUEST).exception(PATIENCE), ClientClosedError)


def test_leaving_with_waits_for_jobs(server: ScriptedServer, held: Held) -> None:
    """As executors do; `close(wait=True)` is the same."""
    with client(server, max_in_flight=1) as runware:
        jobs = [runware.submit(REQUEST) for _ in range(2)]
        helper = threading.Thread(target=_let_go, args=(held, 2))
        helper.start()

    assert all(job.done() and not job.exception() for job in jobs)
    helper.join(PATIENCE)


def _let_go(held: Held, times: int) -> None:
    for _ in range(times):
        eventually(lambda: held.waiting)
        held.let_go()


def test_leaving_with_an_exception_does_not_wait(server: ScriptedServer, held: Held) -> None:
    """The jobs end with the client."""
    runware = client(server)
    job = runware.submit(REQUEST)
    with pytest.raises(LookupError), runware:  # noqa: PT012 - leaving is what is tested
        eventually(lambda: held.waiting)
        raise LookupError

    assert isinstance(job.exception(PATIENCE), ClientClosedError)


def test_a_job_may_close_its_client(server: ScriptedServer) -> None:
    """Its own function waits for nobody."""
    server.answer = instantly
    runware = client(server)
    job = runware.submit(REQUEST)
    closed = threading.Event()

    def close(_: object) -> None:
        runware.close(wait=True)
        closed.set()

    job.add_done_callback(close)

    assert closed.wait(PATIENCE)
    assert not runware.connected


def test_a_client_lives_until_its_jobs_are_done(server: ScriptedServer, held: Held) -> None:
    """Nobody needs to hold it; afterwards it is collected, also if the job is kept."""
    runware = client(server)
    gone = weakref.ref(runware._connection)
    job = runware.submit(REQUEST)
    eventually(lambda: held.waiting)
    del runware
    gc.collect()

    assert gone() is not None
    held.let_go()
    assert job.result(PATIENCE)

    def collected() -> bool:
        gc.collect()
        return gone() is None

    eventually(collected)


_EXITING = """
import sys, threading
from runware_sync import ImageInference, Runware
runware = Runware("k", url=sys.argv[1], max_in_flight=1)
jobs = [runware.submit(ImageInference("a fox", model="m:1@1")) for _ in range(5)]
def late():
    threading.main_thread().join()
    print("main is over", flush=True)
    sys.stdin.readline()
    print([type(job.exception(20)).__name__ for job in jobs])
threading.Thread(target=late).start()
"""


def test_nothing_that_waits_is_bought_once_exit_has_begun(server: ScriptedServer, held: Held) -> None:
    """What is on its way comes; what waits for its turn ends with an error, and a thread that waits for it goes on."""
    command = [sys.executable, "-c", _EXITING, server.url]
    with subprocess.Popen(  # noqa: S603 - our own script
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "main is over\n"
        eventually(lambda: held.waiting)
        held.let_go()
        output, _ = process.communicate("\n", timeout=PATIENCE)

    assert output.strip() == str(["NoneType", *["ClientClosedError"] * 4])
    assert len(server.paid) == 1


_KILLED = """
import sys
from runware_sync import ImageInference, Runware
runware = Runware("any", url=sys.argv[1])
request = ImageInference("a fox", model="m:1@1", number_results=2, seed=7, delivery_method="async")
job = runware.submit(request)
print(job.task_uuid, flush=True)
sys.stdin.read()
"""


def test_a_job_of_a_process_that_was_killed_is_collected_by_another() -> None:
    """As what it is, and billed once."""
    with Sandbox(latency=0.5) as sandbox:
        command = [sys.executable, "-c", _KILLED, sandbox.url]
        with subprocess.Popen(  # noqa: S603 - our own script
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            uuid = process.stdout.readline().strip()
            eventually(lambda: sandbox.tasks)
            process.kill()
        with Runware("any", url=sandbox.url) as runware:
            images = runware.job(uuid).result(PATIENCE)

        assert isinstance(images, Results)
        assert [image.seed for image in images] == [7, 8]
        assert all(isinstance(image, Image) for image in images)
        assert len(sandbox.tasks) == 1
        assert sandbox.billed == pytest.approx(images.cost)


# -- map --------------------------------------------------------------------------------------------------------------


def numbered(count: int) -> Iterator[PromptEnhance]:
    return (PromptEnhance(f"prompt {number}") for number in range(count))


def speaking(peer: Peer, task: Item) -> None:
    if task["taskType"] == "promptEnhance":
        peer.send({"taskType": task["taskType"], "taskUUID": task["taskUUID"], "text": task["prompt"]})
    else:
        instantly(peer, task)


@pytest.mark.parametrize("ordered", [True, False])
def test_results_come_for_each_request(server: ScriptedServer, ordered: bool) -> None:
    """In the order of the requests, or as they are done."""
    server.answer = speaking
    with client(server, max_in_flight=3) as runware:
        texts = [str(result[0]) for result in runware.map(numbered(50), ordered=ordered)]

        assert (texts if ordered else sorted(texts, key=_number)) == [f"prompt {number}" for number in range(50)]
        assert len(server.paid) == 50


def _number(text: str) -> int:
    return int(text.rpartition(" ")[2])


def test_what_is_done_first_comes_first_if_order_does_not_matter(server: ScriptedServer, held: Held) -> None:
    """A slow call holds nobody up."""
    with client(server) as runware:
        results = runware.map([REQUEST, REQUEST], ordered=False)

        def second() -> None:
            eventually(lambda: len(held.waiting) == 2)
            held.let_go(1)

        helper = threading.Thread(target=second)
        helper.start()
        first = next(results)
        helper.join(PATIENCE)

        assert first.task_uuid not in {task["taskUUID"] for _, task in held.waiting}
        held.let_go()
        assert next(results).task_uuid != first.task_uuid


def test_an_endless_source_is_asked_for_no_more_than_there_is_room(server: ScriptedServer) -> None:
    """Twice as many as may run, begun and not yet read."""
    server.answer = speaking
    taken = []

    def source() -> Iterator[PromptEnhance]:
        for number in count():
            taken.append(number)
            yield PromptEnhance(f"prompt {number}")

    with client(server, max_in_flight=2) as runware:
        results = runware.map(source())

        assert taken == []
        for number in range(10):
            assert str(next(results)[0]) == f"prompt {number}"
            assert len(taken) <= number + 4
        results.close()  # type: ignore[attr-defined]  # it is a generator
        eventually(lambda: not runware.pending())
        assert len(server.paid) <= 14


def test_the_first_failure_ends_it(server: ScriptedServer, held: Held) -> None:
    """Nothing new begins; what had been sent can be collected from this very client, and is billed once."""
    refused: list[tuple[Peer, Item]] = []

    def answer(peer: Peer, task: Item) -> None:
        if task.get("positivePrompt") == "bad":
            refused.append((peer, task))  # as soon as another one has been sent
            return
        held(peer, task)
        while refused and "model" in task:
            _refusing("invalidModel")(*refused.pop())

    server.answer = answer
    good, bad = REQUEST, ImageInference("bad", model="m:1@1")
    with client(server, max_in_flight=2) as runware:
        with pytest.raises(InvalidRequestError) as caught:
            list(runware.map([bad, good, good, good, good], return_exceptions=False))
        noted = re.findall(r"[0-9a-f]{8}-[-0-9a-f]{27}", "".join(caught.value.__notes__))
        eventually(lambda: len(held.waiting) == len(noted))
        while held.waiting:
            held.let_go()

        assert 1 <= len(noted) <= 2
        for uuid in noted:
            assert runware.job(uuid).result(PATIENCE).task_uuid == uuid
        assert {task["taskUUID"] for task in server.paid[1:]} == set(noted)


def test_what_was_done_and_not_read_is_not_lost(server: ScriptedServer) -> None:
    """It waits on the shelf, and is collected without asking."""
    bad: list[Item] = []

    def answer(peer: Peer, task: Item) -> None:
        if task.get("positivePrompt") == "bad":
            bad.append(task)
        else:
            instantly(peer, task)
        if len(server.paid) == 3:
            _refusing("invalidModel")(peer, bad[0])

    server.answer = answer
    with client(server) as runware:
        results = runware.map([ImageInference("bad", model="m:1@1"), REQUEST, REQUEST])
        with pytest.raises(InvalidRequestError):
            next(results)
        uuids = [task["taskUUID"] for task in server.paid[1:]]

        assert [len(runware.job(uuid).result(PATIENCE)) for uuid in uuids] == [1, 1]
        assert "getResponse" not in {task["taskType"] for task in server.received}


def test_exceptions_can_be_results(server: ScriptedServer) -> None:
    """Then nothing ends early."""

    def answer(peer: Peer, task: Item) -> None:
        (_refusing("invalidModel") if task.get("prompt") == "prompt 1" else speaking)(peer, task)

    server.answer = answer
    with client(server) as runware:
        results = list(runware.map(numbered(3), return_exceptions=True))

        assert [type(result).__name__ for result in results] == ["Results", "InvalidRequestError", "Results"]


def test_leaving_the_loop_begins_nothing_new(server: ScriptedServer, held: Held) -> None:
    """What waits for its turn is taken back."""
    with client(server, max_in_flight=2) as runware:
        helper = threading.Thread(target=_let_go, args=(held, 1))
        helper.start()
        for _ in runware.map(iter([REQUEST] * 10), ordered=False):
            break
        helper.join(PATIENCE)
        gc.collect()
        bought = len(server.paid)
        while held.waiting:
            held.let_go()
        eventually(lambda: not runware.pending())

        assert bought <= 3
        assert len(server.paid) <= 3


def test_a_thousand_calls_through_map_are_billed_once_each() -> None:
    """Against the sandbox, which counts, with the connection dropped now and then."""
    with (
        Sandbox(faults=[Fault("drop", every=97)]) as sandbox,
        Runware(KEY, url=sandbox.url, max_in_flight=100, max_retries=5) as runware,
    ):
        results = list(runware.map((PromptEnhance(f"p {n}") for n in range(1000)), ordered=False))

        assert len(results) == 1000
        assert len(sandbox.tasks) == 1000
        assert sandbox.billed == pytest.approx(1000 * 0.0002)


# -- the crew ---------------------------------------------------------------------------------------------------------


def test_a_bell_that_rang_before_anybody_waited_is_heard() -> None:
    """And one that is not rung is rung by the clock."""
    crew, done = Crew(), threading.Event()
    bell = Bell(crew, lambda _bell: done.set())
    bell.set_result(None)

    assert not done.is_set()
    crew.wait(bell, time.monotonic() + PATIENCE)
    assert done.wait(PATIENCE)
    late = threading.Event()
    crew.wait(Bell(crew, lambda _bell: late.set()), time.monotonic() + 0.05)
    assert late.wait(PATIENCE)


def test_a_bell_rings_once_for_each_wait() -> None:
    """The clock and the reader may come together; a ring that nobody waited for counts for the next wait alone."""
    crew, rings = Crew(), SimpleQueue[Bell]()
    bell = Bell(crew, rings.put)
    for _ in range(3):
        crew.wait(bell, time.monotonic() + 2 * PATIENCE)
        bell.set_result(None)
        assert rings.get(timeout=PATIENCE) is bell
    bell.set_result(None)
    bell.set_result(None)
    crew.wait(bell, time.monotonic() + 2 * PATIENCE)
    assert rings.get(timeout=PATIENCE) is bell

    crew.wait(bell, time.monotonic() + 2 * PATIENCE)
    after = threading.Event()
    crew.put(after.set)
    assert after.wait(PATIENCE)
    assert rings.empty()


def test_the_clock_and_the_reader_ring_a_bell_together() -> None:
    """It is heard once."""
    crew, times = Crew(), []
    bell = Bell(crew, lambda _bell: times.append(1))
    crew.wait(bell, time.monotonic() - 1)
    bell.set_exception(LookupError())
    bell.set_result(None)
    after = threading.Event()
    crew.put(after.set)

    assert after.wait(PATIENCE)
    assert times == [1]


def test_a_worker_that_fails_does_not_end_the_crew(caplog: pytest.LogCaptureFixture) -> None:
    """It says so in the log."""
    crew, done = Crew(), threading.Event()

    def fail() -> None:
        raise LookupError

    crew.put(fail)
    crew.put(done.set)

    assert done.wait(PATIENCE)
    assert "please report" in caplog.text


def test_workers_without_work_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while, the last one too."""
    monkeypatch.setattr("runware_sync.jobs.crew._LINGER", 0.05)
    crew, done = Crew(), threading.Event()
    crew.put(done.set)
    assert done.wait(PATIENCE)

    eventually(lambda: not crew._workers)
    again = threading.Event()
    crew.put(again.set)
    assert again.wait(PATIENCE)
