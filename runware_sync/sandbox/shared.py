"""The one sandbox of a process for each `sandbox:` URL."""

import os
import threading
from typing import Any
from urllib.parse import parse_qsl

from attrs import fields

from runware_sync.sandbox.faults import Fault
from runware_sync.sandbox.sandbox import Sandbox
from runware_sync.sandbox.switches import Switches

__all__ = ["settings_of", "shared"]

_lock = threading.Lock()
_known: dict[tuple[int, tuple[tuple[str, str], ...]], Sandbox] = {}

_EVERY = {"drop_every": "drop", "half_open_every": "half_open", "fail_every": "fail"}
_YES = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def shared(url: str = "sandbox:") -> Sandbox:
    """Return this process's sandbox for a URL, started; the same URL gives the same one.

    A forked child gets its own. It runs as long as the process, and never keeps it from ending.

    Args:
        url: `sandbox:`, or `sandbox:?latency=0.2&drop_every=20`. The names are `seed`, those of `Switches`, and
            `drop_every`, `half_open_every`, `fail_every`.

    Raises:
        ValueError: The URL has another scheme, an unknown name, or a value that does not fit.
        SandboxUnavailableError: The extra is not installed.
    """
    query = _query(url)
    key = (os.getpid(), tuple(sorted(query.items())))
    with _lock:
        sandbox = _known.get(key)
        if sandbox is None:
            sandbox = Sandbox(**settings_of(query))
            _known[key] = sandbox
        return sandbox.start()


def _forked() -> None:
    """Give a forked child a lock that nobody holds, and no sandbox of its parent's."""
    global _lock  # noqa: PLW0603 - the parent's may be held by a thread that the child does not have
    _lock = threading.Lock()
    _known.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


def _query(url: str) -> dict[str, str]:
    scheme, separator, rest = url.partition(":")
    path, _, query = rest.partition("?")
    if scheme.lower() != "sandbox" or not separator or path.strip("/"):
        raise ValueError(f"{url!r} is no sandbox URL; it is sandbox: or sandbox:?latency=0.2")
    return dict(parse_qsl(query, keep_blank_values=True))


def settings_of(query: dict[str, str]) -> dict[str, Any]:
    """Return the keywords of `Sandbox` for the names and texts of a query; raise `ValueError` for what does not fit."""
    switches = {attribute.name: attribute for attribute in fields(Switches)}
    settings: dict[str, Any] = {}
    faults = []
    for name, text in query.items():
        if name == "seed":
            settings[name] = _number(name, text, int)
        elif name in _EVERY:
            faults.append(Fault(_EVERY[name], every=_number(name, text, int)))  # type: ignore[arg-type] # from the table
        elif name in switches:
            settings[name] = _value(name, text, str(switches[name].type))
        else:
            known = ", ".join(sorted([*switches, *_EVERY, "seed"]))
            raise ValueError(f"the sandbox has no setting {name!r}; it has {known}")
    return {**settings, "faults": faults}


def _value(name: str, text: str, kind: str) -> Any:
    if "None" in kind and text.lower() in {"", "none"}:
        return None
    if "bool" in kind:
        if text.lower() not in _YES:
            raise ValueError(f"{name}={text!r}: true or false is possible")
        return _YES[text.lower()]
    if "float" in kind:
        return _number(name, text, float)
    return _number(name, text, int) if "int" in kind else text


def _number(name: str, text: str, kind: type[int] | type[float]) -> Any:
    try:
        return kind(text)
    except ValueError as error:
        raise ValueError(f"{name}={text!r}: a number is needed") from error
