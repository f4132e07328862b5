"""Short messages: a notice, a deal that went to somebody else, and the forms that tell of a deal."""

from __future__ import annotations

from bot.ui.components import Message, Modal, Paragraph, TextField, UserField
from bot.ui.ids import ModalState, ViewId
from bot.ui.texts import Texts
from handlers.detection import Detection
from handlers.screens.deals import CorrectDealScreen, HandedOver


def notice(sentence: str, texts: Texts) -> Modal:
    """One sentence on a small sheet, for when there is no better place to say it. `sentence` is marked-up text."""
    return Modal(
        ViewId.NOTICE,
        texts.plain("notice.title"),
        (Paragraph(sentence),),
        state=None,
        close=texts.plain("notice.close"),
    )


def handed_over(screen: HandedOver, texts: Texts) -> Message:
    """The line that a card becomes when its deal went to somebody else."""
    customer = screen.deal.customer or texts.plain("card.nameless")
    return Message.saying(texts.rich("handed.line", customer=customer, to=texts.markup.mention(screen.to)))


def edit_deal_form(screen: CorrectDealScreen, texts: Texts) -> Modal:
    """Customer, amount and rep of a deal, to be put right."""
    deal = screen.deal
    return Modal(
        ViewId.FIX,
        texts.plain("fix.title"),
        (
            TextField("customer", texts.plain("fix.customer"), value=deal.customer, max_length=200),
            TextField(
                "amount",
                texts.plain("fix.amount"),
                value=screen.amount,
                hint=texts.plain("fix.amount_hint"),
                optional=True,
                max_length=60,
            ),
            UserField("owner", texts.plain("fix.owner"), chosen=deal.owner, hint=texts.plain("fix.owner_hint")),
        ),
        state=ModalState(deal.id),
        submit=texts.plain("fix.submit"),
        close=texts.plain("fix.close"),
    )


def won_form(texts: Texts, found: Detection | None = None) -> Modal:
    """The form that tells of a deal, filled with what was found in the message that it was opened on."""
    customer = "" if found is None else found.customer or ""
    amount = "" if found is None or found.amount is None else f"{found.amount.normalize():f} {found.currency or ''}"
    return Modal(
        ViewId.WON,
        texts.plain("won.title"),
        (
            TextField(
                "customer",
                texts.plain("won.customer"),
                value=customer,
                placeholder=texts.plain("won.customer_example"),
                max_length=200,
            ),
            TextField(
                "amount",
                texts.plain("won.amount"),
                value=amount.strip(),
                hint=texts.plain("won.amount_hint"),
                optional=True,
                max_length=60,
            ),
        ),
        state=ModalState(),
        submit=texts.plain("won.submit"),
        close=texts.plain("won.close"),
    )
