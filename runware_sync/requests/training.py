"""Training a model of one's own."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen

from runware_sync.media.given import ImageInput
from runware_sync.names import about
from runware_sync.requests.base import Delivery, OpenShape, Shape
from runware_sync.requests.deferred import deferred
from runware_sync.requests.fitting import Model

if TYPE_CHECKING:
    from runware_sync.results import TrainedModel
else:
    (TrainedModel,) = deferred("TrainedModel")

__all__ = ["ImportModel", "Training", "TrainingInputs"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ImportModel(Shape):
    """How the trained model is entered into the catalogue."""

    air: str = field(metadata=about("AIR identifier under which it can be used."))
    name: str = field(metadata=about("Name that is shown."))
    unique_identifier: str | None = field(default=None, metadata=about("Identifier of your own."))
    version: str | None = field(default=None, metadata=about("Name of the version."))
    private: bool | None = field(default=None, metadata=about("Whether only your organisation may use it."))
    hero_image_url: str | None = field(default=None, metadata=about("Address of a picture of it."))
    short_description: str | None = field(default=None, metadata=about("What it is, in a line."))
    architecture: str | None = field(default=None, metadata=about("Architecture of the model."))
    category: str | None = field(default=None, metadata=about("Kind of the model."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class TrainingInputs(OpenShape):
    """What is learned from."""

    dataset: ImageInput = field(metadata=about("ZIP archive of 10 to 50 pictures, by UUID or URL.", media="archive"))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Training(Delivery[TrainedModel]):
    """Train a model on pictures of your own, and enter it into the catalogue.

    It takes hours: submit it, and collect it by its UUID, from this process or from another. The result can be given as
    `model`. It is never bought a second time by itself.
    """

    task_type: ClassVar[str] = "training"
    result: ClassVar[str | None] = "TrainedModel"
    renewable: ClassVar[bool] = False
    window: ClassVar[float | None] = 86400.0

    model: Model = field(metadata=about("AIR identifier of the trainer."))
    inputs: TrainingInputs | Mapping[str, Any] = field(metadata=about("What is learned from."))
    import_model: ImportModel | Mapping[str, Any] = field(
        metadata=about("How the trained model is entered into the catalogue.")
    )
