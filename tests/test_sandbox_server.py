"""The sandbox as a server: command, TLS, many connections, forks."""

import os
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
import urllib.request

import pytest
import trustme
from sandbox_talk import Talk, dial, image, talk
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from runware_sync.sandbox import Fault, Sandbox
from runware_sync.sandbox.__main__ import main


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for another process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_prints_its_url_and_ends_by_an_interrupt(number: signal.Signals) -> None:
    """It serves until then, and its status is 0."""
    arguments = ["--port", "0", "--latency", "0.01", "--drop-every", "2", "--set", "split=one"]
    command = [sys.executable, "-m", "runware_sync.sandbox", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert re.fullmatch(r"ws://127\.0\.0\.1:\d+/v1", url)
        with connect(url, compression=None) as socket:
            client = Talk(socket)
            client.sign_in()
            assert 2 == len(client.ask(image(numberResults=2))["data"])
            client.say(image())
            with pytest.raises(ConnectionClosed):
                client.hear()
        process.send_signal(number)
        assert 0 == process.wait(20)


@pytest.mark.parametrize(
    "arguments", [["--set", "rain=1"], ["--latency", "slow"], ["--port", "x"], ["--port", "65536"], ["--port", "-1"]]
)
def test_the_command_refuses_what_does_not_fit(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The status is 2, and the reason is on standard error."""
    with pytest.raises(SystemExit) as caught:
        main(["--port", "0", *arguments])

    assert 2 == caught.value.code
    assert capsys.readouterr().err


def test_tls_serves_tasks_and_files() -> None:
    """With `ssl_context`, the URL is `wss://`, those of files `https://`; drops and silence work alike."""
    authority = trustme.CA()
    server, client_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(server)
    authority.configure_trust(client_side)

    with Sandbox(ssl_context=server, faults=[Fault("drop", at=2), Fault("half_open", at=3)]) as sandbox:
        assert sandbox.url.startswith("wss://127.0.0.1:")
        with dial(sandbox, ssl=client_side) as client:
            client.sign_in()
            url = client.ask(image())["data"][0]["imageURL"]
            assert url.startswith("https://127.0.0.1:")
            with urllib.request.urlopen(url, context=client_side, timeout=10) as answer:  # noqa: S310 - the sandbox's own
                assert b"\xff\xd8\xff" == answer.read(3)
            client.say(image())
            with pytest.raises(ConnectionClosed):
                client.hear()
        sandbox.wait_for(lambda: sandbox.connections[0].closed == "reset")
        with dial(sandbox, ssl=client_side) as client:
            client.sign_in(sandbox.connections[0].session)
            assert "imageURL" in client.hear()["data"][0]
            client.say(image())
            assert client.is_quiet()


def test_many_connections_are_served_side_by_side() -> None:
    """Sixteen threads with a connection each get what they asked for, and nothing else."""
    wrong: list[object] = []

    def work() -> None:
        with talk(sandbox) as client:
            for _ in range(25):
                task = image()
                answer = client.ask(task)
                if [task["taskUUID"]] != [item["taskUUID"] for item in answer["data"]]:
                    wrong.append(answer)

    with Sandbox() as sandbox:
        threads = [threading.Thread(target=work) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong
        assert (400, 400) == (len(sandbox.tasks), sandbox.purchases)
        assert list(range(1, 17)) == [connection.number for connection in sandbox.connections]


def test_a_thousand_tasks_take_less_than_a_second_or_so() -> None:
    """The sandbox is fast enough for load tests; generously measured, for slow machines."""
    with Sandbox() as sandbox, talk(sandbox) as client:

        def write() -> None:
            for _ in range(1000):
                client.say(image())

        started = time.monotonic()
        writer = threading.Thread(target=write)
        writer.start()
        assert 1000 == len(client.items(1000))
        writer.join()
        assert time.monotonic() - started < 5


def test_stopping_is_quick_whatever_hangs() -> None:
    """Half-open and silent connections do not delay it; starting and stopping twice does nothing more."""
    sandbox = Sandbox(faults=[Fault("half_open", at=1)])
    sandbox.start()
    sandbox.start()
    with dial(sandbox) as client, dial(sandbox):
        client.sign_in()
        client.say(image())
        sandbox.wait_for(lambda: sandbox.tasks)
        sandbox.silence()
        started = time.monotonic()
        sandbox.stop()
        sandbox.stop()
        assert time.monotonic() - started < 4
    assert "stopped" in repr(sandbox)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_child_has_its_own_sandbox() -> None:
    """The parent's goes on, the child's is another."""
    code = """
import os, sys
from runware_sync.sandbox import shared
url = shared("sandbox:").url
read, write = os.pipe()
child = os.fork()
if child == 0:
    os.write(write, shared("sandbox:").url.encode())
    os._exit(0)
os.waitpid(child, 0)
theirs = os.read(read, 1000).decode()
assert theirs.startswith("ws://") and theirs != url, theirs
assert shared("sandbox:").url == url
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, timeout=60)  # noqa: S603 - our own interpreter
