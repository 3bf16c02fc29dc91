"""Misfortunes that can be ordered: which task meets one, and what happens then."""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Final, Literal, get_args

from attrs import Attribute, define, field, frozen

__all__ = ["KINDS", "Fault", "FaultBook"]

Kind = Literal[
    "drop", "half_open", "fail", "delay", "auth_error", "ignore", "lose", "repeat", "malformed", "binary",
    "unknown_task", "error_after", "trickle", "fragment", "pad", "stall",
]  # fmt: skip

KINDS: Final = frozenset(get_args(Kind))
_BEFORE_READING: Final = frozenset({"auth_error", "ignore"})
_OF_THE_LINE: Final = frozenset({"drop", "half_open"})
_REMEMBERED: Final = 100_000
_MOMENTS: Final = ("received", "accepted", "between", "after")


def _types(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _known(_: object, __: "Attribute[Any]", value: Any) -> None:
    if value not in KINDS:
        raise ValueError(f"unknown fault {value!r}: one of {', '.join(sorted(KINDS))} is possible")


def _moment(_: object, __: "Attribute[Any]", value: Any) -> None:
    if value not in _MOMENTS:
        raise ValueError(f"when={value!r}: one of {', '.join(_MOMENTS)} is possible")


def _way(_: object, __: "Attribute[Any]", value: Any) -> None:
    if value not in {"reset", "eof", "close"} and not isinstance(value, int):
        raise ValueError(f"how={value!r}: 'reset', 'eof', 'close' or a close code is possible")


def _positive(_: object, attribute: "Attribute[Any]", value: int | None) -> None:
    if value is not None and value < 1:
        raise ValueError(f"{attribute.name}={value!r}: must be 1 or more")


@frozen
class Fault:
    """One misfortune, and the tasks that meet it.

    Submitted tasks are counted, those of the given `types` only. With neither `every` nor `at`, each task meets it.
    Pings never meet a fault; questions (`getResponse`, `getTaskDetails`) only one whose `types` name them, and only
    what keeps them from being read: "drop" and "half_open" (whatever `when` says), "ignore", "auth_error".

    Args:
        kind: "drop" cuts the connection, "half_open" lets it accept bytes and say nothing more, for ever;
            "fail" lets the task fail with `code`, after `results` of its results; "delay" makes it `seconds` slower;
            "auth_error" answers with `invalidApiKey` from now on, on this connection; "ignore" never reads the task;
            "lose" makes the results and sends nothing; "repeat" sends each frame of results twice;
            "malformed" sends a broken frame before the results; "binary" sends the results as binary messages;
            "unknown_task" sends a result and an error of a task that nobody sent before the results;
            "error_after" sends an error for the task when it has finished; "trickle" sends each frame of results
            slowly, over `seconds`; "fragment" sends it in fragments of `size` bytes; "pad" makes each result `size`
            bytes longer; "stall" reads nothing from the connection for `seconds`, while it goes on sending.
        every: Each n-th task.
        at: The n-th task only, counted from 1.
        count: At most so many times.
        types: Task types, as sent; empty for all.
        when: The moment of "drop", "half_open" and "stall": the task has been "received" (and is never read; not of
            "stall"), "accepted" (nothing has been sent yet), "between" results (after `results` of them), "after" the
            last.
        how: How "drop" does it: "reset" (TCP reset), "eof" (without a word), "close" (code 1000), or a close code.
        code: The error code of "fail" and "error_after".
        message: The text that goes with it.
        results: Results that are delivered first; of a text that is streamed, pieces that are written first.
        nameless: The error names no task.
        seconds: See "delay", "trickle", "stall".
        size: Bytes; see "fragment", "pad".
    """

    kind: Kind = field(validator=_known)
    every: int | None = field(default=None, kw_only=True, validator=_positive)
    at: int | None = field(default=None, kw_only=True, validator=_positive)
    count: int | None = field(default=None, kw_only=True, validator=_positive)
    types: tuple[str, ...] = field(default=(), kw_only=True, converter=_types)
    when: Literal["received", "accepted", "between", "after"] = field(
        default="accepted", kw_only=True, validator=_moment
    )
    how: str | int = field(default="reset", kw_only=True, validator=_way)
    code: str = field(default="providerError", kw_only=True)
    message: str = field(default="The provider could not complete the task.", kw_only=True)
    results: int = field(default=0, kw_only=True)
    nameless: bool = field(default=False, kw_only=True)
    seconds: float = field(default=1.0, kw_only=True)
    size: int = field(default=1024, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot happen."""
        if self.kind == "stall" and self.when == "received":
            raise ValueError("when='received': a task that meets a stall has been read; 'accepted' is possible")

    @property
    def in_flow(self) -> bool:
        """Whether a text that is streamed meets it between two of its pieces."""
        return self.results > 0 and (self.kind == "fail" or (self.kind == "drop" and self.when == "between"))

    @property
    def before_reading(self) -> bool:
        """Whether the task that meets it is never accepted."""
        return self.kind in _BEFORE_READING or (self.kind in _OF_THE_LINE and self.when == "received")

    @property
    def of_questions(self) -> bool:
        """Whether a question can meet it, if its `types` name it."""
        return bool(self.types) and (self.kind in _BEFORE_READING or self.kind in _OF_THE_LINE)


@define
class _Entry:
    fault: Fault
    met: int = 0
    fired: int = 0

    def fires(self, task_type: str) -> bool:
        fault = self.fault
        if (fault.types and task_type not in fault.types) or (fault.count is not None and self.fired >= fault.count):
            return False
        self.met += 1
        if (fault.at is not None and self.met != fault.at) or (fault.every is not None and self.met % fault.every):
            return False
        self.fired += 1
        return True


class FaultBook:
    """The faults that are waiting for their tasks, with their counters. All methods may be called from any thread."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._entries = [_Entry(fault) for fault in faults]
        self._met: deque[Fault] = deque(maxlen=_REMEMBERED)

    @property
    def met(self) -> list[Fault]:
        """The faults that tasks and questions have met, in order, each as often as it happened."""
        with self._lock:
            return list(self._met)

    def add(self, fault: Fault) -> None:
        """Add a fault; it counts tasks from now on."""
        with self._lock:
            self._entries.append(_Entry(fault))

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._entries.clear()

    def before_reading(self, task_type: str) -> Fault | None:
        """Count a task that has been received; return the fault that keeps it from being read, if one does."""
        return next(iter(self._fired(task_type, lambda fault: fault.before_reading)), None)

    def asked(self, question_type: str) -> Fault | None:
        """Count a question; return the fault that keeps it from being read, if one does."""
        return next(iter(self._fired(question_type, lambda fault: fault.of_questions)), None)

    def accepted(self, task_type: str) -> tuple[Fault, ...]:
        """Count a task that has been accepted; return all the faults that it meets."""
        return self._fired(task_type, lambda fault: not fault.before_reading)

    def _fired(self, task_type: str, concerned: Callable[[Fault], bool]) -> tuple[Fault, ...]:
        if not self._entries:
            return ()
        with self._lock:
            fired = [entry.fault for entry in self._entries if concerned(entry.fault) and entry.fires(task_type)]
            self._met.extend(fired)
        return tuple(fired)
