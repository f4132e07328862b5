"""Who stands in for a rep: the form, the question to the stand-in, and what the rep sees of it."""

from __future__ import annotations

from datetime import date

from bot.ui.components import (
    ActionRow,
    Button,
    Component,
    Excerpt,
    Message,
    Modal,
    Paragraph,
    TextField,
    UserField,
    UserSelect,
)
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.deal_name import deal_name
from handlers.method.time_parsing.resolve import format_day
from handlers.screens.cover import (
    Away,
    CallWaits,
    CoverAnswered,
    CoverAsk,
    CoverBack,
    CoverBrief,
    CoverEnded,
    CoverForm,
    CoverMessage,
    CoverMoved,
    CoverOffer,
    CoverWho,
    Meanwhile,
)

LONGEST_LIST = 1000
LONGEST_DAY = 60


def form(screen: CoverForm, texts: Texts) -> Modal:
    """Which deals, who, and until when."""
    plain = texts.plain
    return Modal(
        ViewId.COVER,
        plain("cover.title"),
        (
            Paragraph(texts.rich("cover.intro", count=screen.open_deals)),
            UserField("stand_in", plain("cover.stand_in"), chosen=screen.stand_in),
            TextField(
                "customers",
                plain("cover.customers"),
                value=screen.customers,
                hint=plain("cover.customers_hint"),
                optional=True,
                max_length=LONGEST_LIST,
            ),
            TextField(
                "until",
                plain("cover.until"),
                value=screen.until,
                hint=plain("cover.until_hint", command=texts.command),
                optional=True,
                max_length=LONGEST_DAY,
            ),
        ),
        state=ModalState(),
        submit=plain("cover.submit"),
        close=plain("cover.close"),
    )


def render(screen: CoverMessage, texts: Texts) -> Message:  # noqa: PLR0911 (one line per screen)
    """What the outbox sends about cover."""
    match screen:
        case CoverAsk():
            return ask(screen, texts)
        case CoverAnswered():
            return answered(screen, texts)
        case CoverBack():
            return back(screen, texts)
        case CoverMoved():
            return moved(screen, texts)
        case CoverWho():
            return who(screen, texts)
        case CoverOffer():
            return offer(screen, texts)
        case CallWaits():
            rep, customer = texts.markup.mention(screen.deal.owner), deal_name(screen.deal, texts.plain)
            since = texts.markup.moment(screen.since)
            return Message.saying(texts.rich("cover.waits", rep=rep, customer=customer, since=since))


def ask(screen: CoverAsk, texts: Texts) -> Message:
    """The question to the stand-in, with the brief of each deal; or what became of it."""
    rep = texts.markup.mention(screen.rep)
    title = texts.rich(f"cover.ask_{screen.state}", rep=rep, count=screen.total, until=_until(screen.until))
    if not screen.briefs:
        return Message.saying(title)
    more = screen.total - len(screen.briefs)
    parts = [_brief(each, texts) for each in screen.briefs]
    components: list[Component] = [
        Paragraph(texts.markup.bold(title)),
        Excerpt(tuple(parts), texts.rich("cover.cut")),
    ]
    if more:
        components.append(Paragraph(texts.rich("cover.more", count=more)))
    value = str(screen.cover_id)
    if screen.state == "asked":
        offered = [(ActionId.COVER_ACCEPT, "primary"), (ActionId.COVER_DECLINE, None)]
    else:
        offered = [(ActionId.COVER_BACK, None)]
    buttons = tuple(_button(action, value, texts, style) for action, style in offered)
    return Message(title, (*components, ActionRow(f"cover:{value}", buttons)))


def answered(screen: CoverAnswered, texts: Texts) -> Message:
    """What the rep sees: who was asked, who covers, or that they can't."""
    first = deal_name(screen.deals[0], texts.plain)
    title = texts.rich(
        f"cover.rep_{screen.state}",
        who=texts.markup.mention(screen.stand_in),
        customer=first,
        more=screen.total - 1,
        until=_until(screen.until),
    )
    parts = [title, *([] if screen.away is None else [_is_away(screen, screen.away, texts)])]
    value = str(screen.cover_id)
    elements: list[Button | UserSelect] = [_other(value, texts)] if screen.asks else []
    if screen.state in ("asked", "accepted"):
        elements.append(_button(ActionId.COVER_BACK, value, texts))
    if not elements:
        return Message.saying(title)
    row = ActionRow(f"cover:{value}", tuple(elements))
    return Message(" ".join(parts), (*map(Paragraph, parts), row))


def moved(screen: CoverMoved, texts: Texts) -> Message:
    """Tells the stand-in that they have the deals for longer."""
    key = "left" if screen.left else "standing" if screen.standing else "over"
    rep = texts.markup.mention(screen.rep)
    title = texts.rich(f"cover.moved_{key}", rep=rep, count=screen.total, until=_until(screen.until))
    if not screen.standing:
        return Message.saying(title)
    value = str(screen.cover_id)
    row = ActionRow(f"cover:{value}", (_button(ActionId.COVER_BACK, value, texts),))
    return Message(title, (Paragraph(title), row))


def back(screen: CoverBack, texts: Texts) -> Message:
    """What happened meanwhile, for the rep or the stand-in."""
    key = "cover.back_rep" if screen.to_rep else "cover.back_stand_in"
    title = texts.rich(key, other=texts.markup.mention(screen.other), count=screen.total)
    lines = [_meanwhile(each, texts) for each in screen.deals]
    more = screen.total - len(screen.deals)
    if more:
        lines.append(texts.rich("cover.more", count=more))
    components: list[Component] = [Paragraph(texts.markup.bold(title)), Paragraph("\n".join(lines))]
    if screen.asks is not None:
        value = str(screen.asks)
        components.append(ActionRow(f"cover:{value}", (_other(value, texts),)))
    return Message(title, tuple(components))


def _other(value: str, texts: Texts) -> UserSelect:
    return UserSelect(texts.plain("cover.other"), ActionId.COVER_AGAIN, value)


def _is_away(screen: CoverAnswered, away: Away, texts: Texts) -> str:
    return texts.rich("cover.away_now", who=texts.markup.mention(screen.stand_in), until=_until(away.until))


def who(screen: CoverWho, texts: Texts) -> Message:
    """Asks a rep who is away who covers."""
    if screen.deal is None:
        return Message.saying(texts.rich("cover.who_settled"))
    customer = deal_name(screen.deal, texts.plain)
    title = texts.rich("cover.who", until=_until(screen.until), customer=customer, more=screen.total - 1)
    value = "" if screen.until is None else screen.until.isoformat()
    row = ActionRow(
        f"cover_who:{value}",
        (
            UserSelect(texts.plain("cover.pick"), ActionId.COVER_PICK, value),
            _button(ActionId.COVER_NOBODY, value, texts),
        ),
    )
    return Message(title, (Paragraph(title), row))


def offer(screen: CoverOffer, texts: Texts) -> Message:
    """Offers the rep to ask a colleague to make the call."""
    customer = deal_name(screen.deal, texts.plain)
    if screen.over:
        return Message.saying(texts.rich("cover.offer_over", customer=customer))
    value, title = str(screen.deal.id), offer_line(screen, texts)
    elements: list[Button | UserSelect] = []
    if screen.stand_in:
        elements.append(_button(ActionId.COVER_ASK, f"{value}:{screen.stand_in}", texts, "primary"))
    elements.append(UserSelect(texts.plain("cover.pick"), ActionId.COVER_ASK_OTHER, value))
    elements.append(_button(ActionId.COVER_MYSELF, value, texts))
    return Message(title, (Paragraph(title), ActionRow(f"cover_offer:{value}", tuple(elements))))


def offer_line(screen: CoverOffer, texts: Texts) -> str:
    """The offer in one sentence."""
    customer = deal_name(screen.deal, texts.plain)
    named = screen.asked or screen.stand_in
    who = texts.markup.mention(named) if named else ""
    if screen.covered:
        return texts.rich("cover.offer_covered", customer=customer, who=who)
    if screen.asked:
        return texts.rich("cover.offer_unanswered", customer=customer, who=who)
    if screen.stand_in:
        return texts.rich("cover.offer", customer=customer, who=who)
    return texts.rich("cover.offer_anybody", customer=customer)


def listed_answers(screen: CoverOffer, texts: Texts) -> ActionRow:
    """The answers to the offer in a list of several deals: they settle its line, and leave the others."""
    value, mine = str(screen.deal.id), texts.plain("cover.button_myself")
    return ActionRow(
        f"cover_offer:{value}",
        (
            UserSelect(texts.plain("cover.pick_listed"), ActionId.DIGEST_COVER_ASK, value),
            Button(mine, ActionId.DIGEST_COVER_MYSELF, value, mine),
        ),
    )


def ended(screen: CoverEnded, texts: Texts) -> Message:
    """The answer to `cover back`."""
    return Message.saying(texts.rich("cover.ended", count=screen.deals))


def _button(action: ActionId, value: str, texts: Texts, style: str | None = None) -> Button:
    name = action.removeprefix("cover.")
    text = texts.plain(f"cover.button_{name}")
    return Button(text, action, value, text, style="primary" if style == "primary" else None)


def _brief(each: CoverBrief, texts: Texts) -> str:
    name = texts.markup.bold(texts.rich("cover.deal", customer=deal_name(each.deal, texts.plain)))
    lines = [texts.rich("cover.deal_stage", deal=name, stage=texts.plain(f"stage.{each.deal.stage}"))]
    lines += [texts.rich("cover.promise", wording=wording) for wording in each.promises]
    if each.more:
        lines.append(texts.rich("cover.more_promises", count=each.more))
    if each.next_step:
        lines.append(texts.rich("record.next_step", step=each.next_step))
    return "\n".join(lines)


def _meanwhile(each: Meanwhile, texts: Texts) -> str:
    customer = deal_name(each.deal, texts.plain)
    done = ", ".join(texts.plain(f"timeline.{action}") for action in each.actions)
    stage = texts.plain(f"stage.{each.deal.stage}")
    return texts.rich("cover.meanwhile" if done else "cover.quiet", customer=customer, done=done, stage=stage)


def _until(day: date | None) -> str:
    return "" if day is None else format_day(day)
