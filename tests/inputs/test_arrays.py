"""Numpy arrays as pictures: which are taken, what they become, and what is said about the others."""

import base64
import io
import pickle
import re
from typing import Any

import numpy as np
import pytest
from PIL import Image

from runware_sync.media.given import Pixels, classify
from runware_sync.requests import ImageInference, Upscale, UpscaleVideo

Array = np.ndarray[Any, Any]
GREY = np.arange(30, dtype=np.uint8).reshape(5, 6) * 8
COLOURS = np.arange(90, dtype=np.uint8).reshape(5, 6, 3)
CLEAR = np.arange(120, dtype=np.uint8).reshape(5, 6, 4)


def sent(array: Array) -> Image.Image:
    """Return the picture that travels for an array."""
    head, _, data = classify(array, parameter="seed_image").wire(parameter="seed_image").partition(",")
    assert "data:image/png;base64" == head
    return Image.open(io.BytesIO(base64.b64decode(data)))


@pytest.mark.parametrize(
    ("array", "mode", "pixels"),
    [
        (GREY, "L", GREY),
        (GREY[:, :, None], "L", GREY),
        (COLOURS, "RGB", COLOURS),
        (CLEAR, "RGBA", CLEAR),
        (GREY > 100, "L", np.where(GREY > 100, 255, 0)),
        (GREY / 255, "L", GREY),
        ((COLOURS / 255).astype(np.float32), "RGB", COLOURS),
        ((CLEAR / 255).astype(">f8"), "RGBA", CLEAR),
        (np.array([[0.0, 1.0]], dtype=np.float16), "L", np.array([[0, 255]])),
    ],
)
def test_each_form_of_array_becomes_the_picture_that_it_shows(array: Array, mode: str, pixels: Array) -> None:
    """Masks become black and white, floats are rounded to the nearest of 256 steps."""
    picture = sent(array)

    assert mode == picture.mode
    assert pixels.tolist() == np.asarray(picture).tolist()


@pytest.mark.parametrize(
    "view",
    [COLOURS[::2, ::-1], COLOURS.transpose(1, 0, 2), np.asfortranarray(COLOURS), np.broadcast_to(COLOURS, (5, 6, 3))],
)
def test_arrays_need_not_be_contiguous(view: Array) -> None:
    """Slices, transposed ones and such in the order of Fortran show what they show."""
    assert view.tolist() == np.asarray(sent(view)).tolist()


@pytest.mark.parametrize(
    ("array", "error", "words"),
    [
        (GREY.astype(np.int64), TypeError, "an array of int64 with the shape (5, 6)"),
        (GREY.astype(np.uint16), TypeError, "an array of uint16"),
        (GREY.astype(complex), TypeError, "an array of complex128"),
        (np.array([["a"]]), TypeError, "an array of <U1"),
        (np.array([[object()]]), TypeError, "an array of object"),
        (np.float64(0.5), ValueError, "with the shape ()"),
        (GREY[0], ValueError, "with the shape (6,)"),
        (GREY[None, None], ValueError, "with the shape (1, 1, 5, 6)"),
        (CLEAR[:, :, :2], ValueError, "with the shape (5, 6, 2)"),
        (COLOURS.transpose(2, 0, 1), ValueError, "with the shape (3, 5, 6); channels come last"),
        (COLOURS > 1, ValueError, "an array of bool with the shape (5, 6, 3)"),
        (GREY[:0], ValueError, "with the shape (0, 6); there is nothing in it"),
        (GREY * 1.0, ValueError, "values from 0 to 232"),
        (GREY / 255 - 0.1, ValueError, "values from -0.1"),
        (np.array([[np.nan, 0.5]]), ValueError, "values from nan to nan"),
    ],
)
def test_other_arrays_are_refused_at_construction(array: Any, error: type[Exception], words: str) -> None:
    """With the parameter, the type, the shape, and all that is allowed."""
    with pytest.raises(error, match=re.escape(words)) as caught:
        ImageInference("a fox", model="runware:101@1", seed_image=array)

    assert str(caught.value).startswith("ImageInference: seed_image is an array of ")
    assert words.endswith("nothing in it") or "uint8 with the shape (height, width)" in str(caught.value)


def test_pixels_are_pictures_only() -> None:
    """There is no film in them."""
    with pytest.raises(TypeError, match="input_video is given as pixels, and not of the kind video"):
        UpscaleVideo(COLOURS, model="runware:501@1")


def test_a_request_keeps_what_an_array_showed_when_it_was_made() -> None:
    """What is painted into the array later is another picture."""
    array = COLOURS.copy()
    request = Upscale(array)
    array[:] = 0

    assert Upscale(COLOURS) == request
    assert Upscale(array) != request


def test_requests_with_arrays_are_values() -> None:
    """Equal and hashed by content, type and shape; picklable; shown in short."""
    request = Upscale(COLOURS)

    assert request == pickle.loads(pickle.dumps(request))  # noqa: S301 - our own
    assert hash(request) == hash(Upscale(COLOURS.copy()))
    assert Upscale(COLOURS.reshape(6, 5, 3)) != request
    assert Upscale(COLOURS.reshape(5, 18)) != request
    assert "Upscale(Pixels(<RGB, 6 x 5>))" == repr(request)


def test_a_list_of_arrays_is_a_list_of_pictures() -> None:
    """Each is named by its place."""
    request = ImageInference("a", model="m", reference_images=[COLOURS, GREY])

    assert [Pixels("RGB", (6, 5), COLOURS.tobytes()), Pixels("L", (6, 5), GREY.tobytes())] == list(
        request.reference_images or ()
    )
    with pytest.raises(ValueError, match=r"reference_images\[1\] is an array"):
        ImageInference("a", model="m", reference_images=[COLOURS, GREY[0]])
