"""Furry animals that sit, built from a few clear shapes."""

from .colour import RGB, darker, lighter, mix, rgb
from .pen import Pen
from .shapes import Path, blob, curve, ellipse
from .stage import Stage

__all__ = ["bear", "cat", "dog", "fox", "rabbit", "wolf"]


def _flipped(path: Path, axis: float) -> list[tuple[float, float]]:
    return [(2 * axis - x, y) for x, y in path]


def _seated(stage: Stage, pen: Pen, fur: RGB, belly: RGB, sock: RGB, *, tail: Path = (), tip: Path = ()) -> None:
    """Draw the body of a small sitting animal, seen from its front corner; the head goes on at (0.08, -0.70)."""
    fur, belly, sock = (stage.palette.lit(colour, 0.7) for colour in (fur, belly, sock))
    if tail:
        bush = blob(tail)
        pen.fill(bush, colour=fur, to=darker(fur, 0.18))
        if tip:
            pen.fill(blob(tip), colour=belly, within=[bush])
    body = blob([(0.2, -0.01), (0.22, -0.2), (0.2, -0.42), (0.12, -0.62), (-0.02, -0.6), (-0.15, -0.44), (-0.25, -0.2),
                 (-0.24, -0.04), (-0.12, 0.0), (0.05, 0.0)])  # fmt: skip
    pen.fill(body, colour=fur, to=darker(fur, 0.12))
    pen.fill(
        ellipse(-0.12, -0.1, 0.17, 0.2, -12), colour=darker(fur, 0.3), alpha=0.5, soft=0.05, grain=True, within=[body]
    )
    chest = blob([(0.0, -0.58), (0.19, -0.58), (0.235, -0.42), (0.18, -0.2), (0.1, -0.14), (0.05, -0.3)])
    pen.fill(chest, colour=belly, to=mix(belly, fur, 0.25), within=[body])
    for x in (0.065, 0.165):
        leg = blob([(x - 0.045, -0.26), (x + 0.04, -0.26), (x + 0.036, -0.06), (x + 0.055, -0.005), (x - 0.045, -0.005),
                    (x - 0.036, -0.08)])  # fmt: skip
        pen.fill(leg, colour=fur, to=sock)
    pen.fill(ellipse(-0.1, -0.025, 0.1, 0.035), colour=mix(fur, sock, 0.55))


def _ears(pen: Pen, ear: Path, inner: Path, colour: RGB, inside: RGB) -> None:
    for path, tone in ((ear, colour), (inner, inside)):
        pen.fill(path, _flipped(path, 0.08), colour=tone)


def _eyes(pen: Pen, away: float, y: float, size: float, colour: RGB) -> None:
    pen.dots([(0.08 - away, y, size), (0.08 + away, y, size)], colour=colour)
    pen.dots([(0.08 - away + size * 0.3, y - size * 0.35, size * 0.28), (0.08 + away + size * 0.3, y - size * 0.35,
              size * 0.28)], colour=rgb("ffffff"))  # fmt: skip


def _snouted(stage: Stage, pen: Pen, fur: RGB, belly: RGB, dark: RGB, *, ears: float = 1.0) -> None:
    """Draw the pointed head of a fox, or a wolf."""
    fur, belly, dark = (stage.palette.lit(colour, 0.7) for colour in (fur, belly, dark))
    ear = [(-0.135, -0.78), (-0.115, -0.82 - 0.19 * ears), (-0.08, -0.815 - 0.175 * ears), (0.045, -0.84), (0.0, -0.74)]
    inner = [(-0.1, -0.8), (-0.092, -0.83 - 0.12 * ears), (0.0, -0.83)]
    _ears(pen, ear, inner, fur, dark)
    face = [(-0.12, -0.82), (-0.03, -0.868), (0.08, -0.878), (0.19, -0.868), (0.28, -0.82), (0.335, -0.665),
        (0.255, -0.605),
            (0.145, -0.5), (0.08, -0.475), (0.015, -0.5), (-0.095, -0.605), (-0.175, -0.665)]  # fmt: skip
    pen.fill(face, colour=lighter(fur, 0.08), to=fur)
    pen.fill([(0.08, -0.878), (0.19, -0.868), (0.28, -0.82), (0.335, -0.665), (0.255, -0.605), (0.145, -0.5),
        (0.08, -0.475)],
             colour=darker(fur, 0.22), alpha=0.32)  # fmt: skip
    cheek = [
        (-0.175, -0.665),
        (-0.06, -0.69),
        (0.022, -0.61),
        (0.05, -0.53),
        (0.08, -0.475),
        (0.015, -0.5),
        (-0.095, -0.605),
    ]
    pen.fill(cheek, colour=belly)
    pen.fill(_flipped(cheek, 0.08), colour=mix(belly, fur, 0.12))
    pen.fill(blob([(0.045, -0.515), (0.115, -0.515), (0.1, -0.48), (0.08, -0.468), (0.06, -0.48)]), colour=dark)
    _eyes(pen, 0.082, -0.672, 0.0185, dark)


def fox(stage: Stage, pen: Pen) -> None:
    """Draw a sitting fox, its tail around its feet."""
    fur = rgb("e0662b") if not stage.wish.says("arctic", "white") else rgb("e9eef2")
    tail = [(-0.1, -0.02), (-0.3, 0.0), (-0.5, -0.06), (-0.6, -0.24), (-0.58, -0.45), (-0.49, -0.57), (-0.44, -0.42),
            (-0.37, -0.28), (-0.2, -0.2)]  # fmt: skip
    tip = [(-0.7, -0.34), (-0.53, -0.4), (-0.42, -0.36), (-0.4, -0.62), (-0.6, -0.64)]
    _seated(stage, pen, fur, rgb("fbf1e2"), rgb("3a2420"), tail=tail, tip=tip)
    _snouted(stage, pen, fur, rgb("fbf1e2"), rgb("2a1b1e"))


def wolf(stage: Stage, pen: Pen) -> None:
    """Draw a sitting wolf."""
    tail = [(-0.1, -0.02), (-0.28, 0.0), (-0.46, -0.05), (-0.52, -0.16), (-0.44, -0.2), (-0.2, -0.16)]
    fur = stage.dice("fur").choice((rgb("7d8796"), rgb("6a6f80"), rgb("8f8a88")))
    _seated(stage, pen, fur, rgb("e8e6e1"), rgb("4a505e"), tail=tail)
    _snouted(stage, pen, fur, rgb("e8e6e1"), rgb("22242e"), ears=0.75)


def _round_head(stage: Stage, pen: Pen, fur: RGB, muzzle: RGB, dark: RGB, *, wide: float = 0.2) -> None:
    face = ellipse(0.08, -0.7, wide, 0.165)
    pen.fill(face, colour=lighter(fur, 0.08), to=fur)
    pen.fill(ellipse(0.08 + wide * 0.75, -0.66, wide * 0.7, 0.2), colour=darker(fur, 0.25), alpha=0.45, soft=0.04,
             grain=True, within=[face])  # fmt: skip
    pen.fill(ellipse(0.08, -0.632, wide * 0.48, 0.075), colour=muzzle, within=[face])
    pen.fill(blob([(0.05, -0.672), (0.11, -0.672), (0.08, -0.636)]), colour=dark)
    mouth = [
        curve([(0.08, -0.64), (0.07, -0.612), (0.035, -0.607)]),
        curve([(0.08, -0.64), (0.09, -0.612), (0.125, -0.607)]),
    ]
    pen.lines(mouth, 0.008, colour=dark)
    _eyes(pen, wide * 0.43, -0.722, 0.021, stage.palette.lit(rgb("22202a"), 0.4))


def cat(stage: Stage, pen: Pen) -> None:
    """Draw a sitting cat with its tail up."""
    coats = {
        "black": "2a2833",
        "white": "f2ede6",
        "grey": "8d929c",
        "gray": "8d929c",
        "ginger": "e08a3c",
        "orange": "e08a3c",
    }
    named = next((coats[word] for word in sorted(stage.wish.words) if word in coats), None)
    fur = rgb(named or stage.dice("fur").choice(("e08a3c", "8d929c", "37343f", "c9a27a")))
    belly = mix(fur, rgb("fdf4e6"), 0.72)
    lit, dark = stage.palette.lit(fur, 0.7), stage.palette.lit(rgb("3b2730"), 0.5)
    tail = curve([(-0.18, -0.05), (-0.36, -0.04), (-0.46, -0.16), (-0.43, -0.34), (-0.5, -0.48), (-0.56, -0.47)], 10)
    pen.lines([tail], 0.075, colour=darker(lit, 0.08))
    _seated(stage, pen, fur, belly, mix(fur, belly, 0.5))
    ear = [(-0.125, -0.74), (-0.115, -0.93), (-0.09, -0.94), (0.035, -0.83)]
    _ears(pen, ear, [(-0.095, -0.78), (-0.092, -0.89), (0.005, -0.82)], lit, mix(lit, rgb("f2a5a0"), 0.55))
    _round_head(stage, pen, lit, stage.palette.lit(belly, 0.7), dark)
    for y, lean in ((-0.64, -0.02), (-0.625, 0.005), (-0.61, 0.03)):
        pen.lines(
            [[(0.0, y), (-0.17, y + lean)], [(0.16, y), (0.33, y + lean)]], 0.004, colour=rgb("ffffff"), alpha=0.7
        )
    stripes = [[(0.08 + dx, -0.86), (0.08 + dx * 0.7, -0.8)] for dx in (-0.05, 0.0, 0.05)]
    pen.lines(stripes, 0.016, colour=darker(lit, 0.35), alpha=0.7)


def dog(stage: Stage, pen: Pen) -> None:
    """Draw a sitting dog with hanging ears."""
    fur = stage.dice("fur").choice((rgb("c98d50"), rgb("5c4636"), rgb("e3c8a0"), rgb("3c3a42")))
    belly = mix(fur, rgb("fdf4e6"), 0.7)
    lit, dark = stage.palette.lit(fur, 0.7), stage.palette.lit(rgb("2a1d20"), 0.5)
    pen.lines([curve([(-0.18, -0.08), (-0.34, -0.12), (-0.42, -0.27)], 10)], 0.06, colour=lit)
    _seated(stage, pen, fur, belly, mix(fur, belly, 0.6))
    pen.fill(blob([(-0.05, -0.53), (0.08, -0.49), (0.22, -0.53), (0.21, -0.56), (0.08, -0.53), (-0.04, -0.56)]),
             colour=stage.palette.lit(stage.palette.accent, 0.5))  # fmt: skip
    _round_head(stage, pen, lit, stage.palette.lit(belly, 0.7), dark, wide=0.18)
    ear = blob([(-0.04, -0.84), (-0.13, -0.8), (-0.17, -0.66), (-0.13, -0.56), (-0.08, -0.63), (-0.06, -0.74)])
    pen.fill(ear, _flipped(ear, 0.08), colour=darker(lit, 0.32))


def rabbit(stage: Stage, pen: Pen) -> None:
    """Draw a sitting rabbit."""
    fur = stage.dice("fur").choice((rgb("b59a80"), rgb("e9e2d8"), rgb("8f8378")))
    belly = mix(fur, rgb("fffaf0"), 0.75)
    lit = stage.palette.lit(fur, 0.7)
    pen.dots([(-0.25, -0.09, 0.085)], colour=stage.palette.lit(rgb("fffaf0"), 0.7))
    _seated(stage, pen, fur, belly, belly)
    for turn, x in ((-9, 0.01), (10, 0.15)):
        pen.fill(ellipse(x, -0.97, 0.055, 0.19, turn), colour=lit)
        pen.fill(ellipse(x, -0.96, 0.028, 0.145, turn), colour=mix(lit, rgb("f2b0aa"), 0.6))
    _round_head(stage, pen, lit, stage.palette.lit(belly, 0.7), stage.palette.lit(rgb("7a4a4e"), 0.5), wide=0.17)


def bear(stage: Stage, pen: Pen) -> None:
    """Draw a sitting bear; a panda or a polar bear when asked for."""
    panda = stage.wish.says("panda")
    fur = rgb("f1ede6") if panda or stage.wish.says("polar", "white") else rgb("6b4630")
    dark = rgb("26232b") if panda else darker(fur, 0.25)
    lit, shade = stage.palette.lit(fur, 0.7), stage.palette.lit(dark, 0.7)
    pen.dots([(-0.07, -0.84, 0.07), (0.23, -0.84, 0.07)], colour=shade if panda else lit)
    _seated(stage, pen, fur, mix(fur, rgb("c79a6d"), 0.0 if panda else 0.35), dark)
    _round_head(stage, pen, lit, mix(lit, rgb("f3dfc4"), 0.6), stage.palette.lit(rgb("1f1a1e"), 0.4), wide=0.22)
    if panda:
        pen.fill(ellipse(-0.015, -0.715, 0.045, 0.055, 25), ellipse(0.175, -0.715, 0.045, 0.055, -25), colour=shade)
        _eyes(pen, 0.095, -0.72, 0.018, rgb("0d0b10"))
