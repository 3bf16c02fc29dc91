"""Places far from home: space and the sea floor."""

import math

from .cast import CAST, stand
from .colour import RGB, darker, lighter, mix, rgb
from .noise import clouds as soft_noise
from .shapes import Path, curve, ellipse
from .sky import stars
from .stage import Stage

__all__ = ["space", "underwater"]


def space(stage: Stage) -> None:
    """Paint a nebula, stars, a ringed planet, and the subject adrift."""
    canvas = stage.canvas
    chance = stage.dice("space")
    wide, tall = canvas.width, canvas.height
    top = rgb("070818")
    canvas.backdrop([(0, top), (1, rgb("120c2c"))])
    tints = chance.choice(
        (("7a2f8f", "2f6fb0", "f0785a"), ("1f7f8c", "5a3fa0", "e8b05a"), ("a02f5f", "3f3fa8", "f2a65a"))
    )
    for number, tint in enumerate(tints):
        noise = soft_noise(stage.dice(f"nebula{number}"), 192, 192, cells=2.2 + number, octaves=4)
        mask = noise.point([max(0, min(255, round((value - 112 - 6 * number) * 3.2))) for value in range(256)])
        canvas.veil(mask, rgb(tint), 0.62 - 0.14 * number)
    stars(stage, tall, many=2.2)
    side = chance.choice((-1, 1))
    x, y, radius = wide / 2 + side * wide * 0.27, tall * chance.uniform(0.26, 0.36), chance.uniform(0.15, 0.2)
    _planet(stage, x, y, radius, colour=rgb(tints[2]), shade=rgb(tints[0]))
    x2, y2 = wide / 2 - side * wide * 0.3, tall * 0.14
    canvas.glow(x2, y2, 0.11, rgb(tints[1]), 0.4)
    canvas.fill(ellipse(x2, y2, 0.035), colour=lighter(rgb(tints[1]), 0.5), to=rgb(tints[1]))
    ground = [(wide * k / 20, tall * 0.93 - 0.06 * math.sin(math.pi * k / 20)) for k in range(21)]
    canvas.fill(
        [*ground, (wide, tall + 0.1), (0, tall + 0.1)],
        colour=lighter(rgb(tints[0]), 0.2),
        to=darker(rgb(tints[0]), 0.5),
    )
    craters = [
        (wide * chance.random(), tall * chance.uniform(0.92, 1.0), chance.uniform(0.015, 0.05))
        for _ in range(stage.count(16))
    ]
    canvas.fill(
        *(ellipse(cx, cy, size, size * 0.28) for cx, cy, size in craters), colour=darker(rgb(tints[0]), 0.45), alpha=0.7
    )
    if stage.wish.subject in {"rocket", "astronaut", "balloon", "whale", "fish"}:
        stand(stage, wide / 2 - side * wide * 0.13, tall * 0.72, 0.46, shadow=0, turn=side * 18)
    elif stage.wish.subject:
        stand(stage, wide / 2 - side * wide * 0.1, tall * 0.9, 0.44)


def _planet(stage: Stage, x: float, y: float, radius: float, *, colour: RGB, shade: RGB) -> None:
    canvas = stage.canvas
    chance = stage.dice("planet")
    canvas.glow(x, y, radius * 2.1, colour, 0.35)
    tilt = chance.uniform(-25, -10)
    ring = [ellipse(x, y, radius * size, radius * size * 0.3, tilt) for size in (1.75, 1.6, 1.98)]
    back = [[*path[24:], path[0]] for path in ring]
    front = [path[:25] for path in ring]
    canvas.lines(back, radius * 0.06, colour=lighter(colour, 0.4), alpha=0.6)
    disc = ellipse(x, y, radius)
    canvas.fill(disc, colour=lighter(colour, 0.3), to=mix(colour, shade, 0.5))
    for _ in range(6):
        at = chance.uniform(-0.85, 0.85)
        canvas.fill(
            ellipse(x, y + at * radius, radius * 1.1, radius * chance.uniform(0.03, 0.12), tilt),
            colour=mix(colour, shade, chance.random()),
            alpha=0.45,
            within=[disc],
        )
    canvas.fill(
        ellipse(x + radius * 0.6, y + radius * 0.5, radius * 1.05),
        colour=rgb("0a0820"),
        alpha=0.75,
        soft=radius * 0.25,
        grain=True,
        within=[disc],
    )
    canvas.lines(front, radius * 0.06, colour=lighter(colour, 0.55), alpha=0.85)


def underwater(stage: Stage) -> None:
    """Paint a reef: rays of light, coral, bubbles, and a shoal."""
    canvas = stage.canvas
    chance = stage.dice("reef")
    wide, tall = canvas.width, canvas.height
    top, low = chance.choice((("7fe0d8", "0b3a63"), ("8fd3ea", "0f2f5f"), ("9fe8c8", "07424f")))
    bright, deep = rgb(top), rgb(low)
    canvas.backdrop([(0, bright), (0.35, mix(bright, deep, 0.5)), (1, deep)])
    x0 = wide * chance.uniform(0.3, 0.7)
    canvas.glow(x0, -0.05, 0.9, rgb("f2ffe8"), 0.8)
    shafts = [
        [
            (x0 + k * 0.09 - 0.02, -0.05),
            (x0 + k * 0.09 + 0.03, -0.05),
            (x0 + k * 0.3 + 0.09, tall),
            (x0 + k * 0.3 - 0.06, tall),
        ]
        for k in range(-3, 4)
    ]
    canvas.fill(*shafts, colour=lighter(bright, 0.5), alpha=0.2, soft=0.018)
    for layer in range(3):
        tone = mix(mix(bright, deep, 0.65), darker(deep, 0.45), layer / 2)
        for number in range(round(9 * wide)):
            x, size = wide * (number + chance.random()) / (9 * wide), chance.uniform(0.06, 0.2) * (0.7 + 0.3 * layer)
            y = tall * (0.9 + 0.05 * layer)
            canvas.fill(ellipse(x, y, size * 0.8, size * 0.55), colour=lighter(tone, 0.08), to=tone)
            weed = [
                curve(
                    [
                        (x + k * 0.015, y),
                        (x + k * 0.02 + 0.02 * math.sin(k + x * 9), y - size),
                        (x + k * 0.035, y - size * (1.3 + 0.3 * (k % 2))),
                    ],
                    6,
                )
                for k in range(-2, 3)
            ]
            canvas.lines(weed, 0.007 + 0.003 * layer, colour=tone)
        if layer == 1:
            _shoal(stage, bright, deep)
    corals = (rgb("f26d6d"), rgb("f7a35c"), rgb("d77fb8"))
    for number in range(5):
        x, y, size = wide * (number + chance.random()) / 5, tall * 1.0, chance.uniform(0.1, 0.2)
        fan = [
            curve(
                [
                    (x, y),
                    (x + size * 0.4 * math.sin(a), y - size * 0.6),
                    (x + size * 0.9 * math.sin(a * 1.2), y - size * (0.75 + 0.5 * math.cos(a))),
                ],
                6,
            )
            for a in (-0.9, -0.5, -0.15, 0.2, 0.55, 0.9)
        ]
        canvas.lines(fan, size * 0.075, colour=mix(corals[number % 3], deep, 0.25))
    subject = stage.wish.subject or "fish"
    if subject in {"fish", "whale"}:
        CAST[subject](
            stage, stage.pen(wide * 0.5, tall * 0.66, 0.44 if subject == "fish" else 0.42, flip=chance.random() < 0.5)
        )
    else:
        stand(stage, wide * 0.5, tall * 0.86, 0.42)
    bubbles = [
        (wide * chance.random(), tall * chance.random(), chance.uniform(0.003, 0.012)) for _ in range(stage.count(46))
    ]
    canvas.dots(bubbles, colour=rgb("eafffb"), alpha=0.35)
    canvas.dots(
        [(x - size * 0.3, y - size * 0.3, size * 0.3) for x, y, size in bubbles], colour=rgb("ffffff"), alpha=0.8
    )


def _shoal(stage: Stage, bright: RGB, deep: RGB) -> None:
    chance = stage.dice("shoal")
    canvas = stage.canvas
    bodies: list[Path] = []
    for _ in range(stage.count(34)):
        x, y, size = (
            canvas.width * chance.gauss(0.5, 0.3),
            canvas.height * chance.gauss(0.38, 0.13),
            chance.uniform(0.008, 0.02),
        )
        bodies += [
            ellipse(x, y, size, size * 0.4),
            [(x - size * 0.7, y), (x - size * 1.6, y - size * 0.5), (x - size * 1.6, y + size * 0.5)],
        ]
    canvas.fill(*bodies, colour=mix(deep, bright, 0.25), alpha=0.8)
