"""How results travel: shapes, grouping, async delivery, questions, conflicts, limits, malformed requests."""

import json
from typing import Any

import pytest
from sandbox_talk import dial, image, question, session_of, talk

from runware_sync.sandbox import Fault, ManualClock, Sandbox

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="  # one pixel


def sizes(sandbox: Sandbox, count: int, **parameters: Any) -> list[int]:
    """Send a task; return how many items came in each frame."""
    with talk(sandbox) as client:
        client.say(image(numberResults=count, **parameters))
        found: list[int] = []
        while sum(found) < count:
            found.append(len(client.hear()["data"]))
        assert client.is_quiet(0.05)
        return found


def test_results_come_each_in_one_or_in_random_groups() -> None:
    """The policy decides about the frames, never about the number of results."""
    with Sandbox() as sandbox:
        assert [1, 1, 1, 1] == sizes(sandbox, 4)
        sandbox.change(split="one")
        assert [4] == sizes(sandbox, 4)
        sandbox.change(split="random")
        assert 1 < len(sizes(sandbox, 20)) < 20


def test_results_of_several_tasks_may_share_a_frame() -> None:
    """With `mix`, what finishes together travels together."""
    with Sandbox(mix=True) as sandbox, talk(sandbox) as client:
        first, second = image(), image(numberResults=2)
        items = client.ask(first, second)["data"]
        assert [first["taskUUID"], second["taskUUID"], second["taskUUID"]] == [item["taskUUID"] for item in items]


def test_a_pong_may_stand_in_front() -> None:
    """With `pong_in_front`, the first item of a frame of results is a pong."""
    with Sandbox(pong_in_front=True) as sandbox, talk(sandbox) as client:
        pong, item = client.ask(image())["data"]
        assert pong["pong"] is True
        assert "imageUUID" in item


def test_results_may_come_in_another_order() -> None:
    """With `shuffle`, the seeds are complete and not in order; questions tell them in order."""
    with Sandbox(shuffle=True) as sandbox, talk(sandbox) as client:
        client.say(task := image(numberResults=5, seed=1))
        seeds = [item["seed"] for item in client.items(5)]
        assert [1, 2, 3, 4, 5] == sorted(seeds) != seeds
        assert [1, 2, 3, 4, 5] == [item["seed"] for item in client.ask(question(task["taskUUID"]))["data"]]


def test_results_are_spread_over_the_latency() -> None:
    """Two results of a task of 10 s come after 5 and 10."""
    clock = ManualClock()
    with Sandbox(latency=10, clock=clock) as sandbox, talk(sandbox) as client:
        client.say(image(numberResults=2))
        sandbox.wait_for(lambda: sandbox.tasks)
        clock.advance(4.9)
        assert client.is_quiet()
        clock.advance(0.2)
        assert 1 == len(client.items(1))
        assert client.is_quiet()
        clock.advance(5)
        assert 1 == len(client.items(1))


@pytest.mark.parametrize(
    ("switches", "keys"),
    [
        ({}, {"errors"}),
        ({"error_shape": "both"}, {"data", "errors"}),
        ({"error_shape": "object"}, {"error"}),
        ({"error_shape": "array"}, {"error"}),
        ({"error_shape": "boolean"}, {"error", "errorId", "errorMessageContentId", "errorMessage", "taskUUID"}),
    ],
)
def test_errors_have_several_shapes(switches: dict[str, Any], keys: set[str]) -> None:
    """Plural or singular, alone or beside empty data, an object, an array or a boolean."""
    with Sandbox(**switches) as sandbox, talk(sandbox) as client:
        assert keys == set(client.ask(image(width=1)))


def test_frames_and_items_have_several_shapes() -> None:
    """`data` as an object, a top-level array, binary messages, missing UUIDs, a list of parameters."""
    with Sandbox(data_shape="object") as sandbox, talk(sandbox) as client:
        assert "imageUUID" in client.ask(image())["data"]
        sandbox.change(data_shape="array", frame_shape="array")
        assert "imageUUID" in client.ask(image())[0]["data"][0]
        sandbox.change(frame_shape="object", binary=True)
        client.say(image())
        message = client.socket.recv(5)
        assert isinstance(message, bytes)
        assert "data" in json.loads(message)
        sandbox.change(binary=False, item_uuid=False, error_uuid=False, error_type=True, parameter_list=True)
        assert "taskUUID" not in client.ask(image())["data"][0]
        error = client.ask(image(width=1))["errors"][0]
        assert "taskUUID" not in error
        assert ("imageInference", ["width"]) == (error["taskType"], error["parameter"])


def test_async_tasks_are_acknowledged_and_asked_for() -> None:
    """One acknowledgement, nothing pushed; answers are cumulative, in order, with progress and the task's own type."""
    clock = ManualClock()
    with Sandbox(latency=10, clock=clock, ack_status=True) as sandbox, talk(sandbox) as client:
        task = image(numberResults=2, seed=5, deliveryMethod="async", includeCost=True)
        ack = client.ask(task)["data"]
        common = {"taskType": "imageInference", "taskUUID": task["taskUUID"]}
        assert [{**common, "status": "processing"}] == ack

        first = client.ask(question(task["taskUUID"]))["data"]
        assert [{**common, "status": "processing", "progress": 0}] * 2 == first
        clock.advance(6)
        done, running = client.ask(question(task["taskUUID"]))["data"]
        assert ("success", 5) == (done["status"], done["seed"])
        assert 60 == running["progress"]
        clock.advance(5)
        last = client.ask(question(task["taskUUID"]))["data"]
        assert [5, 6] == [item["seed"] for item in last]
        assert done == last[0]
        assert client.is_quiet()
        assert sandbox.tasks[0].asynchronous


def test_questions_tell_failures_beside_results() -> None:
    """Both arrays are in one frame; by a switch, failures are items of `data`."""
    with Sandbox(faults=[Fault("fail", results=1)]) as sandbox, talk(sandbox) as client:
        task = image(numberResults=3, deliveryMethod="async")
        client.ask(task)
        answer = client.ask(question(task["taskUUID"]))
        assert ["success"] == [item["status"] for item in answer["data"]]
        (error,) = answer["errors"]
        assert ("providerError", "error", task["taskUUID"]) == (error["code"], error["status"], error["taskUUID"])
        assert 1 == sandbox.purchases

        sandbox.change(failures_in_data=True)
        answer = client.ask(question(task["taskUUID"]))
        assert ["success", "error"] == [item["status"] for item in answer["data"]]
        assert "providerError" == answer["data"][1]["error"]["code"]


@pytest.mark.parametrize("kind", ["getResponse", "getTaskDetails"])
def test_questions_about_unknown_tasks(kind: str) -> None:
    """They are answered by `taskNotFound`, by an empty list, or not at all."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        unknown = question("91d7b6a0-2c3e-4f18-8b0a-5e7c41d2f603", kind)
        (error,) = client.ask(unknown)["errors"]
        assert ("taskNotFound", kind, unknown["taskUUID"]) == (error["code"], error["taskType"], error["taskUUID"])
        sandbox.change(unknown_task="empty")
        assert {"data": []} == client.ask(unknown)
        sandbox.change(unknown_task="silence")
        client.say(unknown)
        assert client.is_quiet()


def test_what_questions_know_of_sync_tasks_is_a_switch() -> None:
    """`getResponse` knows them, is silent about them, or finds nothing; `getTaskDetails` knows them, or nothing."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        task = image(numberResults=2)
        client.say(task)
        items = client.items(2)
        answer = client.ask(question(task["taskUUID"]))["data"]
        assert [{**item, "status": "success"} for item in items] == answer
        sandbox.change(sync_questions="silence")
        client.say(question(task["taskUUID"]))
        assert client.is_quiet()
        sandbox.change(sync_questions="unknown")
        assert "taskNotFound" == client.ask(question(task["taskUUID"]))["errors"][0]["code"]

        (details,) = client.ask(question(task["taskUUID"], "getTaskDetails"))["data"]
        assert ("getTaskDetails", [task]) == (details["taskType"], details["request"])
        assert items == details["response"]["data"]
        sandbox.change(task_log=False)
        assert "errors" in client.ask(question(task["taskUUID"], "getTaskDetails"))


def test_details_of_running_and_failed_tasks() -> None:
    """The recorded answer holds what is still running as `processing`, and errors under `errors`."""
    clock = ManualClock()
    with Sandbox(latency=5, clock=clock, faults=[Fault("fail", at=2)]) as sandbox, talk(sandbox) as client:
        running, failing = image(), image()
        client.say(running, failing)
        (details,) = client.ask(question(running["taskUUID"], "getTaskDetails"))["data"]
        assert [running, failing] == details["request"]
        assert "processing" == details["response"]["data"][0]["status"]
        clock.advance(6)
        client.hear()
        client.hear()
        (details,) = client.ask(question(failing["taskUUID"], "getTaskDetails"))["data"]
        assert "providerError" == details["response"]["errors"][0]["code"]
        assert "data" not in details["response"]


def test_inline_results_can_be_asked_for_again() -> None:
    """Questions tell the same base64 that was pushed."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        (item,) = client.ask(task := image(outputType="base64Data"))["data"]
        (again,) = client.ask(question(task["taskUUID"]))["data"]
        assert item["imageBase64Data"] == again["imageBase64Data"]


def test_a_used_uuid_is_a_conflict_on_any_connection() -> None:
    """Submitting again is refused and billed once, on other connections too; by a switch the results come again."""
    with Sandbox() as sandbox:
        task = image()
        with talk(sandbox) as client:
            (item,) = client.ask(task)["data"]
        with talk(sandbox) as client:
            (error,) = client.ask(task)["errors"]
            assert ("conflictTaskUUID", task["taskUUID"]) == (error["code"], error["taskUUID"])
            sandbox.change(reuse="answer")
            assert [item] == client.ask(task)["data"]
            sandbox.change(reuse="silence")
            client.say(task)
            assert client.is_quiet()
        assert (1, 1) == (len(sandbox.tasks), sandbox.purchases)


def test_a_refused_uuid_may_be_used_again() -> None:
    """A task that failed validation was never taken on."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        task = image(width=1)
        assert "errors" in client.ask(task)
        assert "data" in client.ask({**task, "width": 128})


def test_the_sync_limit_gives_up_and_the_task_goes_on() -> None:
    """The error comes at the limit, the result is billed and can be asked for, and is not pushed."""
    clock = ManualClock()
    with Sandbox(latency=200, sync_limit=120, clock=clock, idle_timeout=None) as sandbox, talk(sandbox) as client:
        task = image()
        client.say(task)
        sandbox.wait_for(lambda: sandbox.tasks)
        clock.advance(121)
        assert "timeoutProvider" == client.hear()["errors"][0]["code"]
        clock.advance(100)
        assert client.is_quiet()
        assert "success" == client.ask(question(task["taskUUID"]))["data"][0]["status"]
        assert 1 == sandbox.purchases


@pytest.mark.parametrize("message", ["{nothing", "[]", '{"taskType": "ping"}', "[7]", '{"newConnection": {}}'])
def test_what_is_no_array_of_tasks_is_an_error_without_uuid(message: str) -> None:
    """Or silence, or a close, by a switch; nobody else is disturbed."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        client.socket.send(message)
        (error,) = client.hear()["errors"]
        assert "invalidRequest" == error["code"]
        assert "taskUUID" not in error
        sandbox.change(malformed="silence")
        client.socket.send(message)
        assert client.is_quiet()
        assert "data" in client.ask(image())


def test_large_frames_travel_both_ways() -> None:
    """20 MB in one message to the sandbox, and 20 MB in one message from it."""
    with Sandbox(faults=[Fault("pad", size=20_000_000)]) as sandbox, talk(sandbox) as client:
        client.say(image(newParameter="y" * 20_000_000))
        message = client.socket.recv(20)
        assert len(message) > 20_000_000


def test_a_client_message_may_be_too_large() -> None:
    """Above `max_message` the connection is closed with code 1009."""
    with Sandbox(max_message=10_000) as sandbox, talk(sandbox) as client:
        client.say(image(seedImage="A" * 20_000))
        sandbox.wait_for(lambda: sandbox.connections[0].closed)


def test_pictures_of_one_client_do_not_stop_another() -> None:
    """While large pictures are painted, pings on another connection are answered."""
    with Sandbox() as sandbox, talk(sandbox) as client, talk(sandbox) as other:
        client.say(*[image(width=2048, height=2048, outputType="base64Data") for _ in range(2)])
        for _ in range(5):
            assert "pong" in other.ask({"taskType": "ping", "ping": True})["data"][0]
        assert 2 == len(client.items(2))


def test_a_new_sign_in_on_the_same_connection_moves_it() -> None:
    """Signing in again, without a session, begins another one."""
    with Sandbox() as sandbox, dial(sandbox) as client:
        first = session_of(client.sign_in())
        second = session_of(client.sign_in())
        assert first != second
        assert "data" in client.ask(image())
        assert "data" in client.ask({"taskType": "imageUpload", "taskUUID": "u", "image": PNG})


@pytest.mark.parametrize(("keep", "billed"), [(False, (0.0, 0)), (True, (0.5, 1))])
def test_what_cannot_be_made_is_billed_if_failures_are(keep: bool, billed: tuple[float, int]) -> None:
    """The record of the task, and what the account tells of its use, say the same as the bill."""
    with Sandbox(price=0.5, bill_failures=keep) as sandbox, talk(sandbox) as client:
        task = {"taskType": "caption", "taskUUID": "c", "inputImage": PNG[:40]}
        (error,) = client.ask(task)["errors"]
        usage = {"taskType": "accountManagement", "taskUUID": "a", "operation": "getUsageActivity"}

        assert ("invalidInputImage", "inputImage") == (error["code"], error["parameter"])
        assert billed == (sandbox.billed, sandbox.purchases)
        assert billed == (sandbox.tasks[0].cost, sandbox.tasks[0].billed_results)
        assert (billed[0] > 0) == ("0.5" in json.dumps(client.ask(usage)["data"]))


def test_an_unreadable_picture_is_named_by_its_own_parameter() -> None:
    """Also where the same bytes were sent before under another one."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        for name in ("seedImage", "maskImage"):
            given = {**dict.fromkeys(("seedImage", "maskImage"), PNG), name: PNG[:40]}
            (error,) = client.ask(image(**given, outputType="base64Data"))["errors"]
            assert (f"invalid{name[0].upper()}{name[1:]}", name) == (error["code"], error["parameter"])


def test_the_record_of_a_task_cannot_be_rewritten() -> None:
    """Only the sandbox takes something off its bill."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        client.ask(image())
        with pytest.raises(AttributeError):
            sandbox.tasks[0].task_uuid = "another"


def test_a_search_and_an_upload_need_no_uuid() -> None:
    """They are given one, under which an upload can be asked for; a question needs its own."""
    upload = dict.fromkeys(("category", "architecture", "format", "name", "version", "downloadURL"), "x")
    with Sandbox(long_latency=0) as sandbox, talk(sandbox) as client:
        first, second = (client.ask({"taskType": "modelSearch"})["data"][0] for _ in range(2))
        assert first["taskUUID"] != second["taskUUID"]
        client.say({"taskType": "modelUpload", **upload})
        phases = client.items(5)
        assert "ready" == client.ask(question(phases[0]["taskUUID"]))["data"][-1]["status"]
        for kind in ("getResponse", "getTaskDetails"):
            (error,) = client.ask({"taskType": kind})["errors"]
            assert ("missingTaskUUID", kind) == (error["code"], error["taskType"])
            assert "taskUUID" not in error
        (error,) = client.ask({"taskType": "modelSearch", "limit": 0})["errors"]
        assert "taskUUID" not in error


def test_the_items_of_an_upload_may_name_no_type() -> None:
    """With `upload_type=False`; those of other tasks do."""
    upload = dict.fromkeys(("category", "architecture", "format", "name", "version", "downloadURL"), "x")
    with Sandbox(long_latency=0, upload_type=False) as sandbox, talk(sandbox) as client:
        client.say({"taskType": "modelUpload", "taskUUID": "u", **upload})
        assert [{"taskUUID", "status", "message", "air"}] * 5 == [set(item) for item in client.items(5)]
        assert "taskType" in client.ask(image())["data"][0]
