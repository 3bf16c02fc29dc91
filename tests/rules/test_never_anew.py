"""What is never bought anew by itself: model upload and training, in whatever words they are asked for."""

from typing import Any

import pytest
from facts import OPERATIONS
from till import PATIENCE, client_of

from runware_sync import ApiError, ModelUpload, Runware, Training
from runware_sync.calls.orders import NEVER_ANEW
from runware_sync.requests import Request
from runware_sync.sandbox import Fault, Sandbox

MODEL: dict[str, Any] = {
    "category": "lora",
    "architecture": "sdxl",
    "format": "safetensors",
    "name": "Ink",
    "version": "1.0",
    "download_url": "https://files.example.test/ink.zip",
}
TRAINING: dict[str, Any] = {
    "model": "runware:flux@lora",
    "inputs": {"dataset": "https://a.example.test/ink.zip"},
    "import_model": {"air": "acme:9@1", "name": "Ink"},
}
REQUESTS = {"modelUpload": ModelUpload(**MODEL), "training": Training(**TRAINING)}


def by_method(runware: Runware, request: Request[Any]) -> object:
    return runware.run(request)


def as_a_job(runware: Runware, request: Request[Any]) -> object:
    return runware.submit(request).result(PATIENCE)


def in_raw_words(runware: Runware, request: Request[Any]) -> object:
    from runware_sync import wire

    return runware.raw(wire.encode(request, include_cost=True, pack=lambda medium, where: medium.wire(parameter=where)))


@pytest.mark.parametrize("way", [by_method, as_a_job, in_raw_words])
@pytest.mark.parametrize("kind", REQUESTS)
@pytest.mark.parametrize("code", ["providerError", "internalServerError", "rateLimitExceeded"])
def test_model_upload_and_training_are_never_bought_anew(kind: str, way: Any, code: str) -> None:
    """However the failure may pass by itself: it is told, and buying a second one is left to whoever asked."""
    fault = Fault("fail", at=1, code=code)
    with Sandbox(faults=[fault], bill_failures=True, long_latency=0.1) as sandbox, client_of(sandbox) as runware:
        with pytest.raises(ApiError):
            way(runware, REQUESTS[kind])

        assert [kind] == [task.task_type for task in sandbox.tasks]
        assert sandbox.purchases <= 1


def test_the_types_that_are_never_bought_anew_are_those_of_the_operations() -> None:
    """What `raw` knows by its type is what the request classes say of themselves."""
    assert {cls.task_type for cls in OPERATIONS if not cls.renewable} == NEVER_ANEW
