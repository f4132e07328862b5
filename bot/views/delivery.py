"""Who delivers: the workspace's rules, and the form of a new one."""

from __future__ import annotations

from bot.ui.components import (
    ActionRow,
    Button,
    Component,
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
from handlers.handoff.delivery_contacts import LONGEST_PRODUCT
from handlers.screens.handoff import DeliveryEntry, DeliveryForm, DeliveryScreen

HERE, DIRECT = "here", "direct"
"""Where questions are asked."""


def rules(screen: DeliveryScreen, texts: Texts) -> Message:
    """The rules in the order in which they count, each with a button to remove it."""
    title = texts.rich("delivery.heading" if screen.entries else "delivery.none")
    components: list[Component] = [Paragraph(title)]
    for each in screen.entries:
        line = _line(each, texts)
        remove = Button(
            texts.plain("delivery.remove"),
            ActionId.DELIVERY_REMOVE,
            f"{each.id}:{screen.channel or ''}",
            accessible_name=texts.plain("delivery.label_remove", product=each.product),
        )
        components += [Paragraph(line), ActionRow(f"delivery:{each.id}", (remove,))]
    add = texts.plain("delivery.add")
    button = Button(add, ActionId.DELIVERY_ADD, screen.channel or "", add, style="primary")
    components.append(ActionRow("delivery", (button,)))
    return Message(title, tuple(components), notices.left_out(texts))


def _line(each: DeliveryEntry, texts: Texts) -> str:
    return texts.rich(
        "delivery.line",
        product=each.product,
        person="" if each.person is None else texts.markup.mention(each.person),
        channel="" if each.channel is None else texts.channel(each.channel),
    )


def form(screen: DeliveryForm, texts: Texts) -> Modal:
    """A new rule: who takes the deals over, where questions are asked, and for which deals."""
    where = RadioGroup(
        "where",
        texts.plain("delivery.where"),
        tuple(Option(each, texts.plain(f"delivery.where_{each}")) for each in (DIRECT, HERE)),
        chosen=DIRECT,
    )
    return Modal(
        ViewId.DELIVERY,
        texts.plain("delivery.form_title"),
        (
            UserField(
                "receiver",
                texts.plain("delivery.person"),
                chosen="",
                hint=texts.plain("delivery.person_hint"),
                optional=True,
            ),
            *([where] if screen.channel else []),
            TextField(
                "product",
                texts.plain("delivery.product"),
                hint=texts.plain("delivery.product_hint"),
                placeholder=texts.plain("delivery.product_example"),
                optional=True,
                max_length=LONGEST_PRODUCT,
            ),
        ),
        state=ModalState(role=screen.channel or ""),
        submit=texts.plain("delivery.submit"),
        close=texts.plain("delivery.close"),
    )
