"""`python -m runware_sync.sandbox`: an offline Runware for other processes, until Ctrl-C."""

import argparse
import logging
import signal
import sys
import threading
import time
from collections.abc import Sequence

from runware_sync.sandbox.sandbox import Sandbox, SandboxUnavailableError
from runware_sync.sandbox.shared import settings_of

__all__ = ["main"]

_DAY = 86_400.0
_LAST_PORT = 65_535


def main(arguments: Sequence[str] | None = None, *, prog: str = "python -m runware_sync.sandbox") -> int:
    """Run a sandbox until it is interrupted; return the exit status.

    Args:
        arguments: The command line's arguments; those of the process by default.
        prog: The command's name in the help.
    """
    parser = _parser(prog)
    options = parser.parse_args(arguments)
    if options.verbose:
        logging.basicConfig(level=logging.DEBUG, format="%(asctime)s %(message)s")
    pairs = [setting.partition("=") for setting in options.set]
    query = {name: text for name, _, text in pairs}
    for name in ("latency", "seed", "drop_every", "half_open_every", "balance"):
        value = getattr(options, name)
        if value is not None:
            query[name] = value
    try:
        sandbox = Sandbox(host=options.host, port=options.port, **settings_of(query))
        sandbox.start()
    except (ValueError, OSError, SandboxUnavailableError) as error:
        parser.error(str(error))
    if threading.current_thread() is threading.main_thread():
        # Also where a shell has started us in the background, with the interrupt ignored.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
    try:
        print(sandbox.url, flush=True)  # noqa: T201 - what the command is for
        while True:
            time.sleep(_DAY)
    except KeyboardInterrupt:
        return 0
    finally:
        sandbox.stop()


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog, description="An offline Runware on a websocket. Ends with Ctrl-C.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=8080, help="the port; 0 takes a free one (default: %(default)s)")
    parser.add_argument("--latency", metavar="SECONDS", help="how long each task takes")
    parser.add_argument("--seed", metavar="N", help="gives UUIDs and the seeds of pictures that have none")
    parser.add_argument("--balance", metavar="USD", help="what is on the account (default: enough)")
    parser.add_argument("--drop-every", metavar="N", help="cut the connection on every N-th task")
    parser.add_argument("--half-open-every", metavar="N", help="let the connection die silently on every N-th task")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="any other switch, for example split=one"
    )
    parser.add_argument("--verbose", action="store_true", help="log what happens")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is no port; there are 1 to {_LAST_PORT}, and 0 takes a free one")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
