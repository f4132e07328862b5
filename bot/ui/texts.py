"""The words as a platform shows them: in its markup, and as plain text for titles and buttons."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from prompts.wording import Ready, Wording


class Markup(Protocol):
    """How a platform marks text up. What comes in is text as people wrote it, but where it says "marked-up"."""

    def escape(self, text: str) -> str:
        """Text that a person typed, made harmless: `<!channel>` or `*` in a customer's name does nothing."""

    def mention(self, person: str) -> Ready:
        """A person, by the platform's id."""

    def person(self, named: str) -> Ready:
        """A person as a message named them: by the platform's id, or by a plain name."""

    def channel(self, channel: str) -> Ready:
        """A channel, by the platform's id."""

    def link(self, url: str, label: str) -> Ready:
        """An http(s) or mailto address behind a label; it holds neither `<`, `>` nor `|`."""

    def address(self, url: str) -> Ready:
        """An http(s) address as a link that shows it whole, on paper too; it holds neither `<`, `>` nor `|`."""

    def bold(self, marked: str) -> Ready:
        """Marked-up text that stands out."""

    def quote(self, marked: str) -> Ready:
        """A marked-up line that somebody says."""

    def moment(self, at: datetime) -> Ready:
        """An aware moment, in each reader's own zone where the platform can."""


class Texts:
    """What a surface says on one platform, in one locale.

    `rich` makes what people typed harmless in the platform's markup; `plain` is for text that it takes literally.
    `command` is what people type to the coach, before the word for what they want.
    """

    def __init__(self, markup: Markup, command: str, locale: str = "en") -> None:
        self.markup = markup
        self.command = command
        self.rich = Wording(locale, markup.escape)
        self.plain = Wording(locale)
