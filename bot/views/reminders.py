"""Reminders: for one deal, the digest of several, and the rep's own reminders and their settings."""

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
from bot.views import call_schedule, challenges, cover, notices, orders, promise_nudges, promised, referrals
from bot.views import card as card_view
from bot.views.deal_name import deal_name
from handlers.method.reminder_profiles import ReminderProfile
from handlers.method.reminders_due import Kind
from handlers.method.stages import KEEPING, Stage
from handlers.method.time_parsing.lexer import MAX_LENGTH
from handlers.screens.deals import DealFacts
from handlers.screens.reminders import (
    CallReminder,
    Digest,
    DigestStep,
    Nudge,
    Planned,
    ReminderSnoozed,
    RemindersScreen,
    RetiredReminder,
    SnoozeScreen,
    StoppedReminder,
)
from prompts.cadence import WEEKDAYS
from prompts.playbook import playbook
from prompts.wording import Ready, Wording

PROFILE_ACTIONS = {
    ReminderProfile.LIGHT: ActionId.REMINDERS_LIGHT,
    ReminderProfile.STANDARD: ActionId.REMINDERS_STANDARD,
    ReminderProfile.ACTIVE: ActionId.REMINDERS_ACTIVE,
}

ReminderScreen = CallReminder | Nudge | Digest | ReminderSnoozed | RetiredReminder | StoppedReminder
"""A reminder, or what takes the place of one."""


def render(screen: ReminderScreen, texts: Texts) -> Message:
    """A reminder as a message, or what takes its place once it is answered."""
    match screen:
        case CallReminder():
            return call_reminder(screen, texts)
        case Nudge():
            return nudge(screen, texts)
        case Digest():
            return digest(screen, texts)
        case RetiredReminder():
            return retired(screen, texts)
        case ReminderSnoozed():
            return call_schedule.snoozed(screen, texts)
        case StoppedReminder():
            return call_schedule.reminders_stopped(screen.deal, texts)


def render_form(screen: RemindersScreen | SnoozeScreen, texts: Texts) -> Modal:
    """The form behind a button of a reminder, or of the list of reminders."""
    return hours_form(screen, texts) if isinstance(screen, RemindersScreen) else snooze_form(screen, texts)


def call_reminder(screen: CallReminder, texts: Texts) -> Message:
    """A reminder to make the call, with buttons to snooze it, or with the antidote to the fear of it (M1.1)."""
    customer = deal_name(screen.card.deal, texts.plain)
    title = texts.rich(f"reminder.title_{min(screen.nth, 2)}", customer=customer)
    why = card_view.urgency_line(screen.card, texts.rich)
    coaching = f"\n{texts.markup.escape(playbook().fear_antidote)}" if screen.coaches else ""
    components: tuple[Component, ...] = (
        Paragraph(f"{texts.markup.bold(title)}\n{why}{coaching}"),
        _call_steps(screen, texts.plain),
    )
    return Message(f"{title} {why}", components)


def _call_steps(screen: CallReminder, wording: Wording) -> ActionRow:
    """Start the call, schedule it, or be reminded tomorrow; everything else is behind "…"."""
    name = f"deal:{screen.card.deal.id}"
    steps = card_view.action_row(
        screen.card, ("start", card_view.schedule_button(screen.card)), wording, name, more=("not_a_deal",)
    )
    shown, others = call_schedule.snooze_buttons(screen, wording)
    return ActionRow(name, (*steps.elements, *shown), (*others, *steps.more))


def nudge(screen: Nudge, texts: Texts) -> Message:
    """A reminder of one due item, with the next step."""
    if screen.occasion is not None:
        return promised.reminder(screen.card.deal, screen.occasion, texts)
    if screen.challenge is not None:
        return challenges.reminder(screen.challenge, texts)
    line = nudge_line(screen, texts)
    row = _own_answers(screen, texts, listed=False) or _steps(screen, texts)
    return Message(line, (Paragraph(texts.markup.bold(line)), row))


def digest(screen: Digest, texts: Texts) -> Message:
    """A line and a row of buttons for each deal. A line that is settled has no buttons any more."""
    if screen.replaced:
        return Message.saying(texts.rich("digest.replaced"))
    hidden = screen.total - len(screen.items)
    waiting = hidden + len({item.card.deal.id for item in screen.items if not item.settled})
    title = texts.plain("digest.title", count=waiting) if waiting else texts.plain("digest.done")
    components: list[Component] = [Heading(title)]
    for number, item in enumerate(screen.items):
        components.append(Paragraph(nudge_line(item, texts)))
        if item.settled:
            continue
        following = screen.items[number + 1 :]
        own_answers = _own_answers(item, texts, listed=True)
        if item.challenge is None and not any(later.card.deal.id == item.card.deal.id for later in following):
            components += [ContextText((line,)) for line in card_view.challenges_lines(item.card, texts)]
        if own_answers is not None:
            components.append(own_answers)
        elif not any(_shares_steps(item, later, texts) for later in following):
            components.append(_steps(item, texts))
    if screen.without_step:
        components.append(ContextText((_without_step(screen, texts),)))
    if hidden > 0:
        components.append(ContextText((texts.rich("digest.more", count=hidden, command=texts.command),)))
    text = "\n".join([title, *(nudge_line(item, texts) for item in screen.items)])
    return Message(text, tuple(components), notices.left_out(texts))


def _without_step(screen: Digest, texts: Texts) -> str:
    """Which deals have no next step, in one line (M9.1)."""
    customers = ", ".join(deal_name(deal, texts.plain) for deal in screen.without_step)
    return texts.rich("step.digest", customers=customers, command=texts.command)


def retired(screen: RetiredReminder, texts: Texts) -> Message:
    """What became of a reminder, without buttons."""
    if screen.newer:
        return Message.saying(texts.rich("retired.newer", customer=deal_name(screen.card.deal, texts.plain)))
    return Message.saying(texts.rich("retired.answered", title=Ready(card_view.title(screen.card, texts.rich))))


def nudge_line(screen: Nudge, texts: Texts) -> str:
    """The due item, in one sentence; once it is settled, how the deal stands."""
    deal, card = screen.card.deal, screen.card
    if screen.settled:
        return texts.rich("retired.answered", title=Ready(card_view.title(card, texts.rich)))
    if screen.offer is not None:
        return cover.offer_line(screen.offer, texts)
    if screen.keeper:
        wording = screen.wording if screen.occasion is None else screen.occasion.wording
        return texts.rich(
            "nudge.unanswered",
            customer=deal_name(deal, texts.plain),
            keeper=texts.markup.mention(screen.keeper),
            wording=wording,
        )
    if screen.occasion is not None:
        return promised.digest_line(deal, screen.occasion, texts)
    if screen.challenge is not None:
        return challenges.reminder_line(screen.challenge, texts)
    stage = Stage.DELIVERING if deal.stage in KEEPING else deal.stage
    name = f"digest_{stage}_{screen.step}" if screen.kind is Kind.DIGEST else promise_nudges.line_name(screen)
    return texts.rich(
        f"nudge.{name}",
        customer=deal_name(deal, texts.plain),
        wording=screen.wording,
        days=card.urgency.hours // 24 if screen.kind is Kind.DIGEST else screen.days,
        settled=card.progress.settled,
        total=card.progress.total,
        number=card.referral.number if card.referral and card.referral.outcome == "agreed" else "",
    )


def _shares_steps(item: Nudge, later: Nudge, texts: Texts) -> bool:
    """Whether the deal's next steps stand below a later line of the list."""
    return (
        later.card.deal.id == item.card.deal.id
        and not later.settled
        and _own_answers(later, texts, listed=True) is None
    )


def _own_answers(screen: Nudge, texts: Texts, *, listed: bool) -> ActionRow | None:
    """The answers to a line that asks something of its own; None for one that leads to the deal's next steps."""
    if screen.offer is not None:
        return cover.listed_answers(screen.offer, texts)
    if screen.kind is Kind.NEXT_STEP:
        return _steps(screen, texts)
    if screen.occasion is not None:
        return promised.answers(screen.card.deal, screen.occasion, texts, listed=True)
    if screen.challenge is not None:
        return challenges.answers(screen.challenge, texts)
    if screen.kind in referrals.ANSWERED_KINDS:
        return referrals.answers(screen.card, screen.kind, texts.plain)
    return promise_nudges.answers(screen, texts, listed=listed)


def _steps(screen: Nudge, texts: Texts) -> ActionRow:
    """The deal's next steps; with the question what to do about it, the answers to that."""
    name = f"deal:{screen.card.deal.id}"
    if screen.kind is Kind.NEXT_STEP:
        return ActionRow(f"step:{screen.card.deal.id}", orders.step_answers(screen.card, screen.step_id, texts))
    if screen.step is not DigestStep.WAITS:
        return card_view.question_row(screen.card, texts.plain, name)
    return card_view.action_row_of(screen.card, texts.plain, name)


def my_reminders(screen: RemindersScreen, texts: Texts) -> Message:
    """The rep's upcoming reminders, each with its reason, and the buttons to change them."""
    title = texts.rich("reminders.title")
    components: list[Component] = [Heading(texts.plain("reminders.title"))]
    if not screen.reminded:
        components.append(Paragraph(texts.rich("reminders.off")))
    elif not screen.planned:
        components.append(Paragraph(texts.rich("reminders.none")))
    deals_with_button: set[int] = set()
    for each in screen.planned:
        components.append(Paragraph(_planned(each, texts)))
        if each.deal is not None and each.deal.id not in deals_with_button:
            deals_with_button.add(each.deal.id)
            components.append(_deal_button("stop", ActionId.REMINDERS_STOP, each.deal, texts))
    if screen.total > len(screen.planned):
        components.append(ContextText((texts.rich("reminders.more", count=screen.total - len(screen.planned)),)))
    if screen.stopped:
        components.append(Paragraph(texts.rich("reminders.stopped_title")))
    for deal in screen.stopped:
        components.append(Paragraph(texts.rich("list.item", customer=deal_name(deal, texts.plain), amount=deal.amount)))
        components.append(_deal_button("resume", ActionId.REMINDERS_RESUME, deal, texts))
    if screen.silent:
        customers = ", ".join(deal_name(deal, texts.plain) for deal in screen.silent)
        components.append(Paragraph(texts.rich("reminders.silent", customers=customers)))
    if screen.away_until:
        components.append(Paragraph(texts.rich("reminders.away", day=screen.away_until)))
    rules = texts.rich("reminders.rules", hours=screen.hours, days=weekday_names(screen, texts), zone=screen.zone)
    components += [
        ContextText((rules,)),
        settings_buttons(screen, texts),
        Paragraph(profile_line(screen, texts)),
        profile_buttons(screen, texts),
    ]
    return Message(f"{title} {rules}", tuple(components), notices.left_out(texts))


def hours_form(screen: RemindersScreen, texts: Texts) -> Modal:
    """The form for working hours, working days and a break."""
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


def hours_saved(screen: RemindersScreen, texts: Texts) -> str:
    """Confirms the form, in one sentence."""
    return texts.rich(
        "reminders.saved", hours=screen.hours, days=weekday_names(screen, texts), day=screen.away_until or ""
    )


def snooze_form(screen: SnoozeScreen, texts: Texts) -> Modal:
    """The form that asks until when to snooze the reminder."""
    customer = deal_name(screen.deal, texts.plain)
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
        customer="" if each.deal is None else deal_name(each.deal, texts.plain),
        why=texts.plain(f"reminders.why_{each.why}"),
    )


def settings_buttons(screen: RemindersScreen, texts: Texts) -> ActionRow:
    """The buttons to change the hours, and to switch all reminders off or on."""
    opt, action_id = ("opt_out", ActionId.REMINDERS_OFF) if screen.reminded else ("opt_in", ActionId.REMINDERS_ON)
    buttons = (
        Button(
            texts.plain(f"reminders.{name}"), where, "reminders", accessible_name=texts.plain(f"reminders.label_{name}")
        )
        for name, where in (("change", ActionId.REMINDERS_CHANGE), (opt, action_id))
    )
    return ActionRow("reminders", tuple(buttons))


def profile_line(screen: RemindersScreen, texts: Texts) -> str:
    """How much the person is reminded, in one sentence."""
    return texts.rich("reminders.profile", profile=texts.plain(f"reminders.profile_{screen.profile}"))


def profile_buttons(screen: RemindersScreen, texts: Texts) -> ActionRow:
    """The buttons that switch to another profile."""
    buttons = (
        Button(
            texts.plain(f"reminders.{profile}"),
            PROFILE_ACTIONS[profile],
            "reminders",
            accessible_name=texts.plain(f"reminders.label_{profile}"),
        )
        for profile in ReminderProfile
        if profile is not screen.profile
    )
    return ActionRow("reminders:profile", tuple(buttons))


def _deal_button(wish: str, action_id: ActionId, deal: DealFacts, texts: Texts) -> ActionRow:
    label = texts.plain(f"reminders.label_{wish}", customer=deal_name(deal, texts.plain))
    return ActionRow(
        f"reminders:{deal.id}",
        (Button(texts.plain(f"reminders.{wish}"), action_id, str(deal.id), accessible_name=label),),
    )


def weekday_names(screen: RemindersScreen, texts: Texts) -> str:
    """The names of the working days."""
    return ", ".join(texts.plain(f"weekday.{day}") for day in screen.days.split())
