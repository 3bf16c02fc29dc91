"""The UUIDs of tasks."""

import os
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from runware_sync import uuids
from runware_sync.uuids import child_uuid, fresh_uuid


def test_a_fresh_uuid_is_one_of_version_4() -> None:
    """Whoever checks its form finds nothing odd."""
    for _ in range(200):
        text = fresh_uuid()
        made = uuid.UUID(text)
        assert (text, 4, uuid.RFC_4122) == (str(made), made.version, made.variant)


def test_no_two_are_the_same_from_many_threads() -> None:
    """Nothing is bought under the UUID of another task."""
    ready = threading.Barrier(8)

    def make(_: int) -> list[str]:
        ready.wait(30)
        return [fresh_uuid() for _ in range(2000)]

    with ThreadPoolExecutor(8) as pool:
        made = [text for texts in pool.map(make, range(8)) for text in texts]

    assert len(set(made)) == 16_000


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # from 3.12 on: pytest's threads run, on purpose
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_child_makes_others_than_its_parent() -> None:
    """It begins with its parent's memory, and two of its kind with the same."""
    fresh_uuid()
    told: list[str] = []
    for _ in range(2):
        near, far = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(far, fresh_uuid().encode())
            os._exit(0)
        os.close(far)
        with os.fdopen(near) as answer:
            told.append(answer.read())
        assert os.waitpid(child, 0)[1] == 0

    assert len({*told, fresh_uuid()}) == 3
    assert all(uuid.UUID(text).version == 4 for text in told)


def test_a_child_uuid_follows_from_its_root() -> None:
    """Another process that knows the root knows its children; in whatever letters the root is written."""
    root = fresh_uuid()

    children = [child_uuid(root, ordinal) for ordinal in range(1, 4)]

    assert children == [child_uuid(root.upper(), ordinal) for ordinal in range(1, 4)]
    assert len({root, *children}) == 4
    assert all(uuid.UUID(text).version == 4 for text in children)


def test_machines_that_go_on_from_one_snapshot_make_others() -> None:
    """They have the same memory, and the time is not the same in them."""
    state = uuids._chance.getstate()
    first = [fresh_uuid() for _ in range(100)]
    uuids._chance.setstate(state)

    assert set() == {*first} & {fresh_uuid() for _ in range(100)}
