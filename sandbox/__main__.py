"""`python -m sandbox`: run the sandbox as its own process, reachable from this machine only."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from sandbox.config import SandboxConfig, with_manifest
from sandbox.seeds import SEEDS
from sandbox.server import running


def _parser() -> argparse.ArgumentParser:
    default = SandboxConfig()
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="A simulated Slack workspace on 127.0.0.1, with a web page.",
    )
    parser.add_argument("--port", type=int, default=default.port, help="0 picks a free one (default %(default)s)")
    parser.add_argument("--bot-url", help="the bot's URL for events, commands and interactions")
    parser.add_argument("--bot-clock-url", help="the URL that moves the bot's development clock")
    parser.add_argument("--seed", choices=SEEDS, default=default.seed, help="the starting workspace (%(default)s)")
    parser.add_argument("--manifest", type=Path, help="a Slack app manifest (JSON): scopes, events, commands")
    parser.add_argument("--bot-token", default=default.bot_token, help="%(default)s")
    parser.add_argument("--app-token", default=default.app_token, help="%(default)s")
    parser.add_argument("--signing-secret", default=default.signing_secret, help="%(default)s")
    parser.add_argument("--no-rate-limits", action="store_true", help="for load tests")
    return parser


def _config(arguments: argparse.Namespace) -> SandboxConfig:
    config = SandboxConfig(
        port=arguments.port,
        bot_url=arguments.bot_url,
        bot_clock_url=arguments.bot_clock_url,
        seed=arguments.seed,
        bot_token=arguments.bot_token,
        app_token=arguments.app_token,
        signing_secret=arguments.signing_secret,
        rate_limits=not arguments.no_rate_limits,
    )
    if arguments.manifest is None:
        return config
    return with_manifest(config, json.loads(arguments.manifest.read_text(encoding="utf-8")))


async def _serve(config: SandboxConfig) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    async with running(config) as sandbox:
        sys.stdout.write(f"{sandbox.url}\n")
        sys.stdout.flush()
        await stop.wait()


def main(argv: list[str] | None = None) -> int:
    """Run until SIGINT or SIGTERM. Exit code 2 if the port is in use or the manifest cannot be read."""
    arguments = _parser().parse_args(argv)
    try:
        asyncio.run(_serve(_config(arguments)))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"The sandbox cannot start: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
