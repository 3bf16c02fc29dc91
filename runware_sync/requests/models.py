"""Models: finding them, and adding one of your own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from attrs import field, frozen

from runware_sync.names import about
from runware_sync.requests.base import Request
from runware_sync.requests.deferred import deferred

if TYPE_CHECKING:
    from runware_sync.results import ModelPage, ModelUploadStatus
else:
    ModelPage, ModelUploadStatus = deferred("ModelPage ModelUploadStatus")

__all__ = ["ModelSearch", "ModelUpload"]

Category = Literal["checkpoint", "lora", "lycoris", "controlnet", "vae", "embeddings"]
Type = Literal["base", "inpainting", "refiner"]
Source = Literal["featured", "community"]
Visibility = Literal["public", "private", "all", "favorite", "owned", "community"]
Sort = Literal[
    "popularity",
    "-popularity",
    "name",
    "-name",
    "addedUnixTimestamp",
    "-addedUnixTimestamp",
    "updatedDateUnixTimestamp",
    "-updatedDateUnixTimestamp",
]
CategoryValue = Literal["checkpoint", "lora", "controlnet", "lycoris", "vae", "embeddings"]
Format = Literal["safetensors", "pickletensor"]
TypeValue = Literal["base", "inpainting", "pix2pix", "positive", "negative"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ModelSearch(Request[ModelPage]):
    """Search the catalogue of models.

    The page that comes back iterates over its models, tells how many there are in all, and fetches the next page. Each
    model can be given as `model`.
    """

    task_type: ClassVar[str] = "modelSearch"
    result: ClassVar[str | None] = "ModelPage"
    free: ClassVar[bool] = True

    search: str | None = field(
        default=None, kw_only=False, metadata=about("Words to look for in names, descriptions and AIR identifiers.")
    )
    tags: Sequence[str] | None = field(default=None, metadata=about("Tags that a model must have."))
    category: Category | str | None = field(default=None, metadata=about("Kind of model."))
    type: Type | str | None = field(default=None, metadata=about("Kind of checkpoint."))
    architecture: str | None = field(default=None, metadata=about("Architecture, such as `'sdxl'` or `'flux1d'`."))
    conditioning: str | None = field(default=None, metadata=about("What a ControlNet is guided by, such as `'canny'`."))
    capabilities: Sequence[str] | None = field(default=None, metadata=about("What a model must be able to do."))
    source: Source | str | None = field(default=None, metadata=about("Where a model comes from."))
    visibility: Visibility | str | None = field(default=None, metadata=about("Whose models are searched."))
    sort: Sort | str | None = field(default=None, metadata=about("Order of the models; a minus turns it round."))
    limit: int | None = field(
        default=None, metadata=about("How many models a page has.", least=1, most=100, default="20")
    )
    offset: int | None = field(default=None, metadata=about("How many models to skip.", least=0, default="0"))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ModelUpload(Request[ModelUploadStatus]):
    """Add a model of your own to the catalogue, from an address where the service can fetch it.

    It takes minutes, in phases; `on_partial` is called with each of them. Returns when the model can be used. It is
    never done a second time by itself.
    """

    task_type: ClassVar[str] = "modelUpload"
    result: ClassVar[str | None] = "ModelUploadStatus"
    renewable: ClassVar[bool] = False
    window: ClassVar[float | None] = 3600.0

    category: CategoryValue | str = field(metadata=about("Kind of model."))
    architecture: str = field(metadata=about("Architecture that the file belongs to."))
    format: Format | str = field(metadata=about("Format of the file.", default="`'safetensors'`"))
    name: str = field(metadata=about("Name that is shown."))
    version: str = field(metadata=about("Name of the version."))
    download_url: str = field(metadata=about("Address from which the service fetches the file."))
    air: str | None = field(
        default=None, metadata=about("AIR identifier under which it can be used, such as `'acme:7@1'`.")
    )
    unique_identifier: str | None = field(default=None, metadata=about("Identifier of your own."))
    private: bool | None = field(default=None, metadata=about("Whether only your organisation may use it."))
    type: TypeValue | str | None = field(
        default=None, metadata=about("Kind within the category; checkpoints and embeddings need it.")
    )
    conditioning: str | None = field(default=None, metadata=about("What a ControlNet is guided by, such as `'canny'`."))
    default_cfg: float | None = field(
        default=None,
        metadata=about(
            "Guidance scale that suits it.",
            aliases=(
                "defaultCFGScale",
                "defaultGuidanceScale",
            ),
        ),
    )
    default_scheduler: str | None = field(default=None, metadata=about("Sampling algorithm that suits it."))
    default_steps: int | None = field(default=None, metadata=about("Number of steps that suits it."))
    default_strength: float | None = field(default=None, metadata=about("Strength that suits it.", usual="0 to 1"))
    default_weight: float | None = field(default=None, metadata=about("Weight that suits it."))
    positive_trigger_words: str | None = field(default=None, metadata=about("Words that call it up."))
    negative_trigger_words: str | None = field(default=None, metadata=about("Words for the negative prompt."))
    hero_image_url: str | None = field(default=None, metadata=about("Address of a picture of it."))
    tags: Sequence[str] | None = field(default=None, metadata=about("Words to find it by."))
    short_description: str | None = field(default=None, metadata=about("What it is, in a line."))
    comment: str | None = field(default=None, metadata=about("A note for yourself."))
