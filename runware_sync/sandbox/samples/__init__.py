"""Short films and sounds that come with the sandbox, which has no encoder for them.

They are made by `tools/make_samples.py` from drawings and a melody of our own.
"""

from functools import cache
from importlib.resources import files

__all__ = ["sample"]


@cache
def sample(name: str) -> bytes:
    """Return the bytes of a sample, by its file name.

    Args:
        name: `clip`, `large` (the same, twice as wide and high) or `cutout` (the boat alone) with `.mp4`, `.webm` or
            `.mov`; `melody` with `.mp3`, `.flac` or `.ogg`.
    """
    return files(__name__).joinpath(name).read_bytes()
