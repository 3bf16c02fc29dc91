"""What an HTTP answer means that is no stream: its own error if it tells one, else what its status says."""

from http import HTTPStatus
from typing import Final

from runware_sync.codes import Kind, classify
from runware_sync.errors import (
    ApiError,
    AuthenticationError,
    InsufficientCreditsError,
    InvalidRequestError,
    NotFoundError,
    RateLimitError,
    RunwareError,
    ServerError,
    UnexpectedResponseError,
)
from runware_sync.failures import api_error
from runware_sync.protocol.frames import parse

__all__ = ["refusal"]

_BY_STATUS: Final[dict[int, type[ApiError]]] = {
    HTTPStatus.BAD_REQUEST: InvalidRequestError,
    HTTPStatus.UNAUTHORIZED: AuthenticationError,
    HTTPStatus.PAYMENT_REQUIRED: InsufficientCreditsError,
    HTTPStatus.FORBIDDEN: AuthenticationError,
    HTTPStatus.NOT_FOUND: NotFoundError,
    HTTPStatus.TOO_MANY_REQUESTS: RateLimitError,
}


def refusal(status: int, body: bytes, pause: str) -> RunwareError:
    """Return the error for an answer that is no stream, and decide whether to ask again."""
    if 300 <= status < 400:
        return UnexpectedResponseError(f"the service redirects (HTTP status {status}), which is not followed")
    try:
        errors = parse(body).errors
    except (ValueError, RecursionError):
        errors = []
    item = errors[0] if errors else {"message": f"the service answered with HTTP status {status}"}
    if pause.strip().isdecimal():
        item = {"retryAfter": int(pause), **item}
    error = api_error(item)
    if classify(error.code) is Kind.UNKNOWN:
        cls = _BY_STATUS.get(status, ServerError if status >= 500 else ApiError)
        error = cls(error.message, code=error.code, raw=item)
    is_rate = isinstance(error, RateLimitError) and error.retryable
    error.retryable = is_rate or status == HTTPStatus.SERVICE_UNAVAILABLE
    return error
