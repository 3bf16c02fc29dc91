"""The pictures of one sandbox, in memory: painted when somebody looks at them, forgotten when there are too many."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from runware_sync.sandbox.identifiers import UUID
from runware_sync.sandbox.rules import Problem

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["CONTENT_TYPES", "Gallery", "Inline", "Picture", "as_json", "suffix_of"]

CONTENT_TYPES: Final[Mapping[str, str]] = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "bmp": "image/bmp",
}

_SIGNATURES: Final = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF8", "gif"), (b"BM", "bmp"))
_MOST_PICTURES: Final = 100_000


def suffix_of(head: bytes) -> str | None:
    """Return the file suffix that goes with a file's first bytes (16 are enough), or `None` if it is no picture."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    return next((suffix for signature, suffix in _SIGNATURES if head.startswith(signature)), None)


class Picture:
    """One picture: either a recipe, followed when it is first looked at and as often as needed, or bytes.

    Args:
        uuid: Its UUID.
        suffix: The suffix of its file name.
        make: Returns the bytes; the same ones each time.
        expires_at: The sandbox's clock; `None` for never.
        solid: Whether `make` holds what a client sent, so that it may fail, and cannot be painted again.
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
    """All pictures, found by UUID. All methods may be called from any thread.

    Args:
        capacity: Bytes kept. The longest unused are given up first: painted ones are painted again when somebody looks,
            uploaded ones are forgotten.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._pictures: OrderedDict[str, Picture] = OrderedDict()
        self._weights: OrderedDict[str, int] = OrderedDict()
        self._weight = 0

    def add(self, picture: Picture, size: int = 0) -> Picture:
        """Keep a picture that holds `size` bytes; return it, or the one that is already here under its UUID."""
        with self._lock:
            known = self._pictures.get(picture.uuid)
            if known is not None:
                self._pictures.move_to_end(picture.uuid)
                return known
            picture.gallery = self
            self._pictures[picture.uuid] = picture
            if size:
                self._weigh(picture, size)
            while len(self._pictures) > _MOST_PICTURES:
                self._remove(next(iter(self._pictures)))
        return picture

    def find(self, uuid: str) -> Picture | None:
        """Return the picture with a UUID."""
        with self._lock:
            picture = self._pictures.get(uuid.lower())
            if picture is not None:
                self._pictures.move_to_end(picture.uuid)
                if picture.uuid in self._weights:
                    self._weights.move_to_end(picture.uuid)
            return picture

    def served(self, file_name: str, now: float) -> Picture | None:
        """Return the picture that is served under a file name, unless its time is over."""
        stem, _, suffix = file_name.partition(".")
        if not UUID.fullmatch(stem):
            return None
        picture = self.find(stem)
        if picture is None or picture.suffix != suffix:
            return None
        return None if picture.expires_at is not None and now > picture.expires_at else picture

    def forget(self) -> None:
        """Forget all pictures."""
        with self._lock:
            self._pictures.clear()
            self._weights.clear()
            self._weight = 0

    def note_weight(self, picture: Picture, size: int) -> None:
        """Count a picture's bytes, and make room for them."""
        with self._lock:
            if self._pictures.get(picture.uuid) is picture:
                self._weigh(picture, size)

    def _weigh(self, picture: Picture, size: int) -> None:
        """Count bytes; requires the lock."""
        self._weight += size - self._weights.pop(picture.uuid, 0)
        self._weights[picture.uuid] = size
        while self._weight > self._capacity and len(self._weights) > 1:
            oldest = next(iter(self._weights))
            if self._pictures[oldest].solid:
                self._remove(oldest)
            else:
                self._weight -= self._weights.pop(oldest)
                self._pictures[oldest].kept = None

    def _remove(self, uuid: str) -> None:
        """Forget one picture; requires the lock."""
        del self._pictures[uuid]
        self._weight -= self._weights.pop(uuid, 0)

    def __len__(self) -> int:
        return len(self._pictures)


def data_uri(suffix: str, text: str) -> str:
    """Return a data URI for base64 text."""
    return f"data:{CONTENT_TYPES[suffix]};base64,{text}"


def as_json(value: Any) -> Any:
    """Return what stands for a value in JSON; used as `json.dumps(default=...)`."""
    if isinstance(value, Inline):
        return value.text()
    raise TypeError(f"{type(value).__name__} has no JSON form")


class Inline:
    """A picture inside an answer: its text is made when the answer is written, not kept with the record."""

    def __init__(self, picture: Picture, *, uri: bool) -> None:
        self.picture = picture
        self.uri = uri

    def text(self) -> str:
        """Return base64, or a data URI."""
        import base64

        text = base64.b64encode(self.picture.content()).decode("ascii")
        return data_uri(self.picture.suffix, text) if self.uri else text
