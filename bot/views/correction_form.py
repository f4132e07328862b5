"""The modal for what the customer said instead of a statement, during the read-back (M4.2)."""

from __future__ import annotations

from bot.ui.components import Modal, Paragraph, TextField
from bot.ui.ids import ModalState, ViewId
from bot.ui.texts import Texts
from handlers.method.statement_capture import MAX_STATEMENT_LENGTH
from handlers.screens.call import CorrectionScreen


def render(screen: CorrectionScreen, texts: Texts) -> Modal:
    """The field starts with the old wording."""
    statement = screen.statement
    return Modal(
        ViewId.CORRECTION,
        texts.plain("correction.title"),
        (
            Paragraph(texts.rich("correction.before", wording=statement.wording)),
            TextField(
                "wording",
                texts.plain("correction.wording"),
                value=statement.wording,
                hint=texts.plain("correction.hint"),
                multiline=True,
                max_length=MAX_STATEMENT_LENGTH,
            ),
        ),
        state=ModalState(screen.deal.id, statement.id, statement.version, seen=screen.seen),
        submit=texts.plain("correction.submit"),
        close=texts.plain("correction.close"),
    )
