"""Telling a forked child from its parent without a system call.

`os.getpid()` is one, and would be made several times for each call. Python tells a child, of whatever made it, before
any other code of it runs.
"""

import os
from typing import Final

__all__ = ["generation"]

_forks: Final = [0]


def generation() -> int:
    """Return how many forks lie between this process and the one that loaded this module first."""
    return _forks[0]


def _begin_child() -> None:
    _forks[0] += 1


if hasattr(os, "register_at_fork"):  # there is no fork on Windows
    os.register_at_fork(after_in_child=_begin_child)
