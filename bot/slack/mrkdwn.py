"""Slack's markup: what people typed is made harmless, and long text is cut where nothing breaks."""

from __future__ import annotations

import re
from datetime import datetime

from prompts.wording import Ready

SECTION_LIMIT = 3000
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,}")


class SlackMarkup:
    """`bot.ui.texts.Markup` for Slack."""

    @staticmethod
    def escape(text: str) -> str:
        """Text that a person typed, as Slack wants it: `<!channel>` in a customer's name rings nobody's phone."""
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    def mention(self, person: str) -> Ready:
        """A person, by Slack's id. The client shows their name."""
        return Ready(f"<@{person}>")

    def person(self, named: str) -> Ready:
        """A person as a message named them: by Slack's id, or by a plain name."""
        return self.mention(named) if _USER_ID.fullmatch(named) else Ready(self.escape(named))

    def channel(self, channel: str) -> Ready:
        """A channel, by Slack's id. The client shows its name."""
        return Ready(f"<#{channel}>")

    def link(self, url: str, label: str) -> Ready:
        """A link to an address that holds neither `<`, `>` nor `|`."""
        return Ready(f"<{self.escape(url)}|{self.escape(label)}>")

    def address(self, url: str) -> Ready:
        """An address as a link that shows it whole; as mere text when a section could not hold the link."""
        made = f"<{self.escape(url)}>"
        return Ready(made if len(made) <= SECTION_LIMIT // 2 else self.escape(url))

    def bold(self, marked: str) -> Ready:
        """Marked-up text that stands out."""
        return Ready(f"*{marked}*")

    def quote(self, marked: str) -> Ready:
        """A marked-up line that somebody says."""
        return Ready(f">{marked}")

    def moment(self, at: datetime) -> Ready:
        """A moment that each reader sees in their own zone."""
        fallback = at.strftime("%d %b %H:%M UTC")
        return Ready(f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>")


def split(escaped: str, most: int = SECTION_LIMIT) -> list[str]:
    """Escaped text in parts of up to `most` characters, cut at a space if one is near, never inside an entity."""
    found: list[str] = []
    rest = escaped
    while len(rest) > most:
        cut = rest.rfind(" ", most // 2, most)
        if cut < 0:
            cut = most
            entity = rest.rfind("&", most - 5, most)
            if entity >= 0 and ";" not in rest[entity:most]:
                cut = entity
        found.append(rest[:cut])
        rest = rest[cut:].lstrip(" ")
    found.append(rest)
    return found
