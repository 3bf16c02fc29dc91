"""What a storm has come to, as text, and whether it held."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from .gauges import Sample
from .storming import Report

__all__ = ["growth", "lines", "settled"]

_SHARE: Final = 0.03
"""The share by which Python's blocks may have grown from the first phase to the last, for what is really constant."""
_BLOCKS_KEPT: Final = 400
"""Blocks that one call on the shelf may have: its task, its results, its errors."""
_MEMORY: Final = 48.0
"""MiB by which resident memory may grow: what frames of 24 MB leave behind in the allocator."""
_THREADS: Final = 4
"""Threads by which the crew of jobs may grow: it makes one when all are busy."""


def growth(before: Sample, after: Sample, *, memory: float = _MEMORY, at_rest: bool = True) -> Iterator[str]:
    """Yield what has grown between two moments.

    Args:
        before: What there was first.
        after: What there is now.
        memory: MiB by which resident memory may grow.
        at_rest: Whether all calls are over.
    """
    if at_rest and after.pending:
        yield f"{after.pending} calls are waiting still"
    if at_rest and after.routed > after.shelf * 4:
        yield f"{after.routed} tasks are routed, {after.shelf} calls are on the shelf"
    if after.threads > before.threads + _THREADS:
        yield f"threads: {before.threads} to {after.threads}"
    if before.descriptors is not None and after.descriptors is not None and after.descriptors > before.descriptors + 2:
        yield f"descriptors: {before.descriptors} to {after.descriptors}"
    if after.blocks > before.blocks * (1 + _SHARE) + _BLOCKS_KEPT * max(0, after.shelf - before.shelf):
        yield f"blocks of memory: {before.blocks} to {after.blocks}, with {after.shelf - before.shelf} calls shelved"
    if before.memory is not None and after.memory is not None and after.memory > before.memory + memory:
        yield f"memory: {before.memory:.0f} to {after.memory:.0f} MiB"


def settled(report: Report) -> Sample:
    """Return what there was when everything that is made once had been made: after a quarter of the phases."""
    samples = [held for _, held in report.samples]
    return max(samples[: max(1, len(samples) // 4)], key=lambda held: held.memory or held.blocks)


def lines(report: Report, seconds: float) -> Iterator[str]:
    """Yield the report, line by line."""
    yield f"calls        {report.calls.total():,} in {seconds:.0f} s: {_counted(report.calls)}"
    yield f"faults       {report.met.total():,} met, {len(report.met)} different"
    yield from (f"             {count:5} {name}" for name, count in sorted(report.met.items()))
    yield f"connections  {report.connections:,}"
    yield f"results      {report.results:,} of {report.asked:,} that the paid calls asked for"
    yield f"billed       {report.billed:,}; twice {report.twice:,}, unreachable {report.unreachable:,}, where allowed"
    yield f"errors       {report.errors.total():,}: {_counted(report.errors)}"
    share, limit = report.limit
    yield f"slowest      {report.slowest:.1f} s; at most {share:.0%} of what a call was allowed ({limit:.0f} s there)"
    yield f"{'after':50} {'MiB':>6} {'blocks':>9} {'threads':>7} {'files':>5} {'wait':>4} {'shelf':>5}"
    for name, held in report.samples:
        memory = "-" if held.memory is None else f"{held.memory:.0f}"
        files = "-" if held.descriptors is None else str(held.descriptors)
        yield f"{name:50} {memory:>6} {held.blocks:9,} {held.threads:7} {files:>5} {held.pending:4} {held.shelf:5}"
    for law in report.violations:
        yield f"VIOLATION    {law}"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.most_common()) or "none"
