"""One-sentence views: the notice in its own modal, and the message that a reassigned deal's card becomes."""

from __future__ import annotations

from bot.ui.components import ContextText, Message, Modal, Paragraph
from bot.ui.ids import ViewId
from bot.ui.texts import Texts
from bot.views.deal_name import deal_name
from handlers.screens.deals import HandedOver, Passed


def notice(sentence: str, texts: Texts) -> Modal:
    """A modal with one sentence of marked-up text, for when there is no better place to say it."""
    return Modal(
        ViewId.NOTICE,
        texts.plain("notice.title"),
        (Paragraph(sentence),),
        state=None,
        close=texts.plain("notice.close"),
    )


def message_in_modal(message: Message, texts: Texts) -> Modal:
    """A short message in a modal, with its buttons."""
    title, close = texts.plain("notice.title"), texts.plain("notice.close")
    return Modal(ViewId.NOTICE, title, message.components, state=None, close=close)


def left_out(texts: Texts) -> ContextText:
    """The last line of a message that cannot show everything."""
    return ContextText((texts.rich("notice.left_out"),))


def handed_over(screen: HandedOver, texts: Texts) -> Message:
    """Replaces the card in the direct messages of the rep who no longer has the deal."""
    customer = deal_name(screen.deal, texts.plain)
    key = "handed.line" if screen.passed is Passed.HANDED else f"cover.card_{screen.passed}"
    return Message.saying(texts.rich(key, customer=customer, to=texts.markup.mention(screen.to)))
