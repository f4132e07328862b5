"""The answer to the team command for who manages a channel with wins, and for admins."""

from __future__ import annotations

from bot.ui.components import ActionRow, Button, Component, ContextText, Divider, Heading, Message, Paragraph
from bot.ui.ids import ActionId
from bot.ui.texts import Texts
from bot.views import notices
from bot.views.deal_name import deal_name
from handlers.method.promise_outcomes import MISSED_WEIGHS, MissReason
from handlers.screens.manager_view import ManagerView, UncalledDeal
from prompts.wording import Ready

_REASONS = {
    None: "manager.no_reason",
    MissReason.TECHNICAL: "promises.because_technical",
    MissReason.COMMUNICATION: "promises.because_communication",
    MissReason.DELIVERY: "promises.because_delivery",
    MissReason.EXPECTATIONS: "promises.because_expectations",
    MissReason.DISHONESTY: "promises.because_dishonesty",
}


def render(screen: ManagerView, texts: Texts) -> Message:
    """The calls first, then what is due, then why promises were missed."""
    calls = texts.rich("manager.calls", called=screen.called, wins=screen.wins, hours=screen.median_hours)
    label = texts.plain("manager.wins")
    components: tuple[Component, ...] = (
        Heading(texts.plain("manager.title")),
        Paragraph(texts.markup.bold(calls)),
        *_uncalled(screen, texts),
        Divider(),
        Paragraph("\n".join(f"• {line}" for line in _waiting(screen, texts))),
        *_missed(screen, texts),
        *([ContextText((texts.rich("manager.partly"),))] if screen.partly else []),
        ActionRow("manager:wins", (Button(label, ActionId.COMMAND_RUN, "team wins", accessible_name=label),)),
    )
    return Message(calls, components, notices.left_out(texts))


def _uncalled(screen: ManagerView, texts: Texts) -> list[Component]:
    if not screen.uncalled:
        return [Paragraph(texts.rich("manager.all_called"))]
    hidden = screen.uncalled_total - len(screen.uncalled)
    lines = "\n".join(f"• {_line(each, texts)}" for each in screen.uncalled)
    return [
        Paragraph(f"{texts.rich('manager.uncalled')}\n{lines}"),
        *([ContextText((texts.rich("manager.more", count=hidden),))] if hidden > 0 else []),
        *[_open_row(each, texts) for each in screen.uncalled if each.opens],
    ]


def _line(each: UncalledDeal, texts: Texts) -> str:
    return texts.rich(
        "manager.uncalled_line",
        customer=deal_name(each.deal, texts.plain),
        rep=texts.markup.mention(each.deal.owner),
        days=each.days,
    )


def _open_row(each: UncalledDeal, texts: Texts) -> ActionRow:
    customer = deal_name(each.deal, texts.plain)
    button = Button(
        texts.plain("card.record"),
        ActionId.CARD_RECORD,
        str(each.deal.id),
        accessible_name=texts.plain("card.label_record", customer=customer),
    )
    return ActionRow(f"manager:{each.deal.id}", (button,))


def _waiting(screen: ManagerView, texts: Texts) -> list[str]:
    return [
        texts.rich("manager.promises", due=screen.promises_due, overdue=screen.promises_overdue),
        texts.rich("manager.challenges", count=screen.challenges, overdue=screen.challenges_overdue),
        texts.rich("manager.without_step", count=screen.without_step),
        texts.rich("manager.handoffs", count=screen.handoffs_waiting),
    ]


def _missed(screen: ManagerView, texts: Texts) -> list[Component]:
    """What was missed weighs more than what was kept, and is said first (M8.4)."""
    total = sum(count for _, count in screen.missed)
    if not total:
        return []
    reasons = [
        texts.rich(
            "manager.reason",
            count=count,
            reason=texts.plain(_REASONS[reason]),
        )
        for reason, count in screen.missed
    ]
    line = texts.rich(
        "manager.missed", missed=total, reasons=Ready(", ".join(reasons)), kept=screen.kept, weight=MISSED_WEIGHS
    )
    return [Paragraph(line)]
