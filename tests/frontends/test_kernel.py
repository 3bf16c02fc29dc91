"""A kernel, spoken to as a notebook does: what cells show, and what the stop button leaves behind."""

import re
from collections.abc import Iterator
from uuid import uuid4

import kernels
import pytest
from kernels import Kernel, only, printed
from server import eventually

from runware_sync.sandbox import Fault, Sandbox

CALL = 'runware.image_inference("a paper boat", model="m:1@1", width=128, height=128{more})'


def call(more: str = "") -> str:
    return CALL.replace("{more}", more and f", {more}")


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    folder = tmp_path_factory.mktemp("kernel")
    with Kernel(folder, RUNWARE_API_KEY="any", **kernels.environment(folder)) as kernel:
        yield kernel


@pytest.fixture
def sandbox(kernel: Kernel) -> Iterator[Sandbox]:
    """A service outside of the kernel, which can be watched, and a client in the kernel."""
    with Sandbox(price=0.25, faults=[Fault("lose", types=["imageUpscale", "upscale"])]) as sandbox:
        begun = f"from runware_sync import *\nrunware = Runware(url={sandbox.url!r}, timeout=60)"
        assert [] == kernel.run(begun)
        yield sandbox
        kernel.run("runware.close()")


def test_results_are_shown_as_one_bundle(kernel: Kernel, sandbox: Sandbox) -> None:
    """HTML with the pictures inside, and plain text for everything that knows no better."""
    data = only(kernel.run(call("number_results=3, seed=1")), "execute_result")["data"]

    assert {"text/html", "text/plain"} == data.keys()
    assert "Results(3 Image, cost=0.75)" == data["text/plain"]
    assert 3 == len(re.findall(r'<img src="data:image/jpeg;base64,[A-Za-z0-9+/=]{1000,}"', data["text/html"]))


def test_display_does_what_the_last_line_does(kernel: Kernel, sandbox: Sandbox) -> None:
    """In a loop, or in the middle of a cell."""
    outputs = kernel.run(f"for _ in range(2): display({call()}[0])\nNone")

    shown = [part["data"]["text/html"] for part in outputs if "display_data" == part["kind"]]
    assert [1, 1] == [page.count("<img ") for page in shown]


def test_an_error_is_a_traceback_that_ends_with_its_advice(kernel: Kernel, sandbox: Sandbox) -> None:
    """When it is raised; when it is shown, it is a box."""
    error = only(kernel.run(call('extra={"width": 100000}')), "error")
    box = only(kernel.run("import sys; sys.last_value"), "execute_result")["data"]["text/html"]

    assert "InvalidRequestError" == error["ename"]
    assert "imageInference" in error["traceback"][-1]
    assert "<div" in box
    assert "InvalidRequestError" in box


def test_the_stop_button_leaves_what_is_needed_to_collect(kernel: Kernel, sandbox: Sandbox) -> None:
    """A cell that waits ends at once, with the task and a line to paste; run again it works, and nothing is lost."""
    uuid = str(uuid4())
    lost = f'runware.upscale(picture, upscale_factor=2, task_uuid="{uuid}")'
    kernel.run(f"picture = {call()}[0]")
    cell = kernel.begin(lost)
    eventually(lambda: any(uuid == task.task_uuid for task in sandbox.tasks))

    kernel.interrupt()
    error = only(kernel.outputs(cell), "error")

    assert "KeyboardInterrupt" == error["ename"]
    last = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error["traceback"]))
    assert f"client.job('{uuid}').result()" in last
    assert 0.5 == sandbox.billed

    again = only(kernel.run(call()), "execute_result")["data"]
    assert "text/html" in again
    collected = only(kernel.run(f'runware.job("{uuid}").result()'), "execute_result")["data"]
    assert "<img " in collected["text/html"]
    assert 0.75 == sandbox.billed


def test_calls_work_inside_of_the_running_loop(kernel: Kernel, sandbox: Sandbox) -> None:
    """Every cell runs in the kernel's own event loop; blocking calls do not mind, and jobs can be awaited."""
    outputs = kernel.run(f"""
import asyncio
loop = asyncio.get_running_loop()
images = {call()}
job = runware.submit(ImageInference("a paper boat", model="m:1@1", width=128, height=128))
print(len(images), len(await asyncio.wrap_future(job)), loop is asyncio.get_running_loop())
""")

    assert "1 1 True\n" == printed(outputs)


def test_what_happens_on_the_way_is_told_in_its_own_cell(kernel: Kernel, sandbox: Sandbox) -> None:
    """`on_partial`, and bars, come from the thread that runs the cell."""
    told = call("number_results=3, on_partial=lambda images: [print('cell', images[0].seed, flush=True)]")
    shows = told.replace("runware.", "runware.with_options(progress=True).")
    many = "[ImageInference('a', model='m:1@1', width=128, height=128) for _ in range(4)]"

    first = kernel.run(f"{told};")
    second = kernel.run(f"_ = {shows}")
    third = kernel.run(f"_ = list(runware.map({many}, progress=True))")

    assert 1 <= printed(first).count("cell") <= 3
    assert "" == printed(first, "stderr")
    assert "3/3" in printed(second, "stderr")
    assert "$0.7500" in printed(second, "stderr")
    assert "4/4" in printed(third, "stderr")
    assert "$1.0000" in printed(third, "stderr")
