"""Tasks and their results: the nine operations, inputs, outputs, files, validation, money."""

import base64
import io
import urllib.error
import urllib.request
from typing import Any

import pytest
from PIL import Image
from sandbox_talk import Talk, image, question, talk

from runware_sync.sandbox import ManualClock, Sandbox


def fetched(url: str) -> tuple[bytes, str]:
    """Return a file's bytes and type."""
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - the sandbox's own
        content = answer.read()
        assert len(content) == int(answer.headers["Content-Length"])
        return content, answer.headers["Content-Type"]


def status_of(url: str) -> int:
    """Return the status of a request that fails."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(url, timeout=10)  # noqa: S310 - the sandbox's own
    with caught.value:
        return caught.value.code


def opened(content: bytes) -> Image.Image:
    """Return a file's pixels."""
    return Image.open(io.BytesIO(content))


def png(width: int = 64, height: int = 64, colour: str = "navy") -> str:
    """Return a plain picture with a light square in the middle, as base64."""
    picture = Image.new("RGB", (width, height), colour)
    picture.paste("white", (width // 4, height // 4, width * 3 // 4, height * 3 // 4))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def one(client: Talk, task: dict[str, Any]) -> dict[str, Any]:
    """Send a task; return its only result."""
    (item,) = client.ask(task)["data"]
    return dict(item)


def failure(client: Talk, task: dict[str, Any]) -> dict[str, Any]:
    """Send a task; return its only error."""
    (error,) = client.ask(task)["errors"]
    return dict(error)


def tool(kind: str, number: int, **parameters: Any) -> dict[str, Any]:
    """Return a tool's task."""
    return {"taskType": kind, "taskUUID": f"00000000-0000-4000-8000-{number:012}", **parameters}


def test_images_come_with_seeds_uuids_and_files() -> None:
    """Each result has its own UUID and file, and the seed plus its number; nothing that was not asked for."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        client.say(task := image(numberResults=3, seed=41, outputFormat="png"))
        items = client.items(3)

        assert [41, 42, 43] == [item["seed"] for item in items]
        assert 3 == len({item["imageUUID"] for item in items})
        assert {task["taskUUID"]} == {item["taskUUID"] for item in items}
        assert {"taskType", "taskUUID", "imageUUID", "imageURL", "seed"} == set(items[0])
        content, kind = fetched(items[0]["imageURL"])
        assert ("image/png", "PNG", (128, 128)) == (kind, opened(content).format, opened(content).size)
        assert content != fetched(items[1]["imageURL"])[0]


def test_what_is_asked_for_is_added() -> None:
    """Cost with `includeCost`, the verdict with any of the three content checks."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        paid = one(client, image(includeCost=True, width=1024, height=1024))
        assert paid["cost"] == pytest.approx(sandbox.billed) == pytest.approx(0.0013)
        assert one(client, image(checkNSFW=True))["NSFWContent"] is False
        assert one(client, image(safety={"checkContent": True}))["NSFWContent"] is False
        assert one(client, image(safety={"mode": "fast"}, positivePrompt="nsfw"))["NSFWContent"] is True
        assert "NSFWContent" not in one(client, image(safety={"mode": "none", "checkContent": True}))


def test_the_same_request_gives_the_same_bytes_in_any_sandbox() -> None:
    """Pictures depend on the request and its seed alone; drawn seeds and UUIDs on the sandbox's."""
    found = []
    for seed in (1, 1, 2):
        with Sandbox(seed=seed) as sandbox, talk(sandbox) as client:
            uuid = "3f0c6f4e-8a52-4a7e-9d51-6b1f2c90e4aa"
            item = one(client, image(uuid, outputType="base64Data"))
            fixed = one(client, image(seed=7, outputType=["base64Data"]))
            found.append((item["imageUUID"], item["seed"], item["imageBase64Data"], fixed["imageBase64Data"]))

    assert found[0] == found[1]
    assert found[0][3] == found[2][3]
    assert not set(found[0][:3]) & set(found[2][:3])


def test_outputs_can_be_inline_and_several() -> None:
    """base64, data URI and URL hold the same bytes; the quality counts."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        item = one(client, image(outputType=["base64Data", "dataURI", "URL"], outputFormat="webp", seed=3))

        content = base64.b64decode(item["imageBase64Data"])
        assert "WEBP" == opened(content).format
        assert f"data:image/webp;base64,{item['imageBase64Data']}" == item["imageDataURI"]
        assert content == fetched(item["imageURL"])[0]
        poor = one(client, image(outputType="base64Data", seed=3, outputQuality=20))
        good = one(client, image(outputType="base64Data", seed=3, outputQuality=99))
        assert len(poor["imageBase64Data"]) < len(good["imageBase64Data"])


def test_only_what_was_made_is_served() -> None:
    """Other names, other suffixes and paths that climb are not found; a `ttl` ends."""
    clock = ManualClock()
    with Sandbox(clock=clock, idle_timeout=None) as sandbox, talk(sandbox) as client:
        item = one(client, image(ttl=60))
        name = item["imageURL"].removeprefix(sandbox.files_url)
        fetched(item["imageURL"])
        for wrong in ("", "..", "../v1", name.replace(".jpg", ".png"), f"{name}.jpg", "%2e%2e/etc/passwd", f"x/{name}"):
            assert 404 == status_of(sandbox.files_url + wrong)
        clock.advance(61)
        assert 404 == status_of(item["imageURL"])


def test_uploads_can_be_named_in_all_forms() -> None:
    """UUID, the sandbox's URL, any other URL, data URI and bare base64 are taken as a picture."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        stored = one(client, tool("imageUpload", 1, image=png(96, 64)))
        assert (96, 64) == opened(fetched(stored["imageURL"])[0]).size
        forms = [
            stored["imageUUID"],
            stored["imageURL"],
            "https://pictures.example.test/a-red-fox.png",
            f"data:image/png;base64,{png()}",
            png(),
            one(client, image())["imageUUID"],
        ]
        texts = [one(client, tool("caption", 10 + number, inputImage=form)) for number, form in enumerate(forms)]

        assert all(item["text"] for item in texts)
        assert texts[0]["text"] == texts[1]["text"]
        assert 0 == sandbox.tasks[0].cost
        assert 7 == sandbox.purchases


def test_large_uploads_are_shrunk() -> None:
    """The service keeps 2048 pixels a side."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        stored = one(client, tool("imageUpload", 1, image=png(3000, 30)))
        assert 2048 == opened(fetched(stored["imageURL"])[0]).width
        sandbox.change(upload_url=False)
        assert "imageURL" not in one(client, tool("imageUpload", 2, image=png()))


def test_unknown_media_and_garbage_are_refused() -> None:
    """The error names the parameter; a picture that cannot be decoded fails and is not billed."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        stored = one(client, tool("imageUpload", 1, image=png()))
        sandbox.forget_media()
        error = failure(client, image(seedImage=stored["imageUUID"]))
        assert ("mediaNotFound", "seedImage") == (error["code"], error["parameter"])
        error = failure(client, tool("upscale", 2, inputs={"image": "no picture at all"}))
        assert ("invalidImage", "inputs.image") == (error["code"], error["parameter"])
        assert 0 == sandbox.purchases

        broken = png()[:120] + "A" * 80
        error = failure(client, tool("caption", 3, inputImage=broken))
        assert ("invalidInputImage", "inputImage") == (error["code"], error["parameter"])
        assert 0 == sandbox.purchases
        assert 0 == sandbox.billed


def test_a_seed_image_a_mask_and_guides_count() -> None:
    """Little strength stays near the seed image; black parts of a mask stay as they are."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        common: dict[str, Any] = {
            "outputType": "base64Data",
            "outputFormat": "PNG",
            "seed": 5,
            "seedImage": png(128, 128),
        }

        def pixels(**parameters: Any) -> Image.Image:
            item = one(client, image(**common, **parameters))
            return opened(base64.b64decode(item["imageBase64Data"])).convert("RGB")

        kept = pixels(strength=0.9, maskImage=png(128, 128, "black"))
        assert (0, 0, 128) == kept.getpixel((3, 3))
        assert pixels(strength=0.1).tobytes() != pixels(strength=0.9).tobytes()
        guided = pixels(controlNet=[{"model": "m", "guideImage": png()}], referenceImages=[png()])
        assert guided.tobytes() != pixels().tobytes()
        outward = image(seedImage=png(128, 128), outpaint={"left": 64, "right": 64}, outputType="base64Data")
        del outward["width"], outward["height"]
        assert (256, 128) == opened(base64.b64decode(one(client, outward)["imageBase64Data"])).size


@pytest.mark.parametrize("name", ["removeBackground", "imageBackgroundRemoval"])
def test_backgrounds_are_removed(name: str) -> None:
    """A PNG with alpha by default; a colour, or only the mask, if asked for, nested or flat; the name is echoed."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        item = one(client, tool(name, 1, inputImage=png()))
        assert name == item["taskType"]
        assert item["inputImageUUID"]
        cut = opened(fetched(item["imageURL"])[0])
        assert ("PNG", "RGBA") == (cut.format, cut.mode)
        settings = {"settings": {"rgba": [255, 0, 0, 255], "alphaMatting": True}}
        coloured = one(client, tool(name, 2, inputs={"image": png()}, outputFormat="JPG", **settings))
        assert "JPEG" == opened(fetched(coloured["imageURL"])[0]).format
        mask = one(client, tool(name, 3, inputImage=png(), returnOnlyMask=True, postProcessMask=True))
        assert opened(fetched(mask["imageURL"])[0]).convert("L").getextrema() == (0, 255)


def test_pictures_are_enlarged() -> None:
    """By a factor, to megapixels, or to a size."""
    with Sandbox(media_keys=True) as sandbox, talk(sandbox) as client:
        sizes = []
        wanted: list[dict[str, Any]] = [{"upscaleFactor": 3}, {"targetMegapixels": 1}, {"width": 96}]
        for number, settings in enumerate(wanted):
            item = one(client, tool("imageUpscale", number, inputImage=png(), **settings))
            sizes.append(opened(fetched(item["imageURL"])[0]).width)
        assert [192, 1024, 96] == sizes
        item = one(client, tool("upscale", 9, model="m", inputs={"image": png()}))
        assert {"mediaUUID", "mediaURL"} < set(item)


def test_guide_images_are_made() -> None:
    """The older form names the preprocessor, the current one a model; the fields begin with `guideImage`."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        parameters = {"lowThresholdCanny": 20, "highThresholdCanny": 60, "width": 128, "height": 128}
        item = one(
            client,
            tool("imageControlNetPreProcess", 1, inputImage=png(), preProcessorType="canny", **parameters),
        )
        assert {"guideImageUUID", "guideImageURL", "inputImageUUID"} < set(item)
        assert (128, 128) == opened(fetched(item["guideImageURL"])[0]).size
        item = one(
            client,
            tool("controlNetPreprocess", 2, model="demo:scribble@1", inputs={"image": png()}, outputType="dataURI"),
        )
        assert item["guideImageDataURI"].startswith("data:image/jpeg;base64,")
        error = failure(client, tool("controlNetPreprocess", 3, inputImage=png(), preProcessorType="magic"))
        assert "canny" in error["allowedValues"]


def test_prompts_are_enhanced() -> None:
    """All texts come in one frame, or one by one, and may be equal."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        items = client.ask(tool("promptEnhance", 1, prompt="lighthouse", promptVersions=3, promptMaxLength=64))["data"]
        assert 3 == len({item["text"] for item in items})
        sandbox.change(enhance_frames="each", equal_texts=True)
        client.say(tool("promptEnhance", 2, prompt="lighthouse", promptVersions=3))
        frames = [client.hear()["data"] for _ in range(3)]
        assert [1, 1, 1] == [len(frame) for frame in frames]
        assert 1 == len({frame[0]["text"] for frame in frames})
        assert 6 == sandbox.purchases


def test_captions_may_be_structured() -> None:
    """Age classifiers answer with `structuredData` in place of `text`; so do all, by a switch."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        aged = one(client, tool("caption", 1, model="demo:age@1", inputs={"images": [png(), png()]}))
        assert {"ageGroup", "confidence"} == set(aged["structuredData"])
        sandbox.change(structured_captions=True)
        assert "text" not in one(client, tool("imageCaption", 2, inputImages=[png()]))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"model": None}, "missingModel"),
        ({"positivePrompt": ""}, "missingPositivePrompt"),
        ({"taskUUID": None}, "missingTaskUUID"),
        ({"taskUUID": 5}, "invalidTaskUUID"),
        ({"taskType": "paintWalls"}, "unsupportedTaskType"),
        ({"taskType": None}, "missingTaskType"),
        ({"width": 5}, "invalidWidth"),
        ({"width": "wide"}, "invalidWidth"),
        ({"height": 100_000}, "invalidHeight"),
        ({"numberResults": 21}, "invalidNumberResults"),
        ({"numberResults": True}, "invalidNumberResults"),
        ({"steps": 0}, "invalidSteps"),
        ({"CFGScale": 51}, "invalidCFGScale"),
        ({"strength": 1.5}, "invalidStrength"),
        ({"outputQuality": 100}, "invalidOutputQuality"),
        ({"ttl": 59}, "invalidTtl"),
        ({"outputType": "fax"}, "invalidOutputType"),
        ({"outputFormat": "TIFF"}, "invalidOutputFormat"),
        ({"deliveryMethod": "pigeon"}, "invalidDeliveryMethod"),
        ({"outpaint": 3}, "invalidOutpaint"),
        ({"maskImage": "x"}, "missingSeedImage"),
        ({"seedImage": "data:image/png,abc"}, "invalidSeedImage"),
        ({"seedImage": 7}, "invalidSeedImage"),
    ],
)
def test_what_is_wildly_wrong_is_refused(wrong: dict[str, Any], code: str) -> None:
    """The error has code, message, parameter and documentation, and names the task; nothing is billed."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        task = {name: value for name, value in {**image(), **wrong}.items() if value is not None}
        error = failure(client, task)

        assert code == error["code"]
        assert {"message", "parameter", "documentation"} < set(error)
        assert task.get("taskUUID") == error.get("taskUUID")
        assert "taskType" not in error
        assert 0 == len(sandbox.tasks)
        assert [code] == [refused.code for refused in sandbox.refused]


def test_bounds_are_told() -> None:
    """The item of a range error has `type`, `min`, `max` and `multiplier`."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        error = failure(client, image(width=-1))
        bounds = {"parameter": "width", "type": "integer", "min": 128, "max": 2048, "multiplier": 64}
        assert bounds == {name: error[name] for name in bounds}


def test_checking_is_lenient_unless_it_is_strict() -> None:
    """Odd sizes and unknown parameters pass; strict checking refuses them, and wants a model with `inputs`."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        assert one(client, image(width=100, newParameter=1))
        sandbox.change(strict=True)
        assert "invalidWidth" == failure(client, image(width=100))["code"]
        assert "invalidWidth" == failure(client, image(width=130))["code"]
        error = failure(client, image(newParameter=1))
        assert ("unsupportedParameter", "newParameter") == (error["code"], error["parameter"])
        assert "missingModel" == failure(client, tool("upscale", 1, inputs={"image": png()}))["code"]
        assert one(client, image())


def test_older_names_can_be_refused() -> None:
    """With `legacy_types=False` the current names work, the older ones do not."""
    with Sandbox(legacy_types=False) as sandbox, talk(sandbox) as client:
        assert "unsupportedTaskType" == failure(client, tool("imageUpscale", 1, inputImage=png()))["code"]
        assert one(client, tool("upscale", 2, inputImage=png()))


def test_an_empty_account_buys_nothing() -> None:
    """A task that costs more than what is left is refused; free ones go on."""
    with Sandbox(balance=0.02, price=0.01) as sandbox, talk(sandbox) as client:
        client.say(image(numberResults=2))
        client.items(2)
        assert "insufficientCredits" == failure(client, image())["code"]
        assert one(client, tool("imageUpload", 1, image=png()))
        assert (0.02, 2) == (sandbox.billed, sandbox.purchases)


def test_what_is_free_is_never_too_dear() -> None:
    """Also once more has been billed than there is."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        one(client, image())
        sandbox.change(balance=0.0)
        assert one(client, tool("modelSearch", 1))["results"]
        assert "insufficientCredits" == failure(client, image())["code"]


def test_a_dry_run_costs_nothing() -> None:
    """With `dryRun=1` in the URL, results come and are not billed."""
    with Sandbox() as sandbox, talk(sandbox, query="?dryRun=1") as client:
        assert 0 == one(client, image(includeCost=True))["cost"]
        assert (0, 0) == (sandbox.billed, sandbox.purchases)


def test_a_webhook_is_recorded_and_never_called() -> None:
    """It implies an acknowledgement; the results can be asked for."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        task = image(webhookURL="http://127.0.0.1:9/hook")
        assert {"taskType", "taskUUID"} == set(one(client, task))
        assert client.is_quiet()
        assert "imageURL" in one(client, question(task["taskUUID"]))
        assert "http://127.0.0.1:9/hook" == sandbox.tasks[0].request["webhookURL"]


def test_memory_is_bounded() -> None:
    """Painted pictures that were given up are painted again; uploaded ones are forgotten, the oldest first."""
    with Sandbox(storage=30_000) as sandbox, talk(sandbox) as client:
        first = one(client, tool("imageUpload", 1, image=png(500, 500)))
        painted = [one(client, image(width=256, height=256)) for _ in range(8)]
        contents = [fetched(item["imageURL"])[0] for item in painted]

        assert contents == [fetched(item["imageURL"])[0] for item in painted]
        assert "mediaNotFound" == failure(client, tool("caption", 2, inputImage=first["imageUUID"]))["code"]
