"""A notebook converted to HTML, opened without network."""

import re
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import pytest

PICTURES = "all => all.map(one => one.naturalWidth * one.naturalHeight > 0)"
READY = "() => [...document.querySelectorAll('video, audio')].every(one => one.readyState > 1)"
PLAYABLE = "all => all.map(one => one.error === null && one.duration > 0)"


@pytest.fixture(scope="module")
def page(executed: Any) -> str:
    """The notebook as `jupyter nbconvert --to html` writes it."""
    nbconvert: Any = import_module("nbconvert")  # its functions have no types
    found = [file for file in metadata.files("nbconvert") or () if str(file).endswith("templates/lab/index.html.j2")]
    share = Path(str(found[0].locate())).resolve().parents[3]  # also where the interpreter's prefix is another one
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(share))
        text, _ = nbconvert.HTMLExporter().from_notebook_node(executed)
    return str(text)


def test_the_pictures_are_in_the_page(page: str) -> None:
    """Nothing that is shown is loaded from anywhere else."""
    sources = re.findall(r'<(?:img|video|audio)[^>]* src="(.{5})', page)

    assert 14 == len(sources)
    assert {"data:"} == {*sources}


@pytest.mark.timeout(180)
def test_a_page_without_network_shows_everything(page: str, browser: Any, shots: Path, tmp_path: Path) -> None:
    """Pictures have sizes, films and sounds can be played, in a browser that reaches nothing."""
    (tmp_path / "page.html").write_text(page, "utf-8")
    asked: list[str] = []
    with browser.new_context(viewport={"width": 1200, "height": 1000}) as context:
        context.set_offline(True)
        context.on("request", lambda request: asked.append(request.url))
        opened = context.new_page()
        opened.goto((tmp_path / "page.html").as_uri(), wait_until="domcontentloaded")
        opened.wait_for_function("() => [...document.images].every(one => one.complete)")
        opened.wait_for_function(READY)

        pictures = opened.locator("img").evaluate_all(PICTURES)
        players = opened.locator("video, audio").evaluate_all(PLAYABLE)
        opened.screenshot(path=str(shots / "html.png"), full_page=True)

    assert [True] * 12 == pictures
    assert [True] * 2 == players
    assert [] == [url for url in asked if "127.0.0.1" in url]
