"""What has to do with films, for the task types that make or take them."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from runware_sync.sandbox.billing import PRICES
from runware_sync.sandbox.gallery import StoredFile
from runware_sync.sandbox.identifiers import UUID
from runware_sync.sandbox.inputs import nested
from runware_sync.sandbox.kinds import Kind
from runware_sync.sandbox.rules import Problem
from runware_sync.sandbox.samples import sample
from runware_sync.sandbox.tasks.base import Commission, TaskType

__all__ = ["FILM_FORMATS", "MediaTool", "put_up_film"]

FILM_FORMATS: Final = ("MP4", "WEBM", "MOV")
"""What films can be had as."""


def _is_named(film: object) -> bool:
    return isinstance(film, str) and (film.startswith(("http://", "https://")) or UUID.fullmatch(film) is not None)


def put_up_film(task_type: TaskType, commission: Commission, index: int, name: str) -> StoredFile:
    """Put one of the sample films into the gallery, in the format that is asked for, as a result of a task.

    Args:
        task_type: Of the task.
        commission: The task.
        index: The number of the result.
        name: Of the sample, without suffix.
    """
    suffix = str(commission.request.get("outputFormat") or FILM_FORMATS[0]).lower()
    return task_type.put_up(commission, StoredFile, ("video", index), suffix, partial(sample, f"{name}.{suffix}"))


class MediaTool(TaskType):
    """A tool that takes a picture, or in its current form a film: that takes minutes, and is always asked for."""

    def takes_film(self, request: Mapping[str, Any]) -> bool:
        """Tell whether the request is about a film."""
        return nested(request, "inputs", "video") is not None

    def files(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any, Kind | None]]:
        """Yield the parameter that names the film, if there is one."""
        if self.takes_film(request):
            yield "inputs.video", nested(request, "inputs", "video"), "video"

    def formats(self, request: Mapping[str, Any]) -> tuple[str, ...]:
        """Return what the result can be had as."""
        return FILM_FORMATS if self.takes_film(request) else self.output_formats

    def documented_deliveries(self, request: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the delivery methods that the service documents for this request, the default first."""
        return ("async",) if self.takes_film(request) else self.deliveries

    def lasts(self, request: Mapping[str, Any]) -> bool:
        """Tell whether this request takes minutes by nature."""
        return self.takes_film(request)

    def price(self, request: Mapping[str, Any]) -> float:
        """Return US dollars for the result."""
        return PRICES[f"{self.name} of a video"] if self.takes_film(request) else super().price(request)

    def needs_image(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield the problem of a missing or superfluous input, or of a missing model with strict checking."""
        if not self.takes_film(request):
            yield from super().needs_image(request)
        elif next(self.media(request), None) is not None:
            yield Problem("incompatibleParameters", "Only one of image and video can be given.", "inputs.video")
        elif self.studio.switches.strict and not _is_named(nested(request, "inputs", "video")):
            message = "inputs.video must be a UUID or a URL."
            yield Problem("invalidVideo", message, "inputs.video", type="string")

    def film_result(self, commission: Commission, name: str) -> dict[str, Any]:
        """Return the fields of a film made from the given one: a sample stands for it."""
        prefix = "media" if self.studio.switches.media_keys else "video"
        return self.fields_of(put_up_film(self, commission, 0, name), commission, prefix)
