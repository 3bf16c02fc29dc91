"""Results on one picture."""

from io import BytesIO
from typing import Any

import pytest
from pictures import COLOUR, file, inline, several
from PIL import Image as Pixels

from runware_sync.gallery import sheet
from runware_sync.gallery.sheet import Panel
from runware_sync.results import Image, Results, Text, Video, tiles


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[list[Panel]]:
    """The panels of each sheet that is drawn."""
    found: list[list[Panel]] = []
    draw = sheet.contact_sheet

    def recorded(panels: list[Panel], **how: Any) -> Pixels.Image:
        found.append(panels)
        return draw(panels, **how)

    monkeypatch.setattr(sheet, "contact_sheet", recorded)
    return found


def test_each_picture_has_a_caption(drawn: list[list[Panel]]) -> None:
    """Index, seed, cost and size; without seed and cost, what there is."""
    plain = inline(file())
    made = [*several(2), plain]

    Results(made).contact_sheet()

    assert [
        ("0   seed 7", "$0.001", "24 x 16"),
        ("1   seed 8", "$0.001", "24 x 16"),
        ("2", "", "24 x 16"),
    ] == [(panel.title, panel.price, panel.caption) for panel in drawn[0]]


def test_pictures_stand_in_columns() -> None:
    """As many as are wanted and there are; rows follow."""
    one, two, four, five = (several(count).contact_sheet(columns=2).size for count in (1, 2, 4, 5))

    assert one[0] < two[0] == four[0] == five[0]
    assert one[1] == two[1] < four[1] < five[1]
    assert several(9).contact_sheet().width == several(4).contact_sheet().width


def test_the_pictures_are_in_it() -> None:
    """In their places, in order."""
    colours = [(200, 80, 40), (40, 80, 200)]
    made = [inline(coloured(colour)) for colour in colours]

    drawn = Results(made).contact_sheet().convert("RGB")

    left, right = drawn.getpixel((drawn.width // 4, 100)), drawn.getpixel((3 * drawn.width // 4, 100))
    assert colours == [left, right]


def coloured(colour: tuple[int, int, int]) -> bytes:
    kept = BytesIO()
    Pixels.new("RGB", (64, 64), colour).save(kept, "PNG")
    return kept.getvalue()


def test_what_is_no_picture_is_told_in_words(drawn: list[list[Panel]]) -> None:
    """Texts by themselves; films by what they are, without being downloaded for it."""
    nowhere = "https://nowhere.invalid/a.mp4"
    svg = inline(b'<svg xmlns="http://www.w3.org/2000/svg"/>')

    Results([Text(text="a red fox"), Video(video_url=nowhere), svg, "raw"]).contact_sheet()

    assert [["a red fox"], ["Video"], ["raw"]] == [list(drawn[0][place].text) for place in (0, 1, 3)]
    assert "SVG drawing" in drawn[0][2].text[1]


def test_what_cannot_be_had_shows_its_error(drawn: list[list[Panel]]) -> None:
    """The others are to be seen all the same."""
    Results([Image(seed=5, cost=0.5, task_uuid="t"), *several(1)]).contact_sheet()

    assert "DownloadError" == drawn[0][0].text[0]
    assert drawn[0][0].text[1].startswith("the image came without content")
    assert ("0   seed 5", "$0.5") == (drawn[0][0].title, drawn[0][0].price)
    assert drawn[0][1].picture is not None


def test_pictures_are_fetched_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """Films are left where they are."""
    asked: list[list[object]] = []

    def fetch(contents: list[Image], seconds: float | None = None) -> list[bytes]:
        asked.append([*contents, seconds])
        return [content.read() for content in contents]

    monkeypatch.setattr(tiles, "fetch", fetch)
    made = [*several(2), Video(video_url="https://nowhere.invalid/a.mp4")]

    Results(made).contact_sheet()

    assert [[*made[:2], None]] == asked


def test_large_pictures_do_not_fill_the_memory(drawn: list[list[Panel]], monkeypatch: pytest.MonkeyPatch) -> None:
    """What a panel keeps is what it can show."""
    monkeypatch.setattr(tiles, "_LARGEST", 12)

    several(1).contact_sheet()

    picture = drawn[0][0].picture
    assert picture is not None
    assert (12, 8) == picture.size
    assert "24 x 16" == drawn[0][0].caption


@pytest.mark.parametrize(("results", "columns", "words"), [(Results(), 4, "no results"), (several(1), 0, "columns=0")])
def test_what_makes_no_sheet_is_refused(results: Results[Image], columns: int, words: str) -> None:
    """With the reason."""
    with pytest.raises(ValueError, match=words):
        results.contact_sheet(columns)


def test_a_sheet_without_a_title_has_no_room_for_one() -> None:
    """And takes the shape of its pictures."""
    panels = [Panel(title="a", picture=Pixels.new("RGB", (100, 200), COLOUR))]

    titled, plain = sheet.contact_sheet(panels, title="t"), sheet.contact_sheet(panels)
    flat = sheet.contact_sheet([Panel(title="a", picture=Pixels.new("RGB", (200, 100), COLOUR))])

    assert plain.height < titled.height
    assert flat.height < plain.height
