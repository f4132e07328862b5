"""What a channel is for: the question, which only one person sees, and what it becomes once they have answered."""

from __future__ import annotations

from bot.routes import Tap
from bot.slack.blocks import Block, actions, button, context, sections
from bot.slack.text import bold, channel_link
from bot.slack.words import SlackWords
from bot.views.card import Message
from handlers.purposes import CHOICES, Purpose
from handlers.screens import ChannelScreen
from prompts.wording import Ready

TAPS = {
    Purpose.WINS: Tap.CHANNEL_WINS,
    Purpose.LISTEN: Tap.CHANNEL_LISTEN,
    Purpose.EXCLUDED: Tap.CHANNEL_EXCLUDED,
}


def question(screen: ChannelScreen, words: SlackWords, command: str, channel: str, *, invited: bool) -> Message:
    """The three choices, what each of them does, and which one holds. `channel` is Slack's id."""
    place = channel_link(channel)
    title = words.rich("channel.invited" if invited else "channel.asked", channel=place)
    choices = {purpose: words.rich(f"channel.{purpose}") for purpose in CHOICES}
    now = words.rich("channel.now", choice=Ready(choices[screen.purpose]))
    offers = [words.rich(f"channel.about_{purpose}", choice=bold(choice)) for purpose, choice in choices.items()]
    blocks = [
        *sections(bold(title)),
        *sections("\n".join(offers)),
        actions("channel", [_choice(purpose, words) for purpose in CHOICES]),
        context(f"{now} {words.rich('channel.later', command=command)}"),
    ]
    return Message(f"{title} {now}", blocks)


def chosen(screen: ChannelScreen, words: SlackWords, command: str) -> Message:
    """What holds from now on."""
    settled = words.rich(f"channel.settled_{screen.purpose}", zone=screen.zone)
    return Message.saying(f"{settled} {words.rich('channel.later', command=command)}")


def _choice(purpose: Purpose, words: SlackWords) -> Block:
    text = words.plain(f"channel.{purpose}")
    return button(text, TAPS[purpose], purpose, label=text)
