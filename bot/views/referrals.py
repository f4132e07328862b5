"""The referrals of a deal: the ask that was earned, each introduction, and the answers to a reminder (M5.2, M10.8)."""

from __future__ import annotations

from dataclasses import replace

from bot.ui.components import (
    ActionRow,
    Button,
    Component,
    ContextText,
    Divider,
    Heading,
    Modal,
    Option,
    Paragraph,
    RadioGroup,
    TextField,
)
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.call_schedule import offer_text
from bot.views.deal_name import deal_name
from bot.views.notices import left_out
from handlers.method.offered_times import Offer
from handlers.method.referrals import ANSWERS, AskState, ReferralCounts, ReferralStep
from handlers.method.reminders_due import Kind
from handlers.method.time_parsing.lexer import MAX_LENGTH
from handlers.method.time_parsing.resolve import FIELD
from handlers.referrals.named import LONGEST_NAME, LONGEST_NOTE
from handlers.screens.deals import DealCard, DealFacts
from handlers.screens.referrals import (
    ReferralAskedForm,
    ReferralForm,
    ReferralMeetingForm,
    ReferralRow,
    ReferralsScreen,
)
from prompts.wording import Ready, Wording

MOST_GAPS = 8
OFFER_ACTIONS = {
    Offer.HOUR: ActionId.REFERRALS_HOUR,
    Offer.TODAY: ActionId.REFERRALS_TODAY,
    Offer.MORNING: ActionId.REFERRALS_MORNING,
    Offer.AFTERNOON: ActionId.REFERRALS_AFTERNOON,
}
_ANSWERS: dict[Kind, tuple[tuple[str, ActionId], ...]] = {
    Kind.REFERRAL: (
        ("ask", ActionId.REFERRALS_OPEN),
        ("plan", ActionId.REFERRALS_PLAN),
        ("not_now", ActionId.REFERRALS_NOT_NOW),
    ),
    Kind.REFERRAL_AGAIN: (
        ("again", ActionId.REFERRALS_AGAIN),
        ("not_now", ActionId.REFERRALS_NOT_NOW),
        ("declined", ActionId.REFERRALS_DECLINED),
    ),
    Kind.REFERRAL_SOON: (("ask", ActionId.REFERRALS_OPEN), ("reschedule", ActionId.REFERRALS_PLAN)),
    Kind.REFERRAL_OVER: (
        ("asked", ActionId.REFERRALS_ASKED),
        ("reschedule", ActionId.REFERRALS_PLAN),
        ("not_now", ActionId.REFERRALS_NOT_NOW),
    ),
    Kind.REFERRAL_SLOT: (("show", ActionId.REFERRALS_OPEN), ("leave", ActionId.REFERRALS_LEAVE)),
}
"""The answers to each reminder, by the keys of their texts; the first is the main one."""
ANSWERED_KINDS = frozenset(_ANSWERS)

ReferralsForm = ReferralsScreen | ReferralMeetingForm | ReferralAskedForm | ReferralForm


def render(screen: ReferralsForm, texts: Texts) -> Modal:
    """The page of the referrals, or one of its forms."""
    match screen:
        case ReferralsScreen():
            return page(screen, texts)
        case ReferralMeetingForm():
            return meeting_form(screen, texts)
        case ReferralAskedForm():
            return asked_form(screen, texts)
        case ReferralForm():
            return referral_form(screen, texts)


def answers(card: DealCard, kind: Kind, wording: Wording) -> ActionRow:
    """The answers to a reminder about referrals."""
    buttons = [_button(name, action_id, card.deal, wording) for name, action_id in _ANSWERS[kind]]
    return ActionRow(f"referrals:{card.deal.id}:{kind}", (_primary(buttons[0]), *buttons[1:]))


def page(screen: ReferralsScreen, texts: Texts) -> Modal:
    """What to say and to do now, then who was named, open ones first."""
    components: list[Component] = [Heading(deal_name(screen.deal, texts.plain)), Paragraph(_state_line(screen, texts))]
    if screen.state is AskState.CLOSED:
        components += [Paragraph("\n".join(_gap_lines(screen, texts)))] if screen.gaps else []
    else:
        components += _ask(screen, texts)
    components += [Divider(), Heading(texts.plain("referrals.people"))]
    if screen.counts.agreed is not None or screen.counts.got:
        components.append(ContextText((counts_line(screen.counts, texts),)))
    for row in screen.referrals:
        components += _person(row, texts)
    if not screen.referrals:
        components.append(Paragraph(texts.rich("referrals.nobody")))
    add = _button("add", ActionId.REFERRALS_ADD, screen.deal, texts.plain)
    return Modal(
        ViewId.REFERRALS,
        texts.plain("referrals.title"),
        tuple(components),
        state=ModalState(screen.deal.id),
        close=texts.plain("referrals.close"),
        ending=(ActionRow("referrals:add", (add,)), ContextText((texts.rich("referrals.private"),))),
        left_out=left_out(texts),
    )


def counts_line(counts: ReferralCounts, texts: Texts) -> str:
    """Agreement against outcome, in numbers."""
    return texts.rich(
        "referrals.counts",
        agreed="" if counts.agreed is None else counts.agreed,
        got=counts.got,
        introduced=counts.introduced,
        met=counts.met,
        won=counts.won,
    )


def _state_line(screen: ReferralsScreen, texts: Texts) -> str:
    state = screen.state.value
    if screen.state is AskState.PLANNED and screen.meeting_over:
        state = "planned_over"
    elif screen.state is AskState.CLOSED and not screen.gaps:
        state = "nothing"
    return texts.rich(
        f"referrals.state_{state}",
        customer=deal_name(screen.deal, texts.plain),
        when="" if screen.meeting is None else texts.markup.bold(texts.markup.escape(screen.meeting)),
        day="" if screen.answered_at is None else texts.markup.moment(screen.answered_at),
    )


def _gap_lines(screen: ReferralsScreen, texts: Texts) -> list[str]:
    """What stands between the deal and its referrals."""
    lines = [
        texts.rich(
            "referrals.gap", what=Ready(texts.rich(f"referrals.gap_{gap.state}")), wording=" ".join(gap.wording.split())
        )
        for gap in screen.gaps[:MOST_GAPS]
    ]
    more = len(screen.gaps) - MOST_GAPS
    return [*lines, texts.rich("referrals.more_gaps", count=more)] if more > 0 else lines


def _ask(screen: ReferralsScreen, texts: Texts) -> list[Component]:
    """The sentences to say, and what can be done."""
    deal, planned = screen.deal, screen.state is AskState.PLANNED
    asked = _button("asked", ActionId.REFERRALS_ASKED, deal, texts.plain)
    plan = _button("reschedule" if planned else "plan", ActionId.REFERRALS_PLAN, deal, texts.plain)
    clear = [_button("clear", ActionId.REFERRALS_CLEAR, deal, texts.plain)] if planned else []
    row = ActionRow("referrals:ask", (_primary(asked) if planned else asked, plan, *clear))
    if screen.state in (AskState.NAMED, AskState.DECLINED):
        return [row]
    if screen.state is AskState.READY:
        row = ActionRow("referrals:ask", (_primary(plan), asked))
    invitation = [] if planned else [Paragraph(texts.rich("referrals.invite", words=screen.invitation))]
    return [*invitation, Paragraph(texts.rich("referrals.say", words=screen.words)), row]


def _person(row: ReferralRow, texts: Texts) -> list[Component]:
    """Who it is, how far it has come, whom to thank, and the next step in one tap."""
    dates, step = row.dates, row.dates.step
    made = (
        (ReferralStep.INTRODUCED, dates.introduced_at),
        (ReferralStep.MET, dates.met_at),
        (ReferralStep.WON, dates.won_at),
        (ReferralStep.DROPPED, dates.dropped_at),
    )
    steps = [texts.rich(f"referrals.on_{name}", day=texts.markup.moment(at)) for name, at in made if at is not None]
    name = texts.markup.bold(texts.markup.escape(row.name))
    notes = [
        texts.rich("referrals.known", how=row.how_known) if row.how_known else "",
        texts.rich("referrals.introduces", how=row.introduction) if row.introduction else "",
    ]
    lines = [" · ".join([name, *(steps or [texts.rich("referrals.on_named")])]), *filter(None, notes)]
    thanks = [ContextText((texts.rich("referrals.thank", words=row.thanks),))] if row.thanks else []
    return [Paragraph("\n".join(lines)), *thanks, _steps(row, step, texts.plain)]


def _steps(row: ReferralRow, step: ReferralStep, wording: Wording) -> ActionRow:
    buttons = []
    following = row.dates.following
    if following is not None:
        buttons.append(_move(f"step_{following}", ActionId.REFERRALS_STEP, row, following, wording))
    if step is not ReferralStep.NAMED:
        buttons.append(_move("back", ActionId.REFERRALS_BACK, row, step, wording))
    text, label = wording("referrals.edit"), wording("referrals.label_edit", name=row.name)
    buttons.append(Button(text, ActionId.REFERRALS_EDIT, str(row.id), accessible_name=label))
    return ActionRow(f"referral:{row.id}", tuple(buttons))


def _move(
    tap: str, action_id: ActionId, row: ReferralRow | ReferralForm, step: ReferralStep, wording: Wording
) -> Button:
    label = wording(f"referrals.label_{tap}", name=row.name)
    return Button(wording(f"referrals.{tap}"), action_id, f"{row.id}:{step.value}", accessible_name=label)


def _drop(screen: ReferralForm, wording: Wording) -> tuple[ActionRow, ...]:
    """The button for an introduction that came to nothing, while something can still come of it."""
    if not screen.is_open:
        return ()
    return (ActionRow("drop", (_move("drop", ActionId.REFERRALS_DROP, screen, ReferralStep.DROPPED, wording),)),)


def meeting_form(screen: ReferralMeetingForm, texts: Texts) -> Modal:
    """When will the rep ask? Times to tap, and a field for any other."""
    customer = deal_name(screen.deal, texts.plain)
    offers = tuple(
        Button(
            text := offer_text(offered, texts.plain),
            OFFER_ACTIONS[offered.offer],
            str(int(offered.at.timestamp())),
            accessible_name=texts.plain("referrals.label_offer", customer=customer, when=text),
        )
        for offered in screen.offers
    )
    intro = "referrals.meeting_planned" if screen.planned else "referrals.meeting_intro"
    return Modal(
        ViewId.REFERRAL_MEETING,
        texts.plain("referrals.meeting_title"),
        (
            Paragraph(texts.rich(intro, customer=customer, when=screen.planned or "")),
            *([ActionRow("offers", offers)] if offers else []),
            TextField(
                FIELD,
                texts.plain("schedule.when"),
                placeholder=texts.plain("schedule.example"),
                hint=texts.plain("schedule.hint", zone=screen.zone),
                max_length=MAX_LENGTH,
            ),
        ),
        state=ModalState(screen.deal.id),
        submit=texts.plain("referrals.meeting_submit"),
        close=texts.plain("referrals.cancel"),
    )


def asked_form(screen: ReferralAskedForm, texts: Texts) -> Modal:
    """What did they answer? Only names need the field."""
    return Modal(
        ViewId.REFERRAL_ASKED,
        texts.plain("referrals.asked_title"),
        (
            RadioGroup(
                "answer",
                texts.plain("referrals.answer"),
                tuple(Option(each, texts.plain(f"referrals.answer_{each}")) for each in ANSWERS),
                chosen=None,
            ),
            TextField(
                "names",
                texts.plain("referrals.names"),
                hint=texts.plain("referrals.names_hint"),
                multiline=True,
                optional=True,
            ),
        ),
        state=ModalState(screen.deal.id),
        submit=texts.plain("referrals.save"),
        close=texts.plain("referrals.cancel"),
    )


def referral_form(screen: ReferralForm, texts: Texts) -> Modal:
    """Who it is, how the customer knows them, and how they will introduce the rep."""
    return Modal(
        ViewId.REFERRAL_FORM,
        texts.plain("referrals.form_title" if screen.id else "referrals.add"),
        (
            TextField(
                "name",
                texts.plain("referrals.name"),
                value=screen.name,
                hint=texts.plain("referrals.name_hint") if screen.id else "",
                max_length=LONGEST_NAME,
                optional=bool(screen.id),
            ),
            TextField(
                "how_known",
                texts.plain("referrals.how_known"),
                value=screen.how_known,
                max_length=LONGEST_NOTE,
                optional=True,
            ),
            TextField(
                "introduction",
                texts.plain("referrals.introduction"),
                value=screen.introduction,
                hint=texts.plain("referrals.introduction_hint"),
                max_length=LONGEST_NOTE,
                optional=True,
            ),
        ),
        ending=_drop(screen, texts.plain),
        state=ModalState(screen.deal.id, referral_id=screen.id),
        submit=texts.plain("referrals.save"),
        close=texts.plain("referrals.cancel"),
    )


def _button(name: str, action_id: ActionId, deal: DealFacts, wording: Wording) -> Button:
    label = wording(f"referrals.label_{name}", customer=deal_name(deal, wording))
    return Button(wording(f"referrals.{name}"), action_id, str(deal.id), accessible_name=label)


def _primary(button: Button) -> Button:
    return replace(button, style="primary")
