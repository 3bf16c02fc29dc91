"""TLS under load, both ways at once: the condition that drops the connections of websocket-client with two threads."""

import multiprocessing
import selectors
import socket
import ssl
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
import stress_peer
import trustme
from attrs import define, field
from peers import LIMIT, called

from runware_sync.network.transport import Transport

MEGABYTE = 1 << 20
PATIENCE = 90.0


@pytest.fixture
def served() -> Iterator[tuple[int, ssl.SSLContext]]:
    """A server in another process: its port, and a context that trusts it."""
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.bytes()
    context = ssl.create_default_context()
    authority.configure_trust(context)
    spawn = multiprocessing.get_context("spawn")
    near, far = spawn.Pipe()
    process = spawn.Process(target=stress_peer.run, args=(far, certificate), daemon=True)
    process.start()
    assert near.poll(LIMIT), "the server did not start"
    try:
        yield near.recv(), context
    finally:
        with suppress(OSError):
            near.send("end")
        process.join(LIMIT)
        near.close()
        far.close()


@define
class Owner:
    """The thread that owns the transport, as the reader does, with nothing of the reader in it."""

    transport: Transport
    outbox: deque[str] = field(factory=deque)
    answers: dict[str, Callable[[str, bytes], None]] = field(factory=dict)
    ending: bool = False
    failure: BaseException | None = None
    near: socket.socket = field(init=False)
    far: socket.socket = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.near, self.far = socket.socketpair()
        self.near.setblocking(False)
        self.far.setblocking(False)

    def put(self, message: str) -> None:
        """Hand a message over; any thread may."""
        self.outbox.append(message)
        with suppress(BlockingIOError):
            self.far.send(b"!")

    def run(self) -> None:
        """Carry messages until told to end."""
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self.near, selectors.EVENT_READ)
                selector.register(self.transport, selectors.EVENT_READ)
                while not self.ending:
                    self._turn(selector)
        except BaseException as error:  # noqa: BLE001 - told by the test
            self.failure = error

    def _turn(self, selector: selectors.BaseSelector) -> None:
        transport = self.transport
        while self.outbox and not transport.wants_write:
            transport.send(self.outbox.popleft())
            transport.flush()
        if transport.wants_write:
            transport.flush()
        selector.modify(transport, selectors.EVENT_READ | (selectors.EVENT_WRITE if transport.wants_write else 0))
        busy = transport.pending() or (self.outbox and not transport.wants_write)
        for key, _ in selector.select(0 if busy else 1):
            if key.fileobj is self.near:
                self.near.recv(65536)
        for message in transport.receive():
            head, _, payload = message.partition(b"|")
            self.answers[head.split(b",")[1].decode()](head.decode(), payload)


@define
class Feeder:
    """One thread that sends messages of one kind, some at a time, and checks what comes back."""

    owner: Owner
    name: str
    kind: str
    count: int
    window: int
    sizes: tuple[int, ...]
    expected: deque[tuple[str, int]] = field(factory=deque)
    wrong: list[str] = field(factory=list)
    answered: int = 0
    carried: int = 0
    _room: threading.Semaphore = field(init=False)
    done: threading.Event = field(factory=threading.Event)

    def __attrs_post_init__(self) -> None:
        self._room = threading.Semaphore(self.window)
        self.owner.answers[self.name] = self._check

    def run(self) -> None:
        """Send everything."""
        until = time.monotonic() + PATIENCE
        payloads = {size: stress_peer.pattern(size).decode() for size in self.sizes}
        for number in range(self.count):
            if not self._room.acquire(timeout=max(0.0, until - time.monotonic())) or self.owner.failure is not None:
                return
            size = self.sizes[number % len(self.sizes)]
            head = f"{self.kind},{self.name},{number},{size}"
            self.expected.append((head, size))
            self.owner.put(f"{head}|{'' if self.kind == 'down' else payloads[size]}")

    def _check(self, head: str, payload: bytes) -> None:
        """Compare an answer with the question that is the oldest."""
        asked, size = self.expected.popleft()
        if self.kind == "up":
            right = b"%d %d" % (size, zlib.crc32(stress_peer.pattern(size)))
        else:
            right = stress_peer.pattern(size)
        if asked != head or right != payload:
            self.wrong.append(f"{asked}: {head}, {len(payload)} bytes")
        self.answered += 1
        self.carried += size
        self._room.release()
        if self.answered == self.count:
            self.done.set()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_carries_everything_both_ways_at_once(version: ssl.TLSVersion, served: tuple[int, ssl.SSLContext]) -> None:
    """Small and large messages, from six threads for each connection: no connection lost, every byte right."""
    port, context = served
    context.minimum_version = context.maximum_version = version
    began = time.monotonic()
    transports = [called(f"wss://127.0.0.1:{port}/", ssl_context=context) for _ in range(2)]
    owners = [Owner(transport) for transport in transports]
    feeders = [
        Feeder(owner, name, kind, count, window, sizes)
        for owner in owners
        for name, kind, count, window, sizes in (
            ("a", "echo", 5000, 50, (1, 125, 126, 400, 3000)),
            ("b", "echo", 5000, 50, (16384, 70, 16385, 5)),
            ("c", "echo", 400, 1, (10,)),
            ("d", "up", 25, 2, (7_000_000, 65536, 300_000)),
            ("e", "down", 25, 2, (11_000_000, 65536, 300_000)),
            ("f", "echo", 12, 1, (3_000_000,)),
        )
    ]
    runs = [*(owner.run for owner in owners), *(feeder.run for feeder in feeders)]
    threads = [threading.Thread(target=run, daemon=True) for run in runs]

    for thread in threads:
        thread.start()
    finished = [feeder.done.wait(max(0.0, began + PATIENCE - time.monotonic())) for feeder in feeders]
    seconds = time.monotonic() - began
    for owner in owners:
        owner.ending = True
        owner.put("echo,a,0,0|")
    for thread in threads:
        thread.join(LIMIT)
    for owner in owners:
        owner.transport.shut()
        owner.near.close()
        owner.far.close()

    assert [None, None] == [owner.failure for owner in owners]
    assert all(finished), [(feeder.name, feeder.answered, feeder.count) for feeder in feeders]
    assert [] == [words for feeder in feeders for words in feeder.wrong]
    messages = sum(feeder.answered for feeder in feeders)
    megabytes = sum(feeder.carried for feeder in feeders) / MEGABYTE
    print(f"\n{messages} messages, {megabytes:.0f} MiB, {seconds:.1f} s, 0 of {len(owners)} connections lost")
