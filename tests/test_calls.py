"""Whole calls through real sockets: what they buy, what they say, how they end."""

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from server import PATIENCE, Item, Peer, ScriptedServer, eventually, image, instantly

from runware_sync.calls.call import Call
from runware_sync.calls.orders import Order, Outcome
from runware_sync.connection.connection import Connection
from runware_sync.errors import (
    ConflictError,
    ConnectionFailedError,
    ConnectionLostError,
    InvalidRequestError,
    RunwareError,
    TaskTimeoutError,
)
from runware_sync.options import Secret, Settings

KIND = "imageInference"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def connection(server: ScriptedServer) -> Iterator[Connection]:
    connection = Connection(Settings(api_key=Secret("k"), url=server.url, heartbeat=0.5), lambda url: url)
    yield connection
    connection.close(1.0)


def buy(connection: Connection, *, expected: int = 1, body: Item | None = None, **facts: Any) -> Outcome:
    task = {"taskType": KIND, "numberResults": expected, **(body or {})}
    return Call(connection, Order(body=task, expected=expected, **facts)).run()


def silent(peer: Peer, task: Item) -> None:
    if task["taskType"] == "authentication":
        instantly(peer, task)


def test_paid_results_beyond_those_asked_for_are_kept_apart(server: ScriptedServer, connection: Connection) -> None:
    """They were paid for, so they are not thrown away."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == KIND:
            peer.send(*[image(task, number) for number in range(3)])
        else:
            instantly(peer, task)

    server.answer = answer

    outcome = buy(connection, expected=2)

    assert (2, 1) == (len(outcome.items), len(outcome.surplus))


def test_a_free_task_goes_again_under_a_fresh_uuid_after_a_loss(server: ScriptedServer, connection: Connection) -> None:
    """There is nothing to be careful about, and it spends no window."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == KIND and peer.number <= 3:
            peer.reset()
        else:
            instantly(peer, task)

    server.answer = answer

    outcome = buy(connection, free=True, retries=0)

    assert len(outcome.items) == 1
    assert len({task["taskUUID"] for task in server.paid}) == 4


def test_a_free_task_goes_again_after_its_window(server: ScriptedServer, connection: Connection) -> None:
    """With a fresh UUID, and no questions."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] != KIND or len(server.paid) > 1:
            instantly(peer, task)

    server.answer = answer

    outcome = buy(connection, free=True, timeout=0.2)

    assert len(outcome.items) == 1
    assert len({task["taskUUID"] for task in server.paid}) == 2
    assert not any(task["taskType"].startswith("get") for task in server.received)


def unsupported(peer: Peer, task: Item) -> None:
    if task["taskType"] == "imageUpscale":
        peer.send(errors=[{"code": "unsupportedTaskType", "taskUUID": task["taskUUID"]}])
    else:
        instantly(peer, task)


def test_a_legacy_type_that_is_unknown_goes_out_in_its_current_form_once(
    server: ScriptedServer, connection: Connection
) -> None:
    """It was turned away, so nothing was bought; the child's UUID can be found from the root's."""
    server.answer = unsupported

    outcome = buy(connection, body={"taskType": "imageUpscale"}, alternative=lambda _error: {"taskType": "upscale"})

    assert outcome.items[0]["taskType"] == "upscale"
    assert ["imageUpscale", "upscale"] == [task["taskType"] for task in server.paid]


@pytest.mark.parametrize("other", ["none", "nothing", "the same"])
def test_without_another_form_the_refusal_is_told(server: ScriptedServer, connection: Connection, other: str) -> None:
    """And never in circles."""
    server.answer = unsupported
    same = {"taskType": "imageUpscale"}
    forms: dict[str, Any] = {"none": None, "nothing": lambda _error: None, "the same": lambda _error: same}
    alternative = forms[other]

    with pytest.raises(InvalidRequestError):
        buy(connection, body={"taskType": "imageUpscale"}, alternative=alternative)

    assert len(server.paid) <= 2


def test_progress_comes_in_the_calling_thread(server: ScriptedServer, connection: Connection) -> None:
    """Each new value once."""
    rounds = itertools.count()

    def answer(peer: Peer, task: Item) -> None:
        address = {"taskType": KIND, "taskUUID": task.get("taskUUID")}
        if task["taskType"] == KIND:
            peer.send(address)
        elif task["taskType"] == "getResponse" and next(rounds) == 0:
            peer.send({**address, "status": "processing", "progress": 40})
        elif task["taskType"] == "getResponse":
            peer.send(image({**task, "taskType": KIND}, status="success"))
        else:
            instantly(peer, task)

    server.answer = answer
    seen: list[tuple[int, int]] = []

    buy(connection, on_progress=lambda percent: seen.append((percent, threading.get_ident())))

    assert [(40, threading.get_ident())] == seen
    assert len(server.paid) == 1


def test_a_chosen_uuid_waits_only_once(server: ScriptedServer, connection: Connection) -> None:
    """The same one twice at once is refused here, before it can be refused there."""
    server.answer = silent
    root = "3f0c6f4e-8a52-4a7e-9d51-6b1f2c90e4aa"
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(buy, connection, root=root, chosen=True)
        server.wait_for(lambda: server.paid)

        with pytest.raises(ConflictError, match=root):
            buy(connection, root=root, chosen=True)

        server.peers[0].send(image(server.paid[0]))
        assert len(first.result(PATIENCE).items) == 1


def test_one_task_s_failure_disturbs_no_other(server: ScriptedServer, connection: Connection) -> None:
    """Half of them fail, and the other half does not notice."""

    def answer(peer: Peer, task: Item) -> None:
        if task.get("positivePrompt") == "bad":
            peer.send(errors=[{"code": "invalidPositivePrompt", "taskUUID": task["taskUUID"]}])
        else:
            instantly(peer, task)

    server.answer = answer

    def one(number: int) -> object:
        try:
            return buy(connection, body={"positivePrompt": "bad" if number % 2 else "good"})
        except RunwareError as error:
            return error

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(one, range(40)))

    assert all(isinstance(outcome, InvalidRequestError) for outcome in outcomes[1::2])
    assert all(isinstance(outcome, Outcome) for outcome in outcomes[::2])


def test_an_error_without_a_name_goes_into_whatever_follows(server: ScriptedServer, connection: Connection) -> None:
    """With several waiting none fails by it; each is asked about, and each error mentions it."""
    ready = threading.Barrier(2)

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == KIND and len(server.paid) == 2:
            peer.send(errors=[{"code": "internalServerError", "message": "overload"}])
        elif task["taskType"] != KIND and not task["taskType"].startswith("get"):
            instantly(peer, task)

    server.answer = answer

    def one(_: int) -> str:
        ready.wait(PATIENCE)
        with pytest.raises(TaskTimeoutError) as caught:
            buy(connection, timeout=1.0, retries=0)
        return str(caught.value)

    with ThreadPoolExecutor(2) as pool:
        messages = list(pool.map(one, range(2)))

    assert all("overload" in message for message in messages)
    asked = {task["taskUUID"] for task in server.received if task["taskType"] == "getResponse"}
    assert {task["taskUUID"] for task in server.paid} == asked


def test_an_outage_that_outlasts_everything_says_that_the_outcome_is_unknown(
    server: ScriptedServer, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent, lost, and nobody there any more."""
    monkeypatch.setattr("runware_sync.calls.purchase.RESUMABLE", 0.5)
    monkeypatch.setattr("runware_sync.connection.reader.RESUMABLE", 0.5)

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == KIND or peer.number > 1:
            peer.reset()
        else:
            instantly(peer, task)

    server.answer = answer

    with pytest.raises(ConnectionLostError, match="unknown") as caught:
        buy(connection, timeout=0.3, retries=0)

    assert "client.job(" in str(caught.value)
    assert len(server.paid) == 1


def test_without_a_connection_the_window_ends_with_nothing_sent() -> None:
    """A call that begins during an outage waits for the connection as long as its window."""
    with ScriptedServer() as server:
        connection = Connection(Settings(api_key=Secret("k"), url=server.url), lambda url: url)
        buy(connection)
        server.answer = lambda peer, _task: peer.reset()
        server.peers[0].reset()
        eventually(lambda: connection.state.value != "connected")

        with pytest.raises(ConnectionFailedError) as caught:
            buy(connection, timeout=0.3, retries=0)

        assert "nothing was sent" in str(caught.value)
        assert len(server.paid) == 1
        connection.close(0.2)


def test_with_a_webhook_the_acknowledgement_ends_the_call(server: ScriptedServer, connection: Connection) -> None:
    """The results go there; here nothing is polled, and nothing is waited for."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == KIND:
            peer.send({"taskType": KIND, "taskUUID": task["taskUUID"]})
        else:
            instantly(peer, task)

    server.answer = answer

    outcome = buy(connection, body={"webhookURL": "https://hook.example.test", "deliveryMethod": "async"})

    assert [{"taskType": KIND, "taskUUID": server.paid[0]["taskUUID"]}] == outcome.items
    assert not any(task["taskType"].startswith("get") for task in server.received)
