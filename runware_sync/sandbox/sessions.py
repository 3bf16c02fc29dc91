"""Sessions: what outlives a connection, and for how long."""

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final, Protocol

from runware_sync.sandbox.clock import Clock
from runware_sync.sandbox.identifiers import derived_uuid
from runware_sync.sandbox.parcels import Parcel
from runware_sync.sandbox.record import ConnectionNotes
from runware_sync.sandbox.switches import Switches

__all__ = ["Line", "Session", "Sessions"]

_MOST: Final = 10_000


class Line(Protocol):
    """One connection, as the service sees it."""

    notes: ConnectionNotes
    session: "Session | None"
    refused: bool
    """Whether the key has been declared invalid on it, for good."""
    touched_at: float
    """When the client was last heard, on the sandbox's clock."""
    dry: bool
    """Whether it was opened with `dryRun=1`: results cost nothing."""

    @property
    def speaks(self) -> bool:
        """Whether what is posted reaches the client."""
        ...

    def post(self, parcel: Parcel) -> None:
        """Send a message after those posted before."""

    def cut(self, how: str | int = "reset", reason: str = "", *, at_once: bool = False) -> None:
        """End the connection: "reset" (TCP reset), "eof" (no closing handshake), "close" (1000) or a close code.

        What was posted is sent before; with `at_once`, "reset" and "eof" do not wait for it, and it counts as not sent.
        """

    def freeze(self) -> list[Parcel]:
        """Accept bytes and say nothing more, for ever; return what had not been sent."""
        ...

    def hold(self) -> None:
        """Stop reading from the socket, so that the client's writes come to a halt."""

    def release(self) -> None:
        """Read again."""


class Session:
    """One session: the connection that it is on, and the frames that could not be delivered."""

    def __init__(self, uuid: str) -> None:
        self.uuid = uuid
        self.line: Line | None = None
        self.lost_at: float | None = None
        self.undelivered: deque[Parcel] = deque()

    def deliver(self, parcel: Parcel) -> None:
        """Send a frame, or keep it until somebody takes the session up again."""
        if self.line is not None and self.line.speaks:
            self.line.post(parcel)
        else:
            self.undelivered.append(parcel)

    def put_back(self, parcels: list[Parcel]) -> None:
        """Keep frames that were posted and not sent."""
        self.undelivered.extendleft(parcel for parcel in reversed(parcels) if parcel.kind != "other")


class Sessions:
    """All sessions of one sandbox."""

    def __init__(self, clock: Clock, seed: int) -> None:
        self._clock = clock
        self._seed = seed
        self._count = 0
        self._known: OrderedDict[str, Session] = OrderedDict()

    def open(self) -> Session:
        """Return a new session."""
        session = Session(self._fresh_uuid())
        self._known[session.uuid] = session
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return session

    def find(self, uuid: object, lifetime: float) -> Session | None:
        """Return the session with a UUID, unless it was lost more than `lifetime` seconds ago."""
        session = self._known.get(uuid) if isinstance(uuid, str) else None
        if session is None:
            return None
        if session.lost_at is not None and self._clock.now() - session.lost_at > lifetime:
            del self._known[session.uuid]
            session.undelivered.clear()
            return None
        return session

    def rename(self, session: Session) -> None:
        """Give a session another UUID; the old one is unknown from now on."""
        self._known.pop(session.uuid, None)
        session.uuid = self._fresh_uuid()
        self._known[session.uuid] = session

    def forget(self) -> None:
        """Forget all sessions; those with a connection go on, but cannot be taken up again."""
        for session in self._known.values():
            session.undelivered.clear()
        self._known.clear()

    def detach(self, line: Line, unsent: list[Parcel], watch: Callable[[Session], None]) -> None:
        """Note that a connection has ended, with frames that were not sent; `watch` is told of a lost session."""
        session = line.session
        if session is None:
            return
        session.put_back(unsent)
        if session.line is line:
            session.line = None
            session.lost_at = self._clock.now()
            watch(session)

    def take_up(self, session: Session, switches: Switches) -> list[Parcel]:
        """Return what has to be replayed to the connection that takes a session up."""
        session.lost_at = None
        kept = list(session.undelivered)
        session.undelivered.clear()
        if switches.buffered == "results":
            kept = [parcel for parcel in kept if parcel.kind == "result"]
        if switches.replay == "none":
            return []
        return [parcel for parcel in kept for _ in range(2 if switches.replay == "twice" else 1)]

    def _fresh_uuid(self) -> str:
        self._count += 1
        return derived_uuid(self._seed, "session", self._count)
