"""A model of the service that bills, a world with its own time, and a connection into it without threads.

What is modelled are the promises under which the client works: a UUID is accepted once, what was accepted runs to its
end whatever happens to the connection, and is billed. Everything else may go wrong.
"""

import heapq
import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from attrs import define, field

from runware_sync.connection.exchange import Turn
from runware_sync.errors import RunwareError
from runware_sync.protocol.frames import Frame
from runware_sync.protocol.session import Session
from runware_sync.protocol.slots import Slot

T = TypeVar("T")
Item = dict[str, Any]


@define
class Plan:
    """What happens to the next frame of paid tasks; each field is one thing that can go wrong."""

    lose_before_read: bool = False
    lose_after_accept: bool = False
    lose_after_results: int | None = None
    outage: float = 0.1  # seconds until the connection can be made again
    replay: bool = True  # what could not be delivered is delivered after the next sign-in
    silent: bool = False  # results are computed, and pushed to nobody
    fail: str | None = None  # an error code
    fail_after: int = 0  # results delivered before the failure
    gives_up: bool = False  # says too early that it failed, goes on, and tells its results only when it is asked
    delay: float = 0.5  # seconds until each result
    name_task: bool = True  # whether an error names its task
    text: bool = False


@define
class Accepted:
    """One purchase, as the service remembers it."""

    body: Item
    results: list[Item] = field(factory=list)
    errors: list[Item] = field(factory=list)
    done: bool = False


@define(eq=False)
class Service:
    """The service: what it has accepted, and what it has billed."""

    plans: Iterator[Plan]
    answers_sync: bool = True  # getResponse knows tasks that were not asynchronous
    details: bool = True  # getTaskDetails is answered
    questions_answered: bool = True
    accepted: dict[str, Accepted] = field(factory=dict)
    billed: int = 0
    undelivered: list[Item] = field(factory=list)
    texts: Iterator[str] = field(factory=lambda: (f"text {n % 2}" for n in itertools.count()))
    numbers: Iterator[int] = field(factory=itertools.count)


@define(eq=False)
class World:
    """Time, and a connection that behaves as the plans say. Stands in for `Connection`."""

    service: Service
    time: float = 100.0
    session: Session = field(factory=Session)
    up: bool = False
    generation: int = 0
    can_connect_at: float = 0.0
    events: list[tuple[float, int, Callable[[], None]]] = field(factory=list)
    woken: set[int] = field(factory=set)
    steps: int = 0
    numbers: Iterator[int] = field(factory=itertools.count)

    # -- what a call uses -------------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        return self.up

    def now(self) -> float:
        return self.time

    def open(self, slot: Slot, bell: Turn | None = None) -> None:
        self.session.open(slot, self.time)
        slot.turn = bell

    def attend(self, turn: Turn, until: float) -> None:
        slot = next((slot for slot in self.session.waiting if slot.turn is turn), None)
        if slot is not None:  # what is collected waits for nothing yet
            self.woken.discard(id(slot))
            self._run(slot, until)

    def leave(self, slot: Slot, *, keep: bool = False) -> None:
        self._wake(self.session.leave(slot, self.time, keep=keep))

    def look(self, slot: Slot, decide: Callable[[Session, float], tuple[T, float | None]]) -> T:
        decision, until = decide(self.session, self.time)
        if until is not None:
            self.woken.discard(id(slot))
            self._run(slot, until)
        return decision

    def rest(self, slot: Slot, seconds: float) -> None:
        until = self.time + seconds
        while not self.look(slot, lambda _session, now: slot.rest(now, until)):
            pass

    def reopen(self, uuid: str) -> Slot | None:
        return self.session.reopen(uuid, self.time)

    def watch(self, slot: Slot) -> bool:
        return self.session.watch(slot, self.time)

    # -- the world --------------------------------------------------------------------------------------------------

    def at(self, time: float, event: Callable[[], None]) -> None:
        heapq.heappush(self.events, (time, next(self.numbers), event))

    def _run(self, slot: Slot, until: float) -> None:
        while id(slot) not in self.woken:
            self.steps += 1
            assert self.steps < 20_000, "the call goes round in circles"
            if not self.turn(until):
                return

    def turn(self, until: float) -> bool:
        """Let the next thing happen; return false if there is none until some time, which it is then."""
        if not self.up and self.time >= self.can_connect_at:
            self._connect()
        elif self.up and self.session.has_output:
            self._write()
        else:
            wake_at = self.events[0][0] if self.events else until
            if not self.up:
                wake_at = min(wake_at, self.can_connect_at)
            if wake_at >= until:
                self.time = max(self.time, until)
                return False
            self.time = max(self.time, wake_at)
            if self.events and self.events[0][0] <= self.time:
                heapq.heappop(self.events)[2]()
        return True

    def _connect(self) -> None:
        self.up = True
        self.generation += 1
        self.session.begin("key", resume=True)
        self._beat(self.generation)
        self._deliver([{"taskType": "authentication", "connectionSessionUUID": "s"}], [])
        waiting, self.service.undelivered = self.service.undelivered, []
        for part in waiting:
            self._deliver([], [part]) if "code" in part else self._deliver([part], [])

    def _beat(self, generation: int) -> None:
        """Let the heartbeat of one connection be heard."""
        if self.generation == generation:
            self._deliver([{"taskType": "ping", "pong": True}], [])
            self.at(self.time + 15.0, lambda: self._beat(generation) if self.up else None)

    def lose(self, plan: Plan) -> None:
        if not self.up:
            return
        self.up = False
        self.can_connect_at = self.time + plan.outage
        self._wake(self.session.lost(self.time))

    def _wake(self, slots: list[Slot]) -> None:
        self.woken |= {id(slot) for slot in slots}

    def _deliver(self, items: list[Item], errors: list[Item]) -> None:
        frame = Frame(json.loads(json.dumps(items)), json.loads(json.dumps(errors)))
        self._wake(self.session.receive(frame, self.time))

    def push(self, plan: Plan, items: list[Item], errors: list[Item], generation: int) -> None:
        """Deliver on the connection that the task came on, or keep for the next, or forget."""
        if plan.silent:
            return
        if self.up and (self.generation == generation or plan.replay):
            self._deliver(items, errors)
        elif plan.replay:
            self.service.undelivered += [*items, *errors]

    def _write(self) -> None:
        text = self.session.take_output(self.time)
        assert text is not None
        tasks = json.loads(text)
        paid = [task for task in tasks if task["taskType"] not in {"getResponse", "getTaskDetails"}]
        plan = next(self.service.plans) if paid else Plan()
        if plan.lose_before_read:
            self.lose(plan)
            return
        for task in tasks:
            if task in paid:
                self._submit(task, plan)
            elif self.service.questions_answered:
                reply = self._answer(task)
                if reply is not None:
                    self.at(self.time + 0.05, self._later(self.generation, *reply))
        if plan.lose_after_accept and paid:
            self.lose(plan)

    def _later(self, generation: int, items: list[Item], errors: list[Item]) -> Callable[[], None]:
        return lambda: self._deliver(items, errors) if self.up and self.generation == generation else None

    def _submit(self, task: Item, plan: Plan) -> None:
        service, uuid, generation = self.service, task["taskUUID"], self.generation
        address = {"taskUUID": uuid, "taskType": task["taskType"]}
        if uuid in service.accepted:
            conflict = {"code": "conflictTaskUUID", "message": "used", **address}
            self.at(self.time + 0.05, self._later(generation, [], [conflict]))
            return
        memory = service.accepted[uuid] = Accepted(task)
        wanted: int = task.get("numberResults") or task.get("promptVersions") or 1
        made = wanted if plan.fail is None else min(plan.fail_after, wanted)
        is_async = task.get("deliveryMethod") == "async"
        if plan.gives_up and not is_async:
            early = {"code": "timeoutProvider", "message": "no answer in time", **address}
            self.at(self.time + plan.delay / 2, lambda: self.push(plan, [], [early], generation))
        if is_async:
            self.at(self.time + 0.02, lambda: self.push(plan, [address], [], generation))

        def result(number: int) -> Callable[[], None]:
            def deliver() -> None:
                service.billed += 1
                item: Item = dict(address)
                if "promptVersions" in task:
                    item["text"] = next(service.texts)
                else:
                    item["imageUUID"] = f"image-{next(service.numbers)}"
                    item["seed"] = task.get("seed", 1000 * next(service.numbers)) + number
                memory.results.append(item)
                memory.done = len(memory.results) >= made and plan.fail is None
                if not is_async and not plan.gives_up:
                    self.push(plan, [item], [], generation)
                if plan.lose_after_results == number + 1:
                    self.lose(plan)

            return deliver

        for number in range(made):
            self.at(self.time + plan.delay * (number + 1), result(number))
        if plan.fail is not None:

            def fail() -> None:
                memory.done = True
                error = {"code": plan.fail, "message": "it failed", **address}
                memory.errors.append(error)
                pushed = error if plan.name_task else {"code": plan.fail, "message": "it failed"}
                if not is_async and not plan.gives_up:
                    self.push(plan, [], [pushed], generation)

            self.at(self.time + plan.delay * (made + 0.5), fail)

    def _answer(self, task: Item) -> tuple[list[Item], list[Item]] | None:
        uuid, kind = task["taskUUID"], task["taskType"]
        memory = self.service.accepted.get(uuid)
        unknown = {"code": "taskNotFound", "message": "no such task", "taskUUID": uuid, "taskType": kind}
        if kind == "getTaskDetails":
            if not self.service.details:
                return None
            if memory is None:
                return [], [unknown]
            response: Item = {}
            if memory.done:
                response = {"data": memory.results, "errors": memory.errors}
            details = {"taskType": kind, "taskUUID": uuid, "request": [memory.body], "response": response}
            return [details], []
        if memory is None:
            return [], [unknown]
        if not self.service.answers_sync and memory.body.get("deliveryMethod") != "async":
            return None
        items = [{**item, "status": "success"} for item in memory.results]
        if not memory.done:
            items.append({"taskUUID": uuid, "taskType": memory.body["taskType"], "status": "processing"})
        return items, [{**error, "status": "error"} for error in memory.errors]


def run(call: Callable[[], T]) -> tuple[T | None, RunwareError | None]:
    """Return what a call returned, or what it raised."""
    try:
        return call(), None
    except RunwareError as error:
        return None, error
