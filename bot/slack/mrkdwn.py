"""Slack's markup, mrkdwn: escapes and unescapes what people typed, and splits long text without breaking it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from bot.ui.clipping import fitting, length
from handlers.method.time_parsing.resolve import format_moment
from prompts.wording import Ready

SECTION_LIMIT = 3000
_WHOLE = (("<", ">"), ("&", ";"))
"""What is kept in one piece: links and mentions, and entities. Any other `<` or `&` is escaped."""
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,}")
_ENCODED = re.compile(r"<(?P<sigil>[@#!]?)(?P<target>[^<>|]*)(?:\|(?P<label>[^<>]*))?>|&(?P<entity>amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
_DIRECT_MESSAGE = "D"
_ADDRESS = re.compile(r"\A(?:mailto|tel):")
"""What Slack adds to an address or a number that somebody typed."""


class SlackMarkup:
    """`bot.ui.texts.Markup` for Slack."""

    @staticmethod
    def escape(text: str) -> str:
        """Text that a person typed, escaped: `<!channel>` in a customer's name notifies nobody."""
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    def mention(self, person: str) -> Ready:
        """A person, by user id. Clients show their name."""
        return Ready(f"<@{person}>")

    def person(self, named: str) -> Ready:
        """A person as a message named them: by user id or by a plain name."""
        return self.mention(named) if _USER_ID.fullmatch(named) else Ready(self.escape(named))

    def channel(self, channel: str) -> Ready | None:
        """A channel, by id. Clients show its name; None for a direct message, which has none."""
        return None if self.is_direct(channel) else Ready(f"<#{channel}>")

    def is_direct(self, channel: str) -> bool:
        """Whether this is a direct message."""
        return channel.startswith(_DIRECT_MESSAGE)

    def link(self, url: str, label: str) -> Ready:
        """A link to a URL without `<`, `>` and `|`."""
        return Ready(f"<{self.escape(url)}|{self.escape(label)}>")

    def address(self, url: str) -> Ready:
        """A URL as a link that shows it in full; as plain text if the link would not fit into a section."""
        link = f"<{self.escape(url)}>"
        return Ready(link if len(link) <= SECTION_LIMIT // 2 else self.escape(url))

    def bold(self, marked: str) -> Ready:
        """Bold marked-up text."""
        return Ready(f"*{marked}*")

    def quote(self, marked: str) -> Ready:
        """A marked-up line as a quote."""
        return Ready(f">{marked}")

    def moment(self, at: datetime) -> Ready:
        """A time that each reader sees in their own zone."""
        fallback = f"{format_moment(at.astimezone(UTC))} UTC"
        return Ready(f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>")


def unescape(encoded: str, names: Mapping[str, str] | None = None) -> str:
    """Text as people read it, from text as Slack encodes it: `<url|label>`, `<@U1|ada>`, `&amp;`.

    `names` are the names of people and channels by id; a mention with neither a label nor a name keeps the id. What is
    decoded is not decoded again: `&amp;lt;` becomes `&lt;`.
    """
    return _ENCODED.sub(lambda match: _decoded(match, names or {}), encoded)


def unlabelled_mentions(encoded: str) -> frozenset[str]:
    """The ids of the people and channels that the text mentions by id alone."""
    found = _ENCODED.finditer(encoded)
    return frozenset(each["target"] for each in found if each["sigil"] in ("@", "#") and not each["label"])


def mentioned_people(encoded: str, names: Mapping[str, str]) -> dict[str, str]:
    """The ids of the people whom the text mentions, by what `unescape` makes of the mention."""
    found = [match for match in _ENCODED.finditer(encoded) if match["sigil"] == "@"]
    return {_decoded(match, names): match["target"] for match in found}


def _decoded(match: re.Match[str], names: Mapping[str, str]) -> str:
    entity, sigil, target, label = match["entity"], match["sigil"], match["target"], match["label"]
    if entity:
        return _ENTITIES[entity]
    if sigil in ("@", "#"):
        name = unescape(label) if label else names.get(target, target)
        return f"{sigil}{name}" if name else ""
    if sigil == "!":  # <!here>, <!subteam^S1|@sales>, <!date^...|18 Feb>
        command, _, _ = target.partition("^")
        return unescape(label) if label and label != command else f"@{command}"
    if ":" not in target:
        return match[0]
    return unescape(label or _ADDRESS.sub("", target))


def split(escaped: str, limit: int = SECTION_LIMIT) -> list[str]:
    """Split marked-up text into parts of up to `limit` UTF-16 code units.

    At a space if one is near, and never inside an entity, a link, a mention or an emoji, unless that alone is too long.
    """
    parts: list[str] = []
    rest = escaped
    while length(rest) > limit:
        cut = _cut(rest, fitting(rest, limit))
        parts.append(rest[:cut])
        rest = rest[cut:].lstrip(" ")
    parts.append(rest)
    return parts


def _cut(text: str, end: int) -> int:
    """Where to cut text of which `end` characters fit."""
    end = max(end, 1)
    space = text.rfind(" ", end // 2, end)
    cut = end if space < 0 else space
    for opening, closing in _WHOLE:
        start = text.rfind(opening, 0, cut)
        if start > 0 and closing not in text[start:cut] and closing in text[cut : start + SECTION_LIMIT]:
            cut = start
    return cut
