"""How the media of one request travel: inside of the task, or stored beforehand and named by their UUIDs.

```
upscale(array)       operation  Upscale(...): pixels.Pixels, a copy                         the caller's thread
run, submit          errands    prepare -> wire.encode(request, pack=Packing)               the caller's, or a worker's
                     packing    small, or too large to be stored as it is: a data URI
                     uploads    known: its UUID. On its way: wait. Otherwise, send it:
                     cargo      the file that travels (PNG of the pixels, upright)           no lock
                     errands    a call of its own: image_upload or media_storage             no lock
                     calls      the task, with the UUID in it
mediaNotFound        calls      order.alternative(error) -> errands -> packing.lost
                     uploads    forget; wire.encode again: stored anew                       a worker that is lent
                     purchase   switch: the same task under a child UUID, once
```
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from attrs import define, field

from runware_sync.codes import Kind, classify
from runware_sync.errors import ApiError, UnexpectedResponseError
from runware_sync.jobs.errand import NotAtOnce
from runware_sync.media.cargo import Cargo
from runware_sync.media.dimensions import dimensions
from runware_sync.media.given import Bytes, Inline, LocalFile, Medium, Pixels, Reference
from runware_sync.media.pictures import LARGEST_SIDE
from runware_sync.names import wire_name
from runware_sync.options import Settings
from runware_sync.requests import Request
from runware_sync.uploads import Freight, Uploads

__all__ = ["Packing"]

_MEDIA_GONE: Final = re.compile(r"\w*(?:media|image|video|audio|file|input)(?:NotFound|Expired)", re.IGNORECASE)
_NO_NAMES: Final = re.compile(r"[.\[\]\d]+")


@define(eq=False)
class Packing:
    """The media of one request, on one errand.

    Args:
        settings: The client's defaults.
        uploads: What the client has stored.
        run: Makes a call, waiting in this thread.
        inside: Whether all travel inside of the task: it is itself the way in which things are stored.
    """

    settings: Settings
    uploads: Uploads
    run: Callable[[Request[Any]], Any]
    inside: bool = False
    at_once: bool = field(default=False, init=False)  # whether what takes time is refused
    _stored: dict[str, tuple[str, Freight]] = field(factory=dict, init=False)  # by place, with the key of the content

    @property
    def has_stored(self) -> bool:
        """Whether anything is named by a UUID that is ours."""
        return bool(self._stored)

    def __call__(self, medium: Medium, where: str) -> str:
        """Return what stands for a medium in the task.

        Args:
            medium: What was given.
            where: The parameter.

        Raises:
            NotAtOnce: That takes time, and there is none.
            ValueError: It must not be read, or is of another kind, or cannot be converted.
            OSError: A file cannot be read.
            ImportError: A picture has to be made or converted, and Pillow is not installed.
            RunwareError: It could not be stored; nothing was bought.
        """
        if isinstance(medium, Reference):
            return medium.text
        if self.at_once and self._takes_time(medium):
            raise NotAtOnce
        local_files = self.settings.local_files
        if self.inside:
            return medium.wire(parameter=where, local_files=local_files)
        cargo = medium.load(parameter=where, local_files=local_files)
        store = self._way_of(cargo)
        if store is None:
            return cargo.inline()
        if self.at_once:
            raise NotAtOnce
        key = f"{store.__name__} {cargo.key}"
        freight = self.uploads.obtain(key, partial(store, self, cargo, where))
        if freight.stored:
            self._stored[where] = key, freight
        return freight.text

    def _takes_time(self, medium: Inline | Bytes | LocalFile | Pixels) -> bool:
        match medium:
            case LocalFile() | Pixels():
                return True
            case Inline():
                return len(medium.text) > self.settings.upload_threshold
            case _:
                return len(medium.data) > self.settings.upload_threshold

    def _way_of(self, cargo: Cargo) -> "Callable[[Packing, Cargo, str], Freight] | None":
        """Return how something is stored; `None` if it is not."""
        if cargo.family in {"video", "audio"}:  # whose parameters take UUIDs and URLs only
            return Packing._store_medium
        if cargo.family != "image" or cargo.form == "image/svg+xml":
            return None
        return Packing._store_picture if len(cargo.data) > self.settings.upload_threshold else None

    def _store_picture(self, cargo: Cargo, where: str) -> Freight:
        data, mime = cargo.file
        size = dimensions(data)
        if len(data) <= self.settings.upload_threshold or size is None or max(size) > LARGEST_SIDE:
            return Freight(cargo.inline(), stored=False)
        from runware_sync.requests import ImageUpload

        return self._store(ImageUpload(Bytes(data, mime)), where)

    def _store_medium(self, cargo: Cargo, where: str) -> Freight:
        from runware_sync.requests import MediaStorage

        return self._store(MediaStorage(Bytes(*cargo.file)), where)

    def _store(self, request: Request[Any], where: str) -> Freight:
        try:
            uuid = self.run(request).uuid
            if not isinstance(uuid, str):
                raise UnexpectedResponseError(f"{where} was stored, but the service did not say under which UUID")
        except BaseException as error:
            error.add_note(f"this happened while {where} was being uploaded; the task itself was not sent")
            raise
        return Freight(uuid, stored=True)

    def lost(self, error: ApiError) -> bool:
        """Forget what the service has forgotten, if that is what an error says; return whether it is.

        A code that says so is believed. One that finds fault with a parameter may mean it, if what stands there was
        stored for an earlier call.
        """
        names = _names(error)
        gone = {
            where: stored
            for where, stored in self._stored.items()
            if _MEDIA_GONE.fullmatch(error.code) or (stored[1].remembered and _is_one_of(where, names))
        }
        for where, (key, freight) in gone.items():
            self.uploads.forget(key, freight.text)
            del self._stored[where]
        return bool(gone)


def _names(error: ApiError) -> set[str]:
    """Return the parameters that an error finds fault with, in lower case."""
    if classify(error.code) is not Kind.VALIDATION or not error.code.startswith("invalid"):
        return set()
    told = error.parameter or error.code.removeprefix("invalid")
    named = [told] if isinstance(told, str) else told
    return {name.lower() for each in named for name in _NO_NAMES.split(each) if name}


def _is_one_of(where: str, names: set[str]) -> bool:
    """Tell whether a place is named; in the service's other form a name may be shorter."""
    own = wire_name(next(part for part in reversed(_NO_NAMES.split(where)) if part)).lower()
    return any(own.endswith(name) for name in names)
