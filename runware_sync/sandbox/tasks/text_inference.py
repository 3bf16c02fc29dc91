"""`textInference`: an answer in a conversation."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from runware_sync.sandbox.billing import text_price
from runware_sync.sandbox.inputs import listed, nested
from runware_sync.sandbox.kinds import Kind
from runware_sync.sandbox.prose import answer, cut, thoughts, tokens_in
from runware_sync.sandbox.rules import Problem, Rule, not_allowed
from runware_sync.sandbox.tasks.base import Commission, TaskType

__all__ = ["TextInference"]

_USUAL_LENGTH: Final = 4096
_CHOICES: Final = ("auto", "any", "tool", "none")
_LEVELS: Final = ("none", "low", "medium", "high", "max", "adaptive")


class TextInference(TaskType):
    """Answers the last turn; the same conversation, settings and seed give the same answer."""

    names: ClassVar = ("textInference",)
    rules: ClassVar = (
        Rule("model", "string", required=True),
        Rule("numberResults", "integer", 1, 20),
        Rule("maxTokens", "integer", 1),
        Rule("stopSequences", "array"),
        Rule("seed", "integer", None, 9223372036854775807),
        Rule("tools", "array"),
    )
    parameters: ClassVar = frozenset(
        "messages tools toolChoice jsonSchema includeUsage maxTokens temperature topP topK stopSequences"
        " systemPrompt seed".split()
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
        """Yield what is wrong with the conversation, its settings and its tools."""
        messages = request.get("messages")
        if not isinstance(messages, list) or not messages:
            yield Problem("missingMessages", "messages must be a list of turns.", "messages", type="array")
        elif not all(isinstance(turn, Mapping) and turn.get("role") for turn in messages):
            yield Problem("invalidMessages", "Each turn needs a role.", "messages", type="array")
        yield from self.settings_problems(request)
        stops = _setting(request, "stopSequences")
        if isinstance(stops, list) and not all(isinstance(stop, str) for stop in stops):
            yield Problem("invalidStopSequences", "stopSequences must hold texts.", "stopSequences", type="array")
        if not all(isinstance(tool, Mapping) for tool in request.get("tools") or ()):
            yield Problem("invalidTools", "tools must hold objects.", "tools", type="array")
        choice = request.get("toolChoice")
        if choice is not None and not isinstance(choice, Mapping):
            yield Problem("invalidToolChoice", "toolChoice must be of type object.", "toolChoice", type="object")
        for path, allowed in ((("settings", "thinkingLevel"), _LEVELS), (("toolChoice", "type"), _CHOICES)):
            value = nested(request, *path)
            wrong = value not in allowed if self.studio.switches.strict else not isinstance(value, str)
            if value is not None and wrong:
                problem = not_allowed(path[-1], allowed)
                problem.parameter = ".".join(path)
                yield problem

    def price(self, request: Mapping[str, Any]) -> float:
        """Return US dollars for the first answer."""
        return self.prices(request)[0]

    def prices(self, request: Mapping[str, Any]) -> list[float]:
        """Return US dollars for each answer: by tokens, those that are read and those that are written."""
        read, thought = _read(request), tokens_in(_thought(request))
        written = [tokens_in(self._written(request, index)) for index in range(self.expected(request))]
        return [text_price(read, thought + tokens) for tokens in written]

    def is_heavy(self, commission: Commission) -> bool:
        """Tell that words take no pixels."""
        return False

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Write one answer; the given seed, plus its number, comes back with it."""
        request = commission.request
        tool, seed, thought = _wanted_tool(request), request.get("seed"), _thought(request)
        if tool is None:
            text, too_long = self._said(request, index)
            fields: dict[str, Any] = {"text": text, "finishReason": "length" if too_long else "stop"}
        else:
            call = {"id": f"call_{commission.uuid[:8]}", "name": tool, "input": {}}
            fields = {"text": "", "finishReason": "stop", "tools": [call]}
        if thought:
            fields["reasoningContent"] = thought
        if request.get("includeUsage"):
            fields["usage"] = _usage(_read(request), tokens_in(self._written(request, index)), tokens_in(thought))
        return fields if seed is None else {**fields, "seed": seed + index}

    def _said(self, request: Mapping[str, Any], index: int) -> tuple[str, bool]:
        """Return the answer as far as it may go, and whether it was too long."""
        seed = request.get("seed")
        text = answer(request["messages"], (self.studio.seed if seed is None else seed) + index)
        if str(request.get("outputFormat")).upper() == "JSON":
            text = json.dumps({"answer": text})
        most = _setting(request, "maxTokens") or _USUAL_LENGTH
        return cut(text, most=most, stops=_setting(request, "stopSequences") or ())

    def _written(self, request: Mapping[str, Any], index: int) -> str:
        """Return what the model writes besides its thoughts: an answer, or which tool it wants."""
        return _wanted_tool(request) or self._said(request, index)[0]


def _setting(request: Mapping[str, Any], name: str) -> Any:
    """Return a setting from where it belongs, or from where it once stood."""
    value = nested(request, "settings", name)
    return request.get(name) if value is None else value


def _thought(request: Mapping[str, Any]) -> str:
    """Return what the model thinks first, if it is to think."""
    level = nested(request, "settings", "thinkingLevel")
    return "" if level in {None, "none"} else thoughts(str(request["messages"][-1].get("content") or ""))


def _read(request: Mapping[str, Any]) -> int:
    return sum(tokens_in(str(turn.get("content") or "")) for turn in request["messages"])


def _usage(read: int, said: int, thought: int) -> dict[str, int]:
    """Return the count of tokens; those of the thoughts are among the written ones."""
    written = said + thought
    counts = {"promptTokens": read, "completionTokens": written, "totalTokens": read + written}
    return {**counts, "thinkingTokens": thought} if thought else counts


def _wanted_tool(request: Mapping[str, Any]) -> str | None:
    """Return the name of the tool that has to be called."""
    tools, kind, name = (
        request.get("tools"),
        nested(request, "toolChoice", "type"),
        nested(request, "toolChoice", "name"),
    )
    if not tools or kind not in {"any", "tool"}:
        return None
    return str(name or tools[0].get("name"))
