"""The record of a deal as a modal: statements, referrals, recap and timeline."""

from __future__ import annotations

from bot.ui.components import ActionRow, Button, Component, ContextText, Divider, Heading, Modal, Paragraph
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views import card as card_view
from bot.views import challenges
from bot.views.deal_name import deal_name
from bot.views.handoff_status import delivery_line
from bot.views.referrals import counts_line
from bot.views.statements import kind_of
from bot.views.wrap_up import missing_text
from handlers.method.stages import CORRECTABLE, KEEPING, PREPARABLE
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
    components += _alignment(screen, texts)
    components += [Divider(), Heading(texts.plain("record.statements"))]
    for statement in screen.statements:
        components.append(Paragraph(_statement(statement, texts)))
        word = delivery_line(screen.delivery.get(statement.id), texts)
        components += [ContextText((word,))] if word else []
    if not screen.statements:
        components.append(Paragraph(texts.rich("record.none")))
    if card.deal.stage in PREPARABLE:
        offered = [("brief", ActionId.CARD_BRIEF), ("edit_list", ActionId.CALL_EDIT_LIST)]
        if card.deal.stage in CORRECTABLE:
            offered.append(("corrected", ActionId.CARD_CORRECTED))
        if card.deal.stage in KEEPING:
            text = texts.plain("record.promises")
            promises = Button(text, ActionId.PROMISES_OPEN, str(card.deal.id), accessible_name=text)
            components.append(ActionRow("promises", (promises,)))
        labels = [(texts.plain(f"record.{name}"), action_id) for name, action_id in offered]
        components.append(
            ActionRow(
                "list",
                tuple(Button(text, action_id, str(card.deal.id), accessible_name=text) for text, action_id in labels),
            )
        )
    components += _referrals(screen, texts)
    components += challenges.record_sections(screen.challenges, screen.praise, texts)
    if screen.recap:
        components += [
            Divider(),
            Heading(texts.plain("record.recap")),
            Paragraph(texts.markup.escape(screen.recap)),
        ]
    text = texts.plain("record.crm_note")
    note = Button(text, ActionId.RECORD_CRM_NOTE, str(card.deal.id), accessible_name=text)
    components.append(ActionRow("crm_note", (note,)))
    if not screen.acts:  # the team reads it, and opens the promises
        components = [each for each in components if not isinstance(each, ActionRow) or each.name == "promises"]
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


def _alignment(screen: RecordScreen, texts: Texts) -> list[Component]:
    """What the call lacks, and the next step."""
    lines: list[str] = []
    if screen.missing:
        missing = Ready(missing_text(screen.missing, texts))
        why = Ready(texts.rich(f"record.why_{screen.why_missing}")) if screen.why_missing else ""
        lines.append(texts.rich("record.missing", what=missing, why=why))
    if screen.next_step:
        lines.append(texts.rich("record.next_step", step=screen.next_step))
    if screen.obstacle:
        lines.append(texts.rich("record.obstacle", obstacle=screen.obstacle))
    return [Paragraph(line) for line in lines]


def _statement(statement: Statement, texts: Texts) -> str:
    said = texts.rich(f"record.said_{statement.said or 'open'}") if statement.on_list else texts.rich("record.said_off")
    version = texts.rich("record.version", version=statement.version)
    return texts.rich(
        "record.statement", kind=kind_of(statement, texts), said=said, version=version, wording=statement.wording
    )


def _referrals(screen: RecordScreen, texts: Texts) -> list[Component]:
    """Each answer to the referral ask, and the way to ask again."""
    if not screen.referrals and not screen.referral_counts.got:
        return []
    deal = screen.card.deal
    text, label = (
        texts.plain("record.ask_again"),
        texts.plain("record.label_ask_again", customer=deal_name(deal, texts.plain)),
    )
    button = Button(text, ActionId.RECORD_REFERRAL, str(deal.id), accessible_name=label)
    return [
        Divider(),
        Heading(texts.plain("record.referral")),
        *([ContextText((counts_line(screen.referral_counts, texts),))] if screen.referral_counts.got else []),
        *(Paragraph(_referral_answer(ask, texts)) for ask in screen.referrals),
        *([ActionRow("referral", (button,))] if screen.may_ask_again else []),
    ]


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
