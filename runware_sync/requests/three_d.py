"""Making things in three dimensions."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, ForwardRef, Literal, TypeAlias

from attrs import field, frozen

from runware_sync.media.given import ImageInput
from runware_sync.names import about
from runware_sync.requests.base import Hosted, OpenShape
from runware_sync.requests.deferred import deferred
from runware_sync.requests.fitting import Model, Prompt

if TYPE_CHECKING:
    from runware_sync.requests.three_d_settings import ThreeDSettings
    from runware_sync.results import Results, ThreeD

    Things: TypeAlias = Results[ThreeD]
else:
    Things = ForwardRef("Results[ThreeD]")
    (ThreeDSettings,) = deferred("ThreeDSettings")

__all__ = ["ThreeDInference", "ThreeDInputs"]

MeshFormat = Literal["GLB", "FBX", "OBJ", "STL", "USDZ", "3MF", "PLY"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ThreeDInputs(OpenShape):
    """Media of a 3D model, in one place."""

    image: ImageInput | None = field(default=None, metadata=about("Picture of the thing.", media="image"))
    images: Sequence[ImageInput] | None = field(
        default=None, metadata=about("Several pictures of it.", media="image[]")
    )
    reference_images: Sequence[ImageInput] | None = field(
        default=None, metadata=about("Pictures to draw on.", media="image[]")
    )
    mask: ImageInput | None = field(default=None, metadata=about("Where in the picture the thing is.", media="image"))
    mesh_file: ImageInput | None = field(default=None, metadata=about("Mesh to start from.", media="mesh"))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ThreeDInference(Hosted[Things]):
    """Make a thing in three dimensions from words or pictures.

    It takes minutes: the service is asked until it is done. `on_progress` tells how far it is.
    """

    task_type: ClassVar[str] = "3dInference"
    result: ClassVar[str | None] = "ThreeD"
    many: ClassVar[bool] = True
    count: ClassVar[str | None] = "number_results"
    window: ClassVar[float | None] = 1200.0

    model: Model = field(metadata=about("AIR identifier of the model, such as `'meshy:1@1'`."))
    positive_prompt: Prompt | None = field(
        default=None, kw_only=False, metadata=about("What the thing should be; not needed with a picture.")
    )
    negative_prompt: Prompt | None = field(default=None, metadata=about("What it should not have."))
    inputs: ThreeDInputs | Mapping[str, Any] | None = field(
        default=None, metadata=about("Pictures or a mesh to start from.")
    )
    settings: ThreeDSettings | Mapping[str, Any] | None = field(
        default=None, metadata=about("Values of the model's own; which ones depends on the model.")
    )
    seed: int | None = field(
        default=None, metadata=about("Number that makes a run repeatable; of several things, the first one's.")
    )
    output_format: MeshFormat | str | None = field(
        default=None, metadata=about("Format of the file.", default="`'GLB'`")
    )
    output_quality: int | None = field(default=None, metadata=about("Quality of the file."))
    number_results: int | None = field(
        default=None, metadata=about("How many things to make.", usual="1 to 4", default="1")
    )
