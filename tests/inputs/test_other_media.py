"""Films and sounds of this machine: stored by `media_storage`, once, and named by their UUIDs. Streams, too."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from inputs.pictures_at_hand import client_of, done, png

from runware_sync import Runware
from runware_sync.formats import data_uri
from runware_sync.sandbox import Sandbox, samples

SAMPLES = Path(str(samples.__file__)).parent
FILM = SAMPLES / "clip.mp4"
SOUND = SAMPLES / "melody.mp3"
LARGE = png()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(long_latency=0) as sandbox:
        yield sandbox


@pytest.fixture
def runware(sandbox: Sandbox) -> Iterator[Runware]:
    with client_of(sandbox) as runware:
        yield runware


@pytest.mark.parametrize("form", ["path", "bytes", "uri"])
def test_a_film_is_stored_whatever_its_size(sandbox: Sandbox, runware: Runware, form: str) -> None:
    """The parameters of films take UUIDs and URLs only."""
    data = FILM.read_bytes()
    film: Any = {"path": FILM, "bytes": data, "uri": data_uri(data, "video/mp4")}[form]

    for _ in range(2):
        runware.upscale_video(film, model="runware:501@1", upscale_factor=2)

    (stored,) = (task.request for task in sandbox.tasks if task.task_type == "mediaStorage")
    assert data_uri(data, "video/mp4") == stored["media"]
    assert {"mediaStorage": 1, "upscale": 2} == done(sandbox)
    (uuid,) = {task.request["inputs"]["video"] for task in sandbox.tasks if task.task_type == "upscale"}
    assert 36 == len(uuid)


def test_sounds_in_lists_are_stored_each(sandbox: Sandbox, runware: Runware) -> None:
    """Beside a picture, which has its own way."""
    runware.video_inference(
        "waves", model="klingai:5@3", duration=5, inputs={"audios": [SOUND, SOUND], "image": png(40, 30)}
    )

    (task,) = (task.request for task in sandbox.tasks if task.task_type == "videoInference")
    assert {"mediaStorage": 1, "videoInference": 1} == done(sandbox)
    assert 1 == len(set(task["inputs"]["audios"]))
    assert task["inputs"]["image"].startswith("data:image/png")


def test_media_in_objects_are_media_too(sandbox: Sandbox, runware: Runware) -> None:
    """Wherever the service takes an object in the place of a medium: what is in it goes the way of its kind."""
    inputs = {
        "reference_images": [png(40, 30), {"tag": "boat", "images": [png(40, 30)], "audio": SOUND, "mood": "calm"}],
        "reference_videos": [{"type": "motion", "video": FILM}],
        "references": [{"images": [png(40, 30)]}],
        "audio": [{"id": "sea", "source": SOUND}],
    }
    runware.video_inference("waves", model="klingai:5@3", duration=5, inputs=inputs)
    runware.audio_inference(
        "a harbour", model="acme:sound@1", inputs={"reference_voices": [SOUND, {"audio": SOUND, "text": "Ahoy."}]}
    )

    film, sound = (task.request["inputs"] for task in sandbox.tasks if task.task_type.endswith("Inference"))
    plain, boat = film["referenceImages"]
    voice, sample = sound["referenceVoices"]
    assert plain.startswith("data:image/png")
    assert film["references"] == [{"images": [plain]}]
    assert boat == {"tag": "boat", "images": [plain], "audio": voice, "mood": "calm"}
    assert film["audio"] == [{"id": "sea", "source": voice}]
    assert sample == {"audio": voice, "text": "Ahoy."}
    assert {36} == {len(voice), len(film["referenceVideos"][0].pop("video"))}
    assert film["referenceVideos"] == [{"type": "motion"}]
    assert 2 == done(sandbox)["mediaStorage"]


def test_a_forgotten_film_is_stored_again(sandbox: Sandbox, runware: Runware) -> None:
    """Turned away before it was acknowledged, and bought once."""
    runware.upscale_video(FILM, model="runware:501@1", upscale_factor=2)
    sandbox.forget_media()

    assert runware.upscale_video(FILM, model="runware:501@1", upscale_factor=2).uuid

    assert {"mediaStorage": 2, "upscale": 2} == done(sandbox)
    assert 2 == sandbox.purchases


def test_a_stream_names_its_pictures_and_stores_again_what_was_forgotten(sandbox: Sandbox, runware: Runware) -> None:
    """Before the service has begun to answer, nothing was bought."""
    settings: dict[str, Any] = {"model": "minimax:m2@0", "inputs": {"images": [LARGE]}}
    before = "".join(runware.stream_text("What is this?", **settings))
    billed = sandbox.billed
    sandbox.forget_media()

    after = "".join(runware.stream_text("What is this?", retry=0, **settings))

    assert before
    assert after
    assert ["mediaNotFound"] == [task.code for task in sandbox.refused]
    assert {"imageUpload": 2, "textInference": 2} == done(sandbox)
    assert billed < sandbox.billed < 3 * billed


def test_what_is_neither_picture_film_nor_sound_travels_inside(sandbox: Sandbox, runware: Runware) -> None:
    """Meshes, archives and documents have no other way that is known."""
    mesh = b"glTF" + bytes(400000)
    runware.three_d_inference("a chair", model="meshy:1@1", inputs={"mesh_file": mesh})

    assert {"3dInference": 1} == done(sandbox)
