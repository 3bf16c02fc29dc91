"""The finish: what technique and steps make of a painting, and a little grain."""

import math

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from .colour import rgb
from .noise import clouds, white
from .stage import Stage

__all__ = ["finished"]


def finished(stage: Stage, steps: int) -> Image.Image:
    """Return the painting as its technique leaves it; few steps leave it blurred and noisy."""
    image = stage.canvas.image
    medium = stage.wish.medium
    if medium == "oil":
        image = _strokes(stage, image)
    elif medium == "watercolour":
        image = _wash(stage, image)
    elif medium == "sketch":
        image = _pencil(stage, image)
    elif medium == "pixel":
        image = _blocks(image)
    image = _noisy(stage, image, steps)
    return image if medium == "pixel" else _grain(stage, image, medium)


def _strokes(stage: Stage, image: Image.Image) -> Image.Image:
    """Repaint with brush strokes that follow the edges, broad ones first, then small ones where there is detail."""
    chance = stage.dice("brush")
    wide, tall = image.size
    unit = min(wide, tall)
    shrink = max(1, unit // 170)
    small = image.reduce(shrink) if shrink > 1 else image
    grey = small.convert("L").filter(ImageFilter.GaussianBlur(1.5))
    edges = small.convert("L").filter(ImageFilter.FIND_EDGES).filter(ImageFilter.BoxBlur(1)).tobytes()
    heights, columns, rows, colours = grey.tobytes(), small.width, small.height, small.tobytes()
    painted = image.filter(ImageFilter.BoxBlur(unit / 260))
    pen = ImageDraw.Draw(painted)
    for size, many, least in ((0.02, 620, 0), (0.011, 1300, 0), (0.005, 1700, 10)):
        for _ in range(stage.count(many * (wide * tall) / unit**2)):
            column, row = chance.randrange(1, columns - 1), chance.randrange(1, rows - 1)
            at = row * columns + column
            edge = edges[at]
            if edge < least or (least == 0 and edge > 34):
                continue
            dx, dy = heights[at + 1] - heights[at - 1], heights[at + columns] - heights[at - columns]
            angle = (
                math.atan2(dy, dx) + math.pi / 2
                if dx * dx + dy * dy > 9
                else 0.5 * math.sin(row / rows * 9) + chance.gauss(0, 0.25)
            )
            long = size * unit * chance.uniform(1.0, 2.2)
            x, y = column * shrink + chance.random() * shrink, row * shrink + chance.random() * shrink
            cos, sin = math.cos(angle) * long, math.sin(angle) * long
            tint = chance.randint(-9, 9)
            red, green, blue = colours[at * 3 : at * 3 + 3]
            pen.line(
                (x - cos, y - sin, x, y + chance.uniform(-1, 1), x + cos, y + sin),
                fill=(red + tint, green + tint, blue + tint),
                width=max(1, round(size * unit * chance.uniform(0.4, 0.8))),
            )
    relief = painted.convert("L").filter(
        ImageFilter.Kernel((3, 3), (-2, -1, 0, -1, 0, 1, 0, 1, 2), scale=5, offset=128)
    )
    painted = ImageChops.soft_light(painted, Image.merge("RGB", (relief, relief, relief)))
    return Image.blend(painted, painted.filter(ImageFilter.SMOOTH), 0.5)


def _wash(stage: Stage, image: Image.Image) -> Image.Image:
    """Let the colours bleed, gather at their edges, and run out on white paper."""
    wide, tall = image.size
    unit = min(image.size)
    soft = image.reduce(2).filter(ImageFilter.MedianFilter(3)).resize(image.size)
    soft = Image.blend(soft, Image.new("RGB", image.size, rgb("fdf8ee")), 0.2)
    rims = soft.convert("L").filter(ImageFilter.FIND_EDGES).filter(ImageFilter.GaussianBlur(unit / 500))
    rims = ImageChops.invert(rims.point([min(70, round(v * 1.1)) for v in range(256)]))
    soft = ImageChops.multiply(soft, Image.merge("RGB", (rims, rims, rims)))
    pigment = clouds(stage.dice("pigment"), wide, tall, cells=7, octaves=4).point(
        [150 + v * 105 // 255 for v in range(256)]
    )
    soft = ImageChops.screen(
        soft,
        ImageChops.invert(
            Image.merge("RGB", (pigment, pigment, pigment)).point([min(255, v + 15) for v in range(256)] * 3)
        ),
    )
    edge = Image.new("L", (96, 96))
    ImageDraw.Draw(edge).rectangle((6, 6, 89, 89), fill=255)
    rough = clouds(stage.dice("edge"), 96, 96, cells=9, octaves=3)
    edge = ImageChops.add(edge.filter(ImageFilter.GaussianBlur(4)), rough, scale=1, offset=-128)
    mask = edge.resize(image.size, Image.Resampling.BICUBIC).point([max(0, min(255, (v - 90) * 7)) for v in range(256)])
    return Image.composite(soft, Image.new("RGB", image.size, rgb("fbf6ea")), mask)


def _pencil(stage: Stage, image: Image.Image) -> Image.Image:
    """Draw in pencil: contours, and hatching in two directions where it is dark."""
    wide, tall = image.size
    unit = min(image.size)
    grey = image.convert("L")
    soft = grey.filter(ImageFilter.GaussianBlur(unit / 200))
    contour = ImageChops.subtract(soft, grey, scale=0.25, offset=0)
    edges = (
        grey.filter(ImageFilter.GaussianBlur(0.8))
        .filter(ImageFilter.FIND_EDGES)
        .point([min(255, v * 3) for v in range(256)])
    )
    lines = ImageChops.lighter(contour, edges)
    paper = Image.new("RGB", image.size, rgb("f6f1e4"))
    chance = stage.dice("pencil")
    for limit, lean in ((150, 1.0), (95, -0.8), (55, 0.35)):
        hatch = Image.new("L", image.size)
        pen = ImageDraw.Draw(hatch)
        gap = max(3.0, unit / 110)
        for number in range(round((wide + tall) / gap) + 1):
            x = number * gap - (tall if lean > 0 else 0) * abs(lean) + chance.uniform(-1, 1)
            pen.line(
                (x, 0, x + tall * lean, tall),
                fill=chance.randint(90, 170),
                width=max(1, unit // 512),
            )
        lines = ImageChops.lighter(
            lines, ImageChops.multiply(hatch, soft.point([max(0, min(255, (limit - v) * 6)) for v in range(256)]))
        )
    tooth = white(chance, wide, tall).point([150 + v * 105 // 255 for v in range(256)])
    paper.paste(rgb("33313d"), (0, 0), ImageChops.multiply(lines, tooth))
    return paper


def _blocks(image: Image.Image) -> Image.Image:
    """Reduce to large pixels in few colours."""
    size = max(4, min(image.size) // 96)
    small = image.resize((max(1, image.width // size), max(1, image.height // size)), Image.Resampling.BOX)
    flat = small.quantize(28, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")
    return flat.resize(image.size, Image.Resampling.NEAREST)


def _noisy(stage: Stage, image: Image.Image, steps: int) -> Image.Image:
    """Leave what few steps leave: a blurred picture with coloured noise in it."""
    rest = math.exp(-(steps - 1) / 4.0) * 0.75
    if rest < 0.012:
        return image
    blurred = image.filter(ImageFilter.GaussianBlur(min(image.size) * 0.028 * rest))
    chance = stage.dice("noise")
    small = max(1, image.width // 2), max(1, image.height // 2)
    spots = Image.merge("RGB", [white(chance, *small) for _ in range(3)]).resize(image.size, Image.Resampling.BILINEAR)
    return Image.blend(blurred, spots, rest * 0.6)


def _grain(stage: Stage, image: Image.Image, medium: str) -> Image.Image:
    """Add a fine grain, and darken the corners of photographs."""
    depth = {"oil": 5, "watercolour": 9, "sketch": 5, "photo": 9}.get(medium, 7)
    tooth = stage.canvas.grains().point([128 - depth + v * depth * 2 // 255 for v in range(256)])
    image = ImageChops.add(image, Image.merge("RGB", (tooth, tooth, tooth)), scale=1, offset=-128)
    if medium == "photo":
        corners = Image.radial_gradient("L").point([max(0, round((v - 120) * 0.75)) for v in range(256)])
        dark = ImageEnhance.Brightness(image).enhance(0.45)
        image = Image.composite(dark, image, corners.resize(image.size, Image.Resampling.BILINEAR))
    return image
