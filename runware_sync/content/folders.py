"""Many files into one folder: fetched side by side, written in order, each under a name of its own."""

import os
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from os import PathLike
from pathlib import Path
from typing import Protocol

from runware_sync.content.fetching import Readable, fetched
from runware_sync.content.saving import (
    clean_name,
    is_folder,
    save,
    suffix_of,
    warn_of_another_type,
    with_suffix,
    write_whole,
)
from runware_sync.formats import format_of_suffix

__all__ = ["Savable", "save_all"]


class Savable(Readable, Protocol):
    """What has bytes, and can say how its file is to be."""

    def finished(self, data: bytes, *, metadata: bool) -> bytes:
        """Return the file as it is saved."""
        ...


def save_all(
    contents: Sequence[Savable],
    facts: Sequence[Mapping[str, object]],
    folder: str | PathLike[str],
    *,
    name: str,
    overwrite: bool,
    metadata: bool,
) -> list[Path]:
    """Write several files into a folder; a single one may go to a file name. See `Results.save`."""
    if not is_folder(folder) and format_of_suffix(Path(folder).suffix) is not None:
        if len(contents) != 1:
            raise ValueError(f"{os.fspath(folder)!r} is the name of one file, and there are {len(contents)} results")
        data = contents[0].finished(contents[0].read(), metadata=metadata)
        return [save(data, folder, own_name="", overwrite=overwrite, level=3)]
    for fact in facts:
        _filled_in(name, fact, "bin")  # what cannot work is said before anything is fetched
    taken: set[str] = set()
    paths: list[Path] = []
    failed: dict[int, Exception] = {}
    with closing(fetched(contents)) as found:
        for index, (content, fact, got) in enumerate(zip(contents, facts, found, strict=True)):
            if isinstance(got, Exception):
                failed[index] = got
                continue
            target = Path(folder) / _free_name(name, fact, got, taken)
            warn_of_another_type(target, got, 4)
            try:
                write_whole(target, content.finished(got, metadata=metadata), overwrite=overwrite)
            except OSError as error:
                failed[index] = error
            else:
                paths.append(target)
    for first in failed.values():
        if len(contents) > 1:
            first.add_note(_told(failed, paths))
        raise first
    return paths


def _told(failed: Iterable[int], paths: Sequence[Path]) -> str:
    lacking = ", ".join(map(str, failed))
    saved = f"saved all the same: {', '.join(map(str, paths))}" if paths else "none was saved"
    return f"not saved: results[{lacking}]; {saved}"


def _free_name(name: str, fact: Mapping[str, object], data: bytes, taken: set[str]) -> str:
    """Return the name of one file; where another of these has it already, also in other letters, with a number."""
    whole = clean_name(_filled_in(name, fact, suffix_of(data)[1:]))
    if not whole.endswith(suffix_of(data)):
        whole = with_suffix(whole, data)
    stem, suffix = Path(whole).stem, Path(whole).suffix
    number = 1
    while (same := unicodedata.normalize("NFKC", whole).casefold()) in taken:
        number += 1
        whole = f"{stem}-{number}{suffix}"
    taken.add(same)
    return whole


class _Instead(str):
    """What stands where there is no number: `{seed:04}` works without a seed, too."""

    __slots__ = ()

    def __format__(self, form: str) -> str:
        return str(self)


def _filled_in(name: str, facts: Mapping[str, object], ext: str) -> str:
    words = {key: clean_name(value) if isinstance(value, str) else value for key, value in facts.items()}
    if words.get("seed") is None:
        words["seed"] = _Instead(words.get("uuid") or "file")
    words = {key: _Instead("none") if value is None else value for key, value in {**words, "ext": ext}.items()}
    try:
        return name.format_map(words)
    except KeyError as error:
        raise ValueError(f"name={name!r} uses {error.args[0]!r}; there are {', '.join(sorted(words))}") from None
    except (ValueError, IndexError, AttributeError, TypeError) as error:
        raise ValueError(f"name={name!r} cannot be filled in: {error}") from error
