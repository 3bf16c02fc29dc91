"""`imageInference`: pictures from words, from pictures, or both."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from runware_sync.sandbox.billing import image_price
from runware_sync.sandbox.gallery import Picture
from runware_sync.sandbox.inputs import listed, nested
from runware_sync.sandbox.rules import Problem, Rule
from runware_sync.sandbox.tasks.base import Commission, PaintedLater, TaskType

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["ImageInference"]

_WORDLESS = "__BLANK__"
_SMALLEST, _LARGEST = 16, 8192
_SIDES = ("top", "right", "bottom", "left")
_BASES: Final = ("seedImage", "inputs.seedImage", "maskImage", "inputs.maskImage", "inputs.mask")
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
        Rule("width", "integer", 128, 2048, 64, _SMALLEST, _LARGEST),
        Rule("height", "integer", 128, 2048, 64, _SMALLEST, _LARGEST),
        Rule("steps", "integer", 1, 100),
        Rule("CFGScale", "float", 0, 50),
        Rule("strength", "float", 0, 1),
        Rule("seed", "integer", 0, 9223372036854776000),
        Rule("maskMargin", "integer", 32, 128),
        Rule("clipSkip", "integer", 0, 2),
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
        return image_price(request.get("width"), request.get("height"), request.get("steps"))

    def media(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the parameters that name pictures, with their values."""
        for path in _BASES:
            yield from listed(request, path)
        yield from super().media(request)
        for path, *keys in (*_GUIDES, *_OTHERS):
            yield from listed(request, path, *keys)

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the request beyond the rules."""
        pictures = next(self.media(request), None) is not None
        if not request.get("positivePrompt") and not pictures:
            yield Rule("positivePrompt", "string").missing()
        if "maskImage" in request and "seedImage" not in request:
            yield Problem("missingSeedImage", "maskImage needs a seedImage.", "seedImage", type="string")
        if "outpaint" in request and not isinstance(request["outpaint"], Mapping):
            yield Problem("invalidOutpaint", "outpaint must be of type object.", "outpaint", type="object")

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
        return PaintedLater(_painted, dict(commission.pictures), _settings(commission.request), seed)


def is_checked(request: Mapping[str, Any]) -> bool:
    """Tell whether the results are to be screened."""
    mode = nested(request, "safety", "mode")
    if mode is not None:
        return bool(mode != "none")
    return bool(request.get("checkNSFW") or request.get("checkNsfw") or nested(request, "safety", "checkContent"))


def _settings(request: Mapping[str, Any]) -> dict[str, Any]:
    names = "positivePrompt negativePrompt width height steps CFGScale strength model outpaint".split()
    return {name: request[name] for name in names if request.get(name) is not None}


def _painted(pictures: Mapping[str, Picture], settings: Mapping[str, Any], seed: int) -> "Image":
    from runware_sync.sandbox import art

    def first(*names: str) -> "Image | None":
        return next((pictures[name].image() for name in names if name in pictures), None)

    base = first("seedImage", "inputs.seedImage", "inputImage", "inputs.image")
    prompt = str(settings.get("positivePrompt", ""))
    width, height = _size(settings, base)
    painted = art.paint(
        prompt="" if prompt == _WORDLESS else prompt,
        negative_prompt=str(settings.get("negativePrompt", "")),
        seed=seed,
        width=width,
        height=height,
        steps=int(settings.get("steps", 20)),
        cfg_scale=float(settings.get("CFGScale", 7.0)),
        model=str(settings.get("model", "")),
    )
    for name, picture in pictures.items():
        if name.startswith(_GUIDING):
            painted = art.image_to_image(picture.image().resize((width, height)), painted, 0.75)
    if base is None:
        return painted
    strength = float(settings.get("strength", 0.8))
    sides = settings.get("outpaint")
    if isinstance(sides, Mapping):
        top, right, bottom, left = (int(sides.get(side) or 0) for side in _SIDES)
        inner = base.resize((max(1, width - left - right), max(1, height - top - bottom)))
        blur = int(sides.get("blur") or 0)
        return art.outpaint(inner, painted, top, right, bottom, left, blur)
    base = base if base.size == (width, height) else base.resize((width, height))
    mask = first("maskImage", "inputs.maskImage", "inputs.mask")
    return art.image_to_image(base, painted, strength) if mask is None else art.inpaint(base, painted, mask, strength)


def _size(settings: Mapping[str, Any], base: "Image | None") -> tuple[int, int]:
    default = (1024, 1024) if base is None else base.size
    width, height = int(settings.get("width", default[0])), int(settings.get("height", default[1]))
    sides = settings.get("outpaint")
    if isinstance(sides, Mapping) and "width" not in settings and "height" not in settings:
        width += int(sides.get("left") or 0) + int(sides.get("right") or 0)
        height += int(sides.get("top") or 0) + int(sides.get("bottom") or 0)
    return max(_SMALLEST, min(_LARGEST, width)), max(_SMALLEST, min(_LARGEST, height))
