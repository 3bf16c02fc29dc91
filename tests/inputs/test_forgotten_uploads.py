"""What the service has forgotten is stored again, once; and only what can mean that is taken for it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from inputs.pictures_at_hand import PATIENCE, client_of, done, png
from server import Item, Peer, ScriptedServer, image, instantly

from runware_sync import InvalidRequestError, NotFoundError, RemoveBackground, Runware
from runware_sync.sandbox import Sandbox
from runware_sync.uuids import child_uuid

LARGE = png()
OTHER = png(seed=1)
ROOT = "6f3c1b52-5f0e-4f0c-9d6a-0c9d3a1b7e21"
UNKNOWN = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def runware(sandbox: Sandbox) -> Iterator[Runware]:
    with client_of(sandbox) as runware:
        yield runware


def test_a_forgotten_picture_is_uploaded_again_and_the_task_bought_once(sandbox: Sandbox, runware: Runware) -> None:
    """Under a child UUID, which can be found from the root's; the caller notices nothing."""
    runware.upscale(LARGE, upscale_factor=2)
    before = sandbox.billed
    sandbox.forget_media()

    result = runware.upscale(LARGE, upscale_factor=2, task_uuid=ROOT, retry=0)

    assert ["mediaNotFound"] == [task.code for task in sandbox.refused]
    assert {"imageUpload": 2, "imageUpscale": 2} == done(sandbox)
    assert child_uuid(ROOT, 1) == result.task_uuid
    assert sandbox.billed == pytest.approx(2 * before)
    assert 2 == sandbox.purchases


@pytest.mark.parametrize("unknown_media", ["notFound", "invalid"])
@pytest.mark.parametrize("place", ["input_image", "inputs"])
def test_it_does_not_matter_how_the_service_says_that_a_picture_is_gone(unknown_media: str, place: str) -> None:
    """Its words for that are not documented; nor is what it calls the parameter."""
    given: dict[str, Any] = {"input_image": LARGE} if place == "input_image" else {"inputs": {"image": LARGE}}
    with Sandbox(unknown_media=unknown_media) as sandbox, client_of(sandbox) as runware:
        runware.upscale(model="runware:501@1", **given)
        sandbox.forget_media()
        runware.upscale(model="runware:501@1", retry=0, **given)

        assert 1 == len(sandbox.refused)
        assert (2, 2) == (done(sandbox)["imageUpload"], sandbox.purchases)


def test_all_pictures_of_a_task_are_stored_again_though_one_error_names_one(sandbox: Sandbox, runware: Runware) -> None:
    """The service tells of the first one only."""
    settings: dict[str, Any] = {"model": "runware:101@1", "width": 128, "height": 128, "number_results": 3}
    runware.image_inference("a fox", seed_image=LARGE, mask_image=OTHER, **settings)
    sandbox.forget_media()

    images = runware.image_inference("a fox", seed_image=LARGE, mask_image=OTHER, retry=0, **settings)

    assert 3 == len(images)
    assert (4, 2) == (done(sandbox)["imageUpload"], done(sandbox)["imageInference"])
    assert 6 == sandbox.purchases


def test_sixteen_threads_that_find_a_picture_gone_upload_it_once(sandbox: Sandbox, runware: Runware) -> None:
    """Each is refused, one stores it, each buys once."""
    runware.caption(LARGE)
    sandbox.forget_media()

    with ThreadPoolExecutor(16) as pool:
        assert 16 == len(list(pool.map(runware.caption, [LARGE] * 16)))

    assert {"imageUpload": 2, "imageCaption": 17} == done(sandbox)
    assert 17 == sandbox.purchases


def test_a_task_may_change_its_form_and_lose_its_picture(sandbox: Sandbox, runware: Runware) -> None:
    """One after the other, each once; what is sent last is in the current form."""
    sandbox.change(legacy_types=False)
    request = RemoveBackground(LARGE, model="runware:109@1")
    runware.run(request)
    sandbox.forget_media()

    runware.run(request)

    assert ["unsupportedTaskType", "unsupportedTaskType", "mediaNotFound"] == [task.code for task in sandbox.refused]
    assert {"imageUpload": 2, "removeBackground": 2} == done(sandbox)
    assert 2 == sandbox.purchases


def test_a_uuid_of_the_user_is_not_ours_to_store_again(sandbox: Sandbox, runware: Runware) -> None:
    """There is nothing to store it from: the error is told."""
    with pytest.raises(NotFoundError) as caught:
        runware.image_inference(
            "a fox", model="runware:101@1", width=128, height=128, seed_image=UNKNOWN, reference_images=[png(40, 30)]
        )

    assert "mediaNotFound" == caught.value.code
    assert 1 == len(sandbox.refused)


def test_a_second_refusal_is_told(sandbox: Sandbox, runware: Runware) -> None:
    """Another picture of the same task is unknown: storing ours again does not help, and goes in no circle."""
    runware.caption(LARGE)

    with pytest.raises(NotFoundError):
        runware.image_inference(
            "a fox", model="runware:101@1", width=128, height=128, seed_image=LARGE, mask_image=UNKNOWN
        )

    assert 2 == len(sandbox.refused)
    assert (2, 1) == (done(sandbox)["imageUpload"], sandbox.purchases)


# -- what a refusal may mean ------------------------------------------------------------------------------------------


class Forgetful:
    """A service that turns the second task with a picture away, and stores pictures under numbers."""

    def __init__(self, **error: Any) -> None:
        self.error = error
        self.uploads = 0
        self.tasks: list[Item] = []

    def __call__(self, peer: Peer, task: Item) -> None:
        if task["taskType"] == "imageUpload":
            self.uploads += 1
            peer.send(image(task, imageUUID=f"0000000{self.uploads}-0000-4000-8000-000000000000"))
        elif task["taskType"] in {"ping", "authentication"}:
            instantly(peer, task)
        else:
            self.tasks.append(task)
            if len(self.tasks) == 2:
                peer.send(errors=[{"taskUUID": task["taskUUID"], **self.error}])
            else:
                peer.send(image(task))


@pytest.mark.parametrize(
    ("error", "uploads"),
    [
        ({"code": "mediaNotFound"}, 2),
        ({"code": "mediaExpired"}, 2),
        ({"code": "imageNotFound", "parameter": "inputImage"}, 2),
        ({"code": "inputImageNotFound"}, 2),
        ({"code": "inputExpired"}, 2),
        ({"code": "invalidInputImage", "parameter": "inputImage"}, 2),
        ({"code": "invalidInputImage"}, 2),
        ({"code": "invalidImage", "parameter": ["inputs", "image"]}, 2),
        ({"code": "invalidUpscaleFactor", "parameter": "upscaleFactor"}, 1),
        ({"code": "invalidModel"}, 1),
        ({"code": "modelNotFound"}, 1),
        ({"code": "missingInputImage", "parameter": "inputImage"}, 1),
        ({"code": "insufficientCredits"}, 1),
    ],
)
def test_only_what_can_mean_a_forgotten_picture_is_taken_for_it(error: Item, uploads: int) -> None:
    """Everything else is the caller's to know, at once."""
    service = Forgetful(**error)

    with ScriptedServer(service) as server, Runware("k", url=server.url, timeout=PATIENCE) as runware:
        runware.upscale(LARGE, upscale_factor=2)
        if uploads == 1:
            with pytest.raises(Exception, match=str(error["code"])):
                runware.upscale(LARGE, upscale_factor=2, retry=0)
        else:
            runware.upscale(LARGE, upscale_factor=2, retry=0)

    assert uploads == service.uploads
    assert uploads + 1 == len(service.tasks)


def test_a_fault_found_with_a_picture_just_uploaded_is_believed() -> None:
    """The service cannot have forgotten it yet."""
    service = Forgetful(code="invalidInputImage", parameter="inputImage")

    with ScriptedServer(service) as server, Runware("k", url=server.url, timeout=PATIENCE) as runware:
        runware.upscale(LARGE, upscale_factor=2)
        with pytest.raises(InvalidRequestError):
            runware.upscale(OTHER, upscale_factor=2, retry=0)

    assert (2, 2) == (service.uploads, len(service.tasks))


@pytest.mark.parametrize("before", ["a result", "an acknowledgement"])
def test_after_a_first_sign_of_work_nothing_is_sent_anew(before: str) -> None:
    """It was not turned away, so something may have been bought."""
    service = Forgetful(code="mediaNotFound")

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "getResponse":
            failure = {"taskUUID": task["taskUUID"], "status": "error", "code": "mediaNotFound"}
            peer.send(errors=[failure])
        elif task["taskType"] == "imageInference" and len(service.tasks) == 1:
            is_result = before == "a result"
            peer.send(image(task) if is_result else {key: task[key] for key in ("taskType", "taskUUID")})
            if is_result:
                service(peer, task)
            else:
                service.tasks.append(task)
        else:
            service(peer, task)

    with ScriptedServer(answer) as server, Runware("k", url=server.url, timeout=PATIENCE) as runware:
        runware.upscale(LARGE, upscale_factor=2)
        with pytest.raises(NotFoundError):
            runware.image_inference("a fox", model="m", seed_image=LARGE, number_results=2, retry=0)

    assert (1, 2) == (service.uploads, len(service.tasks))
