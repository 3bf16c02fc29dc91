"""How a picture of `imageInference` is put together, and how large it is."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from runware_sync.sandbox.gallery import Picture
from runware_sync.sandbox.inputs import nested

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["BASES", "LARGEST", "MASKS", "SIDES", "SMALLEST", "painted", "settings_of", "sides_of"]

SMALLEST: Final = 16
LARGEST: Final = 8192
SIDES: Final = ("top", "right", "bottom", "left")
BASES: Final = ("seedImage", "inputs.seedImage", "inputImage", "inputs.image")
"""The parameters that name the picture to begin with; the first that is there counts."""
MASKS: Final = ("maskImage", "inputs.maskImage", "inputs.mask")
"""Likewise, the mask that says where it may change."""

_WORDLESS: Final = "__BLANK__"
_USUAL: Final = 1024
_CLASS: Final = re.compile(r"(\d+(?:\.\d+)?)[kK]")
_KEPT: Final = (
    "positivePrompt negativePrompt width height steps CFGScale strength model outpaint resolution upscaleFactor"
).split()


def settings_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a request decides on its pictures, besides those that it names and the seed."""
    settings = {name: request[name] for name in _KEPT if request.get(name) is not None}
    settings["clear"] = bool(request.get("layerDiffuse") or nested(request, "advancedFeatures", "layerDiffuse"))
    return settings


def sides_of(request: Mapping[str, Any]) -> tuple[float, float]:
    """Return the width and the height that are asked for, whatever is given to begin with."""
    side, factor = _side(request) or _USUAL, request.get("upscaleFactor") or 1
    return (request.get("width") or side) * factor, (request.get("height") or side) * factor


def _side(settings: Mapping[str, Any]) -> int | None:
    """Return the side of a square of the size class that stands instead of width and height, if one does."""
    found = _CLASS.fullmatch(str(settings.get("resolution")))
    if found is None or settings.get("width") or settings.get("height"):
        return None
    return max(SMALLEST, min(LARGEST, round(float(found[1]) * 1024)))


def painted(pictures: Mapping[str, Picture], guides: Sequence[str], settings: Mapping[str, Any], seed: int) -> "Image":
    """Paint one result.

    Args:
        pictures: What the task names, by parameter.
        guides: How the parameters begin whose pictures show through faintly.
        settings: See `settings_of`.
        seed: Of this result.
    """
    from runware_sync.sandbox import art

    picture = _composed(pictures, guides, settings, seed)
    factor = min(float(settings.get("upscaleFactor", 1)), LARGEST / max(picture.size))
    if factor > 1:
        picture = art.upscale(picture, factor)
    return art.remove_background(picture) if settings["clear"] else picture


def _composed(
    pictures: Mapping[str, Picture], guides: Sequence[str], settings: Mapping[str, Any], seed: int
) -> "Image":
    from runware_sync.sandbox import art

    def first(names: Sequence[str]) -> "Image | None":
        return next((pictures[name].image() for name in names if name in pictures), None)

    base = first(BASES)
    prompt = str(settings.get("positivePrompt", ""))
    width, height = _size(settings, base)
    painting = art.paint(
        prompt="" if prompt == _WORDLESS else prompt,
        negative_prompt=str(settings.get("negativePrompt", "")),
        seed=seed,
        width=width,
        height=height,
        steps=int(settings.get("steps", 20)),
        cfg_scale=float(settings.get("CFGScale", 7.0)),
        model=str(settings.get("model", "")),
    )
    for name, picture in pictures.items():
        if name.startswith(tuple(guides)):
            painting = art.image_to_image(picture.image().resize((width, height)), painting, 0.75)
    if base is None:
        return painting
    strength = float(settings.get("strength", 0.8))
    sides = settings.get("outpaint")
    if isinstance(sides, Mapping):
        top, right, bottom, left = (int(sides.get(side) or 0) for side in SIDES)
        inner = base.resize((max(1, width - left - right), max(1, height - top - bottom)))
        blur = int(sides.get("blur") or 0)
        return art.outpaint(inner, painting, top, right, bottom, left, blur)
    base = base if base.size == (width, height) else base.resize((width, height))
    mask = first(MASKS)
    return art.image_to_image(base, painting, strength) if mask is None else art.inpaint(base, painting, mask, strength)


def _size(settings: Mapping[str, Any], base: "Image | None") -> tuple[int, int]:
    side = _side(settings)
    default = (_USUAL, _USUAL) if base is None else base.size
    if side is not None:
        stretch = side / (default[0] * default[1]) ** 0.5
        default = (round(default[0] * stretch), round(default[1] * stretch))
    width, height = int(settings.get("width", default[0])), int(settings.get("height", default[1]))
    sides = settings.get("outpaint")
    if isinstance(sides, Mapping) and side is None and "width" not in settings and "height" not in settings:
        width += int(sides.get("left") or 0) + int(sides.get("right") or 0)
        height += int(sides.get("top") or 0) + int(sides.get("bottom") or 0)
    return max(SMALLEST, min(LARGEST, width)), max(SMALLEST, min(LARGEST, height))
