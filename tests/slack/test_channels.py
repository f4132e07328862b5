"""A channel's purpose: asked of the inviter in private, set with a click, and respected."""

from __future__ import annotations

import pytest

from bot.ui.ids import ActionId
from storage.models import Sighting
from tests.sandbox.user_driver import ADA, BOT, BRUNO, MARIT, Json
from tests.slack.slack_driver import Office
from tests.slack.test_foreign_payloads import rows
from tests.wording import fixed_part, wording

NOW_WINS = wording("channel.now", choice=wording("channel.wins"))
NOW_LISTENING = wording("channel.now", choice=wording("channel.listen"))

EMEA = "#sales-emea"


async def whispers(office: Office, channel: str, who: str = ADA) -> list[Json]:
    """What only they see in a channel."""
    return [m for m in await office.people.reads(channel, who=who) if m.get("ephemeral_to") == who]


async def question(office: Office, channel: str, who: str = ADA) -> Json:
    """The newest of it, once there is one."""
    found: list[Json] = await office.until(bool, lambda: whispers(office, channel, who))
    return found[-1]


async def said(office: Office, channel: str, text: str, who: str = ADA) -> Json:
    """What only they see, once it says this."""
    found = await office.until(
        lambda seen: any(text in m["text"] for m in seen), lambda: whispers(office, channel, who)
    )
    return next(m for m in found if text in m["text"])


async def set_to(office: Office, tap: ActionId, channel: str, who: str = ADA) -> None:
    await office.command("/firstcall channel", channel=channel, who=who)
    assert (await office.tap(await question(office, channel, who), tap, who=who))["status"] == 200
    await said(office, channel, fixed_part("channel.later"), who)


async def test_the_inviter_is_asked_in_private_and_a_click_sets_the_purpose(office: Office) -> None:
    await office.people.post("invite", as_=ADA, channel=EMEA)
    asked = await question(office, EMEA)
    assert fixed_part("channel.invited") in asked["text"]
    assert NOW_LISTENING in asked["text"]
    assert await whispers(office, EMEA, MARIT) == []

    await office.tap(asked, ActionId.CHANNEL_WINS)

    answer = await said(office, EMEA, fixed_part("channel.settled_wins"))
    assert answer["ts"] == asked["ts"]
    assert wording("channel.settled_wins", zone="Europe/London") in answer["text"]
    assert not any(block["type"] == "actions" for block in answer["blocks"])
    assert NOW_WINS in await office.command("/firstcall channel", channel=EMEA)


async def test_nobody_is_asked_when_others_join_or_the_app_joins_uninvited(office: Office) -> None:
    before = await rows(office)
    await office.people.post("join", as_=BRUNO, channel=EMEA)
    await office.people.post("invite", as_=ADA, channel=EMEA, user="U0PAULAGN")
    await office.people.idle()

    assert await rows(office) == before
    assert await whispers(office, EMEA) == []


async def test_an_invitation_is_stored_even_if_the_question_cannot_be_sent(office: Office) -> None:
    await office.people.post("faults", errors={"chat.postEphemeral": {"error": "user_not_in_channel", "count": 1}})
    await office.people.post("invite", as_=ADA, channel=EMEA)
    await office.people.idle()

    assert await whispers(office, EMEA) == []
    assert NOW_LISTENING in await office.command("/firstcall channel", channel=EMEA)
    await office.until(lambda refused: len(refused) == 1, office.refused)
    await office.people.post("reset")


async def test_the_command_works_in_channels_that_the_app_is_in(office: Office) -> None:
    assert NOW_WINS in await office.command("/firstcall channel")
    assert fixed_part("refusal.not_in_channel") in await office.command("/firstcall channel", channel=EMEA)
    assert wording("refusal.no_channel") in await office.command("/firstcall channel", channel=BOT)
    assert wording("refusal.no_channel") in await office.command("/firstcall summary here", channel=BOT)


@pytest.mark.parametrize(
    ("tap", "cards"), [(ActionId.CHANNEL_WINS, 1), (ActionId.CHANNEL_LISTEN, 0), (ActionId.CHANNEL_EXCLUDED, 0)]
)
@pytest.mark.parametrize("channel", ["#wins", "#general"])
async def test_the_chosen_purpose_overrides_the_channels_name(
    office: Office, tap: ActionId, cards: int, channel: str
) -> None:
    await set_to(office, tap, channel)

    await office.post("Kestrel in, 45k", channel=channel)

    assert len(await office.export()) == cards


async def test_an_excluded_channel_is_ignored(office: Office) -> None:
    await set_to(office, ActionId.CHANNEL_EXCLUDED, "#wins")
    before = await rows(office)

    message = await office.post("Just closed Northwind Dental! $45k ARR")
    await office.people.post(
        "messages/edit", as_=ADA, channel=message["channel"], ts=message["ts"], text="Just closed Contoso! $50k ARR"
    )
    await office.post("sorry, 40k, not 45k")
    await office.people.post("messages/delete", as_=ADA, channel=message["channel"], ts=message["ts"])
    await office.people.idle()

    assert await rows(office) == before
    assert await office.dm() == []


async def test_known_deals_are_still_corrected_in_an_excluded_channel(office: Office) -> None:
    kept = await office.post("Just closed Northwind Dental! $45k ARR")
    gone = await office.post("Just closed Contoso! $50k ARR")
    await office.dms(2)
    await set_to(office, ActionId.CHANNEL_EXCLUDED, "#wins")

    await office.people.post(
        "messages/edit",
        as_=ADA,
        channel=kept["channel"],
        ts=kept["ts"],
        text="Just closed Northwind Dental! $48k ARR",
    )
    await office.people.post("messages/delete", as_=ADA, channel=gone["channel"], ts=gone["ts"])

    await office.card("$48,000")
    await office.card(wording("card.title_deleted_own", customer="Contoso"))
    assert (await rows(office))[Sighting.__tablename__] == 2
