"""A text that is read while it is written."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen

from runware_sync.names import about
from runware_sync.requests.conversation import Conversation
from runware_sync.requests.deferred import deferred
from runware_sync.requests.rules import Rule

if TYPE_CHECKING:
    from runware_sync.results import TextStream
else:
    (TextStream,) = deferred("TextStream")

__all__ = ["StreamText"]


def _one_answer(request: Any) -> str | None:
    """Refuse several texts at once: their pieces would come mixed."""
    if (request.number_results or 1) == 1:
        return None
    return "number_results must be 1, because one text comes at a time; text_inference brings several"


def _here(request: Any) -> str | None:
    """Refuse what sends the text elsewhere, or later."""
    if request.webhook_url is not None:
        return "webhook_url cannot be given, because the text comes here; text_inference takes one"
    if request.delivery_method not in {None, "stream"}:
        return f"delivery_method={request.delivery_method!r} cannot be given, because the text comes as a stream"
    return None


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class StreamText(Conversation[TextStream]):
    """Talk with a language model, and read its answer while it is written.

        for piece in runware.stream_text("Tell me a story.", model="..."):
            print(piece, end="", flush=True)

    Returns when the service has begun to answer. The answer comes over an HTTP connection of its own, in the thread
    that reads it. `timeout` bounds the silence between two signs of life of the server, not the whole text. `retry`
    counts further attempts as long as the service has not taken the task; once it has, nothing is sent again: a lost
    connection is an error that carries what had come. `on_partial` is called once, with the complete text.
    """

    task_type: ClassVar[str] = "textInference"
    result: ClassVar[str | None] = "Text"
    live: ClassVar[bool] = True
    rules: ClassVar[tuple[Rule, ...]] = (_one_answer, _here)

    include_usage: bool | None = field(
        default=True,
        metadata=about("Whether the number of tokens is reported at the end, for `usage`. Default: `True`."),
    )
    on_reasoning: Callable[[str], None] | None = field(
        default=None,
        eq=False,
        metadata=about(
            "Called with each piece of what the model thinks, where it shows that, in the calling thread.",
            per_call=True,
        ),
    )
    number_results: int | None = field(
        default=None,
        metadata=about("Cannot be more than 1, because one text comes at a time; `text_inference` brings several."),
    )
    delivery_method: str | None = field(
        default=None, metadata=about("Cannot be anything but `'stream'`, which it is without being given.")
    )
    webhook_url: str | None = field(
        default=None, metadata=about("Cannot be given, because the text comes here; `text_inference` takes one.")
    )
