"""Who may import whom."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import runware_sync

HOUSE = Path(runware_sync.__file__).parent
PACKAGE = HOUSE.name


def within(package: str, names: str) -> str:
    """Return the names of modules inside of a package."""
    return " ".join(f"{package}.{name}" for name in names.split())


# Bottom to top. A module may import those before it in its own row, and those of the rows that its row names.
# A package that stands as a whole holds modules which may import each other, without a cycle.
ROWS: dict[str, tuple[str, set[str]]] = {
    "ground": (
        (
            "_version codes formats discretion display shown errors failures forks secrecy options logs names uuids"
            " waiting extras"
        ),
        set(),
    ),
    "network": (within("network", "streams patience inbound transport address proxy dial"), {"ground"}),
    "content": (
        within("content", "origins peers downloads route fetching inscriptions saving folders"),
        {"ground", "network"},
    ),
    "media": (within("media", "dimensions pictures cargo mediums pixels given"), {"ground"}),
    "gallery": (within("gallery", "previews exhibits sheet"), {"ground", "content", "media"}),
    "results": ("results", {"ground", "content", "media", "gallery"}),
    "requests": ("requests", {"ground", "media", "results"}),
    "conversion": ("wire recipes", {"ground", "content", "media", "results", "requests"}),
    "protocol": (
        within(
            "protocol",
            "frames tasks slots outbox recovery shelf roster signing strays inquiry session heartbeat",
        ),
        {"ground"},
    ),
    "connection": (
        within("connection", "waker exchange watch opening reader lifecycle connection"),
        {"ground", "protocol", "network"},
    ),
    "calls": (
        within("calls", "retrying endings questions orders purchase call collecting pending"),
        {"ground", "protocol", "connection"},
    ),
    "jobs": (within("jobs", "errand crew agenda job progress mapping"), {"ground", "protocol", "calls"}),
    "streaming": (
        within("streaming", "sse transcript carriage posting refusals appeal live"),
        {"ground", "protocol", "network", "connection", "calls"},
    ),
    "methods": ("operation", {"ground", "requests"}),
    "facade": (
        "uploads packing errands verbatim streaming.stream sharing runner client grids",
        {
            *("ground", "content", "media", "gallery", "results", "requests", "conversion"),
            *("protocol", "connection", "calls", "jobs", "streaming", "methods"),
        },
    ),
    "ends": ("demo cli __main__", {"ground", "gallery", "results", "facade"}),
}
PARTED = {name.partition(".")[0] for names, _ in ROWS.values() for name in names.split() if "." in name}
SANDBOX = "sandbox"
REACH_THE_SANDBOX = {"sharing", "cli"}  # for `sandbox:`, and for the subcommand
ONLY_THERE = {  # a library, and the modules that may import it
    "websocket": set(within("network", "transport inbound streams dial proxy patience address").split()),
    "cattrs": {"wire"},
    "tenacity": {"calls.retrying"},
    "urllib3": {"content.downloads", "content.peers", "streaming.carriage", "streaming.posting"},
    "websockets": {SANDBOX},
    "PIL": {
        *(SANDBOX, "results", "grids", "demo"),
        *within("media", "pictures pixels").split(),
        *within("gallery", "sheet previews").split(),
    },
    "numpy": {"results"},
    "tqdm": {"jobs.progress"},
    "asyncio": {SANDBOX},
    "ssl": {
        *(SANDBOX, "options", "client", "streaming.posting"),
        *within("network", "streams dial address proxy transport patience").split(),
        *within("content", "route downloads").split(),
    },
    "socket": {
        *(SANDBOX, "streaming.carriage", "streaming.posting"),
        *within("network", "transport streams dial address proxy patience").split(),
        *within("connection", "waker exchange opening").split(),
        *within("content", "downloads peers").split(),
    },
}


def modules() -> dict[str, Path]:
    """Return every module of the package by its name below the package; the package itself is the empty name."""
    found = {}
    for path in HOUSE.rglob("*.py"):
        parts = path.relative_to(HOUSE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def house(module: str) -> str:
    """Return the name under which a module stands in the table."""
    package, _, _ = module.partition(".")
    return module if package in PARTED else package


def origin(module: str, node: ast.ImportFrom) -> str:
    """Return the full name of what `from ... import` imports from."""
    if not node.level:
        return str(node.module)
    climbed = node.level - (MODULES[module].name == "__init__.py")
    above = [PACKAGE, *filter(None, module.split("."))]
    return ".".join([*above[: len(above) - climbed], *filter(None, [node.module])])


def imported(module: str) -> Iterator[str]:
    """Yield the full name of whatever a module imports, also inside of functions."""
    for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = origin(module, node)
            for alias in node.names:
                name = f"{source}.{alias.name}"
                yield name if name.removeprefix(PACKAGE + ".") in MODULES else source


def own(module: str) -> set[str]:
    """Return the table's names of the modules of this package that a module imports."""
    inside = (name for name in imported(module) if name.partition(".")[0] == PACKAGE)
    return {house(name.removeprefix(PACKAGE).removeprefix(".")) for name in inside} - {house(module)}


def allowed(module: str) -> set[str]:
    """Return the table's names of what a module may import."""
    for names, below in ROWS.values():
        row = names.split()
        if module in row:
            return {*row[: row.index(module)], *(name for layer in below for name in ROWS[layer][0].split())}
    raise AssertionError(f"{module} has no row")


INSIDE = sorted(name for name in MODULES if name and house(name) != SANDBOX and name not in PARTED)


def test_every_module_has_a_row() -> None:
    """A new module is a decision about where it belongs; a module that has gone leaves the table."""
    rows = [name for names, _ in ROWS.values() for name in names.split()]

    assert sorted(rows) == sorted({house(name) for name in INSIDE})


@pytest.mark.parametrize("package", sorted(PARTED))
def test_a_part_of_the_package_has_no_code_of_its_own(package: str) -> None:
    """It says what its modules have in common, and loads none of them."""
    (node,) = ast.parse(MODULES[package].read_text("utf-8")).body

    assert isinstance(node, ast.Expr)


@pytest.mark.parametrize("layer", ROWS)
def test_rows_name_only_rows_below(layer: str) -> None:
    """The table itself has no cycle."""
    order = list(ROWS)

    assert all(order.index(below) < order.index(layer) for below in ROWS[layer][1])


@pytest.mark.parametrize("module", INSIDE)
def test_imports_go_downwards(module: str) -> None:
    """A module imports only what stands below it."""
    reachable = allowed(house(module))
    if module in REACH_THE_SANDBOX:
        reachable.add(SANDBOX)
    if "ends" == next(layer for layer, row in ROWS.items() if house(module) in row[0].split()):
        reachable.add("")  # the public names

    assert set() == own(module) - reachable


@pytest.mark.parametrize("module", sorted(name for name in MODULES if house(name) == SANDBOX))
def test_the_sandbox_imports_nothing_of_the_client(module: str) -> None:
    """A shared misunderstanding would otherwise pass every test."""
    assert set() == own(module)


@pytest.mark.parametrize("library", ONLY_THERE)
def test_a_library_is_known_in_one_place(library: str) -> None:
    """What is imported in one place can be replaced in one place."""
    users = {house(module) for module in MODULES if library in {name.partition(".")[0] for name in imported(module)}}

    assert set() == users - ONLY_THERE[library]


@pytest.mark.parametrize("package", sorted({house(name) for name in MODULES if "." in name}))
def test_packages_have_no_cycles(package: str) -> None:
    """Inside of a package, too, imports go one way."""
    graph = {
        module: {
            name.removeprefix(PACKAGE + ".") for name in imported(module) if name.startswith(f"{PACKAGE}.{package}.")
        }
        for module in MODULES
        if module.startswith(package + ".")
    }

    while free := {module for module, below in graph.items() if not below & graph.keys() - {module}}:
        for module in free:
            del graph[module]

    assert {} == graph
