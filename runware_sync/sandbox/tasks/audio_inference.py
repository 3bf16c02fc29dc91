"""`audioInference`: sound from words."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, ClassVar, Final

from runware_sync.sandbox.billing import timed_price
from runware_sync.sandbox.gallery import StoredFile
from runware_sync.sandbox.inputs import listed, nested
from runware_sync.sandbox.kinds import Kind
from runware_sync.sandbox.rules import Problem, Rule
from runware_sync.sandbox.samples import sample
from runware_sync.sandbox.sound import melody
from runware_sync.sandbox.tasks.base import Commission, TaskType

__all__ = ["AudioInference"]

_USUAL: Final = 10.0
_PLACES: Final[tuple[tuple[Kind, str, str], ...]] = (
    ("audio", "inputs.audio", ""),
    ("audio", "inputs.audios", ""),
    ("video", "inputs.video", ""),
    ("video", "inputs.videos", ""),
    ("audio", "inputs.referenceAudios", ""),
    ("audio", "inputs.referenceVoices", "audio"),
)


class AudioInference(TaskType):
    """Plays two seconds of a melody: as WAV another one for each seed, in the compressed formats always the same."""

    names: ClassVar = ("audioInference",)
    rules: ClassVar = (
        Rule("model", "string", required=True),
        Rule("positivePrompt", "string", 2, 3000, wild_least=0, wild_most=100_000),
        Rule("negativePrompt", "string", None, 3000, wild_most=100_000),
        Rule("duration", "float", 10, 300, wild_least=0.1, wild_most=3600),
        Rule("steps", "integer", 1, 100),
        Rule("CFGScale", "float", 0, 50),
        Rule("strength", "float", 0, 1),
        Rule("seed", "integer", 0, 9223372036854776000),
        Rule("numberResults", "integer", 1, 3, wild_most=20),
    )
    parameters: ClassVar = frozenset(
        "positivePrompt negativePrompt duration speech audioSettings advancedFeatures seed steps CFGScale"
        " strength".split()
    )
    output_formats: ClassVar = ("MP3", "WAV", "FLAC", "OGG")

    def expected(self, request: Mapping[str, Any]) -> int:
        """Return how many results the task will have."""
        return int(request.get("numberResults") or 1)

    def price(self, request: Mapping[str, Any]) -> float:
        """Return US dollars for one result."""
        return timed_price(self.name, request.get("duration"), _USUAL)

    def media(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the parameters that name pictures, with their values."""
        return listed(request, "inputs.referenceImages")

    def files(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any, Kind | None]]:
        """Yield the parameters that name sounds and films, with their values."""
        for kind, path, key in _PLACES:
            for name, value in listed(request, path, key):
                yield name, value, kind

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the request beyond the rules."""
        said = request.get("positivePrompt") or request.get("speech") or nested(request, "settings", "lyrics")
        if not said and next(self.files(request), None) is None:
            yield Rule("positivePrompt", "string").missing()

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Make one result."""
        form = str(commission.request.get("outputFormat") or self.output_formats[0]).lower()
        seed = self.seed_of(commission, index)
        make = partial(melody, seed) if form == "wav" else partial(sample, f"melody.{form}")
        file = self.put_up(commission, StoredFile, ("audio", index), form, make)
        return {**self.fields_of(file, commission, "audio"), "seed": seed}
