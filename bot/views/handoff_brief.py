"""The handoff brief as delivery reads it: how risky, summary, actions, what-if (M10.1)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.ui.components import Excerpt, Heading, Message
from bot.ui.texts import Texts
from bot.views.contacts import contact_line
from bot.views.handoff_status import delivery_line
from bot.views.statements import kind_of
from handlers.method.time_parsing.resolve import format_day
from handlers.screens.handoff import HandedPromise, HandoffBrief, PostedBrief


def brief_parts(brief: HandoffBrief, texts: Texts) -> tuple[str, ...]:
    """The brief as marked-up paragraphs, the riskiest promises first."""
    return tuple(_parts(brief, texts))


def posted(screen: PostedBrief, texts: Texts) -> Message:
    """The brief in a channel."""
    brief = screen.brief
    title = texts.plain("handoff.brief_title", customer=brief.customer)
    return Message(
        texts.rich("handoff.brief_title", customer=brief.customer),
        (Heading(title), Excerpt(brief_parts(brief, texts), texts.rich("handoff.more"))),
    )


def _parts(brief: HandoffBrief, texts: Texts) -> Iterator[str]:
    risky = [each for each in brief.promises if each.risk is not None]
    safe = [each for each in brief.promises if each.risk is None]
    yield texts.markup.bold(texts.rich("handoff.risky", count=len(risky), total=len(brief.promises)))
    people = [
        texts.rich("handoff.rep", rep=texts.markup.mention(brief.rep)),
        *(contact_line(each, texts) for each in brief.contacts),
    ]
    if brief.next_step:
        people.append(texts.rich("record.next_step", step=brief.next_step))
    yield "\n".join(people)
    for each in (*risky, *safe):
        yield "\n".join(_promise(each, texts))
    if brief.reset:
        lines = [texts.rich("feasibility.quoted", wording=wording) for wording in brief.reset]
        yield "\n".join([texts.markup.bold(texts.rich("handoff.reset")), *lines])


def _promise(each: HandedPromise, texts: Texts) -> Iterator[str]:
    kind = texts.markup.bold(kind_of(each.statement, texts))
    yield texts.rich("statements.item", kind=kind, wording=each.statement.wording)
    details = [
        texts.rich("handoff.recurs") if each.rhythm else "",
        texts.rich("feasibility.due", day=format_day(each.due)) if each.due else "",
        texts.rich("statements.measure", measure=each.measure) if each.measure else "",
        texts.rich(f"handoff.keeper_{each.keeper}") if each.keeper else "",
    ]
    if any(details):
        yield " · ".join(filter(None, details))
    if each.first_words:
        yield texts.rich("handoff.first_words", words=each.first_words)
    if each.word is not None and each.word.answer is not None:
        yield delivery_line(each.word, texts)
    if each.what_if:
        yield texts.rich("handoff.what_if", what=each.what_if)
