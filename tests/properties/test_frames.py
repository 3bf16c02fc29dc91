"""Frames: any text is a frame or a `ValueError`; any frame is routed, to whom it belongs, once."""

import json
from typing import Any

from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st
from properties.effort import tried
from properties.shapes import KIND, Item, anything, parts

from runware_sync.failures import api_error
from runware_sync.protocol.frames import Frame, identity, parse
from runware_sync.protocol.session import Session
from runware_sync.protocol.slots import Slot
from runware_sync.protocol.tasks import Task

EXPECTED = {"a": 3, "b": 2, "c": 2}  # tasks with pictures, and one with texts
TYPES = {"a": KIND, "b": KIND, "c": "promptEnhance"}


@define
class Scene:
    """A session with three calls, and all that their owners were shown."""

    session: Session = field(factory=Session)
    slots: dict[str, Slot] = field(factory=dict)
    shown: dict[str, list[Item]] = field(factory=lambda: {uuid: [] for uuid in EXPECTED})
    now: float = 1.0

    def __attrs_post_init__(self) -> None:
        """Sign in, and send the tasks."""
        self.connect()
        for uuid, expected in EXPECTED.items():
            body = {"taskType": TYPES[uuid], "taskUUID": uuid}
            slot = Slot(uuid, TYPES[uuid], expected, 0.0, [Task(body, expected, text=json.dumps(body))], partial=True)
            self.slots[uuid] = slot
            self.session.open(slot, 0.0)
        self.write()

    def connect(self) -> None:
        self.session.begin("key", resume=True)
        self.session.receive(Frame([{"taskType": "authentication", "connectionSessionUUID": "s"}]), self.now)

    def write(self) -> None:
        while self.session.take_output(self.now):
            pass

    def hear(self, frame: Frame) -> list[Slot]:
        """Let a frame come, and each owner see what is new, as a call does that hands on what comes."""
        woken = self.session.receive(frame, self.now)
        for uuid, slot in self.slots.items():
            found = slot.tasks[0].shown
            self.shown[uuid] += found[len(self.shown[uuid]) :]
        return woken


def result(uuid: str, number: int) -> Item:
    """Return a good result of a task."""
    address = {"taskType": TYPES[uuid], "taskUUID": uuid}
    if TYPES[uuid] == KIND:
        return {**address, "imageUUID": f"{uuid}-{number}", "imageURL": "https://im.example.test/a.png"}
    return {**address, "text": f"{uuid}-{number}"}


GOOD = [(uuid, number) for uuid, expected in EXPECTED.items() for number in range(expected)]
pictures = [(uuid, number) for uuid, number in GOOD if TYPES[uuid] == KIND]
noise = st.one_of(
    parts.map(lambda part: ({k: v for k, v in part.items() if k != "taskUUID"}, "noise")),
    st.sampled_from(["zzz", "A", "a ", ""]).map(lambda uuid: ({**result("a", 9), "taskUUID": uuid}, "noise")),
)


@tried(150)
@given(st.binary(max_size=60) | st.text(max_size=60) | anything.map(json.dumps))
def test_any_message_is_a_frame_or_a_value_error(message: bytes | str) -> None:
    """Nothing else is ever raised; items and errors are objects, and each error has its exception."""
    try:
        frame = parse(message)
    except ValueError:
        return

    assert all(isinstance(part, dict) for part in [*frame.items, *frame.errors])
    for error in frame.errors:
        api_error(error)


def test_a_message_without_end_is_a_value_error() -> None:
    """Nested deeper than anybody can follow."""
    try:
        parse("[" * 100_000)
    except ValueError:
        return
    raise AssertionError("it was taken for a frame")


@tried(100)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["frame", "frame", "ask", "lost", "connect", "write", "give up", "leave", "reopen"]),
            st.lists(parts, max_size=3),
            st.lists(parts, max_size=2),
        ),
        max_size=12,
    )
)
def test_no_sequence_of_frames_kills_or_misroutes(sequence: list[tuple[str, list[Item], list[Item]]]) -> None:
    """Whatever comes between asking, losing, leaving and coming back: each task only ever has its own."""
    scene = Scene()
    session, slots = scene.session, scene.slots
    for what, items, found in sequence:
        scene.now += 3.0
        match what:
            case "frame":
                message = json.dumps({"data": items, "errors": found})
                scene.hear(parse(message))
            case "ask":
                session.ask(slots["a"], slots["a"].tasks[0])
            case "lost":
                session.lost(scene.now)
            case "connect":
                scene.connect()
            case "write":
                scene.write()
            case "give up":
                session.give_up(slots["a"], slots["a"].tasks[0], scene.now)
            case "leave":
                session.leave(slots["b"], scene.now)
            case _:
                session.reopen("b", scene.now)

    for uuid, slot in slots.items():
        assert all(str(item.get("taskUUID", uuid)) == uuid for item in slot.results)
        names = [identity(item) for item in slot.results if identity(item) is not None]
        assert len(set(names)) == len(names)
        assert slot.missing == EXPECTED[uuid] - len(slot.results)


@tried(150)
@given(data=st.data(), order=st.permutations(GOOD))
def test_good_results_find_their_calls_whatever_stands_between_them(data: Any, order: list[tuple[str, int]]) -> None:
    """Repeated, mixed, in any order, with strangers and nonsense beside: each is shown once, to its own call.

    A call is complete with its own results, exactly then, and its owner is woken.
    """
    scene = Scene()
    doubled = [*order, *data.draw(st.lists(st.sampled_from(pictures), max_size=4))]
    sequence: list[tuple[Item, Any]] = [(result(*good), good) for good in data.draw(st.permutations(doubled))]
    for at, stranger in data.draw(st.lists(st.tuples(st.integers(0, len(sequence)), noise), max_size=4)):
        sequence.insert(at, stranger)
    came: set[tuple[str, int]] = set()
    while sequence:
        size = data.draw(st.integers(1, 4))
        group, sequence = sequence[:size], sequence[size:]
        before = {uuid: slot.missing for uuid, slot in scene.slots.items()}
        woken = scene.hear(Frame([item for item, _ in group]))

        came |= {good for _, good in group if good != "noise"}
        for uuid, slot in scene.slots.items():
            mine = [result(*good) for good in came if good[0] == uuid]
            assert len(mine) == len(slot.results)
            assert slot.missing == EXPECTED[uuid] - len(mine)
            if slot.missing <= 0 < before[uuid]:
                assert any(slot is each for each in woken)

    for uuid, slot in scene.slots.items():
        expected = [result(uuid, number) for number in range(EXPECTED[uuid])]
        key = json.dumps
        assert sorted(map(key, expected)) == sorted(map(key, slot.results)) == sorted(map(key, scene.shown[uuid]))


@tried(150)
@given(data=st.data())
def test_an_error_ends_only_its_own_task(data: Any) -> None:
    """Wherever it stands, in whatever company: the others lose nothing and fail of nothing."""
    scene = Scene()
    uuid = data.draw(st.sampled_from(["a", "b", "zzz"]))
    error = {"code": data.draw(st.sampled_from(["providerError", "invalidWidth", "odd"])), "taskUUID": uuid}
    items = [result(*good) for good in data.draw(st.permutations(GOOD))]

    scene.hear(Frame(items, [error]))

    for each, slot in scene.slots.items():
        assert slot.missing == 0
        assert len(slot.tasks[0].failures) == (each == uuid)
