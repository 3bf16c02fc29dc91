"""Checking what is asked for: lenient by default, because the real limits belong to each model."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from attrs import frozen

__all__ = ["COMMON", "OUTPUT_FORMATS", "Problem", "Rule", "check", "checked_uuid", "not_allowed"]

_DOCUMENTATION: Final = "https://docs.example.test/errors"

COMMON: Final = frozenset(
    "taskType taskUUID includeCost includeUsage numberResults deliveryMethod webhookURL uploadEndpoint ttl outputType"
    " outputFormat outputQuality model safety checkNSFW checkNsfw inputs settings providerSettings".split()
)
"""Parameters that every paid task takes."""


class Problem(Exception):  # noqa: N818 - it is an answer to the client, not an error of the program
    """A reason to refuse a task, or to let a result fail.

    Args:
        code: The error code.
        message: The text.
        parameter: The parameter at fault, dotted where nested.
        details: More fields of the error item: `type`, `min`, `max`, ...
    """

    def __init__(self, code: str, message: str, parameter: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.parameter = parameter
        self.details = details

    def item(self) -> dict[str, Any]:
        """Return it as an error item that names no task yet."""
        item: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.parameter is not None:
            item["parameter"] = self.parameter
            item["documentation"] = f"{_DOCUMENTATION}#{self.code}"
        return {**item, **self.details}


@frozen
class Rule:
    """The bounds of one parameter.

    Args:
        name: Its name on the wire.
        kind: "integer", "float", "string", "boolean" or "array".
        least: The documented least value (for strings: length).
        most: The documented greatest value (for strings: length).
        multiple: What it must be a multiple of.
        wild_least: The least value that is let pass by lenient checking; the documented one if `None`.
        wild_most: The greatest value that is let pass by lenient checking; the documented one if `None`.
        required: Whether it must be there.
    """

    name: str
    kind: str
    least: float | None = None
    most: float | None = None
    multiple: int | None = None
    wild_least: float | None = None
    wild_most: float | None = None
    required: bool = False

    def problem(self, value: Any, *, strict: bool) -> Problem | None:
        """Return what is wrong with a value, if anything is."""
        if not _is(value, self.kind):
            return self._invalid(f"{self.name} must be of type {self.kind}.")
        measure: Any = len(value) if isinstance(value, str | list) else value
        least = self.least if strict or self.wild_least is None else self.wild_least
        most = self.most if strict or self.wild_most is None else self.wild_most
        if (least is not None and measure < least) or (most is not None and measure > most):
            suffix = "Length" if isinstance(value, str) else ""
            return self._invalid(f"{self.name} is outside its allowed range.", suffix)
        if strict and self.multiple is not None and measure % self.multiple:
            return self._invalid(f"{self.name} must be a multiple of {self.multiple}.")
        return None

    def _invalid(self, message: str, suffix: str = "") -> Problem:
        bounds = {"min": self.least, "max": self.most, "multiplier": self.multiple}
        known = {name: bound for name, bound in bounds.items() if bound is not None}
        return Problem(f"invalid{_capital(self.name)}{suffix}", message, self.name, type=self.kind, **known)

    def missing(self) -> Problem:
        """Return the problem of its absence."""
        message = f"{self.name} is required."
        return Problem(f"missing{_capital(self.name)}", message, self.name, type=self.kind)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _is(value: Any, kind: str) -> bool:
    match kind:
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float":
            number = isinstance(value, int) and not isinstance(value, bool)
            return number or (isinstance(value, float) and math.isfinite(value))
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case _:
            return isinstance(value, list)


_SHARED: Final = (
    Rule("numberResults", "integer", 1, 20),
    Rule("outputQuality", "integer", 20, 99),
    Rule("ttl", "integer", 60, None),
    Rule("includeCost", "boolean"),
    Rule("webhookURL", "string"),
    Rule("uploadEndpoint", "string"),
)

_OUTPUT_TYPES: Final = ("URL", "base64Data", "dataURI")
OUTPUT_FORMATS: Final = ("JPG", "PNG", "WEBP")
"""What pictures can be had as."""


def check(
    request: Mapping[str, Any],
    rules: Iterable[Rule],
    parameters: frozenset[str],
    formats: tuple[str, ...] = OUTPUT_FORMATS,
    *,
    strict: bool,
) -> Iterator[Problem]:
    """Yield what is wrong with a request's own values, parameter by parameter."""
    for rule in (*_SHARED, *rules):
        value = request.get(rule.name)
        if value is None:
            if rule.required:
                yield rule.missing()
        elif (problem := rule.problem(value, strict=strict)) is not None:
            yield problem
    yield from _choices(request, formats)
    if strict:
        for name in sorted(set(request) - COMMON - parameters):
            yield Problem("unsupportedParameter", f"{name} is not a parameter of this task.", name)


def _choices(request: Mapping[str, Any], formats: tuple[str, ...]) -> Iterator[Problem]:
    kinds = request.get("outputType")
    if kinds is not None and any(kind not in _OUTPUT_TYPES for kind in (kinds if isinstance(kinds, list) else [kinds])):
        yield not_allowed("outputType", _OUTPUT_TYPES)
    form = request.get("outputFormat")
    if form is not None and (not isinstance(form, str) or form.upper() not in formats):
        yield not_allowed("outputFormat", formats)


def checked_uuid(uuid: object) -> str:
    """Return a `taskUUID`; raise `Problem` if it is none."""
    if isinstance(uuid, str) and uuid:
        return uuid
    code = "missingTaskUUID" if uuid is None else "invalidTaskUUID"
    raise Problem(code, "taskUUID must be a UUID.", "taskUUID", type="string")


def not_allowed(name: str, allowed: tuple[str, ...]) -> Problem:
    """Return the problem of a value that is not one of those allowed."""
    message = f"{name} has a value that is not allowed."
    return Problem(f"invalid{_capital(name)}", message, name, type="string", allowedValues=list(allowed))
