"""The sheets of the call: checklist, read-back, correction, wrap-up. One step a screen."""

from __future__ import annotations

from zlib import crc32

from bot.ui.components import (
    LONGEST_ENTRY,
    Box,
    Button,
    Choice,
    Heading,
    Option,
    Paragraph,
    Piece,
    Row,
    Sheet,
    Small,
    TextField,
    Ticks,
)
from bot.ui.ids import Form, Place, Tap
from bot.ui.texts import Words
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
from handlers.method.statement_capture import LONGEST_STATEMENT, lines
from handlers.method.statements import Kind
from handlers.screens.call import (
    CallScreen,
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
    Tick,
    WrapUpScreen,
)
from prompts.recap_rules import recap_rules

OUTCOMES = ("agreed", "not_now", "declined")


def render(screen: CallScreen | CorrectionScreen | ReopenScreen | StatementScreen, words: Words) -> Sheet:  # noqa: C901 (a screen a case)
    """Any screen of the call as a sheet."""
    match screen:
        case ChecklistScreen():
            view = checklist(screen, words)
        case CoachingScreen():
            view = coaching_form.render(screen, words)
        case ListScreen():
            view = statement_list.render(screen, words)
        case StatementForm():
            view = statement_form.render(screen, words)
        case DetailsForm():
            view = details_form.render(screen, words)
        case ReadBackScreen():
            view = read_back(screen, words)
        case ReadAllScreen():
            view = read_all.render(screen, words)
        case CorrectionScreen():
            view = correction(screen, words)
        case WrapUpScreen():
            view = wrap_up(screen, words)
        case RecapScreen():
            view = recap_form.render(screen, words)
        case ReopenScreen():
            view = reopen_form.render(screen, words)
        case RecordScreen():
            view = record.render(screen, words)
    return view


def checklist(screen: ChecklistScreen, words: Words) -> Sheet:
    """Who was reached, the steps, and the two lists. A list too long for a field is shown, and added to.

    When the lists were changed elsewhere meanwhile, the fields hold what the rep had typed and what is new. They get
    other names then: a platform may keep what stood in a field of the same name.
    """
    suffix = "" if screen.typed is None else f"_{crc32(repr(screen.seen).encode()):x}"
    lists: list[Piece] = []
    adding: list[str] = []
    for kind, listed in ((Kind.EXPECTATION, screen.expectations), (Kind.PRIORITY, screen.priorities)):
        field = FIELDS[kind]
        value = "\n".join(listed) if screen.typed is None else screen.typed[kind]
        if len(value) > LONGEST_ENTRY:
            adding.append(kind)
            lists += [Paragraph(f"• {words.markup.escape(wording)}") for wording in listed]
            known = {wording.casefold() for wording in listed}
            value = "\n".join(line for line in lines(value) if line.casefold() not in known)
        lists.append(
            TextField(
                f"{field}{suffix}",
                words.plain(f"checklist.{field}"),
                value=value,
                hint=words.plain(f"checklist.{field}_hint"),
                example=words.plain(f"checklist.{field}_example"),
                lines=True,
                optional=True,
            )
        )
    deal = screen.deal
    return Sheet(
        Form.CHECKLIST,
        words.plain("checklist.title"),
        (
            *([Paragraph(words.rich("checklist.changed"))] if screen.typed is not None else []),
            Paragraph(words.rich("checklist.intro", customer=deal.customer, amount=deal.amount)),
            *_prepared(screen, words),
            TextField(
                "reached",
                words.plain("checklist.reached"),
                value=screen.reached,
                hint=words.plain("checklist.reached_hint"),
                optional=True,
                most=150,
            ),
            _ticks("steps", words.plain("checklist.steps"), screen.steps),
            *lists,
        ),
        place=Place(deal.id, adding=tuple(adding), seen=screen.seen, suffix=suffix),
        submit=words.plain("checklist.submit"),
        close=words.plain("checklist.close"),
    )


def _prepared(screen: ChecklistScreen, words: Words) -> list[Piece]:
    """From the brief: what to begin with, and what to name first (M9)."""
    said = [("brief.opening", words.rich("brief.quoted", text=screen.opening) if screen.opening else "")]
    said.append(("brief.elephant", words.markup.escape(screen.elephant)))
    return [Paragraph(f"{words.markup.bold(words.rich(key))}\n{text}") for key, text in said if text]


def read_back(screen: ReadBackScreen, words: Words) -> Sheet:
    """One statement, large, with the three answers below it; none is preset (M4.2)."""
    statement, progress = screen.statement, screen.progress
    number = min(progress.settled + 1, progress.total)
    kind = words.plain(f"readback.{statement.kind}_kind", rank=statement.position)
    where = words.plain("readback.where", number=number, total=progress.total)
    value = f"{statement.id}:{statement.version}"
    say = (
        words.rich("readback.say_aloud", name=screen.reached)
        if screen.reached
        else words.rich("readback.say_aloud_nobody")
    )

    def answer(name: str, tap: Tap) -> Button:
        label = words.plain(f"readback.label_{name}", wording=statement.wording)
        return Button(words.plain(f"readback.{name}"), tap, value, label=label)

    return Sheet(
        Form.READ_BACK,
        words.plain("readback.title"),
        (
            *([Paragraph(words.rich("readback.changed"))] if screen.changed else []),
            Small((words.rich("readback.step", kind=kind, where=where, customer=screen.deal.customer),)),
            Paragraph(words.rich(f"readback.{statement.kind}", wording=statement.wording, rank=statement.position)),
            Small((say,)),
            *read_all.reset(screen.reset, words),
            *read_all.who_answers(screen.people, screen.deal.id, words),
            Row(
                f"answer:{value}",
                (
                    answer("agree", Tap.READ_AGREED),
                    answer("correct", Tap.READ_CORRECTED),
                    answer("withdraw", Tap.READ_WITHDRAWN),
                ),
            ),
            Row("list", (*_read_all_button(screen, words), edit_list_button(screen.deal.id, words))),
        ),
        place=Place(screen.deal.id, statement.id, statement.version),
        close=words.plain("readback.close"),
    )


def correction(screen: CorrectionScreen, words: Words) -> Sheet:
    """The field for what the customer said instead, with the old wording to start from."""
    statement = screen.statement
    return Sheet(
        Form.CORRECTION,
        words.plain("correction.title"),
        (
            Paragraph(words.rich("correction.before", wording=statement.wording)),
            TextField(
                "wording",
                words.plain("correction.wording"),
                value=statement.wording,
                hint=words.plain("correction.hint"),
                lines=True,
                most=LONGEST_STATEMENT,
            ),
        ),
        place=Place(screen.deal.id, statement.id, statement.version, seen=screen.seen),
        submit=words.plain("correction.submit"),
        close=words.plain("correction.close"),
    )


def wrap_up(screen: WrapUpScreen, words: Words) -> Sheet:
    """The objectives, then the referral ask with its ready-made sentence (M5.1)."""
    counts, deal = screen.counts, screen.deal
    numbers = {"expectations": counts.expectations, "priorities": counts.priorities}
    return Sheet(
        Form.WRAP_UP,
        words.plain("wrapup.title"),
        (
            Paragraph(words.rich("wrapup.settled", **numbers)),
            _ticks("objectives", words.plain("wrapup.objectives"), screen.objectives, optional=False),
            Heading(words.plain("wrapup.ask")),
            Paragraph(_ask(screen, words)),
            Choice(
                "outcome",
                words.plain("wrapup.outcome"),
                tuple(Option(outcome, words.plain(f"wrapup.{outcome}")) for outcome in OUTCOMES),
                chosen=screen.outcome,
            ),
            TextField("number", words.plain("wrapup.number"), value=str(screen.number), most=3),
            TextField(
                "definition",
                words.plain("wrapup.definition"),
                value=screen.definition,
                lines=True,
                most=LONGEST_DEFINITION,
            ),
        ),
        place=Place(deal.id),
        submit=words.plain("wrapup.submit"),
        close=words.plain("wrapup.close"),
    )


def _ask(screen: WrapUpScreen, words: Words) -> str:
    """The referral ask as the rep says it, to the person by name, with the counts that there are."""
    counts = screen.counts
    expectations = words.rich("wrapup.counts_expectations", count=counts.expectations) if counts.expectations else ""
    priorities = words.rich("wrapup.counts_priorities", count=counts.priorities) if counts.priorities else ""
    both = words.rich("wrapup.counts_both", expectations=expectations, priorities=priorities)
    return words.rich(
        "wrapup.sentence",
        name=salutation(screen.reached, recap_rules(words.plain.locale).names)
        or screen.deal.customer
        or words.plain("card.nameless"),
        counts=both if expectations and priorities else expectations or priorities,
        number=screen.number,
    )


def _read_all_button(screen: ReadBackScreen, words: Words) -> list[Button]:
    """To the screen of all that wait, when this statement is not the only one."""
    if screen.progress.total - screen.progress.settled == 1:
        return []
    return [
        Button(
            words.plain("readback.all"),
            Tap.READ_ALL,
            str(screen.deal.id),
            label=words.plain("readback.label_all"),
        )
    ]


def edit_list_button(deal_id: int, words: Words) -> Button:
    """Back to the two lists."""
    text = words.plain("readback.edit_list")
    return Button(text, Tap.CALL_EDIT_LIST, str(deal_id), label=text)


def _ticks(name: str, label: str, items: tuple[Tick, ...], *, optional: bool = True) -> Ticks:
    return Ticks(name, label, tuple(Box(i.rule, i.text, i.why, i.holds) for i in items), optional=optional)
