"""The recap modals: the email with its link and "I sent it", and the form to change it (M6)."""

from __future__ import annotations

from bot.ui.clipping import clip, length
from bot.ui.components import (
    LONGEST_ENTRY,
    ActionRow,
    Button,
    Component,
    ContextText,
    Divider,
    Modal,
    Paragraph,
    TextField,
)
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views import orders
from bot.views.deal_name import deal_name
from handlers.call.recap import LONGEST_OBSTACLE
from handlers.method.mail_link import mail_link
from handlers.method.recap_lint import Finding
from handlers.screens.call import RecapScreen
from prompts.wording import Ready

LONGEST_QUOTE = 120
"""Characters of a statement that a hint quotes, enough to recognize it."""
QUOTES_SHOWN = 3
"""How many statements or words one hint quotes."""


def render(screen: RecapScreen, texts: Texts) -> Modal:
    """The email to send, or the form to change it. One that is too long for a field cannot be changed here."""
    return _editor(screen, texts) if screen.editing and _fits(screen) else _to_send(screen, texts)


def _to_send(screen: RecapScreen, texts: Texts) -> Modal:
    """The link opens exactly the text that is shown."""
    mail = mail_link(texts.plain("recap.subject"), screen.body, texts.plain("recap.cut_mark"), to=screen.recipient)
    edit = texts.plain("recap.edit")
    label = texts.plain("recap.label_edit", customer=deal_name(screen.deal, texts.plain))
    button = Button(edit, ActionId.RECAP_EDIT, str(screen.deal.id), accessible_name=label)
    note = [ContextText((texts.rich("recap.open_mail_cut"),))] if mail.cut else []
    return Modal(
        ViewId.RECAP,
        texts.plain("recap.title"),
        (
            *_hints(screen.findings, texts),
            Paragraph(texts.rich("recap.intro")),
            Paragraph(texts.markup.link(mail.url, texts.plain("recap.open_mail"))),
            *note,
            Divider(),
            Paragraph(texts.markup.escape(screen.body)),
            *orders.understood_step(screen, texts),
            *([ActionRow("edit", (button,))] if _fits(screen) else []),
            *([_obstacle(texts)] if screen.asks_obstacle else []),
        ),
        state=ModalState(screen.deal.id, hints_seen=bool(screen.findings)),
        submit=texts.plain("recap.submit"),
        close=texts.plain("recap.close"),
    )


def _obstacle(texts: Texts) -> TextField:
    """What could still stop it, asked at the end of the call, until it is noted (M10.3)."""
    return TextField(
        "obstacle",
        texts.plain("recap.obstacle"),
        hint=texts.plain("recap.obstacle_hint"),
        max_length=LONGEST_OBSTACLE,
        multiline=True,
        optional=True,
    )


def _editor(screen: RecapScreen, texts: Texts) -> Modal:
    field = TextField(
        "body",
        texts.plain("recap.body"),
        value=screen.body,
        hint=texts.plain("recap.body_hint"),
        multiline=True,
    )
    return Modal(
        ViewId.RECAP_EDIT,
        texts.plain("recap.edit_title"),
        (field,),
        state=ModalState(screen.deal.id),
        submit=texts.plain("recap.save"),
        close=texts.plain("recap.close"),
    )


def _fits(screen: RecapScreen) -> bool:
    return length(screen.body) <= LONGEST_ENTRY


def _hints(findings: tuple[Finding, ...], texts: Texts) -> list[Component]:
    """The linter's findings, one line each, the gravest first; the rep decides."""
    if not findings:
        return []
    lines = [texts.rich("recap.seen_item", what=Ready(_hint(finding, texts))) for finding in findings]
    return [Paragraph("\n".join([texts.rich("recap.seen"), *lines, texts.rich("recap.seen_again")])), Divider()]


def _hint(finding: Finding, texts: Texts) -> str:
    quotes = [clip(each, LONGEST_QUOTE) for each in finding.what]
    told = texts.rich("lint.item", what=quotes[0]) if quotes else ""
    for each in quotes[1:QUOTES_SHOWN]:
        told = texts.rich("lint.next_item", told=Ready(told), what=each)
    if len(quotes) > QUOTES_SHOWN:
        told = texts.rich("lint.more_items", told=Ready(told), count=len(quotes) - QUOTES_SHOWN)
    return texts.rich(f"lint.{finding.rule}", what=Ready(told), number=quotes[0] if quotes else "")
