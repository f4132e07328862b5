"""Microsoft's keys: fetched once, again for an unknown one, at a limited rate, and without blocking."""

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
from tests.patience import PATIENCE
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


async def test_concurrent_look_ups_make_one_request(store: KeyStore, teams: TeamsSandbox) -> None:
    found = await asyncio.gather(*(store.key("key-1") for _ in range(50)))
    assert all(key is not None and "msteams" in key.endorsements for key in found)
    assert teams.keys.fetched == 1


async def test_unknown_keys_are_fetched_at_most_once_per_pause(
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


async def test_a_new_key_is_found(store: KeyStore, teams: TeamsSandbox, timer: ManualTimer) -> None:
    await store.key("key-1")
    teams.keys.rotate()
    timer.now += PAUSE
    assert await store.key("key-2") is not None
    assert await store.key("key-1") is None  # withdrawn


async def test_after_a_day_the_keys_are_refreshed_in_the_background(
    store: KeyStore, teams: TeamsSandbox, timer: ManualTimer
) -> None:
    await store.key("key-1")
    teams.keys.rotate()
    timer.now += DAY + 1
    assert await store.key("key-1") is not None
    async with asyncio.timeout(PATIENCE):
        while await store.key("key-2") is None:
            await asyncio.sleep(0.01)
    assert await store.key("key-1") is None


@pytest.mark.parametrize("fault", [Fault(500), Fault(0, count=2), Fault(404, path="keys")])
async def test_a_failed_fetch_is_repeated_after_the_pause(
    fault: Fault, store: KeyStore, teams: TeamsSandbox, timer: ManualTimer
) -> None:
    teams.faults.add(fault)
    assert await store.key("key-1") is None
    timer.now += PAUSE
    assert await store.key("key-1") is not None


async def test_known_keys_survive_failed_fetches(store: KeyStore, teams: TeamsSandbox, timer: ManualTimer) -> None:
    await store.key("key-1")
    teams.faults.add(Fault(500, count=100))
    timer.now += DAY + 1
    for _ in range(20):
        assert await store.key("key-1") is not None
        await asyncio.sleep(0.005)


async def test_other_requests_are_served_during_a_fetch(company: Company) -> None:
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


async def test_an_unreadable_key_does_not_affect_others(store: KeyStore, teams: TeamsSandbox) -> None:
    class Broken(Key):
        def published(self) -> dict[str, object]:
            return {"kty": "RSA", "kid": self.kid, "n": "!", "e": 5}

    class Elliptic(Key):
        def published(self) -> dict[str, object]:
            return {"kty": "EC", "kid": self.kid}

    teams.keys.keys[:0] = [Broken("broken"), Elliptic("elliptic")]
    assert await store.key("key-1") is not None
    assert await store.key("broken") is None
