"""Files, written whole or not at all."""

import errno
import os
import secrets
import warnings
from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import Final

from runware_sync.formats import HEAD, format_of_suffix, sniff

__all__ = ["clean_name", "is_folder", "save", "suffix_of", "warn_of_another_type", "with_suffix", "write_whole"]

_LONGEST: Final = 120  # characters of a name of ours, so that a suffix fits everywhere
_MOST_BYTES: Final = 200  # of the same; most systems take 255
_WINDOWS_DEVICES: Final = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789\xb9\xb2\xb3")]
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
        target = Path(path) / with_suffix(clean_name(own_name), data)
    else:
        target = Path(path)
        warn_of_another_type(target, data, level + 2)
    write_whole(target, data, overwrite=overwrite)
    return target


def is_folder(path: str | PathLike[str]) -> bool:
    """Tell whether a path means a folder: it ends in a slash, exists as a folder, or has no suffix."""
    text = os.fspath(path)
    if text.endswith(("/", os.sep)):
        return True
    return not Path(text).suffix or Path(text).is_dir()


def clean_name(name: str) -> str:
    """Return a name that is one file's name on every system, whatever a server put into it."""
    kept = "".join(sign if sign.isalnum() or sign in "-_.+=@ ,()" else "_" for sign in name)
    kept = kept.strip(". ")[:_LONGEST].encode()[:_MOST_BYTES].decode(errors="ignore").rstrip(". ")
    if kept.partition(".")[0].rstrip().lower() in _WINDOWS_DEVICES:
        kept = f"_{kept}"
    return kept or "file"


def with_suffix(name: str, data: bytes) -> str:
    """Return a name with the suffix of its content, unless it has one that is known."""
    return name if format_of_suffix(Path(name).suffix) is not None else name + suffix_of(data)


def suffix_of(data: bytes) -> str:
    """Return the suffix of a file's content, with its dot."""
    known = sniff(data[:HEAD])
    return known.suffix if known else ".bin"


def warn_of_another_type(target: Path, data: bytes, level: int) -> None:
    """Warn of a name that announces another type than the content has, as many callers up as `level` says."""
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
        NotADirectoryError: A file stands where its folder would be.
        OSError: It cannot be written; the temporary file is gone.
    """
    folder = target.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder)) from None
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
            error.filename = str(target)
            del error.filename2  # set to None, it would be shown
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
