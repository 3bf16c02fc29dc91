"""Several calls in one simulated world: each runs in a thread, one of them at a time, and the director says which.

What runs is the real code of a call, from its first window to its last; what is modelled is time, the line and the
service. Nothing depends on which thread the system prefers: whoever has the baton runs until it would wait.
"""

import threading
from collections.abc import Callable
from typing import Any, Final

from attrs import define, field
from simulation import World

from runware_sync.errors import RunwareError
from runware_sync.protocol.slots import Slot

_LIMIT: Final = 60.0
_MOST_TURNS: Final = 200_000


@define(eq=False)
class Player:
    """One call: what it does, where it waits, and how it ended."""

    play: Callable[[], Any]
    slot: Slot | None = None
    until: float = 0.0
    outcome: Any = None
    error: BaseException | None = None
    is_over: bool = False
    interrupt: BaseException | None = None  # raised where it waits
    baton: threading.Semaphore = field(factory=lambda: threading.Semaphore(0))
    thread: threading.Thread = field(init=False)


@define(eq=False)
class Theatre(World):
    """A world with several calls in it."""

    players: list[Player] = field(factory=list)
    _back: threading.Semaphore = field(factory=lambda: threading.Semaphore(0))  # the director's baton
    _on_stage: Player | None = None

    def enter(self, play: Callable[[], Any]) -> Player:
        """Let a call begin; returns when it first waits, or is over."""
        player = Player(play)

        def run() -> None:
            player.baton.acquire()
            try:
                player.outcome = player.play()
            except BaseException as error:  # noqa: BLE001 - the test looks at it
                player.error = error
            player.is_over = True
            self._back.release()

        player.thread = threading.Thread(target=run, daemon=True)
        player.thread.start()
        self.players.append(player)
        self._hand_to(player)
        return player

    def interrupt(self, player: Player, error: BaseException) -> None:
        """Press Ctrl-C, or let a function of the user raise, where a call waits."""
        if not player.is_over:
            player.interrupt = error
            self._hand_to(player)

    def advance(self, seconds: float) -> None:
        """Let time pass, and everything happen that is due."""
        end = self.time + seconds
        for _ in range(_MOST_TURNS):
            player = next((player for player in self.players if self._is_due(player)), None)
            if player is not None:
                self._hand_to(player)
                continue
            waiting = [player.until for player in self.players if not player.is_over]
            if not self.turn(min([end, *waiting])) and self.time >= end:
                return
        raise AssertionError("the calls go round in circles")

    def _is_due(self, player: Player) -> bool:
        if player.is_over or player.slot is None:
            return False
        return id(player.slot) in self.woken or self.time >= player.until

    def _hand_to(self, player: Player) -> None:
        self._on_stage = player
        player.baton.release()
        assert self._back.acquire(timeout=_LIMIT), "a call neither waits nor ends"
        self._on_stage = None
        if player.is_over:
            player.thread.join(_LIMIT)

    def _run(self, slot: Slot, until: float) -> None:
        """Wait: give the baton back, until it is this call's turn again."""
        player = self._on_stage
        if player is None:
            super()._run(slot, until)
            return
        player.slot, player.until = slot, until
        self._back.release()
        player.baton.acquire()
        error, player.interrupt = player.interrupt, None
        if error is not None:
            raise error

    def close(self) -> None:
        """End what still waits."""
        for player in self.players:
            self.interrupt(player, RunwareError("the curtain falls"))
