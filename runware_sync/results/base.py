"""What all results have in common.

Equality, hash, `repr` and `to_dict` are written once and driven by the fields: attrs generates only `__init__`, which
keeps the import of these classes cheap.
"""

from abc import abstractmethod
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import Attribute, evolve, field, frozen
from attrs import fields as attrs_fields

from runware_sync.content.route import ORDINARY, Kept, Route
from runware_sync.errors import DownloadError
from runware_sync.formats import decode_base64, decode_data_uri, in_short, is_data_uri
from runware_sync.media.mediums import Reference
from runware_sync.names import about
from runware_sync.shown import Shown

if TYPE_CHECKING:  # what notebooks see loads when a notebook asks
    from runware_sync.display import Html
    from runware_sync.gallery.exhibits import Exhibit
    from runware_sync.media.given import Medium

__all__ = ["Content", "Record", "Result", "exhibit_of", "remember_source"]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Record(Shown):
    """Anything that the server sends as an object."""

    extra: Mapping[str, Any] = field(
        factory=dict, metadata=about("Fields that this version does not know, under their names on the wire.")
    )

    @classmethod
    def adapted(cls, item: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return an answer in the one form that the fields have, where the service knows several."""
        return item

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a dict that JSON can carry: Python's names, `None` left out, `extra` merged in."""
        known = {
            attribute.name: _plain(value)
            for attribute in _fields(self)
            if attribute.name != "extra" and (value := getattr(self, attribute.name)) is not None
        }
        return {**self.extra, **known}

    def __eq__(self, other: object) -> bool:
        """Compare class and fields; content that has been fetched plays no part, nor does how an answer came."""
        if type(other) is not type(self):
            return NotImplemented
        return self is other or all(getattr(self, a.name) == getattr(other, a.name) for a in _fields(self) if a.eq)

    def __hash__(self) -> int:
        """Hash what is hashable: dicts and lists play no part."""
        values = (getattr(self, attribute.name) for attribute in _fields(self) if attribute.eq)
        return hash((type(self), *(value for value in values if isinstance(value, str | int | float))))

    def __repr__(self) -> str:
        """Show what is there, in short; never base64."""
        values = ((a.name, getattr(self, a.name)) for a in _fields(self) if a.repr)
        shown = (f"{name}={in_short(value)}" for name, value in values if value is not None and value != {})
        return f"{type(self).__name__}({', '.join(shown)})"

    def _display(self) -> "Html":
        """Return a table of what is there."""
        from runware_sync import display

        return display.facts({name: value for name, value in self.to_dict().items() if name != "task_type"})

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the fields; what was fetched, and the way to fetch it, stay behind."""
        return {attribute.name: getattr(self, attribute.name) for attribute in _fields(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take the fields, also those of an older version that had fewer."""
        missing: dict[str, Any] = {a.name: {} if a.name == "extra" else None for a in _fields(self)}
        self.__dict__.update({**missing, **state})


def _fields(record: Record) -> "tuple[Attribute[Any], ...]":
    found: tuple[Attribute[Any], ...] = attrs_fields(type(record))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Result(Record):
    """One result of a task."""

    task_type: str | None = field(default=None, repr=False, metadata=about("The task type, as it travelled."))
    task_uuid: str | None = field(default=None, metadata=about("UUID of the task that made it."))
    cost: float | None = field(default=None, metadata=about("Price in US dollars, where it was asked for."))
    status: str | None = field(
        default=None,
        eq=False,  # what was asked for later is equal to what came by itself
        repr=False,
        metadata=about("State of the task, in polled answers."),
    )
    raw: Mapping[str, Any] | None = field(
        default=None, metadata=about("The answer exactly as it came, if it did not fit this class; else `None`.")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Content(Result):
    """A result that is a file: a picture, a film, a sound, a mesh."""

    family: ClassVar[str]  # what its bytes must be, in the words of `formats`
    beside_source: ClassVar[bool] = False  # whether it is shown beside what it was made from

    @property
    @abstractmethod
    def uuid(self) -> str | None:
        """The UUID under which the service keeps it; it can be given to later calls."""

    @property
    @abstractmethod
    def url(self) -> str | None:
        """Where it can be fetched, for as long as the link lives."""

    @property
    @abstractmethod
    def inline(self) -> str | None:
        """The base64 or data URI that came with it."""

    @property
    def at_hand(self) -> bool:
        """Whether `read()` takes no network: the bytes came with the result, or have been fetched."""
        kept: Kept | None = self.__dict__.get("_kept")
        return self.inline is not None or (kept is not None and kept.is_there)

    def read(self) -> bytes:
        """Return the file's bytes, whatever `output_type` was.

        They are decoded or downloaded at most once, and kept; two threads that read at the same time share one
        download. Links expire: read, or save, what is to last.

        Raises:
            DownloadError: They cannot be had.
        """
        kept: Kept = self.__dict__.setdefault("_kept", Kept())  # setdefault is atomic: all threads get the same one
        try:
            return kept.get(self._fetch)
        except KeyboardInterrupt as error:
            error.add_note(
                f"{self.task_type} {self.task_uuid} is done, its {self.family} was not fetched yet: read() fetches it"
            )
            raise

    def _fetch(self, limit: int | None = None) -> bytes:
        if self.inline is not None:
            try:
                return decode_data_uri(self.inline) if is_data_uri(self.inline) else decode_base64(self.inline)
            except ValueError as error:
                raise DownloadError(
                    f"the {self.family} came as base64 that cannot be decoded", **self._origin()
                ) from error
        if self.url is None:
            raise DownloadError(
                f"the {self.family} came without content and without a link to it; with webhook_url it goes there",
                **self._origin(),
            )
        route: Route = self.__dict__.get("_route", ORDINARY)
        try:
            return route.download(self.url, family=self.family, **({} if limit is None else {"limit": limit}))
        except DownloadError as error:
            error.task_uuid, error.task_type = self.task_uuid, self.task_type
            raise

    def _glance(self, limit: int) -> bytes:
        """Return the bytes as `read` does, but download no more than `limit`."""
        kept: Kept = self.__dict__.setdefault("_kept", Kept())
        return kept.get(lambda: self._fetch(limit))

    def _exhibit(self) -> "Exhibit":
        """Return it as a notebook shows it; nothing is fetched yet."""
        from runware_sync.display import PLAYED
        from runware_sync.gallery.exhibits import Exhibit, dollars

        seed, unsafe = getattr(self, "seed", None), getattr(self, "nsfw_content", None)
        route: Route = self.__dict__.get("_route", ORDINARY)
        return Exhibit(
            name=type(self).__name__,
            family=self.family,
            load=self.read if self.family == "image" else lambda: self._glance(PLAYED),
            pixels=route.preview_pixels,
            at_hand=self.at_hand,
            url=self.url,
            alt=getattr(self, "positive_prompt", None) or "",
            source=self._source(),
            told=[
                self._caption(),
                "" if seed is None else f"seed {seed}",
                dollars(self.cost),
                "NSFW" if unsafe else "",
            ],
        )

    def _caption(self) -> str:
        """Return what is said first below it."""
        return ""

    def _source(self) -> "Exhibit | str | None":
        """Return what it was made from as a notebook shows it; where that is not at hand, what is known of it."""
        from runware_sync.gallery.exhibits import of_medium

        medium: Medium | None = self.__dict__.get("_medium")
        if isinstance(medium, Reference) and isinstance(medium.source, Content):
            return evolve(exhibit_of(medium.source), name="input", told=["input"], source=None)
        if medium is not None:
            return of_medium(medium)
        uuid = getattr(self, "input_image_uuid", None)
        return f"made from {uuid}" if self.beside_source and uuid else None

    def _display(self) -> "Html":
        """Return the file itself, where it can be shown, and what is known of it."""
        from runware_sync.gallery.exhibits import single

        return single(self._exhibit())

    def _origin(self) -> dict[str, Any]:
        return {"task_uuid": self.task_uuid, "task_type": self.task_type}

    def save(self, path: str | PathLike[str] = ".", *, overwrite: bool = True) -> Path:
        """Write the file, and return its path.

        It appears under its name when it is complete and on the disk, or not at all. Missing folders are made.

        Args:
            path: A folder, if it ends in a slash, exists as one or has no suffix: the file is then named after its
                UUID, with the suffix of its content. Otherwise the file's name, which is kept exactly; if it
                announces another type than the content has, there is a warning.
            overwrite: Whether an existing file may be replaced.

        Raises:
            DownloadError: The content cannot be had.
            FileExistsError: There is such a file, and `overwrite` is `False`.
            NotADirectoryError: A file stands where its folder would be.
            OSError: It cannot be written; nothing half-written is left.
        """
        from runware_sync.content.saving import save

        return save(self.read(), path, own_name=self.uuid or self.task_uuid or self.family, overwrite=overwrite)

    def finished(self, data: bytes, *, metadata: bool) -> bytes:
        """Return the file as it is saved; pictures add to it what they know of themselves."""
        del metadata
        return data


def exhibit_of(content: Content) -> "Exhibit":
    """Return a file as one among others on show."""
    return content._exhibit()  # noqa: SLF001 - the same house; no name of its own among what users see


def remember_source(outcome: object, medium: "Medium | None") -> None:
    """Let a result that is shown beside what it was made from know what that was; it is not pickled with it."""
    if isinstance(outcome, Content) and outcome.beside_source and medium is not None:
        outcome.__dict__["_medium"] = medium
