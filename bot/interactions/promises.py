"""What people do about the promises of a deal: tables of actions, submissions and the command, joined to the others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from bot.interactions.interaction import Interaction
from bot.interactions.profiles import with_zone
from bot.ports.context import Context
from bot.ui.components import Message, Modal
from bot.ui.ids import ActionId, PromiseValue, ViewId
from bot.ui.numbers import read_number
from bot.views import promises as promises_view
from handlers.errors import NotNowError
from handlers.handoff import renegotiation
from handlers.handoff.renegotiation import RenegotiationAsked
from handlers.method.promise_outcomes import MissReason, PromiseState, SaidBy
from handlers.promises import board, completion, next_order, notes, settle
from handlers.promises.board import BoardRequest
from handlers.promises.next_order import NextOrderAnswered, ValueDaySaved
from handlers.promises.notes import NoteAdded
from handlers.promises.settle import EvidenceGiven, MissExplained, PromiseRequest, PromiseSettled
from handlers.requests import DealRequest
from handlers.screens.deals import DealCard
from handlers.screens.promises import (
    BoardScreen,
    NoteForm,
    PromiseAnswered,
    PromisesScreen,
    RenegotiateForm,
    ValueDayForm,
)

VIEWS = frozenset(
    {
        ViewId.PROMISES,
        ViewId.PROMISE,
        ViewId.PROMISE_EVIDENCE,
        ViewId.PROMISE_NOTE,
        ViewId.PROMISE_RENEGOTIATE,
        ViewId.VALUE_DAY,
    }
)
"""The modals of the promises."""


async def show_board(context: Context, interaction: Interaction) -> BoardScreen:
    """The board of the deal that the modal is about."""
    return await context.apply(board.show, BoardRequest(interaction.viewer, interaction.state.deal_id))


async def _open(context: Context, interaction: Interaction) -> BoardScreen:
    """A page of the board. The button carries the deal, and the page unless it is the first."""
    deal_id, _, page = interaction.value.partition(":")
    request = BoardRequest(interaction.viewer, read_number(deal_id) or 0, read_number(page) or 1)
    return await context.apply(board.show, request)


def _promise(interaction: Interaction) -> PromiseRequest:
    try:
        value = PromiseValue.from_text(interaction.value)
    except (TypeError, ValueError) as error:
        raise NotNowError("refusal.old_button") from error
    on_board = bool(interaction.view)
    return PromiseRequest(
        interaction.actor, value.deal_id, value.statement_id, value.version, value.page, on_board=on_board
    )


def _shown(screen: PromiseAnswered | BoardScreen, context: Context, interaction: Interaction) -> Message | Modal:
    """In a modal the next screen; a message is replaced. The board is a modal in any case."""
    if isinstance(screen, PromiseAnswered) and not interaction.view:
        return promises_view.answered(screen, context.texts)
    return promises_view.render(screen, context.texts)


async def _settle(state: PromiseState, context: Context, interaction: Interaction) -> Message | Modal:
    request = PromiseSettled(_promise(interaction), state)
    return _shown(await context.apply(settle.settle, request), context, interaction)


async def _explain(reason: MissReason, context: Context, interaction: Interaction) -> Message | Modal:
    request = MissExplained(_promise(interaction), reason)
    return _shown(await context.apply(settle.explain, request), context, interaction)


async def _on_promise(
    handler: Callable[[Session, PromiseRequest, datetime], PromiseAnswered | BoardScreen],
    context: Context,
    interaction: Interaction,
) -> Message | Modal:
    return _shown(await context.apply(handler, _promise(interaction)), context, interaction)


async def _settle_listed(state: PromiseState, context: Context, interaction: Interaction) -> DealCard:
    """The list updates by itself: its other lines keep their buttons."""
    return await context.apply(settle.settle_listed, PromiseSettled(_promise(interaction), state))


async def _miss_listed(context: Context, interaction: Interaction) -> PromiseAnswered | BoardScreen:
    """The list updates by itself, and a modal asks for the reason."""
    return await context.apply(settle.settle, PromiseSettled(_promise(interaction), PromiseState.MISSED))


async def _ask_evidence(context: Context, interaction: Interaction) -> PromisesScreen:
    return await context.apply(settle.ask_evidence, _promise(interaction))


async def _on_deal(
    handler: Callable[[Session, DealRequest, datetime], BoardScreen], context: Context, interaction: Interaction
) -> BoardScreen:
    return await context.apply(handler, DealRequest(interaction.actor, interaction.number))


async def _no_corrections(context: Context, interaction: Interaction) -> DealCard:
    request = DealRequest(interaction.actor, interaction.number)
    return await context.apply(completion.no_corrections, request)


async def _ask_value_day(context: Context, interaction: Interaction) -> ValueDayForm:
    request = DealRequest(interaction.viewer, interaction.number)
    return await context.apply(next_order.ask_value_day, request)


async def _answer_next_order(talked: bool, context: Context, interaction: Interaction) -> DealCard:
    deal_id, _, days = interaction.value.partition(":")
    request = NextOrderAnswered(interaction.actor, read_number(deal_id) or 0, read_number(days) or 0, talked)
    return await context.apply(next_order.answer, request)


async def _save_evidence(context: Context, interaction: Interaction) -> Modal:
    state, values = interaction.state, interaction.values
    promise = PromiseRequest(interaction.actor, state.deal_id, state.statement_id, state.version, on_board=True)
    said_by = SaidBy.CUSTOMER if values.value("said_by") == SaidBy.CUSTOMER else SaidBy.US
    request = EvidenceGiven(promise, said_by, values.value("evidence"))
    return promises_view.board(await context.apply(settle.add_evidence, request), context.texts)


async def _ask_note(context: Context, interaction: Interaction) -> NoteForm:
    await context.require_colleague(interaction.viewer)
    return await context.apply(notes.ask, _promise(interaction))


async def _save_note(context: Context, interaction: Interaction) -> Modal:
    await context.require_colleague(interaction.viewer)
    state, values = interaction.state, interaction.values
    promise = PromiseRequest(interaction.actor, state.deal_id, state.statement_id, state.version, on_board=True)
    request = NoteAdded(promise, values.value("text"), values.value("colleague"))
    return promises_view.board(await context.apply(notes.add, request), context.texts)


async def _ask_renegotiation(context: Context, interaction: Interaction) -> RenegotiateForm:
    await context.require_colleague(interaction.viewer)
    return await context.apply(renegotiation.ask_reason, _promise(interaction))


async def _renegotiate(context: Context, interaction: Interaction) -> Modal:
    await context.require_colleague(interaction.viewer)
    state = interaction.state
    promise = PromiseRequest(interaction.actor, state.deal_id, state.statement_id, state.version)
    request = RenegotiationAsked(promise, interaction.values.value("reason"))
    return promises_view.render(await context.apply(renegotiation.ask_rep, request), context.texts)


async def _save_value_day(context: Context, interaction: Interaction) -> Modal:
    actor = await with_zone(context, interaction.actor)
    request = ValueDaySaved(actor, interaction.state.deal_id, interaction.values.value("when"))
    return promises_view.board(await context.apply(next_order.save_value_day, request), context.texts)


CHANGES_DEAL: dict[str, Callable[[Context, Interaction], Awaitable[DealCard]]] = {
    ActionId.PROMISES_UNCHANGED: _no_corrections,
    ActionId.NEXT_ORDER_TALKED: partial(_answer_next_order, True),
    ActionId.NEXT_ORDER_NOT_NOW: partial(_answer_next_order, False),
    ActionId.DIGEST_KEPT: partial(_settle_listed, PromiseState.KEPT),
    ActionId.DIGEST_EXCEEDED: partial(_settle_listed, PromiseState.EXCEEDED),
}
ANSWERS: dict[str, Callable[[Context, Interaction], Awaitable[Message | Modal]]] = {
    **{action_id: partial(_settle, state) for state, action_id in promises_view.SETTLE_ACTIONS.items()},
    **{action_id: partial(_explain, reason) for reason, action_id in promises_view.REASON_ACTIONS.items()},
    ActionId.PROMISES_THEY_SAID_SO: partial(_on_promise, settle.they_said_so),
    ActionId.PROMISES_TAKE_BACK: partial(_on_promise, settle.take_back),
}
"""Actions that replace the message or the modal with their button."""
OPENS_MODAL: dict[str, Callable[[Context, Interaction], Awaitable[PromisesScreen]]] = {
    ActionId.PROMISES_OPEN: _open,
    ActionId.PROMISES_PAGE: _open,
    ActionId.PROMISES_EVIDENCE: _ask_evidence,
    ActionId.PROMISES_ALL_KEPT: partial(_on_deal, completion.keep_the_rest),
    ActionId.PROMISES_COMPLETE: partial(_on_deal, completion.complete),
    ActionId.PROMISES_VALUE_DAY: _ask_value_day,
    ActionId.PROMISES_RENEGOTIATE: _ask_renegotiation,
    ActionId.PROMISES_NOTE: _ask_note,
    ActionId.DIGEST_MISSED: _miss_listed,
}
SUBMISSIONS: dict[str, Callable[[Context, Interaction], Awaitable[Modal]]] = {
    ViewId.PROMISE_EVIDENCE: _save_evidence,
    ViewId.VALUE_DAY: _save_value_day,
    ViewId.PROMISE_RENEGOTIATE: _renegotiate,
    ViewId.PROMISE_NOTE: _save_note,
}
