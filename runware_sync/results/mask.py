"""Masks."""

from typing import ClassVar

from attrs import field, frozen

from runware_sync.names import about
from runware_sync.results.base import Record
from runware_sync.results.picture import Picture

__all__ = ["Detection", "Mask"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Detection(Record):
    """The box around something that was found, in pixels of the picture."""

    x_min: float | None = field(default=None, metadata=about("Left edge.", wire="x_min"))
    y_min: float | None = field(default=None, metadata=about("Upper edge.", wire="y_min"))
    x_max: float | None = field(default=None, metadata=about("Right edge.", wire="x_max"))
    y_max: float | None = field(default=None, metadata=about("Lower edge.", wire="y_max"))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Mask(Picture):
    """A mask of what was found in a picture: white where it is."""

    beside_source: ClassVar[bool] = True

    mask_image_uuid: str | None = field(
        default=None, metadata=about("UUID of the stored mask; it can be given to later calls.")
    )
    mask_image_url: str | None = field(default=None, metadata=about("Link to the mask; it expires."))
    mask_image_base64_data: str | None = field(default=None, metadata=about("The mask, if asked for as base64."))
    mask_image_data_uri: str | None = field(default=None, metadata=about("The mask, if asked for as a data URI."))
    image_uuid: str | None = field(default=None, metadata=about("UUID of the mask, under its older name."))
    image_url: str | None = field(default=None, metadata=about("Link to the mask, under its older name."))
    detections: list[Detection] | None = field(default=None, metadata=about("Where things were found."))
    input_image_uuid: str | None = field(default=None, metadata=about("UUID of the picture that went in."))

    @property
    def uuid(self) -> str | None:
        """The UUID under which the service keeps the mask; it can be given to later calls."""
        return self.mask_image_uuid or self.image_uuid

    @property
    def url(self) -> str | None:
        """Where the mask can be fetched, for as long as the link lives."""
        return self.mask_image_url or self.image_url

    @property
    def inline(self) -> str | None:
        """The base64 or data URI that came with it."""
        return self.mask_image_base64_data or self.mask_image_data_uri

    def _caption(self) -> str:
        """Return how much was found."""
        return "mask" if self.detections is None else f"mask, {len(self.detections)} found"
