"""Row 3, and the windows: a first one and `max_retries` more, which outages do not spend."""

import time
from typing import Any

import pytest
from server import eventually
from till import PATIENCE, ROOT, SMALL, SPEECHLESS, bought, client_of, hasty, questions, sent

from runware_sync import ImageInference, Runware, RunwareError, TaskTimeoutError
from runware_sync.sandbox import Fault, Sandbox


def test_a_lost_answer_is_found_by_asking() -> None:
    """The connection lives, the window ends: nothing is sent again, the answer is collected."""
    with Sandbox(faults=[Fault("lose", at=1)]) as sandbox, client_of(sandbox, timeout=0.5) as runware:
        images = runware.image_inference("a fox", **SMALL)

        assert len(images) == 1
        assert len(bought(sandbox)) == 1
        assert questions(sandbox) >= 1
        assert sandbox.purchases == 1


def test_a_task_that_was_never_read_is_sent_again_in_the_next_window() -> None:
    """Only an explicit not-found allows it."""
    with Sandbox(faults=[Fault("ignore", at=1)]) as sandbox, client_of(sandbox, timeout=0.5) as runware:
        images = runware.image_inference("a fox", **SMALL)

        assert len(images) == 1
        assert sandbox.purchases == 1


def test_a_task_that_still_runs_is_waited_for() -> None:
    """Several windows long, asked about in each, and bought once."""
    with Sandbox(latency=1.5) as sandbox, client_of(sandbox, timeout=0.5, max_retries=9) as runware:
        images = runware.image_inference("a fox", **SMALL)

        assert len(images) == 1
        assert len(bought(sandbox)) == 1
        assert sandbox.purchases == 1


def test_a_server_that_gives_up_waiting_has_not_given_up_the_task() -> None:
    """Its timeout is an error that asking does not confirm; the result is collected."""
    with Sandbox(latency=1.0, sync_limit=0.2) as sandbox, client_of(sandbox) as runware:
        images = runware.image_inference("a fox", **SMALL)

        assert len(images) == 1
        assert len(bought(sandbox)) == 1
        assert sandbox.purchases == 1


def test_retry_and_timeout_of_a_request_go_before_the_client_s() -> None:
    """Both ways: more of them, and fewer."""
    with Sandbox(latency=0.6) as sandbox, client_of(sandbox, timeout=0.1, max_retries=0) as runware:
        assert len(runware.image_inference("a fox", timeout=PATIENCE, **SMALL)) == 1
        sandbox.add_fault(Fault("fail", at=1))
        assert len(runware.image_inference("a hare", timeout=PATIENCE, retry=1, **SMALL)) == 1
        patient = runware.with_options(timeout=PATIENCE, max_retries=3)
        with pytest.raises(TaskTimeoutError) as caught:
            patient.image_inference("an owl", timeout=0.1, retry=0, **SMALL)

        assert caught.value.attempts == 1


@pytest.mark.parametrize(
    "switches",
    [
        {"unknown_task": "empty"},
        {"unknown_task": "silence"},
        SPEECHLESS,
    ],
    ids=["an empty answer", "silence", "silence about everything"],
)
@pytest.mark.parametrize("kind", ["ignore", "lose"])
def test_row_3_only_an_explicit_not_found_lets_the_task_be_sent_again(kind: Any, switches: dict[str, Any]) -> None:
    """On a connection that lives, silence is no leave to send: the windows end with an error that knows no outcome."""
    faults = [Fault(kind, at=1)]
    with Sandbox(faults=faults, **switches) as sandbox, hasty(sandbox, timeout=1.0, max_retries=1) as runware:
        if kind == "lose" and len(switches) == 1:
            assert len(runware.image_inference("a fox", task_uuid=ROOT, **SMALL)) == 1
        else:
            with pytest.raises(TaskTimeoutError, match="the outcome is unknown") as caught:
                runware.image_inference("a fox", task_uuid=ROOT, **SMALL)
            assert f"client.job('{ROOT}').result()" in str(caught.value)
            assert caught.value.attempts == 2

        assert [ROOT] == sent(sandbox)
        assert sandbox.purchases == (kind == "lose")


@pytest.mark.parametrize("fault", [Fault("ignore"), Fault("lose"), Fault("delay", seconds=2.0)], ids=lambda f: f.kind)
@pytest.mark.parametrize("windows", [1, 2, 3])
def test_a_first_window_and_max_retries_more(fault: Fault, windows: int) -> None:
    """No call opens more windows than it was given, and none sends more often than it has windows."""
    with (
        Sandbox(faults=[fault], task_log=False, sync_questions="unknown") as sandbox,
        client_of(sandbox, timeout=0.3, max_retries=windows - 1) as runware,
    ):
        with pytest.raises(RunwareError, match=r"client\.job") as caught:
            runware.image_inference("a fox", task_uuid=ROOT, **SMALL)

        assert caught.value.attempts == windows
        assert len(sent(sandbox)) <= windows
        assert {ROOT} == set(sent(sandbox))
        assert sandbox.purchases <= 1


def test_an_outage_does_not_spend_the_window() -> None:
    """One window of a second, and a service that is away for longer: the call comes through, and is billed once."""
    with Sandbox(faults=[Fault("drop", at=1, when="accepted")]) as sandbox:
        with client_of(sandbox, timeout=1.0, max_retries=0) as runware:
            runware.connect()
            job = runware.submit(ImageInference("a fox", task_uuid=ROOT, **SMALL))
            sandbox.wait_for(lambda: sandbox.tasks, PATIENCE)
            sandbox.stop()
            began = time.monotonic()
            eventually(lambda: time.monotonic() - began > 2.0)
            sandbox.start()

            assert len(job.result(PATIENCE)) == 1
        assert [ROOT] == sent(sandbox)
        assert sandbox.purchases == 1


def test_a_line_that_breaks_each_time_does_not_keep_a_window_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that is too large comes again on each connection; the error names the bound, and the bill stands."""
    for module in ("calls.purchase", "protocol.session"):
        monkeypatch.setattr(f"runware_sync.{module}.RESUMABLE", 1.0)
    monkeypatch.setattr("runware_sync.protocol.slots.GRACE", 1.0)
    with (
        Sandbox() as sandbox,
        Runware(url=sandbox.url, api_key="any", timeout=1.0, max_retries=0, max_message=2000) as runware,
        pytest.raises(RunwareError, match="max_message") as caught,
    ):
        runware.image_inference("a", model="runware:101@1", width=256, height=256, output_type="base64Data")

    assert "the outcome is unknown" in str(caught.value)
    assert len(sandbox.tasks) == 1
