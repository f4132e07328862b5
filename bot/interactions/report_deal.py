"""A deal told by hand: the form, filled from the message that it was opened on, and the answer once it is told."""

from __future__ import annotations

from bot.ports.context import Desk
from bot.ui.components import Message, Sheet
from bot.ui.texts import Words
from bot.views.notices import won_form
from handlers.detection import Post, detect
from handlers.intake.detected_deal import DealReported, HeardAs, report


def form(words: Words, post: Post) -> Sheet:
    """The form with what the message says of the deal. Nothing is remembered before the rep saves it."""
    return won_form(words, detect(post))


async def told(desk: Desk, request: DealReported) -> Message:
    """Take the rep's word for it, and say whether it was news. Raises `InvalidEntryError`."""
    outcome = await desk.apply(report, request)
    key = "won.heard" if outcome.heard_as is HeardAs.NEW else "won.known"
    return Message.saying(desk.words.rich(key, customer=request.customer))
