"""What a stream has said so far about one text: the words, and the facts that came with them."""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from attrs import define, field

from runware_sync.protocol.frames import Item, is_failure, parse
from runware_sync.streaming.sse import DONE

__all__ = ["Delta", "Transcript"]

_WORDS: Final = frozenset({"text", "reasoningContent"})
_ADDRESS: Final = frozenset({"taskUUID", "taskType", "delta"})


class Delta(NamedTuple):
    """What one event adds."""

    text: str = ""
    reasoning: str = ""


@define
class _Words:
    """A text that grows by pieces."""

    pieces: list[str] = field(factory=list)

    def add(self, piece: str) -> str:
        if piece:
            self.pieces.append(piece)
        return piece

    def __str__(self) -> str:
        if len(self.pieces) > 1:
            self.pieces[:] = ["".join(self.pieces)]
        return self.pieces[0] if self.pieces else ""


@define(eq=False)
class Transcript:
    """One text while it comes, event by event.

    Args:
        task_type: The task type as it travelled.
        task_uuid: The UUID under which it is written.
    """

    task_type: str
    task_uuid: str
    done: bool = field(default=False, init=False)  # the server said that nothing more comes
    errors: list[Item] = field(factory=list, init=False)
    facts: Item = field(factory=dict, init=False)  # everything but the words, as it was said last
    _text: _Words = field(factory=_Words, init=False)
    _reasoning: _Words = field(factory=_Words, init=False)

    @property
    def text(self) -> str:
        """The words so far."""
        return str(self._text)

    @property
    def reasoning(self) -> str:
        """What the model has thought so far, if it shows that."""
        return str(self._reasoning)

    @property
    def begun(self) -> bool:
        """Whether anything of the text has come."""
        return bool(self._text.pieces or self._reasoning.pieces or self.facts)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return self.done or bool(self.facts.get("finishReason"))

    @property
    def item(self) -> Item:
        """What has come, in the form of a result."""
        words: Item = {"taskType": self.task_type, "taskUUID": self.task_uuid, "text": self.text}
        if self._reasoning.pieces:
            words["reasoningContent"] = self.reasoning
        return {**self.facts, **words}

    def take(self, event: str) -> Delta:
        """Take the data of one event; return what it adds to the words.

        Raises:
            ValueError: It is nothing that this protocol knows.
        """
        if event.strip() == DONE:
            self.done = True
            return Delta()
        deltas: list[Delta] = []
        for item in self._items(event):
            if is_failure(item):
                error = item.get("error")
                self.errors.append({**item, **(error if isinstance(error, dict) else {"message": error})})
            else:
                deltas.append(self._add(item))
        return Delta("".join(delta.text for delta in deltas), "".join(delta.reasoning for delta in deltas))

    def _items(self, event: str) -> list[Item]:
        frame = parse(event)
        self.errors += frame.errors
        if frame.items or frame.errors:
            return frame.items
        value = json.loads(event)
        return [value] if isinstance(value, dict) and "data" not in value else []

    def _add(self, item: Item) -> Delta:
        """Take one item: a piece of the text, or the facts about it."""
        delta = item.get("delta")
        source: Mapping[str, Any] = delta if isinstance(delta, dict) else item
        said = {**item, **source}
        self.facts |= {
            name: value for name, value in said.items() if value is not None and name not in _WORDS | _ADDRESS
        }
        is_last = source is item and bool(item.get("finishReason"))
        return Delta(
            self._text.add(_fresh(self._text, source.get("text"), is_last)),
            self._reasoning.add(_fresh(self._reasoning, source.get("reasoningContent"), is_last)),
        )


def _fresh(words: _Words, value: Any, is_last: bool) -> str:
    """Return what a piece adds; a last item may tell the whole text once more."""
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    if not isinstance(value, str):
        return ""
    return value.removeprefix(str(words)) if is_last else value
