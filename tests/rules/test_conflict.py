"""`conflictTaskUUID`: to the first send of a UUID that the caller chose, to a second send, and locally."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from till import PATIENCE, ROOT, SMALL, SPEECHLESS, client_of, hasty, sent

from runware_sync import ConflictError
from runware_sync.sandbox import Fault, Sandbox


def test_a_chosen_uuid_that_another_request_has_is_a_conflict() -> None:
    """Somebody else's result is not handed over, and nothing is bought."""
    with Sandbox() as sandbox, client_of(sandbox) as runware:
        runware.image_inference("a fox", task_uuid=ROOT, **SMALL)

        with pytest.raises(ConflictError):
            runware.image_inference("a hare", task_uuid=ROOT, **SMALL)

        assert sandbox.purchases == 1


def test_the_same_request_under_the_same_uuid_is_collected() -> None:
    """A script that runs again does not pay again."""
    with Sandbox() as sandbox:
        with client_of(sandbox) as runware:
            first = runware.image_inference("a fox", number_results=2, task_uuid=ROOT, **SMALL)
        with client_of(sandbox) as runware:
            second = runware.image_inference("a fox", number_results=2, task_uuid=ROOT, **SMALL)

        assert {image.image_uuid for image in first} == {image.image_uuid for image in second}
        assert sandbox.purchases == 2


def test_a_conflict_on_a_first_send_without_a_record_is_an_error_that_knows_no_better() -> None:
    """Nobody says what the UUID was used for: it is not taken for ours; the error says so, and how the older is had."""
    with Sandbox() as sandbox, hasty(sandbox, timeout=2.0) as runware:
        runware.image_inference("a fox", task_uuid=ROOT, **SMALL)
        sandbox.change(**SPEECHLESS)
        with pytest.raises(ConflictError, match="does not say for what") as caught:
            runware.image_inference("a fox", task_uuid=ROOT, **SMALL)

        assert f"client.job('{ROOT}').result()" in str(caught.value)
        assert sandbox.purchases == 1


@pytest.mark.parametrize("reuse", ["conflict", "answer", "silence"])
def test_an_older_task_s_results_are_not_handed_over_because_the_line_broke(reuse: Any) -> None:
    """The UUID was used for another request, and the line breaks before the service can say so.

    Asking finds the other's results; their record shows whose they are.
    """
    with Sandbox() as sandbox, client_of(sandbox) as runware:
        runware.image_inference("a fox", task_uuid=ROOT, **SMALL)
        sandbox.change(reuse=reuse)
        sandbox.add_fault(Fault("drop", at=1, when="received"))
        with pytest.raises(ConflictError, match="another request"):
            runware.image_inference("a hare", task_uuid=ROOT, **SMALL)

        assert sandbox.purchases == 1


@pytest.mark.parametrize("task_log", [True, False])
@pytest.mark.parametrize("uuid", [ROOT, None])
def test_what_is_found_by_asking_is_taken_where_nothing_speaks_against_it(uuid: str | None, task_log: bool) -> None:
    """A chosen UUID is no disadvantage after a loss: with the same request on record, and with none."""
    fault = Fault("drop", at=1, when="accepted")
    with Sandbox(faults=[fault], replay="none", task_log=task_log) as sandbox, client_of(sandbox) as runware:
        images = runware.image_inference("a fox", number_results=2, task_uuid=uuid, **SMALL)

        assert len(images) == 2
        assert images.surplus == ()
        assert sandbox.purchases == 2


@pytest.mark.parametrize("deaf", ["getTaskDetails", "modelUpload"], ids=["no record", "a record"])
def test_what_is_held_back_until_its_record_is_seen_is_not_held_for_ever(deaf: str) -> None:
    """Nobody answers for the record: at the end of the window, the only one, what was told is taken."""
    faults = [Fault("lose", at=1), Fault("ignore", types=deaf)]
    with Sandbox(faults=faults) as sandbox, client_of(sandbox, timeout=1.0, max_retries=1) as runware:
        assert len(runware.image_inference("a fox", task_uuid=ROOT, **SMALL)) == 1

        assert sandbox.purchases == 1


@pytest.mark.parametrize("task_log", [True, False])
def test_texts_that_are_found_by_asking_are_not_counted_twice(task_log: bool) -> None:
    """The answer is held back until the record has been looked at; the two tell the same, and count once."""
    fault = Fault("drop", at=1, when="accepted")
    with Sandbox(faults=[fault], replay="none", task_log=task_log) as sandbox, client_of(sandbox) as runware:
        texts = runware.prompt_enhance("a fox", prompt_versions=2, task_uuid=ROOT)

        assert len(texts) == 2
        assert texts.surplus == ()
        assert sandbox.purchases == 2


def test_the_same_uuid_twice_at_once_is_refused_here() -> None:
    """Before anything is sent, and without harm to the call that waits."""
    with Sandbox(latency=1.0) as sandbox, client_of(sandbox) as runware, ThreadPoolExecutor(1) as pool:
        first = pool.submit(lambda: runware.image_inference("a fox", task_uuid=ROOT, **SMALL))
        sandbox.wait_for(lambda: sandbox.tasks, PATIENCE)
        with pytest.raises(ConflictError):
            runware.image_inference("a fox", task_uuid=ROOT, **SMALL)

        assert len(first.result(PATIENCE)) == 1
        assert [ROOT] == sent(sandbox)
        assert sandbox.purchases == 1
