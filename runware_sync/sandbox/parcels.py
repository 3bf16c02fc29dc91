"""One message on its way to the client, with the manner in which it travels."""

from typing import Literal

from attrs import frozen

__all__ = ["Parcel"]


@frozen
class Parcel:
    """One message.

    Args:
        content: The text, or the bytes of a binary message.
        kind: What it is: only results, errors and acknowledgements outlive their connection.
        seconds: How long its bytes trickle; 0 sends them at once.
        fragment: Bytes of each fragment; 0 sends one frame.
    """

    content: str | bytes
    kind: Literal["result", "error", "ack", "other"] = "other"
    seconds: float = 0.0
    fragment: int = 0
