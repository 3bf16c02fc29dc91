"""The canvas: smooth shapes, gradients and light, measured in units of the picture's shorter side."""

import functools
import random
from collections.abc import Iterable, Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .colour import RGB, Grade, mix
from .noise import white
from .shapes import Path

__all__ = ["Canvas"]

Box = tuple[int, int, int, int]


@functools.cache
def _halo() -> Image.Image:
    """Make a disc of light that falls off smoothly to nothing at its edge."""
    fall = [round(255 * max(0.0, 1.0 - value / 178) ** 1.6) for value in range(256)]  # Pillow's edges are at 179
    return Image.radial_gradient("L").point(fall)


class Canvas:
    """A picture in the making. The origin is top left, one unit is the shorter side.

    Args:
        width: in pixels.
        height: in pixels.
        grade: goes over every colour.
        chance: source of the grain.
    """

    def __init__(self, width: int, height: int, *, grade: Grade, chance: random.Random) -> None:
        self.image = Image.new("RGB", (width, height))
        self.unit = min(width, height)
        self.width = width / self.unit
        self.height = height / self.unit
        self._grade = functools.cache(grade)
        self._chance = chance
        self._noise: Image.Image | None = None

    def colour(self, colour: RGB) -> RGB:
        """Return the graded colour."""
        return self._grade(colour)

    def backdrop(self, stops: Sequence[tuple[float, RGB]], top: float = 0.0, bottom: float | None = None) -> None:
        """Fill a band over the full width with a vertical gradient; `stops` are (0..1, colour) in order."""
        left, upper, right, lower = 0, self._px(top), *self.image.size
        lower = lower if bottom is None else min(lower, self._px(bottom))
        if lower <= upper:
            return
        self.image.paste(self._gradient(stops, (right - left, lower - upper)), (left, upper))

    def fill(
        self,
        *paths: Path,
        colour: RGB,
        to: RGB | None = None,
        alpha: float = 1.0,
        soft: float = 0.0,
        grain: bool = False,
        within: Sequence[Path] = (),
    ) -> None:
        """Fill shapes.

        Args:
            paths: what to fill.
            colour: the colour, or the one at the top.
            to: the colour at the bottom, for a gradient over the shapes' box.
            alpha: 0..1.
            soft: blur of the edge, in units.
            grain: dissolve soft or translucent parts into grains instead of a smooth tone.
            within: shapes outside of which nothing is painted.
        """
        spread = soft * 2.5
        area = self._box(within, 0.0) if within else self._box(paths, spread)
        if area is None:
            return
        if within:
            inner = self._box(paths, spread)
            area = inner and _overlap(area, inner)
            if area is None:
                return
        mask = self._mask(area, paths, soft)
        if within:
            mask = ImageChops.multiply(mask, self._mask(area, within, 0.0))
        self._lay(area, mask, colour, to, alpha, grain=grain)

    def lines(
        self, paths: Iterable[Path], thick: float, *, colour: RGB, alpha: float = 1.0, within: Sequence[Path] = ()
    ) -> None:
        """Draw lines of one thickness (in units), joined and with round ends, in one go."""
        drawn = [path for path in paths if len(path) > 1]
        area = self._box(drawn, thick)
        if within and area:
            inner = self._box(within, 0.0)
            area = inner and _overlap(area, inner)
        if area is None:
            return
        scale = _finer(area)
        mask = Image.new("L", ((area[2] - area[0]) * scale, (area[3] - area[1]) * scale))
        pen = ImageDraw.Draw(mask)
        wide = max(1, round(thick * self.unit * scale))
        for path in drawn:
            points = self._points(path, area, scale)
            pen.line(points, fill=255, width=wide, joint="curve")
            if wide > 3:
                for x, y in (points[0], points[-1]):
                    half = wide / 2 - 0.5
                    pen.ellipse((x - half, y - half, x + half, y + half), fill=255)
        mask = mask.reduce(scale) if scale > 1 else mask
        if within:
            mask = ImageChops.multiply(mask, self._mask(area, within, 0.0))
        self._lay(area, mask, colour, None, alpha, grain=False)

    def dots(self, dots: Iterable[tuple[float, float, float]], *, colour: RGB, alpha: float = 1.0) -> None:
        """Draw many (x, y, radius) discs in one go."""
        found = list(dots)
        area = self._box([[(x - r, y - r), (x + r, y + r)] for x, y, r in found], 0.0)
        if area is None:
            return
        scale = _finer(area)
        mask = Image.new("L", ((area[2] - area[0]) * scale, (area[3] - area[1]) * scale))
        pen = ImageDraw.Draw(mask)
        for x, y, r in found:
            ((px, py),) = self._points([(x, y)], area, scale)
            size = max(0.6, r * self.unit * scale)
            pen.ellipse((px - size, py - size, px + size, py + size), fill=255)
        self._lay(area, mask.reduce(scale) if scale > 1 else mask, colour, None, alpha, grain=False)

    def glow(self, x: float, y: float, radius: float, colour: RGB, alpha: float = 1.0, *, flat: float = 1.0) -> None:
        """Lay light around a point; `flat` below 1 makes it wider than tall."""
        px, py = self._px(x), self._px(y)
        rx, ry = max(1, self._px(radius)), max(1, self._px(radius * flat))
        whole = (px - rx, py - ry, px + rx, py + ry)
        area = _overlap(whole, (0, 0, *self.image.size))
        if area is None:
            return
        sx, sy = 256 / (2 * rx), 256 / (2 * ry)
        part = (
            (area[0] - whole[0]) * sx, (area[1] - whole[1]) * sy, (area[2] - whole[0]) * sx, (area[3] - whole[1]) * sy
        )  # fmt: skip
        size = area[2] - area[0], area[3] - area[1]
        mask = _halo().resize(size, Image.Resampling.BILINEAR, box=part)
        self._lay(area, mask, colour, None, alpha, grain=False)

    def veil(self, mask: Image.Image, colour: RGB, alpha: float = 1.0) -> None:
        """Lay a colour over the whole picture through a mask, which is stretched to fit."""
        if mask.size != self.image.size:
            mask = mask.resize(self.image.size, Image.Resampling.BICUBIC)
        self._lay((0, 0, *self.image.size), mask, colour, None, alpha, grain=False)

    def mirror(self, line: float, *, squeeze: float = 1.0, waver: float = 0.01, alpha: float = 0.6) -> None:
        """Reflect what is above a horizontal line into what is below it, as water does."""
        wide, tall = self.image.size
        y = self._px(line)
        depth = tall - y
        if depth < 2 or y < 2:
            return
        need = min(y, max(1, round(depth / squeeze)))
        small = max(1, wide // 2), max(1, round(need * squeeze) // 2)
        above = self.image.crop((0, y - need, wide, y)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        above = above.resize(small, Image.Resampling.BOX if squeeze <= 1 else Image.Resampling.BILINEAR)
        above = above.filter(ImageFilter.BoxBlur((2, 1)))
        strips: list[tuple[Box, tuple[float, ...]]] = []
        row, high = 0, 1
        while row < small[1]:
            end = min(small[1], row + high)
            shift = self._chance.uniform(-1, 1) * waver * small[0] * (0.25 + row / small[1])
            strips.append((
                (0, row, small[0], end), (shift, row, shift, end, small[0] + shift, end, small[0] + shift, row)
            ))  # fmt: skip
            row, high = end, max(1, round(1 + 5 * row / small[1]))
        wavy = above.transform(small, Image.Transform.MESH, strips, Image.Resampling.NEAREST)
        wavy.paste(above, (0, 0), wavy.convert("L").point([255] + [0] * 255))
        size = wide, min(depth, small[1] * 2)
        fade = Image.linear_gradient("L").point([round(255 * alpha * (1 - value / 420)) for value in range(256)])
        self.image.paste(wavy.resize(size, Image.Resampling.BILINEAR), (0, y), fade.resize(size))

    def grains(self) -> Image.Image:
        """Return white noise of the picture's size, made once."""
        if self._noise is None:
            self._noise = white(self._chance, *self.image.size)
        return self._noise

    def _px(self, units: float) -> int:
        return round(units * self.unit)

    def _gradient(self, stops: Sequence[tuple[float, RGB]], size: tuple[int, int]) -> Image.Image:
        colours = [self.colour(colour) for _, colour in stops]
        rows = min(size[1], 192)
        data = bytearray()
        at = 0
        for row in range(rows):
            part = row / max(1, rows - 1)
            while at < len(stops) - 2 and part > stops[at + 1][0]:
                at += 1
            low, high = stops[at][0], stops[at + 1][0]
            t = 0.0 if high <= low else min(1.0, max(0.0, (part - low) / (high - low)))
            data += bytes(mix(colours[at], colours[at + 1], t))
        strip = Image.frombytes("RGB", (1, rows), bytes(data)).resize((1, size[1]), Image.Resampling.BILINEAR)
        return strip.resize(size, Image.Resampling.NEAREST)

    def _box(self, paths: Sequence[Path], spread: float) -> Box | None:
        xs = [x for path in paths for x, _ in path]
        ys = [y for path in paths for _, y in path]
        if not xs:
            return None
        edge = spread * self.unit + 1
        unit = self.unit
        around = (
            int(min(xs) * unit - edge), int(min(ys) * unit - edge),
            int(max(xs) * unit + edge) + 1, int(max(ys) * unit + edge) + 1,
        )  # fmt: skip
        return _overlap(around, (0, 0, *self.image.size))

    def _points(self, path: Path, area: Box, scale: float) -> list[tuple[float, float]]:
        unit, left, top = self.unit * scale, area[0] * scale, area[1] * scale
        return [(x * unit - left, y * unit - top) for x, y in path]

    def _mask(self, area: Box, paths: Sequence[Path], soft: float) -> Image.Image:
        size = area[2] - area[0], area[3] - area[1]
        blur = soft * self.unit
        scale = 1 / 4 if blur > 10 else 1 / 2 if blur > 4 else 1 if blur > 1 else _finer(area)
        mask = Image.new("L", (max(1, round(size[0] * scale)), max(1, round(size[1] * scale))))
        pen = ImageDraw.Draw(mask)
        for path in paths:
            if len(path) > 2:
                pen.polygon(self._points(path, area, scale), fill=255)
        if blur > 1:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * scale))
        if isinstance(scale, int):
            return mask.reduce(scale) if scale > 1 else mask
        return mask.resize(size, Image.Resampling.BILINEAR)

    def _lay(self, area: Box, mask: Image.Image, colour: RGB, to: RGB | None, alpha: float, *, grain: bool) -> None:
        if alpha < 1:
            mask = mask.point([round(value * alpha) for value in range(256)])
        if grain:
            mask = Image.blend(mask, ImageChops.subtract(mask, self.grains().crop(area), scale=0.35), 0.5)
        if to is None:
            self.image.paste(self.colour(colour), area, mask)
        else:
            size = area[2] - area[0], area[3] - area[1]
            self.image.paste(self._gradient([(0, colour), (1, to)], size), area, mask)


def _overlap(one: Box, two: Box) -> Box | None:
    both = max(one[0], two[0]), max(one[1], two[1]), min(one[2], two[2]), min(one[3], two[3])
    return both if both[0] < both[2] and both[1] < both[3] else None


def _finer(area: Box) -> int:
    """Return how much finer to draw: as much as a small shape affords."""
    pixels = (area[2] - area[0]) * (area[3] - area[1])
    return 4 if pixels < 40_000 else 3 if pixels < 120_000 else 2
