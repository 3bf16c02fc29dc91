"""`accountManagement`: what is on the account, and what was used."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final

from runware_sync.sandbox.identifiers import derived_uuid
from runware_sync.sandbox.rules import Problem, Rule, not_allowed
from runware_sync.sandbox.tasks.base import Commission, TaskType
from runware_sync.sandbox.tasks.checks import texts
from runware_sync.sandbox.usage import DAY, FIGURES, Use, breakdown, model_of

__all__ = ["AccountManagement"]

_DETAILS: Final = "getDetails"
_OPERATIONS: Final = (_DETAILS, *FIGURES)
_GROUPS: Final = ("date", "model", "apiKey")
_SPAN: Final = ("startDate", "endDate")
_LONGEST: Final = timedelta(days=30)
_KEY: Final = "sand...box"
_MORNING: Final = f"{DAY}T00:00:00Z"
_PLENTY: Final = 1000.0


class AccountManagement(TaskType):
    """Tells the balance, which falls as tasks are billed, and the figures of the tasks so far, all of one day."""

    names: ClassVar = ("accountManagement",)
    rules: ClassVar = (
        Rule("operation", "string", required=True),
        Rule("startDate", "string"),
        Rule("endDate", "string"),
        Rule("models", "array"),
        Rule("apiKeys", "array"),
        Rule("groupBy", "array"),
        Rule("timezone", "string"),
    )
    parameters: ClassVar = frozenset(rule.name for rule in rules)
    deliveries: ClassVar = ("sync",)

    def media(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield nothing."""
        return iter(())

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield what is wrong with the operation, the days, and what is to be told apart."""
        if request.get("operation") not in _OPERATIONS:
            yield not_allowed("operation", _OPERATIONS)
        yield from texts(request, "models", "apiKeys")
        if not all(group in _GROUPS for group in request.get("groupBy") or ()):
            yield not_allowed("groupBy", _GROUPS)
        try:
            _span(request)
        except Problem as problem:
            yield problem
        if self.studio.switches.strict and request.get("operation") == _DETAILS:
            for name in sorted(self.parameters - {"operation"}):
                if request.get(name) is not None:
                    yield Problem("unsupportedParameter", f"{name} does not go with {_DETAILS}.", name)

    def is_heavy(self, commission: Commission) -> bool:
        """Tell that it takes no pixels."""
        return False

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Read the account."""
        operation = str(commission.request["operation"])
        if operation == _DETAILS:
            return {"operation": operation, **self._details()}
        return {"operation": operation, **self._usage(commission.request)}

    def _details(self) -> dict[str, Any]:
        record, switches = self.studio.record, self.studio.switches
        left = round((_PLENTY if switches.balance is None else switches.balance) - record.billed, 6)
        requests = len(record.tasks) + len(record.refused)
        figures = {"credits": round(record.billed, 6), "requests": requests}
        days = dict.fromkeys(("total", "today", "last7Days", "last30Days"), figures)
        key = {
            "apiKey": _KEY,
            "name": "Sandbox",
            "description": "Any key",
            "enabled": True,
            "createdAt": _MORNING,
            "lastUsedAt": _MORNING,
            "requests": requests,
        }
        return {
            "organizationName": "Sandbox",
            "organizationUUID": derived_uuid(self.studio.seed, "organization"),
            "AIRSource": "sandbox",
            "balance": left if switches.plain_balance else {"amount": left, "freeBalance": 0.0, "currency": "USD"},
            "team": [{"name": "Sandy", "email": "sandy@example.test", "roles": ["Owner"], "joinedAt": _MORNING}],
            "apiKeys": [key],
            "usage": days,
        }

    def _usage(self, request: Mapping[str, Any]) -> dict[str, Any]:
        operation, whole = request["operation"], self._use(request)
        groups = request.get("groupBy") or ["date"]
        usage: dict[str, Any] = {}
        if "date" in groups:
            usage["timeseries"] = breakdown(operation, [({"date": DAY}, whole)], whole)
        if "model" in groups:
            airs = sorted({air for task in whole.tasks if (air := model_of(task)) is not None})
            named = {air: {"model": air, "modelName": self.studio.catalogue.name_of(air)} for air in airs}
            usage["model"] = breakdown(operation, [(named[air], whole.of_models([air])) for air in airs], whole)
        if "apiKey" in groups:
            usage["apiKey"] = breakdown(operation, [({"apiKey": _KEY}, whole)], whole)
        span = {name: request[name] for name in _SPAN if request.get(name) is not None}
        return {**span, "usage": usage}

    def _use(self, request: Mapping[str, Any]) -> Use:
        """Return what the request asks about; questions about the account are no use of it."""
        (start, end), today, keys = _span(request), date.fromisoformat(DAY), request.get("apiKeys")
        days = 1 if start is None or end is None else (end - start).days + 1
        if (start and start > today) or (end and end < today) or (keys and _KEY not in keys):
            return Use(days=days)
        record = self.studio.record
        tasks = [task for task in record.tasks if task.task_type not in self.names]
        refused = [task for task in record.refused if task.task_type not in self.names]
        use = Use(tasks, refused, days)
        return use.of_models(request["models"]) if request.get("models") else use


def _span(request: Mapping[str, Any]) -> tuple[date | None, date | None]:
    """Return the first and the last day asked for; raise `Problem` for what is no day, or no span of days."""
    start, end = (_day(name, request.get(name)) for name in _SPAN)
    if start and end and not timedelta(0) <= end - start <= _LONGEST:
        raise Problem("invalidEndDate", "endDate must be 0 to 30 days after startDate.", "endDate", type="string")
    return start, end


def _day(name: str, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return datetime.fromisoformat(value.removesuffix("Z")).date()
    except ValueError as error:
        code = f"invalid{name[0].upper()}{name[1:]}"
        raise Problem(code, f"{name} must be a date, such as {DAY}.", name, type="string") from error
