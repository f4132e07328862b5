"""Deals that pass from one rep to another: the form, what was done, and what the new rep is told (M9.4)."""

from __future__ import annotations

from bot.ui.components import Component, Message, Modal, Paragraph, TextField, UserField
from bot.ui.ids import ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.deal_name import deal_name
from handlers.screens.team import DealsHandedOver, DealsReceived, HandoverForm

LONGEST_LIST = 1000


def form(screen: HandoverForm, texts: Texts) -> Modal:
    """Who takes over, and which deals; an admin also says whose."""
    plain = texts.plain
    giver = UserField("giver", plain("handover.giver"), chosen=screen.giver)
    return Modal(
        ViewId.HANDOVER,
        plain("handover.title"),
        (
            Paragraph(texts.rich("handover.intro", count=screen.open_deals)),
            *([giver] if screen.for_others else []),
            UserField("taker", plain("handover.taker")),
            TextField(
                "customers",
                plain("handover.customers"),
                value=screen.customers,
                hint=plain("handover.customers_hint"),
                optional=True,
                max_length=LONGEST_LIST,
            ),
        ),
        state=ModalState(),
        submit=plain("handover.submit"),
        close=plain("handover.close"),
    )


def done(screen: DealsHandedOver, texts: Texts) -> Message:
    """Confirms the handover."""
    mention = texts.markup.mention
    if not screen.deals:
        return Message.saying(texts.rich("handover.done_before", taker=mention(screen.taker)))
    return Message.saying(texts.rich("handover.done", count=len(screen.deals), taker=mention(screen.taker)))


def received(screen: DealsReceived, texts: Texts) -> Message:
    """Lists what the new rep has taken over, and what to say to the customers."""
    title = texts.rich("handover.received", count=screen.total, giver=texts.markup.mention(screen.giver))
    lines = [
        texts.rich("handover.line", customer=deal_name(deal, texts.plain), stage=texts.plain(f"stage.{deal.stage}"))
        for deal in screen.deals
    ]
    more = screen.total - len(screen.deals)
    if more:
        lines.append(texts.rich("handover.more", count=more, command=texts.command))
    components: tuple[Component, ...] = (
        Paragraph(texts.markup.bold(title)),
        Paragraph("\n".join(lines)),
        Paragraph(texts.rich("handover.say")),
    )
    return Message(title, components)
