"""Run by `script/fuzz`: give FirstCall what nobody sends; exit code 1 if an answer was wrong, too late, or missing."""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import sys

from script import fuzz_messages, fuzz_requests


def parser() -> argparse.ArgumentParser:
    """The command line."""
    fuzz = argparse.ArgumentParser(prog="script/fuzz", description=__doc__)
    fuzz.add_argument("--seed", type=int, default=random.randrange(2**32))
    kinds = fuzz.add_subparsers(dest="kind", required=True)

    messages = kinds.add_parser("messages", help="messages for the detector: each gets an answer, in linear time")
    messages.add_argument("--messages", type=int, default=100_000, help="(default %(default)s)")

    requests = kinds.add_parser("requests", help="HTTP requests, signed and not: no 5xx, no traceback, no lost memory")
    requests.add_argument("--requests", type=int, default=3_000, help="(default %(default)s; the full test: 30000)")
    return fuzz


def main() -> int:
    """Run the fuzzer from the command line."""
    options = parser().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that `finally` blocks stop the child process
    print(f"seed {options.seed}")
    if options.kind == "messages":
        return 0 if fuzz_messages.run(options.messages, options.seed) else 1
    return 0 if asyncio.run(fuzz_requests.run(options.requests, random.Random(options.seed))) else 1


if __name__ == "__main__":
    raise SystemExit(main())
