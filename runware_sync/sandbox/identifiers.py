"""UUIDs that look random and are not: the same sandbox seed gives the same ones."""

import hashlib
import re
import uuid
from typing import Final

__all__ = ["UUID", "derived_number", "derived_uuid"]

UUID: Final = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


def _digest(material: tuple[object, ...]) -> bytes:
    return hashlib.blake2b("\x1f".join(map(str, material)).encode("utf-8", "replace"), digest_size=16).digest()


def derived_uuid(*material: object) -> str:
    """Return a UUID of version 4's form that depends on the given values alone."""
    return str(uuid.UUID(bytes=_digest(material), version=4))


def derived_number(*material: object, bits: int = 32) -> int:
    """Return a number of at most `bits` bits (up to 128) that depends on the given values alone."""
    return int.from_bytes(_digest(material), "big") >> (128 - bits)
