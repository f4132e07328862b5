"""Buttons and menus, wherever they stand. One listener routes them all by `action_id`."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Literal

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.slack import owners
from bot.slack.blocks import Block
from bot.slack.front import Front
from bot.slack.listeners import channels, home
from bot.slack.listeners.failures import tell
from bot.slack.payload import Entries, Payload, caller, place, tap_key, typed_wordings
from bot.slack.routes import Tap
from bot.slack.views import call, channel
from bot.slack.views.card import title
from bot.slack.views.notes import fix_form, handed_over
from bot.slack.web import asked
from handlers import coaching, fixing, opening, read_back, reopening, statement_editing, statement_list
from handlers.coaching import CoachingTapped
from handlers.errors import NotNowError
from handlers.fixing import OwnerPicked
from handlers.method.statements import Said
from handlers.opening import DealTapped
from handlers.purposes import Purpose
from handlers.read_back import CorrectionAsked, StatementAnswered
from handlers.screens import (
    CallScreen,
    ChecklistScreen,
    CorrectionScreen,
    DealCard,
    FixScreen,
    HandedOver,
    ListScreen,
    ReopenScreen,
    StatementForm,
    StatementScreen,
)
from handlers.statement_editing import StatementTapped
from handlers.statement_list import PageAsked
from handlers.undoing import UndoTapped


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
    elif name in _OPENS:
        screen = await _OPENS[name](front, body, action)
        drawn = fix_form(screen, front.words) if isinstance(screen, FixScreen) else call.render(screen, front.words)
        await _show(front, client, body, drawn)
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


async def _show(front: Front, client: AsyncWebClient, body: Payload, drawn: Block) -> None:
    view = body.get("view")
    if isinstance(view, dict) and view.get("type") == "modal":
        front.redraw(client, view, drawn, partial(_newest, front, body))
    else:
        await asked(client.views_open(trigger_id=str(body.get("trigger_id")), view=drawn))


async def _newest(front: Front, body: Payload) -> Block:
    screen = await front.apply(opening.go_on, DealTapped(caller(body), place(body["view"]).deal_id))
    return call.render(screen, front.words)


async def _change(
    handler: Callable[[Session, DealTapped, datetime], DealCard], front: Front, body: Payload, action: Payload
) -> DealCard:
    return await front.apply(handler, DealTapped(caller(body, tap_key(body, action)), _deal_id(action)))


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


async def _corrected(front: Front, body: Payload, action: Payload) -> ReopenScreen:
    return await front.apply(reopening.ask, DealTapped(caller(body), _deal_id(action)))


async def _answer(
    said: Literal[Said.AGREED, Said.WITHDRAWN], front: Front, body: Payload, action: Payload
) -> CallScreen:
    statement_id, version = _statement(action)
    request = StatementAnswered(
        caller(body, tap_key(body, action)), place(body["view"]).deal_id, statement_id, version, said
    )
    return await front.apply(read_back.answer, request)


async def _correct(front: Front, body: Payload, action: Payload) -> CorrectionScreen:
    statement_id, _ = _statement(action)
    return await front.apply(
        read_back.ask_correction, CorrectionAsked(caller(body), place(body["view"]).deal_id, statement_id)
    )


def _deal_id(action: Payload) -> int:
    return _number(str(action.get("value")))


def _number(value: str) -> int:
    return int(value) if value.isdecimal() and len(value) < 18 else 0


def _statement(action: Payload) -> tuple[int, int]:
    statement_id, _, version = str(action.get("value")).partition(":")
    return (int(statement_id), int(version)) if statement_id.isdecimal() and version.isdecimal() else (0, 0)


_CHANGES: dict[str, Callable[[Front, Payload, Payload], Awaitable[DealCard | HandedOver | None]]] = {
    Tap.CARD_DISMISS: partial(_change, opening.dismiss),
    Tap.CARD_STAND_BY: partial(_change, opening.stand_by),
    Tap.CARD_OWNER: _pick_owner,
}
"""Taps that change the deal and leave the card to be updated."""

_PURPOSES: dict[str, Purpose] = {tap: purpose for purpose, tap in channel.TAPS.items()}
"""Taps that say what a channel is for."""

_OPENS: dict[
    str,
    Callable[
        [Front, Payload, Payload],
        Awaitable[CallScreen | CorrectionScreen | ReopenScreen | FixScreen | StatementScreen],
    ],
] = {
    Tap.CARD_GO_ON: _go_on,
    Tap.CARD_RECORD: _record,
    Tap.CARD_FIX: _fix,
    Tap.CARD_CORRECTED: _corrected,
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
}
"""Taps that lead to a screen."""
