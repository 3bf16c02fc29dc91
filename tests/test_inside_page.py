"""`docs/inside.md`: every part, thread and lock has its line there, and nothing else has one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import runware_sync

HOUSE = Path(runware_sync.__file__).parent
PAGE = (HOUSE.parent / "docs" / "inside.md").read_text("utf-8")
SOURCES = {
    ".".join(path.relative_to(HOUSE).with_suffix("").parts): ast.parse(path.read_text("utf-8"))
    for path in HOUSE.rglob("*.py")
    if "sandbox" not in path.parts
}


def section(title: str) -> list[str]:
    """Return the first cells of a section's table."""
    text = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return [row.split("|")[1] for row in text.splitlines() if row.startswith("| ")][1:]


def named(cells: list[str]) -> list[str]:
    """Return what stands between backticks, in order."""
    return re.findall(r"`([^`]+)`", "\n".join(cells))


def made() -> Iterator[tuple[str, str]]:
    """Yield module and name of whatever a lock is put into."""
    for module, tree in SOURCES.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
                continue
            if re.search(r"threading\.(R?Lock|Condition|Semaphore|Event|Barrier)\b", ast.unparse(node.value)):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                yield module, ast.unparse(target).removeprefix("self.")


def test_every_part_has_its_line() -> None:
    """Whoever looks for a place finds what it is about."""
    there = {path.stem for path in HOUSE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}

    assert sorted(named(section("Who knows whom"))) == sorted(there - {"__init__", "__main__", "_version"})


def test_every_thread_has_its_line() -> None:
    """Each has a name of its own, and keeps no program from ending."""
    names = []
    for tree in SOURCES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "threading.Thread":
                told = {keyword.arg: ast.literal_eval(keyword.value) for keyword in node.keywords[-2:]}
                assert told["daemon"] is True
                names.append(told["name"])

    assert sorted(named(section("Threads"))) == sorted(names)


def test_every_lock_has_its_line() -> None:
    """And every line its lock."""
    told = set()
    for cell in section("Locks"):
        module = ""
        for name in named([cell]):
            if name in SOURCES:
                module = name
            else:
                told.add((module, name))

    assert sorted(told) == sorted(set(made()))
