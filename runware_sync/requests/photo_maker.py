"""Making pictures of one person from photographs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, ForwardRef, Literal, TypeAlias

from attrs import field, frozen

from runware_sync.media.given import ImageInput
from runware_sync.names import about
from runware_sync.requests.base import Output
from runware_sync.requests.fitting import Model, Prompt

if TYPE_CHECKING:
    from runware_sync.results import Image, Results

    Images: TypeAlias = Results[Image]
else:
    Images = ForwardRef("Results[Image]")

__all__ = ["PhotoMaker"]

Style = Literal[
    "No style",
    "Cinematic",
    "Disney Character",
    "Digital Art",
    "Photographic",
    "Fantasy art",
    "Neonpunk",
    "Enhance",
    "Comic book",
    "Lowpoly",
    "Line art",
]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class PhotoMaker(Output[Images]):
    """Make pictures of a person who looks like the one in the photographs.

    Newer models take the photographs through `ImageInference(photo_maker=...)` instead.
    """

    task_type: ClassVar[str] = "photoMaker"
    result: ClassVar[str | None] = "Image"
    many: ClassVar[bool] = True
    count: ClassVar[str | None] = "number_results"

    positive_prompt: Prompt = field(
        kw_only=False, metadata=about("What the pictures should show; `img` stands for the person.")
    )
    input_images: Sequence[ImageInput] = field(
        metadata=about("One to four photographs of the person.", least=1, most=4, media="image[]")
    )
    width: int = field(metadata=about("Width in pixels.", usual="128 to 2048"))
    height: int = field(metadata=about("Height in pixels.", usual="128 to 2048"))
    style: Style | str | None = field(default=None, metadata=about("Ready-made look.", default="`'No style'`"))
    strength: float | None = field(
        default=None,
        metadata=about("How much freedom the prompt has over the likeness.", usual="15 to 50", default="15"),
    )
    negative_prompt: Prompt | None = field(default=None, metadata=about("What the pictures should not show."))
    model: Model | None = field(default=None, metadata=about("AIR identifier of the model."))
    number_results: int | None = field(
        default=None, metadata=about("How many pictures to make.", usual="1 to 20", default="1")
    )
    steps: int | None = field(default=None, metadata=about("Number of denoising steps.", usual="1 to 100"))
    cfg_scale: float | None = field(
        default=None, metadata=about("How closely the prompt is followed.", usual="0 to 50")
    )
    scheduler: str | None = field(default=None, metadata=about("Sampling algorithm, such as `'Euler a'`."))
    seed: int | None = field(
        default=None, metadata=about("Number that makes a run repeatable; of several pictures, the first one's.")
    )
    clip_skip: int | None = field(
        default=None, metadata=about("Last CLIP layers to leave out.", usual="0 to 2", default="0")
    )
    check_nsfw: bool | None = field(
        default=None, metadata=about("Whether the pictures are screened for adult content.", aliases=("checkNsfw",))
    )
