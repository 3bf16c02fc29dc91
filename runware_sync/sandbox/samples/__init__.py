"""Short films and sounds that come with the sandbox, which has no encoder for them.

They are made by `tools/make_samples.py` from drawings and a melody of our own.
"""

from functools import cache
from importlib.resources import files
from typing import Final

__all__ = ["caption_of", "sample"]

_SHOWN: Final = {
    "clip": "A paper boat rocks on blue waves under a pale sun.",
    "large": "A paper boat rocks on blue waves under a pale sun.",
    "cutout": "A paper boat rocks in front of an empty background.",
}
_SUFFIXES: Final = ("mp4", "webm", "mov")


@cache
def sample(name: str) -> bytes:
    """Return the bytes of a sample, by its file name.

    Args:
        name: `clip`, `large` (the same, twice as wide and high) or `cutout` (the boat alone) with `.mp4`, `.webm` or
            `.mov`; `melody` with `.mp3`, `.flac` or `.ogg`.
    """
    return files(__name__).joinpath(name).read_bytes()


def caption_of(content: bytes) -> str | None:
    """Return what a film shows, if it is one of the samples."""
    shown = (shown for name, shown in _SHOWN.items() for suffix in _SUFFIXES if content == sample(f"{name}.{suffix}"))
    return next(shown, None)
