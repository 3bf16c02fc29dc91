"""The ways in which media come as text, bytes or files; a file of this machine is read with every guard."""

import os
import stat
from functools import partial
from typing import Final

from attrs import field, frozen

from runware_sync.formats import HEAD, Format, decode_data_uri, format_of_suffix, in_short, size_in_words, sniff
from runware_sync.media.cargo import Cargo
from runware_sync.media.pictures import fit

__all__ = [
    "LIMIT",
    "Bytes",
    "Inline",
    "LocalFile",
    "Reference",
    "check_kind",
    "checked_format",
    "is_network_name",
    "is_of_kind",
    "network_refusal",
    "thing",
    "too_large",
]

LIMIT: Final = 104857600  # bytes that one file may have that travels inline
_KINDS: Final = {
    **{kind: frozenset({kind}) for kind in ("image", "video", "audio", "mesh", "archive")},
    "media": frozenset({"image", "video", "audio"}),
}


@frozen
class Reference:
    """Something that the service finds by itself: a UUID or a URL.

    Args:
        text: The UUID or URL.
        source: The result that was given, for showing what was made of it; it does not travel, in no way.
    """

    text: str
    source: object = field(default=None, eq=False, repr=False)

    def wire(self, *, parameter: str, local_files: bool = True) -> str:
        """Return it as it travels."""
        return self.text

    def __reduce__(self) -> tuple[type["Reference"], tuple[str]]:
        """Pickle the words alone: a result may hold a whole file."""
        return Reference, (self.text,)


@frozen(repr=False)
class Inline:
    """A data URI, which travels as it is if nothing has to change."""

    text: str

    def load(self, *, parameter: str, local_files: bool = True) -> Cargo:
        """Return what it holds.

        Raises:
            ValueError: It cannot be decoded.
        """
        try:
            data = decode_data_uri(self.text)
        except ValueError:
            raise ValueError(f"{parameter} is a data URI that cannot be decoded") from None
        found = sniff(data[:HEAD])
        said = self.text[5:].partition(",")[0].partition(";")[0].strip().lower()
        mime = said if found is None else found.mime
        return Cargo(data, mime, partial(fit, data, mime, parameter), self.text)

    def wire(self, *, parameter: str, local_files: bool = True) -> str:
        """Return it as it travels."""
        return self.load(parameter=parameter).inline()

    def __repr__(self) -> str:
        """Show the size only."""
        return f"Inline({in_short(self.text)})"


@frozen(repr=False)
class Bytes:
    """The content of a file, equal if the bytes are."""

    data: bytes
    mime: str = field(eq=False)

    def load(self, *, parameter: str, local_files: bool = True) -> Cargo:
        """Return what travels."""
        return Cargo(self.data, self.mime, partial(fit, self.data, self.mime, parameter))

    def wire(self, *, parameter: str, local_files: bool = True) -> str:
        """Return it as it travels: a data URI."""
        return self.load(parameter=parameter).inline()

    def __repr__(self) -> str:
        """Show type and size only."""
        return f"Bytes(<{self.mime}, {size_in_words(len(self.data))}>)"


@frozen
class LocalFile:
    """A file of this machine, read when the call is made.

    Args:
        path: Its whole path, which means the same wherever the process goes.
        kind: What it must be.
        given: The path as it was given; who may not read files is told no more.
    """

    path: str
    kind: str = "image"
    given: str | None = field(default=None, eq=False, repr=False)

    def wire(self, *, parameter: str, local_files: bool = True) -> str:
        """Read the file, and return it as it travels: a data URI; raises what `load` does."""
        return self.load(parameter=parameter, local_files=local_files).inline()

    def load(self, *, parameter: str, local_files: bool = True) -> Cargo:
        """Read the file, and return what travels.

        Args:
            parameter: What it was given for, to be named in errors.
            local_files: Whether files may be read at all.

        Raises:
            ValueError: Files may not be read, or this one is no regular file, too large, or not of the kind.
            FileNotFoundError: It is gone.
            OSError: It cannot be read.
        """
        if not local_files:
            given = self.path if self.given is None else self.given
            raise ValueError(f"{parameter}={given!r} is a local file, and the client has local_files=False")
        if is_network_name(self.path):
            raise ValueError(network_refusal(self.path, parameter))
        data, found = _read(self.path, parameter, self.kind)
        return Cargo(data, found.mime, partial(fit, data, found.mime, f"{parameter}={self.path!r}"))


def is_of_kind(family: str, kind: str) -> bool:
    """Tell whether what says of itself that it is of a family may stand for a kind."""
    return kind not in _KINDS or family in _KINDS[kind]


def check_kind(found: Format, where: str, kind: str) -> None:
    """Refuse a file of another kind.

    Raises:
        ValueError: It is of another kind.
    """
    if not is_of_kind(found.family, kind):
        raise ValueError(f"{where} is a {found.name} file, and not of the kind {kind}")


def checked_format(head: bytes, where: str, kind: str, suffix: str = "") -> Format:
    """Return the format of what begins with these bytes.

    Args:
        head: Its first bytes.
        where: What it is, to be named in errors.
        kind: What it must be.
        suffix: The ending of its name, which counts for kinds that are not known by their first bytes.

    Raises:
        ValueError: It is not of the kind.
    """
    found = sniff(head)
    if found is not None:
        check_kind(found, where, kind)
        return found
    if kind in _KINDS:
        raise ValueError(f"{where} does not begin like a file of the kind {kind}")
    return format_of_suffix(suffix) or Format("unknown", kind, "application/octet-stream", (".bin",))


def is_network_name(path: str) -> bool:
    r"""Tell whether Windows would look for a name on another machine, and send it the user's credentials.

    Device names such as `\\.\pipe` begin in the same way.
    """
    return path[:2].replace("\\", "/") == "//"


def network_refusal(path: str, parameter: str) -> str:
    """Return why such a name is refused."""
    return f"{parameter}={path[:80]!r} is the name of a network share or device; those are never read"


def too_large(where: str, size: int) -> str:
    """Return why something is too large."""
    return f"{where} has {size_in_words(size)}; at most {size_in_words(LIMIT)} are sent"


def thing(mode: int) -> str:
    """Return what it is that is no regular file."""
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a pipe" if stat.S_ISFIFO(mode) else "a device or socket"


def _read(path: str, parameter: str, kind: str) -> tuple[bytes, Format]:
    """Return a regular file's content and format; a pipe or device is neither waited for nor read."""
    where = f"{parameter}={path!r}"
    try:
        _require_regular(os.stat(path).st_mode, where)  # noqa: PTH116 - opening a device can have effects: look first
    except FileNotFoundError:
        raise FileNotFoundError(f"{where}: the file is not there any more") from None
    flags = os.O_RDONLY
    for extra in ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY", "O_NOCTTY"):
        flags |= getattr(os, extra, 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        now = os.fstat(file.fileno())  # again: what has this name may be something else by now
        _require_regular(now.st_mode, where)
        if now.st_size > LIMIT:
            raise ValueError(too_large(where, now.st_size))
        found = checked_format(file.read(HEAD), where, kind, os.path.splitext(path)[1])  # noqa: PTH122 - text in, text out
        file.seek(0)
        return file.read(now.st_size), found


def _require_regular(mode: int, where: str) -> None:
    if not stat.S_ISREG(mode):
        raise ValueError(f"{where} is {thing(mode)}, and not a regular file")
