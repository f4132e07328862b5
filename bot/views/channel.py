"""A channel's purpose: the question, which only one person sees, and the confirmation that replaces it."""

from __future__ import annotations

from bot.ui.components import ActionRow, Button, Component, ContextText, Message, Paragraph
from bot.ui.ids import ActionId
from bot.ui.texts import Texts
from handlers.screens.team import ChannelScreen, ClosedChannel, SharedChannel
from handlers.workspace.channel_purpose import CHOICES, Purpose
from prompts.wording import Ready

PURPOSE_ACTIONS = {
    Purpose.WINS: ActionId.CHANNEL_WINS,
    Purpose.LISTEN: ActionId.CHANNEL_LISTEN,
    Purpose.EXCLUDED: ActionId.CHANNEL_EXCLUDED,
}


def purpose_question(screen: ChannelScreen, texts: Texts, channel: str, *, invited: bool) -> Message:
    """The three choices with their effects, and the current one. `channel` is the platform's id."""
    title = texts.rich("channel.invited" if invited else "channel.asked", channel=texts.channel(channel))
    choices = {purpose: texts.rich(f"channel.{purpose}") for purpose in CHOICES}
    now = texts.rich("channel.now", choice=Ready(choices[screen.purpose]))
    offers = [
        texts.rich(f"channel.about_{purpose}", choice=texts.markup.bold(choice)) for purpose, choice in choices.items()
    ]
    components: tuple[Component, ...] = (
        Paragraph(texts.markup.bold(title)),
        Paragraph("\n".join(offers)),
        ActionRow("channel", tuple(_choice(purpose, texts, channel) for purpose in CHOICES)),
        ContextText((f"{now} {texts.rich('channel.later', command=texts.command)}",)),
    )
    return Message(f"{title} {now}", components)


def purpose_chosen(screen: ChannelScreen, texts: Texts) -> Message:
    """Confirms the new purpose."""
    settled = texts.rich(f"channel.settled_{screen.purpose}", zone=screen.zone)
    return Message.saying(f"{settled} {texts.rich('channel.later', command=texts.command)}")


def closed(screen: ClosedChannel, texts: Texts) -> Message:
    """Tells the channel's manager why it gets no more summaries. Its name stays readable after it was deleted."""
    markup = texts.markup
    name = texts.channel(screen.channel) if screen.name is None else markup.bold(markup.escape(screen.name))
    return Message.saying(texts.rich(f"channel.closed_{screen.closed}", channel=Ready(name), command=texts.command))


def shared_question(screen: SharedChannel, texts: Texts) -> Message:
    """Asks an admin in so many words whether wins are posted where people of another company read them."""
    channel = texts.channel(screen.channel)
    title = texts.rich("channel.shared_became" if screen.became else "channel.shared_title", channel=channel)
    asked = texts.rich("channel.shared_allowed" if screen.allowed else "channel.shared_asked")
    label = texts.plain("channel.external_wins")
    anyway = Button(label, ActionId.CHANNEL_EXTERNAL_WINS, screen.channel, accessible_name=label, style="danger")
    others = (_choice(purpose, texts, screen.channel) for purpose in (Purpose.LISTEN, Purpose.EXCLUDED))
    components: tuple[Component, ...] = (
        Paragraph(texts.markup.bold(title)),
        Paragraph(asked),
        ActionRow("channel", (anyway, *others)),
    )
    return Message(f"{title} {asked}", components)


def shared_note(channel: str, texts: Texts, *, known: bool) -> Message:
    """For somebody who is no admin: the bot only listens there. `known`: it is sure that another company reads it."""
    key = "channel.shared_note" if known else "channel.shared_unsure"
    return Message.saying(texts.rich(key, channel=texts.channel(channel), command=texts.command))


def _choice(purpose: Purpose, texts: Texts, channel: str) -> Button:
    text = texts.plain(f"channel.{purpose}")
    return Button(text, PURPOSE_ACTIONS[purpose], channel, accessible_name=text)
