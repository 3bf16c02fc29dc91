"""`controlNetPreprocess`: a picture turned into a guide image."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from runware_sync.sandbox.gallery import Picture
from runware_sync.sandbox.rules import Problem, Rule
from runware_sync.sandbox.tasks.base import Commission, PaintedLater, TaskType

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["ControlNetPreprocess"]

_KINDS: Final = "canny depth mlsd normalbae openpose tile seg lineart_anime lineart shuffle scribble softedge".split()
"""The longer name first where one holds the other."""
_ONLY_WITH: Final = {
    "lowThresholdCanny": "canny",
    "highThresholdCanny": "canny",
    "includeHandsAndFaceOpenPose": "openpose",
}


class ControlNetPreprocess(TaskType):
    """Finds edges, depth, areas and so on, in the pixels; the current form names the preprocessor by its model."""

    names: ClassVar = ("controlNetPreprocess", "imageControlNetPreProcess")
    rules: ClassVar = (
        Rule("width", "integer", 64, 2048, wild_least=1, wild_most=8192),
        Rule("height", "integer", 64, 2048, wild_least=1, wild_most=8192),
        Rule("lowThresholdCanny", "integer", 0, 255),
        Rule("highThresholdCanny", "integer", 0, 255),
    )
    parameters: ClassVar = frozenset(
        "inputImage width height preProcessorType lowThresholdCanny highThresholdCanny"
        " includeHandsAndFaceOpenPose".split()
    )
    model_required: ClassVar = True

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the request beyond the rules."""
        yield from self.needs_image(request)
        yield from self.settings_problems(request)
        kind = request.get("preProcessorType")
        if kind is not None and kind not in _KINDS:
            message = "preProcessorType has a value that is not allowed."
            yield Problem("invalidPreProcessorType", message, "preProcessorType", type="string", allowedValues=_KINDS)
        for name, only in _ONLY_WITH.items() if self.studio.switches.strict and kind is not None else ():
            if request.get(name) is not None and kind != only:
                yield Problem("incompatibleParameters", f"{name} goes with {only} alone.", name)

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Make the guide image."""
        paint = PaintedLater(_guide, self.subject(commission), dict(commission.request))
        fields = self.outputs(commission, 0, paint, prefix="guideImage")
        return {**fields, "inputImageUUID": self.subject(commission).uuid}


def _guide(subject: Picture, request: Mapping[str, Any]) -> "Image":
    from runware_sync.sandbox import art

    nested = request.get("settings")
    settings = {**request, **(nested if isinstance(nested, Mapping) else {})}
    named = str(settings.get("preProcessorType") or settings.get("model") or "").lower()
    low, high = settings.get("lowThresholdCanny"), settings.get("highThresholdCanny")
    return art.preprocess(
        subject.image(),
        next((kind for kind in _KINDS if kind in named), "canny"),
        low=100 if low is None else int(low),
        high=200 if high is None else int(high),
        width=settings.get("width"),
        height=settings.get("height"),
        hands_and_face=bool(settings.get("includeHandsAndFaceOpenPose")),
    )
