"""Where a handoff stands, and what delivery says to a promise: the lines that several views share."""

from __future__ import annotations

from bot.ui.texts import Texts
from handlers.method.handoff import HandoffState
from handlers.method.time_parsing.resolve import format_day
from handlers.screens.deals import DeliveryWord, HandoffStatus


def handoff_lines(status: HandoffStatus | None, texts: Texts) -> list[str]:
    """One line for the rep; none if the deal was not handed over."""
    if status is None:
        return []
    who = texts.markup.mention(status.receiver)
    if status.state is HandoffState.SENT_BACK:
        return [texts.rich("handoff.line_sent_back", who=who, reason=status.reason)]
    if status.unclear:
        return [texts.rich("handoff.line_unclear", who=who, count=status.unclear)]
    if status.state is HandoffState.OFFERED:
        return [texts.rich("handoff.line_offered", who=who, count=status.to_read)]
    day = "" if status.kickoff_on is None else format_day(status.kickoff_on)
    return [texts.rich("handoff.line_taken", who=who, count=status.to_read, introduced=status.introduced, kickoff=day)]


def delivery_line(word: DeliveryWord | None, texts: Texts) -> str:
    """What delivery says to a promise: "Ben: at risk, needs the new firmware". Empty if it was not asked."""
    if word is None:
        return ""
    who = texts.channel(word.channel) if word.channel else texts.markup.mention(word.who or "")
    if word.answer is None:
        return texts.rich("feasibility.waiting", who=who)
    return texts.rich(f"feasibility.said_{word.answer}", who=who, reason=word.reason)
