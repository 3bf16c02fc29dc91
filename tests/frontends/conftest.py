"""A notebook that was executed, and a browser to look at it."""

import os
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kernels
import pytest

CELLS = (
    """
from runware_sync import *
runware = Runware(url="sandbox:")
size = {"model": "runware:101@1", "width": 512, "height": 384}
images = runware.image_inference("a red fox in the snow", number_results=5, seed=4, **size)
images
""",
    "runware.image_inference('a lighthouse', number_results=2, seed=4, output_type='base64Data', **size)",
    "runware.image_masking(images[0], model='runware:35@1')",
    "runware.video_inference('waves at dusk', model='klingai:5@3', duration=5)",
    "runware.audio_inference('rain on a tin roof', model='elevenlabs:1@1', duration=10)",
    "runware.model_search('anime', limit=3)",
    """
try:
    runware.image_inference("a", model="m:1@1", width=512, height=384, extra={"width": 100000})
except RunwareError as error:
    display(error)
""",
    "runware.remove_background(images[0])",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A notebook that shows one of each kind, executed."""
    folder = tmp_path_factory.mktemp("executed")
    book = kernels.notebook(*CELLS)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in kernels.environment(folder).items():
            patch.setenv(name, value)
        kernels.execute(book, folder)
    return book


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for screenshots: RUNWARE_SYNC_SHOTS, to have them looked at, or one that pytest keeps a while."""
    named = os.environ.get("RUNWARE_SYNC_SHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("shots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium without a screen, as Debian installs it; where there is none, the test says so and is skipped.

    Until it ends, Playwright's event loop counts as running in this thread, where other tests run theirs.
    """
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no chromium here; on Debian and Ubuntu: apt-get install chromium")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of Playwright's own modules
        from playwright.sync_api import sync_playwright

        with sync_playwright() as driver:
            running = driver.chromium.launch(executable_path=chromium, args=[*FLAGS])
            yield running
            running.close()
