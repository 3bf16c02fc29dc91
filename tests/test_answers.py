"""Answers that come side by side, in pieces, or not at all."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from server import PATIENCE, Item
from simulation import Service, run
from test_conformance import ITEMS, KEY, Part, Stage, at_work

from runware_sync import ImageInference, ProviderError, Runware, TaskDetails
from runware_sync.calls.call import Call
from runware_sync.calls.orders import Order
from runware_sync.sandbox import Sandbox


def test_two_kinds_of_question_about_one_task_are_two_questions() -> None:
    """Each is answered by its own kind of answer, also when they are on their way at the same time."""
    with Sandbox() as sandbox, ThreadPoolExecutor(4) as pool, Runware(KEY, url=sandbox.url, max_retries=0) as client:
        uuid = client.image_inference("a boat", model="demo:101@1", width=128, height=128).task_uuid or ""
        asked: list[tuple[Any, Any]] = []
        for _ in range(20):
            asked += [(pool.submit(client.get_response, uuid), pool.submit(client.get_task_details, uuid))]
        answers = [(items.result(PATIENCE), details.result(PATIENCE)) for items, details in asked]

    assert {list} == {type(items) for items, _ in answers}
    assert {TaskDetails} == {type(details) for _, details in answers}
    assert {"imageInference"} == {item["taskType"] for items, _ in answers for item in items}


def test_an_answer_in_two_frames_does_not_begin_the_asking_anew() -> None:
    """Results in one frame and the failure in the next: the pauses between questions grow all the same."""

    def answer(task: Item) -> list[Part]:
        if task["taskType"] == "getTaskDetails":
            return []
        address = {"taskUUID": task["taskUUID"], "taskType": "imageInference"}
        items = [{**address, **ITEMS["image_inference"](number)} for number in range(2)]
        return [(items, []), ([], [{**address, "code": "providerError", "message": "it failed"}])]

    client, stage = at_work(answer)

    _, error = run(lambda: client.run(ImageInference("a", model="m", number_results=3, retry=0)))

    assert isinstance(error, ProviderError)
    assert len(stage.received) < 30


def test_a_failure_that_nothing_can_be_done_about_is_told_at_once() -> None:
    """What is never bought anew need not be confirmed: the answer changes nothing."""

    def answer(task: Item) -> list[Part]:
        address = {"taskUUID": task["taskUUID"], "taskType": "modelUpload"}
        return [] if task["taskType"].startswith("get") else [([], [{**address, "code": "downloadFailed"}])]

    stage: Any = Stage(Service(iter(())), answer=answer)
    order = Order(body={"taskType": "modelUpload"}, timeout=3600.0, retries=2, renewable=False)
    began = stage.now()

    _, error = run(Call(stage, order).run)

    assert isinstance(error, ProviderError)
    assert stage.now() - began < 60
