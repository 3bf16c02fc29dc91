"""What the package is made of: only what it declares, and nothing that trusts what it should not."""

import ast
import configparser
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "runware_sync"
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMES = {"websocket": "websocket-client", "PIL": "pillow", "attr": "attrs", "attrs": "attrs"}
NOT_WANTED = {
    "eval": "runs text as a program",
    "exec": "runs text as a program",
    "compile": "makes a program of text",
    "loads of pickle": "runs what a stranger has pickled",
    "load of pickle": "runs what a stranger has pickled",
    "system of os": "hands text to a shell",
    "popen of os": "hands text to a shell",
    "mktemp of tempfile": "names a file before it is there",
    "_create_unverified_context of ssl": "believes any certificate",
}


def declared(section: str, key: str) -> dict[str, str]:
    """Return what setup.cfg declares: names in lower case, each with its bound."""
    configuration = configparser.ConfigParser()
    configuration.read(ROOT / "setup.cfg", encoding="utf-8")
    found = re.findall(r"^([\w-]+)(?:\[.*?\])?\s*(.*)$", configuration.get(section, key, raw=True), re.MULTILINE)
    return {name.lower(): bound for name, bound in found}


def imported(path: Path) -> Iterator[str]:
    """Yield the libraries that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            names.append(str(node.module))
        yield from (name.partition(".")[0] for name in names)


def called(path: Path) -> Iterator[str]:
    """Yield what a module calls: a name, or a name and of what it is."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield f"{node.func.attr} of {ast.unparse(node.func.value)}"


def test_every_library_is_declared() -> None:
    """What is imported has been chosen: needed always, by an extra, or by what one has installed oneself."""
    wanted = {name for path in MODULES for name in imported(path)} - {*sys.stdlib_module_names, "runware_sync"}
    known = declared("options", "install_requires") | declared("options.extras_require", "sandbox")
    optional = {"IPython", "numpy", "pytest", "tqdm", "dask", "distributed", "ipywidgets"}

    assert set() == {name for name in wanted - optional if NAMES.get(name, name).lower() not in known}


@pytest.mark.parametrize("place", [("options", "install_requires"), ("options.extras_require", "sandbox")], ids=repr)
def test_every_requirement_has_a_floor_and_comes_from_the_index(place: tuple[str, str]) -> None:
    """Nothing from an address, nothing in any version; no ceiling that would keep a repair away."""
    found = declared(*place)

    assert found
    assert {} == {name: bound for name, bound in found.items() if not re.fullmatch(r">=\s*[\d.]+", bound.strip())}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_is_trusted_that_should_not_be(path: Path) -> None:
    """No program is made of text, no stranger's pickle is read, no shell is asked, and certificates are checked."""
    text = path.read_text("utf-8")

    assert {} == {name: NOT_WANTED[name] for name in called(path) if name in NOT_WANTED}
    assert [] == re.findall(r"shell\s*=\s*True|CERT_NONE|check_hostname\s*=\s*False|verify\s*=\s*False", text)
