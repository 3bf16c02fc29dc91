"""Jobs whose pictures have to be made or uploaded first: they begin elsewhere, and nobody waits for nothing."""

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, wait
from typing import Any

import pytest
from inputs.pictures_at_hand import PATIENCE, client_of, done, noise, png
from server import Item, Peer, ScriptedServer, eventually, image, instantly

from runware_sync import Caption, ClientClosedError, ImageInference, ImageUpload, NotFoundError, Runware, Upscale
from runware_sync.sandbox import Sandbox

LARGE = png()
UUID = "0b9c8d7e-6f50-4413-9a2b-c3d4e5f60718"
PLAIN = ImageInference("a fox", model="runware:101@1")


class Held:
    """A service that keeps uploads waiting until they are let go."""

    def __init__(self) -> None:
        self.uploads: list[tuple[Peer, Item]] = []
        self.tasks: list[Item] = []

    def __call__(self, peer: Peer, task: Item) -> None:
        if task["taskType"] == "imageUpload":
            self.uploads.append((peer, task))
        else:
            if task["taskType"] not in {"ping", "authentication"}:
                self.tasks.append(task)
            instantly(peer, task)

    def let_go(self) -> None:
        peer, task = self.uploads.pop(0)
        peer.send(image(task, imageUUID=UUID))


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def runware(held: Held) -> Iterator[Runware]:
    with ScriptedServer(held) as server, Runware("k", url=server.url, timeout=PATIENCE) as runware:
        yield runware


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def test_submit_returns_while_the_picture_is_uploaded(runware: Runware, held: Held) -> None:
    """And other jobs go on meanwhile."""
    job = runware.submit(Upscale(LARGE, upscale_factor=2))
    eventually(lambda: held.uploads)

    assert runware.submit(PLAIN).result(PATIENCE)
    assert not job.running()
    assert not job.done()
    held.let_go()
    assert job.result(PATIENCE)
    assert UUID == held.tasks[-1]["inputImage"]


@pytest.mark.parametrize("picture", [noise(), LARGE, "file"], ids=["array", "bytes", "file"])
def test_nothing_is_made_read_or_hashed_in_the_thread_that_submits(
    runware: Runware, held: Held, picture: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk may be slow, a picture large."""
    if isinstance(picture, str):
        (tmp_path / "fox.png").write_bytes(LARGE)
        picture = tmp_path / "fox.png"
    request = Upscale(picture, upscale_factor=2)
    medium: Any = type(request.input_image)
    at_work: list[threading.Thread] = []
    packed = medium.load

    def load(self: Any, **given: Any) -> Any:
        at_work.append(threading.current_thread())
        return packed(self, **given)

    monkeypatch.setattr(medium, "load", load)
    job = runware.submit(request)
    eventually(lambda: held.uploads)
    held.let_go()
    job.result(PATIENCE)

    assert at_work
    assert threading.current_thread() not in at_work


def test_many_jobs_with_one_picture_upload_it_once(sandbox: Sandbox) -> None:
    """From `submit` and from `map`."""
    with client_of(sandbox, max_in_flight=8) as runware:
        jobs = [runware.submit(Caption(LARGE)) for _ in range(20)]
        assert not wait(jobs, PATIENCE).not_done
        assert 20 == len(list(runware.map(Caption(LARGE) for _ in range(20))))

    assert {"imageUpload": 1, "imageCaption": 40} == done(sandbox)
    assert 40 == sandbox.purchases


def test_a_job_can_be_cancelled_while_its_picture_is_uploaded(runware: Runware, held: Held) -> None:
    """Nothing of the task itself was written; the upload serves the next one."""
    job = runware.submit(Upscale(LARGE, upscale_factor=2))
    eventually(lambda: held.uploads)

    assert job.cancel()
    assert job.cancelled()
    with pytest.raises(CancelledError):
        job.result(PATIENCE)
    held.let_go()
    assert not wait([job], PATIENCE).not_done
    assert runware.submit(Upscale(LARGE, upscale_factor=2)).result(PATIENCE)

    assert 1 == len(held.tasks)
    assert not held.uploads


def test_a_cancelled_job_whose_upload_fails_stays_cancelled(runware: Runware, held: Held) -> None:
    """And those who wait for it are told."""
    job = runware.submit(Upscale(LARGE, upscale_factor=2))
    eventually(lambda: held.uploads)
    assert job.cancel()

    peer, task = held.uploads.pop()
    peer.send(errors=[{"taskUUID": task["taskUUID"], "code": "invalidImage"}])

    assert not wait([job], PATIENCE).not_done
    assert job.cancelled()


def test_closing_ends_jobs_whose_pictures_are_uploaded(runware: Runware, held: Held) -> None:
    """At once, all of them."""
    jobs = [runware.submit(Upscale(LARGE, upscale_factor=2)) for _ in range(4)]
    eventually(lambda: held.uploads)

    runware.close()

    assert not wait(jobs, PATIENCE).not_done
    assert [ClientClosedError] * 4 == [type(job.exception()) for job in jobs]
    assert not held.tasks


def test_a_loop_that_is_left_lets_no_upload_buy_anything(runware: Runware, held: Held) -> None:
    """What was being prepared is not sent."""
    requests: list[Any] = [PLAIN, *(Upscale(LARGE, upscale_factor=2) for _ in range(3))]
    results: Any = runware.map(requests)
    next(results)
    eventually(lambda: held.uploads)

    results.close()
    held.let_go()
    runware.close(wait=True)

    assert ["imageInference"] == [task["taskType"] for task in held.tasks]


def test_jobs_find_a_forgotten_picture_gone_and_store_it_again(sandbox: Sandbox) -> None:
    """On a worker that lends itself: the others go on."""
    with client_of(sandbox, max_in_flight=4) as runware:
        runware.caption(LARGE)
        sandbox.forget_media()
        jobs = [runware.submit(Caption(LARGE)) for _ in range(12)]
        assert not wait(jobs, PATIENCE).not_done
        assert all(job.result().text for job in jobs)

    assert {"imageUpload": 2, "imageCaption": 13} == done(sandbox)
    assert 13 == sandbox.purchases


def test_storing_again_keeps_no_other_job_waiting(held: Held) -> None:
    """The worker that waits for the upload is replaced."""
    gone: list[Item] = []

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "imageUpscale" and task["inputImage"] == UUID and not gone:
            gone.append(task)
            peer.send(errors=[{"taskUUID": task["taskUUID"], "code": "mediaNotFound"}])
        else:
            held(peer, task)

    with ScriptedServer(answer) as server, Runware("k", url=server.url, timeout=PATIENCE) as runware:
        job = runware.submit(Upscale(LARGE, upscale_factor=2))
        eventually(lambda: held.uploads)
        held.let_go()
        eventually(lambda: held.uploads)

        assert gone
        assert runware.submit(PLAIN).result(PATIENCE)
        held.let_go()
        assert job.result(PATIENCE)


def test_a_job_may_be_an_upload(sandbox: Sandbox) -> None:
    """By hand, each time anew."""
    with client_of(sandbox) as runware:
        first, second = (runware.submit(ImageUpload(LARGE)) for _ in range(2))

        assert first.result(PATIENCE).uuid != second.result(PATIENCE).uuid


def test_what_cannot_be_prepared_is_raised_by_the_result(runware: Runware, tmp_path: Any) -> None:
    """A file that has gone, an upload that was refused."""
    path = tmp_path / "fox.png"
    path.write_bytes(LARGE)
    request = Upscale(path, upscale_factor=2)
    path.unlink()

    with pytest.raises(FileNotFoundError, match=r"input_image=.*not there any more"):
        runware.submit(request).result(PATIENCE)


def test_a_uuid_that_nobody_knows_fails_a_job_as_it_fails_a_call(sandbox: Sandbox) -> None:
    """It is not ours to store again."""
    with client_of(sandbox) as runware, pytest.raises(NotFoundError):
        runware.submit(Caption(UUID)).result(PATIENCE)
