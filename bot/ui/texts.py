"""Texts as a platform shows them: in its markup, and plain for titles and buttons."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from prompts.wording import Ready, Wording


class Markup(Protocol):
    """A platform's markup. Arguments are text as people typed it, unless they are named `marked`: marked-up text."""

    def escape(self, text: str) -> str:
        """Escape what a person typed, so that `<!channel>` or `*` in a customer's name has no effect."""

    def mention(self, person: str) -> Ready:
        """A person, by the platform's id."""

    def person(self, named: str) -> Ready:
        """A person as a message named them: by the platform's id or by name."""

    def channel(self, channel: str) -> Ready | None:
        """A channel, by the platform's id; None for a conversation without a name."""

    def is_direct(self, channel: str) -> bool:
        """Whether the conversation is a person's direct chat with the bot, by the platform's id."""

    def link(self, url: str, label: str) -> Ready:
        """A labelled link. `url` is http(s) or mailto, without `<`, `>` and `|`."""

    def address(self, url: str) -> Ready:
        """A link that shows its whole address, even in print. `url` is http(s), without `<`, `>` and `|`."""

    def bold(self, marked: str) -> Ready:
        """Marked-up text in bold."""

    def quote(self, marked: str) -> Ready:
        """Marked-up text as a quotation."""

    def moment(self, at: datetime) -> Ready:
        """An aware time, in each reader's own zone if the platform supports that."""


class Texts:
    """The texts of one platform in one locale.

    `rich` renders marked-up text and escapes what people typed; `plain` renders text that the platform shows literally.
    `command` is what people type before the name of a command.
    """

    def __init__(self, markup: Markup, command: str, locale: str = "en") -> None:
        self.markup = markup
        self.command = command
        self.rich = Wording(locale, markup.escape)
        self.plain = Wording(locale)

    def channel(self, channel: str) -> Ready:
        """A channel by its name. A conversation without one is "this chat": nobody can read its id."""
        return self.markup.channel(channel) or Ready(self.rich("channel.this_chat"))
