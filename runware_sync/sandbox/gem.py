"""A small coloured solid: a cut stone, another one for each seed."""

import colorsys
import math
import random

from attrs import frozen

__all__ = ["Face", "gem"]

Point = tuple[float, float, float]


@frozen
class Face:
    """A triangle.

    Args:
        corners: Anticlockwise as seen from outside; metres, the y axis upwards.
        normal: Of length 1, outwards.
        colour: Red, green and blue, 0 to 255.
    """

    corners: tuple[Point, Point, Point]
    normal: Point
    colour: tuple[int, int, int]


def gem(seed: int = 0) -> list[Face]:
    """Return the faces of a stone with five to nine sides, about a metre wide; the same for the same seed."""
    chance = random.Random(f"gem|{seed}")
    sides = chance.randrange(5, 10)
    hue = chance.random()
    table = _ring(sides, chance.uniform(0.24, 0.32), chance.uniform(0.24, 0.3), 0.5)
    girdle = _ring(sides, 0.5, 0.1, 0.0)
    tip = (0.0, -chance.uniform(0.4, 0.55), 0.0)
    top = (0.0, table[0][1], 0.0)
    faces = []
    for side in range(sides):
        after = (side + 1) % sides
        shade = chance.uniform(-0.08, 0.08)
        faces += [
            _face((top, table[after], table[side]), hue, 0.92),
            _face((table[side], girdle[after], girdle[side]), hue, 0.78 + shade),
            _face((table[side], table[after], girdle[after]), hue, 0.84 + shade),
            _face((girdle[side], girdle[after], tip), hue, 0.6 + shade),
        ]
    return faces


def _ring(sides: int, radius: float, height: float, turn: float) -> list[Point]:
    angles = [math.tau * (side + turn) / sides for side in range(sides)]
    return [(radius * math.cos(angle), height, radius * math.sin(angle)) for angle in angles]


def _face(corners: tuple[Point, Point, Point], hue: float, light: float) -> Face:
    """Return a face that looks away from the middle of the stone."""
    one, two, three = corners
    normal = _normal(one, two, three)
    if sum(part * middle for part, middle in zip(normal, _centre(corners), strict=True)) < 0:
        corners = one, three, two
        normal = _normal(*corners)
    red, green, blue = (round(255 * part) for part in colorsys.hsv_to_rgb(hue, 0.55, light))
    return Face(corners, normal, (red, green, blue))


def _centre(corners: tuple[Point, Point, Point]) -> Point:
    x, y, z = (sum(parts) / 3 for parts in zip(*corners, strict=True))
    return x, y, z


def _normal(one: Point, two: Point, three: Point) -> Point:
    ax, ay, az = (b - a for a, b in zip(one, two, strict=True))
    bx, by, bz = (b - a for a, b in zip(one, three, strict=True))
    x, y, z = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
    length = math.sqrt(x * x + y * y + z * z)
    return x / length, y / length, z / length
