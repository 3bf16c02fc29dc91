"""Row 6 for what is asked after: one part of a task has failed, and the service says that the rest is under way."""

from typing import Any

import pytest
from server import Item, Peer, ScriptedServer, image, instantly

from runware_sync import AuthenticationError, ContentPolicyError, RateLimitError, Runware, RunwareError

PATIENCE = 20.0


class Parts:
    """A service of four pictures, of which one fails at once and three take until the third answer."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.asked: dict[str, int] = {}

    def __call__(self, peer: Peer, task: Item) -> None:
        if task["taskType"] in {"ping", "authentication"}:
            instantly(peer, task)
            return
        uuid = task["taskUUID"]
        taken = {"taskType": "imageInference", "taskUUID": uuid}
        if task["taskType"] != "getResponse":
            peer.send(taken)
            return
        number = self.asked[uuid] = self.asked.get(uuid, 0) + 1
        error = {"code": self.code, "message": "no", "status": "error", "taskUUID": uuid}
        if number < 3:
            peer.send(*[{**taken, "status": "processing"}] * 3, errors=[error])
        else:
            peer.send(*[image(taken, index, status="success") for index in range(3)], errors=[error])


def test_row_7_a_key_that_is_refused_later_leaves_the_outcome_open() -> None:
    """The film was taken; that nobody may ask about it any more says nothing of it."""

    def answer(peer: Peer, task: Item) -> None:
        if task["taskType"] == "authentication" and peer.number > 1:
            peer.send(errors=[{"code": "invalidApiKey", "message": "no", "taskType": "authentication"}])
        elif task["taskType"] in {"ping", "authentication"}:
            instantly(peer, task)
        elif task["taskType"] == "getResponse":
            peer.reset()
        else:
            peer.send({"taskType": task["taskType"], "taskUUID": task["taskUUID"]})

    with ScriptedServer(answer) as server, Runware("a-key", url=server.url) as runware:
        with pytest.raises(AuthenticationError, match=r"the outcome is unknown: .*client\.job\('"):
            runware.video_inference("a fox", model="klingai:5@3", timeout=PATIENCE, retry=0)

        assert 1 == sum(task["taskType"] == "videoInference" for task in server.received)


@pytest.mark.parametrize(
    ("code", "kind"), [("contentPolicyViolation", ContentPolicyError), ("providerRateLimitExceeded", RateLimitError)]
)
def test_row_6_what_is_under_way_is_waited_for_whatever_has_failed(code: str, kind: type[RunwareError]) -> None:
    """Nothing is bought anew meanwhile, and the error carries what came."""
    with ScriptedServer(Parts(code)) as server, Runware("a-key", url=server.url, timeout=PATIENCE) as runware:
        facts: dict[str, Any] = {"model": "runware:101@1", "width": 512, "height": 512}
        with pytest.raises(kind) as caught:
            runware.image_inference("a fox", number_results=4, delivery_method="async", retry=0, **facts)

        bought = [task["numberResults"] for task in server.received if task["taskType"] == "imageInference"]
    assert [4] == bought
    assert 3 == len(caught.value.results)
