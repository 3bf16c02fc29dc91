"""The account: balance, keys, members, usage."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from attrs import field, frozen

from runware_sync.names import about
from runware_sync.requests.base import Request
from runware_sync.requests.deferred import deferred
from runware_sync.requests.rules import Rule

if TYPE_CHECKING:
    from runware_sync.results import Account
else:
    (Account,) = deferred("Account")

__all__ = ["AccountManagement"]

Operation = Literal["getDetails", "getUsageActivity", "getUsagePerformance", "getUsageErrors"]


def _days(request: Any) -> str | None:
    """Refuse what only usage knows."""
    if request.operation != "getDetails":
        return None
    names = ("start_date", "end_date", "models", "api_keys", "group_by", "timezone")
    given = [name for name in names if getattr(request, name) is not None]
    if not given:
        return None
    return f"{' and '.join(given)} cannot be given with operation='getDetails'; use 'getUsageActivity', for example"


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class AccountManagement(Request[Account]):
    """Read the account: its balance, its members and keys, and what was used.

    With `operation="getDetails"`, which is the default, the whole account; the others look into the use of some days.
    """

    task_type: ClassVar[str] = "accountManagement"
    result: ClassVar[str | None] = "Account"
    free: ClassVar[bool] = True
    rules: ClassVar[tuple[Rule, ...]] = (_days,)

    operation: Operation | str = field(default="getDetails", metadata=about("What to read.", default="`'getDetails'`"))
    start_date: str | None = field(default=None, metadata=about("First day, such as `'2026-01-31'`."))
    end_date: str | None = field(default=None, metadata=about("Last day; at most 30 days after the first."))
    models: Sequence[str] | None = field(
        default=None, metadata=about("AIR identifiers of the models that count; by default all.")
    )
    api_keys: Sequence[str] | None = field(default=None, metadata=about("Keys that count; by default all."))
    group_by: Sequence[str] | None = field(
        default=None, metadata=about("What to break the figures down by: `'date'`, `'model'`, `'apiKey'`.")
    )
    timezone: str | None = field(default=None, metadata=about("Time zone of the days, such as `'Europe/Berlin'`."))
