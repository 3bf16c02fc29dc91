"""`3dInference`: solids from words and pictures."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, ClassVar

from runware_sync.sandbox.gallery import StoredFile
from runware_sync.sandbox.inputs import listed, nested
from runware_sync.sandbox.kinds import Kind
from runware_sync.sandbox.rules import Problem, Rule, not_allowed
from runware_sync.sandbox.solids import FORMATS, solid
from runware_sync.sandbox.tasks.base import Commission, TaskType, output_types
from runware_sync.sandbox.tasks.image_inference import is_checked

__all__ = ["ThreeDInference"]


class ThreeDInference(TaskType):
    """Cuts a small coloured stone, another one for each seed; its file stands under `outputs.files`."""

    names: ClassVar = ("3dInference",)
    rules: ClassVar = (
        Rule("model", "string", required=True),
        Rule("positivePrompt", "string", 2, 3000, wild_least=0, wild_most=100_000),
        Rule("negativePrompt", "string", None, 3000, wild_most=100_000),
        Rule("seed", "integer", 0, 9223372036854776000),
        Rule("numberResults", "integer", 1, 4, wild_most=20),
    )
    parameters: ClassVar = frozenset("positivePrompt negativePrompt seed".split())
    output_formats: ClassVar = FORMATS
    deliveries: ClassVar = ("async", "sync")
    long: ClassVar = True

    def expected(self, request: Mapping[str, Any]) -> int:
        """Return how many results the task will have."""
        return int(request.get("numberResults") or 1)

    def media(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the parameters that name pictures, with their values."""
        for name in ("image", "mask", "images", "referenceImages"):
            yield from listed(request, f"inputs.{name}")

    def files(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any, Kind | None]]:
        """Yield the parameter that names a solid, if there is one."""
        mesh = nested(request, "inputs", "meshFile")
        if mesh is not None:
            yield "inputs.meshFile", mesh, "mesh"

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the request beyond the rules."""
        given = [*self.media(request), *self.files(request)]
        if not request.get("positivePrompt") and not given:
            yield Rule("positivePrompt", "string").missing()
        if output_types(request) != ["URL"]:
            yield not_allowed("outputType", ("URL",))

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Make one result."""
        request = commission.request
        form = str(request.get("outputFormat") or FORMATS[0]).upper()
        seed = self.seed_of(commission, index)
        file = self.put_up(commission, StoredFile, ("solid", index), form, partial(solid, form, seed))
        fields: dict[str, Any] = {"outputs": {"files": [self.entry(file)]}, "seed": seed}
        if is_checked(request):
            fields["NSFWContent"] = "nsfw" in str(request.get("positivePrompt") or "").lower()
        return fields
