"""The modal in which the rep ticks what the customer corrected after the recap (M6.3)."""

from __future__ import annotations

from bot.ui.components import MOST_CHECKBOXES, Checkbox, Checkboxes, Component, Modal, Paragraph
from bot.ui.ids import ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.statements import version_value
from handlers.method.statements import Kind, Statement
from handlers.screens.call import ReopenScreen

FIELD = "statements"


def render(screen: ReopenScreen, texts: Texts) -> Modal:
    """The agreed statements as checkboxes; one too long for its box is shown in full below."""
    components: list[Component] = [Paragraph(texts.rich("reopen.intro", customer=screen.deal.customer))]
    fields = 0
    for kind in Kind:
        agreed = [s for s in screen.statements if s.kind is kind]
        for start in range(0, len(agreed), MOST_CHECKBOXES):
            some = agreed[start : start + MOST_CHECKBOXES]
            fields += 1
            name = FIELD if fields == 1 else f"{FIELD}_{fields}"
            boxes = tuple(_box(statement, texts) for statement in some)
            components.append(Checkboxes(name, texts.plain(f"reopen.{kind}"), boxes, optional=True))
    return Modal(
        ViewId.REOPEN,
        texts.plain("reopen.title"),
        tuple(components),
        state=ModalState(screen.deal.id),
        submit=texts.plain("reopen.submit"),
        close=texts.plain("reopen.close"),
    )


def _box(statement: Statement, texts: Texts) -> Checkbox:
    in_full = texts.rich("reopen.in_full", wording=statement.wording)
    return Checkbox(version_value(statement), statement.wording, in_full=in_full)
