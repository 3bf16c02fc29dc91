"""The forest."""

from .cast import stand
from .colour import lighter, mix
from .land import blades, hill
from .shapes import curve, ellipse
from .sky import fog
from .stage import Stage

__all__ = ["forest"]


def forest(stage: Stage) -> None:
    """Paint a wood: trunk behind trunk into the light, and the subject in a clearing."""
    canvas, palette = stage.canvas, stage.palette
    chance = stage.dice("forest")
    wide, tall = canvas.width, canvas.height
    glow = mix(palette.sky[2], palette.sun, 0.4)
    deep = mix(palette.land[1], palette.sky[1], 0.3)
    canvas.backdrop([(0, mix(deep, palette.sky[0], 0.4)), (0.55, mix(deep, glow, 0.5)), (1, palette.land[2])])
    x0 = wide * chance.uniform(0.4, 0.6)
    canvas.glow(x0, tall * 0.42, 0.85, glow, 0.85)
    ground = tall * 0.76
    near = mix(palette.land[2], palette.ink, 0.6)
    for layer in range(4):
        part = layer / 3
        colour = mix(mix(glow, deep, 0.45), near, part**1.15)
        trunks, boughs = [], []
        for number in range(round((11 - 2.4 * layer) * wide)):
            x = wide * (number + chance.uniform(0.1, 0.9)) / (11 - 2.4 * layer) / wide
            if layer == 3 and abs(x - x0) < 0.3:
                continue
            half = (0.006 + 0.026 * part**1.4) * chance.uniform(0.7, 1.3)
            foot = ground - 0.1 + 0.12 * part + chance.uniform(-0.01, 0.03)
            lean = chance.gauss(0, 0.02)
            trunks.append(
                [
                    (x - half * 1.5, foot),
                    (x - half, foot - 0.08),
                    (x - half * 0.6 + lean, -0.05),
                    (x + half * 0.6 + lean, -0.05),
                    (x + half, foot - 0.08),
                    (x + half * 1.6, foot),
                ]
            )
            for _ in range(3):
                y = chance.uniform(0.02, tall * 0.5)
                side = chance.choice((-1, 1))
                boughs.append(
                    curve(
                        [(x, y), (x + side * 0.07, y - 0.05), (x + side * 0.16, y - 0.06 - 0.06 * chance.random())], 5
                    )
                )
        canvas.fill(*trunks, colour=mix(colour, near, 0.1), to=colour)
        canvas.lines(boughs, 0.003 + 0.004 * part, colour=colour)
        hill(
            stage,
            f"floor{layer}",
            ground - 0.1 + 0.1 * part,
            0.03,
            mix(colour, palette.land[1], 0.3),
            to=mix(colour, palette.land[2], 0.5),
        )
        if layer < 3:
            fog(stage, ground - 0.08 + 0.08 * part, 0.06, 0.35)
        _canopy(stage, layer, mix(colour, palette.land[1], 0.25))
    if palette.name != "night":
        shafts = [
            [
                (x0 - 0.15 + k * 0.13, -0.05),
                (x0 - 0.11 + k * 0.13, -0.05),
                (x0 - 0.34 + k * 0.2, tall),
                (x0 - 0.5 + k * 0.2, tall),
            ]
            for k in range(4)
        ]
        canvas.fill(*shafts, colour=lighter(glow, 0.3), alpha=0.16, soft=0.02)
    tones = near, mix(palette.land[2], palette.land[1], 0.4), mix(palette.land[1], glow, 0.15)
    perched = stage.wish.subject in {"owl", "bird"}
    blades(stage, "ferns", [(0.0, ground), (wide, ground)], 320, 0.035, colours=tones)
    stand(stage, x0, ground * 0.9 if perched else ground + 0.09, {"house": 0.38,
        "mushroom": 0.4}.get(stage.wish.subject, 0.48),
          flip=chance.random() < 0.5, shadow=0 if perched else 0.45)  # fmt: skip
    blades(stage, "front", [(0, tall * 0.97), (wide, tall * 0.97)], 200, 0.06, colours=tones)


def _canopy(stage: Stage, layer: int, colour: tuple[int, int, int]) -> None:
    chance = stage.dice(f"canopy{layer}")
    puffs = []
    x = -0.1
    while x < stage.canvas.width + 0.1:
        size = chance.uniform(0.04, 0.11)
        away = abs(x - stage.canvas.width / 2) / stage.canvas.width
        puffs.append(ellipse(x, 0.3 * away + 0.02 * layer - 0.08 + chance.uniform(-0.05, 0.05), size * 1.3, size))
        x += size * 0.8
    stage.canvas.fill(*puffs, colour=colour, alpha=0.85, grain=True, soft=0.004)
