"""A command line without settings: no environment variable of the app, and a working directory without `.env`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.settings import Settings, environment_name


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Change to an empty folder; returns it."""
    known = {environment_name(attribute) for attribute in Settings.model_fields}
    for name in [name for name in os.environ if name.upper() in known or name.upper().startswith("FIRSTCALL_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


class CommandLine:
    """`firstcall` in this process."""

    def __call__(self, *arguments: str, **environment: str) -> Result:
        result = CliRunner().invoke(main, list(arguments), prog_name="firstcall", env=dict(environment))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result


@pytest.fixture
def firstcall() -> CommandLine:
    return CommandLine()
