"""IPython in a terminal."""

import os
import subprocess
import sys
from pathlib import Path

import kernels

from runware_sync.sandbox import Sandbox

CELLS = """
from runware_sync import Runware
runware = Runware(api_key="any")
images = runware.image_inference("a paper boat", model="m:1@1", width=128, height=128, number_results=2)
images
images[0]
images[0].at_hand
runware.image_inference("a", model="m:1@1", width=128, height=128, extra={"width": 100000})
"""


def test_a_terminal_shows_text_and_fetches_nothing(tmp_path: Path) -> None:
    """`repr` alone, errors as tracebacks with the sentence below."""
    with Sandbox(price=0.25) as sandbox:
        env = os.environ | kernels.environment(tmp_path) | {"RUNWARE_URL": sandbox.url}
        done = subprocess.run(
            [sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner", "--colors=NoColor"],
            env=env,
            input=CELLS,
            capture_output=True,
            text=True,
            timeout=100,
            check=True,
        )

    assert "Results(2 Image, cost=0.5)" in done.stdout
    assert "Image(task_uuid=" in done.stdout
    assert "False" in done.stdout
    assert "<div" not in done.stdout
    assert "InvalidRequestError: imageInference" in done.stdout
