"""The key and streams, whose requests carry it in a header."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from scripted_http import LAST, ScriptedHTTP, Visit, event, words
from server import PATIENCE
from telling import ECHO, KEY, assert_silent, failure_of, pickled, told_by

from runware_sync import AuthenticationError, Runware, RunwareError, UnexpectedResponseError
from runware_sync.secrecy import Secret
from runware_sync.streaming.posting import Post


def read_stream(server: ScriptedHTTP) -> object:
    return list(Runware(KEY, url=server.url).stream_text("a", model="m", retry=0, timeout=PATIENCE))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (lambda v: v.answer(401, {"errors": [{"code": "invalidApiKey", "message": ECHO}]}), AuthenticationError),
        (lambda v: v.answer(403, ECHO.encode(), kind="text/plain"), AuthenticationError),
        (lambda v: v.answer(200, ECHO.encode(), kind="text/html"), UnexpectedResponseError),
        (lambda v: v.answer(200, b"", kind=json.dumps(KEY)[1:-1]), UnexpectedResponseError),
        (lambda v: v.stream(event(f"nonsense {KEY}")), UnexpectedResponseError),
        (lambda v: v.stream(words("a"), event({"errors": [{"code": "x", "message": ECHO}]})), RunwareError),
        (lambda v: v.stream(words("a"), event({"taskUUID": "u", "status": "error", "error": ECHO})), RunwareError),
        (lambda v: v.stream(words("a")), RunwareError),
        (lambda v: v.say(b""), RunwareError),
    ],
    ids=["refused", "forbidden", "page", "kind", "nonsense", "error", "item", "short", "nothing"],
)
def test_a_stream_that_fails_repeats_no_key(answer: Callable[[Visit], None], kind: type[RunwareError]) -> None:
    """The header that authorises stays in no frame, and what the server says is cleared of it."""
    with ScriptedHTTP(answer) as server:
        error = failure_of(lambda: read_stream(server))

    assert 1 == len(server.visits)
    assert isinstance(error, kind)
    assert_silent(told_by(error))


def test_a_stream_repeats_no_key() -> None:
    """Nor do its words and facts."""
    last = json.loads(LAST.removeprefix(b"data: ")) | {"note": KEY}
    with ScriptedHTTP(lambda visit: visit.stream(words(KEY), event(last))) as server:
        stream = Runware(KEY, url=server.url).stream_text("a", model="m")
        said = list(stream)

    assert ["***"] == said
    assert_silent(repr(stream), repr(stream.result), pickled(stream.result))


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt(), SystemExit(), RuntimeError("a fault")], ids=repr)
def test_an_interrupt_while_a_request_is_written_shows_no_key(
    monkeypatch: pytest.MonkeyPatch, interrupt: BaseException
) -> None:
    """On a slow line, Ctrl-C may come when frames that know the header are open; it is the same one that goes on."""
    with ScriptedHTTP(lambda visit: visit.wait_until_left()) as server:
        post = Post(server.url.replace("ws:", "http:"), proxy=None, ssl_context=None)
        post.connect(PATIENCE)
        connection: Any = post._connection

        def send(data: bytes) -> None:
            assert b"Bearer" in data
            try:
                raise OSError(str(data))
            except OSError:
                raise interrupt  # noqa: B904 - an interrupt comes where it comes

        monkeypatch.setattr(connection, "send", send)
        with pytest.raises(type(interrupt)) as caught:
            post.ask(b"[]", {}, Secret(KEY.replace("\N{KEY}", "")), PATIENCE)
        post.close()

    assert interrupt is caught.value
    assert_silent(told_by(caught.value))
