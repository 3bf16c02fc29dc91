"""HTML out of strings and bytes: escaped, of sniffed types, linking to http(s) only."""

from html.parser import HTMLParser

import pytest

from runware_sync import display
from runware_sync.display import Html

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&"
MP4 = b"\0\0\0\x18ftypmp42" + bytes(64)
MOV = b"\0\0\0\x18ftypqt  " + bytes(64)
MP3 = b"ID3\x04" + bytes(64)


class Elements(HTMLParser):
    """Every element of a page, with its attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    "page",
    [
        display.text(EVIL),
        display.caption(EVIL),
        display.strong(EVIL),
        display.link("https://a.test/", EVIL),
        display.link(f"https://a.test/{EVIL}"),
        display.picture("data:image/png;base64,", alt=EVIL, url="https://a.test/"),
        display.picture("data:image/png;base64,", alt=EVIL, larger="data:image/png;base64,"),
        display.tile(EVIL, EVIL),
        display.gallery([display.tile(EVIL)], EVIL),
        display.stacked(EVIL),
        display.folded(EVIL, EVIL),
        display.box(EVIL, f"{EVIL}; {EVIL}"),
        display.facts({EVIL: EVIL, "a": {EVIL: [EVIL]}}),
        display.table([{EVIL: EVIL}, {EVIL: [{EVIL: EVIL}]}]),
        display.facts({"deep": {"er": {"and": {"er": {"still": EVIL}}}}}),
    ],
)
def test_text_never_becomes_markup(page: Html) -> None:
    """Whatever stands in a prompt, a name or a message is shown as it was written."""
    elements = Elements(page)

    assert not {"script"} & {tag for tag, _ in elements.found}
    assert not [attributes for _, attributes in elements.found if "onerror" in attributes]
    assert ["alt" in attributes for tag, attributes in elements.found if tag == "img"] == [
        True for tag, _ in elements.found if tag == "img"
    ]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//a.test",
        "https://a.test/ b",
        "https:",
        "http://[",
    ],
)
def test_links_lead_to_the_web_only(url: str) -> None:
    """Any other address is words."""
    assert [] == [tag for tag, _ in Elements(display.link(url, "open")).found]
    assert "a" not in [tag for tag, _ in Elements(display.picture("data:image/png;base64,", alt="", url=url)).found]


def test_links_open_beside_the_notebook() -> None:
    """A click must not take the notebook away, nor tell the page where it came from; a signature is not shown."""
    [(tag, attributes)] = Elements(page := display.link("https://a.test/x.png?sig=secret")).found

    assert "a" == tag
    assert {"href": "https://a.test/x.png?sig=secret", "target": "_blank", "rel": "noopener noreferrer"} == attributes
    assert "https://a.test/x.png" == Elements(page).text


@pytest.mark.parametrize(
    ("data", "tag", "source"),
    [
        (MP4, "video", "data:video/mp4;base64,"),
        (MOV, "video", "data:video/mp4;base64,"),  # browsers play it under this name only
        (MP3, "audio", "data:audio/mpeg;base64,"),
    ],
)
def test_films_and_sounds_get_controls(data: bytes, tag: str, source: str) -> None:
    """The kind of player follows from the bytes."""
    [(found, attributes)] = Elements(display.player(data)).found

    assert tag == found
    assert "controls" in attributes
    assert str(attributes["src"]).startswith(source)


@pytest.mark.parametrize("data", [MP4 + bytes(display.PLAYED), b"<html>", b"\x89PNG\r\n\x1a\n" + bytes(64)])
def test_what_is_too_large_or_cannot_be_played_is_a_line(data: bytes) -> None:
    """With its size, and a link."""
    page = display.player(data, url="https://a.test/x")

    assert ["div", "a"] == [tag for tag, _ in Elements(page).found]
    assert any(unit in Elements(page).text for unit in (" MB", " bytes"))


def test_an_error_is_a_sentence_and_its_advice() -> None:
    """What to do next stands in lines of its own, and what is to be pasted is code."""
    line = "client.job('77a9ebca-9a7c-4d1a-8d2b-0123456789ab').result()"

    page = display.box("TaskTimeoutError", f"0 of 2 results after 60 s; after 3 windows; collect it with {line}")

    assert 2 == page.count("<li>")
    assert "<code>client.job(&#x27;77a9ebca-9a7c-4d1a-8d2b-0123456789ab&#x27;).result()</code>" in page


def test_tables_leave_out_what_is_empty() -> None:
    """A column without any value, and a fact that is `None`, are not there; zero and no are."""
    assert "nameab" == Elements(display.table([{"name": "a", "height": None}, {"name": "b"}])).text
    facts = Elements(display.facts({"balance": 0.0, "private": False, "comment": None}))
    assert "balance0.0privateno" == facts.text


def test_alike_objects_become_rows() -> None:
    """A mapping of objects with the same fields is one table, not one for each."""
    page = display.facts({"usage": {"today": {"credits": 1}, "last_week": {"credits": 2}}})

    assert "usagecreditstoday1last week2" == Elements(page).text


def test_long_things_are_bounded() -> None:
    """Neither a book nor a million rows freeze the page; base64 is counted."""
    assert len(display.text("x" * 1_000_000)) < 30_000
    assert display.table([{"a": 1}] * 5000).count("<tr>") < 300
    assert "4800 more" in display.table([{"a": 1}] * 5000)
    assert len(display.facts({"image_base64_data": "QUJD" * 100_000})) < 1000
