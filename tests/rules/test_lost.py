"""Row 2: written, and then the connection was lost."""

import logging

import pytest
from server import eventually
from till import PATIENCE, ROOT, SMALL, SPEECHLESS, bought, client_of, hasty, questions, sent

from runware_sync import ConnectionFailedError, ConnectionLostError, ImageInference, TaskTimeoutError
from runware_sync.sandbox import Fault, Sandbox

CUT = Fault("drop", at=1, when="accepted")
UNREAD = Fault("drop", at=1, when="received")


def test_what_arrived_before_a_cut_is_kept() -> None:
    """Two results before, two after it: one task, four results."""
    fault = Fault("drop", at=1, when="between", results=2)
    with Sandbox(faults=[fault], latency=0.2) as sandbox, client_of(sandbox) as runware:
        images = runware.image_inference("a fox", number_results=4, seed=7, **SMALL)

        assert [7, 8, 9, 10] == [image.seed for image in images]
        assert sandbox.purchases == 4
        assert len(bought(sandbox)) == 1


def test_the_same_task_is_sent_again_under_the_same_uuid() -> None:
    """The server never read it, and says so when it is asked."""
    fault = Fault("drop", at=1, when="received")
    with Sandbox(faults=[fault]) as sandbox, client_of(sandbox) as runware:
        images = runware.image_inference("a fox", task_uuid=ROOT, **SMALL)

        sent = [task["taskUUID"] for task in sandbox.received if task["taskType"] == "imageInference"]
        assert ROOT in sent
        assert {ROOT} == set(sent)
        assert images.task_uuid == ROOT
        assert sandbox.purchases == 1


def test_row_2_what_is_replayed_completes_the_call_without_a_question() -> None:
    """The session is resumed under its UUID, and what the service kept for it is taken: no question, no second send."""
    with Sandbox(faults=[CUT]) as sandbox, client_of(sandbox) as runware:
        images = runware.image_inference("a fox", number_results=2, task_uuid=ROOT, **SMALL)

        assert len(images) == 2
        assert [False, True] == [connection.resumed for connection in sandbox.connections]
        assert questions(sandbox) == 0
        assert [ROOT] == sent(sandbox)
        assert sandbox.purchases == 2


def test_row_2_processing_means_wait() -> None:
    """Asked about after the loss, the task is said to be at work: it is waited for, and not sent again."""
    with Sandbox(faults=[CUT], latency=3.0, replay="none") as sandbox, client_of(sandbox) as runware:
        assert len(runware.image_inference("a fox", task_uuid=ROOT, **SMALL)) == 1

        assert questions(sandbox, ROOT) >= 2
        assert [ROOT] == sent(sandbox)
        assert sandbox.purchases == 1


def test_row_2_silence_means_the_same_again_and_a_conflict_means_keep_asking() -> None:
    """Nobody says what became of it: sent again under its own UUID, it is met with "used before", and not billed."""
    with Sandbox(faults=[CUT], replay="none", **SPEECHLESS) as sandbox, hasty(sandbox, timeout=3.0) as runware:
        with pytest.raises(TaskTimeoutError, match="outcome is unknown") as caught:
            runware.image_inference("a fox", task_uuid=ROOT, retry=1, **SMALL)

        assert [ROOT, ROOT] == sent(sandbox)
        assert ["conflictTaskUUID"] == [task.code for task in sandbox.refused]
        assert f"client.job('{ROOT}').result()" in str(caught.value)
        assert sandbox.purchases == 1


def test_row_2_a_conflict_after_everything_was_replayed_changes_nothing() -> None:
    """The questions are lost, so the same goes out again; the results come first, and the late conflict is nobody's.

    The next call on the connection does not get it either.
    """
    deaf = Fault("ignore", types=("getResponse", "getTaskDetails"))
    with Sandbox(faults=[CUT, deaf], latency=2.0) as sandbox, hasty(sandbox) as runware:
        images = runware.image_inference("a fox", task_uuid=ROOT, **SMALL)
        sandbox.clear_faults()
        sandbox.change(latency=0.0)

        assert len(images) == 1
        assert images.surplus == ()
        assert len(runware.image_inference("a hare", **SMALL)) == 1
        assert sandbox.purchases == 2


@pytest.mark.parametrize("reuse", ["conflict", "answer", "silence", "again"])
def test_row_2_what_can_be_asked_about_is_never_sent_a_second_time(reuse: str) -> None:
    """Whatever the service would do with a UUID that it has seen: as long as it answers questions, it is not tried."""
    with Sandbox(faults=[CUT], replay="none", reuse=reuse) as sandbox, client_of(sandbox) as runware:
        assert len(runware.image_inference("a fox", task_uuid=ROOT, **SMALL)) == 1

        assert [ROOT] == sent(sandbox)
        assert sandbox.purchases == 1


def test_row_2_sending_again_after_silence_is_told_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Where a service answers nothing *and* forgets UUIDs, the send that it may bill twice is not a silent one."""
    with (
        Sandbox(faults=[CUT], replay="none", reuse="again", **SPEECHLESS) as sandbox,
        hasty(sandbox) as runware,
        caplog.at_level(logging.WARNING, "runware_sync"),
    ):
        assert len(runware.image_inference("a fox", task_uuid=ROOT, **SMALL)) == 1

        assert sandbox.purchases == 2
        assert f"{ROOT} is sent again under the same UUID" in caplog.text
        assert "getTaskDetails" in caplog.text


def test_row_2_without_another_window_nothing_is_sent_again() -> None:
    """Sending again opens a window, and there is none: the error says that the outcome is not known."""
    with Sandbox(faults=[UNREAD]) as sandbox, client_of(sandbox, max_retries=0) as runware:
        with pytest.raises(ConnectionLostError, match="outcome is unknown") as caught:
            runware.image_inference("a fox", task_uuid=ROOT, **SMALL)

        assert caught.value.attempts == 1
        assert f"client.job('{ROOT}')" in str(caught.value)
        assert [ROOT] == sent(sandbox)
        assert sandbox.purchases == 0


def test_row_2_then_row_5_the_failure_told_after_the_loss_buys_the_missing_only() -> None:
    """The line breaks, and the task fails meanwhile: asking confirms it, and a child buys what is missing, once."""
    faults = [CUT, Fault("fail", at=1, results=1)]
    with Sandbox(faults=faults, replay="none") as sandbox, client_of(sandbox) as runware:
        images = runware.image_inference("a fox", number_results=3, seed=40, task_uuid=ROOT, **SMALL)

        first, second = bought(sandbox)
        assert [40, 41, 42] == [image.seed for image in images]
        assert (3, 2) == (first["numberResults"], second["numberResults"])
        assert sandbox.purchases == 3


def test_row_5_then_row_2_a_child_that_is_lost_is_looked_for_like_its_parent() -> None:
    """The child's connection breaks, too: it is found by asking, under its UUID, and nothing is bought beside it."""
    faults = [Fault("fail", at=1, results=1), Fault("drop", at=2, when="accepted")]
    with Sandbox(faults=faults, replay="none") as sandbox, client_of(sandbox) as runware:
        images = runware.image_inference("a fox", number_results=3, seed=40, task_uuid=ROOT, **SMALL)

        assert [40, 41, 42] == [image.seed for image in images]
        assert len(bought(sandbox)) == 2
        assert sandbox.purchases == 3


def test_row_2_a_child_that_was_not_read_is_sent_again_under_its_own_uuid() -> None:
    """What holds for the first purchase holds for the child: the same task, the same UUID, one bill."""
    faults = [Fault("fail", at=1, results=1), Fault("drop", at=2, when="received")]
    with Sandbox(faults=faults) as sandbox, client_of(sandbox, max_retries=3) as runware:
        images = runware.image_inference("a fox", number_results=2, seed=40, task_uuid=ROOT, **SMALL)

        root, child, again = sent(sandbox)
        assert [40, 41] == [image.seed for image in images]
        assert ROOT == root != child == again
        assert sandbox.purchases == 2


def test_without_should_reconnect_nothing_is_written_of_what_begins_after_a_loss() -> None:
    """Neither of a call nor of a job nor of a stream, and the error says so; after `connect()`, it is as before."""
    with Sandbox() as sandbox, client_of(sandbox, should_reconnect=False) as runware:
        runware.image_inference("a fox", task_uuid=ROOT, **SMALL)
        sandbox.drop()
        eventually(lambda: not runware.connected)

        for begin in (
            lambda: runware.image_inference("a hare", **SMALL),
            lambda: runware.submit(ImageInference("a hare", **SMALL)).result(PATIENCE),
            lambda: runware.stream_text("a hare", model="minimax:m2@0"),
        ):
            with pytest.raises(ConnectionFailedError, match=r"call connect\(\)") as caught:
                begin()
            assert not caught.value.retryable
            assert "unknown" not in str(caught.value)
        assert [ROOT] == sent(sandbox)
        assert sandbox.purchases == 1

        runware.connect()
        assert len(runware.image_inference("a hare", **SMALL)) == 1
        assert sandbox.purchases == 2


@pytest.mark.parametrize("wait", [0.2, 3.0], ids=["in time", "later"])
def test_row_2_without_should_reconnect_a_loss_ends_the_call_and_its_task_can_be_collected(wait: float) -> None:
    """The call fails at once, the next one is refused until `connect()`, and then the line in the error works."""
    with Sandbox(faults=[CUT], latency=wait) as sandbox, client_of(sandbox, should_reconnect=False) as runware:
        with pytest.raises(ConnectionLostError, match="outcome is unknown"):
            runware.image_inference("a fox", task_uuid=ROOT, **SMALL)
        with pytest.raises(ConnectionFailedError, match="nothing was sent"):
            runware.image_inference("a hare", **SMALL)

        runware.connect()

        assert len(runware.job(ROOT).result(PATIENCE)) == 1
        assert [ROOT] == sent(sandbox)
        assert sandbox.purchases == 1
