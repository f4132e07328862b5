"""Installing the playground with npm into a folder of its own, and the program that it is then."""

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
"""Where the playground answers as the Bot Connector, below its address."""
NPM_TIMEOUT = 300.0
"""Seconds for npm; it is one package of some megabytes."""


def install(folder: Path) -> Path:
    """Have the playground in the folder, as the lock says; a second time is quick. Gives what Node is to run.

    Raises:
        Failed: there is no Node that is new enough, or npm cannot fetch the package.
    """
    return fetch_packages(HERE, folder) / COMMAND


def fetch_packages(wanted: Path, folder: Path) -> Path:
    """Have in `folder` the packages that the lock in `wanted` names. Gives `folder`. Raises as `install`."""
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
    """The playground on that port, for the bot at that address. `command` is what `install` gave.

    It is told to be quiet towards Microsoft, and held to this machine in any case (loopback.js): by itself it listens
    on every address that the machine has.
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
            # It deletes the file that it logs to before it begins: as root even /dev/null.
            "M365_AGENTS_PLAYGROUND_LOGFILE": str(folder / OWN_LOG),
        },
        folder=folder,
        log=folder / LOG,
    )


def _node() -> str:
    """Node's path. Raises `Failed` when there is none, or an old one."""
    node = shutil.which("node")
    if node is None:
        raise CommandFailed(f"the demo for Teams needs Node.js {OLDEST_NODE} or newer, and there is none here; {_ELSE}")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
    major = said.removeprefix("v").partition(".")[0]
    if not major.isdecimal() or int(major) < OLDEST_NODE:
        raise CommandFailed(
            f"the demo for Teams needs Node.js {OLDEST_NODE} or newer, and here is {said or node}; {_ELSE}"
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
        reasons = result.stderr.strip().splitlines() or ["it gives no reason"]
        raise CommandFailed(f"npm could not fetch the playground ({reasons[0]}): it needs the network, or a mirror")


_ELSE = "install it and run this again, or look at the demo for Slack, which needs none: firstcall demo"
