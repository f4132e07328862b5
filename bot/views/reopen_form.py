"""The sheet on which the rep ticks what the customer corrected after the recap (M6.3)."""

from __future__ import annotations

from bot.ui.components import MOST_BOXES, Box, Paragraph, Piece, Sheet, Ticks
from bot.ui.ids import Form, Place
from bot.ui.texts import Words
from handlers.method.statements import Kind, Statement
from handlers.screens.call import ReopenScreen

FIELD = "statements"


def render(screen: ReopenScreen, words: Words) -> Sheet:
    """The agreed statements as boxes; one too long for its box stands below in full."""
    pieces: list[Piece] = [Paragraph(words.rich("reopen.intro", customer=screen.deal.customer))]
    fields = 0
    for kind in Kind:
        agreed = [s for s in screen.statements if s.kind is kind]
        for start in range(0, len(agreed), MOST_BOXES):
            some = agreed[start : start + MOST_BOXES]
            fields += 1
            name = FIELD if fields == 1 else f"{FIELD}_{fields}"
            boxes = tuple(_box(statement, words) for statement in some)
            pieces.append(Ticks(name, words.plain(f"reopen.{kind}"), boxes, optional=True))
    return Sheet(
        Form.REOPEN,
        words.plain("reopen.title"),
        tuple(pieces),
        place=Place(screen.deal.id),
        submit=words.plain("reopen.submit"),
        close=words.plain("reopen.close"),
    )


def _box(statement: Statement, words: Words) -> Box:
    in_full = words.rich("reopen.in_full", wording=statement.wording)
    return Box(f"{statement.id}:{statement.version}", statement.wording, in_full=in_full)
