"""The slot and the shelf: a call's results find their way, whoever has left."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from server import PATIENCE as LONG
from server import Item, Peer, ScriptedServer, image, instantly
from till import PATIENCE, ROOT, SMALL, bought, client_of, questions, sent

from runware_sync import ClientClosedError, Image, ImageInference, Runware, TaskTimeoutError
from runware_sync.protocol.frames import Frame
from runware_sync.protocol.session import Session
from runware_sync.protocol.shelf import Shelf
from runware_sync.protocol.slots import Slot
from runware_sync.protocol.tasks import Task
from runware_sync.sandbox import Fault, Sandbox


def test_a_late_result_is_collected_and_not_bought_again() -> None:
    """The error has the line to paste, and the line works."""
    fault = Fault("delay", seconds=1.0)
    with Sandbox(faults=[fault]) as sandbox, client_of(sandbox) as runware:
        with pytest.raises(TaskTimeoutError, match=r"client\.job\('") as caught:
            runware.image_inference("a fox", number_results=2, timeout=0.3, retry=0, **SMALL)
        uuid = caught.value.task_uuid
        assert uuid is not None

        images = runware.job(uuid).result(PATIENCE)

        assert [Image, Image] == [type(image) for image in images]
        assert images.task_uuid == uuid
        assert images[0].read()
        assert len(bought(sandbox)) == 1
        assert sandbox.purchases == 2


def test_a_late_result_that_has_arrived_is_taken_from_the_shelf() -> None:
    """Nobody is asked about it."""
    fault = Fault("delay", seconds=0.6)
    with Sandbox(faults=[fault]) as sandbox, client_of(sandbox) as runware:
        with pytest.raises(TaskTimeoutError):
            runware.image_inference("a fox", task_uuid=ROOT, timeout=0.2, retry=0, **SMALL)
        sandbox.wait_for(lambda: sandbox.tasks[0].items, PATIENCE)
        runware.image_inference("a hare", timeout=PATIENCE, **SMALL)  # its answer comes after the late one
        asked = questions(sandbox)

        assert len(runware.job(ROOT).result(PATIENCE)) == 1
        assert asked == questions(sandbox)
        assert sandbox.purchases == 2


def test_the_slot_stays_open_across_windows_and_connections() -> None:
    """Results of the first window, of a second, and of a second connection all complete the same call."""
    fault = Fault("drop", at=1, when="between", results=2)
    with Sandbox(faults=[fault], latency=2.0, replay="none") as sandbox, client_of(sandbox, timeout=0.7) as runware:
        images = runware.image_inference("a fox", number_results=4, seed=1, retry=9, **SMALL)

        assert [1, 2, 3, 4] == [image.seed for image in images]
        assert len(bought(sandbox)) == 1
        assert sandbox.purchases == 4


@pytest.mark.parametrize("max_retries", [0, 2])
def test_what_was_left_is_asked_about_at_once(max_retries: int) -> None:
    """`job` does not wait for a window to end first: what did not come by itself is asked for."""
    with Sandbox(faults=[Fault("lose", at=1)]) as sandbox, client_of(sandbox, max_retries=max_retries) as runware:
        with pytest.raises(TaskTimeoutError):
            runware.image_inference("a fox", task_uuid=ROOT, timeout=0.3, retry=0, **SMALL)

        assert len(runware.job(ROOT).result(PATIENCE / 2)) == 1
        assert [ROOT] == sent(sandbox)
        assert sandbox.purchases == 1


def test_a_callback_that_raises_leaves_the_task_to_the_shelf() -> None:
    """What it raises is the caller's own; what comes afterwards is collected, and was bought once."""

    def complain(_: list[Image]) -> None:
        raise ZeroDivisionError

    with Sandbox(latency=0.6) as sandbox, client_of(sandbox) as runware:
        with pytest.raises(ZeroDivisionError) as caught:
            runware.image_inference("a fox", number_results=3, task_uuid=ROOT, on_partial=complain, **SMALL)

        assert ROOT in caught.value.__notes__[0]
        assert len(runware.job(ROOT).result(PATIENCE)) == 3
        assert [ROOT] == sent(sandbox)
        assert sandbox.purchases == 3


def test_a_job_that_is_reopened_while_it_runs_takes_nothing_away() -> None:
    """Whoever waits for the task gets its results, and so does whoever asked for it by its UUID."""
    with Sandbox(latency=1.0) as sandbox, client_of(sandbox) as runware:
        job = runware.submit(ImageInference("a fox", **SMALL))
        sandbox.wait_for(lambda: sandbox.tasks, PATIENCE)

        again = runware.job(job.task_uuid).result(PATIENCE)

        assert again[0].image_uuid == job.result(PATIENCE)[0].image_uuid
        assert questions(sandbox) == 0
        assert sandbox.purchases == 1


def test_a_job_that_is_reopened_while_it_runs_ends_with_the_client() -> None:
    """It waits for the other call, and is told at once when the client is closed."""
    with Sandbox(latency=PATIENCE) as sandbox, client_of(sandbox) as runware, ThreadPoolExecutor(1) as pool:
        call = pool.submit(runware.run, ImageInference("a fox", task_uuid=ROOT, **SMALL))
        sandbox.wait_for(lambda: sandbox.tasks, PATIENCE)
        job = runware.job(ROOT)

        runware.close()

        assert isinstance(job.exception(PATIENCE / 2), ClientClosedError)
        assert isinstance(call.exception(PATIENCE / 2), ClientClosedError)


def test_the_shelf_outlives_a_close() -> None:
    """What had come is there when the client is opened again, also if the service does not know the task."""

    def answer(peer: Peer, task: Item) -> None:
        if not task["taskType"].startswith("get"):
            instantly(peer, task if task["taskType"] != "imageInference" else {**task, "numberResults": 0})

    with ScriptedServer(answer) as server, Runware("k", url=server.url, timeout=PATIENCE) as runware:
        with pytest.raises(TaskTimeoutError):
            runware.image_inference("a fox", task_uuid=ROOT, timeout=0.2, retry=0, **SMALL)
        server.peers[0].send(image(server.paid[0]))
        server.answer = instantly
        runware.image_inference("a hare", **SMALL)  # its answer comes after the late one
        runware.close()
        with pytest.raises(ClientClosedError):
            runware.job(ROOT).result(LONG)
        runware.connect()
        server.answer = answer

        assert len(runware.job(ROOT).result(PATIENCE)) == 1
        assert len(server.paid) == 2


def left(session: Session, uuid: str, now: float) -> Slot:
    """Leave a call in the middle."""
    body: dict[str, Any] = {"taskType": "imageInference", "taskUUID": uuid}
    slot = Slot(uuid, "imageInference", 2, now, [Task(body, 2, text=json.dumps(body))])
    session.open(slot, now)
    session.take_output(now)
    session.leave(slot, now)
    return slot


def heavy(uuid: str, number: int) -> Frame:
    """Return a frame with one result of a thousand bytes."""
    item = {"taskType": "imageInference", "taskUUID": uuid, "imageUUID": f"{uuid}{number}"}
    return Frame([{**item, "imageBase64Data": "x" * 1000}])


def signed_in(shelf: Shelf) -> Session:
    """Return a session with a connection, and with a shelf of its own."""
    session = Session()
    session.roster.shelf = shelf
    session.begin("key", resume=False)
    session.receive(Frame([{"taskType": "authentication", "connectionSessionUUID": "s"}]), 0.0)
    return session


def test_the_shelf_is_bounded_in_bytes_also_while_it_fills() -> None:
    """Results that come after their callers have left push the oldest off, not only calls that are left later."""
    session = signed_in(Shelf(limit=2500))
    for uuid in "abc":
        left(session, uuid, 0.0)

    for uuid in "abc":
        session.receive(heavy(uuid, 1), 1.0)

    assert ["b", "c"] == [slot.root for slot in session.roster.shelf.slots]
    assert session.reopen("a", 2.0) is None


def test_the_shelf_is_bounded_in_time() -> None:
    """What has waited for an hour is gone with the next call."""
    session = signed_in(Shelf(seconds=3600.0))
    left(session, "a", 0.0)

    left(session, "b", 3600.0)

    assert ["b"] == [slot.root for slot in session.roster.shelf.slots]


def test_a_uuid_that_is_used_again_does_not_push_its_results_off_the_shelf() -> None:
    """The same task, sent twice by its caller and left twice: what has come of the first is kept."""
    session = signed_in(Shelf())
    first = left(session, "a", 0.0)
    session.receive(heavy("a", 1), 1.0)

    left(session, "a", 2.0)

    assert session.reopen("a", 3.0) is first
