"""What all tests of secrets and trust begin with: no key is hidden yet, and no pause is made."""

import pytest

from runware_sync import secrecy
from runware_sync.retrying import Policy


@pytest.fixture(autouse=True)
def _forget_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test hide its own keys: nothing passes because of an earlier test."""
    monkeypatch.setattr(secrecy, "_hidden", secrecy._Hidden())


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what may be tried again be tried at once."""
    monkeypatch.setattr(Policy, "pause", lambda *_: 0.0)
