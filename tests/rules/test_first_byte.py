"""Row 1, and the UUID: what holds before the first byte is written."""

import logging

import pytest
from server import Item, Peer, ScriptedServer, eventually, instantly
from till import PATIENCE, SMALL, client_of, sent

from runware_sync import ConnectionFailedError, ImageInference, Runware
from runware_sync.sandbox import Sandbox


def test_the_root_uuid_is_fixed_before_the_first_byte() -> None:
    """A call has one UUID from the moment in which it is made, before there is a connection, and is sent under it."""
    with Sandbox() as sandbox, client_of(sandbox) as runware:
        job = runware.submit(ImageInference("a fox", **SMALL))
        uuid = job.task_uuid

        assert uuid == job.result(PATIENCE).task_uuid
        assert [uuid] == sent(sandbox)


def test_row_1_after_a_refused_connection_the_task_is_sent_once(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody was there, so nothing was written and nothing bought: it connects again, and sends."""
    sandbox = Sandbox()
    with client_of(sandbox, max_retries=9) as runware, caplog.at_level(logging.INFO, "runware_sync"):
        assert sandbox.url
        sandbox.stop()
        job = runware.submit(ImageInference("a fox", **SMALL))
        eventually(lambda: "not connected" in caplog.text)
        sandbox.start()

        assert len(job.result(PATIENCE)) == 1
        assert [job.task_uuid] == sent(sandbox)
        assert sandbox.purchases == 1
    sandbox.stop()


def test_row_1_after_a_sign_in_that_broke_off_the_task_is_sent_once() -> None:
    """Twice the line breaks before the sign-in is answered; the task had not been written, and goes out once."""
    broken = iter([True, True])

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "authentication" and next(broken, False):
            peer.reset()
        else:
            instantly(peer, task)

    with ScriptedServer(answer) as server, Runware("k", url=server.url, max_retries=9) as runware:
        assert len(runware.image_inference("a fox", **SMALL)) == 1
        assert len(server.peers) == 3
        assert len(server.paid) == 1


def test_row_1_what_was_never_sent_says_that_nothing_was_bought() -> None:
    """Once the windows are spent the error says that nothing was sent; there is no task to ask about, and no line."""
    with Sandbox() as sandbox:
        url = sandbox.url
    with Runware("k", url=url, max_retries=1) as runware:
        with pytest.raises(ConnectionFailedError) as caught:
            runware.image_inference("a fox", **SMALL)

        assert caught.value.attempts == 2
        assert "client.job(" not in str(caught.value)
        assert sandbox.received == []
