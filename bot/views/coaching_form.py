"""The modal between the list and the read-back: what could be made measurable, each with its question (M3.5)."""

from __future__ import annotations

from bot.routes import Form, Place, Tap
from bot.slack.blocks import Block, actions, button, context, divider, modal, sections, text_field
from bot.slack.text import bold, escape
from bot.slack.words import SlackWords
from bot.views.list_view import kind_of
from handlers.coaching import field
from handlers.method.capture import LONGEST_STATEMENT
from handlers.method.vagueness import Reason
from handlers.screens import CoachedStatement, CoachingScreen


def render(screen: CoachingScreen, words: SlackWords) -> Block:
    """Up to four statements, each with a field that holds its words. Saving goes on, whatever was changed."""
    blocks: list[Block] = [*sections(words.rich("coach.changed") if screen.changed else words.rich("coach.intro"))]
    for each in screen.asked:
        blocks += [divider(), *_asked(each, words)]
    for statement in screen.done:
        blocks += [
            divider(),
            *sections(words.rich("coach.done", kind=bold(kind_of(statement, words)), wording=statement.wording)),
        ]
    seen = tuple((s.id, s.version) for s in (*(each.statement for each in screen.asked), *screen.done))
    return modal(
        Form.COACHING,
        words.plain("coach.title"),
        blocks,
        metadata=Place(screen.deal.id, seen=seen).packed(),
        submit=words.plain("coach.submit"),
        close=words.plain("coach.close"),
    )


def _asked(each: CoachedStatement, words: SlackWords) -> list[Block]:
    statement = each.statement
    blocks: list[Block] = [context(kind_of(statement, words))]
    asked = [bold(escape(line)) for line in (each.question, each.suggestion) if line]
    if asked:
        blocks += sections("\n".join(asked))
    if each.script:
        blocks += sections(f">{words.rich('coach.script', script=each.script)}")
    offered = []
    if each.reason == Reason.COMPETITOR:
        offered.append(("competitor", Tap.COACH_COMPETITOR))
    if each.reason == Reason.GENERIC:
        offered.append(("said_so", Tap.COACH_SAID_SO))
    if each.other_list:
        offered.append((f"move_{each.other_list}", Tap.COACH_MOVE))
    if offered:
        blocks.append(
            actions(
                f"coach:{statement.id}",
                [
                    button(
                        words.plain(f"coach.{name}"),
                        tap,
                        str(statement.id),
                        label=words.plain(f"coach.label_{name}", wording=statement.wording),
                    )
                    for name, tap in offered
                ],
            )
        )
    blocks.append(
        text_field(
            field(statement.id), words.plain("coach.wording"), value=each.typed, lines=True, most=LONGEST_STATEMENT
        )
    )
    return blocks
