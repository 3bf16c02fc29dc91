"""What a medium holds, read and about to travel."""

import hashlib
from collections.abc import Callable
from functools import cached_property

from attrs import define

from runware_sync.formats import data_uri

__all__ = ["Cargo"]


@define(eq=False, slots=False)
class Cargo:
    """The content of one medium.

    Args:
        data: Its bytes: those of a file, or of pixels.
        form: What they mean: a media type, or mode and size of pixels.
        fit: Returns the file that travels, and its media type; called when that is needed, and once.
        text: How the user wrote it, if that was a data URI.
    """

    data: bytes
    form: str
    fit: Callable[[], tuple[bytes, str]]
    text: str | None = None

    @cached_property
    def file(self) -> tuple[bytes, str]:
        """The file that travels, and its media type."""
        return self.fit()

    @property
    def family(self) -> str:
        """What kind of file it is: `"image"`, `"video"`, `"audio"`, or something else."""
        return self.form.partition("/")[0]

    @property
    def key(self) -> str:
        """What tells it from all other content: type, shape and bytes."""
        return hashlib.sha256(f"{self.form}\n".encode() + self.data).hexdigest()

    def inline(self) -> str:
        """Return it as a data URI."""
        data, mime = self.file
        return data_uri(data, mime) if self.text is None or data is not self.data else self.text
