"""The key and whatever fails: refusals in every shape, servers that repeat the key, connections that break."""

import json
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from peers import acceptance, linger, peer, read_request
from server import PATIENCE, Item, Peer, ScriptedServer, instantly
from telling import ECHO, KEY, assert_silent, failure_of, pickled, told_by

from runware_sync import ImageInference, Runware, RunwareError
from runware_sync.network.patience import Patience
from runware_sync.network.streams import Plain

PASSWORD = "pass-found-nowhere"  # noqa: S105 - recognised wherever it turns up

TASK = {"taskType": "imageInference", "positivePrompt": "a", "model": "m"}
REFUSALS: list[Any] = [
    {"errors": [{"code": "invalidApiKey", "message": ECHO, "taskType": "authentication", "parameter": KEY}]},
    {"errors": [{"code": "invalidApiKey", "message": ECHO, "raw": {"apiKey": KEY, "list": [KEY]}}]},
    {"errors": {"code": "missingApiKey", "message": ECHO}},
    {"error": {"code": "invalidApiKey", "message": ECHO, "documentation": f"https://docs.example.test/?key={KEY}"}},
    {"error": ECHO, "code": "invalidApiKey"},
    {"error": True, "errorId": 19, "errorMessage": ECHO},
    [{"errors": [{"code": "invalidApiKey", "message": ECHO, "type": KEY}]}],
    {"data": [], "errors": [{"code": KEY, "message": ECHO, "taskType": "authentication"}]},
    {"data": {"taskType": "authentication", "status": "error", "error": {"code": "invalidApiKey", "message": ECHO}}},
]


def refused(refusal: Any, *, escaped: bool = True) -> Callable[[Peer, Item], None]:
    """Refuse the sign-in."""

    def answer(one: Peer, task: Item) -> None:
        if task["taskType"] == "authentication":
            one.say(json.dumps(refusal, ensure_ascii=escaped))

    return answer


@pytest.mark.parametrize("escaped", [True, False])
@pytest.mark.parametrize("refusal", REFUSALS[:-1], ids=range(len(REFUSALS) - 1))
@pytest.mark.parametrize("way", ["run", "connect", "submit"])
def test_a_refused_key_is_not_repeated(refusal: Any, escaped: bool, way: str) -> None:
    """Whatever the server says about it: neither in words, facts, variables of any frame, pickle nor copies."""
    with ScriptedServer(refused(refusal, escaped=escaped)) as server:
        runware = Runware(KEY, url=server.url, connect_timeout=PATIENCE)
        request = ImageInference("a", model="m")
        ways: dict[str, Callable[[], object]] = {
            "run": lambda: runware.run(request),
            "connect": runware.connect,
            "submit": lambda: runware.submit(request).result(PATIENCE),
        }
        error = failure_of(ways[way])
        again = failure_of(ways[way])
        runware.close()

    assert [] == server.paid
    assert_silent(told_by(error), told_by(again), pickled(error))
    assert "***" in str(error)


def test_a_refusal_that_is_a_close_frame_repeats_nothing() -> None:
    """The words of a close frame are the server's."""

    def answer(one: Peer, _task: Item) -> None:
        one.socket.close(4001, f"no {KEY}")

    with ScriptedServer(answer) as server:
        runware = Runware(KEY, url=server.url)
        error = failure_of(runware.connect)
        runware.close()

    assert "no ***" in str(error)
    assert_silent(told_by(error))


def test_a_sign_in_without_an_answer_shows_no_key() -> None:
    """The frames in which it was written have ended by then."""
    with ScriptedServer(lambda *_: None) as server:
        runware = Runware(KEY, url=server.url, connect_timeout=1.0)
        error = failure_of(runware.connect)
        runware.close()

    assert "sign-in" in str(error)
    assert_silent(told_by(error))


def test_a_connection_that_breaks_during_the_sign_in_shows_no_key() -> None:
    """Whether it is reset or just ends."""

    def leave(sock: socket.socket) -> None:
        sock.sendall(acceptance(read_request(sock)))
        sock.recv(10)

    with peer(leave) as server:
        runware = Runware(KEY, url=f"ws://127.0.0.1:{server.port}/v1")
        error = failure_of(runware.connect)
        runware.close()

    assert_silent(told_by(error))


def test_a_handshake_that_is_refused_shows_no_key() -> None:
    """Nor what came with the refusal, which is a stranger's."""

    def refuse(sock: socket.socket) -> None:
        read_request(sock)
        body = ECHO.encode()
        sock.sendall(b"HTTP/1.1 401 %s\r\nX-Echo: %s\r\nContent-Length: %d\r\n\r\n" % (body, body, len(body)) + body)

    with peer(refuse) as server:
        runware = Runware(KEY, url=f"ws://127.0.0.1:{server.port}/v1?token={PASSWORD}")
        error = failure_of(runware.connect)
        runware.close()

    assert "401" in str(error)
    assert_silent(told_by(error))
    assert PASSWORD not in f"{error} {error!r} {vars(error)} {error.__cause__} {error.__context__}"


@pytest.mark.parametrize("is_told", [True, False], ids=["argument", "environment"])
@pytest.mark.parametrize("way", ["connect", "stream"])
def test_a_proxys_password_is_nowhere(monkeypatch: pytest.MonkeyPatch, is_told: bool, way: str) -> None:
    """Whether the proxy is not there, says no, falls silent, or cannot be one."""
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)

    def refuse(sock: socket.socket) -> None:
        head = read_request(sock)
        sock.sendall(b"HTTP/1.1 407 Who are you?\r\n\r\n")
        assert b"Proxy-Authorization: Basic" in head

    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = closed.getsockname()[1]
    with peer(refuse) as refusing, peer(linger) as silent:
        ends = [f"127.0.0.1:{port}" for port in (nobody, refusing.port, silent.port)]
        for end in [*ends, "127.0.0.1:port", "[127.0.0.1"]:
            address = f"http://me:{PASSWORD}@{end}"
            if not is_told:
                monkeypatch.setenv("https_proxy", address)
            proxy = address if is_told else None
            make = partial(Runware, KEY, url="wss://service.example.test", proxy=proxy, connect_timeout=0.5)
            error = failure_of(partial(call_once, make, way))
            told = told_by(error)
            assert PASSWORD not in told
            assert b64encode(f"me:{PASSWORD}".encode()).decode() not in told
            assert_silent(told)


def test_a_write_that_fails_shows_nothing_of_what_it_wrote() -> None:
    """It may have been a password."""

    class Broken(Plain):
        def write(self, data: memoryview) -> int:
            raise ConnectionResetError

    near, far = socket.socketpair()
    with near, far, pytest.raises(ConnectionResetError) as caught:
        Patience(time.monotonic() + PATIENCE, lambda: False).write(near, Broken(near), PASSWORD.encode())

    assert PASSWORD not in told_by(caught.value)


def call_once(make: Callable[[], Runware], way: str) -> None:
    """Fail."""
    with make() as runware:
        if way == "connect":
            runware.connect()
        else:
            runware.stream_text("a", model="m", retry=0)


@pytest.mark.parametrize(
    "answer",
    [
        lambda task: {"errors": [{"code": "invalidModel", "message": ECHO, "taskUUID": task["taskUUID"], "x": KEY}]},
        lambda task: {"data": [{"taskUUID": task["taskUUID"], "status": "error", "error": {"message": ECHO}}]},
        lambda task: {"data": [], "errors": [{"code": "unauthorized", "message": ECHO, "taskUUID": task["taskUUID"]}]},
        lambda _task: {"errors": [{"code": "invalidModel", "message": ECHO}]},
    ],
    ids=["error", "item", "unauthorized", "nameless"],
)
def test_a_task_that_fails_repeats_no_key(answer: Callable[[Item], Any]) -> None:
    """Signed in or not, the words are the server's."""

    def say(one: Peer, task: Item) -> None:
        if task["taskType"] in {"authentication", "ping"}:
            instantly(one, task)
        else:
            one.say(json.dumps(answer(task)))

    with ScriptedServer(say) as server, Runware(KEY, url=server.url) as runware:
        error = failure_of(lambda: runware.raw(TASK, retry=0))

    assert "***" in str(error)
    assert_silent(told_by(error))


def test_results_repeat_no_key() -> None:
    """What the service knows of an account may hold its keys: one's own is masked, also in raw answers."""

    def say(one: Peer, task: Item) -> None:
        if task["taskType"] == "authentication":
            instantly(one, task)
        else:
            keys = [{"apiKey": KEY, "name": "mine"}, {"apiKey": "another-key-0815", "name": "another"}]
            one.send({**task, "operation": "getDetails", "balance": 1, "apiKeys": keys, "note": KEY})

    with ScriptedServer(say) as server, Runware(KEY, url=server.url) as runware:
        account = runware.account_management()
        raw = runware.raw({"taskType": "accountManagement", "operation": "getDetails"})

    assert account.api_keys is not None
    assert ["***", "another-key-0815"] == [key.api_key for key in account.api_keys]
    assert_silent(repr(account), repr(account.to_dict()), pickled(account), repr(raw))


def test_many_callers_that_share_a_refusal_learn_no_key() -> None:
    """One error may be raised in many threads; its frames grow, and still know nothing."""
    found: list[RunwareError] = []
    with ScriptedServer(refused(REFUSALS[0])) as server:
        runware = Runware(KEY, url=server.url)
        threads = [threading.Thread(target=lambda: found.append(failure_of(lambda: runware.raw(TASK)))) for _ in "four"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        runware.close()

    assert 4 == len(found)
    assert_silent(*map(told_by, found))
