"""A text that is read while it is written."""

import weakref
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Protocol, Self

from runware_sync.errors import RunwareError
from runware_sync.results.text import Text, TextUsage

__all__ = ["TextStream"]


class Delta(Protocol):
    """What one event adds."""

    @property
    def text(self) -> str:
        """Words of the text."""
        ...

    @property
    def reasoning(self) -> str:
        """Words of what the model thinks."""
        ...


class Source(Protocol):
    """Where a text comes from."""

    @property
    def task_uuid(self) -> str:
        """The call's root UUID."""
        ...

    @property
    def text(self) -> str:
        """The words so far."""
        ...

    @property
    def reasoning(self) -> str:
        """What the model has thought so far."""
        ...

    @property
    def item(self) -> Mapping[str, Any]:
        """What has come, in the form of a result."""
        ...

    @property
    def complete(self) -> bool:
        """Whether the text has come to its end."""
        ...

    def __next__(self) -> Delta:
        """Return the next piece, waiting for it."""
        ...

    def close(self) -> None:
        """End it."""
        ...

    def note(self, error: BaseException) -> None:
        """Tell whoever interrupts it how its task can be collected."""
        ...


class TextStream(Iterator[str]):
    """A text that is read while it is written: an iterator over its pieces, in the thread that reads.

        for piece in runware.stream_text("Tell me a story.", model="..."):
            print(piece, end="", flush=True)

    `text`, `reasoning`, `usage`, `cost` and `finish_reason` tell what has come so far, during the loop and after it.
    The stream has a connection of its own, which ends with the text, with a loop that is left early, with `close()` or
    `with`, and when nobody holds the stream any more. What has been written until then is billed.

    Args:
        source: Where the pieces come from.
        decode: Turns what has come into a result.
        on_reasoning: Called with each piece of what the model thinks.
        on_text: Called once with the complete text, in a list.
    """

    def __init__(
        self,
        source: Source,
        decode: Callable[[Mapping[str, Any]], Text],
        *,
        on_reasoning: Callable[[str], None] | None = None,
        on_text: Callable[[list[Any]], None] | None = None,
    ) -> None:
        self._source = source
        self._decode = decode
        self._on_reasoning = on_reasoning
        self._on_text = on_text
        self._finalizer = weakref.finalize(self, source.close)

    @property
    def task_uuid(self) -> str:
        """The call's root UUID."""
        return self._source.task_uuid

    @property
    def text(self) -> str:
        """The text so far."""
        return self._source.text

    @property
    def reasoning(self) -> str:
        """What the model has thought so far; empty if it does not show that."""
        return self._source.reasoning

    @property
    def result(self) -> Text:
        """What has come so far, as `text_inference` would return it."""
        return self._decode(self._source.item)

    @property
    def usage(self) -> TextUsage | None:
        """How many tokens were read and written, once the service has told."""
        return self.result.usage

    @property
    def cost(self) -> float | None:
        """Price in US dollars, once the service has told."""
        return self.result.cost

    @property
    def finish_reason(self) -> str | None:
        """Why the text ended, such as `"stop"` or `"length"`; `None` as long as it has not."""
        return self.result.finish_reason

    def __next__(self) -> str:
        """Return the next piece of the text, waiting for it.

        Raises:
            StopIteration: The text is complete, or the stream was closed.
            RunwareError: It failed. The error carries what had come, as a `Text` in `results`.
        """
        try:
            while True:
                delta = next(self._source)
                if delta.reasoning and self._on_reasoning is not None:
                    self._on_reasoning(delta.reasoning)
                if delta.text:
                    return delta.text
        except StopIteration:
            self._hand_over()
            raise
        except RunwareError as error:
            error.results = [self._decode(item) if isinstance(item, Mapping) else item for item in error.results]
            raise
        except BaseException as error:
            self._leave(error)
            raise

    def __iter__(self) -> Iterator[str]:  # noqa: PYI034 - a generator, because only that learns of a `break`
        """Iterate over the pieces that are still to come; leaving the loop early closes the stream."""
        try:
            while True:
                try:
                    piece = next(self)
                except StopIteration:
                    return
                yield piece
        finally:
            self.close()

    def close(self) -> None:
        """End the stream and its connection; what has come stays. Closing twice does nothing.

        Safe to call from any thread; the one that waits for a piece is told that there are no more.
        """
        self._finalizer()

    def __enter__(self) -> Self:
        """Return the stream."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the stream."""
        if error is None or isinstance(error, Exception):
            self.close()
        else:
            self._leave(error)

    def __reduce__(self) -> str:
        """Refuse to be pickled or copied: it is read from a connection of this process."""
        raise TypeError(
            "a TextStream is not pickled, its text comes by a connection of this process; send stream.result, or"
            " stream.task_uuid, and use client.job(task_uuid)"
        )

    def __repr__(self) -> str:
        """Show the task, and how much has come; never waits."""
        reason = self._source.item.get("finishReason")
        state = f", finish_reason={reason!r}" if reason else "" if self._finalizer.alive else ", closed"
        return f"<TextStream {self.task_uuid}, {len(self.text)} characters{state}>"

    def _leave(self, error: BaseException) -> None:
        """End the stream because of an exception that is none of ours."""
        self.close()
        self._source.note(error)

    def _hand_over(self) -> None:
        """Give the complete text to whoever wanted it, once."""
        wanted, self._on_text = self._on_text, None
        if wanted is not None and self._source.complete:
            wanted([self.result])
