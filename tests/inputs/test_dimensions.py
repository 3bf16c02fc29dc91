"""The size of a picture, from the head of its file."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from runware_sync.media.dimensions import dimensions

SIZES = [(1, 1), (300, 70), (2049, 3)]
FORMS: list[tuple[str, dict[str, Any]]] = [
    ("PNG", {}),
    ("JPEG", {}),
    ("JPEG", {"progressive": True, "comment": b"c" * 40000}),
    ("WEBP", {}),
    ("WEBP", {"lossless": True}),
    ("WEBP", {"icc_profile": b"p" * 100}),
    ("GIF", {}),
    ("BMP", {}),
]


def written(form: str, size: tuple[int, int], settings: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "words " * 5000  # a thumbnail, or words, stand before the size in a JPEG
    Image.new("RGB", size, "red").save(file, form, **({"exif": exif} if form == "JPEG" else {}), **settings)
    return file.getvalue()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("form", "settings"), FORMS)
def test_the_head_of_a_file_tells_its_size(form: str, settings: dict[str, Any], size: tuple[int, int]) -> None:
    """The same as Pillow finds."""
    assert size == dimensions(written(form, size, settings))


def test_a_bitmap_may_begin_at_the_top() -> None:
    """Its height is then negative."""
    data = bytearray(written("BMP", (3, 5), {}))
    data[22:26] = (-5).to_bytes(4, "little", signed=True)

    assert (3, 5) == dimensions(bytes(data))


def test_a_jpeg_may_hold_fill_bytes_and_bare_markers() -> None:
    """Both are passed over."""
    data = written("JPEG", (3, 5), {})

    assert (3, 5) == dimensions(data[:2] + b"\xff\xff\xff\x01\xff\xd0" + data[2:])


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"BM" + bytes(24), b"RIFF0000WEBPVP8?" + bytes(30), b"II*\0" * 9])
def test_other_files_tell_nothing(data: bytes) -> None:
    """Cut off, unknown, or of another format."""
    assert dimensions(data) is None


@given(
    st.sampled_from([written(form, (5, 7), settings) for form, settings in FORMS]),
    st.integers(0, 400),
    st.binary(max_size=20),
)
def test_damaged_files_tell_nothing_or_something(whole: bytes, at: int, damage: bytes) -> None:
    """They never make it fail or run on."""
    found = dimensions(whole[:at] + damage)

    assert found is None or min(found) > 0
