"""Windows and pauses: the one policy."""

import pytest

from runware_sync.calls.retrying import Policy
from runware_sync.errors import (
    ClientClosedError,
    ConnectionFailedError,
    ConnectionLostError,
    InvalidRequestError,
    RunwareError,
    TaskTimeoutError,
)
from runware_sync.failures import api_error


def windows(policy: Policy, *outcomes: object, **options: object) -> tuple[object, list[int], list[float]]:
    opened: list[int] = []
    pauses: list[float] = []
    queue = iter(outcomes)

    def window(number: int) -> object:
        opened.append(number)
        outcome = next(queue)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    try:
        result: object = policy.run(window, rest=pauses.append, **options)  # type: ignore[arg-type]  # what run() takes
    except BaseException as error:  # noqa: BLE001 - looked at by the test
        result = error
    return result, opened, pauses


def test_the_first_window_may_be_enough() -> None:
    """No pause, no second window."""
    assert ("done", [1], []) == windows(Policy(2), "done")


def test_windows_are_one_more_than_retries() -> None:
    """And the last error is raised as it is."""
    errors = [ConnectionFailedError(str(number)) for number in range(3)]

    result, opened, pauses = windows(Policy(2), *errors)

    assert result is errors[2]
    assert [1, 2, 3] == opened
    assert len(pauses) == 2


def test_zero_retries_are_one_window() -> None:
    """Exactly one."""
    error = TaskTimeoutError("late", retryable=True)

    assert (error, [1], []) == windows(Policy(0), error)


@pytest.mark.parametrize(
    "error", [InvalidRequestError("no"), ClientClosedError("no"), KeyboardInterrupt(), ZeroDivisionError()]
)
def test_what_forbids_trying_again_ends_it(error: BaseException) -> None:
    """An error that is not retryable, Ctrl-C, a bug: the very same object comes out."""
    result, opened, _ = windows(Policy(5), error)

    assert result is error
    assert [1] == opened


def test_a_first_window_may_have_run_already() -> None:
    """Its outcome is taken as the first window's; the next is number two."""
    error = TaskTimeoutError("late", retryable=True)

    def first() -> object:
        raise error

    assert ("done", [2], [0.0]) == windows(Policy(1), "done", first=first)
    assert ("early", [], []) == windows(Policy(1), first=lambda: "early")


@pytest.mark.parametrize(
    "error", [TaskTimeoutError("late", retryable=True), ConnectionLostError("gone", retryable=True)]
)
def test_waiting_on_needs_no_pause(error: RunwareError) -> None:
    """The next window begins with asking at once."""
    assert Policy(2).pause(error, 1) == 0.0


@pytest.mark.parametrize("attempt", [1, 2, 5, 50])
def test_pauses_grow_with_jitter_above_the_cap(attempt: int) -> None:
    """Exponential to the cap; the jitter comes on top, so that a crowd spreads."""
    policy = Policy(2, base=0.5, cap=8.0)
    pauses = {policy.pause(ConnectionFailedError("x"), attempt) for _ in range(50)}
    longest = min(8.0, 0.5 * 2 ** (attempt - 1))

    assert all(longest <= pause <= 2 * longest for pause in pauses)
    assert len(pauses) > 1


def test_a_pause_that_the_server_names_is_honoured() -> None:
    """And only a number is one."""
    policy = Policy(2, base=100.0)

    assert policy.pause(api_error({"code": "rateLimit", "retryAfter": 3}), 1) == 3.0
    assert policy.pause(api_error({"code": "rateLimit", "retryAfter": "soon"}), 1) >= 30.0
    assert policy.pause(None, 1) >= 30.0
