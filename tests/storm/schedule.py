"""What goes wrong in a storm, and when: all of it drawn from one seed before the first call."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final, Literal

from attrs import frozen

from runware_sync.sandbox import Fault

from .weather import WEATHERS, Weather
from .work import HEAVY, Errand, drawn

__all__ = ["RECIPES", "Phase", "label", "schedule"]

Moment = Literal["received", "accepted", "between", "after"]

_HOWS: Final[tuple[str | int, ...]] = ("reset", "eof", "close", 1001, 1009, 1011, 1012)
_RETRYABLE: Final = ("providerError", "timeoutProvider", "internalServerError", "rateLimitExceeded", "taskFailed")
_FINAL: Final = ("moderationFailed", "invalidPositivePrompt", "insufficientCredits")
_QUESTIONS: Final = ("getResponse", "getTaskDetails")
_WITH_IDENTITY: Final = ("imageInference", "videoInference", "imageUpload")
_SINGLE: Final = ("imageUpload", "videoInference", "accountManagement", "modelSearch")
"""Of which one result comes: an answer that repeats four of 24 MB would be another storm."""
_LATE: Final = 1.5
"""A late answer comes so many windows after it was asked for."""


@frozen
class Phase:
    """A part of a storm: one kind of service, the calls made of it, and the faults that they meet.

    Args:
        weather: The kind of service.
        errands: The calls.
        faults: What goes wrong; each hits one task, counted from the beginning of the phase.
        forgets: Numbers of calls before which the service forgets all sessions, and cuts the line.
    """

    weather: Weather
    errands: tuple[Errand, ...]
    faults: tuple[Fault, ...]
    forgets: frozenset[int]


Recipe = Callable[[Random, float, dict[str, Any]], Fault]


def _drop(when: Moment) -> Recipe:
    return lambda random, _window, which: Fault(
        "drop", when=when, how=random.choice(_HOWS), results=random.choice((1, 1, 2)), **which
    )


def _cut(how: str | int) -> Recipe:
    return lambda random, _window, which: Fault("drop", how=how, when=random.choice(("accepted", "after")), **which)


def _half_open(when: Moment) -> Recipe:
    return lambda _random, _window, which: Fault("half_open", when=when, results=1, **which)


def _fail(codes: Sequence[str], *, nameless: bool = False) -> Recipe:
    return lambda random, _window, which: Fault(
        "fail", code=random.choice(codes), results=random.choice((0, 1, 1, 2)), nameless=nameless, **which
    )


def _question(kind: Literal["ignore", "drop", "half_open", "auth_error"]) -> Recipe:
    def recipe(random: Random, _window: float, which: dict[str, Any]) -> Fault:
        return Fault(kind, types=random.choice(_QUESTIONS), at=random.randint(1, 3), how=random.choice(_HOWS))

    return recipe


RECIPES: Final[dict[str, tuple[int, Recipe]]] = {
    "drop, not read": (6, _drop("received")),
    "drop, accepted": (6, _drop("accepted")),
    "drop, between results": (5, _drop("between")),
    "drop, after the last": (5, _drop("after")),
    **{f"cut, {how}": (1, _cut(how)) for how in _HOWS},
    "half-open, not read": (1, _half_open("received")),
    "half-open, accepted": (1, _half_open("accepted")),
    "half-open, between results": (1, _half_open("between")),
    "half-open, after the last": (1, _half_open("after")),
    "stall": (2, lambda random, _window, which: Fault("stall", seconds=random.choice((0.3, 1.0)), **which)),
    "late": (3, lambda _random, window, which: Fault("delay", seconds=_LATE * window, **which)),
    "slow": (4, lambda random, window, which: Fault("delay", seconds=random.uniform(0.1, 0.6) * window, **which)),
    "retryable error": (8, _fail(_RETRYABLE)),
    "final error": (4, _fail(_FINAL)),
    "nameless error": (2, _fail((*_RETRYABLE, *_FINAL), nameless=True)),
    "late error": (2, lambda random, _w, which: Fault("error_after", code=random.choice(_RETRYABLE), **which)),
    "key goes bad": (2, lambda _random, _window, which: Fault("auth_error", **which)),
    "not read": (3, lambda _random, _window, which: Fault("ignore", **which)),
    "results lost": (3, lambda _random, _window, which: Fault("lose", **which)),
    "repeated": (3, lambda _random, _window, which: Fault("repeat", types=_WITH_IDENTITY, **which)),
    "malformed": (3, lambda _random, _window, which: Fault("malformed", **which)),
    "binary": (2, lambda _random, _window, which: Fault("binary", **which)),
    "stranger's": (2, lambda _random, _window, which: Fault("unknown_task", **which)),
    "trickled": (2, lambda _random, _window, which: Fault("trickle", seconds=0.5, **which)),
    "split": (3, lambda random, _window, which: Fault("fragment", size=random.choice((1, 7, 100)), **which)),
    "padded": (3, lambda random, _window, which: Fault("pad", size=random.choice((1_000, 70_000)), **which)),
    "24 MB": (0, lambda _random, _window, _which: Fault("pad", size=HEAVY, types=_SINGLE, at=1)),
    "question not read": (2, _question("ignore")),
    "question drops": (2, _question("drop")),
    "question, half-open": (1, _question("half_open")),
    "question, key goes bad": (1, _question("auth_error")),
}
"""Every kind of fault, how often it is drawn, and how; each is dealt once before any is drawn."""


def label(fault: Fault) -> str:
    """Return what a fault is called in reports, by what it does."""
    asked = "question: " if set(fault.types) & set(_QUESTIONS) else ""
    match fault.kind:
        case "drop":
            moment = "" if asked else f" {fault.when}"
            return f"{asked}drop{moment}, {fault.how}"
        case "half_open" | "stall":
            return f"{asked}{fault.kind}" + ("" if asked else f" {fault.when}")
        case "fail":
            return f"fail {'nameless ' if fault.nameless else ''}{'final' if fault.code in _FINAL else 'retryable'}"
        case "pad":
            return "pad 24 MB" if fault.size == HEAVY else "pad"
        case _:
            return f"{asked}{fault.kind}"


def schedule(
    seed: int, calls: int, faults: int, *, window: float, weathers: Sequence[Weather] = WEATHERS, heavy: int = 3
) -> list[Phase]:
    """Draw a storm; the same arguments give the same one.

    Args:
        seed: Decides everything.
        calls: How many, parted among the phases.
        faults: How many, parted likewise. The first ones are one of each kind.
        window: Seconds that one waiting window lasts.
        weathers: The kinds of service, in their order.
        heavy: How many frames of 24 MB there are in each direction.
    """
    random = Random(seed)
    hands = _dealt(random, faults, heavy, len(weathers))
    phases = []
    first = 0
    for number, weather in enumerate(weathers):
        count = calls * (number + 1) // len(weathers) - first
        errands = [drawn(random, first + at) for at in range(count)]
        for kind in ["heavy"] * (number < heavy) + ["large"] * max(1, count // 150):
            at = random.randrange(count)
            errands[at] = drawn(random, first + at, kind)
        places = random.sample(range(1, count + 1), min(count, len(hands[number])))
        drawn_faults = [
            RECIPES[name][1](random, window, {"at": at}) for name, at in zip(hands[number], places, strict=False)
        ]
        forgets = frozenset({first + random.randrange(count)})
        phases.append(Phase(weather, tuple(errands), tuple(drawn_faults), forgets))
        first += count
    return phases


def _dealt(random: Random, faults: int, heavy: int, hands: int) -> list[list[str]]:
    """Return the names of the faults of each phase: one of each kind, the frames of 24 MB, the rest drawn."""
    names = [*RECIPES, *["24 MB"] * (heavy - 1)]
    weights = [weight for weight, _ in RECIPES.values()]
    names += random.choices(list(RECIPES), weights, k=max(0, faults - len(names)))
    random.shuffle(names)
    return [names[hand::hands] for hand in range(hands)]
