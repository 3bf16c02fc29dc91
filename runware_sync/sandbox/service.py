"""What happens to each object that a client sends: signing in, pings, tasks, questions."""

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any

from attrs import evolve

from runware_sync.sandbox.accidents import problem_of
from runware_sync.sandbox.admission import Admission
from runware_sync.sandbox.catalogue import Catalogue
from runware_sync.sandbox.clock import Clock
from runware_sync.sandbox.delivery import Delivery
from runware_sync.sandbox.faults import Fault, FaultBook
from runware_sync.sandbox.gallery import Gallery
from runware_sync.sandbox.inputs import Inputs
from runware_sync.sandbox.orders import Order, Orders
from runware_sync.sandbox.parcels import Parcel
from runware_sync.sandbox.questions import QUESTIONS, Questions
from runware_sync.sandbox.record import Record
from runware_sync.sandbox.replies import PONG, Replies
from runware_sync.sandbox.rules import Problem
from runware_sync.sandbox.sessions import Line, Session, Sessions
from runware_sync.sandbox.switches import Switches
from runware_sync.sandbox.tasks import Studio, registry
from runware_sync.sandbox.workers import Workers

__all__ = ["Service"]

logger = logging.getLogger("runware_sync.sandbox")

_OLD_DIALECT = frozenset(
    "newConnection newTask newImageUpload newReverseImageClip newUpscaleGan newPromptEnhance"
    " newPreProcessControlNet".split()
)

_ADDRESS = ("taskUUID", "taskType")


class Service:
    """The sandbox's mind. Everything here runs in the event loop's thread.

    Args:
        switches: How it behaves.
        api_keys: The keys that are accepted; `None` for any that is not empty.
        seed: Gives the UUIDs.
        clock: Its time.
        record: What tests read.
        faults: What goes wrong.
        gallery: Its files.
    """

    def __init__(
        self,
        *,
        switches: Switches,
        api_keys: frozenset[str] | None,
        seed: int,
        clock: Clock,
        record: Record,
        faults: FaultBook,
        gallery: Gallery,
    ) -> None:
        self.sessions = Sessions(clock, seed)
        self.orders = Orders()
        self.lines: set[Line] = set()
        self._api_keys = api_keys
        self._clock = clock
        self._record = record
        self._faults = faults
        self._gallery = gallery
        self._seed = seed
        self._replies = Replies(switches)
        self._catalogue = Catalogue()

    def start(self, loop: asyncio.AbstractEventLoop, workers: Workers, files_url: str) -> None:
        """Begin, or begin again, in a loop; what was remembered is kept."""
        self._loop = loop
        self._studio = Studio(
            self.switches,
            self._seed,
            self._clock,
            self._gallery,
            Inputs(self._gallery, files_url, self.switches),
            files_url,
            self._record,
            self._catalogue,
        )
        delivery = Delivery(loop, self._clock, workers, self._record, self._replies)
        self._questions = Questions(loop, self._clock, workers, self.orders, self._replies)
        self._admission = Admission(
            self._studio,
            kinds=registry(self._studio),
            orders=self.orders,
            delivery=delivery,
            record=self._record,
            replies=self._replies,
            faults=self._faults,
        )

    @property
    def switches(self) -> Switches:
        """How it behaves now."""
        return self._replies.switches

    def change(self, switches: Switches) -> None:
        """Behave differently from now on."""
        self._replies.switches = switches
        self._studio.switches = self._studio.inputs.switches = switches
        self._admission.kinds = registry(self._studio)

    def opened(self, line: Line) -> None:
        """Welcome a connection."""
        self.lines.add(line)
        line.touched_at = self._clock.now()
        self._watch(line)

    def closed(self, line: Line, unsent: list[Parcel]) -> None:
        """Say goodbye to a connection, and keep what it had not sent."""
        self.lines.discard(line)
        self.sessions.detach(line, unsent, self._expire)

    def break_off(self, order: Order, fault: Fault) -> dict[str, Any]:
        """Let a text fail of which a part has been written; return its error."""
        named = () if fault.nameless else (order.uuid, order.record.task_type)
        error = self._replies.error_item(Problem(fault.code, fault.message), *named)
        order.break_off(error)
        return error

    def receive(self, line: Line, message: str | bytes) -> None:
        """Take one message from a client."""
        line.notes.received += 1
        line.touched_at = self._clock.now()
        if not line.speaks:
            return
        try:
            frame = json.loads(message)
        except (ValueError, RecursionError):
            self._malformed(line, "The message is not valid JSON.")
            return
        if isinstance(frame, Mapping) and _OLD_DIALECT & set(frame):
            self._malformed(line, "The event messages of 2024 are not spoken here; send an array of tasks.")
        elif not isinstance(frame, list):
            self._malformed(line, "A message must be an array of tasks.")
        elif not frame:
            self._malformed(line, "The array of tasks is empty.")
        else:
            for task in frame:
                if isinstance(task, dict):
                    self._take(line, task, frame, len(message))
                else:
                    self._malformed(line, "A task must be an object.")

    def _take(self, line: Line, task: dict[str, Any], frame: list[Any], size: int) -> None:
        """Do what one object asks for; if the sandbox itself fails at it, say so, and go on with the next."""
        try:
            self._record.note_received(_masked(task), size)
            self._task(line, task, frame)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client waits for an answer
            problem = problem_of(error, f"an object on connection {line.notes.number}")
            uuid, kind = (value if isinstance(value := task.get(name), str) else None for name in _ADDRESS)
            parcel = self._replies.errors([self._replies.error_item(problem, uuid, kind)])
            (line.post if line.session is None else line.session.deliver)(parcel)

    def _task(self, line: Line, task: dict[str, Any], frame: list[Any]) -> None:
        kind = task.get("taskType")
        if kind == "authentication":
            self._authenticate(line, task)
        elif kind == "ping":
            if self.switches.answer_pings and (line.notes.signed_in or self.switches.ping_before_auth):
                line.post(self._replies.plain(PONG))
        elif line.session is None:
            self._turn_away(line, task)
        elif kind in QUESTIONS:
            if self._admission.hears(line, str(kind)):
                self._questions.answer(line, task)
        else:
            self._admission.submit(line, task, frame)

    def _turn_away(self, line: Line, task: Mapping[str, Any]) -> None:
        problem = Problem("missingApiKey", "Send an authentication task first.", "apiKey", type="string")
        uuid = task.get("taskUUID") if self.switches.unauthenticated_uuid else None
        item = self._replies.error_item(problem, uuid, task.get("taskType"))
        line.post(self._replies.errors([item], "other"))
        self._close_unsigned(line)

    def _close_unsigned(self, line: Line) -> None:
        if self.switches.auth_close is not None:
            line.cut(self.switches.auth_close, self.switches.auth_reason)

    def _malformed(self, line: Line, message: str) -> None:
        if self.switches.malformed == "close":
            line.cut(1007, message)
        elif self.switches.malformed == "error":
            item = self._replies.error_item(Problem("invalidRequest", message))
            line.post(self._replies.errors([item], "other"))

    def _authenticate(self, line: Line, task: Mapping[str, Any]) -> None:
        if self.switches.auth_delay > 0:
            self._clock.call_later(self._loop, self.switches.auth_delay, lambda: self._sign_in(line, task))
        else:
            self._sign_in(line, task)

    def _sign_in(self, line: Line, task: Mapping[str, Any]) -> None:
        key = task.get("apiKey")
        if not isinstance(key, str) or not key:
            self._reject(line, "missingApiKey", "An API key is required.")
            return
        if self._api_keys is not None and key not in self._api_keys:
            self._reject(line, "invalidApiKey", "The API key was not accepted.")
            return
        wanted = task.get("connectionSessionUUID")
        session = self.sessions.find(wanted, self.switches.session_lifetime)
        if wanted is not None and session is None and self.switches.unknown_session == "error":
            message = "The session is unknown or has expired."
            self._reject(line, "invalidConnectionSessionUUID", message, "connectionSessionUUID")
            return
        self._attach(line, session)

    def _reject(self, line: Line, code: str, message: str, parameter: str = "apiKey") -> None:
        logger.info("connection %s: sign-in refused: %s", line.notes.number, code)
        parcel = self._replies.sign_in_error(code, message, parameter)
        if parcel is not None:
            line.post(parcel)
        self._close_unsigned(line)

    def _attach(self, line: Line, session: Session | None) -> None:
        resumed = session is not None
        if session is None:
            session = self.sessions.open()
        elif self.switches.resume == "new":
            self.sessions.rename(session)
        if line.session is not None and line.session is not session:
            line.session.line = None
        replay = self.sessions.take_up(session, self.switches)
        session.line = line
        line.session = session
        line.notes.signed_in, line.notes.resumed, line.notes.session = True, resumed, session.uuid
        self._record.note()
        answer = self._replies.plain({"taskType": "authentication", "connectionSessionUUID": session.uuid})
        for parcel in [*replay, answer] if self.switches.replay_first else [answer, *replay]:
            line.post(parcel)

    def _expire(self, session: Session) -> None:
        """Free a lost session's memory when its time is over."""
        lost_at = session.lost_at

        def expire() -> None:
            if session.line is None and session.lost_at == lost_at:
                self.sessions.find(session.uuid, self.switches.session_lifetime)

        self._clock.call_later(self._loop, self.switches.session_lifetime + 1, expire)

    def _watch(self, line: Line) -> None:
        """Close the connection when nothing has come from the client for too long."""
        limit = self.switches.idle_timeout
        if limit is None or line not in self.lines:
            return
        rest = line.touched_at + limit - self._clock.now()
        if rest <= 0:
            line.cut(self.switches.idle_close, "idle")
        else:
            self._clock.call_later(self._loop, rest, lambda: self._watch(line))


def _masked(task: dict[str, Any]) -> dict[str, Any]:
    return {**task, "apiKey": "***"} if "apiKey" in task else task


def changed(switches: Switches, **values: Any) -> Switches:
    """Return other switches; raise `TypeError` for an unknown name."""
    Switches.of(values)
    return evolve(switches, **values)
