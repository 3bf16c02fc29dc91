"""Talking with a language model."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from attrs import field, frozen

from runware_sync.names import about
from runware_sync.requests.base import Delivery
from runware_sync.requests.fitting import Model

__all__ = ["Conversation"]

R = TypeVar("R")


def _turns(value: Any, where: str) -> Any:
    """Return a conversation; a string is the user's only turn."""
    return ({"role": "user", "content": value},) if isinstance(value, str) else value


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Conversation(Delivery[R]):
    """What every task takes that talks with a language model."""

    messages: str | Sequence[Mapping[str, Any]] = field(
        kw_only=False, metadata=about("The conversation so far, or the user's only turn.", check=_turns)
    )
    model: Model = field(metadata=about("AIR identifier of the model."))
    number_results: int | None = field(default=None, metadata=about("How many answers to write.", default="1"))
    include_usage: bool | None = field(default=None, metadata=about("Whether token counts are reported."))
