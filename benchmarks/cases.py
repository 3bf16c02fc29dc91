"""The cases: each yields lines of the table. Rounds alternate, and so does who begins."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path
from typing import Any, Final

from benchmarks.bare import Bare
from benchmarks.fresh import interpret, report_of
from benchmarks.report import Fact, Pair
from benchmarks.server import DELAY, ECHO, picture
from runware_sync import ImageInference, Runware

__all__ = ["CASES"]

_UPLOAD: Final = 5_000_000
_LIBRARIES: Final = "import websocket, attrs, cattrs, tenacity"
_OURS: Final = "from runware_sync import Runware"

Line = Fact | Pair
Timed = Callable[[], float]


def _rounds(count: int, bare: Timed, ours: Timed) -> tuple[list[float], list[float]]:
    """Run both sides alternately, after one round that does not count."""
    found: tuple[list[float], list[float]] = ([], [])
    sides = (bare, ours)
    for number in range(-1, count):
        for side in (0, 1) if number % 2 else (1, 0):
            figure = sides[side]()
            if number >= 0:
                found[side].append(figure)
    return found


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _infer(runware: Runware, output_type: str | None = None) -> object:
    return runware.image_inference("a fox", model="runware:101@1", width=512, height=512, output_type=output_type)


@contextmanager
def _both(url: str, **settings: Any) -> Iterator[tuple[Bare, Runware]]:
    bare = Bare(url)
    try:
        with Runware(api_key="k", url=url, **settings) as runware:
            yield bare, runware.connect()
    finally:
        bare.close()


def _sent(bare: Bare, runware: Runware, output_type: str | None = None) -> dict[str, Any]:
    """Return the task that this library sends, as the server received it, so that the other side sends the same."""
    _infer(runware, output_type)
    task: dict[str, Any] = bare.call({"taskType": ECHO})["task"]
    task.pop("taskUUID")
    return task


def connect(url: str, *, quick: bool) -> Iterator[Line]:
    """Measure from nothing to signed in."""

    def bare() -> float:
        start = time.perf_counter()
        connection = Bare(url)
        taken = time.perf_counter() - start
        connection.close()
        return taken * 1e3

    def ours() -> float:
        start = time.perf_counter()
        runware = Runware(api_key="k", url=url).connect()
        taken = time.perf_counter() - start
        runware.close()
        return taken * 1e3

    times = _rounds(10 if quick else 100, bare, ours)
    yield Pair(what="connect and sign in", unit="ms", bare=times[0], ours=times[1])


def _ways(runware: Runware, task: dict[str, Any]) -> dict[str, Callable[[], object]]:
    return {"`image_inference(...)`": lambda: _infer(runware), "`raw({...})`": lambda: runware.raw(task)}


def one_call(url: str, *, quick: bool) -> Iterator[Line]:
    """Measure a call at a time, as a method with its classes and as a plain dict."""
    rounds, calls = (5, 50) if quick else (40, 150)

    def each(call: Callable[[], object]) -> float:
        return _timed(lambda: [call() for _ in range(calls)]) / calls * 1e6

    def pair(name: str, way: Callable[[], object]) -> Pair:
        times = _rounds(rounds, lambda: each(lambda: bare.call(task)), lambda: each(way))
        return Pair(what=f"one call, {name}", unit="µs", bare=times[0], ours=times[1], most=1.6)

    with _both(url) as (bare, runware):
        task = _sent(bare, runware)
        for name, way in _ways(runware, task).items():
            yield pair(name, way)


def in_flight(url: str, *, quick: bool) -> Iterator[Line]:
    """Measure many calls from the threads of a pool; the bare side keeps as many on their way from one thread."""
    rounds, calls = (3, 300) if quick else (15, 1000)

    def pair(width: int, name: str, way: Callable[[], object]) -> Pair:
        def pooled() -> list[object]:
            return list(pool.map(lambda _: way(), range(calls)))

        with ThreadPoolExecutor(width) as pool:
            rates = _rounds(
                rounds,
                lambda: calls / _timed(lambda: bare.pipeline(task, calls, width)),
                lambda: calls / _timed(pooled),
            )
        what = f"{calls:,} calls, {width} in flight, {name}"
        least = 0.2 if width == 100 else None
        return Pair(what=what, unit="calls/s", bare=rates[0], ours=rates[1], least=least)

    with _both(url) as (bare, runware):
        task = _sent(bare, runware)
        for width in (1, 16, 100):
            for name, way in _ways(runware, task).items():
                yield pair(width, name, way)


def jobs(url: str, *, quick: bool) -> Iterator[Line]:
    """Measure jobs: many calls that no thread waits for, against a server that answers at once, or after 50 ms."""
    rounds, calls = (3, 300) if quick else (15, 1000)

    def pair(name: str, way: Callable[[], object], least: float) -> Pair:
        rates = _rounds(
            rounds, lambda: calls / _timed(lambda: bare.pipeline(task, calls, 100)), lambda: calls / _timed(way)
        )
        return Pair(
            what=f"{calls:,} calls, 100 in flight, {name}", unit="calls/s", bare=rates[0], ours=rates[1], least=least
        )

    request = ImageInference("a fox", model="runware:101@1", width=512, height=512)
    with _both(url, max_in_flight=100) as (bare, runware):
        task = _sent(bare, runware)
        yield pair("`map`", lambda: list(runware.map(repeat(request, calls))), 0.49)
        yield pair("`map`, as they are done", lambda: list(runware.map(repeat(request, calls), ordered=False)), 0.49)
        yield pair("`submit`", lambda: [job.result() for job in [runware.submit(request) for _ in range(calls)]], 0.49)
    slow = ImageInference("a fox", model="runware:101@1", width=512, height=512, extra={DELAY: 0.05})
    with _both(url, max_in_flight=1000) as (bare, runware):
        task = {**task, DELAY: 0.05}
        times = _rounds(
            rounds,
            lambda: _timed(lambda: bare.pipeline(task, 1000, 1000)) * 1e3,
            lambda: _timed(lambda: list(runware.map(repeat(slow, 1000)))) * 1e3,
        )
        what = "1,000 calls that take 50 ms, all in flight, `map`"
        yield Pair(what=what, unit="ms", bare=times[0], ours=times[1], most=1.78)


def large(url: str, *, quick: bool) -> Iterator[Line]:
    """Measure a result of 8 MiB that comes as base64, each time in a fresh process: seconds and memory."""
    with _both(url) as (bare, runware):
        task = json.dumps(_sent(bare, runware, "base64Data"))
    peaks: tuple[list[float], list[float]] = ([], [])

    def run(side: int, *arguments: str) -> float:
        figures = report_of(*arguments)
        peaks[side].append(figures["peak"])
        return figures["seconds"] * 1e3

    times = _rounds(4 if quick else 25, lambda: run(0, "large-bare", url, task), lambda: run(1, "large-ours", url))
    yield Pair(what="8 MiB of base64 to bytes", unit="ms", bare=times[0], ours=times[1], most=1.3)
    yield Pair(what="the same, peak memory", unit="MiB", bare=peaks[0][1:], ours=peaks[1][1:], most=1.8)


def upload(url: str, *, quick: bool) -> Iterator[Line]:
    """Measure 5 MB sent inline, from bytes to the UUID that comes back."""
    content = picture(_UPLOAD)
    with _both(url) as (bare, runware):
        times = _rounds(
            4 if quick else 25,
            lambda: _timed(lambda: bare.upload(content)) * 1e3,
            lambda: _timed(lambda: runware.image_upload(content)) * 1e3,
        )
    yield Pair(what="upload of 5 MB", unit="ms", bare=times[0], ours=times[1])


def importing(url: str, *, quick: bool) -> Iterator[Line]:
    """Measure the import in fresh interpreters, less the start of one that imports nothing in the same round."""
    del url

    def imported(code: str) -> float:
        return _timed(lambda: interpret("-c", code)) * 1e3

    def beyond_start(code: str) -> float:
        return imported(code) - imported("pass")

    times = _rounds(6 if quick else 40, lambda: beyond_start(_LIBRARIES), lambda: beyond_start(_OURS))
    what = "import, the interpreter's start subtracted"
    yield Pair(what=what, unit="ms", bare=times[0], ours=times[1], most=0.8)


def idle(url: str, *, quick: bool) -> Iterator[Line]:
    """Count wake-ups of the client's threads between two heartbeats."""
    if not Path("/proc/self/task").is_dir():
        return
    seconds = 3 if quick else 12
    figures = report_of("idle", url, str(seconds))
    wakes = int(figures["wakes"])
    asked = f"0: {'met' if wakes == 0 else 'MISSED'}"
    yield Fact(
        what=f"wake-ups in {seconds} idle seconds", ours=f"{wakes} in {figures['threads']:.0f} threads", asked=asked
    )


def memory(url: str, *, quick: bool) -> Iterator[Line]:
    """Look at the memory of one process while its calls add up."""
    marks = (500, 1000, 2000) if quick else (1000, 10_000, 20_000)
    figures = report_of("memory", url, *map(str, marks))
    grown = figures[f"objects {marks[2]}"] / figures[f"objects {marks[1]}"]
    verdict = f"constant: {'met' if grown <= 1.01 else 'MISSED'}"
    for mark in marks:
        found = f"{figures[f'memory {mark}']:.1f} MiB, {figures[f'objects {mark}']:,.0f} objects"
        asked = verdict if mark == marks[-1] else "-"
        yield Fact(what=f"memory after {mark:,} calls", ours=found, asked=asked)


CASES: Final[dict[str, Callable[..., Iterator[Line]]]] = {
    "connect": connect,
    "call": one_call,
    "in-flight": in_flight,
    "jobs": jobs,
    "large": large,
    "upload": upload,
    "import": importing,
    "idle": idle,
    "memory": memory,
}
