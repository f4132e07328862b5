"""A win without a named rep is asked about in private; "Not mine" hands the deal over in one step."""

from __future__ import annotations

import pytest

from bot.ui.ids import ActionId
from sandbox.workspace import Channel
from tests.sandbox.user_driver import ADA, BOT, BRUNO, MARIT, Json
from tests.slack.slack_driver import Office
from tests.slack.test_foreign_payloads import rows
from tests.slack.test_one_deal_once import app_posts, attachment
from tests.wording import fixed_part, wording

YOU_CLOSED = wording("card.title_open", customer="Northwind Dental")
WHOSE_DEAL = wording("card.title_whose", customer="Northwind Dental")

PAULA = "U0PAULAGN"
NOBODY = "Integration User"


async def nobody_is_named(office: Office, customer: str = "Northwind Dental", channel: str = "#wins") -> None:
    await app_posts(office, channel=channel, **attachment(customer, "$45,000.00", NOBODY))


async def pick(office: Office, message: Json, rep: str, who: str) -> Json:
    return await office.tap(message, ActionId.CARD_OWNER, who=who, value={"selected_user": rep})


def channel(office: Office, name: str = "wins") -> Channel:
    found = office.sandbox.state.workspace.channel_by_name(name)
    assert found is not None
    return found


def labels(message: Json) -> list[str]:
    elements = [each for block in message["blocks"] for each in block.get("elements", ()) if "action_id" in each]
    shown = [part for each in elements for part in (each["options"] if each["type"] == "overflow" else [each])]
    return [each["text" if "text" in each else "placeholder"]["text"] for each in shown]


async def test_an_apps_card_without_an_owner_asks_the_channels_owner(office: Office) -> None:
    await office.people.post("invite", as_=ADA, channel="#sales-emea")
    await office.people.idle()
    await nobody_is_named(office, channel="#sales-emea")

    card = await office.card(WHOSE_DEAL)
    assert labels(card) == [wording("card.whose"), wording("card.not_a_deal")]
    small = str(card["blocks"])
    assert "$45,000" in small
    assert wording("card.heard_from_app", app="CRM", channel=f"<#{channel(office, 'sales-emea').id}>") in small
    assert await office.dm(MARIT) == []
    await pick(office, card, BRUNO, ADA)

    assert wording("card.start") in labels(await office.card(YOU_CLOSED, who=BRUNO))
    old = await office.card(fixed_part("handed.line"))
    assert (old["ts"], f"<@{BRUNO}>" in old["text"]) == (card["ts"], True)
    (deal,) = await office.export()
    assert (deal["rep"]["id"], deal["stage"]) == (BRUNO, "open")
    assert not [m for m in await office.people.reads("#sales-emea") if m.get("bot_id") == BOT]


async def test_without_a_channel_owner_the_creator_is_asked(office: Office) -> None:
    await nobody_is_named(office)

    await office.tap(
        await office.card(WHOSE_DEAL, who=MARIT),
        ActionId.CARD_DISMISS,
        who=MARIT,
    )

    card = await office.card(wording("card.dismissed_note"), who=MARIT)
    await office.tap(card, ActionId.CARD_STAND_BY, who=MARIT)
    await office.card(WHOSE_DEAL, who=MARIT)


async def test_a_channel_owner_who_left_is_not_asked_and_without_anyone_nothing_is_stored(office: Office) -> None:
    people = office.sandbox.state.workspace.people
    await office.people.post("invite", as_=ADA, channel="#sales-emea")
    await office.people.idle()
    people[ADA].deleted = True
    await nobody_is_named(office, channel="#sales-emea")
    await office.card(WHOSE_DEAL, who=MARIT)

    channel(office).creator = BOT
    before = await rows(office)
    await nobody_is_named(office, "Contoso")
    assert await rows(office) == before


async def test_only_members_of_a_private_channel_are_asked_about_it(office: Office) -> None:
    before = await rows(office)
    for creator in (ADA, PAULA):
        name = f"board-of-{creator}"
        place = office.sandbox.state.workspace.add_channel(name, {PAULA, BOT, MARIT}, creator=creator, kind="group")
        await nobody_is_named(office, channel=place.id)
        if creator == ADA:
            assert await rows(office) == before

    await office.card(WHOSE_DEAL, who=PAULA)


async def test_a_rep_who_reports_the_deal_gets_it(office: Office) -> None:
    await nobody_is_named(office)
    card = await office.card(WHOSE_DEAL, who=MARIT)

    await office.post("Just closed Northwind Dental!", who=ADA)

    assert "$45,000" in str((await office.card(YOU_CLOSED))["blocks"])
    old = await office.card(fixed_part("handed.line"), who=MARIT)
    assert old["ts"] == card["ts"]


async def test_not_mine_hands_the_deal_over_in_one_step(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    card = await office.card(YOU_CLOSED)
    assert labels(card) == [
        wording("card.start"),
        wording("card.schedule"),
        wording("card.brief"),
        wording("card.fix"),
        wording("card.not_a_deal"),
        wording("card.announce"),
        wording("card.team"),
        wording("card.not_mine"),
    ]

    await pick(office, card, BRUNO, ADA)

    await office.card(YOU_CLOSED, who=BRUNO)
    await office.card(fixed_part("handed.line"))


@pytest.mark.parametrize("somebody", [BOT, PAULA, ""], ids=["app", "left", "nobody"])
async def test_only_an_active_colleague_can_be_selected(office: Office, somebody: str) -> None:
    office.sandbox.state.workspace.people[PAULA].deleted = True
    await office.post("Just closed Northwind Dental! $45k ARR")
    card = await office.card(YOU_CLOSED)

    await pick(office, card, somebody, ADA)

    assert wording("refusal.owner_missing") in str(await office.view())
    (deal,) = await office.export()
    assert deal["rep"]["id"] == ADA


async def test_the_list_asks_like_the_card_and_confirms_the_handover(office: Office) -> None:
    await nobody_is_named(office)
    await office.card(WHOSE_DEAL, who=MARIT)
    assert wording("stage.whose") in await office.command("/firstcall list", who=MARIT)
    listed = [m for m in await office.people.reads("#wins", who=MARIT) if m.get("ephemeral_to") == MARIT][-1]

    await pick(office, listed, BRUNO, MARIT)

    await office.until(
        lambda found: any(fixed_part("handed.line") in m["text"] for m in found),
        lambda: office.people.reads("#wins", who=MARIT),
    )


async def test_a_rep_who_left_is_not_prompted_and_the_owner_is_asked_for(office: Office) -> None:
    office.sandbox.state.workspace.people[PAULA].deleted = True

    await app_posts(office, **attachment("Northwind Dental", "$45,000.00", f"<@{PAULA}>"))

    await office.card(WHOSE_DEAL, who=MARIT)
