"""A rep's reminders in Slack: the list with its reasons, stop, pause, hours, opt-out, and a typed snooze."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.ui.ids import ActionId
from storage.models import OutboxRow
from storage.tenancy import ALL_TENANTS
from tests.sandbox.user_driver import ADA, Json
from tests.slack.slack_driver import Office
from tests.wording import fixed_part, wording

YOU_CLOSED = wording("card.title_open", customer="Northwind Dental")

DEAL = "Just closed Northwind Dental, $45k/yr!"


async def test_a_rep_sees_what_is_planned_and_why_and_stops_it_for_a_deal(office: Office) -> None:
    await office.post(DEAL)
    await office.card(YOU_CLOSED)

    assert f"{wording('reminders.kind_reminder')}, Northwind Dental" in await office.command("/firstcall reminders")

    await office.tap(await _told(office), ActionId.REMINDERS_STOP)
    stopped = await _until_told(office, fixed_part("reminders.stopped_title"))
    assert wording("reminders.kind_reminder") not in str(stopped)
    await office.tap(stopped, ActionId.REMINDERS_RESUME)
    await _until_told(office, f"{wording('reminders.kind_reminder')}, Northwind Dental")


async def test_reminders_stop_after_opting_out_and_resume_after_opting_in(office: Office) -> None:
    await office.post(DEAL)
    await office.card(YOU_CLOSED)
    await office.command("/firstcall reminders")
    await office.tap(await _told(office), ActionId.REMINDERS_OFF)
    off = await _until_told(office, wording("reminders.off"))

    for _ in range(8):
        await office.later(timedelta(days=1))
        await office.people.idle()
    assert len(await office.dm()) == 1

    await office.tap(off, ActionId.REMINDERS_ON)
    await _until_told(office, "08:30-18:00")
    for _ in range(24 * 5):  # the nudges of a week ago are over: from now on the call is in the daily list
        if fixed_part("digest.title") in str(await office.dm()):
            break
        await office.later(timedelta(hours=1))
        await office.people.idle()
    await office.card(fixed_part("digest.title"))


async def test_hours_and_a_pause_are_typed_as_text(office: Office) -> None:
    await office.post(DEAL)
    await office.card(YOU_CLOSED)
    await office.command("/firstcall reminders")
    await office.tap(await _told(office), ActionId.REMINDERS_CHANGE)

    refused = await office.submit(hours="late", when="some day")
    assert wording("refusal.hours") in refused["errors"]["hours"]
    assert (
        wording("refusal.when_day_unreadable")
        in (await office.submit(hours="10:00-16:00", when="some day"))["errors"]["when"]
    )
    await office.submit(hours="10:00-16:00", days=["mon", "tue"], when="in 2 weeks")
    saved = str(await office.view())
    assert fixed_part("reminders.saved") in saved
    assert f"{wording('weekday.mon')}, {wording('weekday.tue')}" in saved
    assert "10:00-16:00" in saved

    rows = await office.bot.database.read(
        lambda session: [
            row
            for row in session.query(OutboxRow).execution_options(**{ALL_TENANTS: True})
            if row.kind == "reminder" and row.state == "queued"
        ]
    )
    assert rows
    assert all(row.due_at > datetime.now(UTC) + timedelta(days=12) for row in rows)


async def test_a_reminder_is_snoozed_to_a_typed_time_and_stopped(office: Office) -> None:
    await office.post(DEAL)
    reminder = await _next_reminder(office)

    await office.tap(reminder, ActionId.SNOOZE_OTHER)
    assert wording("refusal.when_unreadable") in (await office.submit(when="some day"))["errors"]["when"]
    await office.submit(when="in 3 days 10:00")
    assert fixed_part("snooze.done") in str(await office.view())

    answered = await office.until(
        lambda found: fixed_part("snooze.done") in str(found), lambda: _message(office, reminder["ts"])
    )
    assert ActionId.SNOOZE_STOP not in str(answered["blocks"])

    await office.later(timedelta(days=3))
    await office.tap(await _next_reminder(office), ActionId.SNOOZE_STOP)
    await office.card(wording("snooze.stopped", customer="Northwind Dental", command="/firstcall"))
    assert fixed_part("reminders.stopped_title") in await office.command("/firstcall reminders")


async def _message(office: Office, ts: str) -> Json:
    (found,) = [message for message in await office.dm() if message["ts"] == ts]
    return found


async def _told(office: Office, channel: str = "#wins") -> Json:
    """The newest answer that only the rep sees."""
    seen = [m for m in await office.people.reads(channel, who=ADA) if m.get("ephemeral_to") == ADA]
    return seen[-1]


async def _until_told(office: Office, saying: str) -> Json:
    return await office.until(lambda message: saying in str(message), lambda: _told(office))


async def _next_reminder(office: Office) -> Json:
    for _ in range(200):
        found = [m for m in await office.dm() if ActionId.SNOOZE_HOUR in str(m["blocks"])]
        if found:
            return found[-1]
        await office.later(timedelta(hours=1))
        await office.people.idle()
    raise AssertionError("no reminder came")
