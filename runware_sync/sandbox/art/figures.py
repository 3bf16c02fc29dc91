"""Figures without a face: an umbrella in the rain, a robot, an astronaut."""

from .colour import darker, lighter, mix, rgb
from .pen import Pen
from .shapes import arc, blob, box, curve, ellipse
from .stage import Stage

__all__ = ["astronaut", "robot", "umbrella"]


def umbrella(stage: Stage, pen: Pen) -> None:
    """Draw a figure from behind, under an umbrella."""
    palette = stage.palette
    coat = palette.lit(rgb("2f3550"), 0.4)
    red = palette.lit(rgb("e0402f") if not stage.wish.says("yellow") else rgb("f2b92f"), 0.2)
    pen.fill(
        [(-0.07, 0), (-0.06, -0.3), (0.0, -0.3), (-0.01, 0)],
        [(0.02, 0), (0.02, -0.3), (0.08, -0.3), (0.08, 0)],
        colour=darker(coat, 0.35),
    )
    pen.fill(
        blob([(-0.15, -0.18), (-0.14, -0.5), (-0.05, -0.6), (0.06, -0.6), (0.14, -0.5), (0.16, -0.18), (0.0, -0.16)]),
        colour=coat,
        to=darker(coat, 0.25),
    )
    pen.lines([[(0.1, -0.42), (0.1, -0.98)]], 0.014, colour=palette.ink)
    dome = [
        *arc((0.06, -0.72), (0.44, 0.34), 180, 360),
        *curve(
            [
                (0.5, -0.72),
                (0.4, -0.76),
                (0.28, -0.72),
                (0.17, -0.76),
                (0.06, -0.72),
                (-0.05, -0.76),
                (-0.16, -0.72),
                (-0.28, -0.76),
                (-0.38, -0.72),
            ],
            6,
        ),
    ]
    pen.fill(dome, colour=lighter(red, 0.12), to=darker(red, 0.12))
    pen.lines(
        [curve([(0.06, -1.06), (x * 0.7 + 0.03, -0.95), (x, -0.73)], 6) for x in (-0.16, 0.28)],
        0.008,
        colour=darker(red, 0.3),
        within=[dome],
    )
    pen.fill(ellipse(0.36, -0.78, 0.3, 0.3), colour=palette.shade, alpha=0.4, soft=0.06, grain=True, within=[dome])


def robot(stage: Stage, pen: Pen) -> None:
    """Draw a friendly robot."""
    palette = stage.palette
    chance = stage.dice("robot")
    metal = palette.lit(rgb(chance.choice(("dfe6e6", "f0bc52", "82bcc0", "ea8a68"))), 0.28)
    dark, lamp = darker(metal, 0.5), rgb("7ff0e4") if palette.depth > 0.3 else rgb("fff3b8")
    pen.lines([[(-0.12, -0.2), (-0.12, -0.02)], [(0.12, -0.2), (0.12, -0.02)]], 0.07, colour=dark)
    pen.fill(
        blob([(-0.24, 0.02), (-0.2, -0.07), (-0.06, -0.07), (-0.03, 0.02)]),
        blob([(0.03, 0.02), (0.06, -0.07), (0.2, -0.07), (0.24, 0.02)]),
        colour=metal,
        to=dark,
    )
    pen.lines(
        [
            curve([(-0.26, -0.5), (-0.4, -0.4), (-0.38, -0.24)], 8),
            curve([(0.26, -0.5), (0.42, -0.56), (0.46, -0.72)], 8),
        ],
        0.06,
        colour=dark,
    )
    body = blob(
        [
            (-0.28, -0.2),
            (-0.29, -0.52),
            (-0.2, -0.58),
            (0.2, -0.58),
            (0.29, -0.52),
            (0.28, -0.2),
            (0.18, -0.15),
            (-0.18, -0.15),
        ],
        6,
    )
    head = blob(
        [
            (-0.25, -0.64),
            (-0.26, -0.9),
            (-0.17, -0.97),
            (0.17, -0.97),
            (0.26, -0.9),
            (0.25, -0.64),
            (0.16, -0.6),
            (-0.16, -0.6),
        ],
        6,
    )
    pen.lines([[(0, -0.97), (0, -1.08)]], 0.02, colour=dark)
    pen.dots([(0, -1.1, 0.035)], colour=palette.accent)
    pen.fill(body, head, colour=lighter(metal, 0.2), to=darker(metal, 0.12))
    pen.fill(ellipse(0.26, -0.5, 0.2, 0.6), colour=palette.shade, alpha=0.5, soft=0.06, grain=True, within=[body, head])
    face = blob([(-0.19, -0.68), (-0.19, -0.88), (0.19, -0.88), (0.19, -0.68)], 6)
    pen.fill(face, colour=rgb("1d2233"))
    pen.dots([(-0.085, -0.78, 0.045), (0.085, -0.78, 0.045)], colour=lamp)
    pen.glow(0, -0.78, 0.3, lamp, 0.35)
    pen.lines([arc((0, -0.72), (0.05, 0.025), 20, 160)], 0.012, colour=lamp)
    pen.fill(ellipse(0, -0.38, 0.09), colour=palette.accent, to=darker(palette.accent, 0.2))


def astronaut(stage: Stage, pen: Pen) -> None:
    """Draw a floating astronaut."""
    suit = mix(rgb("f4f1ea"), stage.palette.sky[1], 0.12)
    shade = mix(suit, rgb("4a4f80"), 0.4)
    pen.fill(box(-0.25, -0.68, 0.25, -0.3), colour=shade)
    limbs = [curve([(-0.17, -0.5), (-0.36, -0.42), (-0.44, -0.58)], 8), curve([(0.17, -0.5), (0.36, -0.4),
        (0.38, -0.22)], 8),
             curve([(-0.1, -0.22), (-0.16, -0.06), (-0.1, 0.08)], 8), curve([(0.1, -0.22), (0.16, -0.08),
                 (0.24, 0.04)], 8)]  # fmt: skip
    pen.lines(limbs, 0.14, colour=suit)
    pen.dots([(-0.44, -0.6, 0.075), (0.38, -0.2, 0.075), (-0.09, 0.1, 0.085), (0.25, 0.06, 0.085)], colour=shade)
    body = blob([(-0.2, -0.56), (0.2, -0.56), (0.21, -0.24), (0.1, -0.16), (-0.1, -0.16), (-0.21, -0.24)])
    pen.fill(body, colour=suit, to=mix(suit, shade, 0.6))
    helmet = ellipse(0, -0.76, 0.25, 0.24)
    pen.fill(helmet, colour=lighter(suit, 0.4), to=shade)
    visor = ellipse(0.02, -0.75, 0.185, 0.16)
    pen.fill(visor, colour=rgb("1b2350"), to=stage.palette.accent)
    pen.fill(ellipse(-0.06, -0.82, 0.06, 0.03, -30), colour=rgb("ffffff"), alpha=0.8)
    pen.fill(box(-0.09, -0.44, 0.09, -0.34), colour=shade)
    pen.dots([(-0.04, -0.39, 0.02), (0.03, -0.39, 0.02)], colour=stage.palette.accent)
