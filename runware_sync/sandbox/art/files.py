"""Pictures to bytes and back, as an image service does it."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

__all__ = ["LARGEST_SIDE", "MOST_PIXELS", "decode", "encode", "stored"]

LARGEST_SIDE = 2048
"""Pixels per side that the service keeps of an upload."""

MOST_PIXELS = 80_000_000
"""Pixels above which a picture is refused without decoding it."""


def encode(image: Image.Image, output_format: str, quality: int = 95) -> bytes:
    """Write an image as a file: the same bytes each time, with no time stamp or other metadata.

    Args:
        image: of any mode.
        output_format: `JPG`, `PNG` or `WEBP`, in any case. JPG has no alpha channel: it goes on white.
        quality: 1..100 for JPG and WEBP. PNG is lossless, whatever this says.

    Raises:
        ValueError: the format is another one.
    """
    wanted = output_format.upper()
    file = io.BytesIO()
    if wanted in {"JPG", "JPEG"}:
        _flat(image).save(file, "JPEG", quality=max(1, min(100, quality)), subsampling=0 if quality >= 90 else 2)
    elif wanted == "PNG":
        _plain(image).save(file, "PNG", compress_level=4)
    elif wanted == "WEBP":
        _colours(image).save(file, "WEBP", quality=max(1, min(100, quality)), method=2)
    else:
        raise ValueError(f"{output_format!r} is no output format: JPG, PNG or WEBP")
    return file.getvalue()


def decode(data: bytes) -> Image.Image:
    """Read an image file into RGB, or RGBA if it is transparent anywhere; the EXIF orientation is applied.

    Raises:
        ValueError: these bytes are no image, a damaged one, or one of more than `MOST_PIXELS` pixels.
    """
    try:
        with Image.open(io.BytesIO(data)) as found:
            if found.width * found.height > MOST_PIXELS:
                raise ValueError(f"an image of {found.width}x{found.height} pixels is too large")
            found.load()
            upright = ImageOps.exif_transpose(found)
            return _colours(upright)
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError(f"not a readable image: {error}") from error
    except (OSError, SyntaxError, EOFError, KeyError, IndexError, TypeError, OverflowError) as error:
        raise ValueError(f"a damaged image: {error}") from error


def stored(image: Image.Image) -> Image.Image:
    """Return what the service keeps of an upload: shrunk to `LARGEST_SIDE` per side, in its own proportions."""
    longest = max(image.size)
    if longest <= LARGEST_SIDE:
        return image.copy()
    width, height = (max(1, round(side * LARGEST_SIDE / longest)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _colours(image: Image.Image) -> Image.Image:
    """Convert to RGB, or RGBA if there is any transparency; nothing else of the file comes along."""
    if image.mode in {"I", "I;16", "I;16B", "F"}:
        image = _eight_bits(image)
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        lowest = clear.getchannel("A").getextrema()[0]
        return _bare(clear if lowest != 255 else clear.convert("RGB"))
    return _bare(image.convert("RGB"))


def _bare(image: Image.Image) -> Image.Image:
    copy = Image.new(image.mode, image.size)
    copy.paste(image)
    return copy


def _plain(image: Image.Image) -> Image.Image:
    return _bare(image) if image.mode in {"1", "L", "LA", "RGB", "RGBA"} else _colours(image)


def _flat(image: Image.Image) -> Image.Image:
    if image.mode in {"L", "RGB"}:
        return _bare(image)
    found = _colours(image)
    if found.mode == "RGB":
        return found
    ground = Image.new("RGB", found.size, (255, 255, 255))
    ground.paste(found, mask=found.getchannel("A"))
    return ground


def _eight_bits(image: Image.Image) -> Image.Image:
    """Bring 16-bit and float grey to 8 bits."""
    grey = image.convert("F")
    low, high = grey.getextrema()
    top = float(high) if isinstance(high, (int, float)) else 255.0
    bottom = float(low) if isinstance(low, (int, float)) else 0.0
    full = 255.0 if top <= 255 and bottom >= 0 else 65535.0
    return grey.point(lambda value: value * (255.0 / full) + 0).convert("L")
