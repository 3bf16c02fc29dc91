"""A picture as a drawing: areas of one colour, with their outlines as paths."""

import math
from collections import defaultdict

from PIL import Image, ImageFilter, ImageStat

from .shapes import Path, Point

__all__ = ["traced"]

_SIDE = 320  # outlines are found at this size
_COLOURS = 24
_TOLERANCE = 0.9  # pixels of that size by which a line may pass a corner by
_NOTHING = 255  # the index of what is transparent

_Corner = tuple[int, int]


def traced(image: Image.Image, size: tuple[int, int] | None = None) -> str:
    """Return an SVG that shows a picture in a few flat colours; the same text for the same pixels.

    Args:
        image: of any mode; what is transparent stays empty.
        size: width and height that the drawing says it has, in pixels; the picture's own if `None`.
    """
    width, height = size or image.size
    indexes, palette = _areas(image)
    scale = width / indexes.width, height / indexes.height
    counts = indexes.histogram()
    order = sorted((index for index in range(len(palette)) if counts[index]), key=lambda index: -counts[index])
    stroke = _number(max(scale))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f'<g fill-rule="evenodd" stroke-linejoin="round" stroke-width="{stroke}">',
    ]
    outlines = _outlines(indexes)
    for index in order:
        colour = "#{:02x}{:02x}{:02x}".format(*palette[index])
        path = "".join(_path(_simple(loop), scale) for loop in outlines[index])
        lines.append(f'<path fill="{colour}" stroke="{colour}" d="{path}"/>')
    return "\n".join([*lines, "</g>", "</svg>", ""])


def _areas(image: Image.Image) -> tuple[Image.Image, list[tuple[int, int, int]]]:
    """Return a small picture of colour indexes without specks, and the colours."""
    shrink = min(1.0, _SIDE / max(image.size))
    size = max(1, round(image.width * shrink)), max(1, round(image.height * shrink))
    clear = image.convert("RGBA")
    solid = clear.getchannel("A").point([0] * 128 + [255] * 128)
    ground = tuple(map(round, ImageStat.Stat(clear.convert("RGB"), solid).mean)) if solid.getbbox() else (0, 0, 0)
    filled = Image.new("RGB", image.size, (ground[0], ground[1], ground[2]))
    filled.paste(clear.convert("RGB"), mask=solid)
    small = filled.resize(size, Image.Resampling.BOX).filter(ImageFilter.MedianFilter(3))
    flat = small.quantize(_COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
    shades = flat.getpalette() or []
    palette = [(shades[place], shades[place + 1], shades[place + 2]) for place in range(0, len(shades) - 2, 3)]
    indexes = Image.frombytes("L", size, flat.tobytes()).filter(ImageFilter.ModeFilter(5))
    indexes.paste(_NOTHING, mask=solid.resize(size, Image.Resampling.BOX).point([255] * 128 + [0] * 128))
    return indexes, palette[:_COLOURS]


def _outlines(indexes: Image.Image) -> dict[int, list[list[_Corner]]]:
    """Return the closed lines between pixels that surround each colour, holes included."""
    wide, tall = indexes.size
    data = indexes.tobytes()
    steps: dict[int, dict[_Corner, list[_Corner]]] = defaultdict(lambda: defaultdict(list))
    for y in range(tall):
        for x in range(wide):
            place = y * wide + x
            own = data[place]
            ahead = steps[own]
            if y == 0 or data[place - wide] != own:
                ahead[x, y].append((x + 1, y))
            if x == wide - 1 or data[place + 1] != own:
                ahead[x + 1, y].append((x + 1, y + 1))
            if y == tall - 1 or data[place + wide] != own:
                ahead[x + 1, y + 1].append((x, y + 1))
            if x == 0 or data[place - 1] != own:
                ahead[x, y + 1].append((x, y))
    return defaultdict(list, {index: _loops(ahead) for index, ahead in steps.items()})


def _loops(ahead: dict[_Corner, list[_Corner]]) -> list[list[_Corner]]:
    """Join steps into closed lines; where two lines meet in a corner, each turns right, so that they do not cross."""
    found = []
    for start in list(ahead):
        while ahead[start]:
            loop = [start]
            at = ahead[start].pop()
            while at != start:
                before = loop[-1]
                loop.append(at)
                ways = ahead[at]
                turn = before[1] - at[1], at[0] - before[0]
                way = next((way for way in ways if (way[0] - at[0], way[1] - at[1]) == turn), ways[0])
                ways.remove(way)
                at = way
            found.append(loop)
    return found


def _simple(loop: list[_Corner]) -> Path:
    """Leave out the corners of a closed line that are near the straight line between others."""
    far = max(range(len(loop)), key=lambda index: abs(loop[index][0] - loop[0][0]) + abs(loop[index][1] - loop[0][1]))
    points: Path = [(float(x), float(y)) for x, y in loop]
    return [*_straightened(points[: far + 1])[:-1], *_straightened([*points[far:], points[0]])[:-1]]


def _straightened(line: Path) -> Path:
    keep = {0, len(line) - 1}
    waiting = [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        away, worst = max(
            ((_distance(line[n], line[first], line[last]), n) for n in range(first + 1, last)), default=(0, 0)
        )
        if away > _TOLERANCE:
            keep.add(worst)
            waiting += [(first, worst), (worst, last)]
    return [line[index] for index in sorted(keep)]


def _distance(point: Point, start: Point, end: Point) -> float:
    (x, y), (x1, y1), (x2, y2) = point, start, end
    dx, dy = x2 - x1, y2 - y1
    long = math.hypot(dx, dy)
    return abs(dx * (y1 - y) - dy * (x1 - x)) / long if long else math.hypot(x - x1, y - y1)


def _path(points: Path, scale: tuple[float, float]) -> str:
    places = [f"{_number(x * scale[0])} {_number(y * scale[1])}" for x, y in points]
    return f"M{'L'.join(places)}Z"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
