"""What people do about changes of an order, and about its next step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from bot.interactions.interaction import Interaction
from bot.interactions.profiles import with_zone
from bot.ports.context import Context
from bot.ui.components import Message, Modal
from bot.ui.ids import ActionId, ViewId
from bot.ui.numbers import read_number
from bot.views import orders, reminders
from bot.views.render import ModalScreen
from handlers.call import next_steps, order_changes
from handlers.call.next_steps import StepDone, StepTyped
from handlers.call.order_changes import OrderAsked, OrderChanged, QuestionAnswered
from handlers.method.order_changes import OrderChangeKind
from handlers.requests import DealRequest
from handlers.screens.deals import DealCard
from handlers.screens.orders import OrderForm, StepForm
from handlers.screens.reminders import RetiredReminder


async def _end(kind: OrderChangeKind, context: Context, interaction: Interaction) -> DealCard:
    request = DealRequest(interaction.actor, interaction.numbers[0])
    return await context.apply(order_changes.end(kind), request)


async def _order_form(context: Context, interaction: Interaction) -> OrderForm:
    """The form; the button may carry the change that the person has in mind."""
    deal_id, _, kind = interaction.value.partition(":")
    chosen = OrderChangeKind(kind) if kind in tuple(OrderChangeKind) else None
    return await context.apply(
        order_changes.show_form, OrderAsked(interaction.viewer, read_number(deal_id) or 0, chosen)
    )


async def _answer(is_so: bool, context: Context, interaction: Interaction) -> Message:
    """The answer takes the place of the question, so that it has no buttons any more."""
    deal_id, row_id = interaction.numbers
    request = QuestionAnswered(interaction.actor, deal_id, row_id, is_so)
    return reminders.retired(RetiredReminder(await context.apply(order_changes.answer, request)), context.texts)


async def _step_done(context: Context, interaction: Interaction) -> StepForm:
    deal_id, entry_id = interaction.numbers
    return await context.apply(next_steps.mark_done, StepDone(interaction.actor, deal_id, entry_id))


async def _step_form(context: Context, interaction: Interaction) -> StepForm:
    return await context.apply(next_steps.show_form, DealRequest(interaction.viewer, interaction.numbers[0]))


async def _move_step(context: Context, interaction: Interaction) -> StepForm:
    return await context.apply(next_steps.ask_new_day, DealRequest(interaction.viewer, interaction.numbers[0]))


async def _save_order(context: Context, interaction: Interaction) -> Modal | None:
    values = interaction.values
    owner = values.value("owner")
    change = values.value("change")
    picked = change == OrderChangeKind.OWNER_CHANGED and bool(owner)
    request = OrderChanged(
        interaction.actor,
        interaction.state.deal_id,
        change=change,
        amount=values.value("amount"),
        owner=owner,
        reason=values.value("reason"),
        owner_profile=await context.selected_profile(owner) if picked else None,
    )
    await context.apply(order_changes.save, request)
    return None


async def _save_step(context: Context, interaction: Interaction) -> Modal:
    values = interaction.values
    request = StepTyped(
        await with_zone(context, interaction.actor),
        interaction.state.deal_id,
        values.value("step"),
        values.value("when"),
    )
    return orders.step_set_modal(await context.apply(next_steps.save, request), context.texts)


CHANGES_DEAL: dict[str, Callable[[Context, Interaction], Awaitable[DealCard]]] = {
    ActionId.CARD_CANCELLED: partial(_end, OrderChangeKind.CANCELLED),
    ActionId.CARD_REFUNDED: partial(_end, OrderChangeKind.REFUNDED),
}
REPLACES_MESSAGE: dict[str, Callable[[Context, Interaction], Awaitable[Message]]] = {
    ActionId.ORDER_IS_SO: partial(_answer, True),
    ActionId.ORDER_NOT_SO: partial(_answer, False),
}
OPENS_MODAL: dict[str, Callable[[Context, Interaction], Awaitable[ModalScreen]]] = {
    ActionId.CARD_ORDER: _order_form,
    ActionId.CARD_STEP: _step_form,
    ActionId.STEP_DONE: _step_done,
    ActionId.STEP_MOVE: _move_step,
}
SUBMISSIONS: dict[str, Callable[[Context, Interaction], Awaitable[Modal | None]]] = {
    ViewId.ORDER: _save_order,
    ViewId.STEP: _save_step,
}
