"""Builds what the cadence rules need from rows: working time, cadence, the state of a deal."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from handlers.deal.customer_zone import customer_zone
from handlers.method.measurables import measure_rules, read_targets
from handlers.method.public_holidays import country_of
from handlers.method.reminders_due import DealSnapshot, DueReminder, Promise, due_reminders
from handlers.method.stages import Stage
from handlers.method.statements import Said
from handlers.method.time_zones import zone
from handlers.method.working_time import WorkingTime
from prompts.cadence import TRIES, UPDATES, Cadence, cadence_with, parse_days, parse_hours
from prompts.measures import What
from storage import audit_log, statements
from storage.models import Deal, Person, Tenant
from storage.statements import CurrentStatement

PROMISE_STAGES = frozenset({Stage.RECAPPED, Stage.DELIVERING})
"""The stages in which the promises to the customer are being kept."""


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
    """The deal's reminders (see `handlers.method.reminders_due`)."""
    work = working_time(deal.owner, tenant)
    return due_reminders(_deal_now(session, deal, tenant, work), deal.owner.reminded, work, cadence_for(tenant), now)


def _deal_now(session: Session, deal: Deal, tenant: Tenant, work: WorkingTime) -> DealSnapshot:
    stage = Stage(deal.stage)
    agreed = (
        [s for s in statements.current(session, deal.id) if s.said == Said.AGREED] if stage in PROMISE_STAGES else []
    )
    recap = statements.latest_recap(session, deal.id) if stage in PROMISE_STAGES | {Stage.COMPLETED} else None
    referral = statements.referral(session, deal.id) if stage is Stage.COMPLETED else None
    return DealSnapshot(
        stage=stage,
        since=deal.stage_since,
        closed_at=deal.closed_at,
        sellers=deal.sellers,
        call_at=deal.call_at,
        snoozed_until=deal.snoozed_until,
        theirs=customer_zone(deal),
        tried=deal.snoozed_until is not None and _tried_last(session, deal),
        recap_sent_at=None if recap is None else recap.sent_at,
        promises=tuple(
            Promise(statement_id, day)
            for statement_id, day in dated_promises(agreed, deal.closed_at.astimezone(work.local).date())
        ),
        update_every=_update_every(agreed, cadence_for(tenant)),
        referral_agreed=referral is not None and referral.outcome == "agreed",
        quiet=not deal.reminded,
    )


def _tried_last(session: Session, deal: Deal) -> bool:
    """Whether the rep's last word about when to be reminded was a try that did not reach the customer."""
    last = audit_log.latest(session, deal.id, (*TRIES, "snoozed", "snooze_changed"))
    return last is not None and last.action in TRIES


def dated_promises(agreed: list[CurrentStatement], closed_on: date) -> list[tuple[int, date]]:
    """The ids of statements that name a day, each with the last day it names.

    A day without a year is the first such day from the close on.
    """
    found = [(s.id, [t.day for t in read_targets(s.wording, measure_rules(), closed_on) if t.day]) for s in agreed]
    return [(statement_id, max(days)) for statement_id, days in found if days]


def _update_every(agreed: list[CurrentStatement], cadence: Cadence) -> str | None:
    """How often the customer wants to hear from the rep (M3.1): the most frequent interval that they expect."""
    said = {
        target.per or cadence.update_words.get(target.text.casefold())
        for statement in agreed
        if statement.kind == "expectation"
        for target in read_targets(statement.wording, measure_rules())
        if target.what is What.FREQUENCY
    }
    return next((unit for unit in UPDATES if unit in said), None)
