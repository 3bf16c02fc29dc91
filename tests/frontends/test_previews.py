"""Pictures as a page can hold them."""

import base64
import io
import os
import sys
from typing import Any

import pytest
from PIL import Image

from runware_sync.gallery.previews import EMBEDDED, preview

MIB = 1048576


def noise(mode: str, size: tuple[int, int]) -> Image.Image:
    """Return a picture that no format can make much smaller."""
    channels = len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, size, os.urandom(size[0] * size[1] * channels))


def file(picture: Image.Image, kind: str, **settings: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **settings)
    return buffer.getvalue()


def opened(source: str) -> Image.Image:
    head, _, text = source.partition(",")
    picture = Image.open(io.BytesIO(base64.b64decode(text)))
    assert f"data:{Image.MIME[str(picture.format)]};base64" == head
    return picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_small_pictures_are_embedded_as_they_are(kind: str) -> None:
    """Byte for byte: what is seen is what came."""
    data = file(Image.new("RGB", (64, 48), "#335577"), kind)

    found = preview(data, MIB)

    assert data == base64.b64decode(found.source.partition(",")[2])
    assert (64, 48) == found.size


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("RGB", "PNG"), ("RGBA", "PNG"), ("L", "PNG"), ("RGB", "JPEG"), ("CMYK", "JPEG"), ("RGBA", "WEBP")],
)
def test_large_pictures_are_scaled(mode: str, kind: str) -> None:
    """To as many pixels as may be, in their proportions, in less than 1 MiB of text; what is transparent stays so."""
    data = file(noise(mode, (1800, 900)), kind)

    found = preview(data, 200_000)

    small = opened(found.source)
    assert (1800, 900) == found.size
    assert 190_000 < small.width * small.height <= 200_000
    assert 2 * small.height == pytest.approx(small.width, abs=2)
    assert len(found.source) <= MIB + 100
    assert mode.endswith("A") == small.mode.endswith("A")


def test_even_noise_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture that stays large at a low quality becomes smaller in pixels."""
    monkeypatch.setattr("runware_sync.gallery.previews.EMBEDDED", 20_000)

    found = preview(file(noise("RGBA", (400, 400)), "PNG"), MIB)

    assert len(found.source) < 27_000
    assert opened(found.source).width in {200, 100}


def test_few_pixels_in_many_bytes_are_written_anew() -> None:
    """The bound is on what is embedded, whatever the size of the picture."""
    data = file(noise("RGB", (600, 600)), "PNG")
    assert len(data) > EMBEDDED

    found = preview(data, MIB)

    assert (600, 600) == opened(found.source).size
    assert len(found.source) < MIB


def test_photographs_are_turned_upright() -> None:
    """A camera's note about its turn holds for the preview, and for the size that is told."""
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = Image.new("RGB", (1200, 400), "red")
    stored.paste("blue", (600, 0, 1200, 400))
    data = file(stored, "JPEG", exif=exif)

    found = preview(data, 120_000)

    assert (400, 1200) == found.size
    small = opened(found.source)
    assert (200, 600) == small.size
    assert [(254, 0, 0), (0, 0, 254)] == [small.getpixel((100, y)) for y in (100, 500)]


def test_deep_greys_and_palettes_are_shown() -> None:
    """Modes that the web does not know are turned into ones that it knows."""
    grey = Image.new("I;16", (300, 300), 32768)
    palette = noise("L", (300, 300)).convert("P")

    assert 100 < opened(preview(file(grey, "TIFF"), 10_000).source).convert("L").getpixel((5, 5)) < 150  # type: ignore[operator]  # a grey is one number
    assert "RGB" == opened(preview(file(palette, "PNG"), 10_000).source).mode


def test_drawings_are_embedded_as_they_are() -> None:
    """As the source of an image they run no scripts, and they have no pixels to be scaled."""
    assert preview(b'<svg xmlns="http://www.w3.org/2000/svg"/>', MIB).source.startswith("data:image/svg+xml;base64,")
    with pytest.raises(ValueError, match="too large"):
        preview(b"<svg>" + bytes(EMBEDDED), MIB)


@pytest.mark.parametrize(
    "data", [b"<html>", b"\x89PNG\r\n\x1a\n" + bytes(500_000), b"", b"\0\0\0\x18ftypheic" + bytes(900)]
)
def test_what_is_no_picture_is_said_in_words(data: bytes) -> None:
    """A broken file is a line of text; the reason is told."""
    with pytest.raises(ValueError, match=r"cannot be shown|no picture"):
        preview(data, MIB)


def test_without_pillow_small_files_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """As they are; for large ones the extra is named."""
    monkeypatch.setitem(sys.modules, "PIL", None)
    png = b"\x89PNG\r\n\x1a\n"

    assert preview(png + bytes(1000), 10).source.startswith("data:image/png;base64,")
    with pytest.raises(ValueError, match=r"PNG picture, 1\.0 MB: .* runware-sync\[notebook\]"):
        preview(png + bytes(1_000_000), 10)


def test_photographs_stay_sharp() -> None:
    """A JPEG is decoded at a fraction of its size, but not of that of its preview."""
    stripes = Image.new("L", (1200, 1200), 0)
    for left in range(0, 1200, 8):
        stripes.paste(255, (left, 0, left + 4, 1200))

    small = opened(preview(file(stripes, "JPEG"), 360_000).source)

    low, high = small.crop((100, 100, 500, 500)).getextrema()
    assert (600, 600) == small.size
    assert high - low > 150  # type: ignore[operator]  # grey has two numbers
