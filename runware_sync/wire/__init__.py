"""Requests to what travels, and what comes back to results: the only place that knows the names on the wire."""

from runware_sync.wire.decoding import class_of, decode, decode_items, decode_task, lasting_of
from runware_sync.wire.encoding import Pack, encode, encode_current

__all__ = ["Pack", "class_of", "decode", "decode_items", "decode_task", "encode", "encode_current", "lasting_of"]
