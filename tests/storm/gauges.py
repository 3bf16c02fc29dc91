"""What a process holds: memory, threads, descriptors, and what the client keeps of calls that are over."""

import gc
import sys
import threading
from pathlib import Path
from typing import Final

from attrs import frozen

from runware_sync import Runware

__all__ = ["Sample", "sample"]

_SELF: Final = Path("/proc/self")  # Linux only; elsewhere what needs it is not told


@frozen
class Sample:
    """What there was at one moment, with nothing under way.

    Args:
        memory: MiB resident; `None` where the system does not tell.
        blocks: Blocks of memory that Python's own objects have.
        threads: Threads alive.
        descriptors: Descriptors open; `None` where the system does not tell.
        pending: Calls that wait.
        shelf: Calls that were left unfinished, and are kept for whoever collects them.
        routed: Tasks whose answers would be taken in; those on the shelf are among them.
    """

    memory: float | None
    blocks: int
    threads: int
    descriptors: int | None
    pending: int
    shelf: int
    routed: int


def sample(client: Runware) -> Sample:
    """Return what there is now."""
    gc.collect()
    exchange = client._connection.exchange
    with exchange.lock:
        roster = exchange.session.roster
        shelf, routed = len(roster.shelf), len(roster._tasks)
    return Sample(
        memory=_resident(),
        blocks=sys.getallocatedblocks(),
        threads=threading.active_count(),
        descriptors=len(list((_SELF / "fd").iterdir())) if _SELF.is_dir() else None,
        pending=len(client.pending()),
        shelf=shelf,
        routed=routed,
    )


def _resident() -> float | None:
    if not _SELF.is_dir():
        return None
    for line in (_SELF / "status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return None
