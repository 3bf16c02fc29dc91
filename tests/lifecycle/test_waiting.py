"""The gong on which a call waits: heard whenever it is rung, and given up in time."""

import threading
import time

import pytest
from server import PATIENCE

from runware_sync import waiting
from runware_sync.waiting import Gong


@pytest.mark.parametrize("slice_", [None, 0.05])
def test_a_gong_is_heard_by_who_waits_already(monkeypatch: pytest.MonkeyPatch, slice_: float | None) -> None:
    """In one wait, or in slices where a wait cannot be interrupted."""
    monkeypatch.setattr(waiting, "SLICE", slice_)
    gong = Gong()
    timer = threading.Timer(0.2, gong.set_result, (None,))
    timer.start()
    began = time.monotonic()

    gong.wait(PATIENCE)

    assert 0.1 < time.monotonic() - began < PATIENCE / 2
    timer.join()


@pytest.mark.parametrize("failed", [False, True])
def test_a_gong_is_heard_by_who_waits_later(failed: bool) -> None:
    """Also if the waiting thread itself has rung it: a signal handler runs there, at any moment."""
    gong = Gong()
    if failed:
        gong.set_exception(ValueError())
    else:
        gong.set_result(None)
    began = time.monotonic()

    gong.wait(PATIENCE)

    assert time.monotonic() - began < PATIENCE / 2


@pytest.mark.parametrize("seconds", [-1.0, 0.0, 0.12])
@pytest.mark.parametrize("slice_", [None, 0.05])
def test_who_waits_for_a_gong_goes_on_in_time(
    monkeypatch: pytest.MonkeyPatch, slice_: float | None, seconds: float
) -> None:
    """-1 would mean "for ever" to a lock."""
    monkeypatch.setattr(waiting, "SLICE", slice_)
    began = time.monotonic()

    Gong().wait(seconds)

    assert seconds <= time.monotonic() - began < PATIENCE / 2
