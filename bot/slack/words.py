"""The wording as Slack needs it: once for marked-up text, once for plain text such as titles and buttons."""

from __future__ import annotations

from bot.slack.text import escape
from prompts.wording import Wording


class SlackWords:
    """`rich` makes what people typed harmless in Slack's markup; `plain` is for text that Slack takes literally."""

    def __init__(self, locale: str = "en") -> None:
        self.rich = Wording(locale, escape)
        self.plain = Wording(locale)
