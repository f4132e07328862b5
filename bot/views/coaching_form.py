"""The sheet between the list and the read-back: what could be made measurable, each with its question (M3.5)."""

from __future__ import annotations

from bot.ui.components import ActionRow, Button, Component, ContextText, Divider, Modal, Paragraph, TextField
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.statement_list import kind_of
from handlers.call.coaching import field
from handlers.method.statement_capture import MAX_STATEMENT_LENGTH
from handlers.method.vagueness import Reason
from handlers.screens.call import CoachedStatement, CoachingScreen


def render(screen: CoachingScreen, texts: Texts) -> Modal:
    """Up to four statements, each with a field that holds its words. Saving goes on, whatever was changed."""
    pieces: list[Component] = [Paragraph(texts.rich("coach.changed") if screen.changed else texts.rich("coach.intro"))]
    for each in screen.asked:
        pieces += [Divider(), *_asked(each, texts)]
    for statement in screen.done:
        pieces += [
            Divider(),
            Paragraph(
                texts.rich("coach.done", kind=texts.markup.bold(kind_of(statement, texts)), wording=statement.wording)
            ),
        ]
    seen = tuple((s.id, s.version) for s in (*(each.statement for each in screen.asked), *screen.done))
    return Modal(
        ViewId.COACHING,
        texts.plain("coach.title"),
        tuple(pieces),
        state=ModalState(screen.deal.id, seen=seen),
        submit=texts.plain("coach.submit"),
        close=texts.plain("coach.close"),
    )


def _asked(each: CoachedStatement, texts: Texts) -> list[Component]:
    statement = each.statement
    pieces: list[Component] = [ContextText((kind_of(statement, texts),))]
    asked = [texts.markup.bold(texts.markup.escape(line)) for line in (each.question, each.suggestion) if line]
    if asked:
        pieces.append(Paragraph("\n".join(asked)))
    if each.script:
        pieces.append(Paragraph(texts.markup.quote(texts.rich("coach.script", script=each.script))))
    offered = []
    if each.reason == Reason.COMPETITOR:
        offered.append(("competitor", ActionId.COACH_COMPETITOR))
    if each.reason == Reason.GENERIC:
        offered.append(("said_so", ActionId.COACH_SAID_SO))
    if each.other_list:
        offered.append((f"move_{each.other_list}", ActionId.COACH_MOVE))
    if offered:
        pieces.append(
            ActionRow(
                f"coach:{statement.id}",
                tuple(
                    Button(
                        texts.plain(f"coach.{name}"),
                        tap,
                        str(statement.id),
                        accessible_name=texts.plain(f"coach.label_{name}", wording=statement.wording),
                    )
                    for name, tap in offered
                ),
            )
        )
    pieces.append(
        TextField(
            field(statement.id),
            texts.plain("coach.wording"),
            value=each.typed,
            multiline=True,
            max_length=MAX_STATEMENT_LENGTH,
        )
    )
    return pieces
