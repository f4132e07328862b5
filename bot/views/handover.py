"""Deals that pass from one rep to another: the form, what was done, and what the new rep is told (M9.4)."""

from __future__ import annotations

from bot.ui.components import ActionRow, Component, Message, Modal, Paragraph, TextField, UserField, UserSelect
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.deal_name import deal_name
from handlers.screens.deals import DealFacts
from handlers.screens.team import DealsHandedOver, DealsReceived, HandoverForm, RepLeft

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


def render(screen: DealsReceived | RepLeft, texts: Texts) -> Message:
    """What the outbox sends about a handover."""
    return received(screen, texts) if isinstance(screen, DealsReceived) else ask_who(screen, texts)


def ask_who(screen: RepLeft, texts: Texts) -> Message:
    """Asks the manager who takes over the deals of somebody who left."""
    name = screen.name or texts.markup.mention(screen.person)
    title = texts.rich("handover.left", name=name, count=screen.total)
    lines = [_line(deal, texts) for deal in screen.deals]
    if screen.total > len(screen.deals):
        lines.append(texts.rich("handover.left_more", count=screen.total - len(screen.deals)))
    menu = UserSelect(texts.plain("handover.taker"), ActionId.HANDOVER_TO, screen.person)
    components = (
        Paragraph(texts.markup.bold(title)),
        Paragraph("\n".join(lines)),
        ActionRow(f"handover:{screen.person}", (menu,)),
    )
    return Message(title, components)


def received(screen: DealsReceived, texts: Texts) -> Message:
    """Lists what the new rep has taken over, and what to say to the customers."""
    title = texts.rich("handover.received", count=screen.total, giver=texts.markup.mention(screen.giver))
    lines = [_line(deal, texts) for deal in screen.deals]
    more = screen.total - len(screen.deals)
    if more:
        lines.append(texts.rich("handover.more", count=more, command=texts.command))
    components: tuple[Component, ...] = (
        Paragraph(texts.markup.bold(title)),
        Paragraph("\n".join(lines)),
        Paragraph(texts.rich("handover.say")),
    )
    return Message(title, components)


def _line(deal: DealFacts, texts: Texts) -> str:
    return texts.rich("handover.line", customer=deal_name(deal, texts.plain), stage=texts.plain(f"stage.{deal.stage}"))
