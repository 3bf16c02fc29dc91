"""The table of what was stored: once, by whoever comes first, and told to all who wait."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from server import eventually

from runware_sync.errors import ClientClosedError, RunwareError
from runware_sync.uploads import Freight, Uploads

PATIENCE = 20.0


class Sender:
    """Stores one thing after another, each when it is let go."""

    def __init__(self, *outcomes: Freight | BaseException) -> None:
        self.outcomes = list(outcomes)
        self.calls = 0
        self.gate = threading.Event()

    def __call__(self) -> Freight:
        number, self.calls = self.calls, self.calls + 1
        assert self.gate.wait(PATIENCE)
        outcome = self.outcomes[min(number, len(self.outcomes) - 1)]
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


def stored(uuid: str = "u-1") -> Freight:
    return Freight(uuid, stored=True)


@pytest.fixture
def uploads() -> Uploads:
    return Uploads(most=2)


@contextmanager
def sixteen(uploads: Uploads, sender: Callable[[], Freight]) -> Iterator[list[Future[Freight]]]:
    """Let sixteen threads want the same at one moment."""
    start = threading.Barrier(16)

    def want() -> Freight:
        start.wait(PATIENCE)
        return uploads.obtain("a", sender)

    with ThreadPoolExecutor(16) as pool:
        yield [pool.submit(want) for _ in range(16)]


def test_who_comes_first_sends_and_the_others_wait(uploads: Uploads) -> None:
    """All get the same; only what comes later was remembered."""
    sender = Sender(stored())

    with sixteen(uploads, sender) as wanted:
        eventually(lambda: sender.calls)
        sender.gate.set()
        found = [each.result(PATIENCE) for each in wanted]

    assert 1 == sender.calls
    assert {"u-1"} == {freight.text for freight in found}
    assert Freight("u-1", stored=True, remembered=True) == uploads.obtain("a", sender)


def test_different_things_do_not_wait_for_each_other(uploads: Uploads) -> None:
    """While one is on its way, another one arrives."""
    slow = Sender(stored("slow"))

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(uploads.obtain, "slow", slow)
        eventually(lambda: slow.calls)
        assert "quick" == uploads.obtain("quick", lambda: stored("quick")).text
        slow.gate.set()
        assert "slow" == waiting.result(PATIENCE).text


def test_what_travels_inside_of_the_task_is_shared_and_not_remembered(uploads: Uploads) -> None:
    """It may be large."""
    sender = Sender(Freight("data:", stored=False))

    with sixteen(uploads, sender) as wanted:
        eventually(lambda: sender.calls)
        sender.gate.set()
        assert {"data:"} == {each.result(PATIENCE).text for each in wanted}
    before = sender.calls
    uploads.obtain("a", sender)

    assert before + 1 == sender.calls


def test_a_failure_is_told_to_all_who_wait_and_not_remembered(uploads: Uploads) -> None:
    """Each gets an error of its own: notes and tracebacks are not shared."""
    sender = Sender(ClientClosedError("closed"), stored())

    with sixteen(uploads, sender) as wanted:
        eventually(lambda: sender.calls and len([each for each in wanted if each.running()]) == 16)
        sender.gate.set()
        failures = [each.exception(PATIENCE) for each in wanted]

    told = [failure for failure in failures if failure is not None]
    assert all(isinstance(failure, ClientClosedError) for failure in told)
    assert len(told) == len({id(failure) for failure in told}) >= 1
    assert "u-1" == uploads.obtain("a", sender).text
    assert 2 == sender.calls


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), SystemExit(), OSError("the file is gone")])
def test_an_interrupt_in_the_sending_thread_fails_no_other(uploads: Uploads, interruption: BaseException) -> None:
    """One of those who wait takes over; so with what is wrong with one thread's own file."""
    sender = Sender(interruption, stored())

    with sixteen(uploads, sender) as wanted:
        eventually(lambda: sender.calls)
        sender.gate.set()
        failures = [each.exception(PATIENCE) for each in wanted]

    assert 1 == sum(failure is not None for failure in failures)
    assert 2 == sender.calls


def test_an_interrupt_in_a_waiting_thread_disturbs_nobody(uploads: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    """It leaves; what is on its way goes on."""
    sender = Sender(stored())

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(uploads.obtain, "a", sender)
        eventually(lambda: sender.calls)
        (flight,) = uploads._flights.values()
        with monkeypatch.context() as patch:
            patch.setattr(flight.over, "wait", lambda _seconds: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                uploads.obtain("a", sender)
        sender.gate.set()

        assert "u-1" == first.result(PATIENCE).text
    assert 1 == sender.calls


def test_the_longest_unused_is_forgotten(uploads: Uploads) -> None:
    """Memory is bounded."""
    for key in ("a", "b", "a", "c"):
        uploads.obtain(key, partial(stored, key))

    assert ["a", "c"] == list(uploads._known)


def test_only_the_uuid_that_is_gone_is_forgotten(uploads: Uploads) -> None:
    """Another thread may have stored the content anew since."""
    uploads.obtain("a", lambda: stored("new"))

    uploads.forget("a", "old")
    uploads.forget("b", "new")
    assert uploads.obtain("a", lambda: stored("newer")).remembered

    uploads.forget("a", "new")
    assert "newer" == uploads.obtain("a", lambda: stored("newer")).text


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on Windows")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_child_knows_what_was_stored_and_waits_for_nobody(uploads: Uploads) -> None:
    """The thread that sends is its parent's; so is the lock, whoever holds it."""
    sender = Sender(stored())
    uploads.obtain("known", lambda: stored("u-0"))

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(uploads.obtain, "a", sender)
        eventually(lambda: sender.calls)
        with uploads._lock:
            child = os.fork()
            if child == 0:  # pragma: no cover - in the child
                known = uploads.obtain("known", sender).text
                sent = uploads.obtain("a", lambda: stored("u-2")).text
                os._exit(0 if (known, sent) == ("u-0", "u-2") else 1)
        sender.gate.set()
        waiting.result(PATIENCE)

    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_errors_keep_their_facts_in_each_copy(uploads: Uploads) -> None:
    """Who waited learns as much as who sent."""
    error = RunwareError("it failed", task_uuid="t-1", task_type="imageUpload")
    sender = Sender(error)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(uploads.obtain, "a", sender)
        eventually(lambda: sender.calls)
        (flight,) = uploads._flights.values()
        second = pool.submit(flight.outcome)
        sender.gate.set()
        failures = [first.exception(PATIENCE), second.exception(PATIENCE)]

    assert error is failures[0] is not failures[1]
    assert str(error) == str(failures[1])
