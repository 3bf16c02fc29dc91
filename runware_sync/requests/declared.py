"""What all request objects and their nested shapes have in common: the class declares, everything else follows.

attrs makes `__init__` and nothing more. Equality, hash and `repr` are written once and driven by the fields, which
keeps the import of the classes cheap; the docstring is completed from the fields; and one wrapper around `__init__`
turns a wrong call into a message that helps, and fits what was given.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import Attribute, fields

from runware_sync.requests.fitting import Expected, expected_of, fit
from runware_sync.requests.guidance import described, in_order, misuse
from runware_sync.requests.rules import Rule
from runware_sync.requests.signatures import signature_of
from runware_sync.requests.wording import retold, shortened
from runware_sync.shown import Shown

if TYPE_CHECKING:
    from runware_sync.display import Html

__all__ = ["Declared"]


class Declared(Shown):
    """Frozen, comparable by its fields, with a short `repr`; what it is given is checked when it is made."""

    rules: ClassVar[tuple[Rule, ...]] = ()
    _expected: ClassVar[Mapping[str, Expected] | None] = None

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        """Complete the docstring, and guard `__init__`."""
        cls.__doc__ = described(cls)
        setattr(cls, "__init__", _guarded(cls, cls.__init__))  # noqa: B010 - checkers keep to the original
        cls._expected = None

    @classmethod
    def _expects(cls) -> Mapping[str, Expected]:
        """Return what each field takes; found out when the first object is made, not on import."""
        if cls._expected is None:
            cls._expected = {attribute.name: expected_of(attribute) for attribute in _fields(cls)}
        return cls._expected

    def _fit(self, given: Iterable[str]) -> None:
        """Put what was given into the form in which it is kept, and check the rules between the fields."""
        expected = self._expects()
        values = self.__dict__  # the class is frozen for everybody else
        name = type(self).__name__
        for given_name in given:
            try:
                values[given_name] = fit(values[given_name], expected[given_name], given_name)
            except (TypeError, ValueError, FileNotFoundError) as error:
                raise retold(error, f"{name}: {error}") from error
        for rule in self.rules:
            if complaint := rule(self):
                raise ValueError(f"{name}: {complaint}")

    def __eq__(self, other: object) -> bool:
        """Compare class and fields; what concerns one call only plays no part."""
        if type(other) is not type(self):
            return NotImplemented
        return self is other or _compared(self) == _compared(other)

    def __hash__(self) -> int:
        """Hash what is hashable: mappings play no part."""
        return hash((type(self), *map(_hashable, _compared(self))))

    def __repr__(self) -> str:
        """Show what was given, in short."""
        shown: list[str] = []
        for attribute in in_order(type(self)):
            value = getattr(self, attribute.name)
            if value is not None:
                name = "" if attribute.kw_only is False and not shown else f"{attribute.name}="
                shown.append(f"{name}{shortened(value)}")
        return f"{type(self).__name__}({', '.join(shown)})"

    def _display(self) -> "Html":
        """Return what was given as a table."""
        from runware_sync import display

        given = {attribute.name: getattr(self, attribute.name) for attribute in in_order(type(self))}
        told = display.facts({name: _told(value) for name, value in given.items()})
        return display.stacked(display.strong(type(self).__name__), told)


def _told(value: Any) -> Any:
    """Return a value for a table: text whole, an address without its query, everything else as its `repr` has it."""
    from runware_sync.media.mediums import Reference

    if isinstance(value, str):
        return value.partition("?")[0] if "://" in value[:10] else value
    if isinstance(value, Reference):
        return _told(value.text)
    if isinstance(value, list | tuple):
        return [_told(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {key: _told(item) for key, item in value.items()}
    return getattr(value, "__name__", "a function") if callable(value) else repr(value)


def _fields(cls: type[Any]) -> "tuple[Attribute[Any], ...]":
    made: tuple[Attribute[Any], ...] = fields(cls)
    return made


def _compared(declared: Any) -> list[Any]:
    return [getattr(declared, attribute.name) for attribute in _fields(type(declared)) if attribute.eq]


def _hashable(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_hashable, value))
    return None if isinstance(value, Mapping | list) else value


def _guarded(cls: type[Declared], made: Callable[..., None]) -> Callable[..., None]:
    """Return an `__init__` that explains wrong calls, and fits what is given."""
    positional = tuple(attribute.name for attribute in _fields(cls) if attribute.kw_only is False)

    @wraps(made)
    def __init__(self: Declared, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - it becomes one
        try:
            made(self, *args, **kwargs)
        except TypeError as error:
            raise TypeError(misuse(cls, args, kwargs) or str(error)) from error
        self._fit((*positional[: len(args)], *kwargs))

    vars(__init__)["__signature__"] = signature_of(cls)  # where inspect looks for it
    return __init__
