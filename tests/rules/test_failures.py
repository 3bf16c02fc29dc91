"""Rows 5 and 6: the task has failed, wholly or in part."""

import uuid as uuids

import pytest
from server import Item, Peer, ScriptedServer, eventually, image, instantly
from till import PATIENCE, ROOT, SMALL, SPEECHLESS, bought, client_of, hasty, questions, sent

from runware_sync import (
    ApiError,
    ContentPolicyError,
    Image,
    ImageInference,
    ProviderError,
    RateLimitError,
    Runware,
    ServerError,
)
from runware_sync.sandbox import Fault, Sandbox


def test_a_confirmed_failure_buys_the_missing_only_under_a_child_uuid() -> None:
    """With an explicit seed exactly the missing seeds; what was delivered is kept."""
    fault = Fault("fail", at=1, results=1)
    with Sandbox(faults=[fault]) as sandbox, client_of(sandbox) as runware:
        images = runware.image_inference("a fox", number_results=3, seed=100, task_uuid=ROOT, **SMALL)

        first, second = bought(sandbox)
        assert [100, 101, 102] == [image.seed for image in images]
        assert (ROOT, 100, 3) == (first["taskUUID"], first["seed"], first["numberResults"])
        assert (101, 2) == (second["seed"], second["numberResults"])
        assert second["taskUUID"] != ROOT
        assert uuids.UUID(second["taskUUID"]).version == 4
        assert sandbox.purchases == 3


def test_gaps_between_seeds_are_bought_one_by_one() -> None:
    """Results that came in another order leave gaps; each is filled with its own seed."""
    fault = Fault("fail", at=1, results=2)
    with Sandbox(faults=[fault], shuffle=True) as sandbox, client_of(sandbox) as runware:
        images = runware.image_inference("a fox", number_results=5, seed=10, task_uuid=ROOT, **SMALL)

        children = bought(sandbox)[1:]
        seeds = [child["seed"] + number for child in children for number in range(child["numberResults"])]
        assert [10, 11, 12, 13, 14] == [image.seed for image in images]
        assert sorted(seeds) == sorted(image.seed or 0 for image in images if image.task_uuid != ROOT)
        assert len(seeds) == 3
        assert sandbox.purchases == 5


def test_an_error_after_the_last_result_undoes_nothing() -> None:
    """The call is over; the error is nobody's, and the next call does not get it."""
    with Sandbox(faults=[Fault("error_after", at=1)]) as sandbox, client_of(sandbox) as runware:
        runware.image_inference("a fox", **SMALL)
        runware.image_inference("a hare", **SMALL)

        assert sandbox.purchases == 2


def test_a_rate_limit_before_any_result_buys_again() -> None:
    """Turned away is not bought."""
    with Sandbox(faults=[Fault("fail", at=1, code="rateLimitExceeded")]) as sandbox, client_of(sandbox) as runware:
        assert len(runware.image_inference("a fox", **SMALL)) == 1

        assert len(bought(sandbox)) == 2
        assert sandbox.purchases == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [("providerError", ProviderError), ("rateLimitExceeded", RateLimitError), ("internalServerError", ServerError)],
)
def test_without_retries_there_is_exactly_one_purchase(code: str, kind: type[ApiError]) -> None:
    """Whatever goes wrong."""
    fault = Fault("fail", code=code)
    with Sandbox(faults=[fault], bill_failures=True) as sandbox, client_of(sandbox, max_retries=0) as runware:
        with pytest.raises(kind) as caught:
            runware.image_inference("a fox", **SMALL)

        assert caught.value.attempts == 1
        assert len(bought(sandbox)) == 1
        assert sandbox.purchases == 1


def test_retries_bound_the_purchases() -> None:
    """A first one and `max_retries` more, each under a UUID of its own."""
    with (
        Sandbox(faults=[Fault("fail")], bill_failures=True) as sandbox,
        client_of(sandbox, max_retries=2) as runware,
    ):
        with pytest.raises(ProviderError) as caught:
            runware.image_inference("a fox", task_uuid=ROOT, **SMALL)

        assert caught.value.attempts == 3
        assert caught.value.task_uuids == tuple(task["taskUUID"] for task in bought(sandbox))
        assert caught.value.task_uuids[0] == ROOT
        assert sandbox.purchases == 3


def test_partial_results_are_carried_by_the_error_as_images() -> None:
    """Typed, with content that can be read, and said in the message."""
    fault = Fault("fail", results=2, code="moderationFailed")
    with Sandbox(faults=[fault]) as sandbox, client_of(sandbox) as runware:
        with pytest.raises(ContentPolicyError, match="2 of 4 results") as caught:
            runware.image_inference("a fox", number_results=4, **SMALL)

        results = caught.value.results
        assert [Image, Image] == [type(result) for result in results]
        assert all(result.read() for result in results)
        assert sandbox.purchases == 2


@pytest.mark.parametrize("code", ["providerError", "timeoutProvider", "internalServerError"])
def test_row_5_a_failure_is_confirmed_by_asking_before_anything_is_bought(code: str) -> None:
    """Provider, timeout, server: the service is asked first, and only its word that the task has ended buys anew."""
    with Sandbox(faults=[Fault("fail", at=1, code=code)]) as sandbox, client_of(sandbox) as runware:
        assert len(runware.image_inference("a fox", task_uuid=ROOT, **SMALL)) == 1

        order = [task["taskType"] for task in sandbox.received if task["taskType"] not in {"authentication", "ping"}]
        assert ["imageInference", "getResponse", "imageInference"] == order
        assert sandbox.purchases == 1


def test_row_5_a_failure_that_nobody_confirms_buys_nothing() -> None:
    """It came, and nobody answers questions: the task may be under way. The error says so, and how to find out."""
    with Sandbox(faults=[Fault("fail", at=1)], **SPEECHLESS) as sandbox, hasty(sandbox, timeout=0.7) as runware:
        with pytest.raises(ProviderError, match="outcome is unknown") as caught:
            runware.image_inference("a fox", task_uuid=ROOT, **SMALL)

        assert f"client.job('{ROOT}').result()" in str(caught.value)
        assert caught.value.attempts == 3
        assert [ROOT] == sent(sandbox)


def test_row_5_a_failure_that_asking_denies_is_waited_out() -> None:
    """Given up by the service, at work all the same: what it told in haste buys nothing, and the error knows that."""
    with Sandbox(latency=PATIENCE, sync_limit=0.1) as sandbox, client_of(sandbox, timeout=0.7) as runware:
        with pytest.raises(ProviderError, match="outcome is unknown"):
            runware.image_inference("a fox", task_uuid=ROOT, **SMALL)

        assert [ROOT] == sent(sandbox)
        assert sandbox.purchases == 1


def test_row_5_a_failure_that_was_confirmed_is_no_unknown_outcome() -> None:
    """The windows are spent, and each purchase has ended for certain: there is nothing to collect, and no line."""
    with Sandbox(faults=[Fault("fail")]) as sandbox, client_of(sandbox, max_retries=0) as runware:
        with pytest.raises(ProviderError) as caught:
            runware.image_inference("a fox", **SMALL)

        assert "client.job(" not in str(caught.value)


def test_row_5_without_seeds_in_the_results_there_is_no_top_up() -> None:
    """An explicit seed, and results that carry none: which are missing cannot be told, so none is bought."""

    def answer(peer: Peer, task: Item) -> None:
        uuid = task.get("taskUUID")
        failure = {"code": "providerError", "message": "no", "taskUUID": uuid, "status": "error"}
        if task["taskType"] in {"imageInference", "getResponse"}:
            peer.send(image({**task, "taskType": "imageInference"}, seed=None), errors=[failure])
        elif task["taskType"] != "getTaskDetails":
            instantly(peer, task)

    with ScriptedServer(answer) as server, Runware("k", url=server.url, timeout=PATIENCE) as runware:
        with pytest.raises(ProviderError) as caught:
            runware.image_inference("a fox", number_results=3, seed=7, **SMALL)

        assert len(caught.value.results) == 1
        assert len(server.paid) == 1


def test_row_5_what_a_rate_limit_turned_away_is_not_asked_about() -> None:
    """It was not taken on, so there is nothing to ask: after the pause a child goes out, and is billed."""
    with Sandbox(faults=[Fault("fail", at=1, code="rateLimitExceeded")]) as sandbox, client_of(sandbox) as runware:
        assert len(runware.image_inference("a fox", **SMALL)) == 1

        assert questions(sandbox) == 0
        assert sandbox.purchases == 1


def test_row_5_a_rate_limit_after_a_result_is_confirmed_like_any_other_failure() -> None:
    """Part of the task was done, so the rest may be: the service is asked before the missing is bought."""
    fault = Fault("fail", at=1, code="rateLimitExceeded", results=1)
    with Sandbox(faults=[fault]) as sandbox, client_of(sandbox) as runware:
        assert len(runware.image_inference("a fox", number_results=2, task_uuid=ROOT, **SMALL)) == 2

        assert questions(sandbox, ROOT) >= 1
        assert sandbox.purchases == 2


def test_row_5_a_result_that_comes_in_the_pause_shows_that_the_task_is_at_work() -> None:
    """Turned away for coming too fast, and begun all the same: the service is asked, and the rest is waited for."""
    turned_away: list[tuple[Peer, Item]] = []

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "imageInference":
            turned_away.append((peer, task))
            peer.send(errors=[{"code": "rateLimitExceeded", "taskUUID": task["taskUUID"], "retryAfter": 1.0}])
        elif task["taskType"] == "getResponse":
            peer.send({"taskType": "imageInference", "taskUUID": task["taskUUID"], "status": "processing"})
            peer.send(image(turned_away[0][1], 1))
        elif task["taskType"] != "getTaskDetails":
            instantly(peer, task)

    with ScriptedServer(answer) as server, Runware("k", url=server.url, timeout=PATIENCE) as runware:
        job = runware.submit(ImageInference("a fox", number_results=2, **SMALL))
        eventually(lambda: runware._connection.waiting and runware._connection.waiting[0].tasks[0].failures)
        peer, task = turned_away[0]
        peer.send(image(task, 0))

        assert len(job.result(PATIENCE)) == 2
        assert len(server.paid) == 1


def test_row_6_one_error_among_several_leaves_the_results_with_the_error() -> None:
    """Three of four and one refusal make four: that is final, at once, and the error carries the three."""
    fault = Fault("fail", at=1, code="moderationFailed", results=3)
    with Sandbox(faults=[fault]) as sandbox, client_of(sandbox) as runware:
        with pytest.raises(ContentPolicyError, match="3 of 4 results are in") as caught:
            runware.image_inference("a fox", number_results=4, **SMALL)

        assert len(caught.value.results) == 3
        assert questions(sandbox) == 0
        assert sandbox.purchases == 3


def test_row_6_with_results_still_to_come_the_error_waits_for_them() -> None:
    """One refusal, and two of four have come: the service is asked, says that one is at work, and it is waited for."""
    later: list[tuple[Peer, Item]] = []

    def answer(peer: Peer, task: Item) -> None:
        refusal = {"code": "moderationFailed", "message": "no", "taskUUID": task.get("taskUUID")}
        if task["taskType"] == "imageInference":
            later.append((peer, task))
            peer.send(image(task, 0), image(task, 1), errors=[refusal])
        elif task["taskType"] == "getResponse":
            running = {"taskType": "imageInference", "taskUUID": task["taskUUID"], "status": "processing"}
            peer.send(running, errors=[{**refusal, "status": "error"}])
            later[0][0].send(image(later[0][1], 2))
        elif task["taskType"] != "getTaskDetails":
            instantly(peer, task)

    with ScriptedServer(answer) as server, Runware("k", url=server.url, timeout=PATIENCE) as runware:
        with pytest.raises(ContentPolicyError) as caught:
            runware.image_inference("a fox", number_results=4, **SMALL)

        assert len(caught.value.results) == 3
        assert len(server.paid) == 1


@pytest.mark.parametrize("named", ["taskType", "nothing"])
def test_row_5_a_failure_that_is_pushed_while_the_service_is_asked_confirms_nothing(named: str) -> None:
    """It looks like the answer, and is none: only the status of an answer says that the task has ended.

    The task goes on, and its result is had by asking again; a child would have been a second purchase.
    """
    rounds: list[Item] = []

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "getResponse":
            rounds.append(task)
            own = {"taskType": "imageInference"} if named == "taskType" else {}
            if len(rounds) == 1:
                peer.send(errors=[{"code": "timeoutProvider", "message": "", "taskUUID": task["taskUUID"], **own}])
            else:
                peer.send(image({**task, "taskType": "imageInference"}, status="success"))
        elif task["taskType"] not in {"imageInference", "getTaskDetails"}:
            instantly(peer, task)

    with ScriptedServer(answer) as server, Runware("k", url=server.url, timeout=2.0, heartbeat=0.3) as runware:
        runware._connection.exchange.session._inquiry.patience = 0.3

        assert len(runware.image_inference("a fox", retry=9, **SMALL)) == 1
        assert len(server.paid) == 1
