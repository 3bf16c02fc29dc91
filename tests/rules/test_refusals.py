"""Row 4: the service says no, to the request, the key, the balance or the content."""

from typing import Any

import pytest
from till import MODEL, PATIENCE, ROOT, SMALL, bought, client_of, questions

from runware_sync import (
    ApiError,
    AuthenticationError,
    ContentPolicyError,
    ImageInference,
    InsufficientCreditsError,
    InvalidRequestError,
    Runware,
)
from runware_sync.sandbox import Fault, Sandbox


def test_a_failure_that_cannot_be_mended_is_one_purchase() -> None:
    """The typed error at once, and no second try."""
    fault = Fault("fail", code="moderationFailed")
    with Sandbox(faults=[fault], bill_failures=True) as sandbox, client_of(sandbox) as runware:
        with pytest.raises(ContentPolicyError) as caught:
            runware.image_inference("a fox", **SMALL)

        assert caught.value.attempts == 1
        assert not caught.value.retryable
        assert len(bought(sandbox)) == 1
        assert sandbox.purchases == 1


def test_a_refused_request_buys_nothing() -> None:
    """It is not retried either."""
    with Sandbox() as sandbox, client_of(sandbox) as runware:
        with pytest.raises(InvalidRequestError) as caught:
            runware.image_inference("a fox", model=MODEL, width=-5, height=128)

        assert caught.value.parameter == "width"
        assert len(sandbox.refused) == 1
        assert sandbox.purchases == 0


@pytest.mark.parametrize(
    ("switches", "kind"),
    [
        ({"balance": 0.0}, InsufficientCreditsError),
        ({"faults": [Fault("fail", code="promptBlocked")]}, ContentPolicyError),
        ({"faults": [Fault("fail", code="somethingNobodyHasSeen")]}, ApiError),
    ],
    ids=["balance", "content", "an unknown code"],
)
def test_row_4_a_refusal_before_any_result_is_told_at_once(switches: dict[str, Any], kind: type[ApiError]) -> None:
    """One window, no question, no second send, no bill: the error is the service's own, of its type."""
    with Sandbox(**switches) as sandbox, client_of(sandbox, max_retries=5) as runware:
        with pytest.raises(kind) as caught:
            runware.image_inference("a fox", task_uuid=ROOT, **SMALL)

        assert kind is type(caught.value)
        assert caught.value.attempts == 1
        assert not caught.value.retryable
        assert questions(sandbox) == 0
        assert sum(task["taskType"] == "imageInference" for task in sandbox.received) == 1
        assert sandbox.purchases == 0


def test_row_4_a_key_that_is_refused_sends_nothing() -> None:
    """The sign-in fails, so the task never leaves; the error is about the key, and says nothing of a purchase."""
    with Sandbox(api_keys={"the right one"}) as sandbox, Runware("a wrong one", url=sandbox.url) as runware:
        with pytest.raises(AuthenticationError) as caught:
            runware.image_inference("a fox", **SMALL)

        assert "client.job(" not in str(caught.value)
        assert [] == bought(sandbox)


def test_row_4_holds_for_jobs() -> None:
    """What nobody waits for is not tried again either."""
    with Sandbox(faults=[Fault("fail", code="moderationFailed")]) as sandbox, client_of(sandbox) as runware:
        job = runware.submit(ImageInference("a fox", **SMALL))

        assert isinstance(job.exception(PATIENCE), ContentPolicyError)
        assert len(bought(sandbox)) == 1
