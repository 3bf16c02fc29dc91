"""All that can be read of an exception or a value by whoever gets hold of it; and a key that must not be."""

import json
import pickle
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runware_sync import RunwareError

KEY = 'rk-found"nowhere-7421\N{KEY}'  # JSON and addresses write it in other ways
ECHO = f"the key {KEY} is not known"
TESTS = Path(__file__).parent


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception, its cause, the context of both, and so on."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting:
        link = waiting.pop()
        if id(link) not in seen:
            seen.add(id(link))
            yield link
            waiting += [other for other in (link.__cause__, link.__context__) if other is not None]


def traced(error: BaseException) -> str:
    """Return the traceback of an exception with the variables of every frame but those of tests."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames = [frame for frame in told.stack if not Path(frame.filename).is_relative_to(TESTS)]
    return "\n".join([*(f"{frame} {frame.locals}" for frame in frames), *told.format_exception_only()])


def told_by(error: BaseException) -> str:
    """Return an exception's words, facts and pickle, all of those that led to it, and the variables of their frames."""
    words = [f"{link} {link!r} {link.args!r} {vars(link)!r}" for link in chain(error)]
    frames = [traced(link) for link in chain(error)]  # a context that `from` hides is there all the same
    return "\n".join([*words, *frames, pickled(error)])


def pickled(value: Any) -> str:
    """Return a pickle as text, or why there is none."""
    try:
        return pickle.dumps(value, protocol=0).decode("latin-1")
    except (TypeError, pickle.PicklingError, AttributeError) as error:
        return told_by(error)


def assert_silent(*texts: str) -> None:
    """Make sure that the key is in none of some texts."""
    for text in texts:
        for form in (KEY, json.dumps(KEY)[1:-1], "nowhere-7421"):
            assert form not in text


def failure_of(call: Callable[[], object]) -> RunwareError:
    """Return what a call fails with."""
    with pytest.raises(RunwareError) as caught:
        call()
    return caught.value
