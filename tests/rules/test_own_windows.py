"""Windows of what is long by nature: its own, however it is waited for, unless a client says otherwise."""

import pytest
from till import PATIENCE, ROOT, SMALL, client_of

from runware_sync import TaskTimeoutError, VideoInference
from runware_sync.options import Settings
from runware_sync.sandbox import Fault, Sandbox
from runware_sync.wire import lasting_of

FILM = VideoInference("waves", model="klingai:5@3", task_uuid=ROOT)


def test_with_options_changes_the_windows_of_long_work_too() -> None:
    """A timeout of the client itself leaves them alone."""
    with Sandbox(long_latency=2.5) as sandbox, client_of(sandbox, timeout=0.5, max_retries=0) as runware:
        runware.connect()
        with pytest.raises(TaskTimeoutError, match=r"after 1 s"):
            runware.with_options(timeout=1).run(FILM)

        assert 1 == len(runware.run(VideoInference("a harbour", model="klingai:5@3")))


def test_a_film_that_is_reopened_has_a_film_s_window() -> None:
    """In another client, which has only been told the UUID, and whose own windows are short."""
    with (
        Sandbox(long_latency=2.5) as sandbox,
        client_of(sandbox) as runware,
        client_of(sandbox, timeout=0.5, max_retries=0) as other,
    ):
        other.connect()
        job = runware.submit(FILM)
        sandbox.wait_for(lambda: bool(sandbox.tasks), PATIENCE)

        assert other.job(ROOT).result(PATIENCE) == job.result(PATIENCE)


@pytest.mark.parametrize(
    ("task_type", "body", "seconds"),
    [
        ("imageInference", {}, None),
        ("videoInference", None, 1200.0),
        ("training", None, 86400.0),
        ("modelUpload", None, 3600.0),
        ("upscale", {"inputs": {"image": "a"}}, None),
        ("upscale", {"inputs": {"video": "a"}}, 1200.0),
        ("caption", {"inputs": {"video": "a"}}, 1200.0),
        ("caption", {"inputs": {"image": "a"}}, None),
        ("ofTomorrow", {}, None),
    ],
)
def test_how_long_a_task_lasts_is_told_by_its_type(
    task_type: str, body: dict[str, object] | None, seconds: float
) -> None:
    """And by a film that goes in, where pictures and films share a type."""
    assert seconds == lasting_of(task_type, body)


def test_clients_that_differ_in_their_windows_share_a_connection() -> None:
    """The wish does not count among what makes connections differ."""
    settings = Settings(url="sandbox:", timeout=1.0, timeout_for_all=True)

    assert Settings(url="sandbox:").common == settings.common


def test_without_a_log_the_children_are_found_by_their_answers() -> None:
    """Two of four had come when the first purchase failed; the others were bought anew, and all are collected."""
    fault = Fault("fail", at=1, results=2, types="imageInference")
    with Sandbox(task_log=False, faults=[fault]) as sandbox, client_of(sandbox) as runware, client_of(sandbox) as other:
        bought = runware.image_inference("a fox", number_results=4, **SMALL)

        collected = other.job(str(bought.task_uuid)).result(PATIENCE)

    assert {image.uuid for image in bought} == {image.uuid for image in collected}


def test_what_is_being_collected_is_no_call_that_waits() -> None:
    """`pending()` lists what was asked for, and nothing that this library asks by itself."""
    with Sandbox(latency=1.5) as sandbox, client_of(sandbox) as runware:
        job = runware.submit(VideoInference("waves", model="klingai:5@3", task_uuid=ROOT))
        collecting = runware.job(ROOT)
        sandbox.wait_for(lambda: bool(sandbox.tasks), PATIENCE)

        assert [ROOT] == [pending.task_uuid for pending in runware.pending()]
        assert job.result(PATIENCE) == collecting.result(PATIENCE)
