"""What somebody typed in Teams, read from its HTML: without what they quote, strike out or set as code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

_BREAKS = frozenset({"p", "div", "br", "li", "ul", "ol", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6"})
_BOLD = frozenset({"b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"})
_NOT_THEIRS = frozenset({"blockquote", "pre", "code", "s", "strike", "del", "script", "style"})
_MENTION = "http://schema.skype.com/Mention"
_REPLY = "http://schema.skype.com/Reply"
_PICTURES = frozenset({"emoji", "img"})

Attributes = Sequence[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class HtmlText:
    """`shown` is plain text. `marked` is the same as HTML with no more than `<at>` around who is mentioned and `<b>`.

    `quotes` is the id of the message of the chat that they answer to by quoting it.
    """

    shown: str
    marked: str
    quotes: str | None


def read_html(html: str, bot_name: str | None = None) -> HtmlText:
    """Read a message's HTML, without mentions of the bot itself. Never raises for any text."""
    reader = _Reader(bot_name)
    reader.feed(html)
    reader.close()
    return HtmlText(_tidy(reader.shown), _tidy(reader.marked), reader.quotes)


def _tidy(pieces: list[str]) -> str:
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self, bot_name: str | None) -> None:
        super().__init__(convert_charrefs=True)
        self.shown: list[str] = []
        self.marked: list[str] = []
        self.quotes: str | None = None
        self._bot_name = bot_name
        self._left_out = ""
        """The tag whose content is not theirs, with how deep we are in tags of that name."""
        self._depth = 0
        self._mention: str | None = None
        """The tag that the mention ends with."""
        self._name: list[str] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Begin an element."""
        if self._left_out:
            self._depth += tag == self._left_out
            return
        about = dict(attrs)
        if tag in _NOT_THEIRS:
            self._left_out, self._depth = tag, 1
            if about.get("itemtype") == _REPLY:
                self.quotes = about.get("itemid") or self.quotes
        elif tag == "at" or about.get("itemtype") == _MENTION:
            self._mention, self._name = tag, []
        elif tag in _PICTURES:
            self.handle_data(about.get("alt") or "")
        self._around(tag, "<b>")

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if self._left_out:
            self._depth -= tag == self._left_out
            if self._depth == 0:
                self._left_out = ""
                self._add("\n", "\n")
        elif tag == self._mention:
            self._mention = None
            self._mentioned("".join(self._name).strip())
        else:
            self._around(tag, "</b>")

    def handle_data(self, data: str) -> None:
        """Text."""
        if self._left_out:
            return
        if self._mention is not None:
            self._name.append(data)
        else:
            self._add(data, escape(data, quote=False))

    def _around(self, tag: str, bold: str) -> None:
        if self._left_out:
            return
        if tag in _BREAKS:
            self._add("\n", "\n")
        elif tag in {"td", "th"}:
            self._add(" ", " ")
        if tag in _BOLD:
            self._add("", bold)

    def _mentioned(self, name: str) -> None:
        if name != self._bot_name:
            self._add(name, f"<at>{escape(name, quote=False)}</at>")

    def _add(self, shown: str, marked: str) -> None:
        self.shown.append(shown)
        self.marked.append(marked)
