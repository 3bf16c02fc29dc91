"""Noise that is the same for the same seed: white grain and soft clouds."""

import random

from PIL import Image

__all__ = ["clouds", "white"]


def white(chance: random.Random, width: int, height: int) -> Image.Image:
    """Make evenly spread grey noise ("L")."""
    return Image.frombytes("L", (width, height), chance.randbytes(width * height))


def clouds(chance: random.Random, width: int, height: int, *, cells: float = 4.0, octaves: int = 3) -> Image.Image:
    """Make soft fractal noise ("L"), with `cells` bumps along the shorter side.

    The work is done small and enlarged at the end, which soft noise does not show.
    """
    shrink = max(1.0, min(width, height) / 160)
    small = max(2, round(width / shrink)), max(2, round(height / shrink))
    step = min(small)
    total: Image.Image | None = None
    for octave in range(octaves):
        cell = max(1.0, step / (cells * 2**octave))
        grid = max(2, round(small[0] / cell) + 1), max(2, round(small[1] / cell) + 1)
        layer = white(chance, *grid).resize(small, Image.Resampling.BICUBIC)
        total = layer if total is None else Image.blend(total, layer, 0.5 ** (octave + 1))
    if total is None:
        return white(chance, width, height)
    return total.resize((width, height), Image.Resampling.BICUBIC)
