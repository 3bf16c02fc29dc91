"""Pauses between windows: jitter after the cap, those that the server names, and what ends one early."""

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from server import Item, Peer, ScriptedServer, eventually, instantly
from till import PATIENCE, SMALL

from runware_sync import ClientClosedError, ImageInference, Runware, ServerError
from runware_sync.calls.retrying import Policy


def limited(server: ScriptedServer, pause: float, *, times: int = 1) -> None:
    """Let the first tasks come too fast, and the server say when to come again."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "imageInference" and len(server.paid) == 1:
            error = {"code": "rateLimitExceeded", "taskUUID": task["taskUUID"], "retryAfter": pause}
            for _ in range(times):
                peer.send(errors=[error])
        else:
            instantly(peer, task)

    server.answer = answer


@pytest.mark.parametrize("times", [1, 3])
def test_a_pause_that_the_server_names_is_honoured_to_its_end(times: int) -> None:
    """Also if it says so again meanwhile, or other things happen to the call: the child is not sent before."""
    with ScriptedServer() as server, Runware("k", url=server.url, timeout=PATIENCE) as runware:
        limited(server, 0.6, times=times)
        began = time.monotonic()

        assert len(runware.image_inference("a fox", **SMALL)) == 1
        assert time.monotonic() - began >= 0.6
        assert len({task["taskUUID"] for task in server.paid}) == 2


def test_a_pause_ends_at_once_when_the_client_is_closed() -> None:
    """Whoever waits in it is told so, and nothing is bought any more; neither for calls nor for jobs."""
    with ScriptedServer() as server, Runware("k", url=server.url, timeout=PATIENCE) as runware:
        limited(server, 2 * PATIENCE)
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(runware.run, ImageInference("a fox", **SMALL))
            server.wait_for(lambda: server.paid)
            eventually(lambda: runware._connection.waiting and runware._connection.waiting[0].tasks[0].failures)

            runware.close()

            assert isinstance(call.exception(PATIENCE / 2), ClientClosedError)
        assert len(server.paid) == 1


def test_a_pause_ends_at_once_when_the_client_is_closed_without_a_reader() -> None:
    """Nothing but the close itself says so then, because the connection had ended before."""
    with ScriptedServer() as server, Runware("k", url=server.url, timeout=PATIENCE) as runware:
        limited(server, 2 * PATIENCE)
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(runware.run, ImageInference("a fox", **SMALL))
            eventually(lambda: runware._connection.waiting and runware._connection.waiting[0].tasks[0].failures)
            exchange = runware._connection.exchange
            with exchange.lock:
                exchange.stopping = True
            exchange.signal()
            eventually(lambda: exchange.reader is None)

            runware.close()

            assert isinstance(call.exception(PATIENCE / 2), ClientClosedError)
        assert len(server.paid) == 1


@pytest.mark.parametrize("attempt", [1, 2, 5, 50])
def test_pauses_grow_exponentially_and_jitter_is_added_after_the_cap(
    attempt: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that those who were turned away together do not come back together, however long they have waited."""
    longest = min(30.0, 0.5 * 2.0 ** (attempt - 1))
    for share in (0.0, 1.0):
        monkeypatch.setattr(random, "uniform", lambda least, most, share=share: least + share * (most - least))

        assert longest * (1 + share) == Policy(2).pause(ServerError("no"), attempt)
