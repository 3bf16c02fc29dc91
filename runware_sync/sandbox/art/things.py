"""Fruit and crockery."""

import math

from .colour import darker, lighter, mix, rgb
from .pen import Pen
from .shapes import arc, blob, box, curve, ellipse
from .stage import Stage

__all__ = ["cup", "fruit"]


_FRUITS = {
    "lemon": "f5cf2f", "lemons": "f5cf2f", "lime": "9cc23f", "limes": "9cc23f", "orange": "f28b24", "oranges": "f28b24",
    "apple": "cf3b34", "apples": "cf3b34", "pear": "bfc24a", "pears": "bfc24a", "peach": "f4a36c", "peaches": "f4a36c",
    "cherry": "a81d3a", "cherries": "a81d3a",
}  # fmt: skip


def fruit(stage: Stage, pen: Pen) -> None:
    """Draw a bowl of the fruit that is named, or of several kinds."""
    chance = stage.dice("fruit")
    named = [word for word in sorted(stage.wish.words) if word in _FRUITS]
    names = named or ["orange", "apple", "pear", "lemon"]
    bowl = stage.palette.lit(rgb(chance.choice(("3f6f8f", "f1e9dc", "4c7a6b", "b5543f"))), 0.3)
    back = arc((0, -0.42), (0.62, 0.1), 180, 360)
    pen.fill([*back, *arc((0, -0.42), (0.62, 0.1), 0, 180)], colour=darker(bowl, 0.45))
    for x, y in ((-0.1, -0.72), (0.17, -0.66), (-0.34, -0.54), (0.37, -0.52), (-0.13, -0.52), (0.13, -0.48)):
        _one(
            stage,
            pen,
            x + chance.uniform(-0.03, 0.03),
            y + chance.uniform(-0.02, 0.02),
            name=chance.choice(names),
            turn=chance.uniform(-55, 40),
        )
    rim = arc((0, -0.42), (0.62, 0.1), 0, 180)
    side = [
        *rim,
        *curve([(-0.62, -0.42), (-0.5, -0.16), (-0.22, -0.02), (0.22, -0.02), (0.5, -0.16), (0.62, -0.42)], 8),
    ]
    pen.fill(side, box(-0.22, -0.05, 0.22, 0.03), colour=lighter(bowl, 0.12), to=darker(bowl, 0.15))
    pen.fill(
        ellipse(0.42, -0.14, 0.36, 0.34), colour=stage.palette.shade, alpha=0.5, soft=0.1, grain=True, within=[side]
    )
    pen.lines([arc((0, -0.42), (0.61, 0.095), 4, 176)], 0.014, colour=lighter(bowl, 0.5))
    pen.lines([curve([(-0.5, -0.28), (-0.36, -0.14), (-0.2, -0.08)])], 0.022, colour=rgb("ffffff"), alpha=0.35)


def _one(stage: Stage, pen: Pen, x: float, y: float, *, name: str, turn: float) -> None:
    colour = stage.palette.lit(rgb(_FRUITS[name]), 0.25)
    local = Pen(stage.canvas, *pen.place([(x, y)])[0], pen.size * 0.2, tall=pen.tall, turn=turn)
    if name.startswith(("lemon", "lime")):
        shape = blob([(-1.22, 0), (-0.98, -0.22), (-0.5, -0.66), (0.1, -0.76), (0.6, -0.6), (0.98, -0.2),
            (1.16, 0), (0.98, 0.2), (0.6, 0.6),
                      (0.1, 0.76), (-0.5, 0.66), (-0.98, 0.22)])  # fmt: skip
    elif name.startswith("pear"):
        shape = blob(
            [
                (0, -1.25),
                (0.3, -1.1),
                (0.42, -0.5),
                (0.8, 0.1),
                (0.7, 0.7),
                (0, 0.92),
                (-0.7, 0.7),
                (-0.8, 0.1),
                (-0.42, -0.5),
                (-0.3, -1.1),
            ]
        )
    else:
        shape = ellipse(0, 0, 0.86, 0.82)
    stage.canvas.fill([(px + 0.05 * local.size, py + 0.16 * local.size) for px, py in local.place(shape)],
        colour=rgb("3d1f1a"), alpha=0.45,
                      soft=0.16 * local.size)  # fmt: skip
    local.fill(shape, colour=lighter(colour, 0.14), to=darker(colour, 0.05))
    lower = Pen(stage.canvas, local.x, local.y, local.size, tall=pen.tall)
    placed_shape = local.place(shape)
    stage.canvas.fill(lower.place(ellipse(0.45, 0.5, 0.85, 0.75)), colour=mix(darker(colour, 0.35), rgb("a0421f"),
        0.3), alpha=0.65, soft=0.3 * local.size,
                      grain=True, within=[placed_shape])  # fmt: skip
    stage.canvas.fill(
        lower.place(ellipse(-0.36, -0.34, 0.22, 0.13, -35)),
        colour=rgb("ffffff"),
        alpha=0.6,
        soft=0.05 * local.size,
        within=[placed_shape],
    )
    if name.startswith(("apple", "pear", "orange", "peach", "cherr")):
        top = -1.22 if name.startswith("pear") else -0.74
        local.lines([curve([(0, top + 0.1), (0.04, top - 0.14), (0.12, top - 0.26)])], 0.09, colour=rgb("4d3524"))
        local.fill(
            blob([(0.08, top - 0.05), (0.34, top - 0.34), (0.74, top - 0.3), (0.46, top - 0.02)]),
            colour=stage.palette.lit(rgb("5d9148"), 0.3),
        )


def cup(stage: Stage, pen: Pen) -> None:
    """Draw a steaming cup on its saucer."""
    china = stage.palette.lit(rgb(stage.dice("china").choice(("f7efe2", "d9654a", "4f8891", "2f4260"))), 0.3)
    pen.fill(ellipse(0, 0.0, 0.66, 0.1), colour=darker(china, 0.2), to=lighter(china, 0.2))
    pen.fill(ellipse(0, -0.02, 0.5, 0.06), colour=darker(china, 0.12))
    pen.lines(
        [curve([(0.36, -0.44), (0.6, -0.5), (0.64, -0.3), (0.5, -0.17), (0.3, -0.16)], 10)],
        0.06,
        colour=darker(china, 0.12),
    )
    body = [
        *arc((0, -0.54), (0.42, 0.09), 0, 180),
        *curve([(-0.42, -0.54), (-0.4, -0.3), (-0.26, -0.06), (0.26, -0.06), (0.4, -0.3), (0.42, -0.54)], 8),
    ]
    pen.fill(body, colour=lighter(china, 0.2), to=darker(china, 0.08))
    pen.fill(
        ellipse(0.34, -0.3, 0.26, 0.4), colour=stage.palette.shade, alpha=0.5, soft=0.09, grain=True, within=[body]
    )
    pen.fill(ellipse(0, -0.54, 0.42, 0.09), colour=lighter(china, 0.45))
    drink = rgb("b3742a") if stage.wish.says("tea") else rgb("4a2c1d")
    pen.fill(ellipse(0, -0.535, 0.37, 0.068), colour=drink, to=lighter(drink, 0.15))
    chance = stage.dice("steam")
    for x in (-0.14, 0.02, 0.16):
        wave = [(x + math.sin(k * 1.1 + x * 9) * (0.02 + 0.012 * k), -0.62 - k * 0.075) for k in range(8)]
        pen.lines([curve(wave, 5)], 0.02 * chance.uniform(0.7, 1.3), colour=rgb("ffffff"), alpha=0.28)
