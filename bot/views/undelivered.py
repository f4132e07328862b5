"""What could not be delivered, below the deals on an admin's overview."""

from __future__ import annotations

from bot.ui.components import Button, Heading, Line, Paragraph, Piece, Row, Small
from bot.ui.ids import Tap
from bot.ui.texts import Words
from handlers.method.reminders_due import Kind
from handlers.screens.team import GivenUp, UndeliveredScreen


def pieces(screen: UndeliveredScreen, words: Words) -> tuple[Piece, ...]:
    """Nothing when all is well."""
    found: list[Piece] = []
    if screen.blocked is not None:
        unblock = Button(
            words.plain("undelivered.unblock"),
            Tap.UNDELIVERED_UNBLOCK,
            "0",
            label=words.plain("undelivered.label_unblock"),
        )
        found += [Paragraph(words.rich("undelivered.blocked", reason=screen.blocked)), Row("undelivered", (unblock,))]
    for each in screen.given_up:
        found += [Paragraph(_line(each, words)), Row(f"undelivered:{each.row_id}", _choices(each, words))]
    if screen.total > len(screen.given_up):
        found.append(Small((words.rich("undelivered.more", count=screen.total - len(screen.given_up)),)))
    return (Line(), Heading(words.plain("undelivered.title")), *found) if found else ()


def _line(each: GivenUp, words: Words) -> str:
    is_reminder = each.kind in tuple(Kind)
    what = words.plain(f"reminders.kind_{each.kind}") if is_reminder else words.plain(f"undelivered.{each.kind}")
    markup = words.markup
    to = markup.mention(each.person) if each.person is not None else markup.channel(each.channel or "")
    return words.rich("undelivered.line", what=what, to=to, when=markup.moment(each.at), reason=each.reason)


def _choices(each: GivenUp, words: Words) -> tuple[Button, ...]:
    return tuple(
        Button(
            words.plain(f"undelivered.{act}"),
            tap,
            str(each.row_id),
            label=words.plain(f"undelivered.label_{act}", number=each.row_id),
        )
        for act, tap in (("retry", Tap.UNDELIVERED_RETRY), ("cancel", Tap.UNDELIVERED_CANCEL))
    )
