"""Submitted modals: what was entered is committed, then the same modal shows the next step."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.routes import COMMITMENT, Form
from bot.slack import owners
from bot.slack.blocks import Block
from bot.slack.front import Front
from bot.slack.payload import Entries, Payload, caller, form_key, place, typed_wordings
from bot.views import brief as brief_views
from bot.views import call, reminders, schedule
from bot.views.notes import notice
from handlers import (
    brief,
    checklist,
    coaching,
    fixing,
    my_reminders,
    read_all,
    read_back,
    recap,
    reopening,
    scheduling,
    statement_editing,
    statement_list,
    wrap_up,
)
from handlers.brief import CommitmentsPrepared, WhoPrepared, WordsPrepared
from handlers.checklist import ChecklistFilled
from handlers.coaching import CoachingAnswered
from handlers.errors import NotNowError
from handlers.fixing import DealFixed
from handlers.hearing import report
from handlers.my_reminders import HoursSaved
from handlers.opening import DealTapped
from handlers.read_all import AllRead, OneMarked
from handlers.read_back import StatementCorrected
from handlers.recap import RecapSent
from handlers.reopening import StatementsReopened
from handlers.reporting import reported
from handlers.scheduling import CallTyped, SnoozeTyped
from handlers.screens import RecapScreen
from handlers.statement_editing import DetailsNoted, StatementAdded, StatementEdited
from handlers.wrap_up import WrapUpFilled

Saves = Callable[[Front, Payload, Payload], Awaitable[Block | None]]


def register(app: AsyncApp, front: Front) -> None:
    """Listen to every submission."""
    app.view(re.compile(""))(partial(submitted, front=front))


async def submitted(ack: AsyncAck, body: Payload, view: Payload, front: Front) -> None:
    """Save the form, then show the next step in its place, or close the modal when there is none."""
    save = _SAVES.get(str(view.get("callback_id")))
    if save is None:
        raise NotNowError("refusal.old_button")
    following = await save(front, body, view)
    if following is None:
        await ack(response_action="clear")
    else:
        await ack(response_action="update", view=following)


async def _checklist(front: Front, body: Payload, view: Payload) -> Block:
    where, entries = place(view), Entries.of(view)
    request = ChecklistFilled(
        caller(body, form_key(view)),
        where.deal_id,
        reached=entries.text("reached"),
        ticked=entries.ticked("steps"),
        expectations=entries.text(f"expectations{where.suffix}"),
        priorities=entries.text(f"priorities{where.suffix}"),
        adding=frozenset(where.adding),
        seen=frozenset(where.seen),
    )
    return call.render(await front.apply(checklist.save, request), front.words)


async def _coaching(front: Front, body: Payload, view: Payload) -> Block:
    where = place(view)
    request = CoachingAnswered(
        caller(body, form_key(view)), where.deal_id, dict(where.seen), typed_wordings(Entries.of(view))
    )
    return call.render(await front.apply(coaching.go_on, request), front.words)


async def _list(front: Front, body: Payload, view: Payload) -> Block:
    request = DealTapped(caller(body, form_key(view)), place(view).deal_id)
    return call.render(await front.apply(statement_list.read_back, request), front.words)


async def _edit(front: Front, body: Payload, view: Payload) -> Block:
    where, entries = place(view), Entries.of(view)
    request = StatementEdited(
        caller(body, form_key(view)),
        where.deal_id,
        where.statement_id,
        where.version,
        wording=entries.text("wording"),
        kind=entries.chosen("kind"),
        rank=entries.text("rank"),
        target=entries.text("target"),
    )
    return call.render(await front.apply(statement_editing.edit, request), front.words)


async def _add(front: Front, body: Payload, view: Payload) -> Block:
    entries = Entries.of(view)
    request = StatementAdded(
        caller(body, form_key(view)),
        place(view).deal_id,
        wording=entries.text("wording"),
        kind=entries.chosen("kind"),
        target=entries.text("target"),
    )
    return call.render(await front.apply(statement_editing.add, request), front.words)


async def _details(front: Front, body: Payload, view: Payload) -> Block:
    where, entries = place(view), Entries.of(view)
    request = DetailsNoted(
        caller(body, form_key(view)),
        where.deal_id,
        where.statement_id,
        category=entries.chosen("category"),
        own_category=entries.text("own_category"),
        owner=entries.chosen("owner"),
        origin=entries.chosen("origin"),
    )
    return call.render(await front.apply(statement_editing.note_details, request), front.words)


async def _correction(front: Front, body: Payload, view: Payload) -> Block:
    where, entries = place(view), Entries.of(view)
    request = StatementCorrected(
        caller(body, form_key(view)), where.deal_id, where.statement_id, where.version, entries.text("wording")
    )
    if where.seen:
        return call.render(await front.apply(read_all.mark_one, OneMarked(request, where.seen)), front.words)
    return call.render(await front.apply(read_back.correct, request), front.words)


async def _read_all(front: Front, body: Payload, view: Payload) -> Block:
    where, confirmed = place(view), bool(Entries.of(view).ticked("read_all"))
    request = AllRead(caller(body, form_key(view)), where.deal_id, where.seen, confirmed)
    return call.render(await front.apply(read_all.agree_to_all, request), front.words)


async def _wrap_up(front: Front, body: Payload, view: Payload) -> Block:
    entries = Entries.of(view)
    request = WrapUpFilled(
        caller(body, form_key(view)),
        place(view).deal_id,
        ticked=entries.ticked("objectives"),
        outcome=entries.chosen("outcome"),
        number=entries.text("number"),
        definition=entries.text("definition"),
    )
    return call.render(await front.apply(wrap_up.save, request), front.words)


async def _recap(front: Front, body: Payload, view: Payload) -> Block | None:
    where, entries = place(view), Entries.of(view)
    body_text = entries.text("body") if "body" in entries.values else None
    request = RecapSent(caller(body, form_key(view)), where.deal_id, body_text, hints_seen=where.hints_seen)
    screen = await front.apply(recap.sent, request)
    return call.render(screen, front.words) if isinstance(screen, RecapScreen) else None


async def _reopen(front: Front, body: Payload, view: Payload) -> Block:
    entries = Entries.of(view)
    pairs = (value.partition(":") for value in entries.ticked(*entries.values))
    ticked = frozenset((int(statement), int(version)) for statement, _, version in pairs)
    request = StatementsReopened(caller(body, form_key(view)), place(view).deal_id, ticked)
    return call.render(await front.apply(reopening.reopen, request), front.words)


async def _won(front: Front, body: Payload, view: Payload) -> Block | None:
    entries = Entries.of(view)
    await front.apply(report, reported(caller(body, form_key(view)), entries.text("customer"), entries.text("amount")))
    return None


async def _fix(front: Front, body: Payload, view: Payload) -> Block | None:
    entries = Entries.of(view)
    owner = entries.person("owner")
    request = DealFixed(
        caller(body, form_key(view)),
        place(view).deal_id,
        customer=entries.text("customer"),
        amount=entries.text("amount"),
        owner=owner,
        owner_profile=await owners.picked(front, owner),
    )
    await front.apply(fixing.save, request)
    return None


async def _schedule(front: Front, body: Payload, view: Payload) -> Block:
    request = CallTyped(caller(body, form_key(view)), place(view).deal_id, Entries.of(view).text("when"))
    return schedule.planned(await front.apply(scheduling.type_in, request), front.words)


async def _brief_who(front: Front, body: Payload, view: Payload) -> Block:
    entries = Entries.of(view)
    request = WhoPrepared(
        caller(body, form_key(view)),
        place(view).deal_id,
        decision_maker=entries.text("decision_maker"),
        functional_decision_maker=entries.text("functional_decision_maker"),
        sellers=entries.chosen("sellers"),
        requirements=entries.text("requirements"),
    )
    return brief_views.render(await front.apply(brief.save_who, request), front.words)


async def _brief_commitments(front: Front, body: Payload, view: Payload) -> Block:
    where, entries = place(view), Entries.of(view)
    fields = [name for name in entries.values if name.startswith(COMMITMENT)]
    request = CommitmentsPrepared(
        caller(body, form_key(view)),
        where.deal_id,
        where.version,
        {int(name.removeprefix(COMMITMENT)): entries.text(name) for name in fields},
    )
    return brief_views.render(await front.apply(brief.save_commitments, request), front.words)


async def _brief_words(front: Front, body: Payload, view: Payload) -> Block:
    entries = Entries.of(view)
    request = WordsPrepared(
        caller(body, form_key(view)),
        place(view).deal_id,
        opening=entries.text("opening"),
        elephant=entries.text("elephant"),
        proposal=entries.text("proposal"),
        notes=entries.text("notes"),
    )
    return brief_views.render(await front.apply(brief.save_words, request), front.words)


async def _snooze(front: Front, body: Payload, view: Payload) -> Block:
    request = SnoozeTyped(caller(body, form_key(view)), place(view).deal_id, Entries.of(view).text("when"))
    return schedule.put_off_until(await front.apply(scheduling.snooze_until_typed, request), front.words)


async def _hours(front: Front, body: Payload, view: Payload) -> Block:
    entries = Entries.of(view)
    request = HoursSaved(
        caller(body, form_key(view)), entries.text("hours"), entries.ticked("days"), entries.text("when")
    )
    return notice(reminders.saved(await front.apply(my_reminders.save_hours, request), front.words), front.words)


_SAVES: dict[str, Saves] = {
    Form.CHECKLIST: _checklist,
    Form.COACHING: _coaching,
    Form.LIST: _list,
    Form.EDIT: _edit,
    Form.ADD: _add,
    Form.DETAILS: _details,
    Form.CORRECTION: _correction,
    Form.READ_ALL: _read_all,
    Form.WRAP_UP: _wrap_up,
    Form.RECAP: _recap,
    Form.REOPEN: _reopen,
    Form.WON: _won,
    Form.FIX: _fix,
    Form.SCHEDULE: _schedule,
    Form.SNOOZE: _snooze,
    Form.HOURS: _hours,
    Form.BRIEF_WHO: _brief_who,
    Form.BRIEF_COMMITMENTS: _brief_commitments,
    Form.BRIEF_WORDS: _brief_words,
}
