"""The sandbox's media task types: films, sounds, solids, training, drawings, masks, portraits, storage, files."""

import base64
import io
import json
import struct
import urllib.error
import urllib.request
import wave
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat
from sandbox_talk import Talk, question, talk

from runware_sync.sandbox import ManualClock, Sandbox

SVG = "{http://www.w3.org/2000/svg}"


def task(kind: str, number: int = 1, **parameters: Any) -> dict[str, Any]:
    """Return a task."""
    return {"taskType": kind, "taskUUID": f"00000000-0000-4000-8000-{number:012}", **parameters}


def film(number: int = 1, **parameters: Any) -> dict[str, Any]:
    """Return a `videoInference` task."""
    return task("videoInference", number, **{"model": "demo:1@1", "positivePrompt": "a boat", **parameters})


def one(client: Talk, wanted: dict[str, Any]) -> dict[str, Any]:
    """Send a task; return its only result."""
    (item,) = client.ask(wanted)["data"]
    return dict(item)


def failure(client: Talk, wanted: dict[str, Any]) -> dict[str, Any]:
    """Send a task; return its only error."""
    (error,) = client.ask(wanted)["errors"]
    return dict(error)


def finished(client: Talk, clock: ManualClock, wanted: dict[str, Any]) -> list[dict[str, Any]]:
    """Send a long task, let its time go by, and return what there is to be asked for."""
    assert {"taskType", "taskUUID"} == set(one(client, wanted))
    clock.advance(2)
    while True:  # pictures are looked at in a thread of the sandbox
        items = list(client.ask(question(wanted["taskUUID"]))["data"])
        if all(item["status"] == "success" for item in items):
            return items


def fetched(url: str, span: str | None = None) -> tuple[bytes, Any]:
    """Return a file's bytes and the headers that it came with."""
    headers = {} if span is None else {"Range": span}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the sandbox's own
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - the sandbox's own
        content = answer.read()
        assert len(content) == int(answer.headers["Content-Length"])
        return content, {**answer.headers, "status": answer.status}


def status_of(url: str, span: str | None = None) -> int:
    """Return the status of a request that fails."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        fetched(url, span)
    with caught.value:
        return caught.value.code


def boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the boxes of an MP4 file."""
    place = 0
    while place < len(content):
        size, name = struct.unpack_from(">I4s", content, place)
        assert 8 <= size <= len(content) - place
        yield name, content[place + 8 : place + size]
        place += size


def png(colour: str = "navy", *squares: tuple[int, int, int, int]) -> str:
    """Return a plain picture of 128 by 96 pixels with white rectangles, as base64."""
    picture = Image.new("RGB", (128, 96), colour)
    for square in squares:
        picture.paste("white", square)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def parsed(document: bytes | str) -> ET.Element:
    """Return the root of an XML document."""
    return ET.fromstring(document)  # noqa: S314 - the sandbox's own


def archive() -> str:
    """Return an archive as base64."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("1.txt", "a boat")
    return base64.b64encode(file.getvalue()).decode()


def movie(seconds: int) -> str:
    """Return the frame of an MP4 file that says how long it lasts, as a data URI."""
    header = struct.pack(">IIIII", 0, 0, 0, 1000, 1000 * seconds) + bytes(80)
    inside = struct.pack(">I4s", 8 + len(header), b"mvhd") + header
    content = struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 0) + struct.pack(">I4s", 8 + len(inside), b"moov") + inside
    return "data:video/mp4;base64," + base64.b64encode(content).decode()


def test_films_take_their_time_and_are_asked_for() -> None:
    """Acknowledged without `deliveryMethod`, nothing is pushed; the progress grows until the film is there."""
    clock = ManualClock()
    with Sandbox(clock=clock, idle_timeout=None, long_latency=10) as sandbox, talk(sandbox) as client:
        wanted = film(seed=7, includeCost=True, duration=2)
        assert {"taskType", "taskUUID"} == set(one(client, wanted))
        seen = []
        for _ in range(3):
            seen.append(one(client, question(wanted["taskUUID"])))
            clock.advance(4)
        done = one(client, question(wanted["taskUUID"]))

        assert client.is_quiet()
        assert [("processing", 0), ("processing", 40), ("processing", 80)] == [
            (item["status"], item["progress"]) for item in seen
        ]
        assert {"taskType", "taskUUID", "status", "videoUUID", "videoURL", "seed", "cost"} == set(done)
        assert ("videoInference", "success", 7) == (done["taskType"], done["status"], done["seed"])
        assert done["videoUUID"] in done["videoURL"]
        assert 0.09 == done["cost"] == sandbox.billed
        assert sandbox.tasks[0].asynchronous


@pytest.mark.parametrize(
    ("form", "kind", "head"),
    [
        (None, "video/mp4", b"ftypisom"),
        ("mov", "video/quicktime", b"ftypqt  "),
        ("WEBM", "video/webm", b"\x1a\x45\xdf\xa3"),
    ],
)
def test_films_are_files_that_players_know(form: str | None, kind: str, head: bytes) -> None:
    """MP4 unless something else is asked for, each with its type."""
    clock = ManualClock()
    with Sandbox(clock=clock, idle_timeout=None) as sandbox, talk(sandbox) as client:
        chosen: dict[str, Any] = {} if form is None else {"outputFormat": form}
        first, second = finished(client, clock, film(numberResults=2, seed=1, checkNSFW=True, **chosen))
        content, headers = fetched(first["videoURL"])

        assert kind == headers["Content-Type"]
        assert head in content[:12]
        if form != "WEBM":
            assert {b"ftyp", b"moov", b"mdat"} <= {name for name, _ in boxes(content)}
        assert first["videoUUID"] != second["videoUUID"]
        assert [(1, False), (2, False)] == [(item["seed"], item["NSFWContent"]) for item in (first, second)]


def test_players_may_ask_for_parts() -> None:
    """A span of bytes, open at either end; none beyond the end; anything odd gives the whole file."""
    clock = ManualClock()
    with Sandbox(clock=clock, idle_timeout=None) as sandbox, talk(sandbox) as client:
        url = finished(client, clock, film())[0]["videoURL"]
        whole, headers = fetched(url)
        assert (200, "bytes") == (headers["status"], headers["Accept-Ranges"])
        for span, first, end in (
            ("bytes=0-", 0, len(whole)),
            ("bytes=5-14", 5, 15),
            ("bytes=-9", len(whole) - 9, None),
        ):
            part, headers = fetched(url, span)
            assert whole[first:end] == part
            assert 206 == headers["status"]
            assert f"bytes {first}-{first + len(part) - 1}/{len(whole)}" == headers["Content-Range"]
        assert 416 == status_of(url, f"bytes={len(whole)}-")
        for odd in ("bytes=-", "bytes=1-2,5-6", "lines=1-2"):
            assert whole == fetched(url, odd)[0]


def test_films_name_pictures_films_and_sounds() -> None:
    """Each is found and is of its kind, in the older places and in `inputs`; the error names the parameter."""
    clock = ManualClock()
    with Sandbox(clock=clock, idle_timeout=None) as sandbox, talk(sandbox) as client:
        first = finished(client, clock, film())[0]
        named: dict[str, Any] = {
            "frameImages": [png(), {"inputImage": png("red"), "frame": "last"}],
            "referenceVideos": [first["videoUUID"], first["videoURL"]],
            "inputs": {
                "frameImages": [{"image": png(), "frame": "first"}],
                "audios": ["https://sounds.example.test/wind.mp3"],
                "video": "https://films.example.test/sea",
            },
            "settings": {"draft": True},
        }
        (drafted,) = finished(client, clock, film(2, **named))
        assert drafted["outputs"]["draftId"]

        wrong = failure(client, film(3, frameImages=[{"image": first["videoUUID"]}]))
        assert ("invalidImage", "frameImages.0.image") == (wrong["code"], wrong["parameter"])
        wrong = failure(client, film(4, referenceVideos=[png()]))
        assert ("invalidReferenceVideos", "referenceVideos.0") == (wrong["code"], wrong["parameter"])
        assert "mediaNotFound" == failure(client, film(5, inputs={"audio": sandbox_uuid()}))["code"]


PLACES = [
    ("imageInference", path)
    for path in (
        "seedImage",
        "referenceImages.0",
        "controlNet.0.guideImage",
        "ipAdapters.0.guideImages.0",
        "pulid.images.0",
        "instantID.poseImage",
        "photoMaker.images.0",
        "acePlusPlus.inputMasks.0",
        "watermark.image",
        "advancedFeatures.regionalPrompting.regions.0.mask",
        "inputs.seedImage",
        "inputs.mask",
        "inputs.references.0",
        "inputs.referenceImages.0.image",
        "inputs.superResolutionReferences.0",
    )
] + [
    ("videoInference", path)
    for path in (
        "inputAudios.0",
        "frameImages.0.inputImage",
        "inputs.mask.0",
        "inputs.frames.0.image",
        "inputs.referenceImages.0.images.0",
        "inputs.referenceImages.0.audio",
        "inputs.referenceVideos.0.video",
        "inputs.references.0.images.0",
        "inputs.audio.0.source",
        "inputs.elements.0.frontalImage",
        "inputs.elements.0.videos.0",
    )
]
PLACES += [("audioInference", "inputs.audio"), ("audioInference", "inputs.referenceVoices.0.audio")]
PLACES += [("textInference", "inputs.images.0"), ("textInference", "inputs.videos.0")]
PLACES += [("3dInference", "inputs.referenceImages.0"), ("3dInference", "inputs.meshFile")]


@pytest.fixture(scope="module")
def anybody() -> Iterator[tuple[Sandbox, Talk]]:
    with Sandbox() as sandbox, talk(sandbox) as client:
        yield sandbox, client


@pytest.mark.parametrize(("kind", "path"), PLACES)
def test_every_place_of_a_medium_is_looked_at(kind: str, path: str, anybody: tuple[Sandbox, Talk]) -> None:
    """A file that is not there is told by its place, and nothing is bought."""
    sandbox, client = anybody
    value: Any = sandbox_uuid()
    for key in reversed(path.split(".")):
        value = [value] if key.isdigit() else {key: value}
    words: dict[str, Any] = {"messages": [{"role": "user", "content": "?"}]} if kind == "textInference" else {}
    if path == "inputs.mask":
        words["seedImage"] = "https://a.test/1.png"

    wrong = failure(client, task(kind, 1, model="demo:1@1", positivePrompt="a boat", **{**words, **value}))

    assert ("mediaNotFound", path) == (wrong["code"], wrong["parameter"])
    assert 0 == sandbox.purchases


def sandbox_uuid() -> str:
    """Return a UUID that names nothing."""
    return "11111111-1111-4111-8111-111111111111"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (film(model=None), "missingModel"),
        (film(positivePrompt=None), "missingPositivePrompt"),
        (film(duration=0), "unsupportedDuration"),
        (film(duration="long"), "invalidDuration"),
        (film(outputFormat="PNG"), "invalidOutputFormat"),
        (task("audioInference", model="m"), "missingPositivePrompt"),
        (task("audioInference", model="m", positivePrompt="x", outputFormat="MP4"), "invalidOutputFormat"),
        (task("3dInference", model="m"), "missingPositivePrompt"),
        (task("3dInference", model="m", positivePrompt="x", outputType="dataURI"), "invalidOutputType"),
        (task("3dInference", model="m", inputs={"meshFile": png()}), "invalidMeshFile"),
        (task("training", model="m"), "missingDataset"),
        (task("training", model="m", inputs={"dataset": png()}), "invalidDataset"),
        (task("training", model="m", inputs={"dataset": archive()}, importModel=5), "invalidImportModel"),
        (task("vectorize", model="m"), "missingInputImage"),
        (task("vectorize", model="m", positivePrompt="x", outputFormat="PNG"), "invalidOutputFormat"),
        (task("imageMasking", model="m"), "missingInputImage"),
        (task("imageMasking", inputs={"image": png()}, settings={"confidence": 2}), "invalidConfidence"),
        (task("photoMaker", positivePrompt="x"), "missingInputImages"),
        (task("photoMaker", positivePrompt="x", inputImages=[png()], style="Baroque"), "invalidStyle"),
        (task("mediaStorage"), "missingMedia"),
        (task("mediaStorage", media=png(), operation="burn"), "invalidOperation"),
        (task("mediaStorage", media="words"), "invalidMedia"),
        (task("mediaStorage", operation="delete", mediaUUID=sandbox_uuid()), "mediaNotFound"),
        (task("upscale", inputs={"image": png(), "video": movie(1)}), "incompatibleParameters"),
        (task("upscale", inputs={"video": movie(1)}, outputFormat="JPG"), "invalidOutputFormat"),
    ],
)
def test_what_is_wildly_wrong_is_refused(wrong: dict[str, Any], code: str) -> None:
    """Without strict checking too; nothing is billed."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        sent = {name: value for name, value in wrong.items() if value is not None}

        assert code == failure(client, sent)["code"]
        assert (0, []) == (sandbox.billed, sandbox.tasks)


@pytest.mark.parametrize(
    "wanted",
    [
        film(),
        task("training", model="m", inputs={"dataset": archive()}, importModel={"air": "a:1@1", "name": "n"}),
        task("upscale", model="m", inputs={"video": movie(1)}),
        task("removeBackground", model="m", inputs={"video": movie(1)}),
        task("caption", model="m", inputs={"video": movie(1)}),
    ],
    ids=lambda wanted: wanted["taskType"],
)
def test_what_is_only_asked_for_is_refused_as_sync_by_strict_checking(wanted: dict[str, Any]) -> None:
    """Lenient checking lets it pass: the result is pushed when its time has come."""
    clock = ManualClock()
    with Sandbox(strict=True, clock=clock, idle_timeout=None) as sandbox, talk(sandbox) as client:
        error = failure(client, {**wanted, "deliveryMethod": "sync"})
        assert ("invalidDeliveryMethod", ["async"]) == (error["code"], error["allowedValues"])
        sandbox.change(strict=False)
        client.say({**wanted, "deliveryMethod": "sync"})
        sandbox.wait_for(lambda: sandbox.tasks)
        assert client.is_quiet(0.05)
        clock.advance(2)
        assert {"taskType", "taskUUID"} < set(client.hear()["data"][0])


def test_strict_checking_knows_the_parameters() -> None:
    """Portraits are never asked for, films last up to thirty seconds, and are only to be had as URLs."""
    with Sandbox(strict=True) as sandbox, talk(sandbox) as client:
        portrait = task("photoMaker", positivePrompt="a king", inputImages=[png()], deliveryMethod="async")
        assert "invalidDeliveryMethod" == failure(client, portrait)["code"]
        assert "unsupportedDuration" == failure(client, film(2, duration=31))["code"]
        assert "invalidOutputType" == failure(client, film(3, outputType="dataURI"))["code"]
        assert "invalidNumberResults" == failure(client, film(4, numberResults=5))["code"]
        assert "unsupportedParameter" == failure(client, film(5, lyrics="la"))["code"]
        dataset = {"dataset": archive()}
        assert "missingImportModel" == failure(client, task("training", 6, model="m", inputs=dataset))["code"]
        model = {"name": "n"}
        wanted = task("training", 7, model="m", inputs=dataset, importModel=model)
        assert "missingAir" == failure(client, wanted)["code"]
        assert 0 == len(sandbox.tasks)


def test_sounds_come_at_once_as_mp3() -> None:
    """Two seconds, in every format and form; as WAV a melody of its own for each seed."""
    heads = {"MP3": (b"\xff\xfb", b"\xff\xf3", b"ID3"), "FLAC": (b"fLaC",), "OGG": (b"OggS",), "WAV": (b"RIFF",)}
    with Sandbox() as sandbox, talk(sandbox) as client:
        common: dict[str, Any] = {
            "model": "m",
            "positivePrompt": "wind",
            "seed": 3,
            "outputType": ["URL", "base64Data", "dataURI"],
        }
        types, content = [], b""
        for number, (form, starts) in enumerate(heads.items()):
            chosen: dict[str, Any] = {} if form == "MP3" else {"outputFormat": form}
            item = one(client, task("audioInference", number, **common, **chosen))
            content, headers = fetched(item["audioURL"])
            types.append(headers["Content-Type"])
            assert content.startswith(starts)
            assert base64.b64encode(content).decode() == item["audioBase64Data"]
            assert f"data:{types[-1]};base64,{item['audioBase64Data']}" == item["audioDataURI"]
        assert ["audio/mpeg", "audio/flac", "audio/ogg", "audio/wav"] == types

        plain: dict[str, Any] = {
            "model": "m",
            "speech": {"text": "hello", "voice": "x"},
            "outputFormat": "WAV",
            "seed": 3,
        }
        client.say(task("audioInference", 9, numberResults=2, duration=30, includeCost=True, **plain))
        items = client.items(2)
        tunes = [fetched(item["audioURL"])[0] for item in items]
        with wave.open(io.BytesIO(tunes[0])) as sound:
            assert (1, 2, 22_050, 44_100) == (
                sound.getnchannels(),
                sound.getsampwidth(),
                sound.getframerate(),
                sound.getnframes(),
            )
        assert tunes[0] == content
        assert tunes[0] != tunes[1]
        assert [(3, 0.018), (4, 0.018)] == [(item["seed"], item["cost"]) for item in items]


def glb(content: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the description and the numbers of a GLB file."""
    magic, version, length = struct.unpack_from("<4sII", content)
    assert (b"glTF", 2, len(content)) == (magic, version, length)
    size, name = struct.unpack_from("<I4s", content, 12)
    assert (b"JSON", 0) == (name, size % 4)
    rest, name = struct.unpack_from("<I4s", content, 20 + size)
    assert (b"BIN\0", len(content) - 28 - size) == (name, rest)
    return json.loads(content[20 : 20 + size]), content[28 + size :]


def test_solids_are_listed_files() -> None:
    """A GLB of triangles within the bounds that it states; the seed decides on the shape."""
    clock = ManualClock()
    with Sandbox(clock=clock, idle_timeout=None) as sandbox, talk(sandbox) as client:
        wanted = task("3dInference", model="m", inputs={"image": png()}, seed=1, numberResults=2, includeCost=True)
        items = finished(client, clock, wanted)
        contents = []
        for item in items:
            (file,) = item["outputs"]["files"]
            assert file["uuid"] in file["url"]
            content, headers = fetched(file["url"])
            assert "model/gltf-binary" == headers["Content-Type"]
            contents.append(content)
        scene, numbers = glb(contents[0])
        places = scene["accessors"][scene["meshes"][0]["primitives"][0]["attributes"]["POSITION"]]
        view = scene["bufferViews"][places["bufferView"]]
        points = list(struct.iter_unpack("<3f", numbers[view["byteOffset"] : view["byteOffset"] + view["byteLength"]]))

        assert contents[0] != contents[1]
        assert places["count"] == len(points)
        assert 0 == len(points) % 3
        assert [min(axis) for axis in zip(*points, strict=True)] == places["min"]
        assert [(1, 0.12), (2, 0.12)] == [(item["seed"], item["cost"]) for item in items]
        assert "status" in items[0]


@pytest.mark.parametrize(
    ("form", "head"),
    [
        ("FBX", b"; FBX"),
        ("OBJ", b"# a cut stone\no Stone\nv "),
        ("STL", b"a cut stone"),
        ("PLY", b"ply\nformat ascii 1.0\n"),
        ("3MF", b"PK\x03\x04"),
        ("USDZ", b"PK\x03\x04"),
    ],
)
def test_solids_come_in_other_formats(form: str, head: bytes) -> None:
    """With as many triangles in each; archives hold what they must, a USDZ where it must be."""
    clock = ManualClock()
    with Sandbox(clock=clock, idle_timeout=None) as sandbox, talk(sandbox) as client:
        prompt: dict[str, Any] = {"model": "m", "positivePrompt": "a stone", "seed": 1, "checkNSFW": True}
        (item,) = finished(client, clock, task("3dInference", **prompt, outputFormat=form.lower()))
        (plain,) = finished(client, clock, task("3dInference", 2, **prompt))
        content = fetched(item["outputs"]["files"][0]["url"])[0]
        triangles = glb(fetched(plain["outputs"]["files"][0]["url"])[0])[0]["accessors"][0]["count"] // 3

        assert content.startswith(head)
        assert item["NSFWContent"] is False
        if form == "STL":
            assert (triangles, 84 + 50 * triangles) == (struct.unpack_from("<I", content, 80)[0], len(content))
        elif form == "OBJ":
            assert triangles == content.count(b"\nf ")
        elif form == "PLY":
            assert f"element face {triangles}\n".encode() in content
        elif form == "FBX":
            assert f"PolygonVertexIndex: *{3 * triangles} ".encode() in content
        else:
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                assert packed.testzip() is None
                names = packed.namelist()
                text = packed.read(names[-1]).decode()
                entry = packed.getinfo(names[-1])
            if form == "3MF":
                assert triangles == sum(element.tag.endswith("}triangle") for element in parsed(text).iter())
            else:
                start = entry.header_offset + 30 + len(entry.filename) + len(entry.extra)
                assert (0, zipfile.ZIP_STORED) == (start % 64, entry.compress_type)
                assert text.startswith("#usda 1.0")


def test_training_ends_with_a_model() -> None:
    """The AIR that was asked for, or one that is made up; a file of weights that says how long its header is."""
    clock = ManualClock()
    with Sandbox(clock=clock, idle_timeout=None) as sandbox, talk(sandbox) as client:
        stored = one(client, task("mediaStorage", 1, media=archive()))
        wanted = task("training", 2, model="demo:flux@1", inputs={"dataset": stored["mediaUUID"]}, includeCost=True)
        (item,) = finished(client, clock, {**wanted, "importModel": {"air": "acme:7@1", "name": "Ink"}})
        (file,) = item["outputs"]["files"]
        content, headers = fetched(file["url"])
        (length,) = struct.unpack_from("<Q", content)
        header = json.loads(content[8 : 8 + length])

        assert ("acme:7@1", 2.0) == (item["air"], item["cost"])
        assert file["url"].endswith(".safetensors")
        assert "application/octet-stream" == headers["Content-Type"]
        assert len(content) - 8 - length == max(part["data_offsets"][1] for part in header.values() if "dtype" in part)
        elsewhere = {"dataset": "https://files.example.test/set.zip"}
        (item,) = finished(client, clock, task("training", 3, model="m", inputs=elsewhere))
        assert item["air"].startswith("sandbox:")


def rasterised(drawing: bytes) -> Image.Image:
    """Return the pixels of a drawing of straight paths."""
    root = parsed(drawing)
    assert f"{SVG}svg" == root.tag
    picture = Image.new("RGB", (int(root.attrib["width"]), int(root.attrib["height"])))
    for path in root.iter(f"{SVG}path"):
        inside = Image.new("1", picture.size)
        for loop in path.attrib["d"].removesuffix("Z").split("Z"):
            area = Image.new("1", picture.size)
            numbers = [float(number) for number in loop.removeprefix("M").replace("L", " ").split()]
            ImageDraw.Draw(area).polygon(numbers, fill=1)
            inside = ImageChops.logical_xor(inside, area)
        picture.paste(path.attrib["fill"], mask=inside)
    return picture


def test_drawings_show_the_picture() -> None:
    """An SVG whose areas, filled in, look like the picture; from words alone too, in the size asked for."""
    square = (32, 24, 96, 72)
    with Sandbox() as sandbox, talk(sandbox) as client:
        item = one(client, task("vectorize", model="m", inputs={"image": png("navy", square)}, includeCost=True))
        content, headers = fetched(item["imageURL"])
        drawn = rasterised(content)
        given = Image.open(io.BytesIO(base64.b64decode(png("navy", square))))
        assert "image/svg+xml" == headers["Content-Type"]
        assert (128, 96) == drawn.size
        assert max(ImageStat.Stat(ImageChops.difference(drawn, given)).mean) < 8
        assert 0.004 == item["cost"]

        words = task("vectorize", 2, model="m", positivePrompt="a red fox in the snow", width=256, height=128, seed=4)
        painted = one(client, {**words, "outputType": "dataURI"})
        head, _, text = painted["imageDataURI"].partition(",")
        assert "data:image/svg+xml;base64" == head
        drawn = rasterised(base64.b64decode(text))
        assert (256, 128) == drawn.size
        assert len(drawn.getcolors(10_000) or []) > 8


def test_transparent_parts_are_not_drawn() -> None:
    """Where there is nothing in the picture there is no path."""
    picture = Image.new("RGBA", (64, 64))
    picture.paste((200, 0, 0, 255), (16, 16, 48, 48))
    file = io.BytesIO()
    picture.save(file, "PNG")
    with Sandbox() as sandbox, talk(sandbox) as client:
        given = base64.b64encode(file.getvalue()).decode()
        item = one(client, task("vectorize", model="m", inputs={"image": given}, outputType="base64Data"))
        (path,) = parsed(base64.b64decode(item["imageBase64Data"])).iter(f"{SVG}path")
        assert "#c80000" == path.attrib["fill"]
        assert 1 == path.attrib["d"].count("Z")


def test_masks_show_where_things_are() -> None:
    """White where the picture differs from its border, with a box for each part, the largest first."""
    large, small = (10, 20, 50, 80), (80, 30, 110, 50)
    with Sandbox() as sandbox, talk(sandbox) as client:
        exact: dict[str, Any] = {"maskPadding": 0, "maskBlur": 0, "outputFormat": "PNG", "model": "m"}
        item = one(client, task("imageMasking", inputImage=png("navy", large, small), **exact))
        mask = Image.open(io.BytesIO(fetched(item["maskImageURL"])[0])).convert("L")
        found = [tuple(box[edge] for edge in ("x_min", "y_min", "x_max", "y_max")) for box in item["detections"]]

        assert {"maskImageUUID", "inputImageUUID"} < set(item)
        for box, real in zip(found, (large, small), strict=True):
            assert all(abs(one - two) <= 2 for one, two in zip(box, real, strict=True))
        assert (255, 255, 0) == tuple(mask.getpixel(place) for place in ((30, 50), (95, 40), (65, 40)))
        nested = {"confidence": 0.9, "maskPadding": 6}
        item = one(
            client, task("imageMasking", 2, model="m", inputs={"image": png("navy", large, small)}, settings=nested)
        )
        grown = Image.open(io.BytesIO(fetched(item["maskImageURL"])[0])).convert("L")
        assert 1 == len(item["detections"])
        assert 0 == grown.getpixel((95, 40))
        assert (255, 0) == tuple(
            picture.crop((54, 50, 55, 51)).point([0] * 128 + [255] * 128).getpixel((0, 0)) for picture in (grown, mask)
        )
        item = one(client, task("imageMasking", 3, inputImage=png("navy", large, small), maxDetections=1))
        assert 1 == len(item["detections"])
        assert [] == one(client, task("imageMasking", 4, inputImage=png()))["detections"]


def test_portraits_are_pictures_with_seeds() -> None:
    """As many as asked for; style and strength count; the portraits show through."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        common: dict[str, Any] = {
            "positivePrompt": "a king",
            "width": 128,
            "height": 128,
            "seed": 9,
            "outputType": "base64Data",
        }
        client.say(task("photoMaker", inputImages=[png()], numberResults=2, includeCost=True, **common))
        items = sorted(client.items(2), key=lambda item: int(item["seed"]))
        assert [9, 10] == [item["seed"] for item in items]
        assert {"photoMaker"} == {item["taskType"] for item in items}
        assert 2 == len({item["imageUUID"] for item in items})
        assert items[0]["cost"] * 2 == pytest.approx(sandbox.billed)
        others: list[dict[str, Any]] = [
            {"inputImages": [png("red")]},
            {"inputImages": [png()], "style": "Line art"},
            {"inputImages": [png()], "strength": 50},
        ]
        for number, changed in enumerate(others, 2):
            item = one(client, task("photoMaker", number, **common, **changed))
            assert item["imageBase64Data"] != items[0]["imageBase64Data"]


@pytest.mark.parametrize(
    ("media", "suffix", "kind"),
    [
        (png(), "png", "image/png"),
        (archive(), "zip", "application/zip"),
        (movie(1), "mp4", "video/mp4"),
        ("data:model/obj;base64," + base64.b64encode(b"v 0 0 0\n").decode(), "obj", "model/obj"),
        (base64.b64encode(b'<svg xmlns="x"/>').decode(), "svg", "image/svg+xml"),
        (base64.b64encode(b"ID3\x04" + bytes(60)).decode(), "mp3", "audio/mpeg"),
        (base64.b64encode(b"glTF" + bytes(60)).decode(), "glb", "model/gltf-binary"),
    ],
)
def test_files_of_all_kinds_are_stored_and_deleted(media: str, suffix: str, kind: str) -> None:
    """Kept byte for byte under a UUID and a URL; deleted, they are neither served nor found, and nothing is billed."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        stored = one(client, task("mediaStorage", 1, operation="upload", media=media))
        content, headers = fetched(stored["mediaURL"])
        assert {"taskType", "taskUUID", "operation", "mediaUUID", "mediaURL"} == set(stored)
        assert stored["mediaURL"].endswith(f"{stored['mediaUUID']}.{suffix}")
        assert kind == headers["Content-Type"]
        assert content == base64.b64decode(media.rpartition(",")[2])

        copied = one(client, task("mediaStorage", 2, media=stored["mediaURL"]))
        assert content == fetched(copied["mediaURL"])[0]
        deleted = one(client, task("mediaStorage", 3, operation="delete", media=stored["mediaUUID"]))
        assert {"operation": "delete", "mediaUUID": stored["mediaUUID"]}.items() < deleted.items()
        assert "mediaURL" not in deleted
        assert 404 == status_of(stored["mediaURL"])
        assert "mediaNotFound" == failure(client, task("caption", 4, inputImage=stored["mediaUUID"]))["code"]
        assert content == fetched(copied["mediaURL"])[0]
        assert (0, 0) == (sandbox.billed, sandbox.purchases)


@pytest.mark.parametrize(
    ("media", "suffix", "kind", "head"),
    [
        ("data:application/pdf;base64,JVBERi0xLjQK", "pdf", "application/pdf", b"%PDF-1.4\n"),
        ("JVBERi0xLjQK", "pdf", "application/pdf", b"%PDF-1.4\n"),
        ("data:text/plain;base64,YSBib2F0", "txt", "text/plain", b"a boat"),
        ("https://x.test/report.pdf", "pdf", "application/pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog"),
        ("https://x.test/notes.md", "pdf", "application/pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog"),
    ],
)
def test_documents_are_stored(media: str, suffix: str, kind: str, head: bytes) -> None:
    """Kept byte for byte; one elsewhere has a document for its stand-in. None is a picture."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        stored = one(client, task("mediaStorage", 1, media=media))
        content, headers = fetched(stored["mediaURL"])

        assert content.startswith(head)
        assert (suffix, kind) == (stored["mediaURL"].rpartition(".")[2], headers["Content-Type"])
        assert "invalidInputImage" == failure(client, task("caption", 2, inputImage=stored["mediaUUID"]))["code"]


def test_media_that_cannot_be_read_fail() -> None:
    """What looks like a file at its beginning, and is not valid base64, or no picture, after all."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        broken = archive() + "é"
        assert "invalidMedia" == failure(client, task("mediaStorage", 1, media=broken))["code"]
        assert "invalidMedia" == failure(client, task("mediaStorage", 2, media=png()[:120] + "A" * 80))["code"]


@pytest.mark.parametrize(("kind", "width"), [("upscale", 640), ("removeBackground", 320)])
def test_tools_take_films(kind: str, width: int) -> None:
    """They are asked for, and answer with a film of the format wanted; a picture goes on as before."""
    clock = ManualClock()
    with Sandbox(clock=clock, idle_timeout=None) as sandbox, talk(sandbox) as client:
        (source,) = finished(client, clock, film())
        wanted = task(kind, 2, model="m", inputs={"video": source["videoUUID"]}, includeCost=True)
        (item,) = finished(client, clock, wanted)
        content = fetched(item["videoURL"])[0]
        (moov,) = (inside for name, inside in boxes(content) if name == b"moov")
        (trak,) = (inside for name, inside in boxes(moov) if name == b"trak")
        (head,) = (inside for name, inside in boxes(trak) if name == b"tkhd")

        assert (width << 16, width * 9 // 16 << 16) == struct.unpack_from(">II", head, 76)
        assert content != fetched(source["videoURL"])[0]
        assert {"videoUUID", "cost"} < set(item)
        assert "imageUUID" not in item
        sandbox.change(media_keys=True)
        again = {**wanted, "taskUUID": sandbox_uuid(), "outputFormat": "WEBM"}
        (item,) = finished(client, clock, again)
        assert item["mediaURL"].endswith(".webm")
        assert "mediaURL" in one(client, task(kind, 3, model="m", inputs={"image": png()}))


def test_films_are_described_by_six_seconds() -> None:
    """A line for each interval, with its times; a film of ours is known by what it shows."""
    clock = ManualClock()
    with Sandbox(clock=clock, idle_timeout=None) as sandbox, talk(sandbox) as client:
        (item,) = finished(client, clock, task("caption", 1, model="m", inputs={"video": movie(20)}))
        lines = item["text"].splitlines()
        assert ["00:00 - 00:06", "00:06 - 00:12", "00:12 - 00:18", "00:18 - 00:20"] == [line[1:14] for line in lines]
        (source,) = finished(client, clock, film(2))
        (item,) = finished(client, clock, task("caption", 3, model="m", inputs={"video": source["videoUUID"]}))
        assert item["text"].startswith("[00:00 - 00:02] A paper boat")
        assert "text" in one(client, task("caption", 4, inputImage=png()))


def test_long_tasks_take_the_longer_time() -> None:
    """The one of `latency` and `long_latency` that is more; short tasks take `latency`."""
    clock = ManualClock()
    with Sandbox(clock=clock, idle_timeout=None, latency=2, long_latency=0.5) as sandbox, talk(sandbox) as client:
        wanted = film()
        one(client, wanted)
        clock.advance(1)
        assert 50 == one(client, question(wanted["taskUUID"]))["progress"]
        clock.advance(1.5)
        assert "videoURL" in one(client, question(wanted["taskUUID"]))


def test_files_made_again_are_the_same() -> None:
    """Sounds and solids that were given up come back with the same bytes."""
    clock = ManualClock()
    with Sandbox(clock=clock, idle_timeout=None, storage=100_000) as sandbox, talk(sandbox) as client:
        prompt: dict[str, Any] = {"model": "m", "positivePrompt": "x", "outputFormat": "WAV"}
        urls = [one(client, task("audioInference", number, **prompt))["audioURL"] for number in range(3)]
        contents = [fetched(url)[0] for url in urls]

        assert 3 == len(set(contents))
        assert contents == [fetched(url)[0] for url in urls]
