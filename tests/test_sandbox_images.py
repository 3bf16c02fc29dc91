"""The sandbox's `imageInference` beyond words: sizes, masks, what is added at the edges, transparency."""

import base64
import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from sandbox_talk import Talk, image, talk

from runware_sync.sandbox import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Return a sandbox."""
    with Sandbox() as found:
        yield found


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Talk]:
    """Return a signed-in connection to it."""
    with talk(sandbox) as found:
        yield found


def png(width: int = 64, height: int = 64) -> str:
    """Return a plain picture as base64."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def sizeless(**parameters: Any) -> dict[str, Any]:
    """Return a task that says no width and height."""
    task = image(**parameters)
    del task["width"], task["height"]
    return task


def picture(client: Talk, task: dict[str, Any]) -> Image.Image:
    """Send a task; return its only picture."""
    (item,) = client.ask({**task, "outputType": "base64Data", "outputFormat": "PNG"})["data"]
    return Image.open(io.BytesIO(base64.b64decode(item["imageBase64Data"])))


def refused(client: Talk, task: dict[str, Any]) -> tuple[str, str | None]:
    """Send a task; return the code and the parameter of its only error."""
    (error,) = client.ask(task)["errors"]
    assert task["taskUUID"] == error["taskUUID"]
    return error["code"], error.get("parameter")


@pytest.mark.parametrize(
    ("task", "size"),
    [
        (sizeless(resolution="0.5K"), (512, 512)),
        (sizeless(resolution="2k"), (2048, 2048)),
        (sizeless(resolution="0.5K", inputs={"seedImage": png(128, 32)}), (1024, 256)),
        (sizeless(resolution="720p"), (1024, 1024)),
        (image(resolution="2K"), (128, 128)),
        (image(upscaleFactor=2), (256, 256)),
        (sizeless(resolution="0.5K", upscaleFactor=4), (2048, 2048)),
    ],
)
def test_a_size_class_and_a_factor_make_pictures_larger(
    sandbox: Sandbox, client: Talk, task: dict[str, Any], size: tuple[int, int]
) -> None:
    """A class stands for width and height, in the proportions of what is given; what is made is paid for."""
    assert size == picture(client, task).size
    assert max(0.0001, 0.0013 * size[0] * size[1] / 1024**2) == pytest.approx(sandbox.billed, abs=0.00005)


@pytest.mark.parametrize("wish", [{"layerDiffuse": True}, {"advancedFeatures": {"layerDiffuse": True}}])
def test_a_layer_is_transparent(client: Talk, wish: dict[str, Any]) -> None:
    """Around its subject."""
    found = picture(client, image(positivePrompt="a red fox", **wish))

    assert "RGBA" == found.mode
    assert (0, 255) == found.getchannel("A").getextrema()
    assert "RGB" == picture(client, image(positivePrompt="a red fox", layerDiffuse=False)).mode


@pytest.mark.parametrize(
    "given",
    [
        {"maskImage": png(), "inputs": {"seedImage": png()}},
        {"maskImage": png(), "inputs": {"image": png()}},
        {"maskImage": None, "seedImage": png()},
        {"inputs": {"maskImage": png(), "seedImage": png()}},
        {"inputs": {"mask": png(), "referenceImages": [png()]}},
        {"outpaint": None},
    ],
)
@pytest.mark.parametrize("strict", [False, True])
def test_a_mask_needs_something_to_mask(sandbox: Sandbox, client: Talk, given: dict[str, Any], *, strict: bool) -> None:
    """Under whichever name it comes; null is as good as nothing."""
    sandbox.change(strict=strict)
    assert client.ask(image(**given))["data"]


@pytest.mark.parametrize(
    "given",
    [
        {"maskImage": png(), "seedImage": None},
        {"maskImage": png(), "referenceImages": [png()]},
        {"inputs": {"maskImage": png()}},
        {"inputs": {"mask": png()}},
    ],
)
def test_a_mask_of_nothing_is_refused(client: Talk, given: dict[str, Any]) -> None:
    """It says where a picture may change."""
    assert ("missingSeedImage", "seedImage") == refused(client, image(**given))


@pytest.mark.parametrize("side", ["top", "right", "bottom", "left", "blur"])
@pytest.mark.parametrize("wrong", ["x", [5], 1.5, 10**30, -(10**6), True])
def test_sides_are_whole_numbers_of_pixels(client: Talk, side: str, wrong: object) -> None:
    """Within reason; the error names the side."""
    code, parameter = refused(client, image(seedImage=png(), outpaint={side: wrong}))
    assert (f"invalid{side.capitalize()}", f"outpaint.{side}") == (code, parameter)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"outpaint": {"left": 64}}, "missingSeedImage"),
        ({"seedImage": png(), "maskMargin": 32}, "missingMaskImage"),
        ({"seedImage": png(), "outpaint": {"left": 64, "blur": 33}}, "invalidBlur"),
        ({"usePromptWeighting": True, "promptWeighting": "compel"}, "incompatibleParameters"),
        (
            {"controlNet": [{"model": "m", "guideImage": png(), "startStep": 1, "startStepPercentage": 5}]},
            "incompatibleParameters",
        ),
        (
            {"controlNet": [{"model": "m", "guideImage": png(), "endStep": 9, "endStepPercentage": 50}]},
            "incompatibleParameters",
        ),
    ],
)
def test_strict_checking_knows_what_goes_together(
    sandbox: Sandbox, client: Talk, given: dict[str, Any], code: str
) -> None:
    """Lenient checking lets it pass."""
    assert client.ask(image(**given))["data"]
    sandbox.change(strict=True)
    assert code == refused(client, image(**given))[0]
