"""Places under a roof: a table and a studio."""

from .cast import CAST
from .colour import darker, lighter, mix, rgb
from .shapes import arc, box, curve, ellipse
from .stage import Stage

__all__ = ["studio", "table"]


def table(stage: Stage) -> None:
    """Paint a still life: a wall with light from a window, a table with a cloth, and the subject on it."""
    canvas, palette = stage.canvas, stage.palette
    chance = stage.dice("table")
    wide, tall = canvas.width, canvas.height
    wall, cloth = (rgb(word) for word in chance.choice((
        ("2a6068", "efd3a4"), ("9c4a38", "f3dfc0"), ("d8b57c", "44707f"), ("3c4668", "d9a679"),
            ("8fa88f", "f3e4c8"), ("e0a58a", "35566a"), ("1f5a73", "f2c9a1"), ("d9603f", "f6e2c0"),
    )))  # fmt: skip
    wall, cloth = palette.lit(wall, 0.35), palette.lit(cloth, 0.35)
    line = tall * 0.66
    canvas.backdrop([(0, darker(wall, 0.3)), (1, lighter(wall, 0.1))], 0, line)
    x0 = wide * chance.uniform(0.12, 0.3)
    warm = mix(lighter(wall, 0.55), palette.sun, 0.5)
    panes = []
    for column in range(2):
        for row in range(3):
            left, top = x0 + column * 0.19, tall * 0.1 + row * 0.15
            panes.append(
                [
                    (left + row * 0.045, top),
                    (left + 0.16 + row * 0.045, top + 0.025),
                    (left + 0.2 + row * 0.045, top + 0.15),
                    (left + 0.04 + row * 0.045, top + 0.125),
                ]
            )
    canvas.fill(*panes, colour=warm, alpha=0.5, soft=0.005)
    canvas.glow(x0 + 0.25, tall * 0.3, 0.7, warm, 0.35)
    canvas.backdrop([(0, lighter(cloth, 0.14)), (1, darker(cloth, 0.22))], line)
    canvas.fill(box(-0.1, line, wide + 0.1, line + 0.012), colour=lighter(cloth, 0.5), alpha=0.6)
    stripes = [
        [
            (wide / 2 + k * 0.11, line),
            (wide / 2 + k * 0.11 + 0.012, line),
            (wide / 2 + k * 0.2 + 0.022, tall),
            (wide / 2 + k * 0.2, tall),
        ]
        for k in range(-9, 10)
    ]
    canvas.fill(
        *stripes, colour=palette.lit(palette.accent, 0.5) if chance.random() < 0.5 else darker(cloth, 0.25), alpha=0.35
    )
    x, y = wide * (0.5 + chance.uniform(-0.03, 0.03)), line + (tall - line) * 0.42
    subject = stage.wish.subject or "fruit"
    canvas.fill(
        [(x - 0.16, y + 0.02), (x + 0.1, y - 0.03), (x + 0.62, y + 0.05), (x + 0.3, y + 0.11)],
        colour=palette.ink,
        alpha=0.55,
        soft=0.03,
    )
    if subject == "flower":
        _vase(stage, x, y)
    elif subject in CAST:
        size = {"fruit": 0.56, "cup": 0.5, "cat": 0.62, "mushroom": 0.5}.get(subject, 0.56)
        CAST[subject](stage, stage.pen(x, y, size))
    else:
        CAST["fruit"](stage, stage.pen(x, y, 0.56))


def _vase(stage: Stage, x: float, y: float) -> None:
    glaze = stage.palette.lit(rgb(stage.dice("glaze").choice(("f0e6d6", "3f6d80", "b5543f"))), 0.4)
    CAST["flower"](stage, stage.pen(x, y - 0.2, 0.47))
    side = curve([(0.055, -0.24), (0.05, -0.2), (0.115, -0.12), (0.1, -0.03), (0.07, 0.01)], 8)
    shape = [(x + px, y + py) for px, py in (*side, *[(-px, py) for px, py in side[::-1]])]
    stage.canvas.fill(shape, colour=lighter(glaze, 0.15), to=darker(glaze, 0.15))
    stage.canvas.fill(
        ellipse(x + 0.09, y - 0.08, 0.07, 0.13),
        colour=stage.palette.shade,
        alpha=0.5,
        soft=0.03,
        grain=True,
        within=[shape],
    )
    stage.canvas.fill(ellipse(x - 0.045, y - 0.13, 0.012, 0.035, 15), colour=rgb("ffffff"), alpha=0.5, soft=0.006)


def studio(stage: Stage) -> None:
    """Paint a plain backdrop with a disc of light, and a portrait in front."""
    canvas, palette = stage.canvas, stage.palette
    chance = stage.dice("studio")
    wide, tall = canvas.width, canvas.height
    ground, disc = (rgb(word) for word in chance.choice((
        ("2f6f73", "f0b562"), ("e3a172", "f6e3c4"), ("394a75", "e8795a"), ("c9553f", "f3c98b"),
            ("a7b8a2", "f6ead2"), ("e9d9bd", "d9694a"),
    )))  # fmt: skip
    ground = palette.lit(ground, 0.4)
    canvas.backdrop([(0, lighter(ground, 0.08)), (1, darker(ground, 0.25))])
    x, y = wide / 2, tall * 0.44
    sun = ellipse(x + chance.uniform(-0.1, 0.1), y, 0.36)
    canvas.fill(sun, colour=lighter(disc, 0.12), to=disc)
    rays = [arc((x, y), (0.4 + 0.035 * k, 0.4 + 0.035 * k), 200 + 8 * k, 340 - 8 * k, 40) for k in range(3)]
    canvas.lines(rays, 0.004, colour=lighter(ground, 0.4), alpha=0.6)
    size = min(0.68, tall * 0.62)
    canvas.fill(ellipse(x + 0.04, tall * 0.55, size * 0.4, size * 0.55), colour=palette.ink, alpha=0.28, soft=0.06)
    CAST["portrait"](stage, stage.pen(x, tall - size * 0.28, size, flip=chance.random() < 0.5))
