"""Challenges on Slack: the shortcut on a message, the reminder in the DM, and the command as a message to the bot."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.ui.ids import ActionId
from tests.sandbox.user_driver import ADA, BOT, BRUNO
from tests.slack.slack_driver import Office
from tests.slack.test_recap import aligned, text_of
from tests.wording import fixed_part, wording

SAID = "Northwind Dental is angry: the scanner &amp; its stand are late"


async def log_from_message(office: Office, who: str = ADA) -> dict[str, Any]:
    message = await office.post(SAID.replace("&amp;", "&"), channel="#general")
    await office.people.post(
        "shortcuts", as_=who, callback_id="log_challenge", channel=message["channel"], ts=message["ts"]
    )
    return await office.view(who)


async def test_the_shortcut_fills_the_form_and_the_reminder_is_answered_with_one_tap(office: Office) -> None:
    await aligned(office, "Tell us about any delay within 4 hours")
    await office.monday_morning(after=timedelta(0))
    form = await log_from_message(office)
    assert form["callback_id"] == "challengelog"
    assert "the scanner & its stand are late" in str(form["blocks"])
    [deal] = await office.export()
    assert deal["challenges"] == []

    await office.submit(severity=("3",), whose=("ours",))
    assert (await office.view())["callback_id"] == "challenge"
    assert fixed_part("challenge.tell_by") in text_of(await office.view())

    await office.later(timedelta(hours=3, minutes=40))
    reminder = (await office.until(bool, lambda: answerable(office)))[-1]
    await office.tap(reminder, ActionId.CHALLENGE_PHONE)
    [deal] = await office.export()
    assert [each["told_in_time"] for each in deal["challenges"]] == [True]
    await office.until(lambda found: not found, lambda: answerable(office))


async def answerable(office: Office) -> list[dict[str, Any]]:
    """The messages in the rep's DM that ask whether the customer was told."""
    return [each for each in await office.dm(ADA) if ActionId.CHALLENGE_PHONE in str(each)]


async def test_somebody_without_a_deal_gets_a_sentence(office: Office) -> None:
    await aligned(office)
    notice = await log_from_message(office, who=BRUNO)
    assert wording("refusal.challenge_no_deals") in text_of(notice)


async def test_the_command_as_a_message_keeps_what_was_typed(office: Office) -> None:
    await aligned(office)
    for view in reversed(await office.views()):
        await office.people.post("views/close", as_=ADA, view_id=view["id"])
    await office.post("challenge northwind the scanner is late", channel=BOT)
    found = await office.until(
        lambda messages: any(ActionId.COMMAND_RUN in str(each) for each in messages), lambda: office.dm(ADA)
    )
    await office.tap([each for each in found if ActionId.COMMAND_RUN in str(each)][-1], ActionId.COMMAND_RUN)
    assert "the scanner is late" in str((await office.view())["blocks"])
