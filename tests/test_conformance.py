"""Every operation against the table of the API: what it takes, what it sends, what comes back, and when it is done.

Operations are found by themselves. `data/operations.json` holds the facts; what is built from them is in `facts.py`.
"""

import inspect
import json
import uuid as uuids
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, cast

import pytest
from attrs import define, field
from facts import (
    MEDIUM,
    OPERATIONS,
    SHAPES,
    TABLE,
    Item,
    at,
    facts_of,
    fields,
    full_item,
    fullest,
    method_of,
    minimal,
    on_the_wire,
    rows_of,
    subject,
)
from server import PATIENCE, Peer, ScriptedServer, instantly
from simulation import Service, World, run

from runware_sync import ApiError, InvalidRequestError, ProviderError, Results, Runware, results, wire
from runware_sync.connection.exchange import Turn
from runware_sync.names import wire_name_of
from runware_sync.protocol.slots import Slot
from runware_sync.requests.signatures import returned
from runware_sync.sandbox import Sandbox

PNG = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAY0lEQVR4nO3PQQ3AIADAQEANmlCH1IngcVnSU9DOfe74s6UDXjWg"
    "NaA1oDWgNaA1oDWgNaA1oDWgNaA1oDWgNaA1oDWgNaA1oDWgNaA1oDWgNaA1oDWgNaA1oDWgNaA1oDWgfeniAaJblg/9AAAAAElF"
    "TkSuQmCC"
)
TIMEOUT = 10.0
WAYS = ("keywords", "object", "job", "reopened", "raw")
ASKING = ("keywords", "object", "raw")
"""The ways of a question: what it answers is no task, which could be a job."""
KEY = "key-of-a-test-4711"
ROOT = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"
N = 3

SOCKET = [cls for cls in OPERATIONS if facts_of(cls)["delivery"] != "stream"]  # words that flow come over HTTP
TASKS = [cls for cls in SOCKET if facts_of(cls)["delivery"] != "question"]
ASYNC = [cls for cls in TASKS if facts_of(cls)["delivery"] in {"both", "async"}]
PHASED = [cls for cls in TASKS if "phases" in facts_of(cls)]
WHOLE = [cls for cls in TASKS if cls not in PHASED]


def uuid_of(number: int) -> str:
    return str(uuids.UUID(int=number + 1, version=4))


def image(number: int) -> Item:
    return {"imageUUID": uuid_of(number), "imageURL": "https://im.example.test/a.png"}


def seeded(number: int) -> Item:
    return {**image(number), "seed": number}


def film(number: int) -> Item:
    return {"videoUUID": uuid_of(number), "videoURL": "https://vm.example.test/a.mp4"}


def files(number: int) -> Item:
    pair = [uuid_of(2 * number), uuid_of(2 * number + 1)]
    return {"outputs": {"files": [{"uuid": each, "url": f"https://3d.example.test/{each}.glb"} for each in pair]}}


def text(_number: int) -> Item:
    return {"text": "the same each time"}


ITEMS: dict[str, Callable[[int], Item]] = {
    "image_inference": seeded,
    "photo_maker": seeded,
    "remove_background": image,
    "upscale": image,
    "vectorize": image,
    "image_upload": image,
    "control_net_preprocess": lambda n: {"guideImageUUID": uuid_of(n), "guideImageURL": "https://im.example.test/a"},
    "image_masking": lambda n: {"maskImageUUID": uuid_of(n), "detections": [{"x_min": 1, "y_min": 2}]},
    "video_inference": film,
    "upscale_video": lambda n: {"mediaUUID": uuid_of(n), "mediaURL": "https://vm.example.test/a.mp4"},
    "remove_background_video": film,
    "audio_inference": lambda n: {"audioUUID": uuid_of(n), "audioBase64Data": "UklGRg=="},
    "three_d_inference": files,
    "training": lambda n: {"air": f"acme:{n}@1", **files(n)},
    "media_storage": lambda n: {"operation": "upload", "mediaUUID": uuid_of(n)},
    "caption": text,
    "prompt_enhance": text,
    "text_inference": lambda n: {**text(n), "finishReason": "stop"},
    "model_search": lambda n: {"totalResults": 1, "results": [{"air": f"acme:{n}@1", "name": "Ink"}]},
    "account_management": lambda _: {"operation": "getDetails", "balance": {"amount": 12.5, "currency": "USD"}},
    "model_upload": lambda _: {"status": "ready", "air": "acme:7@1", "message": "done"},
}
"""One result of each operation, by its number: with what makes it distinct from its siblings, if there is anything."""

NAMELESS = {"caption", "prompt_enhance", "text_inference", "model_search", "account_management"}
"""Whose results have nothing that makes them distinct: they are counted."""


def made(cls: type[Any], task: Item, count: int | None = None) -> list[Item]:
    """Return the results that a task asks for."""
    address = {"taskType": task["taskType"], "taskUUID": task["taskUUID"]}
    wanted = wanted_of(cls, task) if count is None else count
    return [{**address, **ITEMS[method_of(cls)](number)} for number in range(wanted)]


def wanted_of(cls: type[Any], task: Item) -> int:
    count = facts_of(cls).get("count")
    number: int = 1 if count is None else task.get(rows_of(cls)[count]["wire"], 1)
    return number


def several(cls: type[Any], **more: Any) -> Any:
    """Return a request for `N` results, or for the one that there is."""
    count = facts_of(cls).get("count")
    return cls(**{**minimal(cls), **({} if count is None else {count: N}), "retry": 0, **more})


def name_of(cls: type[Any]) -> str:
    return method_of(cls)


# -- what is declared -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", TABLE["operations"])
def test_the_client_has_every_operation_of_the_table(method: str) -> None:
    """Under the name that the table gives it, with the result that the table says, and every field explained."""
    function = getattr(Runware, method)
    (cls,) = [cls for cls in OPERATIONS if method_of(cls) == method]
    facts = facts_of(cls)
    signature = inspect.signature(function)
    parameters = list(signature.parameters.values())[1:]

    assert facts["returns"] == str(signature.return_annotation) == str(returned(cls))
    assert facts["subject"] == subject(cls)
    assert {parameter.name for parameter in parameters} == set(fields(cls))
    for name, attribute in fields(cls).items():
        assert f"    {name}: {attribute.metadata['doc']}" in (inspect.getdoc(function) or ""), name


@pytest.mark.parametrize("cls", OPERATIONS, ids=name_of)
def test_an_operation_is_of_the_kind_that_the_table_says(cls: type[Any]) -> None:
    """How many results, at what price, for how long, and under which name."""
    facts = facts_of(cls)

    assert facts["taskType"] == cls.task_type
    assert facts.get("flatTaskType") == cls.flat_task_type
    assert facts.get("count") == cls.count
    assert facts.get("free", False) == cls.free
    assert facts.get("window") == cls.window
    assert facts.get("renewable", True) == cls.renewable
    assert (facts["returns"].startswith(("Results[", "list["))) == cls.many


@pytest.mark.parametrize("cls", OPERATIONS, ids=name_of)
def test_known_values_are_named(cls: type[Any]) -> None:
    """Where they are few, the documentation of the parameter lists them."""
    lines = {line.strip().partition(":")[0]: line for line in (cls.__doc__ or "").splitlines()}

    for name, row in rows_of(cls).items():
        if name in fields(cls):
            assert [] == [value for value in row.get("values", ()) if value not in lines[name]], name


# -- results --------------------------------------------------------------------------------------------------------


def check_fields(cls: type[Any], rows: Item) -> None:
    known = fields(cls)
    for name, row in rows.items():
        assert name in known or isinstance(getattr(cls, name, None), property), f"{cls.__name__}.{name}"
        if name in known:
            spellings = {wire_name_of(known[name]), *known[name].metadata.get("aliases", ())}
            assert row["wire"] in spellings, f"{cls.__name__}.{name}"
            assert known[name].metadata["doc"].endswith((".", "`")), f"{cls.__name__}.{name}"


@pytest.mark.parametrize("cls", OPERATIONS, ids=name_of)
def test_a_result_has_the_fields_of_the_table(cls: type[Any]) -> None:
    """Under Python's names, and the API's."""
    rows = facts_of(cls)["results"]
    if cls.result is None:
        assert {} == rows
        return
    check_fields(getattr(results, cls.result), rows)
    for row in rows.values():
        nested = row["kind"].removesuffix("[]")
        if nested in TABLE["records"]:
            check_fields(getattr(results, nested), TABLE["records"][nested])


def check_values(record: Any, sent: Item, rows: Item) -> None:
    for name, row in rows.items():
        if row["wire"] not in sent or name in {"task_type", "task_uuid"}:
            continue
        there, value = sent[row["wire"]], getattr(record, name)
        nested = TABLE["records"].get(row["kind"].removesuffix("[]"))
        if nested is None:
            assert there == (list(value) if isinstance(there, list) else value), name
        elif row["kind"].endswith("[]"):
            assert len(there) == len(value), name
            check_values(value[0], there[0], nested)
        else:
            check_values(value, there, nested)


@pytest.mark.parametrize("cls", [cls for cls in WHOLE if cls.result is not None], ids=name_of)
def test_every_field_of_a_result_arrives(cls: type[Any]) -> None:
    """Nested objects too, and nothing is left over."""
    sent = {"taskType": cls.task_type, "taskUUID": ROOT, **full_item(cls)}

    answer = wire.decode(cls(**minimal(cls)), [sent], (), ROOT)
    (result,) = answer if cls.many else [answer]

    assert getattr(results, cls.result) is type(result)
    assert (None, {}) == (result.raw, dict(result.extra))
    check_values(result, sent, facts_of(cls)["results"])


# -- requests -------------------------------------------------------------------------------------------------------


def encoded(request: Any) -> Item:
    return wire.encode(request, include_cost=True, pack=lambda medium, where: medium.wire(parameter=where))


@pytest.mark.parametrize("cls", OPERATIONS, ids=name_of)
def test_what_is_given_is_what_is_sent(cls: type[Any]) -> None:
    """Every parameter, in the place and under the name that the table says; nested ones in the same spelling."""
    rows = rows_of(cls)
    unseen = set(rows)
    for given in [minimal(cls), *fullest(cls)]:
        body = encoded(cls(**given))

        expected = on_the_wire(cls, given)
        assert expected == {path: at(body, path) for path in expected}
        frame = {"taskType", "taskUUID", "includeCost", "deliveryMethod"}
        assert set() == body.keys() - frame - {path.partition(".")[0] for path in expected}
        assert body["taskType"] in {facts_of(cls)["taskType"], facts_of(cls).get("flatTaskType")}
        unseen -= given.keys()
    per_call = {name for name, row in rows.items() if row["wire"] is None and "place" not in row}
    absent = {name for name, row in rows.items() if row.get("deprecated") or row.get("refused")}
    assert set() == unseen - per_call - absent


@pytest.mark.parametrize(
    ("cls", "name"),
    [
        pytest.param(cls, name, id=f"{method_of(cls)}-{name}")
        for cls in OPERATIONS
        for name, row in rows_of(cls).items()
        if row.get("refused") or "only" in row
    ],
)
def test_what_makes_no_sense_here_is_refused(cls: type[Any], name: str) -> None:
    """A parameter that siblings take, or another value than the only one that it can have."""
    other = 2 if rows_of(cls)[name].get("only") == 1 else "https://a.example.test/elsewhere"

    with pytest.raises(ValueError, match=name):
        cls(**{**minimal(cls), name: other})


@pytest.mark.parametrize("cls", OPERATIONS, ids=name_of)
def test_pythons_spelling_of_nested_objects_is_the_same_request(cls: type[Any]) -> None:
    """What was fitted is given again, as objects: nothing is lost on the way."""
    for given in fullest(cls):
        request = cls(**given)
        again = cls(**{name: getattr(request, name) for name in given})

        assert request == again
        assert encoded(request) == encoded(again) == json.loads(json.dumps(encoded(again)))


@pytest.mark.parametrize("cls", TASKS, ids=name_of)
def test_what_takes_long_is_asynchronous_by_itself(cls: type[Any]) -> None:
    """Unless the request says otherwise; what is quick leaves it to the service."""
    expected = "async" if "window" in facts_of(cls) and "delivery_method" in fields(cls) else None

    assert expected == encoded(cls(**minimal(cls))).get("deliveryMethod")
    if expected is not None:
        assert "sync" == encoded(cls(**minimal(cls), delivery_method="sync"))["deliveryMethod"]


# -- through sockets ------------------------------------------------------------------------------------------------


class Echo:
    """Answers each task with what it asks for, and keeps the task."""

    def __init__(self) -> None:
        self.tasks: dict[str, Item] = {}
        self.kinds: dict[str, type[Any]] = {}

    def __call__(self, peer: Peer, task: Item) -> None:
        cls = self.kinds.get(task.get("taskUUID", ""))
        if cls is None:
            instantly(peer, task)
            return
        self.tasks[task["taskUUID"]] = task
        peer.send(*self.answer(cls, task))

    def answer(self, cls: type[Any], task: Item) -> list[Item]:
        if cls in TASKS:
            return made(cls, task)
        answer = {"taskType": task["taskType"], "taskUUID": task["taskUUID"], "status": "success"}
        return [{**answer, **image(number)} for number in range(2)]


@pytest.fixture(scope="module")
def echo() -> Echo:
    return Echo()


@pytest.fixture(scope="module")
def client(echo: Echo) -> Iterator[Runware]:
    with ScriptedServer(echo) as server, Runware(KEY, url=server.url, timeout=TIMEOUT, max_retries=0) as client:
        yield client


def check_type(cls: type[Any], answer: Any) -> None:
    if cls.result is None:
        assert list is type(answer)
        assert [dict] == list({type(item) for item in answer})
    elif cls.many:
        assert Results is type(answer)
        assert [getattr(results, cls.result)] == list({type(item) for item in answer})
    else:
        assert getattr(results, cls.result) is type(answer)


@pytest.mark.parametrize("cls", SOCKET, ids=name_of)
def test_full_requests_travel_and_bring_what_they_ask_for(cls: type[Any], echo: Echo, client: Runware) -> None:
    """By keywords and as an object, the same task; in the service's own words too, the same items."""
    for full in fullest(cls):
        given = {name: value for name, value in full.items() if name != "webhook_url"}
        roots = [str(uuids.uuid4()) for _ in range(3)]
        echo.kinds.update(dict.fromkeys(roots, cls))

        called = getattr(client, method_of(cls))(**{**given, "task_uuid": roots[0]})
        ran = client.run(cls(**{**given, "task_uuid": roots[1]}))
        raw = client.raw({**encoded(cls(**given)), "taskUUID": roots[2]}, expect=cls(**given).expected)

        check_type(cls, called)
        check_type(cls, ran)
        sent = [{**echo.tasks[root], "taskUUID": ""} for root in roots]
        assert [sent[0]] * 3 == sent
        assert echo.answer(cls, echo.tasks[roots[2]]) == raw


@define(eq=False)
class Studio:
    """One sandbox and one client, which make every call of these tests side by side."""

    sandbox: Sandbox
    client: Runware
    pool: ThreadPoolExecutor
    calls: dict[tuple[str, str], "Future[Any]"] = field(factory=dict)

    def begin(self) -> None:
        """Start all calls; each test waits for its own."""
        for cls in SOCKET:
            for way in WAYS if facts_of(cls)["delivery"] != "question" else ASKING:
                self.calls[method_of(cls), way] = self.pool.submit(self._call, cls, way)

    def _call(self, cls: type[Any], way: str) -> Any:
        given = for_the_sandbox(cls, self.client)
        if way == "keywords":
            return getattr(self.client, method_of(cls))(**given)
        if way == "raw":
            return self.client.raw(encoded(cls(**given)))
        request = cls(**given)
        if way == "object":
            return self.client.run(request)
        job = self.client.submit(request)
        first = job.result(PATIENCE)
        return first if way == "job" else (first, self.client.job(job.task_uuid).result(PATIENCE))


MEDIA = {
    "upscale_video": "https://media.example.test/a.mp4",
    "remove_background_video": "https://media.example.test/a.mp4",
    "training": "https://media.example.test/set.zip",
}
"""What the operations that need a medium other than a picture are given."""


def for_the_sandbox(cls: type[Any], client: Runware) -> Item:
    """Return a request that a service would accept which looks at what it is given."""
    given = minimal(cls)
    if "task_uuid" in given:
        made = client.image_inference("a boat", model="demo:101@1", width=128, height=128)
        return {**given, "task_uuid": made[0].task_uuid}
    if "air" in fields(cls):
        given["air"] = "acme:7@1"
    text = json.dumps(given).replace(MEDIUM, MEDIA.get(method_of(cls), PNG))
    return cast("Item", json.loads(text.replace("acme:7@1", f"acme:{uuids.uuid4().int % 10**9}@1")))


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    with (
        Sandbox() as sandbox,
        ThreadPoolExecutor(24) as pool,
        Runware(KEY, url=sandbox.url, timeout=TIMEOUT, max_retries=0) as client,  # closes first: nothing waits on
    ):
        studio = Studio(sandbox, client, pool)
        studio.begin()
        yield studio


@pytest.mark.parametrize("cls", SOCKET, ids=name_of)
def test_the_sandbox_does_what_is_asked(cls: type[Any], studio: Studio) -> None:
    """All ways of calling bring what is declared."""
    method = method_of(cls)
    is_question = facts_of(cls)["delivery"] == "question"

    for way in ASKING[:2] if is_question else WAYS[:3]:
        check_type(cls, studio.calls[method, way].result(PATIENCE))
    items = studio.calls[method, "raw"].result(PATIENCE)
    assert items
    assert {dict} == {type(item) for item in items}


@pytest.mark.parametrize("cls", TASKS, ids=name_of)
def test_a_task_of_the_sandbox_can_be_collected_again(cls: type[Any], studio: Studio) -> None:
    """By its UUID alone, as objects of the same class."""
    first, again = studio.calls[method_of(cls), "reopened"].result(PATIENCE)

    check_type(cls, again)
    assert shown(cls, first) == shown(cls, again)


# -- when a call is done --------------------------------------------------------------------------------------------

Part = tuple[list[Item], list[Item]]
Answer = Callable[[Item], Sequence[Part]]


@define(eq=False)
class Stage(World):
    """A service that says what a test tells it, one frame after the other, in a world with its own time."""

    answer: Answer = field(default=lambda _task: [], kw_only=True)
    received: list[Item] = field(factory=list, kw_only=True)
    windows: list[float] = field(factory=list, kw_only=True)  # seconds that the first one of each call lasts

    def open(self, slot: Slot, bell: Turn | None = None) -> None:
        self.windows.append(round(slot.deadline - self.time, 3))
        super().open(slot, bell)

    def _write(self) -> None:
        for task in json.loads(self.session.take_output(self.time) or "[]"):
            self.received.append(task)
            for number, (items, errors) in enumerate(self.answer(task), 1):
                self.at(self.time + number / 100, self._later(self.generation, items, errors))


def at_work(answer: Answer) -> tuple[Runware, Stage]:
    """Return a client with such a service behind it."""
    stage = Stage(Service(iter(())), answer=answer)
    client = Runware(KEY, url="ws://127.0.0.1:1/v1", max_retries=0)
    client._connection = cast("Any", stage)
    return client, stage


def ask(request: Any, answer: Answer) -> tuple[Any, Any, Stage]:
    """Return what a request brings from such a service, what it raises, and the service."""
    client, stage = at_work(answer)
    outcome, error = run(lambda: client.run(request))
    return outcome, error, stage


def shown(cls: type[Any], outcome: Any) -> list[str | None]:
    """Return what tells the results apart, in their order."""
    found = outcome if cls.many else [outcome]
    return [getattr(each, "uuid", None) or getattr(each, "text", None) or getattr(each, "air", None) for each in found]


def error_of(task: Item, code: str = "invalidParameter") -> Item:
    return {"code": code, "message": "it failed", "taskUUID": task["taskUUID"], "taskType": task["taskType"]}


ORDERS: dict[str, Callable[[list[Item]], list[Part]]] = {
    "in one frame": lambda items: [(items, [])],
    "in many frames": lambda items: [([item], []) for item in items],
    "out of order": lambda items: [([item], []) for item in reversed(items)],
    "in frames of several": lambda items: [(items[:2], []), (items[2:], [])],
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("cls", WHOLE, ids=name_of)
def test_a_call_is_done_when_all_its_results_are_there(cls: type[Any], order: str) -> None:
    """However they are spread over frames."""
    outcome, error, stage = ask(several(cls), lambda task: ORDERS[order](made(cls, task)))

    check_type(cls, outcome)
    assert error is None
    assert 1 == len(stage.received)
    expected = N if cls.many else 1
    assert expected == len(shown(cls, outcome))
    if method_of(cls) not in NAMELESS:
        assert expected == len(set(shown(cls, outcome)))


@pytest.mark.parametrize("cls", TASKS, ids=name_of)
def test_raw_is_as_patient_as_the_method(cls: type[Any]) -> None:
    """A type that takes long by nature has a long window by its name, unless the client was told another."""
    request = cls(**minimal(cls))
    client, stage = at_work(lambda task: [(made(cls, task), [])])

    for each in (client, client.with_options(timeout=3)):
        each.run(request)
        each.raw(encoded(request))

    method, raw, *told = stage.windows
    assert method == raw
    assert [3, 3] == told


@pytest.mark.parametrize("cls", [cls for cls in WHOLE if method_of(cls) not in NAMELESS], ids=name_of)
def test_a_result_that_comes_twice_counts_once(cls: type[Any]) -> None:
    """It has a name, by which it is known again: nothing is missing, and nothing is surplus."""
    client, _ = at_work(
        lambda task: [(made(cls, task, 1) * 2, []), *[([item], []) for item in made(cls, task, N) for _ in range(2)]]
    )

    items = client.raw({**encoded(cls(**minimal(cls))), "taskUUID": ROOT}, expect=N)

    assert made(cls, {"taskType": items[0]["taskType"], "taskUUID": ROOT}, N) == items


@pytest.mark.parametrize("cls", [cls for cls in WHOLE if method_of(cls) in NAMELESS], ids=name_of)
@pytest.mark.parametrize("order", ["in one frame", "in many frames"])
def test_results_without_a_name_are_counted(cls: type[Any], order: str) -> None:
    """Equal ones too: the same words may be the answer twice."""
    client, _ = at_work(lambda task: ORDERS[order](made(cls, task, 1) * N))

    items = client.raw({**encoded(cls(**minimal(cls))), "taskUUID": ROOT}, expect=N)

    assert made(cls, {"taskType": items[0]["taskType"], "taskUUID": ROOT}, 1) * N == items


@pytest.mark.parametrize("cls", [cls for cls in WHOLE if cls.many], ids=name_of)
@pytest.mark.parametrize("together", [True, False], ids=["in the same frame", "in a frame of its own"])
def test_an_error_among_results_loses_none(cls: type[Any], together: bool) -> None:
    """Results first, then the error, also where both are in one frame; the error carries them as objects."""

    def answer(task: Item) -> list[Part]:
        items, errors = made(cls, task, N - 1), [error_of(task)]
        return [(items, errors)] if together else [*[([item], []) for item in items], ([], errors)]

    outcome, error, stage = ask(several(cls, task_uuid=ROOT), answer)

    assert outcome is None
    assert InvalidRequestError is type(error)
    assert [getattr(results, cls.result or "")] * (N - 1) == [type(item) for item in error.results]
    assert (ROOT, facts_of(cls)["taskType"]) == (error.task_uuid, error.task_type)
    assert 1 == len([task for task in stage.received if not task["taskType"].startswith("get")])


@pytest.mark.parametrize("cls", [cls for cls in WHOLE if not cls.many], ids=name_of)
def test_the_one_result_counts_also_beside_an_error(cls: type[Any]) -> None:
    """It is there, and it is what was asked for."""
    outcome, error, _ = ask(several(cls), lambda task: [(made(cls, task), [error_of(task)])])

    check_type(cls, outcome)
    assert error is None


@pytest.mark.parametrize("cls", TASKS, ids=name_of)
def test_an_error_alone_is_the_answer(cls: type[Any]) -> None:
    """Typed by its code, at once, and nothing is sent again."""
    outcome, error, stage = ask(several(cls), lambda task: [([], [error_of(task)])])

    assert outcome is None
    assert InvalidRequestError is type(error)
    assert [] == error.results
    assert 1 == len(stage.received)


# -- asynchronous delivery ------------------------------------------------------------------------------------------


@define(eq=False)
class Poll:
    """Acknowledges a task, and answers each question about it with all that there is so far."""

    cls: type[Any]
    steps: list[tuple[int, int]]  # results and failures, one pair for each question
    task: Item = field(factory=dict)
    code: str = "invalidParameter"

    def __call__(self, task: Item) -> list[Part]:
        address = {"taskType": task["taskType"], "taskUUID": task["taskUUID"]}
        if task["taskType"] == "getTaskDetails":
            return []
        if task["taskType"] != "getResponse":
            self.task = task
            return [([address], [])]
        count, failures = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        wanted = wanted_of(self.cls, self.task)
        items = [{**item, "status": "success"} for item in made(self.cls, self.task, count)]
        if count + failures < wanted:
            progress = 100 * count // wanted + 10
            items.append({**address, "taskType": self.task["taskType"], "status": "processing", "progress": progress})
        return [(items, [{**error_of(self.task, self.code), "status": "error"}] * failures)]


@pytest.mark.parametrize("cls", ASYNC, ids=name_of)
def test_an_acknowledged_task_is_polled_until_it_is_done(cls: type[Any]) -> None:
    """Each answer holds all that there is so far: nothing is counted twice, handed on twice, or bought twice."""
    wanted = N if cls.many else 1
    told: list[int] = []
    handed: list[Any] = []
    request = several(cls, delivery_method="async", on_progress=told.append, on_partial=handed.extend)
    answer = Poll(cls, [(0, 0), *[(count, 0) for count in range(wanted) for _ in range(2)], (wanted, 0)])

    outcome, error, stage = ask(request, answer)

    assert error is None
    check_type(cls, outcome)
    assert wanted == len(shown(cls, outcome)) == len(handed)
    assert [getattr(results, cls.result or "")] * wanted == [type(item) for item in handed]
    assert () == getattr(outcome, "surplus", ())
    assert sorted(set(told)) == told
    assert 10 == told[0]
    kinds = [task["taskType"] for task in stage.received]
    assert "async" == stage.received[0]["deliveryMethod"]
    assert ["getResponse"] * (2 + 2 * wanted) == kinds[1:]


@pytest.mark.parametrize("cls", ASYNC, ids=name_of)
def test_an_acknowledged_task_that_fails_says_so(cls: type[Any]) -> None:
    """With the results that there are, and by the server's own code."""
    wanted = N if cls.many else 1
    answer = Poll(cls, [(0, 0), (wanted - 1, 1)], code="providerError")

    outcome, error, stage = ask(several(cls, delivery_method="async"), answer)

    assert outcome is None
    assert ProviderError is type(error)
    assert [getattr(results, cls.result or "")] * (wanted - 1) == [type(item) for item in error.results]
    assert 1 == len([task for task in stage.received if not task["taskType"].startswith("get")])


@pytest.mark.parametrize("cls", ASYNC, ids=name_of)
def test_a_result_may_come_in_place_of_the_acknowledgement(cls: type[Any]) -> None:
    """Then there is nothing to ask about."""
    outcome, error, stage = ask(several(cls, delivery_method="async"), lambda task: [(made(cls, task), [])])

    check_type(cls, outcome)
    assert error is None
    assert 1 == len(stage.received)


@pytest.mark.parametrize("cls", [cls for cls in TASKS if "webhook_url" in fields(cls)], ids=name_of)
def test_with_a_webhook_the_acknowledgement_is_the_answer(cls: type[Any]) -> None:
    """The results go there."""

    def answer(task: Item) -> list[Part]:
        return [([{"taskType": task["taskType"], "taskUUID": task["taskUUID"]}], [])]

    outcome, error, stage = ask(several(cls, webhook_url="https://hook.example.test/done"), answer)

    assert error is None
    check_type(cls, outcome)
    assert ["async"] == [task["deliveryMethod"] for task in stage.received]


# -- in phases ------------------------------------------------------------------------------------------------------


def phases(cls: type[Any], task: Item, *, last: int | None = None) -> list[Part]:
    address = {"taskType": task["taskType"], "taskUUID": task["taskUUID"], "air": "acme:7@1"}
    return [([{**address, "status": phase, "message": phase}], []) for phase in facts_of(cls)["phases"][:last]]


@pytest.mark.parametrize("again", [1, 2], ids=["once", "twice each"])
@pytest.mark.parametrize("cls", PHASED, ids=name_of)
def test_what_comes_in_phases_is_done_with_the_last(cls: type[Any], again: int) -> None:
    """Each phase is handed on when it comes, a repeated one is no new one, and the last is the result."""
    handed: list[Any] = []

    outcome, error, stage = ask(
        several(cls, on_partial=handed.extend),
        lambda task: [part for part in phases(cls, task) for _ in range(again)],
    )

    assert error is None
    check_type(cls, outcome)
    assert "ready" == outcome.status
    assert facts_of(cls)["phases"] == [each.status for each in handed]
    assert 1 == len(stage.received)


@pytest.mark.parametrize("cls", PHASED, ids=name_of)
def test_what_comes_in_phases_may_fail_in_any(cls: type[Any]) -> None:
    """As an item or as an error that is confirmed when asked; it is never bought anew by itself."""
    for last in range(len(facts_of(cls)["phases"])):

        def as_item(task: Item, last: int = last) -> list[Part]:
            failed = {"taskType": task["taskType"], "taskUUID": task["taskUUID"], "status": "failed", "message": "no"}
            return [*phases(cls, task, last=last), ([failed], [])]

        def as_error(task: Item, last: int = last) -> list[Part]:
            error = error_of(task, "providerError")
            if task["taskType"].startswith("get"):
                return [([], [{**error, "taskType": facts_of(cls)["taskType"], "status": "error"}])]
            return [*phases(cls, task, last=last), ([], [error])]

        for answer in (as_item, as_error):
            outcome, error, stage = ask(several(cls, retry=2), answer)

            assert outcome is None
            assert isinstance(error, ApiError)
            assert 1 == len([task for task in stage.received if not task["taskType"].startswith("get")])


# -- questions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", [cls for cls in SOCKET if cls not in TASKS], ids=name_of)
def test_a_question_is_answered_or_refused(cls: type[Any]) -> None:
    """What the service says is handed on, item by item or as a record; an error alone is raised."""
    item = {"taskType": cls.task_type, "taskUUID": ROOT, "request": [], "response": {}, "status": "success"}

    outcome, error, stage = ask(cls(ROOT), lambda _task: [([item], [])])
    nothing, refusal, _ = ask(cls(ROOT, retry=0), lambda task: [([], [error_of(task, "taskNotFound")])])

    assert error is None
    check_type(cls, outcome)
    assert [cls.task_type] == [task["taskType"] for task in stage.received]
    assert nothing is None
    assert isinstance(refusal, ApiError)
    assert "taskNotFound" == refusal.code


def test_nothing_of_the_table_is_unused() -> None:
    """Every operation has an item here, and every shape and record is somebody's."""
    spoken = {name for name, facts in TABLE["operations"].items() if facts["delivery"] not in {"question", "stream"}}
    kinds = [facts["results"] for facts in TABLE["operations"].values()] + list(TABLE["records"].values())

    assert spoken == set(ITEMS) >= NAMELESS
    assert TABLE["records"].keys() <= {row["kind"].removesuffix("[]") for rows in kinds for row in rows.values()} | {
        "Balance"
    }
    assert {shape.__name__ for shape in SHAPES} <= TABLE["shapes"].keys()
