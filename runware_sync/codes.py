"""What a server's error code means, by rules that survive codes nobody has seen yet.

The service's catalogue has hundreds of entries and moves, so the order of the rules matters more than the sets.
"""

import enum

__all__ = ["NOT_FOUND_TASK", "Kind", "classify", "is_about_sign_in"]


class Kind(enum.Enum):
    """The kinds of failure that a caller can tell apart."""

    QUOTA = "quota"
    RATE = "rate"
    TOO_LARGE = "too large for any rate"
    SAFETY = "safety"
    AUTH = "auth"
    TIMEOUT = "timeout"
    NOT_FOUND = "not found"
    SERVER = "server"
    PROVIDER = "provider"
    CONFLICT = "conflict"
    VALIDATION = "validation"
    UNKNOWN = "unknown"


NOT_FOUND_TASK = frozenset({"taskNotFound", "taskFailedOrNotFound"})
"""The codes by which the service says that it does not know a task."""

_SAFETY = frozenset(
    "contentPolicyViolation providerContentPolicyViolation sensitiveContentDetected unsafeContentDetected"
    " nsfwContentDetected promptBlocked imageBlocked moderationFailed".split()
)
_SIGN_IN = frozenset(
    "unauthorized authenticationFailed invalidAuthentication invalidCredentials missingAuthentication tokenExpired"
    " tokenInvalid tokenMissing tokenRevoked".split()
)
_AUTH = _SIGN_IN | frozenset(
    "forbidden permissionDenied insufficientPermissions accountSuspended accountDisabled organizationSuspended"
    " organizationDisabled workspaceSuspended workspaceDisabled".split()
)
_NOT_FOUND = frozenset({"taskCancelled", "taskFailedOrNotFound"})
_SERVER = frozenset(
    "internalServerError serviceUnavailable serverUnavailable standardError unknownError undefinedError"
    " defaultError unrecognizedResponse errorRetrievingAccountManagement temporaryError".split()
)
_PROVIDER = frozenset(
    "inferenceError processingFailed taskFailed downloadFailed uploadFailed noAvailableServer modelUnavailable"
    " modelDisabled modelNotReady mediaStorageFileCouldNotBeMoved".split()
)
_VALIDATION = frozenset(
    "unknownParameter incompatibleParameters mismatchProviderSettingsProvider unknownProviderSettingsProvider"
    " transparentModelMismatch modelOwnershipValidationError modelAlreadyExists validationFailed".split()
)
_VALIDATION_STARTS = ("invalid", "missing", "conflict", "duplicate", "unsupported", "value", "array", "max")


def is_about_sign_in(code: str) -> bool:
    """Tell whether a failure is one of the key or its session, whatever it was that met it; a new sign-in may help."""
    return "ApiKey" in code or code in _SIGN_IN


def classify(code: str) -> Kind:
    """Return the kind of failure that `code` names."""
    lower = code.lower()
    if any(word in code for word in ("Credits", "Quota", "Balance")) or code.startswith("quota"):
        return Kind.QUOTA
    if code == "paymentRequired":
        return Kind.QUOTA
    if "ratelimit" in lower:
        return Kind.TOO_LARGE if "toolarge" in lower else Kind.RATE
    if code in _SAFETY:
        return Kind.SAFETY
    if code in _AUTH or "ApiKey" in code:
        return Kind.AUTH
    if "Timeout" in code or code.startswith("timeout"):
        return Kind.TIMEOUT
    if code in _NOT_FOUND or code.endswith(("NotFound", "Expired")):
        return Kind.NOT_FOUND
    if code in _SERVER:
        return Kind.SERVER
    if code in _PROVIDER or code.startswith("provider"):
        return Kind.PROVIDER
    if code == "conflictTaskUUID":
        return Kind.CONFLICT
    if code in _VALIDATION or code.startswith(_VALIDATION_STARTS):
        return Kind.VALIDATION
    return Kind.UNKNOWN
