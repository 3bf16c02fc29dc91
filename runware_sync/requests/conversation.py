"""Talking with a language model."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, ForwardRef, Literal, TypeAlias, TypeVar

from attrs import field, frozen

from runware_sync.names import about
from runware_sync.requests.base import Delivery
from runware_sync.requests.deferred import deferred, load
from runware_sync.requests.fitting import HasText, Model, Prompt, nested, words_of
from runware_sync.requests.rules import Rule, not_twice
from runware_sync.requests.wording import shortened

if TYPE_CHECKING:
    from runware_sync.requests.places import ProviderSettings
    from runware_sync.requests.text_places import TextInputs, TextMessage, TextSettings, TextTool, TextToolChoice
    from runware_sync.results import Results, Text

    Texts: TypeAlias = Results[Text]
else:
    Texts = ForwardRef("Results[Text]")
    ProviderSettings, TextInputs, TextMessage = deferred("ProviderSettings TextInputs TextMessage")
    TextSettings, TextTool, TextToolChoice = deferred("TextSettings TextTool TextToolChoice")

__all__ = ["Conversation", "TextInference"]

OutputFormat = Literal["TEXT", "JSON"]

R_co = TypeVar("R_co", covariant=True)


def _turns(value: Any, where: str) -> Any:
    """Return a conversation as turns; words alone are the user's only turn."""
    turn = load("TextMessage")
    text = value if isinstance(value, str) else words_of(value, where)
    if text is not None:
        return (turn(role="user", content=text),)
    if not isinstance(value, Sequence) or isinstance(value, bytes | bytearray):
        raise TypeError(f"{where}={shortened(value)} must be words, or a list of turns such as TextMessage(...)")
    if not value:
        raise ValueError(f"{where} must hold a turn")
    return tuple(_turn(turn, each, f"{where}[{index}]") for index, each in enumerate(value))


def _turn(turn: Any, value: Any, where: str) -> Any:
    if isinstance(value, turn):
        return value
    if isinstance(value, Mapping):
        return nested(turn, value, where)
    raise TypeError(f"{where}={shortened(value)} must be a TextMessage, or a mapping of its fields")


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Conversation(Delivery[R_co]):
    """What every task takes that talks with a language model."""

    messages: str | HasText | Sequence[TextMessage | Mapping[str, Any]] = field(
        kw_only=False,
        metadata=about("The conversation so far, or words that are the user's only turn.", least=1, check=_turns),
    )
    model: Model = field(metadata=about("AIR identifier of the model, such as `'minimax:m2@0'`."))
    settings: TextSettings | Mapping[str, Any] | None = field(
        default=None, metadata=about("How the answer is written.")
    )
    tools: Sequence[TextTool | Mapping[str, Any]] | None = field(
        default=None, metadata=about("Tools that the model may ask for.")
    )
    tool_choice: TextToolChoice | Mapping[str, Any] | None = field(
        default=None, metadata=about("Which tool the model has to ask for.")
    )
    json_schema: Mapping[str, Any] | str | None = field(
        default=None, metadata=about("Schema that a JSON answer has to follow.")
    )
    output_format: OutputFormat | str | None = field(
        default=None, metadata=about("Plain text, or JSON.", default="`'TEXT'`")
    )
    inputs: TextInputs | Mapping[str, Any] | None = field(default=None, metadata=about("Media for the model to read."))
    provider_settings: ProviderSettings | Mapping[str, Any] | None = field(
        default=None, metadata=about("Options of the provider behind the model, under the provider's name.")
    )
    seed: int | None = field(default=None, metadata=about("Number that makes a run repeatable."))
    include_usage: bool | None = field(default=None, metadata=about("Whether the number of tokens is reported."))
    number_results: int | None = field(
        default=None, metadata=about("How many answers to write.", usual="1 or more", default="1")
    )
    max_tokens: int | None = field(default=None, metadata=about("Deprecated: use `settings`."))
    temperature: float | None = field(default=None, metadata=about("Deprecated: use `settings`."))
    top_p: float | None = field(default=None, metadata=about("Deprecated: use `settings`."))
    top_k: int | None = field(default=None, metadata=about("Deprecated: use `settings`."))
    stop_sequences: Sequence[str] | None = field(default=None, metadata=about("Deprecated: use `settings`."))
    system_prompt: Prompt | None = field(default=None, metadata=about("Deprecated: use `settings`."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class TextInference(Conversation[Texts]):
    """Talk with a language model.

    `str()` of each result is the answer; it can be given as a prompt as it is.
    """

    task_type: ClassVar[str] = "textInference"
    result: ClassVar[str | None] = "Text"
    many: ClassVar[bool] = True
    count: ClassVar[str | None] = "number_results"
    rules: ClassVar[tuple[Rule, ...]] = (
        not_twice("settings", "max_tokens", "temperature", "top_p", "top_k", "stop_sequences", "system_prompt"),
    )
