"""A storm as it is run: phase by phase, many threads on one client, and the laws after each phase."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final

from attrs import define, field, frozen

from runware_sync import Runware
from runware_sync.protocol.inquiry import PATIENCE
from runware_sync.protocol.slots import GRACE

from .gauges import Sample, sample
from .laws import longest, violations
from .offstage import Offstage, Tally, offstage
from .schedule import Phase, label
from .weather import Promise
from .work import FREE, Errand, Outcome, collect, perform

__all__ = ["Report", "Terms", "services", "storm"]

RETRIES: Final = 2


@frozen(kw_only=True)
class Terms:
    """Under which terms a storm is run.

    Args:
        threads: Threads that call.
        timeout: Seconds of one window.
        heartbeat: Seconds of silence before a ping.
        tls: Whether the service is asked over TLS.
        patience: Seconds after which a question counts as unanswered.
        grace: Seconds that a window has at least after an outage.
    """

    threads: int = 32
    timeout: float = 4.0
    heartbeat: float = 2.0
    tls: bool = False
    patience: float = PATIENCE
    grace: float = GRACE


@define
class Report:
    """What a storm has come to.

    Args:
        calls: Calls made, by kind.
        met: Faults that were met, by what they did.
        errors: What calls raised, by class.
        results: Results returned, carried by errors or collected.
        asked: Results that the paid calls asked for.
        billed: Results that the sandbox billed.
        twice: Of those, how many were billed a second time, where that cannot be ruled out.
        unreachable: How many were made and could not be had, where that cannot be ruled out.
        slowest: Seconds of the slowest call.
        limit: Seconds that the call nearest to its limit was allowed, and the share of it that it took.
        connections: Connections made.
        samples: What the process held after each phase.
        violations: The laws that were broken.
    """

    calls: Counter[str] = field(factory=Counter)
    met: Counter[str] = field(factory=Counter)
    errors: Counter[str] = field(factory=Counter)
    results: int = 0
    asked: int = 0
    billed: int = 0
    twice: int = 0
    unreachable: int = 0
    slowest: float = 0.0
    limit: tuple[float, float] = (0.0, 0.0)
    connections: int = 0
    samples: list[tuple[str, Sample]] = field(factory=list)
    violations: list[str] = field(factory=list)


@contextmanager
def services(terms: Terms, count: int = 1) -> Iterator[list[Offstage]]:
    """Start sandboxes for as many storms."""
    with offstage(count, tls=terms.tls, latency=0.02, long_latency=0.3, idle_timeout=None) as found:
        yield found


def storm(
    service: Offstage, phases: Iterable[Phase], terms: Terms, tell: Callable[[str], object] = lambda _words: None
) -> Report:
    """Run a storm on one client and one sandbox, and judge it.

    Args:
        service: The sandbox.
        phases: What is to happen.
        terms: How.
        tell: Called with a line after each phase.
    """
    report = Report()
    with (
        Runware(
            "key-of-a-storm",
            url=service.url,
            timeout=terms.timeout,
            max_retries=RETRIES,
            heartbeat=terms.heartbeat,
            ssl_context=service.trust,
        ) as client,
        ThreadPoolExecutor(terms.threads) as pool,
    ):
        client._connection.exchange.session._inquiry.patience = terms.patience
        for phase in phases:
            outcomes = _calls(client, service, pool, phase)
            tally = service.tally()
            _collect(client, pool, phase, outcomes, tally)
            _judge(report, phase, outcomes, tally, terms)
            if service.tally().purchases:
                report.violations.append(f"{phase.weather.name}: collecting has bought something")
            report.samples.append((phase.weather.name, sample(client)))
            tell(f"{phase.weather.name}: {len(outcomes)} calls, {len(tally.met)} faults")
    return report


def _calls(client: Runware, service: Offstage, pool: ThreadPoolExecutor, phase: Phase) -> list[Outcome]:
    service.weather(phase.weather.switches, phase.faults)

    def call(errand: Errand) -> Outcome:
        if errand.number in phase.forgets:
            service.forget()
        return perform(client, errand)

    outcomes = list(pool.map(call, phase.errands))
    service.weather(phase.weather.switches, ())
    service.settle()
    return outcomes


def _collect(client: Runware, pool: ThreadPoolExecutor, phase: Phase, outcomes: list[Outcome], tally: Tally) -> None:
    """Collect what the calls that failed have bought; the sandbox tells whether there is anything."""
    bought = {purchase.call for purchase in tally.purchases if purchase.made}
    failed = [outcome for outcome in outcomes if outcome.error is not None and outcome.errand.number in bought]
    thoroughly = phase.weather.promise is Promise.ALL
    list(pool.map(lambda outcome: collect(client, outcome, thoroughly=thoroughly), failed))


def _judge(report: Report, phase: Phase, outcomes: list[Outcome], tally: Tally, terms: Terms) -> None:
    limit = longest(
        timeout=terms.timeout,
        retries=RETRIES,
        heartbeat=terms.heartbeat,
        losses=max(0, tally.connections - 1),
        grace=terms.grace,
    )
    strangers = {purchase.call for purchase in tally.purchases} - {outcome.errand.number for outcome in outcomes}
    broken = [f"bought for nobody: {strangers - {None}}"] if strangers - {None} else []
    broken += [f"{uuid} was sent again, and nobody had asked about it" for uuid in tally.unasked]
    for outcome in outcomes:
        errand = outcome.errand
        mine = [purchase for purchase in tally.purchases if purchase.call == errand.number]
        found = violations(phase.weather, outcome, mine, limit=limit, retries=RETRIES)
        broken += [f"call {errand.number} ({errand.kind}): {law}; it raised {outcome.error!r}" for law in found]
        report.calls[errand.kind] += 1
        report.slowest = max(report.slowest, outcome.seconds)
        report.limit = max(report.limit, (outcome.seconds / limit, limit))
        if outcome.error is not None:
            report.errors[type(outcome.error).__name__] += 1
        if errand.kind not in FREE:
            had = max(len(outcome.names), len(outcome.collected))
            made = {purchase.uuid: len(purchase.made) for purchase in mine}
            report.asked += errand.asked
            report.results += had
            report.unreachable += sum(made.values()) - had
            report.twice += sum(len(purchase.made) for purchase in mine) - sum(made.values())
    report.billed += tally.billed
    report.met.update(map(label, tally.met))
    report.connections += tally.connections
    report.violations += [f"{phase.weather.name}: {law}" for law in broken]
