"""Finding the subjects of a picture: a mask of them, and the boxes around them."""

from PIL import Image, ImageChops, ImageFilter

from .cutout import remove_background
from .regions import boxes, only

__all__ = ["Box", "grown", "subjects"]

_SIDE = 512  # subjects are told apart at this size

Box = tuple[int, int, int, int]


def subjects(
    image: Image.Image, *, most: int = 6, confidence: float = 0.25, padding: int = 4, blur: int = 4
) -> tuple[Image.Image, list[Box]]:
    """Return a mask ("L", white is a subject), and the boxes: left, top, right and bottom in pixels, the largest first.

    A subject is what differs from the border of the picture, as when a background is removed; there is no model behind
    it that knows faces or hands.

    Args:
        image: the picture.
        most: how many subjects are kept, the largest first.
        confidence: 0..1; subjects below this part of the largest one's size are left out.
        padding: pixels by which the white grows, or shrinks if negative.
        blur: pixels over which its edge is softened.
    """
    mask = remove_background(image, only_mask=True, post_process=True).convert("L")
    shrink = min(1.0, _SIDE / max(mask.size))
    size = max(1, round(mask.width * shrink)), max(1, round(mask.height * shrink))
    sure = mask.resize(size, Image.Resampling.BOX).point([0] * 128 + [255] * 128)
    found = boxes(sure, confidence)[:most]
    wide, tall = mask.width / size[0], mask.height / size[1]
    kept = only(sure, found).resize(mask.size, Image.Resampling.BILINEAR).point([0] * 128 + [255] * 128)
    if padding:
        kept = grown(kept, padding)
    if blur:
        kept = kept.filter(ImageFilter.GaussianBlur(blur / 2))
    return kept, [
        (round(left * wide), round(top * tall), round(right * wide), round(bottom * tall))
        for left, top, right, bottom in found
    ]


def grown(mask: Image.Image, reach: int) -> Image.Image:
    """Let the white of a mask ("L") grow by a square, as `MaxFilter(2 * reach + 1)` does; or shrink, if negative.

    Row by row and then column by column, in steps that double, so that the time hardly depends on the reach.
    """
    lighter = reach > 0
    edge = 0 if lighter else 255  # what is outside neither grows nor shrinks anything
    for along in ((1, 0), (0, 1)):
        margin = abs(reach) * along[0], abs(reach) * along[1]
        wide = Image.new("L", (mask.width + 2 * margin[0], mask.height + 2 * margin[1]), edge)
        wide.paste(mask, margin)
        seen = 1
        while seen < 2 * abs(reach) + 1:
            step = min(seen, 2 * abs(reach) + 1 - seen)
            moved = Image.new("L", wide.size, edge)
            moved.paste(wide, (-step * along[0], -step * along[1]))
            wide = ImageChops.lighter(wide, moved) if lighter else ImageChops.darker(wide, moved)
            seen += step
        mask = wide.crop((0, 0, *mask.size))
    return mask
