"""The files of one sandbox, in memory: made when somebody looks at them, forgotten when there are too many."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from runware_sync.sandbox.identifiers import UUID
from runware_sync.sandbox.kinds import CONTENT_TYPES, Kind, kind_of
from runware_sync.sandbox.rules import Problem

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Gallery", "Inline", "Picture", "StoredFile", "as_json"]

_MOST_FILES: Final = 100_000


class StoredFile:
    """One file: either a recipe, followed when it is first looked at and as often as needed, or bytes.

    Args:
        uuid: Its UUID.
        suffix: The suffix of its file name.
        make: Returns the bytes; the same ones each time.
        expires_at: The sandbox's clock; `None` for never.
        solid: Whether `make` holds what a client sent, so that it may fail, and cannot be made again.
    """

    def __init__(
        self,
        uuid: str,
        suffix: str,
        make: Callable[[], bytes],
        *,
        expires_at: float | None = None,
        solid: bool = False,
    ) -> None:
        self.uuid = uuid
        self.suffix = suffix
        self.expires_at = expires_at
        self.solid = solid
        self.lock = threading.Lock()
        self.kept: bytes | None = None
        self.checked = not solid
        self.gallery: Gallery | None = None
        self._make = make

    @property
    def kind(self) -> Kind:
        """What sort of file it is."""
        return kind_of(self.suffix)

    @property
    def file_name(self) -> str:
        """The name under which it is served."""
        return f"{self.uuid}.{self.suffix}"

    def content(self) -> bytes:
        """Return its bytes, made now if they are not kept; raise `Problem` if they cannot be made."""
        with self.lock:
            if self.kept is not None:
                return self.kept
            content = self._make()
            self.kept = content
        if self.gallery is not None:
            self.gallery.note_weight(self, len(content))
        return content

    def check(self) -> None:
        """Look at what a client sent; raise `Problem` if it cannot be read."""
        self.content()
        self.checked = True


class Picture(StoredFile):
    """A file that has pixels."""

    def check(self) -> None:
        """Look at what a client sent; raise `Problem` if it cannot be decoded."""
        self.image()

    def image(self) -> "Image":
        """Return its pixels."""
        from runware_sync.sandbox import art

        try:
            image = art.decode(self.content())
        except ValueError as error:
            raise Problem("invalidImage", "The image could not be decoded.", "image", type="string") from error
        self.checked = True
        return image


class Gallery:
    """All files, found by UUID. All methods may be called from any thread.

    Args:
        capacity: Bytes kept. The longest unused are given up first: what was made is made again when somebody
            looks, what was uploaded is forgotten.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._files: OrderedDict[str, StoredFile] = OrderedDict()
        self._weights: OrderedDict[str, int] = OrderedDict()
        self._weight = 0

    def add(self, file: StoredFile, size: int = 0) -> StoredFile:
        """Keep a file that holds `size` bytes; return it, or the one that is already here under its UUID."""
        with self._lock:
            known = self._files.get(file.uuid)
            if known is not None:
                self._files.move_to_end(file.uuid)
                return known
            file.gallery = self
            self._files[file.uuid] = file
            if size:
                self._weigh(file, size)
            while len(self._files) > _MOST_FILES:
                self._remove(next(iter(self._files)))
        return file

    def find(self, uuid: str) -> StoredFile | None:
        """Return the file with a UUID."""
        with self._lock:
            file = self._files.get(uuid.lower())
            if file is not None:
                self._files.move_to_end(file.uuid)
                if file.uuid in self._weights:
                    self._weights.move_to_end(file.uuid)
            return file

    def served(self, file_name: str, now: float) -> StoredFile | None:
        """Return the file that is served under a file name, unless its time is over."""
        stem, _, suffix = file_name.partition(".")
        if not UUID.fullmatch(stem):
            return None
        file = self.find(stem)
        if file is None or file.suffix != suffix:
            return None
        return None if file.expires_at is not None and now > file.expires_at else file

    def forget(self) -> None:
        """Forget all files."""
        with self._lock:
            self._files.clear()
            self._weights.clear()
            self._weight = 0

    def note_weight(self, file: StoredFile, size: int) -> None:
        """Count a file's bytes, and make room for them."""
        with self._lock:
            if self._files.get(file.uuid) is file:
                self._weigh(file, size)

    def _weigh(self, file: StoredFile, size: int) -> None:
        """Count bytes; requires the lock."""
        self._weight += size - self._weights.pop(file.uuid, 0)
        self._weights[file.uuid] = size
        while self._weight > self._capacity and len(self._weights) > 1:
            oldest = next(iter(self._weights))
            if self._files[oldest].solid:
                self._remove(oldest)
            else:
                self._weight -= self._weights.pop(oldest)
                self._files[oldest].kept = None

    def remove(self, uuid: str) -> bool:
        """Forget one file, and return whether there was one."""
        with self._lock:
            known = uuid.lower() in self._files
            if known:
                self._remove(uuid.lower())
            return known

    def _remove(self, uuid: str) -> None:
        """Forget one file; requires the lock."""
        del self._files[uuid]
        self._weight -= self._weights.pop(uuid, 0)

    def __len__(self) -> int:
        return len(self._files)


def data_uri(suffix: str, text: str) -> str:
    """Return a data URI for base64 text."""
    return f"data:{CONTENT_TYPES[suffix]};base64,{text}"


def as_json(value: Any) -> Any:
    """Return what stands for a value in JSON; used as `json.dumps(default=...)`."""
    if isinstance(value, Inline):
        return value.text()
    raise TypeError(f"{type(value).__name__} has no JSON form")


class Inline:
    """A file inside an answer: its text is made when the answer is written, not kept with the record."""

    def __init__(self, file: StoredFile, *, uri: bool) -> None:
        self.file = file
        self.uri = uri

    def text(self) -> str:
        """Return base64, or a data URI."""
        import base64

        text = base64.b64encode(self.file.content()).decode("ascii")
        return data_uri(self.file.suffix, text) if self.uri else text
