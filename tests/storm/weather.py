"""Kinds of service that a storm passes through: which switches each has, and how much can be promised under them."""

import enum
from typing import Any, Final

from attrs import field, frozen

__all__ = ["WEATHERS", "Promise", "Weather"]


class Promise(enum.Enum):
    """What must hold of a paid call, beyond that it ends in time and that nothing comes twice."""

    ALL = "billed once, and all of it returned, carried by the error, or collected"
    """The service keeps what the README assumes of it."""

    ONCE = "billed once; what cannot be had any more is lost with the service"
    """It answers no questions, or replays nothing: results may stay with it, but nothing may be bought for them."""

    AGAIN = "billed again only after asking, and never more often than there are windows"
    """It forgets UUIDs and says that it knows nothing: what the README says cannot be promised."""


@frozen
class Weather:
    """One kind of service.

    Args:
        name: What it is called in reports.
        switches: What is other than by default.
        promise: What must hold under it.
    """

    name: str
    switches: dict[str, Any] = field(factory=dict)
    promise: Promise = Promise.ALL

    @property
    def doubles(self) -> bool:
        """Whether results may come twice on one connection."""
        return self.switches.get("replay") == "twice"


_DUMB: Final[dict[str, Any]] = {"task_log": False, "replay": "none"}

WEATHERS: Final = (
    Weather("as documented"),
    Weather("replay doubled, and before the reply", {"replay": "twice", "replay_first": True, "mix": True}),
    Weather("nothing is replayed", {"replay": "none", "split": "random", "shuffle": True}),
    Weather("sessions are forgotten at once", {"session_lifetime": 0.0, "split": "one"}),
    Weather("unknown sessions are refused", {"session_lifetime": 0.0, "unknown_session": "error"}),
    Weather("sessions get new UUIDs, errors are not kept", {"resume": "new", "buffered": "results", "split": "random"}),
    Weather(
        "older shapes",
        {"binary": True, "frame_shape": "array", "data_shape": "object", "error_shape": "both", "pong_in_front": True},
    ),
    Weather(
        "other shapes",
        {"error_shape": "array", "parameter_list": True, "error_type": True, "ack_status": True, "progress": False}
        | {"failures_in_data": True, "enhance_frames": "each", "equal_texts": True},
    ),
    Weather("errors name no task", {"error_uuid": False, "enhance_frames": "each", "equal_texts": True}),
    Weather("failures are billed", {"bill_failures": True}),
    Weather("tasks are given up on, and run on", {"sync_limit": 0.5}),
    Weather("getResponse is silent", {"sync_questions": "silence", "reuse": "silence", "replay": "none"}),
    Weather("getResponse does not know", {"sync_questions": "unknown", "unknown_task": "empty", "replay": "none"}),
    Weather(
        "unknown, and answered when sent again", {"sync_questions": "unknown", "reuse": "answer", **_DUMB}, Promise.ONCE
    ),
    Weather("unknown, and in conflict when sent again", {"sync_questions": "unknown", **_DUMB}, Promise.ONCE),
    Weather(
        "silent to everything",
        {"sync_questions": "silence", "unknown_task": "silence", "reuse": "silence", **_DUMB},
        Promise.ONCE,
    ),
    Weather(
        "forgets UUIDs, and knows nothing", {"sync_questions": "unknown", "reuse": "again", **_DUMB}, Promise.AGAIN
    ),
)
"""In the order in which a long storm passes through them."""
