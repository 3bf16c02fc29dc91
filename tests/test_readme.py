"""What the README shows, works."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runware_sync import Runware
from runware_sync.sandbox import Sandbox

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text("utf-8")
SCRIPTS = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(r"^```sh\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
PROGRESS = re.compile(r"^\w+: \d+(?:/\d+ | %).* s\n", re.MULTILINE)


@pytest.mark.parametrize("number", range(len(SCRIPTS)))
def test_scripts_run_offline(number: int, tmp_path: Path) -> None:
    """Each script runs unchanged, in a fresh interpreter, without a key."""
    environment = os.environ | {"RUNWARE_URL": "sandbox:", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    environment.pop("RUNWARE_API_KEY", None)

    done = subprocess.run(  # noqa: S603 - our own page
        [sys.executable, "-W", "error", "-c", SCRIPTS[number]],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )

    complaints = PROGRESS.sub("", done.stderr)
    assert (0, "") == (done.returncode, complaints)


def test_there_are_two_commands_of_one_line() -> None:
    """One runs the demo, the other the tests; each is complete by itself."""
    assert 2 == len(COMMANDS)
    assert [1, 1] == [command.count("\n") for command in COMMANDS]
    assert all(command.startswith("python3 -m venv .venv && .venv/bin/pip install") for command in COMMANDS)


EXAMPLES = dict(re.findall(r"^\| `(\w+)` \| `(runware\..*?)` \| `", TEXT, re.MULTILINE))


def test_the_table_of_operations_is_complete() -> None:
    """One row for each."""
    methods = {name for name in dir(Runware) if "can be given instead, alone" in (getattr(Runware, name).__doc__ or "")}

    assert methods == set(EXAMPLES)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What the examples mention."""
    folder = tmp_path_factory.mktemp("readme")
    with Sandbox(long_latency=0) as sandbox, Runware("any", url=sandbox.url) as runware:
        cat = runware.image_inference("a cat", model="runware:101@1", width=256, height=256, output_format="PNG")
        cat[0].save(folder / "cat.png")
        model = {
            "category": "lora",
            "architecture": "sdxl",
            "format": "safetensors",
            "name": "Ink",
            "version": "1.0",
        }
        yield {
            "runware": runware,
            "video": runware.video_inference("waves", model="klingai:5@3", duration=5)[0],
            "archive": "https://files.example.test/set.zip",
            "model": model,
            "task_uuid": cat.task_uuid,
            "folder": folder,
        }


@pytest.mark.parametrize("method", EXAMPLES)
def test_each_example_of_the_table_works(method: str, place: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs, and calls the method of its row."""
    monkeypatch.chdir(place["folder"])

    assert EXAMPLES[method].startswith(f"runware.{method}(")
    assert eval(EXAMPLES[method], dict(place)) is not None  # noqa: S307 - our own page


def test_the_table_names_what_the_seed_names() -> None:
    """Every operation, parameter and setting of the JavaScript library has a row."""
    words = """
        url apiKey shouldReconnect globalMaxRetries timeoutDuration positivePrompt negativePrompt
        width height model numberResults outputType outputFormat uploadEndpoint checkNSFW seedImage
        maskImage strength steps scheduler seed CFGScale clipSkip usePromptWeighting lora controlNet
        onPartialImages includeCost retry guideImage weight startStep startStepPercentage endStep
        endStepPercentage controlMode inputImage rgba postProcessMask returnOnlyMask alphaMatting
        alphaMattingForegroundThreshold alphaMattingBackgroundThreshold alphaMattingErodeSize
        upscaleFactor prompt promptMaxLength promptVersions preProcessorType lowThresholdCanny
        highThresholdCanny includeHandsAndFaceOpenPose ensureConnection() disconnect()
    """.split()
    table = {word for row in re.findall(r"^\| (.*?) \|", TEXT, re.MULTILINE) for word in re.findall(r"`(.+?)`", row)}

    assert set() == set(words) - table


def test_links_lead_somewhere() -> None:
    """Files that the README names are there."""
    named = re.findall(r"\]\((?!http)([^)]+)\)", TEXT) + re.findall(r"`(notebooks/[^`]+)`", TEXT)

    assert [] == [name for name in named if not (ROOT / name).exists()]
