"""Files on show: pictures as previews, films and sounds as players, the rest as links, each with a line below.

Bytes that are not here yet are fetched side by side; what is not there in time, or cannot be shown, is said in words.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from attrs import frozen

from runware_sync import display
from runware_sync.content.fetching import fetch
from runware_sync.display import Html
from runware_sync.errors import DownloadError
from runware_sync.formats import HEAD, size_in_words, sniff
from runware_sync.gallery.previews import preview
from runware_sync.media.given import Medium
from runware_sync.media.mediums import Reference

__all__ = ["Exhibit", "dollars", "of_medium", "on_a_wall", "single"]

_PATIENCE: Final = 10.0  # seconds for everything that one cell shows
_MOST: Final = 100  # files on one wall
_WIDE: Final = 640  # pixels of one by itself
_NARROW: Final = 240  # of one among others
_THUMB: Final = 4 * _NARROW * _NARROW  # its pixels, on a screen that shows them double
_PLAYER: Final = 360
_SOURCE: Final = 1048576  # pixels of an input


@frozen(kw_only=True)
class Exhibit:
    """One file to be shown.

    Attributes:
        name: What it is, in a word.
        family: `"image"`, `"video"`, `"audio"` or `"mesh"`.
        load: Returns its bytes, of a film or sound no more than a player takes.
        pixels: How many pixels its preview may have.
        at_hand: Whether that takes no network.
        url: Where it can be opened.
        alt: What it shows, in words, as far as that is known.
        told: What is said below it.
        source: The file that it was made from; or, where that is not at hand, what is known of it.
    """

    name: str
    family: str
    load: Callable[[], bytes]
    pixels: int
    at_hand: bool = False
    url: str | None = None
    alt: str = ""
    told: Sequence[str] = ()
    source: "Exhibit | str | None" = None

    def read(self) -> bytes:
        """Return its bytes, or raise; under the name that `fetching` knows."""
        return self.load()


def of_medium(medium: Medium) -> Exhibit | str:
    """Return an input as it is shown beside what was made of it; of what is elsewhere, the address alone."""
    if isinstance(medium, Reference):
        return f"made from {medium.text.partition('?')[0]}"
    cargo = partial(medium.load, parameter="input")
    return Exhibit(
        name="input", family="image", load=lambda: cargo().file[0], pixels=_SOURCE, at_hand=True, told=["input"]
    )


def single(exhibit: Exhibit) -> Html:
    """Return one file by itself; beside what it was made from, if that is at hand."""
    source = exhibit.source
    if not isinstance(source, Exhibit):
        [found] = fetch([exhibit], _PATIENCE)
        return display.gallery([_shown(exhibit, found, _WIDE, *([] if source is None else [source]))])
    before, after = fetch([source, exhibit], _PATIENCE)
    return display.gallery(
        [_shown(source, before, _WIDE // 2), _shown(exhibit, after, _WIDE // 2)],
    )


def on_a_wall(exhibits: Sequence[Exhibit], *about: str) -> Html:
    """Return many files side by side, and a line about all of them.

    Args:
        exhibits: What to show; what is too much is counted.
        about: Parts of the line below.
    """
    hung = exhibits[:_MOST]
    left = f"{len(exhibits) - _MOST} more, not shown here" if len(exhibits) > _MOST else ""
    found = fetch(hung, _PATIENCE)
    pairs = enumerate(zip(hung, found, strict=True))
    tiles = [_shown(exhibit, data, _NARROW, str(index)) for index, (exhibit, data) in pairs]
    return display.gallery(tiles, display.caption(*about, left))


def dollars(cost: float | None) -> str:
    """Return a price as people write it; nothing if it is not known."""
    return "" if cost is None else f"${cost:,.6f}".rstrip("0").rstrip(".")


def _shown(exhibit: Exhibit, found: bytes | Exception, wide: int, *first: str) -> Html:
    """Return one file; `first` is said before everything else."""
    try:
        if isinstance(found, Exception):
            raise found
        if exhibit.family == "image":
            return _picture(exhibit, found, wide, first)
        if exhibit.family in {"video", "audio"}:
            about = display.caption(*first, *exhibit.told, size_in_words(len(found)))
            return display.tile(display.player(found, url=exhibit.url), about, wide=max(wide, _PLAYER))
        return _link(exhibit, size_in_words(len(found)), first, sniff(found[:HEAD]))
    except Exception as error:  # noqa: BLE001 - one that fails must not hide the others
        return _failure(exhibit, error, wide, first)


def _picture(exhibit: Exhibit, data: bytes, wide: int, first: Sequence[str]) -> Html:
    small = preview(data, exhibit.pixels)
    size = f"{small.size[0]}×{small.size[1]}" if small.size else ""  # noqa: RUF001 - the sign for it
    source, larger = small.source, None
    if exhibit.url is None and wide == _NARROW and small.size and small.size[0] > wide:
        source, larger = preview(data, min(_THUMB, exhibit.pixels)).source, small.source
    shown = display.picture(source, alt=exhibit.alt or exhibit.name, url=exhibit.url, larger=larger)
    return display.tile(shown, display.caption(*first, *exhibit.told, size), wide=wide)


def _link(exhibit: Exhibit, size: str, first: Sequence[str], found: object = None) -> Html:
    name = getattr(found, "name", "")
    label = f"open the {name or exhibit.name} file"
    words = display.link(exhibit.url, label) if exhibit.url else name or exhibit.name
    return display.tile(words, display.caption(*first, *exhibit.told, size), wide=_PLAYER)


def _failure(exhibit: Exhibit, error: Exception, wide: int, first: Sequence[str]) -> Html:
    size = error.size if isinstance(error, DownloadError) else None
    if size is not None:  # nothing failed: it is only too large for this place
        return _link(exhibit, size_in_words(size), first)
    words = display.text(f"{exhibit.name} not shown: {error}")
    link = display.link(exhibit.url, "open") if exhibit.url else ""
    return display.tile(words, display.caption(*first, *exhibit.told, link), wide=wide)
