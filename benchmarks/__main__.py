"""Run the benchmarks: `python -m benchmarks [--quick] [--only NAME]`."""

import argparse
import os
import platform

from benchmarks.cases import CASES
from benchmarks.report import HEADER
from benchmarks.server import running


def _load() -> str:
    """Say how busy the machine has been in the last minute, since that decides whether figures may be quoted."""
    return f", load {os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else ""


def main() -> None:
    """Print a table, a line as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="what this library costs")
    parser.add_argument("--quick", action="store_true", help="few rounds: to see that it runs, not to quote")
    parser.add_argument("--only", action="append", choices=CASES, metavar="NAME", help=", ".join(CASES))
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} processors{_load()}\n")
    print(HEADER, flush=True)
    with running() as url:
        for name in options.only or CASES:
            for line in CASES[name](url, quick=options.quick):
                print(line, flush=True)
    print(f"\nAt the end{_load()}")


if __name__ == "__main__":
    main()
