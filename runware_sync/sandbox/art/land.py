"""The land: hills, mountains, water, and what grows on them in numbers."""

import itertools
import math
import random
from collections.abc import Sequence

from .colour import RGB, darker, lighter, mix, rgb
from .shapes import Point, curve, ellipse, ridge
from .stage import Stage

__all__ = ["blades", "flowers", "height_at", "hill", "peaks", "pines", "reeds", "ripples", "sparkle"]


def hill(
    stage: Stage, name: str, base: float, tall: float, colour: RGB, *, rough: float = 0.38, to: RGB | None = None
) -> list[Point]:
    """Paint one layer of land down to the lower edge; return its outline."""
    canvas = stage.canvas
    chance = stage.dice(name)
    raw = ridge(chance, canvas.width, rough=rough, levels=6 if rough > 0.45 else 4)
    line = [(x, base + y * tall) for x, y in raw]
    if rough <= 0.45:
        line = curve(line, 5)
    shape = [(-0.02, line[0][1]), *line, (canvas.width + 0.02, line[-1][1]),
        (canvas.width + 0.02, canvas.height + 0.02),
             (-0.02, canvas.height + 0.02)]  # fmt: skip
    canvas.fill(shape, colour=colour, to=to)
    return line


def height_at(line: Sequence[Point], x: float) -> float:
    """Return the height of an outline at x."""
    for (x1, y1), (x2, y2) in itertools.pairwise(line):
        if x1 <= x <= x2:
            return y1 if x2 == x1 else y1 + (y2 - y1) * (x - x1) / (x2 - x1)
    return line[-1][1] if x > line[-1][0] else line[0][1]


def peaks(stage: Stage, name: str, base: float, tall: float, colour: RGB, *, cap: RGB | None = None) -> None:
    """Paint a chain of mountains with a sunny and a shady side, and snow if `cap` is given."""
    canvas = stage.canvas
    chance = stage.dice(name)
    count = chance.randint(3, 5)
    found = []
    for number in range(count):
        x = canvas.width * ((number + chance.uniform(0.15, 0.85)) / count * 1.2 - 0.1)
        found.append((x, base - tall * chance.uniform(0.5, 1.0), chance.uniform(0.75, 1.25)))
    found.sort(key=lambda peak: peak[1])
    side = chance.choice((-1, 1))
    for x, top, spread in reversed(found):
        high = base - top
        left, right = _flank(chance, x, top, high, -spread), _flank(chance, x, top, high, spread)
        dark = right if side < 0 else left
        spine = _spine(chance, x, top, high, -side)
        canvas.fill([*left[::-1], *right], colour=mix(colour, stage.palette.sky[2], 0.12), to=colour)
        canvas.fill([*spine, (dark[-1][0], base), *dark[::-1]], colour=darker(colour, 0.26), to=colour, alpha=0.8)
        if cap:
            _cap(stage, chance, (left, right, spine), high, cap=cap, dark_right=dark is right)


def _flank(chance: random.Random, x: float, top: float, high: float, spread: float) -> list[Point]:
    points = [(x, top)]
    for step in range(1, 13):
        part = step / 12
        jag = chance.uniform(-0.05, 0.05) * (1 if step < 12 else 0)
        points.append((x + spread * high * (part + jag * 0.6), top + high * (part + jag * 0.5 * (1 - part))))
    return points


def _spine(chance: random.Random, x: float, top: float, high: float, lean: float) -> list[Point]:
    points = [(x, top)]
    at = x
    for step in range(1, 11):
        at += lean * high * chance.uniform(-0.035, 0.06)
        points.append((at, top + high * step / 10))
    return points


def _cap(
    stage: Stage,
    chance: random.Random,
    sides: tuple[list[Point], list[Point], list[Point]],
    high: float,
    *,
    cap: RGB,
    dark_right: bool,
) -> None:
    left, right, spine = sides
    low = 5
    edge = []
    for step in range(1, 8):
        part = step / 8
        px = left[low][0] + (right[low][0] - left[low][0]) * part
        py = left[low][1] + (right[low][1] - left[low][1]) * part
        edge.append((px, py + high * (chance.uniform(0.02, 0.12) if step % 2 else -chance.uniform(0.02, 0.12))))
    shape = [*left[low::-1], *right[1 : low + 1], *edge[::-1]]
    stage.canvas.fill(shape, colour=lighter(cap, 0.35), to=cap)
    dark = right if dark_right else left
    shade = [*spine[:6], (dark[low][0], dark[low][1] + high * 0.2), *dark[low::-1]]
    stage.canvas.fill(shade, colour=mix(cap, stage.palette.shade, 0.45), alpha=0.85, within=[shape])


def pines(stage: Stage, name: str, line: Sequence[Point], many: int, size: float, *, colour: RGB,
          lit: RGB | None = None) -> None:  # fmt: skip
    """Plant pines along an outline, in one tone, or with a lighter side."""
    canvas = stage.canvas
    chance = stage.dice(name)
    shapes, sides = [], []
    x = chance.uniform(0, 0.1)
    step = canvas.width / max(1, many)
    while x < canvas.width + step:
        tall = size * chance.uniform(0.55, 1.25)
        y = height_at(line, min(x, canvas.width)) + size * 0.08
        left, right = _pine(x, y, tall)
        shapes.append([*left, *right[::-1]])
        sides.append([(x, y - tall), *right, (x, y)])
        x += step * chance.uniform(0.35, 1.7)
    canvas.fill(*shapes, colour=colour)
    if lit:
        canvas.fill(*sides, colour=lit, alpha=0.5)


def _pine(x: float, y: float, tall: float) -> tuple[list[Point], list[Point]]:
    left, right = [(x, y - tall)], [(x, y - tall)]
    for tier in range(1, 6):
        part = tier / 5
        wide = tall * 0.21 * part**0.9
        level = y - tall * (1 - part * 0.9)
        left += [(x - wide, level), (x - wide * 0.52, level - tall * 0.035)]
        right += [(x + wide, level), (x + wide * 0.52, level - tall * 0.035)]
    left[-1], right[-1] = (x - tall * 0.02, y - tall * 0.1), (x + tall * 0.02, y - tall * 0.1)
    return [*left, (x - tall * 0.02, y)], [*right, (x + tall * 0.02, y)]


def ripples(stage: Stage, top: float, bottom: float, colour: RGB, *, many: float = 46, alpha: float = 0.35) -> None:
    """Draw ripples on water, longer and further apart towards the viewer."""
    canvas = stage.canvas
    chance = stage.dice(f"ripples{top:.3f}{colour}")
    found = []
    for _ in range(stage.count(many * canvas.width)):
        part = chance.random() ** 1.6
        y = top + (bottom - top) * part
        half = (0.012 + 0.07 * part) * chance.uniform(0.5, 1.5)
        x = canvas.width * chance.uniform(-0.05, 1.05)
        found.append(ellipse(x, y, half, 0.0008 + 0.0042 * part))
    canvas.fill(*found, colour=colour, alpha=alpha)


def sparkle(stage: Stage, x: float, top: float, bottom: float, colour: RGB) -> None:
    """Draw the road of light that a low sun or a moon lays on water."""
    chance = stage.dice("sparkle")
    canvas = stage.canvas
    canvas.glow(x, top, 0.35, colour, 0.5, flat=0.28)
    found = []
    for _ in range(stage.count(150)):
        part = chance.random() ** 1.5
        y = top + (bottom - top) * part
        spread = 0.022 + 0.14 * part
        half = (0.005 + 0.032 * part) * chance.uniform(0.4, 1.3)
        found.append(ellipse(x + chance.gauss(0, 0.5) * spread, y, half, 0.0012 + 0.0042 * part))
    canvas.fill(*found, colour=lighter(colour, 0.3), alpha=0.8)


def blades(stage: Stage, name: str, line: Sequence[Point], many: float, tall: float, *, colours: Sequence[RGB]) -> None:
    """Let grass grow in front."""
    chance = stage.dice(name)
    groups: list[list[list[Point]]] = [[] for _ in colours]
    left, right = line[0][0] - 0.03, line[-1][0] + 0.03
    for _ in range(stage.count(many * (right - left))):
        x = chance.uniform(left, right)
        y = height_at(line, x) + chance.uniform(0, 1) ** 1.5 * tall * 1.3
        high, lean = tall * chance.uniform(0.4, 1.0), chance.gauss(0, 0.3)
        wide = tall * 0.045
        tip = (x + lean * high, y - high)
        mid = x + lean * high * 0.3, y - high * 0.55
        groups[chance.randrange(len(colours))].append(
            [
                (x - wide, y + 0.01),
                (mid[0] - wide * 0.7, mid[1]),
                tip,
                (mid[0] + wide * 0.7, mid[1]),
                (x + wide, y + 0.01),
            ]
        )
    for colour, shapes in zip(colours, groups, strict=True):
        stage.canvas.fill(*shapes, colour=colour)


def reeds(stage: Stage, name: str, x: float, y: float, tall: float, *, many: int = 12) -> None:
    """Put a tuft of reeds at the water's edge."""
    chance = stage.dice(name)
    stems, heads = [], []
    for _ in range(many):
        foot = x + chance.gauss(0, 0.35) * tall * 0.4
        high, lean = tall * chance.uniform(0.45, 1.0), chance.gauss(0.04, 0.14)
        tip = foot + lean * high, y - high
        stems.append(curve([(foot, y), (foot + lean * high * 0.3, y - high * 0.55), tip], 6))
        if chance.random() < 0.45:
            heads.append(ellipse(tip[0], tip[1] - tall * 0.03, tall * 0.017, tall * 0.075, lean * 55))
    colour = mix(stage.palette.land[2], stage.palette.ink, 0.45)
    stage.canvas.lines(stems, tall * 0.014, colour=colour)
    stage.canvas.fill(*heads, colour=mix(colour, rgb("6b3f26"), 0.55))


def flowers(
    stage: Stage, name: str, line: Sequence[Point], many: float, size: float, *, colours: Sequence[RGB]
) -> None:
    """Scatter small flowers below an outline, larger towards the viewer."""
    canvas = stage.canvas
    chance = stage.dice(name)
    groups: list[list[tuple[float, float, float]]] = [[] for _ in colours]
    hearts = []
    for _ in range(stage.count(many * canvas.width)):
        x = canvas.width * chance.random()
        top = height_at(line, x)
        part = chance.random() ** 1.3
        y = top + (canvas.height - top) * part
        radius = size * (0.25 + part) * chance.uniform(0.6, 1.1)
        group = groups[chance.randrange(len(colours))]
        for petal in range(5):
            angle = math.tau * petal / 5 + x * 9
            group.append((x + math.cos(angle) * radius * 0.62, y + math.sin(angle) * radius * 0.45, radius * 0.5))
        hearts.append((x, y, radius * 0.34))
    for colour, dots in zip(colours, groups, strict=True):
        canvas.dots(dots, colour=stage.palette.lit(colour, 0.7))
    canvas.dots(hearts, colour=stage.palette.lit(rgb("f2b134"), 0.6))
