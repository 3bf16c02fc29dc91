"""What a field takes, read from its annotation and metadata, and the fitting of a value to it.

Text objects become strings, models their AIR identifiers, lists tuples, mappings shapes, and media are classified. What
travels in words that are not known here is copied, as JSON can carry it. What does not fit is a `TypeError`, what is
out of bounds a `ValueError`; both name the parameter, the value and what is allowed. The values of enumerations are
the server's business: lists of them grow.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from types import NoneType, UnionType
from typing import Any, Final, ForwardRef, Literal, Protocol, TypeAlias, Union, get_args, get_origin

from attrs import Attribute, field, frozen

from runware_sync.requests.deferred import Nested, load
from runware_sync.requests.guidance import wire_names
from runware_sync.requests.plain import carried, number_of
from runware_sync.requests.wording import retold, shortened

__all__ = [
    "Expected",
    "HasAir",
    "HasText",
    "Model",
    "Prompt",
    "expected_of",
    "fit",
    "nested",
    "words_of",
]


class HasText(Protocol):
    """A text that the service wrote, such as the result of `caption`."""

    @property
    def text(self) -> str | None:
        """The text."""
        ...


class HasAir(Protocol):
    """Something that stands for a model, such as a row of a model search."""

    @property
    def air(self) -> str | None:
        """The model's AIR identifier."""
        ...


Prompt: TypeAlias = str | HasText
Model: TypeAlias = str | HasAir

_NO_TEXT: Final = object()
_SEQUENCES: Final = (Sequence, list, tuple)
_NO_LISTS: Final = (str, bytes, bytearray, memoryview)
_WORDS: Final[Mapping[object, str]] = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "True or False",
    HasText: "a Text",
    HasAir: "an object with an `air`",
    Mapping: "a mapping",
    Callable: "a function",
}


@frozen
class Expected:
    """What one field, or one item of a list, takes.

    Args:
        kinds: Python types and protocols; `object` takes anything.
        optional: Whether `None` may stand there.
        items: What the items of a list are.
        shape: The name of a class of nested objects, for which a mapping may stand.
        media: The kind of media.
        least: Smallest number, or smallest length of a list.
        most: Largest number, or largest length of a list.
        check: A function of its own, called instead with the value and the parameter's name.
    """

    kinds: frozenset[object] = frozenset()
    optional: bool = False
    items: "Expected | None" = None
    shape: str | None = None
    media: str | None = None
    least: float | None = None
    most: float | None = None
    check: Callable[[Any, str], object] | None = None
    untouched: frozenset[object] = field(init=False, eq=False, repr=False)  # types whose values need no look at them

    def __attrs_post_init__(self) -> None:
        """Find out what need not be looked at, once for each field."""
        types: set[object] = set() if self.check is not None or self.media is not None else {str, bool}
        if types and self.least is None and self.most is None:
            types.add(int)
        object.__setattr__(self, "untouched", self.kinds & types)  # frozen, but nobody else has it yet

    def __str__(self) -> str:
        """Return what is allowed, in words."""
        said_below: dict[object, str | None] = {Mapping: self.shape, str: self.media}
        words = [word for kind, word in _WORDS.items() if kind in self.kinds and not said_below.get(kind)]
        if self.media:
            pixels = ", PIL image, array" if self.media == "image" else ""
            words.insert(0, f"{self.media} media (a path, URL, UUID, data URI, bytes, file, result{pixels})")
        if self.shape:
            words.insert(0, f"a {self.shape} or a mapping of its fields")
        if self.items:
            words.append(f"a list of items that are each {self.items}")
        return ", or ".join([*words, *(["None"] if self.optional else [])])


def expected_of(attribute: "Attribute[Any]") -> Expected:
    """Return what a field takes."""
    facts = attribute.metadata
    return _read(
        attribute.type, facts.get("media"), least=facts.get("least"), most=facts.get("most"), check=facts.get("check")
    )


def _read(annotation: Any, media: str | None, **bounds: Any) -> Expected:
    kinds: set[object] = set()
    items = shape = None
    media_in_list = media is not None and media.endswith("[]")
    for option in _options(annotation):
        origin = get_origin(option) or option
        if origin in _SEQUENCES:
            items = _read(get_args(option)[0], media.removesuffix("[]") if media and media_in_list else None)
        elif isinstance(origin, ForwardRef):
            shape = origin.__forward_arg__
        elif isinstance(origin, type) and issubclass(origin, Nested):
            shape = origin.__name__
        elif origin is Literal:
            kinds |= {type(value) for value in get_args(option)}
        else:
            kinds.add(object if origin is Any else origin)
    optional = NoneType in kinds
    return Expected(
        frozenset(kinds - {NoneType}), optional, items, shape, None if media_in_list and items else media, **bounds
    )


def _options(annotation: Any) -> list[Any]:
    if get_origin(annotation) in {Union, UnionType}:
        return [option for part in get_args(annotation) for option in _options(part)]
    return [annotation]


def fit(value: Any, expected: Expected, where: str) -> Any:
    """Return a value as the field keeps it.

    Raises:
        TypeError: It is of a type that the field does not take.
        ValueError: It is out of bounds.
        FileNotFoundError: It is a path, and nothing is there.
    """
    if type(value) in expected.untouched or (value is None and expected.optional):
        return value
    if expected.check is not None:
        return expected.check(value, where)
    if expected.shape is not None:
        shape = load(expected.shape)
        if isinstance(value, shape):
            return value
        if isinstance(value, Mapping):
            return nested(shape, value, where)
    if expected.items is not None and isinstance(value, Sequence) and not isinstance(value, _NO_LISTS):
        fitted = tuple(fit(item, expected.items, f"{where}[{index}]") for index, item in enumerate(value))
        _bound(len(fitted), expected, where, "items")
        return fitted
    if expected.media is not None and value is not None:
        from runware_sync.media import given as media

        return media.classify(value, parameter=where, kind=expected.media)
    if object in expected.kinds or (Mapping in expected.kinds and isinstance(value, Mapping)):
        return value if isinstance(value, Nested) else carried(value, where)
    plain = _plain(value, expected.kinds)
    if plain is None and HasText in expected.kinds:
        plain = words_of(value, where)
    if plain is None:
        raise TypeError(f"{where}={shortened(value)} must be {expected}")
    if isinstance(plain, int | float) and not isinstance(plain, bool):
        _bound(plain, expected, where)
    return plain


def _plain(value: Any, kinds: frozenset[object]) -> Any:
    """Return a value of one of these kinds; `None` if it is of none of them."""
    if isinstance(value, bool):
        return value if bool in kinds else None
    if isinstance(value, str):
        return str.__str__(value) if str in kinds else None  # of an enumeration too, the value
    if int in kinds or float in kinds:
        number = number_of(value)
        if number is not None and (float in kinds or isinstance(number, int)):
            return number
    if HasAir in kinds and isinstance(air := getattr(value, "air", None), str):
        return air
    return value if Callable in kinds and callable(value) else None


def words_of(value: Any, where: str) -> str | None:
    """Return the words of an object that has a `text`, of a stream those that have come so far; `None` for any other.

    Raises:
        ValueError: There are no words in it.
    """
    text = getattr(value, "text", _NO_TEXT)
    if text is None or (isinstance(text, str) and not text):
        raise ValueError(f"{where}={shortened(value)} has no words: its text is {text!r}")
    return str.__str__(text) if isinstance(text, str) else None


def _bound(size: float, expected: Expected, where: str, unit: str = "") -> None:
    if not math.isfinite(size):
        raise ValueError(f"{where}={size} must be finite")
    least, most = expected.least, expected.most
    if (least is None or size >= least) and (most is None or size <= most):
        return
    allowed = (
        f"at least {least:g}"
        if most is None
        else f"at most {most:g}"
        if least is None
        else f"from {least:g} to {most:g}"
    )
    given = f"{where} has {size} {unit}, which" if unit else f"{where}={size}"
    raise ValueError(f"{given} must be {allowed}")


def nested(shape: Any, values: Mapping[Any, Any], where: str) -> Any:
    """Return the object of a class of nested objects that a mapping describes.

    Raises:
        TypeError: One of its fields is not there, or of a type that it does not take; the others likewise say where.
        ValueError: One is out of bounds.
        FileNotFoundError: One is a path, and nothing is there.
    """
    known = wire_names(shape)
    if "extra" in known:  # its other keys travel untouched
        values = {key: each if key in known else carried(each, f"{where}[{key!r}]") for key, each in values.items()}
    try:
        return shape.read(values)
    except (TypeError, ValueError, FileNotFoundError) as error:
        raise retold(error, f"{where}: {error}") from error
