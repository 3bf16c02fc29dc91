"""One call, and up to five accidents that follow one another, against a model of the service that bills."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from properties.effort import tried
from properties.test_money_machine import KINDS, plans
from simulation import Plan
from test_recovery import buy

from runware_sync.protocol.slots import Slot


@tried(400)
@given(
    plans=st.lists(plans, max_size=5),
    expected=st.integers(1, 4),
    kind=st.sampled_from(sorted(KINDS)),
    retries=st.integers(0, 3),
    answers_sync=st.booleans(),
    details=st.booleans(),
)
def test_no_sequence_of_accidents_buys_anything_twice(
    plans: list[Plan], expected: int, kind: str, retries: int, answers_sync: bool, details: bool
) -> None:
    """What is billed is never more than what was asked for, and a call that returns is complete."""
    body: dict[str, Any] = {**KINDS[kind], **({"promptVersions": expected} if kind == "text" else {})}
    outcome, error, world = buy(
        *plans, body=body, expected=expected, retries=retries, answers_sync=answers_sync, details=details
    )

    # Whatever is still running when the call ends is part of the bill.
    world._run(Slot("nobody", "", 1, 0.0), world.time + 3000.0)
    assert world.service.billed <= expected
    assert not world.session.waiting
    if error is None:
        assert outcome is not None
        assert len(outcome.items) == expected
        identities = [item["imageUUID"] for item in outcome.items if "imageUUID" in item]
        assert len(set(identities)) == len(identities)
        assert world.service.billed == expected
    else:
        assert error.attempts <= retries + 1
    if retries == 0:
        assert len(world.service.accepted) <= 1
