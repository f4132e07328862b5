"""Report a deal by hand: the prefilled form, and the reply once the deal is recorded."""

from __future__ import annotations

from bot.ports.context import Context
from bot.ui.components import Message, Modal
from bot.ui.texts import Texts
from bot.views.deal_forms import ask_other_order, report_deal_form
from handlers.detection import Post, detect
from handlers.intake.reported_deal import record_reported
from handlers.intake.reports import DealReported, Recognition


def report_form(texts: Texts, post: Post) -> Modal:
    """The form, prefilled from the message that it was opened on. Nothing is stored until the rep submits it."""
    return report_deal_form(texts, detect(post))


async def save_report(context: Context, request: DealReported) -> Message:
    """Record the deal, and say whether it was new; if it was known with another sum, ask whether it is another order.

    Raises `InvalidEntryError`, and `NotNowError` for somebody of another company.
    """
    await context.require_member(request.caller)
    outcome = await context.apply(record_reported, request)
    if outcome.question is not None:
        return ask_other_order(outcome.question, context.texts)
    key = "won.heard" if outcome.recognition is Recognition.NEW else "won.known"
    return Message.saying(context.texts.rich(key, customer=request.customer))
