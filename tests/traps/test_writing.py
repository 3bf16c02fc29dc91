"""The trap of writing from several threads: frames in frames."""

import hashlib
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import peers
from server import PATIENCE, eventually
from traps.scene import KEY

from runware_sync import Runware

LARGE = 24_000_000
"""Bytes that no socket takes at once."""


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_trap_46_writes_of_several_threads_do_not_mix() -> None:
    """One frame is half written when a pong is due and others want to send: each arrives as it was sent."""
    begun, half_written, go_on = threading.Event(), threading.Event(), threading.Event()
    texts = ["first", peers.noise(LARGE // 2).hex(), *map(str, range(6))]
    frames: list[tuple[int, bytes]] = []

    def script(sock: socket.socket) -> None:
        stream = b""

        def say(*items: object) -> None:
            sock.sendall(peers.framed(json.dumps({"data": items}).encode()))

        def tasks(count: int) -> list[dict[str, str]]:
            nonlocal stream
            while True:
                found = [task for opcode, text in frames if opcode == peers.TEXT for task in json.loads(text)]
                if len(found) >= count:
                    return found
                piece = sock.recv(1 << 20)
                assert piece, "the client left"
                more, stream = peers.unframed(stream + piece)
                frames.extend(more)

        def answer(task: dict[str, str]) -> None:
            say({"taskType": task["taskType"], "taskUUID": task["taskUUID"], "text": digest(task["text"])})

        sock.sendall(peers.acceptance(peers.read_request(sock)))
        tasks(1)
        say({"taskType": "authentication", "connectionSessionUUID": "s"})
        first = tasks(2)[1]
        begun.set()
        half_written.wait(peers.LIMIT)
        sock.sendall(peers.framed(b"beat", peers.PING))
        answer(first)  # when it is heard, the ping in front of it has been, too
        go_on.wait(peers.LIMIT)
        for task in tasks(1 + len(texts))[2:]:
            answer(task)
        peers.linger(sock)

    with peers.peer(script) as server, ThreadPoolExecutor(len(texts)) as pool:
        runware = Runware(KEY, url=f"ws://127.0.0.1:{server.port}/v1", timeout=PATIENCE)
        calls = [pool.submit(runware.raw, {"taskType": "textInference", "text": texts[0]})]
        assert begun.wait(PATIENCE)
        calls.append(pool.submit(runware.raw, {"taskType": "textInference", "text": texts[1]}))
        eventually(lambda: any(slot.sent for slot in runware._connection.waiting[1:]))
        calls += [pool.submit(runware.raw, {"taskType": "textInference", "text": text}) for text in texts[2:]]
        half_written.set()
        calls[0].result(PATIENCE)
        go_on.set()

        assert [digest(text) for text in texts] == [call.result(PATIENCE)[0]["text"] for call in calls]
        assert (peers.PONG, b"beat") in frames
        assert server.connections == 1
        runware.close(timeout=1.0)
