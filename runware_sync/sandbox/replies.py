"""The frames that the sandbox sends, in every shape on record."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from runware_sync.sandbox.gallery import as_json
from runware_sync.sandbox.parcels import Parcel
from runware_sync.sandbox.rules import Problem
from runware_sync.sandbox.switches import Switches

__all__ = ["PONG", "Replies", "encoded"]

PONG: Final = {"taskType": "ping", "pong": True}

_LEGACY_ID: Final = 19
Kind = Literal["result", "error", "ack", "other"]


def encoded(value: Any) -> str:
    """Return JSON text without spaces."""
    return json.dumps(value, separators=(",", ":"), default=as_json)


class Replies:
    """Puts items and errors into frames, as the switches say."""

    def __init__(self, switches: Switches) -> None:
        self.switches = switches

    def results(self, items: Sequence[Mapping[str, Any]], kind: Kind = "result") -> Parcel:
        """Return the frame of results, with what the switches add to or take from them."""
        shaped = [self._item(item) for item in items]
        if self.switches.pong_in_front and kind == "result":
            shaped.insert(0, PONG)
        return self._parcel({"data": self._data(shaped)}, kind)

    def answers(self, items: Sequence[Mapping[str, Any]], errors: Sequence[Mapping[str, Any]] = ()) -> Parcel:
        """Return the frame that answers a question: both halves in one, each only if it holds anything."""
        if not errors:
            return self._parcel({"data": self._data([self._item(item) for item in items])}, "other")
        envelope = self._errors(errors)
        if items:
            envelope = {**envelope, "data": self._data([self._item(item) for item in items])}
        return self._parcel(envelope, "other")

    def errors(self, errors: Sequence[Mapping[str, Any]], kind: Kind = "error") -> Parcel:
        """Return the frame of errors."""
        return self._parcel(self._errors(errors), kind)

    def plain(self, *items: Mapping[str, Any]) -> Parcel:
        """Return a frame that names no task: a pong, a session."""
        return self._parcel({"data": list(items)}, "other")

    def error_item(self, problem: Problem, uuid: object = None, task_type: object = None) -> dict[str, Any]:
        """Return the item of a task's error."""
        item = problem.item()
        if self.switches.parameter_list and "parameter" in item:
            item["parameter"] = [item["parameter"]]
        if uuid is not None and self.switches.error_uuid:
            item["taskUUID"] = uuid
        if task_type is not None and self.switches.error_type:
            item["taskType"] = task_type
        return item

    def sign_in_error(self, code: str, message: str, parameter: str = "apiKey") -> Parcel | None:
        """Return the answer to a sign-in that failed; `None` if none is to be sent."""
        item = {
            "code": code,
            "message": message,
            "parameter": parameter,
            "type": "string",
            "taskType": "authentication",
        }
        frame: Any
        match self.switches.auth_error:
            case "A":
                frame = {"errors": [item]}
            case "B":
                frame = {"error": item}
            case "C":
                frame = [{"errors": [item]}]
            case "D":
                frame = _legacy(message)
            case "E":
                frame = {"error": message, "errorId": str(_LEGACY_ID), "code": code, "message": message}
            case "F":
                frame = {"error": {"code": code, "message": message}, "taskType": "authentication"}
            case "G":
                frame = {"error": [item]}
            case "H":
                frame = {"data": [], "errors": [item]}
            case _:
                return None
        return Parcel(encoded(frame))

    def _item(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        hidden = set() if self.switches.item_uuid else {"taskUUID"}
        if not self.switches.upload_type and item.get("taskType") == "modelUpload":
            hidden.add("taskType")
        return {key: value for key, value in item.items() if key not in hidden} if hidden else item

    def _data(self, items: list[Mapping[str, Any]]) -> Any:
        return items[0] if len(items) == 1 and self.switches.data_shape == "object" else items

    def _errors(self, errors: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        match self.switches.error_shape:
            case "both":
                return {"data": [], "errors": list(errors)}
            case "object" if len(errors) == 1:
                return {"error": errors[0]}
            case "array" | "object":
                return {"error": list(errors)}
            case "boolean":
                named = {key: errors[0][key] for key in ("taskUUID", "taskType") if key in errors[0]}
                return {**_legacy(str(errors[0].get("message", ""))), **named}
            case _:
                return {"errors": list(errors)}

    def _parcel(self, envelope: Mapping[str, Any], kind: Kind) -> Parcel:
        text = encoded([envelope] if self.switches.frame_shape == "array" else envelope)
        return Parcel(text.encode() if self.switches.binary else text, kind)


def _legacy(message: str) -> dict[str, Any]:
    return {"error": True, "errorId": _LEGACY_ID, "errorMessageContentId": 1212, "errorMessage": message}
