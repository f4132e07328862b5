"""What every platform must do: the same path, the same refusals, and each event applied once."""

from __future__ import annotations

import pytest

from bot.ui.ids import ActionId, ViewId
from tests.conformance.platform import NOTHING, PlatformUnderTest, Shown, exported

WIN = "Just closed Northwind Dental! $45k ARR"


async def the_card(platform: PlatformUnderTest) -> Shown:
    """Post a win; gives the card that the rep gets."""
    await platform.post(WIN)
    return await platform.message("Northwind Dental")


async def until_view(platform: PlatformUnderTest, modal: Shown, *views: ViewId) -> Shown:
    """Submit the modals between this one and one of `views` without changes, such as the coach's questions."""
    while modal.view not in views:
        modal = await platform.submit(modal, {})
    return modal


async def statements(platform: PlatformUnderTest) -> list[list[str]]:
    """What was said to each statement of the only deal."""
    [deal] = await exported(platform)
    found: list[dict[str, list[dict[str, str]]]] = deal["statements"]  # type: ignore[assignment]
    return [[each["said"] for each in statement["confirmations"]] for statement in found]


async def test_a_call_from_the_card_to_the_recap(platform: PlatformUnderTest) -> None:
    modal = await platform.click(await the_card(platform), ActionId.CARD_GO_ON)
    assert modal.view == ViewId.CHECKLIST
    entries = {"reached": "Dana_", "steps": [], "expectations": "A call every Friday", "priorities": ""}
    modal = await platform.submit(modal, entries)
    while modal.view != ViewId.WRAP_UP:
        if modal.view == ViewId.READ_BACK:
            modal = await platform.click(modal, ActionId.READ_AGREED)
        else:
            modal = await platform.submit(modal, {})
    assert modal.boxes is not None
    modal = await platform.submit(
        modal, {"objectives": [*modal.boxes["objectives"]], "outcome": "agreed", "why_missing": "no_time"}
    )
    assert modal.view == ViewId.RECAP
    closed = await platform.submit(modal, {})
    assert (closed.view, closed.clickable) == ("", ())

    assert await statements(platform) == [["agreed"]]
    [deal] = await exported(platform)
    assert deal["stage"] == "recapped"


async def test_a_click_that_is_delivered_twice_counts_once(platform: PlatformUnderTest) -> None:
    modal = await platform.click(await the_card(platform), ActionId.CARD_GO_ON)
    lines = "A call every Friday\nOne invoice a month"
    modal = await platform.submit(modal, {"reached": "Dana", "steps": [], "expectations": lines, "priorities": ""})
    first = await until_view(platform, modal, ViewId.READ_BACK)
    second = await platform.click(first, ActionId.READ_AGREED)
    assert second.clickable != first.clickable
    assert "One invoice a month" in second.text

    assert (await platform.click_again()).clickable == second.clickable
    assert await statements(platform) == [["agreed"], []]


async def test_a_message_that_is_delivered_twice_makes_one_deal(platform: PlatformUnderTest) -> None:
    await platform.post(WIN, times=2)
    await platform.message("Northwind Dental")
    assert len(await exported(platform)) == 1


async def test_a_message_that_is_no_deal_is_not_stored(platform: PlatformUnderTest) -> None:
    await platform.post("lunch anyone? the burrito place has a queue again")
    assert await exported(platform) == []


async def test_a_deal_is_handed_to_the_rep_who_is_picked(platform: PlatformUnderTest) -> None:
    await platform.introduce(platform.colleague)
    card = await the_card(platform)
    modal = await platform.click(card, ActionId.CARD_GO_ON)
    await platform.click(card, ActionId.CARD_OWNER, user=platform.colleague)
    assert ActionId.CARD_GO_ON in dict((await platform.message("Northwind Dental", platform.colleague)).clickable)
    refused = await platform.submit(modal, {"reached": "Dana", "steps": [], "expectations": "One", "priorities": ""})
    assert platform.texts.rich("refusal.not_yours") in refused.text
    assert "Northwind" not in refused.text
    [deal] = await exported(platform)
    assert platform.colleague in str(deal["rep"])
    assert deal["statements"] == []


async def test_a_channel_is_asked_what_it_is_for(platform: PlatformUnderTest) -> None:
    question = await platform.command("channel", in_channel=True)
    assert {name for name, _ in question.clickable} == {
        ActionId.CHANNEL_WINS,
        ActionId.CHANNEL_LISTEN,
        ActionId.CHANNEL_EXCLUDED,
    }
    answer = await platform.click(question, ActionId.CHANNEL_LISTEN)
    assert answer != NOTHING
    assert ActionId.CHANNEL_LISTEN not in dict(answer.clickable)


async def test_commands(platform: PlatformUnderTest) -> None:
    assert f"{platform.texts.command} list" in (await platform.command("help")).text
    assert (ActionId.COMMAND_RUN, "show North") in (await platform.command("shwo North")).clickable
    assert (await platform.command("won")).view == ViewId.WON
    assert (
        platform.texts.rich("won.heard", customer="Fabrikam_Sons")
        in (await platform.command("won Fabrikam_Sons $5k")).text
    )
    assert len(await exported(platform)) == 1


async def test_typed_text_is_shown_literally(platform: PlatformUnderTest) -> None:
    name = "Fabrikam <!channel> & *Co*"
    await platform.submit(await platform.command("won"), {"customer": name, "amount": "$5k"})
    assert name in (await platform.message("Fabrikam")).text


@pytest.mark.parametrize("command", ["summary here", "channel"])
async def test_a_direct_message_is_no_channel(platform: PlatformUnderTest, command: str) -> None:
    assert platform.texts.rich("refusal.no_channel") in (await platform.command(command)).text


async def test_a_button_of_an_older_version_is_refused(platform: PlatformUnderTest) -> None:
    await platform.click(await the_card(platform), ActionId.CARD_GO_ON)
    assert platform.texts.rich("refusal.old_button") in (await platform.click_unknown()).text
