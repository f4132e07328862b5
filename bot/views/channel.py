"""What a channel is for: the question, which only one person sees, and what it becomes once they have answered."""

from __future__ import annotations

from bot.ui.components import Button, Message, Paragraph, Piece, Row, Small
from bot.ui.ids import Tap
from bot.ui.texts import Words
from handlers.screens.team import ChannelScreen
from handlers.workspace.channel_purpose import CHOICES, Purpose
from prompts.wording import Ready

TAPS = {
    Purpose.WINS: Tap.CHANNEL_WINS,
    Purpose.LISTEN: Tap.CHANNEL_LISTEN,
    Purpose.EXCLUDED: Tap.CHANNEL_EXCLUDED,
}


def question(screen: ChannelScreen, words: Words, channel: str, *, invited: bool) -> Message:
    """The three choices, what each of them does, and which one holds. `channel` is the platform's id."""
    place = words.markup.channel(channel)
    title = words.rich("channel.invited" if invited else "channel.asked", channel=place)
    choices = {purpose: words.rich(f"channel.{purpose}") for purpose in CHOICES}
    now = words.rich("channel.now", choice=Ready(choices[screen.purpose]))
    offers = [
        words.rich(f"channel.about_{purpose}", choice=words.markup.bold(choice)) for purpose, choice in choices.items()
    ]
    pieces: tuple[Piece, ...] = (
        Paragraph(words.markup.bold(title)),
        Paragraph("\n".join(offers)),
        Row("channel", tuple(_choice(purpose, words, channel) for purpose in CHOICES)),
        Small((f"{now} {words.rich('channel.later', command=words.command)}",)),
    )
    return Message(f"{title} {now}", pieces)


def chosen(screen: ChannelScreen, words: Words) -> Message:
    """What holds from now on."""
    settled = words.rich(f"channel.settled_{screen.purpose}", zone=screen.zone)
    return Message.saying(f"{settled} {words.rich('channel.later', command=words.command)}")


def _choice(purpose: Purpose, words: Words, channel: str) -> Button:
    text = words.plain(f"channel.{purpose}")
    return Button(text, TAPS[purpose], channel, label=text)
