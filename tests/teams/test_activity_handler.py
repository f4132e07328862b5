"""The whole call on Teams: commands, cards that turn into their next step, dialogs, and what they store."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

import pytest

from bot.teams import message_extension
from handlers import export
from sandbox.teams.chats import ADA, BRUNO, Person
from sandbox.teams.faults import Fault
from tests.teams.card_driver import CardDriver
from tests.teams.listening_bot import posted
from tests.teams.teams_driver import BOT, WINS, Company, until
from tests.teams.test_adaptive_cards import wrong_with
from tests.wording import fixed_part, wording

YOU_CLOSED = wording("card.title_open", customer="Northwind Dental")

Json = dict[str, Any]
EXPECTATIONS = ("A call every Friday until go-live", "Problems told within 4 hours, by phone", "One invoice a quarter")
PRIORITIES = ("Check-in in under 2 minutes", "Reminders in two languages")


async def say(company: Company, text: str, who: Person = ADA) -> CardDriver:
    """A person writes to the bot; returns the card of the answer."""
    before = len(company.chat(who).messages)
    assert (await company.post(company.activity(text=text, who=who)))[0] == 200
    await until(lambda: len(company.chat(who).messages) > before)
    return last(company, who)


def last(company: Company, who: Person = ADA) -> CardDriver:
    """The newest card in a person's chat."""
    message = list(company.chat(who).messages.values())[-1]
    return CardDriver(message["attachments"][0]["content"])


async def card(company: Company, saying: str, who: Person = ADA) -> tuple[str, CardDriver]:
    """Wait for a card with this text in a person's chat; returns the message id and the card."""

    def found() -> list[tuple[str, CardDriver]]:
        cards = (
            (number, CardDriver(message["attachments"][0]["content"]))
            for number, message in company.chat(who).messages.items()
            if message.get("attachments")
        )
        return [(number, each) for number, each in cards if saying in each.text]

    await until(lambda: bool(found()))
    return found()[-1]


async def invoke(company: Company, name: str, value: Json, who: Person = ADA, reply_to: str | None = None) -> Json:
    more = {} if reply_to is None else {"replyToId": reply_to}
    status, body = await company.post(company.activity("invoke", who=who, name=name, value=value, **more))
    assert status == 200, body
    return body


async def press(
    company: Company, shown: CardDriver, title: str, about: str = "", who: Person = ADA, reply_to: str | None = None
) -> CardDriver:
    """Click a button of a card in the chat; returns the card that replaces it."""
    action = {"type": "Action.Execute", "data": shown.pressed(title, about)}
    answer = await invoke(company, "adaptiveCard/action", {"action": action, "trigger": "manual"}, who, reply_to)
    assert answer["type"] == "application/vnd.microsoft.card.adaptive", answer
    assert wrong_with(answer["value"]) == []
    return CardDriver(answer["value"])


async def open_dialog(
    company: Company, shown: CardDriver, title: str, about: str = "", who: Person = ADA
) -> CardDriver:
    """Click a button that opens a dialog."""
    assert shown.button(title, about)["data"]["msteams"] == {"type": "task/fetch"}
    return dialog(await invoke(company, "task/fetch", {"data": shown.pressed(title, about)}, who))


async def submit(company: Company, shown: CardDriver, title: str, about: str = "") -> CardDriver:
    """Click a button in a dialog; returns the next one."""
    return dialog(await invoke(company, "task/submit", {"data": shown.pressed(title, about)}))


def dialog(answer: Json) -> CardDriver:
    assert answer["task"]["type"] == "continue", answer
    shown = answer["task"]["value"]["card"]["content"]
    assert wrong_with(shown) == []
    return CardDriver(shown)


async def stored(company: Company) -> Json:
    """The only deal, as exported."""
    (workspace,) = await company.bot.database.read(export.workspaces)
    [deal] = await company.bot.database.read(export.page, workspace)
    return deal


# --- the call ---


async def won(company: Company) -> None:
    await say(company, "won Northwind Dental $45k")
    await card(company, YOU_CLOSED)


def capture(sheet: CardDriver) -> None:
    sheet.fill(wording("checklist.reached"), "Dana Whitfield")
    sheet.tick_all()
    sheet.fill(wording("checklist.expectations"), "\n".join(EXPECTATIONS))
    sheet.fill(wording("checklist.priorities"), "\n".join(PRIORITIES))


@pytest.mark.both_databases
async def test_a_call_from_the_command_to_the_recap_in_the_chat(company: Company) -> None:
    await won(company)
    sheet = await say(company, "call northwind")
    number = list(company.chat().messages)[-1]
    capture(sheet)
    sheet = await press(company, sheet, wording("checklist.submit"), reply_to=number)
    assert EXPECTATIONS[0] in sheet.text
    for statement in (*EXPECTATIONS, *PRIORITIES):
        assert statement in sheet.text
        sheet = await press(company, sheet, wording("readback.agree"), statement, reply_to=number)
    sheet.tick_all()
    sheet.fill(wording("wrapup.outcome"), "agreed")
    sheet = await press(company, sheet, wording("wrapup.submit"), reply_to=number)
    assert wording("recap.greeting", name="Dana") in sheet.text
    sheet = await press(company, sheet, wording("recap.submit"), reply_to=number)
    assert sheet.text == wording("teams.saved")

    await until(
        lambda: wording("teams.saved") in CardDriver(company.chat().messages[number]["attachments"][0]["content"]).text
    )
    await card(company, wording("card.title_recapped", customer="Northwind Dental"))
    deal = await stored(company)
    assert deal["stage"] == "recapped"
    assert [each["confirmations"][-1]["said"] for each in deal["statements"]] == ["agreed"] * 5
    assert deal["statements"][0]["confirmations"][0]["said_by"] == "Dana Whitfield"


async def call_in_dialogs(company: Company) -> AsyncIterator[CardDriver]:
    """The whole call from the card's button to the recap, dialog by dialog."""
    await won(company)
    _, living = await card(company, fixed_part("card.title_open"))
    sheet = await open_dialog(company, living, wording("card.start"))
    yield sheet
    capture(sheet)
    sheet = await submit(company, sheet, wording("checklist.submit"))
    yield sheet
    sheet = await submit(company, sheet, wording("readback.all"))
    yield sheet
    for statement in (EXPECTATIONS[0], PRIORITIES[0]):  # the two that matter most
        sheet = await submit(company, sheet, wording("readback.agree"), statement)
    sheet.tick_all()
    sheet = await submit(company, sheet, wording("readall.submit"))
    yield sheet
    sheet.tick_all()
    sheet.fill(wording("wrapup.outcome"), "not_now")
    yield await submit(company, sheet, wording("wrapup.submit"))


@pytest.mark.both_databases
async def test_the_same_call_in_dialogs_from_the_deals_card(company: Company) -> None:
    *_, sheet = [each async for each in call_in_dialogs(company)]
    assert await invoke(company, "task/submit", {"data": sheet.pressed(wording("recap.submit"))}) == {}
    deal = await stored(company)
    assert deal["stage"] == "recapped"
    manners = Counter(each["confirmations"][-1]["manner"] for each in deal["statements"])
    assert manners == {"each": 2, "read_all": 3}


async def test_an_invalid_entry_shows_the_form_again_with_its_values(company: Company) -> None:
    await won(company)
    _, living = await card(company, fixed_part("card.title_open"))
    sheet = await open_dialog(company, living, wording("card.schedule"))
    sheet.fill(wording("schedule.when"), "when the cows come home")
    again = await submit(company, sheet, wording("card.schedule"))
    assert wording("refusal.when_unreadable") in again.text
    assert "when the cows come home" in again.text
    again.fill(wording("schedule.when"), "tomorrow 10")
    assert fixed_part("schedule.done") in (await submit(company, again, wording("card.schedule"))).text
    assert (await stored(company))["call_at"] is not None
    _, invitation = await card(company, wording("teams.to_calendar"))
    subject = quote_plus(wording("invite.summary", customer="Northwind Dental"))
    assert f"https://outlook.office.com/calendar/deeplink/compose?subject={subject}" in str(invitation.content)


@pytest.mark.both_databases
async def test_a_double_click_counts_once(company: Company) -> None:
    await won(company)
    sheet = await say(company, "call northwind")
    capture(sheet)
    sheet = await press(company, sheet, wording("checklist.submit"))
    first = await press(company, sheet, wording("readback.agree"))
    again = await press(company, sheet, wording("readback.agree"))
    assert first.text == again.text
    deal = await stored(company)
    assert [len(each["confirmations"]) for each in deal["statements"]] == [1, 0, 0, 0, 0]


async def test_a_deal_is_handed_on_from_the_card(company: Company) -> None:
    await say(company, "hello", BRUNO)
    await won(company)
    _, living = await card(company, fixed_part("card.title_open"))
    menu = living.button(wording("card.not_mine"))["card"]
    assert {choice["title"] for choice in menu["body"][0]["choices"]} == {"Ada Kemp", "Bruno Costa"}
    data = menu["actions"][0]["data"] | {menu["body"][0]["id"]: BRUNO.person}
    answer = await invoke(company, "adaptiveCard/action", {"action": {"type": "Action.Execute", "data": data}})
    assert answer["type"] == "application/vnd.microsoft.activity.message"
    await card(company, YOU_CLOSED, BRUNO)


async def test_somebody_elses_deal_is_refused_politely(company: Company) -> None:
    await won(company)
    await say(company, "hello", BRUNO)
    _, living = await card(company, fixed_part("card.title_open"))
    value = {"data": living.pressed(wording("card.start"))}
    answer = await invoke(company, "task/fetch", value, BRUNO)
    assert answer["task"]["type"] == "message"
    assert "Ada" not in str(answer)


@pytest.mark.parametrize("data", [{}, {"firstcall": "x"}, {"firstcall": {"tap": "no.such", "nonce": "1"}}, "x", None])
async def test_a_card_of_another_bot_is_refused(company: Company, data: Any) -> None:
    value = {"action": {"type": "Action.Execute", "data": data}}
    answer = await invoke(company, "adaptiveCard/action", value)
    assert answer["type"] == "application/vnd.microsoft.activity.message"
    assert wording("refusal.old_button") in answer["value"] or "older" in answer["value"]


@pytest.mark.parametrize("value", [5, True, "firstcall", ["firstcall"], {"other": "app"}])
async def test_a_message_with_a_foreign_value_is_a_plain_message(company: Company, value: Any) -> None:
    assert (await company.post(company.activity(text="help", value=value)))[0] == 200
    await until(lambda: bool(company.chat().messages))
    assert wording("hello.help") in last(company).text


# --- refreshed cards ---


async def look(company: Company, shown: CardDriver, who: Person = ADA) -> Json:
    """Teams refreshes the card, as it does by itself when its reader looks at it."""
    return await invoke(
        company, "adaptiveCard/action", {"action": shown.content["refresh"]["action"], "trigger": "automatic"}, who
    )


@pytest.mark.parametrize(
    ("command", "before", "after"),
    [
        ("list", "Northwind Dental", "Harbor Point Hotels"),
        ("home", "Northwind Dental", "Harbor Point Hotels"),
        ("team", wording("summary.headline", count=1, totals=""), wording("summary.headline", count=2, totals="")),
        ("reminders", "Northwind Dental", "Harbor Point Hotels"),
        ("settings", wording("settings.title"), wording("settings.title")),
    ],
)
async def test_an_overview_is_refreshed_when_it_is_looked_at(
    company: Company, command: str, before: str, after: str
) -> None:
    await won(company)
    await say(company, "hello", BRUNO)
    shown = await say(company, command)
    assert before in shown.text
    assert shown.content["refresh"]["userIds"] == [ADA.user]
    await say(company, "won Harbor Point Hotels $120k")
    await card(company, wording("card.title_open", customer="Harbor Point Hotels"))

    again = await look(company, shown)

    assert again["type"] == "application/vnd.microsoft.card.adaptive"
    assert after in CardDriver(again["value"]).text
    assert again["value"]["refresh"] == shown.content["refresh"]
    assert "Harbor" not in str(await look(company, shown, BRUNO)) or command == "team"


async def test_a_deals_card_is_refreshed_when_it_is_looked_at(company: Company) -> None:
    await won(company)
    _, living = await card(company, fixed_part("card.title_open"))
    sheet = await say(company, "call northwind")
    capture(sheet)
    await press(company, sheet, wording("checklist.submit"))
    again = CardDriver((await look(company, living))["value"])
    assert wording("card.progress", settled=0, total=5) in again.text
    assert (
        again.button(wording("card.continue"))["data"]["firstcall"]["nonce"]
        == living.content["refresh"]["action"]["data"]["firstcall"]["nonce"]
    )
    await say(company, "hello", BRUNO)
    assert "Northwind" not in str(await look(company, living, BRUNO))


@pytest.mark.parametrize("shows", ["won Fabrikam $1m", "call northwind", "deal:", "deal:x", f"deal:{10**30}", "help"])
async def test_a_refresh_changes_nothing(company: Company, shows: str) -> None:
    await won(company)
    data = {"firstcall": {"nonce": "n", "shows": shows}}
    answer = await invoke(company, "adaptiveCard/action", {"action": {"type": "Action.Execute", "data": data}})
    assert answer["type"] == "application/vnd.microsoft.activity.message"
    assert (await stored(company))["stage"] == "open"


# --- answers in channels and in the personal chat ---


def mention(text: str) -> Json:
    entity = {"type": "mention", "text": "<at>FirstCall</at>", "mentioned": {"id": BOT, "name": "FirstCall"}}
    return {"text": f"<at>FirstCall</at> {text}", "channel": WINS, "entities": [entity]}


async def test_what_belongs_to_the_rep_is_answered_in_the_personal_chat(company: Company) -> None:
    await won(company)
    await company.post(company.activity(**mention("list")))
    [answer] = company.teams.chats.all[WINS].messages.values()
    assert wording("teams.answered_in_person") in answer["text"]
    await until(lambda: "Northwind Dental" in last(company).text)


async def test_no_answer_is_announced_that_was_not_sent(company: Company) -> None:
    await won(company)
    company.teams.faults.add(Fault(403, code="ForbiddenOperationException", path=company.chat().id, count=2))
    await company.post(company.activity(**mention("list")))
    assert wording("teams.answered_in_person") not in str(company.teams.chats.all[WINS].messages)


async def test_help_is_answered_in_the_channel(company: Company) -> None:
    await company.post(company.activity(**mention("help")))
    [answer] = company.teams.chats.all[WINS].messages.values()
    assert wording("help.won", command="@FirstCall") in CardDriver(answer["attachments"][0]["content"]).text


async def test_home_shows_open_deals(company: Company) -> None:
    await won(company)
    shown = await say(company, "home")
    assert "Northwind Dental" in shown.text
    assert wording("help.reminders", command="@FirstCall") in shown.text


async def test_a_reminder_is_snoozed_to_a_typed_time(company: Company) -> None:
    await won(company)
    put_off = await say(company, "snooze northwind tomorrow 10")
    assert fixed_part("snooze.done") in put_off.text
    assert "10:00" in put_off.text
    assert put_off.button(wording("card.start"))


async def test_an_unreadable_snooze_is_asked_about_in_the_chat(company: Company) -> None:
    await won(company)
    sheet = await say(company, "snooze northwind")
    sheet.fill(wording("snooze.when"), "when the cows come home")
    again = await press(company, sheet, wording("snooze.submit"))
    assert wording("refusal.when_unreadable") in again.text
    again.fill(wording("snooze.when"), "tomorrow 10")
    assert "10:00" in (await press(company, again, wording("snooze.submit"))).text


async def test_the_teams_wins_are_shown_in_the_personal_chat(company: Company) -> None:
    await won(company)
    await company.post(company.activity(**mention("team")))
    [answer] = company.teams.chats.all[WINS].messages.values()
    assert wording("teams.answered_in_person") in answer["text"]
    await until(lambda: wording("team.this_week") in last(company).text)
    assert "Northwind Dental" in last(company).text


async def test_a_guest_of_the_tenant_is_not_shown_the_teams_wins(company: Company) -> None:
    guest = Person("Greta Moe", "29:greta", "00000000-0000-4000-8000-0000000000e5", is_guest=True)
    there = company.teams.chats.all[WINS].messages
    await company.post(company.activity(who=ADA, **mention("channel")))  # asked before a guest reads there
    question = CardDriver(list(there.values())[-1]["attachments"][0]["content"])
    for known in (company.teams.chats.people, company.teams.chats.all[WINS].members):
        known.append(guest)
    await won(company)
    await company.post(company.activity(who=guest, **mention("team")))
    await company.post(company.activity(who=guest, **mention("summary here")))
    await company.post(company.activity(who=guest, **mention("channel")))
    await until(lambda: str(there).count(wording("refusal.colleagues_only")) == 3)
    assert "Northwind" not in str(there)
    for choice in (wording("channel.wins"), wording("channel.listen")):
        action = {"type": "Action.Execute", "data": question.pressed(choice)}
        answer = await invoke(company, "adaptiveCard/action", {"action": action}, guest)
        assert wording("refusal.colleagues_only") in answer["value"]


async def test_settings_are_shown_and_can_be_changed(company: Company) -> None:
    shown = await say(company, "settings")
    assert wording("settings.keep_none") in shown.text
    off = await press(company, shown, wording("reminders.opt_out"))
    assert wording("reminders.off") in off.text
    assert wording("settings.off") in (await say(company, "settings")).text


async def test_a_reminder_comes_when_the_call_was_not_made_and_a_summary_on_monday(company: Company) -> None:
    clock = company.bot.clock
    now = clock.now()
    wednesday = (now + timedelta(days=9 - now.weekday())).replace(hour=12)  # at work in Europe
    clock.offset += wednesday - now
    await company.post(company.activity(**mention("summary here")))
    await won(company)
    clock.offset += timedelta(days=5)
    await company.bot.scheduler.plan_calendar()

    _, reminder = await card(company, wording("reminder.title_2", customer="Northwind Dental"))
    assert wording("snooze.hour") in reminder.titles
    posted_there = company.teams.chats.all[WINS].messages
    await until(lambda: any(wording("summary.title") in str(message) for message in posted_there.values()))
    summary = next(message for message in posted_there.values() if wording("summary.title") in str(message))
    assert (
        wording("summary.win", customer="Northwind Dental", amount="$45,000", rep="Ada Kemp")
        in CardDriver(summary["attachments"][0]["content"]).text
    )

    put_off = await press(company, reminder, wording("snooze.hour"))
    assert fixed_part("snooze.done") in put_off.text


@pytest.mark.both_databases
async def test_a_repeated_delivery_is_answered_once(company: Company) -> None:
    activity = company.activity(text="help")
    for _ in range(2):
        await company.post(activity)
    assert len(company.chat().messages) == 1


# --- detected and reported deals ---


async def test_a_win_in_a_channel_prompts_the_rep_in_private(company: Company) -> None:
    await company.post(posted(company))
    await card(company, YOU_CLOSED)
    assert company.teams.chats.all[WINS].messages == {}


async def test_a_win_that_mentions_the_bot_is_detected_and_not_answered_with_help(company: Company) -> None:
    await company.post(company.activity(**mention("just closed Northwind Dental! $45k ARR")))
    _, living = await card(company, YOU_CLOSED)
    assert fixed_part("card.heard") in living.text
    assert "Ada Kemp" in living.text
    assert company.teams.chats.all[WINS].messages == {}


async def test_the_message_extension_opens_the_form_and_saves_the_deal(company: Company) -> None:
    payload = {"id": "1", "body": {"contentType": "text", "content": "Just closed Northwind Dental! $45k ARR"}}
    form = dialog(
        await invoke(company, message_extension.FETCH, {"commandId": "closedDeal", "messagePayload": payload})
    )
    assert form.fields["customer"]["value"] == "Northwind Dental"
    form.fill(wording("won.customer"), " ")
    again = dialog(await invoke(company, message_extension.SUBMIT, {"data": form.pressed(wording("won.submit"))}))
    again.fill(wording("won.customer"), "Northwind Dental")
    answer = await invoke(company, message_extension.SUBMIT, {"data": again.pressed(wording("won.submit"))})
    assert wording("won.heard", customer="Northwind Dental") in answer["task"]["value"]
    assert (await stored(company))["customer"] == "Northwind Dental"


async def test_the_message_extension_asks_whether_another_sum_is_another_order(company: Company) -> None:
    await won(company)
    payload = {"id": "1", "body": {"contentType": "text", "content": "Closed Northwind Dental! $99k ARR"}}
    form = dialog(
        await invoke(company, message_extension.FETCH, {"commandId": "closedDeal", "messagePayload": payload})
    )
    question = await invoke(company, message_extension.SUBMIT, {"data": form.pressed(wording("won.submit"))})
    another = {"data": dialog(question).pressed(wording("won.another"))}
    for _ in range(2):
        answer = dialog(await invoke(company, message_extension.SUBMIT, another))
        assert wording("won.heard", customer="Northwind Dental") in answer.text
    (workspace,) = await company.bot.database.read(export.workspaces)
    stored = await company.bot.database.read(export.page, workspace)
    assert [deal["amount"] for deal in stored] == ["45000.00", "99000.00"]


async def test_the_installer_in_a_team_is_asked_in_private_what_it_is_for(company: Company) -> None:
    await company.post(company.activity("installationUpdate", channel=WINS, action="add"))
    _, question = await card(company, wording("channel.wins"))
    answer = await press(company, question, wording("channel.wins"))
    assert fixed_part("channel.settled_wins") in answer.text


async def test_the_message_extension_logs_a_challenge_and_goes_on_to_its_steps(company: Company) -> None:
    await won(company)
    sheet = await say(company, "call northwind")
    capture(sheet)
    await press(company, sheet, wording("checklist.submit"), reply_to=list(company.chat().messages)[-1])
    payload = {"id": "1", "body": {"contentType": "html", "content": "<p>Northwind Dental: the scanner is late</p>"}}
    value = {"commandId": message_extension.LOG_CHALLENGE, "messagePayload": payload}
    form = dialog(await invoke(company, message_extension.FETCH, value))
    assert form.fields["what"]["value"] == "Northwind Dental: the scanner is late"

    async def submitted(shown: CardDriver, title: str) -> CardDriver:
        return dialog(await invoke(company, message_extension.SUBMIT, {**value, "data": shown.pressed(title)}))

    form.fill(wording("challenge.whose"), "ours")
    form.fill(wording("challenge.when"), "tomorrow 9")
    again = await submitted(form, wording("challenge.submit"))
    assert wording("refusal.when_to_come") in again.text
    again.fill(wording("challenge.when"), "")
    shown = await submitted(again, wording("challenge.submit"))
    shown = await submitted(shown, wording("challenge.email"))
    assert fixed_part("challenge.state_told") in shown.text
    [challenge] = (await stored(company))["challenges"]
    assert (challenge["what"], challenge["state"]) == ("Northwind Dental: the scanner is late", "told")


async def test_the_message_extension_says_that_there_is_no_deal_to_log_a_challenge_on(company: Company) -> None:
    value = {"commandId": message_extension.LOG_CHALLENGE, "messagePayload": {}}
    answer = await invoke(company, message_extension.FETCH, value)
    assert answer["task"] == {"type": "message", "value": wording("refusal.challenge_no_deals")}
