"""The results of one call, as a sequence."""

import math
from collections.abc import Iterable, Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar, get_args, overload

from attrs import fields
from attrs.exceptions import FrozenInstanceError

from runware_sync.content.route import Route
from runware_sync.extras import missing
from runware_sync.results.base import Content, Result, exhibit_of
from runware_sync.shown import Shown, look_of

if TYPE_CHECKING:  # both load when they are used
    from PIL.Image import Image as Pixels

    from runware_sync.display import Html

__all__ = ["Results", "contents_of", "facts_of", "route_downloads"]

T_co = TypeVar("T_co", covariant=True)

_PLAIN: Final = {str, int, float, bool}


class Results(Shown, Sequence[T_co]):
    """The results of one call: a sequence that cannot be changed.

    In the order of the seeds where the request gave one, else in the order of arrival. A slice is `Results` too.

    Args:
        items: The results.
        task_uuid: The call's root UUID.
        surplus: Paid results beyond those that were asked for.
    """

    __slots__ = ("__weakref__", "_items", "surplus", "task_uuid")

    task_uuid: str | None
    surplus: tuple[T_co, ...]
    _items: tuple[T_co, ...]

    def __init__(
        self, items: Iterable[T_co] = (), *, task_uuid: str | None = None, surplus: Iterable[T_co] = ()
    ) -> None:
        object.__setattr__(self, "_items", tuple(items))
        object.__setattr__(self, "task_uuid", task_uuid)
        object.__setattr__(self, "surplus", tuple(surplus))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        """Refuse: results do not change."""
        raise FrozenInstanceError

    def __delattr__(self, name: str) -> NoReturn:
        """Refuse: results do not change."""
        raise FrozenInstanceError

    @property
    def cost(self) -> float | None:
        """What all of them cost, surplus included, in US dollars; `None` if no cost is known."""
        costs = [item.cost for item in (*self._items, *self.surplus) if isinstance(item, Result)]
        known = [cost for cost in costs if cost is not None]
        return math.fsum(known) if known else None

    def save(
        self,
        folder: str | PathLike[str],
        *,
        name: str = "{index:02}-{seed}",
        overwrite: bool = True,
        metadata: bool = True,
    ) -> list[Path]:
        """Write every result into a folder, and return the paths in order.

        They are downloaded side by side. If one fails, the others are saved all the same; then its error is raised,
        with a note that tells which are saved.

        Args:
            folder: The folder, which is made if it is missing. A single result may also be given the name of a file
                with a known suffix, such as `"fox.png"`.
            name: How files are named: `index`, counted from 0, `seed`, `uuid`, `task_uuid`, `type`, `ext` and the other
                fields of the result can be used, with formats as in `"{index:03}-{seed}.{ext}"`. Without a suffix it
                gets that of the content. A seed that is not known becomes the UUID, any other field that is `None`
                becomes `none`. What a file name cannot hold becomes `_`; of two equal names the second gets a number,
                `fox-2.png`.
            overwrite: Whether existing files may be replaced.
            metadata: Whether PNG and JPEG carry the recipe; see `Image.save`.

        Raises:
            TypeError: These results are no files.
            ValueError: `name` uses a field that there is not.
            DownloadError: The content of one cannot be had.
            FileExistsError: There is such a file, and `overwrite` is `False`.
            NotADirectoryError: A file stands where the folder would be.
            OSError: One cannot be written.
        """
        from runware_sync.content.folders import save_all

        files: list[Content] = []
        for item in self._items:
            if not isinstance(item, Content):
                raise TypeError(f"{type(item).__name__} is no file; only results with content can be saved")
            files.append(item)
        facts = [
            {**facts_of(file, index), "task_uuid": file.task_uuid or self.task_uuid} for index, file in enumerate(files)
        ]
        return save_all(files, facts, folder, name=name, overwrite=overwrite, metadata=metadata)

    def contact_sheet(self, columns: int = 4) -> "Pixels":
        """Return all of them on one picture, each with its index, seed, cost and size below.

        Pictures are fetched side by side; one that cannot be had, and what is no picture, is shown by words.

        Args:
            columns: How many stand side by side, at most. Default: 4.

        Raises:
            ImportError: Pillow is not installed; the message says how to get it.
            ValueError: There is nothing to show, or `columns` is below 1.
        """
        if columns < 1:
            raise ValueError(f"columns={columns} must be at least 1")
        if not self._items:
            raise ValueError("there is nothing to show: there are no results")
        try:
            from runware_sync.gallery.sheet import contact_sheet
            from runware_sync.results.tiles import tiles
        except ImportError as error:
            raise missing("contact_sheet()", "Pillow") from error
        panels = tiles(self._items, [_title(index, item) for index, item in enumerate(self._items)])
        return contact_sheet(panels, columns=min(columns, len(panels)))

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return every result as a dict that JSON can carry."""
        return [item.to_dict() for item in self._items if isinstance(item, Result)]

    @overload
    def __getitem__(self, index: int, /) -> T_co: ...
    @overload
    def __getitem__(self, index: slice, /) -> "Results[T_co]": ...
    def __getitem__(self, index: int | slice, /) -> "T_co | Results[T_co]":
        """Return one result, or some as `Results`."""
        if isinstance(index, slice):
            return Results(self._items[index], task_uuid=self.task_uuid)
        return self._items[index]

    def __len__(self) -> int:
        """Count the results; surplus is not among them."""
        return len(self._items)

    def __iter__(self) -> Iterator[T_co]:
        """Iterate over the results."""
        return iter(self._items)

    def __eq__(self, other: object) -> bool:
        """Compare the results, and the surplus."""
        if not isinstance(other, Results):
            return NotImplemented
        return self._items == other._items and self.surplus == other.surplus

    def __hash__(self) -> int:
        """Hash the results."""
        return hash(self._items)

    def __repr__(self) -> str:
        """Show number, kind and cost."""
        kinds = "/".join(dict.fromkeys(type(item).__name__ for item in self._items))
        facts = [f"{len(self)} {kinds}" if kinds else "none"]
        if self.cost is not None:
            facts.append(f"cost={self.cost:g}")
        if self.surplus:
            facts.append(f"surplus={len(self.surplus)}")
        return f"Results({', '.join(facts)})"

    def _display(self) -> "Html":
        """Return files as a gallery, anything else one below the other, and what it all cost."""
        from runware_sync import display
        from runware_sync.gallery.exhibits import dollars, on_a_wall

        count = "1 result" if len(self) == 1 else f"{len(self) or 'no'} results"
        more = f"{len(self.surplus)} more in .surplus, which were paid for, too" if self.surplus else ""
        about = [count, dollars(self.cost), more]
        files = [item for item in self._items if isinstance(item, Content)]
        if files and len(files) == len(self):
            return on_a_wall([exhibit_of(file) for file in files], *about)
        return display.stacked(*map(look_of, self._items), display.caption(*about))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by content."""
        return _rebuild, (self._items, self.task_uuid, self.surplus)


def _title(index: int, item: object) -> str:
    seed = getattr(item, "seed", None)
    return f"{index}" if seed is None else f"{index}   seed {seed}"


def facts_of(file: Content, index: int) -> dict[str, object]:
    """Return what a file can be named after: its fields, and its place among others."""
    plain: dict[str, object] = {}
    for attribute in fields(type(file)):
        value = getattr(file, attribute.name)
        if isinstance(value, str | int | float) or (value is None and _PLAIN & {*get_args(attribute.type)}):
            plain[attribute.name] = value
    seed = getattr(file, "seed", None)
    named = {"uuid": file.uuid, "task_uuid": file.task_uuid, "seed": seed, "type": type(file).__name__.lower()}
    return {**plain, **named, "index": index}


def _rebuild(items: tuple[T_co, ...], task_uuid: str | None, surplus: tuple[T_co, ...]) -> Results[T_co]:
    return Results(items, task_uuid=task_uuid, surplus=surplus)


def contents_of(outcome: object) -> Iterator[Content]:
    """Yield the content in what a call returned: a result, `Results`, or a list."""
    if isinstance(outcome, Content):
        yield outcome
    elif isinstance(outcome, Results | list | tuple):
        for item in (*outcome, *outcome.surplus) if isinstance(outcome, Results) else outcome:
            if isinstance(item, Content):
                yield item
            else:
                yield from contents_of(item)


def route_downloads(outcome: object, route: Route) -> None:
    """Let the content in what a call returned be fetched along this route: a result, `Results`, or a list."""
    for content in contents_of(outcome):
        content.__dict__["_route"] = route
