"""The package as a whole: what importing it costs, which names it has, what it must not contain."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import runware_sync
from runware_sync import errors

ROOT = Path(__file__).parents[1]
HEAVY = "websocket tenacity cattrs asyncio PIL numpy ssl urllib3 websockets tqdm".split()
SOURCES = sorted(Path(runware_sync.__file__).parent.rglob("*.py"))


def fresh(script: str) -> str:
    """Return what a script prints in a fresh interpreter."""
    return subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-W", "error", "-c", script],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout


@pytest.mark.parametrize("statement", ["from runware_sync import Runware", "import runware_sync.cli"])
def test_importing_loads_nothing_heavy(statement: str) -> None:
    """Libraries load when they are used, not when the package is imported."""
    script = f"import sys, json\n{statement}\nprint(json.dumps(sorted(sys.modules)))"

    loaded = {name.partition(".")[0] for name in json.loads(fresh(script))}

    assert set() == loaded & set(HEAVY)


def test_importing_touches_nothing_global() -> None:
    """No thread, no logging handler but a NullHandler on our own logger, no warning filter."""
    script = """import logging, threading, warnings
before = list(warnings.filters)
from runware_sync import Runware
own = logging.getLogger("runware_sync")
print(threading.active_count(), len(logging.root.handlers), own.level, warnings.filters == before,
      all(type(handler) is logging.NullHandler for handler in own.handlers))"""

    assert "1 0 0 True True" == fresh(script).strip()


@pytest.mark.parametrize("name", runware_sync.__all__)
def test_public_names_exist(name: str) -> None:
    """What `__all__` promises can be had, and is listed by completion."""
    assert getattr(runware_sync, name) is not None
    assert name in dir(runware_sync)


def test_public_names_are_complete() -> None:
    """The client, every request class and every exception come from the top level."""
    from runware_sync import requests

    inside = {"own_copy", "Shape", "OpenShape"}
    wanted = {"Runware", "__version__", *errors.__all__, *requests.__all__} - inside

    assert set() == wanted - {*runware_sync.__all__}


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A misspelt import says so."""
    with pytest.raises(AttributeError, match="Runwear"):
        runware_sync.Runwear  # noqa: B018 - that is the test


def statements(text: str) -> int:
    """Return how many lines a module has without docstrings, comments and blank lines."""
    told = set[int]()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            told.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = enumerate(text.splitlines(), 1)
    return sum(number not in told and line.strip() != "" and line.strip()[0] != "#" for number, line in lines)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_sources_are_finished(path: Path) -> None:
    """No marks of unfinished work, nothing of one machine, and a module is no longer than a reader's patience."""
    text = path.read_text("utf-8")

    assert [] == re.findall(r"\bTODO\b|\bFIXME\b|\bXXX\b|NotImplementedError|/(?:work|root|tmp)/", text)
    assert ast.get_docstring(ast.parse(text))
    assert statements(text) < 300


def test_the_client_reads_well() -> None:
    """Every public method says what it does."""
    public = [name for name in vars(runware_sync.Runware) if not name.startswith("_")]

    assert [] == [name for name in public if not getattr(runware_sync.Runware, name).__doc__]
