"""A person's settings: their reminders, and the channels that they own."""

from __future__ import annotations

from bot.ui.components import Component, ContextText, Divider, Heading, Message, Paragraph
from bot.ui.texts import Texts
from bot.views import notices, reminders
from bot.views.deal_name import deal_name
from handlers.screens.reminders import RemindersScreen, SettingsScreen


def render(screen: SettingsScreen, texts: Texts) -> Message:
    """The settings, each with the way to change it."""
    title = texts.plain("settings.title")
    rules = _rules(screen.reminders, texts)
    components: tuple[Component, ...] = (
        Heading(title),
        Paragraph(f"{texts.markup.bold(texts.rich('settings.reminders'))}\n{rules}"),
        ContextText((texts.rich("settings.planned", command=texts.command),)),
        reminders.settings_buttons(screen.reminders, texts),
        Paragraph(reminders.profile_line(screen.reminders, texts)),
        reminders.profile_buttons(screen.reminders, texts),
        Divider(),
        *_channels(screen, texts),
    )
    return Message(f"{texts.rich('settings.title')}: {rules}", components, notices.left_out(texts))


def _rules(screen: RemindersScreen, texts: Texts) -> str:
    if not screen.reminded:
        return texts.rich("settings.off")
    days = reminders.weekday_names(screen, texts)
    rules = texts.rich("settings.rules", hours=screen.hours, days=days, zone=screen.zone, away=screen.away_until or "")
    if not screen.stopped:
        return rules
    customers = ", ".join(deal_name(deal, texts.plain) for deal in screen.stopped)
    return f"{rules} {texts.rich('settings.stopped', customers=customers)}"


def _channels(screen: SettingsScreen, texts: Texts) -> tuple[Component, ...]:
    title = texts.markup.bold(texts.rich("settings.channels"))
    if not screen.channels:
        return (Paragraph(f"{title}\n{texts.rich('settings.keep_none')}"),)
    lines = [
        texts.rich(
            "settings.channel",
            channel=texts.channel(each.channel),
            purpose=texts.plain(f"channel.{each.purpose}"),
        )
        for each in screen.channels
    ]
    hidden = screen.total - len(screen.channels)
    lines += [texts.rich("settings.more", count=hidden)] if hidden > 0 else []
    change = texts.rich("settings.change", command=texts.command)
    return (Paragraph("\n".join([title, *lines])), ContextText((change,)))
