"""Buttons and menus, wherever they stand. One listener routes them all by `action_id`."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.routes import Form, Tap
from bot.slack import owners
from bot.slack.blocks import Block
from bot.slack.front import Front
from bot.slack.listeners import channels, home
from bot.slack.listeners.failures import tell
from bot.slack.payload import Entries, Payload, caller, place, snooze_key, tap_key, typed_wordings
from bot.slack.web import asked
from bot.views import brief as brief_views
from bot.views import call, channel, reminders, schedule
from bot.views.card import Message, title
from bot.views.notes import fix_form, handed_over
from handlers import (
    brief,
    coaching,
    fixing,
    my_reminders,
    on_the_phone,
    opening,
    read_all,
    read_back,
    reopening,
    scheduling,
    statement_editing,
    statement_list,
)
from handlers.coaching import CoachingTapped
from handlers.contacts import DECISION_MAKER, FUNCTIONAL_DECISION_MAKER
from handlers.errors import NotNowError
from handlers.fixing import OwnerPicked
from handlers.method.offered_times import Snooze
from handlers.method.statements import Said
from handlers.my_reminders import RemindersAsked
from handlers.on_the_phone import PersonChosen
from handlers.opening import DealTapped
from handlers.purposes import Purpose
from handlers.read_all import OneMarked, ScreenAsked
from handlers.read_back import CorrectionAsked, StatementAnswered
from handlers.scheduling import CallChosen, ReminderSnoozed
from handlers.screens import (
    BriefScreen,
    BriefStep,
    BriefWhoScreen,
    BriefWordsScreen,
    CallPlanned,
    CallScreen,
    ChecklistScreen,
    CommitmentsScreen,
    CorrectionScreen,
    DealCard,
    FixScreen,
    HandedOver,
    ListScreen,
    RemindersScreen,
    ReopenScreen,
    ScheduleScreen,
    SnoozeScreen,
    StatementForm,
    StatementScreen,
)
from handlers.statement_editing import StatementTapped
from handlers.statement_list import PageAsked
from handlers.undoing import UndoTapped

Screen = (
    CallScreen
    | CorrectionScreen
    | StatementScreen
    | ReopenScreen
    | FixScreen
    | ScheduleScreen
    | CallPlanned
    | SnoozeScreen
    | RemindersScreen
    | BriefStep
)
"""What a tap can lead to."""


def register(app: AsyncApp, front: Front) -> None:
    """Listen to every tap."""
    app.action(re.compile(""))(partial(tapped, front=front))


async def tapped(
    ack: AsyncAck, respond: AsyncRespond, body: Payload, action: Payload, client: AsyncWebClient, front: Front
) -> None:
    """Do what the button says; then show what is next in the modal that it stands in, or in a new one."""
    name = str(action.get("action_id"))
    if name in _CHANGES:
        left = await _CHANGES[name](front, body, action)
        if (body.get("view") or {}).get("type") == "home":
            front.follow_ups.later(home.publish(client, front, caller(body)))
        elif left is not None and not str(action.get("block_id")).startswith("card:"):
            front.follow_ups.later(_echo(respond, _line(left, front)))
    elif name in _SNOOZES:
        request = ReminderSnoozed(caller(body, snooze_key(body)), _deal_id(action), _SNOOZES[name])
        put_off = schedule.put_off(await front.apply(scheduling.snooze, request), front.words)
        front.follow_ups.later(_replace(respond, put_off))
    elif name in _REMINDERS:
        screen = await _REMINDERS[name](front, body, action)
        front.follow_ups.later(_replace(respond, reminders.mine(screen, front.words)))
    elif name == Tap.SNOOZE_STOP:
        deal = await front.apply(my_reminders.stop_from_reminder, _deal_tapped(body, action))
        front.follow_ups.later(_replace(respond, schedule.stopped(deal, front.words, front.command)))
    elif name in _OPENS:
        await _show(front, client, body, _drawn(front, await _OPENS[name](front, body, action)))
    elif name in _PURPOSES:
        await channels.choose(_PURPOSES[name], front, body, action, respond)
    else:
        await tell(front, client, body, NotNowError("refusal.old_button"))
    await ack()


def _line(left: DealCard | HandedOver, front: Front) -> str:
    return handed_over(left, front.words).text if isinstance(left, HandedOver) else title(left, front.words.rich)


async def _echo(respond: AsyncRespond, line: str) -> None:
    """Say what has become of the deal where it was tapped: only the card shows it by itself."""
    await respond(text=line, response_type="ephemeral", replace_original=False)


async def _replace(respond: AsyncRespond, message: Message) -> None:
    """Put the message into the place of the one that was tapped."""
    await respond(text=message.text, blocks=message.blocks, replace_original=True)


def _drawn(front: Front, screen: Screen) -> Block:
    match screen:
        case FixScreen():
            return fix_form(screen, front.words)
        case RemindersScreen() | SnoozeScreen():
            return reminders.form(screen, front.words)
        case ScheduleScreen():
            return schedule.form(screen, front.words)
        case CallPlanned():
            return schedule.planned(screen, front.words)
        case BriefScreen() | BriefWhoScreen() | CommitmentsScreen() | BriefWordsScreen():
            return brief_views.render(screen, front.words)
        case _:
            return call.render(screen, front.words)


async def _show(front: Front, client: AsyncWebClient, body: Payload, drawn: Block) -> None:
    view = body.get("view")
    if isinstance(view, dict) and view.get("type") == "modal":
        front.redraw(client, view, drawn, partial(_newest, front, body))
    else:
        await asked(client.views_open(trigger_id=str(body.get("trigger_id")), view=drawn))


async def _newest(front: Front, body: Payload) -> Block:
    if body["view"].get("callback_id") == Form.SCHEDULE:
        return _drawn(front, await front.apply(scheduling.ask, DealTapped(caller(body), place(body["view"]).deal_id)))
    if body["view"].get("callback_id") == Form.BRIEF:
        return _drawn(front, await front.apply(brief.ask, DealTapped(caller(body), place(body["view"]).deal_id)))
    return call.render(await _where_they_are(front, body), front.words)


async def _where_they_are(front: Front, body: Payload) -> CallScreen:
    """The present state of the modal: of the read-back on one screen that it shows, else of the step that is next."""
    where = place(body["view"])
    if body["view"].get("callback_id") == Form.READ_ALL:
        return await front.apply(read_all.show, ScreenAsked(caller(body), where.deal_id, where.seen))
    return await front.apply(opening.go_on, DealTapped(caller(body), where.deal_id))


async def _change(
    handler: Callable[[Session, DealTapped, datetime], DealCard], front: Front, body: Payload, action: Payload
) -> DealCard:
    return await front.apply(handler, _deal_tapped(body, action))


def _deal_tapped(body: Payload, action: Payload) -> DealTapped:
    return DealTapped(caller(body, tap_key(body, action)), _deal_id(action))


async def _opt(
    handler: Callable[[Session, RemindersAsked, datetime], RemindersScreen],
    front: Front,
    body: Payload,
    action: Payload,
) -> RemindersScreen:
    return await front.apply(handler, RemindersAsked(caller(body, tap_key(body, action))))


async def _of_deal(
    handler: Callable[[Session, DealTapped, datetime], RemindersScreen], front: Front, body: Payload, action: Payload
) -> RemindersScreen:
    return await front.apply(handler, _deal_tapped(body, action))


async def _ask_hours(front: Front, body: Payload, _action: Payload) -> RemindersScreen:
    return await front.apply(my_reminders.show, RemindersAsked(caller(body)))


async def _ask_until(front: Front, body: Payload, action: Payload) -> SnoozeScreen:
    return await front.apply(scheduling.ask_until, DealTapped(caller(body), _deal_id(action)))


async def _pick_owner(front: Front, body: Payload, action: Payload) -> DealCard | HandedOver | None:
    person = str(action.get("selected_user") or "")
    _, deal, *_ = f"{action.get('block_id')}:".split(":")  # a menu has no value of its own
    request = OwnerPicked(
        caller(body, tap_key(body, action)), _number(deal), person, await owners.picked(front, person)
    )
    return await front.apply(fixing.pick_owner, request)


async def _go_on(front: Front, body: Payload, action: Payload) -> CallScreen:
    return await front.apply(opening.go_on, DealTapped(caller(body), _deal_id(action)))


async def _list(front: Front, body: Payload, action: Payload) -> ListScreen | ChecklistScreen:
    return await front.apply(statement_list.show, PageAsked(caller(body), _deal_id(action)))


async def _page(front: Front, body: Payload, action: Payload) -> ListScreen | ChecklistScreen:
    request = PageAsked(caller(body), place(body["view"]).deal_id, _number(str(action.get("value"))))
    return await front.apply(statement_list.show, request)


async def _as_text(front: Front, body: Payload, action: Payload) -> CallScreen:
    return await front.apply(opening.edit_list, DealTapped(caller(body), _deal_id(action)))


async def _add(front: Front, body: Payload, action: Payload) -> StatementForm:
    return await front.apply(statement_editing.ask_new, DealTapped(caller(body), _deal_id(action)))


async def _undo(front: Front, body: Payload, action: Payload) -> ListScreen:
    deal_id, change = place(body["view"]).deal_id, _number(str(action.get("value")))
    return await front.apply(statement_editing.undo, UndoTapped(caller(body, tap_key(body, action)), deal_id, change))


async def _of_statement(
    handler: Callable[[Session, StatementTapped, datetime], StatementScreen],
    front: Front,
    body: Payload,
    action: Payload,
) -> StatementScreen:
    statement_id, version = _statement(action)
    request = StatementTapped(caller(body, tap_key(body, action)), place(body["view"]).deal_id, statement_id, version)
    return await front.apply(handler, request)


async def _coached(
    handler: Callable[[Session, CoachingTapped, datetime], CallScreen], front: Front, body: Payload, action: Payload
) -> CallScreen:
    where = place(body["view"])
    request = CoachingTapped(
        caller(body, tap_key(body, action)),
        where.deal_id,
        _number(str(action.get("value"))),
        dict(where.seen),
        typed_wordings(Entries.of(body["view"])),
    )
    return await front.apply(handler, request)


async def _record(front: Front, body: Payload, action: Payload) -> CallScreen:
    return await front.apply(opening.show_record, DealTapped(caller(body), _deal_id(action)))


async def _fix(front: Front, body: Payload, action: Payload) -> FixScreen:
    return await front.apply(fixing.ask, DealTapped(caller(body), _deal_id(action)))


async def _brief(
    handler: Callable[[Session, DealTapped, datetime], BriefStep], front: Front, body: Payload, action: Payload
) -> BriefStep:
    return await front.apply(handler, DealTapped(caller(body), _deal_id(action)))


async def _send_brief(front: Front, body: Payload, action: Payload) -> BriefScreen:
    return await front.apply(brief.send, DealTapped(caller(body, tap_key(body, action)), _deal_id(action)))


async def _corrected(front: Front, body: Payload, action: Payload) -> ReopenScreen:
    return await front.apply(reopening.ask, DealTapped(caller(body), _deal_id(action)))


async def _answer(
    said: Literal[Said.AGREED, Said.WITHDRAWN], front: Front, body: Payload, action: Payload
) -> CallScreen:
    where, (statement_id, version) = place(body["view"]), _statement(action)
    request = StatementAnswered(caller(body, tap_key(body, action)), where.deal_id, statement_id, version, said)
    if where.seen:
        return await front.apply(read_all.mark_one, OneMarked(request, where.seen))
    return await front.apply(read_back.answer, request)


async def _correct(front: Front, body: Payload, action: Payload) -> CorrectionScreen:
    where, (statement_id, _) = place(body["view"]), _statement(action)
    request = CorrectionAsked(caller(body), where.deal_id, statement_id, where.seen)
    return await front.apply(read_back.ask_correction, request)


async def _read_all(front: Front, body: Payload, action: Payload) -> CallScreen:
    return await front.apply(read_all.show, ScreenAsked(caller(body), _deal_id(action)))


async def _on_the_phone(role: str, front: Front, body: Payload, action: Payload) -> CallScreen:
    await front.apply(on_the_phone.choose, PersonChosen(caller(body, tap_key(body, action)), _deal_id(action), role))
    return await _where_they_are(front, body)


async def _schedule(front: Front, body: Payload, action: Payload) -> ScheduleScreen:
    return await front.apply(scheduling.ask, DealTapped(caller(body), _deal_id(action)))


async def _choose(front: Front, body: Payload, action: Payload) -> CallPlanned:
    at = datetime.fromtimestamp(_number(str(action.get("value")), digits=10), UTC)
    request = CallChosen(caller(body, tap_key(body, action)), place(body["view"]).deal_id, at)
    return await front.apply(scheduling.choose, request)


async def _take_off(front: Front, body: Payload, action: Payload) -> CallPlanned:
    return await front.apply(scheduling.take_off, DealTapped(caller(body, tap_key(body, action)), _deal_id(action)))


def _deal_id(action: Payload) -> int:
    return _number(str(action.get("value")))


def _number(value: str, digits: int = 17) -> int:
    """What a button carries; 0 for what we never wrote."""
    return int(value) if value.isdecimal() and len(value) <= digits else 0


def _statement(action: Payload) -> tuple[int, int]:
    statement_id, _, version = str(action.get("value")).partition(":")
    return (int(statement_id), int(version)) if statement_id.isdecimal() and version.isdecimal() else (0, 0)


_CHANGES: dict[str, Callable[[Front, Payload, Payload], Awaitable[DealCard | HandedOver | None]]] = {
    Tap.CARD_DISMISS: partial(_change, opening.dismiss),
    Tap.CARD_STAND_BY: partial(_change, opening.stand_by),
    Tap.CARD_OWNER: _pick_owner,
}
"""Taps that change the deal and leave the card to be updated."""

_SNOOZES: dict[str, Snooze] = {tap: snooze for snooze, tap in schedule.SNOOZE_TAPS.items()}
"""Taps that put a reminder off and take its place."""

_REMINDERS: dict[str, Callable[[Front, Payload, Payload], Awaitable[RemindersScreen]]] = {
    Tap.REMINDERS_OFF: partial(_opt, my_reminders.opt_out),
    Tap.REMINDERS_ON: partial(_opt, my_reminders.opt_in),
    Tap.REMINDERS_STOP: partial(_of_deal, my_reminders.stop),
    Tap.REMINDERS_RESUME: partial(_of_deal, my_reminders.resume),
}
"""Taps that change what the rep is reminded of; the list shows what holds then."""

_PURPOSES: dict[str, Purpose] = {tap: purpose for purpose, tap in channel.TAPS.items()}
"""Taps that say what a channel is for."""

_OPENS: dict[str, Callable[[Front, Payload, Payload], Awaitable[Screen]]] = {
    Tap.CARD_GO_ON: _go_on,
    Tap.CARD_RECORD: _record,
    Tap.CARD_BRIEF: partial(_brief, brief.ask),
    Tap.BRIEF_CHANGE: partial(_brief, brief.change),
    Tap.BRIEF_SEND: _send_brief,
    Tap.CARD_FIX: _fix,
    Tap.CARD_CORRECTED: _corrected,
    Tap.CARD_SCHEDULE: _schedule,
    **dict.fromkeys(schedule.OFFER_TAPS.values(), _choose),
    Tap.SCHEDULE_OFF: _take_off,
    Tap.REMINDERS_CHANGE: _ask_hours,
    Tap.SNOOZE_OTHER: _ask_until,
    Tap.CALL_EDIT_LIST: _list,
    Tap.LIST_EDIT: partial(_of_statement, statement_editing.ask_edit),
    Tap.LIST_DETAILS: partial(_of_statement, statement_editing.ask_details),
    Tap.LIST_TAKE_OFF: partial(_of_statement, statement_editing.take_off),
    Tap.LIST_ADD: _add,
    Tap.LIST_TEXT: _as_text,
    Tap.LIST_UNDO: _undo,
    Tap.LIST_EARLIER: _page,
    Tap.LIST_FURTHER: _page,
    Tap.COACH_MOVE: partial(_coached, coaching.move),
    Tap.COACH_SAID_SO: partial(_coached, coaching.said_so),
    Tap.COACH_COMPETITOR: partial(_coached, coaching.competitors),
    Tap.READ_AGREED: partial(_answer, Said.AGREED),
    Tap.READ_WITHDRAWN: partial(_answer, Said.WITHDRAWN),
    Tap.READ_CORRECTED: _correct,
    Tap.READ_ALL: _read_all,
    Tap.READ_EACH: _go_on,
    Tap.ON_THE_PHONE: partial(_on_the_phone, DECISION_MAKER),
    Tap.ON_THE_PHONE_TOO: partial(_on_the_phone, FUNCTIONAL_DECISION_MAKER),
}
"""Taps that lead to a screen."""
