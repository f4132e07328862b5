"""The promises that delivery keeps: how it asks the rep for a new talk."""

from __future__ import annotations

from bot.ui.components import Button, Modal, Paragraph, TextField
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.deal_name import deal_name
from bot.views.notices import notice
from bot.views.promise_button import promise_button
from handlers.handoff.feasibility import LONGEST_REASON
from handlers.method.statements import Statement
from handlers.screens.deals import DealFacts
from handlers.screens.promises import RenegotiateForm, RepAsked


def renegotiate_button(deal: DealFacts, statement: Statement, page: int, texts: Texts) -> Button:
    """Opens the form for the reason."""
    label = texts.plain("delivered.renegotiate")
    name = texts.plain("delivered.label_renegotiate", wording=statement.wording)
    return promise_button(deal, statement, page, ActionId.PROMISES_RENEGOTIATE, label, name)


def renegotiate_form(screen: RenegotiateForm, texts: Texts) -> Modal:
    """Why the promise needs a new talk."""
    statement = screen.promise.statement
    return Modal(
        ViewId.PROMISE_RENEGOTIATE,
        texts.plain("delivered.renegotiate"),
        (
            Paragraph(texts.rich("promises.quoted", wording=statement.wording)),
            TextField(
                "reason",
                texts.plain("delivered.reason"),
                hint=texts.plain("delivered.reason_hint"),
                multiline=True,
                max_length=LONGEST_REASON,
            ),
        ),
        state=ModalState(screen.deal.id, statement.id, statement.version),
        submit=texts.plain("delivered.ask_rep"),
        close=texts.plain("promises.cancel"),
    )


def rep_asked(screen: RepAsked, texts: Texts) -> Modal:
    """What happens next."""
    rep, customer = texts.markup.mention(screen.deal.owner), deal_name(screen.deal, texts.plain)
    return notice(texts.rich("delivered.asked", rep=rep, customer=customer), texts)
