"""Last: `python -m tests.storm.endurance [--minutes 60] [--rate 50] [--threads 32] [--seed 7] [--tls]`.

Calls at a steady rate while connections drop; what the process holds is looked at again and again, and must not grow.
Then a client that does nothing, whose wake-ups between two heartbeats are counted.
"""

import argparse
import os
import platform
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any, Final

from attrs import define, field, fields

from runware_sync import Runware
from runware_sync.sandbox import Fault

from .gauges import Sample, sample
from .offstage import Offstage
from .report import growth
from .storming import Terms, services
from .work import FREE, Errand, Outcome, collect, drawn, perform

_PACE: Final = 10.0
"""Seconds from one look to the next."""
_BEHIND: Final = 20
"""Seconds' worth of calls that may wait for a thread: more means that the rate cannot be kept."""
_GROWTH: Final = 12.0
"""MiB by which resident memory may grow from the first third to the last."""
_KINDS: Final = ("image", "image", "job", "job", "enhanced", "written", "upload", "search", "inline")

FAULTS: Final = (
    Fault("drop", every=500, how="reset"),
    Fault("drop", every=701, how=1001, when="after"),
    Fault("drop", every=1103, how="eof", when="received"),
    Fault("drop", every=1301, when="between", results=1, how=1012),
    Fault("half_open", every=4001),
    Fault("stall", every=1501, seconds=0.5),
    Fault("fail", every=307, results=1),
    Fault("lose", every=1709, types=("imageInference", "promptEnhance")),
    Fault("delay", every=251, seconds=1.0),
    Fault("malformed", every=401),
    Fault("fragment", every=353, size=100),
    Fault("pad", every=601, size=1_000_000),
)
"""What goes wrong all the time; the numbers have no common measure, so that everything meets everything."""


@define
class Log:
    """What is added up, since no outcome is kept."""

    calls: Counter[str] = field(factory=Counter)
    errors: Counter[str] = field(factory=Counter)
    had: int = 0
    odd: list[str] = field(factory=list)
    slowest: float = 0.0
    lock: threading.Lock = field(factory=threading.Lock)

    def note(self, outcome: Outcome) -> None:
        """Add one call up."""
        errand = outcome.errand
        with self.lock:
            self.calls[errand.kind] += 1
            self.slowest = max(self.slowest, outcome.seconds)
            if errand.kind not in FREE:
                self.had += max(len(outcome.names), len(outcome.collected))
            if outcome.error is not None:
                self.errors[type(outcome.error).__name__] += 1
            elif len(outcome.names) != errand.asked or outcome.surplus:
                self.odd.append(f"{errand}: {len(outcome.names)} results and {outcome.surplus} more")


def _typical(samples: Sequence[Sample]) -> Sample:
    """Return what there was in the middle: calls are under way at each moment, so that no single one tells much."""
    middle: dict[str, Any] = {}
    for attribute in fields(Sample):
        values = [getattr(held, attribute.name) for held in samples]
        middle[attribute.name] = None if None in values else median(values)
    return Sample(**middle)


def last(client: Runware, service: Offstage, minutes: float, rate: float, threads: int, seed: int) -> list[str]:
    """Call at a rate for some minutes; print what there was, and return what was wrong."""
    log, chance, pause = Log(), random.Random(seed), threading.Event()
    under_way = threading.Semaphore(int(_BEHIND * rate))

    def call(number: int, kind: str) -> None:
        try:
            outcome = perform(client, drawn(random.Random(number), number, kind))
            if outcome.error is not None:
                collect(client, outcome)
            log.note(outcome)
        finally:
            under_way.release()

    samples: list[Sample] = []
    with ThreadPoolExecutor(threads) as pool:
        number = _warm_up(client, service, pool, threads, log)
        service.weather({}, FAULTS)
        began = looked = time.monotonic()
        first = number
        while (now := time.monotonic()) < began + 60 * minutes:
            if now >= looked + _PACE:
                looked = now
                samples.append(sample(client))
                print(f"{now - began:6.0f} s {number:8,} calls  {_shown(samples[-1])}", flush=True)
            if number - first < (now - began) * rate:
                if not under_way.acquire(timeout=_PACE * _BEHIND):
                    return [f"{rate:g} calls/s cannot be kept: {_BEHIND} seconds' worth of them wait"]
                pool.submit(call, number, chance.choice(_KINDS))
                number += 1
            else:
                pause.wait(1 / rate)
    service.weather({}, ())
    service.settle()
    tally, end = service.tally(), sample(client)
    seconds = time.monotonic() - began
    print(f"{number:,} calls in {seconds:.0f} s, {number / seconds:.1f}/s of {rate:g}/s; slowest {log.slowest:.1f} s")
    print(f"{len(tally.met):,} faults, {tally.connections:,} connections, errors: {dict(log.errors) or 'none'}")
    print(f"billed {tally.billed:,}, had {log.had:,}; at the end {_shown(end)}")
    third = max(1, len(samples) // 3)
    wrong = log.odd
    if samples:
        wrong += growth(_typical(samples[:third]), _typical(samples[-third:]), memory=_GROWTH, at_rest=False)
    wrong += [f"billed {tally.billed}, had {log.had}"] if tally.billed != log.had else []
    wrong += [f"{end.pending} calls wait at the end"] if end.pending else []
    return wrong + [f"{uuid} was sent again, and nobody had asked about it" for uuid in tally.unasked]


def _warm_up(client: Runware, service: Offstage, pool: ThreadPoolExecutor, threads: int, log: Log) -> int:
    """Have everything made that is made once: threads, and what loads when a call fails; return the calls made."""
    gate = threading.Barrier(threads)
    list(pool.map(lambda _number: gate.wait(_PACE), range(threads)))
    service.weather({}, [Fault("fail", at=1), Fault("fail", at=3, code="moderationFailed", results=1)])
    for number in range(2):  # one that is bought anew, and one that is collected
        outcome = perform(client, Errand(number, "image", asked=2))
        if outcome.error is not None:
            collect(client, outcome)
        log.note(outcome)
    return 2


def _shown(held: Sample) -> str:
    memory = "-" if held.memory is None else f"{held.memory:.1f}"
    return (
        f"{memory} MiB, {held.blocks:,} blocks, {held.threads} threads, {held.descriptors} files,"
        f" {held.pending} wait, {held.shelf} on the shelf, {held.routed} routed"
    )


def idle(seconds: float) -> list[str]:
    """Count the wake-ups of a client that does nothing, between two heartbeats; Linux only."""
    if sys.platform != "linux":
        print("idle: not counted, this system does not tell")
        return []
    from benchmarks.fresh import report_of

    with services(Terms()) as (service,):
        found = report_of("idle", service.url, str(seconds))
    print(f"idle: {found['wakes']:.0f} wake-ups of {found['threads']:.0f} threads in {seconds:g} s")
    return [f"an idle client woke {found['wakes']:.0f} times"] if found["wakes"] else []


def main() -> int:
    """Last, print what there was, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.storm.endurance", description="nothing grows")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=50.0, help="calls each second")
    parser.add_argument("--threads", type=int, default=32)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--tls", action="store_true", help="over TLS")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} processors, seed {options.seed}")
    terms = Terms(threads=options.threads, tls=options.tls, timeout=10.0)
    with (
        services(terms) as (service,),
        Runware(
            "key-of-a-storm",
            url=service.url,
            timeout=terms.timeout,
            heartbeat=terms.heartbeat,
            ssl_context=service.trust,
        ) as client,
    ):
        wrong = last(client, service, options.minutes, options.rate, options.threads, options.seed)
    wrong += idle(12.0)
    print(*[f"VIOLATION {what}" for what in wrong] or ["held"], sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
