"""The city: towers, lamps, a wet street."""

from .cast import CAST, stand
from .colour import darker, lighter, mix, rgb
from .shapes import Path, box, curve, ellipse
from .sky import clouds, heaven
from .stage import Stage

__all__ = ["city"]


def city(stage: Stage) -> None:
    """Paint a street between towers with lit windows, wet when it rains, and the subject on it."""
    canvas, palette = stage.canvas, stage.palette
    chance = stage.dice("city")
    wide, tall = canvas.width, canvas.height
    line = tall * 0.74
    light = heaven(stage, line)
    clouds(stage, line * 0.6, light)
    canvas.glow(wide / 2, line, 0.9, mix(palette.sky[2], palette.light, 0.4), 0.6, flat=0.7)
    lamps = palette.depth > 0.2
    for layer in range(4):
        part = layer / 3
        colour = mix(mix(palette.sky[1], palette.sky[2], 0.4), mix(palette.shade, palette.ink, 0.55), 0.18 + 0.7 * part)
        x = -0.03
        blocks: list[Path] = []
        lit: list[Path] = []
        unlit: list[Path] = []
        while x < wide:
            away = abs(x + 0.05 - wide / 2) / wide * 2
            broad = chance.uniform(0.07, 0.14) * (0.8 + 0.4 * part)
            high = line * (0.2 + 0.35 * away**1.4 * (0.5 + part) + chance.uniform(0, 0.28) * (1 - 0.35 * part))
            if layer == 3 and away < 0.5:
                x += broad
                continue
            top = line - min(high, line * 0.93)
            blocks += _tower(chance.random(), x, top, broad, line)
            step = 0.016 + 0.004 * layer
            for row in range(int((line - top - 0.03) / step / 1.25)):
                for column in range(max(1, int((broad - 0.012) / step))):
                    pane = box(
                        x + 0.009 + column * step,
                        top + 0.016 + row * step * 1.25,
                        x + 0.009 + column * step + step * 0.5,
                        top + 0.016 + row * step * 1.25 + step * 0.62,
                    )
                    (
                        lit if chance.random() < (0.36 if lamps else 0.1) * (0.35 + 0.65 * stage.detail) else unlit
                    ).append(pane)
            x += broad + chance.choice((0.0, 0.0, 0.012))
        canvas.fill(*blocks, colour=colour, to=mix(colour, palette.sky[2], 0.28 * (1 - part)))
        canvas.fill(*unlit, colour=darker(colour, 0.25), alpha=0.5)
        cool = rgb("ff5fa2") if stage.wish.says("neon", "cyberpunk", "tokyo") else rgb("ffb45e")
        canvas.fill(
            *lit[::2],
            colour=mix(palette.light if lamps else lighter(palette.sky[1], 0.5), colour, 0.35 * (1 - part)),
            alpha=0.92,
        )
        canvas.fill(
            *lit[1::2], colour=mix(cool if lamps else lighter(palette.sky[2], 0.4), colour, 0.4 * (1 - part)), alpha=0.9
        )
        if layer in {1, 2}:
            canvas.fill(
                box(-0.1, line - 0.1, wide + 0.1, line + 0.05),
                colour=palette.pale() if not lamps else mix(palette.sky[2], palette.light, 0.2),
                alpha=0.3,
                soft=0.06,
            )
    _street(stage, line, lamps=lamps)


def _tower(kind: float, x: float, top: float, broad: float, line: float) -> list[Path]:
    shapes: list[Path] = [box(x, top, x + broad, line + 0.01)]
    if kind < 0.25:
        shapes.append([(x + broad * 0.42, top), (x + broad * 0.5, top - broad * 0.9), (x + broad * 0.58, top)])
    elif kind < 0.5:
        shapes.append(box(x + broad * 0.2, top - broad * 0.22, x + broad * 0.8, top + 0.01))
    elif kind < 0.65:
        shapes.append([(x, top + 0.002), (x + broad, top - broad * 0.35), (x + broad, top + 0.002)])
    return shapes


def _street(stage: Stage, line: float, *, lamps: bool) -> None:
    canvas, palette = stage.canvas, stage.palette
    wide, tall = canvas.width, canvas.height
    ground = mix(palette.shade, palette.ink, 0.5 if lamps else 0.2)
    canvas.backdrop([(0, mix(ground, palette.sky[2], 0.35)), (1, darker(ground, 0.3))], line)
    wet = stage.wish.weather in {"rain", "snow"} or stage.palette.name == "night"
    canvas.mirror(line, squeeze=0.8, waver=0.03, alpha=0.72 if wet else 0.25)
    chance = stage.dice("street")
    middle = wide / 2
    for number in range(4):
        near = number / 3
        for side in (-1, 1):
            x = middle + side * (0.12 + 0.36 * near**1.3) * min(wide, 1.3)
            foot, high = line + (tall - line) * near * 0.5, 0.14 + 0.2 * near
            canvas.lines([[(x, foot), (x, foot - high)], curve([(x, foot - high),
                (x - side * 0.012, foot - high - 0.015), (x - side * 0.035, foot - high - 0.012)], 5)],
                         0.003 + 0.003 * near, colour=palette.ink)  # fmt: skip
            if lamps:
                canvas.glow(x - side * 0.035, foot - high - 0.01, 0.1 + 0.07 * near, palette.light, 0.75)
                canvas.dots([(x - side * 0.035, foot - high - 0.008, 0.005 + 0.004 * near)], colour=rgb("fff8e0"))
                if wet:
                    canvas.fill(
                        ellipse(x - side * 0.035, foot + high * 0.55, 0.008 + 0.008 * near, high * 0.55),
                        colour=palette.light,
                        alpha=0.45,
                        soft=0.012,
                    )
    if stage.wish.subject:
        size = {"car": 0.28, "umbrella": 0.34, "robot": 0.36, "cat": 0.3, "portrait": 0.36}.get(
            stage.wish.subject, 0.34
        )
        stand(stage, middle + chance.uniform(-0.06, 0.06), line + (tall - line) * 0.66, size)
    elif wet:
        for x, y, size in ((middle - 0.1, 0.42, 0.24), (middle + 0.16, 0.2, 0.15)):
            CAST["umbrella"](stage, stage.pen(x, line + (tall - line) * y, size, flip=x > middle))
