"""What was promised, how often and by when, in words: "a call every Thursday", "before noon"."""

from __future__ import annotations

from datetime import time

from babel.lists import format_list

from bot.ui.components import ActionRow, Button, ContextText, Message, Paragraph
from bot.ui.ids import ActionId, OccasionValue
from bot.ui.texts import Texts
from bot.views.deal_name import deal_name
from handlers.method.recurrence import LAST, Recurrence
from handlers.method.time_parsing.resolve import format_day
from handlers.screens.deals import DealFacts
from handlers.screens.reminders import OccasionAnswered, PromisedOccasion, Timing
from prompts.cadence import WEEKDAYS
from prompts.wording import Ready, Wording

NOON = time(12)
A_WORKING_WEEK = 5
CLOCK = "%H:%M"


def sentence(occasion: PromisedOccasion, wording: Wording) -> str:
    """What was promised to whom, and what to do now."""
    rule = occasion.rule
    line = wording(
        f"promise.{rule.means or 'other'}",
        name=occasion.name,
        often=Ready(often(rule, wording)),
        when=Ready(_when(occasion, wording)),
        wording=occasion.wording,
    )
    if occasion.timing is Timing.DAY_OFF:
        return wording("promise.day_off", line=Ready(line), day=format_day(occasion.day))
    return line


def digest_line(deal: DealFacts, occasion: PromisedOccasion, texts: Texts) -> str:
    """The sentence in a list of several deals, so with the customer."""
    customer = deal_name(deal, texts.plain)
    line = Ready(sentence(occasion, texts.rich))
    return line if occasion.name == deal.customer else texts.rich("promise.line", customer=customer, line=line)


def reminder(deal: DealFacts, occasion: PromisedOccasion, texts: Texts) -> Message:
    """The reminder of an occasion, with its answers."""
    line = sentence(occasion, texts.rich)
    agreed = texts.rich("promise.agreed", customer=deal_name(deal, texts.plain), wording=occasion.wording)
    return Message(line, (Paragraph(texts.markup.bold(line)), ContextText((agreed,)), answers(deal, occasion, texts)))


def answered(screen: OccasionAnswered, texts: Texts) -> Message:
    """Replaces the reminder: what was recorded, and when the next one comes."""
    return Message.saying(
        texts.rich(
            f"promise.{screen.outcome}_text" if screen.moved_to is None else "promise.moved_text",
            customer=deal_name(screen.deal, texts.plain),
            name=screen.occasion.name,
            wording=screen.occasion.wording,
            day=format_day(screen.moved_to or screen.occasion.day),
            next="" if screen.next_on is None else format_day(screen.next_on),
        )
    )


def often(rule: Recurrence, wording: Wording) -> str:
    """How often: "every other Friday", "on the first Monday of each month", "twice a week"."""
    values = {"interval": rule.interval, "times": rule.times}
    names = [wording(f"weekday.{WEEKDAYS[day]}") for day in rule.weekdays]
    if rule.workday:
        return wording("promise.often_workday", last=LAST in rule.days, **values)
    if rule.weeks:
        numbers = [wording("promise.nth", number=number) for number in rule.weeks]
        return wording("promise.often_nth", numbers=_list(numbers, wording), days=_list(names, wording), **values)
    if rule.days:
        numbers = [wording("promise.day_of_month", number=number) for number in rule.days]
        return wording("promise.often_dates", numbers=_list(numbers, wording), **values)
    if len(names) == A_WORKING_WEEK and rule.interval == 1:
        return wording("promise.often_working_days")
    if names:
        return wording("promise.often_weekdays", days=_list(names, wording), **values)
    return wording(f"promise.often_{rule.unit}", **values)


def _when(occasion: PromisedOccasion, wording: Wording) -> str:
    """By when: "before noon", "on Thu 12 Mar before 08:00", "today"."""
    match occasion.timing:
        case Timing.LATE | Timing.DAY_OFF:
            return wording("promise.today")
        case Timing.AHEAD:
            return wording("promise.ahead", day=format_day(occasion.day), when=_by(occasion.rule, wording))
        case Timing.ON_THE_DAY:
            return _by(occasion.rule, wording)


def _by(rule: Recurrence, wording: Wording) -> str:
    """By when on the day: "before noon", "between 10:00 and noon", else today."""
    before, after = rule.before, rule.after
    if rule.at is not None:
        return wording("promise.at", clock=_clock(rule.at, wording))
    if before is not None and after is not None:
        return wording("promise.between", after=_clock(after, wording), before=_clock(before, wording))
    if before is not None:
        return wording("promise.before", clock=_clock(before, wording))
    if after is not None:
        return wording("promise.after", clock=_clock(after, wording))
    return wording("promise.today")


def _clock(clock: time, wording: Wording) -> str:
    return wording("promise.noon") if clock == NOON else f"{clock:{CLOCK}}"


def _list(parts: list[str], wording: Wording) -> str:
    return str(format_list(parts, locale=wording.locale))


_ANSWERS = {
    "done": (ActionId.PROMISE_DONE, ActionId.DIGEST_PROMISE_DONE),
    "they_called": (ActionId.PROMISE_THEY_CALLED, ActionId.DIGEST_PROMISE_THEY_CALLED),
    "late": (ActionId.PROMISE_LATE, ActionId.DIGEST_PROMISE_LATE),
    "missed": (ActionId.PROMISE_MISSED, ActionId.DIGEST_PROMISE_MISSED),
    "tomorrow": (ActionId.PROMISE_TOMORROW, ActionId.DIGEST_PROMISE_TOMORROW),
}
"""The answers to an occasion: in its own message, and in a list of several deals."""
_TALKS = frozenset({"call", "email", "message", "update"})
"""What a customer may begin before the rep does."""


def answers(deal: DealFacts, occasion: PromisedOccasion, texts: Texts, *, listed: bool = False) -> ActionRow:
    """The answers to an occasion. In a list of several deals, an answer settles its line and leaves the others."""
    behind = ["they_called"] if occasion.rule.means in _TALKS else []
    behind += ["tomorrow"] if occasion.movable else []
    show = Button(
        texts.plain("promise.show"),
        ActionId.CARD_RECORD,
        str(deal.id),
        accessible_name=texts.plain("promise.label_show", customer=deal_name(deal, texts.plain)),
    )
    return ActionRow(
        f"promise:{deal.id}:{occasion.statement_id}",
        tuple(_answer(deal, occasion, name, texts, listed) for name in ("done", "late", "missed")),
        more=(*(_answer(deal, occasion, name, texts, listed) for name in behind), show),
    )


def _answer(deal: DealFacts, occasion: PromisedOccasion, name: str, texts: Texts, listed: bool) -> Button:
    means = occasion.rule.means or "other"
    wrote = means in ("email", "message")
    alone, in_list = _ANSWERS[name]
    match name:
        case "done":
            text = texts.plain(f"promise.done_{means}")
        case "they_called" if wrote:
            text = texts.plain("promise.they_wrote")
        case _:
            text = texts.plain(f"promise.{name}")
    return Button(
        text,
        in_list if listed else alone,
        OccasionValue(deal.id, occasion.statement_id, occasion.number, occasion.day).to_text(),
        accessible_name=texts.plain(f"promise.label_{name}", customer=deal_name(deal, texts.plain)),
        style="primary" if name == "done" and not listed else None,
    )
