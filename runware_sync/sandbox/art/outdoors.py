"""Places on dry land under the open sky: mountains, meadow, desert."""

import math

from .cast import stand
from .colour import darker, lighter, mix, rgb
from .land import blades, flowers, height_at, hill, peaks, pines, ripples
from .reading import AIRBORNE
from .shapes import blob, curve
from .sky import clouds, fog, heaven
from .stage import Stage

__all__ = ["desert", "meadow", "mountain"]


def mountain(stage: Stage) -> None:
    """Paint ranges of mountains in haze, pines, and the subject on a rise in front, or in the air."""
    canvas, palette = stage.canvas, stage.palette
    chance = stage.dice("mountain")
    wide, tall = canvas.width, canvas.height
    line = tall * 0.66
    light = heaven(stage, line)
    clouds(stage, line * 0.8, light)
    cap = mix(palette.lit(rgb("fbfbff"), 0.55), palette.sun, 0.15)
    peaks(
        stage, "far", line, tall * 0.46, mix(palette.land[0], palette.sky[1], 0.35), cap=mix(cap, palette.sky[2], 0.3)
    )
    fog(stage, line * 0.9, 0.09, 0.5)
    peaks(stage, "near", line + 0.06, tall * 0.36, palette.land_at(0.45), cap=cap)
    fog(stage, line + 0.03, 0.07, 0.6)
    water = stage.wish.says("lake", "fjord", "river", "reflection")
    if water:
        canvas.backdrop([(0, palette.water[0]), (1, palette.water[1])], line)
        canvas.mirror(line, squeeze=0.9, waver=0.012, alpha=0.7)
        ripples(stage, line, tall, lighter(palette.water[0], 0.4), many=26)
    else:
        middle = hill(stage, "slope", line + 0.06, 0.07, palette.land_at(0.62), to=palette.land_at(0.8))
        pines(
            stage,
            "wood",
            middle,
            stage.count(34 * wide),
            0.1,
            colour=palette.land_at(0.86),
            lit=mix(palette.land_at(0.7), palette.sun, 0.2),
        )
        fog(stage, line + 0.13, 0.045, 0.42)
    front = hill(
        stage,
        "front",
        tall * 0.9,
        0.05,
        mix(palette.land[2], palette.ink, 0.12),
        to=mix(palette.land[2], palette.ink, 0.45),
    )
    side = chance.random() < 0.5
    dark = mix(palette.land[2], palette.ink, 0.62)
    edge = [point for point in front if (point[0] < wide * 0.3) == side or point[0] > wide * 0.82]
    pines(stage, "frame", edge or front, stage.count(12 * wide), 0.26, colour=dark)
    if stage.wish.subject in AIRBORNE:
        _fleet(stage, line)
    else:
        x = wide * (0.62 if side else 0.38)
        stand(
            stage,
            x,
            height_at(front, x) + 0.025,
            {"castle": 0.36, "house": 0.28}.get(stage.wish.subject, 0.36),
            flip=not side,
        )
    blades(stage, "turf", front, 130, 0.026, colours=(dark, mix(palette.land[2], palette.land[1], 0.4)))


def _fleet(stage: Stage, line: float) -> None:
    """Let the subject hang in the air; of balloons, let there be several."""
    chance = stage.dice("fleet")
    wide = stage.canvas.width
    side = chance.choice((0.33, 0.64))
    if stage.wish.subject == "balloon":
        for x, y, size in ((1.12 - side, 0.42, 0.13), (side + 0.27, 0.66, 0.09), (side - 0.22, 0.78, 0.075)):
            stand(stage, wide * x, line * y, size, shadow=0)
    stand(stage, wide * side, line * 0.84, 0.44, shadow=0, turn=0 if stage.wish.subject != "rocket" else 14)


def meadow(stage: Stage) -> None:
    """Paint rolling land with grass and flowers, or snow, and the subject in the open."""
    canvas, palette = stage.canvas, stage.palette
    chance = stage.dice("meadow")
    wide, tall = canvas.width, canvas.height
    line = tall * chance.uniform(0.52, 0.58)
    light = heaven(stage, line + 0.06)
    clouds(stage, line, light)
    snow = stage.wish.ground == "snow"
    for layer in range(3):
        part = layer / 3
        outline = hill(
            stage,
            f"hill{layer}",
            line + 0.075 * layer,
            0.1 - 0.015 * layer,
            palette.land_at(part * 0.8),
            to=palette.land_at(part * 0.8 + 0.12),
        )
        tone = (
            mix(palette.land_at(min(1.0, part + 0.3)), palette.ink, 0.12)
            if not snow
            else mix(palette.lit(rgb("46626b"), 0.7), palette.sky[2], 0.6 - 0.28 * layer)
        )
        pines(
            stage,
            f"trees{layer}",
            outline,
            stage.count((26 - 9 * layer) * wide),
            0.05 + 0.03 * layer,
            colour=tone,
            lit=lighter(tone, 0.25) if snow else None,
        )
        if layer < 2:
            fog(stage, line + 0.075 * layer + 0.07, 0.03, 0.35)
    front = hill(
        stage,
        "front",
        tall * 0.79,
        0.045,
        palette.land_at(0.85),
        to=palette.land[2] if not snow else mix(palette.land[2], palette.sky[1], 0.35),
    )
    left = light[0] > wide / 2
    x = wide * (chance.uniform(0.36, 0.46) if left else chance.uniform(0.54, 0.64))
    if snow:
        _drifts(stage, front)
    else:
        blades(stage, "back", front, 260, 0.03, colours=(palette.land_at(0.9), mix(palette.land[1], palette.sun, 0.15)))
    subject = stage.wish.subject
    if subject in AIRBORNE - {"bird"}:
        _fleet(stage, line)
    else:
        size = {
            "house": 0.34,
            "windmill": 0.52,
            "tree": 0.56,
            "castle": 0.42,
            "flower": 0.62,
            "car": 0.3,
            "cup": 0.35,
            "fruit": 0.35,
        }.get(subject, 0.46)
        stand(stage, x, tall * 0.84 if size > 0.4 else height_at(front, x) + 0.04, size, flip=not left)
    if not snow:
        tints = (rgb("f6efe2"), palette.accent, rgb("f2c14a"), rgb("b98bd0"))
        flowers(stage, "flowers", [(0, tall * 0.83), (wide, tall * 0.83)], 70, 0.011, colours=tints)
        blades(
            stage,
            "grass",
            [(0, tall * 0.97), (wide, tall * 0.97)],
            330,
            0.075,
            colours=(
                palette.land[2],
                mix(palette.land[2], palette.ink, 0.3),
                mix(palette.land[1], palette.land[2], 0.5),
            ),
        )
    else:
        _twigs(stage)


def _drifts(stage: Stage, front: list[tuple[float, float]]) -> None:
    chance = stage.dice("drifts")
    canvas, palette = stage.canvas, stage.palette
    tone = mix(palette.land[2], palette.sky[0], 0.4)
    for number in range(4):
        y = height_at(front, 0) + 0.05 + 0.055 * number
        line = curve([(canvas.width * k / 4, y + chance.uniform(-0.02, 0.02)) for k in range(5)], 6)
        canvas.fill([*line, *[(x, py + 0.03) for x, py in line[::-1]]], colour=tone, alpha=0.3, soft=0.008, grain=True)


def _twigs(stage: Stage) -> None:
    chance = stage.dice("twigs")
    canvas = stage.canvas
    stalks = []
    for _ in range(stage.count(34 * canvas.width)):
        x, y = canvas.width * chance.random(), canvas.height * chance.uniform(0.88, 1.02)
        high, lean = chance.uniform(0.03, 0.1), chance.gauss(0, 0.35)
        stalks.append([(x, y), (x + lean * high, y - high)])
    canvas.lines(stalks, 0.0028, colour=stage.palette.lit(rgb("8a6a4c"), 0.6), alpha=0.8)


def desert(stage: Stage) -> None:
    """Paint dunes, each with a bright and a shaded flank, and the subject among them."""
    canvas, palette = stage.canvas, stage.palette
    chance = stage.dice("desert")
    wide, tall = canvas.width, canvas.height
    line = tall * 0.56
    light = heaven(stage, line)
    clouds(stage, line, light)
    canvas.backdrop([(0, palette.land[0]), (1, palette.land[1])], line)
    for layer in range(4):
        part = layer / 3
        base = line + (tall - line) * (0.02 + 0.25 * layer)
        colour = palette.land_at(part * 0.8)
        high = 0.05 + 0.07 * part
        x = wide * chance.uniform(0.25, 0.75)
        left = curve(
            [(-0.1, base), (x * 0.35, base - high * 0.25), (x * 0.75, base - high * 0.8), (x, base - high)], 10
        )
        gap = wide - x
        right = curve(
            [
                (x, base - high),
                (x + gap * 0.3, base - high * 0.45),
                (x + gap * 0.7, base - 0.01),
                (wide + 0.1, base + 0.02),
            ],
            10,
        )
        shape = [*left, *right, (wide + 0.1, tall + 0.1), (-0.1, tall + 0.1)]
        canvas.fill(shape, colour=lighter(colour, 0.2), to=colour)
        lean = 1 if light[0] < x else -1
        slip = curve(
            [
                (x, base - high),
                (x + lean * 0.03, base - high * 0.5),
                (x - lean * 0.05, base + 0.03),
                (x - lean * 0.01, base + 0.12),
                (x - lean * 0.1, base + 0.3),
            ],
            10,
        )
        flank = right if lean > 0 else left[::-1]
        canvas.fill(
            [*slip, (flank[-1][0], base + 0.3), *flank[::-1]],
            colour=mix(darker(colour, 0.22), palette.shade, 0.2),
            to=colour,
            alpha=0.85,
            within=[shape],
        )
    lines = [
        curve([(wide * k / 6, tall * (0.86 + 0.02 * n) + 0.008 * math.sin(k * 2 + n)) for k in range(7)], 5)
        for n in range(7)
    ]
    canvas.lines(lines, 0.002, colour=palette.land[2], alpha=0.35)
    x = wide * (0.36 if light[0] > wide / 2 else 0.64)
    if stage.wish.subject in AIRBORNE:
        _fleet(stage, line)
    else:
        stand(stage, x, tall * 0.86, 0.42 if stage.wish.subject != "car" else 0.3)
    rocks = [
        blob(
            [
                (wide * s - 0.05, tall),
                (wide * s - 0.03, tall - 0.04),
                (wide * s + 0.02, tall - 0.055),
                (wide * s + 0.06, tall),
            ]
        )
        for s in (0.1, 0.86)
    ]
    canvas.fill(*rocks, colour=darker(palette.land[2], 0.35))
