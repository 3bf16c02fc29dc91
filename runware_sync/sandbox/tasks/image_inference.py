"""`imageInference`: pictures from words, from pictures, or both."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from runware_sync.sandbox.billing import image_price
from runware_sync.sandbox.inputs import listed, nested
from runware_sync.sandbox.rules import Problem, Rule
from runware_sync.sandbox.tasks.base import Commission, PaintedLater, TaskType
from runware_sync.sandbox.tasks.checks import exclusive, within
from runware_sync.sandbox.tasks.painting import BASES, LARGEST, MASKS, SIDES, SMALLEST, painted, settings_of, sides_of

__all__ = ["ImageInference"]

_OUTPAINT: Final = (*(Rule(side, "integer", 0, 2048) for side in SIDES), Rule("blur", "integer", 0, 32, wild_most=2048))
_EXCLUSIVE: Final = (("startStep", "startStepPercentage"), ("endStep", "endStepPercentage"))
_GUIDES: Final = (
    ("controlNet", "guideImage"),
    ("ipAdapters", "guideImages", "guideImage"),
    ("referenceImages",),
    ("inputs.images",),
    ("inputs.referenceImages", "image"),
    ("inputs.references", "image"),
    ("inputs.superResolutionReferences",),
    ("pulid.images",),
    ("pulid.inputImages",),
    ("puLID.images",),
    ("puLID.inputImages",),
    ("instantID.inputImage",),
    ("instantID.inputImages",),
    ("instantID.poseImage",),
    ("photoMaker.images",),
    ("photoMaker.inputImages",),
    ("acePlusPlus.inputImages",),
)
_OTHERS: Final = (
    ("acePlusPlus.inputMasks",),
    ("watermark.image",),
    ("advancedFeatures.watermark.image",),
    ("advancedFeatures.regionalPrompting.regions", "mask"),
)
_GUIDING: Final = tuple(path for path, *_ in _GUIDES)


class ImageInference(TaskType):
    """Paints from prompt, seed, size, steps and CFG scale.

    A seed image is blended in by `strength`, a mask says where, `outpaint` goes on beyond its edges; guide and
    reference images show through faintly. Result *i* has the seed `seed + i`; without a seed, one of 32 bits is drawn.
    """

    names: ClassVar = ("imageInference",)
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule("model", "string", required=True),
        Rule("positivePrompt", "string", 2, 3000, wild_least=0, wild_most=100_000),
        Rule("negativePrompt", "string", None, 3000, wild_most=100_000),
        Rule("width", "integer", 128, 2048, 64, SMALLEST, LARGEST),
        Rule("height", "integer", 128, 2048, 64, SMALLEST, LARGEST),
        Rule("steps", "integer", 1, 100),
        Rule("CFGScale", "float", 0, 50),
        Rule("strength", "float", 0, 1),
        Rule("seed", "integer", 0, 9223372036854776000),
        Rule("maskMargin", "integer", 32, 128),
        Rule("clipSkip", "integer", 0, 2),
        Rule("upscaleFactor", "float", 1, 4),
        Rule("resolution", "string"),
        Rule("lora", "array"),
        Rule("controlNet", "array"),
        Rule("referenceImages", "array"),
    )
    parameters: ClassVar = frozenset(
        "positivePrompt negativePrompt width height seedImage maskImage strength steps scheduler seed CFGScale clipSkip"
        " usePromptWeighting promptWeighting lora controlNet maskMargin embeddings ipAdapters lycoris outpaint refiner"
        " vae referenceImages acceleratorOptions acceleration advancedFeatures layerDiffuse hiresFix watermark puLID"
        " pulid instantID acePlusPlus photoMaker trueCFGScale ultralytics upscaleFactor resolution useCache".split()
    )

    def expected(self, request: Mapping[str, Any]) -> int:
        """Return how many results the task will have."""
        return int(request.get("numberResults") or 1)

    def price(self, request: Mapping[str, Any]) -> float:
        """Return US dollars for one result."""
        return image_price(*sides_of(request), request.get("steps"))

    def media(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the parameters that name pictures, with their values."""
        for path in (*BASES[:2], *MASKS):
            yield from listed(request, path)
        yield from super().media(request)
        for path, *keys in (*_GUIDES, *_OTHERS):
            yield from listed(request, path, *keys)

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the request beyond the rules."""
        names = [name for name, _ in self.media(request)]
        if not request.get("positivePrompt") and not names:
            yield Rule("positivePrompt", "string").missing()
        based, masked = any(name in BASES for name in names), any(name in MASKS for name in names)
        wanting = not based if "maskImage" in names else masked and all(name in MASKS for name in names)
        outpaint, strict = request.get("outpaint"), self.studio.switches.strict
        if wanting or (strict and outpaint is not None and not based):
            needy = "maskImage" if wanting else "outpaint"
            yield Problem("missingSeedImage", f"{needy} needs a seedImage.", "seedImage", type="string")
        if outpaint is not None and not isinstance(outpaint, Mapping):
            yield Problem("invalidOutpaint", "outpaint must be of type object.", "outpaint", type="object")
        yield from within(request, "outpaint", _OUTPAINT, strict=strict)
        if strict:
            yield from self._contradictions(request, masked=masked)

    def _contradictions(self, request: Mapping[str, Any], *, masked: bool) -> Iterator[Problem]:
        """Yield what does not go together."""
        if request.get("maskMargin") is not None and not masked:
            yield Problem("missingMaskImage", "maskMargin needs a maskImage.", "maskImage", type="string")
        yield from exclusive(request, "usePromptWeighting", "promptWeighting")
        for guide in request.get("controlNet") or ():
            for names in _EXCLUSIVE if isinstance(guide, Mapping) else ():
                yield from exclusive(guide, *names)

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Make one result."""
        request = commission.request
        seed = self.seed_of(commission, index)
        fields = self.outputs(commission, index, self.recipe(commission, seed))
        fields["seed"] = seed
        if is_checked(request):
            fields["NSFWContent"] = "nsfw" in str(request.get("positivePrompt") or "").lower()
        return fields

    def recipe(self, commission: Commission, seed: int) -> PaintedLater:
        """Return how one result is painted."""
        return PaintedLater(painted, dict(commission.pictures), _GUIDING, settings_of(commission.request), seed)


def is_checked(request: Mapping[str, Any]) -> bool:
    """Tell whether the results are to be screened."""
    mode = nested(request, "safety", "mode")
    if mode is not None:
        return bool(mode != "none")
    return bool(request.get("checkNSFW") or request.get("checkNsfw") or nested(request, "safety", "checkContent"))
