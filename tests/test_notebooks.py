"""The notebooks run from top to bottom, offline, and are committed without outputs."""

from importlib import import_module
from pathlib import Path
from typing import Any

import kernels
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


def read(path: Path) -> Any:
    nbformat: Any = import_module("nbformat")  # its functions have no types
    return nbformat.read(path, as_version=4)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_hold_no_outputs(path: Path) -> None:
    """What they print is made by the reader's own run."""
    cells = [cell for cell in read(path).cells if cell.cell_type == "code"]

    assert [(None, [])] * len(cells) == [(cell.execution_count, cell.outputs) for cell in cells]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell runs against the sandbox, and shows something."""
    for name, value in kernels.environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("RUNWARE_API_KEY", raising=False)
    notebook = read(path)

    kernels.execute(notebook, tmp_path)

    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    shown = "".join("".join(output.get("data", {}).get("text/html", "")) for output in outputs)

    assert [] == [output for output in outputs if output["output_type"] == "error"]
    assert 3 <= shown.count('src="data:'), "there is more to see than text"
