"""From a request for a stream to the stream."""

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from runware_sync import wire
from runware_sync.calls.orders import Order
from runware_sync.errands import Office
from runware_sync.requests import Request
from runware_sync.results import Text, TextStream
from runware_sync.streaming.live import Live
from runware_sync.uuids import fresh_uuid

__all__ = ["stream"]


def stream(office: Office, request: Request[Any]) -> TextStream:
    """Make the call that a request describes, and return its text while it is written.

    Args:
        office: The client's side.
        request: The request; it is not changed.

    Raises:
        RunwareError: The service has not begun to answer.
    """
    settings, packing = office.settings, office.packing(request)
    encode = partial(wire.encode, request, include_cost=settings.include_cost, pack=packing)
    order = Order(
        body=encode(),
        timeout=request.timeout or settings.timeout,
        retries=settings.max_retries if request.retry is None else request.retry,
        root=str(request.task_uuid or fresh_uuid()),
        chosen=request.task_uuid is not None,
        alternative=lambda error: encode() if packing.lost(error) else None,
    )

    def decode(item: Mapping[str, Any]) -> Text:
        return cast("Text", wire.decode_items(type(request), [dict(item)])[0])

    live = Live(office.connection, settings, order)
    live.open()
    return TextStream(live, decode, on_reasoning=getattr(request, "on_reasoning", None), on_text=request.on_partial)
