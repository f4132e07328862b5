"""The coaching modal, before the read-back: statements that could be measurable, each with a question (M3.5)."""

from __future__ import annotations

from bot.ui.components import (
    ActionRow,
    Button,
    Component,
    ContextText,
    Divider,
    Modal,
    Option,
    Paragraph,
    RadioGroup,
    TextField,
)
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.statements import kind_of
from handlers.call.coaching import LONGEST_BASELINE, baseline_field, field_name
from handlers.method.statement_capture import MAX_STATEMENT_LENGTH
from handlers.method.vagueness import Reason
from handlers.screens.call import CoachedStatement, CoachingScreen


def render(screen: CoachingScreen, texts: Texts) -> Modal:
    """A round of up to four statements, each in a field. Submitting continues even if nothing was changed."""
    components: list[Component] = [
        Paragraph(texts.rich("coach.changed") if screen.changed else texts.rich("coach.intro"))
    ]
    for each in screen.unanswered:
        components += [Divider(), *_question(each, texts)]
    for statement in screen.answered:
        components += [
            Divider(),
            Paragraph(
                texts.rich("coach.done", kind=texts.markup.bold(kind_of(statement, texts)), wording=statement.wording)
            ),
        ]
    if screen.more:
        components += [Divider(), _rest(screen.more, texts)]
    seen = tuple((s.id, s.version) for s in (*(each.statement for each in screen.unanswered), *screen.answered))
    return Modal(
        ViewId.COACHING,
        texts.plain("coach.title"),
        tuple(components),
        state=ModalState(screen.deal.id, seen=seen),
        submit=texts.plain("coach.next") if screen.more else texts.plain("coach.submit"),
        close=texts.plain("coach.close"),
    )


def _rest(more: int, texts: Texts) -> RadioGroup:
    """Whether the other statements are next, or stay as they are."""
    options = (
        Option("now", texts.plain("coach.rest_now")),
        Option("later", texts.plain("coach.rest_later", count=more)),
    )
    return RadioGroup("rest", texts.plain("coach.rest", count=more), options, chosen="now")


def _question(each: CoachedStatement, texts: Texts) -> list[Component]:
    statement = each.statement
    components: list[Component] = [ContextText((kind_of(statement, texts),))]
    asked = [
        texts.markup.bold(texts.markup.escape(line)) for line in (each.question, each.suggestion, each.baseline) if line
    ]
    if asked:
        components.append(Paragraph("\n".join(asked)))
    if each.script:
        components.append(Paragraph(texts.markup.quote(texts.rich("coach.script", script=each.script))))
    offered = []
    if each.reason == Reason.COMPETITOR:
        offered += [("competitor", ActionId.COACH_COMPETITOR), ("ours", ActionId.COACH_SAID_SO)]
    if each.reason == Reason.GENERIC:
        offered.append(("said_so", ActionId.COACH_SAID_SO))
    if each.other_list:
        offered.append((f"move_{each.other_list}", ActionId.COACH_MOVE))
    if offered:
        components.append(
            ActionRow(
                f"coach:{statement.id}",
                tuple(
                    Button(
                        texts.plain(f"coach.{name}"),
                        action_id,
                        str(statement.id),
                        accessible_name=texts.plain(f"coach.label_{name}", wording=statement.wording),
                    )
                    for name, action_id in offered
                ),
            )
        )
    components.append(
        TextField(
            field_name(statement.id),
            texts.plain("coach.wording"),
            value=each.typed,
            multiline=True,
            max_length=MAX_STATEMENT_LENGTH,
        )
    )
    if each.baseline:
        components.append(
            TextField(
                baseline_field(statement.id),
                texts.plain("coach.baseline"),
                value=each.typed_baseline,
                placeholder=texts.plain("coach.baseline_example"),
                optional=True,
                max_length=LONGEST_BASELINE,
            )
        )
    return components
