"""Palettes: the light of a time of day on the ground of a season."""

import dataclasses
import random

from .colour import RGB, lighter, mix, rgb, turned

__all__ = ["Palette"]

# top, middle and bottom of the sky; sun or moon; the tone that shadows take, and how much of it lies on the land
_LIGHTS: dict[str, tuple[str, ...]] = {
    "day": (
        "3f8fbd 8fc6d8 f5ecd0 fff6d2 3f6f8f 0.04 e4572e",
        "2c87a0 86c7bf f8e6bd fff3c4 2f5f78 0.06 f0803c",
        "6aa9d8 b9d9ea fbf3e0 fffbe6 51739b 0.04 d94f4f",
    ),
    "dawn": (
        "7fa3c4 efc3b4 fde6c4 fff1cc 8a6f8d 0.28 e2725b",
        "8796bd e8b3b8 fbdcb8 ffeac2 75608a 0.30 d95f43",
    ),
    "dusk": (
        "1d2a57 80497f f6a46a ffdca3 2b2153 0.58 ea5a3c",
        "1f3a5c b9606c fbc47e ffe0a6 2a2448 0.55 e8483f",
        "2b2a63 a8507f ffb08a ffd9b0 2a1f4d 0.56 ff7043",
    ),
    "sunset": (
        "36306e d6566a ffc168 ffe6a8 4a214f 0.46 f2542d",
        "28477a e57a5e ffd27a fff0b3 47294f 0.44 d93a2b",
    ),
    "night": (
        "060a22 13224e 315088 f7f1da 0a1234 0.80 ffb347",
        "0a0d28 25214f 5b3f78 fbeed2 100d31 0.78 ff9e54",
        "041722 0c3346 2c6a72 f2f3df 06202c 0.78 ffc15e",
    ),
    "storm": (
        "27343f 54646f a9b1ae d9dcd2 34424d 0.50 f2a541",
        "2d3040 5d6075 b3a9ab e0d8d0 3a3c4f 0.50 e9724c",
    ),
    "mist": (
        "9fb3ba c5d0d0 e9e6da fdf8e8 8fa3a9 0.34 d9694a",
        "b3b0bd d3cdd0 efe6dc fff6e6 9a97a8 0.34 c4574e",
    ),
}  # fmt: skip

_GROUNDS: dict[str, tuple[str, ...]] = {
    "green": ("a3bd8f 5f9468 285645", "b7c48a 7a9c58 35603f", "8fb8a0 4a8a74 1f5450"),
    "spring": ("c4d49a 86b869 3f7d4f", "d3d9a3 9dbf6b 4a8a58"),
    "autumn": ("e2b06a c0672f 6e3423", "dcae73 b5502e 5c2b27"),
    "snow": ("c3d3e0 dbe6ee f6f9fb", "cbd0e2 e0e4ef f8f8fc"),
    "sand": ("edcf9f d99e62 a9653c", "f0c9a0 d6885a 96503c"),
    "rock": ("97a3b8 5f6b86 333b55", "a89fb0 6e6480 3b3552"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one picture.

    `sky` runs from top to bottom, `land` from far to near; `ink` is the darkest tone, `light` that of lamps and
    highlights, `accent` the one loud colour.
    """

    name: str
    sky: tuple[RGB, RGB, RGB]
    sun: RGB
    shade: RGB
    depth: float
    land: tuple[RGB, RGB, RGB]
    water: tuple[RGB, RGB]
    accent: RGB
    light: RGB
    ink: RGB

    @classmethod
    def of(cls, light: str, ground: str, chance: random.Random) -> "Palette":
        """Choose a variant of the light and of the ground, each turned by a few degrees of hue."""
        words = chance.choice(_LIGHTS[light]).split()
        turn = chance.uniform(-9, 9)
        top, middle, low, sun, shade = (turned(rgb(word), turn) for word in words[:5])
        depth = float(words[5])
        turn = chance.uniform(-8, 8)
        depth_of_land = depth * 0.72 if ground == "snow" else depth
        plain = [turned(rgb(word), turn) for word in chance.choice(_GROUNDS[ground]).split()]
        far, near, close = (mix(colour, shade, depth_of_land) for colour in plain)
        far = mix(far, low, 0.45 if light != "night" else 0.3)
        near = mix(near, low, 0.14)
        return cls(
            name=light,
            sky=(top, middle, low),
            sun=sun,
            shade=shade,
            depth=depth,
            land=(far, near, close),
            water=(mix(low, middle, 0.45), mix(top, shade, 0.45)),
            accent=rgb(words[6]),
            light=rgb("ffd88a") if depth > 0.4 else rgb("fff4d6"),
            ink=mix(shade, rgb("0d1022"), 0.55),
        )

    @property
    def dark(self) -> bool:
        """Tell whether lamps are lit and stars are out."""
        return self.name in {"night", "dusk"}

    def lit(self, colour: RGB, strength: float = 0.8) -> RGB:
        """Bring a thing's own colour into this light."""
        return mix(colour, self.shade, self.depth * strength)

    def land_at(self, part: float) -> RGB:
        """Return the land's colour from far (0) to near (1)."""
        far, middle, near = self.land
        return mix(far, middle, part * 2) if part < 0.5 else mix(middle, near, part * 2 - 1)

    def pale(self) -> RGB:
        """Return the colour of haze."""
        return lighter(self.sky[2], 0.25)
