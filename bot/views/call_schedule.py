"""The planned call: the sheet that asks for its time, what is said around it, and the file for the calendar."""

from __future__ import annotations

from datetime import timedelta

from bot.ui.components import ActionRow, Button, Component, File, Message, Modal, Paragraph, TextField
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views import card as card_view
from handlers.method.icalendar_file import CalendarEvent, icalendar
from handlers.method.offered_times import Offer, OfferedTime, Snooze
from handlers.method.time_parsing.lexer import MAX_LENGTH
from handlers.method.time_parsing.resolve import FIELD, format_weekday
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
    Offer.HOUR: ActionId.SCHEDULE_HOUR,
    Offer.TODAY: ActionId.SCHEDULE_TODAY,
    Offer.MORNING: ActionId.SCHEDULE_MORNING,
    Offer.AFTERNOON: ActionId.SCHEDULE_AFTERNOON,
}
SNOOZE_TAPS = {
    Snooze.HOUR: ActionId.SNOOZE_HOUR,
    Snooze.AFTERNOON: ActionId.SNOOZE_AFTERNOON,
    Snooze.TOMORROW: ActionId.SNOOZE_TOMORROW,
}


def form(screen: ScheduleScreen, texts: Texts) -> Modal:
    """When will you call? Times at one tap, and a field for any other."""
    customer = screen.deal.customer or texts.plain("card.nameless")
    planned = texts.rich("schedule.planned", customer=customer, when=screen.planned) if screen.planned else ""
    pieces: list[Component] = [Paragraph(planned or texts.rich("schedule.intro", customer=customer))]
    if screen.offers:
        pieces.append(ActionRow("offers", tuple(_offer(offered, customer, texts.plain) for offered in screen.offers)))
    pieces.append(
        TextField(
            FIELD,
            texts.plain("schedule.when"),
            placeholder=texts.plain("schedule.example"),
            hint=texts.plain("schedule.hint", zone=screen.zone),
            max_length=MAX_LENGTH,
        )
    )
    if screen.planned:
        text = texts.plain("schedule.off")
        label = texts.plain("schedule.label_off", customer=customer)
        pieces.append(
            ActionRow("off", (Button(text, ActionId.SCHEDULE_OFF, str(screen.deal.id), accessible_name=label),))
        )
    return Modal(
        ViewId.SCHEDULE,
        texts.plain("schedule.title"),
        tuple(pieces),
        state=ModalState(screen.deal.id),
        submit=texts.plain("schedule.submit"),
        close=texts.plain("schedule.close"),
    )


def _offer(offered: OfferedTime, customer: str, words: Wording) -> Button:
    time = f"{offered.at:%H:%M}"
    if offered.offer is Offer.HOUR:
        text = words("schedule.hour", time=time)
    elif offered.days == 0:
        text = words("schedule.today", time=time)
    elif offered.days == 1:
        text = words("schedule.tomorrow", time=time)
    else:
        text = words("schedule.later", day=format_weekday(offered.at.date(), words.locale), time=time)
    label = words("schedule.label_offer", customer=customer, when=text)
    return Button(text, OFFER_TAPS[offered.offer], str(int(offered.at.timestamp())), accessible_name=label)


def planned(screen: CallPlanned, texts: Texts) -> Modal:
    """How the rep was understood, on the sheet on which they said it."""
    customer = screen.deal.customer or texts.plain("card.nameless")
    sentence = (
        texts.rich("schedule.done", customer=customer, when=texts.markup.bold(texts.markup.escape(screen.at)))
        if screen.at
        else texts.rich("schedule.undone", customer=customer)
    )
    return Modal(
        ViewId.SCHEDULED,
        texts.plain("schedule.done_title"),
        (Paragraph(sentence),),
        state=ModalState(screen.deal.id),
        close=texts.plain("schedule.done_close"),
    )


def snooze_row(screen: CallReminder, words: Wording) -> list[ActionRow]:
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
            accessible_name=words(f"snooze.label_{snooze}", customer=customer),
        )
        for snooze in screen.snoozes
    )
    more = tuple(
        Button(
            words(f"snooze.{name}"), tap, str(deal.id), accessible_name=words(f"snooze.label_{name}", customer=customer)
        )
        for name, tap in (("other", ActionId.SNOOZE_OTHER), ("stop", ActionId.SNOOZE_STOP))
    )
    return [ActionRow(f"snooze:{deal.id}", buttons), ActionRow(f"snooze:{deal.id}:more", more)]


def antidote(words: Wording) -> str:
    """The answer to the fear of the call, said to be what the method's author has seen (M1.1)."""
    return words("reminder.experience", antidote=playbook().fear_antidote)


def put_off_until(screen: ReminderPutOff, texts: Texts) -> Modal:
    """How the rep was understood, on the sheet on which they said until when."""
    said = put_off(screen, texts)
    return Modal(
        ViewId.SNOOZED,
        texts.plain("snooze.done_title"),
        (Paragraph(said.text),),
        state=ModalState(screen.deal.id),
        close=texts.plain("snooze.done_close"),
    )


def stopped(deal: DealFacts, texts: Texts) -> Message:
    """What a reminder becomes when its deal is to be reminded of no more."""
    customer = deal.customer or texts.plain("card.nameless")
    return Message.saying(texts.rich("snooze.stopped", customer=customer, command=texts.command))


def put_off(screen: ReminderPutOff, texts: Texts) -> Message:
    """What a reminder becomes when it was put off."""
    deal = screen.deal
    customer = deal.customer or texts.plain("card.nameless")
    line = texts.rich("snooze.done", customer=customer, when=texts.markup.moment(screen.until))
    text = f"{line}\n{antidote(texts.rich)}" if screen.coaches else line
    start = texts.plain("card.start")
    label = texts.plain("card.label_start", customer=customer)
    row = ActionRow(f"deal:{deal.id}", (Button(start, ActionId.CARD_GO_ON, str(deal.id), accessible_name=label),))
    return Message(text, (Paragraph(text), row))


def render(screen: CallSoon | CallOver | CallInvite, texts: Texts) -> Message | File:
    """What goes out around a planned call."""
    match screen:
        case CallSoon():
            return soon(screen, texts)
        case CallOver():
            return over(screen, texts)
        case CallInvite():
            return invite(screen, texts)


def soon(screen: CallSoon, texts: Texts) -> Message:
    """A word before the call: with whom, and how to begin (M9.1)."""
    customer = screen.card.deal.customer or texts.plain("card.nameless")
    when = texts.markup.moment(screen.card.call.at) if screen.card.call else ""
    title = texts.rich("soon.title", customer=customer, when=when)
    text = texts.rich("soon.begin", line=screen.opening)
    return Message(
        title,
        (Paragraph(f"{texts.markup.bold(title)}\n{text}"), _next_step(screen.card, texts.plain)),
    )


def over(screen: CallOver, texts: Texts) -> Message:
    """How did it go? Nothing was recorded."""
    customer = screen.card.deal.customer or texts.plain("card.nameless")
    title = texts.rich("over.title", customer=customer)
    text = texts.rich("over.text")
    return Message(
        f"{title} {text}",
        (Paragraph(f"{texts.markup.bold(title)}\n{text}"), _next_step(screen.card, texts.plain)),
    )


def invite(screen: CallInvite, texts: Texts) -> File:
    """The call for the rep's calendar. Each version replaces the one before: same UID, higher SEQUENCE."""
    deal = screen.deal
    customer = deal.customer or texts.plain("card.nameless")
    title = texts.plain("invite.summary", customer=customer)
    event = CalendarEvent(
        uid=f"deal-{deal.id}.{screen.workspace}@firstcall",
        sequence=screen.revision,
        made_at=screen.made_at,
        starts_at=screen.at,
        lasts=CALL_LASTS,
        summary=title,
        description=texts.plain("invite.description", line=screen.opening),
        alarm=timedelta(minutes=cadence().minutes_before),
    )
    name = FILE_NAME.format(deal=deal.id, revision=screen.revision)
    comment = texts.rich("invite.comment", customer=customer, when=texts.markup.moment(screen.at))
    return File(name, title, icalendar(event), comment)


def _next_step(card: DealCard, words: Wording) -> ActionRow:
    """The call, or another time for it."""
    return card_view.row(card, ("start", card_view.to_schedule(card)), words, f"deal:{card.deal.id}")
