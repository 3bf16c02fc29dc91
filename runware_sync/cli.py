"""The command line: `python -m runware_sync demo`, `python -m runware_sync sandbox`.

Exit status: 0, 1 (something failed), 2 (usage). Nothing heavy is imported before a subcommand needs it.
"""

import argparse
import io
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from runware_sync._version import __version__
from runware_sync.errors import ConfigurationError, RunwareError

__all__ = ["main"]

_INTERRUPTED: Final = 130  # what shells expect after Ctrl-C


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand, and return its exit status.

    Args:
        arguments: What follows the program's name; by default the process's own.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a prompt may hold what this terminal cannot show
    known = list(sys.argv[1:] if arguments is None else arguments)
    if known[:1] == ["sandbox"]:  # it has a parser of its own, also for --help
        return _sandbox(known[1:])
    chosen = _parser().parse_args(known)
    run: Callable[[argparse.Namespace], int] = chosen.run
    try:
        return run(chosen)
    except KeyboardInterrupt:
        return _fail(chosen.command, "interrupted", _INTERRUPTED)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="runware-sync", description="The Runware API from the command line.")
    parser.add_argument("--version", action="version", version=f"runware-sync {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    demo = commands.add_parser(
        "demo",
        help="run all six operations on one photograph",
        description="Run all six operations on one photograph, and leave the files and a contact sheet. Offline by "
        "default; against the service with --url and a key in the environment variable RUNWARE_API_KEY.",
    )
    demo.add_argument("photo", nargs="?", type=Path, metavar="PHOTO", help="a photograph; by default one is made")
    demo.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="where the files go (default: out)")
    demo.add_argument("--url", default="sandbox:", help="address of the service (default: sandbox:, offline)")
    demo.add_argument("--model", metavar="AIR", help="the model that makes images (default: runware:101@1)")
    demo.set_defaults(run=_demo)
    commands.add_parser("sandbox", help="serve the offline Runware on loopback", add_help=False)
    return parser


def _fail(command: str, reason: object, status: int) -> int:
    """Say in one line on standard error what went wrong, and return the exit status."""
    sys.stderr.write(f"runware-sync {command}: {' '.join(str(reason).split())}\n")
    return status


def _demo(chosen: argparse.Namespace) -> int:
    offline = chosen.url.startswith("sandbox:")
    missing = [name for name in ("PIL", "websockets") if (name == "PIL" or offline) and find_spec(name) is None]
    if missing:
        needed = " and ".join(missing).replace("PIL", "Pillow")
        return _fail("demo", f"it needs {needed}; install with: pip install 'runware-sync[sandbox]'", 1)
    from runware_sync import Runware
    from runware_sync.demo import DEFAULT_MODEL, Tour

    photo: Path | None = chosen.photo
    if photo is not None and not photo.is_file():
        return _fail("demo", f"there is no file {str(photo)!r}", 2)
    if offline:
        sys.stdout.write("offline: the pictures, texts and prices are the sandbox's own\n")
    try:
        with Runware(url=chosen.url) as runware:
            sheet = Tour(runware, chosen.out, photo=photo, model=chosen.model or DEFAULT_MODEL).run()
    except ConfigurationError as error:
        return _fail("demo", error, 2)
    except (RunwareError, OSError, ValueError) as error:
        return _fail("demo", error, 1)
    sys.stdout.write(f"\nlook at {sheet}\n")
    return 0


def _sandbox(arguments: Sequence[str]) -> int:
    from runware_sync.sandbox.__main__ import main as serve

    return serve(arguments)
