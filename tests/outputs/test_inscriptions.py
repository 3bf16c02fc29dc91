"""A text goes into a picture's file beside the pixels, and comes out of it again."""

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import file, pixels
from PIL import Image as Pixels

from runware_sync.content import inscriptions
from runware_sync.content.inscriptions import inscribed, inscription

KINDS = ["PNG", "JPEG"]
TEXT = '{"prompt": "ein Füchslein 🦊"}'
EXIF = Pixels.Exif()
EXIF[0x010E] = "a fox"


def read(data: bytes) -> str | None:
    return inscription(BytesIO(data))


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def with_part(data: bytes, part: bytes) -> bytes:
    """Put a chunk behind the first one, or a segment behind the start."""
    place = 33 if data.startswith(b"\x89PNG") else 2
    return data[:place] + part + data[place:]


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_comes_back(kind: str) -> None:
    """Whatever letters it has."""
    assert TEXT == read(inscribed(file(kind), TEXT))


@pytest.mark.parametrize(
    "data",
    [file("PNG"), file("PNG", "RGBA"), file("PNG", "L"), file("JPEG"), file("JPEG", exif=EXIF, icc_profile=b"i" * 99)],
)
def test_nothing_else_in_the_file_changes(data: bytes) -> None:
    """One piece is put in between, and every byte of the rest stays: pixels, Exif, profiles."""
    written = inscribed(data, TEXT)
    start = next(index for index, (a, b) in enumerate(zip(data, written, strict=False)) if a != b)
    added = len(written) - len(data)

    # where the piece begins with the bytes that it was put in front of, the difference shows later
    assert any(data == written[:at] + written[at + added :] for at in range(max(0, start - 4), start + 1))


@pytest.mark.parametrize(("kind", "key"), [("PNG", "runware-sync"), ("JPEG", "comment")])
def test_pillow_reads_picture_and_text(kind: str, key: str) -> None:
    """As every viewer does: the parts are well formed, and so are the sums."""
    with Pixels.open(BytesIO(inscribed(file(kind), TEXT))) as opened:
        opened.verify()
    with Pixels.open(BytesIO(inscribed(file(kind), TEXT))) as opened:
        found = opened.info[key]
        seen = opened.convert("RGB").tobytes()
    with Pixels.open(BytesIO(file(kind))) as before:
        assert before.convert("RGB").tobytes() == seen

    assert TEXT in (found.decode() if isinstance(found, bytes) else found)


@pytest.mark.parametrize("kind", KINDS)
def test_an_earlier_text_is_replaced(kind: str) -> None:
    """One file tells one story."""
    twice = inscribed(inscribed(file(kind), "first"), "second")

    assert "second" == read(twice)
    assert inscribed(file(kind), "second") == twice


@pytest.mark.parametrize("kind", KINDS)
def test_halves_of_letters_survive_in_json(kind: str) -> None:
    """A string may hold what UTF-8 cannot: it is written as JSON would."""
    assert '"\\ud83e"' == read(inscribed(file(kind), '"\ud83e"'))


def test_the_segments_that_count_bytes_stay_where_they_were() -> None:
    """A JPEG's comment stands behind JFIF and Exif, and in front of what points at later bytes."""
    data = inscribed(file("JPEG", exif=EXIF, icc_profile=b"i" * 99), TEXT)

    assert data.index(b"JFIF") < data.index(b"Exif") < data.index(b"runware-sync") < data.index(b"ICC_PROFILE")


@pytest.mark.parametrize(
    "data",
    [
        with_part(file("PNG"), chunk(b"caBX", b"\0\0\0\x20jumb")),
        with_part(file("PNG"), chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x dcterms:provenance='https://a'/>")),
        with_part(file("JPEG"), segment(0xEB, b"JP\0\1\0\0\0\1\0\0\0\x40jumb\0\0\0\x20jumdc2pa\0")),
        with_part(file("JPEG"), segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x dcterms:provenance='https://a'/>")),
    ],
)
def test_signed_files_are_left_alone(data: bytes) -> None:
    """A signature counts every byte."""
    assert data == inscribed(data, TEXT)


def test_a_segment_that_only_resembles_a_signature_is_none() -> None:
    """JPEG has other uses for it."""
    data = with_part(file("JPEG"), segment(0xEB, b"HDR_RI ver=11"))

    assert TEXT == read(inscribed(data, TEXT))


@pytest.mark.parametrize("kind", ["WEBP", "GIF", "TIFF", "BMP"])
def test_other_kinds_are_left_alone(kind: str) -> None:
    """Only PNG and JPEG carry recipes."""
    assert file(kind) == inscribed(file(kind), TEXT)
    assert read(file(kind)) is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_that_is_too_long_is_left_out(kind: str) -> None:
    """Of two lengths around the limit, the shorter one fits into a segment."""
    longest = "x" * inscriptions.LONGEST

    assert longest == read(inscribed(file(kind), longest))
    assert file(kind) == inscribed(file(kind), longest + "x")


@pytest.mark.parametrize("kind", KINDS)
def test_broken_files_are_left_alone(kind: str) -> None:
    """Cut anywhere, they are saved as they came, and read without an error."""
    data = inscribed(file(kind, "L"), TEXT)
    for end in range(len(data)):
        cut = data[:end]
        found = read(cut)

        assert found in {TEXT, None}
        assert inscribed(cut, "new").endswith(cut[-2:])


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", file()[:33], b"\xff\xd8\xff", b"\xff\xd8\xff\xfe"]),
)
def test_any_bytes_are_survived(rest: bytes, start: bytes) -> None:
    """Files come from anywhere; none of them is lost or makes an error."""
    data = start + rest

    assert len(inscribed(data, TEXT)) >= len(data)
    assert read(data) is None


def test_a_text_of_somebody_elses_is_not_ours() -> None:
    """Other programs write comments, too; ours has its name in front."""
    noted = file("JPEG", comment=b"made by hand")
    described = with_part(file("PNG"), chunk(b"iTXt", b"Comment\0\0\0\0\0by hand"))

    assert [None, None] == [read(noted), read(described)]
    assert b"made by hand" in inscribed(noted, TEXT)
    assert read(with_part(file("PNG"), chunk(b"iTXt", b"runware-sync\0\1\0\0\0" + zlib.compress(b"a" * 9)))) is None
    assert read(with_part(file("PNG"), chunk(b"iTXt", b"runware-sync\0\0\0\0\0\xff"))) is None


def test_pixels_are_what_the_test_thinks() -> None:
    """The pictures here are no single colour, of which any re-encoding would give the same."""
    assert len(pixels().getcolors(1 << 20) or ()) > 10
