"""Traps of reading what a server says: halves of frames, shapes of errors, fields that are missing or odd."""

import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from server import PATIENCE, Item, Peer, ScriptedServer, image
from traps.scene import KEY, QUESTIONS, ROOT, SMALL, address, received, to_tasks

from runware_sync import (
    ApiError,
    AuthenticationError,
    ContentPolicyError,
    Image,
    InvalidRequestError,
    ProviderError,
    Runware,
)
from runware_sync.failures import api_error
from runware_sync.sandbox import Fault, Sandbox

BIG = 2**63 - 1


@pytest.mark.parametrize("failures", [1, 2])
def test_trap_06_results_beside_an_error_are_kept(server: ScriptedServer, runware: Runware, failures: int) -> None:
    """Where `errors` is looked at first, the results in the same frame are dropped, though they were paid for."""

    @to_tasks
    def answer(peer: Peer, task: Item) -> None:
        results = [image(task, number) for number in range(3 - failures)]
        peer.send(*results, errors=[address(task, code="moderationFailed")] * failures)

    server.answer = answer

    with pytest.raises(ContentPolicyError) as caught:
        runware.image_inference("a fox", number_results=3, **SMALL)

    assert [Image] * (3 - failures) == [type(result) for result in caught.value.results]
    assert len(server.paid) == 1


def test_trap_06_another_task_s_error_takes_no_result_away(server: ScriptedServer, runware: Runware) -> None:
    """One frame: the error of a task that nobody waits for, and all that the call wants."""

    @to_tasks
    def answer(peer: Peer, task: Item) -> None:
        peer.send(image(task), errors=[{"taskUUID": "another", "code": "moderationFailed"}])

    server.answer = answer

    assert len(runware.image_inference("a fox", retry=0, **SMALL)) == 1


@pytest.mark.parametrize("closes", [None, 1008])
@pytest.mark.parametrize("shape", "ABCDEFGH")
def test_trap_07_a_refused_key_is_understood_in_every_shape(shape: str, closes: int | None) -> None:
    """Where one shape of error is known only, a wrong key is told as a timeout of the sign-in."""
    with Sandbox(api_keys={"the right one"}, auth_error=shape, auth_close=closes) as sandbox:
        with pytest.raises(AuthenticationError) as caught:
            Runware.initialize(KEY, url=sandbox.url, connect_timeout=30.0)

        assert caught.value.code == "invalidApiKey"
        assert len(sandbox.connections) == 1


def test_trap_40_a_provider_s_timeout_is_known_and_passes() -> None:
    """`timeoutProvider` begins with a small letter: where that is not looked for, it is unknown, and final."""
    with (
        Sandbox(faults=[Fault("fail", at=1, code="timeoutProvider")]) as sandbox,
        Runware(KEY, url=sandbox.url) as runware,
    ):
        assert len(runware.image_inference("a fox", **SMALL)) == 1
        assert len(sandbox.tasks) == 2
        assert sandbox.purchases == 1
    assert type(api_error({"code": "timeoutProvider"})) is ProviderError


@pytest.mark.parametrize("parameter", [["width", "height"], "width", None])
@pytest.mark.parametrize("message", ["too wide", None])
def test_trap_41_a_parameter_may_be_a_list_and_a_message_missing(
    server: ScriptedServer, runware: Runware, parameter: object, message: str | None
) -> None:
    """Where a string is taken for granted, the error itself fails, and its caller never hears of it."""
    error = {"code": "invalidSize", "parameter": parameter, **({"message": message} if message else {})}
    server.answer = to_tasks(lambda peer, task: peer.send(errors=[address(task, **error)]))

    with pytest.raises(InvalidRequestError, match="invalidSize") as caught:
        runware.image_inference("a fox", **SMALL)

    assert parameter == caught.value.parameter
    assert str(caught.value) == str(pickle.loads(pickle.dumps(caught.value)))  # noqa: S301 - our own


@pytest.mark.parametrize(
    "odd",
    [
        {"imageURL": None, "seed": None, "cost": None, "NSFWContent": None, "status": None},
        {"imageURL": None, "taskType": None},
        {},
    ],
    ids=["nulls", "no type", "the least"],
)
def test_trap_42_null_and_missing_fields_are_no_failure(
    server: ScriptedServer, runware: Runware, odd: dict[str, Any]
) -> None:
    """Where each field is taken for granted, one `null` loses a result that was paid for."""

    @to_tasks
    def answer(peer: Peer, task: Item) -> None:
        peer.send({"taskUUID": task["taskUUID"], "imageUUID": "i", **odd})

    server.answer = answer

    (picture,) = runware.image_inference("a fox", retry=0, **SMALL)

    assert isinstance(picture, Image)
    assert (picture.image_uuid, picture.image_url, picture.seed, picture.cost) == ("i", None, None, None)


def test_trap_42_an_item_of_nulls_is_no_result(server: ScriptedServer, runware: Runware) -> None:
    """Where a key that is there counts as content, a report without any completes the call with nothing."""

    @to_tasks
    def answer(peer: Peer, task: Item) -> None:
        peer.send(address(task, imageUUID=None, imageURL=None, text=None, seed=None, status="processing"))
        peer.send(address(task, imageUUID=None, imageURL=None, outputs=None, error=None))
        peer.send(image(task))

    server.answer = answer

    images = runware.image_inference("a fox", **SMALL)

    assert [f"{images.task_uuid}-0"] == [one.image_uuid for one in images]
    assert () == images.surplus


def test_trap_43_a_large_seed_stays_what_it_is(server: ScriptedServer, runware: Runware) -> None:
    """Beyond 2 to the 53 a float, or a client that counts in floats, makes another picture's seed of it."""
    server.answer = to_tasks(lambda peer, task: peer.send(image(task, seed=task["seed"] - 1)))

    (picture,) = runware.image_inference("a fox", seed=BIG, **SMALL)

    assert (BIG, BIG - 1) == (server.paid[0]["seed"], picture.seed)
    assert [int, int] == [type(server.paid[0]["seed"]), type(picture.seed)]


FAILURE = {"code": "invalidWidth", "message": "no"}
ALONE: dict[str, Any] = {
    "A": {"errors": [FAILURE]},
    "B": {"error": FAILURE},
    "C": [{"errors": [FAILURE]}],
    "D": {"error": True, "errorId": 7, "errorMessage": "no"},
    "E": {"error": "no", "errorId": "7", "code": "invalidWidth", "message": "no"},
    "F": {"error": FAILURE, "taskType": "imageInference"},
    "G": {"error": [FAILURE]},
    "H": {"data": [], "errors": [FAILURE]},
}


@pytest.mark.parametrize("is_named", [True, False])
@pytest.mark.parametrize("shape", ALONE)
def test_trap_47_a_frame_of_errors_alone_is_no_empty_frame(
    server: ScriptedServer, runware: Runware, shape: str, is_named: bool
) -> None:
    """Where only `data` is looked for, it is an empty frame, and the caller times out."""

    @to_tasks
    def answer(peer: Peer, task: Item) -> None:
        frame = json.loads(json.dumps(ALONE[shape]))
        part = frame[0] if isinstance(frame, list) else frame
        for error in part.get("errors") or [part]:
            error.update({"taskUUID": task["taskUUID"]} if is_named else {})
        peer.say(json.dumps(frame))

    server.answer = answer

    with pytest.raises(ApiError, match="no") as caught:
        runware.image_inference("a fox", **SMALL)

    assert caught.value.attempts == 1
    assert caught.value.code == ("" if shape == "D" else "invalidWidth")


@pytest.mark.parametrize(
    "empty",
    [{"errors": []}, {"errors": None}, {"errors": {}}, {"error": False}, {"error": None}, {"errors": [], "error": ""}],
    ids=json.dumps,
)
def test_trap_48_an_empty_list_of_errors_is_no_error(
    server: ScriptedServer, runware: Runware, empty: dict[str, Any]
) -> None:
    """Where the mere presence of the key is a failure, every answer that has it fails: sign-in, results, questions."""

    def say(peer: Peer, *items: Item) -> None:
        peer.say(json.dumps({"data": items, **empty}))

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "authentication":
            say(peer, {"taskType": "authentication", "connectionSessionUUID": "s"})
        elif task["taskType"] == "getResponse":
            say(peer, address(task, status="processing"))
        else:
            say(peer)

    server.answer = answer
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(lambda: runware.image_inference("a fox", number_results=2, **SMALL))
        server.wait_for(lambda: server.paid)
        for _ in range(5):
            runware.get_response(ROOT)  # about another task; what was said before has been read by now

        assert not call.done()
        for number in range(2):
            say(server.peers[0], image(server.paid[0], number))
        assert len(call.result(PATIENCE)) == 2
    assert {ROOT} == {task["taskUUID"] for task in received(server, *QUESTIONS)}
    assert len(server.paid) == 1
