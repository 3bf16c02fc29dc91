"""What all pictures have in common: pixels, and the recipe that saved ones carry."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

from runware_sync.extras import missing
from runware_sync.formats import HEAD, sniff
from runware_sync.results.base import Content

if TYPE_CHECKING:  # both come with an extra
    import numpy as np
    from numpy.typing import NDArray
    from PIL.ImageFile import ImageFile

__all__ = ["Picture"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Picture(Content):
    """A result that has pixels."""

    family: ClassVar[str] = "image"

    def to_pil(self) -> "ImageFile":
        """Return the picture as one of Pillow's, loaded, in the mode that its file has; a new one each time.

        Raises:
            ImportError: Pillow is not installed; the message says how to get it.
            DownloadError: The content cannot be had.
            ValueError: It is a drawing without pixels (SVG), or nothing that Pillow opens.
        """
        try:
            from PIL import Image as Pixels
            from PIL import UnidentifiedImageError
        except ImportError as error:
            raise missing("to_pil()", "Pillow") from error
        data = self.read()
        found = sniff(data[:HEAD])
        if found is not None and found.name == "SVG":
            raise ValueError("the picture is an SVG drawing, which has no pixels; read() returns it, save() writes it")
        try:
            opened = Pixels.open(BytesIO(data))
            opened.load()
        except (UnidentifiedImageError, OSError, SyntaxError, Pixels.DecompressionBombError) as error:
            kind = found.name if found else "of no known kind"
            raise ValueError(f"Pillow cannot open the picture ({kind}): {error}") from error
        return opened

    def to_numpy(self) -> "NDArray[np.uint8]":
        """Return the picture as an array of bytes, a new one each time.

        Returns:
            Height by width by 3, red, green and blue; by 4, with alpha as the last, if it has transparency.

        Raises:
            ImportError: Pillow or numpy is not installed; the message says how to get them.
            DownloadError: The content cannot be had.
            ValueError: It is a drawing without pixels (SVG), or nothing that Pillow opens.
        """
        try:
            import numpy as np
            import PIL  # noqa: F401 - so that one message names both
        except ImportError as error:
            raise missing("to_numpy()", "numpy", "Pillow") from error
        picture = self.to_pil()
        if picture.mode.startswith("I"):  # 16 bits of grey, of which Pillow would keep the wrong eight
            grey = (np.asarray(picture).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8)
            return np.repeat(grey[:, :, np.newaxis], 3, axis=2)
        return np.array(picture.convert("RGBA" if picture.has_transparency_data else "RGB"))

    def save(self, path: str | PathLike[str] = ".", *, overwrite: bool = True, metadata: bool = True) -> Path:
        """Write the file, and return its path.

        It appears under its name when it is complete and on the disk, or not at all. Missing folders are made. PNG and
        JPEG carry the recipe, beside the pixels, which are not touched: `recipe(path)` gives the request back.

        Args:
            path: A folder, if it ends in a slash, exists as one or has no suffix: the file is then named after its
                UUID, with the suffix of its content. Otherwise the file's name, which is kept exactly; if it
                announces another type than the content has, there is a warning.
            overwrite: Whether an existing file may be replaced.
            metadata: Whether the recipe is written: operation, parameters and task UUID, without media, addresses and
                secrets. Signed files (C2PA) never get one.

        Raises:
            DownloadError: The content cannot be had.
            FileExistsError: There is such a file, and `overwrite` is `False`.
            OSError: It cannot be written; nothing half-written is left.
        """
        from runware_sync.content.saving import save

        data = self.finished(self.read(), metadata=metadata)
        return save(data, path, own_name=self.uuid or self.task_uuid or self.family, overwrite=overwrite)

    def finished(self, data: bytes, *, metadata: bool) -> bytes:
        """Return the file as it is saved: with the recipe, if it is known and wanted."""
        recipe: Callable[[], Mapping[str, Any]] | None = self.__dict__.get("_recipe")
        if not metadata or recipe is None:
            return data
        from runware_sync.content.inscriptions import inscribed
        from runware_sync.secrecy import conceal

        seed = getattr(self, "seed", None)
        told = {**recipe(), **({} if seed is None else {"seed": seed})}
        return inscribed(data, conceal(json.dumps(told, ensure_ascii=False)))

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the recipe, too."""
        recipe = self.__dict__.get("_recipe")
        return {**super().__getstate__(), **({} if recipe is None else {"_recipe": partial(dict, recipe())})}
