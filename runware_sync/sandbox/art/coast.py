"""Places by the water: a coast and a pond."""

import math

from .cast import CAST, stand
from .colour import darker, lighter, mix, rgb
from .land import blades, height_at, reeds, ripples, sparkle
from .reading import AIRBORNE
from .shapes import curve, ellipse
from .sky import clouds, heaven
from .stage import Stage

__all__ = ["pond", "sea"]


_AFLOAT = {"sailboat", "paper boat", "whale", "fish"}


def sea(stage: Stage) -> None:
    """Paint a coast: open water under a low sun, a headland, and the subject on it or afloat."""
    canvas, palette = stage.canvas, stage.palette
    chance = stage.dice("sea")
    wide, tall = canvas.width, canvas.height
    line = tall * chance.uniform(0.54, 0.62)
    light = heaven(stage, line)
    clouds(stage, line, light)
    far = [(x, min(line + 0.01, y)) for x, y in hill_line(stage, "isle", line - 0.005, 0.05)]
    canvas.fill([(0, line + 0.01), *far, (wide, line + 0.01)], colour=mix(palette.land[0], palette.sky[2], 0.35))
    canvas.backdrop([(0, palette.water[0]), (0.35, mix(*palette.water, 0.55)), (1, palette.water[1])], line)
    canvas.mirror(line, squeeze=1.3, waver=0.02, alpha=0.42)
    ripples(stage, line + 0.008, tall, darker(palette.water[1], 0.3), many=90, alpha=0.3)
    ripples(stage, line + 0.008, tall, lighter(palette.water[0], 0.35), many=60, alpha=0.4)
    sparkle(stage, light[0], line + 0.004, line + (tall - line) * 0.9, palette.sun)
    subject = stage.wish.subject
    left = light[0] > wide / 2
    if subject in _AFLOAT:
        x = wide * (chance.uniform(0.3, 0.42) if left else chance.uniform(0.58, 0.7))
        _float(
            stage, x, line + (tall - line) * 0.3, {"whale": 0.3, "paper boat": 0.42}.get(subject, 0.46), flip=not left
        )
    elif subject in AIRBORNE:
        stand(stage, wide * (0.34 if left else 0.66), line * 0.62, 0.36, shadow=0)
    elif subject or chance.random() < 0.5:
        if subject in {"lighthouse", "castle", "house"} and chance.random() < 0.45:
            _skerry(stage, line, left=left)
        else:
            _headland(stage, line, left=left)
    if stage.wish.subject not in AIRBORNE:
        _gulls(stage, line, light[0])


def hill_line(stage: Stage, name: str, base: float, tall: float) -> list[tuple[float, float]]:
    """Return an outline of far land without painting it."""
    chance = stage.dice(name)
    points = []
    for step in range(31):
        x = stage.canvas.width * step / 30
        swell = math.sin(step * 0.35 + chance.random() * 0.3 + len(name)) + 0.5 * math.sin(step * 0.9)
        points.append((x, base - tall * max(0.0, swell * 0.5)))
    return points


def _float(stage: Stage, x: float, y: float, size: float, *, flip: bool) -> None:
    painter = CAST[stage.wish.subject]
    water = mix(*stage.palette.water, 0.5)
    painter(stage, stage.pen(x, y, size, flip=flip, tall=-0.62))
    stage.canvas.fill(ellipse(x, y + size * 0.32, size * 0.9, size * 0.4), colour=water, alpha=0.62, soft=size * 0.09)
    chance = stage.dice("hull")
    bands = [
        ellipse(
            x + chance.gauss(0, 0.22) * size,
            y + size * (0.06 + 0.62 * k / 13),
            size * chance.uniform(0.1, 0.34),
            size * 0.011,
        )
        for k in range(13)
    ]
    stage.canvas.fill(*bands, colour=lighter(water, 0.3), alpha=0.5)
    painter(stage, stage.pen(x, y, size, flip=flip))
    if stage.wish.subject in {"whale", "fish"}:
        under = ellipse(x, y + size * 0.02, size * 1.1, size * 0.13)
        stage.canvas.fill(under, colour=mix(*stage.palette.water, 0.4), alpha=0.92, soft=size * 0.025)
    rings = [ellipse(x, y + size * 0.03, size * (0.5 + 0.2 * k), size * (0.045 + 0.035 * k)) for k in range(3)]
    stage.canvas.lines([ring[2:22] for ring in rings], size * 0.008, colour=lighter(water, 0.55), alpha=0.55)


def _headland(stage: Stage, line: float, *, left: bool) -> None:
    """Paint a cliff on one side, in front, and let the subject stand on it."""
    canvas, palette = stage.canvas, stage.palette
    chance = stage.dice("headland")
    wide, tall = canvas.width, canvas.height
    reach = chance.uniform(0.78, 1.15)
    top = line + (tall - line) * chance.uniform(0.0, 0.2)

    def at(x: float) -> float:
        return x * reach * wide if left else wide - x * reach * wide

    ground = [(-0.05, -0.02), (0.1, -0.035), (0.22, -0.03), (0.33, 0.005), (0.42, 0.05), (0.49, 0.13), (0.52, 0.22)]
    grass = curve([(at(x), top + y + chance.uniform(-0.012, 0.012)) for x, y in ground], 8)
    foot = [(at(0.545), top + 0.27), (at(0.56), top + 0.33), (at(0.62), tall + 0.05), (at(-0.05), tall + 0.05)]
    cliff = [*grass, *foot]
    rock = mix(palette.land[2], palette.ink, 0.3)
    canvas.fill(cliff, colour=lighter(rock, 0.16), to=darker(rock, 0.4))
    slabs = []
    for _ in range(stage.count(60)):
        x, y = chance.uniform(0.0, 0.6), chance.uniform(top + 0.05, tall)
        size, lean = chance.uniform(0.01, 0.03), 0.25 * (x - 0.1)
        high = chance.uniform(0.04, 0.16)
        slabs.append(
            [
                (at(x), y),
                (at(x + size), y + 0.01),
                (at(x + size + lean * high), y + high),
                (at(x + lean * high), y + high * 0.8),
            ]
        )
    canvas.fill(*slabs[::2], colour=mix(rock, palette.sky[2], 0.3), alpha=0.22, soft=0.002, within=[cliff])
    canvas.fill(*slabs[1::2], colour=palette.ink, alpha=0.4, soft=0.002, within=[cliff])
    canvas.lines([grass], 0.055, colour=palette.land[2], within=[cliff])
    canvas.lines([grass], 0.022, colour=mix(palette.land[1], palette.sky[2], 0.22), within=[cliff])
    foam = [
        ellipse(at(0.56 + 0.07 * part + chance.gauss(0, 0.012)), top + 0.31 + (tall - top - 0.31) * part, 0.035, 0.005)
        for part in (chance.random() for _ in range(22))
    ]
    canvas.fill(*foam, colour=lighter(palette.water[0], 0.6), alpha=0.5)
    sizes = {"lighthouse": 0.54, "house": 0.28, "castle": 0.42, "windmill": 0.44, "tree": 0.46, "portrait": 0.3}
    size = min(sizes.get(stage.wish.subject, 0.28) * chance.uniform(0.86, 1.08), top * 0.86)
    x = at(chance.uniform(0.24, 0.31) / reach)
    y = height_at(sorted(grass), x) + 0.014
    shadow = ellipse(x + (0.12 if left else -0.12) * size, y + 0.006, size * 0.36, size * 0.04)
    canvas.fill(shadow, colour=palette.ink, alpha=0.5, soft=0.008, within=[cliff])
    blades(stage, "turf", sorted(grass[:26]), 90, 0.02, colours=(palette.land[2], palette.land[1]))
    stand(stage, x, y, size, flip=left, shadow=0)


def _skerry(stage: Stage, line: float, *, left: bool) -> None:
    """Paint a rocky islet further out, with the subject on it, both mirrored in the water."""
    canvas, palette = stage.canvas, stage.palette
    chance = stage.dice("skerry")
    size = min(0.5, line * 0.78)
    x, y = (
        canvas.width * (chance.uniform(0.3, 0.4) if left else chance.uniform(0.6, 0.7)),
        line + (canvas.height - line) * 0.2,
    )
    rock = mix(palette.land[2], palette.ink, 0.35)
    outline = [
        (-0.5, 0.02),
        (-0.4, -0.05),
        (-0.27, -0.07),
        (-0.19, -0.13),
        (0.16, -0.13),
        (0.24, -0.09),
        (0.36, -0.06),
        (0.46, 0.02),
    ]
    jagged = [(px * size, (py + chance.uniform(-0.012, 0.012)) * size) for px, py in outline]
    painter = CAST[stage.wish.subject]
    painter(stage, stage.pen(x, y + 0.1 * size, size, flip=left, tall=-0.6))
    canvas.fill([(x + px, y - py * 0.9) for px, py in jagged], colour=darker(rock, 0.2))
    water = mix(*palette.water, 0.45)
    canvas.fill(ellipse(x, y + size * 0.36, size * 0.75, size * 0.4), colour=water, alpha=0.66, soft=size * 0.08)
    bands = [
        ellipse(x + chance.gauss(0, 0.16) * size, y + size * 0.045 * k, size * chance.uniform(0.06, 0.24), size * 0.008)
        for k in range(1, 17)
    ]
    canvas.fill(*bands, colour=lighter(water, 0.3), alpha=0.5)
    shape = [(x + px, y + py) for px, py in jagged]
    canvas.fill(shape, colour=lighter(rock, 0.2), to=darker(rock, 0.2))
    cracks = [
        [(x + px, y + py + 0.012 * size), (x + px * 1.05 + 0.02 * size, y + 0.01 * size)] for px, py in jagged[1:-1]
    ]
    canvas.lines(cracks, size * 0.012, colour=darker(rock, 0.45), alpha=0.8, within=[shape])
    painter(stage, stage.pen(x, y - 0.1 * size, size, flip=left))
    foam = [
        ellipse(x + px * 1.04, y + 0.015 * size + chance.uniform(0, 0.02) * size, 0.06 * size, 0.007 * size)
        for px, _ in jagged
    ]
    canvas.fill(*foam, colour=lighter(palette.water[0], 0.65), alpha=0.75)


def _gulls(stage: Stage, line: float, x: float) -> None:
    chance = stage.dice("gulls")
    wings = []
    x0, y0 = (x + stage.canvas.width * 0.5) / 2 + chance.uniform(-0.05, 0.15), line * chance.uniform(0.25, 0.6)
    for _ in range(chance.randint(3, 6)):
        x, y, size = x0 + chance.gauss(0, 0.07), y0 + chance.gauss(0, 0.035), chance.uniform(0.008, 0.017)
        wings.append(
            curve(
                [
                    (x - size, y - size * 0.35),
                    (x - size * 0.45, y - size * 0.5),
                    (x, y),
                    (x + size * 0.45, y - size * 0.5),
                    (x + size, y - size * 0.3),
                ],
                4,
            )
        )
    stage.canvas.lines(wings, 0.003, colour=mix(stage.palette.ink, stage.palette.sky[1], 0.25))


def pond(stage: Stage) -> None:
    """Paint still water with its far bank mirrored, lily pads and reeds, and the subject afloat."""
    canvas, palette = stage.canvas, stage.palette
    chance = stage.dice("pond")
    wide, tall = canvas.width, canvas.height
    line = tall * chance.uniform(0.36, 0.42)
    light = heaven(stage, line)
    clouds(stage, line, light)
    for number in range(2):
        back = [(x, min(line, y)) for x, y in hill_line(stage, f"bank{number}", line - 0.02, 0.16 - 0.07 * number)]
        canvas.fill([(0, line + 0.01), *back, (wide, line + 0.01)], colour=palette.land_at(0.12 + 0.3 * number))
    _bushes(stage, line)
    canvas.backdrop([(0, palette.water[0]), (0.5, mix(*palette.water, 0.5)), (1, palette.water[1])], line)
    canvas.mirror(line, squeeze=1.35, waver=0.012, alpha=0.62)
    ripples(stage, line + 0.01, tall, lighter(palette.water[0], 0.4), many=34, alpha=0.4)
    ripples(stage, line + 0.01, tall, darker(palette.water[1], 0.2), many=34, alpha=0.3)
    sparkle(stage, light[0], line + 0.01, line + (tall - line) * 0.4, palette.sun)
    left = chance.random() < 0.5
    _pads(stage, line, left=left)
    x = wide * (0.55 if left else 0.45) + chance.uniform(-0.04, 0.04)
    if stage.wish.subject in _AFLOAT:
        _float(stage, x, line + (tall - line) * 0.47, 0.42, flip=left)
    elif stage.wish.subject in AIRBORNE:
        stand(stage, x, line * 0.8, 0.3, shadow=0)
    elif stage.wish.subject:
        _bank(stage, x, 0.5)
    for number, side in enumerate((0.02, 0.1, 0.93, 1.0)):
        reeds(stage, f"reeds{number}", wide * side, tall + 0.04, tall * chance.uniform(0.3, 0.52), many=stage.count(16))


def _bank(stage: Stage, x: float, size: float) -> None:
    """Put a grassy bank in front and let the subject stand on it."""
    canvas, palette = stage.canvas, stage.palette
    line = curve(
        [
            (-0.05, canvas.height * 0.86),
            (x - 0.2, canvas.height * 0.83),
            (x + 0.2, canvas.height * 0.84),
            (canvas.width + 0.05, canvas.height * 0.9),
        ],
        8,
    )
    canvas.fill(
        [*line, (canvas.width, canvas.height + 0.05), (0, canvas.height + 0.05)],
        colour=palette.land[1],
        to=palette.land[2],
    )
    stand(stage, x, height_at(line, x) + 0.03, size)
    blades(stage, "bank", line, 300, 0.035, colours=(palette.land[2], palette.land[1]))


def _bushes(stage: Stage, line: float) -> None:
    chance = stage.dice("bushes")
    puffs = []
    x = -0.05
    while x < stage.canvas.width + 0.1:
        size = chance.uniform(0.025, 0.075)
        puffs.append(ellipse(x, line - size * 0.5, size, size * chance.uniform(0.8, 1.4)))
        x += size * 0.9
    colour = stage.palette.land_at(0.75)
    stage.canvas.fill(*puffs, colour=lighter(colour, 0.08), to=darker(colour, 0.15))
    stage.canvas.backdrop([(0, darker(colour, 0.2)), (1, darker(colour, 0.3))], line - 0.004, line + 0.008)


def _pads(stage: Stage, line: float, *, left: bool) -> None:
    chance = stage.dice("pads")
    canvas, palette = stage.canvas, stage.palette
    green = palette.lit(rgb("4f8f5c"), 0.6)
    for _ in range(stage.count(20)):
        part = chance.uniform(0.12, 0.95)
        y = line + (canvas.height - line) * part
        x = canvas.width * (chance.uniform(0.0, 0.4) if left == (chance.random() < 0.75) else chance.uniform(0.62, 1.0))
        size = 0.014 + 0.05 * part
        start = chance.uniform(0, 360)
        pad = [
            (x, y),
            *(
                (x + size * math.cos(math.radians(start + a)), y + size * 0.36 * math.sin(math.radians(start + a)))
                for a in range(0, 330, 12)
            ),
        ]
        canvas.fill([(px, py + size * 0.05) for px, py in pad], colour=palette.ink, alpha=0.4)
        canvas.fill(pad, colour=mix(green, palette.sky[2], 0.25 * chance.random()), to=green)
        if chance.random() < 0.25:
            petals = [
                ellipse(
                    x + size * 0.26 * math.cos(k),
                    y - size * 0.2 + size * 0.1 * math.sin(k),
                    size * 0.22,
                    size * 0.1,
                    math.degrees(k),
                )
                for k in (0.3, 1.0, 2.1, 2.8, 4.2, 5.3)
            ]
            canvas.fill(
                *petals, colour=lighter(palette.lit(rgb("f4b6c6"), 0.5), 0.3), to=palette.lit(rgb("e5839f"), 0.5)
            )
