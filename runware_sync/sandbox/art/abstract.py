"""Pictures of nothing in particular: waves, discs and arcs, ribbons, strata."""

import math

from .chance import chance_of
from .colour import RGB, darker, lighter, mix, rgb
from .shapes import arc, box, curve, ellipse, wedge
from .stage import Stage

__all__ = ["abstract"]

_SCHEMES = (
    "f2e8d5 e4572e f3a712 29335c 669bbc a8c686",
    "f7efe1 d1495b edae49 00798c 30638e 003d5b",
    "ece4d6 264653 2a9d8f e9c46a f4a261 e76f51",
    "f4ece2 5f0f40 9a031e fb8b24 e36414 0f4c5c",
    "efe9e1 335c67 e09f3e 9e2a2b 540b0e f2cc8f",
    "f1ead8 3d405b e07a5f 81b29a f2cc8f 5f6d9a",
    "10152b f25f5c ffe066 247ba0 70c1b3 50514f",
)


def abstract(stage: Stage) -> None:
    """Choose a kind by the words, else by chance, and paint it."""
    kinds = chance_of(f"{sorted(stage.wish.words)}|kind")
    colours = [rgb(word) for word in stage.dice("scheme").choice(_SCHEMES).split()]
    wish = stage.wish
    if wish.says("waves", "wave", "flow", "fluid", "water", "sea", "ocean"):
        _waves(stage, colours)
    elif wish.says("geometric", "bauhaus", "shapes", "cubist", "pattern", "minimalist"):
        _tiles(stage, colours)
    elif wish.says("circles", "circle", "mandala", "planets", "sound", "music"):
        _orbits(stage, colours)
    else:
        kinds.choice((_waves, _tiles, _ribbons, _orbits, _strata))(stage, colours)


def _waves(stage: Stage, colours: list[RGB]) -> None:
    canvas = stage.canvas
    chance = stage.dice("waves")
    wide, tall = canvas.width, canvas.height
    canvas.backdrop([(0, lighter(colours[0], 0.2)), (1, colours[0])])
    x, y = wide * chance.uniform(0.25, 0.75), tall * chance.uniform(0.2, 0.3)
    canvas.glow(x, y, 0.5, colours[2], 0.5)
    canvas.fill(ellipse(x, y, 0.13), colour=lighter(colours[2], 0.15), to=colours[2])
    inks = colours[1:]
    count = 8
    for number in range(count):
        part = number / (count - 1)
        base = tall * (0.34 + 0.6 * part)
        phase, pace, swing = chance.uniform(0, 6), chance.uniform(2.4, 4.6), 0.035 + 0.055 * chance.random()
        line = [
            (
                wide * k / 60,
                base
                + swing * math.sin(phase + pace * k / 60 * wide)
                + 0.4 * swing * math.sin(phase * 2 + 2.3 * pace * k / 60),
            )
            for k in range(61)
        ]
        colour = inks[number % len(inks)]
        below = [(wide, tall + 0.1), (0, tall + 0.1)]
        canvas.fill([(px, py - 0.012) for px, py in line] + below, colour=(0, 0, 0), alpha=0.28, soft=0.018)
        canvas.fill([*line, *below], colour=lighter(colour, 0.14), to=darker(colour, 0.22))
        rows = [
            [(px, py + 0.011 + 0.011 * step * (1 + 0.5 * step / 6)) for px, py in line]
            for step in range(stage.count(7))
        ]
        canvas.lines(rows, 0.0022, colour=lighter(colour, 0.45), alpha=0.6)


def _tiles(stage: Stage, colours: list[RGB]) -> None:
    canvas = stage.canvas
    chance = stage.dice("tiles")
    canvas.backdrop([(0, colours[0]), (1, colours[0])])
    count = chance.choice((3, 4, 4, 5))
    size = 1 / count
    for row in range(math.ceil(canvas.height / size)):
        for column in range(math.ceil(canvas.width / size)):
            one, two, three = chance.sample(colours, 3)
            x, y = column * size, row * size
            cell = box(x, y, x + size, y + size)
            canvas.fill(cell, colour=one)
            kind = chance.randrange(7)
            corner = chance.randrange(4)
            cx, cy = x + size * (corner % 2), y + size * (corner // 2)
            start = (0, 90, 270, 180)[corner]
            if kind == 0:
                canvas.fill(wedge(cx, cy, size, start, start + 90), colour=two)
                canvas.fill(wedge(cx, cy, size * 0.5, start, start + 90), colour=three)
            elif kind == 1:
                for step, colour in enumerate((two, one, three, one)):
                    canvas.fill(ellipse(x + size / 2, y + size / 2, size * (0.46 - 0.12 * step)), colour=colour)
            elif kind == 2:
                half = arc((x + size / 2, y + size / 2), (size * 0.5, size * 0.5), 90 * corner, 90 * corner + 180)
                canvas.fill(half, colour=two)
            elif kind == 3:
                canvas.fill(
                    [(x, y), (x + size, y), (x, y + size)]
                    if corner % 2
                    else [(x, y), (x + size, y), (x + size, y + size)],
                    colour=two,
                )
            elif kind == 4:
                canvas.fill(
                    *(box(x, y + size * k / 6, x + size, y + size * (k + 0.5) / 6) for k in range(6)), colour=two
                )
            elif kind == 5:
                canvas.lines(
                    [arc((cx, cy), (size * k / 6, size * k / 6), start, start + 90) for k in (1, 2, 3, 4, 5)],
                    size * 0.07,
                    colour=two,
                    within=[cell],
                )
            else:
                canvas.dots(
                    [
                        (x + size * (i + 0.5) / 4, y + size * (j + 0.5) / 4, size * 0.07)
                        for i in range(4)
                        for j in range(4)
                    ],
                    colour=two,
                )
            shade = [
                (cx - size * 0.4, cy - size * 0.4),
                (cx + size * 0.4, cy - size * 0.4),
                (cx + size * 0.4, cy + size * 0.4),
                (cx - size * 0.4, cy + size * 0.4),
            ]
            canvas.fill(shade, colour=darker(one, 0.5), alpha=0.3, soft=size * 0.18, grain=True, within=[cell])


def _ribbons(stage: Stage, colours: list[RGB]) -> None:
    canvas = stage.canvas
    chance = stage.dice("ribbons")
    wide, tall = canvas.width, canvas.height
    canvas.backdrop([(0, lighter(colours[0], 0.15)), (1, mix(colours[0], colours[4], 0.25))])
    a, b, c = chance.uniform(1.2, 2.6), chance.uniform(1.2, 2.6), chance.uniform(0, 6)

    def heading(x: float, y: float) -> float:
        return 1.4 * math.sin(a * x + c) + 1.1 * math.cos(b * y - c) + 0.5 * math.sin(2.3 * (x + y) + c)

    for layer in range(3):
        groups: list[list[list[tuple[float, float]]]] = [[] for _ in colours[1:]]
        for _ in range(stage.count((90, 150, 220)[layer] * wide * tall)):
            x, y = chance.uniform(-0.1, wide + 0.1), chance.uniform(-0.1, tall + 0.1)
            pick = int((math.sin(x * 2.1 + c) + math.cos(y * 2.7) + 2 + chance.gauss(0, 0.5)) * 1.3) % len(groups)
            path = [(x, y)]
            for _step in range((26, 18, 12)[layer]):
                angle = heading(x, y)
                x, y = x + math.cos(angle) * 0.013, y + math.sin(angle) * 0.013
                path.append((x, y))
            groups[pick].append(path)
        for number, group in enumerate(groups):
            colour = colours[1 + number]
            canvas.lines(
                group,
                (0.02, 0.009, 0.0035)[layer],
                colour=mix(colour, colours[0], 0.35 - 0.17 * layer) if layer < 2 else lighter(colour, 0.35),
                alpha=0.9,
            )


def _orbits(stage: Stage, colours: list[RGB]) -> None:
    canvas = stage.canvas
    chance = stage.dice("orbits")
    wide, tall = canvas.width, canvas.height
    canvas.backdrop([(0, lighter(colours[0], 0.1)), (1, darker(colours[0], 0.06))])
    x, y = wide * chance.uniform(0.42, 0.58), tall * chance.uniform(0.42, 0.58)
    discs = []
    for number in range(9):
        away, angle = 0.05 + 0.055 * number, chance.uniform(0, math.tau)
        discs.append(
            (
                x + away * math.cos(angle),
                y + away * math.sin(angle),
                chance.uniform(0.05, 0.24) * (1.1 - number * 0.07),
                number,
            )
        )
    discs.sort(key=lambda disc: -disc[2])
    for cx, cy, radius, number in discs:
        colour = colours[1 + number % (len(colours) - 1)]
        disc = ellipse(cx, cy, radius)
        canvas.fill(disc, colour=lighter(colour, 0.12), to=colour, alpha=0.93)
        canvas.fill(
            ellipse(cx + radius * 0.5, cy + radius * 0.5, radius),
            colour=darker(colour, 0.45),
            alpha=0.65,
            soft=radius * 0.25,
            grain=True,
            within=[disc],
        )
    rings = [
        arc((x, y), (0.12 + 0.04 * k, 0.12 + 0.04 * k), chance.uniform(0, 360), chance.uniform(400, 640), 60)
        for k in range(stage.count(9))
    ]
    canvas.lines(rings, 0.003, colour=darker(colours[3], 0.3), alpha=0.75)
    for angle in (chance.uniform(0, math.tau) for _ in range(4)):
        away = chance.uniform(0.15, 0.5)
        canvas.lines(
            [[(x, y), (x + away * math.cos(angle), y + away * math.sin(angle))]], 0.0035, colour=darker(colours[3], 0.3)
        )
        canvas.dots([(x + away * math.cos(angle), y + away * math.sin(angle), 0.012)], colour=colours[1])


def _strata(stage: Stage, colours: list[RGB]) -> None:
    canvas = stage.canvas
    chance = stage.dice("strata")
    wide, tall = canvas.width, canvas.height
    canvas.backdrop([(0, colours[0]), (1, lighter(colours[0], 0.3))])
    x = wide * chance.uniform(0.3, 0.7)
    for step in range(4):
        canvas.fill(
            ellipse(x, tall * 0.34, 0.3 - 0.06 * step),
            colour=mix(colours[2], colours[1], step / 3),
            alpha=0.55 + 0.1 * step,
        )
    for number in range(6):
        base = tall * (0.42 + 0.1 * number)
        tops = [(wide * k / 5, base + chance.uniform(-0.1, 0.05)) for k in range(6)]
        line = curve(tops, 10)
        shape = [*line, (wide, tall + 0.1), (0, tall + 0.1)]
        colour = colours[1 + (number * 2 + 2) % 5]
        canvas.fill(shape, colour=lighter(colour, 0.1), to=colour)
        canvas.fill(
            [(px, py) for px, py in line] + [(px, py + 0.1) for px, py in line[::-1]],
            colour=darker(colour, 0.5),
            alpha=0.5,
            soft=0.03,
            grain=True,
            within=[shape],
        )
