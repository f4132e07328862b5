"""What a replay needs of a platform, and what is seen of it afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.app import Running
from handlers import export
from storage.database import Database
from storage.models import OutboxRow
from storage.tenancy import ALL_TENANTS
from tests.patience import PATIENCE
from tests.recorded.recording import Expected, Json, Recording


@dataclass(frozen=True, slots=True)
class Answer:
    """The HTTP response: its status and its body, decoded if it is JSON, None if it is empty."""

    status: int
    body: Any


@dataclass(frozen=True, slots=True)
class Seen:
    """What people see of the bot: texts by person, and by channel what it posted for everybody."""

    told: Mapping[str, list[str]]
    shown: Mapping[str, list[str]]
    posted: Mapping[str, list[str]]
    updated: Mapping[str, list[str]]
    opened: Mapping[str, str]
    home: tuple[str, ...]

    def since(self, before: Seen) -> Seen:
        """What was not there before."""
        return Seen(
            _newer(self.told, before.told),
            _newer(self.shown, before.shown),
            _newer(self.posted, before.posted),
            _replaced((self.told, before.told), (self.shown, before.shown)),
            {who: view for who, view in self.opened.items() if before.opened.get(who) != view},
            tuple(who for who in self.home if who not in before.home),
        )


class Replay(Protocol):
    """A platform with the bot on it."""

    platform: str
    bot: Running
    workspace: str
    """The platform's id of the only workspace that rows may belong to."""

    async def deliver(self, recording: Recording) -> Answer:
        """Send the payload to the bot, over HTTP and signed as the platform signs it."""

    async def seen(self) -> Seen:
        """What people see now."""

    def refused(self) -> list[str]:
        """The requests of the bot that the platform refused."""


async def stored(database: Database) -> tuple[list[str], list[Json]]:
    """The ids of the workspaces, and their deals as exported: the amount with its currency, the rep by id."""
    found = await database.read(export.workspaces)
    deals = [deal for workspace in found for deal in await database.read(export.page, workspace)]
    return [each.external_id for each in found], [
        {**deal, "amount": _amount(deal), "rep": deal["rep"]["id"]} for deal in deals
    ]


async def settled(bot: Running) -> None:
    """Wait until no message is due or being sent."""
    async with asyncio.timeout(PATIENCE):
        while await bot.database.read(_is_busy, bot.clock.now()):
            await asyncio.sleep(0.02)


async def play(replay: Replay, recording: Recording) -> None:
    """Deliver what comes before the recording under test, and wait until all that is expected of it has happened."""
    before = await replay.seen()
    answer = await replay.deliver(recording)
    assert answer.status == recording.expect.status, recording.name
    await settled(replay.bot)
    async with asyncio.timeout(PATIENCE):
        while not _is_complete((await replay.seen()).since(before), recording.expect):
            await asyncio.sleep(0.02)


def _is_complete(seen: Seen, expect: Expected) -> bool:
    pairs = ((seen.told, expect.told), (seen.shown, expect.shown), (seen.posted, expect.posted))
    return (
        all(len(texts.get(who, ())) >= len(keys) for texts, expected in pairs for who, keys in expected.items())
        and expect.opened.items() <= seen.opened.items()
        and set(expect.home) <= {*seen.home}
    )


def _is_busy(session: Session, now: datetime) -> bool:
    due = OutboxRow.state.in_(("queued", "claimed")) & (OutboxRow.due_at <= now)
    return session.scalar(select(OutboxRow.id).where(due).limit(1), execution_options={ALL_TENANTS: True}) is not None


def given_up(session: Session) -> list[str]:
    """The messages that cannot be delivered, each with the reason."""
    dead = select(OutboxRow).where(OutboxRow.state == "dead")
    return [f"{row.kind}: {row.reason}" for row in session.scalars(dead, execution_options={ALL_TENANTS: True})]


def _newer(now: Mapping[str, list[str]], before: Mapping[str, list[str]]) -> dict[str, list[str]]:
    newer = {who: texts[len(before.get(who, ())) :] for who, texts in now.items()}
    return {who: texts for who, texts in newer.items() if texts}


def _replaced(*now_and_before: tuple[Mapping[str, list[str]], Mapping[str, list[str]]]) -> dict[str, list[str]]:
    replaced: dict[str, list[str]] = {}
    for now, before in now_and_before:
        for who, texts in now.items():
            for text, old in zip(texts, before.get(who, ()), strict=False):  # the newer ones have no old text
                if text != old:
                    replaced.setdefault(who, []).append(text)
    return replaced


def _amount(deal: Json) -> str | None:
    if deal["amount"] is None:
        return None
    return f"{Decimal(deal['amount']).normalize():f} {deal['currency'] or ''}".strip()
