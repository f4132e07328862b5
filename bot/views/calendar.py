"""The link to a person's calendar feed, the feed itself, and the link to their export."""

from __future__ import annotations

from datetime import timedelta

from bot.ui.components import ActionRow, Button, Component, ContextText, Message, Paragraph
from bot.ui.ids import ActionId
from bot.ui.texts import Texts
from handlers.method.icalendar_file import FeedEvent, icalendar_feed
from handlers.own_export import ExportLink
from handlers.screens.calendar import CalendarFeed, CalendarLinkScreen, FeedDate
from prompts.wording import Wording

CALENDAR_PATH = "/calendar/"
EXPORT_PATH = "/export/"
CALL_LASTS = timedelta(minutes=30)


def calendar_link(screen: CalendarLinkScreen, texts: Texts, public_url: str) -> Message:
    """The new link, or that there is one, with the buttons that replace it and turn it off."""
    if screen.made_at is None:
        text = texts.rich("calendar.stopped")
        return Message(text, (Paragraph(text), _new(texts)))
    if screen.token is None:
        text = texts.rich("calendar.there", since=texts.markup.moment(screen.made_at))
        return Message(text, (Paragraph(text), _new(texts), _off(texts)))
    text = texts.rich("calendar.made")
    address = texts.markup.address(f"{public_url}{CALENDAR_PATH}{screen.token}.ics")
    components: tuple[Component, ...] = (
        Paragraph(f"{text}\n{address}"),
        ContextText((texts.rich("calendar.secret"),)),
        _new(texts),
        _off(texts),
    )
    return Message(text, components)


def _new(texts: Texts) -> ActionRow:
    label = texts.plain("calendar.label_new")
    button = Button(texts.plain("calendar.button_new"), ActionId.COMMAND_RUN, "calendar new", accessible_name=label)
    return ActionRow("calendar_new", (button,))


def _off(texts: Texts) -> ActionRow:
    """In a row of its own: Slack allows an action once in a row."""
    label = texts.plain("calendar.label_off")
    button = Button(texts.plain("calendar.button_off"), ActionId.COMMAND_RUN, "calendar off", accessible_name=label)
    return ActionRow("calendar_off", (button,))


def export_link(link: ExportLink, texts: Texts, public_url: str) -> Message:
    """The link to the person's deals as a file."""
    address = texts.markup.address(f"{public_url}{EXPORT_PATH}{link.token}.csv")
    text = texts.rich("ownexport.ready", until=texts.markup.moment(link.until))
    return Message(text, (Paragraph(f"{text}\n{address}"), ContextText((texts.rich("ownexport.what"),))))


def calendar_feed(feed: CalendarFeed, words: Wording) -> bytes:
    """The feed as an iCalendar file."""
    return icalendar_feed(words("calendar.name"), [_event(each, feed.workspace, words) for each in feed.dates])


def _event(each: FeedDate, workspace: str, words: Wording) -> FeedEvent:
    starts = each.at or each.day
    if starts is None:
        raise ValueError(f"{each.uid} has no date")
    customer = each.customer or words("card.nameless")
    return FeedEvent(
        uid=f"{each.uid}.{workspace}@firstcall",
        sequence=each.sequence,
        made_at=each.made_at,
        starts=starts,
        lasts=CALL_LASTS,
        summary=words(f"calendar.{each.kind}", customer=customer, text=each.text),
        description="",
    )
