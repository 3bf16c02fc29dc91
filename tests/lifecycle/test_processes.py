"""Pools of processes: `client.run` maps over them, each process has one connection, and each request is bought once."""

import multiprocessing
import os
import pickle
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any

import pytest
from server import PATIENCE

from runware_sync import ConfigurationError, ImageInference, InvalidRequestError, Results, Runware
from runware_sync.sandbox import Fault, Sandbox

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # from 3.12 on: the sandbox has threads

KEY = "key-of-a-test-4711"
REQUESTS = [ImageInference("a fox", model="runware:101@1", width=128, height=128, seed=seed) for seed in range(8)]
WORKERS = 2
LONG = 3 * PATIENCE  # a process that is spawned imports everything


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def _know_the_key() -> None:
    """Set the key in a worker: a fork server may be older than this test, and have another environment."""
    os.environ["RUNWARE_API_KEY"] = KEY


@pytest.fixture(params=multiprocessing.get_all_start_methods())
def pool(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProcessPoolExecutor]:
    monkeypatch.setenv("RUNWARE_API_KEY", KEY)
    method = multiprocessing.get_context(request.param)
    with ProcessPoolExecutor(WORKERS, mp_context=method, initializer=_know_the_key) as pool:
        yield pool


def test_run_maps_over_processes(sandbox: Sandbox, pool: ProcessPoolExecutor) -> None:
    """One connection in each; the results can be read here, where nothing was ever dialled."""
    runware = Runware(url=sandbox.url, timeout=PATIENCE)

    pages: list[Any] = list(pool.map(runware.run, REQUESTS, timeout=LONG))

    assert [[request.seed] for request in REQUESTS] == [[image.seed for image in page] for page in pages]
    assert sandbox.purchases == len(REQUESTS)
    assert 1 <= len(sandbox.connections) <= WORKERS
    assert not runware.connected
    assert pages[0][0].read()


def test_methods_and_other_options_map_too(sandbox: Sandbox, pool: ProcessPoolExecutor) -> None:
    """A bound method travels with its client; clients that differ in what differs from call to call share a line."""
    runware = Runware(url=sandbox.url, timeout=PATIENCE)
    other = runware.with_options(include_cost=False)

    futures = [pool.submit(client.image_inference, request) for request in REQUESTS[:3] for client in (runware, other)]
    pages: list[Results[Any]] = [future.result(LONG) for future in futures]

    assert [True, False] * 3 == [page.cost is not None for page in pages]
    assert sandbox.purchases == 6
    assert 1 <= len(sandbox.connections) <= WORKERS


def test_a_client_in_use_maps_over_processes(sandbox: Sandbox, pool: ProcessPoolExecutor) -> None:
    """Its own connection is not theirs, also where they were forked from it, and it is not disturbed."""
    with Runware(url=sandbox.url, timeout=PATIENCE) as runware:
        runware.run(REQUESTS[0])

        pages = list(pool.map(runware.run, REQUESTS, timeout=LONG))

        assert len(pages) == len(REQUESTS)
        assert runware.connected
        assert len(runware.run(REQUESTS[0])) == 1
    assert sandbox.purchases == len(REQUESTS) + 2
    assert 2 <= len(sandbox.connections) <= 1 + WORKERS


def test_an_error_comes_back_as_itself(sandbox: Sandbox, pool: ProcessPoolExecutor) -> None:
    """With its code and its task; the pool lives on."""
    sandbox.add_fault(Fault("fail", at=1, code="invalidWidth"))
    runware = Runware(url=sandbox.url, timeout=PATIENCE)

    failed = pool.submit(runware.run, REQUESTS[0])
    error = failed.exception(LONG)

    assert isinstance(error, InvalidRequestError)
    assert error.code == "invalidWidth"
    assert error.task_uuid == sandbox.tasks[0].task_uuid
    assert KEY not in repr(vars(error))
    assert len(pool.submit(runware.run, REQUESTS[0]).result(LONG)) == 1


def test_a_missing_key_is_an_error_and_no_broken_pool(
    sandbox: Sandbox, pool: ProcessPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sent; with `share_key=True` it would be there."""
    monkeypatch.delenv("RUNWARE_API_KEY")
    settings: dict[str, Any] = {"url": sandbox.url, "timeout": PATIENCE}

    missing = pool.submit(_without_a_key, pickle.dumps(Runware(KEY, **settings))).exception(LONG)
    shared = pool.submit(_without_a_key, pickle.dumps(Runware(KEY, **settings, share_key=True))).result(LONG)

    assert isinstance(missing, ConfigurationError)
    assert "share_key=True" in str(missing)
    assert shared == 1
    assert sandbox.purchases == 1


def test_results_come_as_they_are_done(sandbox: Sandbox, pool: ProcessPoolExecutor) -> None:
    """As from any executor."""
    runware = Runware(url=sandbox.url, timeout=PATIENCE)

    futures = {pool.submit(runware.run, request): request for request in REQUESTS}
    seeds = {future.result()[0].seed: futures[future].seed for future in as_completed(futures, LONG)}

    assert {request.seed: request.seed for request in REQUESTS} == seeds
    assert sandbox.purchases == len(REQUESTS)


def _without_a_key(client: bytes) -> int:
    os.environ.pop("RUNWARE_API_KEY", None)
    runware: Runware = pickle.loads(client)  # noqa: S301 - our own
    return len(runware.run(REQUESTS[0]))
