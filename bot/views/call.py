"""The sheets of the call: checklist, read-back, correction, wrap-up. One step a screen."""

from __future__ import annotations

from zlib import crc32

from bot.ui.components import (
    LONGEST_ENTRY,
    ActionRow,
    Button,
    Checkbox,
    Checkboxes,
    Component,
    ContextText,
    Heading,
    Modal,
    Option,
    Paragraph,
    RadioGroup,
    TextField,
)
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views import (
    coaching_form,
    details_form,
    read_all,
    recap_form,
    record,
    reopen_form,
    statement_form,
    statement_list,
)
from handlers.call.checklist import FIELDS
from handlers.call.wrap_up import LONGEST_DEFINITION
from handlers.method.salutation import salutation
from handlers.method.statement_capture import MAX_STATEMENT_LENGTH, split_statements
from handlers.method.statements import Kind
from handlers.screens.call import (
    CallScreen,
    ChecklistItem,
    ChecklistScreen,
    CoachingScreen,
    CorrectionScreen,
    DetailsForm,
    ListScreen,
    ReadAllScreen,
    ReadBackScreen,
    RecapScreen,
    RecordScreen,
    ReopenScreen,
    StatementForm,
    StatementScreen,
    WrapUpScreen,
)
from prompts.recap_rules import recap_rules

OUTCOMES = ("agreed", "not_now", "declined")


def render(screen: CallScreen | CorrectionScreen | ReopenScreen | StatementScreen, texts: Texts) -> Modal:  # noqa: C901 (a screen a case)
    """Any screen of the call as a sheet."""
    match screen:
        case ChecklistScreen():
            view = checklist(screen, texts)
        case CoachingScreen():
            view = coaching_form.render(screen, texts)
        case ListScreen():
            view = statement_list.render(screen, texts)
        case StatementForm():
            view = statement_form.render(screen, texts)
        case DetailsForm():
            view = details_form.render(screen, texts)
        case ReadBackScreen():
            view = read_back(screen, texts)
        case ReadAllScreen():
            view = read_all.render(screen, texts)
        case CorrectionScreen():
            view = correction(screen, texts)
        case WrapUpScreen():
            view = wrap_up(screen, texts)
        case RecapScreen():
            view = recap_form.render(screen, texts)
        case ReopenScreen():
            view = reopen_form.render(screen, texts)
        case RecordScreen():
            view = record.render(screen, texts)
    return view


def checklist(screen: ChecklistScreen, texts: Texts) -> Modal:
    """Who was reached, the steps, and the two lists. A list too long for a field is shown, and added to.

    When the lists were changed elsewhere meanwhile, the fields hold what the rep had typed and what is new. They get
    other names then: a platform may keep what stood in a field of the same name.
    """
    suffix = "" if screen.typed is None else f"_{crc32(repr(screen.seen).encode()):x}"
    lists: list[Component] = []
    adding: list[str] = []
    for kind, listed in ((Kind.EXPECTATION, screen.expectations), (Kind.PRIORITY, screen.priorities)):
        field = FIELDS[kind]
        value = "\n".join(listed) if screen.typed is None else screen.typed[kind]
        if len(value) > LONGEST_ENTRY:
            adding.append(kind)
            lists += [Paragraph(f"• {texts.markup.escape(wording)}") for wording in listed]
            known = {wording.casefold() for wording in listed}
            value = "\n".join(line for line in split_statements(value) if line.casefold() not in known)
        lists.append(
            TextField(
                f"{field}{suffix}",
                texts.plain(f"checklist.{field}"),
                value=value,
                hint=texts.plain(f"checklist.{field}_hint"),
                placeholder=texts.plain(f"checklist.{field}_example"),
                multiline=True,
                optional=True,
            )
        )
    deal = screen.deal
    return Modal(
        ViewId.CHECKLIST,
        texts.plain("checklist.title"),
        (
            *([Paragraph(texts.rich("checklist.changed"))] if screen.typed is not None else []),
            Paragraph(texts.rich("checklist.intro", customer=deal.customer, amount=deal.amount)),
            *_prepared(screen, texts),
            TextField(
                "reached",
                texts.plain("checklist.reached"),
                value=screen.reached,
                hint=texts.plain("checklist.reached_hint"),
                optional=True,
                max_length=150,
            ),
            _ticks("steps", texts.plain("checklist.steps"), screen.steps),
            *lists,
        ),
        state=ModalState(deal.id, adding=tuple(adding), seen=screen.seen, suffix=suffix),
        submit=texts.plain("checklist.submit"),
        close=texts.plain("checklist.close"),
    )


def _prepared(screen: ChecklistScreen, texts: Texts) -> list[Component]:
    """From the brief: what to begin with, and what to name first (M9)."""
    said = [("brief.opening", texts.rich("brief.quoted", text=screen.opening) if screen.opening else "")]
    said.append(("brief.elephant", texts.markup.escape(screen.elephant)))
    return [Paragraph(f"{texts.markup.bold(texts.rich(key))}\n{text}") for key, text in said if text]


def read_back(screen: ReadBackScreen, texts: Texts) -> Modal:
    """One statement, large, with the three answers below it; none is preset (M4.2)."""
    statement, progress = screen.statement, screen.progress
    number = min(progress.settled + 1, progress.total)
    kind = texts.plain(f"readback.{statement.kind}_kind", rank=statement.position)
    where = texts.plain("readback.where", number=number, total=progress.total)
    value = f"{statement.id}:{statement.version}"
    say = (
        texts.rich("readback.say_aloud", name=screen.reached)
        if screen.reached
        else texts.rich("readback.say_aloud_nobody")
    )

    def answer(name: str, tap: ActionId) -> Button:
        label = texts.plain(f"readback.label_{name}", wording=statement.wording)
        return Button(texts.plain(f"readback.{name}"), tap, value, accessible_name=label)

    return Modal(
        ViewId.READ_BACK,
        texts.plain("readback.title"),
        (
            *([Paragraph(texts.rich("readback.changed"))] if screen.changed else []),
            ContextText((texts.rich("readback.step", kind=kind, where=where, customer=screen.deal.customer),)),
            Paragraph(texts.rich(f"readback.{statement.kind}", wording=statement.wording, rank=statement.position)),
            ContextText((say,)),
            *read_all.reset(screen.reset, texts),
            *read_all.who_answers(screen.people, screen.deal.id, texts),
            ActionRow(
                f"answer:{value}",
                (
                    answer("agree", ActionId.READ_AGREED),
                    answer("correct", ActionId.READ_CORRECTED),
                    answer("withdraw", ActionId.READ_WITHDRAWN),
                ),
            ),
            ActionRow("list", (*_read_all_button(screen, texts), edit_list_button(screen.deal.id, texts))),
        ),
        state=ModalState(screen.deal.id, statement.id, statement.version),
        close=texts.plain("readback.close"),
    )


def correction(screen: CorrectionScreen, texts: Texts) -> Modal:
    """The field for what the customer said instead, with the old wording to start from."""
    statement = screen.statement
    return Modal(
        ViewId.CORRECTION,
        texts.plain("correction.title"),
        (
            Paragraph(texts.rich("correction.before", wording=statement.wording)),
            TextField(
                "wording",
                texts.plain("correction.wording"),
                value=statement.wording,
                hint=texts.plain("correction.hint"),
                multiline=True,
                max_length=MAX_STATEMENT_LENGTH,
            ),
        ),
        state=ModalState(screen.deal.id, statement.id, statement.version, seen=screen.seen),
        submit=texts.plain("correction.submit"),
        close=texts.plain("correction.close"),
    )


def wrap_up(screen: WrapUpScreen, texts: Texts) -> Modal:
    """The objectives, then the referral ask with its ready-made sentence (M5.1)."""
    counts, deal = screen.counts, screen.deal
    numbers = {"expectations": counts.expectations, "priorities": counts.priorities}
    return Modal(
        ViewId.WRAP_UP,
        texts.plain("wrapup.title"),
        (
            Paragraph(texts.rich("wrapup.settled", **numbers)),
            _ticks("objectives", texts.plain("wrapup.objectives"), screen.objectives, optional=False),
            Heading(texts.plain("wrapup.ask")),
            Paragraph(_ask(screen, texts)),
            RadioGroup(
                "outcome",
                texts.plain("wrapup.outcome"),
                tuple(Option(outcome, texts.plain(f"wrapup.{outcome}")) for outcome in OUTCOMES),
                chosen=screen.outcome,
            ),
            TextField("number", texts.plain("wrapup.number"), value=str(screen.number), max_length=3),
            TextField(
                "definition",
                texts.plain("wrapup.definition"),
                value=screen.definition,
                multiline=True,
                max_length=LONGEST_DEFINITION,
            ),
        ),
        state=ModalState(deal.id),
        submit=texts.plain("wrapup.submit"),
        close=texts.plain("wrapup.close"),
    )


def _ask(screen: WrapUpScreen, texts: Texts) -> str:
    """The referral ask as the rep says it, to the person by name, with the counts that there are."""
    counts = screen.counts
    expectations = texts.rich("wrapup.counts_expectations", count=counts.expectations) if counts.expectations else ""
    priorities = texts.rich("wrapup.counts_priorities", count=counts.priorities) if counts.priorities else ""
    both = texts.rich("wrapup.counts_both", expectations=expectations, priorities=priorities)
    return texts.rich(
        "wrapup.sentence",
        name=salutation(screen.reached, recap_rules(texts.plain.locale).names)
        or screen.deal.customer
        or texts.plain("card.nameless"),
        counts=both if expectations and priorities else expectations or priorities,
        number=screen.number,
    )


def _read_all_button(screen: ReadBackScreen, texts: Texts) -> list[Button]:
    """To the screen of all that wait, when this statement is not the only one."""
    if screen.progress.total - screen.progress.settled == 1:
        return []
    return [
        Button(
            texts.plain("readback.all"),
            ActionId.READ_ALL,
            str(screen.deal.id),
            accessible_name=texts.plain("readback.label_all"),
        )
    ]


def edit_list_button(deal_id: int, texts: Texts) -> Button:
    """Back to the two lists."""
    text = texts.plain("readback.edit_list")
    return Button(text, ActionId.CALL_EDIT_LIST, str(deal_id), accessible_name=text)


def _ticks(name: str, label: str, items: tuple[ChecklistItem, ...], *, optional: bool = True) -> Checkboxes:
    return Checkboxes(name, label, tuple(Checkbox(i.rule, i.text, i.why, i.holds) for i in items), optional=optional)
