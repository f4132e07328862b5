"""Packages of npm that browser tests load into a page: fetched once, as their lock says, next to the environment."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import pytest

from bot.cli.demo.teams_playground.program import fetch_packages
from tests.repo.tracked import ROOT

HERE = Path(__file__).parent


def fetched(name: str) -> Path:
    """The `node_modules` of tests/browser/`name`, in .venv/`name`. Concurrent workers wait for the one that installs.

    Without Node.js the test is skipped, in CI it fails.
    """
    if shutil.which("node") is None:
        message = f"the tests with {name} need Node.js 20 or newer"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    installed = ROOT / ".venv" / name
    installed.mkdir(parents=True, exist_ok=True)
    with (installed / "claimed").open("w") as claim:
        fcntl.flock(claim, fcntl.LOCK_EX)
        return fetch_packages(HERE / name, installed) / "node_modules"
