"""Settings: from arguments or the environment, checked once."""

import copy
import math
import pickle
import ssl
from typing import Any

import pytest

from runware_sync.errors import ConfigurationError
from runware_sync.options import DEFAULT_URL, Settings, is_loopback
from runware_sync.secrecy import Secret


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUNWARE_API_KEY", raising=False)
    monkeypatch.delenv("RUNWARE_URL", raising=False)


def test_a_secret_never_shows_itself() -> None:
    """Not in repr, str, format or pickle; equality works."""
    key = Secret("topsecret")

    assert "topsecret" not in f"{key!r} {key} {key!s:>30}"
    assert key == Secret("topsecret")
    assert hash(key) == hash(Secret("topsecret"))
    assert key != "topsecret"
    assert key.reveal() == "topsecret"
    with pytest.raises(TypeError, match="RUNWARE_API_KEY"):
        pickle.dumps(key)
    with pytest.raises(TypeError):
        copy.deepcopy(key)


def test_the_key_comes_from_the_argument_or_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The argument wins; white space around a pasted key does not count."""
    monkeypatch.setenv("RUNWARE_API_KEY", " from-environment\n")

    assert Settings.read(api_key=None, url=None).api_key == Secret("from-environment")
    assert Settings.read(api_key="argument", url=None).api_key == Secret("argument")


def test_without_a_key_both_places_are_named() -> None:
    """At construction, before anything is connected."""
    with pytest.raises(ConfigurationError, match=r"RUNWARE_API_KEY.*api_key"):
        Settings.read(api_key=None, url=None)


def test_the_sandbox_needs_no_key() -> None:
    """Every script runs offline without one."""
    assert Settings.read(api_key=None, url="sandbox:").is_sandbox


def test_the_url_comes_from_the_argument_or_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it is the public one."""
    assert Settings.read(api_key="k", url=None).url == DEFAULT_URL
    monkeypatch.setenv("RUNWARE_URL", "sandbox:?latency=0.2")
    assert Settings.read(api_key=None, url=None).url == "sandbox:?latency=0.2"
    assert Settings.read(api_key="k", url="wss://example.test").url == "wss://example.test"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timeout", -1),
        ("timeout", 0),
        ("timeout", math.nan),
        ("timeout", math.inf),
        ("timeout", "60"),
        ("timeout", True),
        ("max_retries", -1),
        ("max_retries", 1.5),
        ("connect_timeout", 0),
        ("heartbeat", -0.1),
        ("max_message", 10),
        ("should_reconnect", "yes"),
        ("include_cost", 1),
        ("proxy", "socks5://host"),
        ("proxy", "host:3128"),
        ("proxy", 7),
        ("ssl_context", "strict"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_name(name: str, value: Any) -> None:
    """With what it may be."""
    with pytest.raises(ConfigurationError, match=name):
        Settings.read(api_key="k", url=None, **{name: value})


@pytest.mark.parametrize(
    "url",
    [
        "https://example.test",
        "ftp://x",
        "example.test",
        "wss://",
        "ws://example.test",
        "ws://127.evil.example.test.",
        "wss://user:pw@example.test",
        "wss://host:99999999",
        "wss://host:port",
    ],
)
def test_an_address_that_cannot_work_is_refused(url: str) -> None:
    """A key never travels in clear, and never to somewhere odd."""
    with pytest.raises(ConfigurationError, match="url"):
        Settings.read(api_key="k", url=url)


def test_an_address_that_is_no_text_is_refused() -> None:
    """Also from a caller without type checks."""
    with pytest.raises(ConfigurationError):
        Settings.read(api_key="k", url=7)  # type: ignore[arg-type]  # the mistake


@pytest.mark.parametrize("key", [7, "a\x00b"])
def test_a_key_that_cannot_be_one_is_refused(key: Any) -> None:
    """Without showing it."""
    with pytest.raises(ConfigurationError) as caught:
        Settings.read(api_key=key, url=None)

    assert "a\x00b" not in str(caught.value)


@pytest.mark.parametrize("url", ["ws://127.0.0.1:8080/v1", "ws://localhost:1", "ws://[::1]:1/", "wss://a.example/v1"])
def test_addresses_that_work(url: str) -> None:
    """Plain to this machine, TLS to anywhere."""
    assert Settings.read(api_key="k", url=url).url == url


def test_what_is_dialled_names_the_client() -> None:
    """Appended to whatever query there is, and the dry run with it."""
    settings = Settings.read(api_key="k", url="wss://h/v1?a=1", dry_run=True)

    dialled = settings.dialled(settings.url)

    assert dialled.startswith("wss://h/v1?a=1&sdk=python-sync&version=")
    assert dialled.endswith("&dryRun=1")
    assert "dryRun" not in Settings.read(api_key="k", url="wss://h/v1").dialled("wss://h/v1")
    assert all("k" != value for value in settings.headers.values())


def test_neither_key_nor_query_is_shown() -> None:
    """A query may hold secrets."""
    settings = Settings.read(api_key="topsecret", url="wss://h/v1?token=abc", proxy="http://u:pw@p:1")

    assert settings.shown_url == "wss://h/v1"
    assert "topsecret" not in repr(settings)
    assert "pw" not in repr(settings)


def test_an_ssl_context_is_taken() -> None:
    """As it is."""
    context = ssl.create_default_context()

    assert Settings.read(api_key="k", url=None, ssl_context=context).ssl_context is context


@pytest.mark.parametrize(
    ("host", "own"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("10.0.0.1", False)]
)
def test_loopback(host: str, own: bool) -> None:
    """This machine's own addresses."""
    assert is_loopback(host) is own
