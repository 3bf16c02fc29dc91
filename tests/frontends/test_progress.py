"""Progress: a bar in a terminal or notebook, plain lines in pipes, nothing unless it is asked for."""

import os
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from server import PATIENCE, Item, Peer, ScriptedServer, image, instantly

from runware_sync import ImageInference, InvalidRequestError, ModelUpload, Results, Runware, VideoInference
from runware_sync.jobs import progress
from runware_sync.jobs.progress import Progress
from runware_sync.sandbox import Fault, Sandbox

ROOT = Path(__file__).parents[2]
SCRIPT = """
from runware_sync import ImageInference, Runware
from runware_sync.sandbox import Sandbox
requests = [ImageInference("a", model="m:1@1", width=64, height=64, seed=n) for n in range(5)]
with Sandbox(price=0.25) as sandbox, Runware(url=sandbox.url, api_key="any") as runware:
    for _ in runware.map(requests, progress=True): pass
"""


def request(**given: Any) -> ImageInference:
    return ImageInference("a paper boat", **{"model": "m:1@1", "width": 64, "height": 64, **given})


class Board:
    """In the place of tqdm: what was shown, and by whom."""

    made: list["Board"]

    def __init__(self, desc: str, total: int | None, unit: str, **_: Any) -> None:
        self.desc, self.total, self.unit = desc, total, unit
        self.steps: list[int] = []
        self.notes: list[str] = []
        self.threads: set[int] = set()
        self.closed = 0
        Board.made.append(self)

    def update(self, step: int) -> None:
        self.steps.append(step)
        self.threads.add(threading.get_ident())

    def refresh(self) -> None:
        self.threads.add(threading.get_ident())

    def set_postfix_str(self, text: str, *, refresh: bool) -> None:
        self.notes.append(text)

    def close(self) -> None:
        self.closed += 1
        self.threads.add(threading.get_ident())


@pytest.fixture
def boards(monkeypatch: pytest.MonkeyPatch) -> list[Board]:
    Board.made = []
    monkeypatch.setattr(progress, "_tqdm", lambda: Board)
    monkeypatch.setattr(progress, "_can_move", lambda: True)
    return Board.made


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(price=0.25) as sandbox:
        yield sandbox


@pytest.fixture
def runware(sandbox: Sandbox) -> Iterator[Runware]:
    with Runware(url=sandbox.url, api_key="any", timeout=PATIENCE) as runware:
        yield runware


@pytest.mark.parametrize("ordered", [True, False])
def test_map_shows_what_is_done_and_what_it_cost(runware: Runware, boards: list[Board], *, ordered: bool) -> None:
    """All of them, in the calling thread only; the bar is closed, once."""
    results = list(runware.map([request(seed=n) for n in range(7)], progress=True, ordered=ordered))

    [board] = boards
    assert (7, "calls") == (board.total, board.unit)
    assert 7 == len(results) == sum(board.steps)
    assert "$1.7500" == board.notes[-1]
    assert {threading.get_ident()} == board.threads
    assert 1 == board.closed


def test_map_counts_what_is_done_before_its_turn(boards: list[Board]) -> None:
    """The first call lasts until all the others have been counted."""
    released = threading.Event()

    def serve(peer: Peer, task: Item) -> None:
        if task.get("seed") != 0:
            instantly(peer, task)
            return
        threading.Thread(target=late, args=(peer, task), daemon=True).start()

    def late(peer: Peer, task: Item) -> None:
        released.wait(PATIENCE)
        peer.send(image(task))

    with ScriptedServer(serve) as server, Runware("key-of-a-test", url=server.url, timeout=PATIENCE) as client:
        counted = client.map([request(seed=n) for n in range(4)], progress=True)
        update = Board.update

        def watched(board: Board, step: int) -> None:
            update(board, step)
            if sum(board.steps) == 3:
                released.set()

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Board, "update", watched)
            first = next(counted)

        assert 0 == first[0].seed
        assert 4 == sum(boards[0].steps)
        assert 3 == len(list(counted))
        assert 4 == sum(boards[0].steps)


def test_an_endless_map_has_no_total(runware: Runware, boards: list[Board]) -> None:
    """What is left early closes its bar."""
    results = runware.map((request() for _ in iter(int, 1)), progress=True)
    next(results)
    results.close()  # type: ignore[attr-defined]  # it is a generator

    assert boards[0].total is None
    assert 1 == boards[0].closed


def test_retries_are_counted_and_failures_are_done_too(boards: list[Board]) -> None:
    """A call whose first window ended badly is a retry; one that failed in the end is not to be waited for."""
    with (
        Sandbox(price=0.25, faults=[Fault("fail", code="providerError", at=1)]) as sandbox,
        Runware(url=sandbox.url, api_key="any", timeout=PATIENCE) as runware,
    ):
        requests = [request(), request(width=100_000)]
        first, second = runware.map(requests, progress=True, return_exceptions=True)

        assert isinstance(first, Results)
        assert 1 == len(first)
        assert isinstance(second, InvalidRequestError)
        assert 0.25 == sandbox.billed
    assert 2 == sum(boards[0].steps)
    assert "$0.2500, 1 retry" == boards[0].notes[-1]


def test_a_failing_map_closes_its_bar(runware: Runware, boards: list[Board]) -> None:
    """Where it stands: it does not pretend to be complete."""
    with pytest.raises(InvalidRequestError):
        list(runware.map([request(width=100_000)], progress=True))

    assert [1] == [board.closed for board in boards]


def test_nothing_is_shown_unasked(runware: Runware, boards: list[Board]) -> None:
    """Neither by default, nor for what is there at once, nor for a job, which no thread waits for."""
    list(runware.map([request()]))
    runware.run(request(number_results=2))
    shows = runware.with_options(progress=True)
    shows.run(request())
    shows.submit(request(number_results=2)).result()
    shows.with_options(progress=False).run(request(number_results=2))

    assert [] == boards


def test_several_results_are_counted(runware: Runware, boards: list[Board]) -> None:
    """As they come; the user's own function is called as ever."""
    seen: list[Any] = []

    runware.with_options(progress=True).run(request(number_results=3, on_partial=seen.extend))

    [board] = boards
    assert ("imageInference", 3, "results") == (board.desc, board.total, board.unit)
    assert 3 == sum(board.steps) == len(seen)
    assert "$0.7500" == board.notes[-1]
    assert {threading.get_ident()} == board.threads
    assert 1 == board.closed


def test_long_work_is_shown_in_percent(boards: list[Board]) -> None:
    """From the service's reports, to the end."""
    reports: list[int] = []
    with (
        Sandbox(long_latency=3.0) as sandbox,
        Runware(url=sandbox.url, api_key="any").with_options(progress=True) as runware,
    ):
        runware.run(VideoInference("waves", model="klingai:5@3", duration=5, on_progress=reports.append))

    [board] = boards
    assert (100, "%") == (board.total, board.unit)
    assert reports
    assert reports[0] == next(step for step in board.steps if step)
    assert 100 == sum(board.steps)


def test_phases_are_told_and_are_no_results(runware: Runware, boards: list[Board]) -> None:
    """A model that is added goes through several."""
    phases: list[Any] = []
    upload = ModelUpload(
        air="acme:77@7",
        name="Ink",
        version="1",
        unique_identifier="acme-ink",
        category="lora",
        architecture="flux1d",
        format="safetensors",
        download_url="https://a.test/x.zip",
        on_partial=phases.extend,
    )

    runware.with_options(progress=True).run(upload)

    [board] = boards
    assert len(phases) > 1
    assert {phase.status for phase in phases} - {"ready"} <= {note.partition(",")[0] for note in board.notes}
    assert 100 == sum(board.steps)
    assert [0] * (len(phases) - 1) == board.steps[: len(phases) - 1]  # the last one is the result


def test_a_call_that_fails_closes_its_bar(runware: Runware, boards: list[Board]) -> None:
    """Where it stands."""
    with pytest.raises(InvalidRequestError):
        runware.with_options(progress=True).run(request(number_results=2, width=100_000))

    assert [(0, 1)] == [(sum(board.steps), board.closed) for board in boards]


def test_without_tqdm_nothing_is_sent(sandbox: Sandbox, runware: Runware, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says which extra to install, before anything is bought."""
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)

    with pytest.raises(ImportError, match=r"runware-sync\[notebook\]"):
        runware.map([request()], progress=True)
    with pytest.raises(ImportError, match=r"runware-sync\[notebook\]"):
        runware.with_options(progress=True).run(request(number_results=2))

    assert 0 == sandbox.billed


def test_a_log_gets_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One now and then, and one at the end."""
    clock = iter([0.0, 10.0, 70.0, 70.0, 80.0, 81.0])
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: next(clock)))

    shown = Progress("map", 200, "calls")
    shown.tell(1, cost=0.5)
    shown.tell(2, cost=0.25, retries=1)
    shown.tell(3)
    shown.close()

    lines = ["map: 2/200 calls, $0.7500, 1 retry, 70 s", "map: 3/200 calls, $0.7500, 1 retry, 81 s"]
    assert lines == capsys.readouterr().err.splitlines()


def test_percent_are_told_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a goal, which is clear."""
    shown = Progress("videoInference", 100, "%")
    shown.tell(35)
    shown.close()

    assert "videoInference: 35 %, 0 s" == capsys.readouterr().err.strip()


def run(stderr: int) -> "subprocess.Popen[bytes]":
    env = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    return subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-W", "error", "-c", SCRIPT], env=env, stdout=subprocess.PIPE, stderr=stderr
    )


def test_pipes_get_one_line() -> None:
    """No carriage returns, no half bars, nothing on standard output."""
    with run(subprocess.PIPE) as process:
        output, errors = process.communicate(timeout=60)

    assert (b"", 0) == (output, process.returncode)
    [line] = errors.decode().splitlines()
    assert line.startswith("map: 5/5 calls, $1.2500, ")
    assert b"\r" not in errors.removesuffix(os.linesep.encode())


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals")
def test_terminals_get_a_bar() -> None:
    """It moves, and is complete in the end."""
    import fcntl
    import pty
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    with run(theirs) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # how Linux tells the end
                break
            if not piece:
                break
            shown += piece
        process.communicate(timeout=60)
    os.close(ours)

    assert 0 == process.returncode, shown
    assert b"\r" in shown
    assert "5/5" in shown.decode()
    assert "$1.2500" in shown.decode()
