"""Edges: Canny's method with image operations only, soft edges, and straight segments along edges."""

import math

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from .shapes import Path, Point

__all__ = ["canny", "drawn", "gradients", "segments", "soft_edges", "widened"]

_ACROSS = (-1, 0, 1, -2, 0, 2, -1, 0, 1)
_DOWN = (-1, -2, -1, 0, 0, 0, 1, 2, 1)
_FULL = 4  # gradients are kept at a quarter, so that 255 stands for 1020


def _kernel(weights: tuple[int, ...], sign: int) -> ImageFilter.Kernel:
    return ImageFilter.Kernel((3, 3), [weight * sign for weight in weights], scale=_FULL)


def gradients(grey: Image.Image) -> tuple[Image.Image, Image.Image, Image.Image, Image.Image]:
    """Return how much a grey picture brightens to the right, left, bottom and top, a quarter of Sobel's numbers."""
    right, left, bottom, top = (
        _rimless(grey.filter(_kernel(weights, sign))) for weights in (_ACROSS, _DOWN) for sign in (1, -1)
    )
    return right, left, bottom, top


def _rimless(image: Image.Image) -> Image.Image:
    """Blacken the outermost pixels, where a filter of 3x3 has not looked."""
    if min(image.size) < 3:
        return Image.new("L", image.size)
    return ImageOps.expand(image.crop((1, 1, image.width - 1, image.height - 1)), 1, 0)


def canny(grey: Image.Image, low: float, high: float) -> Image.Image:
    """Find edges: white lines of one pixel on black.

    Args:
        grey: mode "L".
        low: gradients from here on are edges where they touch a strong one, 0..1020 as in OpenCV.
        high: gradients from here on are strong edges.
    """
    low, high = min(low, high), max(low, high)
    smooth = grey.filter(ImageFilter.GaussianBlur(1.1))
    right, left, bottom, top = gradients(smooth)
    across, down = ImageChops.lighter(right, left), ImageChops.lighter(bottom, top)
    size = ImageChops.add(across, down)
    flat = _above(across.point([round(value * 0.4142) for value in range(256)]), down, equal=True)
    steep = _above(down.point([round(value * 0.4142) for value in range(256)]), across, equal=True)
    falling = ImageChops.lighter(ImageChops.multiply(right, bottom), ImageChops.multiply(left, top))
    rising = ImageChops.lighter(ImageChops.multiply(right, top), ImageChops.multiply(left, bottom))
    slanted = _above(falling, rising, equal=True)
    thin = _peak(size, -1, 1)
    thin = Image.composite(_peak(size, -1, -1), thin, slanted)
    thin = Image.composite(_peak(size, 0, -1), thin, steep)
    thin = Image.composite(_peak(size, -1, 0), thin, flat)
    thin = ImageChops.multiply(thin, _inside(thin.size))
    weak = ImageChops.multiply(thin, _from(size, low / _FULL))
    found = ImageChops.multiply(weak, _from(size, high / _FULL))
    for _ in range(256):
        grown = ImageChops.darker(widened(found), weak)
        if ImageChops.difference(grown, found).getbbox() is None:
            break
        found = grown
    return found


def soft_edges(grey: Image.Image) -> Image.Image:
    """Find edges at three scales and add them up: light and soft where all agree."""
    total = Image.new("L", grey.size)
    for radius, weight in ((1.0, 0.6), (2.2, 0.9), (4.5, 1.3)):
        right, left, bottom, top = gradients(grey.filter(ImageFilter.GaussianBlur(radius)))
        size = ImageChops.add(ImageChops.lighter(right, left), ImageChops.lighter(bottom, top))
        strong = size.filter(ImageFilter.GaussianBlur(radius / 2))
        total = ImageChops.add(total, strong.point([min(255, round(v * weight * 1.6)) for v in range(256)]))
    return total


def widened(lines: Image.Image) -> Image.Image:
    """Make light lines one pixel wider on each side."""
    wide = ImageChops.lighter(lines, ImageChops.lighter(_shifted(lines, 1, 0), _shifted(lines, -1, 0)))
    return ImageChops.lighter(wide, ImageChops.lighter(_shifted(wide, 0, 1), _shifted(wide, 0, -1)))


def segments(edges: Image.Image, shortest: float, tolerance: float = 1.4) -> list[tuple[Point, Point]]:
    """Follow edges of one pixel and return the straight pieces of at least `shortest` pixels.

    Args:
        edges: what `canny` returns; best small, as this walks pixel by pixel.
        shortest: in pixels.
        tolerance: how far a piece may leave the straight line, in pixels.
    """
    width, data = edges.width, edges.tobytes()
    left = {(index % width, index // width) for index, value in enumerate(data) if value}
    found: list[tuple[Point, Point]] = []
    for start in sorted(left):
        if start not in left:
            continue
        left.discard(start)
        chain = [*reversed(_walk(start, left)), start, *_walk(start, left)]
        for one, two in _straight(chain, tolerance):
            if math.dist(one, two) >= shortest:
                found.append((one, two))
    return found


def _walk(start: tuple[int, int], left: set[tuple[int, int]]) -> list[tuple[float, float]]:
    path: list[tuple[float, float]] = []
    (x, y), ahead = start, (0, 0)
    while True:
        near = [(x + dx, y + dy) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (x + dx, y + dy) in left]
        if not near:
            return path
        best = max(near, key=lambda p: ((p[0] - x) * ahead[0] + (p[1] - y) * ahead[1], -abs(p[0] - x) - abs(p[1] - y)))
        ahead = best[0] - x, best[1] - y
        x, y = best
        left.discard(best)
        path.append(best)


def _straight(chain: Path, tolerance: float) -> list[tuple[Point, Point]]:
    """Split a chain where it leaves the line between its ends, until each piece is straight."""
    waiting, found = [(0, len(chain) - 1)], []
    while waiting:
        first, last = waiting.pop()
        if last <= first:
            continue
        (x1, y1), (x2, y2) = chain[first], chain[last]
        long = math.hypot(x2 - x1, y2 - y1) or 1.0
        away, worst = 0.0, first
        for index in range(first + 1, last):
            x, y = chain[index]
            off = abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / long
            if off > away:
                away, worst = off, index
        if away <= tolerance:
            found.append(((x1, y1), (x2, y2)))
        else:
            waiting += [(first, worst), (worst, last)]
    return found


def drawn(size: tuple[int, int], lines: list[tuple[Point, Point]], scale: float, wide: int) -> Image.Image:
    """Draw segments in white on black, at another scale than they were found."""
    image = Image.new("L", (size[0] * 2, size[1] * 2))
    pen = ImageDraw.Draw(image)
    for (x1, y1), (x2, y2) in lines:
        ends = [(x * scale + scale / 2) * 2 for x in (x1, y1, x2, y2)]
        pen.line(ends, fill=255, width=wide * 2)
    return image.reduce(2)


def _shifted(image: Image.Image, dx: int, dy: int) -> Image.Image:
    return ImageChops.offset(image, dx, dy)


def _above(one: Image.Image, two: Image.Image, *, equal: bool = False) -> Image.Image:
    """Return white where the first is above the second (or equal)."""
    if equal:
        return ImageChops.subtract(two, one).point([255] + [0] * 255)
    return ImageChops.subtract(one, two).point([0] + [255] * 255)


def _from(image: Image.Image, least: float) -> Image.Image:
    floor = max(1.0, least)
    return image.point([255 if value >= floor else 0 for value in range(256)])


def _peak(size: Image.Image, dx: int, dy: int) -> Image.Image:
    """Return white where the gradient is the largest along one direction."""
    before = _above(size, _shifted(size, dx, dy))
    after = _above(size, _shifted(size, -dx, -dy), equal=True)
    return ImageChops.darker(before, after)


def _inside(size: tuple[int, int]) -> Image.Image:
    inside = Image.new("L", size)
    if min(size) > 4:
        inside.paste(255, (2, 2, size[0] - 2, size[1] - 2))
    return inside
