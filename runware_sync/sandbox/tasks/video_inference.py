"""`videoInference`: films from words and pictures."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, ClassVar, Final

from runware_sync.sandbox.billing import timed_price
from runware_sync.sandbox.identifiers import derived_uuid
from runware_sync.sandbox.inputs import listed, nested
from runware_sync.sandbox.kinds import Kind
from runware_sync.sandbox.rules import Problem, Rule, not_allowed
from runware_sync.sandbox.tasks.base import Commission, TaskType, output_types
from runware_sync.sandbox.tasks.films import FILM_FORMATS, put_up_film
from runware_sync.sandbox.tasks.image_inference import is_checked

__all__ = ["VideoInference"]

_USUAL: Final = 5.0
_SHORTEST, _LONGEST = 1, 30
_PICTURE_LISTS: Final = (
    "frameImages",
    "inputs.frameImages",
    "referenceImages",
    "inputs.referenceImages",
    "inputs.images",
)

_LISTS: Final[tuple[tuple[Kind, str], ...]] = (
    ("video", "referenceVideos"),
    ("video", "inputs.referenceVideos"),
    ("audio", "inputAudios"),
    ("audio", "inputs.audios"),
    ("audio", "inputs.referenceAudios"),
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
        for name in ("image", "mask", "background"):
            if nested(request, "inputs", name) is not None:
                yield f"inputs.{name}", nested(request, "inputs", name)
        for path in _PICTURE_LISTS:
            yield from listed(request, path, "inputImage", "image")

    def files(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any, Kind | None]]:
        """Yield the parameters that name films and sounds, with their values."""
        kinds: tuple[Kind, ...] = ("video", "audio")
        for kind in kinds:
            if nested(request, "inputs", kind) is not None:
                yield f"inputs.{kind}", nested(request, "inputs", kind), kind
        for kind, path in _LISTS:
            for name, value in listed(request, path, kind):
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
