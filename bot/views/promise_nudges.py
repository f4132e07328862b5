"""The answers to reminders after the recap: no corrections, a promise that comes due, the next order, all kept.

In a list of several deals an answer settles its line and leaves the others.
"""

from __future__ import annotations

from dataclasses import replace

from bot.ui.components import ActionRow, Button
from bot.ui.ids import ActionId
from bot.ui.texts import Texts
from bot.views import card as card_view
from bot.views.deal_name import deal_name
from bot.views.delivered_promises import renegotiate_button
from bot.views.promises import open_button, settle_row
from handlers.method.reminders_due import Kind
from handlers.screens.reminders import Nudge


def answers(screen: Nudge, texts: Texts, *, listed: bool = False) -> ActionRow | None:
    """The row of a reminder that has answers of its own; None for any other."""
    card = screen.card
    name = f"nudge:{screen.kind}:{card.deal.id}:{screen.days}"
    match screen.kind:
        case Kind.PROMISE if screen.promise is not None:
            promise = (screen.promise.id, screen.promise.version)
            row = settle_row(card.deal, promise, texts, listed=listed)
            if screen.for_keeper:
                more: tuple[Button, ...] = (renegotiate_button(card.deal, screen.promise, 1, texts),)
            else:
                more = _buttons(card_view.action_row(card, ("corrected",), texts.plain, name, main=False))
            return replace(row, more=(open_button(card.deal, texts), *more))
        case Kind.CORRECTIONS:
            return card_view.action_row(card, ("unchanged", "corrected", "record"), texts.plain, name)
        case Kind.OUTCOME_DUE:
            return _outcome(screen, texts, name)
        case Kind.LOOK_BACK | Kind.DIP | Kind.VALUE_DAY:
            return _next_order(screen, texts, name)
        case _:
            return None


def line_name(screen: Nudge) -> str:
    """The name of the reminder's sentence: of one that asks about the outcome it depends on what is settled."""
    return "outcome_settled" if screen.kind is Kind.OUTCOME_DUE and card_view.all_settled(screen.card) else screen.kind


def _outcome(screen: Nudge, texts: Texts, name: str) -> ActionRow:
    deal = screen.card.deal
    if card_view.all_settled(screen.card):
        return card_view.action_row(screen.card, ("complete", "promises", "record"), texts.plain, name)
    label = texts.plain("promises.label_all_kept", customer=deal_name(deal, texts.plain))
    all_kept = Button(
        texts.plain("promises.all_kept"),
        ActionId.PROMISES_ALL_KEPT,
        str(deal.id),
        accessible_name=label,
        style="primary",
    )
    return ActionRow(name, (all_kept, open_button(deal, texts, name="go_through")))


def _next_order(screen: Nudge, texts: Texts, name: str) -> ActionRow:
    deal = screen.card.deal
    answers = (("talked", ActionId.NEXT_ORDER_TALKED), ("not_now", ActionId.NEXT_ORDER_NOT_NOW))
    buttons = tuple(
        Button(
            texts.plain(f"promises.{answer}"),
            action_id,
            f"{deal.id}:{screen.days}",
            accessible_name=texts.plain(f"promises.label_{answer}", customer=deal_name(deal, texts.plain)),
            style="primary" if answer == "talked" else None,
        )
        for answer, action_id in answers
    )
    return ActionRow(name, buttons, more=(open_button(deal, texts),))


def _buttons(row: ActionRow) -> tuple[Button, ...]:
    return tuple(each for each in row.elements if isinstance(each, Button))
