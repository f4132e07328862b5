"""Microsoft's keys: fetched once, anew for an unknown one, not as often as strangers like, and never in the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.teams.connector.signing_keys import DAY, PAUSE, KeyStore
from bot.teams.platform import SANDBOX_METADATA
from sandbox.teams.faults import Fault
from sandbox.teams.keys import Key
from sandbox.teams.server import TeamsSandbox
from tests.manual_timer import ManualTimer
from tests.teams.teams_driver import Company, until


@pytest.fixture
def timer() -> ManualTimer:
    return ManualTimer()


@pytest.fixture
async def store(teams: TeamsSandbox, timer: ManualTimer) -> AsyncIterator[KeyStore]:
    async with aiohttp.ClientSession() as http:
        keys = KeyStore(http, f"{teams.url}{SANDBOX_METADATA}", timer)
        yield keys
        await keys.close()


async def test_many_at_once_make_one_request(store: KeyStore, teams: TeamsSandbox) -> None:
    found = await asyncio.gather(*(store.key("key-1") for _ in range(50)))
    assert all(key is not None and "msteams" in key.endorsements for key in found)
    assert teams.keys.fetched == 1


async def test_an_unknown_key_is_looked_for_once_in_a_while(
    store: KeyStore, teams: TeamsSandbox, timer: ManualTimer
) -> None:
    await store.key("key-1")
    for number in range(100):
        assert await store.key(f"made up {number}") is None
    assert teams.keys.fetched == 1
    timer.now += PAUSE
    assert await store.key("made up") is None
    assert await store.key("made up again") is None
    assert teams.keys.fetched == 2


async def test_a_key_that_is_new_is_found(store: KeyStore, teams: TeamsSandbox, timer: ManualTimer) -> None:
    await store.key("key-1")
    teams.keys.rotate()
    timer.now += PAUSE
    assert await store.key("key-2") is not None
    assert await store.key("key-1") is None  # withdrawn


async def test_a_day_later_they_are_fetched_behind_an_activity(
    store: KeyStore, teams: TeamsSandbox, timer: ManualTimer
) -> None:
    await store.key("key-1")
    teams.keys.rotate()
    timer.now += DAY + 1
    assert await store.key("key-1") is not None
    async with asyncio.timeout(30):
        while await store.key("key-2") is None:
            await asyncio.sleep(0.01)
    assert await store.key("key-1") is None


@pytest.mark.parametrize("fault", [Fault(500), Fault(0, count=2), Fault(404, path="keys")])
async def test_microsoft_may_be_away(fault: Fault, store: KeyStore, teams: TeamsSandbox, timer: ManualTimer) -> None:
    teams.faults.add(fault)
    assert await store.key("key-1") is None
    timer.now += PAUSE
    assert await store.key("key-1") is not None


async def test_keys_that_are_known_outlive_microsofts_absence(
    store: KeyStore, teams: TeamsSandbox, timer: ManualTimer
) -> None:
    await store.key("key-1")
    teams.faults.add(Fault(500, count=100))
    timer.now += DAY + 1
    for _ in range(20):
        assert await store.key("key-1") is not None
        await asyncio.sleep(0.005)


async def test_others_are_served_while_the_keys_are_fetched(company: Company) -> None:
    """The SDK's store would hold up the whole process."""
    fetched = asyncio.Event()
    fault = Fault(until=fetched, path="openidconfiguration")
    company.teams.faults.add(fault)
    waiting = asyncio.create_task(company.post(company.activity(text="hello")))
    await until(lambda: fault.count == 0)
    async with company.http.get(f"{company.bot.url}/healthz") as answer:
        assert answer.status == 200
    assert not waiting.done()
    fetched.set()
    assert await waiting == (200, None)


async def test_an_entry_that_cannot_be_read_spoils_no_other(store: KeyStore, teams: TeamsSandbox) -> None:
    class Broken(Key):
        def published(self) -> dict[str, object]:
            return {"kty": "RSA", "kid": self.kid, "n": "!", "e": 5}

    class Elliptic(Key):
        def published(self) -> dict[str, object]:
            return {"kty": "EC", "kid": self.kid}

    teams.keys.keys[:0] = [Broken("broken"), Elliptic("elliptic")]
    assert await store.key("key-1") is not None
    assert await store.key("broken") is None
