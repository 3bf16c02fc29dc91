"""A method of the client out of a request class.

Type checkers read `operation.__get__`. The running program has an ordinary function, because the descriptor replaces
itself when the method is first looked at; the request class loads then, and not with the client. So `help()`,
completion, pickling by name and `mock.create_autospec` find what they are used to, and the import stays cheap.
"""

import inspect
from collections.abc import Callable, Mapping
from types import MethodType
from typing import TYPE_CHECKING, Any, Final, ForwardRef, Generic, ParamSpec, Protocol, TypeVar, overload

from runware_sync.requests.deferred import load

if TYPE_CHECKING:
    from runware_sync.requests.base import Request

__all__ = ["Bound", "Caller", "Method", "operation"]

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")

_CLOSING: Final = """

A request object, {name}(...), can be given instead, alone; it can be used again and again.

Raises:
    TypeError: A parameter is missing, unknown or of the wrong type.
    ValueError: A value is out of bounds, or parameters do not go together.
    FileNotFoundError: A path is given, and nothing is there.
    RunwareError: The call failed. It tells what was bought, and carries what had arrived."""


class Caller(Protocol):
    """Whatever can make the call that a request describes."""

    def run(self, request: "Request[S]", /) -> S:
        """Make the call, and return its result."""
        ...


class Bound(Protocol[P, R]):  # pyright: ignore[reportInvalidTypeVarUse]  # mypy wants it invariant
    """An operation of a client: it takes the parameters of the request, or a request object."""

    @overload
    def __call__(self, request: "Request[R]", /) -> R: ...
    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R: ...


class Method(Protocol[P, R]):  # pyright: ignore[reportInvalidTypeVarUse]  # the same
    """An operation as a function: the same, with the client in front."""

    @overload
    def __call__(self, caller: Any, request: "Request[R]", /) -> R: ...
    @overload
    def __call__(self, caller: Any, /, *args: P.args, **kwargs: P.kwargs) -> R: ...


class operation(Generic[P, R]):  # noqa: N801 - it stands where a decorator would
    """Make a method of the client out of a request class.

    Args:
        request: The class. The method has its parameters, its docstring and its result.
    """

    def __init__(self, request: "Callable[P, Request[R]]", /) -> None:
        self._request: Any = request
        self._owner: type[Any] | None = None
        self._name = ""

    def __set_name__(self, owner: type[Any], name: str) -> None:
        """Take note of the place."""
        self._owner = owner
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type[Any], /) -> Method[P, R]: ...
    @overload
    def __get__(self, instance: Caller, owner: type[Any], /) -> Bound[P, R]: ...
    def __get__(self, instance: Caller | None, owner: type[Any], /) -> Callable[..., R]:
        """Put the function in this descriptor's place, and return it as it would have been found there."""
        request = self._request
        cls: type[Request[R]] = load(request.__forward_arg__) if isinstance(request, ForwardRef) else request
        method = _method(cls)
        place = self._owner or owner
        method.__name__ = self._name
        method.__qualname__ = f"{place.__qualname__}.{self._name}"
        method.__module__ = place.__module__
        setattr(place, self._name, method)
        return method if instance is None else MethodType(method, instance)


def _method(cls: "type[Request[R]]") -> Callable[..., R]:
    from runware_sync.requests.base import Request
    from runware_sync.requests.signatures import returned

    def method(self: Caller, /, *args: Any, **kwargs: Any) -> R:
        if args and isinstance(args[0], Request):
            return self.run(_alone(cls, args, kwargs))
        return self.run(cls(*args, **kwargs))

    method.__doc__ = (cls.__doc__ or "") + _CLOSING.format(name=cls.__name__)
    signature = inspect.signature(cls.__init__).replace(return_annotation=returned(cls))
    vars(method)["__signature__"] = signature  # where inspect looks for it
    return method


def _alone(cls: "type[Request[R]]", args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> "Request[R]":
    """Return the request object that stands in the place of all parameters."""
    request = args[0]
    if not isinstance(request, cls):
        raise TypeError(f"this operation takes a request object of class {cls.__name__}, not {type(request).__name__}")
    if len(args) > 1 or kwargs:
        name = next(iter(kwargs), "a second argument")
        raise TypeError(
            f"{name} is given beside a {cls.__name__} object; put it into the object, as attrs.evolve() does"
        )
    return request
