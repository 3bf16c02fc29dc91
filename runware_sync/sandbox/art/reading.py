"""Reading a prompt: which subject, where, in what light, weather and technique."""

import dataclasses
import random
import re

from .chance import chance_of

__all__ = ["AIRBORNE", "Wish", "read"]

AIRBORNE = frozenset({"balloon", "rocket", "bird", "astronaut"})
"""Subjects that need no ground."""

_SUBJECTS: dict[str, str] = {
    "fox": "fox foxes vixen",
    "cat": "cat cats kitten kittens tabby",
    "dog": "dog dogs puppy puppies hound terrier",
    "rabbit": "rabbit rabbits bunny hare",
    "bear": "bear bears panda",
    "wolf": "wolf wolves husky coyote",
    "owl": "owl owls",
    "bird": "bird birds robin sparrow raven crow parrot dove",
    "fish": "fish fishes goldfish koi carp shark",
    "whale": "whale whales orca dolphin",
    "deer": "deer stag elk moose reindeer",
    "lighthouse": "lighthouse lighthouses",
    "paper boat": "origami",
    "sailboat": "boat boats sailboat sailboats ship ships yacht sail sails schooner",
    "house": "house houses cabin cottage hut barn farm farmhouse home chalet",
    "castle": "castle castles fortress palace tower",
    "windmill": "windmill windmills mill",
    "balloon": "balloon balloons zeppelin airship",
    "rocket": "rocket rockets spaceship spacecraft starship shuttle",
    "astronaut": "astronaut astronauts cosmonaut spaceman",
    "robot": "robot robots android cyborg mech",
    "car": "car cars taxi van automobile",
    "tree": "tree trees oak maple willow cherry",
    "flower": "flower flowers rose roses tulip tulips poppy poppies sunflower sunflowers daisy daisies bouquet lily",
    "mushroom": "mushroom mushrooms toadstool",
    "cactus": "cactus cacti",
    "fruit": "fruit fruits lemon lemons apple apples orange oranges pear pears peach peaches lime limes cherries",
    "cup": "cup coffee tea teacup mug cappuccino espresso",
    "portrait": "portrait portraits man woman girl boy sailor face lady king queen child person old grandmother"
    " grandfather wizard fisherman people selfie headshot monk warrior knight princess",
    "umbrella": "umbrella umbrellas",
}
_PLACES: dict[str, str] = {
    "underwater": "underwater reef coral seabed aquarium",
    "space": "space galaxy galaxies nebula planet planets cosmos cosmic orbit mars universe stars milky",
    "pond": "pond ponds puddle lake lakes lagoon river stream",
    "sea": "sea ocean coast beach harbour harbor seaside shore bay island cliff cliffs port atlantic pacific",
    "city": "city cities street streets skyline skyscraper skyscrapers town downtown metropolis tokyo paris london"
    " manhattan alley cyberpunk neon",
    "mountain": "mountain mountains peak peaks alps alpine summit volcano valley himalaya fjord matterhorn",
    "forest": "forest forests wood woods woodland jungle rainforest grove",
    "desert": "desert deserts dune dunes sahara oasis canyon",
    "table": "table bowl vase kitchen plate still breakfast window",
    "meadow": "meadow meadows field fields garden gardens grass hill hills countryside park prairie vineyard lawn",
    "abstract": "abstract geometric pattern minimalist shapes fractal bauhaus cubist waves texture wallpaper mandala",
}
_LIGHTS: dict[str, str] = {
    "night": "night midnight moon moonlight moonlit starry nocturne",
    "dusk": "dusk twilight evening gloaming",
    "sunset": "sunset sundown",
    "dawn": "dawn sunrise morning daybreak",
    "storm": "storm stormy thunder thunderstorm overcast lightning",
    "mist": "mist misty fog foggy",
    "day": "day noon sunny midday afternoon",
}
_HINTS: dict[str, str] = {
    "night": "stars neon lamplight aurora dark cyberpunk",
    "dusk": "lantern lanterns",
    "sunset": "golden warm autumn fire autumnal",
    "storm": "rain rainy gloomy drizzle",
    "mist": "haze hazy snow snowy winter",
    "day": "summer bright spring blue clear",
}
_GROUNDS: dict[str, str] = {
    "snow": "snow snowy winter ice icy frozen arctic antarctic frost christmas glacier",
    "autumn": "autumn autumnal fall october november",
    "spring": "spring may blossom blossoms april",
    "sand": "desert dune dunes sand sandy beach sahara",
    "rock": "mountain mountains rock rocks rocky cliff cliffs alps volcano",
}
_WEATHERS: dict[str, str] = {
    "rain": "rain rainy raining storm stormy drizzle downpour",
    "snow": "snow snowy snowing blizzard snowfall",
    "fog": "fog foggy mist misty haze",
    "clear": "clear cloudless starry",
}
_MEDIA: dict[str, str] = {
    "oil": "oil impasto impressionist impressionism painting painted gogh monet canvas brush expressionist",
    "watercolour": "watercolour watercolor aquarelle gouache wash",
    "sketch": "sketch pencil charcoal drawing ink engraving etching lineart",
    "pixel": "pixel 8bit 16bit pixelart",
    "photo": "photo photograph photography photorealistic film 35mm cinematic bokeh dslr polaroid",
}
_HOMES: dict[str, tuple[str, ...]] = {
    "fox": ("meadow", "forest"), "cat": ("table", "meadow"), "dog": ("meadow", "sea"), "rabbit": ("meadow",),
    "bear": ("forest", "mountain"), "wolf": ("mountain", "forest"), "owl": ("forest",), "bird": ("meadow", "forest"),
    "fish": ("underwater",), "whale": ("sea", "underwater"), "deer": ("forest", "mountain"), "lighthouse": ("sea",),
    "paper boat": ("pond",), "sailboat": ("sea",), "house": ("meadow", "mountain"), "castle": ("mountain",),
    "windmill": ("meadow",), "balloon": ("mountain", "meadow"), "rocket": ("space",), "astronaut": ("space",),
    "robot": ("city", "meadow"), "car": ("city", "desert"), "tree": ("meadow",), "flower": ("meadow", "table"),
    "mushroom": ("forest",), "cactus": ("desert",), "fruit": ("table",), "cup": ("table",), "portrait": ("studio",),
    "umbrella": ("city", "sea"),
}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Wish:
    """What a prompt asks for; `words` are all its words, for details such as a colour or a hat."""

    words: frozenset[str]
    subject: str
    place: str
    light: str
    ground: str
    weather: str
    medium: str

    def says(self, *words: str) -> bool:
        """Tell whether the prompt has one of the words."""
        return not self.words.isdisjoint(words)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def _first(words: list[str], table: dict[str, str], avoid: frozenset[str]) -> str:
    """Return the entry for the first word that is in the table, leaving out those to avoid."""
    for word in words:
        for name, spellings in table.items():
            known = spellings.split()
            if word in known and avoid.isdisjoint(known):
                return name
    return ""


def read(prompt: str, negative_prompt: str, chance: random.Random) -> Wish:
    """Read a prompt; what the negative prompt names is left out.

    What is open is chosen by chance, and a place for unknown words by their hash.

    Args:
        prompt: in English; of other languages only the hash counts.
        negative_prompt: words to avoid.
        chance: decides what is open.
    """
    words = _words(prompt)
    avoid = frozenset(_words(negative_prompt))
    known = frozenset(words)
    subject = _subject(words, avoid)
    place = _place(words, subject, avoid, chance)
    ground = _first(words, _GROUNDS, avoid) or ("rock" if place == "mountain" else "sand" if place == "desert" else "")
    weather = _first(words, _WEATHERS, avoid)
    light = _first(words, _LIGHTS, avoid) or _first(words, _HINTS, avoid)
    if light == "mist" and ground == "snow":
        light = chance.choice(("mist", "dawn", "day"))
    if not light:
        light = chance.choice(("day", "day", "dawn", "sunset", "dusk"))
    return Wish(
        words=known - avoid,
        subject=subject,
        place=place,
        light=light,
        ground=ground or chance.choice(("green", "green", "spring")),
        weather=weather or chance.choice(("", "", "clear")),
        medium=_first(words, _MEDIA, avoid) or "print",
    )


def _subject(words: list[str], avoid: frozenset[str]) -> str:
    strong = [word for word in words if word not in {"old", "tea", "people"}]
    subject = _first(strong, _SUBJECTS, avoid) or _first(words, _SUBJECTS, avoid)
    if subject == "sailboat" and "paper" in words:
        return "paper boat"
    if subject == "balloon" and "portrait" in words:
        return "portrait"
    return subject


def _place(words: list[str], subject: str, avoid: frozenset[str], chance: random.Random) -> str:
    if subject == "portrait":
        return "studio"
    named = _first(words, _PLACES, avoid)
    if "abstract" in words:
        return "abstract"
    if subject in {"fruit", "cup"} and named != "abstract":
        return "table"
    if subject == "fish" and named in {"", "sea"}:
        return "underwater"
    if named and not (named == "abstract" and subject):
        return named
    homes = _HOMES.get(subject)
    if homes:
        return chance.choice(homes)
    steady = chance_of(" ".join(words))
    return "abstract" if len(words) < 2 or steady.random() < 0.65 else steady.choice(("mountain", "sea", "meadow"))
