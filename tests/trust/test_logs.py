"""What is told, and what is not: no key, no base64, no query strings."""

import io
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
import websocket
from server import ScriptedServer

from runware_sync import Runware, logs
from runware_sync.errors import ConfigurationError
from runware_sync.logs import mask
from runware_sync.secrecy import Secret, hide

KEY = "rk-0123456789-secret"


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    """Everything that any logger says, as a handler would write it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    names = ("runware_sync", "websocket")
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).addHandler(handler)
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield stream
    for name in names:
        logging.getLogger(name).removeHandler(handler)
        logging.getLogger(name).setLevel(before[name])


def test_a_whole_call_tells_no_secret(told: io.StringIO) -> None:
    """Frames are told at debug level, both ways, without what is secret in them; also with websocket's own tracing."""
    websocket.enableTrace(True, handler=logging.NullHandler(), level="DEBUG")
    try:
        with ScriptedServer() as server, Runware(KEY, url=f"{server.url}?token=abcdef") as runware:
            runware.raw(
                {
                    "taskType": "imageInference",
                    "webhookURL": "https://hook.example.test/path?secret=xyz",
                    "seedImage": "A" * 5000,
                }
            )
    finally:
        websocket.enableTrace(False)
    text = told.getvalue()

    assert "> [" in text
    assert "< {" in text
    assert "https://hook.example.test/path?***" in text
    for secret in (KEY, "AAAAAAAA", "xyz", "abcdef"):
        assert secret not in text


def test_a_traceback_is_masked_too(told: io.StringIO) -> None:
    """An exception may hold what a record may not."""
    hide(Secret(KEY))
    try:
        raise ValueError(f"the key is {KEY}")
    except ValueError:
        logs.logger("runware_sync.test").exception("it broke: %s", KEY)

    assert "it broke: ***" in told.getvalue()
    assert "ValueError: the key is ***" in told.getvalue()
    assert KEY not in told.getvalue()


QUERY = "X-Signature=found-nowhere&X-Expires=7"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"apiKey": "short"}', '{"apiKey": "***"}'),
        ('{"apiKey":"quo\\"ted"}', '{"apiKey":"***"}'),
        ("see https://a.test/b?c=d&e=f now", "see https://a.test/b?*** now"),
        ("wss://h/v1?x=1", "wss://h/v1?***"),
        (f'"https:\\/\\/a.test\\/b?{QUERY}"', '"https:\\/\\/a.test\\/b?***"'),
        ('"https://a.test/b?c=d\\u0026sig=secret", 7', '"https://a.test/b?***", 7'),
        ("['https://a.test/b?c=d', 7]", "['https://a.test/b?***', 7]"),
        ("('https://a.test/b?c=it's', 7)", "('https://a.test/b?***', 7)"),
        ("https://a.test/b#token=c", "https://a.test/b?***"),
        ("https://me:word@a.test/b", "https://***@a.test/b"),
        ("http://me@proxy.test:3128", "http://***@proxy.test:3128"),
        (f"GET /v1?{QUERY} HTTP/1.1", "GET /v1?*** HTTP/1.1"),
        (f"POST /v1?{QUERY} HTTP/1.1", "POST /v1?*** HTTP/1.1"),
        ("data:image/png;base64," + "ab+/" * 20 + "==", "data:image/png;base64,<82 characters of base64>"),
        ("ab+\\/" * 20, "<100 characters of base64>"),
        ("3f0c6f4e-8a52-4a7e-9d51-6b1f2c90e4aa", "3f0c6f4e-8a52-4a7e-9d51-6b1f2c90e4aa"),
        ("is it? https://a.test/b.png, yes", "is it? https://a.test/b.png, yes"),
        ("mail me@a.test: what? now", "mail me@a.test: what? now"),
    ],
)
def test_what_is_masked(text: str, shown: str) -> None:
    """Keys by name, users, queries, base64, however they are written; and nothing that one needs to read."""
    assert shown == mask(text)


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("rk-plain-0815", "rk-plain-0815"),
        ('rk-"quoted"-0815', r"rk-\"quoted\"-0815"),
        ("rk-\N{KEY}-0815", r"rk-\ud83d\udd11-0815"),
        ("rk/with space-0815", "rk%2Fwith%20space-0815"),
    ],
)
def test_a_key_is_masked_in_every_form(key: str, written: str) -> None:
    """As it is, as JSON has it, as addresses have it."""
    hide(Secret(key))

    assert "before *** and *** after" == mask(f"before {key} and {written} after")


def test_a_key_that_is_a_part_of_another_leaves_nothing_of_it() -> None:
    """The longest first."""
    hide(Secret("rk-0815"))
    hide(Secret("rk-0815-and-more"))

    assert "*** ***" == mask("rk-0815-and-more rk-0815")


def test_a_long_frame_is_cut() -> None:
    """A picture is not looked at to be left out."""
    text = str(logs.Masked(b"x " * 5000))

    assert text.endswith("... and 8000 more")
    assert str(logs.Masked("short")) == "short"


@pytest.mark.parametrize("before", range(1975, 2006))
def test_a_key_at_the_cut_is_not_shown_in_part(before: int) -> None:
    """Where the frame is cut, half a key would be left unmasked."""
    hide(Secret(KEY))

    text = str(logs.Masked(" " * before + KEY + " " * 5000))

    assert KEY[:3] not in text
    assert "more" in text


def test_what_is_said_about_an_exception_is_masked_wherever_it_stands() -> None:
    """In the message, the traceback and the stack of a record."""
    hide(Secret(KEY))
    record = logging.LogRecord("n", logging.INFO, __file__, 1, "say %s", (KEY,), None, None, f"Stack\n{KEY}")
    logger = logs.logger("runware_sync.test")

    assert logger.filter(record)

    assert "say ***\nStack\n***" == logging.Formatter().format(record)


def test_a_key_too_short_to_be_one_is_not_searched_for() -> None:
    """Masking every "k" would leave nothing to read."""
    hide(Secret("k"))

    assert mask("kettle") == "kettle"


SCRIPT = """
import runware_sync
import logging
assert not logging.getLogger().handlers
client = runware_sync.Runware("key-1234", url="ws://127.0.0.1:9")
logging.getLogger("runware_sync.test").info("hello")
"""


@pytest.mark.parametrize(("level", "told"), [("info", True), ("DEBUG", True), ("", False)])
def test_the_environment_turns_the_log_of_a_script_on(level: str, told: bool) -> None:
    """When the first client is made; otherwise nothing is configured."""
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", SCRIPT], env={"RUNWARE_LOG": level}, capture_output=True, text=True, check=True
    )

    assert told == ("hello" in done.stderr)


def test_a_level_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """By name."""
    monkeypatch.setenv("RUNWARE_LOG", "loud")

    with pytest.raises(ConfigurationError, match="RUNWARE_LOG"):
        Runware("key-1234", url="ws://127.0.0.1:9")
