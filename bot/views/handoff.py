"""The handoff: the rep's form, what the receiver gets and fills in, and what comes back to the rep (M8.3, M10.1)."""

from __future__ import annotations

from bot.ports.pins import Pinned
from bot.ui.components import (
    ActionRow,
    Button,
    Component,
    ContextText,
    Divider,
    Excerpt,
    Heading,
    Message,
    Modal,
    Paragraph,
    TextField,
    UserField,
)
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.deal_name import deal_name
from bot.views.handoff_brief import brief_parts
from bot.views.handoff_status import handoff_lines
from bot.views.notices import left_out, notice
from bot.views.statements import kind_of
from handlers.handoff.handing_over import LONGEST_NOTE
from handlers.handoff.taking import LONGEST_ENTRY
from handlers.method.handoff import HandoffState
from handlers.method.time_parsing.resolve import format_day
from handlers.screens.handoff import (
    AnswerForm,
    HandoffForm,
    HandoffLate,
    HandoffNudge,
    HandoffOffer,
    HandoffQuestions,
    HandoffReturned,
    KickoffForm,
    KickoffSet,
    PostOffer,
    PromiseToRead,
    ReadBackDone,
    ReadBackForm,
    SendBackForm,
)

_MOST_IN_A_ROW = 3
WORDS_PREFIX, QUESTION_PREFIX, NOTE_PREFIX = "words_", "question_", "note_"
"""A field is named by one of these and the number of its statement."""


def form(screen: HandoffForm, texts: Texts) -> Modal:
    """The receiver, and the brief exactly as they get it."""
    deal = screen.deal
    first = Button(
        texts.plain("handoff.ask_first"),
        ActionId.CALL_EDIT_LIST,
        str(deal.id),
        accessible_name=texts.plain("handoff.label_ask_first", customer=deal_name(deal, texts.plain)),
    )
    return Modal(
        ViewId.HANDOFF,
        texts.plain("handoff.title"),
        (
            *(Paragraph(line) for line in handoff_lines(screen.status, texts)),
            UserField(
                "receiver",
                texts.plain("handoff.receiver"),
                chosen=screen.receiver,
                hint=texts.plain("handoff.receiver_hint"),
            ),
            ActionRow("handoff", (first,)),
            Divider(),
            ContextText((texts.rich("handoff.what_they_see"),)),
            *(Paragraph(part) for part in brief_parts(screen.brief, texts)),
        ),
        state=ModalState(deal.id),
        submit=texts.plain("handoff.submit"),
        close=texts.plain("handoff.close"),
        left_out=left_out(texts),
    )


def post_offer(screen: PostOffer, texts: Texts) -> Message:
    """Typed in a channel: hand the deal over, or post its brief there."""
    customer = deal_name(screen.deal, texts.plain)
    return Message(
        texts.rich("handoff.post_question", customer=customer),
        (
            Paragraph(texts.rich("handoff.post_question", customer=customer)),
            ActionRow(
                f"handoff:{screen.deal.id}",
                (
                    Button(
                        texts.plain("card.to_delivery"),
                        ActionId.HANDOFF_SHOW,
                        str(screen.deal.id),
                        accessible_name=texts.plain("card.label_to_delivery", customer=customer),
                    ),
                    Button(
                        texts.plain("handoff.post"),
                        ActionId.HANDOFF_POST,
                        f"{screen.deal.id}:{screen.channel}",
                        accessible_name=texts.plain("handoff.label_post", customer=customer),
                    ),
                ),
            ),
        ),
    )


def brief_posted(screen: PostOffer, texts: Texts, *, may_pin: bool) -> Message:
    """The brief is on its way to the channel, where it can be pinned."""
    line = texts.rich("handoff.posted", customer=deal_name(screen.deal, texts.plain))
    return Message(line, (Paragraph(line), _pin_row(screen, texts))) if may_pin else Message.saying(line)


def brief_pinned(screen: PostOffer, outcome: Pinned, texts: Texts) -> Message:
    """Whether it is pinned; if not, why, and what to do."""
    line = texts.rich(f"pin.{outcome}", customer=deal_name(screen.deal, texts.plain))
    if outcome in (Pinned.FAILED, Pinned.FULL, Pinned.NO_SCOPE):
        return Message(line, (Paragraph(line), _pin_row(screen, texts)))
    return Message.saying(line)


def _pin_row(screen: PostOffer, texts: Texts) -> ActionRow:
    label = texts.plain("pin.label", customer=deal_name(screen.deal, texts.plain))
    value = f"{screen.deal.id}:{screen.channel}"
    return ActionRow(f"pin:{screen.deal.id}", (Button(texts.plain("pin.button"), ActionId.HANDOFF_PIN, value, label),))


def offer(screen: HandoffOffer, texts: Texts) -> Message:
    """The handoff in the receiver's messages, with what to do next. Once it is over, nothing of the deal is left."""
    if screen.over:
        return Message.saying(texts.rich("handoff.offer_over", customer=screen.brief.customer))
    status, customer = screen.status, screen.brief.customer
    taken = status.state is HandoffState.TAKEN
    if status.to_read:
        line = texts.rich("handoff.offer_changed" if taken else "handoff.offer_read", count=status.to_read)
    elif status.unclear:
        line = texts.rich("handoff.offer_asked", count=status.unclear, rep=texts.markup.mention(screen.brief.rep))
    else:
        day = "" if status.kickoff_on is None else format_day(status.kickoff_on)
        line = texts.rich("handoff.offer_taken", introduced=status.introduced, kickoff=day)
    clock = texts.rich("handoff.clock", when=texts.markup.moment(screen.introduce_by))
    title = texts.plain("handoff.offer_title", customer=customer)
    return Message(
        f"{texts.rich('handoff.offer_title', customer=customer)} {line}",
        (
            Heading(title),
            Paragraph(line),
            *([] if status.introduced else [ContextText((clock,))]),
            _next_steps(screen, texts),
            Excerpt(brief_parts(screen.brief, texts), texts.rich("handoff.more")),
        ),
    )


def _next_steps(screen: HandoffOffer, texts: Texts) -> ActionRow:
    """What is next. Until the deal is taken, the first contact with the customer waits behind "…"."""
    status = screen.status
    offered = status.state is HandoffState.OFFERED
    shown: list[tuple[str, ActionId]] = []
    if status.to_read:
        shown.append(("take" if offered else "read", ActionId.HANDOFF_TAKE))
    if offered:
        shown.append(("send_back", ActionId.HANDOFF_SEND_BACK))
    contact = [] if status.introduced else [("introduced", ActionId.HANDOFF_INTRODUCED)]
    contact.append(("kickoff", ActionId.HANDOFF_KICKOFF))

    def buttons(names: list[tuple[str, ActionId]]) -> tuple[Button, ...]:
        return tuple(_button(name, each, screen.handoff_id, screen.brief.customer, texts) for name, each in names)

    name = f"handoff:{screen.handoff_id}"
    if offered:
        return ActionRow(name, buttons(shown), buttons(contact))
    customer = screen.brief.customer
    board = Button(
        texts.plain("promises.open"),
        ActionId.PROMISES_OPEN,
        str(screen.deal_id),
        accessible_name=texts.plain("promises.label_open", customer=customer),
    )
    row = (*buttons(shown), board, *buttons(contact))
    return ActionRow(name, row[:_MOST_IN_A_ROW], row[_MOST_IN_A_ROW:])


def _button(name: str, action_id: ActionId, handoff_id: int, customer: str, texts: Texts) -> Button:
    label = texts.plain(f"handoff.label_{name}", customer=customer)
    primary = action_id is ActionId.HANDOFF_TAKE
    text = texts.plain(f"handoff.{name}")
    return Button(text, action_id, str(handoff_id), label, style="primary" if primary else None)


def read_back_form(screen: ReadBackForm, texts: Texts) -> Modal:
    """A page of promises, each to be said in own words, or with a question."""
    components: list[Component] = [ContextText((texts.rich("handoff.read_intro", customer=screen.customer),))]
    if screen.changed:
        components.insert(0, Paragraph(texts.rich("handoff.read_changed")))
    for each in screen.promises:
        components += _promise_fields(each, texts)
    if screen.later:
        components.append(ContextText((texts.rich("handoff.read_later", count=screen.later),)))
    return Modal(
        ViewId.HANDOFF_READ,
        texts.plain("handoff.read_title"),
        tuple(components),
        state=ModalState(
            statement_id=screen.handoff_id,
            seen=tuple((each.statement.id, each.statement.version) for each in screen.promises),
        ),
        submit=texts.plain("handoff.read_submit"),
        close=texts.plain("handoff.close"),
    )


def _promise_fields(each: PromiseToRead, texts: Texts) -> list[Component]:
    statement = each.statement
    kind = texts.markup.bold(kind_of(statement, texts))
    notes = [
        texts.rich("statements.measure", measure=each.measure) if each.measure else "",
        texts.rich("handoff.you_asked", question=each.question) if each.question else "",
        texts.rich("handoff.rep_answered", answer=each.answer) if each.answer else "",
    ]
    shown = tuple(filter(None, notes))
    return [
        Paragraph(texts.rich("statements.item", kind=kind, wording=statement.wording)),
        *([ContextText(shown)] if shown else []),
        TextField(
            f"{WORDS_PREFIX}{statement.id}",
            texts.plain("handoff.own"),
            multiline=True,
            optional=True,
            max_length=LONGEST_ENTRY,
        ),
        TextField(
            f"{QUESTION_PREFIX}{statement.id}",
            texts.plain("handoff.unclear"),
            optional=True,
            max_length=LONGEST_ENTRY,
        ),
    ]


def read_back_done(screen: ReadBackDone, texts: Texts) -> Modal:
    """What follows the last page."""
    rep = texts.markup.mention(screen.rep)
    if screen.unclear:
        return notice(texts.rich("handoff.done_unclear", rep=rep, count=screen.unclear), texts)
    return notice(texts.rich("handoff.done", customer=screen.customer, rep=rep), texts)


def send_back_form(screen: SendBackForm, texts: Texts) -> Modal:
    """Why not."""
    return Modal(
        ViewId.HANDOFF_BACK,
        texts.plain("handoff.back_title"),
        (
            ContextText((texts.rich("handoff.back_intro", customer=screen.customer),)),
            TextField(
                "reason",
                texts.plain("handoff.back_reason"),
                placeholder=texts.plain("handoff.back_example"),
                multiline=True,
                max_length=LONGEST_ENTRY,
            ),
        ),
        state=ModalState(statement_id=screen.handoff_id),
        submit=texts.plain("handoff.send_back"),
        close=texts.plain("handoff.close"),
    )


def kickoff_form(screen: KickoffForm, texts: Texts) -> Modal:
    """The day of the kickoff, in words."""
    days = {"earliest": format_day(screen.earliest), "latest": format_day(screen.latest)}
    return Modal(
        ViewId.HANDOFF_KICKOFF,
        texts.plain("handoff.kickoff"),
        (
            ContextText((texts.rich("handoff.kickoff_intro", customer=screen.customer),)),
            TextField(
                "when",
                texts.plain("handoff.kickoff_when"),
                hint=texts.plain("handoff.kickoff_hint", **days),
                placeholder=texts.plain("handoff.kickoff_example"),
            ),
        ),
        state=ModalState(statement_id=screen.handoff_id),
        submit=texts.plain("handoff.save"),
        close=texts.plain("handoff.close"),
    )


def kickoff_set(screen: KickoffSet, texts: Texts) -> Modal:
    """The day, and whether it is early or late."""
    day = format_day(screen.on)
    if screen.earliest <= screen.on <= screen.latest:
        return notice(texts.rich("handoff.kickoff_set", customer=screen.customer, day=day), texts)
    days = {"earliest": format_day(screen.earliest), "latest": format_day(screen.latest)}
    return notice(texts.rich("handoff.kickoff_off", customer=screen.customer, day=day, **days), texts)


def questions(screen: HandoffQuestions, texts: Texts) -> Message:
    """What is unclear to the receiver, with the rep's two ways to answer."""
    customer, who = deal_name(screen.deal, texts.plain), texts.markup.mention(screen.receiver)
    if not screen.questions:
        return Message.saying(texts.rich("handoff.questions_over", customer=customer, who=who))
    line = texts.rich("handoff.questions", customer=customer, who=who, count=len(screen.questions))
    asked = [
        texts.rich("handoff.question", wording=each.statement.wording, question=each.question)
        for each in screen.questions
    ]
    answer = _button("answer", ActionId.HANDOFF_ANSWER, screen.handoff_id, customer, texts)
    correct = Button(
        texts.plain("card.corrected"),
        ActionId.CARD_CORRECTED,
        str(screen.deal.id),
        accessible_name=texts.plain("card.label_corrected", customer=customer),
    )
    return Message(
        line,
        (
            Paragraph(texts.markup.bold(line)),
            ActionRow(f"questions:{screen.handoff_id}", (answer, correct)),
            *(Paragraph(each) for each in asked),
        ),
        left_out(texts),
    )


def answer_form(screen: AnswerForm, texts: Texts) -> Modal:
    """A field for each question."""
    components: list[Component] = []
    for each in screen.asked.questions:
        components += [
            Paragraph(texts.rich("handoff.question", wording=each.statement.wording, question=each.question)),
            TextField(
                f"{NOTE_PREFIX}{each.statement.id}",
                texts.plain("handoff.note"),
                multiline=True,
                optional=True,
                max_length=LONGEST_NOTE,
            ),
        ]
    return Modal(
        ViewId.HANDOFF_ANSWER,
        texts.plain("handoff.answer_title"),
        tuple(components),
        state=ModalState(
            statement_id=screen.asked.handoff_id,
            seen=tuple((each.statement.id, each.statement.version) for each in screen.asked.questions),
        ),
        submit=texts.plain("handoff.answer_submit"),
        close=texts.plain("handoff.close"),
    )


def returned(screen: HandoffReturned, texts: Texts) -> Message:
    """The deal came back, with the reason."""
    customer, who = deal_name(screen.deal, texts.plain), texts.markup.mention(screen.receiver)
    line = texts.rich("handoff.returned", customer=customer, who=who, reason=screen.reason)
    return Message(line, (Paragraph(line), *_pick_again(screen.deal.id, customer, screen.over, texts)))


def nudge(screen: HandoffNudge, texts: Texts) -> Message:
    """What is left for the receiver to do."""
    if screen.over:
        return Message.saying(texts.rich("handoff.nudge_over", customer=screen.customer))
    rep = texts.markup.mention(screen.rep)
    line = texts.rich(f"handoff.nudge_{screen.what}", customer=screen.customer, rep=rep)
    match screen.what:
        case "ended":
            return Message.saying(line)
        case "introduction":
            button = _button("introduced", ActionId.HANDOFF_INTRODUCED, screen.handoff_id, screen.customer, texts)
        case "kickoff":
            button = _button("kickoff", ActionId.HANDOFF_KICKOFF, screen.handoff_id, screen.customer, texts)
        case _:
            button = _button("read", ActionId.HANDOFF_TAKE, screen.handoff_id, screen.customer, texts)
    return Message(line, (Paragraph(line), ActionRow(f"handoff:{screen.handoff_id}", (button,))))


def late(screen: HandoffLate, texts: Texts) -> Message:
    """One line to the rep, with what they can do about it."""
    customer, who = deal_name(screen.deal, texts.plain), texts.markup.mention(screen.receiver)
    if screen.over:
        if screen.done:
            return Message.saying(texts.rich(f"handoff.late_{screen.what}_over", customer=customer, who=who))
        deal = screen.deal
        stage = texts.plain(f"stage.{deal.stage}")
        return Message.saying(texts.rich("handoff.late_over", customer=customer, who=who, stage=stage))
    line = texts.rich(f"handoff.late_{screen.what}", customer=customer, who=who)
    return Message(line, (Paragraph(line), *_pick_again(screen.deal.id, customer, screen.over, texts)))


def _pick_again(deal_id: int, customer: str, over: bool, texts: Texts) -> list[ActionRow]:
    if over:
        return []
    label = texts.plain("card.label_to_delivery", customer=customer)
    button = Button(texts.plain("handoff.pick"), ActionId.HANDOFF_SHOW, str(deal_id), label)
    return [ActionRow(f"deal:{deal_id}", (button,))]
