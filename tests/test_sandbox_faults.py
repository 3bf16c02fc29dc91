"""Misfortunes that can be ordered, and who meets them."""

import json
import subprocess
import sys
import time
from typing import Any

import pytest
from sandbox_talk import Talk, dial, image, question, talk
from websockets.exceptions import ConnectionClosed

from runware_sync.sandbox import Fault, ManualClock, Sandbox, shared
from runware_sync.sandbox.faults import FaultBook


def test_which_tasks_meet_a_fault() -> None:
    """Every n-th, the n-th only, at most so many, of the given types; all, if nothing is said."""

    def met(fault: Fault) -> list[bool]:
        book = FaultBook([fault])
        return [bool(book.accepted("caption" if number % 2 else "upscale")) for number in range(6)]

    assert [True] * 6 == met(Fault("delay"))
    assert [False, False, True, False, False, True] == met(Fault("delay", every=3))
    assert [False, True, False, False, False, False] == met(Fault("delay", at=2))
    assert [True, True, False, False, False, False] == met(Fault("delay", count=2))
    assert [False, True, False, True, False, True] == met(Fault("delay", types=["caption"]))
    assert [False, False, False, True, False, False] == met(Fault("delay", every=2, types="caption"))


@pytest.mark.parametrize("wrong", [{"kind": "flood"}, {"when": "never"}, {"how": "gently"}, {"every": 0}])
def test_faults_that_cannot_be(wrong: dict[str, Any]) -> None:
    """A wrong kind, moment, way or number is refused at construction."""
    with pytest.raises(ValueError, match=r"possible|must be"):
        Fault(**{"kind": "drop", **wrong})


@pytest.mark.parametrize("how", ["reset", "eof", "close", 1011, 1012])
def test_a_drop_after_the_acceptance_keeps_the_results(how: str | int) -> None:
    """Nothing comes before the cut; the results are replayed to the session."""
    with Sandbox(faults=[Fault("drop", at=1, how=how)]) as sandbox:
        with talk(sandbox) as client:
            client.say(image())
            with pytest.raises(ConnectionClosed):
                client.hear()
        sandbox.wait_for(lambda: sandbox.connections[0].closed)
        with dial(sandbox) as client:
            client.sign_in(sandbox.connections[0].session)
            assert "imageUUID" in client.hear()["data"][0]
        assert 1 == sandbox.purchases


def test_a_drop_before_the_reading_buys_nothing() -> None:
    """The task was never taken on, and may be sent again."""
    with Sandbox(faults=[Fault("drop", when="received", at=1)]) as sandbox:
        task = image()
        with talk(sandbox) as client:
            client.say(task)
            with pytest.raises(ConnectionClosed):
                client.hear()
        assert 0 == sandbox.purchases
        with talk(sandbox) as client:
            assert "data" in client.ask(task)


def test_a_drop_between_results_and_after_the_last() -> None:
    """What came before the cut has been delivered, the rest is replayed."""
    with Sandbox(faults=[Fault("drop", when="between", results=2, at=1), Fault("drop", when="after", at=2)]) as sandbox:
        with talk(sandbox) as client:
            client.say(image(numberResults=5))
            assert 2 == len(client.items(2))
            with pytest.raises(ConnectionClosed):
                client.hear()
        sandbox.wait_for(lambda: sandbox.connections[0].closed)
        with dial(sandbox) as client:
            client.sign_in(sandbox.connections[0].session)
            assert 3 == len(client.items(3))
            client.say(image(numberResults=2))
            assert 2 == len(client.items(2))
            with pytest.raises(ConnectionClosed):
                client.hear()


def test_a_connection_goes_half_open_for_ever() -> None:
    """It takes bytes and says nothing more; the task was accepted, and its result is replayed."""
    with Sandbox(faults=[Fault("half_open", every=2)]) as sandbox, talk(sandbox) as client:
        assert "data" in client.ask(image())
        client.say(image())
        client.say({"taskType": "ping", "ping": True})
        assert client.is_quiet()
        assert not client.socket.ping().wait(0.05)
        sandbox.speak()
        assert client.is_quiet()

        with dial(sandbox) as other:
            other.sign_in(sandbox.connections[0].session)
            assert sandbox.tasks[1].task_uuid == other.hear()["data"][0]["taskUUID"]
        assert 2 == sandbox.purchases


def test_a_failure_may_come_after_some_results_and_name_no_task() -> None:
    """Only delivered results are billed, unless failures are billed too."""
    faults = [Fault("fail", code="rateLimitExceeded", results=2, at=1), Fault("fail", nameless=True, at=1)]
    with Sandbox(faults=[*faults[:1]]) as sandbox, talk(sandbox) as client:
        client.say(task := image(numberResults=3))
        assert 2 == len(client.items(2))
        (error,) = client.hear()["errors"]
        assert ("rateLimitExceeded", task["taskUUID"]) == (error["code"], error["taskUUID"])
        assert 2 == sandbox.purchases

        sandbox.add_fault(faults[1])
        sandbox.change(bill_failures=True)
        assert "taskUUID" not in client.ask(image())["errors"][0]
        assert 3 == sandbox.purchases
        sandbox.clear_faults()
        assert "data" in client.ask(image())


def test_a_failure_waits_for_the_pictures_before_it() -> None:
    """Inline results take time to paint; the failure still comes after them."""
    with Sandbox(faults=[Fault("fail", results=2)]) as sandbox, talk(sandbox) as client:
        client.say(image(numberResults=3, outputType="base64Data"))
        assert 2 == len(client.items(2))
        assert "errors" in client.hear()


def test_a_key_can_go_bad_on_a_connection_that_was_good() -> None:
    """From that task on, the connection answers every task with `invalidApiKey`; a new one works."""
    with Sandbox(faults=[Fault("auth_error", at=2)]) as sandbox:
        with talk(sandbox) as client:
            assert "data" in client.ask(image())
            for _ in range(2):
                (error,) = client.ask(image())["errors"]
                assert ("invalidApiKey", "authentication") == (error["code"], error["taskType"])
                assert "taskUUID" not in error
        with talk(sandbox) as client:
            assert "data" in client.ask(image())
        assert 2 == sandbox.purchases


def test_a_task_can_be_ignored_or_its_results_lost() -> None:
    """Both are silent; the one bought nothing, the other can be asked for."""
    with Sandbox(faults=[Fault("ignore", at=1), Fault("lose", at=1)]) as sandbox, talk(sandbox) as client:
        ignored, lost = image(), image()
        client.say(ignored)
        client.say(lost)
        assert client.is_quiet()
        assert 1 == sandbox.purchases
        assert "taskNotFound" == client.ask(question(ignored["taskUUID"]))["errors"][0]["code"]
        assert "imageURL" in client.ask(question(lost["taskUUID"]))["data"][0]


def test_a_reply_can_be_late() -> None:
    """`delay` adds to the latency of the tasks that meet it."""
    clock = ManualClock()
    with Sandbox(clock=clock, faults=[Fault("delay", seconds=30, at=1)]) as sandbox, talk(sandbox) as client:
        client.say(image())
        assert "data" in client.ask(second := image())
        assert second["taskUUID"] == sandbox.tasks[1].task_uuid
        clock.advance(29)
        assert client.is_quiet()
        clock.advance(2)
        assert "data" in client.hear()


def test_frames_can_be_spoilt() -> None:
    """Broken JSON, binary messages, strangers' tasks, repeats, late errors; the results come all the same."""
    faults = [
        Fault("malformed", at=1),
        Fault("binary", at=2),
        Fault("unknown_task", at=3),
        Fault("repeat", at=4),
        Fault("error_after", at=5, code="standardError"),
    ]
    with Sandbox(faults=faults) as sandbox, talk(sandbox) as client:
        client.say(image())
        with pytest.raises(json.JSONDecodeError):
            client.hear()
        assert "data" in client.hear()

        client.say(image())
        assert isinstance(client.socket.recv(5), bytes)

        client.say(task := image())
        stranger = client.hear()["data"][0]["taskUUID"]
        assert stranger != task["taskUUID"]
        assert stranger == client.hear()["errors"][0]["taskUUID"]
        assert task["taskUUID"] == client.hear()["data"][0]["taskUUID"]

        assert client.ask(image()) == client.hear()

        client.say(task := image())
        assert "data" in client.hear()
        (error,) = client.hear()["errors"]
        assert ("standardError", task["taskUUID"]) == (error["code"], error["taskUUID"])
        assert 5 == sandbox.purchases


def test_a_frame_can_trickle_or_come_in_fragments() -> None:
    """It arrives whole; pings that come meanwhile are answered after it."""
    faults = [Fault("trickle", seconds=0.5, at=1), Fault("fragment", size=40, at=2), Fault("pad", size=5000)]
    with Sandbox(faults=faults) as sandbox, talk(sandbox) as client:
        started = time.monotonic()
        client.say(image())
        sandbox.wait_for(lambda: sandbox.tasks)
        pong = client.socket.ping()
        assert 5000 == len(client.hear()["data"][0]["padding"])
        assert time.monotonic() - started > 0.4
        assert pong.wait(5)

        client.say(image())
        parts = list(client.socket.recv_streaming())
        assert len(parts) > 100
        assert "data" in json.loads("".join(str(part) for part in parts))


def test_money_holds_while_connections_are_cut() -> None:
    """Every fifth task cuts the connection: all results are there in the end, and each was billed once."""
    tasks = [image() for _ in range(40)]
    found: set[str] = set()
    session = None
    with Sandbox(faults=[Fault("drop", every=5)]) as sandbox:
        waiting = list(tasks)
        while waiting:
            with dial(sandbox) as client:
                client.sign_in(session)
                session = sandbox.connections[-1].session
                found |= _collected(client, [task for task in waiting if task["taskUUID"] not in found])
            waiting = [task for task in waiting if task["taskUUID"] not in found]
            sandbox.wait_for(lambda: sandbox.connections[-1].closed)

        assert {task["taskUUID"] for task in tasks} == found
        assert (40, 40) == (len(sandbox.tasks), sandbox.purchases)


def _collected(client: Talk, tasks: list[dict[str, Any]]) -> set[str]:
    """Send tasks one after another until the connection is cut; return what has arrived."""
    found: set[str] = set()
    try:
        for task in tasks:
            client.say(task)
            client.say(question(task["taskUUID"]))
        client.say({"taskType": "ping", "ping": True})
        while True:
            items = client.hear().get("data", [])
            found |= {item["taskUUID"] for item in items if "imageUUID" in item}
            if any("pong" in item for item in items):
                return found
    except ConnectionClosed:
        pass
    return found


def test_one_sandbox_is_shared_for_each_url() -> None:
    """The same query gives the same one, whatever the order of its names; settings and faults are read from it."""
    first = shared("sandbox:?latency=0.01&drop_every=2&idle_timeout=none&strict=yes&split=one&max_message=1000000")
    again = shared("sandbox:?drop_every=2&latency=0.01&idle_timeout=none&strict=yes&split=one&max_message=1000000")
    try:
        assert first is again
        assert first is not shared("sandbox:")
        with talk(first) as client:
            assert "data" in client.ask(image())
            client.say(image())
            with pytest.raises(ConnectionClosed):
                client.hear()
    finally:
        first.stop()
        shared("sandbox:").stop()


@pytest.mark.parametrize(
    "url",
    [
        "sandbox:?rain=1",
        "sandbox:?latency=slow",
        "sandbox:?strict=perhaps",
        "sandbox:?split=odd",
        "ws://x",
        "sandbox:?latency=-1",
        "sandbox:?max_message=0",
    ],
)
def test_a_wrong_url_is_refused(url: str) -> None:
    """Unknown names, values that do not fit and other schemes raise `ValueError`."""
    with pytest.raises(ValueError, match=r"sandbox|rain|latency|strict|split|max_message"):
        shared(url)


def test_an_unknown_switch_is_refused() -> None:
    """`TypeError` names those that there are."""
    with pytest.raises(TypeError, match="balance"):
        Sandbox(rain=True)


def test_importing_loads_neither_server_nor_pixels() -> None:
    """Heavy modules load when a sandbox starts; the package imports nothing of the client."""
    code = (
        "import sys, runware_sync; before = set(sys.modules); import runware_sync.sandbox;"
        "new = set(sys.modules) - before;"
        "assert not {'websockets', 'PIL'} & set(sys.modules);"
        "mine = [name for name in new if name.startswith('runware_sync.') and '.sandbox' not in name];"
        "assert not mine, mine"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)  # noqa: S603 - our own interpreter


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its requirements, starting says what to install."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(RuntimeError, match=r"websockets and Pillow: pip install 'runware-sync\[sandbox\]'"):
        Sandbox().start()
