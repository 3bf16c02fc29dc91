"""Signatures as `help()` and a notebook show them: in the order that a reader wants, with types in words.

A type that is spelled out fills the screen where `ImageInput` says it all; and results, which load when they are used,
have no type to show yet.
"""

from collections.abc import Sequence
from inspect import Parameter, Signature
from types import NoneType, UnionType
from typing import Any, Final, ForwardRef, Literal, Union, get_args, get_origin

from attrs import NOTHING, Attribute

from runware_sync.media.given import ImageInput
from runware_sync.requests.guidance import in_order

__all__ = ["returned", "signature_of"]

_IMAGE_INPUT: Final = get_args(ImageInput)


class Words(str):
    """An annotation in words, which is shown without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the words as they are."""
        return str(self)


def signature_of(cls: type[Any]) -> Signature:
    """Return the signature of a declared class's `__init__`."""
    return Signature([Parameter("self", Parameter.POSITIONAL_ONLY), *map(_parameter, in_order(cls))])


def _parameter(attribute: "Attribute[Any]") -> Parameter:
    return Parameter(
        attribute.name,
        Parameter.POSITIONAL_OR_KEYWORD if attribute.kw_only is False else Parameter.KEYWORD_ONLY,
        default=Parameter.empty if attribute.default is NOTHING else attribute.default,
        annotation=Words(_in_words(attribute.type)),
    )


def returned(cls: type[Any]) -> Words:
    """Return what stands between the brackets of a class's base: what its operation returns."""
    return Words(_in_words(get_args(cls.__orig_bases__[0])[0]))


def _in_words(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        return " | ".join(_alternatives(arguments))
    if origin is Literal:
        return f"Literal[{', '.join(map(repr, arguments))}]"
    if isinstance(annotation, list):  # the parameters of a callable
        return f"[{', '.join(map(_in_words, annotation))}]"
    if isinstance(annotation, ForwardRef):
        return annotation.__forward_arg__
    if annotation is NoneType:
        return "None"
    name = str(getattr(origin or annotation, "__name__", annotation))
    return f"{name}[{', '.join(map(_in_words, arguments))}]" if arguments else name


def _alternatives(options: Sequence[Any]) -> list[str]:
    if set(_IMAGE_INPUT) <= set(options):
        return ["ImageInput", *(_in_words(option) for option in options if option not in _IMAGE_INPUT)]
    return [_in_words(option) for option in options]
