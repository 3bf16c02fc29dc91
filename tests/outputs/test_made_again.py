"""A picture that was saved is made again from its file, with all of the library and the sandbox in between."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve
from inputs.pictures_at_hand import png
from PIL import Image as Pixels

from runware_sync import ApiError, Image, ImageInference, RemoveBackground, Runware, recipe
from runware_sync.sandbox import Fault, Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as service:
        yield service


@pytest.fixture
def runware(sandbox: Sandbox) -> Iterator[Runware]:
    with Runware("any-key", url=sandbox.url) as client:
        yield client


def looks(path: Path) -> bytes:
    with Pixels.open(path) as opened:
        return opened.convert("RGB").tobytes()


@pytest.mark.parametrize("model", ["runware:101@1", "runware:400@1"])
def test_collected_pictures_carry_the_recipe_of_the_record(
    tmp_path: Path, sandbox: Sandbox, runware: Runware, model: str
) -> None:
    """The service has told how they were asked for, in its own words; it is another client that saves them."""
    request = ImageInference(
        "a red fox",
        model=model,
        width=256,
        height=256,
        seed=7,
        number_results=2,
        output_format="PNG",
        include_cost=True,
        cfg_scale=3.5,
        lora=[{"model": "runware:13090@1", "weight": 0.5}],
        settings={"quality": "high"},
        extra={"future": {"kept": 1, "authToken": "hush"}},
    )
    bought = runware.run(request)

    with Runware("any-key", url=sandbox.url) as other:
        collected = other.job(str(bought.task_uuid)).result(30)
        paths = collected.save(tmp_path)

    assert evolve(request, extra={"future": {"kept": 1}}, seed=8, number_results=None) == recipe(paths[1])
    assert b"hush" not in paths[1].read_bytes()
    assert 2 == sandbox.purchases


def test_collected_pictures_want_their_media_again(tmp_path: Path, runware: Runware) -> None:
    """What was stored with the service is not named in a file."""
    source = runware.image_inference("a red fox", model="runware:101@1", width=128, height=128)[0]
    cut = runware.remove_background(source, model="runware:109@1")

    path = runware.job(str(cut.task_uuid)).result(30).save(tmp_path / "cut.png")

    with pytest.raises(ValueError, match="give input_image="):
        recipe(path)
    expected = RemoveBackground(source, model="runware:109@1", include_cost=True)
    assert expected == recipe(path, input_image=source)


def test_what_this_client_had_left_has_its_recipe_too(tmp_path: Path) -> None:
    """From the shelf: nothing need be asked, and what was sent is known, but for media."""

    def leave(_: object) -> None:
        raise LookupError

    source = png(40, 30)
    request = ImageInference(
        "a red fox in the snow, " * 20,
        model="runware:101@1",
        seed=7,
        number_results=2,
        cfg_scale=3.5,
        lora=[{"model": "runware:13090@1", "weight": 0.5}],
        extra={"future": {"kept": [1.5]}},
        seed_image=source,
        on_partial=leave,
    )
    with (
        Sandbox(task_log=False, sync_questions="unknown") as sandbox,
        Runware("any-key", url=sandbox.url, timeout=30) as client,
    ):
        with pytest.raises(LookupError) as caught:
            client.run(request)
        (uuid,) = (str(task.request["taskUUID"]) for task in sandbox.tasks)
        first, _ = client.job(uuid).result(30).save(tmp_path)

    assert uuid in caught.value.__notes__[0]
    assert evolve(request, include_cost=True, number_results=None) == recipe(first, seed_image=source)
    with pytest.raises(ValueError, match="give seed_image="):
        recipe(first)


@pytest.mark.parametrize("kind", ["PNG", "JPG"])
def test_running_a_recipe_makes_that_picture_again(
    tmp_path: Path, sandbox: Sandbox, runware: Runware, kind: str
) -> None:
    """The third of four, alone, and one picture is billed for it."""
    images = runware.image_inference(
        "a red fox", model="runware:101@1", width=256, height=256, seed=7, number_results=4, output_format=kind
    )
    paths = images.save(tmp_path / "first")
    bought = sandbox.purchases

    again = runware.run(recipe(paths[2])).save(tmp_path / "again")

    assert [1, 9] == [len(again), images[2].seed]
    assert looks(paths[2]) == looks(again[0])
    assert looks(paths[1]) != looks(again[0])
    assert bought + 1 == sandbox.purchases
    assert recipe(paths[2]) == recipe(again[0])
    assert paths[2].read_bytes() != images[2].read()  # a recipe is in it ...
    assert images[2].to_pil().tobytes() == Pixels.open(paths[2]).tobytes()  # ... beside the pixels


def test_every_way_of_making_tells_its_recipe(tmp_path: Path, runware: Runware) -> None:
    """Calls, jobs, many at once, and what is handed on before the call is over."""
    request = ImageInference("a red fox", model="runware:101@1", width=256, height=256, seed=7)
    early: list[Image] = []
    runware.image_inference("a red fox", model="runware:101@1", width=256, height=256, seed=7, on_partial=early.extend)
    made = [runware.run(request)[0], runware.submit(request).result()[0], next(runware.map([request]))[0], early[0]]

    assert [request] * 4 == [recipe(image.save(tmp_path / f"{n}.jpg")) for n, image in enumerate(made)]


def test_what_an_error_carries_has_its_recipe(tmp_path: Path) -> None:
    """It was paid for like any other."""
    with (
        Sandbox(faults=[Fault("fail", results=2, count=1)]) as sandbox,
        Runware("any-key", url=sandbox.url, max_retries=0) as runware,
    ):
        with pytest.raises(ApiError) as caught:
            runware.image_inference("a fox", model="runware:101@1", width=256, height=256, seed=7, number_results=3)
        image = caught.value.results[0]
        path = image.save(tmp_path / "a.jpg")

    assert ImageInference("a fox", model="runware:101@1", width=256, height=256, seed=image.seed) == recipe(path)


def test_tools_are_made_again_from_a_subject(tmp_path: Path, sandbox: Sandbox, runware: Runware) -> None:
    """Which has to be given: a file keeps no other file."""
    fox = runware.image_inference("a red fox", model="runware:101@1", width=256, height=256)[0]
    path = runware.remove_background(fox, output_format="PNG").save(tmp_path / "cut.png")
    bought = sandbox.purchases

    with pytest.raises(ValueError, match="give input_image="):
        recipe(path)
    again = runware.run(recipe(path, input_image=fox))

    assert isinstance(recipe(path, input_image=fox), RemoveBackground)
    assert looks(path) == looks(again.save(tmp_path / "again.png"))
    assert bought + 1 == sandbox.purchases
