"""What the sandbox tells of the account: keys, and the use of it, by operation, day, model and key."""

from collections.abc import Iterator
from typing import Any

import pytest
from sandbox_talk import Talk, image, talk

from runware_sync.sandbox import Fault, Sandbox

DAY = "2026-01-31"
GROUPS = ["date", "model", "apiKey"]


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


def account(operation: str = "getUsageActivity", **parameters: Any) -> dict[str, Any]:
    """Return an `accountManagement` task."""
    uuid = image()["taskUUID"]
    return {"taskType": "accountManagement", "taskUUID": uuid, "operation": operation, **parameters}


def usage(client: Talk, operation: str = "getUsageActivity", **parameters: Any) -> dict[str, Any]:
    """Ask for the use of the account."""
    (item,) = client.ask(account(operation, **parameters))["data"]
    return dict(item["usage"])


def total(client: Talk, **parameters: Any) -> int:
    """Return how many requests count."""
    return int(usage(client, **parameters)["timeseries"]["meta"]["totalRequests"])


def test_a_key_says_when_it_was_made_and_used(client: Talk) -> None:
    """As the service does."""
    (item,) = client.ask(account("getDetails"))["data"]

    (key,) = item["apiKeys"]
    assert {"apiKey", "name", "description", "enabled", "createdAt", "lastUsedAt", "requests"} == set(key)
    assert key["createdAt"].startswith(DAY)


def test_activity_is_requests_and_money(sandbox: Sandbox, client: Talk) -> None:
    """Model by model under its name; what names no model is in the sums alone."""
    client.ask(image())
    client.ask(image(model="runware:100@1"))
    client.ask({**account(), "taskType": "promptEnhance", "prompt": "a boat"})
    found = usage(client, groupBy=GROUPS)

    rows = found["model"]["data"]
    assert [("demo:101@1", "demo:101@1", 1), ("runware:100@1", "FLUX Quick", 1)] == [
        (row["model"], row["modelName"], row["count"]) for row in rows
    ]
    assert {"date": DAY, "count": 3, "spend": sandbox.billed} == found["timeseries"]["data"][0]
    assert {"totalRequests", "totalResults", "totalSpend", "avgDailySpend", "projectedSpend"} == set(
        found["apiKey"]["meta"]
    )
    assert pytest.approx(sandbox.billed) == found["model"]["meta"]["totalSpend"] > sum(row["spend"] for row in rows)


def test_performance_is_how_long_things_take(sandbox: Sandbox, client: Talk) -> None:
    """In seconds: what most stay below is what the latency was; nothing is known of nothing."""
    for latency in (0.0, 0.01, 0.03):
        sandbox.change(latency=latency)
        client.ask(image())
    sandbox.change(latency=0.0)
    found = usage(client, "getUsagePerformance")["timeseries"]

    assert {"date", "count", "avgInferenceTime", "p90InferenceTime", "p99InferenceTime"} == set(found["data"][0])
    meta = found["meta"]
    assert (0.01, 0.03) == (meta["p50InferenceTime"], meta["p99InferenceTime"])
    assert pytest.approx(0.04 / 3, abs=0.001) == meta["avgInferenceTime"] == found["data"][0]["avgInferenceTime"]
    none = usage(client, "getUsagePerformance", models=["demo:9@9"])["timeseries"]
    assert ([], {"totalRequests": 0}) == (none["data"], none["meta"])


def test_errors_are_the_clients_or_the_services(sandbox: Sandbox, client: Talk) -> None:
    """What was refused, and what failed."""
    client.ask(image())
    client.ask(image(width=5))
    client.ask({**account(), "taskType": "caption", "inputImage": "data:image/png;base64,iVBORw0KGgo="})
    sandbox.add_fault(Fault("fail", types="imageInference"))
    client.ask(image())
    found = usage(client, "getUsageErrors")["timeseries"]

    assert [{"date": DAY, "count": 4, "clientErrors": 2, "serverErrors": 1}] == found["data"]
    assert {"totalRequests": 4, "totalErrors": 3, "errorRate": 75.0} == found["meta"]


def test_days_models_and_keys_narrow_the_use(client: Talk) -> None:
    """To what falls on them."""
    client.ask(image())
    client.ask({**account(), "taskType": "caption", "inputImage": "https://a.test/1.png", "model": ["a", "list"]})
    assert 1 == total(client, models=["demo:101@1"])
    assert 0 == total(client, models=["demo:9@9"])
    assert 0 == total(client, startDate="2026-02-01")
    assert 0 == total(client, startDate="2026-01-01", endDate="2026-01-30")
    assert 0 == total(client, apiKeys=["another"])
    assert 2 == total(client, startDate=DAY, endDate=f"{DAY}T23:59:59Z", apiKeys=["sand...box"])


def test_a_days_share_is_of_the_days_asked_for(sandbox: Sandbox, client: Talk) -> None:
    """The projection is for thirty of them."""
    client.ask(image(width=1024, height=1024))
    meta = usage(client, startDate="2026-01-22", endDate=DAY)["timeseries"]["meta"]

    assert pytest.approx(sandbox.billed / 10) == meta["avgDailySpend"]
    assert pytest.approx(sandbox.billed * 3) == meta["projectedSpend"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"startDate": "soon"}, "invalidStartDate"),
        ({"endDate": 5}, "invalidEndDate"),
        ({"startDate": "2026-01-01", "endDate": "2026-02-01"}, "invalidEndDate"),
        ({"startDate": "2026-01-02", "endDate": "2026-01-01"}, "invalidEndDate"),
        ({"models": 5}, "invalidModels"),
        ({"models": [{}]}, "invalidModels"),
        ({"apiKeys": [5]}, "invalidApiKeys"),
        ({"groupBy": 5}, "invalidGroupBy"),
        ({"groupBy": [[]]}, "invalidGroupBy"),
        ({"operation": "getRich"}, "invalidOperation"),
    ],
)
def test_what_makes_no_sense_is_refused(client: Talk, wrong: dict[str, Any], code: str) -> None:
    """With the task's UUID; thirty days are fine."""
    (error,) = client.ask(task := account(**{"operation": "getUsageActivity", **wrong}))["errors"]

    assert (code, task["taskUUID"]) == (error["code"], error["taskUUID"])
    assert usage(client, startDate="2026-01-01", endDate="2026-01-31")


def test_strict_checking_keeps_days_from_the_details(sandbox: Sandbox, client: Talk) -> None:
    """They go with the use alone."""
    sandbox.change(strict=True)
    (error,) = client.ask(account("getDetails", startDate=DAY))["errors"]
    assert ("unsupportedParameter", "startDate") == (error["code"], error["parameter"])
    sandbox.change(strict=False)
    assert client.ask(account("getDetails", startDate=DAY))["data"]
