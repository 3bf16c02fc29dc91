"""Texts."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from runware_sync.names import about
from runware_sync.results.base import Record, Result

if TYPE_CHECKING:
    from runware_sync.display import Html

__all__ = ["StructuredData", "Text", "TextUsage"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class StructuredData(Record):
    """The answer of a model that detects something; what else it says stands in `extra`."""

    age_group: str | None = field(default=None, metadata=about("Range of years that the person's age is in."))
    confidence: float | None = field(default=None, metadata=about("How sure the model is, 0 to 1."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class TextUsage(Record):
    """How many tokens a text took."""

    prompt_tokens: int | None = field(default=None, metadata=about("Tokens read."))
    completion_tokens: int | None = field(default=None, metadata=about("Tokens written."))
    total_tokens: int | None = field(default=None, metadata=about("Sum of both."))
    thinking_tokens: int | None = field(default=None, metadata=about("Tokens spent on thinking."))
    completion_tokens_details: Mapping[str, Any] | None = field(
        default=None, metadata=about("What the written tokens were for.")
    )
    cost_breakdown: Mapping[str, Any] | None = field(default=None, metadata=about("Price of each kind of token."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Text(Result):
    """A text: an answer, a description, a prompt; `str()` of it is the text."""

    text: str | None = field(default=None, metadata=about("The text; `None` from models that only detect."))
    structured_data: StructuredData | None = field(
        default=None, metadata=about("The answer of models that detect something.")
    )
    finish_reason: str | None = field(
        default=None, metadata=about("Why it ended: `'stop'`, `'length'`, `'content_filter'` or `'unknown'`.")
    )
    usage: TextUsage | None = field(default=None, metadata=about("How many tokens it took, where that was asked for."))
    reasoning_content: Any = field(
        default=None, metadata=about("What the model has thought; a list of pieces from some models.")
    )
    thought_signature: str | None = field(
        default=None, metadata=about("A token that some models want back with the next turn.")
    )
    tools: list[Any] | None = field(
        default=None, metadata=about("Tools that the model wants to be used.", aliases=("toolCalls",))
    )
    seed: int | None = field(default=None, metadata=about("Seed that made this text."))

    def __str__(self) -> str:
        """Return the text, which is empty if there is none."""
        return self.text or ""

    def _display(self) -> "Html":
        """Return the text as paragraphs, what the model has thought folded away, and what it took."""
        from runware_sync import display
        from runware_sync.gallery.exhibits import dollars

        thought = self.reasoning_content
        if isinstance(thought, list):
            thought = "\n\n".join(map(str, thought))
        tokens = self.usage.total_tokens if self.usage is not None else None
        data = self.structured_data.to_dict() if self.structured_data is not None else {}
        return display.stacked(
            display.folded("reasoning", display.text(str(thought))) if thought else "",
            display.text(self.text) if self.text else "",
            display.facts({**data, "tools": self.tools}) if data or self.tools else "",
            display.caption(
                "" if self.seed is None else f"seed {self.seed}",
                dollars(self.cost),
                "" if tokens is None else f"{tokens} tokens",
                "" if self.finish_reason in {None, "stop"} else f"ended by {self.finish_reason}",
            ),
        )
