"""Everything on record of a deal, as a modal: what they said, the recap, what happened."""

from __future__ import annotations

from bot.routes import Form, Place, Tap
from bot.slack.blocks import Block, actions, button, context, divider, header, modal, sections
from bot.slack.text import escape, local_time, mention
from bot.slack.words import SlackWords
from bot.views import card as card_view
from handlers.method.stages import CORRECTABLE, PREPARABLE
from handlers.method.statements import Kind, Statement
from handlers.screens import RecordScreen, ReferralAsk, TimelineEntry
from prompts.wording import Ready

MOST_BLOCKS = 100
TIMELINE_LENGTH = 12


def render(screen: RecordScreen, words: SlackWords) -> Block:
    """The record as a modal view. What does not fit is named, with the way to see it."""
    card = screen.card
    blocks: list[Block] = [
        header(card_view.title(card, words.plain)),
        *sections("\n".join(card_view.status_lines(card, words.rich))),
    ]
    small = [
        line
        for line in (
            card_view.facts_line(card, words.rich),
            words.rich("record.reached", name=screen.reached) if screen.reached else "",
        )
        if line
    ]
    if small:
        blocks.append(context(*small))
    blocks += [divider(), header(words.plain("record.statements"))]
    for statement in screen.statements:
        blocks += sections(_statement(statement, words))
    if not screen.statements:
        blocks += sections(words.rich("record.none"))
    if card.deal.stage in PREPARABLE:
        offered = [("brief", Tap.CARD_BRIEF), ("edit_list", Tap.CALL_EDIT_LIST)]
        if card.deal.stage in CORRECTABLE:
            offered.append(("corrected", Tap.CARD_CORRECTED))
        texts = [(words.plain(f"record.{name}"), tap) for name, tap in offered]
        blocks.append(actions("list", [button(text, tap, str(card.deal.id), label=text) for text, tap in texts]))
    if screen.referrals:
        blocks += [divider(), header(words.plain("record.referral"))]
        for ask in screen.referrals:
            blocks += sections(_asked(ask, words))
    if screen.recap:
        blocks += [
            divider(),
            header(words.plain("record.recap")),
            *sections(escape(screen.recap)),
        ]
    timeline = "\n".join(_happened(entry, words) for entry in screen.timeline[-TIMELINE_LENGTH:])
    closing = [divider(), header(words.plain("record.timeline")), *sections(timeline)] if timeline else []
    if len(blocks) + len(closing) > MOST_BLOCKS:
        blocks = [*blocks[: MOST_BLOCKS - len(closing) - 1], context(words.rich("record.more"))]
    return modal(
        Form.RECORD,
        words.plain("record.title"),
        blocks + closing,
        metadata=Place(card.deal.id).packed(),
        close=words.plain("record.close"),
    )


def _statement(statement: Statement, words: SlackWords) -> str:
    kind = (
        words.rich("readback.priority_kind", rank=statement.position)
        if statement.kind is Kind.PRIORITY
        else words.rich("readback.expectation_kind")
    )
    said = words.rich(f"record.said_{statement.said or 'open'}") if statement.on_list else words.rich("record.said_off")
    version = words.rich("record.version", version=statement.version)
    return words.rich("record.statement", kind=kind, said=said, version=version, wording=statement.wording)


def _asked(ask: ReferralAsk, words: SlackWords) -> str:
    """One time that the referral was asked for."""
    answer, when = ask.answer, local_time(ask.at)
    said = words.rich(f"record.asked_{answer.outcome}", when=when, number=answer.number, who=mention(ask.actor))
    return f"{said}\n{words.rich('record.quality', definition=ask.definition)}"


def _happened(entry: TimelineEntry, words: SlackWords) -> str:
    what = words.rich(f"timeline.{entry.action}")
    if entry.actor:
        what = words.rich("timeline.by", what=Ready(what), who=mention(entry.actor))
    return f"{local_time(entry.at)}: {what}"
