"""What the sandbox does when it fails itself: whoever waits is told, pays nothing, and everybody else goes on."""

import base64
import json
import logging
import urllib.error
import urllib.request
import uuid
from typing import Any, NoReturn

import pytest
from pictures import file
from sandbox_talk import Talk, dial, image, question, talk
from websockets.exceptions import ConnectionClosed

from runware_sync.sandbox import ManualClock, Sandbox
from runware_sync.sandbox.admission import Admission
from runware_sync.sandbox.delivery import Delivery
from runware_sync.sandbox.gallery import Inline
from runware_sync.sandbox.service import Service
from runware_sync.sandbox.tasks.image_inference import ImageInference

PNG = base64.b64encode(file()).decode()
HALF = "\ud83d"  # of a surrogate pair
NAN, INFINITY = float("nan"), float("inf")
PAINTED: dict[str, Any] = {"outputType": "base64Data"}
TURN = {"role": "user", "content": "Hello."}
TOOL = {"type": "function", "function": {"name": "look", "parameters": {}}}

IN_A_PAINTER: list[dict[str, Any]] = [
    {"taskType": "removeBackground", "inputImage": PNG, "settings": {"alphaMattingErodeSize": "ten"}},
    {"taskType": "removeBackground", "inputImage": PNG, "settings": {"alphaMattingErodeSize": [5]}},
    *(
        {"taskType": "removeBackground", "inputImage": PNG, "settings": {"rgba": rgba}}
        for rgba in ([1, 2, 3, NAN], [1e300, 0, 0, 0], [10**30] * 4)
    ),
    {"taskType": "removeBackground", "inputImage": PNG, "rgba": [1, 2, 3, NAN]},
    *(image(seedImage=PNG, outpaint={"top": side}) for side in ("x", [5], INFINITY, 10**30)),
    image(seedImage=PNG, outpaint={"top": 64, "blur": "x"}),
    *(
        {"taskType": "controlNetPreprocess", "inputImage": PNG, "preProcessorType": "canny", "settings": settings}
        for settings in ({"lowThresholdCanny": "x"}, {"width": "x"}, {"width": [1]}, {"width": 10**30, "height": 64})
    ),
]
IN_THE_LOOP: list[dict[str, Any]] = [
    image(outputType={}),
    image(outputType=[{}]),
    image(outputType=[[]]),
    {"taskType": "modelSearch", "limit": None},
    {"taskType": "modelSearch", "tags": 5},
    {"taskType": "modelSearch", "capabilities": [{}]},
    {"taskType": "accountManagement", "operation": "getUsage", "models": 5},
    {"taskType": "accountManagement", "operation": "getUsage", "groupBy": 5},
    {"taskType": "textInference", "model": "m:1@1", "messages": [TURN], "tools": 5},
    {"taskType": "textInference", "model": "m:1@1", "messages": [TURN], "tools": [TOOL], "toolChoice": {"type": []}},
    {"taskType": "textInference", "model": "m:1@1", "messages": [TURN], "settings": {"thinkingLevel": []}},
    {"taskType": "videoInference", "model": "m:1@1", "positivePrompt": "a boat", "duration": NAN},
    {"taskType": "videoInference", "model": "m:1@1", "positivePrompt": "a boat", "duration": INFINITY},
    {"taskType": "audioInference", "model": "m:1@1", "positivePrompt": "a song", "duration": NAN},
]


def heard(client: Talk, *uuids: str) -> dict[str, dict[str, Any]]:
    """Return the first item or error that comes for each of these tasks."""
    found: dict[str, dict[str, Any]] = {}
    while not found.keys() >= set(uuids):
        frame = client.hear()
        for entry in (*frame.get("data", ()), *frame.get("errors", ())):
            found.setdefault(entry["taskUUID"], entry)
    return found


@pytest.mark.parametrize("odd", [*({**task, **PAINTED} for task in IN_A_PAINTER), *IN_THE_LOOP])
def test_a_task_of_odd_values_is_answered_and_disturbs_no_other(odd: dict[str, Any]) -> None:
    """The other one of its frame has its result; what fails is not billed."""
    with Sandbox(long_latency=0) as sandbox, talk(sandbox) as client:
        odd, good = {**odd, "taskUUID": str(uuid.uuid4())}, image()
        client.say(odd, good)
        answers = heard(client, odd["taskUUID"], good["taskUUID"])

        assert "imageURL" in answers[good["taskUUID"]]
        if "code" in answers[odd["taskUUID"]]:
            assert 1 == sandbox.purchases


@pytest.mark.parametrize("parameters", [{}, PAINTED])
def test_a_result_at_which_the_sandbox_fails_is_an_error_and_costs_nothing(
    parameters: dict[str, Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Pushed, and told to whoever asks; the traceback is in the log, the other results come."""
    made = ImageInference.result

    def fail_at_the_second(self: ImageInference, commission: Any, index: int) -> dict[str, Any]:
        if index == 1:
            raise KeyError("no such thing")
        return made(self, commission, index)

    monkeypatch.setattr(ImageInference, "result", fail_at_the_second)
    with Sandbox(price=0.5) as sandbox, talk(sandbox) as client:
        client.say(task := image(numberResults=3, includeCost=True, **parameters))
        frames = [client.hear() for _ in range(3)]
        (error,) = [error for frame in frames for error in frame.get("errors", ())]
        told = client.ask(question(task["taskUUID"]))

        assert ("internalServerError", task["taskUUID"]) == (error["code"], error["taskUUID"])
        assert [0.5, 0.5] == [item["cost"] for item in told["data"]]
        assert ["internalServerError"] == [error["code"] for error in told["errors"]]
        assert (1.0, 2) == (sandbox.billed, sandbox.purchases)
        assert (1.0, 2) == (sandbox.tasks[0].cost, sandbox.tasks[0].billed_results)
    assert "no such thing" in caplog.text


def test_a_task_that_cannot_be_begun_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has been billed by then, and is not any more."""
    monkeypatch.setattr(ImageInference, "is_heavy", fail)
    with Sandbox() as sandbox, talk(sandbox) as client:
        (error,) = client.ask(image(numberResults=2))["errors"]

        assert "internalServerError" == error["code"]
        assert client.is_quiet()
        assert (0.0, 0) == (sandbox.billed, sandbox.purchases)


def test_a_task_of_which_a_late_result_cannot_be_sent_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has been delivered stays billed."""
    clock = ManualClock()
    with Sandbox(latency=10, clock=clock) as sandbox, talk(sandbox) as client:
        client.say(task := image(numberResults=4))
        sandbox.wait_for(lambda: sandbox.tasks)
        clock.advance(3)
        assert 1 == len(client.items(1))
        monkeypatch.setattr(Delivery, "_push", fail)
        clock.advance(8)

        (error,) = client.hear()["errors"]
        assert ("internalServerError", task["taskUUID"]) == (error["code"], error["taskUUID"])
        assert client.is_quiet()
        assert 1 == sandbox.purchases


def test_a_question_that_cannot_be_answered_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the answer is written in a worker's thread."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        client.ask(task := image(**PAINTED))
        monkeypatch.setattr(Inline, "text", fail)
        (error,) = client.ask(question(task["taskUUID"]))["errors"]

        found = (error["code"], error["taskUUID"], error["taskType"])
        assert ("internalServerError", task["taskUUID"], "getResponse") == found


def test_an_object_at_which_the_sandbox_fails_does_not_take_the_connection_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The next one in the frame is answered as ever."""
    monkeypatch.setattr(Admission, "submit", fail)
    with Sandbox() as sandbox, talk(sandbox) as client:
        client.say(task := image(), {"taskType": "ping", "ping": True})
        (error,) = client.hear()["errors"]

        assert ("internalServerError", task["taskUUID"]) == (error["code"], error["taskUUID"])
        assert "pong" in client.hear()["data"][0]


def test_brackets_without_end_are_malformed() -> None:
    """However deep they are."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        client.socket.send("[" * 100_000)

        assert "invalidRequest" == client.hear()["errors"][0]["code"]


def test_a_connection_on_which_the_sandbox_fails_is_closed_with_1011(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client is told so by the closing handshake."""
    with Sandbox() as sandbox, dial(sandbox) as client:
        monkeypatch.setattr(Service, "receive", fail)
        client.say(image())
        with pytest.raises(ConnectionClosed) as caught:
            client.hear()

        assert caught.value.rcvd is not None
        assert 1011 == caught.value.rcvd.code
        sandbox.wait_for(lambda: sandbox.connections[0].closed == "close 1011")


def test_a_file_that_cannot_be_made_is_answered_with_500(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And the log says why."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        monkeypatch.setattr("runware_sync.sandbox.art.encode", fail)
        url = client.ask(image())["data"][0]["imageURL"]
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(url, timeout=10)  # noqa: S310 - the sandbox's own

        caught.value.close()
        assert 500 == caught.value.code
    assert ["the sandbox failed at the file"] == [
        record.getMessage()[:30] for record in caplog.records if record.levelno == logging.ERROR
    ]


@pytest.mark.parametrize("name", ["positivePrompt", "negativePrompt", "model"])
def test_half_a_surrogate_pair_is_painted(name: str) -> None:
    """As any other word is that the sandbox does not know."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        (item,) = client.ask(image(**{name: f"fox {HALF}"}, **PAINTED))["data"]

        assert item["imageBase64Data"]


def test_a_prompt_with_half_a_surrogate_pair_is_enhanced() -> None:
    """It is still in there."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        task = {"taskType": "promptEnhance", "taskUUID": str(uuid.uuid4()), "prompt": f"fox {HALF}"}

        assert HALF in client.ask(task)["data"][0]["text"]


@pytest.mark.parametrize("number", [NAN, INFINITY, -INFINITY])
def test_what_is_no_finite_number_is_refused(number: float) -> None:
    """By the name of its parameter."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        (error,) = client.ask(image(CFGScale=number))["errors"]

        assert ("invalidCFGScale", "float") == (error["code"], error["type"])
        assert not sandbox.tasks


def test_what_costs_no_sum_of_money_is_refused_before_it_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its UUID may be used again."""
    with Sandbox() as sandbox, talk(sandbox) as client:
        with monkeypatch.context() as patch:
            patch.setattr(ImageInference, "price", lambda *_: NAN)
            (error,) = client.ask(task := image())["errors"]

            assert "internalServerError" == error["code"]
            assert not sandbox.tasks
        assert "imageURL" in client.ask(json.loads(json.dumps(task)))["data"][0]


def fail(*_: object, **__: object) -> NoReturn:
    """Raise what nobody expects."""
    raise ZeroDivisionError
