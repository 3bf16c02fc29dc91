"""One request in many variations, run side by side, and laid out to be compared."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, Protocol, TypeVar

from attrs import evolve, field, fields, frozen

from runware_sync.extras import missing
from runware_sync.formats import data_uri, in_short
from runware_sync.requests.base import Request
from runware_sync.requests.guidance import unknown
from runware_sync.results import Results, contents_of, facts_of
from runware_sync.shown import Shown

if TYPE_CHECKING:  # they load when they are used
    from PIL.Image import Image as Pixels

    from runware_sync.display import Html
    from runware_sync.gallery.sheet import Panel

__all__ = ["Cell", "Grid", "grid"]

_PATIENCE: Final = 10.0  # seconds for everything that a notebook shows

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class _Maps(Protocol):
    """What runs many requests: a client."""

    def map(self, requests: Iterable[Request[R]], /, *, return_exceptions: Literal[True]) -> Iterator[R | Exception]:
        """Yield their results, and what went wrong in the place of those that failed."""
        ...


def grid(runware: _Maps, request: Request[R], /, **axes: Iterable[Any]) -> "Grid[R]":
    """Run a request once for each combination of some parameters' values, and return all of it to be compared.

    As many calls as there are combinations are made, and paid for; `max_in_flight` of them run at one time. A cell that
    fails holds its error, and the others stay. Give the request a seed, so that only what is varied makes a difference.

        grid(runware, ImageInference("a fox", model="runware:101@1", seed=7), steps=[4, 20], cfg_scale=[2, 7]).sheet()

    Args:
        runware: The client.
        request: The request; it is not changed.
        axes: For each parameter that is varied, the values. The last one runs from left to right.

    Raises:
        TypeError: There is no such parameter, or no list of values; nothing has been bought.
        ValueError: A value cannot work, or a list is empty; nothing has been bought.
        RunwareError: Every cell has failed; this is the first one's error.
    """
    cls = type(request)
    if not axes:
        raise TypeError("grid() takes the parameters to vary, each with a list of values, such as steps=[4, 20]")
    known = {attribute.name for attribute in fields(cls)} - {"task_uuid"}
    values: dict[str, list[Any]] = {}
    for name, given in axes.items():
        if name not in known:
            raise TypeError(f"grid: {cls.__name__}: {unknown(name, cls)}")
        if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
            raise TypeError(f"grid: {name} takes a list of values, not a single {type(given).__name__}")
        values[name] = list(given)
        if not values[name]:
            raise ValueError(f"grid: {name} has no values")
    combinations = [dict(zip(values, each, strict=True)) for each in product(*values.values())]
    varied: Any = request
    requests: list[Request[R]] = [evolve(varied, **each, task_uuid=None) for each in combinations]
    cells: list[Cell[R]] = []
    try:
        for got in runware.map(requests, return_exceptions=True):
            error = got if isinstance(got, Exception) else None
            made = None if isinstance(got, Exception) else got
            cells.append(Cell(values=combinations[len(cells)], request=requests[len(cells)], result=made, error=error))
    except BaseException as error:
        done = [str(cell.task_uuid) for cell in cells if cell.task_uuid]
        if done:
            error.add_note(f"these cells were done; client.job(uuid).result() has them: {', '.join(done)}")
        raise
    first = cells[0].error
    if first is not None and all(cell.error is not None for cell in cells):
        raise first
    return Grid(axes=values, cells=tuple(cells))


@frozen(kw_only=True)
class Cell(Generic[R_co]):
    """One combination of values, and what came of it.

    Attributes:
        values: The parameters that are varied, with their values here.
        request: What was asked for.
        result: What came; `None` if it failed.
        error: What it failed with, else `None`.
    """

    values: Mapping[str, Any]
    request: Request[R_co]
    result: R_co | None
    error: Exception | None

    @property
    def label(self) -> str:
        """The values, in short."""
        return ", ".join(f"{name}={_in_words(value)}" for name, value in self.values.items())

    @property
    def cost(self) -> float | None:
        """What it cost, in US dollars, as far as that is known; of a failed one, what had arrived."""
        found = Results(self.items).cost
        return self.result.cost if isinstance(self.result, Results) else found

    @property
    def task_uuid(self) -> str | None:
        """The UUID of its task."""
        uuid: str | None = getattr(self.result if self.error is None else self.error, "task_uuid", None)
        return uuid

    def to_dict(self) -> dict[str, Any]:
        """Return one row of a table: the values, cost, task, the first result's seed, UUID and link, and the error."""
        found = {name: getattr(self.first, name, None) for name in ("seed", "uuid", "url")}
        error = None if self.error is None else f"{type(self.error).__name__}: {self.error}"
        return {**self.values, "cost": self.cost, "task_uuid": self.task_uuid, **found, "error": error}

    @property
    def first(self) -> object:
        """Its first result; `None` if there is none."""
        return next(iter(self.items), None)

    @property
    def items(self) -> list[object]:
        """Its results, also those that came in spite of an error."""
        if self.error is not None:
            return list(getattr(self.error, "results", ()))
        return list(self.result) if isinstance(self.result, Results | list) else [self.result]


@frozen(kw_only=True)
class Grid(Shown, Generic[R_co]):
    """What a grid has brought: iterate over its cells, save them, or look at them together.

    Attributes:
        axes: The values of each parameter that is varied.
        cells: What came of each combination; the last parameter changes fastest.
    """

    axes: Mapping[str, Sequence[Any]]
    cells: tuple[Cell[R_co], ...] = field(repr=False)

    @property
    def requests(self) -> tuple[Request[R_co], ...]:
        """What was asked for, cell by cell."""
        return tuple(cell.request for cell in self.cells)

    @property
    def results(self) -> "tuple[R_co | Exception, ...]":
        """What came, cell by cell; an exception where it failed."""
        return tuple(cell.result if cell.error is None else cell.error for cell in self.cells)  # type: ignore[misc]  # one of them is there

    @property
    def cost(self) -> float | None:
        """What all of it cost, in US dollars; `None` if no cost is known."""
        known = [cell.cost for cell in self.cells if cell.cost is not None]
        return math.fsum(known) if known else None

    def sheet(self, columns: int | None = None) -> "Pixels":
        """Return all cells on one picture, each with its values, seed, cost and size below.

        Of a cell with several results, the first one is shown; a cell that failed shows its error.

        Args:
            columns: How many stand side by side. Default: as many as the last parameter has values; with a single
                parameter, 4 at most.

        Raises:
            ImportError: Pillow is not installed; the message says how to get it.
            ValueError: `columns` is below 1.
        """
        return self._sheet(columns, None)

    def _sheet(self, columns: int | None, seconds: float | None) -> "Pixels":
        last = len([*self.axes.values()][-1])
        wide = (last if len(self.axes) > 1 else min(4, last)) if columns is None else columns
        if wide < 1:
            raise ValueError(f"columns={columns} must be at least 1")
        try:
            from runware_sync.gallery.exhibits import dollars
            from runware_sync.gallery.sheet import contact_sheet
            from runware_sync.results.tiles import failed, tiles
        except ImportError as error:
            raise missing("sheet()", "Pillow") from error
        panels = tiles([cell.first for cell in self.cells], [cell.label for cell in self.cells], seconds)
        panels = [
            _with_seed(panel, cell) if cell.error is None else failed(cell.error, cell.label)
            for panel, cell in zip(panels, self.cells, strict=True)
        ]
        note = ", ".join(filter(None, [f"{len(self.cells)} cells", dollars(self.cost)]))
        return contact_sheet(panels, title=" x ".join(self.axes), note=note, columns=wide)

    def _display(self) -> "Html":
        """Return the sheet, and the table below it."""
        from io import BytesIO

        from runware_sync import display

        table = display.table(self.to_dicts(), [*self.axes, "seed", "cost", "error"])
        kept = BytesIO()
        try:
            self._sheet(None, _PATIENCE).save(kept, "JPEG", quality=88)
        except ImportError:
            return table
        source = data_uri(kept.getvalue(), "image/jpeg")
        return display.stacked(display.picture(source, alt=" x ".join(self.axes)), table)

    def save(
        self,
        folder: str | PathLike[str],
        *,
        name: str = "{index:02}-{label}-{seed}",
        overwrite: bool = True,
        metadata: bool = True,
    ) -> list[Path]:
        """Write every file of every cell into a folder, and return the paths in order; see `Results.save`.

        Args:
            folder: The folder, which is made if it is missing.
            name: How files are named: besides what `Results.save` knows, `label`, the values of the cell.
            overwrite: Whether existing files may be replaced.
            metadata: Whether PNG and JPEG carry the recipe.

        Raises:
            ValueError: `name` uses a field that there is not.
            DownloadError: The content of one cannot be had; the others are saved.
            OSError: One cannot be written; the others are saved.
        """
        from runware_sync.content.folders import save_all

        files = [(cell, file) for cell in self.cells for file in contents_of(cell.items)]
        facts = [{**facts_of(file, index), "label": cell.label} for index, (cell, file) in enumerate(files)]
        contents = [file for _, file in files]
        return save_all(contents, facts, Path(folder), name=name, overwrite=overwrite, metadata=metadata)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one dict for each cell, for a table: `pandas.DataFrame(grid.to_dicts())`."""
        return [cell.to_dict() for cell in self.cells]

    def table(self) -> str:
        """Return a table as text: the values, seed and cost of each cell, and what went wrong."""
        shown = [*self.axes, "seed", "cost", "error"]
        rows = [["" if row[name] is None else _in_words(row[name]) for name in shown] for row in self.to_dicts()]
        if not any(row[-1] for row in rows):
            shown, rows = shown[:-1], [row[:-1] for row in rows]
        widths = [max(len(line[column]) for line in (shown, *rows)) for column in range(len(shown))]
        lines = [
            "  ".join(f"{word:<{width}}" for word, width in zip(line, widths, strict=True)) for line in (shown, *rows)
        ]
        return "\n".join(line.rstrip() for line in lines)

    def __str__(self) -> str:
        """Return the table."""
        return self.table()

    def __len__(self) -> int:
        """Count the cells."""
        return len(self.cells)

    def __iter__(self) -> Iterator[Cell[R_co]]:
        """Iterate over the cells."""
        return iter(self.cells)


def _in_words(value: object) -> str:
    """Return a value as a label shows it: on one line, and never the bytes of a file."""
    is_text = isinstance(value, str) and (len(value) <= 80 or " " in value[:80])
    return " ".join((str(value) if is_text else in_short(value)).split())[:200]


def _with_seed(panel: "Panel", cell: Cell[Any]) -> "Panel":
    seed = getattr(cell.first, "seed", None)
    return evolve(panel, caption=", ".join(filter(None, ["" if seed is None else f"seed {seed}", panel.caption])))
