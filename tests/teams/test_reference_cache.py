"""Conversation references are written when they are new, changed or ten minutes old, and not otherwise."""

from __future__ import annotations

import pytest

from bot.ports.background import BackgroundTasks
from bot.ports.clock import Clock
from bot.teams.activity import IncomingActivity, read_activity
from bot.teams.context import TeamsContext
from bot.teams.conversation_references import FRESH_SECONDS, ConversationReferenceStore
from prompts.wording import Wording
from sandbox.teams.chats import ADA, BRUNO, CARLA, Person
from tests.manual_timer import ManualTimer
from tests.teams.bare_endpoint import connector
from tests.teams.teams_driver import Company


class Writes:
    """A store with room for two references; `count` is the number of transactions."""

    def __init__(self, company: Company) -> None:
        self.count = 0
        self.timer = ManualTimer()
        context = TeamsContext(
            database=company.bot.database,
            clock=Clock(),
            wake=self._written,
            wording=Wording(),
            background=BackgroundTasks(),
            connector=connector(company.teams, company.http),
        )
        self._company = company
        self.store = ConversationReferenceStore(context, self.timer, cache_size=2)

    def _written(self) -> None:
        self.count += 1

    async def after_message(self, who: Person, **more: str) -> int:
        """How many transactions there have been once somebody has written to the bot."""
        await self.store.store(self._activity(who, **more))
        return self.count

    def _activity(self, who: Person, **more: str) -> IncomingActivity:
        return read_activity(self._company.activity(who=who, text="hello", **more))


@pytest.fixture
def writes(company: Company) -> Writes:
    return Writes(company)


async def test_a_reference_is_written_again_after_ten_minutes(writes: Writes) -> None:
    assert [await writes.after_message(ADA) for _ in range(3)] == [1, 1, 1]
    writes.timer.now += FRESH_SECONDS - 1
    assert await writes.after_message(ADA) == 1
    writes.timer.now += 1
    assert await writes.after_message(ADA) == 2


async def test_a_changed_reference_is_written_at_once(writes: Writes, company: Company) -> None:
    await writes.after_message(ADA)
    assert await writes.after_message(ADA, serviceUrl=f"{company.teams.url}/amer/") == 2


async def test_the_least_recently_used_reference_is_evicted(writes: Writes) -> None:
    assert [await writes.after_message(who) for who in (ADA, BRUNO, CARLA)] == [1, 2, 3]
    assert [await writes.after_message(who) for who in (CARLA, BRUNO, ADA)] == [3, 3, 4]


async def test_after_a_removal_every_reference_is_written_again(writes: Writes) -> None:
    await writes.after_message(ADA)
    writes.store.forget()
    assert await writes.after_message(ADA) == 2
