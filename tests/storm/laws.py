"""What must hold after a storm, checked against what the sandbox has noted of each call by itself."""

from collections import Counter
from collections.abc import Iterator, Sequence

from runware_sync import RunwareError
from runware_sync.protocol.slots import GRACE
from runware_sync.uuids import child_uuid

from .offstage import Purchase
from .weather import Promise, Weather
from .work import FREE, TEXTS, Outcome

__all__ = ["longest", "violations"]

_PAUSES = 10.0
"""Seconds for what a bound cannot know: the pauses between windows (3.5 at most with two retries), a busy machine."""


def longest(*, timeout: float, retries: int, heartbeat: float, losses: int, grace: float = GRACE) -> float:
    """Return the seconds that no call may exceed.

    Each window lasts `timeout`, and `grace` beyond an outage in it; the time of an outage is given back, and an outage
    lasts at most two heartbeats until it is noticed and some four seconds until the line is made again.

    Args:
        timeout: Seconds of one window.
        retries: Windows after the first.
        heartbeat: Seconds of silence before a ping.
        losses: Connections that were lost meanwhile.
        grace: Seconds that a window has at least after an outage.
    """
    return (1 + retries) * (timeout + grace) + losses * (2 * heartbeat + 4) + _PAUSES


def violations(
    weather: Weather, outcome: Outcome, purchases: Sequence[Purchase], *, limit: float, retries: int
) -> Iterator[str]:
    """Yield each law that one call has broken.

    Args:
        weather: What the service was like.
        outcome: How the call ended.
        purchases: The tasks that the sandbox accepted for it, in order.
        limit: Seconds that it may have taken.
        retries: Windows after the first.
    """
    errand = outcome.errand
    if outcome.seconds > limit:
        yield f"took {outcome.seconds:.1f} s, {limit:.1f} were allowed"
    if outcome.error is not None and not isinstance(outcome.error, RunwareError):
        yield f"raised {outcome.error!r}"
    if outcome.error is None and len(outcome.names) != errand.asked:
        yield f"returned {len(outcome.names)} results, {errand.asked} were asked for"
    if outcome.surplus and not (weather.doubles and errand.kind in TEXTS):
        yield f"{outcome.surplus} results beyond those asked for"
    if errand.kind in FREE:
        return
    yield from _of_results(outcome, purchases)
    yield from _of_purchases(weather, purchases, retries)
    yield from _of_money(weather, outcome, purchases)


def _of_results(outcome: Outcome, purchases: Sequence[Purchase]) -> Iterator[str]:
    """Each result once, each of those made for this very call, and none told of that is not returned."""
    made = {name for purchase in purchases for name in purchase.made}
    for names in (outcome.names, outcome.collected):
        pictures = [name for name in names if name is not None]
        if len(pictures) != len(set(pictures)):
            yield "a result came twice"
        if strangers := set(names) - made:
            yield f"results that were not made for it: {strangers}"
    if lost := outcome.partial - set(outcome.names):
        yield f"results that were told of on the way are missing in the end: {lost}"


def _of_purchases(weather: Weather, purchases: Sequence[Purchase], retries: int) -> Iterator[str]:
    """A UUID is accepted once; another purchase follows a failure that the service has confirmed."""
    order = list(dict.fromkeys(purchase.uuid for purchase in purchases))
    for number, uuid in enumerate(order):
        same = [purchase for purchase in purchases if purchase.uuid == uuid]
        if number and uuid != child_uuid(order[0], number):
            yield f"purchase {number} has a UUID of its own: {uuid}"
        if number and not any(purchase.failures for purchase in purchases if purchase.uuid == order[number - 1]):
            yield f"bought anew, though {order[number - 1]} had not failed"
        if len(same) > 1 and weather.promise is not Promise.AGAIN:
            yield f"{uuid} was bought {len(same)} times"
        if len(same) > 1 + retries:
            yield f"{uuid} was bought {len(same)} times in {1 + retries} windows"
    if len(order) > 1 + retries:
        yield f"{len(order)} purchases in {1 + retries} windows"


def _of_money(weather: Weather, outcome: Outcome, purchases: Sequence[Purchase]) -> Iterator[str]:
    """What was billed is what was asked for, and all of it has been had."""
    made = Counter(name for purchase in purchases for name in purchase.made)
    have = Counter(outcome.names) | Counter(outcome.collected)
    billed = sum(purchase.billed for purchase in purchases)
    if weather.promise is Promise.AGAIN:
        return
    if not weather.switches.get("bill_failures") and billed != made.total():
        yield f"{billed} results were billed, {made.total()} were made"
    if made.total() > outcome.errand.asked:
        yield f"{made.total()} results were made, {outcome.errand.asked} were asked for"
    if weather.promise is Promise.ALL and have != made:
        yield f"{made.total()} results were made and paid for, {have.total()} could be had"
