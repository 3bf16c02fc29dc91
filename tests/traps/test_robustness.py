"""Traps of what must never break: the reader, whatever comes from the network or from a user's function."""

import json
import logging
import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import peers
import pytest
from server import PATIENCE, Item, Peer, ScriptedServer, eventually, image
from traps.scene import KEY, SMALL, address, readers, to_tasks

import runware_sync
from runware_sync import ConnectionLostError, ImageInference, Runware
from runware_sync.sandbox import Sandbox


def test_trap_29_a_large_result_arrives(server: ScriptedServer, runware: Runware) -> None:
    """Where a frame may have 1 MiB, base64 results end the connection, and are told as a timeout."""
    content = "QUJD" * 6_000_000

    @to_tasks
    def answer(peer: Peer, task: Item) -> None:
        peer.send(address(task, imageUUID="i", imageBase64Data=content))

    server.answer = answer

    (item,) = runware.raw({"taskType": "imageInference"}, retry=0)

    assert content == item["imageBase64Data"]
    assert len(server.peers) == 1


ENDS: dict[str, bytes | None] = {
    "a reset": None,
    "half a frame": peers.framed(b'{"data": []}')[:5],
    "no frame at all": b"HTTP/1.1 500 Internal Server Error\r\n\r\n",
    "reserved bits": peers.framed(b"{}", flags=0x70),
    "an unknown opcode": peers.framed(b"{}", 0xB),
    "a masked frame": peers.framed(b"{}", masked=True),
    "a continuation of nothing": peers.framed(b"{}", peers.CONTINUATION),
    "a long ping": peers.framed(b"p" * 200, peers.PING),
    "text that is no text": peers.framed(b"\xff\xfe\xfd") + peers.goodbye(1011),
    "nesting without end": peers.framed(b"[" * 100_000) + peers.goodbye(1011),
    "an odd close frame": peers.framed(b"\x03", peers.CLOSE),
    "a length beyond reason": b"\x81\x7f" + b"\x7f" + b"\xff" * 7,
}


@pytest.mark.parametrize("end", ENDS)
def test_trap_34_no_end_of_a_socket_escapes(
    end: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where an error of the socket is raised out of its thread, the process dies of it, or the callers hang."""
    escaped: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", escaped.append)
    last = ENDS[end]

    def script(sock: socket.socket) -> None:
        sock.sendall(peers.acceptance(peers.read_request(sock)))
        seen: list[tuple[int, bytes]] = []
        stream = b""
        while len(seen) < 2:
            frames, stream = peers.unframed(stream + sock.recv(65536))
            if frames and not seen:
                sign_in = {"taskType": "authentication", "connectionSessionUUID": "s"}
                sock.sendall(peers.framed(json.dumps({"data": [sign_in]}).encode()))
            seen += frames
        if last is None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            sock.sendall(last)

    with peers.peer(script) as server:
        runware = Runware(KEY, url=f"ws://127.0.0.1:{server.port}/v1", should_reconnect=False, timeout=PATIENCE)

        for _ in range(2):
            runware.connect()
            with pytest.raises(ConnectionLostError):
                runware.image_inference("a fox", retry=0, **SMALL)
            eventually(lambda: not readers())

        assert server.connections == 2
        runware.close(timeout=1.0)
    assert [] == escaped
    assert [] == [one for one in caplog.records if one.levelno >= logging.ERROR], "nor is it caught as a bug of ours"


Bad = Callable[..., None]


def in_a_call(runware: Runware, **options: Any) -> None:
    with pytest.raises(ZeroDivisionError):
        runware.run(ImageInference("a fox", number_results=2, **SMALL, **options))


def in_a_job(runware: Runware, **options: Any) -> None:
    job = runware.submit(ImageInference("a fox", number_results=2, **SMALL, **options))
    assert isinstance(job.exception(PATIENCE), ZeroDivisionError)


def when_done(runware: Runware, bad: Bad) -> None:
    job = runware.submit(ImageInference("a fox", number_results=2, **SMALL))
    job.add_done_callback(bad)
    assert len(job.result(PATIENCE)) == 2


CALLBACKS: dict[str, Callable[[Runware, Bad], None]] = {
    "on_partial of a call": lambda runware, bad: in_a_call(runware, on_partial=bad),
    "on_partial of a job": lambda runware, bad: in_a_job(runware, on_partial=bad),
    "on_progress of a call": lambda runware, bad: in_a_call(runware, on_progress=bad),
    "on_progress of a job": lambda runware, bad: in_a_job(runware, on_progress=bad),
    "done callback": when_done,
}


@pytest.mark.parametrize("place", CALLBACKS)
def test_trap_35_a_function_that_raises_harms_nobody_else(
    server: ScriptedServer, runware: Runware, caplog: pytest.LogCaptureFixture, place: str
) -> None:
    """Where a user's function runs on the reader, its bug ends the connection, and everybody's calls."""
    ran: list[threading.Thread] = []

    def bad(*_: object) -> None:
        ran.append(threading.current_thread())
        raise ZeroDivisionError("a bug of the user's")

    @to_tasks
    def answer(peer: Peer, task: Item) -> None:
        peer.send(address(task, status="processing", progress=10))
        if task["positivePrompt"] != "waits":
            peer.send(*[image(task, number) for number in range(task.get("numberResults", 1))])

    server.answer = answer
    waiting = runware.submit(ImageInference("waits", **SMALL))
    server.wait_for(lambda: server.paid)
    (reader,) = readers()

    with caplog.at_level(logging.CRITICAL, "concurrent.futures"):
        CALLBACKS[place](runware, bad)
        eventually(lambda: ran)

    assert reader not in ran
    assert not waiting.done()
    server.peers[0].send(image(server.paid[0]))
    assert len(waiting.result(PATIENCE)) == 1
    assert [reader] == readers()
    assert len(server.peers) == 1


def test_trap_44_the_key_is_in_no_log() -> None:
    """Where frames are logged as they are, the sign-in tells the key to whoever reads the log."""
    script = (
        "import sys; from runware_sync import Runware\n"
        "with Runware(url=sys.argv[1]) as runware:\n"
        "    runware.image_inference('a fox', model='a:1@1', width=128, height=128)\n"
    )
    with Sandbox() as sandbox:
        done = subprocess.run(  # noqa: S603 - our own script
            [sys.executable, "-c", script, sandbox.url],
            cwd=Path(runware_sync.__file__).parents[1],
            env=os.environ | {"RUNWARE_API_KEY": KEY, "RUNWARE_LOG": "debug"},
            capture_output=True,
            text=True,
            timeout=90,
            check=True,
        )

    assert '"connectionSessionUUID"' in done.stderr, "frames are logged"
    assert KEY not in done.stdout + done.stderr
