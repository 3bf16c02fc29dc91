"""What one call is to buy, and what it has brought."""

from collections.abc import Callable
from typing import Final, NamedTuple

from attrs import Factory, define, field

from runware_sync.errors import ApiError
from runware_sync.protocol.frames import Item
from runware_sync.uuids import fresh_uuid

__all__ = ["NEVER_ANEW", "Order", "Outcome"]

NEVER_ANEW: Final = frozenset({"modelUpload", "training"})
"""Types of task that are never bought anew by themselves, in whatever words they were asked for."""


@define(kw_only=True, eq=False)
class Order:
    """What one call is to buy, in the words of the wire.

    Args:
        body: The task as it travels, without its UUID.
        expected: How many results it brings.
        timeout: Seconds that one window lasts.
        retries: Windows after the first.
        root: The UUID of the first purchase.
        chosen: Whether the caller chose that UUID.
        free: Whether it costs nothing, and simply goes again under a fresh UUID.
        renewable: Whether what has failed may be bought anew; by default according to the type of the task.
        alternative: Given why the task was turned away, before it brought anything, returns it as it may be sent
            instead; `None` if there is no other way. Asked once for each code.
        lingers: Whether finding that out may take time.
        on_partial: Called with each new list of results, in the calling thread.
        on_progress: Called with each new progress, 0 to 100, in the calling thread.
    """

    body: Item
    expected: int = 1
    timeout: float = 60.0
    retries: int = 2
    root: str = field(factory=fresh_uuid)
    chosen: bool = False
    free: bool = False
    renewable: bool = Factory(lambda self: self.body.get("taskType") not in NEVER_ANEW, takes_self=True)
    alternative: Callable[[ApiError], Item | None] | None = None
    lingers: bool = False
    on_partial: Callable[[list[Item]], None] | None = None
    on_progress: Callable[[int], None] | None = None


class Outcome(NamedTuple):
    """What a call has brought: the results asked for, and paid ones beyond."""

    items: list[Item]
    surplus: list[Item]
