"""Buttons and menus, wherever they stand: which handler each of them calls, and what it leads to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from sqlalchemy.orm import Session

from bot.interactions.app_home import PUTS_RIGHT, home, put_right
from bot.interactions.interaction import Act, number, typed_wordings
from bot.ports.context import Desk
from bot.ui.components import Message, Sheet
from bot.ui.ids import Form, Tap
from bot.ui.texts import Words
from bot.views import call_schedule, channel, reminders
from bot.views.card import title
from bot.views.notices import handed_over
from bot.views.render import Opening, sheet
from handlers.call import (
    brief,
    call_contact,
    card_actions,
    coaching,
    read_all,
    read_back,
    reopening,
    scheduling,
    statement_editing,
    statement_list,
)
from handlers.call.call_contact import PersonChosen
from handlers.call.card_actions import DealTapped
from handlers.call.coaching import CoachingTapped
from handlers.call.contacts import DECISION_MAKER, FUNCTIONAL_DECISION_MAKER
from handlers.call.read_all import OneMarked, ScreenAsked
from handlers.call.read_back import CorrectionAsked, StatementAnswered
from handlers.call.scheduling import CallChosen
from handlers.call.statement_editing import StatementTapped
from handlers.call.statement_list import PageAsked
from handlers.call.undo import UndoTapped
from handlers.errors import NotNowError
from handlers.intake import corrections
from handlers.intake.corrections import OwnerPicked
from handlers.method.offered_times import Snooze
from handlers.method.statements import Said
from handlers.reminders import my_reminders, snoozing
from handlers.reminders.my_reminders import RemindersAsked
from handlers.reminders.snoozing import ReminderSnoozed
from handlers.screens.brief import BriefScreen, BriefStep
from handlers.screens.call import (
    CallScreen,
    ChecklistScreen,
    CorrectionScreen,
    ListScreen,
    ReopenScreen,
    StatementForm,
    StatementScreen,
)
from handlers.screens.deals import DealCard, FixScreen, HandedOver
from handlers.screens.reminders import CallPlanned, RemindersScreen, ScheduleScreen, SnoozeScreen
from handlers.team import channels
from handlers.team.channels import PurposeChosen
from handlers.workspace.channel_purpose import Purpose


@dataclass(frozen=True, slots=True)
class Opened:
    """The tap leads to a sheet: in place of the one that the button stands in, or a new one."""

    sheet: Sheet


@dataclass(frozen=True, slots=True)
class Replaced:
    """The message that the button stands in becomes another one."""

    message: Message


@dataclass(frozen=True, slots=True)
class Changed:
    """The deal has changed, and its card follows by itself. Elsewhere `line` says how; empty for nothing to say."""

    line: str


Outcome = Opened | Replaced | Changed


async def tapped(desk: Desk, act: Act) -> Outcome:
    """Do what the button says. Raises `Refusal`; for a button that we do not have any more, too."""
    if act.tap in _OPENS:
        return Opened(sheet(await _OPENS[act.tap](desk, act), desk.words))
    if act.tap in PUTS_RIGHT:
        await put_right(desk, act.tap, number(act.value), act.acting)
        return Replaced(await home(desk, act.looking))
    if act.tap in _REPLACES:
        return Replaced(await _REPLACES[act.tap](desk, act))
    if act.tap in _CHANGES:
        return Changed(_line(await _CHANGES[act.tap](desk, act), desk.words))
    raise NotNowError("refusal.old_button")


async def where_they_are(desk: Desk, act: Act) -> Sheet:
    """The present state of the sheet that the button stands in, for when it was redrawn meanwhile."""
    deal = DealTapped(act.looking, act.place.deal_id)
    if act.form == Form.SCHEDULE:
        return sheet(await desk.apply(scheduling.ask, deal), desk.words)
    if act.form == Form.BRIEF:
        return sheet(await desk.apply(brief.ask, deal), desk.words)
    return sheet(await _step(desk, act), desk.words)


async def _step(desk: Desk, act: Act) -> CallScreen:
    """The step of the call: the read-back on one screen when that is what they see, else the one that is next."""
    if act.form == Form.READ_ALL:
        return await desk.apply(read_all.show, ScreenAsked(act.looking, act.place.deal_id, act.place.seen))
    return await desk.apply(card_actions.go_on, DealTapped(act.looking, act.place.deal_id))


def _line(left: DealCard | HandedOver | None, words: Words) -> str:
    """What has become of the deal."""
    match left:
        case None:
            return ""
        case HandedOver():
            return handed_over(left, words).text
        case DealCard():
            return title(left, words.rich)


async def _change(handler: Callable[[Session, DealTapped, datetime], DealCard], desk: Desk, act: Act) -> DealCard:
    return await desk.apply(handler, _deal_tapped(act))


def _deal_tapped(act: Act) -> DealTapped:
    return DealTapped(act.acting, _deal_id(act))


async def _opt(
    handler: Callable[[Session, RemindersAsked, datetime], RemindersScreen], desk: Desk, act: Act
) -> Message:
    return reminders.mine(await desk.apply(handler, RemindersAsked(act.acting)), desk.words)


async def _of_deal(
    handler: Callable[[Session, DealTapped, datetime], RemindersScreen], desk: Desk, act: Act
) -> Message:
    return reminders.mine(await desk.apply(handler, _deal_tapped(act)), desk.words)


async def _ask_hours(desk: Desk, act: Act) -> RemindersScreen:
    return await desk.apply(my_reminders.show, RemindersAsked(act.looking))


async def _ask_until(desk: Desk, act: Act) -> SnoozeScreen:
    return await desk.apply(snoozing.ask_until, DealTapped(act.looking, _deal_id(act)))


async def _pick_owner(desk: Desk, act: Act) -> DealCard | HandedOver | None:
    request = OwnerPicked(act.acting, _deal_id(act), act.picked, await desk.picked(act.picked))
    return await desk.apply(corrections.pick_owner, request)


async def _snooze(until: Snooze, desk: Desk, act: Act) -> Message:
    """Each reminder is put off once, however often and by whichever button."""
    once = replace(act.acting, event_key=f"snooze:{act.message}")
    put_off = await desk.apply(snoozing.snooze, ReminderSnoozed(once, _deal_id(act), until))
    return call_schedule.put_off(put_off, desk.words)


async def _stop(desk: Desk, act: Act) -> Message:
    deal = await desk.apply(my_reminders.stop_from_reminder, _deal_tapped(act))
    return call_schedule.stopped(deal, desk.words)


async def _choose_purpose(purpose: Purpose, desk: Desk, act: Act) -> Message:
    """The question becomes the answer. It names its channel: it may stand elsewhere."""
    if purpose is Purpose.WINS:  # the wins of everybody are posted there
        await desk.for_colleagues(act.acting.person)
    who = replace(act.acting, profile=await desk.directory.profile(act.acting.person))
    screen = await desk.apply(channels.choose, PurposeChosen(who, act.value, purpose))
    return channel.chosen(screen, desk.words)


async def _go_on(desk: Desk, act: Act) -> CallScreen:
    return await desk.apply(card_actions.go_on, DealTapped(act.looking, _deal_id(act)))


async def _list(desk: Desk, act: Act) -> ListScreen | ChecklistScreen:
    return await desk.apply(statement_list.show, PageAsked(act.looking, _deal_id(act)))


async def _page(desk: Desk, act: Act) -> ListScreen | ChecklistScreen:
    request = PageAsked(act.looking, act.place.deal_id, number(act.value))
    return await desk.apply(statement_list.show, request)


async def _as_text(desk: Desk, act: Act) -> CallScreen:
    return await desk.apply(card_actions.edit_list, DealTapped(act.looking, _deal_id(act)))


async def _add(desk: Desk, act: Act) -> StatementForm:
    return await desk.apply(statement_editing.ask_new, DealTapped(act.looking, _deal_id(act)))


async def _undo(desk: Desk, act: Act) -> ListScreen:
    deal_id, change = act.place.deal_id, number(act.value)
    return await desk.apply(statement_editing.undo, UndoTapped(act.acting, deal_id, change))


async def _of_statement(
    handler: Callable[[Session, StatementTapped, datetime], StatementScreen],
    desk: Desk,
    act: Act,
) -> StatementScreen:
    statement_id, version = _statement(act)
    request = StatementTapped(act.acting, act.place.deal_id, statement_id, version)
    return await desk.apply(handler, request)


async def _coached(
    handler: Callable[[Session, CoachingTapped, datetime], CallScreen], desk: Desk, act: Act
) -> CallScreen:
    where = act.place
    request = CoachingTapped(
        act.acting,
        where.deal_id,
        number(act.value),
        dict(where.seen),
        typed_wordings(act.entries),
    )
    return await desk.apply(handler, request)


async def _record(desk: Desk, act: Act) -> CallScreen:
    return await desk.apply(card_actions.show_record, DealTapped(act.looking, _deal_id(act)))


async def _fix(desk: Desk, act: Act) -> FixScreen:
    return await desk.apply(corrections.ask, DealTapped(act.looking, _deal_id(act)))


async def _brief(handler: Callable[[Session, DealTapped, datetime], BriefStep], desk: Desk, act: Act) -> BriefStep:
    return await desk.apply(handler, DealTapped(act.looking, _deal_id(act)))


async def _send_brief(desk: Desk, act: Act) -> BriefScreen:
    return await desk.apply(brief.send, DealTapped(act.acting, _deal_id(act)))


async def _corrected(desk: Desk, act: Act) -> ReopenScreen:
    return await desk.apply(reopening.ask, DealTapped(act.looking, _deal_id(act)))


async def _answer(said: Literal[Said.AGREED, Said.WITHDRAWN], desk: Desk, act: Act) -> CallScreen:
    where, (statement_id, version) = act.place, _statement(act)
    request = StatementAnswered(act.acting, where.deal_id, statement_id, version, said)
    if where.seen:
        return await desk.apply(read_all.mark_one, OneMarked(request, where.seen))
    return await desk.apply(read_back.answer, request)


async def _correct(desk: Desk, act: Act) -> CorrectionScreen:
    where, (statement_id, _) = act.place, _statement(act)
    request = CorrectionAsked(act.looking, where.deal_id, statement_id, where.seen)
    return await desk.apply(read_back.ask_correction, request)


async def _read_all(desk: Desk, act: Act) -> CallScreen:
    return await desk.apply(read_all.show, ScreenAsked(act.looking, _deal_id(act)))


async def _on_the_phone(role: str, desk: Desk, act: Act) -> CallScreen:
    await desk.apply(call_contact.choose, PersonChosen(act.acting, _deal_id(act), role))
    return await _step(desk, act)


async def _schedule(desk: Desk, act: Act) -> ScheduleScreen:
    return await desk.apply(scheduling.ask, DealTapped(act.looking, _deal_id(act)))


async def _choose(desk: Desk, act: Act) -> CallPlanned:
    at = datetime.fromtimestamp(number(act.value, digits=10), UTC)
    request = CallChosen(act.acting, act.place.deal_id, at)
    return await desk.apply(scheduling.choose, request)


async def _take_off(desk: Desk, act: Act) -> CallPlanned:
    return await desk.apply(scheduling.take_off, DealTapped(act.acting, _deal_id(act)))


def _deal_id(act: Act) -> int:
    return number(act.value)


def _statement(act: Act) -> tuple[int, int]:
    statement_id, _, version = act.value.partition(":")
    return (int(statement_id), int(version)) if statement_id.isdecimal() and version.isdecimal() else (0, 0)


_CHANGES: dict[str, Callable[[Desk, Act], Awaitable[DealCard | HandedOver | None]]] = {
    Tap.CARD_DISMISS: partial(_change, card_actions.dismiss),
    Tap.CARD_STAND_BY: partial(_change, card_actions.stand_by),
    Tap.CARD_OWNER: _pick_owner,
}
"""Taps that change the deal and leave the card to be updated."""

_REPLACES: dict[str, Callable[[Desk, Act], Awaitable[Message]]] = {
    **{tap: partial(_snooze, until) for until, tap in call_schedule.SNOOZE_TAPS.items()},
    Tap.SNOOZE_STOP: _stop,
    Tap.REMINDERS_OFF: partial(_opt, my_reminders.opt_out),
    Tap.REMINDERS_ON: partial(_opt, my_reminders.opt_in),
    Tap.REMINDERS_STOP: partial(_of_deal, my_reminders.stop),
    Tap.REMINDERS_RESUME: partial(_of_deal, my_reminders.resume),
    **{tap: partial(_choose_purpose, purpose) for purpose, tap in channel.TAPS.items()},
}
"""Taps that are answered in place of the message: a reminder that is put off, the list of them, a channel's purpose."""

_OPENS: dict[str, Callable[[Desk, Act], Awaitable[Opening]]] = {
    Tap.CARD_GO_ON: _go_on,
    Tap.CARD_RECORD: _record,
    Tap.CARD_BRIEF: partial(_brief, brief.ask),
    Tap.BRIEF_CHANGE: partial(_brief, brief.change),
    Tap.BRIEF_SEND: _send_brief,
    Tap.CARD_FIX: _fix,
    Tap.CARD_CORRECTED: _corrected,
    Tap.CARD_SCHEDULE: _schedule,
    **dict.fromkeys(call_schedule.OFFER_TAPS.values(), _choose),
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
"""Taps that lead to a sheet."""

OPENING = frozenset(_OPENS)
"""Their names: where a button of a message can ask for a dialog, these do."""
