"""What is measured in a fresh interpreter, where nothing else has touched the memory.

Run as `python -m benchmarks.fresh WORK URL [TASK]`; it prints a JSON object. `report_of` runs it from another process.
"""

import gc
import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Final

from benchmarks.server import LARGE, ROOT

__all__ = ["interpret", "report_of"]

_SELF: Final = Path("/proc/self")  # Linux only; elsewhere the figures that need it are left out
_MODEL: Final = "runware:101@1"


def interpret(*arguments: str) -> str:
    """Run this interpreter anew from the root of the repository, and return what it prints."""
    return subprocess.run(  # noqa: S603 - this very interpreter, with arguments of our own
        [sys.executable, *arguments], check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ).stdout


def report_of(work: str, *arguments: str) -> dict[str, float]:
    """Do a piece of work in a fresh interpreter, and return its figures."""
    found: dict[str, float] = json.loads(interpret("-m", "benchmarks.fresh", work, *arguments))
    return found


def _status(name: str) -> float:
    """Return a line of this process's status, in MiB."""
    for line in (_SELF / "status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1024
    raise LookupError(name)


class _Peak:
    """The most memory that this process has held beyond what it holds now, in MiB."""

    def __init__(self) -> None:
        gc.collect()
        if _SELF.is_dir():
            (_SELF / "clear_refs").write_text("5")  # starts the kernel's high-water mark anew
        self._before = self._most()

    def taken(self) -> float:
        return self._most() - self._before

    @staticmethod
    def _most() -> float:
        if _SELF.is_dir():
            return _status("VmHWM")
        if sys.platform == "win32":
            return float("nan")
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / (1 << 20) if sys.platform == "darwin" else most / 1024


def _large_bare(url: str, task: dict[str, Any]) -> dict[str, float]:
    from benchmarks.bare import Bare

    bare = Bare(url)
    bare.large({**task, "width": 64})  # whatever loads on first use has loaded
    peak = _Peak()
    start = time.perf_counter()
    content = bare.large(task)
    return {"seconds": time.perf_counter() - start, "peak": peak.taken(), "bytes": len(content)}


def _large_ours(url: str) -> dict[str, float]:
    from runware_sync import Runware

    with Runware(api_key="k", url=url) as runware:

        def large(width: int) -> bytes:
            images = runware.image_inference("a fox", model=_MODEL, width=width, height=512, output_type="base64Data")
            return images[0].read()

        large(128)
        peak = _Peak()
        start = time.perf_counter()
        content = large(512)
        return {"seconds": time.perf_counter() - start, "peak": peak.taken(), "bytes": len(content)}


def _memory(url: str, *marks: int) -> dict[str, float]:
    """Return memory in MiB and objects allocated, after so many calls each."""
    from runware_sync import Runware

    found: dict[str, float] = {}
    with Runware(api_key="k", url=url) as runware:
        for done in range(1, max(marks) + 1):
            runware.image_inference("a fox", model=_MODEL, width=512, height=512)
            if done in marks:
                gc.collect()
                found[f"objects {done}"] = sys.getallocatedblocks()
                found[f"memory {done}"] = _status("VmRSS") if _SELF.is_dir() else float("nan")
    return found


def _wakes(threads: set[str]) -> int:
    lines = [line for one in threads for line in (_SELF / "task" / one / "status").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))


def _idle(url: str, seconds: float) -> dict[str, float]:
    """Count how often the client's threads wake while nothing happens."""
    from runware_sync import Runware

    before = {str(thread.native_id) for thread in threading.enumerate()}
    with Runware(api_key="k", url=url) as runware:
        runware.image_inference("a fox", model=_MODEL, width=512, height=512)
        time.sleep(0.5)
        ours = {str(thread.native_id) for thread in threading.enumerate()} - before
        assert ours, "the client has no thread to watch"
        count = _wakes(ours)
        time.sleep(seconds)
        return {"wakes": _wakes(ours) - count, "threads": len(ours)}


def _main(work: str, url: str, *rest: str) -> dict[str, float]:
    if work == "large-bare":
        return _large_bare(url, json.loads(rest[0]))
    if work == "large-ours":
        return _large_ours(url)
    if work == "memory":
        return _memory(url, *map(int, rest))
    return _idle(url, float(rest[0]))


if __name__ == "__main__":
    figures = _main(*sys.argv[1:])
    assert figures.get("bytes", LARGE) == LARGE
    print(json.dumps(figures))
