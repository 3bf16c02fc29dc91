"""Many contents are fetched side by side, in bounded time, by a bounded number of threads."""

import base64
import threading
from collections.abc import Callable
from contextlib import closing

import pytest
from server import PATIENCE

from runware_sync.content import fetching
from runware_sync.content.fetching import fetch, fetched
from runware_sync.errors import DownloadError
from runware_sync.results import Image

PNG = b"\x89PNG\r\n\x1a\n" + bytes(24)


class Far:
    """Something on a server."""

    at_hand = False

    def __init__(self, find: Callable[[], bytes]) -> None:
        self.find = find
        self.reader: threading.Thread | None = None

    def read(self) -> bytes:
        self.reader = threading.current_thread()
        return self.find()


class Near(Far):
    """Something that came with its result."""

    at_hand = True


def nothing_there() -> bytes:
    raise DownloadError("gone")


def test_the_bytes_come_in_order_with_failures_in_their_place() -> None:
    """One that fails takes nothing from the others, and no bytes are bytes too."""
    found = fetch([Far(lambda: b"a"), Far(nothing_there), Near(nothing_there), Far(lambda: b""), Near(lambda: b"d")])

    assert b"a" == found[0]
    assert isinstance(found[1], DownloadError)
    assert isinstance(found[2], DownloadError)
    assert [b"", b"d"] == found[3:]


def test_downloads_go_side_by_side() -> None:
    """Each of these ends only when all have begun; there is room for eight."""
    meeting = threading.Barrier(fetching.AT_ONCE, timeout=PATIENCE)

    def together() -> bytes:
        meeting.wait()
        return b"x"

    assert [b"x"] * 24 == fetch([Far(together) for _ in range(3 * fetching.AT_ONCE)])


def test_a_bounded_number_of_threads_downloads() -> None:
    """However many there are."""
    contents = [Far(lambda: b"x") for _ in range(200)]

    fetch(contents)

    assert len({content.reader for content in contents}) <= fetching.AT_ONCE


@pytest.mark.parametrize("seconds", [None, PATIENCE])
def test_what_came_inline_is_decoded_by_the_caller(seconds: float | None) -> None:
    """No thread is needed for it, and none gets hold of it."""
    near, far = Near(lambda: b"n"), Far(lambda: b"f")

    fetch([near, far, Far(lambda: b"f"), near], seconds)

    assert threading.current_thread() is near.reader
    assert threading.current_thread() is not far.reader


def test_one_download_without_a_limit_needs_no_thread() -> None:
    """The caller waits anyway."""
    far = Far(lambda: b"f")

    fetch([Near(lambda: b"n"), far])

    assert threading.current_thread() is far.reader


def test_what_does_not_come_in_time_is_an_error_in_its_place() -> None:
    """What is there is returned; the download that is late goes on by itself."""
    released = threading.Event()
    late = Far(lambda: b"late" if released.wait(PATIENCE) else b"never")

    found = fetch([late, Far(lambda: b"there"), Near(lambda: b"near")], 0.5)
    released.set()

    assert isinstance(found[0], DownloadError)
    assert "within 0.5 s" in str(found[0])
    assert [b"there", b"near"] == found[1:]
    assert late.reader is not None
    late.reader.join(PATIENCE)
    assert not late.reader.is_alive()


def test_waiting_in_slices_brings_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows a wait is taken in pieces, so that Ctrl-C is heard."""
    monkeypatch.setattr(fetching, "SLICE", 0.01)
    released = threading.Event()
    timer = threading.Timer(0.2, released.set)
    timer.start()

    found = fetch([Far(lambda: b"x" if released.wait(PATIENCE) else b"") for _ in range(2)], PATIENCE)

    assert [b"x", b"x"] == found
    timer.join()


def test_nothing_begins_after_the_caller_has_left() -> None:
    """What is under way ends; the rest is not asked for."""
    contents = [Far(lambda: b"first")]
    released = threading.Event()
    contents += [Far(lambda: b"x" if released.wait(PATIENCE) else b"") for _ in range(3 * fetching.AT_ONCE)]

    with closing(fetched(contents)) as found:
        assert b"first" == next(found)
    released.set()
    for reader in {content.reader for content in contents} - {None}:
        assert reader is not None
        reader.join(PATIENCE)

    assert len([content for content in contents if content.reader]) <= fetching.AT_ONCE + 1


def test_results_know_whether_their_bytes_are_at_hand() -> None:
    """Base64 is; a link is not; what was read is."""
    inline = Image(image_base64_data=base64.b64encode(PNG).decode())
    link = Image(image_url="https://example.com/fox.png")
    link.__dict__["_route"] = type("Route", (), {"download": lambda *_args, **_how: PNG})()

    before = inline.at_hand, link.at_hand
    link.read()

    assert (True, False) == before
    assert link.at_hand
