"""`removeBackground`: the subject without what is behind it."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from runware_sync.sandbox.gallery import Picture
from runware_sync.sandbox.inputs import nested
from runware_sync.sandbox.rules import Problem, Rule
from runware_sync.sandbox.tasks.base import Commission, PaintedLater
from runware_sync.sandbox.tasks.films import MediaTool

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["RemoveBackground"]


class RemoveBackground(MediaTool):
    """Makes the background transparent, or gives it a colour; a PNG unless something else is asked for.

    For a film, a sample of a subject stands: on black, or on nothing as WEBM.
    """

    names: ClassVar = ("removeBackground", "imageBackgroundRemoval", "removeImageBackground")
    rules: ClassVar = (
        Rule("rgba", "array", 4, 4),
        Rule("alphaMattingForegroundThreshold", "integer", 1, 255),
        Rule("alphaMattingBackgroundThreshold", "integer", 1, 255),
        Rule("alphaMattingErodeSize", "integer", 1, 255),
    )
    parameters: ClassVar = frozenset(
        "inputImage rgba postProcessMask returnOnlyMask alphaMatting alphaMattingForegroundThreshold"
        " alphaMattingBackgroundThreshold alphaMattingErodeSize".split()
    )
    model_required: ClassVar = True

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the request beyond the rules."""
        yield from self.needs_image(request)
        yield from self.settings_problems(request)
        for name, value in (("rgba", request.get("rgba")), ("settings.rgba", nested(request, "settings", "rgba"))):
            if isinstance(value, list) and not all(_is_part(part) for part in value):
                yield Problem("invalidRgba", f"{name} must hold four numbers from 0 to 255.", name, type="array")

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Make the picture, or the film."""
        if commission.files:
            return self.film_result(commission, "cutout")
        paint = PaintedLater(_cut_out, self.subject(commission), _settings(commission.request))
        return self.tool_result(commission, paint, default="PNG")


def _is_part(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value <= 255


def _settings(request: Mapping[str, Any]) -> dict[str, Any]:
    told = request.get("settings")
    return {**request, **(told if isinstance(told, Mapping) else {})}


def _cut_out(subject: Picture, settings: Mapping[str, Any]) -> "Image":
    from runware_sync.sandbox import art

    rgba = settings.get("rgba")
    colour = None
    if isinstance(rgba, list) and len(rgba) == 4:
        red, green, blue, alpha = rgba
        colour = (int(red), int(green), int(blue), float(alpha))
    return art.remove_background(
        subject.image(),
        rgba=colour,
        only_mask=bool(settings.get("returnOnlyMask")),
        post_process=bool(settings.get("postProcessMask")),
        alpha_matting=bool(settings.get("alphaMatting")),
        foreground_threshold=int(settings.get("alphaMattingForegroundThreshold") or 240),
        background_threshold=int(settings.get("alphaMattingBackgroundThreshold") or 10),
        erode_size=int(settings.get("alphaMattingErodeSize") or 10),
    )
