"""Text in Adaptive Cards, run by run: marks that nobody can type, so that nothing a person typed is ever markup.

A card's own Markdown is read differently by each of Teams' clients, and would make links and lists of what customers
are called. So our marks are characters of Unicode's private use; what people typed loses them, and the rest is shown
as it is (`RichTextBlock` takes its text literally).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from prompts.wording import Ready

_BOLD, _BOLD_ENDS, _SAID, _SAID_ENDS, _LINK, _LABEL, _LINK_ENDS = (chr(0xE000 + n) for n in range(7))
_MARKS = re.compile(r"[\uE000-\uE006]")
_PARTS = re.compile(
    rf"([{_BOLD}{_BOLD_ENDS}{_SAID}{_SAID_ENDS}])|{_LINK}([^{_LABEL}]*){_LABEL}([^{_LINK_ENDS}]*){_LINK_ENDS}"
)


class TeamsMarkup:
    """`bot.ui.texts.Markup` for Teams. `names` are those of people and channels by the platform's ids.

    Cards have no sure way to show a moment in the reader's own zone, so it is told in `zone`: that of whom the card is
    for.
    """

    def __init__(self, names: Mapping[str, str], zone: tzinfo) -> None:
        self._names = names
        self._zone = zone

    @staticmethod
    def escape(text: str) -> str:
        """Text that a person typed, without our marks."""
        return _MARKS.sub("", text)

    def mention(self, person: str) -> Ready:
        """A person by name: a mention would ring their phone, and in a chat of two it is never needed."""
        return self.bold(self.escape(self._names.get(person, person)))

    def person(self, named: str) -> Ready:
        """A person by name, or by what a message called them."""
        return self.mention(named) if named in self._names else Ready(self.escape(named))

    def channel(self, channel: str) -> Ready:
        """A channel by name."""
        return self.bold(self.escape(self._names.get(channel, channel)))

    def link(self, url: str, label: str) -> Ready:
        """A label that leads to an address."""
        return Ready(f"{_LINK}{self.escape(url)}{_LABEL}{self.escape(label)}{_LINK_ENDS}")

    def address(self, url: str) -> Ready:
        """An address that is shown whole, and leads to itself."""
        return self.link(url, url)

    def bold(self, marked: str) -> Ready:
        """Marked-up text that stands out."""
        return Ready(f"{_BOLD}{marked}{_BOLD_ENDS}")

    def quote(self, marked: str) -> Ready:
        """A marked-up line that somebody says."""
        return Ready(f"{_SAID}{marked}{_SAID_ENDS}")

    def moment(self, at: datetime) -> Ready:
        """A moment in the reader's zone."""
        there = at.astimezone(self._zone)
        return Ready(f"{there:%a} {there.day} {there:%b %H:%M}")


def runs(marked: str, **look: Any) -> list[dict[str, Any]]:
    """Marked-up text as the `TextRun`s of a `RichTextBlock`. `look` is what all of them have: size, colour, subtle."""
    found: list[dict[str, Any]] = []
    bold = said = at = 0

    def add(text: str, **more: Any) -> None:
        if text:
            weight = {"weight": "Bolder"} if bold else {}
            slant = {"italic": True} if said else {}
            found.append({"type": "TextRun", "text": text, **look, **weight, **slant, **more})

    for part in _PARTS.finditer(marked):
        add(marked[at : part.start()])
        at = part.end()
        mark, url, label = part.groups()
        if mark is None:
            add(label, selectAction={"type": "Action.OpenUrl", "url": url}, underline=True)
        bold += (mark == _BOLD) - (mark == _BOLD_ENDS)
        said += (mark == _SAID) - (mark == _SAID_ENDS)
    add(marked[at:])
    return found


def unmarked(marked: str) -> str:
    """The text without its marks, for notifications and screen readers. Of a link its label is left."""
    return _MARKS.sub("", _PARTS.sub(lambda part: part[3] or "", marked))
