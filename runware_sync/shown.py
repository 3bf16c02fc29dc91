"""What a notebook sees of an object: one method for all classes, which never fails.

Costs nothing to import; what makes HTML loads when a front end asks for it.
"""

import sys
from collections.abc import Container
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runware_sync.display import Html

__all__ = ["Shown", "look_of"]


class Shown:
    """Something that a notebook shows as more than its `repr`."""

    __slots__ = ()

    def _display(self) -> "Html":
        """Return what it looks like, in the words of `display`."""
        raise AssertionError("each class has its own")

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        """Return it as HTML and as plain text; as text alone where HTML fails, is not wanted, or cannot be shown.

        No exception ever leaves; only Ctrl-C does, which is meant for the cell.

        Args:
            include: The media types that are wanted. Default: all.
            exclude: Media types that are not wanted.
        """
        bundle = {"text/plain": _plain(self)}
        if _wants_html(include, exclude):
            try:
                bundle["text/html"] = str(self._display())
            except Exception:  # noqa: BLE001 - a picture that cannot be had must not break the cell that made it
                return bundle
        return bundle


def look_of(value: object) -> "Html":
    """Return what a value looks like among others: its own look, or else its `repr`."""
    from runware_sync import display

    return value._display() if isinstance(value, Shown) else display.text(repr(value))  # noqa: SLF001 - this module's own


def _plain(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - as above
        return object.__repr__(value)


def _wants_html(include: Container[str] | None, exclude: Container[str] | None) -> bool:
    if (include is not None and "text/html" not in include) or (exclude is not None and "text/html" in exclude):
        return False
    return _has_html_here()


def _has_html_here() -> bool:
    """Tell whether this is not IPython in a terminal, which asks for everything, and shows the text alone."""
    find: Any = getattr(sys.modules.get("IPython"), "get_ipython", None)  # not there while it is imported
    shell = None if find is None else find()
    types = getattr(getattr(shell, "display_formatter", None), "active_types", None)
    return types is None or "text/html" in types
