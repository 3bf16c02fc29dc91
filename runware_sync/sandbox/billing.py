"""What things cost in the sandbox: small decimals, the same every time."""

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["PRICES", "image_price", "text_price", "timed_price"]

PRICES: Final[Mapping[str, float]] = {
    "imageInference": 0.0013,
    "caption": 0.0006,
    "removeBackground": 0.0012,
    "upscale": 0.0019,
    "promptEnhance": 0.0002,
    "controlNetPreprocess": 0.0008,
    "imageMasking": 0.0008,
    "vectorize": 0.004,
    "photoMaker": 0.0021,
    "videoInference": 0.045,
    "upscale of a video": 0.05,
    "removeBackground of a video": 0.04,
    "caption of a video": 0.003,
    "audioInference": 0.0006,
    "3dInference": 0.12,
    "training": 2.0,
}
"""US dollars for each result; for `imageInference` and `photoMaker`, for a megapixel at 20 steps; for `videoInference`
and `audioInference`, for a second. What is not here is free."""

_MEGAPIXEL: Final = 1024 * 1024


def image_price(width: Any, height: Any, steps: Any, name: str = "imageInference") -> float:
    """Return US dollars for one picture of the given size and number of steps."""
    pixels = _number(width, 1024) * _number(height, 1024)
    return max(0.0001, round(PRICES[name] * pixels / _MEGAPIXEL * _number(steps, 20) / 20, 4))


def timed_price(name: str, duration: Any, default: float) -> float:
    """Return US dollars for one film or sound of so many seconds."""
    return round(PRICES[name] * _number(duration, default), 4)


def text_price(read: int, written: int) -> float:
    """Return US dollars for one text: a millionth for a token that is read, four for one that is written."""
    return max(0.000001, round(read * 1e-6 + written * 4e-6, 6))


def _number(value: Any, default: float) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else default
