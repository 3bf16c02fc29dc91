"""Finding the subjects of a picture: a mask of them, and the boxes around them."""

from PIL import Image, ImageFilter

from .cutout import remove_background
from .regions import boxes, only

__all__ = ["Box", "subjects"]

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
        reach = 2 * abs(padding) + 1
        kept = kept.filter(ImageFilter.MaxFilter(reach) if padding > 0 else ImageFilter.MinFilter(reach))
    if blur:
        kept = kept.filter(ImageFilter.GaussianBlur(blur / 2))
    return kept, [
        (round(left * wide), round(top * tall), round(right * wide), round(bottom * tall))
        for left, top, right, bottom in found
    ]
