"""Changes of an order, and its next step: the forms, the questions, and what confirms them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.ui.components import (
    ActionRow,
    Button,
    Component,
    ContextText,
    Message,
    Modal,
    Option,
    Paragraph,
    RadioGroup,
    TextField,
    UserField,
)
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views import notices
from bot.views.deal_name import deal_name
from handlers.call.order_changes import LONGEST_REASON
from handlers.deal.next_steps import LONGEST_STEP
from handlers.method.order_changes import OrderChangeKind
from handlers.method.time_parsing.lexer import MAX_LENGTH
from handlers.method.time_parsing.resolve import format_day
from handlers.screens.call import RecapScreen
from handlers.screens.deals import DealCard, DealFacts, StepOnCard
from handlers.screens.orders import AmountChanged, EndingQuestion, OrderForm, OrderQuestion, StepForm, StepSet

_YES = {
    OrderChangeKind.CANCELLED: ActionId.CARD_CANCELLED,
    OrderChangeKind.REFUNDED: ActionId.CARD_REFUNDED,
    OrderChangeKind.LOST: ActionId.CARD_LOST,
}


def order_form(screen: OrderForm, texts: Texts) -> Modal:
    """What changed, with the field that some choices need, and why."""
    components: list[Component] = [
        RadioGroup(
            "change",
            texts.plain("order.change"),
            tuple(Option(kind, texts.plain(f"order.choice_{kind}")) for kind in screen.choices),
            chosen=screen.chosen,
        )
    ]
    if OrderChangeKind.AMOUNT_CHANGED in screen.choices:
        components += [
            TextField(
                "amount",
                texts.plain("order.amount"),
                value=screen.amount,
                hint=texts.plain("order.amount_hint"),
                optional=True,
                max_length=60,
            ),
            UserField(
                "owner", texts.plain("order.owner"), chosen=screen.deal.owner, hint=texts.plain("order.owner_hint")
            ),
        ]
    components.append(TextField("reason", texts.plain("order.reason"), optional=True, max_length=LONGEST_REASON))
    return Modal(
        ViewId.ORDER,
        texts.plain("order.title"),
        tuple(components),
        state=ModalState(screen.deal.id),
        submit=texts.plain("order.submit"),
        close=texts.plain("order.close"),
    )


def ask_ending(screen: EndingQuestion, texts: Texts) -> Message:
    """Asks whether the order was cancelled or refunded. The form behind the second button takes the reason."""
    customer = deal_name(screen.deal, texts.plain)
    question = texts.rich(f"order.ask_{screen.kind}", customer=customer)
    buttons = (
        _button(f"order.yes_{screen.kind}", _YES[screen.kind], str(screen.deal.id), screen.deal, texts),
        _button("order.because", ActionId.CARD_ORDER, f"{screen.deal.id}:{screen.kind}", screen.deal, texts),
    )
    return Message(question, (Paragraph(question), ActionRow(f"order:{screen.deal.id}", buttons)))


def amount_changed(screen: AmountChanged, texts: Texts) -> Message:
    """Confirms another amount."""
    values = {"customer": deal_name(screen.deal, texts.plain), "amount": screen.deal.amount, "was": screen.was or ""}
    same = screen.was == screen.deal.amount
    return Message.saying(texts.rich("order.amount_same" if same else "order.amount_changed", **values))


def ask_reported(screen: OrderQuestion, texts: Texts) -> Message:
    """Asks whether what a tool reported is so. Nothing has changed yet."""
    question = texts.rich(
        f"order.reported_{screen.kind}",
        customer=deal_name(screen.deal, texts.plain),
        amount=screen.amount or "",
        was=screen.deal.amount or "",
        owner=texts.markup.mention(screen.owner) if screen.owner else "",
    )
    value = f"{screen.deal.id}:{screen.row_id}"
    buttons = (
        _main(_button(f"order.so_{screen.kind}", ActionId.ORDER_IS_SO, value, screen.deal, texts)),
        _button(f"order.not_so_{screen.kind}", ActionId.ORDER_NOT_SO, value, screen.deal, texts),
    )
    return Message(question, (Paragraph(question), ActionRow(f"order:{screen.row_id}", buttons)))


def step_form(screen: StepForm, texts: Texts) -> Modal:
    """What the rep and the customer do next, and when."""
    customer = deal_name(screen.deal, texts.plain)
    intro = "done" if screen.done else "moving" if screen.moving else "intro"
    return Modal(
        ViewId.STEP,
        texts.plain("step.title"),
        (
            Paragraph(texts.rich(f"step.{intro}", customer=customer)),
            TextField(
                "step",
                texts.plain("step.what"),
                value=screen.step,
                placeholder=texts.plain("step.what_example"),
                max_length=LONGEST_STEP,
            ),
            TextField(
                "when",
                texts.plain("step.when"),
                placeholder=texts.plain("step.when_example"),
                hint=texts.plain("step.when_hint"),
                optional=True,
                max_length=MAX_LENGTH,
            ),
        ),
        state=ModalState(screen.deal.id),
        submit=texts.plain("step.submit"),
        close=texts.plain("step.close"),
    )


def step_set(screen: StepSet, texts: Texts) -> str:
    """What was understood, in one sentence of marked-up text."""
    return texts.rich(
        "step.set" if screen.on else "step.set_undated",
        customer=deal_name(screen.deal, texts.plain),
        step=screen.step,
        day=_day(screen.on),
    )


def step_set_modal(screen: StepSet, texts: Texts) -> Modal:
    """The same in a modal, in the place of the form."""
    return notices.notice(step_set(screen, texts), texts)


def step_line(card: DealCard, texts: Texts) -> list[str]:
    """What the card says of the next step; a missing or past one is pointed out (M9.1)."""
    if card.step is None:
        return []
    return [texts.rich(f"step.card_{_state(card.step)}", step=card.step.step, day=_day(card.step.on))]


def understood_step(screen: RecapScreen, texts: Texts) -> list[ContextText]:
    """The day that was read from the next step, before the email with it is sent."""
    if not screen.next_step:
        return []
    if screen.next_step_on is None:
        return [ContextText((texts.rich("step.recap_undated"),))]
    return [ContextText((texts.rich("step.recap_dated", day=format_day(screen.next_step_on)),))]


def refund_line(card: DealCard, texts: Texts) -> list[str]:
    """When the order was refunded."""
    if card.refunded_at is None:
        return []
    return [texts.rich("order.card_refunded", when=texts.markup.moment(card.refunded_at))]


def step_answers(card: DealCard, entry_id: int, texts: Texts) -> tuple[Button, ...]:
    """The answers to the reminder of a step."""
    value = f"{card.deal.id}:{entry_id}"
    return (
        _main(_button("step.is_done", ActionId.STEP_DONE, value, card.deal, texts)),
        _button("step.move", ActionId.STEP_MOVE, str(card.deal.id), card.deal, texts),
        _button("step.record", ActionId.CARD_RECORD, str(card.deal.id), card.deal, texts),
    )


def _state(step: StepOnCard) -> str:
    if not step.step:
        return "none"
    if step.on is None:
        return "undated"
    return "over" if step.is_over else "planned"


def _day(day: date | None) -> str:
    return "" if day is None else format_day(day)


def _main(button: Button) -> Button:
    return replace(button, style="primary")


def _button(key: str, action_id: ActionId, value: str, deal: DealFacts, texts: Texts) -> Button:
    text = texts.plain(key)
    label = texts.plain("order.label", text=text, customer=deal_name(deal, texts.plain))
    return Button(text, action_id, value, accessible_name=label)
