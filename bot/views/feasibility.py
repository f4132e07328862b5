"""Whether delivery can keep a promise: the question, the reason, and what the rep does about a doubt (M8.2)."""

from __future__ import annotations

from bot.ui.components import (
    ActionRow,
    Button,
    Component,
    ContextText,
    Message,
    Modal,
    Paragraph,
    TextField,
    UserField,
)
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.deal_name import deal_name
from bot.views.handoff_status import delivery_line
from bot.views.statements import version_value
from handlers.handoff.feasibility import LONGEST_REASON
from handlers.method.handoff import Feasible
from handlers.method.stages import CORRECTABLE
from handlers.method.statements import Statement
from handlers.method.time_parsing.resolve import format_day
from handlers.screens.deals import DeliveryWord
from handlers.screens.handoff import AskDeliveryForm, DeliveryDoubt, DoubtForm, FeasibilityQuestion

ANSWER_ACTIONS = {
    Feasible.CAN_DO: ActionId.FEASIBILITY_CAN_DO,
    Feasible.AT_RISK: ActionId.FEASIBILITY_AT_RISK,
    Feasible.CANNOT: ActionId.FEASIBILITY_CANNOT,
}


def ask_button(statement: Statement, word: DeliveryWord | None, texts: Texts) -> list[Button]:
    """Asks delivery about the statement; not offered while the answer is awaited."""
    if word is not None and word.answer is None:
        return []
    label = texts.plain("feasibility.label_ask", wording=statement.wording)
    return [Button(texts.plain("feasibility.ask"), ActionId.FEASIBILITY_ASK, version_value(statement), label)]


def ask_form(screen: AskDeliveryForm, texts: Texts) -> Modal:
    """Whom to ask, if no rule says so."""
    return Modal(
        ViewId.FEASIBILITY_ASK,
        texts.plain("feasibility.ask_title"),
        (
            Paragraph(texts.rich("feasibility.quoted", wording=screen.statement.wording)),
            UserField(
                "receiver",
                texts.plain("feasibility.receiver"),
                chosen="",
                hint=texts.plain("feasibility.receiver_hint", command=texts.command),
            ),
        ),
        state=ModalState(screen.deal.id, screen.statement.id, screen.statement.version),
        submit=texts.plain("feasibility.ask"),
        close=texts.plain("feasibility.close"),
    )


def question(screen: FeasibilityQuestion, texts: Texts) -> Message:
    """The question; once it is answered, the answer in its place."""
    asked = texts.rich("feasibility.question", customer=screen.customer)
    if screen.mention is not None and screen.word is None and not screen.over:
        asked = texts.rich("feasibility.addressed", who=texts.markup.mention(screen.mention), question=asked)
    details = [
        texts.rich("feasibility.target", target=screen.target) if screen.target else "",
        texts.rich("feasibility.due", day=format_day(screen.due)) if screen.due else "",
        texts.rich("feasibility.by", rep=texts.markup.mention(screen.rep)),
    ]
    components: list[Component] = [
        Paragraph(texts.markup.bold(asked)),
        Paragraph(texts.rich("feasibility.quoted", wording=screen.wording)),
        ContextText((" · ".join(filter(None, details)),)),
    ]
    if screen.word is not None:
        components.append(Paragraph(delivery_line(screen.word, texts)))
    elif screen.over:
        components.append(Paragraph(texts.rich("feasibility.over")))
    else:
        components.append(ActionRow(f"feasibility:{screen.ask_id}", _answers(screen, texts)))
    return Message(f"{asked} {texts.rich('feasibility.quoted', wording=screen.wording)}", tuple(components))


def _answers(screen: FeasibilityQuestion, texts: Texts) -> tuple[Button, ...]:
    return tuple(
        Button(
            texts.plain(f"feasibility.{answer}"),
            action_id,
            str(screen.ask_id),
            accessible_name=texts.plain(f"feasibility.label_{answer}", wording=screen.wording),
        )
        for answer, action_id in ANSWER_ACTIONS.items()
    )


def doubt_form(screen: DoubtForm, texts: Texts) -> Modal:
    """The reason, which the rep needs for the talk with the customer."""
    return Modal(
        ViewId.FEASIBILITY_DOUBT,
        texts.plain(f"feasibility.title_{screen.answer}"),
        (
            Paragraph(texts.rich("feasibility.quoted", wording=screen.question.wording)),
            TextField(
                "reason",
                texts.plain("feasibility.reason"),
                hint=texts.plain("feasibility.reason_hint"),
                placeholder=texts.plain("feasibility.reason_example"),
                multiline=True,
                max_length=LONGEST_REASON,
            ),
        ),
        state=ModalState(statement_id=screen.question.ask_id, role=screen.answer),
        submit=texts.plain("feasibility.submit"),
        close=texts.plain("feasibility.close"),
    )


def doubt(screen: DeliveryDoubt, texts: Texts) -> Message:
    """Who doubts which promise, what to say to the customer, and the ways on."""
    customer = deal_name(screen.deal, texts.plain)
    line = texts.rich("feasibility.doubt", customer=customer, wording=screen.statement.wording)
    components: list[Component] = [
        Paragraph(texts.markup.bold(line)),
        Paragraph(delivery_line(screen.word, texts)),
    ]
    if screen.kept:
        components.append(ContextText((texts.rich("feasibility.kept"),)))
    elif not screen.open:
        components.append(ContextText((texts.rich("feasibility.changed"),)))
    else:
        components += [
            Paragraph(texts.rich("feasibility.talk")),
            Paragraph(texts.markup.quote(texts.markup.escape(screen.say))),
            ActionRow(f"doubt:{screen.ask_id}", (_change_button(screen, texts), _keep_button(screen, texts))),
        ]
    return Message(f"{line} {delivery_line(screen.word, texts)}", tuple(components))


def _change_button(screen: DeliveryDoubt, texts: Texts) -> Button:
    """Leads to the read-back of another wording: the recap is corrected, or the list before it."""
    deal = screen.deal
    if deal.stage in CORRECTABLE:
        label = texts.plain("card.label_corrected", customer=deal_name(deal, texts.plain))
        return Button(texts.plain("card.corrected"), ActionId.CARD_CORRECTED, str(deal.id), label, style="primary")
    text = texts.plain("readback.edit_list")
    return Button(text, ActionId.CALL_EDIT_LIST, str(deal.id), accessible_name=text, style="primary")


def _keep_button(screen: DeliveryDoubt, texts: Texts) -> Button:
    label = texts.plain("feasibility.label_keep", wording=screen.statement.wording)
    return Button(texts.plain("feasibility.keep"), ActionId.FEASIBILITY_KEEP, str(screen.ask_id), label)
