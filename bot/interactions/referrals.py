"""What a person does with the referrals of their deal: actions and submissions, each with its handler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import partial

from sqlalchemy.orm import Session

from bot.interactions.interaction import Interaction
from bot.interactions.profiles import with_zone
from bot.ports.context import Context
from bot.ui.components import Modal
from bot.ui.ids import ActionId, ViewId
from bot.ui.numbers import read_number
from bot.views.referrals import OFFER_ACTIONS
from bot.views.render import ModalScreen, modal
from handlers.errors import NotNowError
from handlers.method.referrals import ReferralStep
from handlers.method.time_parsing.resolve import FIELD
from handlers.referrals import asking, named, page
from handlers.referrals.asking import AskAnswered, MeetingChosen, MeetingTyped
from handlers.referrals.named import ReferralMove, ReferralRequest, ReferralSaved
from handlers.requests import DealRequest
from handlers.screens.deals import DealCard

VIEWS = frozenset({ViewId.REFERRALS, ViewId.REFERRAL_MEETING, ViewId.REFERRAL_ASKED, ViewId.REFERRAL_FORM})
"""The modals of the referrals."""
LATEST = 9_999_999_999
"""The latest time that a button can carry, in seconds since 1970."""


async def show_page(context: Context, interaction: Interaction) -> ModalScreen:
    """The page of the deal that the modal is about."""
    return await context.apply(page.show, DealRequest(interaction.viewer, interaction.state.deal_id))


async def _open(
    handler: Callable[[Session, DealRequest, datetime], ModalScreen], context: Context, interaction: Interaction
) -> ModalScreen:
    return await context.apply(handler, DealRequest(interaction.viewer, interaction.number))


async def _change(
    handler: Callable[[Session, DealRequest, datetime], DealCard], context: Context, interaction: Interaction
) -> DealCard:
    return await context.apply(handler, DealRequest(interaction.actor, interaction.number))


async def _choose_time(context: Context, interaction: Interaction) -> ModalScreen:
    at = datetime.fromtimestamp(read_number(interaction.value, LATEST) or 0, UTC)
    return await context.apply(asking.choose_time, MeetingChosen(interaction.actor, interaction.state.deal_id, at))


async def _clear_time(context: Context, interaction: Interaction) -> ModalScreen:
    return await context.apply(asking.clear_time, DealRequest(interaction.actor, interaction.number))


async def _edit(context: Context, interaction: Interaction) -> ModalScreen:
    referral_id = interaction.number
    return await context.apply(
        named.ask_edit, ReferralRequest(interaction.viewer, interaction.state.deal_id, referral_id)
    )


async def _move(
    handler: Callable[[Session, ReferralMove, datetime], ModalScreen], context: Context, interaction: Interaction
) -> ModalScreen:
    referral_id, _, step = interaction.value.partition(":")
    if step not in tuple(ReferralStep):
        raise NotNowError("refusal.old_button")
    request = ReferralMove(
        interaction.actor, interaction.state.deal_id, read_number(referral_id) or 0, ReferralStep(step)
    )
    return await context.apply(handler, request)


async def _save_time(context: Context, interaction: Interaction) -> Modal:
    caller, typed = await with_zone(context, interaction.actor), interaction.values.value(FIELD)
    request = MeetingTyped(caller, interaction.state.deal_id, typed)
    return modal(await context.apply(asking.save_typed, request), context.texts)


async def _save_asked(context: Context, interaction: Interaction) -> Modal:
    values = interaction.values
    request = AskAnswered(
        interaction.actor, interaction.state.deal_id, answer=values.value("answer"), names=values.value("names")
    )
    return modal(await context.apply(asking.save_asked, request), context.texts)


async def _save_referral(context: Context, interaction: Interaction) -> Modal:
    state, values = interaction.state, interaction.values
    request = ReferralSaved(
        interaction.actor,
        state.deal_id,
        state.referral_id,
        name=values.value("name"),
        how_known=values.value("how_known"),
        introduction=values.value("introduction"),
    )
    return modal(await context.apply(named.save, request), context.texts)


OPENS_MODAL: Mapping[str, Callable[[Context, Interaction], Awaitable[ModalScreen]]] = {
    ActionId.REFERRALS_OPEN: partial(_open, page.show),
    ActionId.REFERRALS_AGAIN: partial(_open, asking.ask_again),
    ActionId.REFERRALS_PLAN: partial(_open, asking.show_times),
    **dict.fromkeys(OFFER_ACTIONS.values(), _choose_time),
    ActionId.REFERRALS_CLEAR: _clear_time,
    ActionId.REFERRALS_ASKED: partial(_open, asking.show_asked),
    ActionId.REFERRALS_ADD: partial(_open, named.ask_new),
    ActionId.REFERRALS_EDIT: _edit,
    ActionId.REFERRALS_STEP: partial(_move, named.move),
    ActionId.REFERRALS_BACK: partial(_move, named.take_back),
    ActionId.REFERRALS_DROP: partial(_move, named.move),
}
"""Actions that open a modal, or draw it again."""

CHANGES_DEAL: Mapping[str, Callable[[Context, Interaction], Awaitable[DealCard]]] = {
    ActionId.REFERRALS_NOT_NOW: partial(_change, asking.answer_not_now),
    ActionId.REFERRALS_DECLINED: partial(_change, asking.answer_declined),
    ActionId.REFERRALS_LEAVE: partial(_change, asking.leave_introductions),
}
"""Answers beside a reminder: its message, or its line in a list, loses its buttons by itself."""

SUBMISSIONS: Mapping[str, Callable[[Context, Interaction], Awaitable[Modal]]] = {
    ViewId.REFERRAL_MEETING: _save_time,
    ViewId.REFERRAL_ASKED: _save_asked,
    ViewId.REFERRAL_FORM: _save_referral,
}
