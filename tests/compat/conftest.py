"""The bot of today, on the database that d13ecdc left and among the messages that it had sent."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage import migrate
from tests.compat.bot_at_work import AtWork, at_work
from tests.compat.left_behind import LeftBehind, left_behind, restore
from tests.compat.slack_side import SlackSide
from tests.compat.teams_side import TeamsSide
from tests.plain_tracebacks import plain_tracebacks

__all__ = ["plain_tracebacks"]


@pytest.fixture
def left() -> LeftBehind:
    """What stood on the platforms."""
    return left_behind()


@pytest.fixture
async def at(empty_database_url: str, left: LeftBehind) -> AsyncIterator[AtWork]:
    """The bot, started at the moment when the other one stopped; on a database of each kind."""

    def before(slack: SlackSide, teams: TeamsSide) -> None:
        left.put_up(slack, teams)
        restore(empty_database_url, teams.sandbox.service_url)
        migrate.upgrade(empty_database_url)

    async with at_work(empty_database_url, left.now, first=left.first, before=before) as at:
        yield at
