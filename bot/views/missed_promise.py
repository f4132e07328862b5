"""The message that tells the rep of a promise that delivery missed."""

from __future__ import annotations

from bot.ui.components import ActionRow, Message, Paragraph
from bot.ui.texts import Texts
from bot.views.deal_name import deal_name
from bot.views.promises import challenge_button, open_button
from handlers.screens.handoff import MissReported


def miss_reported(screen: MissReported, texts: Texts) -> Message:
    """The report, with the challenge to log. Of a deal that is no longer theirs, nothing is left."""
    deal, promise = screen.deal, screen.promise
    customer = deal_name(deal, texts.plain)
    if not promise.may_settle:
        return Message.saying(texts.rich("delivered.gone", customer=customer))
    text = texts.rich(
        "delivered.missed",
        customer=customer,
        who=texts.markup.mention(screen.who),
        wording=promise.statement.wording,
        over=screen.over,
    )
    board = open_button(deal, texts)
    buttons = (board,) if screen.over else (challenge_button(deal, texts), board)
    return Message(text, (Paragraph(text), ActionRow(f"deal:{deal.id}", buttons)))
