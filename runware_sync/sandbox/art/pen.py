"""A pen: draws on a canvas in the subject's own measure, mirrored, turned or laid flat on water."""

import math
from collections.abc import Iterable, Sequence

from .canvas import Canvas
from .colour import RGB
from .shapes import Path, Point

__all__ = ["Pen"]


class Pen:
    """Draws a subject that stands on (x, y) and is about one of its own units tall, y growing downwards.

    Args:
        canvas: what to draw on.
        x: of the subject's foot, in canvas units.
        y: likewise.
        size: the subject's unit, in canvas units.
        flip: mirror left and right.
        tall: scale of the height; negative draws the mirror image in water.
        turn: degrees, clockwise.
    """

    def __init__(
        self,
        canvas: Canvas,
        x: float,
        y: float,
        size: float,
        *,
        flip: bool = False,
        tall: float = 1.0,
        turn: float = 0.0,
    ) -> None:
        self.canvas = canvas
        self.x = x
        self.y = y
        self.size = size
        self.tall = tall
        self._across = -size if flip else size
        self._down = size * tall
        self._cos = math.cos(math.radians(turn))
        self._sin = math.sin(math.radians(turn))

    def place(self, path: Path) -> list[Point]:
        """Translate a path of the subject's into the canvas."""
        across, down, cos, sin = self._across, self._down, self._cos, self._sin
        return [(self.x + across * (x * cos - y * sin), self.y + down * (x * sin + y * cos)) for x, y in path]

    def fill(
        self,
        *paths: Path,
        colour: RGB,
        to: RGB | None = None,
        alpha: float = 1.0,
        soft: float = 0.0,
        grain: bool = False,
        within: Sequence[Path] = (),
    ) -> None:
        """Fill shapes, as `Canvas.fill` does."""
        self.canvas.fill(
            *(self.place(path) for path in paths),
            colour=colour,
            to=to,
            alpha=alpha,
            soft=soft * self.size,
            grain=grain,
            within=[self.place(path) for path in within],
        )

    def lines(
        self, paths: Iterable[Path], thick: float, *, colour: RGB, alpha: float = 1.0, within: Sequence[Path] = ()
    ) -> None:
        """Draw lines, as `Canvas.lines` does."""
        self.canvas.lines(
            [self.place(path) for path in paths],
            thick * self.size,
            colour=colour,
            alpha=alpha,
            within=[self.place(path) for path in within],
        )

    def dots(self, dots: Iterable[tuple[float, float, float]], *, colour: RGB, alpha: float = 1.0) -> None:
        """Draw discs, as `Canvas.dots` does."""
        placed = [(*self.place([(x, y)])[0], radius * self.size) for x, y, radius in dots]
        self.canvas.dots(placed, colour=colour, alpha=alpha)

    def glow(self, x: float, y: float, radius: float, colour: RGB, alpha: float = 1.0, *, flat: float = 1.0) -> None:
        """Lay light around a point, as `Canvas.glow` does."""
        ((px, py),) = self.place([(x, y)])
        self.canvas.glow(px, py, radius * self.size, colour, alpha, flat=flat)
