"""`accountManagement`: what is on the account, and what was used."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from runware_sync.sandbox.identifiers import derived_uuid
from runware_sync.sandbox.record import TaskRecord
from runware_sync.sandbox.rules import Problem, Rule, not_allowed
from runware_sync.sandbox.tasks.base import Commission, TaskType

__all__ = ["AccountManagement"]

_OPERATIONS: Final = ("getDetails", "getUsageActivity", "getUsagePerformance", "getUsageErrors")
_DAY: Final = "2026-01-31"  # the sandbox's time has no date
_KEY: Final = "sand...box"
_PLENTY: Final = 1000.0


class AccountManagement(TaskType):
    """Tells the balance, which falls as tasks are billed, and the figures of the tasks so far, all of one day."""

    names: ClassVar = ("accountManagement",)
    rules: ClassVar = (Rule("operation", "string", required=True),)
    parameters: ClassVar = frozenset("operation startDate endDate models apiKeys groupBy timezone".split())
    deliveries: ClassVar = ("sync",)

    def media(self, request: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield nothing."""
        return iter(())

    def problems(self, request: Mapping[str, Any]) -> Iterator[Problem]:
        """Yield the problem of an operation that there is not."""
        if request.get("operation") not in _OPERATIONS:
            yield not_allowed("operation", _OPERATIONS)

    def is_heavy(self, commission: Commission) -> bool:
        """Tell that it takes no pixels."""
        return False

    def result(self, commission: Commission, index: int) -> dict[str, Any]:
        """Read the account."""
        operation = str(commission.request["operation"])
        if operation == "getDetails":
            return {"operation": operation, **self._details()}
        return {"operation": operation, **self._usage(commission.request)}

    def _details(self) -> dict[str, Any]:
        record, switches = self.studio.record, self.studio.switches
        left = round((_PLENTY if switches.balance is None else switches.balance) - record.billed, 6)
        figures = {"credits": round(record.billed, 6), "requests": len(record.tasks)}
        days = dict.fromkeys(("total", "today", "last7Days", "last30Days"), figures)
        key = {
            "apiKey": _KEY,
            "name": "Sandbox",
            "description": "Any key",
            "enabled": True,
            "requests": len(record.tasks),
        }
        return {
            "organizationName": "Sandbox",
            "organizationUUID": derived_uuid(self.studio.seed, "organization"),
            "AIRSource": "sandbox",
            "balance": left if switches.plain_balance else {"amount": left, "freeBalance": 0.0, "currency": "USD"},
            "team": [
                {"name": "Sandy", "email": "sandy@example.test", "roles": ["Owner"], "joinedAt": f"{_DAY}T00:00:00Z"}
            ],
            "apiKeys": [key],
            "usage": days,
        }

    def _usage(self, request: Mapping[str, Any]) -> dict[str, Any]:
        models = set(request.get("models") or ())
        tasks = [task for task in self.studio.record.tasks if not models or task.request.get("model") in models]
        groups = request.get("groupBy") or ["date"]
        usage: dict[str, Any] = {}
        if "date" in groups:
            usage["timeseries"] = _breakdown([{"date": _DAY, **_row(tasks)}] if tasks else [], tasks)
        if "model" in groups:
            names = sorted({str(task.request.get("model")) for task in tasks})
            rows = [{"model": name, "modelName": name, **_row(_of(tasks, name))} for name in names]
            usage["model"] = _breakdown(rows, tasks)
        if "apiKey" in groups:
            usage["apiKey"] = _breakdown([{"apiKey": _KEY, **_row(tasks)}], tasks)
        span = {name: request[name] for name in ("startDate", "endDate") if name in request}
        return {**span, "usage": usage}


def _of(tasks: list[TaskRecord], model: str) -> list[TaskRecord]:
    return [task for task in tasks if str(task.request.get("model")) == model]


def _row(tasks: list[TaskRecord]) -> dict[str, Any]:
    return {
        "count": len(tasks),
        "spend": round(sum(task.cost for task in tasks), 6),
        "clientErrors": 0,
        "serverErrors": sum(bool(task.errors) for task in tasks),
    }


def _breakdown(rows: list[dict[str, Any]], tasks: list[TaskRecord]) -> dict[str, Any]:
    spend = round(sum(task.cost for task in tasks), 6)
    errors = sum(bool(task.errors) for task in tasks)
    meta = {
        "totalRequests": len(tasks),
        "totalResults": sum(len(task.items) for task in tasks),
        "totalSpend": spend,
        "avgDailySpend": spend,
        "projectedSpend": round(30 * spend, 6),
        "totalErrors": errors,
        "errorRate": round(100 * errors / len(tasks), 3) if tasks else 0.0,
    }
    return {"data": rows, "meta": meta}
