"""Plants."""

import math

from .colour import RGB, darker, lighter, mix, rgb
from .pen import Pen
from .shapes import arc, blob, curve, ellipse
from .stage import Stage

__all__ = ["cactus", "flower", "mushroom", "tree"]


def tree(stage: Stage, pen: Pen) -> None:
    """Draw a broad old tree."""
    palette = stage.palette
    chance = stage.dice(f"tree{pen.x:.3f}")
    trunk = palette.lit(rgb("5b4132"), 0.65)
    crown = mix(palette.land[1], palette.land[2], 0.45)
    if stage.wish.says("cherry", "blossom", "blossoms", "sakura"):
        crown = palette.lit(rgb("f0a6b8"), 0.5)
    elif stage.wish.ground == "autumn":
        crown = palette.lit(rgb("d9702c"), 0.5)
    pen.fill(
        [(-0.075, 0.02), (-0.035, -0.3), (-0.045, -0.5), (0.045, -0.5), (0.035, -0.3), (0.085, 0.02)],
        colour=trunk,
        to=darker(trunk, 0.3),
    )
    arms = [curve([(0, -0.3), (side * 0.1, -0.46), (side * 0.24, -0.58)], 6) for side in (-1, 1)]
    pen.lines(arms, 0.035, colour=trunk)
    puffs = [
        (0, -0.78, 0.25),
        (-0.23, -0.64, 0.2),
        (0.24, -0.66, 0.2),
        (-0.12, -0.9, 0.16),
        (0.14, -0.92, 0.15),
        (0.0, -0.58, 0.2),
    ]
    puffs = [
        (x + chance.uniform(-0.03, 0.03), y + chance.uniform(-0.03, 0.03), r * chance.uniform(0.9, 1.1))
        for x, y, r in puffs
    ]
    crowns = [ellipse(x, y, r, r * 0.86) for x, y, r in puffs]
    pen.fill(*crowns, colour=lighter(crown, 0.12), to=darker(crown, 0.15))
    pen.fill(*(ellipse(x + r * 0.28, y + r * 0.4, r * 0.95, r * 0.75) for x, y, r in puffs),
        colour=darker(crown, 0.4), alpha=0.55,
             soft=0.05, grain=True, within=crowns)  # fmt: skip
    lights = []
    for x, y, r in puffs[:5]:
        for _ in range(stage.count(16)):
            angle, away = chance.uniform(math.pi, math.tau), chance.random() ** 0.5 * r * 0.85
            lights.append(
                (x + math.cos(angle) * away, y + math.sin(angle) * away * 0.86, 0.012 * chance.uniform(0.5, 1.3))
            )
    pen.dots(lights, colour=mix(lighter(crown, 0.35), palette.sun, 0.3), alpha=0.7)


_BLOOMS = {
    "rose": "c92f45", "roses": "c92f45", "tulip": "e8543f", "tulips": "e8543f", "poppy": "e23b26", "poppies": "e23b26",
    "sunflower": "f4b223", "sunflowers": "f4b223", "daisy": "fbf6ea", "daisies": "fbf6ea", "lily": "f7e9ef",
        "lavender": "8d6fc0",
}  # fmt: skip


def flower(stage: Stage, pen: Pen) -> None:
    """Draw a bunch of flowers, each on its stem; the colour follows the kind that is named."""
    chance = stage.dice("bunch")
    named = next((_BLOOMS[word] for word in sorted(stage.wish.words) if word in _BLOOMS), None)
    base = rgb(named or chance.choice(("e8604c", "f0a93b", "d06a9c", "f4efe6", "7d7fd0")))
    green = stage.palette.lit(rgb("3f7a4a"), 0.6)
    heads = [
        (-0.28, -0.72, 0.16),
        (0.27, -0.76, 0.165),
        (-0.06, -0.98, 0.19),
        (0.1, -0.56, 0.14),
        (-0.44, -0.48, 0.12),
        (0.46, -0.5, 0.12),
    ]
    stems = [curve([(x * 0.1, 0.02), (x * 0.5, y * 0.5), (x, y)], 8) for x, y, _ in heads]
    pen.lines(stems, 0.018, colour=green)
    for x, y, _ in heads[:4]:
        side = 1 if x > 0 else -1
        foot_x, foot_y = x * 0.32, y * 0.38
        leaf = [
            (foot_x, foot_y),
            (foot_x + side * 0.1, foot_y - 0.12),
            (foot_x + side * 0.27, foot_y - 0.14),
            (foot_x + side * 0.15, foot_y - 0.02),
        ]
        pen.fill(blob(leaf), colour=lighter(green, 0.12), to=darker(green, 0.2))
    for x, y, radius in heads:
        _bloom(
            stage,
            pen,
            x,
            y,
            radius * chance.uniform(0.9, 1.1),
            colour=stage.palette.lit(mix(base, lighter(base, 0.5), chance.random() * 0.5), 0.35),
        )


def _bloom(stage: Stage, pen: Pen, x: float, y: float, radius: float, *, colour: RGB) -> None:
    chance = stage.dice(f"bloom{x}")
    sunny = stage.wish.says("sunflower", "sunflowers", "daisy", "daisies")
    rings = ((1.0, 16 if sunny else 8, 0.0), (0.78, 16 if sunny else 7, 0.12), (0.5, 6, 0.26))[: 2 if sunny else 3]
    for size, many, shade in rings:
        start = chance.uniform(0, 360)
        petals = []
        for number in range(many):
            angle = start + 360 * number / many
            away = radius * size * 0.56
            petals.append(
                ellipse(x + math.cos(math.radians(angle)) * away, y + math.sin(math.radians(angle)) * away,
                    radius * size * 0.46,
                        radius * size * (0.16 if sunny else 0.34), angle)
            )  # fmt: skip
        pen.fill(*petals, colour=lighter(darker(colour, shade), 0.1), to=darker(colour, shade + 0.12))
    heart = rgb("5a3420") if sunny and not stage.wish.says("daisy", "daisies") else rgb("f2b632")
    pen.fill(ellipse(x, y, radius * (0.36 if sunny else 0.17)), colour=heart, to=darker(heart, 0.3))


def mushroom(stage: Stage, pen: Pen) -> None:
    """Draw a family of toadstools."""
    cap = stage.palette.lit(rgb(stage.dice("cap").choice(("d8382c", "e07a2f", "c9563c"))), 0.4)
    for x, size in ((-0.42, 0.5), (0.46, 0.62), (0.0, 1.0)):
        stem = blob(
            [
                (x - 0.11 * size, 0.03),
                (x - 0.07 * size, -0.4 * size),
                (x + 0.07 * size, -0.4 * size),
                (x + 0.12 * size, 0.03),
            ]
        )
        cream = stage.palette.lit(rgb("f6ecd8"), 0.45)
        pen.fill(stem, colour=darker(cream, 0.12), to=cream)
        pen.fill(ellipse(x, -0.42 * size, 0.34 * size, 0.07 * size), colour=darker(cream, 0.3))
        top = [
            *arc((x, -0.42 * size), (0.42 * size, 0.46 * size), 180, 360),
            *arc((x, -0.42 * size), (0.42 * size, 0.08 * size), 0, 180),
        ]
        pen.fill(top, colour=lighter(cap, 0.12), to=darker(cap, 0.2))
        pen.fill(
            ellipse(x + 0.3 * size, -0.5 * size, 0.3 * size, 0.4 * size),
            colour=stage.palette.shade,
            alpha=0.45,
            soft=0.06,
            grain=True,
            within=[top],
        )
        spots = (
            (-0.2, -0.6, 0.06),
            (0.02, -0.74, 0.075),
            (0.2, -0.56, 0.05),
            (-0.06, -0.5, 0.05),
            (-0.32, -0.46, 0.035),
        )
        pen.fill(
            *(ellipse(x + dx * size, dy * size, r * size, r * size * 0.8) for dx, dy, r in spots),
            colour=rgb("fff8ea"),
            within=[top],
        )


def cactus(stage: Stage, pen: Pen) -> None:
    """Draw a cactus with two arms."""
    green = stage.palette.lit(rgb("4f8a5a"), 0.6)
    arms = [
        curve([(0, -0.35), (-0.24, -0.36), (-0.3, -0.48), (-0.3, -0.66)], 10),
        curve([(0, -0.26), (0.22, -0.28), (0.28, -0.4), (0.28, -0.54)], 10),
    ]
    pen.lines(arms, 0.13, colour=darker(green, 0.08))
    pen.lines([[(0, 0), (0, -0.9)]], 0.21, colour=green)
    pen.lines(
        [[(dx, 0), (dx, -0.9 + abs(dx) * 0.4)] for dx in (-0.06, -0.02, 0.02, 0.06)],
        0.008,
        colour=darker(green, 0.4),
        alpha=0.6,
    )
    pen.dots(
        [(0.02, -1.01, 0.045), (-0.05, -0.99, 0.035), (0.08, -0.98, 0.03)], colour=stage.palette.lit(rgb("ec5f7c"), 0.3)
    )
