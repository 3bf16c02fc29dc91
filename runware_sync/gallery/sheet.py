"""One picture of many: labelled panels on a dark ground.

What the demo leaves to look at, the contact sheet of results, and that of a grid are all drawn here. Needs Pillow, and
is imported only by what needs it.
"""

from collections.abc import Sequence
from typing import Final

from attrs import frozen
from PIL import Image, ImageDraw, ImageFont

__all__ = ["Panel", "checkerboard", "contact_sheet", "side_by_side"]

_WIDTH: Final = 384
_GAP: Final = 24
_MARGIN: Final = 44
_HEADER: Final = 92
_LABEL: Final = 92
_PAD: Final = 20

_GROUND: Final = "#14161b"
_CARD: Final = "#1f232b"
_EDGE: Final = "#2e343f"
_BRIGHT: Final = "#f2efe8"
_PALE: Final = "#a9afbb"
_ACCENT: Final = "#e8b465"


@frozen(kw_only=True)
class Panel:
    """One field of a contact sheet: a picture or a text, with a line above and below.

    Attributes:
        title: What was done, in a word or two.
        caption: What was given, or what came of it; shortened to two lines.
        price: What it cost, at the right of the title.
        picture: What to show; transparent parts lie on a checkerboard.
        text: Paragraphs to show where there is no picture.
        columns: How many columns wide it is.
    """

    title: str
    caption: str = ""
    price: str = ""
    picture: Image.Image | None = None
    text: Sequence[str] = ()
    columns: int = 1


def checkerboard(picture: Image.Image, square: int = 16) -> Image.Image:
    """Return a picture as it shows on a grey checkerboard, which makes transparency visible.

    Args:
        picture: Any picture; one that is opaque comes back as it is, as RGB.
        square: Side of one square, in pixels. Default: 16.
    """
    rgba = picture.convert("RGBA")
    tile = Image.new("RGB", (2 * square, 2 * square), "#c9ccd2")
    tile.paste("#f4f5f7", (0, 0, square, square))
    tile.paste("#f4f5f7", (square, square, 2 * square, 2 * square))
    board = Image.new("RGB", rgba.size)
    for left in range(0, rgba.width, tile.width):
        for top in range(0, rgba.height, tile.height):
            board.paste(tile, (left, top))
    board.paste(rgba, (0, 0), rgba)
    return board


def side_by_side(before: Image.Image, after: Image.Image, size: tuple[int, int], part: float = 0.14) -> Image.Image:
    """Return the same part of two pictures next to each other, the first with its pixels enlarged to the second's.

    Args:
        before: The smaller picture.
        after: The larger one.
        size: Width and height of what is returned, in pixels.
        part: Which share of the picture's height to look at, around its middle. Default: 0.14.
    """
    width, height = size
    half = width // 2
    whole = Image.new("RGB", size, _EDGE)
    for picture, left in ((before, 0), (after, half + 2)):
        tall = picture.height * part
        wide = min(tall * half / height, picture.width)
        x, y = picture.width / 2, picture.height * 0.45
        box = (x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)
        smooth = Image.Resampling.NEAREST if picture is before else Image.Resampling.LANCZOS
        whole.paste(picture.convert("RGB").resize((half - (2 if left else 0), height), smooth, box=box), (left, 0))
    return whole


def contact_sheet(
    panels: Sequence[Panel], *, title: str = "", note: str = "", columns: int = 4, shape: float | None = None
) -> Image.Image:
    """Return all panels on one sheet.

    Args:
        panels: What to show, in order; a panel that does not fit into a row opens the next.
        title: The sheet's heading; without one there is none.
        note: A line under the heading.
        columns: How many columns wide it is. Default: 4.
        shape: Height of a picture by its width. Default: that of the first picture, within reason.
    """
    tall = round(_WIDTH * (shape or _usual_shape(panels)))
    rows = _rows(panels, columns)
    top = _MARGIN + (_HEADER if title else 0)
    width = 2 * _MARGIN + columns * _WIDTH + (columns - 1) * _GAP
    height = top + len(rows) * (tall + _LABEL + _GAP) - _GAP + _MARGIN
    sheet = Image.new("RGB", (width, height), _GROUND)
    if title:
        draw = ImageDraw.Draw(sheet)
        draw.text((_MARGIN, _MARGIN - 10), _cut(title, _font(36), width - 2 * _MARGIN), _BRIGHT, _font(36))
        draw.text((_MARGIN, _MARGIN + 38), _cut(note, _font(18), width - 2 * _MARGIN), _PALE, _font(18))
    for row, members in enumerate(rows):
        left = _MARGIN
        for panel in members:
            wide = panel.columns * _WIDTH + (panel.columns - 1) * _GAP
            place = (left, top + row * (tall + _LABEL + _GAP))
            sheet.paste(_card(panel, (wide, tall + _LABEL), tall), place, _round((wide, tall + _LABEL)))
            left += wide + _GAP
    return sheet


def _usual_shape(panels: Sequence[Panel]) -> float:
    picture = next((panel.picture for panel in panels if panel.picture is not None), None)
    return 0.75 if picture is None else min(1.5, max(0.5, picture.height / picture.width))


def _rows(panels: Sequence[Panel], columns: int) -> list[list[Panel]]:
    rows: list[list[Panel]] = [[]]
    for panel in panels:
        if sum(member.columns for member in rows[-1]) + panel.columns > columns:
            rows.append([])
        rows[-1].append(panel)
    return rows


def _card(panel: Panel, size: tuple[int, int], tall: int) -> Image.Image:
    card = Image.new("RGB", size, _CARD)
    draw = ImageDraw.Draw(card)
    if panel.picture is not None:
        shown = _fitted(panel.picture, (size[0], tall))
        draw.rectangle((0, 0, size[0], tall - 1), "#0e1013")
        card.paste(shown, ((size[0] - shown.width) // 2, (tall - shown.height) // 2))
    else:
        _paragraphs(draw, panel.text, (size[0], tall))
        draw.line((_PAD, tall, size[0] - _PAD, tall), _EDGE, 1)
    price = _font(18).getlength(panel.price)
    draw.text((size[0] - _PAD - price, tall + 14), panel.price, _ACCENT, _font(18))
    draw.text((_PAD, tall + 12), _cut(panel.title, _font(20), size[0] - 3 * _PAD - price), _BRIGHT, _font(20))
    for number, line in enumerate(_wrapped(panel.caption, _font(15), size[0] - 2 * _PAD, 2)):
        draw.text((_PAD, tall + 42 + 20 * number), line, _PALE, _font(15))
    return card


def _fitted(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return a picture that fills `size`, cut a little at its edges or, if it is of another shape, whole."""
    scale = max(size[0] / picture.width, size[1] / picture.height)
    lost = 1 - size[0] * size[1] / (picture.width * picture.height * scale * scale)
    if lost > 0.12:
        scale = min(size[0] / picture.width, size[1] / picture.height)
    exact = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    shown = checkerboard(picture.convert("RGBA").resize(exact, Image.Resampling.LANCZOS), 12)
    left, top = max(0, (exact[0] - size[0]) // 2), max(0, (exact[1] - size[1]) // 2)
    return shown.crop((left, top, left + min(size[0], exact[0]), top + min(size[1], exact[1])))


def _paragraphs(draw: ImageDraw.ImageDraw, text: Sequence[str], size: tuple[int, int]) -> None:
    """Write paragraphs as large as they fit, from the top."""
    wide, tall = size[0] - 2 * _PAD, size[1] - 2 * _PAD
    for points in (24, 21, 19, 17, 15, 13):
        font, step = _font(points), round(points * 1.36)
        blocks = [_wrapped(paragraph, font, wide, 99) for paragraph in text]
        room = sum(len(block) for block in blocks) * step + (len(blocks) - 1) * step // 2
        if room <= tall:
            break
    y = float(_PAD)
    for block in blocks if text else ():
        for line in block:
            if y + step > _PAD + tall + step // 2:
                return
            draw.text((_PAD, y), line, _BRIGHT, font)
            y += step
        y += step / 2


def _wrapped(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float, most: int) -> list[str]:
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < most:
        count = 1
        while count < len(words) and font.getlength(" ".join(words[: count + 1])) <= width:
            count += 1
        last = len(lines) == most - 1
        lines.append(_cut(" ".join(words if last else words[:count]), font, width))
        del words[:count]
    return lines


def _cut(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float) -> str:
    """Return a text that is no wider than `width`, with an ellipsis where it was cut."""
    if len(text) <= width and font.getlength(text) <= width:
        return text
    text = text[: round(width)]  # a letter is a pixel wide at least
    while text and font.getlength(text + "...") > width:
        text = text[:-1]
    return text.rstrip(" ,.") + "..."


def _round(size: tuple[int, int], radius: int = 10) -> Image.Image:
    mask = Image.new("L", (2 * size[0], 2 * size[1]), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, 2 * size[0] - 1, 2 * size[1] - 1), 2 * radius, 255)
    return mask.resize(size, Image.Resampling.LANCZOS)


def _font(points: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(points)
