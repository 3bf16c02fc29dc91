"""Words about pictures: a caption from the pixels, and richer prompts from a prompt."""

import colorsys

from PIL import Image, ImageFilter, ImageStat

from .chance import chance_of

__all__ = ["describe", "enhance"]

_HUES = (
    (15, "red"), (40, "orange"), (65, "yellow"), (95, "lime green"), (160, "green"), (190, "turquoise"),
        (215, "sky blue"),
    (255, "blue"), (290, "violet"), (330, "magenta"), (346, "pink"), (361, "red"),
)  # fmt: skip

_LIGHT = (
    "soft morning light", "warm light of a late afternoon", "the last light of dusk", "clear winter light",
    "light through a high window", "a low golden sun", "diffuse light under high clouds", "moonlight and one lamp",
)  # fmt: skip
_VIEW = (
    "seen from a low angle", "in a wide view", "close up with a shallow depth of field", "from a little above",
    "centred, with plenty of empty space", "framed by dark foliage", "in a strict symmetrical composition",
    "off centre by a third",
)  # fmt: skip
_SURFACE = (
    "fine grain", "visible brush strokes", "crisp detail in the foreground", "rich texture", "delicate line work",
    "a matte finish", "layers of transparent colour", "subtle film grain",
)  # fmt: skip
_COLOUR = (
    "muted earth colours", "teal and amber", "a restrained palette of blues", "one strong red accent",
    "pastel colours", "deep shadows and warm highlights", "faded autumn colours", "ivory, slate and ochre",
)  # fmt: skip
_MOOD = (
    "quiet and a little melancholic", "calm", "full of expectation", "playful", "solemn", "dreamlike", "intimate",
    "vast and silent",
)  # fmt: skip


def describe(image: Image.Image) -> str:
    """Describe a picture in one English sentence: format, light, colours and where they are, detail."""
    colours = image.convert("RGB")
    small = colours.resize((48, 48), Image.Resampling.BOX)
    grey = ImageStat.Stat(small.convert("L"))
    bright, contrast = grey.mean[0], grey.stddev[0]
    edges = ImageStat.Stat(colours.resize((256, 256)).convert("L").filter(ImageFilter.FIND_EDGES)).mean[0]
    names = _ranked(small)
    light = "dark" if bright < 70 else "dim" if bright < 105 else "bright" if bright > 175 else "evenly lit"
    mood = "high-contrast" if contrast > 62 else "soft" if contrast < 28 else "balanced"
    detail = "fine detail throughout" if edges > 34 else "some detail" if edges > 14 else "large calm areas"
    where = _where(small)
    tones = " and ".join(names[:2])
    third = f", with touches of {names[2]}" if len(names) > 2 else ""
    subject = f"A {light}, {mood} {_format(image)} picture in {tones}{third}".replace("A evenly", "An evenly")
    above, below = _name(small.crop((0, 0, 48, 16))), _name(small.crop((0, 32, 48, 48)))
    layers = f"{above} above {below}" if above != below else f"{above} from top to bottom"
    return f"{subject}: {layers}, {where}, and {detail}."


def _format(image: Image.Image) -> str:
    ratio = image.width / image.height
    return "landscape-format" if ratio > 1.15 else "portrait-format" if ratio < 0.87 else "square"


def _named(red: int, green: int, blue: int) -> str:
    hue, saturation, value = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
    if value < 0.16:
        return "black"
    if saturation < 0.12:
        return "white" if value > 0.88 else "light grey" if value > 0.6 else "grey" if value > 0.35 else "charcoal"
    degrees = hue * 360
    name = next(name for limit, name in _HUES if degrees < limit)
    if name in {"orange", "red", "yellow"} and value < 0.6:
        return "brown"
    if name in {"orange", "yellow"} and saturation < 0.4:
        return "cream"
    if value < 0.42:
        return f"deep {name}"
    return f"pale {name}" if saturation < 0.35 and value > 0.7 else name


def _name(image: Image.Image) -> str:
    red, green, blue = ImageStat.Stat(image).mean
    return _named(round(red), round(green), round(blue))


def _ranked(small: Image.Image) -> list[str]:
    counts: dict[str, int] = {}
    data = small.tobytes()
    for index in range(0, len(data), 3):
        name = _named(*data[index : index + 3])
        counts[name] = counts.get(name, 0) + 1
    return sorted(counts, key=lambda name: (-counts[name], name))


def _where(small: Image.Image) -> str:
    """Say which of nine fields stands out most from the whole."""
    whole = ImageStat.Stat(small).mean
    best, found = -1.0, (1, 1)
    for row in range(3):
        for column in range(3):
            part = ImageStat.Stat(small.crop((column * 16, row * 16, column * 16 + 16, row * 16 + 16)))
            away = sum(abs(one - two) for one, two in zip(part.mean, whole, strict=True)) + sum(part.stddev)
            if away > best:
                best, found = away, (row, column)
    rows, columns = ("upper", "middle", "lower"), ("left", "centre", "right")
    if found == (1, 1):
        return "the eye drawn to the middle"
    return f"the eye drawn to the {rows[found[0]]} {columns[found[1]]}"


def enhance(prompt: str, *, versions: int = 1, max_length: int | None = None, seed: int = 0) -> list[str]:
    """Write richer versions of a prompt, each different from the others, the same for the same seed.

    Args:
        prompt: the text to start from; it opens every version.
        versions: how many, 1 or more.
        max_length: characters at most; details are left out from the end, and the prompt itself is cut last.
        seed: another seed brings other versions.
    """
    start = " ".join(prompt.split()).rstrip(" .,;") or "a picture"
    found: list[str] = []
    for number in range(versions):
        chance = chance_of(f"{seed}|{number}|{start}")
        parts = [chance.choice(words) for words in (_LIGHT, _VIEW, _COLOUR, _SURFACE, _MOOD)]
        chance.shuffle(parts)
        text = _joined(start, parts, max_length)
        turn = 0
        while text in found and turn < 200:
            turn += 1
            shuffled = [chance.choice(words) for words in (_LIGHT, _VIEW, _COLOUR, _SURFACE, _MOOD)]
            chance.shuffle(shuffled)
            text = _joined(start, shuffled, max_length)
        found.append(text)
    return found


def _joined(start: str, parts: list[str], max_length: int | None) -> str:
    if max_length is None:
        return ", ".join([start, *parts])
    text = start[: max(1, max_length)].rstrip()
    for part in parts:
        longer = f"{text}, {part}"
        if len(longer) <= max_length:
            text = longer
    return text
