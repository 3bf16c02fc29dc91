"""`textInference`: an answer in a conversation."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from runware_sync.sandbox.billing import text_price
from runware_sync.sandbox.inputs import listed, nested
from runware_sync.sandbox.kinds import Kind
from runware_sync.sandbox.prose import answer, thoughts, tokens_in
from runware_sync.sandbox.rules import Problem, Rule
from runware_sync.sandbox.tasks.base import Commission, TaskType

__all__ = ["TextInference"]

_USUAL_LENGTH = 4096


class TextInference(TaskType):
    """Answers the last turn; the same conversation, settings and seed give the same answer."""

    names: ClassVar = ("textInference",)
    rules: ClassVar = (
        Rule("model", "string", required=True),
        Rule("numberResults", "integer", 1, 20),
        Rule("maxTokens", "integer", 1, 1_000_000),
    )
    parameters: ClassVar = frozenset(
        "messages tools toolChoice jsonSchema includeUsage maxTokens temperature topP topK stopSequences"
        " systemPrompt".split()
    )
    output_formats: ClassVar = ("TEXT", "JSON")
    deliveries: ClassVar = ("sync", "async", "stream")
    one_frame: ClassVar = True

    def expected(self, request: Mapping[str, Any]) -> int:
        """Return how many answers there will be."""
        number = request.get("numberResults")
        return number if isinstance(number, int) and number > 0 else 1

    def media(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the pictures that are to be read; nobody looks at them, but they have to be there."""
        return listed(request, "inputs.images")

    def files(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any, Kind | None]]:
        """Yield the films that are to be watched, likewise; documents may be of any type, and are not looked for."""
        for name, value in listed(request, "inputs.videos"):
            yield name, value, "video"

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the conversation."""
        messages = request.get("messages")
        if not isinstance(messages, list) or not messages:
            yield Problem("missingMessages", "messages must be a list of turns.", "messages", type="array")
        elif not all(isinstance(turn, Mapping) and turn.get("role") for turn in messages):
            yield Problem("invalidMessages", "Each turn needs a role.", "messages", type="array")

    def price(self, request: Mapping[str, Any]) -> float:
        """Return US dollars for one answer: by tokens, those that are read and those that are written."""
        messages = request.get("messages")
        said = self._said(request, 0) if isinstance(messages, list) and messages else ""
        return text_price(self._read(request), tokens_in(said))

    def is_heavy(self, commission: Commission) -> bool:
        """Tell that words take no pixels."""
        return False

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Write one answer."""
        request = commission.request
        tool = self._wanted_tool(request)
        if tool is not None:
            call = {"id": f"call_{commission.uuid[:8]}", "name": tool, "input": {}}
            return {"text": "", "finishReason": "stop", "tools": [call], **self._usage(request, tool)}
        whole = self._whole(request, index)
        text = self._said(request, index)
        fields = {"text": text, "finishReason": "stop" if text == whole else "length", **self._usage(request, text)}
        if nested(request, "settings", "thinkingLevel") not in {None, "none"}:
            fields["reasoningContent"] = thoughts(str(request["messages"][-1].get("content") or ""))
        return fields

    def _whole(self, request: Mapping[str, Any], index: int) -> str:
        seed = request.get("seed")
        text = answer(request["messages"], seed if isinstance(seed, int) else self.studio.seed, index)
        return json.dumps({"answer": text}) if request.get("outputFormat") == "JSON" else text

    def _said(self, request: Mapping[str, Any], index: int) -> str:
        """Return the answer, as far as it may go."""
        text = self._whole(request, index)
        most = nested(request, "settings", "maxTokens") or request.get("maxTokens")
        most = most if isinstance(most, int) and most > 0 else _USUAL_LENGTH
        tokens = list(re.finditer(r"\w+|[^\w\s]", text))
        return text if len(tokens) <= most else text[: tokens[most - 1].end()]

    def _read(self, request: Mapping[str, Any]) -> int:
        messages = request.get("messages")
        turns = [turn for turn in messages if isinstance(turn, Mapping)] if isinstance(messages, list) else []
        return sum(tokens_in(str(turn.get("content") or "")) for turn in turns)

    def _usage(self, request: Mapping[str, Any], text: str) -> dict[str, Any]:
        if not request.get("includeUsage"):
            return {}
        read, written = self._read(request), tokens_in(text)
        return {"usage": {"promptTokens": read, "completionTokens": written, "totalTokens": read + written}}

    def _wanted_tool(self, request: Mapping[str, Any]) -> str | None:
        tools = [tool for tool in request.get("tools") or () if isinstance(tool, Mapping)]
        kind, name = nested(request, "toolChoice", "type"), nested(request, "toolChoice", "name")
        if not tools or kind not in {"any", "tool"}:
            return None
        return str(name or tools[0].get("name"))
