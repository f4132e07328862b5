"""The team on a deal, on every platform: added from the form and by command, told, given a promise, and taken off."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.ports.affiliation import Affiliation
from bot.ui.ids import ActionId, ViewId
from tests.conformance.invented_platform import BEN, PhoneBook, invented_platform
from tests.conformance.platform import PlatformUnderTest, exported
from tests.conformance.test_delivery import work_at_any_hour
from tests.conformance.test_promises import of, recapped
from tests.wording import wording

CUSTOMER = "Northwind Dental"
WRITTEN = {"slack": "@bruno", "teams": "Bruno Costa"}
"""The colleague in a command: a mention on Slack, a name on Teams, where a personal chat has no mentions."""


async def the_team(platform: PlatformUnderTest) -> list[tuple[str, bool]]:
    """Everybody who is or was on the team: the role, and whether they are on it."""
    [deal] = await exported(platform)
    team: Any = deal["team"]
    return [(each["role"], each["removed_at"] is None) for each in team]


async def test_a_colleague_is_put_on_the_deal_keeps_a_promise_and_goes(platform: PlatformUnderTest) -> None:
    colleague = platform.colleague
    await platform.introduce(colleague)
    await platform.database.write(work_at_any_hour)
    await recapped(platform)

    card = await platform.message(wording("card.title_recapped", customer=CUSTOMER))
    form = await platform.click(await platform.click(card, ActionId.CARD_MORE), ActionId.TEAM_SHOW)
    assert form.view == ViewId.DEAL_TEAM
    form = await platform.submit(form, {"member": colleague, "role": "engineer", "split": "60/40"})
    assert form.view == ViewId.DEAL_TEAM
    assert await the_team(platform) == [("engineer", True)]

    board = await platform.command("promises northwind")
    first = of(board, ActionId.PROMISES_KEEPER)[0]
    keeper = await platform.click(board, ActionId.PROMISES_KEEPER, value=first)
    assert keeper.view == ViewId.PROMISE_KEEPER
    await platform.submit(keeper, {"keeper": colleague})

    told = await platform.message(wording("dealteam.can_member"), colleague)
    theirs = await platform.click(told, ActionId.PROMISES_OPEN, who=colleague)
    assert theirs.view == ViewId.PROMISES
    assert of(theirs, ActionId.PROMISES_KEPT) == [first]
    assert of(theirs, ActionId.PROMISES_COMPLETE) == of(theirs, ActionId.PROMISES_KEEPER) == []
    await platform.click(theirs, ActionId.PROMISES_KEPT, value=first, who=colleague)
    [deal] = await exported(platform)
    statements: Any = deal["statements"]
    assert sum(len(each["outcomes"]) for each in statements) == 1
    assert deal["split"] == "60/40"

    form = await platform.command("with northwind")
    form = await platform.click(form, ActionId.TEAM_REMOVE)
    assert of(form, ActionId.TEAM_REMOVE) == []
    assert await the_team(platform) == [("engineer", False)]
    refused = await platform.click(told, ActionId.PROMISES_OPEN, who=colleague)
    assert wording("refusal.not_yours") in refused.text

    if platform.name in WRITTEN:
        added = await platform.command(f"with northwind {WRITTEN[platform.name]} co-owner")
        assert of(added, ActionId.TEAM_SHOW) != []
        assert await the_team(platform) == [("engineer", False), ("co_owner", True)]


class Guests(PhoneBook):
    """The colleague is only a guest of the workspace by now."""

    async def affiliation(self, user_id: str, home: str | None = None) -> Affiliation:
        return Affiliation.GUEST if user_id == BEN else Affiliation.COLLEAGUE


async def test_who_became_a_guest_neither_gets_on_a_team_nor_acts_on_it(database_url: str) -> None:
    async with invented_platform(database_url) as platform:
        await platform.database.write(work_at_any_hour)
        await recapped(platform)
        form = await platform.command("with northwind")
        await platform.submit(form, {"member": BEN, "role": "co_owner"})
        told = await platform.message(wording("dealteam.can_co_owner"), BEN)

        platform.context = replace(platform.context, directory=Guests())
        refused = await platform.click(told, ActionId.PROMISES_OPEN, who=BEN)
        assert refused.text == wording("refusal.not_yours")
        await platform.click(form, ActionId.TEAM_REMOVE, value=BEN)
        refused = await platform.submit(form, {"member": BEN, "role": "co_owner"})
        assert refused.text == wording("handoff.receiver_missing")
