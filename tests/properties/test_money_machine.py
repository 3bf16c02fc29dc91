"""Calls, losses, failures, interruptions and collectors, in any order, against a service that bills."""

from collections import deque
from typing import Any

from attrs import define
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from properties.effort import tried
from simulation import Plan, Service
from theatre import Player, Theatre

from runware_sync.calls.call import Call
from runware_sync.calls.collecting import collect
from runware_sync.calls.orders import Order
from runware_sync.errors import RunwareError
from runware_sync.uuids import child_uuid

LONGEST = 30_000.0  # seconds in which every call has ended, outages included
KINDS: dict[str, dict[str, Any]] = {
    "image": {"taskType": "imageInference", "positivePrompt": "a fox"},
    "seeded": {"taskType": "imageInference", "positivePrompt": "a fox", "seed": 7},
    "async": {"taskType": "imageInference", "positivePrompt": "a fox", "deliveryMethod": "async"},
    "text": {"taskType": "promptEnhance", "prompt": "a fox"},
}
FAILURES = ["providerError", "timeoutProvider", "rateLimitExceeded", "invalidWidth", "internalServerError", "odd"]

failures = st.builds(Plan, fail=st.sampled_from(FAILURES), fail_after=st.integers(0, 3), name_task=st.booleans())
storms = st.builds(
    Plan,
    lose_before_read=st.booleans(),
    lose_after_accept=st.booleans(),
    lose_after_results=st.none() | st.integers(1, 3),
    outage=st.sampled_from([0.1, 5.0, 90.0, 500.0]),
    replay=st.booleans(),
    silent=st.booleans(),
    gives_up=st.booleans(),
    fail=st.none() | st.sampled_from(FAILURES),
    fail_after=st.integers(0, 3),
    delay=st.sampled_from([0.1, 3.0, 40.0, 200.0]),
    name_task=st.booleans(),
)
plans = failures | storms


@define(eq=False)
class Asked:
    """What a caller asked for."""

    player: Player
    order: Order

    @property
    def is_over(self) -> bool:
        """Whether its caller has an answer."""
        return self.player.is_over


class Money(RuleBasedStateMachine):
    """A client, its callers, and a service that accepts a UUID once, ends what it has accepted, and bills it."""

    @initialize(calm=st.booleans(), answers_sync=st.booleans(), details=st.booleans(), questions=st.booleans())
    def open(self, calm: bool, answers_sync: bool, details: bool, questions: bool) -> None:
        """Begin with a service that answers what it likes; if it is calm, no accidents happen."""
        self.calm = calm
        self.plans: deque[Plan] = deque()
        following = iter(lambda: self.plans.popleft() if self.plans else Plan(), None)
        service = Service(following, answers_sync=answers_sync, details=details, questions_answered=questions)
        self.world = Theatre(service)
        self.calls: list[Asked] = []
        self.collectors: list[Player] = []

    @rule(
        kind=st.sampled_from(sorted(KINDS)),
        expected=st.integers(1, 4),
        retries=st.integers(0, 3),
        accidents=st.lists(plans, max_size=3),
    )
    def call(self, kind: str, expected: int, retries: int, accidents: list[Plan]) -> None:
        """Let a call begin, and accidents happen to what it sends."""
        if not self.calm:
            self.plans.extend(accidents)
        body = {**KINDS[kind], "promptVersions" if kind == "text" else "numberResults": expected}
        order = Order(body=body, expected=expected, retries=retries)
        world: Any = self.world
        self.calls.append(Asked(self.world.enter(Call(world, order).run), order))

    @rule(seconds=st.sampled_from([0.05, 0.6, 5.0, 61.0, 400.0]))
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.world.advance(seconds)

    @precondition(lambda self: not self.calm)
    @rule(plan=plans)
    def cut(self, plan: Plan) -> None:
        """Let the line break."""
        self.world.lose(plan)

    @precondition(lambda self: any(not asked.is_over for asked in self.calls))
    @rule(which=st.integers(0, 9))
    def press_ctrl_c(self, which: int) -> None:
        """Let a caller leave in the middle."""
        waiting = [asked for asked in self.calls if not asked.is_over]
        asked = waiting[which % len(waiting)]
        error = KeyboardInterrupt()

        self.world.interrupt(asked.player, error)

        assert asked.player.error is error

    @precondition(lambda self: bool(self.calls))
    @rule(which=st.integers(0, 9))
    def collect(self, which: int) -> None:
        """Let somebody collect a task by its UUID, also while its caller waits for it."""
        root = self.calls[which % len(self.calls)].order.root
        world: Any = self.world
        self.collectors.append(self.world.enter(lambda: collect(world, root, timeout=60.0, retries=1)[2]))

    def family(self, order: Order) -> list[str]:
        """Return the UUIDs under which a call has bought anything: the root, and the children that were sent."""
        children = [child_uuid(order.root, ordinal) for ordinal in range(1, 20)]
        return [uuid for uuid in [order.root, *children] if uuid in self.world.service.accepted]

    @invariant()
    def no_more_is_billed_than_was_asked_for(self) -> None:
        """For each call, at every moment; and without windows after the first there is one purchase."""
        for asked in getattr(self, "calls", []):
            accepted = self.world.service.accepted
            bought = self.family(asked.order)
            assert sum(len(accepted[uuid].results) for uuid in bought) <= asked.order.expected
            assert len(bought) <= 1 or asked.order.retries > 0

    @invariant()
    def nothing_is_bought_that_nobody_asked_for(self) -> None:
        """Whoever collects buys nothing."""
        if hasattr(self, "calls"):
            known = {uuid for asked in self.calls for uuid in self.family(asked.order)}
            assert known == set(self.world.service.accepted)

    @invariant()
    def whoever_has_an_answer_has_its_own_and_all_of_it(self) -> None:
        """Complete, each result once, and of the call's own tasks."""
        for asked in getattr(self, "calls", []):
            outcome, error = asked.player.outcome, asked.player.error
            if outcome is not None:
                self.check(outcome.items, asked.order)
                assert outcome.surplus == []
            elif asked.is_over and isinstance(error, RunwareError):
                is_polled = asked.order.body.get("deliveryMethod") == "async"
                assert not self.calm or (is_polled and not self.world.service.questions_answered)
                assert 1 <= error.attempts <= asked.order.retries + 1
                assert error.task_uuid == asked.order.root
            elif asked.is_over:
                assert isinstance(error, KeyboardInterrupt)

    def check(self, items: list[dict[str, Any]], order: Order) -> None:
        """Look at what a call has brought."""
        made = [item for uuid in self.family(order) for item in self.world.service.accepted[uuid].results]
        assert len(items) == order.expected
        assert {item["taskUUID"] for item in items} <= set(self.family(order))
        identities = [item["imageUUID"] for item in items if "imageUUID" in item]
        assert len(set(identities)) == len(identities)
        assert set(identities) <= {item.get("imageUUID") for item in made}

    def teardown(self) -> None:
        """Let everything run to its end: every call ends, and the bill is final."""
        if not hasattr(self, "world"):
            return
        try:
            begun = self.world.time
            while self.world.time < begun + LONGEST and not all(player.is_over for player in self.world.players):
                self.world.advance(500.0)
            self.world.advance(1000.0)  # what is at work is part of the bill
            assert all(player.is_over for player in self.world.players)
            assert [] == self.world.session.waiting
            self.no_more_is_billed_than_was_asked_for()
            self.nothing_is_bought_that_nobody_asked_for()
            self.whoever_has_an_answer_has_its_own_and_all_of_it()
            for player in self.collectors:
                assert player.outcome is not None or isinstance(player.error, RunwareError)
        finally:
            self.world.close()


Money.TestCase.settings = tried(100, steps=12)
TestMoney = Money.TestCase
