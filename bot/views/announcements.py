"""Announced wins: the form, the post in the channel, and the word to somebody who said thanks."""

from __future__ import annotations

from bot.ui.components import (
    ActionRow,
    Button,
    Component,
    ContextText,
    Message,
    Modal,
    Option,
    Paragraph,
    RadioGroup,
    Select,
    TextField,
)
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.card import deal_amount, kind_text
from bot.views.deal_name import deal_name
from handlers.announcements.posting import LONGEST_NOTE
from handlers.screens.announcements import AnnounceForm, FormNote, Thanked, TiersScreen, WinPost
from handlers.screens.deals import DealFacts
from prompts.wording import Ready

SHOW, HIDE = "show", "hide"
"""The values of the options for the amount."""


def form(screen: AnnounceForm, texts: Texts) -> Modal:
    """Where to post, the rep's own line, whether the amount is shown, and who is named."""
    posted = screen.says is not FormNote.NEW
    components: list[Component] = [Paragraph(texts.markup.bold(_win(screen.deal, texts)))]
    if posted:
        key = "announce.already" if screen.says is FormNote.ALREADY else "announce.change"
        components.append(Paragraph(texts.rich(key, channel=texts.channel(screen.channel))))
    else:
        options = tuple(Option(each.id, f"#{each.name}" if each.name else each.id) for each in screen.channels)
        components.append(
            Select(
                "channel",
                texts.plain("announce.channel"),
                options,
                screen.channel,
                texts.plain("announce.pick"),
                optional=False,
            )
        )
    components.append(
        TextField(
            "note",
            texts.plain("announce.note"),
            value=screen.note,
            hint=texts.plain("announce.note_hint"),
            optional=True,
            max_length=LONGEST_NOTE,
        )
    )
    if screen.deal.amount is not None:
        options = (
            Option(SHOW, texts.plain("announce.amount_show")),
            Option(HIDE, texts.plain("announce.amount_hide")),
        )
        chosen = SHOW if screen.shows_amount else HIDE
        components.append(RadioGroup("amount", texts.plain("announce.amount"), options, chosen))
    components.append(ContextText((texts.rich("announce.named", people=_people(screen.deal, screen.team, texts)),)))
    return Modal(
        ViewId.ANNOUNCE,
        texts.plain("announce.title"),
        tuple(components),
        state=ModalState(screen.deal.id, version=1 if posted else 0),
        submit=texts.plain("announce.change_it" if posted else "announce.post"),
        close=texts.plain("announce.not_now"),
    )


def _win(deal: DealFacts, texts: Texts) -> str:
    """The win that the form is about, with its amount."""
    return texts.rich("announce.win", customer=deal_name(deal, texts.plain), amount=deal_amount(deal, texts))


def post(screen: WinPost, texts: Texts) -> Message:
    """The post. What a notification shows is made of the same parts, so a hidden amount is nowhere."""
    customer = deal_name(screen.deal, texts.plain)
    if screen.over:
        text = texts.rich("announce.over", customer=customer)
        return Message(text, (Paragraph(text),))
    headline = texts.rich(f"announce.headline_{screen.tier}", customer=customer)
    amount = deal_amount(screen.deal, texts)
    line = texts.rich("announce.line", people=_people(screen.deal, screen.team, texts), amount=amount)
    kind = kind_text(screen.deal, texts)
    components: list[Component] = [
        Paragraph(f"{texts.markup.bold(headline)}\n{line}" + (f" · {kind}" if kind else "")),
        *([Paragraph(texts.markup.quote(texts.markup.escape(screen.note)))] if screen.note else []),
        *([ContextText((_thanks(screen, texts),))] if screen.thanks else []),
        ActionRow("thanks", (_thanks_button(screen, customer, texts),)),
    ]
    return Message(f"{headline}. {line}", tuple(components))


def thanked_text(screen: Thanked, texts: Texts) -> str:
    """Only the person who tapped sees it."""
    key = "announce.thanked_again" if screen.again else "announce.thanked"
    return texts.rich(key, customer=deal_name(screen.deal, texts.plain))


def tiers(screen: TiersScreen, texts: Texts) -> Message:
    """From which amounts on the headline changes, and how to change that."""
    where = "" if not screen.channel else texts.channel(screen.channel)
    amounts = Ready(", ".join(map(texts.markup.escape, screen.starts)))
    return Message.saying(texts.rich("announce.tiers", where=where, amounts=amounts, command=texts.command))


def _people(deal: DealFacts, team: tuple[str, ...], texts: Texts) -> Ready:
    names = [texts.markup.mention(each) for each in (deal.owner, *team)]
    return Ready(texts.rich("announce.people", first=names[0], others=Ready(", ".join(names[1:]))))


def _thanks(screen: WinPost, texts: Texts) -> str:
    names = Ready(", ".join(texts.markup.mention(each) for each in screen.thanked_by))
    return texts.rich("announce.thanks", names=names, more=screen.thanks - len(screen.thanked_by))


def _thanks_button(screen: WinPost, customer: str, texts: Texts) -> Button:
    return Button(
        texts.plain("announce.say_thanks"),
        ActionId.ANNOUNCE_THANKS,
        str(screen.announcement_id),
        accessible_name=texts.plain("announce.label_say_thanks", customer=customer),
    )
