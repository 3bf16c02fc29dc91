"""Sniffing, base64, data URIs, and short forms."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runware_sync.formats import (
    data_uri,
    decode_base64,
    decode_data_uri,
    format_of_suffix,
    in_short,
    is_data_uri,
    size_in_words,
    sniff,
)

PNG = b"\x89PNG\r\n\x1a\n" + bytes(24)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (PNG, "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(12), "JPEG"),
        (b"GIF89a" + bytes(10), "GIF"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "WebP"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "WAV"),
        (b"RIFF\x10\0\0\0JUNKxxxx", None),
        (b"BM\x10\0\0\0\0\0\0\0" + bytes(10), "BMP"),
        (b"BMW is a car maker", None),
        (b"II*\0" + bytes(12), "TIFF"),
        (b"\0\0\0\x20ftypavif" + bytes(8), "AVIF"),
        (b"\0\0\0\x20ftypisom" + bytes(8), "MP4"),
        (b"\0\0\0\x20ftypqt  " + bytes(8), "QuickTime"),
        (b"\x1aE\xdf\xa3" + bytes(12), "WebM"),
        (b"ID3\x04" + bytes(12), "MP3"),
        (b"\xff\xfb\x90\x00" + bytes(12), "MP3"),
        (b"\xff\xf1\x50\x80" + bytes(12), "AAC"),
        (b"\xff\xff\xff\xff" + bytes(12), None),
        (b"fLaC" + bytes(12), "FLAC"),
        (b"OggS" + bytes(12), "Ogg"),
        (b"glTF\x02" + bytes(12), "GLB"),
        (b"PK\x03\x04" + bytes(12), "ZIP"),
        (b'<?xml version="1.0"?>\n<svg xmlns="x">', "SVG"),
        (b"\xef\xbb\xbf <svg>", "SVG"),
        (b"<!doctype html><html><body><p>no</p>", None),
        (b"root:x:0:0:root:/root:/bin/bash\n", None),
        (b"", None),
    ],
)
def test_first_bytes_tell_the_format(head: bytes, name: str | None) -> None:
    """A file is what its first bytes say, and unknown bytes are nothing."""
    found = sniff(head)

    assert name == (found.name if found else None)


@given(st.binary(max_size=64))
def test_sniffing_survives_anything(head: bytes) -> None:
    """No bytes make it fail."""
    found = sniff(head)

    assert found is None or found.suffix.startswith(".")


@given(st.binary(max_size=300))
def test_data_uris_come_back(data: bytes) -> None:
    """What is encoded is decoded to the same bytes."""
    uri = data_uri(data, "image/png")

    assert is_data_uri(uri)
    assert data == decode_data_uri(uri)


@given(st.binary(max_size=300))
def test_base64_is_understood_in_every_dress(data: bytes) -> None:
    """URL-safe letters, missing padding and line breaks do not matter."""
    plain = base64.b64encode(data).decode()
    folded = "\r\n".join(plain[start : start + 20] for start in range(0, len(plain), 20))

    assert [data] * 3 == [
        decode_base64(plain),
        decode_base64(folded),
        decode_base64(base64.urlsafe_b64encode(data).decode().rstrip("=")),
    ]


@pytest.mark.parametrize("text", ["a", "fox and hound!", "ä" * 8, "abc=def="])
def test_what_is_no_base64_is_refused(text: str) -> None:
    """Garbage is an error, never silently skipped."""
    with pytest.raises(ValueError):
        decode_base64(text)


def test_data_uris_may_be_percent_encoded() -> None:
    """Pictures in text form travel like that."""
    assert b"<svg>" == decode_data_uri("data:image/svg+xml,%3Csvg%3E")
    assert b"\xfb\xef" == decode_data_uri("data:image/png;base64,%2B%2B8=")


def test_what_is_no_data_uri_is_refused() -> None:
    """A string without comma is none."""
    with pytest.raises(ValueError, match="no data URI"):
        decode_data_uri("data:image/png")


def test_suffixes_announce_formats() -> None:
    """In any case of letters."""
    jpeg = format_of_suffix(".JPEG")

    assert jpeg is not None
    assert ".jpg" == jpeg.suffix
    assert format_of_suffix(".2") is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a fox", "'a fox'"),
        ("QUJD" * 400000, "<1.2 MB base64>"),
        (data_uri(bytes(3000), "image/png"), "<3.0 kB data URI>"),
        (b"\0" * 12, "<12 bytes>"),
        ({"a": {"b": {"c": 1}}}, "{'a': {'b': {…}}}"),
        ([[[1]]], "[[[…]]]"),
        (list(range(10)), "[0, 1, 2, 3, 4, 5, 6, 7, …]"),
        (7, "7"),
    ],
)
def test_values_are_shown_in_short(value: object, shown: str) -> None:
    """A line for people holds no base64 and no end of text."""
    assert shown == in_short(value)


def test_long_text_is_cut() -> None:
    """A prompt of pages becomes a line."""
    assert len(in_short("a fox and " * 1000)) < 200


def test_sizes_are_words() -> None:
    """In decimal units."""
    assert ["999 bytes", "1.0 kB", "2.5 MB"] == [size_in_words(999), size_in_words(1000), size_in_words(2500000)]
