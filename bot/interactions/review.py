"""What a person does in their deal reviews and self-checks: actions and submissions, each with its handler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from bot.interactions.interaction import Command, Interaction
from bot.interactions.profiles import with_zone
from bot.ports.context import Context
from bot.ui.components import Message, Modal
from bot.ui.ids import ActionId, ViewId
from bot.views import review as view
from bot.views.render import ModalScreen, modal
from handlers.method.self_check import Question
from handlers.requests import DealRequest
from handlers.review import deal_review, self_check
from handlers.review.deal_review import ReviewFilled
from handlers.review.self_check import SelfCheckFilled, SelfCheckRequest
from handlers.screens.review import MonthlyChosen


async def self_check_command(context: Context, command: Command, _rest: str) -> Message | Modal:
    """Open the self-check; where no modal can be opened, the question with the button that opens it."""
    form = modal(await context.apply(self_check.show, SelfCheckRequest(command.viewer)), context.texts)
    return form if command.opens_modals else view.opened_from_chat(context.texts)


async def _open_review(context: Context, interaction: Interaction) -> ModalScreen:
    return await context.apply(deal_review.show, DealRequest(interaction.viewer, interaction.number))


async def _open_self_check(context: Context, interaction: Interaction) -> ModalScreen:
    return await context.apply(self_check.show, SelfCheckRequest(interaction.viewer))


async def _choose_monthly(
    handler: Callable[[Session, SelfCheckRequest, datetime], MonthlyChosen],
    context: Context,
    interaction: Interaction,
) -> Message:
    caller = await with_zone(context, interaction.actor)
    return view.monthly_chosen(await context.apply(handler, SelfCheckRequest(caller)), context.texts)


async def _save_review(context: Context, interaction: Interaction) -> Modal:
    values = interaction.values
    request = ReviewFilled(
        interaction.actor,
        interaction.state.deal_id,
        did=values.value("did"),
        more=values.value("more"),
        without_us=values.value("without_us"),
    )
    return modal(await context.apply(deal_review.save, request), context.texts)


async def _save_self_check(context: Context, interaction: Interaction) -> Modal:
    answers = {question: interaction.values.value(question) for question in Question}
    return modal(await context.apply(self_check.save, SelfCheckFilled(interaction.actor, answers)), context.texts)


OPENS_MODAL: Mapping[str, Callable[[Context, Interaction], Awaitable[ModalScreen]]] = {
    ActionId.REVIEW_OPEN: _open_review,
    ActionId.SELF_CHECK_OPEN: _open_self_check,
}

REPLACES_MESSAGE: Mapping[str, Callable[[Context, Interaction], Awaitable[Message]]] = {
    ActionId.SELF_CHECK_STOP: partial(_choose_monthly, self_check.stop_asking),
    ActionId.SELF_CHECK_MONTHLY: partial(_choose_monthly, self_check.ask_monthly),
}

SUBMISSIONS: Mapping[str, Callable[[Context, Interaction], Awaitable[Modal]]] = {
    ViewId.REVIEW: _save_review,
    ViewId.SELF_CHECK: _save_self_check,
}
