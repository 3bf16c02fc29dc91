"""Pictures of Pillow's: every mode, upright, and copied when the request is made."""

import base64
import io
import pickle
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from runware_sync import Caption
from runware_sync.media.given import classify

ORIENTATION = 0x0112


def sent(picture: Image.Image) -> Image.Image:
    """Return the picture that travels for one."""
    data = classify(picture, parameter="input_image").wire(parameter="input_image").partition(",")[2]
    return Image.open(io.BytesIO(base64.b64decode(data)))


def palette(*, clear: bool) -> Image.Image:
    picture = Image.new("P", (2, 1))
    picture.putpalette([255, 0, 0, 0, 0, 255])
    picture.putdata([0, 1])
    if clear:
        picture.info["transparency"] = 1
    return picture


def grey(mode: str, *values: float) -> Image.Image:
    picture = Image.new(mode, (len(values), 1))
    for x, value in enumerate(values):
        picture.putpixel((x, 0), value)
    return picture


@pytest.mark.parametrize(
    ("picture", "mode", "first"),
    [
        (Image.new("RGB", (2, 1), (1, 2, 3)), "RGB", (1, 2, 3)),
        (Image.new("RGBA", (2, 1), (1, 2, 3, 4)), "RGBA", (1, 2, 3, 4)),
        (Image.new("L", (2, 1), 7), "L", 7),
        (Image.new("LA", (2, 1), (7, 8)), "LA", (7, 8)),
        (Image.new("1", (2, 1), 1), "L", 255),
        (palette(clear=False), "RGB", (255, 0, 0)),
        (palette(clear=True), "RGBA", (255, 0, 0, 255)),
        (Image.new("PA", (2, 1)), "RGBA", (0, 0, 0, 0)),
        (Image.new("RGBa", (2, 1), (2, 4, 6, 255)), "RGBA", (2, 4, 6, 255)),
        (Image.new("La", (2, 1), (2, 255)), "LA", (2, 255)),
        (Image.new("CMYK", (2, 1), (0, 255, 255, 0)), "RGB", (255, 0, 0)),
        (Image.new("YCbCr", (2, 1), (255, 128, 128)), "RGB", (255, 255, 255)),
        (Image.new("HSV", (2, 1), (0, 255, 255)), "RGB", (255, 0, 0)),
        (grey("I;16", 65535, 0), "L", 255),
        (grey("I;16", 128 * 257, 0), "L", 128),
        (grey("I", 200, 0), "L", 200),
        (grey("I", 65535, 0), "L", 255),
        (grey("F", 0.5, 1.0), "L", 128),
        (grey("F", 200.0, 3.0), "L", 200),
    ],
)
def test_every_mode_becomes_eight_bits_of_grey_or_colour(picture: Image.Image, mode: str, first: Any) -> None:
    """With its transparency, of whatever kind; large numbers are scaled, not cut off."""
    travels = sent(picture)

    assert ("PNG", mode, picture.size) == (travels.format, travels.mode, travels.size)
    assert first == travels.getpixel((0, 0))


@pytest.mark.parametrize("values", [(-1.0, 1.0), (0.0, 256.0), (0.0, 1e9)])
def test_floats_that_mean_nothing_are_refused(values: tuple[float, ...]) -> None:
    """Rather than guessed at."""
    with pytest.raises(ValueError, match="Caption: input_image is a picture of mode F with values from"):
        Caption(grey("F", *values))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_with_an_orientation_is_sent_upright(tmp_path: Path, orientation: int) -> None:
    """As a viewer shows it: red at the upper left, whatever way the camera was held."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    marked = Image.new("RGB", (4, 6), "white")
    marked.putpixel((0, 0), (255, 0, 0))
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}.get(orientation)
    stored = marked if back is None else marked.transpose(Image.Transpose(back))
    stored.save(tmp_path / "a.png", exif=exif)

    with Image.open(tmp_path / "a.png") as picture:
        travels = sent(picture)

    assert marked.tobytes() == travels.tobytes()
    assert 1 == travels.getexif().get(ORIENTATION, 1)


def test_colour_profiles_go_along() -> None:
    """Where the numbers still mean the same."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = Image.new("RGB", (2, 2))
    picture.info["icc_profile"] = profile

    assert profile == sent(picture).info["icc_profile"]
    assert Caption(picture) != Caption(Image.new("RGB", (2, 2)))
    converted = Image.new("CMYK", (2, 2))
    converted.info["icc_profile"] = profile
    assert "icc_profile" not in sent(converted).info


def test_a_request_keeps_what_the_picture_showed() -> None:
    """And is equal to others, hashed and pickled by that."""
    picture = Image.new("RGB", (3, 2), "red")
    request = Caption(picture)
    picture.putpixel((0, 0), (0, 0, 0))

    assert Caption(Image.new("RGB", (3, 2), "red")) == request
    assert hash(Caption(Image.new("RGB", (3, 2), "red"))) == hash(request)
    assert request == pickle.loads(pickle.dumps(request))  # noqa: S301 - our own
    assert Caption(picture) != request


def test_pictures_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """A file that was cut off, and a picture without pixels."""
    Image.effect_noise((64, 64), 90).save(tmp_path / "a.png")
    whole = (tmp_path / "a.png").read_bytes()

    with (
        Image.open(io.BytesIO(whole[: len(whole) // 2])) as picture,
        pytest.raises(ValueError, match="input_image is a picture that Pillow cannot read"),
    ):
        Caption(picture)
    with pytest.raises(ValueError, match="input_image is a picture of 0 x 5 pixels"):
        Caption(Image.new("RGB", (0, 5)))
