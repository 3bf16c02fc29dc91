"""Making pictures."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, ForwardRef, Literal, TypeAlias

from attrs import field, frozen

from runware_sync.media.given import ImageInput
from runware_sync.names import about
from runware_sync.requests.base import Output
from runware_sync.requests.deferred import deferred
from runware_sync.requests.fitting import Model, Prompt
from runware_sync.requests.rules import Rule, at_most_one_of, not_with, requires

if TYPE_CHECKING:
    from runware_sync.requests.adapters import ControlNet, Embedding, IpAdapter, Lora, Lycoris, Refiner
    from runware_sync.requests.faces import AcePlusPlus, InstantID, PhotoMakerSettings, PuLID, Ultralytics
    from runware_sync.requests.features import (
        AcceleratorOptions,
        AdvancedFeatures,
        HiresFix,
        Outpaint,
        Safety,
        Watermark,
    )
    from runware_sync.requests.places import ImageInputs, ProviderSettings
    from runware_sync.requests.tuning import ImageSettings
    from runware_sync.results import Image, Results

    Images: TypeAlias = Results[Image]
else:
    ControlNet, Embedding, IpAdapter, Lora, Lycoris, Refiner = deferred(
        "ControlNet Embedding IpAdapter Lora Lycoris Refiner"
    )
    AcePlusPlus, InstantID, PhotoMakerSettings, PuLID, Ultralytics = deferred(
        "AcePlusPlus InstantID PhotoMakerSettings PuLID Ultralytics"
    )
    AcceleratorOptions, AdvancedFeatures, HiresFix, Outpaint, Safety, Watermark = deferred(
        "AcceleratorOptions AdvancedFeatures HiresFix Outpaint Safety Watermark"
    )
    Images = ForwardRef("Results[Image]")
    ImageInputs, ImageSettings, ProviderSettings = deferred("ImageInputs ImageSettings ProviderSettings")

__all__ = ["ImageInference"]

Weighting = Literal["compel", "sdEmbeds"]
Acceleration = Literal["none", "low", "medium", "high"]
Resolution = Literal["0.5K", "1K", "1.5K", "2K", "4K"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ImageInference(Output[Images]):
    """Make pictures from a prompt, or change a picture.

    With `seed_image` the picture is changed as a whole, with `mask_image` within an area, with `outpaint` beyond its
    edges. Some models want their media in `inputs` instead.
    """

    task_type: ClassVar[str] = "imageInference"
    result: ClassVar[str | None] = "Image"
    many: ClassVar[bool] = True
    count: ClassVar[str | None] = "number_results"
    rules: ClassVar[tuple[Rule, ...]] = (
        not_with("inputs", "seed_image", "mask_image", "reference_images", instead="put it in there"),
        requires("mask_image", "seed_image"),
        requires("outpaint", "seed_image", "inputs"),
        requires("mask_margin", "mask_image", "inputs"),
        at_most_one_of("use_prompt_weighting", "prompt_weighting"),
    )

    positive_prompt: Prompt | None = field(
        kw_only=False,
        metadata=about("What the picture should show; `None` for the few models that take no prompt."),
    )
    model: Model = field(metadata=about("AIR identifier of the model, such as `'runware:101@1'`."))
    negative_prompt: Prompt | None = field(default=None, metadata=about("What the picture should not show."))
    width: int | None = field(
        default=None, metadata=about("Width in pixels.", usual="128 to 2048, a multiple of 64; it depends on the model")
    )
    height: int | None = field(
        default=None,
        metadata=about("Height in pixels.", usual="128 to 2048, a multiple of 64; it depends on the model"),
    )
    number_results: int | None = field(
        default=None, metadata=about("How many pictures to make.", usual="1 to 20", default="1")
    )
    seed: int | None = field(
        default=None,
        metadata=about("Number that makes a run repeatable; of several pictures, the first one's.", default="random"),
    )
    steps: int | None = field(
        default=None, metadata=about("Number of denoising steps.", usual="1 to 100", default="20, or the model's own")
    )
    cfg_scale: float | None = field(
        default=None, metadata=about("How closely the prompt is followed.", usual="0 to 50", default="7")
    )
    scheduler: str | None = field(
        default=None, metadata=about("Sampling algorithm, such as `'Euler a'` or `'DPM++ 2M Karras'`.")
    )
    clip_skip: int | None = field(
        default=None, metadata=about("Last CLIP layers to leave out.", usual="0 to 2", default="0")
    )
    seed_image: ImageInput | None = field(default=None, metadata=about("Picture to start from.", media="image"))
    mask_image: ImageInput | None = field(
        default=None, metadata=about("Picture whose white area marks what is painted anew.", media="image")
    )
    mask_margin: int | None = field(
        default=None,
        metadata=about("Pixels around the mask that the model also looks at, zoomed in.", usual="32 to 128"),
    )
    strength: float | None = field(
        default=None,
        metadata=about("How far the result may leave `seed_image`.", least=0, most=1, default="0.8"),
    )
    outpaint: Outpaint | Mapping[str, Any] | None = field(
        default=None, metadata=about("How many pixels to add at each side of `seed_image`.")
    )
    reference_images: Sequence[ImageInput] | None = field(
        default=None, metadata=about("Pictures that the model should draw on.", media="image[]")
    )
    use_prompt_weighting: bool | None = field(
        default=None, metadata=about("Whether words may bear weights. Deprecated: use `prompt_weighting`.")
    )
    prompt_weighting: Weighting | str | None = field(default=None, metadata=about("How weights of words are written."))
    lora: Sequence[Lora | Mapping[str, Any]] | None = field(default=None, metadata=about("LoRA adapters to apply."))
    lycoris: Sequence[Lycoris | Mapping[str, Any]] | None = field(
        default=None, metadata=about("LyCORIS adapters to apply.")
    )
    embeddings: Sequence[Embedding | Mapping[str, Any]] | None = field(
        default=None, metadata=about("Textual-inversion embeddings to apply.")
    )
    control_net: Sequence[ControlNet | Mapping[str, Any]] | None = field(
        default=None, metadata=about("Guide images that steer the structure.")
    )
    ip_adapters: Sequence[IpAdapter | Mapping[str, Any]] | None = field(
        default=None, metadata=about("Reference pictures that steer content or style.")
    )
    refiner: Refiner | Mapping[str, Any] | None = field(
        default=None, metadata=about("A second model that finishes the picture.")
    )
    vae: Model | None = field(default=None, metadata=about("AIR identifier of a VAE in place of the model's own."))
    acceleration: Acceleration | str | None = field(
        default=None, metadata=about("How much quality may be traded for speed.")
    )
    accelerator_options: AcceleratorOptions | Mapping[str, Any] | None = field(
        default=None, metadata=about("Caches that trade quality for speed, one by one.")
    )
    hires_fix: bool | HiresFix | Mapping[str, Any] | None = field(
        default=None, metadata=about("Make the picture in two passes, the second one larger; `True` for the defaults.")
    )
    layer_diffuse: bool | None = field(default=None, metadata=about("Whether the background is to be transparent."))
    advanced_features: AdvancedFeatures | Mapping[str, Any] | None = field(
        default=None, metadata=about("Prompts for regions, layers, and limits for some models.")
    )
    watermark: Watermark | Mapping[str, Any] | None = field(default=None, metadata=about("A visible stamp."))
    pulid: PuLID | Mapping[str, Any] | None = field(
        default=None, metadata=about("Keep a face the same, with PuLID.", aliases=("puLID",))
    )
    instant_id: InstantID | Mapping[str, Any] | None = field(
        default=None, metadata=about("Keep a face the same, with InstantID.", wire="instantID")
    )
    ace_plus_plus: AcePlusPlus | Mapping[str, Any] | None = field(
        default=None, metadata=about("Keep a subject the same, or edit an area, with ACE++.")
    )
    photo_maker: PhotoMakerSettings | Mapping[str, Any] | None = field(
        default=None, metadata=about("Keep a person the same, with PhotoMaker.")
    )
    ultralytics: Ultralytics | Mapping[str, Any] | None = field(
        default=None, metadata=about("Find faces, and draw them anew.")
    )
    true_cfg_scale: float | None = field(default=None, metadata=about("A second guidance scale of some models."))
    upscale_factor: float | None = field(
        default=None, metadata=about("Factor for models that enlarge while they make.", usual="1, 2 or 4")
    )
    resolution: Resolution | str | None = field(
        default=None, metadata=about("Class of size, for models that take one instead of width and height.")
    )
    use_cache: bool | None = field(default=None, metadata=about("Whether an answer may come from a cache."))
    check_nsfw: bool | None = field(
        default=None,
        metadata=about(
            "Whether the pictures are screened for adult content. Deprecated: use `safety`.", aliases=("checkNsfw",)
        ),
    )
    safety: Safety | Mapping[str, Any] | None = field(default=None, metadata=about("What is screened, and how."))
    inputs: ImageInputs | Mapping[str, Any] | None = field(
        default=None, metadata=about("The media, for models that want them in one place.")
    )
    settings: ImageSettings | Mapping[str, Any] | None = field(
        default=None, metadata=about("Values of the model's own; which ones depends on the model.")
    )
    provider_settings: ProviderSettings | Mapping[str, Any] | None = field(
        default=None, metadata=about("Options of the provider behind the model, under the provider's name.")
    )
