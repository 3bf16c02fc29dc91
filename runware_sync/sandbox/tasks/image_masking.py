"""`imageMasking`: where the subjects of a picture are."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from runware_sync.sandbox.gallery import Picture
from runware_sync.sandbox.rules import Problem, Rule
from runware_sync.sandbox.tasks.base import Commission, PaintedLater, TaskType

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["ImageMasking"]

_EDGES = ("x_min", "y_min", "x_max", "y_max")


class ImageMasking(TaskType):
    """Makes a white mask of what differs from the border, with the box of each part; the model's name says nothing."""

    names: ClassVar = ("imageMasking",)
    rules: ClassVar = (
        Rule("model", "string"),
        Rule("confidence", "float", 0, 1),
        Rule("maxDetections", "integer", 1, 20, wild_most=1000),
        Rule("maskPadding", "integer", -40, 40, wild_least=-200, wild_most=200),
        Rule("maskBlur", "integer", 0, 20, wild_most=200),
    )
    parameters: ClassVar = frozenset("inputImage confidence maxDetections maskPadding maskBlur".split())
    model_required: ClassVar = True

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the request beyond the rules."""
        yield from self.needs_image(request)
        yield from self.settings_problems(request)

    def is_heavy(self, commission: Commission) -> bool:
        """Tell that the pixels have to be looked at."""
        return True

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Make the mask and the boxes."""
        subject, settings = self.subject(commission), _settings(commission.request)
        _, found = _subjects(subject, settings)
        fields = self.outputs(commission, 0, PaintedLater(_mask, subject, settings), prefix="maskImage")
        detections = [dict(zip(_EDGES, box, strict=True)) for box in found]
        return {**fields, "inputImageUUID": subject.uuid, "detections": detections}


def _settings(request: Mapping[str, Any]) -> dict[str, Any]:
    nested = request.get("settings")
    given = {**request, **(nested if isinstance(nested, Mapping) else {})}
    names = {"maxDetections": "most", "confidence": "confidence", "maskPadding": "padding", "maskBlur": "blur"}
    return {ours: given[name] for name, ours in names.items() if given.get(name) is not None}


def _subjects(subject: Picture, settings: Mapping[str, Any]) -> "tuple[Image, list[tuple[int, int, int, int]]]":
    from runware_sync.sandbox import art

    return art.subjects(subject.image(), **settings)


def _mask(subject: Picture, settings: Mapping[str, Any]) -> "Image":
    return _subjects(subject, settings)[0]
