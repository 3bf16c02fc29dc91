"""Large pictures through client and sandbox: stored once, then named by their UUID."""

import base64
import io
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from inputs.pictures_at_hand import PATIENCE, client_of, done, named, noise, png
from PIL import Image

from runware_sync import ConfigurationError, InvalidRequestError, Runware, Text, Upscale
from runware_sync.formats import data_uri
from runware_sync.sandbox import Fault, Sandbox

LARGE = png()
SMALL = png(40, 30)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def runware(sandbox: Sandbox) -> Iterator[Runware]:
    with client_of(sandbox) as runware:
        yield runware


def test_sixteen_threads_with_one_picture_of_five_megabytes_upload_it_once(sandbox: Sandbox, runware: Runware) -> None:
    """Counted by the sandbox; each thread has an array of its own, and nobody sends it inside of a task."""
    picture = noise(1400, 1200)
    with ThreadPoolExecutor(16) as pool:
        captions = list(pool.map(runware.caption, [picture.copy() for _ in range(16)]))

    (upload,) = (task.request for task in sandbox.tasks if task.task_type == "imageUpload")
    assert 5_000_000 < len(base64.b64decode(upload["image"].partition(",")[2]))
    assert {"imageUpload": 1, "imageCaption": 16} == done(sandbox)
    assert 1 == len(set(named(sandbox, "imageCaption")))
    assert 16 == len(captions) == sandbox.purchases


@pytest.mark.parametrize("again", ["path", "str", "buffer", "file", "base64", "uri"])
def test_the_same_content_is_known_in_whatever_form_it_comes(
    sandbox: Sandbox, runware: Runware, tmp_path: Path, again: str
) -> None:
    """Bytes are bytes."""
    path = tmp_path / "fox.png"
    path.write_bytes(LARGE)
    runware.caption(LARGE)

    with path.open("rb") as file:
        forms: dict[str, Any] = {
            "path": path,
            "str": str(path),
            "buffer": io.BytesIO(LARGE),
            "file": file,
            "base64": base64.b64encode(LARGE).decode(),
            "uri": data_uri(LARGE, "image/png"),
        }
        runware.caption(forms[again])

    assert {"imageUpload": 1, "imageCaption": 2} == done(sandbox)


def test_pixels_are_known_by_their_shape_too(sandbox: Sandbox, runware: Runware) -> None:
    """The same bytes in other rows are another picture; the same pixels from another library are not."""
    picture = noise(400, 300)
    for each in (picture, Image.fromarray(picture), picture.reshape(400, 300, 3), picture.reshape(300, 1200)):
        runware.caption(each)

    assert {"imageUpload": 3, "imageCaption": 4} == done(sandbox)


def test_what_is_uploaded_arrives_byte_for_byte(sandbox: Sandbox, runware: Runware) -> None:
    """Under the UUID that the task names."""
    runware.caption(LARGE)

    (upload,) = (task.request for task in sandbox.tasks if task.task_type == "imageUpload")
    assert data_uri(LARGE, "image/png") == upload["image"]


def test_several_pictures_of_one_request_are_each_uploaded_once(sandbox: Sandbox, runware: Runware) -> None:
    """At every depth, and small ones beside them stay inside."""
    other = png(seed=1)
    runware.image_inference(
        "a fox",
        model="runware:101@1",
        width=128,
        height=128,
        seed_image=LARGE,
        control_net=[{"model": "runware:25@1", "guide_image": other}, {"model": "runware:25@1", "guide_image": LARGE}],
        reference_images=[SMALL],
    )

    (task,) = (task.request for task in sandbox.tasks if task.task_type == "imageInference")
    uuids = [task["seedImage"], *(each["guideImage"] for each in task["controlNet"])]
    assert 2 == done(sandbox)["imageUpload"] == len(set(uuids))
    assert uuids[0] == uuids[2]
    assert task["referenceImages"][0].startswith("data:image/png")


@pytest.mark.parametrize(
    ("threshold", "picture", "uploads"),
    [
        (262144, SMALL, 0),
        (262144, LARGE, 1),
        (len(LARGE), LARGE, 0),
        (len(LARGE) - 1, LARGE, 1),
        (0, SMALL, 1),
        (10**9, LARGE, 0),
        (1000, png(2048, 1), 1),
        (1000, png(2049, 1), 0),
        (1000, png(1, 2049), 0),
        (1000, noise(3000, 10), 0),
        (1000, np.zeros((500, 500), dtype=np.uint8), 0),
    ],
)
def test_the_threshold_decides_and_the_size_that_is_kept(
    sandbox: Sandbox, threshold: int, picture: Any, uploads: int
) -> None:
    """What the service would shrink stays inside of the task, and what is small as a file, however many its pixels."""
    with client_of(sandbox, upload_threshold=threshold) as runware:
        for _ in range(2):
            runware.caption(picture)

    assert uploads == done(sandbox)["imageUpload"]
    assert {not uploads} == {text.startswith("data:image/png;base64,") for text in named(sandbox, "imageCaption")}


@pytest.mark.parametrize("threshold", [-1, 0.5, "1", True])
def test_a_threshold_that_cannot_work_is_refused(threshold: Any) -> None:
    """When the client is made."""
    with pytest.raises(ConfigurationError, match="upload_threshold="):
        Runware(url="sandbox:", upload_threshold=threshold)


def test_uploading_by_hand_never_goes_through_the_cache(sandbox: Sandbox, runware: Runware) -> None:
    """Who asks for an upload gets one, each time; what is deleted is not used again."""
    uploads = [runware.image_upload(LARGE) for _ in range(2)]
    stored = [runware.media_storage(LARGE) for _ in range(2)]

    assert {"imageUpload": 2, "mediaStorage": 2} == done(sandbox)
    assert 4 == len({*(each.uuid for each in uploads), *(each.uuid for each in stored)})


def test_clients_with_other_options_share_what_was_uploaded(sandbox: Sandbox, runware: Runware) -> None:
    """Another client has its own account, and its own uploads."""
    runware.caption(LARGE)
    runware.with_options(timeout=PATIENCE / 2).caption(LARGE)
    assert 1 == done(sandbox)["imageUpload"]

    with client_of(sandbox) as other:
        other.caption(LARGE)
    assert 2 == done(sandbox)["imageUpload"]


def test_uploads_are_known_after_the_client_was_closed_and_connected_again(sandbox: Sandbox, runware: Runware) -> None:
    """They belong to the account, not to the connection."""
    runware.caption(LARGE)
    runware.close()
    runware.connect().caption(LARGE)

    assert 1 == done(sandbox)["imageUpload"]


def test_an_upload_that_fails_says_for_what_it_was(sandbox: Sandbox, runware: Runware) -> None:
    """Nothing was bought, and the next call tries again."""
    sandbox.add_fault(Fault("fail", types="imageUpload", code="invalidImage", count=1))

    with pytest.raises(InvalidRequestError) as caught:
        runware.caption(LARGE)

    assert [
        "this happened while input_image was being uploaded; the task itself was not sent"
    ] == caught.value.__notes__
    assert "imageUpload" == caught.value.task_type
    assert 0 == sandbox.purchases
    assert runware.caption(LARGE).text
    assert 1 == sandbox.purchases


def test_an_upload_whose_connection_is_lost_goes_again_under_a_fresh_uuid(sandbox: Sandbox, runware: Runware) -> None:
    """It is free; what is bought with it is bought once."""
    sandbox.add_fault(Fault("drop", types="imageUpload", when="received", count=1))

    runware.upscale(LARGE, upscale_factor=2)

    uploads = [task["taskUUID"] for task in sandbox.received if task["taskType"] == "imageUpload"]
    assert 2 == len(uploads) == len(set(uploads))
    assert 1 == sandbox.purchases


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_ends_one_wait_and_fails_no_other(sandbox: Sandbox, runware: Runware) -> None:
    """Neither where the picture is sent nor where it is waited for; what was not sent is not bought."""
    sandbox.add_fault(Fault("ignore", types="imageUpload", count=1))
    main = threading.get_ident()

    def others() -> list[Text]:
        sandbox.wait_for(lambda: [task for task in sandbox.received if task["taskType"] == "imageUpload"], PATIENCE)
        with ThreadPoolExecutor(4) as pool:
            wanted = [pool.submit(runware.caption, LARGE) for _ in range(4)]
            signal.pthread_kill(main, signal.SIGINT)
            return [each.result(PATIENCE) for each in wanted]

    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(others)
        with pytest.raises(KeyboardInterrupt) as caught:
            runware.caption(LARGE)
        assert 4 == len(found.result(PATIENCE))

    assert any("input_image was being uploaded" in note for note in caught.value.__notes__)
    assert 4 == sandbox.purchases


def test_a_request_can_be_used_again_and_again(sandbox: Sandbox, runware: Runware) -> None:
    """It is not changed by what was stored for it."""
    request = Upscale(noise(), upscale_factor=2)
    copy = Upscale(noise(), upscale_factor=2)

    runware.run(request)
    runware.run(request)

    assert copy == request
    assert {"imageUpload": 1, "imageUpscale": 2} == done(sandbox)


def test_files_are_not_uploaded_where_they_must_not_be_read(sandbox: Sandbox, tmp_path: Path) -> None:
    """Whatever their size."""
    path = tmp_path / "fox.png"
    path.write_bytes(LARGE)

    with client_of(sandbox, local_files=False) as runware, pytest.raises(ValueError, match="local_files=False"):
        runware.caption(path)

    assert not sandbox.tasks
