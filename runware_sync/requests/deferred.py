"""Classes that load when they are used: the shapes of nested objects, and the results.

Most calls give no nested object, and there are thirty of them; so the annotations of the requests hold references while
the program runs. Type checkers see the real classes.
"""

from importlib import import_module
from typing import Any, Final, ForwardRef

__all__ = ["Nested", "deferred", "load"]

_PACKAGE: Final = __name__.rpartition(".")[0]


class Nested:
    """The mark of a nested object."""


def deferred(names: str) -> tuple[ForwardRef, ...]:
    """Return references to the shapes of these names."""
    return tuple(ForwardRef(name, module=_PACKAGE) for name in names.split())


def load(name: str) -> Any:
    """Return the class of a nested object."""
    return getattr(import_module(_PACKAGE), name)
