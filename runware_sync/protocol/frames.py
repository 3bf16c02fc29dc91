"""One frame of the service, whatever generation it is of, as two plain lists.

The service and its documents know eight shapes of failure, `data` as list or object, and arrays of frames. Here, and
only here, they become one.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from attrs import define, field

__all__ = [
    "Frame",
    "identity",
    "is_failure",
    "is_step",
    "is_stepwise",
    "is_terminal",
    "is_told",
    "parse",
    "text_of",
    "united",
]

Item = dict[str, Any]

_JSON: Final = json.JSONDecoder()

text_of: Final[Callable[[Item], str]] = json.JSONEncoder(allow_nan=False).encode
"""Return a task as it travels; a `ValueError` where that would be no JSON, since others may share its frame."""

_INVALID_KEY: Final = 19  # the 2024 dialect's number for a key that is not accepted
_IDENTITIES: Final = (
    "imageUUID",
    "videoUUID",
    "audioUUID",
    "guideImageUUID",
    "maskImageUUID",
    "mediaUUID",
)
_OUTPUTS: Final = frozenset({"text", "structuredData", "outputs", "air", "results", *_IDENTITIES})
_OUTPUT_ENDS: Final = ("URL", "Base64Data", "DataURI")
_CIRCUMSTANCES: Final = frozenset({"taskType", "taskUUID", "status", "progress", "cost"})  # they tell no results apart
_ENDED: Final = ("success", "completed", "ready", "error", "failed")  # no sets: a status may be anything that JSON has
_FAILED: Final = ("error", "failed")
_STEPWISE: Final = frozenset({"modelUpload"})  # only a status ends these, whatever else their items carry
_ANSWERED: Final = frozenset({"accountManagement"})  # these are answered at once, with fields of their own


@define
class Frame:
    """What one message holds: items of results, and errors."""

    items: list[Item] = field(factory=list)
    errors: list[Item] = field(factory=list)


def parse(message: bytes | str) -> Frame:
    """Return the frame that a message holds.

    Raises:
        ValueError: It is no JSON, or nothing that this protocol knows.
    """
    try:
        if isinstance(message, bytes):
            message = message.decode("utf-8", "surrogatepass")
        value = _JSON.decode(message.removeprefix("\ufeff"))
    except RecursionError as error:
        raise ValueError("a message that is nested too deep") from error
    if type(value) is dict and len(value) == 1 and type(data := value.get("data")) is list:
        return Frame([item for item in data if isinstance(item, dict)])  # as nearly all of them are
    frame = Frame()
    for part in value if isinstance(value, list) else [value]:
        if not isinstance(part, dict):
            raise ValueError(f"a frame must be an object, not {type(part).__name__}")  # noqa: TRY004 - bad data
        _take(part, frame)
    return frame


def _take(part: Item, frame: Frame) -> None:
    data = part.get("data")
    if isinstance(data, Mapping):
        data = [data]
    if isinstance(data, list):
        frame.items.extend(item for item in data if isinstance(item, dict))
    for name in ("errors", "error"):
        frame.errors.extend(_errors(part.get(name), part))
    known = {"data", "errors", "error"}
    if not known & part.keys() and {"taskUUID", "taskType", "pong"} & part.keys():
        frame.items.append(part)


def _errors(value: Any, part: Item) -> Iterator[Item]:
    if not value:
        return
    for error in value if isinstance(value, list) else [value]:
        if isinstance(error, dict):
            yield {**_address(part), **error}
        else:
            yield _flat_error(error, part)


def _address(part: Item) -> Item:
    return {name: part[name] for name in ("taskUUID", "taskType") if name in part}


def _flat_error(error: Any, part: Item) -> Item:
    """Return one error from the shapes that spread it over the frame itself."""
    told = {name: value for name, value in part.items() if name not in {"data", "errors", "error"}}
    message = part.get("message") or part.get("errorMessage") or (error if isinstance(error, str) else None)
    code = part.get("code")
    if code is None and str(part.get("errorId")) == str(_INVALID_KEY):
        code = "invalidApiKey"
    return {**told, "code": code or "", "message": message}


def identity(item: Item) -> str | None:
    """Return what makes a result distinct from its siblings; `None` for those, such as texts, that have nothing."""
    for name in _IDENTITIES:
        value = item.get(name)
        if value:
            return str(value)
    outputs = item.get("outputs")
    files = outputs.get("files") if isinstance(outputs, Mapping) else None
    if isinstance(files, list):
        uuids = [str(file.get("uuid")) for file in files if isinstance(file, Mapping) and file.get("uuid")]
        return "+".join(uuids) or None
    return None


def united(first: Iterable[Item], second: Iterable[Item]) -> tuple[Item, ...]:
    """Return the results without identity of two accounts, each as often as the account says that has more of it."""
    all_of = [*first]
    known = [_content(item) for item in all_of]
    for item in second:
        content = _content(item)
        if content in known:
            known.remove(content)
        else:
            all_of.append(item)
    return tuple(all_of)


def _content(item: Item) -> object:
    """Return what two accounts of one result have in common."""
    return item.get("text") or {name: value for name, value in item.items() if name not in _CIRCUMSTANCES}


def _has_output(item: Item) -> bool:
    for name, value in item.items():  # noqa: SIM110 - for every item that arrives: a generator would take twice as long
        if value is not None and (name in _OUTPUTS or name.endswith(_OUTPUT_ENDS)):
            return True
    return False


def is_failure(item: Item) -> bool:
    """Tell whether a data item reports a failure instead of a result."""
    if item.get("status") in _FAILED:
        return True
    return bool(item.get("error")) and not _has_output(item)


def is_told(error: Item) -> bool:
    """Tell whether a failure has the status that it has in answers to questions, where the task has ended with it."""
    return error.get("status") in _FAILED


def is_terminal(item: Item, kind: str) -> bool:
    """Tell whether an item carries a result or a failure, and not just an acknowledgement or progress.

    Args:
        item: The item.
        kind: The type of its task; an item may lack it.
    """
    if item.get("status") in _ENDED:
        return True
    if kind in _STEPWISE:
        return is_failure(item)
    return _has_output(item) or is_failure(item) or (kind in _ANSWERED and "status" not in item)


def is_step(item: Item, kind: str) -> bool:
    """Tell whether an item names a phase that is over, of a task that goes through several."""
    return kind in _STEPWISE and bool(item.get("status")) and not is_terminal(item, kind)


def is_stepwise(kind: str) -> bool:
    """Tell whether a task's phases are pushed one by one, so that it need not be asked for between them."""
    return kind in _STEPWISE
