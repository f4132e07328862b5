"""Challenges: one on its screen, its forms, the rows of buttons in reminders, and the list of those that are open."""

from __future__ import annotations

from bot.ui.components import (
    ActionRow,
    Button,
    Component,
    ContextText,
    Divider,
    Heading,
    Message,
    Modal,
    Option,
    Paragraph,
    RadioGroup,
    Select,
    TextField,
)
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views import notices
from bot.views.deal_name import deal_name
from handlers.challenges.log import LONGEST_WHAT
from handlers.challenges.praise import LONGEST_CONTACT
from handlers.challenges.praise import LONGEST_WORDS as LONGEST_PRAISE
from handlers.challenges.steps import LONGEST_WORDS, NEEDS_HOW, NEEDS_WORDS
from handlers.method.challenges import SETTLED, SEVERITIES, ChallengeState, How, Whose
from handlers.method.time_parsing.lexer import MAX_LENGTH
from handlers.screens.challenges import (
    ChallengeFacts,
    ChallengeForm,
    ChallengeList,
    ChallengeOnRecord,
    ChallengeScreen,
    ChallengeStepForm,
    PraiseForm,
    PraiseKept,
    PraiseShown,
    StepShown,
    TouchedPromiseForm,
)
from handlers.screens.deals import DealFacts
from prompts.wording import Ready, Wording

ChallengeModal = ChallengeScreen | ChallengeForm | ChallengeStepForm | TouchedPromiseForm | PraiseForm | PraiseKept
"""The screens of challenges that are modals."""

TOLD_ACTIONS = {
    How.PHONE: ActionId.CHALLENGE_PHONE,
    How.EMAIL: ActionId.CHALLENGE_EMAIL,
    How.VISIT: ActionId.CHALLENGE_VISIT,
    How.CHAT: ActionId.CHALLENGE_CHAT,
}
_ACTIONS = {
    **{how.value: action_id for how, action_id in TOLD_ACTIONS.items()},
    "told_earlier": ActionId.CHALLENGE_TOLD_EARLIER,
    "update": ActionId.CHALLENGE_UPDATE,
    "solve": ActionId.CHALLENGE_SOLVE,
    "confirm": ActionId.CHALLENGE_CONFIRM,
    "not_yet": ActionId.CHALLENGE_NOT_YET,
    "withdraw": ActionId.CHALLENGE_WITHDRAW,
    "edit": ActionId.CHALLENGE_EDIT,
    "promise": ActionId.CHALLENGE_PROMISE,
    "show": ActionId.CHALLENGE_SHOW,
}
"""Action ids by the key of the button's text."""
_STEPS = {
    ChallengeState.TO_TELL: ("phone", "email", "visit", "chat", "told_earlier"),
    ChallengeState.TOLD: ("update", "solve"),
    ChallengeState.REOPENED: ("update", "solve"),
    ChallengeState.SOLVED: ("confirm", "not_yet"),
    ChallengeState.CONFIRMED: (),
    ChallengeState.WITHDRAWN: (),
}
"""The buttons of each state, the most likely first."""
MOST_IN_A_ROW = 3
"""Buttons; more are too narrow for a phone. Those of a message are the last one to show the challenge."""


def render(screen: ChallengeModal, texts: Texts) -> Modal:
    """The screen as a modal."""
    match screen:
        case ChallengeScreen():
            return challenge(screen.challenge, texts)
        case ChallengeForm():
            return log_form(screen, texts)
        case ChallengeStepForm():
            return step_form(screen, texts)
        case TouchedPromiseForm():
            return promise_form(screen, texts)
        case PraiseForm():
            return praise_form(screen, texts)
        case PraiseKept():
            return praise_kept(screen, texts)


def challenge(shown: ChallengeFacts, texts: Texts) -> Modal:
    """Where it stands, what to say, the next steps, and what was done so far."""
    about = [
        texts.rich(f"challenge.severity_{shown.severity}"),
        texts.rich(f"challenge.mistake_{shown.whose}"),
        texts.rich("challenge.discovered", when=texts.markup.moment(shown.discovered_at)),
    ]
    agreed = texts.rich("challenge.agreed", wording=shown.agreed) if shown.agreed else texts.rich("challenge.playbook")
    lines = [" · ".join(about), agreed]
    if shown.touches:
        lines.append(texts.rich("challenge.touches", wording=shown.touches))
    components: list[Component] = [
        Heading(texts.plain("challenge.heading", customer=deal_name(shown.deal, texts.plain))),
        Paragraph(f"{texts.markup.escape(shown.what)}\n{texts.markup.bold(status_line(shown, texts))}"),
        ContextText(tuple(lines)),
        *_what_to_say(shown, texts),
    ]
    for number, names in enumerate(_rows(shown.state)):
        components.append(ActionRow(f"challenge:{shown.id}:{number}", tuple(_buttons(shown, names, texts))))
    if shown.steps:
        done = "\n".join(_step_line(step, texts) for step in shown.steps)
        components += [Divider(), Paragraph(done)]
    return Modal(
        ViewId.CHALLENGE,
        texts.plain("challenge.title"),
        tuple(components),
        state=ModalState(challenge_id=shown.id),
        close=texts.plain("challenge.close"),
    )


def _rows(state: ChallengeState) -> list[tuple[str, ...]]:
    """The names of the buttons, row by row: first the next steps, then what corrects the entry."""
    steps, corrections = _STEPS[state], () if state in SETTLED else ("edit", "promise")
    if state is ChallengeState.TO_TELL:
        corrections = (*corrections, "withdraw")
    return [
        names[start : start + MOST_IN_A_ROW]
        for names in (steps, corrections)
        for start in range(0, len(names), MOST_IN_A_ROW)
    ]


def status_line(shown: ChallengeFacts, texts: Texts) -> str:
    """Where it stands; before the customer knows, by when to tell them."""
    if shown.state is ChallengeState.TO_TELL:
        when = texts.markup.moment(shown.tell_by)
        return texts.rich("challenge.overdue" if shown.overdue else "challenge.tell_by", when=when)
    told = texts.rich("challenge.in_time" if shown.told_in_time else "challenge.too_late")
    return texts.rich(f"challenge.state_{shown.state}", told=Ready(told))


def _what_to_say(shown: ChallengeFacts, texts: Texts) -> list[Component]:
    if shown.line is None:
        return []
    advice, said = texts.markup.escape(shown.line.advice), texts.rich("brief.quoted", text=shown.line.say)
    return [Paragraph(f"{advice}\n{said}")]


def _step_line(step: StepShown, texts: Texts) -> str:
    how = texts.rich(f"challenge.by_{step.how}") if step.how is not None else ""
    return texts.rich(
        "challenge.done",
        when=texts.markup.moment(step.at),
        what=Ready(texts.rich(f"challenge.did_{step.step}", how=Ready(how))),
        who=texts.markup.mention(step.actor),
        words=step.words,
    )


def _buttons(shown: ChallengeFacts, names: tuple[str, ...], texts: Texts) -> list[Button]:
    return [_button(shown, name, texts, main=name in _STEPS[shown.state][:1]) for name in names]


def _button(shown: ChallengeFacts, name: str, texts: Texts, *, main: bool = False) -> Button:
    label = texts.plain(f"challenge.label_{name}", customer=deal_name(shown.deal, texts.plain))
    style = "primary" if main else None
    text = texts.plain(f"challenge.{name}")
    if style is None:
        return Button(text, _ACTIONS[name], str(shown.id), accessible_name=label)
    return Button(text, _ACTIONS[name], str(shown.id), accessible_name=label, style="primary")


def reminder_line(shown: ChallengeFacts, texts: Texts) -> str:
    """What is due about it, in one sentence, for a reminder or a list."""
    state = "overdue" if shown.overdue else shown.state
    return texts.rich(
        f"challenge.remind_{state}",
        customer=deal_name(shown.deal, texts.plain),
        what=_short(shown.what),
        when=texts.markup.moment(shown.tell_by),
    )


def reminder(shown: ChallengeFacts, texts: Texts) -> Message:
    """The reminder with what to say, and its answers."""
    line = reminder_line(shown, texts)
    return Message(line, (Paragraph(texts.markup.bold(line)), *_what_to_say(shown, texts), answers(shown, texts)))


def answers(shown: ChallengeFacts, texts: Texts) -> ActionRow:
    """The next steps in a message: the two most likely, the challenge itself, the others behind "…"."""
    names = list(_STEPS[shown.state])
    shown_first = MOST_IN_A_ROW - 1
    first, more = [*names[:shown_first], "show"], names[shown_first:]
    buttons = tuple(_button(shown, name, texts, main=name == names[0]) for name in first)
    return ActionRow(f"challenge:{shown.id}", buttons, tuple(_button(shown, name, texts) for name in more))


def challenge_list(screen: ChallengeList, texts: Texts) -> Message:
    """The open challenges, each with its next steps."""
    if not screen.challenges:
        return Message.saying(texts.rich("challenge.none", command=texts.command))
    title = texts.plain("challenge.list", count=screen.total)
    components: list[Component] = [Heading(title)]
    for each in screen.challenges:
        components += [Paragraph(reminder_line(each, texts)), answers(each, texts)]
    if screen.total > len(screen.challenges):
        components.append(ContextText((texts.rich("challenge.more", count=screen.total - len(screen.challenges)),)))
    text = "\n".join([title, *(reminder_line(each, texts) for each in screen.challenges)])
    return Message(text, tuple(components), notices.left_out(texts))


def log_form(screen: ChallengeForm, texts: Texts) -> Modal:
    """The form to log a challenge or to correct one. What is typed is not kept before it is submitted."""
    plain = texts.plain
    components: list[Component] = [
        *([] if screen.deal_id else [_deal_field(screen.deals, screen.deal_id, plain)]),
        *_about(screen, texts),
        TextField("what", plain("challenge.what"), value=screen.what, multiline=True, max_length=LONGEST_WHAT),
        RadioGroup(
            "severity",
            plain("challenge.severity"),
            tuple(Option(str(each), plain(f"challenge.severity_{each}")) for each in SEVERITIES),
            chosen=str(screen.severity),
        ),
        RadioGroup(
            "whose",
            plain("challenge.whose"),
            tuple(Option(whose, plain(f"challenge.whose_{whose}")) for whose in Whose),
            chosen=screen.whose,
        ),
        *([_when_field(plain, "challenge.when", screen.zone, screen.when)] if screen.deal_id else []),
    ]
    return Modal(
        ViewId.CHALLENGE_LOG,
        plain("challenge.form_edit" if screen.challenge_id else "challenge.form"),
        tuple(components),
        state=ModalState(challenge_id=screen.challenge_id, unkept_deal_id=screen.deal_id),
        submit=plain("challenge.submit"),
        close=plain("challenge.cancel"),
    )


def _about(screen: ChallengeForm, texts: Texts) -> list[Component]:
    """The customer, if it is certain who is meant."""
    meant = next((deal for deal in screen.deals if deal.id == screen.deal_id), None)
    return [] if meant is None else [Paragraph(texts.rich("challenge.about", customer=deal_name(meant, texts.plain)))]


def promise_form(screen: TouchedPromiseForm, texts: Texts) -> Modal:
    """Which promise does the challenge touch?"""
    plain = texts.plain
    return Modal(
        ViewId.CHALLENGE_PROMISE,
        plain("challenge.form_promise"),
        (
            Paragraph(texts.markup.escape(screen.challenge.what)),
            Select(
                "statement",
                plain("challenge.statement"),
                tuple(Option(str(number), wording) for number, wording in screen.statements),
                chosen=str(screen.chosen) if screen.chosen else None,
                placeholder=plain("challenge.deal_none"),
            ),
        ),
        state=ModalState(challenge_id=screen.challenge.id),
        submit=plain("challenge.submit"),
        close=plain("challenge.cancel"),
    )


def step_form(screen: ChallengeStepForm, texts: Texts) -> Modal:
    """The form of a step: how the customer was told, in which words, and when."""
    plain, step = texts.plain, screen.step
    components: list[Component] = [Paragraph(texts.markup.escape(screen.challenge.what))]
    components += _what_to_say(screen.challenge, texts) if step in NEEDS_HOW else []
    if step in NEEDS_HOW:
        components.append(
            RadioGroup(
                "how",
                plain("challenge.how"),
                tuple(Option(how, plain(f"challenge.way_{how}")) for how in How),
                chosen=How.PHONE,
            )
        )
    if step in NEEDS_WORDS:
        components.append(TextField("words", plain(f"challenge.words_{step}"), max_length=LONGEST_WORDS))
    components.append(_when_field(plain, "challenge.when_done", screen.zone))
    return Modal(
        ViewId.CHALLENGE_STEP,
        plain(f"challenge.form_{step}"),
        tuple(components),
        state=ModalState(challenge_id=screen.challenge.id, role=step),
        submit=plain("challenge.submit"),
        close=plain("challenge.cancel"),
    )


def praise_form(screen: PraiseForm, texts: Texts) -> Modal:
    """The form for a compliment."""
    plain = texts.plain
    known = ", ".join(screen.contacts)
    return Modal(
        ViewId.PRAISE,
        plain("praise.form"),
        (
            _deal_field(screen.deals, screen.deal_id, plain),
            TextField("words", plain("praise.words"), value=screen.words, multiline=True, max_length=LONGEST_PRAISE),
            TextField(
                "contact",
                plain("praise.contact"),
                value=screen.contacts[0] if len(screen.contacts) == 1 else "",
                hint=plain("praise.known", names=known) if len(screen.contacts) > 1 else "",
                optional=True,
                max_length=LONGEST_CONTACT,
            ),
            _when_field(plain, "praise.when", screen.zone),
        ),
        state=ModalState(),
        submit=plain("challenge.submit"),
        close=plain("challenge.cancel"),
    )


def praise_kept(screen: PraiseKept, texts: Texts) -> Modal:
    """Confirms a compliment."""
    customer = deal_name(screen.deal, texts.plain)
    text = f"{texts.rich('praise.kept', customer=customer)}\n{praise_line(screen.praise, texts)}"
    return notices.notice(text, texts)


def praise_line(praise: PraiseShown, texts: Texts) -> str:
    """Who said what, and when."""
    when = texts.markup.moment(praise.at)
    return texts.rich("praise.line", when=when, who=praise.contact, words=praise.words)


def record_sections(
    challenges: tuple[ChallengeOnRecord, ...], praise: tuple[PraiseShown, ...], texts: Texts
) -> list[Component]:
    """What the record shows of challenges and compliments."""
    components: list[Component] = []
    if challenges:
        components += [Divider(), Heading(texts.plain("challenge.record"))]
    for each in challenges:
        components += [Paragraph(_record_line(each, texts)), _record_button(each, texts)]
    if praise:
        components += [Divider(), Heading(texts.plain("praise.record"))]
        components += [Paragraph(praise_line(each, texts)) for each in praise]
    return components


def _record_line(each: ChallengeOnRecord, texts: Texts) -> str:
    told = "" if each.told_in_time is None else "challenge.in_time" if each.told_in_time else "challenge.too_late"
    return texts.rich(
        "challenge.record_line",
        when=texts.markup.moment(each.discovered_at),
        state=Ready(texts.rich(f"challenge.is_{each.state}")),
        told=Ready(texts.rich(told)) if told else "",
        what=_short(each.what),
    )


def _record_button(each: ChallengeOnRecord, texts: Texts) -> ActionRow:
    label = texts.plain("challenge.label_show_what", what=_short(each.what, 40))
    button = Button(texts.plain("challenge.show"), ActionId.CHALLENGE_SHOW, str(each.id), accessible_name=label)
    return ActionRow(f"challenge:{each.id}", (button,))


def _deal_field(deals: tuple[DealFacts, ...], chosen: int, plain: Wording) -> Select:
    names = [deal_name(deal, plain) for deal in deals]
    options = tuple(
        Option(
            str(deal.id),
            plain("list.item", customer=name, amount=deal.amount) if names.count(name) > 1 else name,
        )
        for deal, name in zip(deals, names, strict=True)
    )
    return Select(
        "deal",
        plain("challenge.deal"),
        options,
        chosen=str(chosen) if chosen else None,
        placeholder=plain("challenge.deal_none"),
    )


def _when_field(plain: Wording, key: str, zone: str, value: str = "") -> TextField:
    return TextField(
        "when",
        plain(key),
        value=value,
        placeholder=plain("challenge.when_example"),
        hint=plain("challenge.when_hint", zone=zone),
        optional=True,
        max_length=MAX_LENGTH,
    )


def _short(what: str, most: int = 150) -> str:
    """What went wrong, on one line."""
    line = " ".join(what.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
