"""Colours: reading, mixing, turning, and the grade that a CFG scale puts on all of them."""

import colorsys
import dataclasses

__all__ = ["RGB", "Grade", "darker", "lighter", "mix", "rgb", "turned"]

RGB = tuple[int, int, int]

_WHITE = (255, 252, 244)
_INK = (14, 16, 32)


def rgb(text: str) -> RGB:
    """Read `"e8a13c"` or `"#e8a13c"`."""
    digits = text.removeprefix("#")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def mix(first: RGB, second: RGB, part: float) -> RGB:
    """Go from the first colour (0) to the second (1)."""
    r, g, b = (round(one + (two - one) * part) for one, two in zip(first, second, strict=True))
    return r, g, b


def lighter(colour: RGB, part: float) -> RGB:
    """Mix in a warm white."""
    return mix(colour, _WHITE, part)


def darker(colour: RGB, part: float) -> RGB:
    """Mix in a blue black."""
    return mix(colour, _INK, part)


def turned(colour: RGB, degrees: float, *, saturation: float = 1.0, value: float = 1.0) -> RGB:
    """Turn the hue by some degrees, and scale saturation and value."""
    hue, sat, val = colorsys.rgb_to_hsv(*(channel / 255 for channel in colour))
    red, green, blue = colorsys.hsv_to_rgb(
        (hue + degrees / 360) % 1.0, min(1.0, sat * saturation), min(1.0, val * value)
    )
    return round(red * 255), round(green * 255), round(blue * 255)


@dataclasses.dataclass(frozen=True, slots=True)
class Grade:
    """Saturation, contrast and hue shift for every colour of one picture."""

    saturation: float = 1.0
    contrast: float = 1.0
    hue: float = 0.0

    @classmethod
    def of(cls, cfg_scale: float, hue: float = 0.0) -> "Grade":
        """Translate a CFG scale: 0 is a faded print, 7 leaves colours alone, 20 and more is a poster."""
        away = max(-7.0, min(cfg_scale - 7.0, 18.0))
        if away < 0:
            return cls(1.0 + away * 0.085, 1.0 + away * 0.042, hue)
        return cls(1.0 + away * 0.03, 1.0 + away * 0.019, hue)

    def __call__(self, colour: RGB) -> RGB:
        """Return the graded colour."""
        if self.hue:
            colour = turned(colour, self.hue)
        grey = 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2]
        r, g, b = (
            max(0, min(255, round(128 + (grey + (channel - grey) * self.saturation - 128) * self.contrast)))
            for channel in colour
        )
        return r, g, b
