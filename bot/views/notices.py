"""Short messages: a notice, a deal that went to somebody else, and the forms that tell of a deal."""

from __future__ import annotations

from bot.ui.components import Message, Paragraph, PersonField, Sheet, TextField
from bot.ui.ids import Form, Place
from bot.ui.texts import Words
from handlers.detection import Detection
from handlers.screens.deals import FixScreen, HandedOver


def notice(sentence: str, words: Words) -> Sheet:
    """One sentence on a small sheet, for when there is no better place to say it. `sentence` is marked-up text."""
    return Sheet(
        Form.NOTICE, words.plain("notice.title"), (Paragraph(sentence),), place=None, close=words.plain("notice.close")
    )


def handed_over(screen: HandedOver, words: Words) -> Message:
    """The line that a card becomes when its deal went to somebody else."""
    customer = screen.deal.customer or words.plain("card.nameless")
    return Message.saying(words.rich("handed.line", customer=customer, to=words.markup.mention(screen.to)))


def fix_form(screen: FixScreen, words: Words) -> Sheet:
    """Customer, amount and rep of a deal, to be put right."""
    deal = screen.deal
    return Sheet(
        Form.FIX,
        words.plain("fix.title"),
        (
            TextField("customer", words.plain("fix.customer"), value=deal.customer, most=200),
            TextField(
                "amount",
                words.plain("fix.amount"),
                value=screen.amount,
                hint=words.plain("fix.amount_hint"),
                optional=True,
                most=60,
            ),
            PersonField("owner", words.plain("fix.owner"), chosen=deal.owner, hint=words.plain("fix.owner_hint")),
        ),
        place=Place(deal.id),
        submit=words.plain("fix.submit"),
        close=words.plain("fix.close"),
    )


def won_form(words: Words, found: Detection | None = None) -> Sheet:
    """The form that tells of a deal, filled with what was found in the message that it was opened on."""
    customer = "" if found is None else found.customer or ""
    amount = "" if found is None or found.amount is None else f"{found.amount.normalize():f} {found.currency or ''}"
    return Sheet(
        Form.WON,
        words.plain("won.title"),
        (
            TextField(
                "customer",
                words.plain("won.customer"),
                value=customer,
                example=words.plain("won.customer_example"),
                most=200,
            ),
            TextField(
                "amount",
                words.plain("won.amount"),
                value=amount.strip(),
                hint=words.plain("won.amount_hint"),
                optional=True,
                most=60,
            ),
        ),
        place=Place(),
        submit=words.plain("won.submit"),
        close=words.plain("won.close"),
    )
