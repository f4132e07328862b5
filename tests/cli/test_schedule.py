"""`firstcall schedule`: the next messages in order of time, to whom and why."""

from __future__ import annotations

from pathlib import Path

from bot.cli.exit_codes import ExitCode
from storage.database import Database
from storage.models import Tenant
from tests.cli.conftest import CommandLine
from tests.handlers.world import World
from tests.wording import wording


def test_it_shows_what_is_planned_for_whom_and_why(database_url: str, firstcall: CommandLine) -> None:
    database = Database(database_url)
    World(database).a_deal(owner_zone="Europe/Berlin")
    database.close_sync()

    shown = firstcall("schedule", DATABASE_URL=database_url)

    assert shown.exit_code == ExitCode.FINE
    card, first, second, digest = (line for line in shown.stdout.splitlines() if "Europe/Berlin" in line)
    assert "card" in card
    assert "Mon 02 Mar 17:00" in first
    assert "U_ANNA" in first
    assert wording("reminders.why_hours") in first
    assert "Tue 03 Mar 08:30" in second
    assert "digest" in digest
    assert "Northwind" not in shown.stdout


def test_the_number_and_the_workspace_can_be_chosen(database_url: str, firstcall: CommandLine) -> None:
    database = Database(database_url)
    for workspace in ("T1", "T2"):
        World(database, workspace=workspace).a_deal()
    database.close_sync()

    shown = firstcall("schedule", "--workspace", "T2", "--next", "2", DATABASE_URL=database_url)
    unknown = firstcall("schedule", "--workspace", "T3", DATABASE_URL=database_url)

    assert shown.stdout.startswith("T2: 2 planned")
    assert "T1" not in shown.stdout
    assert unknown.exit_code == ExitCode.FAILED
    assert "T3" in unknown.stderr


def test_a_workspace_gets_its_own_cadence_and_the_default_again(
    database_url: str, firstcall: CommandLine, no_settings: Path
) -> None:
    database = Database(database_url)
    world = World(database)
    world.a_deal()
    own = no_settings / "own.toml"
    stored = []
    for text in ("[person]\nmost_a_day = 1\n", ""):
        own.write_text(text)
        result = firstcall("playbook", "cadence", str(own), "--workspace", "T1", DATABASE_URL=database_url)
        assert result.exit_code == ExitCode.FINE
        stored += [tenant.cadence for tenant in world.all(Tenant)]
    own.write_text("[person]\nmost_a_day = 0\n")
    wrong = firstcall("playbook", "cadence", str(own), "--workspace", "T1", DATABASE_URL=database_url)
    own.write_text("")
    unknown = firstcall("playbook", "cadence", str(own), "--workspace", "T3", DATABASE_URL=database_url)
    database.close_sync()

    assert stored == [{"person": {"most_a_day": 1}}, None]
    assert "own.toml:2: most_a_day" in wrong.stderr
    assert "T3" in unknown.stderr
