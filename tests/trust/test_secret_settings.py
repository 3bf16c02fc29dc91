"""The key and the settings: what refuses them, and what shows them."""

import copy
import inspect
import pickle
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from telling import pickled, told_by

import runware_sync
from runware_sync import Runware
from runware_sync.errors import ConfigurationError
from runware_sync.options import Settings, variable
from runware_sync.secrecy import Secret

KEY = "rk-found-nowhere-7421"
HOUSE = Path(runware_sync.__file__).parent
PASSWORD = "pass-found-nowhere"  # noqa: S105 - recognised wherever it turns up
NOWHERE = "wss://service.example.test/v1?token=token-found-nowhere"


def client(**settings: Any) -> Runware:
    return Runware(KEY, **{"url": NOWHERE, "proxy": f"http://me:{PASSWORD}@proxy.example.test:3128", **settings})


def assert_silent(text: str) -> None:
    for secret in (KEY, KEY[:12], PASSWORD, "token-found-nowhere"):
        assert secret not in text


@pytest.mark.parametrize("show", [repr, str, ascii, lambda key: f"{key} {key!s:>30} {key!r} {[key]}"])
def test_a_secret_never_shows_itself(show: Callable[[object], str]) -> None:
    """Neither alone nor inside of something."""
    assert "***" in show(Secret(KEY))
    assert KEY not in show(Secret(KEY))


@pytest.mark.parametrize("give_away", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_secret_is_not_given_away(give_away: Callable[[object], object]) -> None:
    """A key leaves the process when its owner says so."""
    with pytest.raises(TypeError, match="RUNWARE_API_KEY") as caught:
        give_away(Secret(KEY))

    assert KEY not in told_by(caught.value)


def test_secrets_are_equal_by_content() -> None:
    """To each other, never to the string."""
    assert Secret(KEY) == Secret.of(KEY) == Secret.of(Secret(KEY))
    assert hash(Secret(KEY)) == hash(Secret(KEY))
    assert Secret(KEY) != KEY


def test_a_client_shows_no_secret() -> None:
    """Not in its repr, its attributes, its settings, nor in those of a client with other options."""
    runware = client()

    for one in (runware, runware.with_options(timeout=5.0)):
        shown = [repr(one), str(one), repr(vars(one)), repr(one._settings), repr(one._connection), pickled(one)]
        assert_silent("\n".join(shown))
        assert "wss://service.example.test/v1" in shown[0]


@pytest.mark.parametrize("form", ["argument", "initialize", "environment"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"timeout": -1},
        {"max_retries": -1},
        {"max_in_flight": 0},
        {"url": "ftp://x"},
        {"proxy": f"socks5://me:{PASSWORD}@host"},
        {"ssl_context": "strict"},
        {"colour": "red"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_setting_that_is_refused_shows_no_key(
    monkeypatch: pytest.MonkeyPatch, form: str, wrong: dict[str, Any]
) -> None:
    """Also not in the variables of any frame of ours, however the key came in."""
    make: dict[str, Callable[..., Any]] = {
        "argument": lambda **more: Runware(KEY, **more),
        "initialize": lambda **more: Runware.initialize(KEY, **more),
        "environment": Runware,
    }
    if form == "environment":
        monkeypatch.setenv("RUNWARE_API_KEY", KEY)

    with pytest.raises((ConfigurationError, TypeError)) as caught:
        make[form](**wrong)

    assert KEY not in told_by(caught.value)
    assert PASSWORD not in told_by(caught.value)


@pytest.mark.parametrize("key", [KEY.encode(), [KEY], f"{KEY}\x00{KEY}", f"{KEY}\n{KEY}", KEY + "\udcff"], ids=repr)
@pytest.mark.parametrize("make", [Runware, Runware.initialize], ids=["made", "initialized"])
def test_a_key_that_cannot_be_one_is_refused_without_showing_it(make: Callable[..., Any], key: Any) -> None:
    """A pasted line break, bytes, half a letter from an odd environment."""
    with pytest.raises(ConfigurationError, match="key") as caught:
        make(key)

    assert KEY not in told_by(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        f"wss://me:{PASSWORD}@host/v1",
        f"wss://me:{PASSWORD}/x@host",
        f"wss://me:{PASSWORD}\N{FULLWIDTH NUMBER SIGN}@host/v1",
        f"ws://service.example.test/v1?token={PASSWORD}",
        f"ftp://host/?token={PASSWORD}",
        f"wss://[host/?token={PASSWORD}",
        f"?token={PASSWORD}",
    ],
)
def test_an_address_is_refused_without_its_secrets(url: str) -> None:
    """A password and a query stay out of the words, and of what led to them."""
    with pytest.raises(ConfigurationError, match="url=") as caught:
        Settings.read(api_key=KEY, url=url)

    assert PASSWORD not in "".join(traceback.format_exception(caught.value))
    assert PASSWORD not in repr(vars(caught.value))


def test_the_environment_is_read_in_one_place() -> None:
    """IPython shows what a line of a traceback names, and `os.environ` holds the key; that place raises nothing."""
    readers = [path.name for path in HOUSE.rglob("*.py") if "os.environ" in path.read_text("utf-8")]

    assert ["options.py"] == readers
    assert 1 == (HOUSE / "options.py").read_text("utf-8").count("os.environ")
    assert "os.environ" in inspect.getsource(variable)


def test_settings_show_neither_query_nor_proxy() -> None:
    """Both may hold secrets; the rest can be read."""
    shown = repr(Settings.read(api_key=KEY, url=NOWHERE, proxy=f"http://me:{PASSWORD}@proxy.example.test:3128"))

    assert_silent(shown)
    assert "wss://service.example.test/v1" in shown
