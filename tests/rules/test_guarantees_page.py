"""`docs/guarantees.md`: what it names is there."""

import ast
import re
from pathlib import Path

import pytest
from attrs import fields

from runware_sync.sandbox import Switches

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
PAGE = (ROOT / "docs" / "guarantees.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)))
TABLES = re.findall(r"^\|(.+)\|$", PAGE, re.MULTILINE)


def switches_named() -> set[str]:
    """Return the switches of the second table, and those that the text below it and the examples name."""
    column = [row.split("|")[1] for row in TABLES if len(row.split("|")) == 4]
    text = "".join(re.findall(r"switch(?:es)? (`[^;)]+)", PAGE)) + "".join(re.findall(r"\((`task_log`)\)", PAGE))
    examples = re.findall(r"Sandbox\((\w+)=|sandbox:\?(\w+)=", PAGE)
    return set(re.findall(r"`(\w+)`", "".join(column) + text)) | {name for pair in examples for name in pair if name}


@pytest.mark.parametrize(("file", "name"), NAMED, ids=lambda part: part)
def test_every_test_that_the_page_names_exists(file: str, name: str) -> None:
    """In the file that it says."""
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    known = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    assigned = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    known |= {target.id for target in assigned if isinstance(target, ast.Name)}

    assert name in known


def test_every_switch_that_the_page_names_exists() -> None:
    """And is one of the sandbox's."""
    known = {attribute.name for attribute in fields(Switches)}

    assert {"reuse", "replay", "unknown_task", "sync_questions", "task_log", "session_lifetime"} <= switches_named()
    assert set() == switches_named() - known


def test_every_promise_has_its_test() -> None:
    """Each row of the first two tables names one that exists."""
    rows = [row for row in TABLES if len(row.split("|")) in {2, 4}]
    promises = [row for row in rows if "---" not in row and not row.startswith((" promise ", " the service |"))]

    assert len(promises) > 30
    assert [] == [row for row in promises if "::" not in row]


def test_the_page_is_linked_from_the_readme() -> None:
    """In the section about money."""
    section = (ROOT / "README.md").read_text("utf-8").partition("## The promise about money")[2].partition("\n## ")[0]

    assert "(docs/guarantees.md)" in section
