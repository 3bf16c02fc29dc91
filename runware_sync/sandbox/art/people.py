"""Portraits: head and shoulders in a few planes of colour."""

from .colour import RGB, darker, lighter, mix, rgb
from .pen import Pen
from .shapes import Point, arc, blob, box, curve, ellipse
from .stage import Stage

__all__ = ["portrait"]

_OLD = ("old", "elderly", "grandmother", "grandfather", "aged", "wise")
_FEMALE = ("woman", "girl", "lady", "queen", "princess", "grandmother", "mother", "she")


def portrait(stage: Stage, pen: Pen) -> None:
    """Draw a person from the shoulders up; words such as old, sailor, woman, king or child change the features."""
    palette, wish = stage.palette, stage.wish
    chance = stage.dice("person")
    old = wish.says(*_OLD)
    female = wish.says(*_FEMALE) or (
        not wish.says("man", "boy", "sailor", "king", "monk", "wizard", "fisherman") and chance.random() < 0.5
    )
    skin = rgb(chance.choice(("f3cfae", "e0aa82", "c08a5e", "96613f", "f5d8be")))
    hair = rgb("e4dfd6") if old else rgb(chance.choice(("2a2026", "4d2f22", "8f3f1e", "d9a950", "1c1b28")))
    coat = rgb(chance.choice(("27405c", "7a2f35", "2f5a50", "4b3a5e", "c58b2f")))
    if wish.says("sailor", "fisherman", "captain"):
        coat = rgb("23395b")
    skin, hair, coat = palette.lit(skin, 0.35), palette.lit(hair, 0.3), palette.lit(coat, 0.3)
    shade = mix(skin, rgb("6d2c3c"), 0.36)
    if female:
        _long_hair(pen, hair)
    _shoulders(stage, pen, coat)
    neck = [(-0.11, -0.5), (0.11, -0.5), (0.125, -0.26), (0.0, -0.2), (-0.125, -0.26)]
    pen.fill(neck, colour=shade)
    face = _face(female=female)
    pen.fill(ellipse(-0.222, -0.72, 0.035, 0.06), ellipse(0.222, -0.72, 0.035, 0.06), colour=shade)
    pen.fill(face, colour=lighter(skin, 0.08), to=skin)
    pen.fill(
        [(0.0, -1.05), (0.3, -1.05), (0.3, -0.4), (0.03, -0.42), (0.02, -0.6), (0.045, -0.66), (0.01, -0.78)],
        colour=shade,
        alpha=0.62,
        within=[face],
    )
    pen.fill(
        ellipse(-0.12, -0.63, 0.06),
        ellipse(0.12, -0.63, 0.06),
        colour=rgb("e0584a"),
        alpha=0.28,
        soft=0.03,
        within=[face],
    )
    _features(stage, pen, skin, hair, old=old)
    if not female and (old or wish.says("beard", "sailor", "wizard", "fisherman", "viking") or chance.random() < 0.35):
        _beard(pen, hair, long=old or wish.says("wizard"))
    _crown(stage, pen, hair, coat, female=female)


def _face(*, female: bool) -> list[Point]:
    jaw = 0.13 if female else 0.155
    return blob([(0, -1.0), (0.15, -0.96), (0.215, -0.83), (0.212, -0.68), (jaw + 0.03, -0.54), (0.06, -0.44),
        (-0.06, -0.44), (-jaw - 0.03, -0.54),
                 (-0.212, -0.68), (-0.215, -0.83), (-0.15, -0.96)])  # fmt: skip


def _shoulders(stage: Stage, pen: Pen, coat: RGB) -> None:
    body = [*curve([(-0.13, -0.3), (-0.3, -0.24), (-0.52, -0.14), (-0.6, 0.12), (-0.64, 0.6)], 8),
        *curve([(0.64, 0.6), (0.6, 0.12), (0.52, -0.14), (0.3, -0.24), (0.13, -0.3)], 8),
            (0.0, -0.17)]  # fmt: skip
    pen.fill(body, colour=lighter(coat, 0.08), to=darker(coat, 0.25))
    pen.fill(
        [(0.05, -0.2), (0.8, -0.2), (0.8, 0.7), (0.0, 0.7)],
        colour=stage.palette.shade,
        alpha=0.4,
        soft=0.09,
        grain=True,
        within=[body],
    )
    if stage.wish.says("sailor", "captain", "fisherman"):
        knit = [
            curve([(-0.14, -0.32 + k * 0.035), (0, -0.22 + k * 0.035), (0.14, -0.32 + k * 0.035)], 6) for k in range(3)
        ]
        pen.lines(knit, 0.045, colour=lighter(coat, 0.2))
        stripes = [curve([(-0.7, 0.1 + k * 0.11), (0, 0.04 + k * 0.11), (0.7, 0.1 + k * 0.11)], 6) for k in range(5)]
        pen.lines(stripes, 0.03, colour=rgb("f3ece0"), alpha=0.8, within=[body])
    else:
        collar = [
            (-0.15, -0.33),
            (0.0, -0.16),
            (0.15, -0.33),
            (0.2, -0.22),
            (0.06, 0.02),
            (0.0, -0.08),
            (-0.06, 0.02),
            (-0.2, -0.22),
        ]
        pen.fill(collar, colour=lighter(coat, 0.35), to=lighter(coat, 0.1))


def _long_hair(pen: Pen, hair: RGB) -> None:
    mane = blob(
        [
            (0, -1.1),
            (0.2, -1.04),
            (0.29, -0.84),
            (0.3, -0.55),
            (0.36, -0.22),
            (0.2, -0.1),
            (-0.2, -0.1),
            (-0.36, -0.22),
            (-0.3, -0.55),
            (-0.29, -0.84),
            (-0.2, -1.04),
        ]
    )
    pen.fill(mane, colour=darker(hair, 0.12), to=darker(hair, 0.35))


def _features(stage: Stage, pen: Pen, skin: RGB, hair: RGB, *, old: bool) -> None:
    ink = mix(skin, rgb("2a1420"), 0.85)
    for side in (-1, 1):
        x = side * 0.092
        pen.fill(blob([(x - 0.048, -0.725), (x, -0.752), (x + 0.048, -0.725), (x, -0.708)], 6), colour=rgb("f8f3ea"))
        pen.dots([(x + 0.006, -0.729, 0.021)], colour=rgb("3c5468"))
        pen.dots([(x + 0.006, -0.729, 0.011)], colour=rgb("14121a"))
        pen.dots([(x + 0.012, -0.736, 0.005)], colour=rgb("ffffff"))
        pen.lines([curve([(x - 0.054, -0.725), (x, -0.757), (x + 0.054, -0.725)], 6)], 0.011, colour=ink)
        brow = curve([(x - 0.066, -0.795 - 0.01 * side), (x, -0.818), (x + 0.066, -0.795 + 0.01 * side)], 6)
        pen.lines([brow], 0.03 if old else 0.02, colour=hair if old else darker(hair, 0.3))
        if old:
            pen.lines([curve([(x - 0.045, -0.685), (x, -0.672), (x + 0.045, -0.688)], 6),
                curve([(side * 0.07, -0.62), (side * 0.105, -0.585), (side * 0.115, -0.545)], 6)],
                      0.007, colour=ink, alpha=0.45)  # fmt: skip
    nose = [(0.0, -0.76), (0.022, -0.68), (0.05, -0.632), (0.0, -0.612), (-0.02, -0.625)]
    pen.fill(nose, colour=mix(skin, rgb("7a3448"), 0.55), alpha=0.5)
    pen.lines([curve([(-0.038, -0.626), (0, -0.61), (0.042, -0.628)], 6)], 0.009, colour=ink, alpha=0.75)
    lip = mix(skin, rgb("b5344a"), 0.6)
    pen.fill(
        blob([(-0.068, -0.535), (-0.02, -0.552), (0, -0.546), (0.02, -0.552), (0.068, -0.535), (0, -0.51)], 6),
        colour=lip,
        to=darker(lip, 0.1),
    )
    pen.lines([curve([(-0.07, -0.535), (0, -0.531), (0.07, -0.537)], 6)], 0.006, colour=ink, alpha=0.8)
    if old:
        pen.lines(
            [curve([(-0.1, -0.89 - k * 0.028), (0, -0.9 - k * 0.028), (0.1, -0.89 - k * 0.028)], 6) for k in range(2)],
            0.006,
            colour=ink,
            alpha=0.35,
        )
    if stage.wish.says("glasses", "spectacles"):
        pen.lines(
            [ellipse(-0.095, -0.728, 0.07), ellipse(0.095, -0.728, 0.07), [(-0.025, -0.735), (0.025, -0.735)]],
            0.011,
            colour=rgb("1d1a22"),
        )


def _beard(pen: Pen, hair: RGB, *, long: bool) -> None:
    low = -0.2 if long else -0.36
    beard = blob([(-0.218, -0.7), (-0.19, -0.62), (-0.12, -0.6), (-0.075, -0.585), (0, -0.6), (0.075, -0.585),
        (0.12, -0.6), (0.19, -0.62), (0.218, -0.7), (0.22, -0.52),
                  (0.13, low - 0.06), (0.0, low), (-0.13, low - 0.06), (-0.22, -0.52)])  # fmt: skip
    pen.fill(beard, colour=hair, to=darker(hair, 0.12))
    pen.fill(
        [(0.02, -0.7), (0.3, -0.7), (0.3, low), (0.0, low)],
        colour=mix(hair, rgb("5a4a66"), 0.5),
        alpha=0.5,
        soft=0.04,
        grain=True,
        within=[beard],
    )
    strands = [
        curve([(x, -0.52), (x * 0.95, (low - 0.52) / 2), (x * 0.5, low - 0.05)], 5)
        for x in (-0.14, -0.09, -0.045, 0.0, 0.045, 0.09, 0.14)
    ]
    pen.lines(strands, 0.006, colour=darker(hair, 0.35), alpha=0.4)
    pen.fill(
        blob([(-0.066, -0.53), (0, -0.545), (0.066, -0.53), (0, -0.508)], 6), colour=mix(rgb("9c4a4a"), hair, 0.15)
    )


def _crown(stage: Stage, pen: Pen, hair: RGB, coat: RGB, *, female: bool) -> None:
    """Put on hair, a cap, a hat or a crown."""
    wish = stage.wish
    cap = [
        *arc((0, -0.88), (0.235, 0.2), 180, 360),
        *curve([(0.235, -0.88), (0.12, -0.95), (-0.05, -0.93), (-0.2, -0.86), (-0.235, -0.76)], 6),
    ]
    if female:
        fringe = blob(
            [
                (-0.235, -0.7),
                (-0.25, -0.9),
                (-0.15, -1.06),
                (0.02, -1.1),
                (0.18, -1.05),
                (0.25, -0.88),
                (0.235, -0.7),
                (0.2, -0.84),
                (0.08, -0.95),
                (-0.1, -0.92),
                (-0.2, -0.82),
            ]
        )
        pen.fill(fringe, colour=lighter(hair, 0.1), to=darker(hair, 0.1))
    else:
        pen.fill(
            cap,
            [(-0.235, -0.9), (-0.205, -0.9), (-0.205, -0.68), (-0.23, -0.72)],
            [(0.235, -0.9), (0.205, -0.9), (0.205, -0.68), (0.23, -0.72)],
            colour=lighter(hair, 0.06),
            to=darker(hair, 0.15),
        )
    if wish.says("king", "queen", "princess"):
        gold = stage.palette.lit(rgb("f0b93a"), 0.2)
        pen.fill(
            [(-0.22, -0.94), (-0.27, -1.2), (-0.13, -1.08), (0, -1.24), (0.13, -1.08), (0.27, -1.2), (0.22, -0.94)],
            colour=lighter(gold, 0.2),
            to=darker(gold, 0.15),
        )
        pen.dots([(0, -1.0, 0.028), (-0.12, -1.0, 0.02), (0.12, -1.0, 0.02)], colour=rgb("c22f46"))
    elif wish.says("sailor", "captain", "fisherman"):
        crown = blob(
            [(-0.25, -0.92), (-0.3, -1.06), (-0.16, -1.17), (0.08, -1.19), (0.27, -1.12), (0.31, -1.02), (0.25, -0.92)]
        )
        pen.fill(crown, colour=lighter(coat, 0.12), to=darker(coat, 0.2))
        pen.fill(
            [(0.05, -1.25), (0.4, -1.2), (0.4, -0.9), (0.1, -0.9)],
            colour=stage.palette.ink,
            alpha=0.4,
            soft=0.05,
            grain=True,
            within=[crown],
        )
        pen.fill(
            [
                *curve([(-0.25, -0.97), (0, -0.93), (0.25, -0.97)], 6),
                *curve([(0.252, -0.88), (0, -0.84), (-0.252, -0.88)], 6),
            ],
            colour=darker(coat, 0.45),
        )
        pen.fill(
            [
                *curve([(-0.22, -0.895), (0, -0.85), (0.22, -0.895)], 6),
                *curve([(0.17, -0.85), (0, -0.8), (-0.17, -0.85)], 6),
            ],
            colour=rgb("16141c"),
        )
        pen.dots([(0, -0.905, 0.024)], colour=stage.palette.lit(rgb("e9b949"), 0.2))
    elif wish.says("wizard", "witch"):
        pen.fill(
            [(-0.24, -0.92), (0.04, -1.6), (0.24, -0.92)],
            ellipse(0, -0.92, 0.36, 0.06),
            colour=lighter(coat, 0.1),
            to=darker(coat, 0.2),
        )
    elif wish.says("hat"):
        pen.fill(
            ellipse(0, -0.93, 0.38, 0.055),
            box(-0.2, -1.15, 0.2, -0.93),
            colour=darker(coat, 0.1),
            to=darker(coat, 0.35),
        )
        pen.fill(box(-0.2, -0.99, 0.2, -0.93), colour=stage.palette.accent)
