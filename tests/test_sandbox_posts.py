"""The sandbox by HTTP POST: JSON answers, and texts as server-sent events, read by this library and by hand."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import urllib3
from server import PATIENCE, eventually

from runware_sync import (
    AuthenticationError,
    ConflictError,
    ConnectionLostError,
    ContentPolicyError,
    InsufficientCreditsError,
    InvalidRequestError,
    ProviderError,
    Runware,
    RunwareError,
    TaskTimeoutError,
    Text,
    TextStream,
)
from runware_sync.sandbox import Fault, Sandbox

KEY = "key-of-a-test-4711"
UUID = "3f0c6f4e-8a52-4a7e-9d51-6b1f2c90e4aa"
TASK = {
    "taskType": "textInference",
    "taskUUID": UUID,
    "model": "minimax:m2@0",
    "messages": [{"role": "user", "content": "Name three colours."}],
    "includeCost": True,
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def runware(sandbox: Sandbox) -> Iterator[Runware]:
    with Runware(KEY, url=sandbox.url, timeout=PATIENCE) as runware:
        yield runware


def post(sandbox: Sandbox, *tasks: object, key: str = KEY, **headers: str) -> urllib3.BaseHTTPResponse:
    return posted(sandbox, json.dumps(tasks).encode(), key=key, **headers)


def posted(sandbox: Sandbox, body: bytes, *, key: str = KEY, **headers: str) -> urllib3.BaseHTTPResponse:
    with urllib3.PoolManager() as pool:
        return pool.request(
            "POST",
            sandbox.url.replace("ws://", "http://"),
            body=body,
            headers={
                "Content-Type": "application/json",
                **({"Authorization": f"Bearer {key}"} if key else {}),
                **headers,
            },
            retries=False,
            timeout=PATIENCE,
        )


def test_a_text_comes_piece_by_piece(sandbox: Sandbox, runware: Runware) -> None:
    """And is the same as the one that comes whole, and billed as one."""
    with runware.stream_text("Tell me of the sea.", model="minimax:m2@0", include_usage=True, seed=7) as stream:
        pieces = list(stream)

    assert isinstance(stream, TextStream)
    assert len(pieces) > 10
    assert stream.finish_reason == "stop"
    assert stream.usage is not None
    whole = runware.text_inference("Tell me of the sea.", model="minimax:m2@0", include_usage=True, seed=7)[0]
    assert isinstance(whole, Text)
    assert (whole.text, whole.usage, whole.cost) == ("".join(pieces), stream.usage, stream.cost)
    assert stream.text == whole.text
    assert sandbox.billed == pytest.approx(2 * (whole.cost or 0))


def test_reasoning_comes_apart(runware: Runware) -> None:
    """Before the answer."""
    thought: list[str] = []
    stream = runware.stream_text(
        "Why is the sky blue?", model="m:1@1", settings={"thinking_level": "high"}, on_reasoning=thought.append
    )

    assert "".join(stream)
    assert "".join(thought) == stream.reasoning


def test_what_is_left_early_goes_on_and_can_be_collected(sandbox: Sandbox, runware: Runware) -> None:
    """The task is done, whoever listens; it is billed once."""
    for _ in (stream := runware.stream_text("Tell me of the sea.", model="m:1@1")):
        break
    text = runware.job(stream.task_uuid).result(PATIENCE)

    assert str(text[0]).startswith(stream.text)
    assert len(sandbox.tasks) == 1


def test_a_lost_stream_is_billed_once() -> None:
    """And never sent again; the error says how to collect it."""
    with Sandbox(faults=[Fault("drop", when="after")]) as sandbox, Runware(KEY, url=sandbox.url) as runware:
        with pytest.raises(ConnectionLostError, match=r"client\.job"):
            list(runware.stream_text("Tell me of the sea.", model="m:1@1"))

        assert len(sandbox.tasks) == 1


@pytest.mark.parametrize(
    ("fault", "kind", "billed"),
    [
        (Fault("fail", results=3), ProviderError, 0),
        (Fault("fail", results=2, code="contentPolicyViolation"), ContentPolicyError, 0),
        (Fault("drop", when="between", results=3), ConnectionLostError, 1),
    ],
)
def test_what_happens_in_the_midst_of_a_text_is_met_there(fault: Fault, kind: type[RunwareError], billed: int) -> None:
    """Some pieces are written first; the error carries them. What has failed is not billed."""
    pieces: list[str] = []
    with Sandbox(faults=[fault]) as sandbox, Runware(KEY, url=sandbox.url, max_retries=0) as runware:
        stream = runware.stream_text("Tell me of the sea.", model="minimax:m2@0")
        with pytest.raises(kind) as caught:
            pieces.extend(stream)

        assert fault.results == len(pieces)
        assert "".join(pieces) == caught.value.results[0].text
        assert billed == sandbox.purchases
        if billed == 0:
            with pytest.raises(kind):
                runware.job(stream.task_uuid).result(PATIENCE)


@pytest.mark.parametrize(
    ("error", "settings", "request_"),
    [
        (AuthenticationError, {"api_keys": ["another"]}, {}),
        (InsufficientCreditsError, {"balance": 0}, {}),
        (InvalidRequestError, {}, {"extra": {"messages": []}}),
    ],
)
def test_refusals_are_the_same_typed_errors(
    error: type[Exception], settings: dict[str, Any], request_: dict[str, Any]
) -> None:
    """Before anything is billed."""
    with Sandbox(**settings) as sandbox, Runware(KEY, url=sandbox.url) as runware:
        with pytest.raises(error):
            runware.stream_text("Hello.", model="m:1@1", **request_)

        assert sandbox.billed == 0


def test_a_uuid_is_used_once(runware: Runware) -> None:
    """Also by HTTP."""
    list(runware.stream_text("Hello.", model="m:1@1", task_uuid=UUID))

    with pytest.raises(ConflictError):
        runware.stream_text("Good bye.", model="m:1@1", task_uuid=UUID)


def test_tasks_are_answered_as_json(sandbox: Sandbox) -> None:
    """Several in one request, with the key in the header or in front."""
    second = {
        "taskType": "promptEnhance",
        "taskUUID": "91d7b6a0-2c3e-4f18-8b0a-5e7c41d2f603",
        "prompt": "x",
        "promptVersions": 2,
    }
    answer = post(sandbox, TASK, second)

    assert answer.status == 200
    assert [item["taskType"] for item in answer.json()["data"]] == ["textInference", "promptEnhance", "promptEnhance"]
    signed = {"taskType": "authentication", "apiKey": KEY}
    details = {"taskType": "getTaskDetails", "taskUUID": TASK["taskUUID"]}
    assert post(sandbox, signed, details, key="").json()["data"][0]["request"]


def test_refusals_have_a_status(sandbox: Sandbox) -> None:
    """With the body of any other error."""
    assert post(sandbox, TASK, key="").status == 401
    wrong = post(sandbox, {**TASK, "model": 3})
    assert (wrong.status, wrong.json()["data"]) == (400, [])
    assert post(sandbox, TASK, Origin="https://a.example.test").status == 403


@pytest.mark.parametrize("body", [b"{nope", b"[]", b"[5]", b"{}", b"7", b"[" * 100_000, b'{"taskType": "ping"}'])
def test_what_is_no_array_of_tasks_is_400(sandbox: Sandbox, body: bytes) -> None:
    """With the error of the websocket; nobody else is disturbed."""
    answer = posted(sandbox, body)

    assert 400 == answer.status
    assert ["invalidRequest"] == [error["code"] for error in answer.json()["errors"]]
    with Runware(KEY, url=sandbox.url) as runware:
        assert runware.text_inference("Hello.", model="m:1@1")
    eventually(lambda: all(connection.closed for connection in sandbox.connections))


def test_a_request_that_waits_is_cut_when_the_sandbox_stops(caplog: pytest.LogCaptureFixture) -> None:
    """As any connection is, without a word in the log of asyncio."""
    with (
        Sandbox(faults=[Fault("half_open")]) as sandbox,
        Runware(KEY, url=sandbox.url, timeout=PATIENCE, max_retries=0) as runware,
    ):
        with ThreadPoolExecutor(1) as pool:
            stream = pool.submit(lambda: runware.stream_text("Hello.", model="m:1@1"))
            sandbox.wait_for(lambda: sandbox.tasks)
            sandbox.stop()

            with pytest.raises(ConnectionLostError):
                stream.result(PATIENCE)
        assert [] == [record for record in caplog.records if record.name == "asyncio"]


def test_a_client_that_has_gone_is_noticed_while_nothing_is_said() -> None:
    """The request ends with it, though its answer would never have come."""
    with (
        Sandbox(faults=[Fault("half_open")]) as sandbox,
        Runware(KEY, url=sandbox.url, timeout=0.2, max_retries=0) as runware,
    ):
        with pytest.raises(TaskTimeoutError):
            runware.stream_text("Hello.", model="m:1@1")

        sandbox.wait_for(lambda: [connection.closed for connection in sandbox.connections] == ["client"], PATIENCE)


WRONG = {**TASK, "messages": []}
ENHANCE = {"taskType": "promptEnhance", "taskUUID": "91d7b6a0-2c3e-4f18-8b0a-5e7c41d2f603", "prompt": "x"}


@pytest.mark.parametrize("shape", ["errors", "both", "object", "array", "boolean"])
@pytest.mark.parametrize("named", [True, False])
def test_errors_of_every_shape_end_a_request(shape: str, named: bool) -> None:
    """In the shape in which they were said, and not before the other task has been answered."""
    with Sandbox(error_shape=shape, error_uuid=named, latency=0.05) as sandbox:
        alone, beside = post(sandbox, WRONG), post(sandbox, WRONG, ENHANCE)

        assert (400, 200) == (alone.status, beside.status)
        assert shape in {"errors", "both"} or "error" in alone.json()
        assert "missingMessages" in alone.data.decode() or shape == "boolean"
        assert ["promptEnhance"] == [item["taskType"] for item in beside.json()["data"]]


@pytest.mark.parametrize("shape", list("ABCDEFGH"))
def test_a_refused_sign_in_of_every_shape_is_401(shape: str) -> None:
    """Its reply is not lost, and the library reads it."""
    with Sandbox(auth_error=shape, api_keys=["another"]) as sandbox, Runware(KEY, url=sandbox.url) as runware:
        answer = post(sandbox, TASK)

        assert 401 == answer.status
        assert "The API key was not accepted." in answer.data.decode()
        with pytest.raises(AuthenticationError):
            runware.stream_text("Hello.", model="m:1@1")


def test_a_sign_in_alone_is_refused_too() -> None:
    """Though there is no task to be answered."""
    with Sandbox(api_keys=["another"]) as sandbox:
        assert 401 == post(sandbox, {"taskType": "authentication", "apiKey": KEY}, key="").status


@pytest.mark.parametrize(
    "settings",
    [
        {"item_uuid": False},
        {"item_uuid": False, "pong_in_front": True},
        {"pong_in_front": True},
        {"data_shape": "object"},
        {"frame_shape": "array"},
        {"binary": True},
        {"split": "one"},
        {"mix": True},
        {"shuffle": True},
    ],
)
def test_results_of_every_shape_are_complete(settings: dict[str, Any]) -> None:
    """All three texts of a task, and that of another one."""
    with Sandbox(**settings) as sandbox:
        data = post(sandbox, {**TASK, "numberResults": 3}, ENHANCE, {"taskType": "ping", "ping": True}).json()["data"]

        assert 4 == len([item for item in data if "text" in item])
        assert [item for item in data if "pong" in item]


def test_no_pong_is_in_a_stream() -> None:
    """It is no piece of a text."""
    with Sandbox(pong_in_front=True) as sandbox:
        chunks = post(sandbox, {**TASK, "deliveryMethod": "stream"}).data.decode().split("\n\n")

        assert UUID == json.loads(chunks[1].removeprefix("data: "))["taskUUID"]


def test_what_is_no_task_is_refused_beside_one(sandbox: Sandbox) -> None:
    """And a question that has an empty answer is answered."""
    answer = post(sandbox, 5, TASK).json()
    assert (1, 1) == (len(answer["data"]), len(answer["errors"]))
    sandbox.change(unknown_task="empty")
    unknown = {"taskType": "getResponse", "taskUUID": ENHANCE["taskUUID"]}
    assert {"data": []} == post(sandbox, unknown).json()


def test_a_uuid_that_comes_again_is_answered(sandbox: Sandbox) -> None:
    """In one request, or in another: the results once, and a conflict."""
    several = {**TASK, "numberResults": 3}
    answer = post(sandbox, several, several).json()
    assert (3, ["conflictTaskUUID"]) == (len(answer["data"]), [error["code"] for error in answer["errors"]])
    assert 400 == post(sandbox, several).status


def test_a_search_without_a_uuid_is_answered(sandbox: Sandbox) -> None:
    """And so is each phase of an upload."""
    sandbox.change(long_latency=0.05)
    upload = dict.fromkeys(("category", "architecture", "format", "name", "version", "downloadURL"), "x")
    data = post(sandbox, {"taskType": "modelSearch"}, {"taskType": "modelUpload", **upload}).json()["data"]

    assert ["modelSearch", *["modelUpload"] * 5] == [item["taskType"] for item in data]
    (error,) = post(sandbox, {**TASK, "taskUUID": None}).json()["errors"]
    assert "missingTaskUUID" == error["code"]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("insufficientCredits", 402),
        ("providerRateLimitExceeded", 429),
        ("rateLimit", 429),
        ("contentPolicyViolation", 400),
        ("providerContentPolicyViolation", 400),
        ("permissionDenied", 403),
        ("tokenExpired", 401),
        ("missingApiKey", 401),
        ("timeoutProvider", 504),
        ("providerGatewayTimeout", 504),
        ("mediaNotFound", 404),
        ("taskExpired", 404),
        ("internalServerError", 500),
        ("serviceUnavailable", 503),
        ("providerError", 503),
        ("noAvailableServer", 503),
        ("conflictTaskUUID", 400),
        ("somethingNew", 400),
    ],
)
def test_the_class_of_an_error_decides_on_the_status(code: str, status: int) -> None:
    """Of a task that failed as of one that was refused."""
    with Sandbox(faults=[Fault("fail", code=code)]) as sandbox:
        assert status == post(sandbox, TASK).status
