"""The same answers on Slack and Teams store the same rows: one scenario file, run over HTTP on both."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import pytest

from bot.app import running as bot_running
from handlers import export
from sandbox.server import running as slack_running
from storage.database import Database
from tests.patient_slack import patient_slack
from tests.running_bot import slack_settings
from tests.sandbox.user_driver import People
from tests.slack.slack_driver import Office
from tests.teams.teams_driver import Company, at_work
from tests.teams.test_activity_handler import invoke, say

pytestmark = pytest.mark.both_databases

Json = dict[str, Any]
STEPS = tomllib.loads((Path(__file__).parent / "call.toml").read_text("utf-8"))["step"]
EACH_THEIR_OWN = frozenset(
    {
        "id",
        "workspace",
        "rep",
        "by",
        "written_by",
        "recorded_by",
        "noted_by",
        "actor",
        "heard_in",
        "body",
        "detail",
        "answered_by",
    }
)
"""Ids differ by platform, times by run, and the wording of a mail by deal."""


class Rep(Protocol):
    """A rep on one platform."""

    async def command(self, text: str) -> None: ...

    async def tap(self, tap: str) -> None: ...

    async def save(self, entries: dict[str, Any]) -> None: ...

    @property
    def database(self) -> Database: ...


class OnSlack:
    """Modals."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def command(self, text: str) -> None:
        await self._office.command(f"/firstcall {text}")
        await self._office.people.idle()

    async def tap(self, tap: str) -> None:
        await self._office.tap_in_view(tap)

    async def save(self, entries: dict[str, Any]) -> None:
        blocks = (await self._office.view())["blocks"]
        elements = [block["element"] for block in blocks if block["type"] == "input"]
        filled = by_name(entries, {each["action_id"]: each.get("initial_value", "") for each in elements})
        await self._office.submit(**{name: (value,) if name == "outcome" else value for name, value in filled.items()})

    @property
    def database(self) -> Database:
        return self._office.bot.database


class OnTeams:
    """A card in the chat that turns into its next step."""

    def __init__(self, company: Company) -> None:
        self._company = company

    async def command(self, text: str) -> None:
        self._card = await say(self._company, text)

    async def tap(self, tap: str) -> None:
        actions = [a for e in self._card.content["body"] for a in e.get("actions", ())]
        await self._press(next(a for a in actions if a["data"]["firstcall"].get("tap") == tap))

    async def save(self, entries: dict[str, Any]) -> None:
        for name, value in by_name(
            entries, {n: each.get("value", "") for n, each in self._card.fields.items()}
        ).items():
            several = isinstance(value, list)
            self._card.filled[f"{name}[]" if several else name] = ",".join(value) if several else value
        await self._press(next(a for a in self._card.content["actions"] if a["data"]["firstcall"].get("save")))

    async def _press(self, action: Json) -> None:
        data = self._card.pressed(action["title"], action.get("tooltip", ""))
        answer = await invoke(self._company, "adaptiveCard/action", {"action": {**action, "data": data}})
        self._card.content, self._card.filled = answer["value"], {}

    @property
    def database(self) -> Database:
        return self._company.bot.database


def by_name(entries: dict[str, Any], held: dict[str, str]) -> dict[str, Any]:
    """The entries by field name; `held` is what the fields hold."""
    if "instead_of" not in entries:
        return entries
    return {name: entries["instead_of"][value] for name, value in held.items() if value in entries["instead_of"]}


@asynccontextmanager
async def on_slack(url: str) -> AsyncIterator[Rep]:
    config = patient_slack()
    async with slack_running(config) as sandbox, aiohttp.ClientSession() as http:
        settings = slack_settings(url, config, sandbox.api_url)
        async with bot_running(settings) as bot:
            people = People(sandbox.url, http)
            await people.post("bot", url=f"{bot.url}/slack/events", clock_url=f"{bot.url}/dev/clock")
            yield OnSlack(Office(bot, sandbox, people))


@asynccontextmanager
async def on_teams(url: str) -> AsyncIterator[Rep]:
    async with at_work(url) as company:
        yield OnTeams(company)


async def play(rep: Rep, platform: str) -> Json:
    """Run the scenario; returns the stored deal without ids and times."""
    for step in STEPS:
        match step:
            case {"command": text}:
                await rep.command(text)
            case {"tap": tap}:
                await rep.tap(tap)
            case {"save": entries}:
                await rep.save(entries)
    [workspace] = [each for each in await rep.database.read(export.workspaces) if each.platform == platform]
    [deal] = await rep.database.read(export.page, workspace)
    found = plain(deal)
    assert isinstance(found, dict)
    return found


def plain(value: Any) -> Any:
    """Without what differs by platform and by run."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {name: plain(each) for name, each in value.items() if name not in EACH_THEIR_OWN}
    return {name: each for name, each in kept.items() if not (name == "at" or name.endswith(("_at", "_since")))}


async def test_the_same_answers_leave_the_same_rows(database_url: str) -> None:
    """In one database: a company with both platforms has two workspaces, and neither sees the other's deals."""
    async with on_slack(database_url) as rep:
        slack = await play(rep, "slack")
    async with on_teams(database_url) as rep:
        teams = await play(rep, "teams")
    assert slack == teams
    assert slack["stage"] == "recapped"
    said = [[c["said"] for c in statement["confirmations"]] for statement in slack["statements"]]
    assert said == [["agreed"], ["corrected", "agreed"], ["withdrawn"], ["agreed"], ["agreed"]]
