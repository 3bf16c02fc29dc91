"""Files of pictures: kept byte for byte where the service takes them, turned or converted where it would not."""

import base64
import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from runware_sync.formats import data_uri
from runware_sync.media import pictures
from runware_sync.media.given import classify

ORIENTATION = 0x0112
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def painted(mode: str = "RGB") -> Image.Image:
    """Return a picture whose upper half is white, and whose lower half is black."""
    picture = Image.new("L", (32, 16), 0)
    picture.paste(255, (0, 0, 32, 8))
    return picture.convert(mode)


def written(form: str, picture: Image.Image | None = None, *, orientation: int | None = None, **settings: Any) -> bytes:
    file = io.BytesIO()
    if orientation is not None:
        settings["exif"] = Image.Exif()
        settings["exif"][ORIENTATION] = orientation
    (picture or painted()).save(file, form, **settings)
    return file.getvalue()


def sent(value: Any) -> str:
    return classify(value, parameter="seed_image").wire(parameter="seed_image")


def shown(uri: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))


@pytest.fixture
def no_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)


KEPT = [
    ("PNG", "image/png"),
    ("JPEG", "image/jpeg"),
    ("WEBP", "image/webp"),
    ("GIF", "image/gif"),
    ("BMP", "image/bmp"),
]
TURNED = [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")]


@pytest.mark.parametrize(("form", "mime"), KEPT)
def test_what_the_service_takes_is_kept_byte_for_byte(tmp_path: Path, form: str, mime: str) -> None:
    """From a path, from bytes, from a file object, from a data URI."""
    data = written(form)
    path = tmp_path / "picture"
    path.write_bytes(data)
    given: list[Any] = [path, data, io.BytesIO(data), data_uri(data, mime), base64.b64encode(data).decode()]

    assert [data_uri(data, mime)] * 5 == [sent(value) for value in given]


@pytest.mark.parametrize(("form", "mime"), TURNED)
def test_a_file_with_an_orientation_is_sent_upright(tmp_path: Path, form: str, mime: str) -> None:
    """In its own format, with its colours, from wherever it comes."""
    data = written(form, painted().transpose(Image.Transpose.ROTATE_90), orientation=6, icc_profile=PROFILE)
    path = tmp_path / "picture"
    path.write_bytes(data)

    for value in (path, data, io.BytesIO(data), data_uri(data, mime)):
        travels = sent(value)
        picture = shown(travels)
        assert travels.startswith(f"data:{mime};base64,")
        assert (form, 32, 16, 1) == (picture.format, *picture.size, picture.getexif().get(ORIENTATION, 1))
        assert PROFILE == picture.info["icc_profile"]
        grey = picture.convert("L")
        assert (255, 0) == tuple(round(grey.getpixel((16, y)) / 255) * 255 for y in (1, 14))  # type: ignore[operator]  # grey is one number


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_metadata_that_say_nothing_of_the_orientation_change_nothing(form: str) -> None:
    """A camera held upright writes 1, and much besides."""
    data = written(form, orientation=1)

    assert data == base64.b64decode(sent(data).partition(",")[2])


def test_moving_pictures_are_left_as_they_are() -> None:
    """Turning one would keep the first frame only."""
    frames = [painted(), painted().rotate(180)]
    data = written("WEBP", frames[0], orientation=6, save_all=True, append_images=frames[1:])

    assert data == base64.b64decode(sent(data).partition(",")[2])


def test_a_pair_of_a_telephone_is_sent_as_its_first_picture() -> None:
    """Such a JPEG holds two; the second one is a map of depths, or smaller."""
    exif = Image.Exif()
    exif[ORIENTATION] = 3
    file = io.BytesIO()
    painted().save(file, "MPO", save_all=True, append_images=[painted()], exif=exif)

    picture = shown(sent(file.getvalue()))

    assert "JPEG" == picture.format
    assert 0 == round(picture.convert("L").getpixel((16, 1)) / 255)  # type: ignore[operator]  # black is above now


@pytest.mark.parametrize(
    ("form", "settings", "mode"),
    [
        ("TIFF", {}, "RGB"),
        ("TIFF", {"compression": "tiff_lzw", "orientation": 3}, "RGB"),
        ("TIFF", {"picture": painted("CMYK")}, "RGB"),
        ("TIFF", {"picture": painted("F").point(lambda value: value * 256 + 0).convert("I").convert("I;16")}, "L"),
        ("AVIF", {"quality": 100}, "RGB"),
    ],
)
def test_other_formats_become_png(form: str, settings: dict[str, Any], mode: str) -> None:
    """Upright, in eight bits."""
    picture = shown(sent(written(form, **settings)))
    is_turned = settings.get("orientation") == 3

    assert ("PNG", mode, (32, 16)) == (picture.format, picture.mode, picture.size)
    assert (
        (0, 1)
        if is_turned
        else (1, 0)
        == tuple(
            round(picture.convert("L").getpixel((16, y)) / 255)  # type: ignore[operator]  # grey is one number
            for y in (1, 14)
        )
    )


@pytest.mark.parametrize("data", [b"II*\0" + bytes(40), written("TIFF")[:-900], b"\0\0\0\x18ftypheic" + bytes(40)])
def test_what_pillow_cannot_convert_is_said_with_the_parameter(data: bytes) -> None:
    """When the call is made, and with what helps."""
    medium = classify(data, parameter="seed_image")

    with pytest.raises(ValueError, match=r"seed_image is of type image/.*cannot convert it.*save it as PNG"):
        medium.wire(parameter="seed_image")


@pytest.mark.parametrize("cut", [200, 2000])
def test_damaged_pictures_are_for_the_service_to_judge(cut: int) -> None:
    """They are sent as they are."""
    data = written("JPEG", Image.effect_noise((64, 64), 90), orientation=6)[:cut]

    assert data == base64.b64decode(sent(data).partition(",")[2])


def test_pictures_too_large_to_be_decoded_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few bytes can claim more pixels than there is memory."""
    monkeypatch.setattr(pictures, "_MOST_PIXELS", 100)
    data = written("JPEG", orientation=6)

    assert data == base64.b64decode(sent(data).partition(",")[2])


@pytest.mark.usefixtures("no_pillow")
def test_without_pillow_files_are_sent_as_they_are() -> None:
    """Also those that lie on their side."""
    for data in (written_lying, written_plain):
        assert data == base64.b64decode(sent(data).partition(",")[2])


@pytest.mark.usefixtures("no_pillow")
@pytest.mark.parametrize("given", ["pixels", "tiff"])
def test_without_pillow_what_needs_pixels_says_what_to_install(given: str) -> None:
    """When the call is made, with the parameter."""
    value = np.zeros((4, 4)) if given == "pixels" else written_tiff
    medium = classify(value, parameter="seed_image")

    with pytest.raises(ImportError, match=r"seed_image .*pip install 'runware-sync\[notebook\]'"):
        medium.wire(parameter="seed_image")


written_lying = written("JPEG", orientation=6)
written_plain = written("PNG")
written_tiff = written("TIFF")


# -- file objects ----------------------------------------------------------------------------------------------------


def test_a_buffer_is_taken_as_a_whole() -> None:
    """A picture has just been written into it: it stands at its end; and it can be given again."""
    file = io.BytesIO()
    painted().save(file, "PNG")
    at = file.tell()

    first, again = (classify(file, parameter="seed_image") for _ in range(2))

    assert first == again
    assert at == file.tell()
    assert sent(file.getvalue()) == sent(file)


def test_a_buffer_is_copied_when_the_request_is_made() -> None:
    """What is written into it later belongs to nobody."""
    file = io.BytesIO(written_plain)
    medium = classify(file, parameter="seed_image")
    file.seek(0)
    file.write(b"other")

    assert data_uri(written_plain, "image/png") == medium.wire(parameter="seed_image")
