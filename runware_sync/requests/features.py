"""Features of image models that are objects of their own: edges, passes, caches, regions, stamps, screening."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from attrs import field, frozen

from runware_sync.media.given import ImageInput
from runware_sync.names import about
from runware_sync.requests.base import Shape
from runware_sync.requests.fitting import Model, Prompt

__all__ = [
    "AcceleratorOptions",
    "AdvancedFeatures",
    "FluxKontext",
    "HiresFix",
    "Outpaint",
    "Region",
    "RegionalPrompting",
    "Safety",
    "Watermark",
]

Thoroughness = Literal["none", "fast", "full"]
Position = Literal[
    "top-left",
    "top-center",
    "top-right",
    "center-left",
    "center-center",
    "center-right",
    "bottom-left",
    "bottom-center",
    "bottom-right",
]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Outpaint(Shape):
    """Pixels added around a picture; its width and height are then those of the whole."""

    top: int | None = field(default=None, metadata=about("Pixels added at the upper edge.", usual="0 to 2048"))
    right: int | None = field(default=None, metadata=about("Pixels added at the right edge.", usual="0 to 2048"))
    bottom: int | None = field(default=None, metadata=about("Pixels added at the lower edge.", usual="0 to 2048"))
    left: int | None = field(default=None, metadata=about("Pixels added at the left edge.", usual="0 to 2048"))
    blur: int | None = field(default=None, metadata=about("Softness of the seam.", usual="0 to 32", default="0"))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class HiresFix(Shape):
    """A second, larger pass."""

    model: Model = field(metadata=about("AIR identifier of the upscaler that is used between the passes."))
    steps: int | None = field(default=None, metadata=about("Denoising steps of the second pass."))
    strength: float | None = field(
        default=None, metadata=about("How far the second pass may leave the first.", usual="0 to 1")
    )
    upscale_factor: float | None = field(default=None, metadata=about("Factor between the passes.", usual="4"))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class AcceleratorOptions(Shape):
    """Caches that trade quality for speed."""

    tea_cache: bool | None = field(default=None, metadata=about("Whether TeaCache is on, for transformer models."))
    tea_cache_distance: float | None = field(
        default=None, metadata=about("How eager TeaCache is; 1 is fastest.", usual="0 to 1")
    )
    deep_cache: bool | None = field(default=None, metadata=about("Whether DeepCache is on, for U-Net models."))
    deep_cache_interval: int | None = field(
        default=None, metadata=about("Steps between two refreshes of DeepCache.", usual="at least 1", default="3")
    )
    deep_cache_branch_id: int | None = field(
        default=None, metadata=about("Branch of the network that DeepCache skips.", default="0")
    )
    deep_cache_skip_mode: str | None = field(default=None, metadata=about("How DeepCache skips."))
    fb_cache: bool | None = field(
        default=None, metadata=about("Whether caching of the first block is on.", aliases=("fbcache",))
    )
    fb_cache_threshold: float | None = field(
        default=None, metadata=about("How sensitive caching of the first block is.")
    )
    cache_distance: float | None = field(
        default=None, metadata=about("Deprecated: use `fb_cache_threshold`.", usual="0 to 1")
    )
    db_cache: bool | None = field(default=None, metadata=about("Whether DB Cache (CacheDiT) is on."))
    db_cache_threshold: float | None = field(
        default=None, metadata=about("How sensitive DB Cache is; more favours quality.")
    )
    db_cache_skip_interval: int | None = field(
        default=None, metadata=about("Steps skipped between two refreshes of DB Cache.")
    )
    cache_start_step: int | None = field(default=None, metadata=about("Step at which caching begins."))
    cache_end_step: int | None = field(
        default=None, metadata=about("Step at which caching ends.", aliases=("cacheStopStep",))
    )
    cache_start_step_percentage: float | None = field(
        default=None, metadata=about("Share of the steps at which caching begins.", usual="0 to 99")
    )
    cache_end_step_percentage: float | None = field(
        default=None, metadata=about("Share of the steps at which caching ends.", usual="1 to 100")
    )
    cache_max_consecutive_steps: int | None = field(
        default=None, metadata=about("Most cached steps in a row.", usual="1 to 5")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Safety(Shape):
    """What is screened for content that is not allowed."""

    check_content: bool | None = field(default=None, metadata=about("Whether the result is screened."))
    check_inputs: bool | None = field(default=None, metadata=about("Whether the media that go in are screened."))
    mode: Thoroughness | str | None = field(
        default=None, metadata=about("How thoroughly the frames of a video are screened.")
    )
    tolerance: bool | None = field(default=None, metadata=about("Whether the screening is relaxed."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Watermark(Shape):
    """A visible stamp: words, or a picture."""

    text: Prompt | None = field(default=None, metadata=about("Words to be stamped."))
    image: ImageInput | None = field(default=None, metadata=about("Picture to be stamped.", media="image"))
    display_position: Position | str | None = field(
        default=None, metadata=about("Where the stamp stands.", default="`'bottom-right'`")
    )
    tiled: bool | None = field(default=None, metadata=about("Whether it is repeated over the whole picture."))
    opacity: float | None = field(default=None, metadata=about("Opacity.", usual="0.1 to 1", default="0.6"))
    font_color: str | None = field(default=None, metadata=about("Colour of the words."))
    bg_color: str | None = field(default=None, metadata=about("Colour behind the words."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class FluxKontext(Shape):
    """How long the references guide a FLUX Kontext model."""

    guidance_end_step: int | None = field(default=None, metadata=about("Step after which they no longer do."))
    guidance_end_step_percentage: float | None = field(
        default=None, metadata=about("Share of the steps after which they no longer do.", usual="0 to 100")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Region(Shape):
    """A part of the picture with a prompt of its own."""

    prompt: Prompt = field(metadata=about("What this part should show."))
    mask: Sequence[float] | ImageInput = field(
        metadata=about("The part: its left, upper, right and lower edge, or a mask picture.", media="image")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class RegionalPrompting(Shape):
    """Prompts for parts of the picture."""

    inject_steps: int = field(metadata=about("Number of steps during which they act.", usual="1 to 100"))
    background_prompt: Prompt | None = field(
        default=None, metadata=about("What everything outside of the parts should show.")
    )
    base_ratio: float | None = field(
        default=None, metadata=about("Weight of the request's prompt against them.", usual="0 to 1", default="0.2")
    )
    regions: Sequence[Region | Mapping[str, Any]] | None = field(
        default=None, metadata=about("The parts, each with its prompt.")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class AdvancedFeatures(Shape):
    """Features that only some models have."""

    layer_diffuse: bool | None = field(default=None, metadata=about("Whether the background is to be transparent."))
    hires_fix: bool | None = field(default=None, metadata=about("Whether there are two passes."))
    flux_kontext: FluxKontext | Mapping[str, Any] | None = field(
        default=None, metadata=about("How long references guide a FLUX Kontext model.")
    )
    regional_prompting: RegionalPrompting | Mapping[str, Any] | None = field(
        default=None, metadata=about("Prompts for parts of the picture.")
    )
    watermark: Watermark | Mapping[str, Any] | None = field(default=None, metadata=about("A visible stamp."))
