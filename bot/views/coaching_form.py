"""The sheet between the list and the read-back: what could be made measurable, each with its question (M3.5)."""

from __future__ import annotations

from bot.ui.components import Button, Line, Paragraph, Piece, Row, Sheet, Small, TextField
from bot.ui.ids import Form, Place, Tap
from bot.ui.texts import Words
from bot.views.statement_list import kind_of
from handlers.call.coaching import field
from handlers.method.statement_capture import LONGEST_STATEMENT
from handlers.method.vagueness import Reason
from handlers.screens.call import CoachedStatement, CoachingScreen


def render(screen: CoachingScreen, words: Words) -> Sheet:
    """Up to four statements, each with a field that holds its words. Saving goes on, whatever was changed."""
    pieces: list[Piece] = [Paragraph(words.rich("coach.changed") if screen.changed else words.rich("coach.intro"))]
    for each in screen.asked:
        pieces += [Line(), *_asked(each, words)]
    for statement in screen.done:
        pieces += [
            Line(),
            Paragraph(
                words.rich("coach.done", kind=words.markup.bold(kind_of(statement, words)), wording=statement.wording)
            ),
        ]
    seen = tuple((s.id, s.version) for s in (*(each.statement for each in screen.asked), *screen.done))
    return Sheet(
        Form.COACHING,
        words.plain("coach.title"),
        tuple(pieces),
        place=Place(screen.deal.id, seen=seen),
        submit=words.plain("coach.submit"),
        close=words.plain("coach.close"),
    )


def _asked(each: CoachedStatement, words: Words) -> list[Piece]:
    statement = each.statement
    pieces: list[Piece] = [Small((kind_of(statement, words),))]
    asked = [words.markup.bold(words.markup.escape(line)) for line in (each.question, each.suggestion) if line]
    if asked:
        pieces.append(Paragraph("\n".join(asked)))
    if each.script:
        pieces.append(Paragraph(words.markup.quote(words.rich("coach.script", script=each.script))))
    offered = []
    if each.reason == Reason.COMPETITOR:
        offered.append(("competitor", Tap.COACH_COMPETITOR))
    if each.reason == Reason.GENERIC:
        offered.append(("said_so", Tap.COACH_SAID_SO))
    if each.other_list:
        offered.append((f"move_{each.other_list}", Tap.COACH_MOVE))
    if offered:
        pieces.append(
            Row(
                f"coach:{statement.id}",
                tuple(
                    Button(
                        words.plain(f"coach.{name}"),
                        tap,
                        str(statement.id),
                        label=words.plain(f"coach.label_{name}", wording=statement.wording),
                    )
                    for name, tap in offered
                ),
            )
        )
    pieces.append(
        TextField(
            field(statement.id), words.plain("coach.wording"), value=each.typed, lines=True, most=LONGEST_STATEMENT
        )
    )
    return pieces
