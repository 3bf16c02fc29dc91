"""Pictures as they are put into a page: whole if they are small, else scaled, never more than a bounded size.

Pillow does the scaling, where it is installed; it loads with the first picture.
"""

import io
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from runware_sync.formats import HEAD, data_uri, size_in_words, sniff
from runware_sync.media.dimensions import dimensions
from runware_sync.media.pictures import eight_bits, upright

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["EMBEDDED", "Preview", "preview"]

EMBEDDED: Final = 786432  # bytes of one picture; as base64 they are 1 MiB
_BROWSERS: Final = frozenset({"PNG", "JPEG", "WebP", "GIF", "AVIF", "BMP", "SVG"})
_LARGEST_PROFILE: Final = 65536


class Preview(NamedTuple):
    """A picture for a page.

    Attributes:
        source: It, as a data URI.
        size: Width and height of the original in pixels, if they are known.
    """

    source: str
    size: tuple[int, int] | None


def preview(data: bytes, pixels: int) -> Preview:
    """Return a picture as a page can hold it.

    Args:
        data: The file.
        pixels: How many pixels it may have; a larger one is scaled.

    Raises:
        ValueError: It is none that a browser shows, or too large and cannot be scaled; the message is for people.
    """
    found = sniff(data[:HEAD])
    if found is None or found.family != "image":
        raise ValueError("a file that is no picture")
    what = f"{found.name} picture, {size_in_words(len(data))}"
    fits = found.name in _BROWSERS and len(data) <= EMBEDDED
    if found.name == "SVG":
        if fits:
            return Preview(data_uri(data, found.mime), None)
        raise ValueError(f"{what}: too large to be shown here")
    size = dimensions(data)
    try:
        from PIL import Image
    except ImportError:
        if fits:
            return Preview(data_uri(data, found.mime), size)
        raise ValueError(f"{what}: to see it here, install runware-sync[notebook]") from None
    try:
        with Image.open(io.BytesIO(data)) as opened:
            size = _sides(opened, *opened.size)
            if fits and size[0] * size[1] <= pixels:
                return Preview(data_uri(data, found.mime), size)
            return Preview(_scaled(opened, size, pixels), size)
    except Exception as error:  # Pillow raises whatever a broken file makes it raise
        raise ValueError(f"{what}: it cannot be shown ({type(error).__name__})") from error


def _sides(opened: "Image", width: int, height: int) -> tuple[int, int]:
    """Return the two in the other order if a camera has noted that the picture lies on its side."""
    return (height, width) if opened.getexif().get(0x0112, 1) in {5, 6, 7, 8} else (width, height)


def _scaled(opened: "Image", size: tuple[int, int], pixels: int) -> str:
    from PIL import Image

    share = min(1.0, math.sqrt(pixels / (size[0] * size[1])))
    target = (max(1, math.floor(size[0] * share)), max(1, math.floor(size[1] * share)))
    opened.draft(None, _sides(opened, *target))  # a JPEG is decoded at a fraction of its size
    profile = opened.info.get("icc_profile")
    small = eight_bits(upright(opened), "it")
    small = small.convert("RGBA") if small.mode == "LA" else small
    if small.size != target:
        small = small.resize(target, Image.Resampling.LANCZOS)
    fitting = isinstance(profile, bytes) and len(profile) <= _LARGEST_PROFILE and small.mode == opened.mode
    keep = {"icc_profile": profile} if fitting else {}
    for name, written in _written(small, keep):
        if len(written) <= EMBEDDED:
            return data_uri(written, name)
    raise ValueError("too large")


def _written(picture: "Image", keep: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Yield a picture as files, each smaller than the one before; what is transparent stays so."""
    from PIL import Image, features

    if not picture.mode.endswith("A"):
        kind, settings = "JPEG", [{"quality": 88}, {"quality": 70}]
    elif features.check("webp"):
        kind, settings = "WEBP", [{"quality": 88, "method": 2}, {"quality": 60, "method": 2}]
    else:
        kind, settings = "PNG", [{"optimize": True}]
    while min(picture.size) > 0:
        for setting in settings:
            buffer = io.BytesIO()
            picture.save(buffer, kind, **setting, **keep)
            yield f"image/{kind.lower()}", buffer.getvalue()
        if max(picture.size) == 1:
            return
        half = (max(1, picture.width // 2), max(1, picture.height // 2))
        picture = picture.resize(half, Image.Resampling.LANCZOS)
