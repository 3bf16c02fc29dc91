"""A key that is doubted on a connection that was good, while many calls are under way."""

from runware_sync import ImageInference, Runware
from runware_sync.sandbox import Fault, Sandbox

PATIENCE = 30.0


def test_a_lapse_while_many_wait_ends_none_of_them() -> None:
    """Each is turned away, which is one doubt about the key: on the next connection all are done, and billed once."""
    requests = [
        ImageInference(f"fox {number}", model="runware:101@1", width=128, height=128, number_results=2)
        for number in range(10)
    ]
    with (
        Sandbox(faults=[Fault("auth_error", at=1)]) as sandbox,
        Runware("key-of-a-test", url=sandbox.url, timeout=PATIENCE) as runware,
    ):
        jobs = [runware.submit(request) for request in requests]

        assert [2] * 10 == [len(job.result(PATIENCE)) for job in jobs]
        assert len(sandbox.tasks) == 10
        assert sandbox.purchases == 20
