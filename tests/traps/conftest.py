"""A scripted server, and a client of it."""

from collections.abc import Iterator

import pytest
from server import PATIENCE, ScriptedServer
from traps.scene import KEY

from runware_sync import Runware


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def runware(server: ScriptedServer) -> Iterator[Runware]:
    client = Runware(KEY, url=server.url, timeout=PATIENCE)
    yield client
    client.close(timeout=1.0)
