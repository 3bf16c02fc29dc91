"""Requests to what travels, and what comes back to results."""

import base64
import json
import logging
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from runware_sync import wire
from runware_sync.errors import UnexpectedResponseError
from runware_sync.requests import (
    Caption,
    ControlNetPreprocess,
    GetResponse,
    GetTaskDetails,
    ImageInference,
    ImageUpload,
    PromptEnhance,
    RemoveBackground,
    Request,
    Upscale,
)
from runware_sync.results import GuideImage, Image, Result, Results, TaskDetails, Text, Upload
from runware_sync.wire import structuring

PICTURE = "11111111-2222-4333-8444-555555555555"
TASK = "99999999-2222-4333-8444-555555555555"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def encode(request: Request[Any], *, include_cost: bool = False, local_files: bool = True) -> dict[str, Any]:
    return wire.encode(
        request,
        include_cost=include_cost,
        pack=lambda medium, where: medium.wire(parameter=where, local_files=local_files),
    )


def encode_current(request: Request[Any]) -> dict[str, Any] | None:
    return wire.encode_current(request, include_cost=False, pack=lambda medium, where: medium.wire(parameter=where))


# -- requests -------------------------------------------------------------------------------------------------------


def test_names_on_the_wire_are_the_apis() -> None:
    """Irregular ones included; what was not given does not travel, what concerns the call alone neither."""
    request = ImageInference(
        "a fox",
        model="m:1@1",
        number_results=2,
        cfg_scale=3.5,
        check_nsfw=False,
        webhook_url="https://example.org",
        instant_id={"inputImage": PICTURE},
        pulid={"images": [PICTURE], "cfg_start_step": 2},
        task_uuid=TASK,
        retry=3,
        timeout=5,
        on_partial=print,
    )

    assert {
        "taskType": "imageInference",
        "positivePrompt": "a fox",
        "model": "m:1@1",
        "numberResults": 2,
        "CFGScale": 3.5,
        "checkNSFW": False,
        "webhookURL": "https://example.org",
        "instantID": {"inputImage": PICTURE},
        "deliveryMethod": "async",
        "pulid": {"images": [PICTURE], "CFGStartStep": 2},
        "includeCost": False,
    } == encode(request)


def test_falsy_values_travel() -> None:
    """`seed=0` is a seed; only `None` is not sent."""
    body = encode(ImageInference(None, model="m", seed=0, layer_diffuse=False, lora=[], negative_prompt=""))

    assert (0, False, [], "") == (body["seed"], body["layerDiffuse"], body["lora"], body["negativePrompt"])
    assert "positivePrompt" not in body


def test_nested_objects_travel_under_the_apis_names() -> None:
    """At every depth, unknown keys of open shapes beside the known ones."""
    request = ImageInference(
        "a",
        model="m",
        control_net=[{"model": "c", "guide_image": PICTURE, "start_step_percentage": 5}],
        settings={"top_p": 0.5, "notYetKnown": [1]},
        provider_settings={"bfl": {"promptUpsampling": True}, "newcomer": {"a": 1}},
        advanced_features={
            "regional_prompting": {"inject_steps": 3, "regions": [{"prompt": "b", "mask": [0, 0, 1, 1]}]}
        },
    )

    body = encode(request)

    assert [{"model": "c", "guideImage": PICTURE, "startStepPercentage": 5}] == body["controlNet"]
    assert {"topP": 0.5, "notYetKnown": [1]} == body["settings"]
    assert {"bfl": {"promptUpsampling": True}, "newcomer": {"a": 1}} == body["providerSettings"]
    assert {"regionalPrompting": {"injectSteps": 3, "regions": [{"prompt": "b", "mask": [0, 0, 1, 1]}]}} == body[
        "advancedFeatures"
    ]


def test_extra_is_sent_as_it_is() -> None:
    """Also in place of what the class would send."""
    body = encode(ImageInference("a", model="m", extra={"newParameter": {"a_b": 1}, "positivePrompt": "b"}))

    assert {"a_b": 1} == body["newParameter"]
    assert "b" == body["positivePrompt"]


@pytest.mark.parametrize(("own", "client", "sent"), [(None, True, True), (None, False, False), (False, True, False)])
def test_the_price_is_asked_for_as_the_request_says_else_the_client(own: Any, client: bool, sent: bool) -> None:
    """`None` leaves it to the client."""
    assert sent is encode(ImageInference("a", model="m", include_cost=own), include_cost=client)["includeCost"]


@pytest.mark.parametrize("request_", [ImageUpload(PICTURE), GetTaskDetails(TASK), GetResponse(TASK, number_results=2)])
def test_free_tasks_have_no_price(request_: Request[Any]) -> None:
    """Nor does what only the client counts travel."""
    body = encode(request_, include_cost=True)

    assert "includeCost" not in body
    assert "numberResults" not in body


@pytest.mark.parametrize(
    ("request_", "task_type"),
    [
        (Caption(PICTURE), "imageCaption"),
        (Caption(PICTURE, model="m"), "imageCaption"),
        (Caption(inputs={"image": PICTURE}), "caption"),
        (RemoveBackground(PICTURE, rgba=[0, 0, 0, 0]), "imageBackgroundRemoval"),
        (RemoveBackground(PICTURE, settings={"alphaMatting": True}), "removeBackground"),
        (Upscale(PICTURE, upscale_factor=2), "imageUpscale"),
        (Upscale(inputs={"image": PICTURE}), "upscale"),
        (ControlNetPreprocess(PICTURE, pre_processor_type="canny"), "imageControlNetPreProcess"),
        (ControlNetPreprocess(inputs={"image": PICTURE}), "controlNetPreprocess"),
        (ImageInference("a", model="m", seed_image=PICTURE), "imageInference"),
        (ImageInference("a", model="m", inputs={"seedImage": PICTURE}), "imageInference"),
        (PromptEnhance("a"), "promptEnhance"),
    ],
)
def test_each_form_travels_under_its_own_task_type(request_: Request[Any], task_type: str) -> None:
    """`inputs` or `settings` mean the current form; a model alone does not."""
    assert task_type == encode(request_)["taskType"]


def test_flat_values_find_their_place_in_the_current_form() -> None:
    """Beside what was given there."""
    body = encode(RemoveBackground(PICTURE, rgba=[1, 2, 3, 4], settings={"alpha_matting": True}, output_format="PNG"))

    assert {
        "taskType": "removeBackground",
        "inputs": {"image": PICTURE},
        "settings": {"rgba": [1, 2, 3, 4], "alphaMatting": True},
        "outputFormat": "PNG",
        "includeCost": False,
    } == body


def test_the_current_form_of_a_flat_request() -> None:
    """For a server that calls the older task type unsupported; the model stands for the kind of preprocessor."""
    request = ControlNetPreprocess(
        PICTURE, pre_processor_type="canny", low_threshold_canny=9, model="m", width=512, extra={"x": 1}
    )

    assert {
        "taskType": "controlNetPreprocess",
        "model": "m",
        "width": 512,
        "inputs": {"image": PICTURE},
        "settings": {"lowThresholdCanny": 9},
        "includeCost": False,
        "x": 1,
    } == encode_current(request)


def test_several_pictures_find_their_place_too() -> None:
    """Under the name that the current form has for them."""
    body = encode_current(Caption(input_images=[PICTURE], model="m"))

    assert body is not None
    assert {"images": [PICTURE]} == body["inputs"]


@pytest.mark.parametrize(
    "request_",
    [
        Upscale(PICTURE),
        Upscale(inputs={"image": PICTURE}, model="m"),
        ImageInference("a", model="m"),
        PromptEnhance("a", model="m"),
        ImageUpload(PICTURE),
    ],
)
def test_there_is_no_other_form_without_a_model_or_an_older_type(request_: Request[Any]) -> None:
    """Nothing to fall back on."""
    assert encode_current(request_) is None


def test_files_are_read_when_the_call_is_made(tmp_path: Path) -> None:
    """Not before: what travels is what the file then holds."""
    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    request = Upscale(path)
    path.write_bytes(PNG + b"more")

    sent = encode(request)["inputImage"]

    head, _, data = sent.partition(",")
    assert "data:image/png;base64" == head
    assert PNG + b"more" == base64.b64decode(data)


def test_a_file_that_must_not_be_read_is_named_by_its_parameter(tmp_path: Path) -> None:
    """At every depth."""
    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    request = ImageInference("a", model="m", control_net=[{"model": "c", "guide_image": path}])

    with pytest.raises(ValueError, match=r"control_net\[0\]\.guide_image"):
        encode(request, local_files=False)


def test_what_travels_is_json() -> None:
    """Nothing but plain values is left."""
    samples: list[Request[Any]] = [
        ImageInference("a", model="m", reference_images=[PNG], lora=[{"model": "a"}], strength=1),
        Upscale(PNG),
    ]

    for request in samples:
        assert encode(request) == json.loads(json.dumps(encode(request), allow_nan=False))


# -- answers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "cls"),
    [
        (Caption(PICTURE), Text),
        (RemoveBackground(PICTURE), Image),
        (Upscale(PICTURE), Image),
        (ControlNetPreprocess(PICTURE), GuideImage),
        (ImageUpload(PICTURE), Upload),
        (GetTaskDetails(TASK), TaskDetails),
    ],
)
def test_an_operation_with_one_result_returns_it(request_: Request[Any], cls: type[Any]) -> None:
    """In its own class."""
    item = {"taskType": request_.task_type, "taskUUID": TASK}

    result = wire.decode(request_, [item])

    assert cls is type(result)
    assert TASK == result.task_uuid


@pytest.mark.parametrize(("request_", "cls"), [(ImageInference("a", model="m"), Image), (PromptEnhance("a"), Text)])
def test_an_operation_with_several_results_returns_a_sequence(request_: Request[Any], cls: type[Any]) -> None:
    """With the surplus apart."""
    found = wire.decode(request_, [{"taskUUID": TASK, "cost": 0.5}], [{"cost": 1}], TASK)

    assert Results is type(found)
    assert [cls] == [type(item) for item in found]
    assert [cls] == [type(item) for item in found.surplus]
    assert (1.5, TASK) == (found.cost, found.task_uuid)


def test_names_of_an_answer_become_pythons() -> None:
    """Irregular ones included, also within nested objects."""
    item = {
        "taskType": "imageInference",
        "taskUUID": TASK,
        "imageUUID": PICTURE,
        "imageURL": "https://im.example/a.png",
        "NSFWContent": True,
        "seed": 7,
        "cost": 0.25,
        "outputs": {"textBlocks": [{"text": "hello", "fontName": "Sans", "x": 3}], "newOutput": 1},
    }

    image = wire.decode(ImageInference("a", model="m"), [item])[0]

    assert (PICTURE, "https://im.example/a.png", True, 7, 0.25) == (
        image.image_uuid,
        image.image_url,
        image.nsfw_content,
        image.seed,
        image.cost,
    )
    assert image.outputs is not None
    assert image.outputs.text_blocks is not None
    assert ("hello", "Sans", 3) == (
        image.outputs.text_blocks[0].text,
        image.outputs.text_blocks[0].font_name,
        image.outputs.text_blocks[0].x,
    )
    assert {"newOutput": 1} == image.outputs.extra
    assert image.raw is None
    assert image == pickle.loads(pickle.dumps(image))  # noqa: S301 - our own


def test_fields_of_tomorrow_are_kept() -> None:
    """Under their own names, with their values."""
    image = wire.decode(Upscale(PICTURE), [{"imageUUID": PICTURE, "aestheticScore": {"a": [1]}, "raw": 1, "extra": 2}])

    assert {"aestheticScore": {"a": [1]}, "raw": 1, "extra": 2} == image.extra
    assert image.raw is None


def test_null_is_the_same_as_missing() -> None:
    """Neither is an error."""
    assert wire.decode(Upscale(PICTURE), [{}]) == wire.decode(Upscale(PICTURE), [{"imageURL": None, "newField": None}])


def test_numbers_fit_by_value() -> None:
    """JSON has one kind of number; the fields have two."""
    image = wire.decode(Upscale(PICTURE), [{"cost": 1, "seed": 5.0}])

    assert (float, int) == (type(image.cost), type(image.seed))
    assert image.raw is None


@pytest.mark.parametrize(
    ("item", "path"),
    [
        ({"seed": "7"}, "Image.seed"),
        ({"seed": 7.5}, "Image.seed"),
        ({"seed": True}, "Image.seed"),
        ({"cost": "free"}, "Image.cost"),
        ({"imageURL": {"href": "secret"}}, "Image.image_url"),
        ({"NSFWContent": "no"}, "Image.nsfw_content"),
        ({"outputs": "secret"}, "Image.outputs"),
        ({"outputs": {"textBlocks": "secret"}}, "Image.outputs.text_blocks"),
        ({"outputs": {"textBlocks": [{"x": "secret"}]}}, "Image.outputs.text_blocks"),
        ({"structuredPrompt": ["secret"]}, "Image.structured_prompt"),
    ],
)
def test_a_result_that_does_not_fit_is_still_returned(
    item: dict[str, Any], path: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It was paid for: what fits is there, the whole as it came too, and the log says where, not what."""
    answer = {"taskUUID": TASK, "imageUUID": PICTURE, "tomorrow": 1, **item}

    with caplog.at_level(logging.WARNING):
        image = wire.decode(Upscale(PICTURE), [answer])

    assert (PICTURE, TASK, {"tomorrow": 1}) == (image.image_uuid, image.task_uuid, image.extra)
    assert answer == image.raw
    assert f"@ {path}" in caplog.text
    assert "secret" not in caplog.text


def test_results_stand_in_the_order_of_seeds_where_the_request_gave_one() -> None:
    """Otherwise, and where one has no seed, in the order of arrival."""
    items = [{"seed": 9}, {"seed": 8}, {"seed": 7}]

    def seeds(request: ImageInference, items: list[dict[str, Any]]) -> list[int | None]:
        return [image.seed for image in wire.decode(request, items)]

    assert [7, 8, 9] == seeds(ImageInference("a", model="m", seed=7, number_results=3), items)
    assert [9, 8, 7] == seeds(ImageInference("a", model="m", number_results=3), items)
    assert [9, None, 7] == seeds(ImageInference("a", model="m", seed=7), [{"seed": 9}, {}, {"seed": 7}])


def test_raw_items_stay_raw() -> None:
    """`get_response` speaks the service's own words."""
    items = [{"taskType": "imageInference", "imageURL": None}]

    assert items == wire.decode(GetResponse(TASK), items, [], TASK)


def test_no_result_where_one_is_due_is_an_error() -> None:
    """Not `None`."""
    with pytest.raises(UnexpectedResponseError, match="no result") as caught:
        wire.decode(Upscale(PICTURE), [], [], TASK)

    assert TASK == caught.value.task_uuid


@pytest.mark.parametrize(
    ("own", "given", "cls"),
    [
        ("imageUpscale", "", Image),
        ("imageControlNetPreProcess", "", GuideImage),
        ("imageCaption", "", Text),
        ("imageToText", "", Text),
        ("imageBackgroundRemoval", "", Image),
        ("caption", "imageInference", Text),
        (None, "promptEnhance", Text),
        (None, "imageCaption", Text),
        ("tomorrowsTask", "", Result),
        ("getResponse", "", Result),
        (None, "", Result),
    ],
)
def test_items_are_decoded_by_their_own_type_else_by_the_calls(own: Any, given: str, cls: type[Any]) -> None:
    """Older names too; what is not known keeps its fields."""
    item = {"taskUUID": TASK} if own is None else {"taskUUID": TASK, "taskType": own}

    (result,) = wire.decode_items(given, [item])

    assert cls is type(result)
    assert TASK == result.task_uuid


def test_results_that_are_decoded_already_are_left_alone() -> None:
    """Errors may be completed twice."""
    image = Image(image_uuid=PICTURE)

    assert [image] == wire.decode_items("imageInference", [image])


@pytest.mark.parametrize(
    ("task_type", "expected", "items", "cls"),
    [
        ("imageInference", 1, [{}], Results),
        ("imageUpscale", 1, [{}], Image),
        ("tomorrowsTask", 1, [{"a": 1}], Result),
        ("tomorrowsTask", 2, [{"a": 1}], Results),
        ("tomorrowsTask", 1, [{"a": 1}, {"a": 2}], Results),
    ],
)
def test_a_task_is_decoded_without_its_request(
    task_type: str, expected: int, items: list[dict[str, Any]], cls: type[Any]
) -> None:
    """For a job that is reopened, in another process even."""
    assert cls is type(wire.decode_task(task_type, expected, items, (), TASK))


def test_many_threads_may_decode_the_first_result_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hooks are made once."""
    monkeypatch.setattr(structuring, "_converters", [])
    monkeypatch.setattr(structuring, "_hooks", {})
    start = Barrier(8)

    def first(_number: int) -> Image:
        start.wait()
        return wire.decode(Upscale(PICTURE), [{"imageUUID": PICTURE}])

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(first, range(8)))

    assert [Image(image_uuid=PICTURE)] * 8 == found
    assert 1 == len(structuring._converters)


def test_cattrs_loads_with_the_first_result() -> None:
    """Neither importing nor sending needs it."""
    program = (
        "import sys; from runware_sync import wire; from runware_sync.requests import Upscale;"
        f"wire.encode(Upscale('{PICTURE}'), include_cost=True, pack=lambda m, w: m.text);"
        "assert 'cattrs' not in sys.modules;"
        "assert 'runware_sync.requests.adapters' not in sys.modules;"
        f"wire.decode(Upscale('{PICTURE}'), [{{}}]); assert 'cattrs' in sys.modules"
    )

    assert 0 == subprocess.run([sys.executable, "-c", program], check=False).returncode  # noqa: S603 - our own
