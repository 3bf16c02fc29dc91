"""Pictures as the service takes them: of a format that it knows, and upright.

Pillow is used for what goes in only where pixels have to be touched. Without it, pictures are sent as they are; where
that cannot be, the error says which extra to install.
"""

import io
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from runware_sync.extras import missing
from runware_sync.formats import in_short
from runware_sync.media.dimensions import dimensions

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["LARGEST_SIDE", "eight_bits", "fit", "png", "require_pillow", "upright"]

LARGEST_SIDE: Final = 2048  # pixels a side; what is larger is shrunk by the service when it is stored
_MOST_PIXELS: Final = 178956970  # above which Pillow itself suspects an attack
_KEPT: Final = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "GIF", "image/bmp": "BMP"}
_CONVERTED: Final = frozenset({"image/tiff", "image/avif", "image/heic"})
_MARKS: Final = (b"Exif\0\0", b"eXIf", b"EXIF", b"tiff:Orientation")  # how a file may say which way is up
_ORIENTATION: Final = 0x0112
_QUALITY: Final = 95  # of a picture in a lossy format that had to be turned


def fit(data: bytes, mime: str, where: str) -> tuple[bytes, str]:
    """Return a file as the service takes it, and its media type.

    What the service knows is kept byte for byte, unless a camera was held otherwise and EXIF says so: then the pixels
    are turned. TIFF, AVIF and HEIC become PNG. What is no picture, or has no pixels, is left alone.

    Args:
        data: The file.
        mime: Its media type.
        where: What it was given for, to be named in errors.

    Raises:
        ImportError: It must be converted, and Pillow is not installed.
        ValueError: It must be converted, and cannot be read.
    """
    if mime in _CONVERTED:
        require_pillow(f"{where} is of type {mime}, which the service does not take; converting it")
        return _converted(data, mime, where), "image/png"
    if mime in _KEPT and any(mark in data for mark in _MARKS) and find_spec("PIL") is not None:
        return _turned(data, mime), mime
    return data, mime


def require_pillow(purpose: str) -> None:
    """Raise `ImportError` if Pillow is not installed; the message begins with what needs it."""
    if find_spec("PIL") is None:
        raise missing(purpose, "Pillow")


def upright(image: "Image.Image") -> "Image.Image":
    """Return a picture turned as its EXIF orientation says, without that; the picture itself if there is none."""
    from PIL import ImageOps

    if image.getexif().get(_ORIENTATION, 1) == 1:
        return image
    return ImageOps.exif_transpose(image)


def eight_bits(image: "Image.Image", where: str) -> "Image.Image":
    """Return a picture of any mode as L, LA, RGB or RGBA; transparency of any kind becomes an alpha channel.

    Grey of 16 bits is brought to 8; grey of more, or in floats, counts as 0 to 1 or 0 to 255 if it stays within, whole
    numbers also as 0 to 65535.

    Raises:
        ValueError: There are numbers that mean nothing.
    """
    if image.mode.startswith(("I", "F")):
        return _scaled(image, where)
    if image.mode in {"La", "RGBa"}:
        return image.convert(image.mode.upper())
    if image.has_transparency_data:
        return image if image.mode in {"LA", "RGBA"} else image.convert("RGBA")
    if image.mode in {"1", "L"}:
        return image.convert("L")
    return image.convert("RGB")


def png(image: "Image.Image", profile: bytes | None) -> bytes:
    """Return a picture of 8 bits as the bytes of a PNG file."""
    file = io.BytesIO()
    image.save(file, "PNG", icc_profile=profile)
    return file.getvalue()


def _scaled(image: "Image.Image", where: str) -> "Image.Image":
    """Bring grey of other numbers to 8 bits."""
    grey = image.convert("I") if image.mode.startswith("I;16") else image
    low, high = (float(end) for end in grey.getextrema() if isinstance(end, int | float))
    if image.mode.startswith("I;16"):
        full = 65535.0
    else:
        scales = (1.0, 255.0) if image.mode == "F" else (255.0, 65535.0)
        full = next((scale for scale in scales if low >= 0 and high <= scale), 0.0)
    if not full:
        raise ValueError(
            f"{where} is a picture of mode {image.mode} with values from {low:g} to {high:g}; it may have 0 to 1 or"
            " 0 to 255 in floats, 0 to 65535 in whole numbers"
        )
    return grey.convert("F").point(lambda value: value * (255.0 / full) + 0.5).convert("L")


def _turned(data: bytes, mime: str) -> bytes:
    """Turn a picture upright that is of a format to be kept; what Pillow cannot read is for the service to judge."""
    from PIL import Image

    if _is_too_large(data):
        return data
    try:
        with Image.open(io.BytesIO(data)) as found:
            if mime != "image/jpeg" and getattr(found, "is_animated", False):  # of a telephone's pair, the first counts
                return data
            turned = upright(found)
            if turned is found:
                return data
            file = io.BytesIO()
            turned.save(file, _KEPT[mime], quality=_QUALITY, icc_profile=found.info.get("icc_profile"))
            return file.getvalue()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return data


def _converted(data: bytes, mime: str, where: str) -> bytes:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as found:
            profile = found.info.get("icc_profile")
            image = eight_bits(upright(found), where)
            return png(image, profile if image.mode == found.mode else None)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(
            f"{where} is of type {mime}, which the service does not take, and Pillow cannot convert it"
            f" ({in_short(str(error))}); save it as PNG, JPEG or WebP"
        ) from error


def _is_too_large(data: bytes) -> bool:
    size = dimensions(data)
    return size is not None and size[0] * size[1] > _MOST_PIXELS // 2
