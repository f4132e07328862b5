"""From rows to what the cadence decides by: a person's working time, a workspace's cadence, a deal as it stands."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from handlers.method.measurables import measure_rules, read_targets
from handlers.method.public_holidays import country_of
from handlers.method.reminders_due import DealSnapshot, DueReminder, Promise, due_reminders
from handlers.method.stages import Stage
from handlers.method.statements import Said
from handlers.method.time_zones import zone
from handlers.method.working_time import WorkingTime
from prompts.cadence import UPDATES, Cadence, cadence_with, parse_days, parse_hours
from prompts.measures import What
from storage import statements
from storage.models import Deal, Person, Tenant
from storage.statements import CurrentStatement

PROMISING = frozenset({Stage.RECAPPED, Stage.DELIVERING})
"""The stages in which what was agreed is being kept."""


def cadence_for(tenant: Tenant) -> Cadence:
    """The workspace's cadence. Raises `PlaybookError` when what it has of its own fits our tables no more."""
    return cadence_with(tenant.cadence, tenant.locale)


def working_time(person: Person, tenant: Tenant) -> WorkingTime:
    """When the person works, by the zone that the platform last gave for them, else by the workspace's."""
    cadence = cadence_for(tenant)
    local = zone(person.zone, tenant.zone)
    return WorkingTime(
        local,
        cadence.hours if person.hours is None else parse_hours(person.hours),
        cadence.days if person.days is None else parse_days(person.days),
        country_of(cadence.holidays, local.key),
        person.away_until,
    )


def due_of(session: Session, deal: Deal, tenant: Tenant, now: datetime) -> list[DueReminder]:
    """All that is due of the deal (see `handlers.method.reminders_due`)."""
    work = working_time(deal.owner, tenant)
    return due_reminders(_deal_now(session, deal, tenant, work), deal.owner.reminded, work, cadence_for(tenant), now)


def _deal_now(session: Session, deal: Deal, tenant: Tenant, work: WorkingTime) -> DealSnapshot:
    stage = Stage(deal.stage)
    stand = [s for s in statements.current(session, deal.id) if s.said == Said.AGREED] if stage in PROMISING else []
    recap = statements.latest_recap(session, deal.id) if stage in PROMISING | {Stage.COMPLETED} else None
    referral = statements.referral(session, deal.id) if stage is Stage.COMPLETED else None
    return DealSnapshot(
        stage=stage,
        since=deal.stage_since,
        closed_at=deal.closed_at,
        sellers=deal.sellers,
        call_at=deal.call_at,
        snoozed_until=deal.snoozed_until,
        recap_sent_at=None if recap is None else recap.sent_at,
        promises=tuple(
            Promise(statement_id, day)
            for statement_id, day in dated(stand, deal.closed_at.astimezone(work.local).date())
        ),
        update_every=_update_every(stand, cadence_for(tenant)),
        referral_agreed=referral is not None and referral.outcome == "agreed",
        quiet=not deal.reminded,
    )


def dated(stand: list[CurrentStatement], closed_on: date) -> list[tuple[int, date]]:
    """The statements that name a day, each with the last that its wording names.

    A day without a year is the next one from the close on.
    """
    found = [(s.id, [t.day for t in read_targets(s.wording, measure_rules(), closed_on) if t.day]) for s in stand]
    return [(statement_id, max(days)) for statement_id, days in found if days]


def _update_every(stand: list[CurrentStatement], cadence: Cadence) -> str | None:
    """How often the customer wants to hear from the rep (M3.1): the most frequent of what they expect."""
    said = {
        target.per or cadence.update_words.get(target.text.casefold())
        for statement in stand
        if statement.kind == "expectation"
        for target in read_targets(statement.wording, measure_rules())
        if target.what is What.FREQUENCY
    }
    return next((unit for unit in UPDATES if unit in said), None)
