"""Copies and pickles of clients and jobs: what travels, what is shared, and who pays."""

import copy
import gc
import pickle
import ssl
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from server import PATIENCE, ScriptedServer, eventually

from runware_sync import ClientClosedError, ConfigurationError, ImageInference, Runware
from runware_sync.secrecy import Secret

KEY = "key-of-a-test-4711"
REQUEST = ImageInference("a fox", model="runware:101@1", width=128, height=128)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture(autouse=True)
def _key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNWARE_API_KEY", KEY)


def travelled(client: Runware) -> Runware:
    """Return what comes out of a client's pickle."""
    came = pickle.loads(pickle.dumps(client))  # noqa: S301 - our own
    assert isinstance(came, Runware)
    return came


# -- what a pickle holds --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_the_key_does_not_travel(server: ScriptedServer, protocol: int) -> None:
    """Not in any protocol, not after a call, not from a client with other options."""
    with Runware("another-key-0815", url=server.url) as runware:
        runware.run(REQUEST)

        for client in (runware, runware.with_options(timeout=3)):
            data = pickle.dumps(client, protocol)

            assert b"another-key" not in data
            assert b"session" not in data
            assert len(data) < 1000


def test_the_other_process_s_own_key_is_used(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read when the client arrives."""
    data = pickle.dumps(Runware("another-key-0815", url=server.url))
    monkeypatch.setenv("RUNWARE_API_KEY", "the-key-there-0816")

    with pickle.loads(data) as runware:  # noqa: S301 - our own
        runware.run(REQUEST)

    assert ["the-key-there-0816"] == [task["apiKey"] for task in server.received if "apiKey" in task]


def test_with_share_key_the_key_travels(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Because its owner said so; it is as hidden there as here."""
    data = pickle.dumps(Runware("another-key-0815", url=server.url, share_key=True))
    monkeypatch.delenv("RUNWARE_API_KEY")

    with pickle.loads(data) as runware:  # noqa: S301 - our own
        runware.run(REQUEST)
        shown = f"{runware!r} {vars(runware)}"
        again = travelled(runware).run(REQUEST)

    assert ["another-key-0815"] == [task["apiKey"] for task in server.received if "apiKey" in task]
    assert "another-key" not in shown
    assert len(again) == 1


def test_a_key_that_is_missing_is_told_by_the_first_call(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unpickling itself works: a process pool breaks, without a word, when its worker cannot unpickle a task."""
    monkeypatch.delenv("RUNWARE_API_KEY")
    runware = travelled(Runware("another-key-0815", url=server.url))

    for call in (runware.connect, lambda: runware.run(REQUEST), lambda: runware.submit(REQUEST).result(PATIENCE)):
        with pytest.raises(ConfigurationError, match=r"RUNWARE_API_KEY.*share_key=True"):
            call()

    assert [] == runware.pending()
    assert [] == server.peers


def test_all_settings_travel(server: ScriptedServer) -> None:
    """Each one that was given, and those that were given later by `with_options`."""
    given: dict[str, Any] = {
        "url": server.url,
        "timeout": 7.5,
        "max_retries": 5,
        "should_reconnect": False,
        "connect_timeout": 3.5,
        "heartbeat": 4.5,
        "max_in_flight": 3,
        "include_cost": False,
        "local_files": False,
        "proxy": "http://proxy.example.test:3128",
        "max_message": 4096,
        "dry_run": True,
        "share_key": True,
    }
    runware = Runware(KEY, **given)

    assert travelled(runware)._settings == runware._settings
    assert travelled(runware)._settings.proxy == Secret(given.pop("proxy"))
    assert {name: getattr(travelled(runware)._settings, name) for name in given} == given
    other = runware.with_options(timeout=1.5, include_cost=True)
    assert travelled(other)._settings == other._settings != runware._settings


def test_a_pickle_of_another_version_is_understood(server: ScriptedServer) -> None:
    """What it does not hold has its default; what is not known here is left out."""
    state = Runware(KEY, url=server.url, timeout=7.5).__getstate__()
    del state["heartbeat"]
    state["a setting of tomorrow"] = 3
    runware = Runware.__new__(Runware)

    runware.__setstate__(state)

    assert runware._settings.timeout == 7.5
    assert runware._settings.heartbeat == 15.0


def test_tls_settings_stay_in_their_process() -> None:
    """Said with what to do instead."""
    runware = Runware(KEY, url="wss://example.test/v1", ssl_context=ssl.create_default_context())

    with pytest.raises(TypeError, match=r"ssl_context=.*there"):
        pickle.dumps(runware)


def test_a_proxy_s_password_travels_with_the_key_only(server: ScriptedServer) -> None:
    """It is a secret like the key; to leave the proxy out would be another way to the service than the one chosen."""
    proxy = "http://user:geheim@proxy.example.test:3128"

    with pytest.raises(TypeError, match="share_key=True") as caught:
        pickle.dumps(Runware(KEY, url=server.url, proxy=proxy))

    assert "geheim" not in str(caught.value)
    assert travelled(Runware(KEY, url=server.url, proxy=proxy, share_key=True))._settings.proxy == Secret(proxy)


def test_a_subclass_travels_as_one(server: ScriptedServer) -> None:
    """By its class, as any object does."""
    runware = Mine(KEY, url=server.url)

    assert type(travelled(runware)) is Mine


class Mine(Runware):
    """A user's own."""


# -- one connection for the same settings ---------------------------------------------------------------------------


def test_unpickled_clients_share_one_connection(server: ScriptedServer) -> None:
    """With the client from which they came, and across time, as in a pool that unpickles one for each task."""
    runware = Runware(KEY, url=server.url)
    data = pickle.dumps(runware)
    runware.run(REQUEST)

    for _ in range(5):
        pickle.loads(data).run(REQUEST)  # noqa: S301 - our own
        gc.collect()

    assert len(server.peers) == 1
    assert len(server.paid) == 6
    runware.close()


def test_between_two_tasks_the_connection_stays(server: ScriptedServer) -> None:
    """Nobody holds a client then."""
    data = pickle.dumps(Runware(KEY, url=server.url))
    gc.collect()

    for _ in range(5):
        pickle.loads(data).run(REQUEST)  # noqa: S301 - our own
        gc.collect()

    assert len(server.peers) == 1
    pickle.loads(data).close()  # noqa: S301 - our own


def test_threads_that_unpickle_at_once_share_one_connection(server: ScriptedServer) -> None:
    """As in a worker process with several threads."""
    data = pickle.dumps(Runware(KEY, url=server.url))
    gc.collect()
    gate = threading.Barrier(8)

    def task() -> int:
        gate.wait(PATIENCE)
        return len(pickle.loads(data).run(REQUEST))  # noqa: S301 - our own

    with ThreadPoolExecutor(8) as pool:
        assert sum(future.result(PATIENCE) for future in [pool.submit(task) for _ in range(8)]) == 8

    assert len(server.peers) == 1
    assert len(server.paid) == 8
    pickle.loads(data).close()  # noqa: S301 - our own


def test_what_differs_from_call_to_call_needs_no_other_connection(server: ScriptedServer) -> None:
    """But each client keeps its own."""
    runware = Runware(KEY, url=server.url)
    other = travelled(runware.with_options(timeout=1.5, max_retries=7, include_cost=False))

    runware.run(REQUEST)
    other.run(REQUEST)

    assert [True, False] == [task.get("includeCost", False) for task in server.paid]
    assert len(server.peers) == 1
    runware.close()


def test_other_settings_mean_another_connection(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another account above all."""
    runware = Runware(KEY, url=server.url)
    patient = Runware(KEY, url=server.url, heartbeat=60)
    clients = [travelled(runware), travelled(patient)]
    monkeypatch.setenv("RUNWARE_API_KEY", "the-key-there-0816")
    clients.append(travelled(runware))

    for client in clients:
        client.run(REQUEST)

    assert len(server.peers) == 3
    for client in clients:
        client.close()


def test_a_client_that_is_made_has_a_connection_of_its_own(server: ScriptedServer) -> None:
    """Closing it closes nobody else's."""
    first, second = Runware(KEY, url=server.url), Runware(KEY, url=server.url)
    first.run(REQUEST)
    second.run(REQUEST)
    second.close()

    assert first.connected
    assert len(server.peers) == 2
    first.close()


def test_after_a_close_the_next_task_has_a_new_connection(server: ScriptedServer) -> None:
    """A task that says `with client:` spoils nothing for those that come after it."""
    data = pickle.dumps(Runware(KEY, url=server.url))
    gc.collect()

    tasks = []
    for _ in range(2):
        tasks.append(pickle.loads(data))  # noqa: S301 - our own
        with tasks[-1] as runware:
            runware.run(REQUEST)

    assert len(server.peers) == 2
    for runware in tasks:
        with pytest.raises(ClientClosedError):
            runware.run(REQUEST)
    assert len(server.paid) == 2


def test_a_line_is_not_kept_for_the_client_that_was_made_here(server: ScriptedServer) -> None:
    """Pickling leaks nothing: with its last holder, its connection goes."""
    runware = Runware(KEY, url=server.url)
    other = travelled(runware)
    other.run(REQUEST)
    gone = weakref.ref(runware._connection)

    del runware, other
    gc.collect()

    assert gone() is None
    eventually(lambda: not [t for t in threading.enumerate() if t.name == "runware-reader"])


# -- copies ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy])
def test_a_copy_shares_the_connection(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, way: Any) -> None:
    """Key included, for it stays in the process; TLS settings are no hindrance."""
    monkeypatch.delenv("RUNWARE_API_KEY")
    runware = Runware("another-key-0815", url=server.url, ssl_context=ssl.create_default_context())
    runware.run(REQUEST)

    other = way(runware)
    copied = way({"client": runware, "requests": [REQUEST]})

    assert other is not runware
    assert len(other.run(copied["requests"][0])) == 1
    assert len(copied["client"].run(REQUEST)) == 1
    assert len(server.peers) == 1
    other.close()
    assert not runware.connected


def test_a_job_stays_in_its_process(server: ScriptedServer) -> None:
    """Its UUID travels instead, and so does what it brings."""
    with Runware(KEY, url=server.url) as runware:
        job = runware.submit(REQUEST)
        job.result(PATIENCE)

        for way in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match=r"task_uuid.*client\.job"):
                way(job)
