"""Quiet: what nobody waits for is warned of, and here that is nearly everything."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="module")
def quiet() -> Iterator[None]:
    """Let the client's log say nothing below an error."""
    logger = logging.getLogger("runware_sync")
    before = logger.level
    logger.setLevel(logging.ERROR)
    yield
    logger.setLevel(before)
