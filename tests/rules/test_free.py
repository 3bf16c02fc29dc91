"""Free operations: they go again with a fresh UUID, and nobody is asked about them."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image as Pillow
from till import client_of, questions, sent

from runware_sync import InvalidRequestError, Runware, ServerError
from runware_sync.sandbox import Fault, Sandbox


@pytest.fixture
def picture() -> bytes:
    """A small PNG."""
    file = BytesIO()
    Pillow.new("RGB", (64, 64), "teal").save(file, "PNG")
    return file.getvalue()


def test_an_upload_goes_again_under_a_fresh_uuid_after_a_drop(picture: bytes) -> None:
    """It is free, so there is nothing to look for."""
    with Sandbox(faults=[Fault("drop", at=1, when="received")]) as sandbox, client_of(sandbox) as runware:
        upload = runware.image_upload(picture)

        sent = [task["taskUUID"] for task in sandbox.received if task["taskType"] == "imageUpload"]
        assert upload.image_uuid
        assert (2, 2) == (len(sent), len(set(sent)))
        assert questions(sandbox) == 0
        assert sandbox.purchases == 0


@pytest.mark.parametrize("code", ["internalServerError", "rateLimitExceeded", "providerError"])
def test_a_free_task_that_failed_goes_again_with_a_fresh_uuid(picture: bytes, code: str) -> None:
    """No question comes before it: there is no purchase that could be found."""
    with Sandbox(faults=[Fault("fail", at=1, code=code)]) as sandbox, client_of(sandbox) as runware:
        assert runware.image_upload(picture).image_uuid

        assert (2, 2) == (len(sent(sandbox, "imageUpload")), len(set(sent(sandbox, "imageUpload"))))
        assert questions(sandbox) == 0
        assert sandbox.purchases == 0


def test_a_free_task_goes_as_often_as_it_has_windows(picture: bytes) -> None:
    """The windows bound it like any other; its error claims no purchase."""
    with Sandbox(faults=[Fault("fail", code="internalServerError")]) as sandbox, client_of(sandbox) as runware:
        with pytest.raises(ServerError) as caught:
            runware.image_upload(picture)

        assert caught.value.attempts == len(sent(sandbox, "imageUpload")) == 3
        assert "client.job(" not in str(caught.value)


def search(runware: Runware) -> object:
    return runware.model_search("anime")


def account(runware: Runware) -> object:
    return runware.account_management(operation="getDetails")


@pytest.mark.parametrize(("kind", "way"), [("modelSearch", search), ("accountManagement", account)])
@pytest.mark.parametrize(
    "fault", [Fault("ignore", at=1), Fault("lose", at=1), Fault("drop", at=1, when="received")], ids=lambda f: f.kind
)
def test_searches_and_the_account_go_again(kind: str, way: Callable[[Runware], object], fault: Fault) -> None:
    """Not read, not answered, or cut off: asked anew, under a fresh UUID, until there is an answer."""
    with Sandbox() as sandbox, client_of(sandbox, timeout=0.7) as runware:
        sandbox.add_fault(fault)

        assert way(runware)
        assert len(sent(sandbox, kind)) == len(set(sent(sandbox, kind))) >= 2
        assert questions(sandbox) == 0


def test_a_free_task_that_is_refused_does_not_go_again() -> None:
    """A refusal stays one: nothing is the better for being asked twice."""
    with Sandbox(faults=[Fault("fail", code="invalidSearch")]) as sandbox, client_of(sandbox) as runware:
        with pytest.raises(InvalidRequestError):
            search(runware)

        assert len(sent(sandbox, "modelSearch")) == 1
