"""The promises about money: row by row, and against a model of the service that bills."""

import itertools
from typing import Any, cast

import pytest
from simulation import Plan, Service, World, run

from runware_sync.calls.call import Call
from runware_sync.calls.orders import Order, Outcome
from runware_sync.errors import ConflictError, ConnectionLostError, InvalidRequestError, ProviderError, TaskTimeoutError
from runware_sync.protocol.recovery import Known, Step, ask_delay, missing_purchases, next_step, slot_step
from runware_sync.protocol.slots import Slot
from runware_sync.protocol.tasks import Answer, Task
from runware_sync.uuids import child_uuid

# -- the table, row by row ------------------------------------------------------------------------------------------

ROWS = {
    "all there": (Known(missing=0), Step.FINISH),
    "1: not written": (Known(written=False), Step.WAIT),
    "written, nothing yet": (Known(), Step.WAIT),
    "2: lost, not asked yet": (Known(lost=True), Step.ASK),
    "2: lost, processing": (Known(lost=True, answer=Answer.RUNNING), Step.ASK),
    "2: lost, not found": (Known(lost=True, answer=Answer.NOT_FOUND), Step.SEND_AGAIN),
    "2: lost, silence": (Known(lost=True, answer=Answer.SILENCE), Step.SEND_AGAIN),
    "2: lost, no evidence": (Known(lost=True, answer=Answer.NOTHING, asked=True), Step.ASK),
    "2: resent, conflict": (Known(conflict=True, first_send=False), Step.ASK),
    "2: resent, conflict, then not found": (
        Known(conflict=True, first_send=False, answer=Answer.NOT_FOUND),
        Step.ASK,
    ),
    "3: window over, not asked yet": (Known(troubled=True), Step.ASK),
    "3: window over, silence": (Known(troubled=True, answer=Answer.SILENCE), Step.ASK),
    "3: window over, not found": (Known(troubled=True, answer=Answer.NOT_FOUND), Step.SEND_AGAIN),
    "3: window over, not found, but not ours to send": (
        Known(troubled=True, answer=Answer.NOT_FOUND, repeatable=False),
        Step.ASK,
    ),
    "4: rejected": (Known(failures=1), Step.FAIL),
    "4: rejected, of several": (Known(failures=1, expected=4, missing=4), Step.FAIL),
    "5: rate limited": (Known(failures=1, retryable=True, rate_limited=True), Step.BUY_MISSING),
    "5: rate limited, results": (
        Known(failures=1, retryable=True, rate_limited=True, results=1, expected=2),
        Step.ASK,
    ),
    "5: failed, not confirmed": (Known(failures=1, retryable=True), Step.ASK),
    "5: failed, still running": (Known(failures=1, retryable=True, answer=Answer.RUNNING), Step.ASK),
    "5: failed, confirmed": (Known(failures=1, retryable=True, answer=Answer.ENDED), Step.BUY_MISSING),
    "5: failed, confirmed, cannot be told apart": (
        Known(failures=1, retryable=True, answer=Answer.ENDED, renewable=False),
        Step.FAIL,
    ),
    "5: failed, not known to the server": (
        Known(failures=1, retryable=True, answer=Answer.NOT_FOUND),
        Step.SEND_AGAIN,
    ),
    "5: failed, conflict after that": (
        Known(failures=1, retryable=True, answer=Answer.NOT_FOUND, conflict=True),
        Step.ASK,
    ),
    "6: an error and a result, not all": (Known(failures=1, results=1, expected=3, missing=2), Step.ASK),
    "6: an error and results, all": (Known(failures=1, results=2, expected=3, missing=1), Step.FAIL),
    "6: an error and a result, nothing runs": (
        Known(failures=1, results=1, expected=3, missing=2, answer=Answer.ENDED),
        Step.FAIL,
    ),
    "6: an error, and the rest is running": (
        Known(failures=1, expected=4, missing=4, acknowledged=True, asked=True, answer=Answer.RUNNING),
        Step.ASK,
    ),
    "6: a rate limit, and the rest is running": (
        Known(failures=1, retryable=True, rate_limited=True, expected=4, missing=4, answer=Answer.RUNNING),
        Step.ASK,
    ),
    "6: an error of what was acknowledged, not asked yet": (
        Known(failures=1, expected=4, missing=4, acknowledged=True),
        Step.ASK,
    ),
    "6: an error of what was acknowledged, and nothing runs": (
        Known(failures=1, expected=4, missing=4, acknowledged=True, asked=True),
        Step.FAIL,
    ),
    "7: acknowledged": (Known(acknowledged=True), Step.ASK),
    "7: acknowledged, lost": (Known(acknowledged=True, lost=True), Step.ASK),
    "7: acknowledged, not found": (Known(acknowledged=True, lost=True, answer=Answer.NOT_FOUND), Step.ASK),
    "7: acknowledged, silence": (Known(acknowledged=True, lost=True, answer=Answer.SILENCE), Step.ASK),
    "7: acknowledged, failed, not found": (
        Known(acknowledged=True, failures=1, retryable=True, answer=Answer.NOT_FOUND),
        Step.ASK,
    ),
    "first send, conflict, our own UUID": (Known(conflict=True), Step.ASK),
    "first send, conflict, chosen UUID": (Known(conflict=True, chosen=True), Step.ASK),
    "first send, conflict, chosen UUID, another request": (
        Known(conflict=True, chosen=True, same_request=False, asked=True),
        Step.FAIL,
    ),
    "first send, conflict, chosen UUID, the same request": (
        Known(conflict=True, chosen=True, same_request=True, asked=True),
        Step.ASK,
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_each_row_of_the_table_has_its_step(row: str) -> None:
    """What follows from what is known is a table, and this is it."""
    known, expected = ROWS[row]

    actual = next_step(known)

    assert expected is actual


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([Step.WAIT], Step.WAIT),
        ([Step.FAIL, Step.WAIT], Step.WAIT),
        ([Step.FAIL, Step.ASK], Step.ASK),
        ([Step.FAIL, Step.BUY_MISSING], Step.FAIL),
        ([Step.BUY_MISSING, Step.BUY_MISSING], Step.BUY_MISSING),
        ([Step.SEND_AGAIN, Step.WAIT], Step.SEND_AGAIN),
        ([Step.FINISH, Step.FAIL], Step.FINISH),
        ([], Step.FAIL),
    ],
)
def test_a_call_ends_only_when_none_of_its_tasks_can_bring_anything(steps: list[Step], expected: Step) -> None:
    """Failing and buying anew wait for every task of the call."""
    assert expected is slot_step(steps)


def test_polling_grows_from_one_second_to_ten() -> None:
    """An acknowledged task is polled often at first, and never less than every ten seconds."""
    task = Task({"taskUUID": "u"}, acknowledged=True)

    delays = []
    for task.rounds in range(10):
        delays.append(ask_delay(task))

    assert delays[0] == 1.0
    assert delays == sorted(delays)
    assert delays[-1] == 10.0


def test_after_a_loss_the_server_has_a_second_to_replay() -> None:
    """Asking begins a second after the new sign-in; elsewhere it begins at once."""
    assert ask_delay(Task({"taskUUID": "u"}, lost=True, losses=1)) == 1.0
    assert ask_delay(Task({"taskUUID": "u"}, lost=True, losses=2)) == 0.0
    assert ask_delay(Task({"taskUUID": "u"}, overdue=True)) == 0.0
    assert ask_delay(Task({"taskUUID": "u"}, overdue=True, rounds=50)) == 10.0


def slot_with(seeds: list[int | None], *, seed: int | None, expected: int) -> Slot:
    body: dict[str, Any] = {"taskUUID": "root", "taskType": "imageInference", "numberResults": expected}
    if seed is not None:
        body["seed"] = seed
    task = Task(body, expected)
    items = [{"imageUUID": str(n), **({} if s is None else {"seed": s})} for n, s in enumerate(seeds)]
    task.take(items, [], told=False, generation=1, now=0.0)
    return Slot("root", "imageInference", expected, 0.0, [task])


@pytest.mark.parametrize(
    ("seeds", "seed", "expected", "purchases"),
    [
        ([], 42, 4, [(4, 42)]),
        ([42, 44], 42, 4, [(1, 43), (1, 45)]),
        ([42], 42, 4, [(3, 43)]),
        ([45], 42, 4, [(3, 42)]),
        ([7, 9], None, 4, [(2, None)]),
        ([None, None], 42, 4, []),  # which ones are missing cannot be told
        ([42, 42], 42, 4, []),  # a server that ignores seeds
        ([99], 42, 4, []),
    ],
)
def test_exactly_the_missing_seeds_are_bought(
    seeds: list[int | None], seed: int | None, expected: int, purchases: list[tuple[int, int | None]]
) -> None:
    """With an explicit seed only the missing ones; without one only their number counts."""
    assert purchases == missing_purchases(slot_with(seeds, seed=seed, expected=expected))


def test_children_are_the_same_in_every_process() -> None:
    """A child's UUID follows from the root and its ordinal, and looks like version 4."""
    first = child_uuid("3f0c6f4e-8a52-4a7e-9d51-6b1f2c90e4aa", 1)

    assert first == child_uuid("3F0C6F4E-8A52-4A7E-9D51-6B1F2C90E4AA", 1)
    assert first != child_uuid("3f0c6f4e-8a52-4a7e-9d51-6b1f2c90e4aa", 2)
    assert first[14] == "4"
    assert first[19] in "89ab"


# -- whole calls against a service that bills -----------------------------------------------------------------------

IMAGE: dict[str, Any] = {"taskType": "imageInference", "positivePrompt": "a fox"}


def make(world: World, order: Order) -> tuple[Outcome | None, Any]:
    """Make one call in a world, which stands for the connection."""
    return run(Call(cast("Any", world), order).run)


def buy(
    *plans: Plan, body: dict[str, Any] | None = None, expected: int = 1, **facts: Any
) -> tuple[Outcome | None, Any, World]:
    """Make one call in a world where the plans happen one after the other, and nothing goes wrong after them."""
    service_facts = {name: facts.pop(name) for name in list(facts) if name in {"answers_sync", "details"}}
    service = Service(itertools.chain(plans, itertools.repeat(Plan())), **service_facts)
    world = World(service)
    request = dict(body or IMAGE)
    if expected > 1:
        request["numberResults"] = expected
    order = Order(body=request, expected=expected, **facts)
    outcome, error = make(world, order)
    return outcome, error, world


def test_nothing_goes_wrong() -> None:
    """One call, one purchase."""
    outcome, error, world = buy()

    assert error is None
    assert outcome is not None
    assert len(outcome.items) == 1
    assert world.service.billed == 1
    assert not world.session.waiting


def test_lost_before_it_was_read_is_sent_again_under_the_same_uuid() -> None:
    """Row 2: explicitly not found means that it was never bought."""
    outcome, error, world = buy(Plan(lose_before_read=True))

    assert error is None
    assert outcome is not None
    assert len(world.service.accepted) == 1
    assert world.service.billed == 1


def test_what_was_not_found_before_it_was_sent_says_nothing_about_it_after() -> None:
    """Lost twice unread, then lost after it was accepted, in the last window: the old answer counts no more."""
    outcome, error, world = buy(
        Plan(lose_before_read=True), Plan(lose_before_read=True), Plan(lose_after_accept=True), retries=2
    )

    assert error is None
    assert outcome is not None
    assert world.service.billed == 1


def test_lost_after_it_was_accepted_takes_what_is_replayed() -> None:
    """Row 2: what the server kept is taken, and nothing is bought again."""
    outcome, error, world = buy(Plan(lose_after_accept=True), expected=3)

    assert error is None
    assert outcome is not None
    assert len(outcome.items) == 3
    assert world.service.billed == 3


@pytest.mark.parametrize("answers_sync", [True, False])
def test_lost_and_not_replayed_is_found_by_asking(answers_sync: bool) -> None:
    """Row 2: a result that nobody replays is collected by one of the two questions."""
    outcome, error, world = buy(Plan(lose_after_results=1, replay=False), expected=3, answers_sync=answers_sync)

    assert error is None
    assert outcome is not None
    assert len(outcome.items) == 3
    assert world.service.billed == 3
    assert len(world.service.accepted) == 1


def test_silent_questions_after_a_loss_end_in_a_conflict_and_never_in_a_second_purchase() -> None:
    """Row 2: silence means send the same again; "already bought" means keep asking, and then say what is unknown."""
    outcome, error, world = buy(
        Plan(lose_after_accept=True, replay=False, silent=True), answers_sync=False, details=False
    )

    assert outcome is None
    assert isinstance(error, TaskTimeoutError)
    assert error.task_uuid is not None
    assert error.task_uuid in str(error)
    assert "client.job(" in str(error)
    assert len(world.service.accepted) == 1
    assert world.service.billed == 1


def test_a_result_later_than_the_window_is_waited_for() -> None:
    """Row 3: the next window asks and waits, and buys nothing."""
    outcome, error, world = buy(Plan(delay=100.0))

    assert error is None
    assert outcome is not None
    assert world.service.billed == 1
    assert len(world.service.accepted) == 1


def test_zero_retries_are_one_window_and_one_purchase() -> None:
    """A result that comes too late is no reason to buy; the error says how to have it."""
    outcome, error, world = buy(Plan(delay=100.0), retries=0)

    assert outcome is None
    assert isinstance(error, TaskTimeoutError)
    assert world.time == pytest.approx(160.0, abs=2)
    assert len(world.session.roster.shelf) == 1


def test_zero_retries_never_send_twice() -> None:
    """Sending the same again opens the next window, and there is none."""
    outcome, error, world = buy(Plan(lose_before_read=True), retries=0)

    assert outcome is None
    assert isinstance(error, ConnectionLostError)
    assert world.service.billed == 0


def test_an_outage_spends_no_window() -> None:
    """Two minutes without the service, and one window of ten seconds: the call comes through."""
    outcome, error, world = buy(Plan(lose_after_accept=True, outage=100.0), timeout=10.0, retries=0)

    assert error is None
    assert outcome is not None
    assert world.service.billed == 1


def test_an_outage_that_does_not_end_ends_the_call() -> None:
    """Reconnecting lasts 120 s when something was written, and no longer."""
    outcome, error, world = buy(Plan(lose_after_accept=True, outage=1e6), timeout=10.0, retries=0)

    assert outcome is None
    assert isinstance(error, ConnectionLostError)
    assert world.time == pytest.approx(100.0 + 120.0, abs=3)


def test_a_rejected_request_is_not_tried_again() -> None:
    """Row 4: the typed error at once."""
    outcome, error, world = buy(Plan(fail="invalidWidth"))

    assert outcome is None
    assert isinstance(error, InvalidRequestError)
    assert error.attempts == 1
    assert len(world.service.accepted) == 1


def test_a_provider_failure_is_confirmed_before_the_missing_are_bought() -> None:
    """Row 5: the delivered result is kept, and a child buys the other two."""
    outcome, error, world = buy(Plan(fail="providerError", fail_after=1), expected=3)

    assert error is None
    assert outcome is not None
    assert len(outcome.items) == 3
    assert world.service.billed == 3
    root, child = world.service.accepted
    assert child == child_uuid(root, 1)
    assert world.service.accepted[child].body["numberResults"] == 2


def test_only_the_missing_seeds_are_bought() -> None:
    """Row 5 with an explicit seed: 50 came, 51 and 52 are bought."""
    outcome, error, world = buy(Plan(fail="timeoutProvider", fail_after=1), expected=3, body={**IMAGE, "seed": 50})

    assert error is None
    assert outcome is not None
    assert [50, 51, 52] == sorted(item["seed"] for item in outcome.items)
    assert world.service.billed == 3


def test_a_rate_limit_buys_again_without_asking() -> None:
    """Row 5: nothing was bought, so there is nothing to ask about."""
    outcome, error, world = buy(Plan(fail="rateLimitExceeded"))

    assert error is None
    assert outcome is not None
    assert world.service.billed == 1
    assert len(world.service.accepted) == 2


def test_failures_that_do_not_end_leave_their_error_with_the_results() -> None:
    """Row 5, windows spent: the provider's error, with what had arrived."""
    outcome, error, world = buy(*[Plan(fail="providerError", fail_after=1)] * 3, expected=5)

    assert outcome is None
    assert isinstance(error, ProviderError)
    assert len(error.results) == 3
    assert error.attempts == 3
    assert len(error.task_uuids) == 3
    assert world.service.billed == 3


def test_an_acknowledged_task_is_polled_and_never_sent_again() -> None:
    """Row 7: also when its acknowledgement, or the connection, is lost."""
    body = {**IMAGE, "deliveryMethod": "async"}

    for plan in (Plan(delay=20.0), Plan(delay=20.0, lose_after_accept=True)):
        outcome, error, world = buy(plan, body=body)

        assert error is None
        assert outcome is not None
        assert len(world.service.accepted) == 1
        assert world.service.billed == 1


def test_an_error_without_a_name_fails_the_only_task_there_is() -> None:
    """Contract 7: one candidate, so it is its error."""
    outcome, error, _ = buy(Plan(fail="invalidModel", name_task=False))

    assert outcome is None
    assert isinstance(error, InvalidRequestError)


def test_texts_are_counted_and_never_merged() -> None:
    """Three versions of which two are equal are three."""
    body = {"taskType": "promptEnhance", "prompt": "fox", "promptVersions": 3}

    for plan in (Plan(), Plan(lose_after_results=2), Plan(lose_after_results=1, replay=False)):
        outcome, error, world = buy(plan, body=body, expected=3)

        assert error is None, error
        assert outcome is not None
        assert ["text 0", "text 1", "text 0"] == [item["text"] for item in outcome.items]
        assert world.service.billed == 3


def test_a_chosen_uuid_that_was_used_for_something_else_is_a_conflict() -> None:
    """The task that has it is another one, so its results are not ours."""
    root = "3f0c6f4e-8a52-4a7e-9d51-6b1f2c90e4aa"
    world = World(Service(itertools.repeat(Plan())))
    make(world, Order(body={**IMAGE, "positivePrompt": "a cat"}, root=root, chosen=True))

    outcome, error = make(world, Order(body=IMAGE, root=root, chosen=True))

    assert outcome is None
    assert isinstance(error, ConflictError)
    assert world.service.billed == 1


def test_a_chosen_uuid_that_was_used_for_the_same_request_is_collected() -> None:
    """The first purchase was this one; its result is ours, and nothing is bought."""
    root = "3f0c6f4e-8a52-4a7e-9d51-6b1f2c90e4aa"
    world = World(Service(itertools.repeat(Plan())))
    first, _ = make(world, Order(body=IMAGE, root=root, chosen=True))

    second, error = make(world, Order(body=IMAGE, root=root, chosen=True))

    assert error is None
    assert first is not None
    assert second is not None
    assert first.items[0]["imageUUID"] == second.items[0]["imageUUID"]
    assert world.service.billed == 1
