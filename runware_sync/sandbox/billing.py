"""What things cost in the sandbox: small decimals, the same every time."""

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["PRICES", "image_price"]

PRICES: Final[Mapping[str, float]] = {
    "imageInference": 0.0013,
    "caption": 0.0006,
    "removeBackground": 0.0012,
    "upscale": 0.0019,
    "promptEnhance": 0.0002,
    "controlNetPreprocess": 0.0008,
}
"""US dollars for each result; for `imageInference`, for a megapixel at 20 steps. What is not here is free."""

_MEGAPIXEL: Final = 1024 * 1024


def image_price(width: Any, height: Any, steps: Any) -> float:
    """Return US dollars for one picture of the given size and number of steps."""
    pixels = _number(width, 1024) * _number(height, 1024)
    return max(0.0001, round(PRICES["imageInference"] * pixels / _MEGAPIXEL * _number(steps, 20) / 20, 4))


def _number(value: Any, default: float) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else default
