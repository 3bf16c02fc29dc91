"""What a front end gets for each kind of object."""

import base64
import io
import pickle
import re
import sys
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image as Pixels

from runware_sync import ApiError, DownloadError, ImageInference, InvalidRequestError, TaskTimeoutError, requests
from runware_sync.content.route import Route
from runware_sync.display import PLAYED
from runware_sync.gallery import exhibits
from runware_sync.media.given import classify
from runware_sync.results import (
    Account,
    Audio,
    GuideImage,
    Image,
    Mask,
    ModelPage,
    Results,
    StoredMedia,
    TaskDetails,
    Text,
    ThreeD,
    Video,
    remember_source,
    route_downloads,
)
from runware_sync.results.account import TeamMember
from runware_sync.results.files import FileOutputs, OutputFile
from runware_sync.results.models import ModelInfo
from runware_sync.results.text import TextUsage
from runware_sync.shown import Shown

UUID = "77a9ebca-9a7c-4d1a-8d2b-0123456789ab"
MP4 = b"\0\0\0\x18ftypmp42" + bytes(640)
GLB = b"glTF" + bytes(2000)


def png(width: int = 32, height: int = 24, colour: str = "#335577") -> bytes:
    buffer = io.BytesIO()
    Pixels.new("RGB", (width, height), colour).save(buffer, "PNG")
    return buffer.getvalue()


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def html(value: Any) -> str:
    bundle = value._repr_mimebundle_()
    assert repr(value) == bundle["text/plain"]
    return str(bundle["text/html"])


class Links(Route):
    """A way to files that stand in a dict."""

    def __init__(self, **files: bytes | Exception) -> None:
        super().__init__()
        self.files = files
        self.asked: list[tuple[str, int | None]] = []

    def download(self, url: str, *, family: str, limit: int | None = None, timeout: float = 0) -> bytes:
        self.asked.append((url, limit))
        found = self.files[url.rpartition("/")[2]]
        if isinstance(found, Exception):
            raise found
        if limit is not None and len(found) > limit:
            raise DownloadError("too large", size=len(found))
        return found


def test_an_image_is_its_bytes_and_a_line() -> None:
    """Embedded, with size, seed and price below, and a link to the original."""
    image = Image(image_url="https://a.test/x.png?sig=1", seed=7, cost=0.0013, positive_prompt="a <fox>")
    route_downloads(image, Links(**{"x.png?sig=1": png()}))

    page = html(image)

    assert f'src="data:image/png;base64,{text(png())}"' in page
    assert 'alt="a &lt;fox&gt;"' in page
    assert '<a href="https://a.test/x.png?sig=1" target="_blank" rel="noopener noreferrer"' in page
    assert "seed 7 · $0.0013 · 32×24" in page  # noqa: RUF001 - the sign for it


def test_a_flag_is_told() -> None:
    """What the safety check has found stands below the picture."""
    assert "NSFW" in html(Image(image_base64_data=text(png()), nsfw_content=True))
    assert "NSFW" not in html(Image(image_base64_data=text(png()), nsfw_content=False))


def test_results_are_a_gallery() -> None:
    """A field for each in order, the whole price, and what was paid for beyond."""
    images = [Image(image_base64_data=text(png(8 + n, 8)), seed=n, cost=0.5) for n in range(5)]

    page = html(Results(images[:4], surplus=images[4:]))

    assert 4 == page.count("<img ")
    assert [f"{n} · seed {n} · $0.5 · {8 + n}×8" for n in range(4)] == re.findall(r"\d · seed .*?×8", page)  # noqa: RUF001 - as above
    assert "flex-wrap:wrap" in page
    assert "4 results · $2.5 · 1 more in .surplus" in page


def test_pictures_of_a_gallery_are_fetched_side_by_side() -> None:
    """All of them are under way at one time: each waits here until the others have come, too."""
    meeting = threading.Barrier(4, timeout=20)

    class Slow(Links):
        def download(self, url: str, **facts: Any) -> bytes:
            meeting.wait()
            return png()

    results = Results([Image(image_url=f"https://a.test/{n}.png") for n in range(4)])
    route_downloads(results, Slow())

    assert 4 == html(results).count("<img ")


def test_a_picture_that_fails_does_not_hide_the_others() -> None:
    """It is told in words, in its place, with a link."""
    results = Results([Image(image_url=f"https://a.test/{name}") for name in ("a", "b", "c")])
    route_downloads(results, Links(a=png(), b=DownloadError("no <name>"), c=b"GIF89a"))

    page = html(results)

    assert 1 == page.count("<img ")
    assert "Image not shown: no &lt;name&gt;" in page
    assert "GIF picture, 6 bytes: it cannot be shown" in page
    assert page.index("<img ") < page.index("no &lt;name") < page.index("GIF picture")


def test_what_does_not_come_in_time_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell waits for a bounded time; the download goes on, and the next look has it."""
    monkeypatch.setattr(exhibits, "_PATIENCE", 0.05)
    go, came = threading.Event(), threading.Event()

    class Late(Links):
        def download(self, url: str, **facts: Any) -> bytes:
            go.wait(20)
            came.set()
            return png()

    image = Image(image_url="https://a.test/a.png")
    route_downloads(image, Late())

    first = html(image)
    go.set()
    assert came.wait(20)
    image.read()

    assert "not there within 0.05 s" in first
    assert "<img " in html(image)


def test_without_a_link_a_click_unfolds_the_picture() -> None:
    """In a gallery: small at first, and large inside of the page."""
    page = html(Results([Image(image_base64_data=text(png(900, 600)))]))

    assert page.startswith("<div")
    assert "<details><summary" in page
    assert 2 == page.count("<img ")
    assert text(png(900, 600)) in page


def test_previews_have_as_many_pixels_as_the_client_says() -> None:
    """The setting comes with the way to the content, and is the default after unpickling."""
    image = Image(image_base64_data=text(png(200, 100)))
    route_downloads(image, Route(preview_pixels=800))

    assert text(png(200, 100)) not in html(image)
    assert "200×100" in html(image)  # noqa: RUF001 - as above
    assert text(png(200, 100)) in html(pickle.loads(pickle.dumps(image)))  # noqa: S301 - our own


@pytest.mark.parametrize(
    ("made", "given", "words"),
    [
        (GuideImage(guide_image_base64_data=text(png(9, 9))), png(), "guide"),
        (
            Mask(mask_image_base64_data=text(png(9, 9)), detections=[]),
            f"data:image/png;base64,{text(png())}",
            "mask, 0 found",
        ),
        (Mask(mask_image_base64_data=text(png(9, 9))), Image(image_uuid=UUID, image_base64_data=text(png())), "mask"),
        (Mask(mask_image_base64_data=text(png(9, 9))), "here.png", "mask"),
    ],
)
def test_guides_and_masks_stand_beside_their_input(
    made: Any, given: Any, words: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the input's content is at hand: bytes, a data URI, a file, or an earlier result."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here.png").write_bytes(png())
    remember_source(made, classify(given, parameter="input_image"))

    page = html(made)

    assert [text(png()), text(png(9, 9))] == re.findall(r'src="data:image/png;base64,(.*?)"', page)
    assert f">{words}" in page
    assert "input" in page
    assert 1 == html(pickle.loads(pickle.dumps(made))).count("<img ")  # noqa: S301 - our own


def test_an_input_that_is_elsewhere_is_named() -> None:
    """Nothing is fetched that is not a result."""
    mask = Mask(mask_image_base64_data=text(png()), input_image_uuid=UUID)

    assert f"made from {UUID}" in html(mask)
    remember_source(mask, classify("https://a.test/in.png?sig=secret", parameter="input_image"))
    assert "made from https://a.test/in.png ·" in html(mask)


@pytest.mark.parametrize(("kind", "tag"), [(Video, "video"), (Audio, "video")])
def test_films_are_players_up_to_a_size(kind: Any, tag: str) -> None:
    """Beyond it they are not even downloaded: a line with link and size."""
    prefix = kind.__name__.lower()
    short, long = kind(**{f"{prefix}_url": "https://a.test/s"}), kind(**{f"{prefix}_url": "https://a.test/l"})
    route = Links(s=MP4, l=MP4 + bytes(PLAYED))
    route_downloads([short, long], route)

    assert f'<{tag} src="data:video/mp4;base64,{text(MP4)}" controls=""' in html(short)
    assert "<video" not in (page := html(long))
    assert 'href="https://a.test/l"' in page
    assert "8.4 MB" in page
    assert [PLAYED, PLAYED] == [limit for _, limit in route.asked]


def test_things_in_three_dimensions_are_links_with_sizes() -> None:
    """One for each file."""
    files = [OutputFile(uuid="a", url="https://a.test/a.glb"), OutputFile(uuid="b", url="https://a.test/b.glb")]
    thing = ThreeD(outputs=FileOutputs(files=files), cost=0.12)
    route_downloads(thing, Links(**{"a.glb": GLB, "b.glb": GLB + bytes(PLAYED)}))

    page = html(thing)

    assert ['href="https://a.test/a.glb"', 'href="https://a.test/b.glb"'] == re.findall(r'href=".*?"', page)
    assert "open the GLB file" in page
    assert "2.0 kB" in page
    assert "8.4 MB" in page
    assert "$0.12" in page


def test_a_text_is_paragraphs() -> None:
    """What the model thought is folded away; why it ended is told if it was cut."""
    page = html(
        Text(
            text="one <b>\n\ntwo",
            reasoning_content=["so", "thus"],
            finish_reason="length",
            usage=TextUsage(total_tokens=9),
        )
    )

    assert "pre-wrap" in page
    assert ">one &lt;b&gt;\n\ntwo<" in page
    assert "<details" in page
    assert "so\n\nthus" in page
    assert "9 tokens · ended by length" in page


def test_results_of_other_kinds_stand_below_each_other() -> None:
    """Texts in order, and the price of all; what is none of ours is its `repr`."""
    page = html(Results([Text(text="first", cost=0.25), Text(text="second", cost=0.25), {"raw": "<i>"}]))

    assert page.index("first") < page.index("second") < page.index("{&#x27;raw&#x27;: &#x27;&lt;i&gt;&#x27;}")
    assert "3 results · $0.5" in page
    assert "no results" in html(Results([]))


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (Account(balance=12.5, team=[TeamMember(name="Ada", roles=["Owner"])]), ["12.5", "Ada", "Owner"]),
        (ModelPage(results=[ModelInfo(name="Ink", air="a:1@1")], total_results=9), ["Ink", "a:1@1", "1 of 9 models"]),
        (ModelPage(results=[], total_results=0), ["0 of 0 models"]),
        (TaskDetails(request=[{"width": 512}], response={"data": [{"seed": 3}]}), ["width", "512", "seed", "3"]),
        (StoredMedia(media_uuid=UUID), [UUID]),
    ],
)
def test_facts_are_tables(record: Any, words: list[str]) -> None:
    """With the nested ones inside."""
    page = html(record)

    assert [word for word in words if word in page] == words


def test_pictures_of_models_are_links() -> None:
    """They are on other hosts, and nothing is fetched from there."""
    page = html(ModelPage(results=[ModelInfo(name="Ink", hero_image="https://b.test/x.png")]))

    assert 'href="https://b.test/x.png"' in page
    assert "<img" not in page


def test_an_error_is_a_box() -> None:
    """Its name, its sentence, the task, the code, and notes that were added."""
    error = InvalidRequestError(
        "width is wrong; use 512", code="invalidWidth", parameter="width", task_uuid=UUID, raw={"a": 1}
    )
    error.add_note("also <this>")

    page = html(error)

    assert all(
        word in page for word in ["InvalidRequestError", "<li>use 512</li>", "invalidWidth", UUID, "also &lt;this&gt;"]
    )
    assert "attempts" not in page
    assert "attempts" in html(TaskTimeoutError("late", attempts=3))


def test_a_request_is_its_parameters() -> None:
    """As a table; addresses without their queries, since those may be secrets, and files as what they are."""
    request = ImageInference(
        "a <fox>", model="m:1@1", width=512, height=512, seed_image=png(), webhook_url="https://a.test/h?key=1"
    )

    page = html(request)

    assert all(
        word in page
        for word in ["ImageInference", "a &lt;fox&gt;", "m:1@1", "512", "Bytes(&lt;image/png", "https://a.test/h"]
    )
    assert "key=1" not in page


def test_a_request_shows_what_stands_inside_of_its_parameters() -> None:
    """Lists, mappings and media by address, each as it was given and without what may be a secret."""
    request = ImageInference(
        "a fox",
        model="m:1@1",
        reference_images=["https://a.test/one.png?key=2", UUID],
        inputs=None,
        extra={"places": ["https://a.test/two.png?key=3"], "loud": True},
        on_partial=print,
    )

    page = html(request)

    assert all(word in page for word in ["https://a.test/one.png", UUID, "https://a.test/two.png", "places", "loud"])
    assert "key=" not in page
    assert "print" in page


@pytest.mark.parametrize("cls", [*Shown.__subclasses__(), *requests.operations()], ids=lambda cls: cls.__name__)
def test_every_kind_has_one_bundle(cls: type[Any]) -> None:
    """Both `_repr_html_` and `_repr_mimebundle_` would be stored twice."""
    assert [] == [name for name in dir(cls) if name.startswith("_repr_") and name != "_repr_mimebundle_"]


@pytest.mark.parametrize(
    "value", [Image(image_uuid=UUID, image_url="https://a.test/x"), Text(text="a"), ApiError("no")]
)
def test_nothing_ever_raises(value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong inside, the plain text is there, even if that fails, too."""

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(type(value), "_display", fail)
    assert {"text/plain": repr(value)} == value._repr_mimebundle_()

    monkeypatch.setattr(type(value), "__repr__", fail)
    assert {"text/plain": object.__repr__(value)} == value._repr_mimebundle_()


def test_only_what_is_wanted_is_made() -> None:
    """A front end that shows text alone costs no download."""
    image = Image(image_url="https://a.test/x.png")
    route = Links(**{"x.png": png()})
    route_downloads(image, route)

    assert ["text/plain"] == list(image._repr_mimebundle_(include={"text/plain"}))
    assert ["text/plain"] == list(image._repr_mimebundle_(exclude={"text/html"}))
    assert repr(image)
    assert [] == route.asked
    assert 2 == len(image._repr_mimebundle_(include={"text/html", "text/plain"}))


@pytest.mark.parametrize(("types", "wanted"), [(["text/plain"], 1), (["text/plain", "text/html"], 2)])
def test_a_terminal_costs_no_download(types: list[str], wanted: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """IPython in a terminal asks for everything, and shows the text."""
    shell = SimpleNamespace(display_formatter=SimpleNamespace(active_types=types))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))

    assert wanted == len(Text(text="a")._repr_mimebundle_())
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    assert 2 == len(Text(text="a")._repr_mimebundle_())
