"""The protocol without threads: text in, calls to wake out."""

import json
import logging
from typing import Any

import pytest

from runware_sync.errors import (
    AuthenticationError,
    ClientClosedError,
    ConflictError,
    ConnectionFailedError,
    ConnectionLostError,
)
from runware_sync.protocol.frames import Frame
from runware_sync.protocol.inquiry import PATIENCE
from runware_sync.protocol.outbox import BATCH_BYTES
from runware_sync.protocol.session import Session
from runware_sync.protocol.shelf import Shelf
from runware_sync.protocol.slots import Slot
from runware_sync.protocol.tasks import Answer, Task

KIND = "imageInference"


def make_slot(uuid: str = "a", *, expected: int = 1, kind: str = KIND, **facts: Any) -> Slot:
    body = {"taskType": kind, "taskUUID": uuid, **facts}
    return Slot(uuid, kind, expected, 0.0, [Task(body, expected, text=json.dumps(body))])


def image(uuid: str, number: int = 0, **facts: Any) -> dict[str, Any]:
    return {"taskType": KIND, "taskUUID": uuid, "imageUUID": f"{uuid}{number}", **facts}


@pytest.fixture
def session() -> Session:
    session = Session()
    connect(session)
    return session


def connect(session: Session, now: float = 0.0) -> None:
    session.begin("key", resume=True)
    session.receive(Frame([{"taskType": "authentication", "connectionSessionUUID": "s"}]), now)


def opened(session: Session, *slots: Slot, now: float = 0.0) -> None:
    for slot in slots:
        session.open(slot, now)
    while session.take_output(now):
        pass


def errors(*found: dict[str, Any]) -> Frame:
    return Frame([], list(found))


# -- writing --------------------------------------------------------------------------------------------------------


def test_several_callers_share_a_frame(session: Session) -> None:
    """Small texts travel together; the API takes arrays."""
    session.open(make_slot("a"), 0.0)
    session.open(make_slot("b"), 0.0)

    text = session.take_output(0.0)

    assert text is not None
    assert ["a", "b"] == [task["taskUUID"] for task in json.loads(text)]
    assert session.take_output(0.0) is None


def test_a_large_text_has_its_own_frame(session: Session) -> None:
    """Nobody's small task waits behind another's large one in the same frame."""
    session.open(make_slot("a"), 0.0)
    session.open(make_slot("b", seedImage="x" * BATCH_BYTES), 0.0)
    session.open(make_slot("c"), 0.0)

    frames = [json.loads(text) for text in iter(lambda: session.take_output(0.0), None)]

    assert [["a"], ["b"], ["c"]] == [[task["taskUUID"] for task in frame] for frame in frames]


def test_a_uuid_waits_once(session: Session) -> None:
    """The same UUID twice at once is refused before anything is sent."""
    opened(session, make_slot("a"))

    with pytest.raises(ConflictError):
        session.open(make_slot("a"), 0.0)


def test_what_was_not_written_is_taken_back(session: Session) -> None:
    """A caller that leaves early buys nothing."""
    slot = make_slot("a")
    session.open(slot, 0.0)

    session.leave(slot, 0.0)

    assert session.take_output(0.0) is None
    assert len(session.roster.shelf) == 0
    session.leave(slot, 0.0)  # leaving twice is nothing


def test_what_waits_for_a_frame_to_be_written_is_delayed_by_it(session: Session) -> None:
    """Its own, or one before it; what was written before it is not."""
    before, large, behind = make_slot("a"), make_slot("b", seedImage="x" * BATCH_BYTES), make_slot("c")
    opened(session, before)
    session.open(large, 0.0)
    session.take_output(0.0)
    session.open(behind, 0.0)
    slots = (before, large, behind)

    session.outbox.note(writing=True, now=1.0)
    assert [False, True, True] == [session.outbox.delays(slot.open) for slot in slots]
    session.outbox.note(writing=False, now=2.0)
    assert not any(session.outbox.delays(slot.open) for slot in slots)
    session.take_output(3.0)
    assert [0.0, 2.0, 3.0] == [slot.tasks[0].late_at for slot in slots]
    session.outbox.note(writing=True, now=3.0)
    session.lost(4.0)
    assert not any(session.outbox.delays(slot.open) for slot in slots)


# -- routing --------------------------------------------------------------------------------------------------------


def test_results_of_one_task_may_come_in_several_frames(session: Session) -> None:
    """Its owner is woken when the last one is there."""
    slot = make_slot("a", expected=2)
    opened(session, slot)

    first = session.receive(Frame([image("a", 1)]), 1.0)
    second = session.receive(Frame([image("a", 2)]), 2.0)

    assert [] == first
    assert [slot] == second
    assert slot.missing == 0


def test_an_owner_that_wants_partial_results_is_woken_for_each(session: Session) -> None:
    """Each new result is a turn."""
    slot = make_slot("a", expected=2)
    slot.partial = True
    opened(session, slot)

    assert [slot] == session.receive(Frame([image("a", 1)]), 1.0)


def test_items_of_several_tasks_share_a_frame_with_a_pong(session: Session) -> None:
    """Everything is routed item by item."""
    one, two = make_slot("a"), make_slot("b")
    opened(session, one, two)

    woken = session.receive(Frame([{"taskType": "ping", "pong": True}, image("b"), image("a")]), 1.0)

    assert {id(one), id(two)} == {id(slot) for slot in woken}


def test_data_and_errors_of_one_frame_both_count(session: Session) -> None:
    """Two results and one failure make three."""
    slot = make_slot("a", expected=3)
    opened(session, slot)

    woken = session.receive(Frame([image("a", 1), image("a", 2)], [{"taskUUID": "a", "code": "timeoutProvider"}]), 1.0)

    assert [slot] == woken
    assert (2, 1) == (len(slot.results), len(slot.tasks[0].failures))


def test_a_result_twice_is_one(session: Session) -> None:
    """Identity is the result's own UUID."""
    slot = make_slot("a", expected=2)
    opened(session, slot)

    session.receive(Frame([image("a", 1), image("a", 1)]), 1.0)
    session.receive(Frame([image("a", 1)]), 1.0)

    assert slot.missing == 1


def test_equal_texts_are_counted(session: Session) -> None:
    """Texts have no identity, and equal ones are legitimate."""
    slot = make_slot("a", expected=2, kind="promptEnhance")
    opened(session, slot)

    session.receive(Frame([{"taskType": "promptEnhance", "taskUUID": "a", "text": "x"}] * 2), 1.0)

    assert slot.missing == 0


def test_texts_are_counted_for_each_connection(session: Session) -> None:
    """A replay that repeats what had arrived does not complete a call with the same text twice."""
    slot = make_slot("a", expected=3, kind="promptEnhance")
    opened(session, slot)
    text = {"taskType": "promptEnhance", "taskUUID": "a", "text": "x"}
    session.receive(Frame([text, text]), 1.0)

    session.lost(2.0)
    connect(session, 3.0)
    session.receive(Frame([text, text]), 3.0)

    assert slot.missing == 1


def test_texts_that_come_while_a_question_is_open_are_counted_too(session: Session) -> None:
    """Each by itself looks like an answer; it repeats nothing, so it adds to what there is."""
    slot = make_slot("a", expected=3, kind="promptEnhance")
    opened(session, slot)
    texts = [{"taskType": "promptEnhance", "taskUUID": "a", "text": text} for text in "xyz"]
    session.receive(Frame(texts[:1]), 1.0)
    session.ask(slot, slot.tasks[0])
    session.take_output(1.0)

    session.receive(Frame(texts[1:2]), 2.0)
    session.receive(Frame([{**texts[2], "status": "success"}]), 3.0)
    session.receive(Frame([{**text, "status": "success"} for text in texts]), 4.0)

    assert ["x", "y", "z"] == [item["text"] for item in slot.results]


def test_an_unknown_task_disturbs_nobody(session: Session, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged, and that is all."""
    slot = make_slot("a")
    opened(session, slot)

    with caplog.at_level(logging.WARNING):
        woken = session.receive(Frame([image("zzz")], [{"taskUUID": "yyy", "code": "internalServerError"}]), 1.0)

    assert [] == woken
    assert slot.missing == 1
    assert "zzz" in caplog.text
    assert "yyy" in caplog.text


def test_frames_before_the_sign_in_reply_are_routed_alike(session: Session) -> None:
    """What is replayed early counts."""
    slot = make_slot("a")
    opened(session, slot)
    session.lost(1.0)
    session.begin("key", resume=True)

    woken = session.receive(Frame([image("a")]), 2.0)

    assert [slot] == woken


# -- errors that name nobody ----------------------------------------------------------------------------------------


def test_an_error_without_a_name_fails_the_only_candidate(session: Session) -> None:
    """With one task waiting it can only be that one's."""
    slot = make_slot("a")
    opened(session, slot)

    woken = session.receive(errors({"code": "invalidPositivePrompt"}), 1.0)

    assert [slot] == woken
    assert len(slot.tasks[0].failures) == 1


def test_an_error_without_a_name_fails_none_of_several(session: Session) -> None:
    """All are asked about, and its text is kept for whatever error follows."""
    slots = [make_slot(name) for name in "abc"]
    opened(session, *slots)

    woken = session.receive(errors({"code": "internalServerError", "message": "overload"}), 1.0)

    assert len(woken) == 3
    assert all(not slot.tasks[0].failures for slot in slots)
    assert all(slot.tasks[0].doubted for slot in slots)
    assert "overload" in str(slots[0].stray)


def test_an_error_without_a_name_begins_no_round_of_asking_anew(session: Session) -> None:
    """What is asked about already goes on; only the words of the last such error are kept."""
    slots = [make_slot(name) for name in "ab"]
    opened(session, *slots)
    session.receive(errors({"code": "internalServerError", "message": "overload"}), 1.0)

    session.receive(errors({"code": "internalServerError", "message": "still overload"}), 2.0)

    assert {1.0} == {slot.tasks[0].trouble_at for slot in slots}
    assert "still overload" in str(slots[0].stray)


def test_an_error_without_a_name_may_name_its_type(session: Session) -> None:
    """Of several waiting tasks only one is of that type."""
    one, two = make_slot("a"), make_slot("b", kind="caption")
    opened(session, one, two)

    session.receive(errors({"code": "invalidModel", "taskType": "caption"}), 1.0)

    assert [0, 1] == [len(slot.tasks[0].failures) for slot in (one, two)]


def test_an_error_without_a_name_and_without_a_candidate_is_logged(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody waits, so nobody fails."""
    with caplog.at_level(logging.WARNING):
        assert [] == session.receive(errors({"code": "invalidModel", "message": "why"}), 1.0)

    assert "why" in caplog.text


def test_an_unnamed_conflict_is_no_failure(session: Session) -> None:
    """The one task that it can mean was accepted before."""
    slot = make_slot("a")
    opened(session, slot)

    session.receive(errors({"code": "conflictTaskUUID"}), 1.0)

    assert slot.tasks[0].conflict
    assert not slot.tasks[0].failures


# -- signing in -----------------------------------------------------------------------------------------------------


def test_the_session_is_resumed_under_its_uuid(session: Session) -> None:
    """The UUID of the last sign-in goes into the next one."""
    session.lost(1.0)

    resumed = json.loads(session.begin("key", resume=True))
    plain = json.loads(session.begin("key", resume=False))

    assert resumed == [{"taskType": "authentication", "apiKey": "key", "connectionSessionUUID": "s"}]
    assert plain == [{"taskType": "authentication", "apiKey": "key"}]


def test_a_refused_sign_in_is_kept() -> None:
    """Any error that names no task, before the sign-in, is its refusal."""
    session = Session()
    session.begin("key", resume=False)

    session.receive(errors({"code": "invalidApiKey"}), 0.0)
    session.receive(errors({"code": "internalServerError"}), 0.0)

    assert isinstance(session.sign_in.refusal, AuthenticationError)
    assert not session.signed_in


@pytest.mark.parametrize("code", ["invalidApiKey", "tokenExpired", "unauthorized"])
def test_an_authentication_error_on_a_good_connection_is_first_doubted(session: Session, code: str) -> None:
    """The task that it names was turned away at the door, so it goes again; the second time it is believed."""
    slot = make_slot("a")
    opened(session, slot)

    session.receive(errors({"code": code, "taskUUID": "a"}), 1.0)
    assert session.sign_in.lapsed is not None
    session.lost(1.0)
    connect(session, 2.0)
    again = session.take_output(2.0)
    woken = session.receive(errors({"code": code, "taskUUID": "a"}), 3.0)

    assert again is not None
    assert [slot] == woken
    assert len(slot.tasks[0].failures) == 1


@pytest.mark.parametrize("kind", ["getResponse", "authentication", KIND])
@pytest.mark.parametrize("acknowledged", [True, False])
def test_a_lapse_that_turns_a_question_away_sends_nothing_again(
    session: Session, kind: str, acknowledged: bool
) -> None:
    """The question stood at the door, and not the task: that was taken."""
    slot = make_slot("a")
    opened(session, slot)
    if acknowledged:
        session.receive(Frame([{"taskType": KIND, "taskUUID": "a"}]), 0.5)
    session.ask(slot, slot.tasks[0])
    session.take_output(1.0)

    session.receive(errors({"code": "invalidApiKey", "taskUUID": "a", "taskType": kind}), 2.0)
    session.lost(2.0)
    connect(session, 3.0)

    assert session.take_output(3.0) is None
    assert slot.tasks[0].lost
    assert 1 == slot.tasks[0].sends


def test_a_lapse_that_names_a_task_not_yet_written_sends_nothing_twice(session: Session) -> None:
    """It stays queued as it was."""
    session.open(make_slot("a"), 0.0)

    session.receive(errors({"code": "invalidApiKey", "taskUUID": "a"}), 1.0)

    assert session.sign_in.lapses == 1
    assert len(json.loads(session.take_output(2.0) or "[]")) == 1
    assert session.take_output(2.0) is None


def test_an_unnamed_authentication_error_touches_no_task(session: Session) -> None:
    """It is about the connection."""
    slot = make_slot("a")
    opened(session, slot)

    woken = session.receive(errors({"code": "tokenExpired"}), 1.0)

    assert [] == woken
    assert session.sign_in.lapses == 1
    session.receive(Frame([image("a")]), 1.0)
    assert session.sign_in.lapses == 0


def test_a_lapse_that_turns_many_away_is_one(session: Session) -> None:
    """However many tasks a connection refuses, the next one is given its chance."""
    opened(session, make_slot("a"))

    session.receive(errors({"code": "invalidApiKey"}, {"code": "invalidApiKey"}), 1.0)
    session.receive(errors({"code": "invalidApiKey"}), 1.0)
    assert session.sign_in.lapses == 1

    session.lost(2.0)
    connect(session, 3.0)
    session.receive(errors({"code": "invalidApiKey"}), 4.0)
    assert session.sign_in.lapses == 2


# -- asking ---------------------------------------------------------------------------------------------------------


def asked(session: Session, slot: Slot, now: float = 10.0) -> list[dict[str, Any]]:
    session.ask(slot, slot.tasks[0])
    tasks: list[dict[str, Any]] = json.loads(session.take_output(now) or "[]")
    return tasks


def test_asking_is_one_question_at_a_time(session: Session) -> None:
    """A second round is not begun while one is under way."""
    slot = make_slot("a")
    opened(session, slot)

    first = asked(session, slot)
    second = asked(session, slot)

    assert first == [{"taskType": "getResponse", "taskUUID": "a"}]
    assert second == []


def test_not_found_is_asked_twice_before_it_is_believed(session: Session) -> None:
    """First getResponse, then getTaskDetails; then it is explicit."""
    slot = make_slot("a")
    opened(session, slot)
    asked(session, slot)

    session.receive(errors({"code": "taskNotFound", "taskUUID": "a"}), 11.0)
    second = json.loads(session.take_output(11.0) or "[]")
    woken = session.receive(errors({"code": "taskNotFound", "taskUUID": "a", "taskType": "getTaskDetails"}), 12.0)

    assert second == [{"taskType": "getTaskDetails", "taskUUID": "a"}]
    assert [slot] == woken
    assert slot.tasks[0].answer is Answer.NOT_FOUND


def test_an_error_of_the_question_itself_is_no_evidence(session: Session) -> None:
    """An unknown code, no status, its own type: nothing is known after that."""
    slot = make_slot("a")
    opened(session, slot)
    asked(session, slot)

    session.receive(errors({"code": "somethingOdd", "taskUUID": "a", "taskType": "getResponse"}), 11.0)
    session.take_output(11.0)
    session.receive(errors({"code": "internalServerError", "taskUUID": "a"}), 12.0)

    assert slot.tasks[0].answer is Answer.NOTHING
    assert not slot.tasks[0].failures


@pytest.mark.parametrize("code", ["contentPolicyViolation", "insufficientCredits", "providerError"])
def test_an_error_that_no_question_can_cause_is_the_task_s(session: Session, code: str) -> None:
    """It was pushed while the service was asked, and names the task alone."""
    slot = make_slot("a")
    opened(session, slot)
    session.ask(slot, slot.tasks[0])
    session.take_output(1.0)

    session.receive(errors({"code": code, "message": "no", "taskUUID": "a"}), 2.0)

    assert [code] == [failure["code"] for failure in slot.tasks[0].failures]


def test_processing_is_evidence_and_progress(session: Session) -> None:
    """The service has it."""
    slot = make_slot("a")
    opened(session, slot)
    asked(session, slot)

    session.receive(Frame([{"taskType": KIND, "taskUUID": "a", "status": "processing", "progress": 35}]), 11.0)

    assert slot.tasks[0].answer is Answer.RUNNING
    assert slot.progress == 35
    assert not slot.tasks[0].acknowledged


def test_a_failure_told_by_an_answer_is_confirmed(session: Session) -> None:
    """A status of error is the task's own; told twice it is still one."""
    slot = make_slot("a", expected=2)
    opened(session, slot)
    failure = {"code": "timeoutProvider", "status": "error", "taskUUID": "a"}
    session.receive(errors({"code": "timeoutProvider", "taskUUID": "a"}), 1.0)
    for now in (10.0, 20.0):
        asked(session, slot, now)
        session.receive(Frame([image("a", 1, status="success")], [failure]), now)

    assert slot.tasks[0].answer is Answer.ENDED
    assert (1, 1) == (len(slot.results), len(slot.tasks[0].failures))


def test_a_failure_as_a_data_item_is_a_failure(session: Session) -> None:
    """Both places are understood."""
    slot = make_slot("a")
    opened(session, slot)

    session.receive(
        Frame([{"taskType": KIND, "taskUUID": "a", "status": "error", "error": {"code": "providerError"}}]), 1.0
    )

    error = slot.tasks[0].error
    assert error is not None
    assert error.code == "providerError"


def test_details_bring_the_recorded_answer(session: Session) -> None:
    """What the service recorded counts as told now."""
    slot = make_slot("a", expected=2)
    opened(session, slot)
    asked(session, slot)
    session.receive(errors({"code": "taskNotFound", "taskUUID": "a"}), 11.0)
    session.take_output(11.0)

    details = {
        "taskType": "getTaskDetails",
        "taskUUID": "a",
        "request": [slot.tasks[0].body],
        "response": {"data": [image("a", 1), image("a", 2)]},
    }
    woken = session.receive(Frame([details]), 12.0)

    assert [slot] == woken
    assert slot.missing == 0


@pytest.mark.parametrize("response", [None, {}, [], {"data": []}])
def test_details_without_an_answer_mean_that_it_runs(session: Session, response: Any) -> None:
    """The request is on record, and nothing has come of it yet."""
    slot = make_slot("a")
    opened(session, slot)
    asked(session, slot)
    session.receive(errors({"code": "taskNotFound", "taskUUID": "a"}), 11.0)
    session.take_output(11.0)

    details = {"taskType": "getTaskDetails", "taskUUID": "a", "request": slot.tasks[0].body, "response": response}
    session.receive(Frame([details]), 12.0)

    assert slot.tasks[0].answer is Answer.RUNNING


def test_details_speak_for_each_task_of_a_shared_frame(session: Session) -> None:
    """The record of a frame with two tasks has answers of both."""
    slot = make_slot("a")
    opened(session, slot)
    asked(session, slot)
    session.receive(errors({"code": "taskNotFound", "taskUUID": "a"}), 11.0)
    session.take_output(11.0)

    request = [slot.tasks[0].body, {"taskType": KIND, "taskUUID": "other"}]
    response = [image("other"), {"text": "no name"}]
    details = {"taskType": "getTaskDetails", "taskUUID": "a", "request": request, "response": response}
    session.receive(Frame([details]), 12.0)

    assert slot.missing == 1


def test_silence_counts_only_on_a_connection_that_lives(session: Session) -> None:
    """As long as nothing at all is heard, the heartbeat decides, not our patience."""
    slot = make_slot("a")
    task = slot.tasks[0]
    opened(session, slot)
    asked(session, slot, 10.0)

    session.give_up(slot, task, 10.0 + PATIENCE)
    assert task.rounds == 0
    session.receive(Frame([{"pong": True}]), 11.0 + PATIENCE)
    session.give_up(slot, task, 10.0 + 2 * PATIENCE)
    session.take_output(20.0)
    session.receive(Frame([{"pong": True}]), 21.0)
    session.give_up(slot, task, 20.0 + PATIENCE)

    assert task.answer is Answer.SILENCE


def test_a_late_answer_to_a_question_given_up_still_counts(session: Session) -> None:
    """It is cumulative, so it can do no harm."""
    slot = make_slot("a", kind="promptEnhance")
    task = slot.tasks[0]
    opened(session, slot)
    asked(session, slot, 10.0)
    session.receive(Frame([{"pong": True}]), 11.0)
    session.give_up(slot, task, 10.0 + PATIENCE)

    session.receive(Frame([{"taskType": "promptEnhance", "taskUUID": "a", "text": "t", "status": "success"}]), 16.0)

    assert slot.missing == 0


def test_a_push_while_the_details_are_asked_for_is_the_task_s(session: Session) -> None:
    """The answer to getTaskDetails has its own type; everything else is routed as ever."""
    slot = make_slot("a")
    opened(session, slot)
    asked(session, slot)
    session.receive(errors({"code": "taskNotFound", "taskUUID": "a"}), 11.0)
    session.take_output(11.0)

    woken = session.receive(Frame([image("a")]), 12.0)

    assert [slot] == woken
    assert slot.missing == 0


def test_a_late_record_is_not_taken_for_an_acknowledgement(session: Session) -> None:
    """An answer to getTaskDetails that nobody waits for any more changes nothing."""
    slot = make_slot("a")
    opened(session, slot)

    session.receive(Frame([{"taskType": "getTaskDetails", "taskUUID": "a", "request": []}]), 12.0)

    assert not slot.tasks[0].acknowledged


def test_an_acknowledgement_is_recognised(session: Session) -> None:
    """An item with nothing in it says that the task was taken for later."""
    slot = make_slot("a", deliveryMethod="async")
    opened(session, slot)

    woken = session.receive(Frame([{"taskType": KIND, "taskUUID": "a"}]), 1.0)

    assert [slot] == woken
    assert slot.tasks[0].acknowledged


def test_with_a_webhook_the_acknowledgement_is_the_answer(session: Session) -> None:
    """The results go elsewhere."""
    slot = make_slot("a", webhookURL="https://example.test/hook")
    opened(session, slot)

    session.receive(Frame([{"taskType": KIND, "taskUUID": "a"}]), 1.0)

    assert slot.missing == 0


def test_several_callers_share_one_question(session: Session) -> None:
    """One in flight for each UUID, whoever asks."""
    one, two = Slot("1", "getResponse", 1, 0.0), Slot("2", "getResponse", 1, 0.0)
    session.open(one, 0.0)
    session.open(two, 0.0)

    first = session.question("x", "getResponse", one)
    second = session.question("x", "getResponse", two)
    third = session.question("x", "getResponse", one)
    text = session.take_output(0.0)
    woken = session.receive(Frame([image("x")]), 1.0)

    assert first is second is third
    assert text is not None
    assert len(json.loads(text)) == 1
    assert {id(one), id(two)} == {id(slot) for slot in woken}
    assert first.done


def test_a_question_stays_while_anybody_watches(session: Session) -> None:
    """One of two askers leaves, and the other still has the answer."""
    one, two = Slot("1", "getResponse", 1, 0.0), Slot("2", "getResponse", 1, 0.0)
    session.open(one, 0.0)
    session.open(two, 0.0)
    session.question("x", "getResponse", one)
    session.question("x", "getResponse", two)

    session.leave(one, 0.0)

    assert session.take_output(0.0) is not None
    assert [two] == session.receive(Frame([image("x")]), 1.0)


def test_a_question_that_was_not_written_outlives_the_connection(session: Session) -> None:
    """It goes out on the next one."""
    slot = Slot("1", "getResponse", 1, 0.0)
    session.open(slot, 0.0)
    question = session.question("x", "getResponse", slot)

    assert [] == session.lost(1.0)
    connect(session, 2.0)

    assert not question.done
    assert "getResponse" in (session.take_output(2.0) or "")


def test_a_question_is_forgotten_with_its_only_watcher(session: Session) -> None:
    """Nobody wants to know any more."""
    slot = Slot("1", "getResponse", 1, 0.0)
    session.open(slot, 0.0)
    session.question("x", "getResponse", slot)

    session.leave(slot, 0.0)

    assert session.take_output(0.0) is None


# -- loss, shelf, end -----------------------------------------------------------------------------------------------


def test_a_loss_touches_what_was_written_on_it(session: Session) -> None:
    """Tasks and questions; what was not written yet stays queued."""
    written, waiting = make_slot("a"), make_slot("b")
    opened(session, written)
    session.ask(written, written.tasks[0])
    session.take_output(1.0)
    session.open(waiting, 1.0)

    touched = session.lost(2.0)

    assert written in touched
    assert waiting not in touched
    assert written.tasks[0].lost
    assert session.down_since == 2.0
    connect(session, 3.0)
    assert "b" in (session.take_output(3.0) or "")


def test_an_outage_begins_with_the_connection_that_was_good(session: Session) -> None:
    """One that did not get as far as the sign-in adds nothing to it, and takes nothing from it."""
    session.lost(10.0)
    session.begin("key", resume=True)

    session.lost(20.0)

    assert session.down_since == 10.0


def test_why_a_connection_ended_is_told_to_what_was_sent(session: Session) -> None:
    """A call that waits to be written has nothing to do with it."""
    sent, unsent = make_slot("a"), make_slot("b")
    opened(session, sent)
    session.open(unsent, 0.0)

    session.roster.tell("an answer was too large")

    assert sent.stray == "an answer was too large"
    assert unsent.stray is None


def test_an_outage_is_given_back_to_the_windows(session: Session) -> None:
    """The deadline moves by as long as there was no connection, and leaves time to ask, once."""
    slot = make_slot("a")
    opened(session, slot)
    slot.deadline = 60.0

    session.lost(10.0)
    connect(session, 50.0)
    session.lost(99.0)
    connect(session, 100.0)

    assert slot.deadline == 101.0


def test_late_results_wait_on_the_shelf(session: Session) -> None:
    """A caller that left can have them by the UUID."""
    slot = make_slot("a", expected=2)
    opened(session, slot)
    session.receive(Frame([image("a", 1)]), 1.0)
    session.leave(slot, 2.0)

    session.receive(Frame([image("a", 2)]), 3.0)
    kept = session.reopen("a", 4.0)

    assert kept is slot
    assert slot.missing == 0
    assert session.reopen("a", 4.0) is None


def test_what_was_to_go_again_is_kept_for_what_it_may_have_bought(session: Session) -> None:
    """Its owner leaves before it was written a second time: it is not, and what the first brings is kept."""
    slot = make_slot("a")
    opened(session, slot)
    session.send_again(slot.tasks[0])

    session.leave(slot, 1.0)
    session.receive(Frame([image("a")]), 2.0)

    assert session.take_output(2.0) is None
    assert session.reopen("a", 3.0) is slot
    assert 1 == len(slot.results)


def test_a_uuid_on_the_shelf_may_be_used_again(session: Session) -> None:
    """Only calls that wait at the same time are in each other's way."""
    slot = make_slot("a")
    opened(session, slot)
    session.leave(slot, 0.0)

    session.open(make_slot("a"), 1.0)


def test_a_call_that_is_too_large_for_the_shelf_is_forgotten(session: Session) -> None:
    """Nothing of it is kept, and what comes later is nobody's."""
    session.roster.shelf = Shelf(limit=100)
    slot = make_slot("a", expected=2)
    opened(session, slot)
    session.receive(Frame([image("a", 1, imageBase64Data="x" * 2000)]), 0.0)

    session.leave(slot, 1.0)

    assert [] == session.receive(Frame([image("a", 2)]), 2.0)
    assert session.reopen("a", 3.0) is None


def test_of_two_calls_under_one_uuid_the_fuller_is_found(session: Session) -> None:
    """The second one leaves with less; what comes later is still delivered to the one that stays."""
    first, second = make_slot("a", expected=2), make_slot("a", expected=2)
    opened(session, first)
    session.receive(Frame([image("a", 1)]), 0.0)
    session.leave(first, 0.0)
    opened(session, second)
    session.leave(second, 1.0)

    session.receive(Frame([image("a", 2)]), 2.0)
    found = session.reopen("a", 3.0)

    assert found is first
    assert 0 == first.missing


def test_a_call_that_leaves_the_shelf_takes_no_route_of_another(session: Session) -> None:
    """The UUID is used again by then, and what comes is the new call's."""
    old, new = make_slot("a"), make_slot("a")
    opened(session, old)
    session.leave(old, 0.0)
    opened(session, new, now=1.0)

    session.open(make_slot("b"), 1e6)

    assert [new] == session.receive(Frame([image("a")]), 1e6)


def test_the_shelf_is_bounded() -> None:
    """By time, by number and by bytes."""
    shelf = Shelf(seconds=10.0, limit=1000, count=3)
    slots = [make_slot(str(number)) for number in range(5)]

    dropped = [gone for number, slot in enumerate(slots) for gone in shelf.put(slot, float(number))]
    heavy = make_slot("heavy")
    heavy.tasks[0].take([image("heavy", 1, imageBase64Data="x" * 2000)], [], told=False, generation=1, now=0.0)

    assert slots[:2] == dropped
    assert [*slots[2:], heavy] == shelf.put(heavy, 5.0)
    shelf.put(slots[0], 6.0)
    assert [] == shelf.expire(15.0)
    assert [slots[0]] == shelf.expire(16.0)
    assert len(shelf) == 0


def test_the_shelf_forgets_routes_too(session: Session) -> None:
    """What is too old is known to nobody."""
    slot = make_slot("a")
    opened(session, slot)
    session.leave(slot, 0.0)

    session.open(make_slot("b"), 1e6)

    assert [] == session.receive(Frame([image("a")]), 1e6)
    assert slot.missing == 1


def test_a_dial_that_failed_ends_only_what_was_not_sent(session: Session) -> None:
    """What may have reached the server is not failed by a refused connection."""
    sent, unsent = make_slot("a"), make_slot("b")
    opened(session, sent)
    session.open(unsent, 0.0)
    error = ConnectionFailedError("refused")

    touched = session.fail_unsent(error)

    assert [unsent] == touched
    assert unsent.fault is error
    assert sent.fault is None


def test_draining_ends_everything(session: Session) -> None:
    """Closing leaves nobody waiting, and nothing to write."""
    slots = [make_slot("a"), make_slot("b")]
    opened(session, slots[0])
    session.open(slots[1], 0.0)
    error = ClientClosedError("closed")

    touched = session.drain(error)

    assert slots == touched
    assert all(slot.fault is error for slot in slots)
    assert not session.has_output


def test_draining_can_tell_what_was_sent_from_what_was_not(session: Session) -> None:
    """Of what was not, nothing was bought, and its error says so."""
    sent, unsent = make_slot("a"), make_slot("b")
    opened(session, sent)
    session.open(unsent, 0.0)
    lost, failed = ConnectionLostError("lost"), ConnectionFailedError("failed")

    touched = session.drain(lost, unsent=failed)

    assert [sent, unsent] == touched
    assert sent.fault is lost
    assert unsent.fault is failed
    assert not session.has_output


def test_a_second_yes_to_one_sign_in_changes_nothing(session: Session) -> None:
    """Windows are given back an outage once, and nobody is woken for it."""
    slot = make_slot("a")
    opened(session, slot)
    slot.deadline = 60.0
    session.lost(10.0)
    connect(session, 50.0)
    deadline = slot.deadline

    woken = session.receive(Frame([{"taskType": "authentication", "connectionSessionUUID": "s"}]), 55.0)

    assert [] == woken
    assert deadline == slot.deadline
