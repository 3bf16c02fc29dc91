"""Painting a prompt."""

from collections.abc import Callable

from PIL import Image

from .abstract import abstract
from .canvas import Canvas
from .chance import chance_of
from .city import city
from .coast import pond, sea
from .colour import Grade
from .finish import finished
from .indoors import studio, table
from .outdoors import desert, meadow, mountain
from .palette import Palette
from .reading import read
from .sky import fog, rain, snow
from .stage import Stage
from .woods import forest
from .worlds import space, underwater

__all__ = ["paint"]

_PLACES: dict[str, Callable[[Stage], None]] = {
    "abstract": abstract,
    "city": city,
    "desert": desert,
    "forest": forest,
    "meadow": meadow,
    "mountain": mountain,
    "pond": pond,
    "sea": sea,
    "space": space,
    "studio": studio,
    "table": table,
    "underwater": underwater,
}
_INDOORS = {"abstract", "space", "studio", "table", "underwater"}


def paint(
    *,
    prompt: str,
    negative_prompt: str = "",
    seed: int,
    width: int,
    height: int,
    steps: int = 20,
    cfg_scale: float = 7.0,
    model: str = "",
) -> Image.Image:
    """Paint a picture (RGB) that goes with a prompt. The same arguments give the same pixels.

    The words decide on subject, place, light, weather and technique; what they leave open, and the composition, follow
    from the seed. Words that are not known are still told apart, by their hash.

    Args:
        prompt: what to paint, in English.
        negative_prompt: words of what to leave out.
        seed: another seed is another composition of the same theme.
        width: in pixels, 1 or more.
        height: likewise.
        steps: 1..100; few leave noise and blur, more add detail.
        cfg_scale: 0..50; low is faded, 7 natural, high a poster.
        model: another model has other colours.
    """
    material = f"{prompt}|{seed}"
    wish = read(prompt, negative_prompt, chance_of(f"{material}|theme"))
    shift = chance_of(f"{model}|{negative_prompt}").uniform(-7, 7) if model or negative_prompt else 0.0
    palette = Palette.of(wish.light, wish.ground, chance_of(f"{material}|{model}|palette"))
    canvas = Canvas(width, height, grade=Grade.of(cfg_scale, shift), chance=chance_of(f"{material}|grain"))
    detail = min(1.0, max(0.0, (steps - 1) / 29)) ** 0.6 if steps <= 30 else 1.0 + min(1.0, (steps - 30) / 70) * 0.4
    stage = Stage(canvas, palette, wish, detail, material)
    _PLACES[wish.place](stage)
    if wish.place not in _INDOORS:
        if wish.weather == "rain":
            rain(stage)
        elif wish.weather == "snow" or wish.ground == "snow":
            snow(stage)
        elif wish.weather == "fog":
            fog(stage, canvas.height * 0.6, 0.2, 0.55)
    return finished(stage, steps)
