"""Guide pictures: what a ControlNet preprocessor makes of a picture, by simple means that depend on its pixels."""

import hashlib
import random
from collections.abc import Callable

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from .cutout import remove_background
from .edges import canny, drawn, gradients, segments, soft_edges, widened
from .noise import clouds

__all__ = ["KINDS", "preprocess"]

_SEGMENTS = (
    (120, 120, 120), (180, 120, 120), (6, 230, 230), (80, 50, 50), (4, 200, 3), (120, 120, 80), (140, 140, 140),
    (204, 5, 255), (230, 230, 230), (4, 250, 7), (224, 5, 255), (235, 255, 7),
)  # fmt: skip

_BONES = (
    ("neck", "right shoulder", (255, 0, 0)), ("neck", "left shoulder", (255, 85, 0)),
    ("right shoulder", "right elbow", (255, 170, 0)), ("right elbow", "right wrist", (255, 255, 0)),
    ("left shoulder", "left elbow", (170, 255, 0)), ("left elbow", "left wrist", (85, 255, 0)),
    ("neck", "right hip", (0, 255, 0)), ("right hip", "right knee", (0, 255, 85)),
    ("right knee", "right ankle", (0, 255, 170)), ("neck", "left hip", (0, 255, 255)),
    ("left hip", "left knee", (0, 170, 255)), ("left knee", "left ankle", (0, 85, 255)), ("neck", "nose", (0, 0, 255)),
)  # fmt: skip


def preprocess(
    image: Image.Image,
    kind: str,
    *,
    low: int = 100,
    high: int = 200,
    width: int | None = None,
    height: int | None = None,
    hands_and_face: bool = False,
) -> Image.Image:
    """Make a guide picture (RGB).

    Args:
        image: the picture.
        kind: one of `KINDS`, in any case, with `_`, `-` or a blank.
        low: the lower threshold of canny.
        high: the upper one.
        width: of the result in pixels; with only one side given, the other follows.
        height: see `width`.
        hands_and_face: for openpose, also mark hands and face.

    Raises:
        ValueError: there is no such kind.
    """
    wanted = kind.lower().replace("-", "_").replace(" ", "_")
    if wanted not in KINDS:
        raise ValueError(f"{kind!r} is no preprocessor: one of {', '.join(KINDS)}")
    picture = _sized(image.convert("RGB"), width, height)
    if wanted == "canny":
        return canny(picture.convert("L"), low, high).convert("RGB")
    if wanted == "openpose":
        return _pose(picture, hands_and_face=hands_and_face)
    return _MAKERS[wanted](picture).convert("RGB")


def _sized(image: Image.Image, width: int | None, height: int | None) -> Image.Image:
    if not width and not height:
        return image
    wide = width or max(1, round(image.width * (height or 1) / image.height))
    tall = height or max(1, round(image.height * wide / image.width))
    return image.resize((wide, tall), Image.Resampling.LANCZOS)


def _near(image: Image.Image) -> Image.Image:
    """Guess what is near: what stands out from the border, what is further down, what is in fine detail."""
    mask = remove_background(image, only_mask=True, post_process=True)
    ramp = Image.linear_gradient("L").resize(image.size).point([round(20 + value * 0.62) for value in range(256)])
    grey = ImageOps.autocontrast(image.convert("L"), cutoff=2).filter(ImageFilter.MedianFilter(5))
    relief = grey.filter(ImageFilter.GaussianBlur(max(1.0, min(image.size) / 160)))
    blurred = mask.filter(ImageFilter.GaussianBlur(max(1.0, min(image.size) / 200)))
    depth = Image.blend(ramp, relief, 0.22)
    raised = ImageChops.add(depth, depth.point([90] * 256))
    return Image.composite(Image.blend(raised, relief, 0.15), depth, blurred)


def _depth(image: Image.Image) -> Image.Image:
    return ImageOps.autocontrast(_near(image))


def _mlsd(image: Image.Image) -> Image.Image:
    shrink = max(1.0, max(image.size) / 320)
    small = image.convert("L").resize((max(8, round(image.width / shrink)), max(8, round(image.height / shrink))))
    lines = segments(canny(small, 90, 180), shortest=min(small.size) / 14)
    return drawn(image.size, lines, shrink, max(1, round(min(image.size) / 400)))


def _normals(image: Image.Image) -> Image.Image:
    heights = Image.blend(_near(image), image.convert("L"), 0.35).filter(ImageFilter.GaussianBlur(1.6))
    right, left, bottom, top = gradients(heights)
    right, left, bottom, top = (
        side.point([min(127, v * 3) for v in range(256)]) for side in (right, left, bottom, top)
    )
    middle = Image.new("L", image.size, 128)
    red = ImageChops.subtract(ImageChops.add(middle, left), right)
    green = ImageChops.subtract(ImageChops.add(middle, bottom), top)
    slope = ImageChops.add(ImageChops.lighter(right, left), ImageChops.lighter(bottom, top), scale=2)
    return Image.merge("RGB", (red, green, ImageChops.subtract(Image.new("L", image.size, 255), slope)))


def _tile(image: Image.Image) -> Image.Image:
    small = max(1, image.width // 8), max(1, image.height // 8)
    return image.resize(small, Image.Resampling.BOX).resize(image.size, Image.Resampling.BICUBIC)


def _areas(image: Image.Image) -> Image.Image:
    shrink = max(1.0, max(image.size) / 256)
    size = max(1, round(image.width / shrink)), max(1, round(image.height / shrink))
    small = image.resize(size, Image.Resampling.BOX).filter(ImageFilter.MedianFilter(5))
    flat = small.quantize(8, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    data = Image.frombytes("L", size, flat.tobytes()).filter(ImageFilter.ModeFilter(9))
    table = [_SEGMENTS[value % len(_SEGMENTS)] for value in range(256)]
    bands = [data.point([colour[band] for colour in table]) for band in range(3)]
    return Image.merge("RGB", bands).resize(image.size, Image.Resampling.NEAREST)


def _lines(image: Image.Image) -> Image.Image:
    """Take what is darker or lighter than its surroundings: white lines on black, as pencil strokes inverted."""
    grey = ImageOps.autocontrast(image.convert("L"), cutoff=1)
    around = grey.filter(ImageFilter.GaussianBlur(max(1.5, min(image.size) / 170)))
    return ImageChops.difference(grey, around).point([max(0, min(255, (value - 5) * 6)) for value in range(256)])


def _bold_lines(image: Image.Image) -> Image.Image:
    edges = canny(image.convert("L").filter(ImageFilter.MedianFilter(7)), 50, 110)
    wide = widened(edges) if min(image.size) > 700 else edges
    return wide.filter(ImageFilter.GaussianBlur(0.8)).point([min(255, round(v * 1.9)) for v in range(256)])


def _scribble(image: Image.Image) -> Image.Image:
    blurred = image.convert("L").filter(ImageFilter.GaussianBlur(max(1.5, min(image.size) / 150)))
    lines = canny(blurred, 24, 60)
    for _ in range(max(1, round(min(image.size) / 300))):
        lines = widened(lines)
    return lines.filter(ImageFilter.GaussianBlur(1.2)).point([255 if value > 110 else 0 for value in range(256)])


def _soft(image: Image.Image) -> Image.Image:
    return soft_edges(image.convert("L"))


def _shuffled(image: Image.Image) -> Image.Image:
    """Pull the picture about along soft noise, so that its colours stay and its content goes."""
    chance = random.Random(hashlib.blake2b(image.resize((32, 32)).tobytes()).digest())
    cells = 14
    fields = [clouds(chance, cells + 1, cells + 1, cells=3, octaves=1).tobytes() for _ in range(2)]
    wide, tall = image.size

    def place(column: int, row: int) -> tuple[float, float]:
        dx, dy = (field[row * (cells + 1) + column] / 255 - 0.5 for field in fields)
        x = (column / cells + dx * 1.2) * wide
        y = (row / cells + dy * 1.2) * tall
        return max(0.0, min(wide - 1.0, x)), max(0.0, min(tall - 1.0, y))

    mesh: list[tuple[tuple[int, int, int, int], tuple[float, ...]]] = []
    for row in range(cells):
        for column in range(cells):
            target = (
                column * wide // cells, row * tall // cells, (column + 1) * wide // cells, (row + 1) * tall // cells
            )  # fmt: skip
            if target[0] == target[2] or target[1] == target[3]:
                continue
            corners = place(column, row), place(column, row + 1), place(column + 1, row + 1), place(column + 1, row)
            mesh.append((target, tuple(value for corner in corners for value in corner)))
    return image.transform(image.size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)


def _pose(image: Image.Image, *, hands_and_face: bool) -> Image.Image:
    """Fit an upright figure into the outline of the subject; an empty picture has no figure."""
    guide = Image.new("RGB", image.size)
    size = 96, 96
    mask = remove_background(image, only_mask=True, post_process=True).resize(size, Image.Resampling.BOX)
    rows = [
        mask.crop((0, y, 96, y + 1)).point([255 if v > 127 else 0 for v in range(256)]).getbbox() for y in range(96)
    ]
    spans = [(y, found[0], found[2]) for y, found in enumerate(rows) if found]
    if len(spans) < 16:
        return guide
    top, tall = spans[0][0], spans[-1][0] - spans[0][0]
    middle = sum(left + right for _, left, right in spans) / len(spans) / 2

    def at(part: float, side: float) -> tuple[float, float]:
        y, left, right = spans[min(len(spans) - 1, round(part * (len(spans) - 1)))]
        half = min((right - left) / 2, tall * 0.24)
        row = y or top + part * tall
        centre = (left + right) / 4 + middle / 2
        return (centre + side * half) / 96 * image.width, row / 96 * image.height

    joints = {"nose": at(0.1, 0), "neck": at(0.22, 0)}
    for name, side in (("right", -1), ("left", 1)):
        places = {"shoulder": (0.24, 0.7), "elbow": (0.4, 0.9), "wrist": (0.54, 0.8), "hip": (0.55, 0.4),
                  "knee": (0.76, 0.42), "ankle": (0.97, 0.45)}  # fmt: skip
        joints |= {f"{name} {joint}": at(part, side * out) for joint, (part, out) in places.items()}
    pen = ImageDraw.Draw(guide)
    thick = max(2, min(image.size) // 100)
    for one, two, colour in _BONES:
        pen.line([joints[one], joints[two]], fill=tuple(round(channel * 0.6) for channel in colour), width=thick)
    dots = [(place, thick) for place in joints.values()]
    if hands_and_face:
        nose_x, nose_y = joints["nose"]
        reach = tall / 96 * image.height * 0.035
        dots += [((nose_x + dx * reach, nose_y + dy * reach), thick // 2) for dx, dy in _FACE]
        for name in ("right wrist", "left wrist"):
            x, y = joints[name]
            dots += [((x + dx * reach * 0.6, y + abs(dy) * reach), thick // 2) for dx, dy in _FACE]
    for index, ((x, y), size_of) in enumerate(dots):
        colour = _BONES[index % len(_BONES)][2] if index < len(joints) else (255, 255, 255)
        pen.ellipse((x - size_of, y - size_of, x + size_of, y + size_of), fill=colour)
    return guide


_FACE = ((-0.5, -0.4), (0.5, -0.4), (0, 0.2), (-0.4, 0.8), (0.4, 0.8), (-1, 0), (1, 0), (0, 1.3))

_MAKERS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "depth": _depth, "mlsd": _mlsd, "normalbae": _normals, "tile": _tile, "seg": _areas, "lineart": _lines,
    "lineart_anime": _bold_lines, "shuffle": _shuffled, "scribble": _scribble, "softedge": _soft,
}  # fmt: skip

KINDS = ("canny", "depth", "mlsd", "normalbae", "openpose", "tile", "seg", "lineart", "lineart_anime", "shuffle",
         "scribble", "softedge")  # fmt: skip
"""The preprocessors there are."""
