"""Boats, a balloon, a rocket and a car."""

from .colour import darker, lighter, mix, rgb
from .pen import Pen
from .shapes import arc, blob, box, curve, ellipse
from .stage import Stage

__all__ = ["balloon", "car", "paper_boat", "rocket", "sailboat"]


def paper_boat(stage: Stage, pen: Pen) -> None:
    """Draw a folded paper boat."""
    palette = stage.palette
    paper = palette.lit(rgb(stage.dice("paper").choice(("fefbf2", "fefbf2", "fefbf2", "f9dccb"))), 0.35)
    if stage.wish.says("red"):
        paper = palette.lit(rgb("e2533f"), 0.35)
    cool = mix(paper, palette.shade, 0.32)
    pen.fill([(-0.02, -0.66), (-0.3, -0.2), (-0.02, -0.12)], colour=paper)
    pen.fill([(-0.02, -0.66), (0.3, -0.2), (-0.02, -0.12)], colour=mix(paper, palette.shade, 0.2), to=cool)
    pen.fill(
        [(-0.74, -0.36), (-0.42, -0.1), (-0.02, -0.22), (0.36, -0.1), (0.7, -0.36), (0.36, 0.03), (-0.4, 0.03)],
        colour=cool,
    )
    hull = [(-0.74, -0.36), (-0.02, -0.07), (0.7, -0.36), (0.42, 0.04), (-0.46, 0.04)]
    pen.fill(hull, colour=lighter(paper, 0.3), to=mix(paper, palette.shade, 0.12))
    pen.fill(
        [(-0.02, -0.07), (0.7, -0.36), (0.42, 0.04), (0.0, 0.04)], colour=mix(paper, palette.shade, 0.16), alpha=0.9
    )
    pen.fill(
        [(-0.5, 0.06), (-0.2, -0.1), (0.5, -0.02), (0.5, 0.1)],
        colour=palette.shade,
        alpha=0.28,
        soft=0.06,
        grain=True,
        within=[hull],
    )
    pen.lines([[(-0.74, -0.36), (-0.02, -0.07), (0.7, -0.36)]], 0.007, colour=mix(paper, palette.shade, 0.5), alpha=0.8)


def sailboat(stage: Stage, pen: Pen) -> None:
    """Draw a boat under sail, leaning a little."""
    palette = stage.palette
    sail = palette.lit(rgb("fdf3df"), 0.5)
    hull = palette.lit(rgb(stage.dice("hull").choice(("b5402f", "27455e", "e8ddc6", "3d6b5f"))), 0.6)
    if stage.wish.says("red"):
        hull = palette.lit(rgb("c23b2c"), 0.4)
    pen.lines([[(0.0, -0.12), (0.02, -1.0)]], 0.018, colour=palette.ink)
    main = [(0.035, -0.97), *curve([(0.035, -0.97), (0.24, -0.6), (0.36, -0.2)], 8), (0.03, -0.18)]
    pen.fill(main, colour=lighter(sail, 0.2), to=sail)
    pen.fill(
        [(0.035, -0.97), (0.1, -0.18), (0.0, -0.18)],
        colour=palette.shade,
        alpha=0.3,
        soft=0.05,
        grain=True,
        within=[main],
    )
    jib = [(0.0, -0.92), *curve([(0.0, -0.92), (-0.2, -0.5), (-0.38, -0.19)], 8), (-0.03, -0.24)]
    pen.fill(
        jib,
        colour=mix(sail, palette.accent, 0.75) if stage.dice("jib").random() < 0.5 else mix(sail, palette.shade, 0.14),
    )
    body = blob(
        [(-0.46, -0.14), (0.0, -0.115), (0.44, -0.15), (0.36, -0.03), (0.2, 0.03), (-0.22, 0.03), (-0.38, -0.04)]
    )
    pen.fill(body, colour=lighter(hull, 0.1), to=darker(hull, 0.3))
    pen.lines([curve([(-0.43, -0.115), (0.0, -0.09), (0.41, -0.125)])], 0.014, colour=lighter(sail, 0.2), within=[body])


def balloon(stage: Stage, pen: Pen) -> None:
    """Draw a striped hot-air balloon."""
    palette = stage.palette
    chance = stage.dice(f"balloon{pen.x:.2f}")
    one = palette.lit(chance.choice((palette.accent, rgb("2f7f86"), rgb("e9b13c"), rgb("8a4a7a"))), 0.35)
    two = palette.lit(rgb("fdf1d8"), 0.35)
    hull = blob(
        [
            (0, -1.0),
            (0.27, -0.93),
            (0.37, -0.7),
            (0.29, -0.47),
            (0.1, -0.24),
            (-0.1, -0.24),
            (-0.29, -0.47),
            (-0.37, -0.7),
            (-0.27, -0.93),
        ]
    )
    pen.fill(hull, colour=one)
    for wide in (0.86, 0.34):
        stripe = [(x * wide, y) for x, y in hull]
        inner = [(x * (wide - 0.26), y) for x, y in hull]
        pen.fill(stripe, colour=two, within=[hull])
        pen.fill(inner, colour=one, within=[hull])
    pen.fill(ellipse(0.28, -0.6, 0.26, 0.5), colour=palette.shade, alpha=0.55, soft=0.09, grain=True, within=[hull])
    pen.fill(ellipse(-0.17, -0.8, 0.1, 0.16), colour=rgb("ffffff"), alpha=0.35, soft=0.05, within=[hull])
    pen.lines(
        [[(-0.09, -0.24), (-0.055, -0.1)], [(0.09, -0.24), (0.055, -0.1)], [(0, -0.24), (0, -0.1)]],
        0.008,
        colour=palette.ink,
    )
    pen.fill(
        [(-0.065, -0.1), (0.065, -0.1), (0.052, 0), (-0.052, 0)],
        colour=palette.lit(rgb("8a5a34"), 0.6),
        to=palette.lit(rgb("55341f"), 0.6),
    )


def rocket(stage: Stage, pen: Pen) -> None:
    """Draw a rocket under way."""
    white, red = rgb("f6efe4"), stage.palette.accent
    pen.glow(0, 0.16, 0.5, rgb("ffb04a"), 0.8)
    pen.fill(
        blob([(-0.09, -0.02), (0.09, -0.02), (0.06, 0.2), (0, 0.46), (-0.06, 0.2)]),
        colour=rgb("ffd75e"),
        to=rgb("f2542d"),
        soft=0.012,
    )
    pen.fill(blob([(-0.045, -0.02), (0.045, -0.02), (0, 0.22)]), colour=rgb("fffbe6"))
    for side in (-1, 1):
        pen.fill(
            [(side * 0.12, -0.3), (side * 0.29, -0.02), (side * 0.27, 0.07), (side * 0.1, -0.06)],
            colour=darker(red, 0.1 + 0.12 * side),
        )
    hull = blob(
        [
            (0, -1.0),
            (0.13, -0.76),
            (0.165, -0.45),
            (0.12, -0.06),
            (0.06, 0.0),
            (-0.06, 0.0),
            (-0.12, -0.06),
            (-0.165, -0.45),
            (-0.13, -0.76),
        ]
    )
    pen.fill(hull, colour=white, to=darker(white, 0.12))
    pen.fill(box(-0.3, -1.1, 0.3, -0.76), colour=red, within=[hull])
    pen.fill(ellipse(0.17, -0.4, 0.14, 0.7), colour=rgb("3b3d63"), alpha=0.45, soft=0.05, grain=True, within=[hull])
    pen.dots([(0, -0.55, 0.085)], colour=darker(red, 0.2))
    pen.dots([(0, -0.55, 0.062)], colour=rgb("7fd0e0"))
    pen.fill(arc((0, -0.55), (0.055, 0.055), 180, 300), colour=rgb("d8f5fa"), alpha=0.8)


def car(stage: Stage, pen: Pen) -> None:
    """Draw a small old car in profile."""
    palette = stage.palette
    coat = palette.lit(rgb(stage.dice("coat").choice(("d9483b", "2f8f8a", "e8b23a", "e9e1d2"))), 0.5)
    cabin = blob([(-0.3, -0.4), (-0.22, -0.6), (0.0, -0.66), (0.2, -0.6), (0.36, -0.4)], 10)
    pen.fill(cabin, colour=coat)
    glass = palette.light if palette.dark else lighter(palette.sky[1], 0.3)
    pen.fill(
        [(-0.24, -0.41), (-0.17, -0.57), (0.0, -0.61), (0.0, -0.41)],
        [(0.04, -0.41), (0.04, -0.61), (0.18, -0.56), (0.28, -0.41)],
        colour=glass,
    )
    body = blob(
        [
            (-0.66, -0.12),
            (-0.68, -0.3),
            (-0.5, -0.4),
            (0.0, -0.43),
            (0.5, -0.38),
            (0.7, -0.28),
            (0.7, -0.12),
            (0.0, -0.1),
        ]
    )
    pen.fill(body, colour=lighter(coat, 0.1), to=darker(coat, 0.2))
    pen.lines([[(-0.66, -0.24), (0.69, -0.23)]], 0.018, colour=lighter(coat, 0.6), within=[body])
    pen.dots([(-0.4, -0.1, 0.135), (0.42, -0.1, 0.135)], colour=palette.ink)
    pen.dots([(-0.4, -0.1, 0.065), (0.42, -0.1, 0.065)], colour=palette.lit(rgb("d8d4cc"), 0.5))
    pen.dots([(0.66, -0.27, 0.045)], colour=rgb("fff2c0"))
    if palette.depth > 0.3:
        pen.fill([(0.68, -0.27), (1.7, -0.36), (1.7, -0.02)], colour=palette.light, alpha=0.3, soft=0.04)
        pen.glow(0.68, -0.27, 0.25, palette.light, 0.9)
