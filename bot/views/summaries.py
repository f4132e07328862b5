"""A win summary on request, with the button that posts it, and when a channel gets its own."""

from __future__ import annotations

from dataclasses import replace

from babel.dates import get_day_names

from bot.ui.components import ActionRow, Button, Message
from bot.ui.ids import ActionId
from bot.ui.texts import Texts
from bot.views import wins
from handlers.method.summary_periods import Span
from handlers.screens.team import AskedSummary, Place, SummaryPosted, SummarySchedule

POST = "post"
"""The word in a button's command that posts what the person sees."""


def asked(screen: AskedSummary, texts: Texts) -> Message:
    """The wins of the period, for the person who asked, with a button for each channel that they may post them to."""
    found = screen.summary
    if not found.count:
        return Message.saying(texts.rich("summary.nothing", **wins.days(found)))
    message = wins.summary(replace(found, late=True), texts)
    if not screen.places:
        return message
    buttons = tuple(_post(place, screen.typed, texts) for place in screen.places)
    return replace(message, components=(*message.components, ActionRow("summary", buttons)))


def _post(place: Place, typed: str, texts: Texts) -> Button:
    label = texts.plain("summary.post") if place.name is None else texts.plain("summary.post_to", channel=place.name)
    return Button(
        label, ActionId.COMMAND_RUN, f"summary {typed} {POST} {place.channel}", accessible_name=label, style="primary"
    )


def posted(screen: SummaryPosted, texts: Texts) -> Message:
    """Replaces the summary and its button."""
    key = "summary.posted_before" if screen.repeated else "summary.posted"
    return Message.saying(texts.rich(key, channel=texts.channel(screen.channel)))


def schedule(screen: SummarySchedule, texts: Texts) -> Message:
    """Confirms when the channel gets its summaries, or tells its manager who changed that."""
    chosen = screen.schedule
    days = get_day_names(locale=texts.plain.locale)
    when = texts.rich(
        f"posting.{chosen.span}",
        day=days[chosen.day] if chosen.span is Span.WEEK else chosen.day,
        time=f"{chosen.at:%H:%M}",
        zone=screen.zone,
    )
    channel = texts.channel(screen.channel)
    if screen.changed_by is None:
        return Message.saying(texts.rich("posting.set", channel=channel, when=when))
    by = texts.markup.mention(screen.changed_by)
    return Message.saying(texts.rich("posting.changed", channel=channel, when=when, by=by, command=texts.command))
