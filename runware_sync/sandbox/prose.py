"""What the sandbox's language model says: simple, the same every time, and about what it was asked."""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from runware_sync.sandbox.identifiers import derived_number

__all__ = ["answer", "cut", "thoughts", "tokens_in"]

_TOKEN: Final = re.compile(r"\w+|[^\w\s]")
_COLOURS: Final = ("teal", "amber", "indigo", "coral", "olive", "crimson", "slate", "saffron", "violet", "ochre")
_NUMBERS: Final = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "ten": 10,
}
_SMALL: Final = frozenset(
    "a about an and are as at be by do for from give how i in is it me my name of on or please say some tell that the"
    " their this to what which who why with write you your".split()
)
_OPENINGS: Final = ("Let us look at {0}.", "A word about {0}, then.", "There is more to {0} than one thinks.")
_MIDDLES: Final = (
    "It begins with {0}, as so much does, and goes on quietly.",
    "People who know {0} say that patience matters most.",
    "Seen from afar {0} seems simple; from close by it is full of detail.",
    "Whoever has spent an evening with {0} remembers it.",
    "The best of it is {0}, and that it asks for so little.",
)
_ENDINGS: Final = ("That is all there is to say in a few words.", "The rest is best found out by trying.")


def tokens_in(text: str) -> int:
    """Return how many tokens a text has: its words and marks."""
    return len(_TOKEN.findall(text))


def cut(text: str, *, most: int, stops: Sequence[str] = ()) -> tuple[str, bool]:
    """Return a text as far as it may go, and whether it was too long.

    Args:
        text: The whole of it.
        most: How many tokens it may have.
        stops: What ends it where it first appears, and is left out.
    """
    end = min((place for stop in stops if stop and (place := text.find(stop)) >= 0), default=len(text))
    said = text[:end]
    tokens = list(_TOKEN.finditer(said))
    return (said, False) if len(tokens) <= most else (said[: tokens[most - 1].end()], True)


def thoughts(question: str) -> str:
    """Return what the model thinks before it answers."""
    return f"The question is about {_listed(_topics(question))}. A short and friendly answer will do."


def answer(messages: Sequence[Mapping[str, Any]], seed: int) -> str:
    """Return what is said to a conversation.

    Args:
        messages: Its turns.
        seed: Another number gives other words.
    """
    question = next((str(turn.get("content") or "") for turn in reversed(messages) if turn.get("content")), "")
    chance = random.Random(derived_number("prose", question, seed, len(messages)))
    words = question.lower()
    count = next((number for word, number in _NUMBERS.items() if re.search(rf"\b{word}\b", words)), 1)
    digits = re.search(r"\b\d\b", words)
    count = int(digits[0]) if digits else count
    if "colour" in words or "color" in words:
        return f"{_listed(chance.sample(_COLOURS, max(1, min(count, len(_COLOURS))))).capitalize()}."
    if "haiku" in words:
        return _haiku(_topics(question), chance)
    if "count" in words:
        return ", ".join(str(number) for number in range(1, (count if count > 1 else 10) + 1)) + "."
    if "list" in words:
        return "\n".join(f"{place}. {topic}" for place, topic in enumerate(_topics(question), 1))
    return _paragraph(_topics(question), chance)


def _topics(question: str) -> list[str]:
    """Return the words that a question is about, each once."""
    found = [word for word in re.findall(r"[\w-]+", question.lower()) if word not in _SMALL and not word.isdigit()]
    return list(dict.fromkeys(found))[:6] or ["everything"]


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _haiku(topics: Sequence[str], chance: random.Random) -> str:
    subject = chance.choice(topics)
    return f"Morning light returns,\n{subject} waits beside the path.\nNobody hurries."


def _paragraph(topics: Sequence[str], chance: random.Random) -> str:
    middles = chance.sample(_MIDDLES, 3)
    parts = [chance.choice(_OPENINGS).format(_listed(topics[:3]))]
    parts += [middle.format(chance.choice(topics)) for middle in middles]
    return " ".join([*parts, chance.choice(_ENDINGS)])
