"""Pictures that are large enough to be uploaded, and what the sandbox has seen of them."""

import io
from collections import Counter
from typing import Any

import numpy as np
from PIL import Image

from runware_sync import Runware
from runware_sync.sandbox import Sandbox

PATIENCE = 30.0
MODEL = "runware:101@1"


def noise(width: int = 400, height: int = 300, seed: int = 0) -> "np.ndarray[Any, Any]":
    """Return pixels that no format makes smaller: three bytes each."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def png(width: int = 400, height: int = 300, seed: int = 0) -> bytes:
    """Return a picture of some 360 kB, by default."""
    file = io.BytesIO()
    Image.fromarray(noise(width, height, seed)).save(file, "PNG", compress_level=0)
    return file.getvalue()


def client_of(sandbox: Sandbox, **settings: Any) -> Runware:
    return Runware("key-of-a-test", url=sandbox.url, **{"timeout": PATIENCE, **settings})


def done(sandbox: Sandbox) -> Counter[str]:
    """Return how many tasks of each type were accepted."""
    return Counter(task.task_type for task in sandbox.tasks)


def named(sandbox: Sandbox, task_type: str, parameter: str = "inputImage") -> list[str]:
    """Return what the accepted tasks of a type name as their picture: UUIDs, or how a data URI begins."""
    return [str(task.request[parameter])[:36] for task in sandbox.tasks if task.task_type == task_type]
