"""Importing a module of the product or the sandbox has no side effects: no connection, thread, file or process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.repo.tracked import PACKAGES, tracked

# Alembic runs these itself during a migration; importing them would migrate.
RUN_BY_ALEMBIC = ("storage.migrations.env", "storage.migrations.versions.")

WATCH = """
import gc, importlib, json, sys, threading

module, seen = None, []
WATCHED = {
    "socket.connect", "socket.bind", "socket.getaddrinfo", "sqlite3.connect", "subprocess.Popen", "os.system",
    "os.mkdir", "os.remove", "os.rename", "os.putenv", "signal.pthread_kill",
}

def note(event, arguments):
    if event == "socket.bind" and arguments[1] == ("::1", 0):
        return  # urllib3, which the Teams SDK imports, checks for IPv6
    writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    if module and (event in WATCHED or (writes and "__pycache__" not in str(arguments[0]))):
        seen.append([module, event, str(arguments)])

start = threading.Thread.start
def watched_start(thread):
    seen.append([module, "thread", thread.name])
    start(thread)

threading.Thread.start = watched_start
sys.addaudithook(note)
for module in json.loads(sys.argv[1]):
    importlib.import_module(module)

import aiohttp, apscheduler.schedulers.base, slack_sdk.web, slack_sdk.web.async_client, sqlalchemy
kinds = (
    sqlalchemy.Engine, aiohttp.ClientSession, apscheduler.schedulers.base.BaseScheduler,
    slack_sdk.web.WebClient, slack_sdk.web.async_client.AsyncWebClient,
)
made = sorted({type(thing).__name__ for thing in gc.get_objects() if issubclass(type(thing), kinds)})
print(json.dumps({"seen": seen, "made": made, "threads": threading.active_count()}))
"""


def modules() -> list[str]:
    names = [
        name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for name in tracked()
        if name.endswith(".py") and name.startswith(tuple(f"{package}/" for package in PACKAGES))
    ]
    return [name for name in names if not name.startswith(RUN_BY_ALEMBIC)]


def test_importing_has_no_side_effects(tmp_path: Path) -> None:
    assert {"bot.app", "bot.teams.platform", "storage.database", "sandbox.server", "bot.cli.run"} <= set(modules())
    result = subprocess.run(
        [sys.executable, "-B", "-c", WATCH, json.dumps(modules())],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == {"seen": [], "made": [], "threads": 1}
    assert list(tmp_path.iterdir()) == []


def test_side_effects_are_detected(tmp_path: Path) -> None:
    (tmp_path / "busy.py").write_text(
        "import pathlib, sqlalchemy, sqlite3, threading\n"
        "engine = sqlalchemy.create_engine('sqlite:///x.db')\n"
        "sqlite3.connect('y.db').close()\n"
        "threading.Thread(target=print, name='mine').start()\n"
        "pathlib.Path('z').write_text('')\n"
    )
    result = subprocess.run(
        [sys.executable, "-B", "-c", WATCH, '["busy"]'], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    found = json.loads(result.stdout.splitlines()[-1])
    assert [event for _, event, _ in found["seen"]] == ["sqlite3.connect", "thread", "open"]
    assert found["made"] == ["Engine"]
