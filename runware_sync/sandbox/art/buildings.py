"""Buildings."""

from .colour import darker, lighter, mix, rgb
from .pen import Pen
from .shapes import arc, box, ellipse
from .stage import Stage

__all__ = ["castle", "house", "lighthouse", "windmill"]


def lighthouse(stage: Stage, pen: Pen) -> None:
    """Draw a banded lighthouse with its beam, and the keeper's house."""
    palette = stage.palette
    white, red = palette.lit(rgb("f7f0e3"), 0.55), palette.lit(palette.accent, 0.45)
    glow = palette.dark or palette.name in {"storm", "sunset", "mist"}
    if glow:
        for side, drop in ((-1, -0.16), (1, -0.05)):
            beam = [(0, -0.885), (side * 4.5, -0.885 + drop * 1.7 - 0.45), (side * 4.5, -0.885 + drop * 1.7 + 0.35)]
            pen.fill(beam, colour=palette.light, alpha=0.22, soft=0.03)
            pen.fill([(0, -0.885), (side * 1.5, -0.885 + drop * 0.6 - 0.1), (side * 1.5, -0.885 + drop * 0.6 + 0.08)],
                     colour=palette.light, alpha=0.3, soft=0.025)  # fmt: skip
    hut = box(0.08, -0.15, 0.36, 0.02)
    pen.fill(hut, colour=white, to=darker(white, 0.15))
    pen.fill([(0.05, -0.14), (0.14, -0.25), (0.32, -0.25), (0.4, -0.14)], colour=red, to=darker(red, 0.2))
    lamp = palette.light if palette.depth > 0.1 else palette.ink
    pen.fill(box(0.19, -0.1, 0.23, -0.04), box(0.28, -0.1, 0.32, -0.04), colour=lamp)
    tower = [(-0.135, 0.02), (-0.085, -0.78), (0.085, -0.78), (0.135, 0.02)]
    pen.fill(tower, colour=white)
    for low, high in ((-0.1, -0.26), (-0.42, -0.58)):
        pen.fill(box(-0.2, high, 0.2, low), colour=red, within=[tower])
    pen.fill([(0.03, 0.02), (0.02, -0.78), (0.2, -0.78), (0.2, 0.02)], colour=palette.shade, alpha=0.4, soft=0.035,
             grain=True, within=[tower])  # fmt: skip
    pen.fill(box(-0.022, -0.37, 0.022, -0.31), box(-0.02, -0.68, 0.02, -0.63), colour=palette.ink)
    pen.fill(box(-0.12, -0.8, 0.12, -0.77), colour=palette.ink)
    pen.lines([[(x, -0.79), (x, -0.85)] for x in (-0.11, -0.055, 0.0, 0.055, 0.11)], 0.008, colour=palette.ink)
    pen.lines([[(-0.11, -0.85), (0.11, -0.85)]], 0.01, colour=palette.ink)
    pen.fill(box(-0.058, -0.93, 0.058, -0.8), colour=palette.light if glow else lighter(palette.sky[1], 0.4))
    pen.lines([[(x, -0.93), (x, -0.8)] for x in (-0.058, 0.0, 0.058)], 0.01, colour=palette.ink)
    pen.fill(
        [(-0.08, -0.925), *arc((0, -0.925), (0.075, 0.085), 180, 360), (0.08, -0.925)], colour=red, to=darker(red, 0.3)
    )
    pen.lines([[(0, -1.0), (0, -1.06)]], 0.012, colour=palette.ink)
    if glow:
        pen.glow(0, -0.87, 0.5, palette.light, 0.75)
        pen.glow(0, -0.87, 0.13, rgb("fffbe8"), 0.95)


def house(stage: Stage, pen: Pen) -> None:
    """Draw a small house with lit windows and smoke from the chimney."""
    palette = stage.palette
    chance = stage.dice("house")
    wall = palette.lit(chance.choice((rgb("f3e6d0"), rgb("c9534a"), rgb("d9b26f"), rgb("e9ded4"))), 0.65)
    roof = palette.lit(chance.choice((rgb("7a3b35"), rgb("4d4a5c"), rgb("a5522f"))), 0.65)
    snowy = stage.wish.ground == "snow"
    lamp = palette.light if palette.depth > 0.2 or snowy else mix(palette.sky[0], rgb("23344a"), 0.4)
    puffs = [ellipse(0.27 + k * k * 0.02, -0.98 - k * 0.13, 0.045 + k * 0.02) for k in range(5)]
    for number, puff in enumerate(puffs):
        pen.fill(puff, colour=lighter(palette.sky[1], 0.6), alpha=0.55 - number * 0.1, soft=0.025)
    pen.fill(box(0.2, -0.9, 0.31, -0.6), colour=darker(wall, 0.35))
    pen.fill(box(-0.42, -0.5, 0.42, 0), colour=wall, to=darker(wall, 0.16))
    pen.fill(box(0.16, -0.5, 0.42, 0), colour=palette.shade, alpha=0.35, soft=0.05, grain=True,
             within=[box(-0.42, -0.5, 0.42, 0)])  # fmt: skip
    shape = [(-0.54, -0.46), (-0.3, -0.86), (0.3, -0.86), (0.54, -0.46)]
    pen.fill(
        shape, colour=lighter(rgb("f2f6fa"), 0.2) if snowy else lighter(roof, 0.12), to=rgb("cfdcea") if snowy else roof
    )
    pen.lines([[(-0.54, -0.46), (0.54, -0.46)]], 0.02, colour=darker(roof, 0.4))
    for x in (-0.29, 0.17):
        pen.fill(box(x, -0.36, x + 0.15, -0.19), colour=lamp, to=mix(lamp, rgb("f0a04b"), 0.4))
        pen.lines(
            [[(x + 0.075, -0.36), (x + 0.075, -0.19)], [(x, -0.275), (x + 0.15, -0.275)]],
            0.012,
            colour=darker(wall, 0.45),
        )
        if palette.depth > 0.2 or snowy:
            pen.glow(x + 0.075, -0.27, 0.3, palette.light, 0.4)
    pen.fill([(-0.075, 0), (-0.075, -0.24), *arc((0, -0.24), (0.075, 0.075), 180, 360), (0.075, -0.24), (0.075, 0)],
             colour=darker(roof, 0.3))  # fmt: skip


def castle(stage: Stage, pen: Pen) -> None:
    """Draw a castle of towers with pointed roofs and flags."""
    palette = stage.palette
    stone, roof = palette.lit(rgb("c9bfb0"), 0.75), palette.lit(rgb("4c6a94"), 0.6)
    lamp = palette.light if palette.depth > 0.2 else palette.ink
    towers = ((0.0, 0.1, 1.0), (-0.28, 0.08, 0.72), (0.3, 0.085, 0.8), (-0.5, 0.07, 0.5), (0.52, 0.065, 0.46))
    for x, half, high in sorted(towers, key=lambda tower: -tower[2]):
        body = box(x - half, -high * 0.72, x + half, 0.03)
        pen.fill(body, colour=stone, to=darker(stone, 0.2))
        pen.fill(
            box(x + half * 0.2, -high, x + half, 0.03),
            colour=palette.shade,
            alpha=0.4,
            soft=0.02,
            grain=True,
            within=[body],
        )
        pen.fill(
            [(x - half * 1.3, -high * 0.72), (x, -high * 1.02 - 0.08), (x + half * 1.3, -high * 0.72)],
            colour=lighter(roof, 0.1),
            to=darker(roof, 0.2),
        )
        pen.lines([[(x, -high * 1.02 - 0.08), (x, -high * 1.02 - 0.2)]], 0.008, colour=palette.ink)
        pen.fill(
            [(x, -high * 1.02 - 0.2), (x + 0.09, -high * 1.02 - 0.17), (x, -high * 1.02 - 0.14)], colour=palette.accent
        )
        pen.fill(
            box(x - 0.02, -high * 0.62, x + 0.02, -high * 0.52),
            box(x - 0.02, -high * 0.38, x + 0.02, -high * 0.3),
            colour=lamp,
        )
    wall = box(-0.6, -0.28, 0.6, 0.04)
    pen.fill(
        wall,
        *(box(-0.6 + k * 0.11, -0.33, -0.54 + k * 0.11, -0.27) for k in range(11)),
        colour=lighter(stone, 0.06),
        to=darker(stone, 0.25),
    )
    pen.fill(
        [(-0.08, 0.04), (-0.08, -0.12), *arc((0, -0.12), (0.08, 0.09), 180, 360), (0.08, -0.12), (0.08, 0.04)],
        colour=palette.ink,
    )


def windmill(stage: Stage, pen: Pen) -> None:
    """Draw a windmill."""
    palette = stage.palette
    wall, wood = palette.lit(rgb("efe4d2"), 0.65), palette.lit(rgb("5b4034"), 0.6)
    body = [(-0.2, 0.02), (-0.12, -0.62), (0.12, -0.62), (0.2, 0.02)]
    pen.fill(body, colour=wall, to=darker(wall, 0.15))
    pen.fill(
        [(0.02, 0.02), (0.02, -0.62), (0.3, -0.62), (0.3, 0.02)],
        colour=palette.shade,
        alpha=0.45,
        soft=0.05,
        grain=True,
        within=[body],
    )
    pen.fill(
        [(-0.15, -0.61), *arc((0, -0.62), (0.14, 0.16), 180, 360), (0.15, -0.61)],
        colour=palette.lit(palette.accent, 0.6),
    )
    pen.fill(box(-0.05, -0.18, 0.05, 0.02), box(-0.03, -0.42, 0.03, -0.34), colour=wood)
    start = stage.dice("mill").uniform(10, 50)
    for turn in range(4):
        sail = Pen(stage.canvas, *pen.place([(0, -0.68)])[0], pen.size, turn=start + 90 * turn)
        sail.fill(box(0.02, -0.62, 0.14, -0.14), colour=lighter(wall, 0.3), alpha=0.9)
        rungs = [[(0.0, -0.14 - k * 0.08), (0.14, -0.14 - k * 0.08)] for k in range(7)]
        sail.lines([[(0, 0), (0, -0.64)], [(0.14, -0.14), (0.14, -0.62)], *rungs], 0.012, colour=wood)
    pen.dots([(0, -0.68, 0.03)], colour=wood)
