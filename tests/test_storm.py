"""A short storm, plain and over TLS, and its schedule; `python -m tests.storm` is the long one.

The kinds of service are shared out between the two, each on a sandbox of its own, all side by side: most of a storm is
waiting. Every kind of fault is in both.
"""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from storm.endurance import last
from storm.schedule import RECIPES, Phase, label, schedule
from storm.storming import Terms, services, storm
from storm.weather import WEATHERS

from runware_sync import Runware

SEED = 22
CALLS = 240
FAULTS = 42
GRACE = 3.0  # instead of 15 s, which nobody waits for here
WINDOW = 1.5


def phases(share: int) -> list[Phase]:
    return schedule(SEED, CALLS, FAULTS, window=WINDOW, weathers=WEATHERS[share::2], heavy=1)


@pytest.mark.parametrize(("share", "tls"), [(0, False), (1, True)], ids=["plain", "tls"])
def test_a_short_storm_breaks_no_law(share: int, tls: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call returns or raises in time, each result comes once, and what was billed is what was asked for."""
    monkeypatch.setattr("runware_sync.protocol.slots.GRACE", GRACE)
    terms = Terms(threads=8, timeout=WINDOW, heartbeat=1.0, tls=tls, patience=1.0, grace=GRACE)
    parts = phases(share)

    with services(terms, len(parts)) as found, ThreadPoolExecutor(len(parts)) as pool:
        reports = list(pool.map(lambda service, phase: storm(service, [phase], terms), found, parts))

    assert [] == [law for report in reports for law in report.violations], f"seed {SEED}"
    assert CALLS == sum(report.calls.total() for report in reports)
    assert sum(report.met.total() for report in reports) > FAULTS // 2
    assert sum(report.errors.total() for report in reports) < CALLS // 4, "a storm in which all fails shows nothing"
    assert [0] * len(parts) == [held.pending for report in reports for _, held in report.samples]


@pytest.mark.parametrize("share", [0, 1])
def test_every_kind_of_fault_is_in_a_short_storm(share: int) -> None:
    """One of each is dealt before any is drawn."""
    faults = [fault for phase in phases(share) for fault in phase.faults]
    moments = {fault.when for fault in faults if fault.kind == "drop"}
    ways = {fault.how for fault in faults if fault.kind == "drop"}

    assert len(RECIPES) <= len(faults)
    assert {"received", "accepted", "between", "after"} <= moments
    assert {"reset", "eof", "close", 1001, 1009, 1011, 1012} <= ways
    assert 1 == Counter(map(label, faults))["pad 24 MB"]


def test_a_seed_gives_the_same_storm_again() -> None:
    """So that one which broke can be repeated."""
    assert phases(0) == phases(0)
    assert phases(0) != schedule(SEED + 1, CALLS, FAULTS, window=WINDOW, weathers=WEATHERS[::2], heavy=1)


def test_a_schedule_has_as_many_calls_and_faults_as_it_was_told() -> None:
    """Numbered through, whatever the number of phases."""
    parts = schedule(1, 1000, 100, window=WINDOW)

    assert list(range(1000)) == [errand.number for part in parts for errand in part.errands]
    assert 100 == sum(len(part.faults) for part in parts)


def test_endurance_adds_up(capsys: pytest.CaptureFixture[str]) -> None:
    """For seconds instead of an hour: what was billed was had, and nothing waits in the end."""
    with (
        services(Terms()) as (service,),
        Runware("key-of-a-storm", url=service.url, timeout=WINDOW * 10, heartbeat=1.0) as client,
    ):
        assert [] == last(client, service, minutes=0.05, rate=40.0, threads=8, seed=SEED)

    made = re.search(r"([\d,]+) calls in", capsys.readouterr().out)
    assert made is not None
    assert int(made[1]) > 10
