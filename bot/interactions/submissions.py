"""Saved forms: what was entered is committed, then the next step takes the form's place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.interactions.interaction import Act, typed_wordings
from bot.ports.context import Desk
from bot.ui.components import Sheet
from bot.ui.ids import COMMITMENT, Form
from bot.views import reminders
from bot.views.notices import notice
from bot.views.render import sheet
from handlers.call import (
    brief,
    checklist,
    coaching,
    read_all,
    read_back,
    recap,
    reopening,
    scheduling,
    statement_editing,
    statement_list,
    wrap_up,
)
from handlers.call.brief import CommitmentsPrepared, WhoPrepared, WordsPrepared
from handlers.call.card_actions import DealTapped
from handlers.call.checklist import ChecklistFilled
from handlers.call.coaching import CoachingAnswered
from handlers.call.read_all import AllRead, OneMarked
from handlers.call.read_back import StatementCorrected
from handlers.call.recap import RecapSent
from handlers.call.reopening import StatementsReopened
from handlers.call.scheduling import CallTyped
from handlers.call.statement_editing import DetailsNoted, StatementAdded, StatementEdited
from handlers.call.wrap_up import WrapUpFilled
from handlers.errors import NotNowError
from handlers.intake import corrections
from handlers.intake.corrections import DealFixed
from handlers.intake.detected_deal import report
from handlers.intake.manual_report import reported
from handlers.reminders import my_reminders, snoozing
from handlers.reminders.my_reminders import HoursSaved
from handlers.reminders.snoozing import SnoozeTyped
from handlers.screens.call import RecapScreen


async def submitted(desk: Desk, act: Act) -> Sheet | None:
    """Save the form. Gives the next step, which takes its place; None when there is none, and the sheet closes.

    Raises `Refusal`; for a form that we do not have any more, too.
    """
    save = _SAVES.get(act.form)
    if save is None:
        raise NotNowError("refusal.old_button")
    return await save(desk, act)


async def _checklist(desk: Desk, act: Act) -> Sheet:
    where, entries = act.place, act.entries
    request = ChecklistFilled(
        act.acting,
        where.deal_id,
        reached=entries.value("reached"),
        ticked=entries.ticked("steps"),
        expectations=entries.value(f"expectations{where.suffix}"),
        priorities=entries.value(f"priorities{where.suffix}"),
        adding=frozenset(where.adding),
        seen=frozenset(where.seen),
    )
    return sheet(await desk.apply(checklist.save, request), desk.words)


async def _coaching(desk: Desk, act: Act) -> Sheet:
    request = CoachingAnswered(act.acting, act.place.deal_id, dict(act.place.seen), typed_wordings(act.entries))
    return sheet(await desk.apply(coaching.go_on, request), desk.words)


async def _list(desk: Desk, act: Act) -> Sheet:
    request = DealTapped(act.acting, act.place.deal_id)
    return sheet(await desk.apply(statement_list.read_back, request), desk.words)


async def _edit(desk: Desk, act: Act) -> Sheet:
    where, entries = act.place, act.entries
    request = StatementEdited(
        act.acting,
        where.deal_id,
        where.statement_id,
        where.version,
        wording=entries.value("wording"),
        kind=entries.value("kind"),
        rank=entries.value("rank"),
        target=entries.value("target"),
    )
    return sheet(await desk.apply(statement_editing.edit, request), desk.words)


async def _add(desk: Desk, act: Act) -> Sheet:
    entries = act.entries
    request = StatementAdded(
        act.acting,
        act.place.deal_id,
        wording=entries.value("wording"),
        kind=entries.value("kind"),
        target=entries.value("target"),
    )
    return sheet(await desk.apply(statement_editing.add, request), desk.words)


async def _details(desk: Desk, act: Act) -> Sheet:
    where, entries = act.place, act.entries
    request = DetailsNoted(
        act.acting,
        where.deal_id,
        where.statement_id,
        category=entries.value("category"),
        own_category=entries.value("own_category"),
        owner=entries.value("owner"),
        origin=entries.value("origin"),
    )
    return sheet(await desk.apply(statement_editing.note_details, request), desk.words)


async def _correction(desk: Desk, act: Act) -> Sheet:
    where, entries = act.place, act.entries
    request = StatementCorrected(act.acting, where.deal_id, where.statement_id, where.version, entries.value("wording"))
    if where.seen:
        return sheet(await desk.apply(read_all.mark_one, OneMarked(request, where.seen)), desk.words)
    return sheet(await desk.apply(read_back.correct, request), desk.words)


async def _read_all(desk: Desk, act: Act) -> Sheet:
    where, confirmed = act.place, bool(act.entries.ticked("read_all"))
    request = AllRead(act.acting, where.deal_id, where.seen, confirmed)
    return sheet(await desk.apply(read_all.agree_to_all, request), desk.words)


async def _wrap_up(desk: Desk, act: Act) -> Sheet:
    entries = act.entries
    request = WrapUpFilled(
        act.acting,
        act.place.deal_id,
        ticked=entries.ticked("objectives"),
        outcome=entries.value("outcome"),
        number=entries.value("number"),
        definition=entries.value("definition"),
    )
    return sheet(await desk.apply(wrap_up.save, request), desk.words)


async def _recap(desk: Desk, act: Act) -> Sheet | None:
    where, entries = act.place, act.entries
    body_text = entries.value("body") if "body" in entries.names else None
    request = RecapSent(act.acting, where.deal_id, body_text, hints_seen=where.hints_seen)
    screen = await desk.apply(recap.sent, request)
    return sheet(screen, desk.words) if isinstance(screen, RecapScreen) else None


async def _reopen(desk: Desk, act: Act) -> Sheet:
    entries = act.entries
    pairs = (value.partition(":") for value in entries.ticked(*entries.names))
    ticked = frozenset((int(statement), int(version)) for statement, _, version in pairs)
    request = StatementsReopened(act.acting, act.place.deal_id, ticked)
    return sheet(await desk.apply(reopening.reopen, request), desk.words)


async def _won(desk: Desk, act: Act) -> Sheet | None:
    entries = act.entries
    await desk.apply(report, reported(act.acting, entries.value("customer"), entries.value("amount")))
    return None


async def _fix(desk: Desk, act: Act) -> Sheet | None:
    entries = act.entries
    owner = entries.value("owner")
    request = DealFixed(
        act.acting,
        act.place.deal_id,
        customer=entries.value("customer"),
        amount=entries.value("amount"),
        owner=owner,
        owner_profile=await desk.picked(owner),
    )
    await desk.apply(corrections.save, request)
    return None


async def _schedule(desk: Desk, act: Act) -> Sheet:
    request = CallTyped(act.acting, act.place.deal_id, act.entries.value("when"))
    return sheet(await desk.apply(scheduling.type_in, request), desk.words)


async def _brief_who(desk: Desk, act: Act) -> Sheet:
    entries = act.entries
    request = WhoPrepared(
        act.acting,
        act.place.deal_id,
        decision_maker=entries.value("decision_maker"),
        functional_decision_maker=entries.value("functional_decision_maker"),
        sellers=entries.value("sellers"),
        requirements=entries.value("requirements"),
    )
    return sheet(await desk.apply(brief.save_who, request), desk.words)


async def _brief_commitments(desk: Desk, act: Act) -> Sheet:
    where, entries = act.place, act.entries
    fields = [name for name in entries.names if name.startswith(COMMITMENT)]
    request = CommitmentsPrepared(
        act.acting,
        where.deal_id,
        where.version,
        {int(name.removeprefix(COMMITMENT)): entries.value(name) for name in fields},
    )
    return sheet(await desk.apply(brief.save_commitments, request), desk.words)


async def _brief_words(desk: Desk, act: Act) -> Sheet:
    entries = act.entries
    request = WordsPrepared(
        act.acting,
        act.place.deal_id,
        opening=entries.value("opening"),
        elephant=entries.value("elephant"),
        proposal=entries.value("proposal"),
        notes=entries.value("notes"),
    )
    return sheet(await desk.apply(brief.save_words, request), desk.words)


async def _snooze(desk: Desk, act: Act) -> Sheet:
    request = SnoozeTyped(act.acting, act.place.deal_id, act.entries.value("when"))
    return sheet(await desk.apply(snoozing.snooze_until_typed, request), desk.words)


async def _hours(desk: Desk, act: Act) -> Sheet:
    entries = act.entries
    request = HoursSaved(act.acting, entries.value("hours"), entries.ticked("days"), entries.value("when"))
    return notice(reminders.saved(await desk.apply(my_reminders.save_hours, request), desk.words), desk.words)


_SAVES: dict[str, Callable[[Desk, Act], Awaitable[Sheet | None]]] = {
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
