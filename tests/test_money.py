"""What is bought and billed, through the whole client and against the sandbox, while things go wrong."""

import ssl
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import pytest
import trustme
from attrs import frozen
from server import eventually

from runware_sync import (
    ConflictError,
    Image,
    ImageInference,
    InvalidRequestError,
    Results,
    Runware,
)
from runware_sync.sandbox import Fault, Sandbox

PATIENCE = 20.0
LONGEST = 15.0  # seconds that one call may last while the line breaks again and again
MODEL = "runware:101@1"
SMALL: dict[str, Any] = {"model": MODEL, "width": 128, "height": 128}
ROOT = "6f3c1b52-5f0e-4f0c-9d6a-0c9d3a1b7e21"
QUESTIONS = {"getResponse", "getTaskDetails"}
When = Literal["received", "accepted", "between", "after"]


@frozen
class Tls:
    """A certificate for this machine: what a server shows, and what trusts it."""

    server: ssl.SSLContext
    client: ssl.SSLContext


@pytest.fixture(scope="module")
def tls() -> Tls:
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    return Tls(server, client)


def client_of(sandbox: Sandbox, **settings: Any) -> Runware:
    return Runware("key-of-a-test", url=sandbox.url, **{"heartbeat": 2.0, "timeout": PATIENCE, **settings})


def questions(sandbox: Sandbox) -> int:
    return sum(task["taskType"] in QUESTIONS for task in sandbox.received)


def bought(sandbox: Sandbox, task_type: str = "imageInference") -> list[dict[str, Any]]:
    """The accepted tasks of a type, as they travelled."""
    return [task.request for task in sandbox.tasks if task.task_type == task_type]


def storm(runware: Runware, calls: int) -> tuple[list[Image], float]:
    """Make many calls from many threads; return their results, and how long the slowest took."""

    def call(number: int) -> tuple[list[Image], float]:
        began = time.monotonic()
        images = runware.image_inference(f"lighthouse {number}", **SMALL)
        return list(images), time.monotonic() - began

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(call, range(calls)))
    return [image for images, _ in outcomes for image in images], max(seconds for _, seconds in outcomes)


def check_storm(sandbox: Sandbox, runware: Runware, *, calls: int = 200) -> None:
    with sandbox, runware:
        images, slowest = storm(runware, calls)

        assert calls == len(images)
        assert calls == len({image.image_uuid for image in images})
        assert calls == sandbox.purchases
        assert slowest < LONGEST
        assert [] == runware.pending()
        assert len(sandbox.connections) > 1, "the line never broke"


# -- the line breaks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("when", "max_retries"), [("received", 5), ("accepted", 2), ("after", 2)])
def test_cut_after_every_twentieth_task_each_call_is_billed_once(when: When, max_retries: int) -> None:
    """Before the task was read, before anything came back, or after the last result: the same to the caller.

    A task that is not read is sent again, and each time opens a window; one may be unlucky several times.
    """
    sandbox = Sandbox(faults=[Fault("drop", every=20, when=when)])

    check_storm(sandbox, client_of(sandbox, max_retries=max_retries))


def test_cut_after_every_twentieth_task_over_tls_each_call_is_billed_once(tls: Tls) -> None:
    """A TLS connection that is cut is no other than a plain one."""
    sandbox = Sandbox(faults=[Fault("drop", every=20)], ssl_context=tls.server)

    check_storm(sandbox, client_of(sandbox, ssl_context=tls.client))


def test_half_open_after_every_twentieth_task_each_call_is_billed_once(tls: Tls) -> None:
    """Nothing says that the connection is dead but its silence: plain and over TLS, side by side."""
    silent = Fault("half_open", every=20)
    plain = Sandbox(faults=[silent])
    secure = Sandbox(faults=[silent], ssl_context=tls.server)

    with ThreadPoolExecutor(2) as pool:
        storms = [
            pool.submit(check_storm, plain, client_of(plain, heartbeat=1.0)),
            pool.submit(check_storm, secure, client_of(secure, heartbeat=1.0, ssl_context=tls.client)),
        ]
        for one in storms:
            one.result(100)


@pytest.mark.parametrize("how", ["eof", "close", 1012])
def test_the_way_of_a_cut_does_not_matter(how: str | int) -> None:
    """With or without a goodbye, while other threads are about to send."""
    sandbox = Sandbox(faults=[Fault("drop", every=20, how=how)])

    check_storm(sandbox, client_of(sandbox), calls=80)


@pytest.mark.parametrize(
    "switches",
    [
        {"replay": "twice"},
        {"replay_first": True},
        {"resume": "new"},
        {"session_lifetime": 0.0},
        {"session_lifetime": 0.0, "unknown_session": "error"},
        {"replay": "none"},
        {"replay": "none", "task_log": False},
        {"replay": "none", "sync_questions": "unknown"},
        {"replay": "none", "frame_shape": "array", "data_shape": "object"},
        {"buffered": "results", "binary": True},
        {"mix": True, "pong_in_front": True},
        {"error_type": True, "error_shape": "both", "replay": "none"},
    ],
    ids=lambda switches: ", ".join(f"{name}={value}" for name, value in switches.items()),
)
def test_no_assumption_about_the_service_is_paid_for(switches: dict[str, Any]) -> None:
    """A session forgotten, replayed twice, early, under a new name or not at all: found by asking, billed once."""
    sandbox = Sandbox(faults=[Fault("drop", every=20)], **switches)

    check_storm(sandbox, client_of(sandbox), calls=80)


def test_replay_twice_brings_no_surplus() -> None:
    """The same result again is the same result."""
    with Sandbox(replay="twice", faults=[Fault("drop", at=1)]) as sandbox, client_of(sandbox) as runware:
        images = runware.image_inference("a fox", number_results=3, **SMALL)

        assert (3, ()) == (len(images), images.surplus)
        assert sandbox.purchases == 3


# -- the task fails -------------------------------------------------------------------------------------------------


# -- delivery later -------------------------------------------------------------------------------------------------


# -- UUIDs of the caller's ------------------------------------------------------------------------------------------


# -- other operations -----------------------------------------------------------------------------------------------


def test_a_service_without_the_older_types_gets_the_current_form_once() -> None:
    """Turned away is not bought; the second form is billed, once."""
    with Sandbox(legacy_types=False) as sandbox, client_of(sandbox) as runware:
        image = runware.image_inference("a fox", **SMALL)[0]

        larger = runware.upscale(image, model=MODEL, upscale_factor=2)

        assert larger.image_uuid
        assert ["imageUpscale"] == [task.task_type for task in sandbox.refused]
        assert len(bought(sandbox, "upscale")) == 1
        assert sandbox.purchases == 2


def test_without_a_model_there_is_no_current_form() -> None:
    """The refusal is told, and nothing is bought."""
    with Sandbox(legacy_types=False) as sandbox, client_of(sandbox) as runware:
        image = runware.image_inference("a fox", **SMALL)[0]

        with pytest.raises(InvalidRequestError):
            runware.upscale(image, upscale_factor=2)

        assert sandbox.purchases == 1


Operation = Callable[[Runware, Image], object]
OPERATIONS: dict[str, Operation] = {
    "image_inference": lambda runware, image: runware.image_inference("a hare", seed_image=image, **SMALL),
    "caption": lambda runware, image: runware.caption(image),
    "remove_background": lambda runware, image: runware.remove_background(image),
    "upscale": lambda runware, image: runware.upscale(image, upscale_factor=2),
    "prompt_enhance": lambda runware, _image: runware.prompt_enhance("a hare"),
    "control_net_preprocess": lambda runware, image: runware.control_net_preprocess(image, pre_processor_type="canny"),
}


@pytest.mark.parametrize("when", ["received", "accepted", "after"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_billed_once_when_the_line_breaks(name: str, when: When) -> None:
    """Not only pictures."""
    with Sandbox() as sandbox, client_of(sandbox) as runware:
        image = runware.image_inference("a fox", **SMALL)[0]
        sandbox.add_fault(Fault("drop", at=1, when=when))

        assert OPERATIONS[name](runware, image)
        assert sandbox.purchases == 2


def test_a_refused_duplicate_leaves_the_first_call_alone() -> None:
    """It goes on through a loss, keeps the UUID from others, and is billed once."""
    request = ImageInference("a", model="runware:101@1", width=128, height=128, task_uuid=ROOT)
    with (
        Sandbox(latency=1.0, replay="none", reuse="again") as sandbox,
        Runware(url=sandbox.url, api_key="any", timeout=PATIENCE) as runware,
    ):
        first = runware.submit(request)
        eventually(lambda: sandbox.tasks)
        ways: list[Callable[[ImageInference], Results[Image]]] = [
            runware.run,
            lambda again: runware.submit(again).result(PATIENCE),
        ]
        for way in ways:
            with pytest.raises(ConflictError):
                way(request)
            assert [request.task_uuid] == [waiting.task_uuid for waiting in runware.pending()]
        sandbox.drop()

        assert len(first.result(PATIENCE)) == 1
        assert len(sandbox.tasks) == 1
