"""Reads the HTML of a Teams message: what its author typed, without quotes, struck-out text and code."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

from bot.teams.activity import mention_key

_BREAKS = frozenset({"p", "div", "br", "hr", "li", "ul", "ol", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6"})
_CELLS = frozenset({"td", "th"})
_BOLD = frozenset({"b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"})
_SKIPPED = frozenset({"blockquote", "pre", "code", "s", "strike", "del", "script", "style"})
_MENTION = "http://schema.skype.com/Mention"
_REPLY = "http://schema.skype.com/Reply"
_WEB = ("http://", "https://")
_PICTURES = frozenset({"emoji", "customemoji", "img"})
_EMOJI = "http://schema.skype.com/Emoji"

Attributes = Sequence[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class HtmlText:
    """`shown` is plain text. `marked` is the same as HTML, with no tags but `<b>`, `<a>`, and `<at>` around mentions.

    `quotes` is the id of the chat message that the author quotes to reply to it.
    """

    shown: str
    marked: str
    quotes: str | None


def read_html(html: str, bot_names: Collection[str] = ()) -> HtmlText:
    """Read a message's HTML, without mentions of the bot. Never raises, whatever the text.

    `bot_names` are the names by which it is mentioned, as `mention_key` makes them comparable.
    """
    reader = _Reader(bot_names)
    reader.feed(html)
    reader.close()
    return HtmlText(_tidy(reader.shown), _tidy(reader.marked), reader.quotes)


def _tidy(parts: list[str]) -> str:
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self, bot_names: Collection[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.shown: list[str] = []
        self.marked: list[str] = []
        self.quotes: str | None = None
        self._bot_names = bot_names
        self._skipped = ""
        """The tag whose content is skipped; `_depth` counts the open tags of that name."""
        self._depth = 0
        self._mention: str | None = None
        """The tag that ends the open mention."""
        self._mentioned_name: list[str] = []
        self._cell = 0
        """How many cells of tables are open around this."""

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Start an element."""
        if self._skipped:
            self._depth += tag == self._skipped
            return
        attributes = dict(attrs)
        if tag in _SKIPPED:
            self._skipped, self._depth = tag, 1
            if attributes.get("itemtype") == _REPLY:
                self.quotes = attributes.get("itemid") or self.quotes
        elif tag == "at" or attributes.get("itemtype") == _MENTION:
            self._mention, self._mentioned_name = tag, []
        elif tag in _PICTURES:
            self._add_picture(tag, attributes)
        elif tag == "a":
            url = attributes.get("href") or ""
            self._add("", f'<a href="{escape(url)}">' if url.startswith(_WEB) else "<a>")
        elif tag in _CELLS:
            self._cell += 1
            self._add(" ", " ")
        self._add_formatting(tag, "<b>")

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if self._skipped:
            self._depth -= tag == self._skipped
            if self._depth == 0:
                self._skipped = ""
                self._add("\n", "\n")
        elif tag == self._mention:
            self._mention = None
            self._add_mention("".join(self._mentioned_name).strip())
        elif tag == "a":
            self._add("", "</a>")
        else:
            self._cell -= self._cell > 0 and tag in _CELLS
            self._add_formatting(tag, "</b>")

    def handle_data(self, data: str) -> None:
        """Text."""
        if self._skipped:
            return
        if self._mention is not None:
            self._mentioned_name.append(data)
        else:
            self._add(data, escape(data, quote=False))

    def _add_formatting(self, tag: str, bold: str) -> None:
        if self._skipped:
            return
        if tag in _BREAKS:
            gap = " " if self._cell else "\n"  # the row of a table stays one line
            self._add(gap, gap)
        if tag in _BOLD:
            self._add("", bold)

    def _add_picture(self, tag: str, attributes: dict[str, str | None]) -> None:
        """Add an emoji. The `alt` of other pictures is Teams' own ("image"), or the title of a GIF."""
        alt = attributes.get("alt") or ""
        if tag != "img" or attributes.get("itemtype") == _EMOJI or not any(map(str.isalnum, alt)):
            self.handle_data(alt)

    def _add_mention(self, name: str) -> None:
        if mention_key(name) not in self._bot_names:
            self._add(name, f"<at>{escape(name, quote=False)}</at>")

    def _add(self, shown: str, marked: str) -> None:
        self.shown.append(shown)
        self.marked.append(marked)
