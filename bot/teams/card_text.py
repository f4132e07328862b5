"""Text in Adaptive Cards: marked up with characters that nobody types, drawn as the text runs of a RichTextBlock.

Teams' clients differ in how they read Markdown in cards, and would turn customer names into links and lists. So the
markup is private-use characters of Unicode. They are removed from what people typed, and a `RichTextBlock` shows the
rest literally.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from handlers.method.time_parsing.resolve import format_moment
from prompts.wording import Ready

_BOLD, _BOLD_ENDS, _QUOTE, _QUOTE_ENDS, _LINK, _LABEL, _LINK_ENDS = (chr(0xE000 + n) for n in range(7))
_MARKS = re.compile(r"[\uE000-\uE006]")
_PARTS = re.compile(
    rf"([{_BOLD}{_BOLD_ENDS}{_QUOTE}{_QUOTE_ENDS}])|{_LINK}([^{_LABEL}]*){_LABEL}([^{_LINK_ENDS}]*){_LINK_ENDS}"
)


_PERSONAL_CHAT = "a:"
"""What the id of a personal chat begins with; those of channels and group chats begin with `19:`."""


class TeamsMarkup:
    """`bot.ui.texts.Markup` for Teams. `names` are the names of people and channels, by id.

    Cards cannot reliably show a time in the zone of whoever reads them, so `zone` is that of the intended reader.
    """

    def __init__(self, names: Mapping[str, str], zone: tzinfo) -> None:
        self._names = names
        self._zone = zone

    @staticmethod
    def escape(text: str) -> str:
        """Text that a person typed, without the characters of the markup."""
        return _MARKS.sub("", text)

    def mention(self, person: str) -> Ready:
        """A person by name: a real mention would notify them, and a personal chat never needs one."""
        return self.bold(self.escape(self._names.get(person, person)))

    def person(self, named: str) -> Ready:
        """A person by name, if known by id; otherwise as a message named them."""
        return self.mention(named) if named in self._names else Ready(self.escape(named))

    def channel(self, channel: str) -> Ready | None:
        """A channel or chat by name; None if it has none, or none is known."""
        name = self._names.get(channel)
        return None if name is None else self.bold(self.escape(name))

    def is_direct(self, channel: str) -> bool:
        """Whether this is a personal chat."""
        return channel.startswith(_PERSONAL_CHAT)

    def link(self, url: str, label: str) -> Ready:
        """A label that links to a URL."""
        return Ready(f"{_LINK}{self.escape(url)}{_LABEL}{self.escape(label)}{_LINK_ENDS}")

    def address(self, url: str) -> Ready:
        """A URL as a link that shows it in full."""
        return self.link(url, url)

    def bold(self, marked: str) -> Ready:
        """Bold marked-up text."""
        return Ready(f"{_BOLD}{marked}{_BOLD_ENDS}")

    def quote(self, marked: str) -> Ready:
        """A marked-up line as a quote."""
        return Ready(f"{_QUOTE}{marked}{_QUOTE_ENDS}")

    def moment(self, at: datetime) -> Ready:
        """A time in the reader's zone."""
        return Ready(format_moment(at.astimezone(self._zone)))


def runs(marked: str, **style: Any) -> list[dict[str, Any]]:
    """Marked-up text as the text runs of a `RichTextBlock`. `style` is common to all of them: size, color, subtle."""
    text_runs: list[dict[str, Any]] = []
    bold = quoted = position = 0

    def add(text: str, **more: Any) -> None:
        if text:
            weight = {"weight": "Bolder"} if bold else {}
            slant = {"italic": True} if quoted else {}
            text_runs.append({"type": "TextRun", "text": text, **style, **weight, **slant, **more})

    for part in _PARTS.finditer(marked):
        add(marked[position : part.start()])
        position = part.end()
        mark, url, label = part.groups()
        if mark is None:
            add(label, selectAction={"type": "Action.OpenUrl", "url": url}, underline=True)
        bold += (mark == _BOLD) - (mark == _BOLD_ENDS)
        quoted += (mark == _QUOTE) - (mark == _QUOTE_ENDS)
    add(marked[position:])
    return text_runs


def unmarked(marked: str) -> str:
    """The plain text, for notifications and screen readers. A link becomes its label."""
    return _MARKS.sub("", _PARTS.sub(lambda part: part[3] or "", marked))
