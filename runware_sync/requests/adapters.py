"""What is put beside a model: adapters, guides, a second model."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from attrs import field, frozen

from runware_sync.media.given import ImageInput
from runware_sync.names import about
from runware_sync.requests.base import Shape
from runware_sync.requests.fitting import Model
from runware_sync.requests.rules import Rule, at_most_one_of

__all__ = ["ControlNet", "Embedding", "IpAdapter", "Lora", "Lycoris", "Refiner"]

ControlMode = Literal["prompt", "controlnet", "balanced"]
WeightType = Literal[
    "normal",
    "ease_in",
    "ease_out",
    "ease_in_out",
    "weak_input",
    "weak_output",
    "weak_middle",
    "strong_middle",
    "style_transfer",
    "composition",
    "strong_style_transfer",
    "style_and_composition",
    "strong_style_and_composition",
]
EmbedScaling = Literal["only_v", "kv", "kv_penalty_c", "k_mean_v_penalty_c"]
CombineMethod = Literal["concat", "add", "subtract", "average", "norm_average"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Lora(Shape):
    """A LoRA adapter."""

    model: Model = field(metadata=about("AIR identifier of the LoRA."))
    weight: float | None = field(
        default=None,
        metadata=about("How strongly it acts; below 0 it pushes away from its style.", usual="-4 to 4", default="1"),
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Lycoris(Shape):
    """A LyCORIS adapter."""

    model: Model = field(metadata=about("AIR identifier of the LyCORIS."))
    weight: float | None = field(default=None, metadata=about("How strongly it acts.", usual="-4 to 4", default="1"))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Embedding(Shape):
    """A textual-inversion embedding."""

    model: Model = field(metadata=about("AIR identifier of the embedding."))
    weight: float | None = field(default=None, metadata=about("How strongly it acts.", usual="-4 to 4", default="1"))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ControlNet(Shape):
    """A guide image that steers the structure of the picture.

    Begin and end are given as steps, or as a share of the steps; official clients write the share in whole percent, the
    older documentation as a fraction of 1. It is sent as it is given.
    """

    rules: ClassVar[tuple[Rule, ...]] = (
        at_most_one_of("start_step", "start_step_percentage"),
        at_most_one_of("end_step", "end_step_percentage"),
    )

    model: Model = field(metadata=about("AIR identifier of the ControlNet."))
    guide_image: ImageInput | None = field(
        default=None, metadata=about("Guide image, as `control_net_preprocess` makes it.", media="image")
    )
    weight: float | None = field(
        default=None, metadata=about("How strongly the guide acts.", usual="0 to 1", default="1")
    )
    start_step: int | None = field(
        default=None, metadata=about("Step at which guidance begins.", usual="0 to the number of steps")
    )
    start_step_percentage: float | None = field(
        default=None, metadata=about("Share of the steps at which guidance begins.", usual="0 to 99")
    )
    end_step: int | None = field(
        default=None, metadata=about("Step at which guidance ends.", usual="above `start_step`, to the number of steps")
    )
    end_step_percentage: float | None = field(
        default=None, metadata=about("Share of the steps at which guidance ends.", usual="1 to 100")
    )
    control_mode: ControlMode | str | None = field(
        default=None, metadata=about("Whether the prompt, the guide or neither has the upper hand.")
    )
    preprocessor: str | None = field(
        default=None,
        metadata=about("Preprocessor to run on the guide image. Deprecated: use `control_net_preprocess`."),
    )
    low_threshold_canny: int | None = field(
        default=None, metadata=about("Lower threshold of that preprocessor. Deprecated.", usual="0 to 255")
    )
    high_threshold_canny: int | None = field(
        default=None, metadata=about("Upper threshold of that preprocessor. Deprecated.", usual="0 to 255")
    )
    include_hands_and_face_open_pose: bool | None = field(
        default=None, metadata=about("Whether that preprocessor draws hands and faces. Deprecated.")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class IpAdapter(Shape):
    """Reference pictures that steer content or style."""

    model: Model = field(metadata=about("AIR identifier of the IP-Adapter."))
    guide_images: Sequence[ImageInput] | None = field(
        default=None, metadata=about("Reference pictures.", media="image[]", usual="1 to 4")
    )
    guide_image: ImageInput | None = field(
        default=None, metadata=about("A single reference picture. Deprecated: use `guide_images`.", media="image")
    )
    weight: float | None = field(
        default=None, metadata=about("How strongly it acts; below 0 it steers away.", usual="0 to 1", default="1")
    )
    weight_type: WeightType | str | None = field(
        default=None, metadata=about("How the influence changes over the run, such as `'ease_in'`.")
    )
    weight_composition: float | None = field(default=None, metadata=about("Strength that acts on the layout alone."))
    embed_scaling: EmbedScaling | str | None = field(
        default=None, metadata=about("Which parts of the embedding are used, and how strongly.")
    )
    combine_method: CombineMethod | str | None = field(
        default=None, metadata=about("How several reference pictures are merged.")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Refiner(Shape):
    """A second model that finishes the picture."""

    rules: ClassVar[tuple[Rule, ...]] = (at_most_one_of("start_step", "start_step_percentage"),)

    model: Model = field(metadata=about("AIR identifier of the refiner."))
    start_step: int | None = field(default=None, metadata=about("Step at which the refiner takes over."))
    start_step_percentage: float | None = field(
        default=None, metadata=about("Share of the steps at which it takes over.", usual="0 to 99")
    )
