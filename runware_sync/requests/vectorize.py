"""Making drawings of lines and areas."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen

from runware_sync.media.given import ImageInput
from runware_sync.names import about
from runware_sync.requests.base import Hosted, OpenShape
from runware_sync.requests.deferred import deferred
from runware_sync.requests.fitting import Model, Prompt
from runware_sync.requests.rules import Rule, at_least_one_of, at_most_one_of

if TYPE_CHECKING:
    from runware_sync.requests.places import ProviderSettings
    from runware_sync.results import Image
else:
    (ProviderSettings,) = deferred("ProviderSettings")
    (Image,) = deferred("Image")

__all__ = ["Vectorize", "VectorizeInputs"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class VectorizeInputs(OpenShape):
    """What is traced."""

    image: ImageInput | None = field(default=None, metadata=about("Picture to trace.", media="image"))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Vectorize(Hosted[Image]):
    """Trace a picture into an SVG drawing, or draw one from words."""

    task_type: ClassVar[str] = "vectorize"
    result: ClassVar[str | None] = "Image"
    rules: ClassVar[tuple[Rule, ...]] = (
        at_least_one_of("input_image", "inputs", "positive_prompt"),
        at_most_one_of("input_image", "inputs"),
    )

    input_image: ImageInput | None = field(
        default=None, kw_only=False, metadata=about("Picture to trace.", media="image", current="inputs.image")
    )
    model: Model = field(metadata=about("AIR identifier of the model, such as `'recraft:1@1'`."))
    inputs: VectorizeInputs | Mapping[str, Any] | None = field(
        default=None, metadata=about("What to trace, for models that want it in one place.")
    )
    positive_prompt: Prompt | None = field(
        default=None, metadata=about("What to draw, for models that draw by themselves.")
    )
    width: int | None = field(
        default=None, metadata=about("Width in pixels, for models that draw by themselves.", usual="128 to 6048")
    )
    height: int | None = field(
        default=None, metadata=about("Height in pixels, for models that draw by themselves.", usual="128 to 6048")
    )
    output_format: str | None = field(default=None, metadata=about("Format of the file.", default="`'SVG'`"))
    provider_settings: ProviderSettings | Mapping[str, Any] | None = field(
        default=None, metadata=about("Options of the provider behind the model, under the provider's name.")
    )
