"""The sky: gradient, sun and moon, stars, clouds, and what falls out of them."""

import math

from PIL import Image, ImageChops

from .colour import RGB, lighter, mix, rgb
from .noise import clouds as soft_noise
from .shapes import Point, blob, ellipse
from .stage import Stage

__all__ = ["aurora", "clouds", "fog", "heaven", "rain", "snow", "stars"]


def heaven(stage: Stage, horizon: float, *, sun: bool = True) -> Point:
    """Paint the sky down to the horizon, with its sun or moon; return where that stands."""
    canvas, palette = stage.canvas, stage.palette
    chance = stage.dice("heaven")
    top, middle, low = palette.sky
    canvas.backdrop([(0, top), (0.55, middle), (1, low)], 0, min(canvas.height, horizon + 0.02))
    night = palette.name == "night"
    x = canvas.width * chance.choice((chance.uniform(0.16, 0.36), chance.uniform(0.62, 0.84)))
    high = {"night": 0.30, "day": 0.34, "storm": 0.45, "mist": 0.5}.get(palette.name, 0.80)
    y = horizon * (high + chance.uniform(-0.08, 0.08))
    rainy = stage.wish.weather == "rain"
    if (night and not rainy) or (palette.name == "dusk" and chance.random() < 0.5):
        stars(stage, horizon)
    if stage.wish.says("aurora", "northern"):
        aurora(stage, horizon)
    if not sun or rainy:
        canvas.glow(x, y, 0.9, palette.sun, 0.35, flat=0.6)
        return x, y
    if night:
        _moon(stage, x, y, chance.uniform(0.06, 0.085))
    elif palette.name == "day":
        canvas.glow(x, y, 0.75, palette.sun, 0.75)
        canvas.fill(ellipse(x, y, 0.07), colour=lighter(palette.sun, 0.4))
    else:
        radius = chance.uniform(0.09, 0.14)
        canvas.glow(x, y, 1.25, palette.sun, 0.55, flat=0.62)
        canvas.glow(x, y, 0.55, palette.sun, 0.7)
        canvas.fill(ellipse(x, y, radius), colour=lighter(palette.sun, 0.35), to=mix(palette.sun, low, 0.25))
    return x, y


def _moon(stage: Stage, x: float, y: float, radius: float) -> None:
    canvas, palette = stage.canvas, stage.palette
    canvas.glow(x, y, radius * 8, mix(palette.sky[2], palette.sun, 0.3), 0.55)
    canvas.glow(x, y, radius * 3, palette.sun, 0.5)
    disc = ellipse(x, y, radius)
    canvas.fill(disc, colour=palette.sun)
    seas = [
        ellipse(x + dx * radius, y + dy * radius, r * radius)
        for dx, dy, r in ((-0.35, -0.25, 0.28), (0.25, 0.1, 0.36), (-0.1, 0.5, 0.2), (0.45, -0.45, 0.14))
    ]
    canvas.fill(*seas, colour=mix(palette.sun, palette.sky[1], 0.4), alpha=0.35, within=[disc])
    canvas.fill(
        ellipse(x + radius * 0.5, y + radius * 0.35, radius * 1.05), colour=palette.sun, alpha=0.35, within=[disc]
    )


def stars(stage: Stage, horizon: float, *, many: float = 1.0) -> None:
    """Sow stars, the fewer the nearer to the horizon; a few of them shine."""
    chance = stage.dice("stars")
    canvas = stage.canvas
    found = [
        (chance.uniform(0, canvas.width), horizon * chance.random() ** 1.4, 0.0007 + 0.0016 * chance.random() ** 3)
        for _ in range(stage.count(230 * many * canvas.width))
    ]
    canvas.dots(found, colour=rgb("fff8e6"), alpha=0.8)
    for x, y, size in sorted(found, key=lambda star: -star[2])[: round(9 * many)]:
        canvas.glow(x, y, size * 11, rgb("dfe8ff"), 0.75)
        canvas.dots([(x, y, size * 1.2)], colour=rgb("ffffff"))


def aurora(stage: Stage, horizon: float) -> None:
    """Hang curtains of green and violet light into the sky."""
    canvas = stage.canvas
    chance = stage.dice("aurora")
    for number, colour in enumerate((rgb("5cf2b0"), rgb("38c7c0"), rgb("a06cf0"))):
        base = horizon * (0.62 - 0.13 * number)
        phase = chance.uniform(0, 6)
        top, low = [], []
        for step in range(25):
            x = canvas.width * step / 24
            wave = math.sin(phase + step * 0.42) * 0.05 + math.sin(phase * 2 + step * 0.17) * 0.08
            top.append((x, base + wave - horizon * 0.34))
            low.append((x, base + wave))
        canvas.fill([*top, *reversed(low)], colour=mix(colour, stage.palette.sky[0], 0.75), to=colour, alpha=0.6,
                    soft=0.035)  # fmt: skip


def clouds(stage: Stage, horizon: float, light: Point) -> None:
    """Put flat-bottomed clouds and streaks into the sky, lit from where the sun stands."""
    if stage.wish.weather == "clear" or stage.palette.name == "night":
        return
    canvas, palette = stage.canvas, stage.palette
    chance = stage.dice("clouds")
    heavy = palette.name == "storm"
    bright = mix(lighter(palette.sky[2], 0.45), palette.sun, 0.3)
    if heavy:
        _ceiling(stage, horizon)
        bright = mix(palette.sky[1], palette.sky[2], 0.5)
    for _ in range(chance.randint(2, 4)):
        x, y = canvas.width * chance.uniform(-0.1, 1.1), horizon * chance.uniform(0.12, 0.72)
        long = chance.uniform(0.18, 0.42) * (1.25 - y / horizon * 0.6)
        body = mix(bright, palette.sky[1], 0.25 + 0.3 * (y < horizon * 0.4))
        _cloud(stage, x, y, long, body=body, bright=bright, above=light[1] < y)
    streaks = []
    for _ in range(stage.count(9)):
        x, y = canvas.width * chance.random(), horizon * chance.uniform(0.45, 0.96)
        half = chance.uniform(0.05, 0.3)
        streaks.append(ellipse(x, y, half, half * chance.uniform(0.014, 0.03)))
    canvas.fill(*streaks, colour=bright, alpha=0.4, soft=0.002)


def _cloud(stage: Stage, x: float, y: float, long: float, *, body: RGB, bright: RGB, above: bool) -> None:
    chance = stage.dice(f"cloud{x}")
    puffs = []
    for step in range(7):
        part = step / 6
        size = long * (0.10 + 0.17 * math.sin(math.pi * (0.12 + 0.76 * part))) * chance.uniform(0.75, 1.15)
        puffs.append(ellipse(x + (part - 0.5) * long * 1.5, y - size * 0.42, size, size * 0.72))
    low = [(x - long * 1.05, y), (x - long * 0.5, y - long * 0.05), (x + long * 0.5, y - long * 0.05),
           (x + long * 1.05, y), (x, y + long * 0.035)]  # fmt: skip
    shapes = [*puffs, blob(low)]
    stage.canvas.fill(*shapes, colour=bright if above else body, to=body if above else bright, alpha=0.85, soft=0.003)
    shade = [[(px + long * 0.05, py + long * 0.08) for px, py in puff] for puff in puffs]
    stage.canvas.fill(*shade, colour=body, alpha=0.5, soft=0.018, within=shapes, grain=True)


def _ceiling(stage: Stage, horizon: float) -> None:
    canvas = stage.canvas
    noise = soft_noise(stage.dice("ceiling"), 128, 128, cells=3, octaves=4)
    mask = noise.point([max(0, min(255, (value - 105) * 4)) for value in range(256)]).resize(canvas.image.size)
    fade = [255 if v < 110 else max(0, 255 - (v - 110) * 2) for v in range(256)]
    ramp = Image.linear_gradient("L").resize((1, max(2, round(horizon * canvas.unit)))).point(fade)
    tall = Image.new("L", (1, canvas.image.height))
    tall.paste(ramp)
    canvas.veil(ImageChops.multiply(mask, tall.resize(canvas.image.size)), stage.palette.sky[0], 0.6)


def rain(stage: Stage) -> None:
    """Let it rain: slanted streaks in three depths."""
    canvas = stage.canvas
    chance = stage.dice("rain")
    for number, (long, thick, alpha) in enumerate(((0.03, 0.0009, 0.28), (0.055, 0.0014, 0.26), (0.1, 0.002, 0.16))):
        streaks = []
        for _ in range(stage.count((300, 150, 40)[number] * canvas.width * canvas.height)):
            x, y = chance.uniform(-0.1, canvas.width), chance.uniform(-0.1, canvas.height)
            size = long * chance.uniform(0.6, 1.2)
            streaks.append([(x, y), (x - size * 0.22, y + size)])
        canvas.lines(streaks, thick, colour=rgb("e6eef5"), alpha=alpha)


def snow(stage: Stage) -> None:
    """Let it snow: flakes in three depths."""
    canvas = stage.canvas
    chance = stage.dice("snow")
    for many, size, alpha in ((170, 0.0022, 0.7), (70, 0.004, 0.75), (16, 0.009, 0.5)):
        canvas.dots(
            [
                (chance.uniform(0, canvas.width), chance.uniform(0, canvas.height), size * chance.uniform(0.5, 1.2))
                for _ in range(stage.count(many * canvas.width * canvas.height))
            ],
            colour=rgb("ffffff"),
            alpha=alpha,
        )


def fog(stage: Stage, line: float, tall: float, alpha: float = 0.5) -> None:
    """Lay a soft band of haze along a line."""
    canvas = stage.canvas
    chance = stage.dice(f"fog{line}")
    bands = [
        ellipse(canvas.width * chance.uniform(0, 1), line + chance.uniform(-0.3, 0.3) * tall, canvas.width * 0.6, tall)
        for _ in range(2)
    ]
    canvas.fill(*bands, colour=stage.palette.pale(), alpha=alpha, soft=tall * 0.7)
