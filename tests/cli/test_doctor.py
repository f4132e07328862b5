"""`firstcall doctor` finds what is missing, names the next step, and shows no secret."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli import doctor_checks
from bot.cli.exit_codes import ExitCode
from bot.settings import Settings
from bot.slack.manifest import SCOPES, manifest
from storage.migrate import upgrade
from tests.cli.cli_process import sandbox
from tests.cli.conftest import CommandLine


@pytest.fixture(scope="module")
def slack_url() -> Iterator[str]:
    with sandbox() as url:
        yield f"{url.rstrip('/')}/api/"


@pytest.fixture
def complete(slack_url: str) -> dict[str, str]:
    """Settings with which the bot can run."""
    return {
        "SLACK_API_URL": slack_url,
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_SIGNING_SECRET": "sandbox-signing-secret",
        "FIRSTCALL_PORT": "0",
    }


def report(firstcall: CommandLine, settings: dict[str, str]) -> dict[str, Any]:
    result = firstcall("doctor", "--json", **settings)
    told: dict[str, Any] = json.loads(result.stdout)
    assert result.exit_code == (ExitCode.FINE if told["ok"] else ExitCode.FAILED)
    for finding in told["findings"]:
        assert (finding["next_step"] is None) == (finding["state"] == "ok")
    for secret in ("xoxb-", "sandbox-signing-secret", "hunter2"):
        assert secret not in result.output.replace("starts with xoxb-", "")
    return told


def problems(told: dict[str, Any]) -> list[str]:
    return [finding["check"] for finding in told["findings"] if finding["state"] == "problem"]


def test_complete_settings_have_no_problem(firstcall: CommandLine, complete: dict[str, str]) -> None:
    told = report(firstcall, complete)
    assert told["ok"]
    assert [finding["check"] for finding in told["findings"]] == [
        *("python", "packages", "settings", "database", "slack", "scopes", "clock", "port", "browser"),
    ]


def test_the_report_is_marked_lines(firstcall: CommandLine, complete: dict[str, str]) -> None:
    result = firstcall("doctor", **complete)
    assert result.exit_code == ExitCode.FINE
    assert result.stdout.startswith("✓ python: ")
    assert result.stdout.endswith("\nThe bot can run.\n")


def test_a_problem_comes_with_its_next_step(firstcall: CommandLine, complete: dict[str, str]) -> None:
    result = firstcall("doctor", **complete | {"SLACK_BOT_TOKEN": "xoxb-wrong"})
    assert result.exit_code == ExitCode.FAILED
    assert (
        "✗ slack: Slack does not accept the bot token: invalid_auth\n    Copy the Bot User OAuth Token" in result.stdout
    )
    assert result.stdout.endswith("\n1 thing keeps the bot from running.\n")


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "slack"),
        ({"SLACK_SIGNING_SECRET": ""}, "slack"),
        ({"SLACK_API_URL": "http://127.0.0.1:1/api/"}, "slack"),
        ({"FIRSTCALL_PORT": "http"}, "settings"),
        ({"DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/x"}, "database"),
        ({"DATABASE_URL": "sqlite:///nowhere/at/all.db"}, "database"),
    ],
)
def test_each_wrong_setting_is_found(
    change: dict[str, str], check: str, firstcall: CommandLine, complete: dict[str, str]
) -> None:
    assert problems(report(firstcall, complete | change)) == [check]


TEAMS = {
    "MICROSOFT_APP_ID": "11111111-2222-4333-8444-555555555555",
    "MICROSOFT_APP_PASSWORD": "hunter2",
    "MICROSOFT_APP_TENANT_ID": "99999999-8888-4777-8666-555555555555",
}


def test_teams_alone_is_enough(firstcall: CommandLine) -> None:
    told = report(firstcall, TEAMS | {"FIRSTCALL_PORT": "0"})
    assert told["ok"]
    assert ("teams", "the settings are complete, for 1 tenant") in [(f["check"], f["found"]) for f in told["findings"]]
    assert "slack" not in [finding["check"] for finding in told["findings"]]
    told = report(firstcall, TEAMS | {"FIRSTCALL_PORT": "0", "TEAMS_ADMINS": "ada@example.com, bruno@example.com"})
    assert "the settings are complete, for 1 tenant, with 2 admins" in [f["found"] for f in told["findings"]]


def test_both_platforms_are_checked(firstcall: CommandLine, complete: dict[str, str]) -> None:
    told = report(firstcall, complete | TEAMS | {"MICROSOFT_APP_PASSWORD": ""})
    assert problems(told) == ["teams"]


def test_an_anonymous_bot_is_a_note(firstcall: CommandLine) -> None:
    told = report(firstcall, {"FIRSTCALL_TEAMS_ANONYMOUS": "true", "FIRSTCALL_PORT": "0"})
    assert told["ok"]
    assert "teams" in [finding["check"] for finding in told["findings"] if finding["state"] == "note"]


def test_no_platform_at_all_is_a_problem(firstcall: CommandLine) -> None:
    assert problems(report(firstcall, {"FIRSTCALL_PORT": "0"})) == ["platforms"]


def test_a_migrated_database_is_fine(firstcall: CommandLine, complete: dict[str, str], database_url: str) -> None:
    assert report(firstcall, complete | {"DATABASE_URL": database_url})["ok"]


@pytest.mark.both_databases
def test_a_database_without_tables_needs_a_migration(
    firstcall: CommandLine, complete: dict[str, str], empty_database_url: str
) -> None:
    told = report(firstcall, complete | {"DATABASE_URL": empty_database_url})
    if empty_database_url.startswith("sqlite"):
        assert told["ok"]  # `run` creates it
    else:
        assert problems(told) == ["database"]


def test_the_doctor_creates_nothing(firstcall: CommandLine, complete: dict[str, str], no_settings: Path) -> None:
    report(firstcall, complete)
    assert list(no_settings.iterdir()) == []


def test_an_unknown_setting_is_noted(firstcall: CommandLine, complete: dict[str, str]) -> None:
    told = report(firstcall, complete | {"FIRSTCALL_PROT": "3000"})
    assert told["ok"]
    assert [finding["found"] for finding in told["findings"] if finding["state"] == "note"][:1] == [
        "FIRSTCALL_PROT is set, and there is no such setting"
    ]


def test_missing_scopes_are_named_with_their_reason(
    firstcall: CommandLine, complete: dict[str, str], tmp_path: Path
) -> None:
    asked = manifest(socket_mode=True)
    asked["oauth_config"] = {"scopes": {"bot": sorted(SCOPES.keys() - {"users:read", "im:write"})}}
    (tmp_path / "manifest.json").write_text(json.dumps(asked))
    with sandbox("--manifest", str(tmp_path / "manifest.json")) as url:
        told = report(firstcall, complete | {"SLACK_API_URL": f"{url.rstrip('/')}/api/"})
    assert problems(told) == ["scopes"]
    [finding] = [finding for finding in told["findings"] if finding["check"] == "scopes"]
    assert finding["found"] == f"the token lacks im:write ({SCOPES['im:write']}); users:read ({SCOPES['users:read']})"


def test_a_port_in_use_is_a_note(firstcall: CommandLine, complete: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = report(firstcall, complete | {"FIRSTCALL_PORT": str(taken.getsockname()[1])})
    assert told["ok"]
    assert [finding["check"] for finding in told["findings"] if finding["state"] == "note"][:1] == ["port"]


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "state"), [(0, "ok"), (60, "ok"), (-60, "ok"), (61, "problem"), (-61, "problem")])
def test_a_clock_may_differ_by_a_minute(seconds: int, state: str) -> None:
    assert doctor_checks.clock(NOON, NOON + timedelta(seconds=seconds)).state == state


def test_a_wrong_clock_is_this_machines() -> None:
    assert "120 s behind Slack's" in doctor_checks.clock(NOON, NOON - timedelta(minutes=2)).found


def test_without_chromium_the_browser_tests_are_noted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert doctor_checks.browser().state == "note"


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        doctor_checks.metadata,
        "requires",
        lambda _name: ["click>=8", "no-such-thing[x]>=1; python_version>'3'", "z; extra == 'dev'"],
    )
    finding = doctor_checks.packages()
    assert (finding.state, finding.found.split(" lacks ")[1]) == ("problem", "no-such-thing")


def test_the_database_finding_has_the_sentence_of_the_storage(database_url: str) -> None:
    upgrade(database_url)
    assert doctor_checks.database(Settings(database_url=database_url, _env_file=None)).state == "ok"
