"""What was used of an account: requests, money, time and failures, by day, model or key."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from attrs import evolve, field, frozen

from runware_sync.sandbox.record import RefusedTask, TaskRecord

__all__ = ["DAY", "FIGURES", "Use", "breakdown", "model_of"]

DAY: Final = "2026-01-31"
"""The only day there is: the sandbox's time has no date."""

_OF_THE_CLIENT: Final = ("invalid", "missing", "unsupported", "incompatible", "mediaNotFound")
"""How the codes of failures begin that are the client's own."""


@frozen
class Use:
    """Requests that were made, and what came of them.

    Args:
        tasks: Those that were accepted.
        refused: Those that were refused.
        days: The length of the time in which they were made.
    """

    tasks: Sequence[TaskRecord] = ()
    refused: Sequence[RefusedTask] = ()
    days: int = field(default=1)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.tasks) + len(self.refused)

    @property
    def spend(self) -> float:
        """What was billed for them."""
        return round(sum(task.cost for task in self.tasks), 6)

    def of_models(self, airs: Iterable[str]) -> "Use":
        """Return what was used of some models; what was refused is of none."""
        wanted = set(airs)
        return evolve(self, tasks=[task for task in self.tasks if model_of(task) in wanted], refused=())

    def failures(self) -> dict[str, int]:
        """Return how many failed by the fault of the client, and of the service."""
        failed = [str(task.errors[0].get("code")) for task in self.tasks if task.errors]
        own = sum(code.startswith(_OF_THE_CLIENT) for code in failed)
        return {"clientErrors": len(self.refused) + own, "serverErrors": len(failed) - own}

    def times(self, *percents: int) -> dict[str, float]:
        """Return the mean of the times that the tasks with results took, and some of their percentiles, in seconds."""
        seconds = sorted(task.seconds for task in self.tasks if task.items)
        if not seconds:
            return {}
        named = {"avg": sum(seconds) / len(seconds)}
        named |= {f"p{percent}": seconds[-(-percent * len(seconds) // 100) - 1] for percent in percents}
        return {f"{name}InferenceTime": round(value, 3) for name, value in named.items()}


def model_of(task: TaskRecord) -> str | None:
    """Return the model that a task names, if it names one."""
    model = task.request.get("model")
    return model if isinstance(model, str) else None


def _activity(use: Use) -> dict[str, Any]:
    return {"count": use.count, "spend": use.spend}


def _activity_in_all(use: Use) -> dict[str, Any]:
    daily = use.spend / use.days
    return {
        "totalRequests": use.count,
        "totalResults": sum(len(task.items) for task in use.tasks),
        "totalSpend": use.spend,
        "avgDailySpend": round(daily, 6),
        "projectedSpend": round(30 * daily, 6),
    }


def _performance(use: Use) -> dict[str, Any]:
    unknown = dict.fromkeys(("avgInferenceTime", "p90InferenceTime", "p99InferenceTime"))
    return {"count": use.count, **unknown, **use.times(90, 99)}


def _performance_in_all(use: Use) -> dict[str, Any]:
    return {"totalRequests": use.count, **use.times(50, 90, 99)}


def _errors(use: Use) -> dict[str, Any]:
    return {"count": use.count, **use.failures()}


def _errors_in_all(use: Use) -> dict[str, Any]:
    failed = sum(use.failures().values())
    rate = round(100 * failed / use.count, 3) if use.count else 0.0
    return {"totalRequests": use.count, "totalErrors": failed, "errorRate": rate}


Figures = Callable[[Use], dict[str, Any]]

FIGURES: Final[Mapping[str, tuple[Figures, Figures]]] = {
    "getUsageActivity": (_activity, _activity_in_all),
    "getUsagePerformance": (_performance, _performance_in_all),
    "getUsageErrors": (_errors, _errors_in_all),
}
"""By operation, what it tells of each row, and of all together."""


def breakdown(operation: str, rows: Iterable[tuple[Mapping[str, str], Use]], whole: Use) -> dict[str, Any]:
    """Return one breakdown of the use.

    Args:
        operation: One of those in `FIGURES`.
        rows: What each row is about, and the use that falls to it; those without any are left out.
        whole: All that was used.
    """
    of_row, in_all = FIGURES[operation]
    return {"data": [{**about, **of_row(use)} for about, use in rows if use.count], "meta": in_all(whole)}
