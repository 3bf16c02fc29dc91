"""A server in a process of its own, for the stress test; it imports nothing of the client."""

import asyncio
import ssl
import tempfile
import zlib
from multiprocessing.connection import Connection
from pathlib import Path

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

PATTERN = bytes(range(97, 123)) * 4096


def pattern(size: int) -> bytes:
    """Return letters in which a misplaced piece shows."""
    return (PATTERN * (size // len(PATTERN) + 1))[:size]


async def _answer(connection: ServerConnection) -> None:
    """Echo small messages, measure large ones, and send large ones when asked to."""
    try:
        async for message in connection:
            assert isinstance(message, str)
            head, _, payload = message.partition("|")
            kind, _, _, size = head.split(",")
            if kind == "echo":
                await connection.send(message)
            elif kind == "up":
                await connection.send(f"{head}|{len(payload)} {zlib.crc32(payload.encode())}")
            else:
                await connection.send(f"{head}|{pattern(int(size)).decode()}")
    except ConnectionClosed:
        return


async def _serve(ready: Connection, context: ssl.SSLContext) -> None:
    async with serve(
        _answer, "127.0.0.1", 0, ssl=context, max_size=None, compression=None, ping_interval=0.1
    ) as server:
        ready.send(next(iter(server.sockets)).getsockname()[1])
        await asyncio.to_thread(ready.recv)


def run(ready: Connection, certificate: bytes) -> None:
    """Serve until something is said through `ready`, through which the port is told first."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "certificate.pem")
        file.write_bytes(certificate)
        context.load_cert_chain(file)
    asyncio.run(_serve(ready, context))
