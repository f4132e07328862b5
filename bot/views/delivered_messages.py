"""The messages about a promise that delivery keeps: it is due, or it was missed."""

from __future__ import annotations

from bot.ui.components import ActionRow, Message, Paragraph
from bot.ui.texts import Texts
from bot.views.deal_name import deal_name
from bot.views.delivered_promises import renegotiate_button
from bot.views.promises import challenge_button, line, open_button, settle_row
from handlers.method.time_parsing.resolve import format_day
from handlers.screens.handoff import DeliveredPromise


def delivered(screen: DeliveredPromise, texts: Texts) -> Message:
    """The reminder, or the report of a miss. Of a promise that is no longer theirs to answer, nothing is left."""
    deal, promise = screen.deal, screen.promise
    customer = deal_name(deal, texts.plain)
    if not promise.may_settle:
        return Message.saying(texts.rich("delivered.gone", customer=customer))
    if screen.missed:
        text = texts.rich(
            "delivered.missed",
            customer=customer,
            who=texts.markup.mention(screen.who),
            wording=promise.statement.wording,
            over=screen.over,
        )
        buttons = (
            (open_button(deal, texts),) if screen.over else (challenge_button(deal, texts), open_button(deal, texts))
        )
        return Message(text, (Paragraph(text), ActionRow(f"deal:{deal.id}", buttons)))
    if screen.over:
        text = f"{texts.markup.escape(customer)}: {line(promise, texts)}"
        return Message(text, (Paragraph(text), ActionRow(f"deal:{deal.id}", (open_button(deal, texts),))))
    day = "" if promise.tracked.due is None else format_day(promise.tracked.due)
    text = texts.rich("delivered.due", customer=customer, day=day, wording=promise.statement.wording)
    row = settle_row(deal, (promise.statement.id, promise.statement.version), texts)
    more = (renegotiate_button(deal, promise, 1, texts), open_button(deal, texts))
    return Message(text, (Paragraph(text), ActionRow(row.name, row.elements, more)))
