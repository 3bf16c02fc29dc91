"""Real pictures, for tests that look at files."""

import base64
from io import BytesIO
from typing import Any

from PIL import Image as Pixels

from runware_sync.results import Image, Results

COLOUR = (200, 80, 40)


def pixels(mode: str = "RGB", size: tuple[int, int] = (24, 16)) -> Pixels.Image:
    """Return a picture with something in it: a ramp, which any re-encoding would disturb."""
    ramp = Pixels.linear_gradient("L").resize(size)
    return Pixels.merge("RGB", (ramp, ramp.rotate(180), ramp)).convert(mode)


def file(kind: str = "PNG", mode: str = "RGB", **how: Any) -> bytes:
    """Return the file of such a picture."""
    kept = BytesIO()
    pixels(mode).save(kept, kind, **how)
    return kept.getvalue()


def inline(data: bytes, **fields: Any) -> Image:
    """Return a result that brought its bytes along."""
    return Image(**{"image_uuid": "u-1", **fields}, image_base64_data=base64.b64encode(data).decode())


def several(count: int, **fields: Any) -> Results[Image]:
    """Return some results with seeds from 7 on."""
    made = [
        inline(file(), **{"seed": 7 + index, "cost": 0.001, "image_uuid": f"u-{index}", **fields})
        for index in range(count)
    ]
    return Results(made, task_uuid="t-1")
