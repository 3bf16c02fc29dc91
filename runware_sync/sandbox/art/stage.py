"""The stage: what the painters of sky, land and subjects share while one picture is made."""

import dataclasses
import random
from collections.abc import Callable

from .canvas import Canvas
from .chance import chance_of
from .palette import Palette
from .pen import Pen
from .reading import Wish

__all__ = ["Painter", "Stage"]


@dataclasses.dataclass(frozen=True, slots=True)
class Stage:
    """One picture's canvas, colours and wish.

    Attributes:
        canvas: what is painted on.
        palette: the colours.
        wish: what the prompt asks for.
        detail: 0..1, from the steps: how many small things there are.
        material: what the dice are seeded with.
    """

    canvas: Canvas
    palette: Palette
    wish: Wish
    detail: float
    material: str

    def dice(self, name: str) -> random.Random:
        """Return a source of chance for one element: others do not move when its number of throws changes."""
        return chance_of(f"{self.material}|{name}")

    def count(self, full: float) -> int:
        """Return how many of something there are at this level of detail."""
        return max(1, round(full * (0.25 + 0.75 * self.detail)))

    def pen(self, x: float, y: float, size: float, *, flip: bool = False, tall: float = 1.0, turn: float = 0.0) -> Pen:
        """Return a pen for something that stands at (x, y)."""
        return Pen(self.canvas, x, y, size, flip=flip, tall=tall, turn=turn)


Painter = Callable[[Stage, Pen], None]
"""Draws one subject with a pen that stands on the ground."""
