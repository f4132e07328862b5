"""The cache of Teams members: one request per look-up, least recently used out first, failures not kept."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.teams.rosters import CACHE_SECONDS, Conversation, Rosters
from sandbox.teams.chats import ADA, BRUNO, CARLA, Person
from sandbox.teams.faults import Fault
from sandbox.teams.server import TeamsSandbox
from tests.manual_timer import ManualTimer
from tests.teams.bare_endpoint import connector
from tests.teams.teams_driver import TEAM, WINS

DEALS, HELP = "19:deals@thread.tacv2", "19:help@thread.tacv2"


@pytest.fixture
def timer() -> ManualTimer:
    return ManualTimer()


@pytest.fixture
async def rosters(teams: TeamsSandbox, timer: ManualTimer) -> AsyncIterator[Rosters]:
    """With room for two members and for two lists of members."""
    async with aiohttp.ClientSession() as http:
        yield Rosters(connector(teams, http), timer, cache_size=2)


def channel(teams: TeamsSandbox, channel_id: str = WINS) -> Conversation:
    return Conversation(teams.service_url, channel_id)


def asked_for(teams: TeamsSandbox, ending: str) -> int:
    """How many requests had a path with this ending."""
    return sum(path.endswith(ending) for _, path in teams.requests)


async def test_a_member_is_looked_up_once_an_hour(rosters: Rosters, teams: TeamsSandbox, timer: ManualTimer) -> None:
    for _ in range(3):
        member = await rosters.member(channel(teams), ADA.user)
        assert member is not None
        assert member.name == "Ada Kemp"
    timer.now += CACHE_SECONDS - 1
    await rosters.member(channel(teams), ADA.user)
    assert asked_for(teams, ADA.user) == 1
    timer.now += 1
    await rosters.member(channel(teams), ADA.user)
    assert asked_for(teams, ADA.user) == 2


async def test_the_least_recently_used_member_is_evicted(rosters: Rosters, teams: TeamsSandbox) -> None:
    for person in (ADA, BRUNO, ADA, CARLA, ADA, BRUNO):
        assert await rosters.member(channel(teams), person.user) is not None
    assert [asked_for(teams, person.user) for person in (ADA, BRUNO, CARLA)] == [1, 2, 1]


async def test_a_failed_look_up_is_tried_again(rosters: Rosters, teams: TeamsSandbox) -> None:
    teams.faults.add(Fault(503, path="/members/"))
    assert await rosters.member(channel(teams), ADA.user) is None
    assert await rosters.member(channel(teams), ADA.user) is not None


async def test_a_member_who_joins_later_is_found(rosters: Rosters, teams: TeamsSandbox) -> None:
    dora = Person("Dora Lind", "29:dora", "00000000-0000-4000-8000-0000000000d0")
    assert await rosters.member(channel(teams), dora.user) is None
    teams.chats.people.append(dora)
    teams.chats.all[WINS].members.append(dora)
    assert await rosters.member(channel(teams), dora.user) is not None


async def test_a_failed_list_is_tried_again(rosters: Rosters, teams: TeamsSandbox) -> None:
    teams.faults.add(Fault(503, path="pagedmembers"))
    assert await rosters.member_by_name(channel(teams), "Bruno Costa") is None
    member = await rosters.member_by_name(channel(teams), " bruno  COSTA ")
    assert member is not None
    assert member.person == BRUNO.person


async def test_a_list_that_fails_after_its_first_page_is_not_used(rosters: Rosters, teams: TeamsSandbox) -> None:
    other_ada = Person("Ada Kemp", "29:other", "00000000-0000-4000-8000-0000000000d4")
    teams.chats.all[WINS].members.append(other_ada)
    teams.faults.add(Fault(path="pagedmembers"))  # the first page comes as usual
    teams.faults.add(Fault(503, path="pagedmembers"))
    assert await rosters.member_by_name(channel(teams), "Ada Kemp") is None
    assert await rosters.member_by_name(channel(teams), "Ada Kemp") is None, "two members have the name"
    assert await rosters.member_by_name(channel(teams), "Bruno Costa") is not None


async def test_the_least_recently_used_list_is_evicted(rosters: Rosters, teams: TeamsSandbox) -> None:
    for channel_id in (DEALS, HELP):
        teams.chats.add_channel(TEAM, channel_id, "more", ADA)
    for channel_id in (WINS, DEALS, WINS, HELP, WINS, DEALS):
        assert await rosters.member_by_name(channel(teams, channel_id), "Ada Kemp") is not None
    assert [asked_for(teams, f"{each}/pagedmembers") for each in (DEALS, HELP)] == [2, 1]
    assert asked_for(teams, f"{WINS}/pagedmembers") == 2, "two pages, listed once"
