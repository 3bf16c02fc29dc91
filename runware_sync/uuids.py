"""The UUIDs of tasks: fresh ones, and those that follow from another."""

import hashlib
import random
import time
import uuid
from typing import Final

from runware_sync import forks

__all__ = ["child_uuid", "fresh_uuid"]

_FIXED: Final = 0xF << 76 | 0b11 << 62  # the bits that tell version and variant
_VERSION_4: Final = 4 << 76 | 0b10 << 62
_chance: Final = random.Random()  # as well seeded as `uuid4`, and a UUID here is no secret
forks.in_child(_chance.seed)  # a child would go on as its parent does


def fresh_uuid() -> str:
    """Return a new UUID of version 4, as text.

    What `uuid4` does asks the operating system each time, and lets go of the interpreter's lock for it. A thread that
    begins one call after another would so keep the reader from its turn: whoever waits for that lock is woken each
    time, finds it taken again, and waits anew. The time is in it for machines that go on, several of them, from one
    snapshot of a process's memory.
    """
    number = _chance.getrandbits(128) ^ time.time_ns()
    digits = f"{number & ~_FIXED | _VERSION_4:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def child_uuid(root: str, ordinal: int) -> str:
    """Return the UUID of the `ordinal`-th purchase of a call; v4 in shape, the same in every process."""
    digest = hashlib.sha256(f"{root.lower()}/{ordinal}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))
