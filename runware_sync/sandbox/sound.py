"""A short melody: plucked notes over a chord, computed sample by sample."""

import array
import io
import math
import random
import sys
import wave
from typing import Final

__all__ = ["RATE", "melody"]

RATE: Final = 22_050
"""Samples a second."""

_BEAT: Final = 0.25
_BEATS: Final = 8
_CHORDS: Final = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))
_SCALE: Final = (0, 2, 4, 7, 9, 12, 14, 16)
_LOWEST: Final = 220.0


def melody(seed: int = 0) -> bytes:
    """Return two seconds of music as a WAV file, mono, 16 bits: the same bytes for the same seed."""
    chance = random.Random(f"melody|{seed}")
    tune = [0.0] * int(RATE * _BEAT * _BEATS)
    root = _LOWEST * 2 ** (chance.randrange(-2, 4) / 12)
    first = chance.randrange(len(_CHORDS))
    place = chance.randrange(3, 6)
    for beat in range(_BEATS):
        if beat % 4 == 0:
            for step in _CHORDS[(first + beat // 4) % len(_CHORDS)]:
                _pluck(tune, beat, root * 2 ** (step / 12), 0.16, 1.4)
        place = max(0, min(len(_SCALE) - 1, place + chance.choice((-2, -1, 1, 1, 2))))
        _pluck(tune, beat, root * 2 ** (1 + _SCALE[place] / 12), 0.24, 0.5)
    return _file(tune)


def _pluck(tune: list[float], beat: int, pitch: float, loud: float, seconds: float) -> None:
    """Add a note that dies away; the higher partials die sooner."""
    start = int(beat * _BEAT * RATE)
    turn = math.tau * pitch / RATE
    for index in range(min(int(seconds * RATE), len(tune) - start)):
        fade = math.exp(-4.5 * index / (seconds * RATE)) * min(1.0, index / 110)
        angle = turn * index
        tone = math.sin(angle) + 0.4 * fade * math.sin(2 * angle) + 0.2 * fade * fade * math.sin(3 * angle)
        tune[start + index] += loud * fade * tone


def _file(tune: list[float]) -> bytes:
    ends = RATE // 40
    for index in range(ends):
        tune[-1 - index] *= index / ends
    loudest = max(map(abs, tune))
    samples = array.array("h", (round(value / loudest * 26_000) for value in tune))
    if sys.byteorder == "big":
        samples.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.tobytes())
    return file.getvalue()
