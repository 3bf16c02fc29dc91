"""The sandbox's catalogue on the wire: what is uploaded, under which name, and what a search makes of it."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sandbox_talk import Talk, talk

from runware_sync.sandbox import ManualClock, Sandbox

MODEL = {
    "category": "lora",
    "architecture": "sdxl",
    "format": "safetensors",
    "name": "Night Ink",
    "version": "1.0",
    "downloadURL": "https://files.example.test/ink.safetensors",
    "air": "acme:77@1",
}
SUGGESTED = {
    "defaultScheduler": "DDIM",
    "defaultSteps": 12,
    "defaultStrength": 0.5,
    "defaultWeight": 0.7,
    "positiveTriggerWords": "nightink",
    "negativeTriggerWords": "daylight",
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Return a sandbox without waiting."""
    with Sandbox(long_latency=0) as found:
        yield found


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Talk]:
    """Return a signed-in connection to it."""
    with talk(sandbox) as found:
        yield found


def task(kind: str, **parameters: Any) -> dict[str, Any]:
    """Return a task."""
    return {"taskType": kind, "taskUUID": str(uuid.uuid4()), **parameters}


def upload(**parameters: Any) -> dict[str, Any]:
    """Return a `modelUpload` task."""
    return task("modelUpload", **{**MODEL, **parameters})


def search(client: Talk, **filters: Any) -> dict[str, Any]:
    """Return the page that a search finds."""
    (page,) = client.ask(task("modelSearch", **filters))["data"]
    return dict(page)


@pytest.mark.parametrize("name", ["defaultCFG", "defaultCFGScale", "defaultGuidanceScale"])
def test_what_an_upload_suggests_is_found_again(sandbox: Sandbox, client: Talk, name: str) -> None:
    """The guidance under its one name, in whichever way it was said; strict checking knows them all."""
    sandbox.change(strict=True)
    client.say(upload(**SUGGESTED, **{name: 4.5}, private=True, tags=["ink"]))
    assert "ready" == client.items(5)[-1]["status"]

    (found,) = search(client, search="night ink")["results"]
    assert {**SUGGESTED, "defaultCFG": 4.5, "private": True, "tags": ["ink"]}.items() <= found.items()


def test_a_name_is_taken_once_its_upload_begins() -> None:
    """The second one of a frame is refused; a name whose upload failed is free again."""
    clock = ManualClock()
    with Sandbox(clock=clock, idle_timeout=None, upload_fails="stored") as sandbox, talk(sandbox) as client:
        client.say(upload(), upload())
        (error,) = client.hear()["errors"]
        assert ("modelAlreadyExists", "air") == (error["code"], error["parameter"])
        clock.advance(10)
        assert "failed" == client.items(4)[-1]["status"]

        sandbox.change(upload_fails="none")
        client.say(upload())
        sandbox.wait_for(lambda: 2 == len(sandbox.tasks))
        clock.advance(10)
        assert "ready" == client.items(5)[-1]["status"]


def test_each_kind_of_visibility_is_another_choice(sandbox: Sandbox, client: Talk) -> None:
    """Those of the community are public, and not the service's own."""
    client.say(upload(private=True))
    client.items(5)
    totals = {whose: search(client, visibility=whose)["totalResults"] for whose in ("all", "public", "private")}
    page = search(client, visibility="community", limit=100)

    assert totals["all"] == totals["public"] + totals["private"]
    assert {("community", False)} == {(entry["source"], entry["private"]) for entry in page["results"]}
    assert search(client, source="community")["totalResults"] == page["totalResults"] + 1


def test_null_is_as_good_as_nothing(client: Talk) -> None:
    """The first page, of the usual length."""
    assert search(client)["results"] == search(client, limit=None, offset=None, tags=None)["results"]


@pytest.mark.parametrize("wrong", [5, True, [{}], [[]]])
@pytest.mark.parametrize("name", ["tags", "capabilities"])
def test_lists_of_words_hold_words(client: Talk, name: str, wrong: object) -> None:
    """Anything else is refused, by a search as by an upload."""
    tasks = [task("modelSearch", **{name: wrong})]
    if name == "tags":
        tasks.append(upload(tags=wrong))
    for wanted in tasks:
        (error,) = client.ask(wanted)["errors"]
        assert (f"invalid{name.capitalize()}", wanted["taskUUID"]) == (error["code"], error["taskUUID"])


def test_what_a_training_says_wrongly_of_its_model_harms_nobody(client: Talk) -> None:
    """The model is there, without the tags that are none."""
    client.ask(task("training", model="m", inputs={"dataset": "https://a.test/1.zip"}, importModel={"tags": [{}, "a"]}))

    assert ["a"] in [entry["tags"] for entry in search(client, tags=["a"])["results"]]
