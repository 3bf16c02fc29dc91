"""The sandbox's language model: what it says, what it thinks, which tools it wants, and what that costs."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sandbox_talk import Talk, talk

from runware_sync.sandbox import Sandbox

TOOLS = [{"name": "weather", "description": "Tells the weather."}]
FORCED = {"tools": TOOLS, "toolChoice": {"type": "any"}}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Return a sandbox."""
    with Sandbox() as found:
        yield found


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Talk]:
    """Return a signed-in connection to it."""
    with talk(sandbox) as found:
        yield found


def text(**parameters: Any) -> dict[str, Any]:
    """Return a `textInference` task that asks for its usage and cost."""
    return {
        "taskType": "textInference",
        "taskUUID": str(uuid.uuid4()),
        "model": "demo:m3@0",
        "messages": [{"role": "user", "content": "Tell me of the sea."}],
        "includeUsage": True,
        "includeCost": True,
        **parameters,
    }


def one(client: Talk, **parameters: Any) -> dict[str, Any]:
    """Ask for one answer."""
    (item,) = client.ask(text(**parameters))["data"]
    return dict(item)


def cost_of(usage: dict[str, int]) -> float:
    """Return what so many tokens cost."""
    return usage["promptTokens"] * 1e-6 + usage["completionTokens"] * 4e-6


def test_a_call_of_a_tool_costs_what_is_written(sandbox: Sandbox, client: Talk) -> None:
    """Its name, not an answer that never comes."""
    item = one(client, **FORCED)

    assert ("", "weather") == (item["text"], item["tools"][0]["name"])
    assert cost_of(item["usage"]) == pytest.approx(item["cost"]) == pytest.approx(sandbox.billed)


def test_each_of_several_answers_has_its_price(sandbox: Sandbox, client: Talk) -> None:
    """The bill is the sum of what each of them takes."""
    items = client.ask(text(numberResults=4))["data"]

    counts = {item["usage"]["completionTokens"] for item in items}
    assert len(counts) > 1
    assert sum(cost_of(item["usage"]) for item in items) == pytest.approx(sandbox.billed)


def test_a_text_tells_its_seed(client: Talk) -> None:
    """The given one plus its number, which gives the same text again; nothing where none was given."""
    items = client.ask(text(numberResults=2, seed=41))["data"]

    assert [41, 42] == [item["seed"] for item in items]
    assert items[1]["text"] == one(client, seed=42)["text"] != items[0]["text"]
    assert "seed" not in one(client)


def test_strict_checking_takes_what_is_documented(sandbox: Sandbox, client: Talk) -> None:
    """A seed, tools, every level of thinking."""
    sandbox.change(strict=True)
    for level in ("none", "low", "medium", "high", "max", "adaptive"):
        assert 7 == one(client, seed=7, **FORCED, settings={"thinkingLevel": level, "maxTokens": 2_000_000})["seed"]
    assert "invalidThinkingLevel" == client.ask(text(settings={"thinkingLevel": "deep"}))["errors"][0]["code"]


def test_thoughts_are_counted_and_billed(client: Talk) -> None:
    """Among the written tokens, and apart."""
    plain = one(client, seed=1)
    deep = one(client, seed=1, settings={"thinkingLevel": "high"})

    thought = deep["usage"]["thinkingTokens"]
    assert thought > 0 < len(deep["reasoningContent"])
    assert "thinkingTokens" not in plain["usage"]
    assert plain["usage"]["completionTokens"] + thought == deep["usage"]["completionTokens"]
    assert cost_of(deep["usage"]) == pytest.approx(deep["cost"])


@pytest.mark.parametrize("form", ["JSON", "json", "Json"])
def test_json_can_be_asked_for_in_any_case(client: Talk, form: str) -> None:
    """As other formats can."""
    assert {"answer"} == set(json.loads(one(client, outputFormat=form)["text"]))


@pytest.mark.parametrize("settings", [{"settings": {"stopSequences": ["sea", ","]}}, {"stopSequences": [",", "sea"]}])
def test_a_stop_sequence_ends_the_text(client: Talk, settings: dict[str, Any]) -> None:
    """Before the first of them; that is no lack of tokens, and what does not come is not billed."""
    whole = one(client, seed=3)
    short = one(client, seed=3, **settings)

    assert "stop" == short["finishReason"]
    assert min(whole["text"].split("sea")[0], whole["text"].split(",")[0], key=len) == short["text"]
    assert short["cost"] < whole["cost"]
    cut = one(client, seed=3, settings={"maxTokens": 2})
    assert ("length", 2) == (cut["finishReason"], cut["usage"]["completionTokens"])


@pytest.mark.parametrize(
    ("wrong", "code", "parameter"),
    [
        ({"tools": 5}, "invalidTools", "tools"),
        ({"tools": [5]}, "invalidTools", "tools"),
        ({"toolChoice": 5}, "invalidToolChoice", "toolChoice"),
        ({"tools": TOOLS, "toolChoice": {"type": []}}, "invalidType", "toolChoice.type"),
        ({"settings": {"thinkingLevel": []}}, "invalidThinkingLevel", "settings.thinkingLevel"),
        ({"settings": {"stopSequences": 5}}, "invalidStopSequences", "settings.stopSequences"),
        ({"stopSequences": [5]}, "invalidStopSequences", "stopSequences"),
        ({"settings": {"maxTokens": "ten"}}, "invalidMaxTokens", "settings.maxTokens"),
        ({"seed": "x"}, "invalidSeed", "seed"),
    ],
)
def test_what_has_the_wrong_type_is_refused(client: Talk, wrong: dict[str, Any], code: str, parameter: str) -> None:
    """At once, with the task's UUID and the place; the connection goes on."""
    (error,) = client.ask(task := text(**wrong))["errors"]

    assert (code, parameter, task["taskUUID"]) == (error["code"], error["parameter"], error["taskUUID"])
    assert one(client)["text"]
