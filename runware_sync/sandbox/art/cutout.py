"""A subject freed from its background, by what the border of the picture looks like."""

from PIL import Image, ImageChops, ImageFilter, ImageStat

from .regions import large, reached_from_border

__all__ = ["remove_background"]

_SIDE = 384  # the mask is found at this size and refined at full size


def remove_background(
    image: Image.Image,
    *,
    rgba: tuple[int, int, int, float] | None = None,
    only_mask: bool = False,
    post_process: bool = False,
    alpha_matting: bool = False,
    foreground_threshold: int = 240,
    background_threshold: int = 10,
    erode_size: int = 10,
) -> Image.Image:
    """Make what looks like the border, and is connected to it, transparent, and small stray bits with it.

    It works as well as a picture has one subject on a quiet ground; there is no model behind it.

    Args:
        image: the picture.
        rgba: a ground to put the subject on; its alpha is 0..1, or 2..255. None leaves it transparent.
        only_mask: return the mask ("L", white is the subject) instead of the picture.
        post_process: smooth the mask and close its small holes.
        alpha_matting: widen the soft edge; the next three count only with it.
        foreground_threshold: mask values from here on are fully the subject, 1..255.
        background_threshold: mask values up to here are fully the background, 0..255.
        erode_size: how many pixels of the edge are taken as unsure, 0..255.
    """
    colours = image.convert("RGB")
    mask = _subject(colours)
    if post_process:
        mask = mask.filter(ImageFilter.MedianFilter(5)).filter(ImageFilter.GaussianBlur(1.2))
        mask = mask.point([max(0, min(255, round((value - 80) * 2.7))) for value in range(256)])
    if alpha_matting:
        mask = _matted(mask, foreground_threshold, background_threshold, erode_size)
    if "A" in image.getbands():
        mask = ImageChops.multiply(mask, image.getchannel("A"))
    if only_mask:
        return mask
    cut = colours.convert("RGBA")
    cut.putalpha(mask)
    if rgba is None:
        return cut
    red, green, blue, alpha = rgba
    ground = Image.new("RGBA", cut.size, (red, green, blue, round(alpha * 255) if alpha <= 1 else round(alpha)))
    return Image.alpha_composite(ground, cut)


def _subject(colours: Image.Image) -> Image.Image:
    shrink = min(1.0, _SIDE / max(colours.size))
    size = max(8, round(colours.width * shrink)), max(8, round(colours.height * shrink))
    small = colours.resize(size, Image.Resampling.BOX if shrink < 1 else Image.Resampling.BILINEAR)
    small = small.filter(ImageFilter.GaussianBlur(1.0))
    distance = _distance(small, _ground(small))
    limit = _limit(distance)
    near = distance.point([255 if value <= limit else 0 for value in range(256)])
    mask = large(ImageChops.invert(reached_from_border(near))).filter(ImageFilter.MedianFilter(3))
    mask = mask.filter(ImageFilter.GaussianBlur(0.8)).point([max(0, min(255, (v - 64) * 2)) for v in range(256)])
    return mask.resize(colours.size, Image.Resampling.BICUBIC)


def _ground(small: Image.Image) -> Image.Image:
    """Estimate the background of each row between its two ends; a subject may well touch the lower border."""
    wide, tall = small.size
    rim = max(1, min(small.size) // 32)
    left, right = (_column(small.crop((x, 0, x + rim, tall))).resize(small.size) for x in (0, wide - rim))
    ramp = Image.linear_gradient("L").transpose(Image.Transpose.ROTATE_90).resize(small.size)
    return Image.composite(right, left, ramp)


def _column(strip: Image.Image) -> Image.Image:
    column = strip.resize((1, strip.height), Image.Resampling.BOX)
    return column.filter(ImageFilter.MedianFilter(5)).filter(ImageFilter.GaussianBlur(4))


def _distance(small: Image.Image, ground: Image.Image) -> Image.Image:
    red, green, blue = ImageChops.difference(small, ground).split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _limit(distance: Image.Image) -> int:
    """Choose the distance that parts ground from subject: Otsu's, kept within reason by the border's own noise."""
    counts = distance.histogram()
    total = sum(counts)
    whole = sum(value * count for value, count in enumerate(counts))
    best, limit, seen, part = 0.0, 24, 0, 0
    for value, count in enumerate(counts):
        seen += count
        part += value * count
        if 0 < seen < total:
            between = seen * (total - seen) * (part / seen - (whole - part) / (total - seen)) ** 2
            if between > best:
                best, limit = between, value
    rim = ImageStat.Stat(distance, _rim(distance.size))
    return round(max(12.0, rim.mean[0] + 2 * rim.stddev[0], limit * 0.42))


def _rim(size: tuple[int, int]) -> Image.Image:
    rim = Image.new("L", size, 255)
    edge = max(1, min(size) // 32)
    rim.paste(0, (edge, edge, size[0] - edge, size[1]))
    return rim


def _matted(mask: Image.Image, sure: int, nothing: int, erode_size: int) -> Image.Image:
    reach = max(0, min(255, erode_size))
    soft = mask.filter(ImageFilter.GaussianBlur(reach / 4)) if reach else mask
    low, high = max(0, min(254, nothing)), max(1, min(255, sure))
    high = max(high, low + 1)
    return soft.point([max(0, min(255, round((value - low) * 255 / (high - low)))) for value in range(256)])
