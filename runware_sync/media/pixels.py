"""Pictures that are no files: those of Pillow, and arrays.

Neither library is imported for it: a picture of Pillow's can only be there if somebody else has, and an array is known
by its interface. What is given is copied at once, so that a request means the same each time that it is used; it
becomes a file, PNG, when the call is made, in the thread that makes it.
"""

import sys
from functools import partial
from typing import Any, Protocol

from attrs import frozen

from runware_sync.media.cargo import Cargo
from runware_sync.media.pictures import eight_bits, png, require_pillow, upright

__all__ = ["HasPixels", "Pixels", "is_array", "is_picture", "of_array", "of_picture"]

_ALLOWED = (
    "an array may be of uint8 with the shape (height, width) or (height, width, 1, 3 or 4), of floats from 0 to 1 with"
    " (height, width) or (height, width, 3 or 4), or of bool, a mask, with (height, width)"
)
_MODES = {None: "L", 1: "L", 3: "RGB", 4: "RGBA"}


class HasPixels(Protocol):
    """A picture that is no file: a `PIL.Image.Image`, or a numpy array."""

    @property
    def __array_interface__(self) -> object:
        """How numpy describes it."""


@frozen(repr=False)
class Pixels:
    """The pixels of a picture, equal if mode, size and bytes are.

    Args:
        mode: "L", "LA", "RGB" or "RGBA", 8 bits each.
        size: Width and height.
        data: The bytes, row by row.
        profile: An ICC profile of the colours.
    """

    mode: str
    size: tuple[int, int]
    data: bytes
    profile: bytes | None = None

    def load(self, *, parameter: str, local_files: bool = True) -> Cargo:
        """Return what travels."""
        shape = f"image/{self.mode} {self.size[0]}x{self.size[1]} {self.profile!r}"
        return Cargo(self.data, shape, partial(self._file, parameter))

    def wire(self, *, parameter: str, local_files: bool = True) -> str:
        """Return it as it travels: a data URI.

        Raises:
            ImportError: Pillow is not installed.
        """
        return self.load(parameter=parameter).inline()

    def _file(self, parameter: str) -> tuple[bytes, str]:
        require_pillow(f"{parameter} is given as pixels; making a file of them")
        from PIL import Image

        return png(Image.frombytes(self.mode, self.size, self.data), self.profile), "image/png"

    def __repr__(self) -> str:
        """Show mode and size only."""
        return f"Pixels(<{self.mode}, {self.size[0]} x {self.size[1]}>)"


def is_picture(value: object) -> bool:
    """Tell whether a value is a picture of Pillow's."""
    known = getattr(sys.modules.get("PIL.Image"), "Image", None)  # another thread may be in the midst of its import
    return known is not None and isinstance(value, known)


def is_array(value: object) -> bool:
    """Tell whether a value is an array, by numpy's interface."""
    return isinstance(getattr(value, "__array_interface__", None), dict)


def of_picture(image: Any, parameter: str) -> Pixels:
    """Return the pixels of a picture of Pillow's, upright and in 8 bits.

    Raises:
        ValueError: It cannot be read, or has no pixels.
    """
    if 0 in image.size:
        raise ValueError(
            f"{parameter} is a picture of {image.size[0]} x {image.size[1]} pixels; there is nothing in it"
        )
    try:
        made = eight_bits(upright(image), parameter)
        data = made.tobytes()
    except (OSError, SyntaxError) as error:
        raise ValueError(f"{parameter} is a picture that Pillow cannot read: {error}") from error
    return Pixels(made.mode, made.size, data, image.info.get("icc_profile") if made.mode == image.mode else None)


def of_array(array: Any, parameter: str) -> Pixels:
    """Return the pixels of an array; it need not be contiguous.

    Raises:
        TypeError: It is of another type than uint8, float or bool.
        ValueError: It is of another shape, empty, or has floats that are not from 0 to 1.
    """
    facts = array.__array_interface__
    shape, kind = tuple(facts["shape"]), str(facts["typestr"])[1:]
    given = f"{parameter} is an array of {getattr(array, 'dtype', kind)} with the shape {shape}"
    if kind != "u1" and kind[:1] not in {"f", "b"}:
        raise TypeError(f"{given}; {_ALLOWED}")
    channels = {"u1": (1, 3, 4), "b1": ()}.get(kind, (3, 4))
    if len(shape) not in {2, 3} or (len(shape) == 3 and shape[2] not in channels):
        hint = "; channels come last" if len(shape) == 3 and shape[0] in channels else ""
        raise ValueError(f"{given}{hint}; {_ALLOWED}")
    if 0 in shape:
        raise ValueError(f"{given}; there is nothing in it")
    if kind == "b1":
        array = array.astype("uint8") * 255
    elif kind != "u1":
        low, high = float(array.min()), float(array.max())
        if not (low >= 0 and high <= 1):  # which numbers that are none are not, either
            raise ValueError(f"{given} and values from {low:g} to {high:g}; {_ALLOWED}")
        array = (array * 255 + 0.5).astype("uint8")
    return Pixels(_MODES[shape[2] if len(shape) == 3 else None], (shape[1], shape[0]), array.tobytes())
