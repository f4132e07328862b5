"""Undelivered messages, below the deals on an admin's App Home."""

from __future__ import annotations

from bot.ui.components import ActionRow, Button, Component, ContextText, Divider, Heading, Paragraph
from bot.ui.ids import ActionId
from bot.ui.texts import Texts
from handlers.method.reminders_due import Kind
from handlers.screens.team import UndeliveredMessage, UndeliveredScreen


def components(screen: UndeliveredScreen, texts: Texts) -> tuple[Component, ...]:
    """Empty if there are none."""
    found: list[Component] = []
    if screen.blocked is not None:
        unblock = Button(
            texts.plain("undelivered.unblock"),
            ActionId.UNDELIVERED_UNBLOCK,
            "0",
            accessible_name=texts.plain("undelivered.label_unblock"),
        )
        found += [
            Paragraph(texts.rich("undelivered.blocked", reason=screen.blocked)),
            ActionRow("undelivered", (unblock,)),
        ]
    for each in screen.messages:
        found += [Paragraph(_line(each, texts)), ActionRow(f"undelivered:{each.row_id}", _choices(each, texts))]
    if screen.total > len(screen.messages):
        found.append(ContextText((texts.rich("undelivered.more", count=screen.total - len(screen.messages)),)))
    return (Divider(), Heading(texts.plain("undelivered.title")), *found) if found else ()


def _line(each: UndeliveredMessage, texts: Texts) -> str:
    is_reminder = each.kind in tuple(Kind)
    what = texts.plain(f"reminders.kind_{each.kind}") if is_reminder else texts.plain(f"undelivered.{each.kind}")
    markup = texts.markup
    to = markup.mention(each.person) if each.person is not None else texts.channel(each.channel or "")
    return texts.rich("undelivered.line", what=what, to=to, when=markup.moment(each.at), reason=each.reason)


def _choices(each: UndeliveredMessage, texts: Texts) -> tuple[Button, ...]:
    return tuple(
        Button(
            texts.plain(f"undelivered.{name}"),
            action_id,
            str(each.row_id),
            accessible_name=texts.plain(f"undelivered.label_{name}", number=each.row_id),
        )
        for name, action_id in (("retry", ActionId.UNDELIVERED_RETRY), ("cancel", ActionId.UNDELIVERED_CANCEL))
    )
