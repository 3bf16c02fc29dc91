"""The client as its user holds it: how it begins, what its methods take and give, how it ends."""

import asyncio
import gc
import os
import pickle
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import trustme
from server import PATIENCE, Item, Peer, ScriptedServer, eventually, image, instantly

from runware_sync import (
    AuthenticationError,
    Caption,
    ClientClosedError,
    ConfigurationError,
    ConnectionFailedError,
    DownloadError,
    GetResponse,
    GetTaskDetails,
    GuideImage,
    Image,
    ImageInference,
    ImageUpload,
    PromptEnhance,
    Results,
    Runware,
    Text,
)
from runware_sync.sandbox import Sandbox, SandboxUnavailableError, shared

KEY = "key-of-a-test-4711"
MODEL = "runware:101@1"
SMALL: dict[str, Any] = {"model": MODEL, "width": 128, "height": 128}
ROOT = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def runware(sandbox: Sandbox) -> Iterator[Runware]:
    with Runware(KEY, url=sandbox.url, timeout=PATIENCE) as runware:
        yield runware


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


def readers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "runware-reader"]


# -- beginning ------------------------------------------------------------------------------------------------------


def test_making_a_client_does_nothing_but_check(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """No thread, no connection, no name looked up."""

    def forbidden(*_: object, **__: object) -> None:
        pytest.fail("a name was looked up")

    eventually(lambda: not readers())
    before = threading.enumerate()
    with monkeypatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", forbidden)

        clients = [Runware(KEY, url=url) for url in (server.url, "wss://nowhere.example.test/v1", "sandbox:?seed=4711")]

        assert not [new for new in threading.enumerate() if new not in before and new.name.startswith("runware-")]
        assert [False] * 3 == [runware.connected for runware in clients]
        assert [[]] * 3 == [runware.pending() for runware in clients]
    assert [] == server.peers


def test_an_unknown_keyword_is_a_type_error() -> None:
    """As with any Python function."""
    unknown: dict[str, Any] = {"time_out": 3}

    with pytest.raises(TypeError, match="time_out"):
        Runware(KEY, **unknown)
    with pytest.raises(TypeError, match="time_out"):
        Runware.initialize(KEY, **unknown)


def test_without_a_key_there_is_no_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """Said at construction, with both ways to give one."""
    monkeypatch.delenv("RUNWARE_API_KEY", raising=False)
    monkeypatch.delenv("RUNWARE_URL", raising=False)

    with pytest.raises(ConfigurationError, match=r"RUNWARE_API_KEY.*api_key"):
        Runware()


def test_the_environment_makes_any_script_an_offline_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """`RUNWARE_URL=sandbox:`, no key, no change."""
    monkeypatch.delenv("RUNWARE_API_KEY", raising=False)
    monkeypatch.setenv("RUNWARE_URL", "sandbox:?seed=815")

    with Runware() as runware:
        assert runware.image_inference("a fox", **SMALL)[0].read()
    shared("sandbox:?seed=815").stop()


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("nope=1", "no setting 'nope'"),
        ("latency=x", "latency='x': a number is needed"),
        ("latency=-1", "latency=-1"),
        ("drop_every=0", "every=0"),
    ],
)
def test_an_address_of_the_sandbox_that_cannot_work_is_said_when_it_starts(query: str, complaint: str) -> None:
    """As any other setting, by whatever comes first: a call, a job, a stream or `connect()`."""
    runware = Runware(url=f"sandbox:?{query}")  # nothing of the sandbox is imported for it

    for start in (
        lambda: runware.image_inference("a fox", **SMALL),
        lambda: runware.submit(ImageInference("a fox", **SMALL)).result(PATIENCE),
        lambda: runware.stream_text("a", model="minimax:m2@0"),
        runware.connect,
    ):
        with pytest.raises(ConfigurationError, match=re.escape(complaint)):
            start()


def test_a_sandbox_without_its_extra_is_a_matter_of_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what to install."""

    def unavailable(_url: str) -> Sandbox:
        raise SandboxUnavailableError("pip install it")

    monkeypatch.setattr("runware_sync.sandbox.shared", unavailable)

    with pytest.raises(ConfigurationError, match="pip install it"):
        Runware(url="sandbox:?seed=816").connect()


def test_the_first_call_connects(sandbox: Sandbox, runware: Runware) -> None:
    """And the next ones share that connection."""
    assert not runware.connected

    runware.image_inference("a fox", **SMALL)
    runware.image_inference("a hare", **SMALL)

    assert runware.connected
    assert len(sandbox.connections) == 1


def test_connect_returns_the_client(sandbox: Sandbox, runware: Runware) -> None:
    """It connects once, however often it is called."""
    assert runware is runware.connect()
    assert runware is runware.connect()

    assert runware.connected
    assert len(sandbox.connections) == 1


def test_initialize_makes_a_client_and_connects_it(sandbox: Sandbox) -> None:
    """In one step."""
    with Runware.initialize(KEY, url=sandbox.url) as runware:
        assert runware.connected
        assert isinstance(runware, Runware)


def test_a_wrong_key_is_told_by_whatever_connects() -> None:
    """By `initialize`, by `connect`, by the first call; never a loop."""
    with Sandbox(api_keys={"the right one"}) as sandbox:
        with pytest.raises(AuthenticationError):
            Runware.initialize(KEY, url=sandbox.url)
        with Runware(KEY, url=sandbox.url) as runware:
            with pytest.raises(AuthenticationError):
                runware.connect()
            with pytest.raises(AuthenticationError):
                runware.image_inference("a fox", **SMALL)

        assert len(sandbox.connections) == 3


def test_nobody_there_is_told_by_connect() -> None:
    """As a failed connection, by which nothing was sent."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        runware = Runware(KEY, url=f"ws://127.0.0.1:{unused.getsockname()[1]}/v1", max_retries=0)

        with pytest.raises(ConnectionFailedError):
            runware.connect()


# -- ending ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["close", "disconnect"])
def test_after_close_a_call_says_so_until_connect(sandbox: Sandbox, name: str) -> None:
    """Closing twice is nothing; a client that never connected can be closed too."""
    runware = Runware(KEY, url=sandbox.url)
    close = getattr(runware, name)
    close()
    with pytest.raises(ClientClosedError):
        runware.image_inference("a fox", **SMALL)
    assert len(sandbox.connections) == 0

    runware.connect()
    assert len(runware.image_inference("a fox", **SMALL)) == 1
    close()
    close(timeout=0.1)

    assert not runware.connected
    with pytest.raises(ClientClosedError):
        runware.get_response(ROOT)
    with pytest.raises(ClientClosedError):
        runware.raw({"taskType": "imageInference"})
    with pytest.raises(ClientClosedError):
        runware.job(ROOT).result(PATIENCE)
    eventually(lambda: not readers())


def test_leaving_with_closes(sandbox: Sandbox) -> None:
    """The server sees a proper goodbye."""
    with Runware(KEY, url=sandbox.url) as runware:
        runware.image_inference("a fox", **SMALL)

    assert not runware.connected
    sandbox.wait_for(lambda: sandbox.connections[0].closed is not None, PATIENCE)
    assert "reset" not in str(sandbox.connections[0].closed)


def test_leaving_with_by_an_exception_closes_too(sandbox: Sandbox) -> None:
    """The exception is the one that was raised."""
    error = ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError) as caught, Runware(KEY, url=sandbox.url) as runware:  # noqa: PT012 - one way out
        runware.image_inference("a fox", **SMALL)
        raise error

    assert error is caught.value
    assert not runware.connected
    eventually(lambda: not readers())


def test_close_ends_what_waits_at_once() -> None:
    """Each call with the error that says so; `pending()` told what they were."""
    with (
        Sandbox(latency=PATIENCE) as sandbox,
        Runware(KEY, url=sandbox.url) as runware,
        ThreadPoolExecutor(2) as pool,
    ):
        first = pool.submit(lambda: runware.image_inference("a fox", task_uuid=ROOT, **SMALL))
        sandbox.wait_for(lambda: len(sandbox.tasks) == 1, PATIENCE)
        second = pool.submit(lambda: runware.prompt_enhance("a fox"))
        sandbox.wait_for(lambda: len(sandbox.tasks) == 2, PATIENCE)
        waiting = runware.pending()

        began = time.monotonic()
        runware.close()
        errors = [first.exception(PATIENCE), second.exception(PATIENCE)]

        assert time.monotonic() - began < 3.0
        assert [ClientClosedError, ClientClosedError] == [type(error) for error in errors]
        assert ["imageInference", "promptEnhance"] == [one.task_type for one in waiting]
        assert waiting[0].task_uuid == ROOT
        assert PATIENCE > waiting[0].seconds >= waiting[1].seconds >= 0
        assert [] == runware.pending()


def test_a_client_that_nobody_holds_closes_itself(sandbox: Sandbox) -> None:
    """Making it again and again in a cell leaks neither threads nor sockets."""
    pictures: list[Image] = []
    for _ in range(5):
        runware = Runware(KEY, url=sandbox.url)
        pictures += runware.image_inference("a fox", **SMALL)
        gone = weakref.ref(runware)
        del runware
        gc.collect()

        assert gone() is None
    eventually(lambda: not readers())
    sandbox.wait_for(lambda: all(one.closed is not None for one in sandbox.connections), PATIENCE)
    assert len(sandbox.connections) == 5
    assert pictures[0].read(), "results live without their client"


def test_a_client_with_other_options_keeps_the_connection(sandbox: Sandbox) -> None:
    """The first one may go; what shares its connection still works."""
    runware = Runware(KEY, url=sandbox.url)
    other = runware.with_options(timeout=PATIENCE)
    del runware
    gc.collect()

    assert len(other.image_inference("a fox", **SMALL)) == 1
    assert len(sandbox.connections) == 1
    other.close()


EXITS = {
    "idle": "runware.connect()",
    "a call in a daemon thread": """
threading.Thread(target=runware.image_inference, args=("a fox",), kwargs=dict(model="a:1@1"), daemon=True).start()
while not runware.pending():
    time.sleep(0.01)""",
    "a job that waits": """
job = runware.job("0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9")""",
    "an exception": """
runware.connect()
sys.exit(3)""",
}


@pytest.mark.parametrize("state", EXITS)
def test_an_unclosed_client_does_not_delay_the_end_of_the_interpreter(state: str) -> None:
    """Whatever it is doing."""
    script = f"""import sys, threading, time, atexit
from runware_sync import Runware
atexit.register(lambda: print(time.time(), flush=True))  # registered first, so that it runs last
runware = Runware("key", url=sys.argv[1])
{EXITS[state]}
"""
    with Sandbox(latency=PATIENCE) as sandbox:
        done = subprocess.run(  # noqa: S603 - our own script
            [sys.executable, "-W", "error", "-c", f"import time\n{script}\nprint('end', flush=True)", sandbox.url],
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        ended = time.time()

    assert not done.stderr
    assert done.returncode == (3 if state == "an exception" else 0)
    assert ended - float(done.stdout.split()[-1]) < 3.0


# -- what it tells of itself ----------------------------------------------------------------------------------------


def test_repr_tells_address_and_state_and_no_key(sandbox: Sandbox) -> None:
    """Nor the address's query, which may be a secret."""
    runware = Runware(KEY, url=sandbox.url + "?token=geheim")

    idle = repr(runware)
    with runware.connect():
        connected = repr(runware)
    closed = repr(runware)

    assert idle == closed != connected
    for text in (idle, connected, closed):
        assert sandbox.url in text
        assert "0 in flight" in text
        assert KEY not in text
        assert "geheim" not in text


def test_with_options_shares_the_connection(sandbox: Sandbox, runware: Runware) -> None:
    """Other defaults, the same line; the client itself is not changed."""
    other = runware.with_options(include_cost=False)

    ours = runware.image_inference("a fox", **SMALL)
    theirs = other.image_inference("a fox", **SMALL)

    assert type(other) is Runware
    assert ours.cost is not None
    assert ours.cost > 0
    assert theirs.cost is None
    assert len(sandbox.connections) == 1
    other.close()
    assert not runware.connected


@pytest.mark.parametrize("wrong", [{"timeout": -1}, {"timeout": 0}, {"max_retries": -1}, {"max_retries": 1.5}])
def test_with_options_checks_what_it_is_given(runware: Runware, wrong: dict[str, Any]) -> None:
    """As construction does."""
    with pytest.raises(ConfigurationError, match=next(iter(wrong))):
        runware.with_options(**wrong)


def test_with_options_takes_no_unknown_keyword(runware: Runware) -> None:
    """Nor settings that belong to the connection."""
    unknown: dict[str, Any] = {"heartbeat": 3}

    with pytest.raises(TypeError, match="heartbeat"):
        runware.with_options(**unknown)


# -- calls ----------------------------------------------------------------------------------------------------------


def test_all_operations_give_their_own_results(sandbox: Sandbox, runware: Runware) -> None:
    """The subject stands in front; a result is taken wherever a picture is."""
    images = runware.image_inference("a fox", number_results=2, seed=3, **SMALL)
    upload = runware.image_upload(images[0].read())

    assert isinstance(images, Results)
    assert [3, 4] == [image.seed for image in images]
    assert isinstance(runware.upscale(images[0], upscale_factor=2), Image)
    assert isinstance(runware.remove_background(images[1]), Image)
    assert isinstance(runware.caption(upload), Text)
    assert isinstance(runware.control_net_preprocess(upload, pre_processor_type="canny"), GuideImage)
    assert [Text, Text] == [type(text) for text in runware.prompt_enhance("a fox", prompt_versions=2)]
    assert len(runware.get_response(str(images.task_uuid))) == 2
    assert runware.get_task_details(str(images.task_uuid)).request
    assert sandbox.purchases == 8


def test_a_request_object_runs_in_every_way(sandbox: Sandbox, runware: Runware) -> None:
    """In the place of the parameters, and by `run`; again and again, from several threads."""
    request = ImageInference("a fox", seed=5, **SMALL)

    with ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(runware.image_inference, [request] * 3))
    runs.append(runware.run(request))

    assert [5] * 4 == [images[0].seed for images in runs]
    assert len({images.task_uuid for images in runs}) == 4
    assert request.task_uuid is None
    uuid = str(runs[0].task_uuid)
    assert isinstance(runware.run(Caption(runs[0][0])), Text)
    assert isinstance(runware.run(PromptEnhance("a fox")), Results)
    assert runware.run(ImageUpload(runs[0][0].read())).image_uuid
    assert len(runware.run(GetResponse(uuid))) == 1
    assert runware.run(GetTaskDetails(uuid)).task_uuid == uuid
    assert sandbox.purchases == 6


def test_a_request_of_another_class_is_a_type_error(sandbox: Sandbox, runware: Runware) -> None:
    """Before anything is sent; so is anything beside a request object."""
    wrong: Any = Caption(ROOT)
    call: Any = runware.image_inference

    with pytest.raises(TypeError, match=r"ImageInference.*Caption"):
        call(wrong)
    with pytest.raises(TypeError, match="seed"):
        call(ImageInference("a fox", **SMALL), seed=3)
    with pytest.raises(TypeError, match="modle"):
        call("a fox", modle=MODEL)

    assert len(sandbox.connections) == 0


def test_partial_results_come_typed_and_in_the_calling_thread() -> None:
    """While the others are still being made."""
    seen: list[tuple[type, int]] = []
    contents: list[bytes] = []

    def on_partial(images: list[Image]) -> None:
        seen.extend((type(image), threading.get_ident()) for image in images)
        contents.extend(image.read() for image in images)

    with Sandbox(latency=0.3) as sandbox, Runware(KEY, url=sandbox.url) as runware:
        images = runware.image_inference("a fox", number_results=3, on_partial=on_partial, **SMALL)

        assert [(Image, threading.get_ident())] * 3 == seen
        assert contents == [image.read() for image in images]


def test_progress_comes_in_the_calling_thread() -> None:
    """In whole percent, and it does not go back."""
    seen: list[tuple[int, int]] = []

    with Sandbox(latency=2.5) as sandbox, Runware(KEY, url=sandbox.url) as runware:
        runware.image_inference(
            "a fox",
            delivery_method="async",
            on_progress=lambda percent: seen.append((percent, threading.get_ident())),
            **SMALL,
        )

    assert seen
    assert {threading.get_ident()} == {thread for _, thread in seen}
    assert all(0 <= percent <= 100 for percent, _ in seen)
    assert sorted(seen) == seen


def test_what_a_callback_raises_is_the_caller_s(runware: Runware) -> None:
    """The very exception, with the line by which the task is collected."""
    error = ZeroDivisionError("mine")

    def on_partial(_: list[Image]) -> None:
        raise error

    with pytest.raises(ZeroDivisionError) as caught:
        runware.image_inference("a fox", task_uuid=ROOT, on_partial=on_partial, **SMALL)

    assert error is caught.value
    assert ROOT in caught.value.__notes__[0]
    assert len(runware.job(ROOT).result(PATIENCE)) == 1


def test_calls_work_inside_a_running_event_loop(runware: Runware) -> None:
    """As in a notebook: a call blocks, and needs no loop of its own."""

    async def cell() -> int:
        inside = runware.image_inference("a fox", **SMALL)
        beside = await asyncio.to_thread(lambda: runware.image_inference("a hare", **SMALL))
        waited = await asyncio.wrap_future(runware.job(str(inside.task_uuid)))
        return len(inside) + len(beside) + len(waited)

    assert asyncio.run(cell()) == 3


def test_raw_speaks_the_service_s_own_words(sandbox: Sandbox, runware: Runware) -> None:
    """camelCase in and out; what is given is not changed."""
    task = {"taskType": "imageInference", "taskUUID": ROOT, "positivePrompt": "a fox", "numberResults": 2, **SMALL}
    before = dict(task)

    items = runware.raw(task)

    assert len(items) == 2
    assert {ROOT} == {item["taskUUID"] for item in items}
    assert all(item["imageUUID"] for item in items)
    assert before == task
    assert sandbox.tasks[0].task_uuid == ROOT


@pytest.mark.parametrize("kind", ["getResponse", "getTaskDetails"])
def test_raw_asks_about_a_task(sandbox: Sandbox, runware: Runware, kind: str) -> None:
    """A question bears the UUID of what it is about, which is no conflict; the answer is as it came."""
    film = runware.video_inference("a boat", model="m:1@1", task_uuid=ROOT)[0]

    (item,) = runware.raw({"taskType": kind, "taskUUID": ROOT})

    assert ROOT == item["taskUUID"]
    assert str(film.uuid) in str(item)
    assert 1 == len(sandbox.tasks)


def test_raw_brings_what_an_answer_says_of_failures() -> None:
    """As `get_response` does: behind the results, as items of their own."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "getResponse":
            peer.send(image(task), errors=[{"code": "providerError", "message": "no", "taskUUID": ROOT}])
        else:
            instantly(peer, task)

    with ScriptedServer(answer) as server, Runware(KEY, url=server.url, timeout=PATIENCE) as runware:
        items = runware.raw({"taskType": "getResponse", "taskUUID": ROOT}, expect=2)

        assert runware.get_response(ROOT, number_results=2) == items
        assert [None, "error"] == [item.get("status") for item in items]


@pytest.mark.parametrize(
    ("task", "kind", "words"),
    [
        ({"taskType": "getTaskDetails"}, TypeError, "getTaskDetails needs a taskUUID"),
        ({"taskType": "getResponse", "taskUUID": ROOT, "numberResults": 2}, ValueError, "not with numberResults"),
    ],
)
def test_raw_puts_no_question_that_cannot_be_one(
    sandbox: Sandbox, runware: Runware, task: Item, kind: type[Exception], words: str
) -> None:
    """It is about one task, and nothing else of it would travel."""
    with pytest.raises(kind, match=words):
        runware.raw(task)

    assert 0 == len(sandbox.connections)


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        ({"expect": "2"}, TypeError, "expect='2' must be a whole number"),
        ({"expect": 0}, ValueError, "expect=0 must be at least 1"),
        ({"expect": -2}, ValueError, "expect=-2 must be at least 1"),
        ({"timeout": -1}, ValueError, "timeout=-1 must be above 0"),
        ({"timeout": "60"}, TypeError, "timeout='60' must be a number of seconds"),
        ({"retry": -1}, ValueError, "retry=-1 must be at least 0"),
        ({"retry": True}, TypeError, "retry=True must be a whole number"),
        ({"on_partial": 3}, TypeError, "on_partial=3 must be a function"),
        ({"on_progress": "print"}, TypeError, "on_progress='print' must be a function"),
    ],
)
def test_raw_checks_what_concerns_the_call(
    sandbox: Sandbox, runware: Runware, given: Item, kind: type[Exception], words: str
) -> None:
    """As a request does, before anything is bought."""
    with pytest.raises(kind, match=words):
        runware.raw({"taskType": "imageInference", "positivePrompt": "a fox", **SMALL}, **given)

    assert 0 == len(sandbox.connections)


@pytest.mark.parametrize(("uuid", "kind"), [("mine", ValueError), ("", ValueError), (7, TypeError)])
def test_raw_takes_no_uuid_by_which_nothing_can_be_collected(
    sandbox: Sandbox, runware: Runware, uuid: Any, kind: type[Exception]
) -> None:
    """`job` could not take it."""
    with pytest.raises(kind, match=r"task\['taskUUID'\]=.* must be a UUID"):
        runware.raw({"taskType": "imageInference", "positivePrompt": "a fox", "taskUUID": uuid, **SMALL})

    assert 0 == len(sandbox.connections)


def test_what_raw_has_bought_is_kept_when_its_caller_s_function_raises() -> None:
    """Of the last result, too: `job` brings it at once, also where the service answers no question."""

    def on_partial(_: object) -> None:
        raise ZeroDivisionError

    task = {"taskType": "imageInference", "taskUUID": ROOT, "positivePrompt": "a fox", **SMALL}
    with (
        Sandbox(sync_questions="silence", unknown_task="silence", task_log=False) as sandbox,
        Runware(KEY, url=sandbox.url, timeout=PATIENCE) as runware,
    ):
        with pytest.raises(ZeroDivisionError):
            runware.raw(task, on_partial=on_partial)

        assert 1 == len(runware.job(ROOT).result(PATIENCE / 4))


def test_raw_takes_task_types_that_nobody_knows(server: ScriptedServer) -> None:
    """A new one of the service's needs no new version of this library."""
    partial: list[int] = []
    with Runware(KEY, url=server.url) as runware:
        one = runware.raw({"taskType": "smell", "of": "roses"})
        three = runware.raw(
            {"taskType": "smell", "numberResults": 3}, on_partial=lambda items: partial.append(len(items))
        )

    assert ["smell"] == [item["taskType"] for item in one]
    assert len(three) == 3
    assert sum(partial) == 3
    assert server.paid[0]["of"] == "roses"
    assert len({task["taskUUID"] for task in server.paid}) == 2


def test_raw_waits_for_as_many_as_are_expected() -> None:
    """Where the task itself does not say how many there will be."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "smell":
            for number in range(3):
                peer.send(image(task, number))
        else:
            instantly(peer, task)

    with ScriptedServer(answer) as server, Runware(KEY, url=server.url, timeout=PATIENCE) as runware:
        assert len(runware.raw({"taskType": "smell"}, expect=3)) == 3


@pytest.mark.parametrize("task", [{}, {"positivePrompt": "a fox"}, {"taskType": None}, {"taskType": 7}])
def test_raw_without_a_task_type_is_a_type_error(sandbox: Sandbox, runware: Runware, task: dict[str, Any]) -> None:
    """Before anything is sent."""
    with pytest.raises(TypeError, match="taskType"):
        runware.raw(task)

    assert len(sandbox.connections) == 0


@pytest.mark.parametrize("task", [[{"taskType": "upscale"}], "upscale", None])
def test_raw_takes_a_mapping_only(sandbox: Sandbox, runware: Runware, task: Any) -> None:
    """A list of tasks is told so, before anything is sent."""
    with pytest.raises(TypeError, match=r"raw\(\) takes a task with its type"):
        runware.raw(task)

    assert len(sandbox.connections) == 0


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        (float("nan"), ValueError, r"task\['settings'\]\['x'\]=nan must be finite"),
        (b"\0", TypeError, r"task\['settings'\]\['x'\]=<1 bytes> must be a string"),
    ],
)
def test_raw_sends_nothing_that_is_no_json(
    sandbox: Sandbox, runware: Runware, value: Any, kind: type[Exception], words: str
) -> None:
    """Others share the frame, and would be hit."""
    with pytest.raises(kind, match=words):
        runware.raw({"taskType": "imageInference", "settings": {"x": value}})

    assert len(sandbox.connections) == 0


def test_a_call_with_a_webhook_brings_a_uuid_by_which_its_results_are_collected(
    sandbox: Sandbox, runware: Runware
) -> None:
    """As the parameter's description says; nothing is bought twice."""
    acknowledged = runware.image_inference("a fox", webhook_url="http://127.0.0.1:9/", number_results=2, **SMALL)
    collected = runware.job(str(acknowledged.task_uuid)).result(PATIENCE)

    assert [{"task_type": "imageInference", "task_uuid": acknowledged.task_uuid}] == acknowledged.to_dicts()
    assert 2 == len({image.image_uuid for image in collected} - {None})
    assert 2 == sandbox.purchases


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        ("zz", ValueError, "task_uuid='zz' must be a UUID, such as '"),
        (None, TypeError, "task_uuid=None must be a UUID, as an object or as a string"),
    ],
)
def test_a_job_wants_a_uuid(sandbox: Sandbox, runware: Runware, given: Any, kind: type[Exception], words: str) -> None:
    """In the words that all parameters of this kind have."""
    with pytest.raises(kind, match=words):
        runware.job(given)

    assert 0 == len(sandbox.connections)


# -- content --------------------------------------------------------------------------------------------------------


def test_content_is_fetched_with_the_client_s_certificates() -> None:
    """A result fetches the way that its client was told; without that, the certificate is not trusted."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)

    with (
        Sandbox(ssl_context=context) as sandbox,
        Runware(KEY, url=sandbox.url, ssl_context=trusting) as runware,
    ):
        picture = runware.image_inference("a fox", **SMALL)[0]
        copy = pickle.loads(pickle.dumps(picture))  # noqa: S301 - our own
        content = picture.read()

        assert str(picture.url).startswith("https://127.0.0.1:")
        assert len(content) > 100
        with pytest.raises(DownloadError):
            copy.read()
        assert content == runware.job(str(picture.task_uuid)).result(PATIENCE)[0].read()


def test_content_comes_from_this_machine_only_by_the_sandbox_s_port(server: ScriptedServer) -> None:
    """A server's word is not enough to make us fetch from another port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        port = listener.getsockname()[1]

        def answer(peer: Peer, task: Item) -> None:
            if task["taskType"] == "imageInference":
                peer.send(image(task, imageURL=f"http://127.0.0.1:{port}/a.png"))
            else:
                instantly(peer, task)

        server.answer = answer
        with Runware(KEY, url=server.url) as runware:
            picture = runware.image_inference("a fox", **SMALL)[0]

        with pytest.raises(DownloadError, match="not fetched"):
            picture.read()
        with pytest.raises(TimeoutError):
            listener.accept()


@pytest.mark.parametrize("output_type", ["URL", "base64Data", "dataURI"])
def test_content_reads_the_same_whatever_its_form(runware: Runware, output_type: str) -> None:
    """A link, or the bytes themselves."""
    picture = runware.image_inference("a fox", output_type=output_type, output_format="PNG", seed=1, **SMALL)[0]

    assert picture.read().startswith(PNG)
