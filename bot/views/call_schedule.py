"""The planned call: the form for its time, the messages around it, snoozing, and the calendar file."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.ui.components import ActionRow, Button, Component, File, Message, Modal, Paragraph, TextField
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views import card as card_view
from bot.views.contacts import contact_line
from bot.views.deal_name import deal_name
from handlers.method.icalendar_file import CalendarEvent, icalendar
from handlers.method.offered_times import Offer, OfferedTime, Snooze
from handlers.method.time_parsing.lexer import MAX_LENGTH
from handlers.method.time_parsing.resolve import FIELD, format_day, format_moment, format_weekday
from handlers.screens.deals import DealCard, DealFacts
from handlers.screens.reminders import (
    CallInvite,
    CallOver,
    CallPlanned,
    CallReminder,
    CallSoon,
    MovedReminder,
    ReminderSnoozed,
    ScheduleScreen,
)
from prompts.cadence import cadence
from prompts.playbook import playbook
from prompts.wording import Wording

CALL_LASTS = timedelta(minutes=30)
FILE_NAME = "firstcall-{deal}-{revision}.ics"

OFFER_ACTIONS = {
    Offer.HOUR: ActionId.SCHEDULE_HOUR,
    Offer.TODAY: ActionId.SCHEDULE_TODAY,
    Offer.MORNING: ActionId.SCHEDULE_MORNING,
    Offer.AFTERNOON: ActionId.SCHEDULE_AFTERNOON,
}
SNOOZE_ACTIONS = {
    Snooze.HOUR: ActionId.SNOOZE_HOUR,
    Snooze.AFTERNOON: ActionId.SNOOZE_AFTERNOON,
    Snooze.TOMORROW: ActionId.SNOOZE_TOMORROW,
}


def schedule_form(screen: ScheduleScreen, texts: Texts) -> Modal:
    """The form for the time of the call: suggested times as buttons, and a field for any other."""
    customer = deal_name(screen.deal, texts.plain)
    planned = texts.rich("schedule.planned", customer=customer, when=screen.planned) if screen.planned else ""
    today = any(offered.days == 0 for offered in screen.offers)
    intro = texts.rich("schedule.intro" if today else "scheduled.intro_later", customer=customer)
    components: list[Component] = [Paragraph(planned or intro)]
    if screen.offers:
        components.append(
            ActionRow("offers", tuple(_offer(offered, customer, texts.plain) for offered in screen.offers))
        )
    components.append(
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
        components.append(
            ActionRow("off", (Button(text, ActionId.SCHEDULE_OFF, str(screen.deal.id), accessible_name=label),))
        )
    return Modal(
        ViewId.SCHEDULE,
        texts.plain("schedule.title"),
        tuple(components),
        state=ModalState(screen.deal.id),
        submit=texts.plain("schedule.submit"),
        close=texts.plain("schedule.close"),
    )


def offer_text(offered: OfferedTime, wording: Wording) -> str:
    """The text of a button with an offered time."""
    time = f"{offered.at:%H:%M}"
    if offered.offer is Offer.HOUR:
        return wording("schedule.hour", time=time)
    if offered.days == 0:
        return wording("schedule.today", time=time)
    if offered.days == 1:
        return wording("schedule.tomorrow", time=time)
    return wording("schedule.later", day=format_weekday(offered.at.date(), wording.locale), time=time)


def _offer(offered: OfferedTime, customer: str, wording: Wording) -> Button:
    text = offer_text(offered, wording)
    label = wording("schedule.label_offer", customer=customer, when=text)
    return Button(text, OFFER_ACTIONS[offered.offer], str(int(offered.at.timestamp())), accessible_name=label)


def call_planned(screen: CallPlanned, texts: Texts) -> Modal:
    """Confirms the time, in place of the form."""
    customer = deal_name(screen.deal, texts.plain)
    sentence = (
        texts.rich("schedule.done", customer=customer, when=texts.markup.bold(texts.markup.escape(screen.at)))
        if screen.at
        else texts.rich("schedule.undone", customer=customer)
    )
    early = [Paragraph(texts.rich("contact.planned", when=screen.there))] if screen.there else []
    return Modal(
        ViewId.SCHEDULED,
        texts.plain("schedule.done_title"),
        (Paragraph(sentence), *early, *_other_reading(screen, texts), *_late(screen, texts)),
        state=ModalState(screen.deal.id),
        close=texts.plain("schedule.done_close"),
    )


def _other_reading(screen: CallPlanned, texts: Texts) -> list[Component]:
    """What the typed time may also mean, to tap."""
    if screen.otherwise is None:
        return []
    when = format_moment(screen.otherwise, texts.plain.locale)
    customer = deal_name(screen.deal, texts.plain)
    label = texts.plain("schedule.label_offer", customer=customer, when=when)
    button = Button(when, ActionId.SCHEDULE_OTHERWISE, str(int(screen.otherwise.timestamp())), accessible_name=label)
    return [Paragraph(texts.rich("scheduled.otherwise", when=when)), ActionRow("otherwise", (button,))]


def _late(screen: CallPlanned, texts: Texts) -> list[Component]:
    """The call is more than a day after the close: why that is late, and an earlier time to tap."""
    if screen.sooner is None or screen.days_after_close is None:
        return []
    key = "scheduled.late" if screen.days_after_close > 1 else "scheduled.late_a_day"
    button = replace(
        _offer(screen.sooner, deal_name(screen.deal, texts.plain), texts.plain), action_id=ActionId.SCHEDULE_SOONER
    )
    return [Paragraph(texts.rich(key, days=screen.days_after_close)), ActionRow("sooner", (button,))]


def snooze_buttons(screen: CallReminder, wording: Wording) -> tuple[tuple[Button, ...], tuple[Button, ...]]:
    """The buttons that snooze a reminder: the one to show, and those behind "…"."""
    if not screen.snoozes:
        return (), ()
    deal = screen.card.deal
    customer = deal_name(deal, wording)
    names = {
        **{snooze.value: SNOOZE_ACTIONS[snooze] for snooze in screen.snoozes},
        "other": ActionId.SNOOZE_OTHER,
        "stop": ActionId.SNOOZE_STOP,
    }
    buttons = {
        name: Button(
            wording(f"snooze.{name}"),
            action_id,
            str(deal.id),
            accessible_name=wording(f"snooze.label_{name}", customer=customer),
        )
        for name, action_id in names.items()
    }
    shown = buttons.pop(Snooze.TOMORROW.value)
    return (shown,), tuple(buttons.values())


def snoozed_modal(screen: ReminderSnoozed, texts: Texts) -> Modal:
    """Confirms until when the reminder is snoozed, in place of the form."""
    message = snoozed(screen, texts)
    return Modal(
        ViewId.SNOOZED,
        texts.plain("snooze.done_title"),
        message.components,
        state=ModalState(screen.deal.id),
        close=texts.plain("snooze.done_close"),
    )


def reminders_stopped(deal: DealFacts, texts: Texts) -> Message:
    """Replaces a reminder once the rep has stopped the reminders of its deal."""
    customer = deal_name(deal, texts.plain)
    return Message.saying(texts.rich("snooze.stopped", customer=customer, command=texts.command))


def snoozed(screen: ReminderSnoozed, texts: Texts) -> Message:
    """Replaces a reminder that was snoozed."""
    deal = screen.deal
    customer = deal_name(deal, texts.plain)
    when = texts.markup.moment(screen.until)
    if screen.moved is None:
        lines = [texts.rich("snooze.done", customer=customer, when=when)]
    else:
        lines = [_moved(screen.moved, customer, when, texts)]
    if screen.otherwise is not None:
        lines.append(texts.rich("snoozed.otherwise", when=format_moment(screen.otherwise, texts.plain.locale)))
    if screen.coaches:
        lines.append(texts.markup.escape(playbook().fear_antidote))
    text = "\n".join(lines)
    start = texts.plain("card.start")
    label = texts.plain("card.label_start", customer=customer)
    buttons = [Button(start, ActionId.CARD_GO_ON, str(deal.id), accessible_name=label)]
    if screen.moved is not None or screen.otherwise is not None:
        label = texts.plain("snooze.label_other", customer=customer)
        other = texts.plain("snooze.other")
        buttons.append(Button(other, ActionId.SNOOZE_OTHER, str(deal.id), accessible_name=label))
    return Message(text, (Paragraph(text), ActionRow(f"deal:{deal.id}", tuple(buttons))))


def _moved(moved: MovedReminder, customer: str, when: str, texts: Texts) -> str:
    """Why the reminder does not come at the time that the rep asked for, and when it does."""
    return texts.rich(
        f"snoozed.{moved.why}",
        customer=customer,
        when=when,
        starts=f"{moved.hours.starts:%H:%M}",
        ends=f"{moved.hours.ends:%H:%M}",
        day=format_day(moved.asked.date(), texts.plain.locale),
        back="" if moved.back is None else format_day(moved.back, texts.plain.locale),
    )


def render(screen: CallSoon | CallOver | CallInvite, texts: Texts) -> Message | File:
    """A message around a planned call, or its calendar file."""
    match screen:
        case CallSoon():
            return call_soon(screen, texts)
        case CallOver():
            return call_over(screen, texts)
        case CallInvite():
            return calendar_invite(screen, texts)


def call_soon(screen: CallSoon, texts: Texts) -> Message:
    """Shortly before the call: the customer, their number, and the opening line (M9.1)."""
    customer = deal_name(screen.card.deal, texts.plain)
    when = texts.markup.moment(screen.card.call.at) if screen.card.call else ""
    title = texts.rich("soon.title", customer=customer, when=when)
    text = texts.rich("soon.begin", line=screen.opening)
    lines = (contact_line(contact, texts) for contact in screen.contacts)
    return Message(
        title,
        (
            Paragraph("\n".join([texts.markup.bold(title), *lines, text])),
            _next_step(screen.card, texts.plain),
        ),
    )


def call_over(screen: CallOver, texts: Texts) -> Message:
    """Asks how the call went, because nothing was recorded."""
    customer = deal_name(screen.card.deal, texts.plain)
    title = texts.rich("over.title", customer=customer)
    text = texts.rich("over.text")
    return Message(
        f"{title} {text}",
        (Paragraph(f"{texts.markup.bold(title)}\n{text}"), _next_step(screen.card, texts.plain)),
    )


def calendar_invite(screen: CallInvite, texts: Texts) -> File:
    """The call for the rep's calendar. Each revision replaces the last one: same UID, higher SEQUENCE."""
    deal = screen.deal
    customer = deal_name(deal, texts.plain)
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


def _next_step(card: DealCard, wording: Wording) -> ActionRow:
    """Start the call, or reschedule it."""
    return card_view.action_row(card, ("start", card_view.schedule_button(card)), wording, f"deal:{card.deal.id}")
