"""Working on words."""

from typing import TYPE_CHECKING, ClassVar, ForwardRef, TypeAlias

from attrs import field, frozen

from runware_sync.names import about
from runware_sync.requests.base import Delivery
from runware_sync.requests.fitting import Model, Prompt

if TYPE_CHECKING:
    from runware_sync.results import Results, Text

    Texts: TypeAlias = Results[Text]
else:
    Texts = ForwardRef("Results[Text]")

__all__ = ["PromptEnhance"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class PromptEnhance(Delivery[Texts]):
    """Write a prompt anew, in richer versions.

    `str()` of each result is the prompt; it can be given as one as it is.
    """

    task_type: ClassVar[str] = "promptEnhance"
    result: ClassVar[str | None] = "Text"
    many: ClassVar[bool] = True
    count: ClassVar[str | None] = "prompt_versions"

    prompt: Prompt = field(kw_only=False, metadata=about("Prompt to be improved."))
    prompt_max_length: int | None = field(
        default=None, metadata=about("Largest length of a version, in tokens.", usual="12 to 400")
    )
    prompt_versions: int | None = field(
        default=None, metadata=about("How many versions to write.", least=1, most=5, default="1")
    )
    model: Model | None = field(default=None, metadata=about("AIR identifier of the model."))
