"""FirstCall in Microsoft's Agents Playground: personal chat, channels, cards and proactive messages."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.app import Running
from handlers.workspace.conversation_references import AddressRequest, address_of
from handlers.workspace.names import NamesRequest, look_up_names
from storage.models import OutboxRow
from storage.tenancy import ALL_TENANTS
from tests.browser.playground.driver import ADA, BRUNO, DESK, PATIENCE, PERSONAL, TEAM, TENANT, WINS, Rep, mentioned
from tests.wording import wording

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("playground")]


async def test_an_installation_gets_the_introduction_and_help_is_answered(rep: Rep) -> None:
    assert "FirstCall, a sales coach" in rep.read(PERSONAL)[0]
    await rep.chat("help")
    await rep.sees("Here's what we can do together.")


async def test_a_mention_in_a_channel_is_answered(rep: Rep) -> None:
    await rep.go(WINS)
    await rep.inject(WINS, BRUNO, "lunch at noon?")
    await rep.post("help")
    await rep.sees("Make the first call after every order")
    [answer] = [each for each in rep.said.values() if each.conversation.startswith(WINS)]
    assert answer.conversation.startswith(f"{WINS};messageid=")


async def test_private_results_of_a_channel_command_are_sent_to_the_personal_chat(rep: Rep, bot: Running) -> None:
    """Bruno has no chat with the bot: it opens one."""
    bruno = AddressRequest("teams", TENANT, BRUNO["aadObjectId"])
    assert await bot.database.read(address_of, bruno) is None
    await rep.inject(WINS, BRUNO, **mentioned("list"))
    await rep.until(lambda: rep.read(WINS) == [wording("teams.answered_in_person")])
    address = await bot.database.read(address_of, bruno)
    assert address is not None
    assert address.conversation not in (None, PERSONAL, WINS)
    assert await rep.members(str(address.conversation)) == ["Bruno Costa"]


async def test_a_card_is_sent_proactively_and_updated(rep: Rep) -> None:
    await rep.chat("won Northwind Dental $45k")
    await rep.sees("You closed Northwind Dental. Call them today.")
    [card] = [said for said in rep.said.values() if "You closed Northwind" in said.text]
    await rep.tap_behind_dots("Not a deal")
    await rep.until(lambda: card.updates == 1)
    await rep.sees("Northwind Dental: not a deal")
    assert "Start the call" not in card.text
    assert len(rep.read(PERSONAL)) == 3  # introduction, answer, card


async def test_an_action_submit_message_is_handled(rep: Rep) -> None:
    """A client without `Action.Execute` sends `Action.Submit`: the data is the message's value."""
    await rep.chat("won Northwind Dental $45k")
    await rep.sees("You closed Northwind Dental. Call them today.")
    [card] = [said for said in rep.said.values() if "You closed Northwind" in said.text]
    await rep.inject(PERSONAL, ADA, "", value=card.at_hand().pressed("Not a deal"))
    await rep.sees("Northwind Dental: not a deal")


async def test_a_card_button_posts_the_modal_as_a_message(rep: Rep) -> None:
    """The playground has no dialogs."""
    await rep.chat("won Northwind Dental $45k")
    await rep.sees("You closed Northwind Dental. Call them today.")
    [card] = [said for said in rep.said.values() if "You closed Northwind" in said.text]
    await rep.tap("Schedule")
    await rep.sees("When will you call Northwind Dental?")  # the rest depends on the hour
    await rep.fill("Or another time", "tomorrow 10")
    await rep.tap("Schedule")
    await rep.sees("The calendar entry is on its way")
    await rep.until(lambda: "10:00" in card.text)


async def test_a_win_in_a_channel_is_detected_without_a_mention(rep: Rep) -> None:
    await rep.inject(WINS, ADA, "Just closed Northwind Dental! $45k ARR")
    await rep.sees("You closed Northwind Dental. Call them today.")
    assert rep.read(WINS) == []


async def test_a_win_in_a_group_chat_is_detected(rep: Rep) -> None:
    await rep.inject(DESK, ADA, "Just closed Northwind Dental! $45k ARR", channelData={"tenant": {"id": TENANT}})
    await rep.sees("You closed Northwind Dental. Call them today.")
    assert rep.read(DESK) == []


async def test_the_card_reaches_a_rep_known_only_from_a_channel(rep: Rep, bot: Running) -> None:
    await rep.inject(WINS, BRUNO, **mentioned("won Harbor Point Hotels $120k"))
    heard = wording("won.heard", customer="Harbor Point Hotels")
    await rep.until(lambda: any(heard in text for text in rep.read(WINS)))
    async with asyncio.timeout(PATIENCE):
        while (card := await bot.database.read(the_one_letter)).state in ("queued", "claimed"):
            await asyncio.sleep(0.05)
    assert (card.kind, card.state, card.reason) == ("card", "sent", None)
    assert await rep.members(str(card.sent_channel)) == ["Bruno Costa"]


def the_one_letter(session: Session) -> OutboxRow:
    """The only message due today; reminders are due later."""
    of_today = select(OutboxRow).where(OutboxRow.kind == "card")
    return session.scalars(of_today, execution_options={ALL_TENANTS: True}).one()


async def test_from_the_deal_to_the_recap(rep: Rep) -> None:
    """The whole alignment of 3 expectations and 2 priorities, on one card that is replaced by each next step."""
    await rep.chat("won Northwind Dental $45k")
    await rep.sees("You closed Northwind Dental. Call them today.")
    await rep.chat("call Northwind")
    await rep.fill("Who did you reach?", "Dana Whitfield")
    await rep.tick("The four steps")
    await rep.fill(
        "What they expect from us",
        *("A call every Friday", "Problems told within 4 hours", "No invoice before go-live"),
    )
    await rep.fill("What the product must do for them", "Check-in under 2 minutes", "No lost letters")
    await rep.tap("Read back")
    await agree(rep, "1 of 5")
    await rep.sees("2 of 5")
    await rep.tap("Corrected")
    await rep.fill("What they said instead", "Problems told within 2 hours, by phone")
    await rep.tap("Read back again")
    await rep.sees("Problems told within 2 hours, by phone")
    for place in ("2 of 5", "3 of 5", "4 of 5", "5 of 5"):
        await agree(rep, place)

    await rep.sees("Everything is settled. They agreed to three expectations and two priorities.")
    await rep.tick("All three done?")
    await rep.choose("Yes")
    await rep.tap("Save")
    await rep.sees("Hi Dana,")
    await rep.tap("Edit")
    mail = await rep.written("Your email")
    assert mail.startswith("Hi Dana,\n\n")
    assert mail.endswith("\n\nBest,\nAda")
    assert "problems told within two hours, by phone" in mail
    await rep.tap("Save")
    await rep.tap("I sent it")
    await rep.sees(wording("card.title_recapped", customer="Northwind Dental"))
    assert len(rep.read(PERSONAL)) == 4  # the introduction, the answer, the deal's one card, the call


async def agree(rep: Rep, place: str) -> None:
    """Check the statement at this position, and click that the customer agreed."""
    await rep.sees(place)
    await rep.tap("Agreed")


async def test_all_channels_are_known_after_the_installation_in_a_team(rep: Rep, bot: Running) -> None:
    await rep.inject(WINS, ADA, "", type="installationUpdate", action="add")
    await rep.sees(wording("channel.invited", channel="wins"))
    found = await bot.database.read(look_up_names, NamesRequest("teams", TENANT, None))
    assert found.channels == {TEAM: "General", WINS: "wins"}
    first = await bot.database.read(address_of, AddressRequest("teams", TENANT, TEAM))
    assert first is not None
    assert (first.conversation, first.blocked_reason) == (TEAM, None)
