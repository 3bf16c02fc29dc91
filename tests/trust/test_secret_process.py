"""A whole program, with everything turned on that can tell: what it prints, logs, saves and pickles; and a notebook."""

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from server import PATIENCE

from runware_sync.sandbox import Sandbox

KEY = "rk-found-nowhere-7421"
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
KEYS = (KEY, KEY[:13], "pass-found-nowhere")
SECRETS = (*KEYS, PICTURE[:70], "token-found-nowhere", "signature-found-nowhere")

TELL_ALL = """
import http.client, logging, os, pickle, sys, traceback, websocket
websocket.enableTrace(True)
http.client.HTTPConnection.debuglevel = 1
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)

import runware_sync
from runware_sync import ImageInference, Runware

def tell(value):
    print(repr(value), str(value), repr(vars(value)))
    try:
        with open(f"{type(value).__name__}.pickle", "wb") as file:
            pickle.dump(value, file)
    except Exception as error:
        print(repr(error))

def attempt(call):
    try:
        tell(call())
    except Exception as error:
        tell(error)
        print("".join(traceback.TracebackException.from_exception(error, capture_locals=True).format()))
"""
CALL_ALL = """
runware = Runware()
tell(runware)
image = runware.image_inference("a", model="runware:101@1", width=64, height=64, include_cost=True)[0]
tell(image)
attempt(image.read)
print(image.save("out/"))
print(runware.image_inference("a", model="runware:101@1", width=64, height=64, output_type="base64Data").save("out/"))
attempt(lambda: runware.remove_background(f"data:image/png;base64,{os.environ['PICTURE']}"))
attempt(lambda: runware.caption("https://me:pass-found-nowhere@a.test/a.png?signature-found-nowhere"))
attempt(lambda: runware.raw({"taskType": "imageInference", "webhookURL": "https://a.test/?signature-found-nowhere"}))
stream = runware.stream_text("a", model="m")
print("".join(stream))
tell(stream)
job = runware.submit(ImageInference("a", model="runware:101@1"))
job.result()
tell(job)
attempt(lambda: runware.get_task_details(image.task_uuid))
attempt(runware.account_management)
attempt(lambda: Runware(timeout=-1))
tell(runware)
runware.close()
"""
FAIL_ALL = """
wrong = Runware(url=os.environ["CLOSED_URL"])
tell(wrong)
attempt(lambda: wrong.image_inference("a", model="m", retry=0))
attempt(lambda: "".join(wrong.stream_text("a", model="m", retry=0)))
attempt(wrong.connect)
proxied = Runware(url="wss://service.example.test", proxy="http://me:pass-found-nowhere@127.0.0.1:9")
attempt(proxied.connect)
wrong.close()
print("told all")
"""


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Two sandboxes, one of which knows the key and one that does not, as the program finds them."""
    with Sandbox(api_keys=[KEY]) as opened, Sandbox(api_keys=["another"]) as closed:
        kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        yield {
            **kept,
            "RUNWARE_API_KEY": KEY,
            "RUNWARE_LOG": "debug",
            "RUNWARE_URL": f"{opened.url}?token-found-nowhere",
            "CLOSED_URL": f"{closed.url}?token-found-nowhere",
            "PICTURE": PICTURE,
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        assert opened.billed
        assert "authentication" in {task["taskType"] for task in closed.received}
        assert [] == closed.tasks


def assert_silent(content: str | bytes, secrets: tuple[str, ...] = SECRETS) -> None:
    text = content.decode("latin-1") if isinstance(content, bytes) else content
    for secret in secrets:
        assert secret not in text, text[max(0, text.index(secret) - 500) : text.index(secret) + 100]


def test_a_program_that_tells_all_it_can_tells_no_secret(tmp_path: Path, environment: dict[str, str]) -> None:
    """With traces of websocket-client and http.client, and the root logger at debug; nor is any in a file."""
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-X", "faulthandler", "-c", TELL_ALL + CALL_ALL + FAIL_ALL],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE,
        check=False,
    )

    assert 0 == done.returncode, done.stderr[-3000:]
    assert done.stdout.endswith("told all\n")
    for told in ("--- request header ---", "runware_sync.connection.reader DEBUG > [", "AuthenticationError"):
        assert told in done.stdout + done.stderr
    assert "base64>" in done.stderr
    assert_silent(done.stdout, KEYS)  # variables may hold what the user has given, but never the key
    assert_silent(done.stderr)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {".jpg", ".pickle"} <= {path.suffix for path in files}
    for path in files:
        # A client's pickle is its settings: an address that was given to it with a query is one of them.
        assert_silent(path.read_bytes(), KEYS if path.name == "Runware.pickle" else SECRETS)


def test_a_notebook_that_shows_all_it_can_keeps_no_secret(
    tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is saved with a notebook is its outputs: prints, logs, reprs, and the traceback of a failed cell."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of Jupyter's own modules, while they are imported
        from nbclient import NotebookClient
    nbformat: Any = import_module("nbformat")  # its functions have no types
    kernel = tmp_path / "kernels" / "python3"
    kernel.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (kernel / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Python"}))
    environment |= {
        "JUPYTER_PATH": str(tmp_path),
        "JUPYTER_PLATFORM_DIRS": "1",
        "IPYTHONDIR": str(tmp_path / "ipython"),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    cells = [
        "%xmode Verbose",
        TELL_ALL,
        CALL_ALL,
        FAIL_ALL,
        "runware",
        "image",
        "vars(runware)",
        "[wrong, wrong._settings]",
        "Runware(max_retries=-1)",
        "wrong.connect()",
        "list(wrong.stream_text('a', model='m', retry=0))",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        NotebookClient(
            notebook,
            timeout=120,
            allow_errors=True,
            kernel_name="python3",
            resources={"metadata": {"path": str(tmp_path)}},
        ).execute()

    errors = [output.ename for cell in notebook.cells for output in cell.outputs if "error" == output.output_type]
    assert ["ConfigurationError", "AuthenticationError", "AuthenticationError"] == errors
    saved = json.dumps([cell.outputs for cell in notebook.cells], ensure_ascii=False)
    assert "told all" in saved
    assert_silent(saved, KEYS)


@pytest.mark.parametrize("argument", ["--api-key", "--key", "--token"])
@pytest.mark.parametrize("command", [[], ["demo"], ["sandbox"]], ids=" ".join)
def test_the_key_is_no_argument(command: list[str], argument: str) -> None:
    """Every user of a machine can read the arguments of its processes."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "runware_sync", *command, argument, KEY],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert 2 == done.returncode
    assert "apikey" not in done.stdout.lower().replace("_", "").replace("-", "")
