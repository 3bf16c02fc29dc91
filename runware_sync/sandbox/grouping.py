"""In which order the results of a task come, and how they are parted into frames."""

import random

from runware_sync.sandbox.identifiers import derived_number
from runware_sync.sandbox.orders import Order
from runware_sync.sandbox.switches import Switches

__all__ = ["groups", "sequence"]


def sequence(order: Order, switches: Switches) -> list[int]:
    """Return the numbers of the results, in the order in which they come."""
    numbers = list(range(order.expected))
    if switches.shuffle and len(numbers) > 1 and not order.kind.phased:
        random.Random(derived_number("sequence", order.uuid)).shuffle(numbers)
        if numbers == sorted(numbers):
            numbers.reverse()
    return numbers


def groups(order: Order, count: int, switches: Switches) -> list[list[int]]:
    """Return the numbers 0 to `count` - 1, parted into frames."""
    split = "one" if order.kind.one_frame and switches.enhance_frames == "one" else switches.split
    if order.kind.one_frame and switches.enhance_frames == "each":
        split = "each"
    if order.kind.phased:
        split = "each"
    if split == "one" or count <= 1:
        return [list(range(count))] if count else []
    if split == "each":
        return [[position] for position in range(count)]
    chance = random.Random(derived_number("groups", order.uuid))
    parted: list[list[int]] = [[0]]
    for position in range(1, count):
        if chance.random() < 0.5:
            parted.append([])
        parted[-1].append(position)
    return parted
