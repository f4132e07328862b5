"""Installs the playground with npm into a folder, and describes how to run it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from bot.cli.demo.processes import Program
from bot.cli.exit_codes import CommandFailed

HERE = Path(__file__).parent
OLDEST_NODE = 20
LOCK, PACKAGE = "package-lock.json", "package.json"
COMMAND = Path("node_modules", "@microsoft", "m365agentsplayground", "cli.js")
LOG, OWN_LOG = "playground.log", "playground-own.log"
CONNECTOR = "_connector"
"""The path at which the playground serves the Bot Connector API."""
NPM_TIMEOUT = 300.0
"""Seconds for npm; it is one package of some megabytes."""


def install(folder: Path) -> Path:
    """Install the locked playground into the folder, unless it is already there. Returns the script for Node to run.

    Raises:
        CommandFailed: there is no Node that is new enough, or npm cannot fetch the package.
    """
    return fetch_packages(HERE, folder) / COMMAND


def fetch_packages(wanted: Path, folder: Path) -> Path:
    """Install the packages of the lock in `wanted` into `folder`. Returns `folder`; raises as `install`."""
    npm = _npm()
    folder.mkdir(parents=True, exist_ok=True)
    lock, installed = wanted / LOCK, folder / "installed.json"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        for name in (PACKAGE, LOCK):
            shutil.copyfile(wanted / name, folder / name)
        _run(npm, folder)
        shutil.copyfile(lock, installed)
    return folder


def program(command: Path, *, port: int, bot: str, folder: Path) -> Program:
    """The playground on `port`, for the bot at address `bot`. `command` is what `install` returned.

    Telemetry is disabled, and loopback.js restricts it to this machine: by default it listens on all addresses.
    """
    return Program(
        name="playground",
        interpreter=(_node(), "--require", str(HERE / "loopback.js")),
        arguments=[
            *(str(command), "start", "--channel-id", "msteams", "--disable-telemetry"),
            *("--port", str(port), "--app-endpoint", f"{bot}/api/messages"),
            *("--service-url", f"http://127.0.0.1:{port}/{CONNECTOR}"),
        ],
        environment={
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder),
            "TEAMSAPPTESTER_BROWSER": "none",
            "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(HERE / "company.json"),
            # It deletes its log file at startup; as root it would delete even /dev/null.
            "M365_AGENTS_PLAYGROUND_LOGFILE": str(folder / OWN_LOG),
        },
        folder=folder,
        log=folder / LOG,
    )


def _node() -> str:
    """The path of Node. Raises `CommandFailed` if it is missing or too old."""
    node = shutil.which("node")
    if node is None:
        raise CommandFailed(
            f"the demo for Teams needs Node.js {OLDEST_NODE} or newer, but it is not installed; {_ELSE}"
        )
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
    major = version.removeprefix("v").partition(".")[0]
    if not major.isdecimal() or int(major) < OLDEST_NODE:
        raise CommandFailed(
            f"the demo for Teams needs Node.js {OLDEST_NODE} or newer, but this is {version or node}; {_ELSE}"
        )
    return node


def _npm() -> str:
    _node()
    npm = shutil.which("npm")
    if npm is None:
        raise CommandFailed(f"the demo for Teams needs npm, which usually comes with Node.js; {_ELSE}")
    return npm


def _run(npm: str, folder: Path) -> None:
    try:
        result = subprocess.run(  # noqa: S603
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=NPM_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CommandFailed(f"npm did not fetch the playground within {NPM_TIMEOUT:.0f} seconds") from None
    if result.returncode:
        reasons = result.stderr.strip().splitlines() or ["no reason given"]
        raise CommandFailed(f"npm could not fetch the playground ({reasons[0]}): it needs the network, or a mirror")


_ELSE = "install it and run this again, or try the demo for Slack, which does not need it: firstcall demo"
