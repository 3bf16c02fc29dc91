"""The laws of a storm, on outcomes made up for it: each of them can be broken, and says so."""

from typing import Any

import pytest
from storm.gauges import Sample
from storm.laws import longest, violations
from storm.offstage import Purchase
from storm.report import growth
from storm.weather import Promise, Weather
from storm.work import Errand, Outcome

from runware_sync import TaskTimeoutError
from runware_sync.uuids import child_uuid

ROOT = "6f3c1b52-5f0e-4f0c-9d6a-0c9d3a1b7e21"
TWO = Errand(1, "image", asked=2)


def bought(*made: str | None, uuid: str = ROOT, billed: int | None = None, failures: tuple[str, ...] = ()) -> Purchase:
    return Purchase(1, uuid, len(made) if billed is None else billed, made, failures)


def broken(outcome: Outcome, *purchases: Purchase, weather: Weather | None = None) -> list[str]:
    return list(violations(weather or Weather("calm"), outcome, purchases, limit=10.0, retries=2))


def ended(*names: str | None, **facts: Any) -> Outcome:
    return Outcome(TWO, 1.0, list(names), **facts)


LOST = TaskTimeoutError("2 of 4")
CHILD = child_uuid(ROOT, 1)


@pytest.mark.parametrize(
    ("outcome", "purchases"),
    [
        (ended("a", "b"), [bought("a", "b")]),
        (ended("a", "b"), [bought("a", failures=("providerError",)), bought("b", uuid=CHILD)]),
        (ended("a", error=LOST, collected=["a", "b"]), [bought("a", "b")]),
        (ended(error=LOST), []),
    ],
)
def test_what_keeps_the_laws(outcome: Outcome, purchases: list[Purchase]) -> None:
    """All at once, in two purchases, later, or not at all."""
    assert [] == broken(outcome, *purchases)


@pytest.mark.parametrize(
    ("outcome", "purchases", "words"),
    [
        (ended("a"), [bought("a")], "returned 1 results"),
        (ended("a", "a"), [bought("a", "b")], "came twice"),
        (ended("a", "x"), [bought("a", "b")], "not made for it"),
        (ended("a", "b", surplus=1), [bought("a", "b")], "beyond those asked for"),
        (ended("a", "b"), [bought("a", "b"), bought("c", "d", uuid=CHILD)], "had not failed"),
        (ended("a", "b"), [bought("a", "b"), bought("c", "d", uuid=CHILD)], "4 results were made"),
        (ended("a", "b"), [bought("a", "b"), bought("a", "b")], "bought 2 times"),
        (ended("a", "b"), [bought("a", "b", billed=3)], "3 results were billed"),
        (ended("a", "b"), [bought("a", failures=("timeout",)), bought("b", uuid="other")], "UUID of its own"),
        (ended("a", error=LOST), [bought("a", "b")], "1 could be had"),
        (ended("a", error=LOST, partial={"b"}, collected=["a", "b"]), [bought("a", "b")], "told of on the way"),
        (ended("a", "b", error=KeyError("x")), [bought("a", "b")], "raised KeyError"),
        (Outcome(TWO, 11.0, ["a", "b"]), [bought("a", "b")], "took 11.0 s"),
    ],
)
def test_what_breaks_a_law(outcome: Outcome, purchases: list[Purchase], words: str) -> None:
    """Each is told in words."""
    assert any(words in law for law in broken(outcome, *purchases))


def test_what_is_allowed_where_the_service_keeps_less() -> None:
    """Results may stay with it, or be billed again: never more often than there are windows."""
    lost = ended(error=LOST)
    again = [bought("a", "b")] * 2

    assert [] == broken(lost, bought("a", "b"), weather=Weather("dumb", {}, Promise.ONCE))
    assert broken(ended("a", "b"), *again, weather=Weather("dumb", {}, Promise.ONCE))
    assert [] == broken(ended("a", "b"), *again, weather=Weather("forgets", {}, Promise.AGAIN))
    assert broken(ended("a", "b"), *again, *again, weather=Weather("forgets", {}, Promise.AGAIN))


def test_failed_results_may_be_billed_only_where_the_service_does_so() -> None:
    """What was billed and not made is a failure that costs."""
    outcome = ended("a", "b")
    purchases = [bought("a", billed=2, failures=("providerError",)), bought("b", uuid=CHILD)]

    assert broken(outcome, *purchases)
    assert [] == broken(outcome, *purchases, weather=Weather("dear", {"bill_failures": True}))


def test_texts_that_are_doubled_on_one_connection_cannot_be_told_apart() -> None:
    """They have no identity, and equal ones are legitimate."""
    texts = Outcome(Errand(1, "written", asked=2), 1.0, [None, None], surplus=2)

    assert [] == broken(texts, bought(None, None), weather=Weather("doubled", {"replay": "twice"}))
    assert broken(texts, bought(None, None))


def test_the_longest_time_is_bounded_by_windows_and_outages() -> None:
    """Three windows of 4 s with their grace, five outages of 8 s, and what cannot be known."""
    assert 3 * 19 + 5 * 8 + 10 == longest(timeout=4.0, retries=2, heartbeat=2.0, losses=5)


@pytest.mark.parametrize(
    "facts",
    [{"memory": 160.0}, {"blocks": 150_000}, {"threads": 40}, {"descriptors": 20}, {"pending": 1}, {"routed": 99}],
)
def test_growth_is_told(facts: dict[str, Any]) -> None:
    """Of each thing by itself; what the shelf holds is no growth."""
    held: dict[str, Any] = {"memory": 100.0, "blocks": 100_000, "threads": 35, "descriptors": 14, "pending": 0}
    before = Sample(**held, shelf=2, routed=2)

    assert [] == list(growth(before, before))
    assert [] == list(growth(before, Sample(**{**held, "blocks": 108_000}, shelf=22, routed=22)))
    assert 1 == len(list(growth(before, Sample(**{**held, "shelf": 2, "routed": 2, **facts}))))
