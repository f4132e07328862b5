"""The note about a deal for the company's CRM: plain text to copy."""

from __future__ import annotations

from collections.abc import Iterator

from bot.ui.components import ContextText, Modal, Paragraph
from bot.ui.ids import ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.deal_name import deal_name
from handlers.method.statements import Kind
from handlers.screens.crm_note import CrmNote
from prompts.wording import Wording


def render(screen: CrmNote, texts: Texts) -> Modal:
    """The note by itself, so that one selection copies it whole."""
    return Modal(
        ViewId.CRM_NOTE,
        texts.plain("crmnote.title"),
        (
            ContextText((texts.rich("crmnote.copy"),)),
            Paragraph(texts.markup.escape("\n".join(_lines(screen, texts.plain)))),
        ),
        state=ModalState(screen.deal.id),
        close=texts.plain("crmnote.close"),
    )


def _lines(screen: CrmNote, plain: Wording) -> Iterator[str]:
    """Days as ISO dates: a CRM's readers are anywhere."""
    deal = screen.deal
    amount = f", {deal.amount}" if deal.amount else ""
    yield plain("crmnote.closed", customer=deal_name(deal, plain), amount=amount, day=screen.closed_on.isoformat())
    if screen.called_on is not None:
        yield plain("crmnote.called", day=screen.called_on.isoformat(), contact=screen.contact)
    for kind, heading in (
        (Kind.EXPECTATION, plain("crmnote.expectations")),
        (Kind.PRIORITY, plain("crmnote.priorities")),
    ):
        of_kind = [each for each in screen.agreed if each.kind is kind]
        if of_kind:
            yield from ("", heading)
            yield from (f"{number}. {each.wording}" for number, each in enumerate(of_kind, 1))
    if not screen.agreed:
        yield plain("crmnote.nothing")
    if screen.recap_sent_on is not None or screen.next_step:
        yield ""
    if screen.recap_sent_on is not None:
        yield plain("crmnote.recap", day=screen.recap_sent_on.isoformat())
    if screen.next_step:
        day = "" if screen.next_step_on is None else screen.next_step_on.isoformat()
        yield plain("crmnote.next_step", step=screen.next_step, day=day)
