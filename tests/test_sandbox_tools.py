"""What the sandbox's tools take and refuse: settings, flat or under their own key, and what goes together."""

import base64
import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from sandbox_talk import Talk, image, talk

from runware_sync.sandbox import Sandbox

FILM = "https://films.example.test/1.mp4"


def png() -> str:
    """Return a plain picture as base64."""
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Return a sandbox."""
    with Sandbox(long_latency=0) as found:
        yield found


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Talk]:
    """Return a signed-in connection to it; its switches are as at first."""
    sandbox.change(strict=False)
    with talk(sandbox) as found:
        yield found


def tool(kind: str, **parameters: Any) -> dict[str, Any]:
    """Return a tool's task, about a picture unless it names something else."""
    about = {} if {"inputs", "inputImages"} & set(parameters) else {"inputImage": png()}
    return {"taskType": kind, "taskUUID": image()["taskUUID"], **about, **parameters}


def refused(client: Talk, task: dict[str, Any]) -> tuple[str, str | None]:
    """Send a task; return the code and the parameter of its only error."""
    (error,) = client.ask(task)["errors"]
    assert task["taskUUID"] == error["taskUUID"]
    return error["code"], error.get("parameter")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("controlNetPreprocess", "lowThresholdCanny"),
        ("controlNetPreprocess", "highThresholdCanny"),
        ("controlNetPreprocess", "width"),
        ("controlNetPreprocess", "height"),
        ("removeBackground", "alphaMattingForegroundThreshold"),
        ("removeBackground", "alphaMattingBackgroundThreshold"),
        ("removeBackground", "alphaMattingErodeSize"),
        ("imageMasking", "maskPadding"),
    ],
)
@pytest.mark.parametrize("wrong", ["x", "", [], [5], 10**30, 1.5])
def test_settings_are_whole_numbers_within_bounds(client: Talk, kind: str, name: str, wrong: object) -> None:
    """Wherever they stand; the error says where."""
    code = f"invalid{name[0].upper()}{name[1:]}"

    assert (code, name) == refused(client, tool(kind, **{name: wrong}))
    assert (code, f"settings.{name}") == refused(client, tool(kind, settings={name: wrong}))


@pytest.mark.parametrize(
    "wrong", [[1, 2, 3], ["a", 0, 0, 0], [1e300, 0, 0, 0], [10**30] * 4, [-1, 0, 0, 0], [None, 0, 0, 0], "red"]
)
def test_colours_are_four_numbers_of_a_byte(client: Talk, wrong: object) -> None:
    """Flat as nested."""
    assert ("invalidRgba", "rgba") == refused(client, tool("removeBackground", rgba=wrong))
    assert ("invalidRgba", "settings.rgba") == refused(client, tool("removeBackground", settings={"rgba": wrong}))


def test_no_number_is_no_colour(client: Talk) -> None:
    """JSON as Python writes it has a word for it."""
    code, _ = refused(client, tool("removeBackground", settings={"rgba": [1, 2, 3, float("nan")]}))
    assert "invalidRgba" == code


def test_a_check_of_content_is_named(client: Talk) -> None:
    """By a word."""
    task = {**image(), "taskType": "videoInference", "nsfw_check": []}
    assert "invalidNsfw_check" == refused(client, task)[0]


STRICT = [
    (tool("caption", inputImage=png(), inputImages=[png()]), "incompatibleParameters"),
    (tool("caption", inputImage=png(), prompt="?", template="short"), "incompatibleParameters"),
    (tool("upscale", upscaleFactor=2, targetMegapixels=1), "incompatibleParameters"),
    (tool("removeBackground", inputImage=png(), inputs={"image": png()}, model="m"), "incompatibleParameters"),
    (tool("controlNetPreprocess", preProcessorType="depth", lowThresholdCanny=5), "incompatibleParameters"),
    (
        tool("controlNetPreprocess", preProcessorType="canny", includeHandsAndFaceOpenPose=True),
        "incompatibleParameters",
    ),
    (
        tool("upscale", model="m", inputs={"video": f"data:video/mp4;base64,{'AAAAEGZ0eXBpc29tAAAAAA=='}"}),
        "invalidVideo",
    ),
]


@pytest.mark.parametrize(("task", "code"), STRICT)
def test_strict_checking_knows_what_goes_together(
    sandbox: Sandbox, client: Talk, task: dict[str, Any], code: str
) -> None:
    """Lenient checking lets it pass."""
    assert client.ask(task)["data"]
    sandbox.change(strict=True)
    assert code == refused(client, {**task, "taskUUID": image()["taskUUID"]})[0]


@pytest.mark.parametrize(
    "task",
    [
        tool("caption", inputImage=png(), prompt=["?"]),
        tool("caption", inputs={"images": [png()]}, model="m"),
        tool("upscale", targetMegapixels=1),
        tool("upscale", inputs={"video": FILM}, model="m", upscaleFactor=2),
        tool("controlNetPreprocess", preProcessorType="canny", lowThresholdCanny=5, highThresholdCanny=9),
        tool("controlNetPreprocess", preProcessorType="openpose", includeHandsAndFaceOpenPose=True),
        tool("controlNetPreprocess", inputs={"image": png()}, model="m", settings={"lowThresholdCanny": 5}),
        tool("removeBackground", rgba=[255, 255, 255, 0], alphaMatting=True, alphaMattingErodeSize=1),
        tool("removeBackground", inputs={"image": png()}, model="m", settings={"rgba": [0, 0, 0, 0.5]}),
        tool("imageMasking", model="m", settings={"maskPadding": -40, "maskBlur": 20, "confidence": 1}),
    ],
)
def test_strict_checking_takes_what_is_documented(sandbox: Sandbox, client: Talk, task: dict[str, Any]) -> None:
    """In the older form as in the current one."""
    sandbox.change(strict=True)
    assert client.ask(task)["data"]
