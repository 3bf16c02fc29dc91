"""The exceptions.

RunwareError
    ConfigurationError (ValueError)
    ConnectionFailedError (ConnectionError)      nothing was sent
        ConnectTimeoutError (TimeoutError)
    ConnectionLostError (ConnectionError)        sent, outcome unknown
    TaskTimeoutError (TimeoutError)
    ClientClosedError
    BudgetExceededError
    DownloadError
    UnexpectedResponseError                      an answer of which nothing can be used
    ApiError                                     the server said no
        AuthenticationError  InsufficientCreditsError  InvalidRequestError  NotFoundError
        ContentPolicyError  RateLimitError  ProviderError  ServerError  ConflictError
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from runware_sync.shown import Shown

if TYPE_CHECKING:
    from runware_sync.display import Html

__all__ = [
    "ApiError",
    "AuthenticationError",
    "BudgetExceededError",
    "ClientClosedError",
    "ConfigurationError",
    "ConflictError",
    "ConnectTimeoutError",
    "ConnectionFailedError",
    "ConnectionLostError",
    "ContentPolicyError",
    "DownloadError",
    "InsufficientCreditsError",
    "InvalidRequestError",
    "NotFoundError",
    "ProviderError",
    "RateLimitError",
    "RunwareError",
    "ServerError",
    "TaskTimeoutError",
    "UnexpectedResponseError",
    "own_copy",
]

_TOLD: Final = ("task_type", "task_uuid", "attempts")


class RunwareError(Shown, Exception):
    """The root of everything that this package raises on purpose.

    Args:
        message: What happened, to what, and what to do next.
        task_uuid: The task that the error is about; the call's root UUID.
        task_uuids: Every UUID under which the call bought something, the root first.
        task_type: The task type as it travelled.
        results: What had arrived, in spite of the error.
        attempts: How many waiting windows were opened.
        retryable: Whether trying again can help.
    """

    _retryable: ClassVar[bool] = False
    _told: ClassVar[tuple[str, ...]] = _TOLD  # beside its sentence

    def __init__(
        self,
        message: str,
        *,
        task_uuid: str | None = None,
        task_uuids: Sequence[str] = (),
        task_type: str | None = None,
        results: Sequence[Any] = (),
        attempts: int = 0,
        retryable: bool | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.task_uuid = task_uuid
        self.task_uuids = tuple(task_uuids)
        self.task_type = task_type
        self.results = results
        self.attempts = attempts
        self.retryable = self._retryable if retryable is None else retryable

    def __str__(self) -> str:
        """Return the sentence, with the task that it is about in front."""
        if self.task_uuid is None or self.task_uuid in self.message:
            return self.message
        return f"{self.task_type or 'task'} {self.task_uuid}: {self.message}"

    def _display(self) -> "Html":
        """Return it as a box: what happened, what to do, which task."""
        from runware_sync import display

        told = display.facts({name: getattr(self, name, None) or None for name in self._told})
        notes = [display.text(note) for note in getattr(self, "__notes__", ())]
        return display.box(type(self).__name__, str(self), *notes, told)

    def __reduce__(
        self,
    ) -> tuple[Callable[[type["RunwareError"], str], "RunwareError"], tuple[Any, ...], dict[str, Any]]:
        """Pickle by class, sentence and facts; the cause stays behind."""
        return _rebuild, (type(self), self.message), dict(self.__dict__)


def _rebuild(cls: type[RunwareError], message: str) -> RunwareError:
    error = cls.__new__(cls)
    Exception.__init__(error, message)
    return error


def own_copy(error: RunwareError) -> RunwareError:
    """Return a copy for one call, so that several calls do not share a traceback and a task UUID."""
    build, arguments, facts = error.__reduce__()
    copy = build(*arguments)
    copy.__dict__.update(facts)
    copy.__dict__.pop("__notes__", None)
    copy.__cause__ = error.__cause__
    return copy


class ConfigurationError(RunwareError, ValueError):
    """A setting is missing, unknown or cannot work."""


class ConnectionFailedError(RunwareError, ConnectionError):
    """The service could not be reached; nothing was sent, nothing was bought."""

    _retryable = True


class ConnectTimeoutError(ConnectionFailedError, TimeoutError):
    """Connecting and signing in took longer than `connect_timeout`; nothing was sent."""


class ConnectionLostError(RunwareError, ConnectionError):
    """The connection went away after the task had been sent; its outcome is unknown."""


class TaskTimeoutError(RunwareError, TimeoutError):
    """A task did not finish within the windows of its call."""


class ClientClosedError(RunwareError):
    """The client was closed, by `close()` or at interpreter exit."""


class BudgetExceededError(RunwareError):
    """The call would cost more than is left of a budget; nothing was sent."""


class DownloadError(RunwareError):
    """The content of a result could not be fetched.

    Args:
        size: Bytes that it has, where it was refused for having too many.
    """

    def __init__(self, message: str, *, size: int | None = None, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.size = size


class UnexpectedResponseError(RunwareError):
    """An answer came of which nothing can be used; it is kept in `answer`."""

    def __init__(self, message: str, *, answer: Any = None, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.answer = answer


class ApiError(RunwareError):
    """The server answered with an error.

    Args:
        code: The server's name for the error, such as `invalidWidth`.
        parameter: The request key at fault; a list when several are.
        type: The type that the parameter should have had.
        documentation: Address of a page about it.
        raw: The error exactly as it came.
    """

    _told: ClassVar[tuple[str, ...]] = ("code", "parameter", "documentation", *_TOLD)

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        parameter: str | list[str] | None = None,
        type: str | None = None,  # noqa: A002 - the service's own word
        documentation: str | None = None,
        raw: Mapping[str, Any] | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(message, **facts)
        self.code = code
        self.parameter = parameter
        self.type = type
        self.documentation = documentation
        self.raw = dict(raw or {})


class AuthenticationError(ApiError):
    """The key was not accepted, or may not do this."""


class InsufficientCreditsError(ApiError):
    """The account's balance or quota is used up."""


class InvalidRequestError(ApiError):
    """The request breaks a rule of the service; `parameter` names the key."""


class NotFoundError(ApiError):
    """A model, a task or a stored file is not there (any more)."""


class ContentPolicyError(ApiError):
    """The prompt, an input or the result was refused by moderation."""


class RateLimitError(ApiError):
    """Too many requests at once."""

    _retryable = True


class ProviderError(ApiError):
    """The machinery behind the service failed or took too long."""

    _retryable = True


class ServerError(ApiError):
    """The service itself failed."""

    _retryable = True


class ConflictError(ApiError):
    """The task UUID is in use already."""
