"""The planned call: the sheet that asks for its time, what is said around it, and the file for the calendar."""

from __future__ import annotations

from datetime import timedelta

from bot.ui.components import Button, File, Message, Paragraph, Piece, Row, Sheet, TextField
from bot.ui.ids import Form, Place, Tap
from bot.ui.texts import Words
from bot.views import card as card_view
from handlers.method.icalendar_file import Event, icalendar
from handlers.method.offered_times import Offer, Offered, Snooze
from handlers.method.time_parsing.lexer import LONGEST
from handlers.method.time_parsing.resolve import FIELD, spoken_weekday
from handlers.screens.deals import DealCard, DealFacts
from handlers.screens.reminders import (
    CallInvite,
    CallOver,
    CallPlanned,
    CallReminder,
    CallSoon,
    ReminderPutOff,
    ScheduleScreen,
)
from prompts.cadence import cadence
from prompts.playbook import playbook
from prompts.wording import Wording

CALL_LASTS = timedelta(minutes=30)
FILE_NAME = "firstcall-{deal}-{revision}.ics"

OFFER_TAPS = {
    Offer.HOUR: Tap.SCHEDULE_HOUR,
    Offer.TODAY: Tap.SCHEDULE_TODAY,
    Offer.MORNING: Tap.SCHEDULE_MORNING,
    Offer.AFTERNOON: Tap.SCHEDULE_AFTERNOON,
}
SNOOZE_TAPS = {
    Snooze.HOUR: Tap.SNOOZE_HOUR,
    Snooze.AFTERNOON: Tap.SNOOZE_AFTERNOON,
    Snooze.TOMORROW: Tap.SNOOZE_TOMORROW,
}


def form(screen: ScheduleScreen, words: Words) -> Sheet:
    """When will you call? Times at one tap, and a field for any other."""
    customer = screen.deal.customer or words.plain("card.nameless")
    planned = words.rich("schedule.planned", customer=customer, when=screen.planned) if screen.planned else ""
    pieces: list[Piece] = [Paragraph(planned or words.rich("schedule.intro", customer=customer))]
    if screen.offers:
        pieces.append(Row("offers", tuple(_offer(offered, customer, words.plain) for offered in screen.offers)))
    pieces.append(
        TextField(
            FIELD,
            words.plain("schedule.when"),
            example=words.plain("schedule.example"),
            hint=words.plain("schedule.hint", zone=screen.zone),
            most=LONGEST,
        )
    )
    if screen.planned:
        text = words.plain("schedule.off")
        label = words.plain("schedule.label_off", customer=customer)
        pieces.append(Row("off", (Button(text, Tap.SCHEDULE_OFF, str(screen.deal.id), label=label),)))
    return Sheet(
        Form.SCHEDULE,
        words.plain("schedule.title"),
        tuple(pieces),
        place=Place(screen.deal.id),
        submit=words.plain("schedule.submit"),
        close=words.plain("schedule.close"),
    )


def _offer(offered: Offered, customer: str, words: Wording) -> Button:
    time = f"{offered.at:%H:%M}"
    if offered.offer is Offer.HOUR:
        text = words("schedule.hour", time=time)
    elif offered.days == 0:
        text = words("schedule.today", time=time)
    elif offered.days == 1:
        text = words("schedule.tomorrow", time=time)
    else:
        text = words("schedule.later", day=spoken_weekday(offered.at.date(), words.locale), time=time)
    label = words("schedule.label_offer", customer=customer, when=text)
    return Button(text, OFFER_TAPS[offered.offer], str(int(offered.at.timestamp())), label=label)


def planned(screen: CallPlanned, words: Words) -> Sheet:
    """How the rep was understood, on the sheet on which they said it."""
    customer = screen.deal.customer or words.plain("card.nameless")
    sentence = (
        words.rich("schedule.done", customer=customer, when=words.markup.bold(words.markup.escape(screen.at)))
        if screen.at
        else words.rich("schedule.undone", customer=customer)
    )
    return Sheet(
        Form.SCHEDULED,
        words.plain("schedule.done_title"),
        (Paragraph(sentence),),
        place=Place(screen.deal.id),
        close=words.plain("schedule.done_close"),
    )


def snooze_row(screen: CallReminder, words: Wording) -> list[Row]:
    """The row that puts a reminder off."""
    if not screen.snoozes:
        return []
    deal = screen.card.deal
    customer = deal.customer or words("card.nameless")
    buttons = tuple(
        Button(
            words(f"snooze.{snooze}"),
            SNOOZE_TAPS[snooze],
            str(deal.id),
            label=words(f"snooze.label_{snooze}", customer=customer),
        )
        for snooze in screen.snoozes
    )
    more = tuple(
        Button(words(f"snooze.{name}"), tap, str(deal.id), label=words(f"snooze.label_{name}", customer=customer))
        for name, tap in (("other", Tap.SNOOZE_OTHER), ("stop", Tap.SNOOZE_STOP))
    )
    return [Row(f"snooze:{deal.id}", buttons), Row(f"snooze:{deal.id}:more", more)]


def antidote(words: Wording) -> str:
    """The answer to the fear of the call, said to be what the method's author has seen (M1.1)."""
    return words("reminder.experience", antidote=playbook().fear_antidote)


def put_off_until(screen: ReminderPutOff, words: Words) -> Sheet:
    """How the rep was understood, on the sheet on which they said until when."""
    said = put_off(screen, words)
    return Sheet(
        Form.SNOOZED,
        words.plain("snooze.done_title"),
        (Paragraph(said.text),),
        place=Place(screen.deal.id),
        close=words.plain("snooze.done_close"),
    )


def stopped(deal: DealFacts, words: Words) -> Message:
    """What a reminder becomes when its deal is to be reminded of no more."""
    customer = deal.customer or words.plain("card.nameless")
    return Message.saying(words.rich("snooze.stopped", customer=customer, command=words.command))


def put_off(screen: ReminderPutOff, words: Words) -> Message:
    """What a reminder becomes when it was put off."""
    deal = screen.deal
    customer = deal.customer or words.plain("card.nameless")
    line = words.rich("snooze.done", customer=customer, when=words.markup.moment(screen.until))
    text = f"{line}\n{antidote(words.rich)}" if screen.coaches else line
    start = words.plain("card.start")
    label = words.plain("card.label_start", customer=customer)
    row = Row(f"deal:{deal.id}", (Button(start, Tap.CARD_GO_ON, str(deal.id), label=label),))
    return Message(text, (Paragraph(text), row))


def render(screen: CallSoon | CallOver | CallInvite, words: Words) -> Message | File:
    """What goes out around a planned call."""
    match screen:
        case CallSoon():
            return soon(screen, words)
        case CallOver():
            return over(screen, words)
        case CallInvite():
            return invite(screen, words)


def soon(screen: CallSoon, words: Words) -> Message:
    """A word before the call: with whom, and how to begin (M9.1)."""
    customer = screen.card.deal.customer or words.plain("card.nameless")
    when = words.markup.moment(screen.card.call.at) if screen.card.call else ""
    title = words.rich("soon.title", customer=customer, when=when)
    text = words.rich("soon.begin", line=screen.opening)
    return Message(
        title,
        (Paragraph(f"{words.markup.bold(title)}\n{text}"), _next_step(screen.card, words.plain)),
    )


def over(screen: CallOver, words: Words) -> Message:
    """How did it go? Nothing was recorded."""
    customer = screen.card.deal.customer or words.plain("card.nameless")
    title = words.rich("over.title", customer=customer)
    text = words.rich("over.text")
    return Message(
        f"{title} {text}",
        (Paragraph(f"{words.markup.bold(title)}\n{text}"), _next_step(screen.card, words.plain)),
    )


def invite(screen: CallInvite, words: Words) -> File:
    """The call for the rep's calendar. Each version replaces the one before: same UID, higher SEQUENCE."""
    deal = screen.deal
    customer = deal.customer or words.plain("card.nameless")
    title = words.plain("invite.summary", customer=customer)
    event = Event(
        uid=f"deal-{deal.id}.{screen.workspace}@firstcall",
        sequence=screen.revision,
        made_at=screen.made_at,
        starts_at=screen.at,
        lasts=CALL_LASTS,
        summary=title,
        description=words.plain("invite.description", line=screen.opening),
        alarm=timedelta(minutes=cadence().minutes_before),
    )
    name = FILE_NAME.format(deal=deal.id, revision=screen.revision)
    comment = words.rich("invite.comment", customer=customer, when=words.markup.moment(screen.at))
    return File(name, title, icalendar(event), comment)


def _next_step(card: DealCard, words: Wording) -> Row:
    """The call, or another time for it."""
    return card_view.row(card, ("start", card_view.to_schedule(card)), words, f"deal:{card.deal.id}")
