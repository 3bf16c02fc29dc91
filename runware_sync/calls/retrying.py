"""How often, and after what pause, a call opens another window: the one policy, turned by tenacity.

One attempt is one waiting window. Whether there may be another is a fact about the error that ended it; what the next
one does, send again, buy what is missing or only keep waiting, was decided by `recovery` before.
"""

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from attrs import frozen

from runware_sync.errors import ApiError, ConnectionLostError, RunwareError, TaskTimeoutError

if TYPE_CHECKING:  # tenacity loads with the first call, not with the package
    from tenacity import RetryCallState

__all__ = ["Policy"]

T = TypeVar("T")


@frozen
class Policy:
    """How many windows after the first, and the pauses between them.

    Args:
        retries: Windows after the first; 0 means exactly one.
        base: Seconds of the first pause; it doubles from window to window.
        cap: Seconds that a pause has at most, before jitter is added.
    """

    retries: int
    base: float = 0.5
    cap: float = 30.0

    def run(
        self,
        window: Callable[[int], T],
        *,
        rest: Callable[[float], None],
        first: Callable[[], T] | None = None,
    ) -> T:
        """Open windows until one returns, one raises what forbids another, or they are spent.

        Args:
            window: Runs one window, given its number from 1; returns the outcome or raises.
            rest: Pauses for so many seconds; something that happens to the call may end it early.
            first: The outcome of a first window that has run already, with nobody waiting in it.
        """
        try:
            return window(1) if first is None else first()
        except RunwareError as error:
            if not error.retryable or self.retries == 0:
                raise
            failure = error
        return self._run_on(window, rest, failure)

    def _run_on(self, window: Callable[[int], T], rest: Callable[[float], None], failure: RunwareError) -> T:
        """Turn the windows after a first one that failed."""
        from tenacity import Retrying, retry_if_exception, stop_after_attempt

        number = 0

        def attempt() -> T:
            nonlocal number
            number += 1
            if number == 1:
                raise failure
            return window(number)

        return Retrying(
            stop=stop_after_attempt(self.retries + 1),
            wait=self._wait,
            retry=retry_if_exception(_may_help),
            sleep=rest,
            reraise=True,
        )(attempt)

    def _wait(self, state: "RetryCallState") -> float:
        error = state.outcome.exception() if state.outcome is not None else None
        return self.pause(error, state.attempt_number)

    def pause(self, error: BaseException | None, attempt: int) -> float:
        """Return the seconds between a window and the next.

        None where the next window only keeps waiting, or looks for what was sent; what the server names, where it names
        it; else exponential, with full jitter added after the cap.
        """
        if isinstance(error, TaskTimeoutError | ConnectionLostError):
            return 0.0
        named = error.raw.get("retryAfter") if isinstance(error, ApiError) else None
        if isinstance(named, int | float) and not isinstance(named, bool) and named >= 0:
            return float(named)
        longest = min(self.cap, self.base * 2.0 ** (attempt - 1))
        return longest + random.uniform(0.0, longest)


def _may_help(error: BaseException) -> bool:
    return isinstance(error, RunwareError) and error.retryable
