"""The board of a deal's promises, one promise that was answered, and the two small forms."""

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
    TextField,
)
from bot.ui.ids import ActionId, ModalState, PromiseValue, ViewId
from bot.ui.texts import Texts
from bot.views.card import counts_line
from bot.views.deal_name import deal_name
from bot.views.delivered_promises import renegotiate_button, renegotiate_form, rep_asked
from bot.views.promise_button import promise_button
from bot.views.promise_notes import note_button, note_form, note_lines
from handlers.method.details import Owner
from handlers.method.promise_outcomes import MET, MissReason, PromiseState, SaidBy
from handlers.method.stages import RECAPPED_OR_LATER, Stage
from handlers.method.statements import Kind
from handlers.method.time_parsing.lexer import MAX_LENGTH
from handlers.method.time_parsing.resolve import format_day
from handlers.promises.settle import LONGEST_EVIDENCE
from handlers.screens.deals import DealFacts
from handlers.screens.promises import (
    BoardPromise,
    BoardScreen,
    EvidenceForm,
    NoteForm,
    PromiseAnswered,
    PromisesScreen,
    RenegotiateForm,
    RepAsked,
    ValueDayForm,
)
from prompts.wording import Ready

SETTLE_ACTIONS = {
    PromiseState.KEPT: ActionId.PROMISES_KEPT,
    PromiseState.EXCEEDED: ActionId.PROMISES_EXCEEDED,
    PromiseState.MISSED: ActionId.PROMISES_MISSED,
}
LISTED_ACTIONS = {
    PromiseState.KEPT: ActionId.DIGEST_KEPT,
    PromiseState.EXCEEDED: ActionId.DIGEST_EXCEEDED,
    PromiseState.MISSED: ActionId.DIGEST_MISSED,
}
"""The same in a list of several deals, which stays as it is."""
REASON_ACTIONS = {
    MissReason.TECHNICAL: ActionId.PROMISES_TECHNICAL,
    MissReason.COMMUNICATION: ActionId.PROMISES_COMMUNICATION,
    MissReason.DELIVERY: ActionId.PROMISES_DELIVERY,
    MissReason.EXPECTATIONS: ActionId.PROMISES_EXPECTATIONS,
    MissReason.DISHONESTY: ActionId.PROMISES_DISHONESTY,
}
_MOST_IN_A_ROW = 3
_MOST_NAMED = 3
"""Open promises that are named when the deal cannot be completed yet."""


def render(screen: PromisesScreen, texts: Texts) -> Modal:
    """A screen of the promises as a modal."""
    match screen:
        case BoardScreen():
            view = board(screen, texts)
        case PromiseAnswered():
            view = answered_modal(screen, texts)
        case EvidenceForm():
            view = evidence_form(screen, texts)
        case ValueDayForm():
            view = value_day_form(screen, texts)
        case RenegotiateForm():
            view = renegotiate_form(screen, texts)
        case RepAsked():
            view = rep_asked(screen, texts)
        case NoteForm():
            view = note_form(screen, texts)
    return view


def board(screen: BoardScreen, texts: Texts) -> Modal:
    """A page of the board: missed ones first, each with its answers. Of a completed deal, the summary."""
    deal = screen.deal
    components = _summary(screen, texts) if deal.stage is Stage.COMPLETED else _head(screen, texts)
    for each in screen.promises:
        components += _promise(deal, each, texts, own=screen.own)
        if screen.asks and each.may_settle:
            components.append(_answers(deal, each, screen.page, texts))
        if screen.asks:
            components.append(_more(deal, each, screen.page, texts, own=screen.own))
        if screen.assigns and each.may_settle and not each.tracked.settled:
            components.append(_keeper_row(deal, each, screen.page, texts))
    components.append(Divider())
    if screen.pages > 1:
        components += _pages(screen, texts)
    if screen.value_day is not None:
        components.append(ContextText((texts.rich("promises.value_day_known", day=screen.value_day),)))
    if screen.own:
        components.append(_steps(screen, texts))
    return Modal(
        ViewId.PROMISES,
        texts.plain("promises.title"),
        tuple(components),
        state=ModalState(deal.id),
        close=texts.plain("promises.close"),
    )


def answered(screen: PromiseAnswered, texts: Texts) -> Message:
    """What takes the place of a reminder of one promise: what was recorded, and what comes next."""
    components = _answered(screen, texts)
    return Message(line(screen.promise, texts, plainly=True), components)


def answered_modal(screen: PromiseAnswered, texts: Texts) -> Modal:
    """The same in a modal."""
    return Modal(
        ViewId.PROMISE,
        texts.plain("promises.title_one"),
        _answered(screen, texts),
        state=ModalState(screen.deal.id, screen.promise.statement.id, screen.promise.statement.version),
        close=texts.plain("promises.close"),
    )


def settle_row(
    deal: DealFacts, promise: tuple[int, int], texts: Texts, *, page: int = 1, listed: bool = False, name: str = ""
) -> ActionRow:
    """Kept, exceeded or missed. `promise` is the statement with its version."""
    value = PromiseValue(deal.id, *promise, page).to_text()
    customer = deal_name(deal, texts.plain)
    buttons = tuple(
        Button(
            texts.plain(f"promises.{state}"),
            action_id,
            value,
            accessible_name=texts.plain(f"promises.label_{state}", customer=customer, wording=name),
            style="primary" if state is PromiseState.KEPT and not name else None,
        )
        for state, action_id in (LISTED_ACTIONS if listed else SETTLE_ACTIONS).items()
    )
    return ActionRow(f"settle:{value}", buttons)


def open_button(deal: DealFacts, texts: Texts, *, page: int = 1, name: str = "open") -> Button:
    """The button that opens the board."""
    label = texts.plain("promises.label_open", customer=deal_name(deal, texts.plain))
    return Button(texts.plain(f"promises.{name}"), ActionId.PROMISES_OPEN, f"{deal.id}:{page}", accessible_name=label)


def evidence_form(screen: EvidenceForm, texts: Texts) -> Modal:
    """Who says so, and a sentence or a link."""
    statement, said_by = screen.promise.statement, screen.promise.tracked.said_by
    options = tuple(Option(each, texts.plain(f"promises.word_{each}")) for each in SaidBy)
    return Modal(
        ViewId.PROMISE_EVIDENCE,
        texts.plain("promises.evidence_title"),
        (
            Paragraph(line(screen.promise, texts)),
            RadioGroup("said_by", texts.plain("promises.said_by"), options, said_by or SaidBy.US),
            TextField(
                "evidence",
                texts.plain("promises.evidence_field"),
                value=screen.promise.evidence,
                hint=texts.plain("promises.evidence_hint"),
                optional=True,
                max_length=LONGEST_EVIDENCE,
            ),
        ),
        state=ModalState(screen.deal.id, statement.id, statement.version),
        submit=texts.plain("promises.save"),
        close=texts.plain("promises.cancel"),
    )


def value_day_form(screen: ValueDayForm, texts: Texts) -> Modal:
    """The day of the customer's first result."""
    return Modal(
        ViewId.VALUE_DAY,
        texts.plain("promises.value_day"),
        (
            Paragraph(texts.rich("promises.value_day_intro", customer=deal_name(screen.deal, texts.plain))),
            TextField(
                "when",
                texts.plain("promises.value_day_field"),
                value=screen.day or "",
                hint=texts.plain("promises.value_day_hint", zone=screen.zone),
                optional=True,
                max_length=MAX_LENGTH,
            ),
        ),
        state=ModalState(screen.deal.id),
        submit=texts.plain("promises.save"),
        close=texts.plain("promises.cancel"),
    )


def _head(screen: BoardScreen, texts: Texts) -> list[Component]:
    customer = deal_name(screen.deal, texts.plain)
    counted = Ready(counts_line(screen.outcome, texts.rich))
    components: list[Component] = [
        ContextText((texts.rich("promises.head", customer=customer, counts=counted),)),
    ]
    if screen.note is not None:
        named = [texts.rich("promises.quoted", wording=each) for each in screen.open_wordings[:_MOST_NAMED]]
        components.append(
            Paragraph(
                texts.rich(
                    f"promises.note_{screen.note}",
                    count=len(screen.open_wordings),
                    what=Ready(", ".join(named)),
                    more=len(screen.open_wordings) - len(named),
                )
            )
        )
    return components


def _summary(screen: BoardScreen, texts: Texts) -> list[Component]:
    """What became of a completed deal: the counts, both lists, and whether the referrals are earned."""
    customer = deal_name(screen.deal, texts.plain)
    counted = Ready(counts_line(screen.outcome, texts.rich))
    lines = [texts.rich("promises.summary", counts=counted)]
    lines += [texts.rich(f"promises.list_{kind}", met=met) for kind, met in screen.lists.items() if kind in tuple(Kind)]
    if screen.outcome.earned:
        lines.append(texts.rich("promises.earned"))
    else:
        unsure = screen.outcome.kept + screen.outcome.exceeded - screen.outcome.met_by_their_word
        lines.append(texts.rich("promises.not_earned", missed=screen.outcome.missed, unsure=unsure))
    return [Heading(texts.plain("promises.completed", customer=customer)), Paragraph("\n".join(lines))]


def line(promise: BoardPromise, texts: Texts, *, plainly: bool = False) -> str:
    """What became of it, and its wording; `plainly` without marks."""
    name = "overdue" if promise.overdue else promise.tracked.state.value
    state = texts.rich(f"promises.state_{name}")
    shown = Ready(state if plainly else texts.markup.bold(state))
    return texts.rich("promises.item", state=shown, wording=promise.statement.wording)


def _keeper_row(deal: DealFacts, promise: BoardPromise, page: int, texts: Texts) -> ActionRow:
    """The button that asks who of the team keeps the promise."""
    label = texts.plain("promises.keeper")
    name = texts.plain("promises.label_keeper", wording=promise.statement.wording)
    button = promise_button(deal, promise.statement, page, ActionId.PROMISES_KEEPER, label, name)
    return ActionRow(f"keeper:{button.value}", (button,))


def _promise(deal: DealFacts, promise: BoardPromise, texts: Texts, *, own: bool) -> list[Component]:
    tracked = promise.tracked
    due = "" if tracked.due is None else format_day(tracked.due)
    notes = [
        _keeper(deal, promise, texts, own=own),
        texts.rich("promises.due", day=due, over=promise.overdue) if due and not tracked.settled else "",
        texts.rich("statements.measure", measure=promise.measure) if promise.measure and not due else "",
        texts.rich("promises.made", made=promise.made, occasions=promise.occasions) if promise.occasions else "",
        texts.rich(f"promises.because_{promise.reason}") if promise.reason is not None else "",
        _whose_word(promise, texts),
        texts.markup.escape(promise.evidence),
    ]
    return [
        Paragraph(line(promise, texts)),
        ContextText((" · ".join(filter(None, notes)), *note_lines(promise, texts))),
    ]


def _keeper(deal: DealFacts, promise: BoardPromise, texts: Texts, *, own: bool) -> str:
    if promise.kept_by:
        return texts.rich("promises.kept_by", person=texts.markup.mention(promise.kept_by))
    if own or promise.keeper is Owner.CUSTOMER:
        return texts.rich(f"promises.keeper_{promise.keeper}")
    return texts.rich(f"delivered.keeper_{promise.keeper}", rep=texts.markup.mention(deal.owner))


def _whose_word(promise: BoardPromise, texts: Texts) -> str:
    """Whose word it is, and since when: "Hannah said so, Fri 4 Dec"."""
    said_by, recorded_at = promise.tracked.said_by, promise.recorded_at
    if said_by is None or recorded_at is None:
        return ""
    when = texts.markup.moment(recorded_at)
    if said_by is SaidBy.CUSTOMER:
        return texts.rich("promises.said_customer", name=promise.contact, when=when)
    if promise.by:
        return texts.rich("delivered.said", who=texts.markup.mention(promise.by), when=when)
    return texts.rich("promises.said_us", when=when)


def _answers(deal: DealFacts, promise: BoardPromise, page: int, texts: Texts) -> ActionRow:
    """What can be said of the promise now."""
    statement, tracked = promise.statement, promise.tracked
    if not tracked.settled:
        return settle_row(deal, (statement.id, statement.version), texts, page=page, name=statement.wording)
    return _settled_row(deal, promise, page, texts)


def _more(deal: DealFacts, promise: BoardPromise, page: int, texts: Texts, *, own: bool) -> ActionRow:
    """A note; and for delivery, a new talk about what it keeps."""
    asks_rep = not own and promise.may_settle and not promise.tracked.settled
    talk = (renegotiate_button(deal, promise.statement, page, texts),) if asks_rep else ()
    return ActionRow(f"note:{promise.statement.id}", (*talk, note_button(deal, promise, page, texts)))


def _settled_row(deal: DealFacts, promise: BoardPromise, page: int, texts: Texts) -> ActionRow:
    """What can be added to an answer: why it was missed, the customer's own word, evidence; or that it was a slip."""
    tracked, statement = promise.tracked, promise.statement
    names = [("evidence", ActionId.PROMISES_EVIDENCE), ("take_back", ActionId.PROMISES_TAKE_BACK)]
    if tracked.state is PromiseState.MISSED and promise.reason is None:
        names.insert(0, ("why", ActionId.PROMISES_MISSED))
    elif tracked.state in MET and tracked.said_by is not SaidBy.CUSTOMER:
        names.insert(0, ("they_said_so", ActionId.PROMISES_THEY_SAID_SO))
    buttons = [
        promise_button(
            deal,
            statement,
            page,
            action_id,
            texts.plain(f"promises.{name}"),
            texts.plain(f"promises.label_{name}", wording=statement.wording),
        )
        for name, action_id in names
    ]
    return ActionRow(f"settle:{buttons[0].value}", tuple(buttons))


def challenge_button(deal: DealFacts, texts: Texts) -> Button:
    """What was missed is a problem to own: the button that logs it (M7.2, M8.1)."""
    label = texts.plain("card.label_challenge", customer=deal_name(deal, texts.plain))
    return Button(texts.plain("card.challenge"), ActionId.CARD_CHALLENGE, str(deal.id), accessible_name=label)


def _answered(screen: PromiseAnswered, texts: Texts) -> tuple[Component, ...]:
    deal, promise, page = screen.deal, screen.promise, screen.page
    customer = deal_name(deal, texts.plain)
    components: list[Component] = [
        ContextText((texts.markup.escape(customer),)),
        *_promise(deal, promise, texts, own=screen.own),
    ]
    missed = promise.tracked.state is PromiseState.MISSED
    if screen.changed:
        components.insert(0, Paragraph(texts.rich("promises.changed")))
    if screen.already:
        components.insert(0, Paragraph(texts.rich("delivered.already")))
    if missed and promise.reason is None:
        components += [Paragraph(texts.rich("promises.ask_why")), *_reasons(screen, texts)]
    elif missed and screen.own:
        components.append(Paragraph(texts.rich("promises.own_it")))
    elif missed:
        components.append(Paragraph(texts.rich("delivered.rep_told", rep=texts.markup.mention(deal.owner))))
    else:
        components.append(_answers(deal, promise, page, texts))
    challenge = [challenge_button(deal, texts)] if missed and screen.own and promise.reason is not None else []
    components.append(ActionRow("board", (*challenge, open_button(deal, texts, page=page))))
    return tuple(components)


def _reasons(screen: PromiseAnswered, texts: Texts) -> list[ActionRow]:
    """The five reasons for which promises break (M8.1)."""
    statement = screen.promise.statement
    value = PromiseValue(screen.deal.id, statement.id, statement.version, screen.page).to_text()
    buttons = [
        Button(
            texts.plain(f"promises.reason_{reason}"),
            action_id,
            value,
            accessible_name=texts.plain(f"promises.reason_{reason}"),
        )
        for reason, action_id in REASON_ACTIONS.items()
    ]
    rows = (buttons[:_MOST_IN_A_ROW], buttons[_MOST_IN_A_ROW:])
    return [ActionRow(f"reasons:{number}", tuple(row)) for number, row in enumerate(rows, 1)]


def _pages(screen: BoardScreen, texts: Texts) -> list[Component]:
    turns = [("earlier", screen.page - 1), ("further", screen.page + 1)]
    buttons = tuple(
        Button(
            texts.plain(f"statements.{direction}"),
            ActionId.PROMISES_PAGE,
            f"{screen.deal.id}:{page}",
            accessible_name=texts.plain(f"statements.label_{direction}"),
        )
        for direction, page in turns
        if 1 <= page <= screen.pages
    )
    where = texts.rich("statements.page", page=screen.page, pages=screen.pages)
    rows = tuple(ActionRow(f"pages:{number}", (each,)) for number, each in enumerate(buttons))
    return [ContextText((where,)), *rows]


def _steps(screen: BoardScreen, texts: Texts) -> ActionRow:
    """Complete the deal, or ask for the referrals of a completed one; and the day of the first result."""
    deal = screen.deal
    buttons = [_step("value_day", ActionId.PROMISES_VALUE_DAY, deal, texts)]
    if deal.stage is Stage.COMPLETED:
        referrals = Button(
            texts.plain("card.referrals"),
            ActionId.REFERRALS_OPEN,
            str(deal.id),
            accessible_name=texts.plain("card.label_referrals", customer=deal_name(deal, texts.plain)),
            style="primary" if screen.outcome.earned else None,
        )
        buttons.insert(0, referrals)
    elif deal.stage in RECAPPED_OR_LATER and screen.asks:
        main = screen.outcome.settled
        buttons.insert(0, _step("complete", ActionId.PROMISES_COMPLETE, deal, texts, main=main))
    return ActionRow("steps", tuple(buttons))


def _step(step: str, action_id: ActionId, deal: DealFacts, texts: Texts, *, main: bool = False) -> Button:
    return Button(
        texts.plain(f"promises.{step}"),
        action_id,
        str(deal.id),
        accessible_name=texts.plain(f"promises.label_{step}", customer=deal_name(deal, texts.plain)),
        style="primary" if main else None,
    )
