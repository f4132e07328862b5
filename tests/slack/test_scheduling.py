"""The call is scheduled in two clicks; a calendar file, a reminder before the call, a question after it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from bot.ui.ids import ActionId
from prompts.playbook import playbook
from tests.sandbox.user_driver import ADA, Json
from tests.slack.slack_driver import Office
from tests.slack.test_delivery import allowed
from tests.wording import fixed_part, wording

MINUTE = timedelta(minutes=1)


async def a_card(office: Office) -> Json:
    await office.post("Just closed Northwind Dental! $45k ARR")
    return await office.card("Northwind Dental")


async def files(office: Office) -> list[Json]:
    """The files that the bot sent, the oldest first."""
    return [file for message in await office.dm() for file in message.get("files") or ()]


async def content(office: Office, file: Json) -> str:
    async with office.people.http.get(file["url_private_download"]) as answer:
        return (await answer.read()).decode()


async def actions(office: Office) -> list[str]:
    (deal,) = await office.export()
    return [entry["action"] for entry in deal["timeline"]]


def offers(view: Json) -> list[str]:
    return [e["action_id"] for block in view["blocks"] if block["block_id"] == "offers" for e in block["elements"]]


async def test_a_call_is_scheduled_in_two_clicks(office: Office) -> None:
    card = await a_card(office)

    await office.tap(card, ActionId.CARD_SCHEDULE)
    first = offers(await office.view())[-1]
    await office.tap_in_view(first)

    assert (await office.view())["title"]["text"] == wording("schedule.done_title")
    card = await office.card(fixed_part("card.title_scheduled"))
    assert fixed_part("card.call_at") in str(card["blocks"])
    (file,) = await office.until(bool, lambda: files(office))
    assert file["name"] == "firstcall-1-0.ics"
    text = await content(office, file)
    assert "SUMMARY:" + wording("invite.summary", customer="Northwind Dental") + "\r\n" in text
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert await actions(office) == ["heard", "scheduled"]


async def test_a_typed_time_is_read_and_an_unreadable_one_has_an_error(office: Office) -> None:
    await office.tap(await a_card(office), ActionId.CARD_SCHEDULE)

    assert wording("refusal.when_unreadable") in (await office.submit(when="when they are back"))["errors"]["when"]
    assert wording("refusal.when_no_time") in (await office.submit(when="tomorrow"))["errors"]["when"]
    assert "errors" not in await office.submit(when="in 2 hours")

    assert fixed_part("schedule.done") in str((await office.view())["blocks"])
    await office.card(fixed_part("card.title_scheduled"))


async def test_rescheduling_replaces_the_entry_and_unscheduling_keeps_the_call_open(office: Office) -> None:
    await office.tap(await a_card(office), ActionId.CARD_SCHEDULE)
    await office.submit(when="in 2 hours")
    card = await office.card(fixed_part("card.title_scheduled"))
    await office.until(bool, lambda: files(office))

    await office.tap(card, ActionId.CARD_SCHEDULE)
    assert fixed_part("schedule.planned") in str((await office.view())["blocks"])
    await office.submit(when="in 3 hours")
    (second,) = await office.until(
        lambda found: [file["name"] for file in found] == ["firstcall-1-1.ics"], lambda: files(office)
    )
    assert [line for line in (await content(office, second)).splitlines() if line.startswith(("UID", "SEQ"))] == [
        *("UID:deal-1.T0BRIGHTSD@firstcall", "SEQUENCE:1"),
    ]

    await office.tap(await office.card(fixed_part("card.title_scheduled")), ActionId.CARD_SCHEDULE)
    await office.tap_in_view(ActionId.SCHEDULE_OFF)
    await office.card(wording("card.title_open", customer="Northwind Dental"))
    await office.later(timedelta(hours=3))
    await office.people.idle()
    assert await actions(office) == ["heard", "scheduled", "rescheduled", "unscheduled"]
    assert not any(fixed_part("soon.begin") in str(message) for message in await office.dm())


async def test_a_reminder_before_the_call_and_a_question_after_it(office: Office) -> None:
    await office.tap(await a_card(office), ActionId.CARD_SCHEDULE)
    await office.submit(when="in 2 hours")
    await office.card(fixed_part("card.title_scheduled"))

    await office.later(timedelta(hours=1, minutes=46))
    before = await office.card(fixed_part("soon.begin"))
    assert playbook().opening_nobody in str(before["blocks"])

    await office.later(timedelta(minutes=46))
    for _ in range(24 * 4):  # at the weekend and at night it waits for working hours
        if wording("over.text") in str(await office.dm()):
            break
        await office.later(timedelta(hours=1))
        await office.people.idle()
    after = await office.card(wording("over.text"))
    await office.card(fixed_part("over.title"))
    await office.tap(after, ActionId.CARD_SCHEDULE)
    assert (await office.view())["callback_id"] == "schedule"
    await office.submit(when="in 1 hour")
    await office.card(fixed_part("card.title_scheduled"))


async def test_an_upload_interrupted_before_sharing_is_repeated(office: Office) -> None:
    card = await a_card(office)
    await office.people.post("faults", errors={"files.getUploadURLExternal": {"status": 500, "count": 1}})
    await office.tap(card, ActionId.CARD_SCHEDULE)
    await office.submit(when="in 2 hours")
    await office.card(fixed_part("card.title_scheduled"))

    assert [file["name"] for file in await _files_in_time(office)] == ["firstcall-1-0.ics"]
    await allowed(office, "internal_error")


async def test_without_the_files_scope_a_call_can_still_be_scheduled(office: Office) -> None:
    """It was made from an older manifest."""
    card = await a_card(office)
    await office.people.post("faults", errors={"files.getUploadURLExternal": {"error": "missing_scope"}})
    await office.tap(card, ActionId.CARD_SCHEDULE)
    await office.submit(when="in 2 hours")
    await office.card(fixed_part("card.title_scheduled"))

    assert await _files_in_time(office) == []
    await office.later(timedelta(hours=1, minutes=45))
    await office.card(fixed_part("soon.begin"))
    await allowed(office, "missing_scope")


async def test_an_upload_without_an_answer_is_not_repeated(office: Office) -> None:
    card = await a_card(office)
    await office.people.post("faults", reset={"count": 1, "method": "files.completeUploadExternal", "after": True})
    await office.tap(card, ActionId.CARD_SCHEDULE)
    await office.submit(when="in 2 hours")
    await office.card(fixed_part("card.title_scheduled"))

    assert [file["name"] for file in await _files_in_time(office)] == ["firstcall-1-0.ics"]


async def _files_in_time(office: Office) -> list[Json]:
    """The files that are there when the next tries are over."""
    for _ in range(5):
        await office.later(MINUTE)
        await office.people.idle()
        await asyncio.sleep(0.1)
    return await files(office)


@pytest.mark.parametrize("tap", [ActionId.SNOOZE_HOUR, ActionId.SNOOZE_TOMORROW])
async def test_a_reminder_is_snoozed_and_the_second_snooze_is_coached(office: Office, tap: ActionId) -> None:
    await office.monday_morning(after=timedelta(0))  # late on a Monday, the second reminder is the first to be snoozed
    await a_card(office)
    told = []
    for _ in range(3):
        reminder = await _next_reminder(office)
        await office.tap(reminder, tap)
        put_off = await office.until(lambda found: len(found) == 1, partial(_put_off, office, reminder["ts"]))
        told += [playbook().fear_antidote in str(shown) for shown in (reminder, put_off)]
    # Once: by the second tap, or by the second reminder if a night came before it.
    assert told in ([False, False, False, True, False, False], [False, False, True, False, False, False])


async def _next_reminder(office: Office) -> Json:
    """Time passes until a reminder with ways to put it off comes."""
    for _ in range(200):
        found = [m for m in await office.dm() if ActionId.SNOOZE_HOUR in str(m["blocks"])]
        if found:
            return found[-1]
        await office.later(timedelta(hours=1))
        await office.people.idle()
    raise AssertionError("no reminder came")


async def _put_off(office: Office, ts: str) -> list[Json]:
    """The reminder once its buttons to put it off are gone: it says when, or why it comes at another time."""
    return [m for m in await office.dm(ADA) if m["ts"] == ts and ActionId.SNOOZE_HOUR not in str(m["blocks"])]
