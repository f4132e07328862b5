"""One platform or both in one process: a platform that is not configured is not even imported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.app import running as bot_running
from bot.settings import Settings, SettingsError
from sandbox.config import SandboxConfig
from sandbox.server import running as slack_running
from sandbox.teams.server import TeamsSandbox
from sandbox.teams.server import running as teams_running
from storage.models import Tenant
from tests.patient_slack import patient_slack
from tests.sandbox.user_driver import ADA, People
from tests.teams.teams_driver import APP_ID, PASSWORD, TENANT, Company, until

PROGRAM = """
import asyncio, json, sys
from bot.app import running
from bot.settings import Settings
from storage.migrate import upgrade

async def main():
    given = json.loads(sys.argv[1])
    upgrade(given["database_url"])
    async with running(Settings(_env_file=None, port=0, **given)):
        roots = {name.split(".")[0] for name in sys.modules}
        found = sorted(roots & {"botbuilder", "botframework", "msrest", "msal", "slack_bolt"})
        print("imported", json.dumps(found))

asyncio.run(main())
"""


def imported(folder: Path, **given: str) -> list[str]:
    """What a bot with these settings has imported once it is ready."""
    given["database_url"] = f"sqlite:///{folder / 'firstcall.db'}"
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(given)], capture_output=True, text=True, check=False, timeout=120
    )
    assert result.returncode == 0, result.stderr
    [line] = [line for line in result.stdout.splitlines() if line.startswith("imported ")]  # among the log's
    found: list[str] = json.loads(line.removeprefix("imported "))
    return found


def tenants(session: Session) -> list[tuple[str, str]]:
    return [(tenant.platform, tenant.external_id) for tenant in session.scalars(select(Tenant).order_by(Tenant.id))]


async def test_slack_alone_does_not_import_the_sdk_for_teams(tmp_path: Path) -> None:
    import asyncio

    config = SandboxConfig(port=0, seed="small")
    async with slack_running(config) as slack:
        found = await asyncio.to_thread(
            imported,
            tmp_path,
            slack_bot_token=config.bot_token,
            slack_signing_secret=config.signing_secret,
            slack_api_url=slack.api_url,
        )
    assert found == ["slack_bolt"]


def test_teams_alone_does_not_import_bolt(tmp_path: Path) -> None:
    found = imported(tmp_path, microsoft_app_id=APP_ID, microsoft_app_password=PASSWORD, microsoft_app_tenant_id=TENANT)
    assert found == ["botbuilder", "botframework", "msal", "msrest"]


async def test_both_in_one_program(database_url: str, settings: Settings, teams: TeamsSandbox) -> None:
    config = patient_slack()
    async with slack_running(config) as slack:
        both = settings.model_copy(
            update={
                "slack_bot_token": SecretStr(config.bot_token),
                "slack_signing_secret": SecretStr(config.signing_secret),
                "slack_api_url": slack.api_url,
            }
        )
        async with bot_running(both) as bot, aiohttp.ClientSession() as http:
            people, company = People(slack.url, http), Company(bot, teams, http)
            await people.post("bot", url=f"{bot.url}/slack/events", clock_url=f"{bot.url}/dev/clock")
            await people.says("Just closed Northwind Dental! $45k ARR", channel="#wins", who=ADA)
            assert await company.post(company.activity(text="hello")) == (200, None)
            await until(lambda: len(company.said()) == 1)
            async with http.get(f"{bot.url}/readyz") as answer:
                assert answer.status == 200
            kept = await bot.database.read(tenants)
            assert [platform for platform, _ in kept] == ["slack", "teams"]
            assert kept[1] == ("teams", TENANT)
            await people.idle()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=False)
async def test_an_anonymous_bot_answers_on_loopback_only(database_url: str) -> None:
    """As with the Microsoft 365 Agents Playground, which signs nothing."""
    async with teams_running("", "", TENANT) as teams:
        settings = Settings(_env_file=None, database_url=database_url, teams_anonymous=True, port=0)
        async with bot_running(settings) as bot, aiohttp.ClientSession() as http:
            company = Company(bot, teams, http)
            status, _ = await company.post(company.activity(text="hello"), headers={"Authorization": None})
            assert status == 200
            await until(lambda: len(company.said()) == 1)
            far = company.activity(text="hello", serviceUrl="https://smba.trafficmanager.net/emea/")
            assert (await company.post(far))[0] == 401
            far["serviceUrl"] = "http://example.com/"
            assert (await company.post(far))[0] == 401


async def test_without_a_platform_the_bot_does_not_start(database_url: str) -> None:
    with pytest.raises(SettingsError, match="MICROSOFT_APP_ID"):
        async with bot_running(Settings(_env_file=None, database_url=database_url)):
            pass


async def test_slack_has_no_route_unless_configured(company: Company) -> None:
    async with company.http.post(f"{company.bot.url}/slack/events") as answer:
        assert answer.status == 404
