"""Reminders: one deal of which something is due, the digest of several, and what a rep wants of them."""

from __future__ import annotations

from bot.ui.components import Box, Button, Heading, Message, Paragraph, Piece, Row, Sheet, Small, TextField, Ticks
from bot.ui.ids import Form, Place, Tap
from bot.ui.texts import Words
from bot.views import call_schedule
from bot.views import card as card_view
from handlers.method.reminders_due import Kind
from handlers.method.time_parsing.lexer import LONGEST
from handlers.screens.deals import DealFacts
from handlers.screens.reminders import CallReminder, Digest, Nudge, Planned, RemindersScreen, SnoozeScreen
from prompts.cadence import WEEKDAYS


def render(screen: CallReminder | Nudge | Digest, words: Words) -> Message:
    """A reminder as a message."""
    match screen:
        case CallReminder():
            return call(screen, words)
        case Nudge():
            return nudge(screen, words)
        case Digest():
            return digest(screen, words)


def form(screen: RemindersScreen | SnoozeScreen, words: Words) -> Sheet:
    """What a reminder, or the list of them, asks the rep."""
    return hours_form(screen, words) if isinstance(screen, RemindersScreen) else snooze_form(screen, words)


def call(screen: CallReminder, words: Words) -> Message:
    """A nudge to make the call, with ways to put it off, or with the antidote to the fear of it (M1.1)."""
    customer = screen.card.deal.customer or words.plain("card.nameless")
    title = words.rich(f"reminder.title_{min(screen.nth, 2)}", customer=customer)
    why = card_view.urgency_line(screen.card, words.rich)
    steps = ("start", card_view.to_schedule(screen.card), "not_a_deal")
    coaching = f"\n{call_schedule.antidote(words.rich)}" if screen.coaches else ""
    pieces: tuple[Piece, ...] = (
        Paragraph(f"{words.markup.bold(title)}\n{why}{coaching}"),
        card_view.row(screen.card, steps, words.plain, f"deal:{screen.card.deal.id}"),
        *call_schedule.snooze_row(screen, words.plain),
    )
    return Message(f"{title} {why}", pieces)


def nudge(screen: Nudge, words: Words) -> Message:
    """What is due, and the next step."""
    line = nudge_line(screen, words)
    return Message(line, (Paragraph(words.markup.bold(line)), _steps(screen, words)))


def digest(screen: Digest, words: Words) -> Message:
    """What is open, one line and one row of buttons for each deal."""
    title = words.rich("digest.title", count=screen.total)
    hidden = screen.total - len(screen.items)
    pieces: list[Piece] = [Heading(words.plain("digest.title", count=screen.total))]
    for item in screen.items:
        pieces += [Paragraph(nudge_line(item, words)), _steps(item, words)]
    if hidden > 0:
        pieces.append(Small((words.rich("digest.more", count=hidden, command=words.command),)))
    return Message("\n".join([title, *(nudge_line(item, words) for item in screen.items)]), tuple(pieces))


def nudge_line(screen: Nudge, words: Words) -> str:
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


def _steps(screen: Nudge, words: Words) -> Row:
    """The deal's main row: what its card would offer."""
    return card_view.rows(screen.card, words.plain, f"deal:{screen.card.deal.id}")[0]


def mine(screen: RemindersScreen, words: Words) -> Message:
    """The rep's own reminders, each with its reason, and what they can do about them."""
    title = words.rich("reminders.title")
    pieces: list[Piece] = [Heading(words.plain("reminders.title"))]
    if not screen.reminded:
        pieces.append(Paragraph(words.rich("reminders.off")))
    elif not screen.planned:
        pieces.append(Paragraph(words.rich("reminders.none")))
    told: set[int] = set()
    for each in screen.planned:
        pieces.append(Paragraph(_planned(each, words)))
        if each.deal is not None and each.deal.id not in told:
            told.add(each.deal.id)
            pieces.append(_deal_button("stop", Tap.REMINDERS_STOP, each.deal, words))
    if screen.total > len(screen.planned):
        pieces.append(Small((words.rich("reminders.more", count=screen.total - len(screen.planned)),)))
    if screen.stopped:
        pieces.append(Paragraph(words.rich("reminders.stopped_title")))
    for deal in screen.stopped:
        pieces.append(Paragraph(words.rich("list.item", customer=_name(deal, words), amount=deal.amount)))
        pieces.append(_deal_button("resume", Tap.REMINDERS_RESUME, deal, words))
    if screen.away_until:
        pieces.append(Paragraph(words.rich("reminders.away", day=screen.away_until)))
    rules = words.rich("reminders.rules", hours=screen.hours, days=days_named(screen, words), zone=screen.zone)
    pieces += [Small((rules,)), choices(screen, words)]
    return Message(f"{title} {rules}", tuple(pieces))


def hours_form(screen: RemindersScreen, words: Words) -> Sheet:
    """Working hours and days, and a pause."""
    chosen = screen.days.split()
    return Sheet(
        Form.HOURS,
        words.plain("reminders.form_title"),
        (
            TextField(
                "hours",
                words.plain("reminders.hours"),
                value=screen.hours,
                hint=words.plain("reminders.hours_hint", zone=screen.zone),
                most=20,
            ),
            Ticks(
                "days",
                words.plain("reminders.days"),
                tuple(Box(day, words.plain(f"weekday.{day}"), ticked=day in chosen) for day in WEEKDAYS),
            ),
            TextField(
                "when",
                words.plain("reminders.when"),
                value=screen.away_until or "",
                hint=words.plain("reminders.when_hint"),
                optional=True,
                most=LONGEST,
            ),
        ),
        place=Place(),
        submit=words.plain("reminders.submit"),
        close=words.plain("reminders.close"),
    )


def saved(screen: RemindersScreen, words: Words) -> str:
    """How the form was understood, in one sentence."""
    return words.rich(
        "reminders.saved", hours=screen.hours, days=days_named(screen, words), day=screen.away_until or ""
    )


def snooze_form(screen: SnoozeScreen, words: Words) -> Sheet:
    """Until when is the reminder put off?"""
    customer = _name(screen.deal, words)
    return Sheet(
        Form.SNOOZE,
        words.plain("snooze.title"),
        (
            Paragraph(words.rich("snooze.intro", customer=customer)),
            TextField(
                "when",
                words.plain("snooze.when"),
                example=words.plain("snooze.example"),
                hint=words.plain("snooze.hint", zone=screen.zone),
                most=LONGEST,
            ),
        ),
        place=Place(screen.deal.id),
        submit=words.plain("snooze.submit"),
        close=words.plain("snooze.close"),
    )


def _planned(each: Planned, words: Words) -> str:
    return words.rich(
        "reminders.line",
        when=words.markup.moment(each.at),
        what=words.plain(f"reminders.kind_{each.kind}"),
        customer="" if each.deal is None else _name(each.deal, words),
        why=words.plain(f"reminders.why_{each.why}"),
    )


def choices(screen: RemindersScreen, words: Words) -> Row:
    """Hours and a pause, and all reminders or none."""
    opt, tap = ("opt_out", Tap.REMINDERS_OFF) if screen.reminded else ("opt_in", Tap.REMINDERS_ON)
    buttons = (
        Button(words.plain(f"reminders.{name}"), where, "reminders", label=words.plain(f"reminders.label_{name}"))
        for name, where in (("change", Tap.REMINDERS_CHANGE), (opt, tap))
    )
    return Row("reminders", tuple(buttons))


def _deal_button(wish: str, tap: Tap, deal: DealFacts, words: Words) -> Row:
    label = words.plain(f"reminders.label_{wish}", customer=_name(deal, words))
    return Row(f"reminders:{deal.id}", (Button(words.plain(f"reminders.{wish}"), tap, str(deal.id), label=label),))


def days_named(screen: RemindersScreen, words: Words) -> str:
    """The working days, ready to read."""
    return ", ".join(words.plain(f"weekday.{day}") for day in screen.days.split())


def _name(deal: DealFacts, words: Words) -> str:
    return deal.customer or words.plain("card.nameless")
