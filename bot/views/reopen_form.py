"""The modal in which the rep ticks what the customer corrected after the recap (M6.3)."""

from __future__ import annotations

from bot.routes import Form, Place
from bot.slack.blocks import LABEL_LIMIT, Block, modal, sections, ticks
from bot.slack.words import SlackWords
from handlers.method.statements import Kind
from handlers.screens import ReopenScreen

FIELD = "statements"
MOST_BOXES = 10
"""Slack takes so many in one field."""


def render(screen: ReopenScreen, words: SlackWords) -> Block:
    """The agreed statements as boxes; one too long for its box stands below in full."""
    blocks: list[Block] = [*sections(words.rich("reopen.intro", customer=screen.deal.customer))]
    fields = 0
    for kind in Kind:
        agreed = [s for s in screen.statements if s.kind is kind]
        for start in range(0, len(agreed), MOST_BOXES):
            some = agreed[start : start + MOST_BOXES]
            fields += 1
            name = FIELD if fields == 1 else f"{FIELD}_{fields}"
            boxes = [(f"{s.id}:{s.version}", s.wording, "", False) for s in some]
            blocks.append(ticks(name, words.plain(f"reopen.{kind}"), boxes, optional=True))
            for statement in some:
                if len(statement.wording) > LABEL_LIMIT:
                    blocks += sections(words.rich("reopen.in_full", wording=statement.wording))
    return modal(
        Form.REOPEN,
        words.plain("reopen.title"),
        blocks,
        metadata=Place(screen.deal.id).packed(),
        submit=words.plain("reopen.submit"),
        close=words.plain("reopen.close"),
    )
