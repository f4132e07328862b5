"""A deal told by hand: the form, filled from the message that it was opened on, and the answer once it is told."""

from __future__ import annotations

from bot.ports.context import Context
from bot.ui.components import Message, Modal
from bot.ui.texts import Texts
from bot.views.deal_forms import report_deal_form
from handlers.detection import Post, detect
from handlers.intake.detected_deal import DealReported, Recognition, record_reported


def report_form(texts: Texts, post: Post) -> Modal:
    """The form with what the message says of the deal. Nothing is remembered before the rep saves it."""
    return report_deal_form(texts, detect(post))


async def save_report(context: Context, request: DealReported) -> Message:
    """Take the rep's word for it, and say whether it was news. Raises `InvalidEntryError`."""
    outcome = await context.apply(record_reported, request)
    key = "won.heard" if outcome.recognition is Recognition.NEW else "won.known"
    return Message.saying(context.texts.rich(key, customer=request.customer))
