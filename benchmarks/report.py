"""What was measured, as lines of a table: medians, quartiles, and ratios taken round by round."""

from dataclasses import dataclass
from statistics import quantiles

__all__ = ["HEADER", "Fact", "Pair"]

HEADER = "| what | bare | runware_sync | ratio | asked for |\n|---|---|---|---|---|"


def _quartiles(values: list[float]) -> tuple[float, float, float]:
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, middle, high = quantiles(values, n=4, method="inclusive")
    return low, middle, high


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _spread(values: list[float], unit: str) -> str:
    low, middle, high = _quartiles(values)
    return f"{_number(middle)} {unit} ({_number(low)} to {_number(high)})"


@dataclass(frozen=True, kw_only=True)
class Pair:
    """The same work done both ways, in rounds that alternate.

    Attributes:
        what: The work, in words.
        unit: Of the figures.
        bare: One figure for each round of the bare library.
        ours: One figure for each round of this one.
        most: The largest ratio that was asked for.
        least: The smallest ratio that was asked for; where larger is better.
    """

    what: str
    unit: str
    bare: list[float]
    ours: list[float]
    most: float | None = None
    least: float | None = None

    def __str__(self) -> str:
        """Return the line of the table."""
        low, ratio, high = _quartiles([ours / bare for bare, ours in zip(self.bare, self.ours, strict=True)])
        asked = "-"
        if self.most is not None:
            asked = f"at most {self.most:g}: {'met' if ratio <= self.most else 'MISSED'}"
        if self.least is not None:
            asked = f"at least {self.least:g}: {'met' if ratio >= self.least else 'MISSED'}"
        spread = f"{ratio:.2f} ({low:.2f} to {high:.2f})"
        return (
            f"| {self.what} | {_spread(self.bare, self.unit)} | {_spread(self.ours, self.unit)} | {spread} | {asked} |"
        )


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that has no counterpart in the bare library.

    Attributes:
        what: What was looked at.
        ours: What was found.
        asked: What was asked for, and whether it is so.
    """

    what: str
    ours: str
    asked: str = "-"

    def __str__(self) -> str:
        """Return the line of the table."""
        return f"| {self.what} | - | {self.ours} | - | {self.asked} |"
