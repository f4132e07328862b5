"""Reminders: one deal of which something is due, the digest of several, and what a rep wants of them."""

from __future__ import annotations

from bot.ui.components import (
    ActionRow,
    Button,
    Checkbox,
    Checkboxes,
    Component,
    ContextText,
    Heading,
    Message,
    Modal,
    Paragraph,
    TextField,
)
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views import call_schedule
from bot.views import card as card_view
from handlers.method.reminders_due import Kind
from handlers.method.time_parsing.lexer import MAX_LENGTH
from handlers.screens.deals import DealFacts
from handlers.screens.reminders import CallReminder, Digest, Nudge, Planned, RemindersScreen, SnoozeScreen
from prompts.cadence import WEEKDAYS


def render(screen: CallReminder | Nudge | Digest, texts: Texts) -> Message:
    """A reminder as a message."""
    match screen:
        case CallReminder():
            return call(screen, texts)
        case Nudge():
            return nudge(screen, texts)
        case Digest():
            return digest(screen, texts)


def form(screen: RemindersScreen | SnoozeScreen, texts: Texts) -> Modal:
    """What a reminder, or the list of them, asks the rep."""
    return hours_form(screen, texts) if isinstance(screen, RemindersScreen) else snooze_form(screen, texts)


def call(screen: CallReminder, texts: Texts) -> Message:
    """A nudge to make the call, with ways to put it off, or with the antidote to the fear of it (M1.1)."""
    customer = screen.card.deal.customer or texts.plain("card.nameless")
    title = texts.rich(f"reminder.title_{min(screen.nth, 2)}", customer=customer)
    why = card_view.urgency_line(screen.card, texts.rich)
    steps = ("start", card_view.to_schedule(screen.card), "not_a_deal")
    coaching = f"\n{call_schedule.antidote(texts.rich)}" if screen.coaches else ""
    pieces: tuple[Component, ...] = (
        Paragraph(f"{texts.markup.bold(title)}\n{why}{coaching}"),
        card_view.row(screen.card, steps, texts.plain, f"deal:{screen.card.deal.id}"),
        *call_schedule.snooze_row(screen, texts.plain),
    )
    return Message(f"{title} {why}", pieces)


def nudge(screen: Nudge, texts: Texts) -> Message:
    """What is due, and the next step."""
    line = nudge_line(screen, texts)
    return Message(line, (Paragraph(texts.markup.bold(line)), _steps(screen, texts)))


def digest(screen: Digest, texts: Texts) -> Message:
    """What is open, one line and one row of buttons for each deal."""
    title = texts.rich("digest.title", count=screen.total)
    hidden = screen.total - len(screen.items)
    pieces: list[Component] = [Heading(texts.plain("digest.title", count=screen.total))]
    for item in screen.items:
        pieces += [Paragraph(nudge_line(item, texts)), _steps(item, texts)]
    if hidden > 0:
        pieces.append(ContextText((texts.rich("digest.more", count=hidden, command=texts.command),)))
    return Message("\n".join([title, *(nudge_line(item, texts) for item in screen.items)]), tuple(pieces))


def nudge_line(screen: Nudge, texts: Texts) -> str:
    """What is due of the deal, in one sentence."""
    deal, card = screen.card.deal, screen.card
    name = f"digest_{deal.stage}" if screen.kind is Kind.DIGEST else screen.kind.value
    return texts.rich(
        f"nudge.{name}",
        customer=deal.customer or texts.plain("card.nameless"),
        wording=screen.wording,
        days=screen.days,
        settled=card.progress.settled,
        total=card.progress.total,
        number=card.referral.number if card.referral else "",
    )


def _steps(screen: Nudge, texts: Texts) -> ActionRow:
    """The deal's main row: what its card would offer."""
    return card_view.rows(screen.card, texts.plain, f"deal:{screen.card.deal.id}")[0]


def mine(screen: RemindersScreen, texts: Texts) -> Message:
    """The rep's own reminders, each with its reason, and what they can do about them."""
    title = texts.rich("reminders.title")
    pieces: list[Component] = [Heading(texts.plain("reminders.title"))]
    if not screen.reminded:
        pieces.append(Paragraph(texts.rich("reminders.off")))
    elif not screen.planned:
        pieces.append(Paragraph(texts.rich("reminders.none")))
    told: set[int] = set()
    for each in screen.planned:
        pieces.append(Paragraph(_planned(each, texts)))
        if each.deal is not None and each.deal.id not in told:
            told.add(each.deal.id)
            pieces.append(_deal_button("stop", ActionId.REMINDERS_STOP, each.deal, texts))
    if screen.total > len(screen.planned):
        pieces.append(ContextText((texts.rich("reminders.more", count=screen.total - len(screen.planned)),)))
    if screen.stopped:
        pieces.append(Paragraph(texts.rich("reminders.stopped_title")))
    for deal in screen.stopped:
        pieces.append(Paragraph(texts.rich("list.item", customer=_name(deal, texts), amount=deal.amount)))
        pieces.append(_deal_button("resume", ActionId.REMINDERS_RESUME, deal, texts))
    if screen.away_until:
        pieces.append(Paragraph(texts.rich("reminders.away", day=screen.away_until)))
    rules = texts.rich("reminders.rules", hours=screen.hours, days=days_named(screen, texts), zone=screen.zone)
    pieces += [ContextText((rules,)), choices(screen, texts)]
    return Message(f"{title} {rules}", tuple(pieces))


def hours_form(screen: RemindersScreen, texts: Texts) -> Modal:
    """Working hours and days, and a pause."""
    chosen = screen.days.split()
    return Modal(
        ViewId.HOURS,
        texts.plain("reminders.form_title"),
        (
            TextField(
                "hours",
                texts.plain("reminders.hours"),
                value=screen.hours,
                hint=texts.plain("reminders.hours_hint", zone=screen.zone),
                max_length=20,
            ),
            Checkboxes(
                "days",
                texts.plain("reminders.days"),
                tuple(Checkbox(day, texts.plain(f"weekday.{day}"), ticked=day in chosen) for day in WEEKDAYS),
            ),
            TextField(
                "when",
                texts.plain("reminders.when"),
                value=screen.away_until or "",
                hint=texts.plain("reminders.when_hint"),
                optional=True,
                max_length=MAX_LENGTH,
            ),
        ),
        state=ModalState(),
        submit=texts.plain("reminders.submit"),
        close=texts.plain("reminders.close"),
    )


def saved(screen: RemindersScreen, texts: Texts) -> str:
    """How the form was understood, in one sentence."""
    return texts.rich(
        "reminders.saved", hours=screen.hours, days=days_named(screen, texts), day=screen.away_until or ""
    )


def snooze_form(screen: SnoozeScreen, texts: Texts) -> Modal:
    """Until when is the reminder put off?"""
    customer = _name(screen.deal, texts)
    return Modal(
        ViewId.SNOOZE,
        texts.plain("snooze.title"),
        (
            Paragraph(texts.rich("snooze.intro", customer=customer)),
            TextField(
                "when",
                texts.plain("snooze.when"),
                placeholder=texts.plain("snooze.example"),
                hint=texts.plain("snooze.hint", zone=screen.zone),
                max_length=MAX_LENGTH,
            ),
        ),
        state=ModalState(screen.deal.id),
        submit=texts.plain("snooze.submit"),
        close=texts.plain("snooze.close"),
    )


def _planned(each: Planned, texts: Texts) -> str:
    return texts.rich(
        "reminders.line",
        when=texts.markup.moment(each.at),
        what=texts.plain(f"reminders.kind_{each.kind}"),
        customer="" if each.deal is None else _name(each.deal, texts),
        why=texts.plain(f"reminders.why_{each.why}"),
    )


def choices(screen: RemindersScreen, texts: Texts) -> ActionRow:
    """Hours and a pause, and all reminders or none."""
    opt, tap = ("opt_out", ActionId.REMINDERS_OFF) if screen.reminded else ("opt_in", ActionId.REMINDERS_ON)
    buttons = (
        Button(
            texts.plain(f"reminders.{name}"), where, "reminders", accessible_name=texts.plain(f"reminders.label_{name}")
        )
        for name, where in (("change", ActionId.REMINDERS_CHANGE), (opt, tap))
    )
    return ActionRow("reminders", tuple(buttons))


def _deal_button(wish: str, tap: ActionId, deal: DealFacts, texts: Texts) -> ActionRow:
    label = texts.plain(f"reminders.label_{wish}", customer=_name(deal, texts))
    return ActionRow(
        f"reminders:{deal.id}", (Button(texts.plain(f"reminders.{wish}"), tap, str(deal.id), accessible_name=label),)
    )


def days_named(screen: RemindersScreen, texts: Texts) -> str:
    """The working days, ready to read."""
    return ", ".join(texts.plain(f"weekday.{day}") for day in screen.days.split())


def _name(deal: DealFacts, texts: Texts) -> str:
    return deal.customer or texts.plain("card.nameless")
