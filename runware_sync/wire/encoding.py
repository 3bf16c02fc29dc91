"""Requests to what travels.

Written by hand: a medium is read, or stored, when the call is made, and an error about it names the parameter.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias

from attrs import fields

from runware_sync.media.given import MEDIA, Medium
from runware_sync.names import wire_name_of
from runware_sync.requests.base import Request
from runware_sync.requests.declared import Declared

__all__ = ["Pack", "encode", "encode_current"]

Item: TypeAlias = dict[str, Any]
Pack: TypeAlias = Callable[[Medium, str], str]
"""Returns what stands for a medium, given the place where it stands, such as `control_net[0].guide_image`."""

_PLAIN: Final = frozenset({str, int, float, bool})


class _Place(NamedTuple):
    """Where a field stands in what is sent: its Python name, its name on the wire, its place in the current form."""

    name: str
    wire: str
    current: str | None


def encode(request: Request[Any], *, include_cost: bool, pack: Pack) -> Item:
    """Return a request as it travels, without its UUID: in the flat form, unless `inputs` or `settings` are given.

    What is `None` is not sent, everything else is.

    Args:
        request: The request.
        include_cost: What is sent where the request does not say.
        pack: Reads media, and stores them; what it raises is raised.
    """
    return _encoded(request, _is_flat(request), include_cost, pack)


def encode_current(request: Request[Any], *, include_cost: bool, pack: Pack) -> Item | None:
    """Return the current form of a request that travels in the flat one; `None` if there is none.

    Without a model there is none. What has no place in the current form, because the model stands for it, is left out.
    """
    if not _is_flat(request) or getattr(request, "model", None) is None:
        return None
    return _encoded(request, False, include_cost, pack)


def _is_flat(request: Request[Any]) -> bool:
    if request.flat_task_type is None:
        return False
    given = vars(request)  # whoever gives one of these means the current form
    return given.get("inputs") is None and given.get("settings") is None


def _encoded(request: Request[Any], flat: bool, include_cost: bool, pack: Pack) -> Item:
    body: Item = {"taskType": request.flat_task_type if flat else request.task_type}
    moved: dict[str, Item] = {}
    for place, value in _given(request):
        current = None if flat else place.current
        if current == "":
            continue  # there is no place for it, the model stands for it
        sent = value if type(value) in _PLAIN else _sent(value, place.name, pack)
        if current is None:
            body[place.wire] = sent
        else:
            container, _, key = current.partition(".")
            moved.setdefault(container, {})[key] = sent
    for container, values in moved.items():
        body[container] = {**values, **body.get(container, {})}
    if "webhookURL" in body or (request.lasting is not None and hasattr(request, "delivery_method")):
        body.setdefault("deliveryMethod", "async")  # nobody waits on the connection for what takes long
    if hasattr(request, "include_cost"):
        body.setdefault("includeCost", include_cost)
    return {**body, **request.extra} if request.extra else body


def _given(declared: Declared) -> list[tuple[_Place, Any]]:
    """Return what is to be sent, field by field."""
    cls: Any = type(declared)
    places = _places(cls)
    # In the order of the fields, and most of them are None.
    return [(places[name], value) for name, value in vars(declared).items() if value is not None and name in places]


@cache
def _places(cls: type[Any]) -> dict[str, _Place]:
    apart = ("per_call", "apart", "client_only")
    return {
        attribute.name: _Place(attribute.name, wire_name_of(attribute), attribute.metadata.get("current"))
        for attribute in fields(cls)
        if not any(attribute.metadata.get(fact) for fact in apart)
    }


def _sent(value: Any, where: str, pack: Pack) -> Any:
    if isinstance(value, MEDIA):
        return pack(value, where)
    if isinstance(value, tuple):
        return [_sent(item, f"{where}[{index}]", pack) for index, item in enumerate(value)]
    if isinstance(value, Declared):
        pairs = ((place.wire, _sent(each, f"{where}.{place.name}", pack)) for place, each in _given(value))
        return {**dict(pairs), **(getattr(value, "extra", None) or {})}
    return value
