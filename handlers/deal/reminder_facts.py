"""Builds what the cadence rules need from rows: working time, cadence, the state of a deal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.deal.customer_zone import customer_zone
from handlers.deal.keepers import reminded_keepers
from handlers.deal.open_challenges import open_challenges
from handlers.deal.promise_rows import MOVED, RecurrenceRows, recurrence_rows
from handlers.deal.referral_counts import dates_of
from handlers.method.due_days import days_due, milestone_days
from handlers.method.measurables import measure_rules
from handlers.method.measure import stored_recurrences
from handlers.method.promise_outcomes import MET, SaidBy
from handlers.method.public_holidays import country_of
from handlers.method.recurrence import Recurrence, with_milestones
from handlers.method.referrals import ANSWERS, AskStep, waiting_since
from handlers.method.reminder_profiles import profile_rules
from handlers.method.reminders_due import (
    AGREED,
    KEPT_KINDS,
    AgreedStep,
    DealSnapshot,
    DueReminder,
    Promise,
    RecurringPromise,
    ReferralFacts,
    due_reminders,
    for_the_rep,
)
from handlers.method.stages import CALL_TO_MAKE, RECAPPED_OR_LATER, Stage
from handlers.method.statements import Said
from handlers.method.time_zones import zone
from handlers.method.working_time import WorkingTime
from prompts.cadence import TRIES, Cadence, cadence_with, parse_days, parse_hours
from storage import audit_log, covers, orders, promises, referrals, statements
from storage.models import AuditEntry, Deal, Person, Tenant
from storage.statements import CurrentStatement

PRAISED, RESTED = "complimented", "referral_rested"
"""Actions in the audit log: the customer praised the rep; the rep leaves the introductions that wait as they are."""
LOOKED_BACK = ("next_order_talked", "next_order_not_now")
"""How the rep may answer the reminders to think of the next order: actions in the audit log."""


def cadence_for(tenant: Tenant) -> Cadence:
    """The workspace's cadence. Raises `PlaybookError` if its overrides no longer fit the tables."""
    return cadence_with(tenant.cadence, tenant.locale)


def working_time(person: Person, tenant: Tenant) -> WorkingTime:
    """When the person works, in the zone that the platform last sent for them, else in the workspace's."""
    cadence = cadence_for(tenant)
    local = zone(person.zone, tenant.zone)
    return WorkingTime(
        local,
        cadence.hours if person.hours is None else parse_hours(person.hours),
        cadence.days if person.days is None else parse_days(person.days),
        country_of(cadence.holidays, local.key),
        person.away_until,
    )


def reminders_of_deal(session: Session, deal: Deal, tenant: Tenant, now: datetime) -> list[DueReminder]:
    """The reminders of the deal's rep (see `handlers.method.reminders_due`).

    Of what somebody else keeps by name, the rep is only told that it was not answered.
    """
    work = working_time(deal.current_rep, tenant)
    facts = _deal_now(session, deal, tenant, work)
    rules = profile_rules(deal.current_rep.reminder_profile)
    reminded = deal.current_rep.reminded and deal.current_rep.left_at is None
    due = due_reminders(facts, reminded, work, cadence_for(tenant), now, rules)
    keepers = reminded_keepers(session, deal) if facts.stage in AGREED else {}
    if not keepers or not reminded or facts.quiet:
        return due
    own = [each for each in due if each.kind not in KEPT_KINDS or each.statement_id not in keepers]
    unanswered = [
        each
        for keeper in {who.id: who for who in keepers.values()}.values()
        for each in for_the_rep(_kept(session, deal, tenant, keeper, keepers, now), work)
    ]
    return sorted([*own, *unanswered], key=lambda each: (each.at, each.kind))


def reminders_of_keepers(session: Session, deal: Deal, tenant: Tenant, now: datetime) -> dict[int, list[DueReminder]]:
    """The reminders of those who keep a promise by name, in their own working time, by person id."""
    keepers = reminded_keepers(session, deal) if deal.stage in AGREED else {}
    people = {who.id: who for who in keepers.values()}
    return {each: _kept(session, deal, tenant, who, keepers, now) for each, who in people.items()}


def _kept(
    session: Session, deal: Deal, tenant: Tenant, keeper: Person, keepers: Mapping[int, Person], now: datetime
) -> list[DueReminder]:
    """What is due of the promises that the keeper keeps. That the rep stopped the deal's reminders does not matter."""
    work = working_time(keeper, tenant)
    facts = replace(_deal_now(session, deal, tenant, work), quiet=False)
    rules = profile_rules(keeper.reminder_profile)
    return [
        each
        for each in due_reminders(facts, True, work, cadence_for(tenant), now, rules)
        if each.kind in KEPT_KINDS and keepers.get(each.statement_id or 0) is keeper
    ]


def _deal_now(session: Session, deal: Deal, tenant: Tenant, work: WorkingTime) -> DealSnapshot:
    stage = Stage(deal.stage)
    agreed = agreed_statements(session, deal) if stage in AGREED else []
    settled = promises.outcomes(session, deal.id) if agreed else {}
    recurring = recurring_promises(session, deal, agreed, tenant)
    days = days_of_promises(deal, agreed, recurring, work)
    pending = [each for each in agreed if each.id not in settled]
    recap = statements.latest_recap(session, deal.id) if stage in AGREED | {Stage.COMPLETED} else None
    recap_sent_at = None if recap is None else recap.sent_at
    looked_back, results = _looked_back(session, deal, recap_sent_at)
    passed_at = _passed_at(session, deal) if stage in CALL_TO_MAKE else None
    return DealSnapshot(
        stage=stage,
        since=deal.stage_since if passed_at is None else max(deal.stage_since, passed_at),
        closed_at=deal.closed_at,
        sellers=deal.sellers,
        call_at=_after(passed_at, deal.call_at),
        snoozed_until=_after(passed_at, deal.snoozed_until),
        theirs=customer_zone(deal),
        tried=deal.snoozed_until is not None and _tried_last(session, deal),
        recap_sent_at=recap_sent_at,
        promises=tuple(
            Promise(statement_id, day)
            for statement_id, day in dated_promises(agreed, _closed_on(deal, work.local))
            if statement_id not in settled
        ),
        recurring=tuple(each for each in recurring if each.statement_id not in settled),
        step=agreed_step(session, deal) if stage in AGREED else None,
        referral=referral_facts(session, deal) if stage in RECAPPED_OR_LATER else ReferralFacts(),
        challenges=tuple(open_challenges(session, deal)) if stage in AGREED else (),
        quiet=not deal.reminded,
        pending=len(pending),
        settled_at=max(settled[each.id].at for each in agreed) if agreed and not pending else None,
        last_day=max(days.values(), default=None),
        looked_back=looked_back,
        value_on=None if deal.value_on is None or deal.value_on.isoformat() in results else deal.value_on,
    )


def _passed_at(session: Session, deal: Deal) -> datetime | None:
    """Since when who has the deal now has to make the call: they are reminded from then on, as a rep is.

    The stand-in since they accepted; the rep since they have it back. None if nobody stood in for this rep.
    """
    did = [each for each in covers.of_deals(session, [deal.id]) if each.rep_id == deal.owner_id and each.answered_at]
    if deal.covered_by_id is not None:
        return max((each.answered_at for each in did if each.ended_at is None and each.answered_at), default=None)
    return max((each.ended_at for each in did if each.ended_at is not None), default=None)


def _after(moment: datetime | None, planned: datetime | None) -> datetime | None:
    """What was planned, unless that was before the deal passed on."""
    return None if planned is None or (moment is not None and planned <= moment) else planned


def _looked_back(session: Session, deal: Deal, recap_sent_at: datetime | None) -> tuple[frozenset[int], frozenset[str]]:
    """The answered reminders to think of the next order: days after the recap, and days of the first result."""
    answered = audit_log.entries(session, deal.id, LOOKED_BACK)
    return (
        frozenset(e.detail["days"] for e in answered if recap_sent_at is None or e.at >= recap_sent_at),
        frozenset(e.detail["value_on"] for e in answered if "value_on" in e.detail),
    )


def _closed_on(deal: Deal, local: ZoneInfo) -> date:
    return deal.closed_at.astimezone(local).date()


def days_of_promises(
    deal: Deal, agreed: Sequence[CurrentStatement], recurring: Sequence[RecurringPromise], work: WorkingTime
) -> dict[int, date]:
    """The last day of each agreed statement that has one, by statement id: a day it names, or its last occasion."""
    days = dict(dated_promises(agreed, _closed_on(deal, work.local)))
    for promise in recurring:
        last = promise.last_day(work)
        if last is not None:
            days[promise.statement_id] = max(last, days.get(promise.statement_id, last))
    return days


def agreed_step(session: Session, deal: Deal) -> AgreedStep | None:
    """The deal's next step, if it has a day."""
    if deal.next_step_on is None:
        return None
    return AgreedStep(orders.latest_step_id(session, deal.id), deal.next_step_on)


def referral_facts(session: Session, deal: Deal) -> ReferralFacts:
    """Where asking for the deal's referrals stands, on the call and since."""
    agreement, ask = statements.referral(session, deal.id), referrals.latest_ask(session, deal.id)
    step = None if ask is None else AskStep(ask.step)
    answered = ask if step in ANSWERS else None
    if answered is not None and agreement is not None and agreement.at > answered.at:
        answered = None  # they have talked about it again since
    not_now_at = None
    if answered is not None:
        not_now_at = answered.at if step is AskStep.NOT_NOW else None
    elif agreement is not None and agreement.outcome == "not_now":
        not_now_at = agreement.at
    praised = audit_log.latest(session, deal.id, (PRAISED,))
    return ReferralFacts(
        agreed=agreement is not None and agreement.outcome == "agreed",
        earned_at=_earned_at(session, deal),
        not_now_at=not_now_at,
        asked_at=None if answered is None else answered.at,
        thinking=answered is not None and step is AskStep.THINKING,
        meeting_at=None if ask is None else ask.meeting_at,
        praised_at=None if praised is None else praised.at,
        waiting_since=_waiting_introduction(session, deal),
    )


def _earned_at(session: Session, deal: Deal) -> datetime | None:
    """Since when every promise of the deal is met, by the customer's own word; None while one is not."""
    outcomes = promises.outcomes(session, deal.id)
    newest = [outcomes.get(each.id) for each in agreed_statements(session, deal)]
    met = [each for each in newest if each is not None and each.state in MET and each.said_by == SaidBy.CUSTOMER]
    return max((each.at for each in met), default=None) if len(met) == len(newest) else None


def _waiting_introduction(session: Session, deal: Deal) -> datetime | None:
    """Since when an introduction has not moved, unless the rep has since said to leave it."""
    found = map(dates_of, referrals.of_deals(session, [deal.id]))
    since, rested = waiting_since(found), audit_log.latest(session, deal.id, (RESTED,))
    return None if since is None or (rested is not None and rested.at >= since) else since


def _tried_last(session: Session, deal: Deal) -> bool:
    """Whether the rep's last word about when to be reminded was a try that did not reach the customer."""
    last = audit_log.latest(session, deal.id, (*TRIES, "snoozed", "snooze_changed"))
    return last is not None and last.action in TRIES


def agreed_statements(session: Session, deal: Deal) -> list[CurrentStatement]:
    """The statements that the customer agrees to as they are."""
    return agreed_among(statements.current(session, deal.id))


def agreed_among(current: Iterable[CurrentStatement]) -> list[CurrentStatement]:
    """Those of the statements that the customer agrees to as they are."""
    return [each for each in current if each.said == Said.AGREED and each.on_list]


def dated_promises(agreed: Sequence[CurrentStatement], closed_on: date) -> list[tuple[int, date]]:
    """The ids of statements that name a day, each with the last day it names, or that it counts from a named one.

    A day without a year is the first such day from the close on.
    """
    milestones = _milestones(agreed, closed_on)
    found = [(each.id, days_due(each.wording, measure_rules(), closed_on, milestones)) for each in agreed]
    return [(statement_id, max(days)) for statement_id, days in found if days]


def _milestones(agreed: Sequence[CurrentStatement], closed_on: date) -> Mapping[str, date]:
    return milestone_days((each.wording for each in agreed), measure_rules(), closed_on)


def recurring_promises(
    session: Session, deal: Deal, agreed: Sequence[CurrentStatement], tenant: Tenant
) -> list[RecurringPromise]:
    """The expectations of the sale that recur (M3.1), with what the rep recorded about their occasions."""
    if not any(each.kind == "expectation" for each in agreed):
        return []
    return recurring_among(recurrence_rows(session, [deal.id]), deal, agreed, tenant)


def recurring_among(
    rows: RecurrenceRows, deal: Deal, agreed: Sequence[CurrentStatement], tenant: Tenant
) -> list[RecurringPromise]:
    """The same, from what was read before."""
    expectations = [each for each in agreed if each.kind == "expectation"]
    if not expectations:
        return []
    local, cadence = zone(deal.current_rep.zone, tenant.zone), cadence_for(tenant)
    closed_on = _closed_on(deal, local)
    recaps = sorted(sent for sent in rows.recaps.get(deal.id, ()) if sent is not None)
    milestones, recorded = _milestones(agreed, closed_on), _recorded(rows.occasions.get(deal.id, ()))
    found: list[RecurringPromise] = []
    for each in expectations:
        agreed_at = rows.agreements[each.id].at
        recap_at = next((sent for sent in recaps if sent >= agreed_at), None)
        agreed_on = agreed_at.astimezone(local).date()
        rules = stored_recurrences(rows.measures[each.id], each.wording, each.target, measure_rules(), agreed_on)
        for number, said in enumerate(rules):
            rule = with_milestones(said, milestones)
            if rule is not None:
                done, moved = recorded.get((each.id, number), (set(), {}))
                recap_on = None if recap_at is None else recap_at.astimezone(local).date()
                rule = _in_own_days(rule, cadence)
                found.append(RecurringPromise(each.id, rule, agreed_on, recap_on, number, frozenset(done), moved))
    return found


def _in_own_days(rule: Recurrence, cadence: Cadence) -> Recurrence:
    """A rule without a day, in the days that the workspace counts from one update to the next."""
    days = cadence.update_days.get(rule.unit)
    if days is None or rule.has_day or (rule.interval, rule.times) != (1, 1):
        return rule
    return replace(rule, unit="day", interval=days)


def _recorded(entries: Iterable[AuditEntry]) -> dict[tuple[int, int], tuple[set[date], dict[date, date]]]:
    """The occasions that the rep settled, and those that they put off with their new day, by statement and rule."""
    found: dict[tuple[int, int], tuple[set[date], dict[date, date]]] = {}
    for entry in entries:
        detail = entry.detail
        done, moved = found.setdefault((detail["statement"], detail["number"]), (set(), {}))
        occasion = date.fromisoformat(detail["occasion"])
        if entry.action == MOVED:
            moved[occasion] = date.fromisoformat(detail["to"])
        else:
            done.add(occasion)
    return found
