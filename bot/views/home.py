"""The Home tab on Slack, and what "home" answers on Teams: the one thing first, then what is due, then the deals."""

from __future__ import annotations

from bot.ui.components import (
    ActionRow,
    Button,
    Component,
    ContextText,
    Divider,
    Heading,
    Message,
    Paragraph,
)
from bot.ui.ids import ActionId
from bot.ui.texts import Texts
from bot.views import card as card_view
from bot.views import challenges as challenges_view
from bot.views import deal_lists, notices
from bot.views import undelivered as undelivered_view
from bot.views.deal_name import deal_name
from bot.views.review import trend
from handlers.method.time_parsing.resolve import format_day
from handlers.screens.challenges import ChallengeFacts
from handlers.screens.deals import DealCard
from handlers.screens.home import DuePromise, Home, HomeFilter
from handlers.screens.team import UndeliveredScreen

FILTER_ACTIONS = {
    HomeFilter.ALL: ActionId.HOME_ALL,
    HomeFilter.CALL: ActionId.HOME_CALL,
    HomeFilter.PROMISES: ActionId.HOME_PROMISES,
    HomeFilter.WAITING: ActionId.HOME_WAITING,
    HomeFilter.DONE: ActionId.HOME_DONE,
}
_LABELS = {
    HomeFilter.ALL: "home.all",
    HomeFilter.CALL: "home.call",
    HomeFilter.PROMISES: "home.due",
    HomeFilter.WAITING: "home.waiting",
    HomeFilter.DONE: "home.done",
}
_TITLES = {
    HomeFilter.ALL: "home.deals",
    HomeFilter.CALL: "home.deals_call",
    HomeFilter.PROMISES: "home.deals_promises",
    HomeFilter.WAITING: "home.deals_waiting",
    HomeFilter.DONE: "home.deals_done",
}
_EMPTY = {
    HomeFilter.CALL: "home.nothing_call",
    HomeFilter.PROMISES: "home.nothing_promises",
    HomeFilter.WAITING: "home.nothing_waiting",
    HomeFilter.DONE: "home.nothing_done",
}
MOST_IN_A_ROW = 3


def render(screen: Home, texts: Texts, undelivered: UndeliveredScreen | None = None) -> Message:
    """Home as the person sees it. `undelivered` is for admins only."""
    problems = undelivered_view.components(undelivered, texts) if undelivered is not None else ()
    shown = (
        *_first(screen, texts),
        *_promises(screen, texts),
        *_challenges(screen, texts),
        *_deals(screen, texts),
        *_corner(screen, texts),
        *problems,
        Divider(),
        *deal_lists.help_lines(texts),
    )
    return Message(_fallback(screen, texts), shown, notices.left_out(texts))


def _fallback(screen: Home, texts: Texts) -> str:
    match screen.first:
        case DealCard() as card:
            what = card_view.title(card, texts.plain)
        case ChallengeFacts() as found:
            what = texts.plain("home.challenge", customer=deal_name(found.deal, texts.plain), what=found.what)
        case DuePromise() as promise:
            customer = deal_name(promise.deal, texts.plain)
            what = texts.plain("home.promise", customer=customer, wording=promise.wording)
        case None:
            return texts.rich("list.empty", command=texts.command)
    return texts.rich("home.fallback", what=what)


def _first(screen: Home, texts: Texts) -> list[Component]:
    """The one thing, with its button."""
    match screen.first:
        case DealCard() as card:
            return [Heading(texts.plain("home.next")), *deal_lists.row(card, texts, listed=False)]
        case ChallengeFacts() as found:
            return [Heading(texts.plain("home.next")), *_challenge(found, texts, "first", main=True)]
        case DuePromise() as promise:
            return [Heading(texts.plain("home.next")), *_promise(promise, texts)]
        case None:
            empty = texts.rich("list.empty", command=texts.command)
            return [Heading(texts.plain("home.clear")), Paragraph(empty)]


def _promise(promise: DuePromise, texts: Texts) -> list[Component]:
    label = texts.plain("home.label_open_promises", customer=deal_name(promise.deal, texts.plain))
    button = Button(
        texts.plain("home.open_promises"),
        ActionId.PROMISES_OPEN,
        str(promise.deal.id),
        accessible_name=label,
        style="primary",
    )
    return [Paragraph(_promise_line(promise, texts)), ActionRow("home:first", (button,))]


def _promise_line(promise: DuePromise, texts: Texts) -> str:
    return texts.rich(
        "home.promise_overdue" if promise.overdue else "home.promise_due",
        customer=deal_name(promise.deal, texts.plain),
        wording=promise.wording,
        day=format_day(promise.day),
    )


def _promises(screen: Home, texts: Texts) -> list[Component]:
    """One line each, and a button for each customer's board."""
    due = [each for each in screen.promises if each is not screen.first]
    if not due:
        return []
    lines = "\n".join(f"• {_promise_line(each, texts)}" for each in due)
    hidden = screen.promises_total - len(screen.promises)
    by_deal = {each.deal.id: each.deal for each in due}
    rows = [
        ActionRow(
            f"home:promises:{deal.id}",
            (
                Button(
                    deal_lists.named_button(deal, texts),
                    ActionId.PROMISES_OPEN,
                    str(deal.id),
                    accessible_name=texts.plain("home.label_open_promises", customer=deal_name(deal, texts.plain)),
                ),
            ),
        )
        for deal in by_deal.values()
    ]
    return [Heading(texts.plain("home.promises")), Paragraph(lines), *_more(hidden, texts), *rows[:MOST_IN_A_ROW]]


def _challenges(screen: Home, texts: Texts) -> list[Component]:
    """Each open challenge with the time by which the customer is to be told, or where it stands."""
    found = [each for each in screen.challenges if each is not screen.first]
    if not found:
        return []
    pieces = [piece for each in found for piece in _challenge(each, texts, "open")]
    hidden = screen.challenges_total - len(screen.challenges)
    return [Heading(texts.plain("home.challenges")), *pieces, *_more(hidden, texts)]


def _challenge(found: ChallengeFacts, texts: Texts, where: str, *, main: bool = False) -> list[Component]:
    customer = deal_name(found.deal, texts.plain)
    line = texts.rich("home.challenge", customer=customer, what=found.what)
    button = Button(
        texts.plain("home.show_challenge"),
        ActionId.CHALLENGE_SHOW,
        str(found.id),
        accessible_name=texts.plain("home.label_show_challenge", customer=customer),
        style="primary" if main else None,
    )
    status = challenges_view.status_line(found, texts)
    return [Paragraph(f"{line}\n{status}"), ActionRow(f"home:{where}:{found.id}", (button,))]


def _deals(screen: Home, texts: Texts) -> list[Component]:
    """The deals of the filter, without the one that stands above, and the ways to the others."""
    listed = screen.deals
    title = Heading(texts.plain(_TITLES[screen.filter]))
    if not listed.deals:
        empty = _EMPTY.get(screen.filter)
        nothing: list[Component] = [] if empty is None else [title, Paragraph(texts.rich(empty))]
        return [*nothing, _filters(screen, texts)]
    above = screen.first.deal.id if isinstance(screen.first, DealCard) else None
    rows = [piece for card in listed.deals if card.deal.id != above for piece in deal_lists.row(card, texts)]
    pages = deal_lists.page_rows(listed, texts, FILTER_ACTIONS[screen.filter], "")
    return [*([title] if rows else []), _filters(screen, texts), *rows, *pages]


def _filters(screen: Home, texts: Texts) -> ActionRow:
    """What else can be listed; what would be empty is left out, except for what is done, which nobody counts."""
    others = [
        each
        for each in HomeFilter
        if each is not screen.filter and (screen.counts.get(each, 0) or each in (HomeFilter.ALL, HomeFilter.DONE))
    ]
    buttons = tuple(_filter_button(each, texts) for each in others)
    return ActionRow("home:filter", buttons[:MOST_IN_A_ROW], buttons[MOST_IN_A_ROW:])


def _filter_button(each: HomeFilter, texts: Texts) -> Button:
    text = texts.plain(_LABELS[each])
    return Button(text, FILTER_ACTIONS[each], "1", accessible_name=text)


def _corner(screen: Home, texts: Texts) -> list[Component]:
    """What only the person sees: their own calls, and where their self-checks go."""
    calls = screen.corner.calls
    proof = []
    if calls is not None:
        words = texts.rich("fear.proof", count=calls.calls, cancelled=calls.cancelled, minutes=calls.minutes)
        proof = [Paragraph(words)]
    found = [*proof, *trend(screen.corner.self_checks, texts)]
    return [Heading(texts.plain("home.corner")), *found] if found else []


def _more(hidden: int, texts: Texts) -> list[Component]:
    return [ContextText((texts.rich("home.more", count=hidden),))] if hidden > 0 else []
