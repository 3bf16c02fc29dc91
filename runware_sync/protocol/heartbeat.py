"""When to ping, and when a silent connection is dead; on given times, without a clock."""

from typing import Final

from attrs import define

__all__ = ["STALL", "Heartbeat"]

STALL: Final = 30.0
"""Seconds for which a peer may take nothing of what waits for it, even if it goes on talking."""


@define
class Heartbeat:
    """The signs of life of one connection.

    Any byte that arrives is one; so is any byte of ours that is taken after the socket had been full, since only a
    living peer makes room. Bytes that go into an empty buffer prove nothing.
    """

    seconds: float
    alive_at: float
    _received: int = 0
    _accepted: int = 0
    _pinged_at: float | None = None
    _blocked_at: float | None = None

    def note(self, received: int, accepted: int, now: float, *, writing: bool = False) -> None:
        """Take note of how many bytes have arrived, and been taken after waiting, in all.

        Args:
            received: Bytes that have arrived.
            accepted: Bytes of ours that were taken after the socket had been full.
            now: The time.
            writing: Whether bytes of ours wait for the socket.
        """
        if not writing:
            self._blocked_at = None
        elif self._blocked_at is None or accepted != self._accepted:
            self._blocked_at = now
        if received != self._received or accepted != self._accepted:
            self._received, self._accepted = received, accepted
            self.alive_at = now
            self._pinged_at = None

    def wants_ping(self, now: float) -> bool:
        """Tell whether it has been silent long enough to ask for a sign of life."""
        return self._pinged_at is None and now >= self.alive_at + self.seconds

    def pinged(self, now: float) -> None:
        """Take note that a ping has been written."""
        self._pinged_at = now

    def is_dead(self, now: float) -> bool:
        """Tell whether the peer had its time to answer; without a ping written, twice the silence."""
        if self._blocked_at is not None and now >= self._blocked_at + STALL:
            return True
        if self._pinged_at is not None:
            return now >= self._pinged_at + self.seconds
        return now >= self.alive_at + 2 * self.seconds

    def next_look(self, now: float) -> float:
        """Return when something is to be done next, if nothing happens."""
        due = (self.alive_at if self._pinged_at is None else self._pinged_at) + self.seconds
        if self._pinged_at is None and now >= due:
            due += self.seconds  # a ping that waits behind a large frame
        return due if self._blocked_at is None else min(due, self._blocked_at + STALL)
