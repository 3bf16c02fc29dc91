"""An authentication error on a connection that was good (section 7)."""

import pytest
from till import PATIENCE, ROOT, SMALL, client_of, sent

from runware_sync import AuthenticationError, ImageInference
from runware_sync.sandbox import Fault, Sandbox


def test_a_doubt_about_the_key_is_believed_only_on_a_new_connection() -> None:
    """That line is given up, the next one signs in without the session, and the task goes out again there."""
    fault = Fault("auth_error", at=2)
    with Sandbox(faults=[fault]) as sandbox, client_of(sandbox) as runware:
        runware.image_inference("a fox", **SMALL)

        assert len(runware.image_inference("a hare", task_uuid=ROOT, **SMALL)) == 1
        assert [False, False] == [connection.resumed for connection in sandbox.connections]
        assert sent(sandbox).count(ROOT) == 2
        assert sandbox.purchases == 2


def test_a_doubt_that_a_new_connection_shares_is_believed() -> None:
    """The key is refused there as well: the typed error, and nothing was bought."""
    with Sandbox(faults=[Fault("auth_error")]) as sandbox, client_of(sandbox) as runware:
        with pytest.raises(AuthenticationError):
            runware.image_inference("a fox", task_uuid=ROOT, **SMALL)

        assert len(sandbox.connections) == 2
        assert sandbox.purchases == 0


def test_a_doubt_about_the_key_costs_the_others_nothing() -> None:
    """What was under way on the connection is asked about on the next one, and is not sent again."""
    faults = [Fault("auth_error", at=2, types="imageInference")]
    with Sandbox(faults=faults, latency=1.0) as sandbox, client_of(sandbox) as runware:
        first = runware.submit(ImageInference("a fox", **SMALL))
        sandbox.wait_for(lambda: sandbox.tasks, PATIENCE)
        second = runware.submit(ImageInference("a hare", **SMALL))

        assert (1, 1) == (len(first.result(PATIENCE)), len(second.result(PATIENCE)))
        assert sent(sandbox).count(first.task_uuid) == 1
        assert sandbox.purchases == 2
