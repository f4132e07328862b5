"""What holds for somebody: how they are reminded, and the channels that they keep."""

from __future__ import annotations

from bot.ui.components import Heading, Line, Message, Paragraph, Piece, Small
from bot.ui.texts import Words
from bot.views import reminders
from handlers.screens.reminders import RemindersScreen, SettingsScreen


def mine(screen: SettingsScreen, words: Words) -> Message:
    """Both, each with the way to change it."""
    title = words.plain("settings.title")
    rules = _rules(screen.reminders, words)
    pieces: tuple[Piece, ...] = (
        Heading(title),
        Paragraph(f"{words.markup.bold(words.rich('settings.reminders'))}\n{rules}"),
        Small((words.rich("settings.planned", command=words.command),)),
        reminders.choices(screen.reminders, words),
        Line(),
        *_channels(screen, words),
    )
    return Message(f"{words.rich('settings.title')}: {rules}", pieces)


def _rules(screen: RemindersScreen, words: Words) -> str:
    if not screen.reminded:
        return words.rich("settings.off")
    days = reminders.days_named(screen, words)
    rules = words.rich("settings.rules", hours=screen.hours, days=days, zone=screen.zone, away=screen.away_until or "")
    if not screen.stopped:
        return rules
    customers = ", ".join(deal.customer or words.plain("card.nameless") for deal in screen.stopped)
    return f"{rules} {words.rich('settings.stopped', customers=customers)}"


def _channels(screen: SettingsScreen, words: Words) -> tuple[Piece, ...]:
    title = words.markup.bold(words.rich("settings.channels"))
    if not screen.channels:
        return (Paragraph(f"{title}\n{words.rich('settings.keep_none')}"),)
    lines = [
        words.rich(
            "settings.channel",
            channel=words.markup.channel(each.channel),
            purpose=words.plain(f"channel.{each.purpose}"),
        )
        for each in screen.channels
    ]
    hidden = screen.total - len(screen.channels)
    lines += [words.rich("settings.more", count=hidden)] if hidden > 0 else []
    change = words.rich("settings.change", command=words.command)
    return (Paragraph("\n".join([title, *lines])), Small((change,)))
