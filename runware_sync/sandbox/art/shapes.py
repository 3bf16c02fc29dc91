"""Shapes as lists of points, in whatever unit the caller draws in."""

import itertools
import math
import random
from collections.abc import Sequence

__all__ = ["Path", "Point", "arc", "blob", "box", "curve", "ellipse", "moved", "ridge", "wedge"]

Point = tuple[float, float]
Path = Sequence[Point]


def box(left: float, top: float, right: float, bottom: float) -> list[Point]:
    """Make a rectangle."""
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def arc(centre: Point, radii: Point, start: float, end: float, count: int = 24) -> list[Point]:
    """Walk along an ellipse from one angle to another, in degrees, clockwise from three o'clock."""
    angles = (math.radians(start + (end - start) * step / (count - 1)) for step in range(count))
    return [(centre[0] + radii[0] * math.cos(angle), centre[1] + radii[1] * math.sin(angle)) for angle in angles]


def ellipse(cx: float, cy: float, rx: float, ry: float | None = None, turn: float = 0.0) -> list[Point]:
    """Make an ellipse, turned by some degrees; a circle when there is one radius."""
    ry = rx if ry is None else ry
    points = arc((0, 0), (rx, ry), 0, 360 - 7.5, 48)
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    return [(cx + x * cos - y * sin, cy + x * sin + y * cos) for x, y in points]


def wedge(cx: float, cy: float, radius: float, start: float, end: float) -> list[Point]:
    """Make a slice of a disc."""
    return [(cx, cy), *arc((cx, cy), (radius, radius), start, end)]


def _spline(points: Path, *, closed: bool, smooth: int) -> list[Point]:
    count = len(points)
    found: list[Point] = []
    for index in range(count if closed else count - 1):
        around = range(index - 1, index + 3)
        p0, p1, p2, p3 = (points[i % count] if closed else points[max(0, min(count - 1, i))] for i in around)
        for step in range(smooth):
            t = step / smooth
            a, b = t * t, t * t * t
            k0, k1, k2, k3 = 2 * a - t - b, 2 - 5 * a + 3 * b, t + 4 * a - 3 * b, b - a
            found.append(
                (
                    0.5 * (k0 * p0[0] + k1 * p1[0] + k2 * p2[0] + k3 * p3[0]),
                    0.5 * (k0 * p0[1] + k1 * p1[1] + k2 * p2[1] + k3 * p3[1]),
                )
            )
    if not closed:
        found.append(points[-1])
    return found


def blob(points: Path, smooth: int = 8) -> list[Point]:
    """Draw a closed smooth line through the points."""
    return _spline(points, closed=True, smooth=smooth)


def curve(points: Path, smooth: int = 8) -> list[Point]:
    """Draw an open smooth line through the points."""
    return _spline(points, closed=False, smooth=smooth)


def moved(path: Path, dx: float, dy: float) -> list[Point]:
    """Shift a path."""
    return [(x + dx, y + dy) for x, y in path]


def ridge(chance: random.Random, width: float, *, rough: float, levels: int = 6, tall: float = 1.0) -> list[Point]:
    """Make the outline of hills by midpoint displacement, from x = 0 to `width`, y between about -tall and tall.

    `rough` in 0..1: 0.35 is rolling land, 0.6 is rock.
    """
    heights = [chance.uniform(-0.5, 0.5), chance.uniform(-0.5, 0.5)]
    spread = 1.0
    for _ in range(levels):
        wider: list[float] = []
        for one, two in itertools.pairwise(heights):
            wider += [one, (one + two) / 2 + chance.uniform(-0.5, 0.5) * spread]
        heights = [*wider, heights[-1]]
        spread *= rough
    last = len(heights) - 1
    return [(width * index / last, tall * height) for index, height in enumerate(heights)]
