"""A service that answers at once, with answers made beforehand, in a process of its own.

Run as `python -m benchmarks.server`: it prints its address, and ends when its standard input does. It knows no state
and checks nothing; what it spends is receiving and sending. Each task is answered by a frame of its own, also when
several came in one, as the service does whose tasks end one by one.
"""

import asyncio
import base64
import json
import random
import re
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection

__all__ = ["DELAY", "ECHO", "LARGE", "ROOT", "picture", "running"]

DELAY: Final = "benchmarkDelay"  # seconds after which a task is answered
ECHO: Final = "benchmarkEcho"  # answered with the last small task that was received
LARGE: Final = 8 * 1024 * 1024
ROOT: Final = Path(__file__).resolve().parent.parent

_SESSION: Final = "3b1a7c52-0d5e-4f3a-9a55-6f0d8f6f2a10"
_PICTURE: Final = "7e1a2b3c-4d5e-4f60-8172-93a4b5c6d7e8"
_SMALL_SIDE: Final = 128  # pictures up to this width are small, others are LARGE
_PARSED: Final = 262144  # longer messages are not parsed: the time would hide what is measured
_TYPE: Final = re.compile(r'"taskType": ?"(\w+)"')
_UUID: Final = re.compile(r'"taskUUID": ?"([-0-9a-f]{36})"')


def picture(size: int) -> bytes:
    """Return bytes that begin as a PNG file does and cannot be compressed.

    Args:
        size: How many bytes.
    """
    header = b"IHDR" + bytes.fromhex("00000200000002000802000000")
    start = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d" + header + zlib.crc32(header).to_bytes(4, "big")
    return start + random.Random(7).randbytes(size - len(start))


class Answers:
    """The answers, each cut where a UUID goes in."""

    def __init__(self) -> None:
        self._last: dict[str, Any] = {}
        address = {"imageURL": f"https://im.example.test/image/ws/{_PICTURE}.jpg"}
        self._inference = _cut({**address, "seed": 918273645, "cost": 0.0021}, "imageInference")
        self._small, self._large = (
            _cut({"imageBase64Data": base64.b64encode(picture(n)).decode(), "cost": 0.0021}, "imageInference")
            for n in (512, LARGE)
        )
        self._upload = _cut(address, "imageUpload")

    def to(self, message: str) -> Iterator[tuple[float, bytes]]:
        """Yield the frames that answer a message, and after how many seconds."""
        if len(message) > _PARSED:
            ends = message[:600] + message[-600:]
            kind, uuid = _TYPE.search(ends), _UUID.search(ends)
            assert kind
            assert uuid
            yield 0.0, self._answer({"taskType": kind[1], "taskUUID": uuid[1]})
            return
        for task in json.loads(message):
            yield task.get(DELAY, 0.0), self._answer(task)

    def _answer(self, task: dict[str, Any]) -> bytes:
        kind = task["taskType"]
        if kind == "imageInference":
            self._last = task
            cut = self._inference
            if task.get("outputType") == "base64Data":
                cut = self._small if task["width"] <= _SMALL_SIDE else self._large
        elif kind == "imageUpload":
            cut = self._upload
        else:
            return _other(kind, task, self._last)
        uuid: str = task["taskUUID"]
        return cut[0] + uuid.encode() + cut[1]


def _cut(fields: dict[str, Any], kind: str) -> tuple[bytes, bytes]:
    item = {"taskType": kind, "taskUUID": "@", "imageUUID": _PICTURE, **fields}
    before, _, after = json.dumps({"data": [item]}).encode().partition(b"@")
    return before, after


def _other(kind: str, task: dict[str, Any], last: dict[str, Any]) -> bytes:
    item: dict[str, Any] = {"taskType": kind}
    if kind == "authentication":
        item["connectionSessionUUID"] = _SESSION
    elif kind == "ping":
        item["pong"] = True
    else:
        item |= {"taskUUID": task["taskUUID"], "status": "success", "task": last}
    return json.dumps({"data": [item]}).encode()


async def _send_late(connection: "ServerConnection", late: asyncio.Queue[tuple[float, bytes]]) -> None:
    """Send the frames that have a time, which is the same delay for all of them."""
    while True:
        due, frame = await late.get()
        await asyncio.sleep(due - asyncio.get_running_loop().time())
        await connection.send(frame, text=True)


async def _serve() -> None:
    from websockets.asyncio.server import serve
    from websockets.exceptions import ConnectionClosedError

    answers = Answers()

    async def answer(connection: "ServerConnection") -> None:
        late: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        sender = asyncio.create_task(_send_late(connection, late))
        with suppress(ConnectionClosedError):  # a peer that left without a word
            async for message in connection:
                assert isinstance(message, str)
                for delay, frame in answers.to(message):
                    if delay:
                        late.put_nowait((loop.time() + delay, frame))
                    else:
                        await connection.send(frame, text=True)
        sender.cancel()

    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    def watch() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=watch, daemon=True).start()
    async with serve(answer, "127.0.0.1", 0, compression=None, max_size=None, max_queue=None, ping_interval=None) as it:
        print(f"ws://127.0.0.1:{next(iter(it.sockets)).getsockname()[1]}/v1", flush=True)
        await ended.wait()


@contextmanager
def running() -> Iterator[str]:
    """Run the server in another process, and give its address."""
    command = [sys.executable, "-m", "benchmarks.server"]
    with subprocess.Popen(  # noqa: S603 - this very interpreter and module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout
        assert process.stdin
        url = process.stdout.readline().strip()
        if not url:
            raise RuntimeError("the benchmark server did not start; see its message above")
        try:
            yield url
        finally:
            process.stdin.close()


if __name__ == "__main__":
    asyncio.run(_serve())
