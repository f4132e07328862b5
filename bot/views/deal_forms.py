"""The modals for a deal itself: report one by hand, and correct its customer, amount or rep."""

from __future__ import annotations

from bot.ui.components import Modal, TextField, UserField
from bot.ui.ids import ModalState, ViewId
from bot.ui.texts import Texts
from handlers.detection import Detection
from handlers.screens.deals import CorrectDealScreen


def edit_deal_form(screen: CorrectDealScreen, texts: Texts) -> Modal:
    """The form to correct a deal's customer, amount and rep."""
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


def report_deal_form(texts: Texts, found: Detection | None = None) -> Modal:
    """The form to report a closed deal, prefilled with what was found in the message that it was opened on."""
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
