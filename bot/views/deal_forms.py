"""The modals for a deal itself: report one by hand, and correct its customer, amount, kind or rep."""

from __future__ import annotations

import hashlib

from bot.ui.components import ActionRow, Button, Message, Modal, Option, Paragraph, Select, TextField, UserField
from bot.ui.ids import ActionId, ModalState, OrderValue, ViewId
from bot.ui.texts import Texts
from handlers.detection import DealKind, Detection
from handlers.screens.deals import CorrectDealScreen, OtherOrderQuestion


def edit_deal_form(screen: CorrectDealScreen, texts: Texts) -> Modal:
    """The form to correct a deal's customer, amount, kind and rep."""
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
            Select(
                "kind",
                texts.plain("fix.kind"),
                tuple(Option(kind, texts.plain(f"fix.kind_{kind}")) for kind in DealKind),
                chosen=deal.kind,
                placeholder=texts.plain("fix.kind_unknown"),
            ),
            UserField("owner", texts.plain("fix.owner"), chosen=deal.owner, hint=texts.plain("fix.owner_hint")),
        ),
        state=ModalState(deal.id),
        submit=texts.plain("fix.submit"),
        close=texts.plain("fix.close"),
    )


def ask_other_order(screen: OtherOrderQuestion, texts: Texts) -> Message:
    """The answer to a report of a known deal with another sum. The button carries the sum: nothing is stored yet."""
    customer = screen.deal.customer
    question = texts.rich("won.other_sum", customer=customer, known=screen.deal.amount, value=screen.amount)
    label = texts.plain("won.label_another", customer=customer, value=screen.amount)
    report = hashlib.sha256(screen.report.encode("utf-8", "surrogatepass")).hexdigest()[: OrderValue.REPORT_LENGTH]
    value = OrderValue(screen.deal.id, screen.amount_minor, screen.currency or "", screen.period or "", report)
    button = Button(texts.plain("won.another"), ActionId.WON_ANOTHER, value.to_text(), accessible_name=label)
    return Message(question, (Paragraph(question), ActionRow("won", (button,))))


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
