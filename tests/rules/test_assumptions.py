"""What happens when an assumption about the service fails: nothing is bought in silence."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from till import PATIENCE, ROOT, SMALL, bought, client_of, hasty, sent

from runware_sync import TaskTimeoutError
from runware_sync.sandbox import Fault, Sandbox


def test_results_that_name_no_task_are_nobody_s_and_the_outcome_is_unknown() -> None:
    """They cannot be told apart, so they are given to nobody: the call ends with what it does not know, bought once."""
    with Sandbox(item_uuid=False) as sandbox, hasty(sandbox, timeout=0.7, max_retries=1) as runware:
        with pytest.raises(TaskTimeoutError, match="outcome is unknown") as caught:
            runware.image_inference("a fox", task_uuid=ROOT, **SMALL)

        assert f"client.job('{ROOT}').result()" in str(caught.value)
        assert [ROOT] == sent(sandbox)
        assert sandbox.purchases == 1


def test_a_service_that_answers_no_pings_costs_connections_and_no_purchases() -> None:
    """What is slower than two heartbeats is lost and found again, as often as it takes."""
    with (
        Sandbox(answer_pings=False, latency=2.0) as sandbox,
        client_of(sandbox, heartbeat=0.4) as runware,
        ThreadPoolExecutor(4) as pool,
    ):
        calls = [pool.submit(lambda: runware.image_inference("a fox", **SMALL)) for _ in range(4)]

        assert [1] * 4 == [len(call.result(PATIENCE)) for call in calls]
        assert len(sandbox.connections) > 1
        assert len(bought(sandbox)) == sandbox.purchases == 4


@pytest.mark.parametrize("frames", ["one", "each"])
def test_texts_that_are_replayed_twice_are_counted_twice_and_bought_once(frames: Any) -> None:
    """Nothing tells them apart, so one may come twice in another's place; as many come as were asked for."""
    fault = Fault("drop", at=1, when="between", results=1)
    with (
        Sandbox(faults=[fault], enhance_frames=frames, latency=0.3, replay="twice") as sandbox,
        client_of(sandbox) as runware,
    ):
        texts = runware.prompt_enhance("a fox", prompt_versions=3)

        assert len(texts) == 3
        assert len(bought(sandbox, "promptEnhance")) == 1
        assert sandbox.purchases == 3


def test_where_failures_cost_a_retry_costs_and_windows_bound_it() -> None:
    """A service that bills what it did not deliver bills each try; `max_retries` says how many there are at most."""
    with Sandbox(faults=[Fault("fail", at=1)], bill_failures=True) as sandbox, client_of(sandbox) as runware:
        assert len(runware.image_inference("a fox", **SMALL)) == 1
        assert sandbox.purchases == 2

        sandbox.add_fault(Fault("fail"))
        with pytest.raises(Exception, match="providerError"):
            runware.image_inference("a hare", retry=0, **SMALL)

        assert sandbox.purchases == 3
