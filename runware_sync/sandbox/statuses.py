"""Which HTTP status goes with an error: by the class of its code, since codes are many and may change."""

import http
from typing import Final

__all__ = ["status_of"]

_UNPAID: Final = frozenset({"quotaExceeded", "paymentRequired"})
_KEYLESS: Final = frozenset(
    "unauthorized authenticationFailed invalidAuthentication invalidCredentials missingAuthentication tokenExpired"
    " tokenInvalid tokenMissing tokenRevoked".split()
)
_FORBIDDEN: Final = frozenset(
    "forbidden permissionDenied insufficientPermissions accountSuspended accountDisabled organizationSuspended"
    " organizationDisabled workspaceSuspended workspaceDisabled".split()
)
_UNSAFE: Final = frozenset(
    "contentPolicyViolation providerContentPolicyViolation sensitiveContentDetected unsafeContentDetected"
    " nsfwContentDetected promptBlocked imageBlocked moderationFailed".split()
)
_GONE: Final = frozenset({"taskCancelled", "taskFailedOrNotFound"})
_AT_FAULT: Final = frozenset(
    "internalServerError standardError unknownError undefinedError defaultError unrecognizedResponse"
    " errorRetrievingAccountManagement".split()
)
_SHORT_OF: Final = frozenset(
    "serviceUnavailable serverUnavailable temporaryError inferenceError processingFailed taskFailed downloadFailed"
    " uploadFailed noAvailableServer modelUnavailable modelDisabled modelNotReady"
    " mediaStorageFileCouldNotBeMoved".split()
)


def status_of(code: str) -> http.HTTPStatus:
    """Return the status; what can be tried again with success has one of those that clients try again."""
    if any(part in code for part in ("Credits", "Quota", "Balance")) or code in _UNPAID:
        return http.HTTPStatus.PAYMENT_REQUIRED
    if "ratelimit" in code.lower():
        return http.HTTPStatus.TOO_MANY_REQUESTS
    if code in _UNSAFE:
        return http.HTTPStatus.BAD_REQUEST
    if code in _FORBIDDEN:
        return http.HTTPStatus.FORBIDDEN
    if code in _KEYLESS or "ApiKey" in code:
        return http.HTTPStatus.UNAUTHORIZED
    if "timeout" in code.lower():
        return http.HTTPStatus.GATEWAY_TIMEOUT
    if code in _GONE or code.endswith(("NotFound", "Expired")):
        return http.HTTPStatus.NOT_FOUND
    if code in _AT_FAULT:
        return http.HTTPStatus.INTERNAL_SERVER_ERROR
    if code in _SHORT_OF or code.startswith("provider"):
        return http.HTTPStatus.SERVICE_UNAVAILABLE
    return http.HTTPStatus.BAD_REQUEST
