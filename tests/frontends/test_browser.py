"""An executed notebook in JupyterLab, in a browser: what was shown is there to be seen."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import kernels
import pytest
from server import eventually

SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},  # else what is far down is not there
}
THEMES = ("Light", "Dark")
SIZES = "all => all.map(one => [one.naturalWidth, one.naturalHeight])"
CONTRAST = """(all) => all.map(one => {
    const light = colour => {
        const [r, g, b] = colour.match(/[0-9.]+/g).map(Number);
        return 0.2126 * (r / 255) ** 2.2 + 0.7152 * (g / 255) ** 2.2 + 0.0722 * (b / 255) ** 2.2;
    };
    const letters = light(getComputedStyle(one).color);
    let ground = one;
    while (ground.parentElement && /rgba\\(.*, 0(\\.\\d+)?\\)/.test(getComputedStyle(ground).backgroundColor))
        ground = ground.parentElement;
    const behind = light(getComputedStyle(ground).backgroundColor);
    return (Math.max(letters, behind) + 0.05) / (Math.min(letters, behind) + 0.05);
})"""


class Lab:
    """JupyterLab on a port that the system chose, which keeps to a folder and looks nowhere else."""

    def __init__(self, folder: Path) -> None:
        self.token = secrets.token_hex(16)
        self.root = folder / "root"
        self.root.mkdir()
        for name, values in SETTINGS.items():
            path = folder / "settings/@jupyterlab" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values))
        places = {"CONFIG_DIR": "config", "DATA_DIR": "data", "RUNTIME_DIR": "running"}
        places_of_lab = {"SETTINGS_DIR": "settings", "WORKSPACES_DIR": "workspaces"}
        env = os.environ | kernels.environment(folder)
        env |= {f"JUPYTER_{name}": str(folder / place) for name, place in places.items()}
        env |= {f"JUPYTERLAB_{name}": str(folder / place) for name, place in places_of_lab.items()}
        command = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
            *("--ServerApp.port=0", f"--ServerApp.root_dir={self.root}", f"--IdentityProvider.token={self.token}"),
            *("--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
            *("--LabApp.extension_manager=readonly", "--expose-app-in-browser"),
        ]
        self._log = (folder / "log").open("w")
        self._process = subprocess.Popen(command, env=env, stdout=self._log, stderr=subprocess.STDOUT)  # noqa: S603 - our own
        self._folder = folder

    @property
    def url(self) -> str | None:
        """Where it listens; `None` as long as it does not."""
        assert self._process.poll() is None, (self._folder / "log").read_text()
        for path in (self._folder / "running").glob("jpserver-*.json"):
            with suppress(ValueError):  # half written
                return str(json.loads(path.read_text())["url"])
        return None

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(30)
        self._log.close()


@pytest.fixture
def lab(browser: Any, tmp_path: Path) -> Iterator[Lab]:
    lab = Lab(tmp_path)
    try:
        eventually(lambda: lab.url, patience=90)
        yield lab
    finally:
        lab.close()


@pytest.mark.timeout(300)
def test_a_notebook_in_jupyterlab_shows_everything(lab: Lab, executed: Any, browser: Any, shots: Path) -> None:
    """Gallery, mask beside its input, players, table and error: with sizes, legible in both themes, from nowhere else.

    The notebook was made elsewhere, so that JupyterLab does not trust it, and cleans its HTML.
    """
    (lab.root / "look.ipynb").write_text(json.dumps(executed), "utf-8")
    outside: list[str] = []
    with browser.new_context(viewport={"width": 1300, "height": 1000}) as context:
        context.set_default_timeout(90_000)
        page = context.new_page()
        own = (str(lab.url), "data:", "blob:")
        page.on("request", lambda request: None if request.url.startswith(own) else outside.append(request.url))
        page.goto(f"{lab.url}lab/tree/look.ipynb?token={lab.token}&reset")
        cells = page.locator(".jp-CodeCell")
        gallery, inline, mask, film, sound, models, error, cut_out = (cells.nth(number) for number in range(8))
        page.wait_for_function("() => document.querySelectorAll('.jp-OutputArea img').length >= 12")
        page.wait_for_function("() => [...document.querySelectorAll('.jp-OutputArea img')].every(one => one.complete)")
        page.wait_for_function("() => [...document.querySelectorAll('video, audio')].every(one => one.readyState > 1)")

        assert [[512, 384]] * 5 == gallery.locator("img").evaluate_all(SIZES)
        assert [[512, 384]] * 2 == mask.locator("img").evaluate_all(SIZES)
        assert [[512, 384]] == cut_out.locator("img").evaluate_all(SIZES)
        assert 2 == film.locator("video").count() + sound.locator("audio").count()
        assert 4 == models.locator("tr").count()
        assert 1 == error.get_by_text("InvalidRequestError").count()
        tops = [box["y"] for box in map(_box, gallery.locator("img").all())]
        assert 1 < len({*tops}) < 5  # side by side, in more than one row
        link = gallery.locator("a").first
        assert str(link.get_attribute("href")).endswith(".jpg")
        assert "_blank" == link.get_attribute("target")

        folded = inline.locator("details img").nth(1)
        assert not folded.is_visible()
        inline.locator("summary").first.click()
        assert folded.is_visible()

        shown = {"gallery": gallery, "mask": mask, "film": film, "error": error, "models": models}
        for theme in THEMES:
            change = "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
            page.evaluate(change, f"JupyterLab {theme}")
            page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=f"JupyterLab {theme}")
            for name, cell in shown.items():
                output = cell.locator(".jp-Cell-outputWrapper")
                output.scroll_into_view_if_needed()
                output.screenshot(path=str(shots / f"{name}-{theme.lower()}.png"))
                assert all(ratio > 4.5 for ratio in output.locator("div:not(:has(*)), td, th").evaluate_all(CONTRAST))
        page.screenshot(path=str(shots / "lab.png"))

    assert [] == outside


def _box(located: Any) -> dict[str, float]:
    found: dict[str, float] = located.bounding_box()
    return found
