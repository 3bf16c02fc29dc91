"""What a model does to a picture that it is given: blend, repaint, extend, enlarge."""

import math

from PIL import Image, ImageChops, ImageFilter, ImageOps

__all__ = ["image_to_image", "inpaint", "outpaint", "upscale"]


def image_to_image(base: Image.Image, painted: Image.Image, strength: float) -> Image.Image:
    """Repaint a picture, the more of it the higher the strength.

    In between, the new picture comes in where the old one is flat first, and takes over the old one's light and dark,
    so that its structure stays visible.

    Args:
        base: the given picture; its size is the result's.
        painted: the new one; it is fitted to that size.
        strength: 0 returns the base, 1 the new picture.
    """
    old = base.convert("RGB")
    new = _fitted(painted, old.size)
    part = max(0.0, min(1.0, strength))
    if part in {0.0, 1.0}:
        return old if part == 0 else new
    formed = ImageChops.soft_light(new, ImageOps.autocontrast(old.convert("L"), cutoff=1).convert("RGB"))
    target = Image.blend(formed, new, part * part)
    return Image.blend(old, target, part)


def inpaint(base: Image.Image, painted: Image.Image, mask: Image.Image, strength: float = 1.0) -> Image.Image:
    """Repaint where the mask is white; where it is black, each pixel stays exactly as it was.

    The seam is feathered inwards only. A mask of another size is stretched to the base.
    """
    old = base.convert("RGB")
    mask = mask.convert("L")
    if mask.size != old.size:
        mask = mask.resize(old.size, Image.Resampling.BILINEAR)
    feather = max(1.0, min(old.size) / 128)
    inner = mask.filter(ImageFilter.MinFilter(3)).filter(ImageFilter.GaussianBlur(feather))
    seam = ImageChops.multiply(ImageChops.darker(mask, inner.point([min(255, v * 2) for v in range(256)])), mask)
    flat = mask.point([255 if v > 250 else 0 for v in range(256)]).filter(ImageFilter.MinFilter(3))
    return Image.composite(image_to_image(old, painted, strength), old, ImageChops.lighter(seam, _core(flat, feather)))


def _core(flat: Image.Image, feather: float) -> Image.Image:
    """Return where the mask is white for a feather's width all around: there nothing of the base shines through."""
    return flat.filter(ImageFilter.BoxBlur(feather)).point([0] * 255 + [255])


def outpaint(  # noqa: PLR0917 - four sides in the order of CSS
    base: Image.Image,
    painted_full: Image.Image,
    top: int = 0,
    right: int = 0,
    bottom: int = 0,
    left: int = 0,
    blur: int = 0,
) -> Image.Image:
    """Extend a picture on its four sides (in pixels); the other picture is fitted to the new size.

    The new parts carry on the old picture as in a mirror, and take on the new one's colours with the distance. With
    `blur` (in pixels), also the inner edge of the old picture is blended; with 0 it stays as it was.
    """
    old = base.convert("RGB")
    size = max(1, old.width + left + right), max(1, old.height + top + bottom)
    new = _fitted(painted_full, size)
    reach = max(8, (left + right + top + bottom) // 3)
    inside = Image.new("L", size)
    inside.paste(255, (left, top, left + old.width, top + old.height))
    near = _soft(inside, reach).point([round(80 + value * 175 / 255) for value in range(256)])
    drawn = Image.composite(_mirrored(old, size, left, top), _soft(new, max(2.0, min(size) / 24)), near)
    keep = inside
    if blur > 0:
        edge = Image.new("L", size)
        sides = left + (blur if left else 0), top + (blur if top else 0)
        ends = left + old.width - (blur if right else 0), top + old.height - (blur if bottom else 0)
        if sides[0] < ends[0] and sides[1] < ends[1]:
            edge.paste(255, (*sides, *ends))
        keep = ImageChops.multiply(inside, _soft(edge, blur / 2))
        keep = ImageChops.lighter(keep, edge)
    whole = Image.new("RGB", size)
    whole.paste(old, (left, top))
    return Image.composite(whole, drawn, keep)


def upscale(image: Image.Image, factor: float) -> Image.Image:
    """Enlarge by a factor above 0, with Lanczos and a touch of sharpening."""
    if factor <= 0:
        raise ValueError(f"an upscale factor is above 0, not {factor}")
    size = max(1, round(image.width * factor)), max(1, round(image.height * factor))
    mode = image.mode if image.mode in {"L", "RGB", "RGBA"} else "RGB"
    larger = image.convert(mode).resize(size, Image.Resampling.LANCZOS)
    return larger.filter(ImageFilter.UnsharpMask(radius=max(0.6, factor / 2), percent=45, threshold=2))


def _fitted(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    image = image.convert("RGB")
    return image if image.size == size else ImageOps.fit(image, size, Image.Resampling.LANCZOS)


def _soft(image: Image.Image, radius: float) -> Image.Image:
    """Blur with any radius in about the same time."""
    shrink = max(1, int(radius / 4))
    if shrink == 1:
        return image.filter(ImageFilter.GaussianBlur(radius))
    small = max(1, image.width // shrink), max(1, image.height // shrink)
    blurred = image.resize(small, Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(radius / shrink))
    return blurred.resize(image.size, Image.Resampling.BICUBIC)


def _mirrored(old: Image.Image, size: tuple[int, int], left: int, top: int) -> Image.Image:
    """Carry a picture on to all sides by its mirror images."""
    wide, tall = old.size
    full = Image.new("RGB", size)
    across, down = old.transpose(Image.Transpose.FLIP_LEFT_RIGHT), old.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    both = across.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    for row in range(-math.ceil(top / tall), math.ceil((size[1] - top) / tall)):
        for column in range(-math.ceil(left / wide), math.ceil((size[0] - left) / wide)):
            tile = ((old, across), (down, both))[row % 2][column % 2]
            full.paste(tile, (left + column * wide, top + row * tall))
    return full
