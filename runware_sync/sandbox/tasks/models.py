"""`modelSearch` and `modelUpload`: the catalogue."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from runware_sync.sandbox.identifiers import derived_number
from runware_sync.sandbox.rules import Problem, Rule
from runware_sync.sandbox.tasks.base import Commission, TaskType
from runware_sync.sandbox.tasks.checks import texts

__all__ = ["ModelSearch", "ModelUpload"]

PHASES: Final = ("validated", "downloaded", "optimized", "stored", "ready")
_REQUIRED: Final = ("category", "architecture", "format", "name", "version", "downloadURL")


class ModelSearch(TaskType):
    """Returns a page of the catalogue."""

    names: ClassVar = ("modelSearch",)
    rules: ClassVar = (
        Rule("limit", "integer", 1, 100, wild_least=1, wild_most=100),
        Rule("offset", "integer", 0, 1_000_000, wild_least=0),
        Rule("tags", "array"),
        Rule("capabilities", "array"),
    )
    parameters: ClassVar = frozenset(
        "search tags category type architecture conditioning capabilities source visibility sort limit offset".split()
    )
    deliveries: ClassVar = ("sync",)

    def media(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield nothing."""
        return iter(())

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the request beyond the rules."""
        yield from texts(request, "tags", "capabilities")

    def is_heavy(self, commission: Commission) -> bool:
        """Tell that it takes no pixels."""
        return False

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Search."""
        results, total = self.studio.catalogue.find(commission.request)
        return {"results": results, "totalResults": total}


class ModelUpload(TaskType):
    """Goes through its phases, one frame for each, and enters the model; nothing is fetched."""

    names: ClassVar = ("modelUpload",)
    parameters: ClassVar = frozenset(
        "category architecture format name version downloadURL air uniqueIdentifier private type conditioning"
        " defaultCFG defaultCFGScale defaultGuidanceScale defaultScheduler defaultSteps defaultStrength defaultWeight"
        " positiveTriggerWords negativeTriggerWords heroImageURL tags shortDescription comment".split()
    )
    rules: ClassVar = (
        *(Rule(name, "string", required=True) for name in _REQUIRED),
        Rule("air", "string"),
        Rule("tags", "array"),
    )
    deliveries: ClassVar = ("sync",)
    long: ClassVar = True
    phased: ClassVar = True

    def expected(self, request: Mapping[str, Any]) -> int:
        """Return how many phases it reaches."""
        fails = self.studio.switches.upload_fails
        return len(PHASES) if fails == "none" else PHASES.index(fails) + 1

    def media(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield nothing: the file is not fetched."""
        return iter(())

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield the problem of a model that there is already, or soon, and what else is wrong."""
        yield from texts(request, "tags")
        air = request.get("air")
        if air is not None and (air in self.studio.catalogue or any(self._coming(air))):
            yield Problem("modelAlreadyExists", "There is a model under this AIR already.", "air", type="string")

    def _coming(self, air: str) -> Iterator[bool]:
        """Yield for each upload under an AIR whether it may still come to a model."""
        for task in self.studio.record.tasks:
            if task.task_type in self.names and task.request.get("air") == air:
                yield not task.errors and all(item.get("status") != "failed" for item in task.items)

    def is_heavy(self, commission: Commission) -> bool:
        """Tell that it takes no pixels."""
        return False

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Reach a phase."""
        request, switches = commission.request, self.studio.switches
        drawn = f"sandbox:{derived_number(self.studio.seed, commission.uuid, 'air', bits=20)}@1"
        air = str(request.get("air") or drawn)
        if PHASES[index] == switches.upload_fails:
            return {"status": "failed", "message": f"The model could not be {PHASES[index]}.", "air": air}
        if PHASES[index] == "ready":
            self.studio.catalogue.add(request, air)
        return {"status": PHASES[index], "message": f"The model is {PHASES[index]}.", "air": air}
