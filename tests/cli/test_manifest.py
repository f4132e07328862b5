"""`firstcall manifest slack` writes what Slack's own schema takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bot.cli.exit_codes import ExitCode
from tests.cli.conftest import CommandLine

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "contracts" / "slack-app-manifest.schema.json").read_text("utf-8")
)


@pytest.mark.parametrize(
    ("arguments", "socket_mode"), [(["--socket-mode"], True), (["--url", "https://firstcall.example.com/"], False)]
)
def test_slack_takes_it(arguments: list[str], socket_mode: bool, firstcall: CommandLine) -> None:
    result = firstcall("manifest", "slack", *arguments)
    assert result.exit_code == ExitCode.FINE
    written = json.loads(result.stdout)
    jsonschema.validate(written, SCHEMA)
    assert written["settings"]["socket_mode_enabled"] is socket_mode
    addresses = {
        written["settings"]["interactivity"].get("request_url"),
        written["settings"]["event_subscriptions"].get("request_url"),
        written["features"]["slash_commands"][0].get("url"),
    }
    assert addresses == {None if socket_mode else "https://firstcall.example.com/slack/events"}


def test_it_can_go_to_a_file(firstcall: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "manifest.json"
    result = firstcall("manifest", "slack", "--socket-mode", "--out", str(out))
    assert (result.exit_code, result.stdout) == (ExitCode.FINE, "")
    jsonschema.validate(json.loads(out.read_text("utf-8")), SCHEMA)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--socket-mode", "--url", "https://firstcall.example.com"],
        ["--url", "http://firstcall.example.com"],
        ["--url", "firstcall.example.com"],
        ["--url", "https://firstcall.example.com/slack/events"],
    ],
)
def test_what_slack_would_refuse_is_refused_here(arguments: list[str], firstcall: CommandLine) -> None:
    result = firstcall("manifest", "slack", *arguments)
    assert (result.exit_code, result.stdout) == (ExitCode.WRONG_USE, "")
