"""What comes back to results, by cattrs; the only module that imports it, when the first result arrives.

A hook for a class is built when its first result arrives. A paid result is never lost to a field that does not fit:
what fits is kept, and so is the whole answer as it came.
"""

import threading
from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, Union, cast, get_args, get_origin

from attrs import fields

from runware_sync import forks, logs
from runware_sync.names import wire_name_of
from runware_sync.results import Record, Result

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["structured"]

T = TypeVar("T", bound=Result)
Hook: TypeAlias = Callable[[Any, Any], Any]

_log = logs.logger(__name__)
_lock = threading.Lock()  # guards the making of the converter and of its hooks
_converters: "list[Converter]" = []
_hooks: dict[type[Any], Hook] = {}


@forks.in_child
def _begin_anew() -> None:
    """Make everything again in a forked child: another thread may have been in the midst of it."""
    global _lock  # noqa: PLW0603 - the parent's may be held by a thread that the child does not have
    _lock = threading.Lock()
    _converters.clear()
    _hooks.clear()


def structured(cls: type[T], item: Mapping[str, Any]) -> T:
    """Return a result; of one that does not fit, what fits, and the whole as it came."""
    hook = _hook(cls)
    try:
        return cast("T", hook(item, cls))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it is paid for
        from cattrs import transform_error

        problems = "; ".join(transform_error(error, path=cls.__name__))
        _log.warning("a result does not fit: %s; its `raw` holds it as it came", problems)
    made = cast("T", hook({key: value for key, value in item.items() if _fits(hook, cls, key, value)}, cls))
    object.__setattr__(made, "raw", item)  # frozen, but nobody else has it yet
    return made


def _fits(hook: Hook, cls: type[Any], key: str, value: Any) -> bool:
    try:
        hook({key: value}, cls)
    except Exception:  # noqa: BLE001 - the same as above, one field at a time
        return False
    return True


def _hook(cls: type[Any]) -> Hook:
    """Return what makes results of a class; made once, since that takes milliseconds."""
    hook = _hooks.get(cls)
    if hook is None:
        with _lock:
            if not _converters:
                _converters.append(_new_converter())
            hook = _hooks[cls] = _converters[0].get_structure_hook(cls)
    return hook


def _new_converter() -> "Converter":
    """Return a converter of our own: JSON carries the types already, so nothing is turned into anything else."""
    from cattrs import Converter

    converter = Converter(detailed_validation=True)
    for kind in (str, bool, int, float):
        converter.register_structure_hook(kind, _exactly(kind))
    converter.register_structure_hook_factory(_is_mapping, lambda _type: _exactly(Mapping))
    converter.register_structure_hook_factory(
        _is_list, lambda kind: _each(converter.get_structure_hook(get_args(kind)[0]))
    )
    converter.register_structure_hook_factory(
        lambda kind: _some(kind) is not None, lambda kind: converter.get_structure_hook(_some(kind))
    )
    converter.register_structure_hook_factory(
        lambda kind: isinstance(kind, type) and issubclass(kind, Record), lambda kind: _record(kind, converter)
    )
    return converter


def _exactly(kind: type[Any]) -> Hook:
    def check(value: Any, _type: Any) -> Any:
        if type(value) is kind or (isinstance(value, kind) and not isinstance(value, bool)):
            return value
        if kind is float and type(value) is int:
            return float(value)
        if kind is int and type(value) is float and value.is_integer():
            return int(value)
        raise TypeError(f"{type(value).__name__} instead of {kind.__name__}")

    return check


def _each(hook: Hook) -> Hook:
    def check(value: Any, _type: Any) -> list[Any]:
        if not isinstance(value, list):
            raise TypeError(f"{type(value).__name__} instead of list")
        return [hook(item, _type) for item in value]

    return check


def _is_list(kind: Any) -> bool:
    return get_origin(kind) is list


def _is_mapping(kind: Any) -> bool:
    return get_origin(kind) in {dict, Mapping}


def _some(kind: Any) -> Any:
    """Return what an optional type is when it is there; `None` for other types. Nulls are taken out before."""
    options = get_args(kind) if get_origin(kind) in {Union, UnionType} else ()
    there = [option for option in options if option is not NoneType]
    return there[0] if len(there) == 1 < len(options) else None


def _record(cls: type[Any], converter: "Converter") -> Hook:
    """Return the hook of a class: names as on the wire, nulls left out, what is not known into `extra`."""
    from cattrs.gen import make_dict_structure_fn, override

    spelled: dict[str, str] = {}  # what may come in: what the hook is made for
    overrides: dict[str, Any] = {"extra": override(omit=True), "raw": override(omit=True)}
    for attribute in fields(cls):
        if attribute.name not in overrides:
            name = wire_name_of(attribute)
            spelled |= dict.fromkeys((*attribute.metadata.get("aliases", ()), name), name)
            overrides[attribute.name] = override(rename=name)
    structure = make_dict_structure_fn(cls, converter, **overrides)

    def record(item: Any, _type: Any) -> Any:
        if type(item) is not dict and not isinstance(item, Mapping):  # the first is what comes, and is known at once
            raise TypeError(f"{type(item).__name__} instead of object")
        known: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        for key, value in cls.adapted(item).items():
            if value is not None:
                name = spelled.get(key)
                (extra if name is None else known)[name or key] = value
        made = structure(known, cls)
        if extra:
            object.__setattr__(made, "extra", extra)  # frozen, but nobody else has it yet
        return made

    return record
