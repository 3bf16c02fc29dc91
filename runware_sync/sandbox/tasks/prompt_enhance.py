"""`promptEnhance`: richer words for a prompt."""

from collections.abc import Mapping
from typing import Any, ClassVar

from runware_sync.sandbox.rules import Rule
from runware_sync.sandbox.tasks.base import Commission, TaskType

__all__ = ["PromptEnhance"]


class PromptEnhance(TaskType):
    """Writes `promptVersions` texts; they have no identity of their own, and come in one frame."""

    names: ClassVar = ("promptEnhance",)
    rules: ClassVar = (
        Rule("prompt", "string", 1, 300, wild_most=100_000, required=True),
        Rule("promptMaxLength", "integer", 12, 400, wild_least=4),
        Rule("promptVersions", "integer", 1, 5),
    )
    parameters: ClassVar = frozenset("prompt promptMaxLength promptVersions".split())
    one_frame: ClassVar = True

    def expected(self, request: Mapping[str, Any]) -> int:
        """Return how many texts there will be."""
        return int(request.get("promptVersions") or 1)

    def is_heavy(self, commission: Commission) -> bool:
        """Tell that words take no pixels."""
        return False

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Write one text."""
        from runware_sync.sandbox import art

        request = commission.request
        if not commission.texts:
            count = self.expected(request)
            tokens = request.get("promptMaxLength")
            commission.texts += art.enhance(
                str(request["prompt"]), versions=count, max_length=4 * tokens if tokens else None, seed=self.studio.seed
            )
        return {"text": commission.texts[0 if self.studio.switches.equal_texts else index]}
