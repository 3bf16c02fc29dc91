"""Birds, fish, whales and deer."""

from .colour import darker, lighter, mix, rgb
from .pen import Pen
from .shapes import blob, curve, ellipse
from .stage import Stage

__all__ = ["bird", "deer", "fish", "owl", "whale"]


def owl(stage: Stage, pen: Pen) -> None:
    """Draw an owl on a branch."""
    palette = stage.palette
    fur = palette.lit(stage.dice("fur").choice((rgb("8a6242"), rgb("b58b5c"), rgb("7d7f8c"))), 0.7)
    pale, dark = mix(fur, rgb("fbeed5"), 0.65), darker(fur, 0.35)
    pen.lines(
        [curve([(-1.2, 0.06), (-0.4, 0.0), (0.4, 0.03), (1.3, -0.08)], 8)], 0.07, colour=darker(palette.land[2], 0.4)
    )
    body = blob(
        [(0, 0.06), (-0.26, -0.1), (-0.33, -0.5), (-0.24, -0.86), (0, -0.94), (0.24, -0.86), (0.33, -0.5), (0.26, -0.1)]
    )
    pen.fill([(-0.25, -0.8), (-0.3, -1.04), (-0.08, -0.9)], [(0.25, -0.8), (0.3, -1.04), (0.08, -0.9)], colour=fur)
    pen.fill(body, colour=fur, to=dark)
    pen.fill(ellipse(0, -0.32, 0.2, 0.33), colour=pale, within=[body])
    scales = [
        ellipse(x * 0.09 + (row % 2) * 0.045, -0.52 + row * 0.09, 0.035, 0.03)
        for row in range(6)
        for x in (-2, -1, 0, 1)
    ]
    pen.fill(*scales, colour=fur, alpha=0.65, within=[ellipse(0, -0.32, 0.19, 0.31)])
    for side in (-1, 1):
        pen.fill(
            blob([(side * 0.2, -0.66), (side * 0.36, -0.4), (side * 0.27, -0.02), (side * 0.15, -0.2)]), colour=dark
        )
        pen.fill(ellipse(side * 0.125, -0.7, 0.135), colour=pale)
        pen.dots([(side * 0.115, -0.7, 0.085)], colour=palette.lit(rgb("f5b52e"), 0.2))
        pen.dots([(side * 0.11, -0.7, 0.052)], colour=rgb("15121a"))
        pen.dots([(side * 0.11 + 0.02, -0.725, 0.016)], colour=rgb("ffffff"))
    pen.fill([(-0.04, -0.66), (0.04, -0.66), (0, -0.57)], colour=palette.lit(rgb("e08b2c"), 0.3))


def bird(stage: Stage, pen: Pen) -> None:
    """Draw a small bird on a twig."""
    palette = stage.palette
    coat = palette.lit(stage.dice("coat").choice((rgb("3f78a8"), rgb("d0553a"), rgb("5c8a55"), rgb("e0a93b"))), 0.6)
    if stage.wish.says("raven", "crow", "black"):
        coat = palette.lit(rgb("2b2b38"), 0.4)
    belly = mix(coat, rgb("fdf1dc"), 0.75)
    pen.lines(
        [curve([(-1.1, 0.1), (-0.3, 0.03), (0.5, 0.05), (1.2, -0.1)], 8)], 0.045, colour=darker(palette.land[2], 0.45)
    )
    pen.fill([(-0.3, -0.3), (-0.78, 0.06), (-0.66, 0.13), (-0.2, -0.12)], colour=darker(coat, 0.3))
    body = blob([(0.32, -0.62), (0.4, -0.45), (0.34, -0.2), (0.12, -0.02), (-0.18, -0.08), (-0.38, -0.28),
        (-0.2, -0.42),
                 (0.02, -0.6), (0.16, -0.72)])  # fmt: skip
    pen.lines([[(0.02, -0.06), (0.02, 0.05)], [(0.12, -0.06), (0.12, 0.05)]], 0.02, colour=palette.lit(rgb("5a4033")))
    pen.fill(body, colour=coat, to=darker(coat, 0.1))
    pen.fill(
        blob([(0.38, -0.5), (0.44, -0.3), (0.2, 0.02), (-0.1, -0.02), (0.1, -0.2), (0.26, -0.36)]),
        colour=belly,
        within=[body],
    )
    pen.fill(
        blob([(0.12, -0.4), (0.1, -0.22), (-0.18, -0.12), (-0.46, -0.16), (-0.18, -0.34), (0.0, -0.44)]),
        colour=darker(coat, 0.25),
    )
    pen.fill([(0.36, -0.6), (0.54, -0.54), (0.37, -0.5)], colour=palette.lit(rgb("f0a02e"), 0.5))
    pen.dots([(0.27, -0.58, 0.03)], colour=rgb("17141c"))
    pen.dots([(0.28, -0.59, 0.01)], colour=rgb("ffffff"))


def fish(stage: Stage, pen: Pen) -> None:
    """Draw a fish swimming to the right."""
    coat = stage.dice("coat").choice((rgb("f2762e"), rgb("f0a03a"), rgb("e2504a"), rgb("f0662e")))
    body = blob(
        [
            (0.5, -0.45),
            (0.3, -0.62),
            (0.0, -0.68),
            (-0.3, -0.55),
            (-0.46, -0.45),
            (-0.3, -0.35),
            (0.0, -0.22),
            (0.3, -0.28),
        ]
    )
    tail = blob([(-0.4, -0.45), (-0.68, -0.7), (-0.82, -0.66), (-0.68, -0.45), (-0.82, -0.22), (-0.66, -0.2)])
    fin = blob([(0.1, -0.64), (-0.05, -0.86), (-0.28, -0.8), (-0.25, -0.56)])
    pen.fill(
        tail,
        fin,
        blob([(0.05, -0.28), (-0.08, -0.1), (-0.2, -0.12), (-0.14, -0.3)]),
        colour=darker(coat, 0.2),
        alpha=0.9,
    )
    pen.fill(body, colour=lighter(coat, 0.15), to=darker(coat, 0.1))
    bands = [
        blob([(x, -0.75), (x + 0.1, -0.75), (x + 0.07, -0.45), (x + 0.1, -0.15), (x, -0.15), (x - 0.04, -0.45)])
        for x in (0.16, -0.22)
    ]
    pen.fill(*bands, colour=lighter(coat, 0.75), alpha=0.9, within=[body])
    pen.dots([(0.35, -0.48, 0.045)], colour=rgb("ffffff"))
    pen.dots([(0.36, -0.48, 0.026)], colour=rgb("171420"))


def whale(stage: Stage, pen: Pen) -> None:
    """Draw a whale."""
    back = stage.palette.lit(rgb("35597d"), 0.5)
    body = blob(
        [
            (0.72, -0.34),
            (0.6, -0.58),
            (0.25, -0.7),
            (-0.2, -0.58),
            (-0.6, -0.36),
            (-0.85, -0.42),
            (-0.6, -0.22),
            (-0.1, -0.08),
            (0.45, -0.1),
        ]
    )
    tail = [blob([(-0.78, -0.42), (-0.98, -0.66), (-1.14, -0.64), (-0.98, -0.48), (-1.1, -0.34), (-0.94, -0.32)])]
    pen.fill(*tail, body, colour=lighter(back, 0.08), to=darker(back, 0.15))
    belly = blob([(0.74, -0.3), (0.3, -0.22), (-0.2, -0.2), (-0.5, -0.2), (-0.1, 0.0), (0.5, -0.02)])
    pen.fill(belly, colour=mix(back, rgb("f0ede2"), 0.7), within=[body])
    pen.lines([curve([(0.7, -0.2 + k * 0.03), (0.2, -0.14 + k * 0.03),
        (-0.2, -0.14 + k * 0.03)]) for k in range(4)], 0.006,
              colour=back, alpha=0.6, within=[body])  # fmt: skip
    pen.fill(blob([(0.2, -0.22), (0.02, 0.04), (-0.14, 0.08), (-0.04, -0.12)]), colour=darker(back, 0.2))
    pen.dots([(0.5, -0.36, 0.02)], colour=rgb("10121c"))


def deer(stage: Stage, pen: Pen) -> None:
    """Draw a standing stag in profile."""
    coat = stage.palette.lit(rgb("a5683c"), 0.75)
    dark = darker(coat, 0.45)
    legs = [[(x, -0.42), (x + 0.055, -0.42), (x + 0.035, -0.2), (x + 0.03, 0), (x + 0.005, 0), (x + 0.005, -0.2)]
            for x in (-0.27, -0.2, 0.1, 0.17)]  # fmt: skip
    pen.fill(legs[0], legs[2], colour=dark)
    pen.fill(legs[1], legs[3], colour=coat, to=dark)
    body = blob(
        [(0.26, -0.62), (0.24, -0.42), (0.06, -0.36), (-0.2, -0.38), (-0.31, -0.46), (-0.3, -0.6), (-0.1, -0.62)]
    )
    neck = blob([(0.1, -0.6), (0.24, -0.44), (0.34, -0.66), (0.38, -0.84), (0.28, -0.86)])
    head = blob([(0.27, -0.86), (0.34, -0.93), (0.44, -0.86), (0.53, -0.8), (0.52, -0.75), (0.4, -0.76), (0.3, -0.78)])
    pen.fill(body, neck, head, colour=lighter(coat, 0.1), to=darker(coat, 0.1))
    pen.fill(blob([(0.29, -0.88), (0.17, -0.96), (0.16, -0.9), (0.24, -0.84)]), colour=darker(coat, 0.15))
    pen.fill(blob([(-0.3, -0.58), (-0.37, -0.52), (-0.31, -0.45)]), colour=mix(coat, rgb("fff5e2"), 0.8))
    horns = []
    for shift in (0.0, 0.07):
        x = 0.31 + shift
        horns.append(curve([(x, -0.9), (x - 0.1, -1.06), (x - 0.06, -1.24), (x + 0.06, -1.32)], 8))
        horns += [
            [(x - 0.085, -1.03), (x + 0.04, -1.1)],
            [(x - 0.09, -1.13), (x + 0.01, -1.21)],
            [(x - 0.1, -1.08), (x - 0.2, -1.17)],
        ]
    pen.lines(horns, 0.02, colour=mix(dark, rgb("d8c2a0"), 0.35))
    pen.dots([(0.39, -0.85, 0.014)], colour=rgb("120e14"))
    pen.dots([(0.53, -0.785, 0.018)], colour=dark)
