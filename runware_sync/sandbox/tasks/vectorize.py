"""`vectorize`: a picture as a drawing of paths."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, ClassVar

from runware_sync.sandbox.gallery import Picture, StoredFile
from runware_sync.sandbox.rules import Problem, Rule
from runware_sync.sandbox.tasks.base import Commission, TaskType

__all__ = ["Vectorize"]


class Vectorize(TaskType):
    """Traces the areas of one colour, of the given picture or of one that is painted for the prompt."""

    names: ClassVar = ("vectorize",)
    rules: ClassVar = (
        Rule("model", "string"),
        Rule("positivePrompt", "string", 2, 3000, wild_least=0, wild_most=100_000),
        Rule("width", "integer", 128, 6048, wild_least=16, wild_most=8192),
        Rule("height", "integer", 128, 6048, wild_least=16, wild_most=8192),
    )
    parameters: ClassVar = frozenset("inputImage positivePrompt width height".split())
    output_formats: ClassVar = ("SVG",)
    model_required: ClassVar = True

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the request beyond the rules."""
        if not request.get("positivePrompt"):
            yield from self.needs_image(request)

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Make the drawing."""
        request = commission.request
        width, height = request.get("width"), request.get("height")
        given = next(iter(commission.pictures.values()), None)
        prompt = str(request.get("positivePrompt") or "")
        make = partial(_drawing, given, prompt, self.seed_of(commission, index), width, height)
        return self.fields_of(self.put_up(commission, StoredFile, ("drawing", index), "SVG", make), commission, "image")


def _drawing(given: Picture | None, prompt: str, seed: int, width: int | None, height: int | None) -> bytes:
    from runware_sync.sandbox import art

    if given is None:
        picture = art.paint(prompt=prompt, seed=seed, width=width or 1024, height=height or 1024)
    else:
        picture = given.image()
    return art.traced(picture, (width or picture.width, height or picture.height)).encode("ascii")
