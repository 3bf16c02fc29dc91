"""Pictures as Pillow's and as numpy's."""

import builtins
import sys
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from pictures import file, inline, pixels, several
from PIL import Image as Pixels

from runware_sync import Grid
from runware_sync.results import Content, GuideImage, Image, Mask, Picture, Video

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what makes a library as good as not installed."""
    ordinary = builtins.__import__

    def hide(*libraries: str) -> None:
        def imports(
            name: str,
            globals_: Mapping[str, object] | None = None,
            locals_: Mapping[str, object] | None = None,
            fromlist: Sequence[str] = (),
            level: int = 0,
        ) -> Any:
            if name.partition(".")[0] in libraries:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            return ordinary(name, globals_, locals_, fromlist, level)

        for name in [each for each in sys.modules if each.partition(".")[0] in libraries]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.delitem(sys.modules, "runware_sync.gallery.sheet", raising=False)
        monkeypatch.setattr(builtins, "__import__", imports)

    return hide


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_pillow_gets_the_picture_as_it_is(mode: str) -> None:
    """Loaded, in its own mode, and a new one each time: what is drawn on one is not on the next."""
    image = inline(file(mode=mode))

    first, second = image.to_pil(), image.to_pil()
    first.paste(0, (0, 0, 24, 16))

    assert (mode, "PNG") == (second.mode, second.format)
    assert pixels(mode).tobytes() == second.tobytes()


def test_the_bytes_are_decoded_once_and_the_pixels_are_not_kept() -> None:
    """A hundred results would fill the memory."""
    image = inline(file())

    image.to_pil()
    image.to_numpy()

    assert {"_kept"} == {name for name in vars(image) if name.startswith("_")}


@pytest.mark.parametrize(("mode", "depth"), [("RGB", 3), ("RGBA", 4), ("L", 3), ("LA", 4), ("P", 3)])
def test_numpy_gets_height_width_and_colours(mode: str, depth: int) -> None:
    """Bytes, three of them or four with transparency, which may be written to."""
    array = inline(file(mode=mode)).to_numpy()
    array[0, 0, 0] = 1

    assert ((16, 24, depth), "uint8") == (array.shape, array.dtype.name)
    if mode == "RGB":
        array = inline(file(mode=mode)).to_numpy()
        assert pixels().getpixel((3, 9)) == tuple(array[9, 3])


def test_deep_greys_keep_their_upper_bits() -> None:
    """A depth map may have sixteen."""
    kept = BytesIO()
    Pixels.fromarray(np.array([[0, 255, 256, 65535]], np.uint16)).save(kept, "PNG")

    assert [[[0] * 3, [0] * 3, [1] * 3, [255] * 3]] == inline(kept.getvalue()).to_numpy().tolist()


@pytest.mark.parametrize("cls", [Image, GuideImage, Mask])
def test_every_picture_has_pixels(cls: type[Content]) -> None:
    """Guides and masks too; films have none."""
    assert issubclass(cls, Picture)
    assert not issubclass(Video, Picture)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (SVG, "SVG drawing, which has no pixels; read()"),
        (b"no picture at all", "Pillow cannot open"),
        (file()[:60], "PNG"),
    ],
)
def test_what_has_no_pixels_says_so(data: bytes, words: str) -> None:
    """And what to do with it."""
    for method in (inline(data).to_pil, inline(data).to_numpy):
        with pytest.raises(ValueError, match="picture") as caught:
            method()

        assert words in str(caught.value)


def test_a_picture_that_is_larger_than_pillow_allows_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow's own limit holds, and its words are passed on."""
    monkeypatch.setattr(Pixels, "MAX_IMAGE_PIXELS", 100)

    with pytest.raises(ValueError, match=r"cannot open the picture \(PNG\): Image size \(384 pixels\) exceeds limit"):
        inline(file()).to_pil()


def test_without_pillow_the_extra_is_named(without: Any) -> None:
    """What needs no pixels works; what does, says what to install."""
    image = inline(file())
    without("PIL")

    with pytest.raises(ImportError, match=r"to_pil\(\) needs Pillow: pip install 'runware-sync\[notebook\]'"):
        image.to_pil()
    with pytest.raises(ImportError, match=r"to_numpy\(\) needs numpy and Pillow: pip install"):
        image.to_numpy()
    with pytest.raises(ImportError, match=r"contact_sheet\(\) needs Pillow: pip install"):
        several(2).contact_sheet()
    with pytest.raises(ImportError, match=r"sheet\(\) needs Pillow: pip install"):
        Grid(axes={"steps": [1]}, cells=()).sheet()
    assert file() == image.read()


def test_without_numpy_the_extra_is_named(without: Any) -> None:
    """Pillow alone is enough for Pillow's pictures."""
    without("numpy")

    with pytest.raises(ImportError, match=r"runware-sync\[notebook\]"):
        inline(file()).to_numpy()
    assert (24, 16) == inline(file()).to_pil().size
