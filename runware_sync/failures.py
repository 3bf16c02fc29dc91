"""What the service says about a failure, turned into one of the exceptions."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from runware_sync.codes import Kind, classify
from runware_sync.errors import (
    ApiError,
    AuthenticationError,
    ConflictError,
    ContentPolicyError,
    InsufficientCreditsError,
    InvalidRequestError,
    NotFoundError,
    ProviderError,
    RateLimitError,
    ServerError,
)

__all__ = ["api_error"]

_CLASSES: Final[dict[Kind, type[ApiError]]] = {
    Kind.QUOTA: InsufficientCreditsError,
    Kind.RATE: RateLimitError,
    Kind.TOO_LARGE: RateLimitError,
    Kind.SAFETY: ContentPolicyError,
    Kind.AUTH: AuthenticationError,
    Kind.TIMEOUT: ProviderError,
    Kind.NOT_FOUND: NotFoundError,
    Kind.SERVER: ServerError,
    Kind.PROVIDER: ProviderError,
    Kind.CONFLICT: ConflictError,
    Kind.VALIDATION: InvalidRequestError,
    Kind.UNKNOWN: ApiError,
}


def api_error(item: Mapping[str, Any], **facts: Any) -> ApiError:
    """Return the exception for one error of an answer, whatever generation it is of."""
    code = _text(item.get("code")) or ""
    kind = classify(code)
    parameter = item.get("parameter")
    if isinstance(parameter, Sequence) and not isinstance(parameter, str):
        parameter = [str(name) for name in parameter]
    message = _text(item.get("message")) or "the server gave no message"
    message += _bounds(item)
    if code:
        message = f"{message} ({code})"
    if kind is Kind.AUTH:
        message += "; check the key in RUNWARE_API_KEY or api_key="
    if kind is Kind.TOO_LARGE:
        facts.setdefault("retryable", False)
    return _CLASSES[kind](
        message,
        code=code,
        parameter=parameter if isinstance(parameter, list) else _text(parameter),
        type=_text(item.get("type")),
        documentation=_text(item.get("documentation")),
        raw=item,
        **facts,
    )


def _text(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)


def _bounds(item: Mapping[str, Any]) -> str:
    """Return what the server says is allowed, if it does."""
    least, most, values = (item.get(name) for name in ("min", "max", "allowedValues"))
    if isinstance(values, Sequence) and not isinstance(values, str) and values:
        return f" Allowed: {', '.join(map(str, values))}."
    if least is None and most is None:
        return ""
    return f" Allowed: {'up' if least is None else least} {'or more' if most is None else f'to {most}'}."
