"""Texts that are read while they are written: from the bytes of the stream to the loop of a user."""

import copy
import gc
import io
import itertools
import json
import logging
import os
import pickle
import signal
import socket
import ssl
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout, suppress
from http.client import HTTPConnection
from typing import Any

import pytest
import trustme
from scripted_http import DONE, LAST, STREAM, ScriptedHTTP, Visit, event, words
from server import PATIENCE, eventually

from runware_sync import (
    ApiError,
    AuthenticationError,
    ClientClosedError,
    ConflictError,
    ConnectionFailedError,
    ConnectionLostError,
    ConnectTimeoutError,
    ImageInference,
    InsufficientCreditsError,
    InvalidRequestError,
    NotFoundError,
    ProviderError,
    RateLimitError,
    Runware,
    RunwareError,
    ServerError,
    StreamText,
    TaskTimeoutError,
    Text,
    TextStream,
    UnexpectedResponseError,
)
from runware_sync.calls.retrying import Policy
from runware_sync.network.address import reach
from runware_sync.options import Secret
from runware_sync.streaming.posting import Post, http_address
from runware_sync.streaming.sse import Events
from runware_sync.streaming.transcript import Transcript
from runware_sync.uuids import child_uuid

KEY = "key-of-a-test-0815"
ROOT = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"
COLLECT = f"client.job('{ROOT}').result()"
UNKNOWN = f"the outcome is unknown: it may have been bought, or be under way; collect it with {COLLECT}"
UNKNOWN_REST = UNKNOWN.replace("outcome is", "outcome of the rest is")

Answer = Callable[[Visit], None]


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Policy, "pause", lambda *_: 0.0)


@pytest.fixture
def serve() -> Iterator[Callable[..., ScriptedHTTP]]:
    """Start servers; each is told how to answer."""
    servers: list[ScriptedHTTP] = []

    def start(answer: Answer, **more: Any) -> ScriptedHTTP:
        server = ScriptedHTTP(answer, **more).__enter__()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.__exit__()


Serve = Callable[..., ScriptedHTTP]


def client(server: ScriptedHTTP, **settings: Any) -> Runware:
    return Runware(KEY, url=server.url, **{"timeout": PATIENCE, **settings})


def in_turn(*answers: Answer) -> Answer:
    """Answer the first request in the first way, and so on."""
    turns = iter(answers)

    def answer(visit: Visit) -> None:
        next(turns)(visit)

    return answer


def ask(server: ScriptedHTTP, *, settings: dict[str, Any] | None = None, **more: Any) -> TextStream:
    return client(server, **settings or {}).stream_text("Name a colour.", model="m", **{"task_uuid": ROOT, **more})


def simple(visit: Visit) -> None:
    """Answer well."""
    visit.stream(words("Te"), words("al."), LAST, DONE)


def wait_on(visit: Visit) -> None:
    """Begin, and wait for the client to leave."""
    visit.stream(words("Te"))
    visit.wait_until_left()


# -- the bytes ------------------------------------------------------------------------------------------------------

SPOKEN = (
    b"\xef\xbb\xbf: hello\n\ndata: one\n\nevent: x\nid: 7\nretry: 3\ndata:two\r\ndata:  three\r\n\r\n"
    b": alive\r\rdata\rdata: \xc3\xa4\r\rdata: [DONE]\n\n"
)
MEANT = ["one", "two\n three", "\nä", "[DONE]"]


def test_events_are_found_wherever_the_bytes_are_cut() -> None:
    """In one piece, byte by byte, and cut at every single place."""
    for cut in range(len(SPOKEN)):
        events = Events(1000)
        assert MEANT == events.feed(SPOKEN[:cut]) + events.feed(SPOKEN[cut:])
    events = Events(1000)
    assert MEANT == [found for byte in SPOKEN for found in events.feed(bytes([byte]))]
    assert [] == events.finish()


def test_an_event_at_the_end_needs_no_empty_line() -> None:
    """Some servers end with the last line."""
    events = Events(1000)

    assert ([], ["[DONE]"]) == (events.feed(b"data: [DONE]"), events.finish())


@pytest.mark.parametrize("piece", [b"data: " + b"x" * 200, b"data: xxxxxxx\n" * 20, b": " + b"x" * 200])
def test_an_event_has_a_largest_size(piece: bytes) -> None:
    """Also one of many lines, and a line that never ends."""
    events = Events(100)

    def feed_all() -> None:
        for start in range(0, len(piece), 7):
            events.feed(piece[start : start + 7])

    with pytest.raises(ValueError, match="more than 100 bytes"):
        feed_all()


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda item: item,
        lambda item: {"data": item},
        lambda item: {"data": [item]},
        lambda item: [{"data": [item]}],
        lambda item: {name: value for name, value in item.items() if name != "taskUUID"},
    ],
    ids=["bare", "object", "list", "list of frames", "without address"],
)
def test_chunks_come_in_several_wrappings(wrapped: Callable[[Any], Any]) -> None:
    """As an object, in `data` as object or list, without address."""
    transcript = Transcript("textInference", ROOT)

    deltas = [
        transcript.take(json.dumps(wrapped({"taskUUID": ROOT, **item})))
        for item in (
            {"delta": {"reasoningContent": "Hm"}},
            {"delta": {"reasoningContent": [", ", "so"]}, "finishReason": None},
            {"delta": {"text": "Te", "other": None}},
            {"delta": {"text": "al."}},
            {"text": "Teal.", "finishReason": "stop", "cost": 0.5, "thoughtSignature": "s"},
        )
    ]

    assert [("", "Hm"), ("", ", so"), ("Te", ""), ("al.", ""), ("", "")] == deltas
    assert ("Teal.", "Hm, so", True, False) == (
        transcript.text,
        transcript.reasoning,
        transcript.complete,
        transcript.done,
    )
    assert {
        "taskType": "textInference",
        "taskUUID": ROOT,
        "text": "Teal.",
        "reasoningContent": "Hm, so",
        "finishReason": "stop",
        "cost": 0.5,
        "thoughtSignature": "s",
    } == transcript.item


@pytest.mark.parametrize("data", ["{", "7", '"x"', "[7]"])
def test_what_is_no_chunk_is_said_to_be_none(data: str) -> None:
    """It is not skipped: words would be missing without notice."""
    with pytest.raises(ValueError, match=r".+"):
        Transcript("textInference", ROOT).take(data)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("wss://ws-api.runware.ai/v1", "https://api.runware.ai/v1"),
        ("wss://ws-api.example.test:8443/v1?a=b", "https://api.example.test:8443/v1?a=b"),
        ("wss://gateway.example.test/runware", "https://gateway.example.test/runware"),
        ("ws://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
        ("ws://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_the_http_address_follows_from_the_websocket_address(url: str, address: str) -> None:
    """The public service has two hosts, everybody else has one."""
    assert address == http_address(url)


# -- a stream that goes well ----------------------------------------------------------------------------------------


def test_a_text_comes_piece_by_piece(serve: Serve) -> None:
    """Each piece as soon as it has come, and the rest grows beside it."""
    go_on = threading.Event()

    def answer(visit: Visit) -> None:
        visit.stream(event({"delta": {"reasoningContent": "Hm."}}), words("Te"))
        assert go_on.wait(PATIENCE)
        visit.say(words("al.") + LAST + DONE)

    server = serve(answer)
    thoughts: list[str] = []
    stream = ask(server, on_reasoning=thoughts.append)
    assert isinstance(stream, TextStream)

    assert "Te" == next(stream)
    assert ("Te", "Hm.", None, None, None) == (
        stream.text,
        stream.reasoning,
        stream.usage,
        stream.cost,
        stream.finish_reason,
    )
    go_on.set()

    assert ["al."] == list(stream)
    assert ("Teal.", "Hm.", 0.0012, "stop") == (stream.text, stream.reasoning, stream.cost, stream.finish_reason)
    assert stream.usage is not None
    assert 5 == stream.usage.total_tokens
    assert ["Hm."] == thoughts
    assert stream.task_uuid == ROOT
    assert isinstance(stream.result, Text)
    assert "Teal." == str(stream.result)
    assert f"<TextStream {ROOT}, 5 characters, finish_reason='stop'>" == repr(stream)
    assert [] == list(stream)


def test_what_is_sent(serve: Serve) -> None:
    """One task, as a stream, with the key where HTTP has it."""
    server = serve(simple)

    "".join(ask(server, settings={"dry_run": True}, extra={"topK": 3}))

    (visit,) = server.visits
    task = {**visit.task, "messages": visit.task["messages"][0]["content"]}
    assert {
        "taskType": "textInference",
        "taskUUID": ROOT,
        "deliveryMethod": "stream",
        "includeUsage": True,
        "messages": "Name a colour.",
        "model": "m",
        "includeCost": True,
        "topK": 3,
    } == task
    assert visit.target.startswith("/v1?")
    assert "dryRun=1" in visit.target
    assert f"Bearer {KEY}" == visit.headers["authorization"]
    assert "text/event-stream" == visit.headers["accept"]
    assert "python-sync" == visit.headers["x-sdk-name"]
    assert "cookie" not in visit.headers


def test_a_request_object_streams_too(serve: Serve) -> None:
    """By `run`, and again and again; each time under another UUID."""
    server = serve(simple)
    request = StreamText("Name a colour.", model="m")

    with client(server) as runware:
        ran = runware.run(request)
        assert ["Teal.", "Teal."] == ["".join(ran), "".join(runware.stream_text(request))]

    assert 2 == len(set(server.uuids))


def test_a_stream_is_no_job(serve: Serve) -> None:
    """It is read by a thread, and a job has none."""
    server = serve(simple)
    request = StreamText("Name a colour.", model="m")

    with client(server) as runware:
        with pytest.raises(TypeError, match=r"StreamText.*TextInference"):
            runware.submit(request)
        with pytest.raises(TypeError, match=r"StreamText.*TextInference"):
            list(runware.map([request]))

    assert [] == server.visits


def test_bytes_may_be_cut_anywhere(serve: Serve) -> None:
    """In chunks of one byte, with keepalives between the events, CRLF at the end of lines."""
    spoken = (words("Tä") + b": alive\n\n" + words("ü!") + LAST + b": alive\n\n" + DONE).replace(b"\n", b"\r\n")
    spoken = spoken.replace(rb"\u00e4", "ä".encode()).replace(rb"\u00fc", "ü".encode())

    def answer(visit: Visit) -> None:
        visit.begin_chunked()
        for byte in spoken:
            visit.chunk(bytes([byte]))
        visit.chunk(b"")

    stream = ask(serve(answer))

    assert ["Tä", "ü!"] == list(stream)
    assert "stop" == stream.finish_reason


def test_keepalives_are_signs_of_life(serve: Serve) -> None:
    """A server that thinks longer than the timeout, and says so, is waited for."""

    def answer(visit: Visit) -> None:
        visit.stream()
        pause = threading.Event()
        for _ in range(8):
            visit.say(b": alive\n\n")
            pause.wait(0.1)
        visit.say(words("Teal.") + LAST + DONE)

    assert ["Teal."] == list(ask(serve(answer), timeout=0.5))


@pytest.mark.parametrize("end", [LAST, LAST + DONE, DONE, DONE.strip(), LAST.strip()])
def test_a_text_is_complete_by_its_reason_or_by_its_mark(serve: Serve, end: bytes) -> None:
    """Servers send one, the other, or both, and some forget the empty line."""
    stream = ask(serve(lambda visit: visit.stream(words("Teal."), end)))

    assert "Teal." == "".join(stream)


def test_a_complete_text_does_not_wait_for_its_mark(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that keeps the connection open has said all that matters."""
    monkeypatch.setattr("runware_sync.streaming.live._EPILOGUE", 0.05)

    def answer(visit: Visit) -> None:
        visit.stream(words("Teal."), LAST)
        visit.wait_until_left()

    assert "Teal." == "".join(ask(serve(answer)))


def test_a_server_that_does_not_stream_is_understood(serve: Serve) -> None:
    """The whole text is one piece then."""
    whole = {"taskType": "textInference", "taskUUID": ROOT, "text": "Teal.", "finishReason": "stop", "cost": 0.5}

    stream = ask(serve(lambda visit: visit.answer(200, {"data": [whole]})))

    assert ["Teal."] == list(stream)
    assert 0.5 == stream.cost


def test_the_complete_text_is_handed_over_once(serve: Serve) -> None:
    """To `on_partial`, as the one result that there is; not that of a stream that was left."""
    texts: list[list[Any]] = []

    stream = ask(serve(simple), on_partial=texts.append)
    list(stream)
    list(stream)
    for _ in ask(serve(wait_on), on_partial=texts.append):
        break

    assert [[stream.result]] == texts


def test_streams_run_side_by_side(serve: Serve) -> None:
    """Any number of them, each in a thread of its own."""
    barrier = threading.Barrier(8)

    def answer(visit: Visit) -> None:
        visit.stream(words(visit.task["taskUUID"]))
        barrier.wait(PATIENCE)
        visit.say(LAST + DONE)

    server = serve(answer)
    with client(server) as runware, ThreadPoolExecutor(8) as pool:

        def tell(_: int) -> bool:
            stream = runware.stream_text("a", model="m")
            return "".join(stream) == stream.task_uuid

        assert all(pool.map(tell, range(8)))


def contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return the TLS settings of a server, and those of a client that trusts it."""
    authority = trustme.CA()
    theirs, ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(theirs)
    authority.configure_trust(ours)
    return theirs, ours


def test_a_server_without_tls_is_told() -> None:
    """By the step that failed."""
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        port = listener.getsockname()[1]
        call = pool.submit(Runware(KEY, url=f"wss://localhost:{port}/v1").stream_text, "a", model="m", retry=0)
        sock, _ = listener.accept()
        with sock:
            sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

            with pytest.raises(ConnectionFailedError, match=r"TLS with localhost failed: [A-Z_]+"):
                call.result(PATIENCE)


def test_tls_is_checked(serve: Serve) -> None:
    """With the context of the client; an unknown certificate is refused before anything is written."""
    theirs, ours = contexts()
    server = serve(simple, ssl_context=theirs)

    assert "Teal." == "".join(ask(server, settings={"ssl_context": ours}))
    with pytest.raises(ConnectionFailedError, match=r"certificate was not accepted.*ssl_context=") as caught:
        ask(server)

    assert 1 == len(server.visits)
    assert not caught.value.retryable


def test_the_sandbox_needs_no_key(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address is asked for when it is needed."""
    monkeypatch.delenv("RUNWARE_API_KEY", raising=False)
    server = serve(simple)
    monkeypatch.setattr("runware_sync.sharing._resolved", lambda _url: server.url)

    assert "Teal." == "".join(Runware(url="sandbox:").stream_text("a", model="m"))
    assert "Bearer sandbox" == server.visits[0].headers["authorization"]


def test_a_stream_can_be_given_as_a_prompt(serve: Serve) -> None:
    """It stands for what it has said so far; while that is nothing, it is refused."""
    stream = ask(serve(simple))

    with pytest.raises(ValueError, match=r"positive_prompt=<.*TextStream.* has no words"):
        ImageInference(stream, model="m")
    next(stream)
    assert "Te" == ImageInference(stream, model="m").positive_prompt
    assert "al." == "".join(stream)
    assert "Teal." == ImageInference(stream, model="m").positive_prompt


# -- through a proxy ------------------------------------------------------------------------------------------------


def proxy(
    status: bytes, target: ScriptedHTTP, heads: list[bytes], context: ssl.SSLContext | None = None
) -> socket.socket:
    """Start a proxy for one tunnel."""
    listener = socket.create_server(("127.0.0.1", 0))

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        with suppress(OSError):
            socket.socket.shutdown(sink, socket.SHUT_WR)

    def work() -> None:
        sock, _ = listener.accept()
        if context is not None:
            sock = context.wrap_socket(sock, server_side=True)
        with sock, socket.create_connection(("127.0.0.1", target.port)) as onward:
            heads.append(sock.recv(65536))
            sock.sendall(b"HTTP/1.1 " + status + b"\r\n\r\n")
            if status.startswith(b"200"):
                back = threading.Thread(target=pump, args=(onward, sock))
                back.start()
                pump(sock, onward)
                back.join(PATIENCE)

    threading.Thread(target=work, daemon=True).start()
    return listener


@pytest.mark.parametrize(("scheme", "is_encrypted"), [("http", False), ("http", True), ("https", True)])
def test_a_stream_goes_through_a_proxy(serve: Serve, scheme: str, is_encrypted: bool) -> None:
    """By a tunnel, with the user's name for the proxy alone; TLS to the proxy, to the service, or in one another."""
    theirs, ours = contexts()
    server = serve(simple, ssl_context=theirs if is_encrypted else None)
    heads: list[bytes] = []

    with proxy(b"200 OK", server, heads, theirs if scheme == "https" else None) as listener:
        address = f"{scheme}://user:pass@localhost:{listener.getsockname()[1]}"
        assert "Teal." == "".join(ask(server, settings={"proxy": address, "ssl_context": ours}))

    assert heads[0].startswith(b"CONNECT localhost:%d HTTP/1." % server.port)
    assert b"Proxy-Authorization: Basic dXNlcjpwYXNz" in heads[0]
    assert KEY.encode() not in heads[0]
    assert "proxy-authorization" not in server.visits[0].headers


def test_a_proxy_that_refuses_is_told(serve: Serve) -> None:
    """Nothing was sent, and what it wants is said."""
    server = serve(simple)

    with (
        proxy(b"407 No", server, []) as listener,
        pytest.raises(ConnectionFailedError, match=r"status 407; it wants a user name and password in proxy="),
    ):
        ask(server, settings={"proxy": f"http://127.0.0.1:{listener.getsockname()[1]}"}, retry=0)

    assert [] == server.visits


def test_an_encrypted_proxy_leads_to_encrypted_addresses(serve: Serve) -> None:
    """Else the key would be all that is not encrypted."""
    with pytest.raises(ConnectionFailedError, match="https:// addresses only"):
        ask(serve(simple), settings={"proxy": "https://127.0.0.1:9"})


# -- leaving ----------------------------------------------------------------------------------------------------------


def leave_by_break(stream: TextStream) -> None:
    for _ in stream:
        break


def leave_by_exception(stream: TextStream) -> None:
    def fail() -> None:
        for _ in stream:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()


def leave_by_slice(stream: TextStream) -> None:
    assert ["Te"] == list(itertools.islice(stream, 1))


def leave_by_with(stream: TextStream) -> None:
    with stream:
        assert "Te" == next(stream)


def leave_by_close(stream: TextStream) -> None:
    assert "Te" == next(stream)
    stream.close()
    stream.close()


@pytest.mark.parametrize("leave", [leave_by_break, leave_by_exception, leave_by_slice, leave_by_with, leave_by_close])
def test_whoever_leaves_early_hangs_up(serve: Serve, leave: Callable[[TextStream], None]) -> None:
    """The server sees the end at once, and what had come stays."""
    server = serve(wait_on)
    stream = ask(server)

    leave(stream)

    assert server.visits[0].left.wait(PATIENCE)
    assert "Te" == stream.text
    assert stream.finish_reason is None
    assert "closed" in repr(stream)
    with pytest.raises(StopIteration):
        next(stream)


def test_a_stream_that_nobody_holds_hangs_up(serve: Serve) -> None:
    """Also one that was never read."""
    server = serve(wait_on)

    ask(server)
    gc.collect()

    assert server.visits[0].left.wait(PATIENCE)


def test_a_stream_outlives_a_client_that_nobody_holds(serve: Serve) -> None:
    """Only `close()` of the client ends it."""
    stream = ask(serve(simple))
    gc.collect()

    assert "Teal." == "".join(stream)


def test_closing_from_another_thread_ends_the_wait(serve: Serve) -> None:
    """A button that says stop; the loop simply ends."""
    server = serve(wait_on)
    stream = ask(server)
    pieces: list[str] = []

    def read() -> None:
        pieces.extend(stream)

    reader = threading.Thread(target=read)
    reader.start()
    eventually(lambda: stream.text)
    stream.close()
    reader.join(PATIENCE)

    assert not reader.is_alive()
    assert ["Te"] == pieces
    assert server.visits[0].left.wait(PATIENCE)


def test_closing_the_client_ends_its_streams(serve: Serve) -> None:
    """At once, with the error that every other call gets; what had come is in it."""
    server = serve(wait_on)
    runware = client(server)
    stream = runware.with_options(timeout=PATIENCE).stream_text("a", model="m", task_uuid=ROOT)
    caught: list[RunwareError] = []

    def read() -> None:
        with pytest.raises(ClientClosedError) as error:
            list(stream)
        caught.append(error.value)

    reader = threading.Thread(target=read)
    reader.start()
    eventually(lambda: stream.text)
    runware.close()
    reader.join(PATIENCE)

    assert ["Te"] == [str(text) for text in caught[0].results]
    assert str(caught[0]).endswith(f"; {UNKNOWN_REST}")
    assert server.visits[0].left.wait(PATIENCE)
    with pytest.raises(ClientClosedError):
        next(stream)
    with pytest.raises(ClientClosedError):
        runware.stream_text("a", model="m")
    assert 1 == len(server.visits)


def test_a_complete_stream_does_not_mind_a_close(serve: Serve) -> None:
    """It is not the client's any more."""
    runware = client(serve(simple))
    stream = runware.stream_text("a", model="m")
    text = "".join(stream)
    runware.close()

    assert (text, []) == (stream.text, list(stream))


@pytest.mark.parametrize("begins", [True, False])
def test_closing_the_client_ends_one_that_begins(serve: Serve, begins: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it waits for the head of the answer, or in the pause before another attempt."""
    waits = threading.Event()

    def answer(visit: Visit) -> None:
        if begins:
            waits.set()
        else:
            visit.answer(429, {})
        visit.wait_until_left()

    def pause(*_: Any) -> float:
        threading.Timer(0.05, waits.set).start()
        return 2 * PATIENCE

    runware = client(serve(answer))
    monkeypatch.setattr(Policy, "pause", pause)
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(runware.stream_text, "a", model="m")
        assert waits.wait(PATIENCE)
        runware.close()

        error = call.exception(PATIENCE)
        assert isinstance(error, ClientClosedError)
        assert begins is ("outcome is unknown" in str(error))  # what was turned away was not bought


@pytest.mark.skipif(os.name == "nt", reason="signals to oneself are another matter there")
@pytest.mark.parametrize("is_open", [True, False])
def test_ctrl_c_hangs_up_and_names_the_task(serve: Serve, is_open: bool) -> None:
    """It is the same exception that comes out, with a note."""

    def answer(visit: Visit) -> None:
        if is_open:
            visit.stream(words("Te"))
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        visit.wait_until_left()

    server = serve(answer)

    with pytest.raises(KeyboardInterrupt) as caught:
        list(ask(server))

    assert [f"textInference {ROOT} was sent and may be billed; collect it with {COLLECT}"] == caught.value.__notes__
    assert server.visits[0].left.wait(PATIENCE)


def test_ctrl_c_in_the_body_of_with_is_noted_too(serve: Serve) -> None:
    """The stream learns of it when it is left."""

    def interrupt() -> None:
        with ask(serve(wait_on)) as stream:
            for _ in stream:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        interrupt()

    assert COLLECT in caught.value.__notes__[0]


def test_ctrl_c_after_the_end_has_nothing_to_tell(serve: Serve) -> None:
    """The text is there."""

    def interrupt() -> None:
        with ask(serve(simple)) as stream:
            list(stream)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        interrupt()

    assert not hasattr(caught.value, "__notes__")


def test_what_is_interrupted_before_it_begins_was_never_sent(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no connection to be closed, and nothing to be collected."""
    server = serve(simple)
    runware = client(server)

    def interrupted(*_: object, **__: object) -> None:
        runware.close()
        raise KeyboardInterrupt

    monkeypatch.setattr(Policy, "run", interrupted)

    with pytest.raises(KeyboardInterrupt) as caught:
        runware.stream_text("a", model="m")

    assert not hasattr(caught.value, "__notes__")
    assert [] == server.visits


def test_what_a_callback_raises_ends_the_stream(serve: Serve) -> None:
    """It is the caller's exception, and comes out as it is."""

    def answer(visit: Visit) -> None:
        visit.stream(event({"delta": {"reasoningContent": "Hm."}}))
        visit.wait_until_left()

    server = serve(answer)

    with pytest.raises(ZeroDivisionError):
        next(ask(server, on_reasoning=lambda _: 1 / 0))

    assert server.visits[0].left.wait(PATIENCE)


def test_another_process_cannot_read_a_stream(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two readers of one connection would each get half of the text."""
    stream = ask(serve(simple))

    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("runware_sync.forks.generation", lambda: -1)
        with pytest.raises(ClientClosedError, match="the process that opened it"):
            next(stream)

    assert "Teal." == "".join(stream)


@pytest.mark.parametrize("travel", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_stream_says_that_it_cannot_travel(serve: Serve, travel: Callable[[TextStream], object]) -> None:
    """In words of its own, with what can be sent instead; it goes on."""
    stream = ask(serve(simple))

    with pytest.raises(TypeError, match=r"TextStream is not pickled.*client\.job\(task_uuid\)"):
        travel(stream)

    assert "Teal." == "".join(stream)
    assert stream.result == pickle.loads(pickle.dumps(stream.result))  # noqa: S301 - our own


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_leaves_the_stream_alone(serve: Serve) -> None:
    """It cannot read it, and its end is not the end of the parent's."""
    go_on = threading.Event()

    def answer(visit: Visit) -> None:
        visit.stream(words("Te"))
        assert go_on.wait(PATIENCE)
        visit.say(words("al.") + LAST + DONE)

    stream = ask(serve(answer))
    assert "Te" == next(stream)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            next(stream)
        except ClientClosedError:
            stream.close()
            code = 0
        os._exit(code)
    assert 0 == os.waitpid(child, 0)[1]
    go_on.set()

    assert ["al."] == list(stream)


def test_a_connection_that_is_cut_gives_everything_back(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it was being made or being read."""
    server = serve(wait_on)
    address = http_address(server.url)
    read, made = (Post(address, proxy=None, ssl_context=None) for _ in range(2))
    sockets: list[socket.socket] = []

    def interrupted(*args: Any) -> socket.socket:
        sockets.append(reach(*args))
        made.cut()
        return sockets[0]

    read.connect(PATIENCE)
    read.ask(b"[]", {}, Secret(KEY), PATIENCE)
    assert words("Te") == read.read()
    read.cut()
    assert b"" == read.read()
    read.close()
    monkeypatch.setattr("runware_sync.streaming.posting.reach", interrupted)
    with pytest.raises(ConnectionFailedError, match="closed while connecting"):
        made.connect(PATIENCE)
    made.close()

    assert server.visits[0].left.wait(PATIENCE)
    assert -1 == sockets[0].fileno()


# -- money ------------------------------------------------------------------------------------------------------------


def drop(visit: Visit) -> None:
    visit.stream(words("Te"), words("a"))


def drop_in_a_chunk(visit: Visit) -> None:
    visit.begin_chunked()
    visit.chunk(words("Te") + words("a"))
    visit.say(b"ff\r\ndata: {")


def drop_in_an_event(visit: Visit) -> None:
    visit.stream(words("Te"), words("a"), b'data: {"taskUUID"\n')


@pytest.mark.parametrize("answer", [drop, drop_in_a_chunk])
def test_a_lost_stream_is_not_bought_again(serve: Serve, answer: Answer) -> None:
    """It was posted exactly once; what had come is in the error, and how to collect the rest."""
    server = serve(answer)
    stream = ask(server)

    with pytest.raises(ConnectionLostError) as caught:
        list(stream)

    error = caught.value
    assert [ROOT] == server.uuids
    assert ["Tea"] == [str(text) for text in error.results]
    assert isinstance(error.results[0], Text)
    assert (ROOT, (ROOT,), "textInference", 1) == (error.task_uuid, error.task_uuids, error.task_type, error.attempts)
    assert str(error).endswith(f"; {UNKNOWN_REST}")
    assert "Tea" == stream.text
    assert str(error) == str(pickle.loads(pickle.dumps(error)))  # noqa: S301 - our own
    with pytest.raises(ConnectionLostError):
        next(stream)


def test_half_an_event_at_the_end_is_a_loss(serve: Serve) -> None:
    """It carries what had come before it."""
    server = serve(drop_in_an_event)

    with pytest.raises((ConnectionLostError, UnexpectedResponseError)) as caught:
        list(ask(server))

    assert ["Tea"] == [str(text) for text in caught.value.results]
    assert [ROOT] == server.uuids


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200", STREAM, b"nonsense\r\n\r\n"])
def test_a_connection_lost_before_the_answer_is_not_tried_again(serve: Serve, head: bytes) -> None:
    """The request was written, so its outcome is unknown."""
    server = serve(lambda visit: visit.say(head))

    with pytest.raises(ConnectionLostError, match=r"lost|ended") as caught:
        list(ask(server))

    assert [ROOT] == server.uuids
    assert str(caught.value).endswith(f"; {UNKNOWN}")


@pytest.mark.parametrize("begun", [True, False])
def test_a_silent_stream_is_not_bought_again(serve: Serve, begun: bool) -> None:
    """Neither before the head of the answer nor after."""

    def answer(visit: Visit) -> None:
        if begun:
            visit.stream(words("Te"))
        visit.wait_until_left()

    server = serve(answer)

    with pytest.raises(TaskTimeoutError, match=r"nothing came for 0.2 s") as caught:
        list(ask(server, timeout=0.2))

    assert [ROOT] == server.uuids
    assert str(caught.value).endswith(f"; {UNKNOWN_REST if begun else UNKNOWN}")
    assert (["Te"] if begun else []) == [str(text) for text in caught.value.results]
    assert server.visits[0].left.wait(PATIENCE)


def test_nothing_written_is_tried_again(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused connection costs nothing; the request goes under the same UUID."""
    tries = iter([ConnectionRefusedError(111, "refused"), None])

    def unreliable(*args: Any) -> socket.socket:
        if (error := next(tries)) is not None:
            raise error
        return reach(*args)

    monkeypatch.setattr("runware_sync.streaming.posting.reach", unreliable)
    server = serve(simple)

    assert "Teal." == "".join(ask(server))
    assert [ROOT] == server.uuids


def test_nobody_there_is_a_failed_connection() -> None:
    """After all windows; nothing was sent, and nothing is to be collected."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    runware = Runware(KEY, url=f"ws://127.0.0.1:{port}/v1")

    with pytest.raises(ConnectionFailedError) as caught:
        runware.stream_text("a", model="m")

    assert 3 == caught.value.attempts
    assert "collect" not in str(caught.value)


def test_a_handshake_has_a_deadline() -> None:
    """A peer that accepts and says nothing is given up; nothing was sent."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        runware = Runware(KEY, url=f"wss://127.0.0.1:{silent.getsockname()[1]}/v1", connect_timeout=1.0)

        with pytest.raises(ConnectTimeoutError, match="TLS with"):
            runware.stream_text("a", model="m", retry=0)


@pytest.mark.parametrize(
    "body",
    [{}, b"busy", {"errors": [{"code": "rateLimitExceeded", "message": "Slow down.", "taskUUID": ROOT}]}],
    ids=["empty", "words", "code"],
)
def test_what_came_too_fast_is_bought_under_a_child(serve: Serve, body: Any) -> None:
    """It was turned away before any result, so it is another purchase, which any process can find."""
    server = serve(in_turn(lambda visit: visit.answer(429, body), simple))
    stream = ask(server)

    assert "Teal." == "".join(stream)
    assert [ROOT, child_uuid(ROOT, 1)] == server.uuids
    assert stream.task_uuid == ROOT


def test_windows_bound_the_attempts(serve: Serve) -> None:
    """`retry=0` means exactly one."""
    server = serve(lambda visit: visit.answer(429, {}))

    with pytest.raises(RateLimitError) as caught:
        ask(server, retry=0)
    assert 1 == len(server.visits)
    assert (1, True) == (caught.value.attempts, caught.value.retryable)

    with pytest.raises(RateLimitError) as caught:
        ask(server, retry=2)
    assert 4 == len(server.visits)
    assert server.uuids[1:] == [ROOT, child_uuid(ROOT, 1), child_uuid(ROOT, 2)] == [*caught.value.task_uuids]


def test_the_server_names_the_pause(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the header that HTTP has for it."""
    errors: list[Any] = []

    def pause(_policy: Policy, error: ApiError, _attempt: int) -> float:
        errors.append(error)
        return 0.0

    monkeypatch.setattr(Policy, "pause", pause)
    server = serve(in_turn(lambda visit: visit.answer(429, {}, Retry_After="7"), simple))

    list(ask(server))

    assert [7] == [error.raw["retryAfter"] for error in errors]


def test_without_capacity_the_same_task_goes_again(serve: Serve) -> None:
    """Under the same UUID: should the server have taken it after all, it says so, and bills once."""
    server = serve(in_turn(lambda visit: visit.answer(503, b"", kind="text/html"), simple))

    assert "Teal." == "".join(ask(server))
    assert [ROOT, ROOT] == server.uuids


def test_a_conflict_with_our_own_first_send_says_how_to_collect(serve: Serve) -> None:
    """It was bought, then; no third send."""
    conflict = {"errors": [{"code": "conflictTaskUUID", "message": "Used.", "taskUUID": ROOT}]}
    server = serve(in_turn(lambda visit: visit.answer(503, {}), lambda visit: visit.answer(400, conflict)))

    with pytest.raises(ConflictError) as caught:
        ask(server)

    assert str(caught.value).endswith(f"; {UNKNOWN}")
    assert [ROOT, ROOT] == server.uuids


# -- what the server refuses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, InvalidRequestError),
        (401, AuthenticationError),
        (402, InsufficientCreditsError),
        (403, AuthenticationError),
        (404, NotFoundError),
        (418, ApiError),
        (500, ServerError),
        (502, ServerError),
        (504, ServerError),
    ],
)
@pytest.mark.parametrize(
    "body", [b"<html>", {"errors": [{"code": "neverHeardOf", "message": "No."}]}, [[]]], ids=["page", "code", "odd"]
)
def test_a_status_is_an_error_of_its_kind(serve: Serve, status: int, kind: type[RunwareError], body: Any) -> None:
    """Also where the body says nothing, or nothing that is known; none of these is tried again."""
    server = serve(lambda visit: visit.answer(status, body))

    with pytest.raises(kind) as caught:
        ask(server)

    assert type(caught.value) is kind
    assert 1 == len(server.visits)
    assert not caught.value.retryable
    assert ROOT in str(caught.value)
    assert (status >= 500) is str(caught.value).endswith(f"; {UNKNOWN}")  # which may be a gateway's word


@pytest.mark.parametrize(
    "body",
    [
        {"errors": [{"code": "invalidWidth", "message": "No."}]},
        {"error": {"code": "invalidWidth", "message": "No."}},
        [{"errors": [{"code": "invalidWidth", "message": "No."}]}],
        {"error": "No.", "code": "invalidWidth"},
        {"error": {"code": "invalidWidth", "message": "No."}, "taskUUID": ROOT, "taskType": "textInference"},
        {"error": [{"code": "invalidWidth", "message": "No."}]},
        {"data": [], "errors": [{"code": "invalidWidth", "message": "No."}]},
        {"data": {"taskUUID": ROOT, "status": "error", "error": {"code": "invalidWidth", "message": "No."}}},
    ],
    ids=["A", "B", "C", "E", "F", "G", "H", "in data"],
)
def test_every_shape_of_error_is_understood_in_the_stream(serve: Serve, body: Any) -> None:
    """What had come before it is in the error, and was read before it."""
    server = serve(lambda visit: visit.stream(words("Te"), event(body), words("al."), LAST, DONE))
    pieces: list[str] = []

    with pytest.raises(InvalidRequestError, match="No") as caught:
        pieces.extend(piece for piece in ask(server))

    assert "invalidWidth" == caught.value.code
    assert "unknown" not in str(caught.value)
    assert ["Te"] == [str(text) for text in caught.value.results]
    assert [ROOT] == server.uuids


def test_a_failure_that_the_service_tells_in_the_stream_is_its_last_word(serve: Serve) -> None:
    """Its own error is an answer, also one of the kind that a status of a gateway leaves in doubt."""
    failed = event({"errors": [{"code": "internalServerError", "message": "Gone."}]})
    server = serve(lambda visit: visit.stream(words("Te"), failed))

    with pytest.raises(ServerError) as caught:
        list(ask(server))

    assert "unknown" not in str(caught.value)
    assert [ROOT] == server.uuids


def test_an_error_in_the_stream_is_read_in_its_turn(serve: Serve) -> None:
    """Pieces that came with it, in one packet, come out first."""
    failed = event({"errors": [{"code": "providerError", "message": "Gone."}]})
    server = serve(lambda visit: visit.say(STREAM + b"\r\n" + words("Te") + words("a") + failed))
    stream = ask(server)

    assert ["Te", "a"] == [next(stream), next(stream)]
    with pytest.raises(ProviderError):
        next(stream)
    assert 1 == len(server.visits)


@pytest.mark.parametrize(
    ("answer", "words_of_it"),
    [
        (lambda visit: visit.answer(307, b"", Location="https://elsewhere.example.test/"), "redirects"),
        (lambda visit: visit.answer(200, b"<html>", kind="text/html"), "text/html"),
        (lambda visit: visit.say(STREAM + b"Content-Encoding: gzip\r\n\r\n"), "compressed"),
        (lambda visit: visit.stream(event("{")), "cannot be read"),
        (lambda visit: visit.stream(b"data: " + b"x" * 5000), "more than 2048 bytes"),
    ],
    ids=["redirect", "page", "compressed", "garbage", "too large"],
)
def test_what_is_no_stream_is_an_unexpected_response(serve: Serve, answer: Answer, words_of_it: str) -> None:
    """Posted once; nothing is followed."""
    server = serve(answer)

    with pytest.raises(UnexpectedResponseError, match=words_of_it):
        list(ask(server, settings={"max_message": 2048}))

    assert 1 == len(server.visits)


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"number_results": 2}, "text_inference brings several"),
        ({"webhook_url": "https://example.test/"}, "webhook_url"),
        ({"delivery_method": "async"}, "delivery_method='async'"),
    ],
)
def test_what_cannot_be_streamed_is_refused(more: dict[str, Any], complaint: str) -> None:
    """Before anything is sent."""
    with pytest.raises(ValueError, match=complaint):
        StreamText("a", model="m", **more)
    assert StreamText("a", model="m", number_results=1, delivery_method="stream") is not None


@pytest.mark.parametrize("name", ["number_results", "webhook_url", "delivery_method"])
def test_what_cannot_be_streamed_is_not_offered_as_if_it_could(name: str) -> None:
    """Where the class has a parameter that all tasks have, the help says so."""
    assert f"    {name}: Cannot be " in (Runware.stream_text.__doc__ or "")


# -- secrets ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [KEY, "schlüssel-0815-\N{KEY}"])
def test_the_key_shows_nowhere(serve: Serve, key: str, caplog: pytest.LogCaptureFixture, monkeypatch: Any) -> None:
    """Not in errors, tracebacks with their locals, logs, or in what http.client prints for those who debug it."""
    monkeypatch.setattr(HTTPConnection, "debuglevel", 1)
    caplog.set_level(logging.DEBUG)
    answers: list[Answer] = [
        lambda visit: visit.answer(401, {"errors": [{"code": "invalidApiKey", "message": "No."}]}),
        lambda visit: visit.say(b""),
        drop,
    ]
    server = serve(in_turn(*answers))
    printed = io.StringIO()
    told: list[str] = []
    streams: list[TextStream] = []

    def call() -> None:
        streams.append(Runware(key, url=server.url).stream_text("a", model="m"))
        list(streams[-1])

    with redirect_stdout(printed):
        for _ in answers:
            with pytest.raises(RunwareError) as caught:
                call()
            shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
            told += [repr(frame) + str(frame.locals) for frame in shown.stack if frame.filename != __file__]
            told += [*shown.format_exception_only(), repr(caught.value), repr(vars(caught.value)), repr(streams)]

    assert 3 == len(server.visits)
    assert any("Secret('***')" in text for text in told)
    for text in [*told, caplog.text, printed.getvalue()]:
        assert "key-of-a-test" not in text
