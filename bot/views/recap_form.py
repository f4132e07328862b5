"""The recap modal: open the draft in a mail program, copy or edit it, and confirm that it was sent (M6)."""

from __future__ import annotations

from bot.ui.clipping import clip, length
from bot.ui.components import LONGEST_ENTRY, Component, ContextText, Divider, Modal, Paragraph, TextField
from bot.ui.ids import ModalState, ViewId
from bot.ui.texts import Texts
from handlers.method.mail_link import mail_link
from handlers.method.recap_lint import Finding
from handlers.screens.call import RecapScreen
from prompts.wording import Ready

MOST_HINTS = 5
LONGEST_QUOTE = 120
"""Characters of a statement that a hint quotes, enough to recognize it."""


def render(screen: RecapScreen, texts: Texts) -> Modal:
    """The draft in a field; one that is too long for a field is shown as text instead."""
    fits = length(screen.body) <= LONGEST_ENTRY
    mail = mail_link(texts.plain("recap.subject"), screen.body, texts.plain("recap.cut_mark"), to=screen.recipient)
    open_mail = texts.markup.link(mail.url, texts.plain("recap.open_mail"))
    return Modal(
        ViewId.RECAP,
        texts.plain("recap.title"),
        (
            *_hints(screen.findings, texts),
            Paragraph(texts.rich("recap.intro") if fits else texts.rich("recap.intro_long")),
            Paragraph(open_mail),
            ContextText((texts.rich("recap.open_mail_cut") if mail.cut else texts.rich("recap.open_mail_note"),)),
            *(
                [
                    TextField(
                        "body",
                        texts.plain("recap.body"),
                        value=screen.body,
                        hint=texts.plain("recap.body_hint"),
                        multiline=True,
                    )
                ]
                if fits
                else [Paragraph(texts.markup.escape(screen.body))]
            ),
        ),
        state=ModalState(screen.deal.id, hints_seen=bool(screen.findings)),
        submit=texts.plain("recap.submit"),
        close=texts.plain("recap.close"),
    )


def _hints(findings: tuple[Finding, ...], texts: Texts) -> list[Component]:
    """The linter's findings, one line each; the rep decides."""
    if not findings:
        return []
    lines = [
        texts.rich("recap.seen_item", what=Ready(texts.rich(f"lint.{f.rule}", what=clip(f.what, LONGEST_QUOTE))))
        for f in findings[:MOST_HINTS]
    ]
    return [Paragraph("\n".join([texts.rich("recap.seen"), *lines, texts.rich("recap.seen_again")])), Divider()]
