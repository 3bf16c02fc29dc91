"""What ends the reader's wait, in both of its forms."""

import selectors
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from runware_sync import ImageInference, Runware
from runware_sync.connection import waker as module
from runware_sync.connection.waker import Waker
from runware_sync.sandbox import Sandbox

FORMS = {name: getattr(module, name) for name in ("_counter", "_pair") if hasattr(module, name)}


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Have wakers made in one form, as on the system that has it."""
    monkeypatch.setattr(module, "_ends", FORMS[request.param])
    return request.param


@pytest.fixture
def waker(form: str) -> Iterator[Waker]:
    """A waker, which is closed in the end."""
    with closing(Waker()) as made:
        yield made


def is_ready(waker: Waker, seconds: float = 0.0) -> bool:
    """Tell whether a wait for it ends."""
    with selectors.DefaultSelector() as selector:
        selector.register(waker, selectors.EVENT_READ)
        return bool(selector.select(seconds))


def test_a_signal_ends_a_wait_now_or_later(waker: Waker) -> None:
    """Until it is taken."""
    assert not is_ready(waker)
    waker.signal()
    assert is_ready(waker)
    assert is_ready(waker)
    waker.clear()

    assert not is_ready(waker)
    waker.clear()
    assert not is_ready(waker)
    waker.signal()
    assert is_ready(waker)


def test_many_signals_are_one(waker: Waker) -> None:
    """However many come before it is looked at, none of them waits."""
    for _ in range(100_000):
        waker.signal()
    waker.clear()

    assert not is_ready(waker)


def test_no_signal_is_lost_between_threads(waker: Waker) -> None:
    """What is put before a signal is seen after the wait that it ends."""
    threads, each = 8, 500
    given: list[int] = []

    def give() -> None:
        for number in range(each):
            given.append(number)
            waker.signal()

    givers = [threading.Thread(target=give) for _ in range(threads)]
    for giver in givers:
        giver.start()
    seen = 0
    while seen < threads * each:
        assert is_ready(waker, 20.0)
        waker.clear()
        seen = len(given)
    for giver in givers:
        giver.join()


def test_a_signal_to_one_that_is_closed_does_nothing(waker: Waker) -> None:
    """Nor does it reach what has its descriptor now."""
    number = waker.fileno()
    waker.close()
    waker.close()
    with closing(Waker()) as next_one:
        waker.signal()

        assert number == next_one.fileno()
        assert not is_ready(next_one)


@pytest.mark.usefixtures("form")
def test_calls_are_made_with_either() -> None:
    """Nothing but the cost depends on it."""
    with Sandbox() as sandbox, Runware(url=sandbox.url, api_key="any") as runware:
        request = ImageInference("a fox", model="runware:101@1", width=128, height=128)
        results = [runware.run(request), *runware.map([request] * 20)]

        assert len(results) == 21
        assert sandbox.billed == pytest.approx(sum(each.cost or 0.0 for each in results))
