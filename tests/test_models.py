"""Models, storage and the account, through the client and the sandbox."""

import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from server import PATIENCE

from runware_sync import (
    Account,
    ApiError,
    InsufficientCreditsError,
    InvalidRequestError,
    ModelPage,
    NotFoundError,
    Runware,
    RunwareError,
)
from runware_sync.results import Balance
from runware_sync.sandbox import Sandbox

KEY = "key-of-a-test-4711"
MODEL: dict[str, Any] = {
    "category": "lora",
    "architecture": "sdxl",
    "format": "safetensors",
    "name": "Night Ink",
    "version": "1.0",
    "download_url": "https://files.example.test/ink.safetensors",
    "air": "acme:77@1",
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(long_latency=0) as sandbox:
        yield sandbox


@pytest.fixture
def runware(sandbox: Sandbox) -> Iterator[Runware]:
    with Runware(KEY, url=sandbox.url, timeout=PATIENCE) as runware:
        yield runware


# -- searching --------------------------------------------------------------------------------------------------------


def test_a_page_iterates_and_tells_how_many_there_are(runware: Runware) -> None:
    """Its models can be given as models."""
    page = runware.model_search("anime", limit=3)

    assert isinstance(page, ModelPage)
    assert len(page) == 3 == len(list(page))
    assert (page.total_results or 0) > 3
    assert all("anime" in (model.tags or ()) for model in page)
    assert page[0].air
    images = runware.image_inference("a fox", model=page[0], width=128, height=128)
    assert len(images) == 1


def test_pages_follow_each_other_to_the_end(runware: Runware) -> None:
    """Each model comes once; after the last page there is none."""
    page: ModelPage | None = runware.model_search(category="lora", limit=3)
    airs: list[str | None] = []
    total = page.total_results if page is not None else 0
    while page is not None:
        airs += [model.air for model in page]
        page = page.next_page()

    assert len(airs) == len(set(airs)) == total


def test_a_page_without_models_is_empty(runware: Runware) -> None:
    """And has no page after it."""
    page = runware.model_search("there is no such model")

    assert not page
    assert page.total_results == 0
    assert page.next_page() is None


def test_a_page_that_was_pickled_says_what_to_do(runware: Runware) -> None:
    """It has no client any more, and is the same page otherwise."""
    page = runware.model_search(limit=2)
    again = pickle.loads(pickle.dumps(page))  # noqa: S301 - our own

    assert again == page
    with pytest.raises(RunwareError, match="offset"):
        again.next_page()


@pytest.mark.parametrize(
    ("filters", "field", "value"),
    [
        ({"category": "controlnet", "conditioning": "canny"}, "conditioning", "canny"),
        ({"architecture": "sd1x", "category": "vae"}, "architecture", "sd1x"),
        ({"type": "inpainting"}, "type", "inpainting"),
        ({"source": "featured"}, "source", "featured"),
        ({"visibility": "public", "limit": 100}, "private", False),
    ],
)
def test_filters_hold(runware: Runware, filters: dict[str, Any], field: str, value: object) -> None:
    """For every model that is found."""
    page = runware.model_search(**filters)

    assert page
    assert {getattr(model, field) for model in page} == {value}


def test_names_can_be_sorted(runware: Runware) -> None:
    """Either way round."""
    names = [model.name for model in runware.model_search(sort="-name", limit=100)]

    assert names == sorted(names, key=lambda name: str(name).lower(), reverse=True)


# -- uploading --------------------------------------------------------------------------------------------------------


def test_an_upload_goes_through_its_phases_and_can_be_found(sandbox: Sandbox, runware: Runware) -> None:
    """Each phase is told; the last one is what comes back; nothing is billed."""
    told: list[str | None] = []
    status = runware.model_upload(**MODEL, on_partial=lambda parts: told.extend(part.status for part in parts))

    assert told == ["validated", "downloaded", "optimized", "stored", "ready"]
    assert (status.status, status.air) == ("ready", "acme:77@1")
    assert [model.air for model in runware.model_search("night ink")] == ["acme:77@1"]
    assert len(sandbox.tasks) == 2
    assert sandbox.billed == 0


def test_what_exists_cannot_be_uploaded(runware: Runware) -> None:
    """A typed error, and no second try."""
    runware.model_upload(**MODEL)

    with pytest.raises(ApiError) as caught:
        runware.model_upload(**MODEL)
    assert caught.value.code == "modelAlreadyExists"


def test_a_phase_that_fails_is_an_error() -> None:
    """With the service's words; the model is not there."""
    with Sandbox(long_latency=0, upload_fails="optimized") as sandbox, Runware(KEY, url=sandbox.url) as runware:
        with pytest.raises(ApiError, match="could not be optimized"):
            runware.model_upload(**MODEL)

        assert not runware.model_search("night ink")
        assert len([task for task in sandbox.tasks if task.task_type == "modelUpload"]) == 1


def test_phases_that_name_no_type_are_followed() -> None:
    """To the last one, by their UUID."""
    with Sandbox(long_latency=0, upload_type=False) as sandbox, Runware(KEY, url=sandbox.url) as runware:
        assert "ready" in (runware.model_upload(**MODEL).message or "")


def test_what_was_trained_can_be_found_and_used(runware: Runware) -> None:
    """By its AIR, as a search finds it, or by what the training gave back."""
    trained = runware.training(
        model="runware:flux@lora",
        inputs={"dataset": "https://files.example.test/set.zip"},
        import_model={"air": "acme:78@1", "name": "Quiet Pencil"},
    )

    assert ["acme:78@1"] == [model.air for model in runware.model_search("Quiet Pencil")]
    assert runware.image_inference("a fox", model=trained, width=128, height=128)[0].uuid


# -- storage ----------------------------------------------------------------------------------------------------------


def test_what_is_stored_can_be_used_and_deleted(runware: Runware) -> None:
    """By its UUID, or by the result that has it."""
    picture = runware.image_inference("a fox", model="m:1@1", width=128, height=128, output_format="PNG")[0].read()
    stored = runware.media_storage(picture)

    assert stored.uuid
    assert runware.caption(stored).text
    gone = runware.media_storage(stored, operation="delete")
    assert (gone.operation, gone.uuid) == ("delete", stored.uuid)
    with pytest.raises((InvalidRequestError, NotFoundError)):
        runware.caption(stored)


def test_only_media_are_stored(runware: Runware, tmp_path: Any) -> None:
    """No other file of this machine."""
    secret = tmp_path / "secret.txt"
    secret.write_text("a password")

    with pytest.raises(ValueError, match="media"):
        runware.media_storage(secret)


# -- the account ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plain", [False, True])
def test_the_balance_falls_as_tasks_are_billed(plain: bool) -> None:
    """It is a number, in whichever form it comes; when it is used up, tasks are refused."""
    with Sandbox(balance=0.002, plain_balance=plain) as sandbox, Runware(KEY, url=sandbox.url) as runware:
        before = runware.account_management()
        runware.image_inference("a fox", model="m:1@1", width=1024, height=1024)
        after = runware.account_management()

        assert isinstance(before, Account)
        assert before.balance == pytest.approx(0.002)
        assert after.balance == pytest.approx(0.002 - sandbox.billed)
        assert isinstance(after.balance_details, Balance) is not plain
        assert after.usage is not None
        assert after.usage.today is not None
        assert after.usage.today.credits == pytest.approx(sandbox.billed)
        with pytest.raises(InsufficientCreditsError):
            runware.image_inference("a fox", model="m:1@1", width=1024, height=1024)


def test_usage_is_broken_down(runware: Runware) -> None:
    """By day, model and key; the whole account does not take days."""
    runware.image_inference("a fox", model="m:1@1", width=128, height=128)
    account = runware.account_management(
        operation="getUsageActivity", start_date="2026-01-01", end_date="2026-01-31", group_by=["model", "apiKey"]
    )

    assert account.usage is not None
    assert account.usage.model is not None
    assert account.usage.api_key is not None
    assert "m:1@1" in {row.model for row in account.usage.model.data or ()}
    assert account.usage.timeseries is None
    with pytest.raises(ValueError, match="getUsageActivity"):
        runware.account_management(start_date="2026-01-01")
