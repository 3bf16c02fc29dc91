"""The nested objects of a conversation: turns, tools, settings, media."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from attrs import field, frozen

from runware_sync.media.given import ImageInput
from runware_sync.names import about
from runware_sync.requests.base import OpenShape, Shape
from runware_sync.requests.fitting import Prompt

__all__ = ["TextInputs", "TextMessage", "TextSettings", "TextTool", "TextToolCall", "TextToolChoice"]

Role = Literal["user", "assistant", "tool"]
Type = Literal["auto", "any", "tool", "none"]
ThinkingLevel = Literal["none", "low", "medium", "high", "max", "adaptive"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class TextToolCall(Shape):
    """A tool that the model wants to be used."""

    id: str = field(metadata=about("Identifier of this use."))
    name: str = field(metadata=about("Name of the tool."))
    input: Mapping[str, Any] | None = field(default=None, metadata=about("What it is given."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class TextMessage(Shape):
    """One turn of a conversation."""

    role: Role | str = field(metadata=about("Who speaks."))
    content: Prompt | None = field(default=None, metadata=about("What is said."))
    id: str | None = field(default=None, metadata=about("The use of a tool that this turn answers."))
    tools: Sequence[TextToolCall | Mapping[str, Any]] | None = field(
        default=None, metadata=about("Tools that the model wants to be used.")
    )
    thought_signature: str | None = field(
        default=None, metadata=about("The token that came with this turn's answer, for models that want it back.")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class TextTool(Shape):
    """A tool that the model may ask for."""

    name: str = field(metadata=about("Its name."))
    description: str = field(metadata=about("What it does."))
    schema: Mapping[str, Any] | None = field(default=None, metadata=about("JSON schema of what it is given."))
    type: str | None = field(default=None, metadata=about("Kind of tool."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class TextToolChoice(Shape):
    """Which tool the model has to ask for."""

    type: Type | str | None = field(default=None, metadata=about("Whether it may, must, or must not."))
    name: str | None = field(default=None, metadata=about("The tool that it must ask for."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class TextSettings(OpenShape):
    """How the answer is written."""

    system_prompt: Prompt | None = field(default=None, metadata=about("What the model is told beforehand."))
    max_tokens: int | None = field(
        default=None, metadata=about("Largest length of the answer, in tokens.", usual="1 or more", default="4096")
    )
    temperature: float | None = field(
        default=None, metadata=about("How far the model strays from what is most likely.", usual="0 to 2", default="1")
    )
    top_p: float | None = field(
        default=None,
        metadata=about("Share of probability that each token may be chosen from.", usual="0.01 to 1", default="1"),
    )
    top_k: int | None = field(
        default=None, metadata=about("How many tokens each one may be chosen from.", usual="1 or more", default="40")
    )
    min_p: float | None = field(
        default=None, metadata=about("Least probability of a token, relative to the likeliest.")
    )
    thinking_level: ThinkingLevel | str | None = field(
        default=None, metadata=about("How much the model thinks before it answers.")
    )
    stop_sequences: Sequence[str] | None = field(default=None, metadata=about("Strings that end the answer."))
    presence_penalty: float | None = field(
        default=None, metadata=about("How much topics that came up are held back.", usual="-2 to 2", default="0")
    )
    frequency_penalty: float | None = field(
        default=None, metadata=about("How much tokens that came often are held back.", usual="-2 to 2", default="0")
    )
    repetition_penalty: float | None = field(default=None, metadata=about("Factor by which repetition is held back."))
    cache: Mapping[str, Any] | None = field(
        default=None, metadata=about("How the prompt is cached, in the API's own spelling.")
    )
    thinking_mode: str | None = field(default=None, metadata=about("Kind of thinking."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class TextInputs(OpenShape):
    """Media for the model to read."""

    images: Sequence[ImageInput] | None = field(default=None, metadata=about("Pictures.", media="image[]"))
    videos: Sequence[ImageInput] | None = field(default=None, metadata=about("Videos.", media="video[]"))
    documents: Sequence[ImageInput] | None = field(default=None, metadata=about("Documents.", media="document[]"))
