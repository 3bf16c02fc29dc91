"""`photoMaker`: pictures of somebody whose portraits are given."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from runware_sync.sandbox.billing import image_price
from runware_sync.sandbox.gallery import Picture
from runware_sync.sandbox.inputs import listed
from runware_sync.sandbox.rules import Problem, Rule, not_allowed
from runware_sync.sandbox.tasks.base import Commission, PaintedLater
from runware_sync.sandbox.tasks.image_inference import ImageInference

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["PhotoMaker"]

_STYLES: Final = (
    "No style",
    "Cinematic",
    "Disney Character",
    "Digital Art",
    "Photographic",
    "Fantasy art",
    "Neonpunk",
    "Enhance",
    "Comic book",
    "Lowpoly",
    "Line art",
)
_LEAST: Final = 15
_AS_THERE: Final = frozenset("negativePrompt steps CFGScale seed clipSkip".split())


class PhotoMaker(ImageInference):
    """Paints as `imageInference` does, in a style; the portraits show through, the less the greater the strength."""

    names: ClassVar = ("photoMaker",)
    rules: ClassVar = (
        Rule("positivePrompt", "string", 2, 3000, wild_least=0, wild_most=100_000, required=True),
        Rule("inputImages", "array", 1, 4, wild_most=100, required=True),
        Rule("strength", "float", _LEAST, 50, wild_least=0, wild_most=100),
        Rule("width", "integer", 128, 2048, 64, wild_least=1, wild_most=8192),
        Rule("height", "integer", 128, 2048, 64, wild_least=1, wild_most=8192),
        *(rule for rule in ImageInference.rules if rule.name in _AS_THERE),
    )
    parameters: ClassVar = frozenset(
        "positivePrompt inputImages width height style strength negativePrompt steps CFGScale scheduler seed"
        " clipSkip".split()
    )
    deliveries: ClassVar = ("sync",)

    def price(self, request: Mapping[str, Any]) -> float:
        """Return US dollars for one result."""
        return image_price(request.get("width"), request.get("height"), request.get("steps"), self.name)

    def media(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the parameters that name pictures, with their values."""
        return listed(request, "inputImages")

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the request beyond the rules."""
        style = request.get("style")
        if style is not None and style not in _STYLES:
            yield not_allowed("style", _STYLES)

    def recipe(self, commission: Commission, seed: int) -> PaintedLater:
        """Return how one result is painted."""
        return PaintedLater(_portrait, list(commission.pictures.values()), dict(commission.request), seed)


def _portrait(given: list[Picture], request: Mapping[str, Any], seed: int) -> "Image":
    from runware_sync.sandbox import art

    style = str(request.get("style") or _STYLES[0])
    words = str(request["positivePrompt"])
    size = int(request.get("width") or 1024), int(request.get("height") or 1024)
    painted = art.paint(
        prompt=words if style == _STYLES[0] else f"{words}, {style}",
        negative_prompt=str(request.get("negativePrompt") or ""),
        seed=seed,
        width=size[0],
        height=size[1],
        steps=int(request.get("steps") or 20),
        cfg_scale=float(request.get("CFGScale") or 7.0),
    )
    strength = float(_LEAST if request.get("strength") is None else request["strength"])
    for picture in given:
        painted = art.image_to_image(picture.image().resize(size), painted, 0.7 + 0.3 * strength / 100)
    return painted
