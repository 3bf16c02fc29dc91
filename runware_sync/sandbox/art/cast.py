"""The cast: every subject there is, and how one takes its stand in a scene."""

from .animals import bear, cat, dog, fox, rabbit, wolf
from .buildings import castle, house, lighthouse, windmill
from .figures import astronaut, robot, umbrella
from .people import portrait
from .plants import cactus, flower, mushroom, tree
from .shapes import ellipse
from .stage import Painter, Stage
from .things import cup, fruit
from .vehicles import balloon, car, paper_boat, rocket, sailboat
from .wildlife import bird, deer, fish, owl, whale

__all__ = ["CAST", "stand"]

CAST: dict[str, Painter] = {
    "astronaut": astronaut,
    "balloon": balloon,
    "bear": bear,
    "bird": bird,
    "cactus": cactus,
    "car": car,
    "castle": castle,
    "cat": cat,
    "cup": cup,
    "deer": deer,
    "dog": dog,
    "fish": fish,
    "flower": flower,
    "fox": fox,
    "fruit": fruit,
    "house": house,
    "lighthouse": lighthouse,
    "mushroom": mushroom,
    "owl": owl,
    "paper boat": paper_boat,
    "portrait": portrait,
    "rabbit": rabbit,
    "robot": robot,
    "rocket": rocket,
    "sailboat": sailboat,
    "tree": tree,
    "umbrella": umbrella,
    "whale": whale,
    "windmill": windmill,
    "wolf": wolf,
}
"""Painters by the name of the subject, as `reading` finds it."""


def stand(
    stage: Stage, x: float, y: float, size: float, *, flip: bool = False, shadow: float = 0.45, turn: float = 0.0
) -> None:
    """Let the wished subject stand at (x, y), with a soft shadow on the ground; without a subject, do nothing."""
    painter = CAST.get(stage.wish.subject)
    if painter is None:
        return
    if shadow:
        reach = size * shadow
        stage.canvas.fill(
            ellipse(x + reach * 0.25, y + size * 0.01, reach, reach * 0.16),
            colour=stage.palette.ink, alpha=0.5, soft=size * 0.035,
        )  # fmt: skip
    painter(stage, stage.pen(x, y, size, flip=flip, turn=turn))
