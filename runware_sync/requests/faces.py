"""Keeping a person or a subject the same, and mending faces."""

from collections.abc import Sequence
from typing import Literal

from attrs import field, frozen

from runware_sync.media.given import ImageInput
from runware_sync.names import about
from runware_sync.requests.base import Shape
from runware_sync.requests.fitting import Prompt

__all__ = ["AcePlusPlus", "InstantID", "PhotoMakerSettings", "PuLID", "Ultralytics"]

Editing = Literal["portrait", "subject", "local_editing"]
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
class PuLID(Shape):
    """A face that stays the same, by PuLID."""

    images: Sequence[ImageInput] = field(
        metadata=about("The face: exactly one picture.", media="image[]", aliases=("inputImages",))
    )
    id_weight: float | None = field(
        default=None, metadata=about("How closely the face is kept.", usual="0 to 3", default="1")
    )
    true_cfg_scale: float | None = field(
        default=None, metadata=about("Guidance of the face's embedding.", usual="0 to 10")
    )
    cfg_start_step: int | None = field(
        default=None, metadata=about("Step at which guidance begins.", usual="0 to 10", aliases=("CFGstartStep",))
    )
    cfg_start_step_percentage: float | None = field(
        default=None,
        metadata=about(
            "Share of the steps at which guidance begins.", usual="0 to 100", aliases=("CFGstartStepPercentage",)
        ),
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class InstantID(Shape):
    """A face that stays the same, by InstantID."""

    input_image: ImageInput | None = field(default=None, metadata=about("Picture of the face.", media="image"))
    input_images: Sequence[ImageInput] | None = field(
        default=None, metadata=about("Several pictures of the face.", media="image[]")
    )
    pose_image: ImageInput | None = field(default=None, metadata=about("Picture of the pose.", media="image"))
    identity_net_strength: float | None = field(default=None, metadata=about("How strongly the identity is kept."))
    adapter_strength: float | None = field(default=None, metadata=about("How strongly the picture adapter acts."))
    control_net_canny_weight: float | None = field(default=None, metadata=about("Weight of the Canny guide."))
    control_net_depth_weight: float | None = field(default=None, metadata=about("Weight of the depth guide."))
    enhance_non_face_region: bool | None = field(
        default=None, metadata=about("Whether what surrounds the face is improved too.", default="`True`")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class AcePlusPlus(Shape):
    """A subject that stays the same, or an edited area, by ACE++."""

    type: Editing | str = field(metadata=about("What is to be done."))
    input_images: Sequence[ImageInput] | None = field(
        default=None, metadata=about("Reference pictures.", media="image[]")
    )
    input_masks: Sequence[ImageInput] | None = field(
        default=None, metadata=about("Masks for local editing; white marks the area.", media="image[]")
    )
    repainting_scale: float | None = field(
        default=None, metadata=about("From keeping the identity to following the prompt.", least=0, most=1)
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class PhotoMakerSettings(Shape):
    """A person who stays the same, by PhotoMaker."""

    images: Sequence[ImageInput] = field(
        metadata=about(
            "Pictures of the person, one clear face each.", media="image[]", usual="1 to 4", aliases=("inputImages",)
        )
    )
    style: Style | str | None = field(default=None, metadata=about("Ready-made look."))
    strength: float | None = field(default=None, metadata=about("Balance between likeness and prompt."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Ultralytics(Shape):
    """Faces found in the finished picture, and drawn anew."""

    confidence: float | None = field(
        default=None, metadata=about("Score from which a find counts.", usual="0 to 1", default="0.5")
    )
    inpaint_size: int | None = field(
        default=None, metadata=about("Size in pixels at which a face is drawn anew.", usual="128 to 2048")
    )
    mask_blur: int | None = field(default=None, metadata=about("Softness of the mask's edge.", usual="0 to 100"))
    mask_padding: int | None = field(default=None, metadata=about("Pixels kept around each face.", usual="0 to 20"))
    positive_prompt: Prompt | None = field(default=None, metadata=about("What the face should look like."))
    negative_prompt: Prompt | None = field(default=None, metadata=about("What the face should not look like."))
    steps: int | None = field(
        default=None, metadata=about("Number of denoising steps.", usual="1 to 100", default="20")
    )
    cfg_scale: float | None = field(
        default=None, metadata=about("How closely its prompt is followed.", usual="0 to 50", default="8")
    )
    strength: float | None = field(
        default=None, metadata=about("How much the face may change.", usual="0.0001 to 1", default="0.3")
    )
