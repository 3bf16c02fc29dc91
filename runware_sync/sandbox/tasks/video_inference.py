"""`videoInference`: films from words and pictures."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, ClassVar, Final

from runware_sync.sandbox.billing import timed_price
from runware_sync.sandbox.identifiers import derived_uuid
from runware_sync.sandbox.inputs import held, listed, nested
from runware_sync.sandbox.kinds import Kind
from runware_sync.sandbox.rules import Problem, Rule, not_allowed
from runware_sync.sandbox.tasks.base import Commission, TaskType, output_types
from runware_sync.sandbox.tasks.films import FILM_FORMATS, put_up_film
from runware_sync.sandbox.tasks.image_inference import is_checked

__all__ = ["VideoInference"]

_USUAL: Final = 5.0
_SHORTEST, _LONGEST = 1, 30
_PICTURES: Final = (
    ("inputs.image",),
    ("inputs.images",),
    ("inputs.mask",),
    ("inputs.background",),
    ("frameImages", "inputImage", "image"),
    ("inputs.frameImages", "inputImage", "image"),
    ("inputs.frames", "inputImage", "image"),
    ("referenceImages",),
    ("inputs.referenceImages", "images"),
    ("inputs.references", "images"),
    ("advancedFeatures.watermark.image",),
)
_OTHERS: Final[tuple[tuple[Kind, str, str], ...]] = (
    ("video", "inputs.video", ""),
    ("audio", "inputs.audio", "source"),
    ("video", "referenceVideos", ""),
    ("video", "inputs.referenceVideos", "video"),
    ("audio", "inputAudios", ""),
    ("audio", "inputs.audios", ""),
    ("audio", "inputs.referenceAudios", ""),
)
_IN_OBJECTS: Final[tuple[tuple[Kind, str, str], ...]] = (
    ("image", "inputs.elements", "frontalImage"),
    ("image", "inputs.elements", "images"),
    ("video", "inputs.elements", "videos"),
    ("image", "inputs.referenceVideos", "images"),
    *((kind, path, kind) for path in ("inputs.referenceImages", "inputs.references") for kind in ("audio", "video")),
    ("audio", "inputs.referenceVideos", "audio"),
)


class VideoInference(TaskType):
    """Has the same short film for everything: there is no encoder here. What names pictures or films is checked."""

    names: ClassVar = ("videoInference",)
    rules: ClassVar = (
        Rule("model", "string", required=True),
        Rule("positivePrompt", "string", 2, 3000, wild_least=0, wild_most=100_000),
        Rule("negativePrompt", "string", None, 3000, wild_most=100_000),
        Rule("duration", "float"),
        Rule("width", "integer", 256, 1920, wild_least=16, wild_most=8192),
        Rule("height", "integer", 256, 1920, wild_least=16, wild_most=8192),
        Rule("fps", "integer", 8, 60, wild_least=1, wild_most=240),
        Rule("steps", "integer", 1, 100),
        Rule("CFGScale", "float", 0, 50),
        Rule("seed", "integer", 0, 9223372036854776000),
        Rule("numberResults", "integer", 1, 4, wild_most=20),
        Rule("frameImages", "array"),
        Rule("referenceImages", "array"),
        Rule("referenceVideos", "array"),
        Rule("inputAudios", "array"),
        Rule("lora", "array"),
        Rule("nsfw_check", "string"),
    )
    parameters: ClassVar = frozenset(
        "positivePrompt negativePrompt duration width height resolution fps steps scheduler seed CFGScale acceleration"
        " frameImages referenceImages referenceVideos inputAudios speech lora acceleratorOptions advancedFeatures"
        " nsfw_check".split()
    )
    output_formats: ClassVar = FILM_FORMATS
    deliveries: ClassVar = ("async",)
    long: ClassVar = True

    def expected(self, request: Mapping[str, Any]) -> int:
        """Return how many results the task will have."""
        return int(request.get("numberResults") or 1)

    def price(self, request: Mapping[str, Any]) -> float:
        """Return US dollars for one result."""
        return timed_price(self.name, request.get("duration"), _USUAL)

    def media(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the parameters that name pictures, with their values."""
        for path, *keys in _PICTURES:
            yield from listed(request, path, *keys)

    def files(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any, Kind | None]]:
        """Yield the parameters that name films and sounds, and what objects hold besides, with their values."""
        for find, places in ((listed, _OTHERS), (held, _IN_OBJECTS)):
            for kind, path, key in places:
                for name, value in find(request, path, key):
                    yield name, value, kind

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the request beyond the rules."""
        given = chain(self.media(request), self.files(request))
        if not request.get("positivePrompt") and not request.get("speech") and next(given, None) is None:
            yield Rule("positivePrompt", "string").missing()
        duration, strict = request.get("duration"), self.studio.switches.strict
        if duration is not None and (duration <= 0 or (strict and not _SHORTEST <= duration <= _LONGEST)):
            bounds = {"type": "float", "min": _SHORTEST, "max": _LONGEST}
            yield Problem("unsupportedDuration", "duration is outside its allowed range.", "duration", **bounds)
        if strict and output_types(request) != ["URL"]:
            yield not_allowed("outputType", ("URL",))

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Make one result."""
        request = commission.request
        fields = self.fields_of(put_up_film(self, commission, index, "clip"), commission, "video")
        fields["seed"] = self.seed_of(commission, index)
        if is_checked(request) or request.get("nsfw_check") not in {None, "none"}:
            fields["NSFWContent"] = "nsfw" in str(request.get("positivePrompt") or "").lower()
        if nested(request, "settings", "draft"):
            fields["outputs"] = {"draftId": derived_uuid(self.studio.seed, commission.uuid, "draft", index)}
        return fields
