"""Reminders: one deal of which something is due, and the digest of several."""

from __future__ import annotations

from bot.slack.blocks import Block, context, header, sections
from bot.slack.routes import COMMAND
from bot.slack.text import bold
from bot.slack.views import card as card_view
from bot.slack.views.card import Message
from bot.slack.words import SlackWords
from handlers.method.due import Kind
from handlers.screens import Digest, Nudge


def nudge(screen: Nudge, words: SlackWords) -> Message:
    """What is due, and the next step."""
    line = nudge_line(screen, words)
    return Message(line, [*sections(bold(line)), _steps(screen, words)])


def digest(screen: Digest, words: SlackWords) -> Message:
    """What is open, one line and one row of buttons for each deal."""
    title = words.rich("digest.title", count=screen.total)
    hidden = screen.total - len(screen.items)
    blocks: list[Block] = [header(words.plain("digest.title", count=screen.total))]
    for item in screen.items:
        blocks += [*sections(nudge_line(item, words)), _steps(item, words)]
    if hidden > 0:
        blocks.append(context(words.rich("digest.more", count=hidden, command=COMMAND)))
    return Message("\n".join([title, *(nudge_line(item, words) for item in screen.items)]), blocks)


def nudge_line(screen: Nudge, words: SlackWords) -> str:
    """What is due of the deal, in one sentence."""
    deal, card = screen.card.deal, screen.card
    name = f"digest_{deal.stage}" if screen.kind is Kind.DIGEST else screen.kind.value
    return words.rich(
        f"nudge.{name}",
        customer=deal.customer or words.plain("card.nameless"),
        wording=screen.wording,
        days=screen.days,
        settled=card.progress.settled,
        total=card.progress.total,
        number=card.referral.number if card.referral else "",
    )


def _steps(screen: Nudge, words: SlackWords) -> Block:
    """The deal's main row: what its card would offer."""
    return card_view.rows(screen.card, words.plain, f"deal:{screen.card.deal.id}")[0]
