"""Run a storm: `python -m tests.storm [--calls 10000] [--threads 32] [--faults 500] [--seed 7] [--tls]`."""

import argparse
import os
import platform
import sys
import time

from .report import growth, lines, settled
from .schedule import schedule
from .storming import Terms, services, storm


def main() -> int:
    """Run one storm, print what it has come to, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.storm", description="calls, faults, and the laws after them")
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--threads", type=int, default=32)
    parser.add_argument("--faults", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7, help="decides everything that is drawn")
    parser.add_argument("--tls", action="store_true", help="over TLS")
    options = parser.parse_args()
    terms = Terms(threads=options.threads, tls=options.tls)
    phases = schedule(options.seed, options.calls, options.faults, window=terms.timeout)
    began = time.monotonic()
    with services(terms) as (service,):
        report = storm(service, phases, terms, lambda words: print(words, file=sys.stderr, flush=True))
    grown = list(growth(settled(report), report.samples[-1][1]))
    print(f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} processors, seed {options.seed}")
    print(*lines(report, time.monotonic() - began), *(f"GROWTH       {what}" for what in grown), sep="\n")
    if report.violations or grown:
        print(f"broken; repeat it with --seed {options.seed} --calls {options.calls} --faults {options.faults}")
        return 1
    print("held")
    return 0


if __name__ == "__main__":
    sys.exit(main())
