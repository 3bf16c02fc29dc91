"""The table of traps in `tests/README.md`, and the tests that it names."""

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NUMBERS = range(1, 49)


def in_the_table() -> dict[int, set[str]]:
    """Return the tests that the table names, by trap."""
    section = (HERE.parent / "README.md").read_text("utf-8").partition("## Traps")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\d+) \| [^|]+ \| ([^|]+) \|$", section, re.MULTILINE)
    return {int(number): set(re.findall(r"`([^`]+)`", tests)) for number, tests in rows}


def in_the_files() -> dict[int, dict[str, str]]:
    """Return the docstrings of the tests that there are, by trap and name."""
    found: dict[int, dict[str, str]] = {}
    for path in HERE.glob("test_*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and path.name != Path(__file__).name:
                number = re.match(r"test_trap_(\d\d)_", node.name)
                if number is not None:
                    found.setdefault(int(number[1]), {})[f"{path.name}::{node.name}"] = ast.get_docstring(node) or ""
                else:
                    assert not node.name.startswith("test"), f"{path.name}::{node.name} has no number"
    return found


@pytest.mark.parametrize("number", NUMBERS)
def test_a_trap_stands_in_the_table_with_its_tests(number: int) -> None:
    """All of those that there are, and no others; and each says what it is about."""
    tests = in_the_files().get(number, {})

    assert tests
    assert in_the_table()[number] == tests.keys()
    assert all(tests.values())


def test_there_are_no_other_traps() -> None:
    """A number is a number of the list."""
    assert set(NUMBERS) == in_the_table().keys() == in_the_files().keys()
