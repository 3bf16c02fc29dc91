"""`upscale`: a picture or a film with more pixels."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from runware_sync.sandbox.gallery import Picture
from runware_sync.sandbox.rules import Problem, Rule
from runware_sync.sandbox.tasks.base import Commission, PaintedLater
from runware_sync.sandbox.tasks.checks import exclusive
from runware_sync.sandbox.tasks.films import MediaTool

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Upscale"]

_MOST_PIXELS = 64 * 1024 * 1024
_MEGAPIXEL = 1024 * 1024


class Upscale(MediaTool):
    """Resamples by `upscaleFactor` (2 if nothing is said), to `targetMegapixels`, or to `width` and `height`.

    For a film, a larger sample stands.
    """

    names: ClassVar = ("upscale", "imageUpscale", "upscaleImage")
    rules: ClassVar = (
        Rule("upscaleFactor", "float", 1, 8),
        Rule("targetMegapixels", "integer", 1, 8, wild_most=64),
        Rule("width", "integer", 1, 8192),
        Rule("height", "integer", 1, 8192),
    )
    parameters: ClassVar = frozenset("inputImage upscaleFactor targetMegapixels width height fps".split())
    model_required: ClassVar = True

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the request beyond the rules."""
        yield from self.needs_image(request)
        if self.studio.switches.strict:
            yield from exclusive(request, "upscaleFactor", "targetMegapixels")

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Make the picture, or the film."""
        if commission.files:
            return self.film_result(commission, "large")
        return self.tool_result(commission, PaintedLater(_enlarged, self.subject(commission), dict(commission.request)))


def _enlarged(subject: Picture, request: Mapping[str, Any]) -> "Image":
    from runware_sync.sandbox import art

    image = subject.image()
    width, height = request.get("width"), request.get("height")
    if request.get("targetMegapixels"):
        factor = (request["targetMegapixels"] * _MEGAPIXEL / (image.width * image.height)) ** 0.5
    elif width or height:
        factor = max((width or 0) / image.width, (height or 0) / image.height)
    else:
        factor = float(request.get("upscaleFactor") or 2)
    largest = (_MOST_PIXELS / (image.width * image.height)) ** 0.5
    return art.upscale(image, max(1.0, min(factor, largest)))
