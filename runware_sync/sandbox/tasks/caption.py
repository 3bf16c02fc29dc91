"""`caption`: a picture or a film described in words."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from runware_sync.sandbox.film_length import seconds_of
from runware_sync.sandbox.identifiers import derived_number
from runware_sync.sandbox.inputs import nested
from runware_sync.sandbox.rules import Problem
from runware_sync.sandbox.samples import caption_of
from runware_sync.sandbox.tasks.base import Commission
from runware_sync.sandbox.tasks.checks import exclusive
from runware_sync.sandbox.tasks.films import MediaTool

__all__ = ["Caption"]

_INTERVAL: Final = 6


class Caption(MediaTool):
    """Describes what the pixels show: colours, light, shape, detail.

    A film is described by the six seconds; of a film that is none of the samples, only its length is known.
    """

    names: ClassVar = ("caption", "imageCaption", "imageToText")
    parameters: ClassVar = frozenset("inputImage inputImages prompt template".split())
    model_required: ClassVar = True

    def media(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the parameters that name pictures, with their values."""
        yield from super().media(request)
        for path in (("inputImages",), ("inputs", "images")):
            images = nested(request, *path)
            for index, image in enumerate(images if isinstance(images, list) else ()):
                yield f"{'.'.join(path)}.{index}", image

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the request beyond the rules."""
        yield from self.needs_image(request)
        if self.studio.switches.strict:
            yield from exclusive(request, "prompt", "template")

    def is_heavy(self, commission: Commission) -> bool:
        """Tell that the pixels have to be looked at."""
        return True

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Describe the pictures, or the film."""
        if commission.files:
            (film,) = commission.files.values()
            return {"text": _told(film.content())}
        from runware_sync.sandbox import art

        texts = [art.describe(picture.image()) for picture in commission.pictures.values()]
        if self.studio.switches.structured_captions or "age" in str(commission.request.get("model") or "").lower():
            number = derived_number(*texts)
            low = 1 + number % 7 * 10
            return {"structuredData": {"ageGroup": f"{low}-{low + 9}", "confidence": 50 + number % 500 / 10}}
        return {"text": " ".join(texts)}


def _told(content: bytes) -> str:
    """Return a line for every six seconds of a film."""
    seconds = seconds_of(content)
    whole = max(1, round(seconds or _INTERVAL))
    shown = caption_of(content) or f"Part of a film of {whole} seconds."
    starts = range(0, whole, _INTERVAL)
    return "\n".join(f"[{_clock(start)} - {_clock(min(start + _INTERVAL, whole))}] {shown}" for start in starts)


def _clock(seconds: int) -> str:
    return f"{seconds // 60:02}:{seconds % 60:02}"
