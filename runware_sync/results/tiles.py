"""Results as the panels of a contact sheet. Needs Pillow, and is imported only by what needs it."""

from collections.abc import Sequence
from typing import Final

from attrs import evolve

from runware_sync.content.fetching import fetch
from runware_sync.gallery.exhibits import dollars
from runware_sync.gallery.sheet import Panel
from runware_sync.results.base import Content, Result
from runware_sync.results.picture import Picture

__all__ = ["failed", "tiles"]

_LARGEST: Final = 768  # pixels a side that a panel keeps of a picture: twice as many as it shows


def tiles(items: Sequence[object], titles: Sequence[str], seconds: float | None = None) -> list[Panel]:
    """Return results as panels: pictures, fetched side by side, and in the place of others words about what they are.

    Args:
        items: The results.
        titles: What stands below each, in front of its price.
        seconds: How long fetching may take. Default: as long as downloads may.
    """
    pictures = [item for item in items if isinstance(item, Picture)]
    late = {
        id(picture): found
        for picture, found in zip(pictures, fetch(pictures, seconds), strict=True)
        if isinstance(found, Exception)
    }
    return [_tile(item, title, late.get(id(item))) for item, title in zip(items, titles, strict=True)]


def _tile(item: object, title: str, error: Exception | None) -> Panel:
    price = dollars(item.cost) if isinstance(item, Result) else ""
    if isinstance(item, Picture):
        if error is not None:
            return evolve(failed(error, title), price=price)
        try:
            picture = item.to_pil()
        except ValueError as without_pixels:
            return evolve(failed(without_pixels, title), price=price)
        size = f"{picture.width} x {picture.height}"
        picture.thumbnail((_LARGEST, _LARGEST))
        return Panel(title=title, caption=size, price=price, picture=picture)
    text = [type(item).__name__] if isinstance(item, Content) else [str(item)]
    return Panel(title=title, price=price, text=text)


def failed(error: Exception, title: str) -> Panel:
    """Return what to show in the place of something that failed."""
    return Panel(title=title, text=[type(error).__name__, str(getattr(error, "message", error))])
