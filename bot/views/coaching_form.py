"""The coaching modal, before the read-back: statements that could be measurable, each with a question (M3.5)."""

from __future__ import annotations

from bot.ui.components import (
    ActionRow,
    Button,
    Component,
    ContextText,
    Divider,
    Modal,
    Paragraph,
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
        components += [Divider(), *_rest(screen, texts)]
    seen = tuple((s.id, s.version) for s in (*(each.statement for each in screen.unanswered), *screen.answered))
    return Modal(
        ViewId.COACHING,
        texts.plain("coach.title"),
        tuple(components),
        state=ModalState(screen.deal.id, seen=seen),
        submit=texts.plain("coach.next") if screen.more else texts.plain("coach.submit"),
        close=texts.plain("coach.close"),
    )


def _rest(screen: CoachingScreen, texts: Texts) -> list[Component]:
    """How many more there are; submitting goes on to them, the button leaves them as they are."""
    later = Button(
        texts.plain("coach.later"),
        ActionId.COACH_LATER,
        str(screen.deal.id),
        accessible_name=texts.plain("coach.label_later"),
    )
    return [Paragraph(texts.rich("coach.more", count=screen.more)), ActionRow("coach:later", (later,))]


def _question(each: CoachedStatement, texts: Texts) -> list[Component]:
    """The question, and what answers it: a field for the wording, or for today's value if only that is asked."""
    statement = each.statement
    asks_only_today = each.baseline is not None and each.question is None and each.typed == statement.wording
    components: list[Component] = [ContextText((kind_of(statement, texts),))]
    if asks_only_today:
        components.append(Paragraph(texts.markup.quote(texts.markup.escape(statement.wording))))
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
    if not asks_only_today:
        components.append(
            TextField(
                field_name(statement.id),
                texts.plain("coach.wording"),
                value=each.typed,
                multiline=True,
                max_length=MAX_STATEMENT_LENGTH,
            )
        )
    else:
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
