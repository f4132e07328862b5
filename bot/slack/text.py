"""Slack's markup: what people typed is made harmless, and long text is cut where nothing breaks."""

from __future__ import annotations

import re
from datetime import datetime

from prompts.wording import Ready

SECTION_LIMIT = 3000
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,}")


def escape(text: str) -> str:
    """Text that a person typed, as Slack wants it: `<!channel>` in a customer's name rings nobody's phone."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mention(user_id: str) -> Ready:
    """A person, by Slack's id. The client shows their name."""
    return Ready(f"<@{user_id}>")


def person(named: str) -> Ready:
    """A person as a message named them: by Slack's id, or by a plain name."""
    return mention(named) if _USER_ID.fullmatch(named) else Ready(escape(named))


def web_link(address: str, label: str) -> Ready:
    """A link to an http(s) address that holds neither `<`, `>` nor `|`; the label is text not yet escaped."""
    return Ready(f"<{escape(address)}|{escape(label)}>")


def channel_link(channel_id: str) -> Ready:
    """A channel, by Slack's id. The client shows its name."""
    return Ready(f"<#{channel_id}>")


def link(url: str, label: str) -> Ready:
    """A link. For an address of our own making, without `<`, `>` and `|`."""
    return Ready(f"<{escape(url)}|{escape(label)}>")


def address_link(address: str) -> str:
    """An http(s) address as a link that shows it whole, on paper too; it holds neither `<`, `>` nor `|`."""
    made = f"<{escape(address)}>"
    return made if len(made) <= SECTION_LIMIT // 2 else escape(address)


def bold(escaped: str) -> Ready:
    """Marked-up text that stands out."""
    return Ready(f"*{escaped}*")


def local_time(moment: datetime) -> Ready:
    """A moment that each reader sees in their own zone."""
    fallback = moment.strftime("%d %b %H:%M UTC")
    return Ready(f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>")


def clip(text: str, most: int) -> str:
    """`text`, or its beginning with an ellipsis when it is longer than `most` characters. For text not yet escaped."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def pieces(escaped: str, most: int = SECTION_LIMIT) -> list[str]:
    """Escaped text in pieces of up to `most` characters, cut at a space if one is near, never inside an entity."""
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
