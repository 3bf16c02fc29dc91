"""Ctrl-C, and what else may be raised, where a job begins or ends: nothing is lost, nothing waits for ever."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from server import PATIENCE, eventually

from runware_sync import (
    ClientClosedError,
    ConnectionFailedError,
    ImageInference,
    InvalidRequestError,
    Job,
    Runware,
    errands,
)
from runware_sync.calls import call
from runware_sync.jobs import crew as crews
from runware_sync.jobs.agenda import Agenda
from runware_sync.jobs.crew import Crew
from runware_sync.sandbox import Sandbox
from runware_sync.uploads import Freight, Uploads
from runware_sync.uuids import fresh_uuid

REQUEST = ImageInference("a fox", model="runware:101@1", width=128, height=128)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def client(sandbox: Sandbox, **settings: Any) -> Runware:
    return Runware(url=sandbox.url, api_key="any", **{"timeout": PATIENCE, **settings})


def once(
    monkeypatch: pytest.MonkeyPatch, place: Any, name: str, error: BaseException, when: Callable[[], object] = list
) -> None:
    """Have a function raise something in the place of its work, the first time, after waiting for something else."""
    real = getattr(place, name)
    left = [error]

    def instead(*args: Any, **kwargs: Any) -> Any:
        if left:
            when()
            raise left.pop()
        return real(*args, **kwargs)

    monkeypatch.setattr(place, name, instead)


def collected(runware: Runware, error: BaseException) -> Any:
    """Return what the job brings that an interrupt's note names."""
    (note,) = error.__notes__
    return runware.job(note.partition("client.job('")[2].partition("'")[0]).result(PATIENCE)


def test_ctrl_c_after_a_job_was_opened_leaves_it_to_be_collected(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`submit` raises it, with a note; the call has no owner any more, and is billed once."""
    once(monkeypatch, Crew, "wait", KeyboardInterrupt(), lambda: eventually(lambda: sandbox.billed))
    with client(sandbox, max_in_flight=1) as runware:
        with pytest.raises(KeyboardInterrupt) as caught:
            runware.submit(REQUEST)

        assert [] == runware.pending()
        assert len(collected(runware, caught.value)) == 1
        assert len(runware.submit(REQUEST).result(PATIENCE)) == 1
    assert len(sandbox.tasks) == 2


def test_ctrl_c_before_a_job_has_begun_takes_no_place(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was not bought, and others go on."""
    once(monkeypatch, Job, "begin", KeyboardInterrupt())
    with client(sandbox, max_in_flight=1) as runware:
        with pytest.raises(KeyboardInterrupt):
            runware.submit(REQUEST)

        assert len(runware.submit(REQUEST).result(PATIENCE)) == 1
    assert len(sandbox.tasks) == 1


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("a bug")], ids=repr)
def test_what_ends_the_making_of_a_result_leaves_it_on_the_shelf(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    """It had come and was paid for; nobody but this client may know it any more."""
    sandbox.change(sync_questions="unknown", task_log=False)
    with client(sandbox) as runware:
        once(monkeypatch, errands, "attach", error)
        request = ImageInference("a", model="m:1@1", width=128, height=128, task_uuid=fresh_uuid())
        with pytest.raises(type(error)):
            runware.run(request)

        assert len(runware.job(str(request.task_uuid)).result(PATIENCE)) == 1
    assert len(sandbox.tasks) == 1


def test_a_job_that_cannot_make_its_result_leaves_it_on_the_shelf(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same, on a worker."""
    sandbox.change(sync_questions="unknown", task_log=False)
    with client(sandbox) as runware:
        once(monkeypatch, errands, "attach", ValueError("a bug"))
        job = runware.submit(REQUEST)

        assert isinstance(job.exception(PATIENCE), ValueError)
        assert len(runware.job(job.task_uuid).result(PATIENCE)) == 1
    assert len(sandbox.tasks) == 1


def test_ctrl_c_while_jobs_are_waited_for_closes_and_buys_no_more(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leaving `with` is the wait."""
    sandbox.change(latency=0.2)
    once(monkeypatch, Agenda, "finish", KeyboardInterrupt())
    runware, jobs = client(sandbox, max_in_flight=1), list[Job[Any]]()
    with pytest.raises(KeyboardInterrupt), runware:
        jobs += [runware.submit(REQUEST) for _ in range(5)]

    assert not runware.connected
    assert all(isinstance(job.exception(PATIENCE), ClientClosedError) for job in jobs)
    assert len(sandbox.tasks) <= 1


# -- users' functions -------------------------------------------------------------------------------------------------


def leave(_job: object) -> None:
    raise SystemExit


def test_a_function_that_ends_the_program_takes_no_place(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    """A worker is not the program; the next job begins."""
    sandbox.change(latency=0.05)
    with client(sandbox, max_in_flight=1) as runware:
        jobs = [runware.submit(REQUEST) for _ in range(3)]
        for job in jobs:
            job.add_done_callback(leave)

        assert [1, 1, 1] == [len(job.result(PATIENCE)) for job in jobs]
    assert len(sandbox.tasks) == 3


def test_functions_of_jobs_that_a_close_ends_may_do_anything(sandbox: Sandbox) -> None:
    """Cancel others, or end the program: the connection is closed, and every job is over."""
    sandbox.change(latency=PATIENCE)
    runware = client(sandbox, max_in_flight=1)
    jobs = [runware.submit(REQUEST) for _ in range(4)]
    jobs[1].add_done_callback(lambda _job: [job.cancel() for job in jobs])
    jobs[2].add_done_callback(leave)
    with suppress(SystemExit):
        runware.close()

    assert not runware.connected
    eventually(lambda: all(job.done() for job in jobs))


# -- cancelling -------------------------------------------------------------------------------------------------------


def test_a_job_may_be_cancelled_in_the_moment_in_which_it_begins(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker finds that it was stopped before its canceller has said so to the future."""
    real = Agenda.stop

    def stop(agenda: Agenda, job: Any) -> bool:
        agenda._queue.remove(job)  # as a worker does in this moment
        agenda._running.add(job)
        job.is_called = True
        stopped = real(agenda, job)
        job.begin()
        return stopped

    with client(sandbox, max_in_flight=1) as runware:
        sandbox.change(latency=0.1)
        first, second = runware.submit(REQUEST), runware.submit(REQUEST)
        monkeypatch.setattr(Agenda, "stop", stop)

        assert second.cancel()
        assert second.cancelled()
        assert len(first.result(PATIENCE)) == 1
    assert len(sandbox.tasks) == 1


def test_what_is_cancelled_before_it_is_opened_is_never_sent(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the two nothing has been written, so that the cancelling holds."""
    with client(sandbox, max_in_flight=1) as runware:
        sandbox.change(latency=0.1)
        first, second = runware.submit(REQUEST), runware.submit(REQUEST)
        said: list[bool] = []
        real = runware._connection.open

        def opened(slot: Any, bell: Any = None) -> None:
            if slot.root == second.task_uuid:
                said.append(second.cancel())
            real(slot, bell)

        monkeypatch.setattr(runware._connection, "open", opened)
        assert len(first.result(PATIENCE)) == 1
        eventually(second.done)

        assert [True] == said
        assert second.cancelled()
        assert call._WITHDRAWN.__traceback__ is None  # which all of them share, and which would keep their frames
    assert len(sandbox.tasks) == 1


# -- threads that do not start ----------------------------------------------------------------------------------------


class Refusing:
    """`threading`, where the first thread cannot be started."""

    def __init__(self, error: BaseException) -> None:
        self.errors = [error]

    def __getattr__(self, name: str) -> Any:
        return getattr(threading, name)

    def Thread(self, **kwargs: Any) -> threading.Thread:  # noqa: N802 - its name
        if self.errors:
            raise self.errors.pop()
        return threading.Thread(**kwargs)


def test_jobs_wait_for_a_worker_that_cannot_be_started(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is raised where nobody could do anything about it; the next event tries again."""
    with client(sandbox) as runware:
        runware.connect()
        monkeypatch.setattr(crews, "threading", Refusing(RuntimeError("can't start new thread")))
        jobs = [runware.submit(REQUEST) for _ in range(2)]

        assert [1, 1] == [len(job.result(PATIENCE)) for job in jobs]
    assert "no thread for jobs" in caplog.text
    assert len(sandbox.tasks) == 2


def test_ctrl_c_while_a_worker_starts_leaves_the_client_whole(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next job has its worker."""
    with client(sandbox) as runware:
        runware.connect()
        monkeypatch.setattr(crews, "threading", Refusing(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            runware.submit(REQUEST)

        assert len(runware.submit(REQUEST).result(PATIENCE)) == 1


def test_ctrl_c_while_the_reader_starts_leaves_the_client_whole(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if the thread starts all the same, and finds that nobody wants it."""
    real = threading.Thread.start
    left = [KeyboardInterrupt()]

    def start(thread: threading.Thread) -> None:
        real(thread)
        if thread.name == "runware-reader" and left:
            raise left.pop()

    monkeypatch.setattr(threading.Thread, "start", start)
    with client(sandbox) as runware:
        with pytest.raises(KeyboardInterrupt):
            runware.run(REQUEST)

        assert len(runware.run(REQUEST)) == 1
    eventually(lambda: "runware-reader" not in {thread.name for thread in threading.enumerate()})
    assert len(sandbox.tasks) == 1


# -- waiting for others -----------------------------------------------------------------------------------------------


def test_a_deadline_is_kept_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last worker has gone meanwhile, and an earlier deadline that nobody waits for any more has not come."""
    monkeypatch.setattr(crews, "_LINGER", 0.01)
    crew, rung = Crew(), threading.Event()
    bell = crews.Bell(crew, lambda _bell: rung.set())
    crew.wait(bell, time.monotonic() + 0.3)
    bell.set_result(None)
    assert rung.wait(PATIENCE)
    eventually(lambda: not crew._workers)
    late = threading.Event()

    crew.wait(crews.Bell(crew, lambda _bell: late.set()), time.monotonic() + 0.4)

    assert late.wait(PATIENCE)


def test_an_interrupt_while_an_upload_is_noted_leaves_nobody_waiting() -> None:
    """Another thread that wants the same is told, and sends it."""
    uploads = Uploads()
    begun = threading.Event()

    class Known(dict[str, str]):
        def __setitem__(self, key: str, value: str) -> None:
            raise KeyboardInterrupt

    def send() -> Freight:
        uploads._known = Known()  # type: ignore[assignment]  # it stands in for an ordered one
        begun.set()
        eventually(pool._work_queue.empty)
        return Freight("u", stored=True)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(uploads.obtain, "k", send)
        assert begun.wait(PATIENCE)
        second = pool.submit(uploads.obtain, "k", lambda: Freight("v", stored=False))

        assert isinstance(first.exception(PATIENCE), KeyboardInterrupt)
        assert second.result(PATIENCE) in {Freight("u", stored=True), Freight("v", stored=False)}


def test_a_client_that_is_opened_again_knows_its_shelf_before_others_use_it(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that is opened in between would be forgotten."""
    runware = client(sandbox).connect()
    runware.close()
    session = type(runware._connection.exchange.session)
    real = session.inherit
    seen: list[bool] = []

    def inherit(self: Any, older: Any) -> None:
        seen.append(runware._connection.exchange.session is older)
        real(self, older)

    monkeypatch.setattr(session, "inherit", inherit)
    with runware.connect():
        assert [True] == seen
        assert len(runware.run(REQUEST)) == 1


WAYS: dict[str, Callable[[Runware], object]] = {
    "run": lambda runware: runware.run(REQUEST),
    "submit": lambda runware: runware.submit(REQUEST).result(PATIENCE),
    "raw": lambda runware: runware.raw({"taskType": "imageInference"}),
    "details": lambda runware: runware.get_task_details(fresh_uuid()),
}


@pytest.mark.parametrize("way", WAYS)
def test_each_call_to_a_closed_client_has_an_error_of_its_own(sandbox: Sandbox, way: str) -> None:
    """What is noted on one of them is about that one."""
    runware = client(sandbox)
    runware.close()
    errors = []
    for _ in range(2):
        with pytest.raises(ClientClosedError) as caught:
            WAYS[way](runware)
        caught.value.add_note("about this one")
        errors.append(caught.value)

    assert errors[0] is not errors[1]
    assert [["about this one"]] * 2 == [error.__notes__ for error in errors]
    assert errors[0].task_uuid != errors[1].task_uuid or errors[0].task_uuid is None


def test_each_job_that_a_close_ends_has_an_error_of_its_own(sandbox: Sandbox) -> None:
    """Those that had not begun, too."""
    sandbox.change(latency=PATIENCE)
    runware = client(sandbox, max_in_flight=1)
    jobs = [runware.submit(REQUEST) for _ in range(3)]
    runware.close()
    errors = [job.exception(PATIENCE) for job in jobs]

    assert all(isinstance(error, ClientClosedError) for error in errors)
    assert len({id(error) for error in errors}) == 3


def test_each_thread_that_cannot_connect_has_an_error_of_its_own() -> None:
    """They share the try, and no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        runware = Runware(url=f"ws://127.0.0.1:{port}/v1", api_key="any", connect_timeout=0.5)
        with ThreadPoolExecutor(3) as pool:
            errors = [call.exception(PATIENCE) for call in [pool.submit(runware.connect) for _ in range(3)]]

    assert all(isinstance(error, ConnectionFailedError) for error in errors)
    assert len({id(error) for error in errors}) == 3


def test_a_map_on_a_closed_client_says_nothing_of_calls_that_were_not_sent(sandbox: Sandbox) -> None:
    """And takes no more requests than it needs to find that out."""
    runware = client(sandbox, max_in_flight=4)
    runware.close()
    taken: list[int] = []

    def requests() -> Iterator[ImageInference]:
        for number in range(100):
            taken.append(number)
            yield REQUEST

    with pytest.raises(ClientClosedError) as caught:
        list(runware.map(requests()))

    assert [] == getattr(caught.value, "__notes__", [])
    assert [0] == taken
    assert [] == sandbox.tasks


def test_the_first_failure_keeps_others_from_beginning_before_it_is_read(sandbox: Sandbox) -> None:
    """The first result is waited for; what fails meanwhile is the end of it."""
    sandbox.change(latency=0.3)
    slow = ImageInference("a fox", model="runware:101@1", width=128, height=128, number_results=1)
    bad = ImageInference("a fox", model="runware:101@1", width=128, height=128, steps=500)
    with client(sandbox, max_in_flight=2) as runware, pytest.raises(InvalidRequestError, match="steps"):
        list(runware.map([slow, bad, *[slow] * 10]))

    assert len(sandbox.tasks) <= 2
