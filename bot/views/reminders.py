"""Reminders: one deal of which something is due, the digest of several, and what a rep wants of them."""

from __future__ import annotations

from bot.routes import COMMAND, Form, Place, Tap
from bot.slack.blocks import Block, actions, button, context, header, modal, sections, text_field, ticks
from bot.slack.text import bold, local_time
from bot.slack.words import SlackWords
from bot.views import card as card_view
from bot.views import schedule
from bot.views.card import Message
from handlers.method.due import Kind
from handlers.method.time_said import LONGEST
from handlers.screens import CallReminder, DealFacts, Digest, Nudge, Planned, RemindersScreen, SnoozeScreen
from prompts.cadence import WEEKDAYS


def render(screen: CallReminder | Nudge | Digest, words: SlackWords) -> Message:
    """A reminder as a message."""
    match screen:
        case CallReminder():
            return call(screen, words)
        case Nudge():
            return nudge(screen, words)
        case Digest():
            return digest(screen, words)


def form(screen: RemindersScreen | SnoozeScreen, words: SlackWords) -> Block:
    """What a reminder, or the list of them, asks the rep."""
    return hours_form(screen, words) if isinstance(screen, RemindersScreen) else snooze_form(screen, words)


def call(screen: CallReminder, words: SlackWords) -> Message:
    """A nudge to make the call, with ways to put it off, or with the antidote to the fear of it (M1.1)."""
    customer = screen.card.deal.customer or words.plain("card.nameless")
    title = words.rich(f"reminder.title_{min(screen.nth, 2)}", customer=customer)
    why = card_view.urgency_line(screen.card, words.rich)
    steps = ("start", card_view.to_schedule(screen.card), "not_a_deal")
    coaching = f"\n{schedule.antidote(words.rich)}" if screen.coaches else ""
    blocks = [
        *sections(f"{bold(title)}\n{why}{coaching}"),
        card_view.row(screen.card, steps, words.plain, f"deal:{screen.card.deal.id}"),
        *schedule.snooze_row(screen, words.plain),
    ]
    return Message(f"{title} {why}", blocks)


def nudge(screen: Nudge, words: SlackWords) -> Message:
    """What is due, and the next step."""
    line = nudge_line(screen, words)
    return Message(line, [*sections(bold(line)), _steps(screen, words)])


def digest(screen: Digest, words: SlackWords) -> Message:
    """What is open, one line and one row of buttons for each deal."""
    title = words.rich("digest.title", count=screen.total)
    hidden = screen.total - len(screen.items)
    blocks: list[Block] = [header(words.plain("digest.title", count=screen.total))]
    for item in screen.items:
        blocks += [*sections(nudge_line(item, words)), _steps(item, words)]
    if hidden > 0:
        blocks.append(context(words.rich("digest.more", count=hidden, command=COMMAND)))
    return Message("\n".join([title, *(nudge_line(item, words) for item in screen.items)]), blocks)


def nudge_line(screen: Nudge, words: SlackWords) -> str:
    """What is due of the deal, in one sentence."""
    deal, card = screen.card.deal, screen.card
    name = f"digest_{deal.stage}" if screen.kind is Kind.DIGEST else screen.kind.value
    return words.rich(
        f"nudge.{name}",
        customer=deal.customer or words.plain("card.nameless"),
        wording=screen.wording,
        days=screen.days,
        settled=card.progress.settled,
        total=card.progress.total,
        number=card.referral.number if card.referral else "",
    )


def _steps(screen: Nudge, words: SlackWords) -> Block:
    """The deal's main row: what its card would offer."""
    return card_view.rows(screen.card, words.plain, f"deal:{screen.card.deal.id}")[0]


def mine(screen: RemindersScreen, words: SlackWords) -> Message:
    """The rep's own reminders, each with its reason, and what they can do about them."""
    title = words.rich("reminders.title")
    blocks: list[Block] = [header(words.plain("reminders.title"))]
    if not screen.reminded:
        blocks += sections(words.rich("reminders.off"))
    elif not screen.planned:
        blocks += sections(words.rich("reminders.none"))
    told: set[int] = set()
    for each in screen.planned:
        blocks += sections(_planned(each, words))
        if each.deal is not None and each.deal.id not in told:
            told.add(each.deal.id)
            blocks.append(_deal_button("stop", Tap.REMINDERS_STOP, each.deal, words))
    if screen.total > len(screen.planned):
        blocks.append(context(words.rich("reminders.more", count=screen.total - len(screen.planned))))
    if screen.stopped:
        blocks += sections(words.rich("reminders.stopped_title"))
    for deal in screen.stopped:
        blocks += sections(words.rich("list.item", customer=_name(deal, words), amount=deal.amount))
        blocks.append(_deal_button("resume", Tap.REMINDERS_RESUME, deal, words))
    if screen.away_until:
        blocks += sections(words.rich("reminders.away", day=screen.away_until))
    rules = words.rich("reminders.rules", hours=screen.hours, days=_days(screen, words), zone=screen.zone)
    blocks += [context(rules), actions("reminders", _choices(screen, words))]
    return Message(f"{title} {rules}", blocks)


def hours_form(screen: RemindersScreen, words: SlackWords) -> Block:
    """Working hours and days, and a pause."""
    chosen = screen.days.split()
    return modal(
        Form.HOURS,
        words.plain("reminders.form_title"),
        [
            text_field(
                "hours",
                words.plain("reminders.hours"),
                value=screen.hours,
                hint=words.plain("reminders.hours_hint", zone=screen.zone),
                most=20,
            ),
            ticks(
                "days",
                words.plain("reminders.days"),
                [(day, words.plain(f"weekday.{day}"), "", day in chosen) for day in WEEKDAYS],
            ),
            text_field(
                "when",
                words.plain("reminders.when"),
                value=screen.away_until or "",
                hint=words.plain("reminders.when_hint"),
                optional=True,
                most=LONGEST,
            ),
        ],
        metadata=Place().packed(),
        submit=words.plain("reminders.submit"),
        close=words.plain("reminders.close"),
    )


def saved(screen: RemindersScreen, words: SlackWords) -> str:
    """How the form was understood, in one sentence."""
    return words.rich("reminders.saved", hours=screen.hours, days=_days(screen, words), day=screen.away_until or "")


def snooze_form(screen: SnoozeScreen, words: SlackWords) -> Block:
    """Until when is the reminder put off?"""
    customer = _name(screen.deal, words)
    return modal(
        Form.SNOOZE,
        words.plain("snooze.title"),
        [
            *sections(words.rich("snooze.intro", customer=customer)),
            text_field(
                "when",
                words.plain("snooze.when"),
                example=words.plain("snooze.example"),
                hint=words.plain("snooze.hint", zone=screen.zone),
                most=LONGEST,
            ),
        ],
        metadata=Place(screen.deal.id).packed(),
        submit=words.plain("snooze.submit"),
        close=words.plain("snooze.close"),
    )


def _planned(each: Planned, words: SlackWords) -> str:
    return words.rich(
        "reminders.line",
        when=local_time(each.at),
        what=words.plain(f"reminders.kind_{each.kind}"),
        customer="" if each.deal is None else _name(each.deal, words),
        why=words.plain(f"reminders.why_{each.why}"),
    )


def _choices(screen: RemindersScreen, words: SlackWords) -> list[Block]:
    opt, tap = ("opt_out", Tap.REMINDERS_OFF) if screen.reminded else ("opt_in", Tap.REMINDERS_ON)
    return [
        button(words.plain(f"reminders.{name}"), where, "reminders", label=words.plain(f"reminders.label_{name}"))
        for name, where in (("change", Tap.REMINDERS_CHANGE), (opt, tap))
    ]


def _deal_button(wish: str, tap: Tap, deal: DealFacts, words: SlackWords) -> Block:
    label = words.plain(f"reminders.label_{wish}", customer=_name(deal, words))
    return actions(f"reminders:{deal.id}", [button(words.plain(f"reminders.{wish}"), tap, str(deal.id), label=label)])


def _days(screen: RemindersScreen, words: SlackWords) -> str:
    return ", ".join(words.plain(f"weekday.{day}") for day in screen.days.split())


def _name(deal: DealFacts, words: SlackWords) -> str:
    return deal.customer or words.plain("card.nameless")
