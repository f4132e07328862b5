"""The commands that change an order, or set its next step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from bot.interactions.interaction import Command
from bot.interactions.profiles import with_zone
from bot.ports.context import Context
from bot.ui.components import Message, Modal
from bot.views import deal_lists, orders
from bot.views.render import modal
from handlers.call import next_steps, order_changes
from handlers.call.deal_search import DealSearch
from handlers.call.next_steps import StepCommand
from handlers.call.order_changes import AmountTyped
from handlers.method.order_changes import OrderChangeKind
from handlers.screens.deals import DealChoice
from handlers.screens.orders import AmountChanged, StepSet

Result = Message | Modal


async def _ask(kind: OrderChangeKind, context: Context, command: Command, rest: str) -> Result:
    found = await context.apply(order_changes.ask(kind), DealSearch(command.viewer, rest))
    if isinstance(found, DealChoice):
        return deal_lists.deal_choice(found, context.texts)
    return orders.ask_ending(found, context.texts)


async def _reopen(context: Context, command: Command, rest: str) -> Result:
    found = await context.apply(order_changes.reopen, DealSearch(command.actor, rest))
    if isinstance(found, DealChoice):
        return deal_lists.deal_choice(found, context.texts)
    return deal_lists.one_deal(found, context.texts)


async def _amount(context: Context, command: Command, rest: str) -> Result:
    found = await context.apply(order_changes.change_amount, AmountTyped(command.actor, rest))
    match found:
        case DealChoice():
            return deal_lists.deal_choice(found, context.texts)
        case AmountChanged():
            return orders.amount_changed(found, context.texts)
    return modal(found, context.texts)


async def _step(context: Context, command: Command, rest: str) -> Result:
    actor = await with_zone(context, command.actor)
    found = await context.apply(next_steps.step_command, StepCommand(actor, rest))
    match found:
        case DealChoice():
            return deal_lists.deal_choice(found, context.texts)
        case StepSet():
            return Message.saying(orders.step_set(found, context.texts))
    return modal(found, context.texts)


COMMANDS: dict[str, Callable[[Context, Command, str], Awaitable[Result]]] = {
    "step": _step,
    "amount": _amount,
    "cancelled": partial(_ask, OrderChangeKind.CANCELLED),
    "refunded": partial(_ask, OrderChangeKind.REFUNDED),
    "reopen": _reopen,
}
