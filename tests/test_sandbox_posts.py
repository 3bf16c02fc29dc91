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
    InsufficientCreditsError,
    InvalidRequestError,
    Runware,
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


def post(sandbox: Sandbox, *tasks: dict[str, Any], key: str = KEY, **headers: str) -> urllib3.BaseHTTPResponse:
    with urllib3.PoolManager() as pool:
        return pool.request(
            "POST",
            sandbox.url.replace("ws://", "http://"),
            body=json.dumps(tasks),
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


def test_nonsense_ends_the_connection(sandbox: Sandbox) -> None:
    """And disturbs nobody else."""
    with urllib3.PoolManager() as pool, pytest.raises(urllib3.exceptions.ProtocolError):
        pool.request("POST", sandbox.url.replace("ws://", "http://"), body="{", retries=False)
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
