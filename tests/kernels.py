"""Kernels of Jupyter in an environment of their own: a notebook from top to bottom, or one cell after the other."""

import json
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Self

from server import PATIENCE

ROOT = Path(__file__).parents[1]
START = 120.0  # seconds that a kernel may take to come up


@contextmanager
def _quiet() -> Iterator[None]:
    """Let Jupyter's own modules warn of each other, while they are imported and while they run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def environment(folder: Path) -> dict[str, str]:
    """Return the variables with which a kernel, `python3`, runs this checkout, and keeps to a folder."""
    kernel = folder / "kernels" / "python3"
    kernel.mkdir(parents=True, exist_ok=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (kernel / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Python", "language": "python"}))
    return {
        "JUPYTER_PATH": str(folder),
        "JUPYTER_PLATFORM_DIRS": "1",
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }


def notebook(*cells: str) -> Any:
    """Return a notebook of some cells of code."""
    nbformat: Any = import_module("nbformat")  # its functions have no types
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python", "language": "python"}
    return made


def execute(book: Any, folder: Path, *, allow_errors: bool = False) -> None:
    """Run a notebook from top to bottom, in this process's environment, and keep its outputs in it."""
    with _quiet():
        from nbclient import NotebookClient

        resources = {"metadata": {"path": str(folder)}}
        NotebookClient(
            book, timeout=START, allow_errors=allow_errors, kernel_name="python3", resources=resources
        ).execute()


Message = dict[str, Any]


class Kernel:
    """A kernel, spoken to as a notebook does; use it with `with`."""

    def __init__(self, folder: Path, **variables: str) -> None:
        with _quiet():
            from jupyter_client.manager import KernelManager

        self._folder = folder
        self._variables = variables
        self._manager: Any = KernelManager(kernel_name="python3")

    def __enter__(self) -> Self:
        with _quiet():
            self._manager.start_kernel(env=os.environ | self._variables, cwd=str(self._folder))
            self._client: Any = self._manager.client()
            self._client.start_channels()
            self._client.wait_for_ready(timeout=START)
        return self

    def __exit__(self, *_: object) -> None:
        with _quiet():
            self._client.stop_channels()
            self._manager.shutdown_kernel(now=True)

    def begin(self, code: str) -> str:
        """Run a cell; return its name."""
        with _quiet():
            return str(self._client.execute(code))

    def interrupt(self) -> None:
        """Press the stop button."""
        with _quiet():
            self._manager.interrupt_kernel()

    def outputs(self, cell: str) -> list[Message]:
        """Wait until a cell has run; return what belongs to it, each part with its `kind`."""
        found: list[Message] = []
        while True:
            with _quiet():
                message = self._client.get_iopub_msg(timeout=2 * PATIENCE)
            if message["parent_header"].get("msg_id") != cell:
                self.astray(message)
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                return found
            if kind not in {"status", "execute_input"}:
                found.append({"kind": kind, **content})

    def astray(self, message: Message) -> None:
        """Take note of what belongs to no cell, or to another one; the kernel's own messages are no concern."""
        kind = message["msg_type"]
        assert kind in {"status", "execute_input", "comm_open", "iopub_welcome"}, f"{kind}: {message}"[:2000]

    def run(self, code: str) -> list[Message]:
        """Run a cell, and return what belongs to it."""
        return self.outputs(self.begin(code))


def printed(outputs: list[Message], stream: str = "stdout") -> str:
    """Return what was printed."""
    return "".join(part["text"] for part in outputs if part["kind"] == "stream" and part["name"] == stream)


def only(outputs: list[Message], kind: str) -> Message:
    """Return the one part of a kind."""
    [found] = [part for part in outputs if part["kind"] == kind]
    return found
