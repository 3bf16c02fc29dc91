"""Windows on a line that takes longer to write a frame than they last."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

from till import SMALL

from runware_sync import MediaStorage, Runware
from runware_sync.sandbox import Sandbox, samples

PIECE = 65536
PATIENCE = 30.0


def slowly(source: socket.socket, sink: socket.socket, seconds: float) -> None:
    """Carry bytes on, with a pause behind each piece; the end of one side is the end of the other."""
    with suppress(OSError):
        while piece := source.recv(PIECE):
            sink.sendall(piece)
            time.sleep(seconds * len(piece) / PIECE)  # the line: this is what is tested
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def slow_line(url: str, seconds: float) -> Iterator[str]:
    """Yield an address from which a service is reached over a line that takes some seconds for each piece."""
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        listener = stack.enter_context(socket.socket())
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, PIECE)
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def serve() -> None:
            near = stack.enter_context(listener.accept()[0])
            far = stack.enter_context(socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)))
            pool.submit(slowly, near, far, seconds)
            pool.submit(slowly, far, near, 0.0)

        pool.submit(serve)
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}/v1"


def test_a_window_begins_when_its_task_has_been_written() -> None:
    """The film takes longer to be written than one lasts, and goes out once; a small call waits behind it."""
    film = samples.sample("clip.mp4") + bytes(12_000_000)
    with (
        Sandbox() as sandbox,
        slow_line(sandbox.url, 0.02) as url,
        Runware("a-key", url=url, timeout=3.0, max_retries=0) as runware,
    ):
        runware.connect()
        stored = runware.submit(MediaStorage(film))
        images = runware.image_inference("a fox", **SMALL)

        assert stored.result(PATIENCE).uuid
        assert 1 == len(images)
        assert 1 == sum(task.task_type == "mediaStorage" for task in sandbox.tasks)
