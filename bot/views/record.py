"""Everything on record of a deal, as a sheet: what they said, the recap, what happened."""

from __future__ import annotations

from bot.ui.components import Button, Heading, Line, Paragraph, Piece, Row, Sheet, Small
from bot.ui.ids import Form, Place, Tap
from bot.ui.texts import Words
from bot.views import card as card_view
from handlers.method.stages import CORRECTABLE, PREPARABLE
from handlers.method.statements import Kind, Statement
from handlers.screens.call import RecordScreen, TimelineEntry
from handlers.screens.deals import ReferralAsk
from prompts.wording import Ready

TIMELINE_LENGTH = 12


def render(screen: RecordScreen, words: Words) -> Sheet:
    """The record as a sheet. What does not fit is named, with the way to see it."""
    card = screen.card
    pieces: list[Piece] = [
        Heading(card_view.title(card, words.plain)),
        Paragraph("\n".join(card_view.status_lines(card, words))),
    ]
    small = [
        line
        for line in (
            card_view.facts_line(card, words),
            words.rich("record.reached", name=screen.reached) if screen.reached else "",
        )
        if line
    ]
    if small:
        pieces.append(Small(tuple(small)))
    pieces += [Line(), Heading(words.plain("record.statements"))]
    for statement in screen.statements:
        pieces.append(Paragraph(_statement(statement, words)))
    if not screen.statements:
        pieces.append(Paragraph(words.rich("record.none")))
    if card.deal.stage in PREPARABLE:
        offered = [("brief", Tap.CARD_BRIEF), ("edit_list", Tap.CALL_EDIT_LIST)]
        if card.deal.stage in CORRECTABLE:
            offered.append(("corrected", Tap.CARD_CORRECTED))
        texts = [(words.plain(f"record.{name}"), tap) for name, tap in offered]
        pieces.append(Row("list", tuple(Button(text, tap, str(card.deal.id), label=text) for text, tap in texts)))
    if screen.referrals:
        pieces += [Line(), Heading(words.plain("record.referral"))]
        for ask in screen.referrals:
            pieces.append(Paragraph(_asked(ask, words)))
    if screen.recap:
        pieces += [
            Line(),
            Heading(words.plain("record.recap")),
            Paragraph(words.markup.escape(screen.recap)),
        ]
    timeline = "\n".join(_happened(entry, words) for entry in screen.timeline[-TIMELINE_LENGTH:])
    happened = (Line(), Heading(words.plain("record.timeline")), Paragraph(timeline)) if timeline else ()
    return Sheet(
        Form.RECORD,
        words.plain("record.title"),
        tuple(pieces),
        place=Place(card.deal.id),
        close=words.plain("record.close"),
        ending=happened,
        left_out=Small((words.rich("record.more"),)),
    )


def _statement(statement: Statement, words: Words) -> str:
    kind = (
        words.rich("readback.priority_kind", rank=statement.position)
        if statement.kind is Kind.PRIORITY
        else words.rich("readback.expectation_kind")
    )
    said = words.rich(f"record.said_{statement.said or 'open'}") if statement.on_list else words.rich("record.said_off")
    version = words.rich("record.version", version=statement.version)
    return words.rich("record.statement", kind=kind, said=said, version=version, wording=statement.wording)


def _asked(ask: ReferralAsk, words: Words) -> str:
    """One time that the referral was asked for."""
    answer, when = ask.answer, words.markup.moment(ask.at)
    said = words.rich(
        f"record.asked_{answer.outcome}", when=when, number=answer.number, who=words.markup.mention(ask.actor)
    )
    return f"{said}\n{words.rich('record.quality', definition=ask.definition)}"


def _happened(entry: TimelineEntry, words: Words) -> str:
    what = words.rich(f"timeline.{entry.action}")
    if entry.actor:
        what = words.rich("timeline.by", what=Ready(what), who=words.markup.mention(entry.actor))
    return f"{words.markup.moment(entry.at)}: {what}"
