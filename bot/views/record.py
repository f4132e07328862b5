"""The record of a deal as a modal: statements, referrals, recap and timeline."""

from __future__ import annotations

from bot.ui.components import ActionRow, Button, Component, ContextText, Divider, Heading, Modal, Paragraph
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views import card as card_view
from bot.views.statements import kind_of
from handlers.method.stages import CORRECTABLE, PREPARABLE
from handlers.method.statements import Statement
from handlers.screens.call import RecordScreen, TimelineEntry
from handlers.screens.deals import ReferralAsk
from prompts.wording import Ready

TIMELINE_LENGTH = 12


def render(screen: RecordScreen, texts: Texts) -> Modal:
    """The record. If it does not fit, it says how to see the rest."""
    card = screen.card
    components: list[Component] = [
        Heading(card_view.title(card, texts.plain)),
        Paragraph("\n".join(card_view.status_lines(card, texts))),
    ]
    facts = [
        line
        for line in (
            card_view.facts_line(card, texts),
            texts.rich("record.reached", name=screen.reached) if screen.reached else "",
            texts.rich("record.close_to_call", hours=screen.hours_to_call, tries=screen.tries)
            if screen.hours_to_call is not None
            else "",
        )
        if line
    ]
    if facts:
        components.append(ContextText(tuple(facts)))
    components += [Divider(), Heading(texts.plain("record.statements"))]
    for statement in screen.statements:
        components.append(Paragraph(_statement(statement, texts)))
    if not screen.statements:
        components.append(Paragraph(texts.rich("record.none")))
    if card.deal.stage in PREPARABLE:
        offered = [("brief", ActionId.CARD_BRIEF), ("edit_list", ActionId.CALL_EDIT_LIST)]
        if card.deal.stage in CORRECTABLE:
            offered.append(("corrected", ActionId.CARD_CORRECTED))
        labels = [(texts.plain(f"record.{name}"), action_id) for name, action_id in offered]
        components.append(
            ActionRow(
                "list",
                tuple(Button(text, action_id, str(card.deal.id), accessible_name=text) for text, action_id in labels),
            )
        )
    if screen.referrals:
        components += [Divider(), Heading(texts.plain("record.referral"))]
        for ask in screen.referrals:
            components.append(Paragraph(_referral_answer(ask, texts)))
    if screen.recap:
        components += [
            Divider(),
            Heading(texts.plain("record.recap")),
            Paragraph(texts.markup.escape(screen.recap)),
        ]
    timeline = "\n".join(_timeline_line(entry, texts) for entry in screen.timeline[-TIMELINE_LENGTH:])
    timeline_section = (Divider(), Heading(texts.plain("record.timeline")), Paragraph(timeline)) if timeline else ()
    return Modal(
        ViewId.RECORD,
        texts.plain("record.title"),
        tuple(components),
        state=ModalState(card.deal.id),
        close=texts.plain("record.close"),
        ending=timeline_section,
        left_out=ContextText((texts.rich("record.more"),)),
    )


def _statement(statement: Statement, texts: Texts) -> str:
    said = texts.rich(f"record.said_{statement.said or 'open'}") if statement.on_list else texts.rich("record.said_off")
    version = texts.rich("record.version", version=statement.version)
    return texts.rich(
        "record.statement", kind=kind_of(statement, texts), said=said, version=version, wording=statement.wording
    )


def _referral_answer(ask: ReferralAsk, texts: Texts) -> str:
    """One referral ask and its answer."""
    answer, when = ask.answer, texts.markup.moment(ask.at)
    said = texts.rich(
        f"record.asked_{answer.outcome}", when=when, number=answer.number, who=texts.markup.mention(ask.actor)
    )
    return f"{said}\n{texts.rich('record.quality', definition=ask.definition)}"


def _timeline_line(entry: TimelineEntry, texts: Texts) -> str:
    what = texts.rich(f"timeline.{entry.action}")
    if entry.actor:
        what = texts.rich("timeline.by", what=Ready(what), who=texts.markup.mention(entry.actor))
    return f"{texts.markup.moment(entry.at)}: {what}"
