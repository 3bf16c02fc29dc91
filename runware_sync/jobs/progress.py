"""How far calls are, for people: a bar where one can move, else a line now and then that a log can hold.

A bar is moved and closed by the thread that waits for the calls, and by no other. tqdm loads when one is made.
"""

import sys
import time
import warnings
from collections.abc import Callable, Iterable, Sized
from functools import partial
from types import TracebackType
from typing import Any, Final, Self

from attrs import evolve

from runware_sync.calls.call import Call
from runware_sync.calls.orders import Order
from runware_sync.extras import missing
from runware_sync.jobs.job import Job
from runware_sync.protocol.frames import Item, is_step

__all__ = ["CallProgress", "MapProgress", "Progress", "in_map"]

_PERCENT: Final = "{desc}: {percentage:3.0f}%|{bar}| [{elapsed}<{remaining}{postfix}]"
_QUIET: Final = 60.0  # seconds between two lines where no bar can move


class Progress:
    """One count towards a goal, what it has cost so far, and how often something had to be tried again.

    Args:
        title: What is counted.
        total: The goal; `None` if there is none that is known.
        unit: What one of it is.

    Raises:
        ImportError: tqdm is not installed.
    """

    def __init__(self, title: str, total: int | None, unit: str) -> None:
        tqdm = _tqdm()
        self._title = title
        self._total = total
        self._unit = unit
        self._done = 0
        self._cost: float | None = None
        self._retries = 0
        self._note = ""
        self._begun = self._told = time.monotonic()
        form = _PERCENT if unit == "%" else None
        self._bar: Any = None
        if _can_move():
            self._bar = tqdm(desc=title, total=total, unit=unit, dynamic_ncols=True, bar_format=form)

    def tell(
        self, done: int | None = None, *, cost: float | None = None, retries: int | None = None, note: str | None = None
    ) -> None:
        """Show how far it is.

        Args:
            done: How much is done; it never goes back.
            cost: What was paid since the last time.
            retries: How often something was tried again so far.
            note: A word about what goes on.
        """
        if cost is not None:
            self._cost = (self._cost or 0.0) + cost
        self._retries = max(self._retries, retries or 0)
        self._note = self._note if note is None else note
        step = max(0, (done or 0) - self._done)
        self._done += step
        if self._bar is not None:
            self._bar.set_postfix_str(self._about(), refresh=False)
            self._bar.update(step)
            if not step:
                self._bar.refresh()
        elif time.monotonic() - self._told >= _QUIET:
            self._print()

    def close(self) -> None:
        """Leave it as it is: the bar stands, or the last line is written."""
        if self._bar is not None:
            self._bar.set_postfix_str(self._about(), refresh=True)
            self._bar.close()
        else:
            self._print()

    def _about(self) -> str:
        retries = f"{self._retries} {'retry' if self._retries == 1 else 'retries'}" if self._retries else ""
        cost = "" if self._cost is None else f"${self._cost:.4f}"
        return ", ".join(part for part in (self._note, cost, retries) if part)

    def _print(self) -> None:
        self._told = time.monotonic()
        goal = "" if self._total is None or self._unit == "%" else f"/{self._total}"
        facts = (f"{self._done}{goal} {self._unit}", self._about(), f"{self._told - self._begun:.0f} s")
        print(f"{self._title}: {', '.join(filter(None, facts))}", file=sys.stderr, flush=True)  # noqa: T201 - its use


class MapProgress(Progress):
    """How far `map` is.

    Args:
        total: How many requests there are, if that is known.
    """

    def __init__(self, total: int | None) -> None:
        super().__init__("map", total, "calls")
        self._again = 0

    def count(self, job: Job[Any]) -> None:
        """Take note of a job that is done."""
        error = None if job.cancelled() else job.exception()
        self._again += max(0, job.attempts - 1)
        came = () if job.cancelled() else job.result() if error is None else getattr(error, "results", ())
        self.tell(self._done + 1, cost=_cost(came), retries=self._again)


class CallProgress:
    """How far one call is: in percent if it is long by nature, else in results.

    Args:
        in_percent: Which of the two.

    Raises:
        ImportError: tqdm is not installed.
    """

    def __init__(self, *, in_percent: bool) -> None:
        _tqdm()  # better now than after something was sent
        self._in_percent = in_percent
        self._progress: Progress | None = None
        self._call: Call | None = None
        self._came = 0

    def follow(self, order: Order) -> Order:
        """Return the order as one that tells how far it is, and begin to show that."""
        kind = str(order.body["taskType"])
        total, unit = (100, "%") if self._in_percent else (order.expected, "results")
        shown = self._progress = Progress(kind, total, unit)

        def on_partial(items: list[Item]) -> None:
            steps = [str(item["status"]) for item in items if is_step(item, kind)]
            self._came += len(items) - len(steps)
            share = self._came if not self._in_percent else 100 * self._came // order.expected
            shown.tell(share, cost=_cost(items), retries=self._retries, note=steps[-1] if steps else None)
            if order.on_partial is not None:
                order.on_partial(items)

        def on_progress(percent: int) -> None:
            shown.tell(percent if self._in_percent else None, retries=self._retries)
            if order.on_progress is not None:
                order.on_progress(percent)

        return evolve(order, on_partial=on_partial, on_progress=on_progress)

    def watch(self, call: Call | None) -> None:
        """Say which call it is, whose retries are counted."""
        self._call = call

    @property
    def _retries(self) -> int:
        return 0 if self._call is None else max(0, self._call.attempts - 1)

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it: at the goal, unless an exception leaves."""
        if self._progress is None:
            return
        if error is None:
            goal = 100 if self._in_percent else self._came
            self._progress.tell(goal, retries=self._retries, note="")
        self._progress.close()


def in_map(requests: Iterable[object]) -> Callable[[], MapProgress]:
    """Return what begins to show how far `map` is; its total is known if the requests have a length.

    Raises:
        ImportError: tqdm is not installed.
    """
    _tqdm()
    return partial(MapProgress, len(requests) if isinstance(requests, Sized) else None)


def _cost(came: object) -> float | None:
    """Return what results have cost, as objects or as they travelled; `None` if that is not known."""
    cost = came.get("cost") if isinstance(came, dict) else getattr(came, "cost", None)
    if isinstance(came, list | tuple):
        known = [part for part in map(_cost, came) if part is not None]
        return sum(known) if known else None
    return float(cost) if isinstance(cost, int | float) else None


def _can_move() -> bool:
    """Tell whether somebody sees a bar move: in a terminal or a notebook, and not in a pipe or a log."""
    find: Any = getattr(sys.modules.get("IPython"), "get_ipython", None)  # not there while it is imported
    shell = None if find is None else find()
    if shell is not None and "IPKernelApp" in shell.config:
        return True
    return sys.stderr is not None and sys.stderr.isatty()


def _tqdm() -> Callable[..., Any]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # without ipywidgets a bar of text moves in notebooks, which does as well
            from tqdm.auto import tqdm
    except ImportError:
        raise missing("progress=True", "tqdm") from None
    # Without the thread that tqdm starts to look after its bars: what moves them here is in no hurry.
    return type("Bar", (tqdm,), {"monitor_interval": 0})
