"""The account."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from runware_sync.names import about
from runware_sync.results.base import Record, Result

__all__ = [
    "Account",
    "ApiKeyInfo",
    "Balance",
    "TeamMember",
    "Usage",
    "UsageBreakdown",
    "UsageMeta",
    "UsageRow",
    "UsageTotals",
]


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Balance(Record):
    """What there is to spend."""

    amount: float | None = field(default=None, metadata=about("Money."))
    free_balance: float | None = field(default=None, metadata=about("Of it, given for nothing."))
    currency: str | None = field(default=None, metadata=about("Currency."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class TeamMember(Record):
    """A member of the organisation."""

    name: str | None = field(default=None, metadata=about("Name."))
    email: str | None = field(default=None, metadata=about("Address."))
    roles: list[Any] | None = field(default=None, metadata=about("What they may do."))
    joined_at: str | None = field(default=None, metadata=about("When they joined."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ApiKeyInfo(Record):
    """A key of the organisation."""

    api_key: str | None = field(default=None, metadata=about("The key, masked."))
    name: str | None = field(default=None, metadata=about("Name."))
    description: str | None = field(default=None, metadata=about("What it is for."))
    enabled: bool | None = field(default=None, metadata=about("Whether it works."))
    created_at: str | None = field(default=None, metadata=about("When it was made."))
    last_used_at: str | None = field(default=None, metadata=about("When it was used last."))
    requests: int | None = field(default=None, metadata=about("How many requests were made with it."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class UsageTotals(Record):
    """What was used in some time."""

    credits: float | None = field(default=None, metadata=about("What was spent, in US dollars."))
    requests: int | None = field(default=None, metadata=about("How many requests were made."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class UsageRow(Record):
    """What was used of one day, model or key."""

    date: str | None = field(default=None, metadata=about("The day."))
    model: str | None = field(default=None, metadata=about("AIR identifier of the model."))
    model_name: str | None = field(default=None, metadata=about("Name of the model."))
    api_key: str | None = field(default=None, metadata=about("The key, masked."))
    count: int | None = field(default=None, metadata=about("How many requests were made."))
    spend: float | None = field(default=None, metadata=about("What was spent, in US dollars."))
    client_errors: int | None = field(default=None, metadata=about("Requests that were refused."))
    server_errors: int | None = field(default=None, metadata=about("Requests that the service could not serve."))
    avg_inference_time: float | None = field(default=None, metadata=about("Mean time, in seconds."))
    p90_inference_time: float | None = field(
        default=None, metadata=about("Time that nine of ten stay below, in seconds.")
    )
    p99_inference_time: float | None = field(
        default=None, metadata=about("Time that 99 of 100 stay below, in seconds.")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class UsageMeta(Record):
    """What was used of all together."""

    total_requests: int | None = field(default=None, metadata=about("How many requests were made."))
    total_results: int | None = field(default=None, metadata=about("How many results came of them."))
    total_spend: float | None = field(default=None, metadata=about("What was spent, in US dollars."))
    avg_daily_spend: float | None = field(default=None, metadata=about("What is spent on a day, in US dollars."))
    projected_spend: float | None = field(
        default=None, metadata=about("What 30 days would cost at that, in US dollars.")
    )
    total_errors: int | None = field(default=None, metadata=about("How many requests failed."))
    error_rate: float | None = field(default=None, metadata=about("Share of them that failed, in percent."))
    avg_inference_time: float | None = field(default=None, metadata=about("Mean time, in seconds."))
    p50_inference_time: float | None = field(default=None, metadata=about("Time that half stay below, in seconds."))
    p90_inference_time: float | None = field(
        default=None, metadata=about("Time that nine of ten stay below, in seconds.")
    )
    p99_inference_time: float | None = field(
        default=None, metadata=about("Time that 99 of 100 stay below, in seconds.")
    )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class UsageBreakdown(Record):
    """What was used, row by row."""

    data: list[UsageRow] | None = field(default=None, metadata=about("The rows."))
    meta: UsageMeta | None = field(default=None, metadata=about("All together."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Usage(Record):
    """What was used."""

    today: UsageTotals | None = field(default=None, metadata=about("Today."))
    last_7_days: UsageTotals | None = field(default=None, metadata=about("In the last seven days."))
    last_30_days: UsageTotals | None = field(default=None, metadata=about("In the last thirty days."))
    total: UsageTotals | None = field(default=None, metadata=about("Ever."))
    timeseries: UsageBreakdown | None = field(default=None, metadata=about("Day by day."))
    model: UsageBreakdown | None = field(default=None, metadata=about("Model by model."))
    api_key: UsageBreakdown | None = field(default=None, metadata=about("Key by key."))


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Account(Result):
    """An account, or as much of it as was asked for."""

    operation: str | None = field(default=None, metadata=about("What was read."))
    start_date: str | None = field(default=None, metadata=about("First day."))
    end_date: str | None = field(default=None, metadata=about("Last day."))
    organization_name: str | None = field(default=None, metadata=about("Name of the organisation."))
    organization_uuid: str | None = field(default=None, metadata=about("UUID of the organisation."))
    air_source: str | None = field(
        default=None, metadata=about("The first part of AIR identifiers of its own models.", wire="AIRSource")
    )
    balance: float | None = field(default=None, metadata=about("What there is to spend, in US dollars."))
    balance_details: Balance | None = field(
        default=None, metadata=about("The same in parts, where the service tells them.")
    )
    team: list[TeamMember] | None = field(default=None, metadata=about("Its members."))
    api_keys: list[ApiKeyInfo] | None = field(default=None, metadata=about("Its keys."))
    usage: Usage | None = field(default=None, metadata=about("What was used."))

    @classmethod
    def adapted(cls, item: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return an answer in one form: the balance comes as a number, or as an object."""
        balance = item.get("balance")
        if not isinstance(balance, Mapping):
            return item
        return {**item, "balance": balance.get("amount"), "balanceDetails": balance}
