"""Files, written whole or not at all."""

import errno
import os
import secrets
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import Final

from runware_sync.formats import HEAD, format_of_suffix, sniff

__all__ = ["clean_name", "save", "save_all", "write_whole"]

_LONGEST: Final = 120  # characters of a name of ours, so that a suffix fits everywhere
_WINDOWS_DEVICES: Final = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(10))]
)
_NO_LINKS: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV})


def save(data: bytes, path: str | PathLike[str], *, own_name: str, overwrite: bool, level: int = 2) -> Path:
    """Write some bytes to a file, or into a folder under a name of our own; return its path.

    Args:
        data: What to write.
        path: A folder, if it ends in a slash, exists as one or has no suffix; otherwise a file.
        own_name: What the file is called in a folder, without suffix.
        overwrite: Whether an existing file may be replaced.
        level: How many callers up a warning points, our own caller being 1.

    Raises:
        FileExistsError: There is such a file, and `overwrite` is `False`.
        OSError: It cannot be written.
    """
    if is_folder(path):
        target = Path(path) / _with_suffix(clean_name(own_name), data)
    else:
        target = Path(path)
        _warn_of_another_type(target, data, level + 2)
    write_whole(target, data, overwrite=overwrite)
    return target


def save_all(
    reads: Sequence[Callable[[], bytes]],
    facts: Sequence[Mapping[str, object]],
    folder: str | PathLike[str],
    *,
    name: str,
    overwrite: bool,
) -> list[Path]:
    """Write several files into a folder; a single one may go to a file name. See `Results.save`."""
    if not is_folder(folder) and format_of_suffix(Path(folder).suffix) is not None:
        if len(reads) != 1:
            raise ValueError(f"{os.fspath(folder)!r} is the name of one file, and there are {len(reads)} results")
        return [save(reads[0](), folder, own_name="", overwrite=overwrite, level=3)]
    names = [clean_name(_filled_in(name, fact)) for fact in facts]
    if len({own.casefold() for own in names}) < len(names):
        raise ValueError(f"name={name!r} gives two results the same file name; use {{index}} in it")
    paths: list[Path] = []
    for own, read in zip(names, reads, strict=True):
        data = read()
        target = Path(folder) / _with_suffix(own, data)
        _warn_of_another_type(target, data, 4)
        write_whole(target, data, overwrite=overwrite)
        paths.append(target)
    return paths


def is_folder(path: str | PathLike[str]) -> bool:
    """Tell whether a path means a folder: it ends in a slash, exists as a folder, or has no suffix."""
    text = os.fspath(path)
    if text.endswith(("/", os.sep)):
        return True
    return not Path(text).suffix or Path(text).is_dir()


def clean_name(name: str) -> str:
    """Return a name that is one file's name on every system, whatever a server put into it."""
    kept = "".join(sign if sign.isalnum() or sign in "-_.+=@ ,()" else "_" for sign in name)
    kept = kept.strip(". ")[:_LONGEST].rstrip(". ")
    if kept.partition(".")[0].rstrip().lower() in _WINDOWS_DEVICES:
        kept = f"_{kept}"
    return kept or "file"


def _filled_in(name: str, facts: Mapping[str, object]) -> str:
    own = {key: clean_name(value) if isinstance(value, str) else value for key, value in facts.items()}
    if own.get("seed") is None:
        own["seed"] = own.get("uuid") or "file"
    try:
        return name.format_map(own)
    except KeyError as error:
        raise ValueError(f"name={name!r} uses {error.args[0]!r}; there are {', '.join(sorted(own))}") from None
    except (ValueError, IndexError, AttributeError, TypeError) as error:
        raise ValueError(f"name={name!r} cannot be filled in: {error}") from error


def _with_suffix(name: str, data: bytes) -> str:
    if format_of_suffix(Path(name).suffix) is not None:
        return name
    known = sniff(data[:HEAD])
    return name + (known.suffix if known else ".bin")


def _warn_of_another_type(target: Path, data: bytes, level: int) -> None:
    announced, found = format_of_suffix(target.suffix), sniff(data[:HEAD])
    if announced is not None and found is not None and announced is not found:
        warnings.warn(
            f"{target.name} is named like a {announced.name} file, but its content is {found.name}"
            f" (output_format= chooses that)",
            UserWarning,
            stacklevel=level,
        )


def write_whole(target: Path, data: bytes, *, overwrite: bool = True) -> None:
    """Write a file that appears under its name complete and on the disk, or not at all.

    The bytes go to a temporary file in the same folder, which then takes the name; the umask decides who may read it.

    Raises:
        FileExistsError: There is such a file, and `overwrite` is `False`.
        OSError: It cannot be written; the temporary file is gone.
    """
    folder = target.parent
    folder.mkdir(parents=True, exist_ok=True)
    if not overwrite and os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, "there is such a file already, and overwrite=False", str(target))
    part = folder / f".{secrets.token_hex(8)}.part"
    try:
        _write_durably(part, data)
        if overwrite:
            part.replace(target)
        else:
            _take_free_name(part, target)
    except OSError as error:
        if error.filename in {None, str(part)}:
            error.filename, error.filename2 = str(target), None
        raise
    finally:
        with suppress(OSError):
            part.unlink()
    _sync_folder(folder)


def _write_durably(part: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    descriptor = os.open(part, flags, 0o666)  # the system takes the umask's bits away
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        rest = memoryview(data)
        while rest:
            rest = rest[file.write(rest) :]
        os.fsync(file.fileno())


def _take_free_name(part: Path, target: Path) -> None:
    """Give the file its name unless somebody else has it, even since we looked."""
    try:
        os.link(part, target)
    except FileExistsError:
        raise FileExistsError(errno.EEXIST, "there is such a file already, and overwrite=False", str(target)) from None
    except OSError as error:
        if error.errno not in _NO_LINKS and os.name != "nt":
            raise
    else:
        return
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))  # a file system without links
    try:
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            target.unlink()
        raise


def _sync_folder(folder: Path) -> None:
    """Make the new name durable, where the system can."""
    if os.name == "nt":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
