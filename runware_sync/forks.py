"""What a forked child has to begin anew: it has its parent's memory, and none of its parent's threads.

A lock that another thread held at that moment stays locked in the child for ever, and what that thread was to finish
is never finished. So whoever has locks, threads or sockets is told, in the child, of whatever made it, before anything
else runs there; nobody has to ask for the number of the process, which is a system call.
"""

import os
from collections.abc import Callable
from typing import Final, Protocol
from weakref import WeakSet

__all__ = ["Heir", "enlist", "generation", "in_child"]


class Heir(Protocol):
    """What is told in a forked child."""

    def begin_anew(self) -> None:
        """Let go of what was the parent's; takes no lock, and waits for nobody."""


_heirs: Final[WeakSet[Heir]] = WeakSet()
_forks: Final = [0]


def generation() -> int:
    """Return how many forks lie between this process and the one that loaded this module first."""
    return _forks[0]


def enlist(heir: Heir) -> None:
    """Have something told in every child that is forked from now on, for as long as it lives."""
    _heirs.add(heir)


def in_child(begin_anew: Callable[[], None]) -> None:
    """Have a module told in every forked child."""
    if hasattr(os, "register_at_fork"):  # there is no fork on Windows
        os.register_at_fork(after_in_child=begin_anew)


@in_child
def _tell_all() -> None:
    _forks[0] += 1
    for heir in list(_heirs):
        heir.begin_anew()
