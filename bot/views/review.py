"""The deal review and the self-check: what a rep answers about themselves, shown to nobody else (M7.4, M7.6)."""

from __future__ import annotations

from typing import Literal

from bot.ui.components import (
    ActionRow,
    Button,
    Component,
    ContextText,
    Message,
    Modal,
    Option,
    Paragraph,
    RadioGroup,
    TextField,
)
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.deal_name import deal_name
from handlers.method.self_check import HIGHEST, LOWEST, Question
from handlers.review.deal_review import LONGEST_ANSWER
from handlers.screens.review import (
    MonthlyChosen,
    ReviewForm,
    ReviewSaved,
    Scores,
    SelfCheckAsk,
    SelfCheckDone,
    SelfCheckForm,
    SelfCheckSaved,
)
from prompts.wording import Ready

ReviewScreen = ReviewForm | ReviewSaved | SelfCheckForm | SelfCheckSaved


def render(screen: ReviewScreen, texts: Texts) -> Modal:
    """A form, or what follows it."""
    match screen:
        case ReviewForm():
            return review_form(screen, texts)
        case ReviewSaved():
            return review_saved(texts)
        case SelfCheckForm():
            return self_check_form(screen, texts)
        case SelfCheckSaved():
            return self_check_saved(screen, texts)


def review_form(screen: ReviewForm, texts: Texts) -> Modal:
    """Three questions, filled with the last answers; before the first ones, what the rep last wanted to do better."""
    customer = deal_name(screen.deal, texts.plain)
    notes: list[Component] = [Paragraph(texts.rich("review.intro", customer=customer))]
    if screen.answered_at is not None:
        notes.append(ContextText((texts.rich("review.answered", day=texts.markup.moment(screen.answered_at)),)))
    elif screen.last_time:
        notes.append(Paragraph(texts.rich("review.last_time", customer=screen.last_customer, answer=screen.last_time)))
    fields = tuple(
        TextField(
            name,
            texts.plain(f"review.{name}"),
            value=value,
            hint=texts.plain(f"review.{name}_hint"),
            multiline=True,
            optional=True,
            max_length=LONGEST_ANSWER,
        )
        for name, value in (("did", screen.did), ("more", screen.more), ("without_us", screen.without_us))
    )
    return Modal(
        ViewId.REVIEW,
        texts.plain("review.title"),
        (*notes, *fields),
        state=ModalState(screen.deal.id),
        submit=texts.plain("review.save"),
        close=texts.plain("review.close"),
    )


def self_check_form(screen: SelfCheckForm, texts: Texts) -> Modal:
    """Three questions from 1 to 5, below how they were answered so far."""
    scores = tuple(Option(str(score), texts.plain(f"selfcheck.score_{score}")) for score in range(LOWEST, HIGHEST + 1))
    return Modal(
        ViewId.SELF_CHECK,
        texts.plain("selfcheck.title"),
        (
            Paragraph(texts.rich("selfcheck.intro")),
            *trend(screen.history, texts),
            *(RadioGroup(each, texts.plain(f"selfcheck.{each}"), scores, chosen=None) for each in Question),
            *_monthly(screen.monthly, texts),
        ),
        state=ModalState(),
        submit=texts.plain("selfcheck.save"),
        close=texts.plain("selfcheck.close"),
    )


def review_saved(texts: Texts) -> Modal:
    """One kind sentence."""
    return Modal(
        ViewId.REVIEW_SAVED,
        texts.plain("review.title"),
        (Paragraph(texts.rich("review.saved")),),
        state=ModalState(),
        close=texts.plain("review.done"),
    )


def self_check_saved(screen: SelfCheckSaved, texts: Texts) -> Modal:
    """Where the answers go."""
    return Modal(
        ViewId.SELF_CHECK_SAVED,
        texts.plain("selfcheck.title"),
        (
            Paragraph(texts.rich("selfcheck.saved")),
            *trend(screen.history, texts),
            *_monthly(screen.monthly, texts),
        ),
        state=ModalState(),
        close=texts.plain("selfcheck.done"),
    )


def ask(_screen: SelfCheckAsk, texts: Texts) -> Message:
    """The monthly question, with its answers."""
    line = texts.rich("selfcheck.ask")
    row = ActionRow(
        "selfcheck",
        (
            _button("start", ActionId.SELF_CHECK_OPEN, texts, style="primary"),
            _button("stop", ActionId.SELF_CHECK_STOP, texts),
        ),
    )
    return Message(line, (Paragraph(line), row))


def opened_from_chat(texts: Texts) -> Message:
    """The way to the self-check where no modal can be opened."""
    line = texts.rich("selfcheck.intro")
    return Message(
        line, (Paragraph(line), ActionRow("selfcheck", (_button("start", ActionId.SELF_CHECK_OPEN, texts),)))
    )


def done(screen: SelfCheckDone, texts: Texts) -> Message:
    """Takes the place of the question."""
    if screen.newer:
        return Message.saying(texts.rich("selfcheck.newer"))
    return Message.saying(texts.rich("selfcheck.answered", command=texts.command))


def monthly_chosen(screen: MonthlyChosen, texts: Texts) -> Message:
    """Confirms whether the person is asked every month."""
    return Message.saying(texts.rich("selfcheck.on" if screen.monthly else "selfcheck.off", command=texts.command))


def trend(history: tuple[Scores, ...], texts: Texts) -> list[Component]:
    """Each question's answers, oldest first, and where they go: "3 → 4 → 4: up"."""
    lines = [
        texts.rich(
            "selfcheck.trend",
            question=Ready(texts.rich(f"selfcheck.short_{each.question}")),
            scores=" → ".join(map(str, each.scores)),
            trend=Ready(texts.rich(f"selfcheck.trend_{each.trend}")),
        )
        for each in history
        if each.trend is not None
    ]
    return [Paragraph("\n".join(lines))] if lines else []


def _monthly(monthly: bool, texts: Texts) -> list[Component]:
    """The button that turns the monthly question off or on."""
    button = (
        _button("stop", ActionId.SELF_CHECK_STOP, texts)
        if monthly
        else _button("monthly", ActionId.SELF_CHECK_MONTHLY, texts)
    )
    return [ActionRow("selfcheck:monthly", (button,))]


def _button(name: str, action_id: ActionId, texts: Texts, style: Literal["primary"] | None = None) -> Button:
    text, label = texts.plain(f"selfcheck.{name}"), texts.plain(f"selfcheck.label_{name}")
    return Button(text, action_id, "selfcheck", accessible_name=label, style=style)
