"""Texts."""

from attrs import field, frozen

from runware_sync.names import about
from runware_sync.results.base import Record, Result

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


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Text(Result):
    """A description of a picture, or a prompt; `str()` of it is the text."""

    text: str | None = field(default=None, metadata=about("The text; `None` from models that only detect."))
    structured_data: StructuredData | None = field(
        default=None, metadata=about("The answer of models that detect something.")
    )

    finish_reason: str | None = field(default=None, metadata=about("Why the text ended."))
    reasoning_content: str | None = field(default=None, metadata=about("What the model has thought."))
    usage: TextUsage | None = field(default=None, metadata=about("How many tokens it took."))

    def __str__(self) -> str:
        """Return the text, which is empty if there is none."""
        return self.text or ""
