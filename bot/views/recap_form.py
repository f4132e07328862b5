"""The sheet of the recap mail: open it in one's own mail, copy it, change it, say that it was sent (M6)."""

from __future__ import annotations

from bot.ui.components import LONGEST_ENTRY, Line, Paragraph, Piece, Sheet, Small, TextField, clip
from bot.ui.ids import Form, Place
from bot.ui.texts import Words
from handlers.method.mail_link import mail_link
from handlers.method.recap_lint import Finding
from handlers.screens.call import RecapScreen
from prompts.wording import Ready

MOST_HINTS = 5
LONGEST_QUOTE = 120
"""Of a statement in a hint: enough to know which one is meant."""


def render(screen: RecapScreen, words: Words) -> Sheet:
    """The draft of the mail in a field to copy from and to change; a very long one is shown in pieces instead."""
    fits = len(screen.body) <= LONGEST_ENTRY
    mail = mail_link(words.plain("recap.subject"), screen.body, words.plain("recap.cut_mark"))
    open_mail = words.markup.link(mail.url, words.plain("recap.open_mail"))
    return Sheet(
        Form.RECAP,
        words.plain("recap.title"),
        (
            *_hints(screen.findings, words),
            Paragraph(words.rich("recap.intro") if fits else words.rich("recap.intro_long")),
            Paragraph(open_mail),
            Small((words.rich("recap.open_mail_cut") if mail.cut else words.rich("recap.open_mail_note"),)),
            *(
                [
                    TextField(
                        "body",
                        words.plain("recap.body"),
                        value=screen.body,
                        hint=words.plain("recap.body_hint"),
                        lines=True,
                    )
                ]
                if fits
                else [Paragraph(words.markup.escape(screen.body))]
            ),
        ),
        place=Place(screen.deal.id, hints_seen=bool(screen.findings)),
        submit=words.plain("recap.submit"),
        close=words.plain("recap.close"),
    )


def _hints(findings: tuple[Finding, ...], words: Words) -> list[Piece]:
    """What the linter found, a line each; the rep decides."""
    if not findings:
        return []
    lines = [
        words.rich("recap.seen_item", what=Ready(words.rich(f"lint.{f.rule}", what=clip(f.what, LONGEST_QUOTE))))
        for f in findings[:MOST_HINTS]
    ]
    return [Paragraph("\n".join([words.rich("recap.seen"), *lines, words.rich("recap.seen_again")])), Line()]
