"""Questions on a caller's behalf, and collecting what was bought before."""

import itertools
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from server import PATIENCE, Item, Peer, ScriptedServer, image, instantly

from runware_sync.calls.call import Call
from runware_sync.calls.collecting import collect, expected_of
from runware_sync.calls.orders import Order, Outcome
from runware_sync.calls.questions import Question
from runware_sync.connection.connection import Connection
from runware_sync.errors import (
    ClientClosedError,
    ConnectionFailedError,
    NotFoundError,
    ProviderError,
    TaskTimeoutError,
    UnexpectedResponseError,
)
from runware_sync.network import dial
from runware_sync.network.transport import Transport
from runware_sync.options import Secret, Settings
from runware_sync.uuids import child_uuid

ROOT = "3f0c6f4e-8a52-4a7e-9d51-6b1f2c90e4aa"
KIND = "imageInference"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def connection(server: ScriptedServer) -> Iterator[Connection]:
    connection = Connection(Settings(api_key=Secret("k"), url=server.url), lambda url: url)
    yield connection
    connection.close(1.0)


def ask(connection: Connection, kind: str = "getResponse", **facts: Any) -> list[Item]:
    return Question(connection, ROOT, kind, facts.pop("timeout", PATIENCE), facts.pop("retries", 0), **facts).answer()


def record(task: Item, *, response: Any, request: list[Item] | None = None) -> Item:
    asked = [{"taskType": KIND, "taskUUID": task["taskUUID"], "numberResults": 2}]
    return {
        "taskType": "getTaskDetails",
        "taskUUID": task["taskUUID"],
        "request": asked if request is None else request,
        "response": response,
    }


def test_a_question_brings_the_items(server: ScriptedServer, connection: Connection) -> None:
    """As they came."""
    assert ROOT == ask(connection)[0]["taskUUID"]
    assert [] == server.paid
    assert [] == connection.waiting


def test_a_question_waits_for_enough(server: ScriptedServer, connection: Connection) -> None:
    """Asked again until so many results are there; what is new in each answer is handed on."""
    rounds = itertools.count(1)

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "getResponse":
            items = [image({**task, "taskType": KIND}, number) for number in range(next(rounds))]
            peer.send(*items)
        else:
            instantly(peer, task)

    server.answer = answer
    seen: list[int] = []

    items = ask(connection, enough=2, on_partial=lambda found: seen.append(len(found)))

    assert len(items) == 2
    assert [1, 1] == seen


def test_what_failed_is_part_of_the_whole_answer(server: ScriptedServer, connection: Connection) -> None:
    """Neither half is dropped; a failure is an item that says so."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "getResponse":
            error = {"code": "providerError", "message": "no", "taskUUID": ROOT, "taskType": KIND}
            peer.send(image({**task, "taskType": KIND}, status="success"), errors=[error])
        else:
            instantly(peer, task)

    server.answer = answer

    items = Question(connection, ROOT, "getResponse", PATIENCE, 0, enough=2).whole_answer()

    assert ["success", "error"] == [item["status"] for item in items]
    assert "providerError" == items[1]["code"]


def test_a_question_that_is_refused_is_the_typed_error(server: ScriptedServer, connection: Connection) -> None:
    """A task that the service does not know."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "authentication":
            instantly(peer, task)
        else:
            peer.send(errors=[{"code": "taskNotFound", "taskUUID": ROOT, "taskType": "getResponse"}])

    server.answer = answer

    with pytest.raises(NotFoundError) as caught:
        ask(connection)

    assert (ROOT, "getResponse", 1) == (caught.value.task_uuid, caught.value.task_type, caught.value.attempts)


def test_a_question_survives_a_drop(server: ScriptedServer, connection: Connection) -> None:
    """It is simply put again."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "getResponse" and peer.number == 1:
            peer.reset()
        else:
            instantly(peer, task)

    server.answer = answer

    assert ask(connection)
    assert len(server.peers) == 2


@pytest.mark.parametrize("retries", [0, 1])
def test_a_question_without_an_answer_ends(server: ScriptedServer, connection: Connection, retries: int) -> None:
    """After its windows."""
    server.answer = lambda peer, task: instantly(peer, task) if task["taskType"] == "authentication" else None
    connection.connect()

    with pytest.raises(TaskTimeoutError):
        ask(connection, timeout=0.1, retries=retries)


def test_a_question_that_was_lost_is_put_anew_in_the_next_window(
    server: ScriptedServer, connection: Connection
) -> None:
    """And not only waited for."""
    asked: list[Item] = []

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "authentication":
            instantly(peer, task)
        else:
            asked.append(task)
            if len(asked) > 1:
                peer.send(image({**task, "taskType": KIND}, status="success"))

    server.answer = answer
    connection.connect()

    assert ask(connection, timeout=0.3, retries=1)
    assert 2 == len(asked)


def test_a_question_to_nobody_is_a_failed_connection() -> None:
    """Nothing was sent, and nothing is free of that."""
    connection = Connection(Settings(api_key=Secret("k"), url="ws://127.0.0.1:1/v1"), lambda url: url)

    with pytest.raises(ConnectionFailedError):
        ask(connection)


def test_a_question_to_a_closed_client_says_so(connection: Connection) -> None:
    """Like every call."""
    connection.close(0.1)

    with pytest.raises(ClientClosedError):
        ask(connection)


def buy(connection: Connection, **facts: Any) -> Outcome:
    return Call(connection, Order(body={"taskType": KIND, "numberResults": 2}, expected=2, root=ROOT, **facts)).run()


def test_a_task_on_the_shelf_is_collected_without_asking(server: ScriptedServer, connection: Connection) -> None:
    """What came after the caller had left is taken first."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "authentication":
            instantly(peer, task)

    server.answer = answer
    connection.connect()
    with pytest.raises(TaskTimeoutError, match=r"client\.job"):
        buy(connection, timeout=0.2, retries=0)
    task = server.paid[0]
    server.peers[0].send(image(task, 1), image(task, 2))

    kind, expected, outcome, _body = collect(connection, ROOT, timeout=PATIENCE, retries=0)

    assert (KIND, 2, 2) == (kind, expected, len(outcome.items))
    assert len(server.paid) == 1


def test_a_task_of_another_process_is_collected_with_its_children(
    server: ScriptedServer, connection: Connection
) -> None:
    """Its record tells what was asked for; a child is found by its derived UUID."""
    child = child_uuid(ROOT, 1)

    def answer(peer: Peer, task: Item) -> None:
        uuid = task.get("taskUUID")
        kind = {**task, "taskType": KIND}
        if task["taskType"] == "getTaskDetails" and uuid == ROOT:
            errors = [{"code": "providerError", "taskUUID": ROOT}]
            peer.send(record(task, response={"data": [image(kind, 1)], "errors": errors}))
        elif task["taskType"] == "getTaskDetails" and uuid == child:
            peer.send(record(task, response={"data": [image(kind, 2)]}))
        elif task["taskType"].startswith("get"):
            peer.send(errors=[{"code": "taskNotFound", "taskUUID": uuid, "taskType": task["taskType"]}])
        else:
            instantly(peer, task)

    server.answer = answer

    kind, expected, outcome, _body = collect(connection, ROOT, timeout=PATIENCE, retries=0)

    assert (KIND, 2) == (kind, expected)
    assert {f"{ROOT}-1", f"{child}-2"} == {item["imageUUID"] for item in outcome.items}
    assert [] == server.paid


def test_a_failed_task_of_another_process_is_its_error(server: ScriptedServer, connection: Connection) -> None:
    """With what it had brought; nothing is bought by collecting."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "getTaskDetails" and task["taskUUID"] == ROOT:
            peer.send(record(task, response={"errors": [{"code": "providerError", "taskUUID": ROOT}]}))
        elif task["taskType"].startswith("get"):
            peer.send(errors=[{"code": "taskNotFound", "taskUUID": task["taskUUID"], "taskType": task["taskType"]}])
        else:
            instantly(peer, task)

    server.answer = answer

    with pytest.raises(ProviderError):
        collect(connection, ROOT, timeout=PATIENCE, retries=0)

    assert [] == server.paid


def test_a_service_without_records_still_answers_for_its_tasks(server: ScriptedServer, connection: Connection) -> None:
    """Then the answer itself tells the type."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "getTaskDetails":
            peer.send(errors=[{"code": "taskNotFound", "taskUUID": task["taskUUID"], "taskType": "getTaskDetails"}])
        elif task["taskType"] == "getResponse" and task["taskUUID"] == ROOT:
            peer.send(image({**task, "taskType": KIND}, status="success"))
        elif task["taskType"] == "getResponse":
            peer.send(errors=[{"code": "taskNotFound", "taskUUID": task["taskUUID"], "taskType": "getResponse"}])
        else:
            instantly(peer, task)

    server.answer = answer

    assert (KIND, 1) == collect(connection, ROOT, timeout=PATIENCE, retries=0)[:2]


def test_collecting_tries_again_where_nothing_could_be_asked(
    server: ScriptedServer, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first connection is refused: nothing was written, so it is made again."""
    real, tries = dial.dial, []

    def refused_once(*args: Any, **facts: Any) -> Transport:
        tries.append(args)
        if len(tries) == 1:
            raise ConnectionFailedError("refused")
        return real(*args, **facts)

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "getResponse" and task["taskUUID"] == ROOT:
            peer.send(image({**task, "taskType": KIND}, status="success"))
        elif task["taskType"] in {"getResponse", "getTaskDetails"}:
            peer.send(errors=[{"code": "taskNotFound", "taskUUID": task["taskUUID"], "taskType": task["taskType"]}])
        else:
            instantly(peer, task)

    server.answer = answer
    monkeypatch.setattr(dial, "dial", refused_once)

    assert (KIND, 1) == collect(connection, ROOT, timeout=PATIENCE, retries=1)[:2]
    assert 2 == len(tries)


def test_a_task_that_nobody_knows_is_not_found(server: ScriptedServer, connection: Connection) -> None:
    """The error says that both were tried."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "authentication":
            instantly(peer, task)
        else:
            peer.send(errors=[{"code": "taskNotFound", "taskUUID": task["taskUUID"], "taskType": task["taskType"]}])

    server.answer = answer

    with pytest.raises(NotFoundError, match="this client has nothing"):
        collect(connection, ROOT, timeout=PATIENCE, retries=0)


def test_an_answer_that_names_no_type_cannot_be_used(server: ScriptedServer, connection: Connection) -> None:
    """It is carried by the error."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "getTaskDetails":
            peer.send(errors=[{"code": "taskNotFound", "taskUUID": ROOT, "taskType": "getTaskDetails"}])
        elif task["taskType"] == "getResponse":
            peer.say(json.dumps({"data": [{"taskUUID": ROOT, "text": "x"}]}))
        else:
            instantly(peer, task)

    server.answer = answer

    with pytest.raises(UnexpectedResponseError) as caught:
        collect(connection, ROOT, timeout=PATIENCE, retries=0)

    assert caught.value.answer


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, 1),
        ({"numberResults": 3}, 3),
        ({"promptVersions": 2}, 2),
        ({"numberResults": "x"}, 1),
    ],
)
def test_how_many_results_a_task_brings(body: Item, expected: int) -> None:
    """By its own words."""
    assert expected == expected_of(body)


def test_a_question_about_a_task_that_waits_here_is_answered_too(
    server: ScriptedServer, connection: Connection
) -> None:
    """The call goes on asking; whoever only wanted to know has the answer."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "getResponse":
            peer.send(errors=[{"code": "taskNotFound", "taskUUID": ROOT, "taskType": "getResponse"}])
        elif task["taskType"] == "authentication":
            instantly(peer, task)

    server.answer = answer
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(buy, connection, timeout=1.0, retries=0)
        server.wait_for(lambda: server.paid)

        with pytest.raises(NotFoundError):
            ask(connection)

        assert isinstance(call.exception(PATIENCE), TaskTimeoutError)
