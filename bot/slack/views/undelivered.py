"""What could not be delivered, below the deals on an admin's Home tab."""

from __future__ import annotations

from bot.slack.blocks import Block, actions, button, context, divider, header, sections
from bot.slack.routes import Tap
from bot.slack.text import channel_link, local_time, mention
from bot.slack.words import SlackWords
from handlers.method.due import Kind
from handlers.screens import GivenUp, UndeliveredScreen


def blocks(screen: UndeliveredScreen, words: SlackWords) -> list[Block]:
    """Nothing when all is well."""
    found: list[Block] = []
    if screen.blocked is not None:
        unblock = button(
            words.plain("undelivered.unblock"),
            Tap.UNDELIVERED_UNBLOCK,
            "0",
            label=words.plain("undelivered.label_unblock"),
        )
        found += sections(words.rich("undelivered.blocked", reason=screen.blocked))
        found.append(actions("undelivered", [unblock]))
    for each in screen.given_up:
        found += [*sections(_line(each, words)), actions(f"undelivered:{each.row_id}", _choices(each, words))]
    if screen.total > len(screen.given_up):
        found.append(context(words.rich("undelivered.more", count=screen.total - len(screen.given_up))))
    return [divider(), header(words.plain("undelivered.title")), *found] if found else []


def _line(each: GivenUp, words: SlackWords) -> str:
    is_reminder = each.kind in tuple(Kind)
    what = words.plain(f"reminders.kind_{each.kind}") if is_reminder else words.plain(f"undelivered.{each.kind}")
    to = mention(each.person) if each.person is not None else channel_link(each.channel or "")
    return words.rich("undelivered.line", what=what, to=to, when=local_time(each.at), reason=each.reason)


def _choices(each: GivenUp, words: SlackWords) -> list[Block]:
    return [
        button(
            words.plain(f"undelivered.{act}"),
            tap,
            str(each.row_id),
            label=words.plain(f"undelivered.label_{act}", number=each.row_id),
        )
        for act, tap in (("retry", Tap.UNDELIVERED_RETRY), ("cancel", Tap.UNDELIVERED_CANCEL))
    ]
