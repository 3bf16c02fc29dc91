"""Errors are an interface: facts, sentences, pickles."""

import pickle

import pytest

from runware_sync import errors
from runware_sync.errors import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    ConnectionFailedError,
    ConnectionLostError,
    ConnectTimeoutError,
    InvalidRequestError,
    ProviderError,
    RateLimitError,
    RunwareError,
    ServerError,
    TaskTimeoutError,
    UnexpectedResponseError,
)
from runware_sync.failures import api_error

CLASSES = [getattr(errors, name) for name in errors.__all__ if name.endswith("Error")]


@pytest.mark.parametrize("cls", CLASSES)
def test_every_error_is_a_runware_error_that_pickles(cls: type[RunwareError]) -> None:
    """Class, sentence and facts survive."""
    error = cls("it broke", task_uuid="u", task_uuids=["u", "v"], task_type="t", results=[1], attempts=3)

    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own

    assert type(copy) is cls
    assert str(error) == str(copy) == "t u: it broke"
    assert copy.task_uuids == ("u", "v")
    assert (copy.results, copy.attempts, copy.retryable) == ([1], 3, error.retryable)


@pytest.mark.parametrize(
    ("cls", "base"),
    [
        (ConfigurationError, ValueError),
        (ConnectionFailedError, ConnectionError),
        (ConnectTimeoutError, TimeoutError),
        (ConnectTimeoutError, ConnectionFailedError),
        (ConnectionLostError, ConnectionError),
        (TaskTimeoutError, TimeoutError),
    ],
)
def test_errors_are_also_the_builtin_ones(cls: type, base: type) -> None:
    """Code that catches ConnectionError or TimeoutError catches ours."""
    assert issubclass(cls, base)


def test_an_api_error_keeps_what_the_server_said() -> None:
    """Code, parameter, type, documentation, and the raw object."""
    raw = {
        "code": "invalidWidth",
        "message": "too wide",
        "parameter": "width",
        "type": "integer",
        "documentation": "https://docs.example.test",
        "min": 128,
    }

    error = api_error(raw)

    assert isinstance(error, InvalidRequestError)
    assert (error.code, error.parameter, error.type) == ("invalidWidth", "width", "integer")
    assert error.documentation == "https://docs.example.test"
    assert error.raw["min"] == 128
    assert str(error) == "too wide Allowed: 128 or more. (invalidWidth)"
    assert pickle.loads(pickle.dumps(error)).raw == raw  # noqa: S301 - our own


def test_missing_and_odd_fields_are_tolerated() -> None:
    """A parameter may be a list, a message may be missing, a code may be no text."""
    error = api_error({"parameter": ["width", 7], "code": None})

    assert type(error) is ApiError
    assert error.parameter == ["width", "7"]
    assert "no message" in str(error)


@pytest.mark.parametrize(
    ("code", "cls", "retryable"),
    [
        ("rateLimitExceeded", RateLimitError, True),
        ("inferenceRateLimitRequestTooLarge", RateLimitError, False),
        ("timeoutProvider", ProviderError, True),
        ("internalServerError", ServerError, True),
        ("invalidApiKey", AuthenticationError, False),
        ("whatever", ApiError, False),
    ],
)
def test_the_code_decides_the_class_and_whether_trying_again_helps(
    code: str, cls: type[ApiError], retryable: bool
) -> None:
    """By the rules of the classifier."""
    error = api_error({"code": code})

    assert (type(error), error.retryable) == (cls, retryable)


def test_an_authentication_error_says_what_to_do() -> None:
    """It names both places of the key."""
    assert "RUNWARE_API_KEY" in str(api_error({"code": "invalidApiKey"}))


def test_an_unexpected_response_carries_the_answer() -> None:
    """Also through a pickle."""
    error = UnexpectedResponseError("what is this", answer={"a": 1})

    assert pickle.loads(pickle.dumps(error)).answer == {"a": 1}  # noqa: S301 - our own


def test_the_task_is_named_once() -> None:
    """A sentence that holds the UUID is not prefixed with it."""
    assert str(RunwareError("task u broke", task_uuid="u")) == "task u broke"
    assert str(RunwareError("broke", task_uuid="u")) == "task u: broke"


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        ({"min": 1, "max": 100}, "Allowed: 1 to 100."),
        ({"max": 100}, "Allowed: up to 100."),
        ({"allowedValues": ["JPG", "PNG"]}, "Allowed: JPG, PNG."),
        ({"allowedValues": "odd"}, "no message (invalidSteps)"),
    ],
)
def test_bounds_that_the_server_names_are_told(bounds: dict[str, object], told: str) -> None:
    """What is allowed is what one wants to know next."""
    assert told in str(api_error({"code": "invalidSteps", **bounds}))
