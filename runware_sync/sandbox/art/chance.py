"""Chance that follows from a text: the same for the same one."""

import random

__all__ = ["chance_of"]


def chance_of(text: str) -> random.Random:
    """Return the numbers that follow from any text, also from one with half of a surrogate pair in it."""
    return random.Random(text.encode("utf-8", "surrogatepass"))
