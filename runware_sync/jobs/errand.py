"""What a job does: one call, from the request to its result."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from runware_sync.calls.call import Call
from runware_sync.calls.orders import Outcome

__all__ = ["Errand", "NotAtOnce"]

R_co = TypeVar("R_co", covariant=True)


class NotAtOnce(Exception):  # noqa: N818 - nothing went wrong
    """Preparing a call takes time: what it sends has to be made, read or stored first."""


class Errand(Protocol[R_co]):
    """What is done by one call, from the request to its result; whoever drives it."""

    @property
    def uuid(self) -> str:
        """The root UUID of the call."""
        ...

    @property
    def request(self) -> Any:
        """The request object; `None` where there is none."""

    def prepare(self, *, at_once: bool = False) -> Call | None:
        """Return the call; `None` if a thread has to wait in `run` instead.

        Args:
            at_once: Whether to raise `NotAtOnce` where that takes time.
        """
        ...

    def run(self, call: Call | None = None, first: Callable[[], Outcome] | None = None) -> R_co:
        """Do it all, waiting in this thread; with `first`, go on after what the call's first window has come to."""
        ...

    def result(self, outcome: Outcome) -> R_co:
        """Return what the call has brought, in the form in which users want it."""
        ...
