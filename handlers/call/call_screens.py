"""Builds the screens of the call from what is stored; `next_screen` resumes a call after any interruption."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import zip_longest

from sqlalchemy.orm import Session

from handlers.call.call_contact import contact_choices, contact_on_call
from handlers.call.competitor_scripts import competitor_scripts
from handlers.call.contacts import DECISION_MAKER, contact_name, email_on_call
from handlers.call.talk import call_help, opening_line, talk_lines
from handlers.deal.call_gaps import call_gaps, reason_of_gaps
from handlers.deal.deal_playbook import playbook_of
from handlers.deal.delivery import words_of_delivery
from handlers.deal.facts import card, facts, statements_of
from handlers.deal.open_challenges import challenges_on_record, praise_on_record
from handlers.deal.referral_counts import counts_of
from handlers.method.close_to_call import close_to_call
from handlers.method.stages import ALIGNED_OR_LATER, CALL_UNDER_WAY, CORRECTABLE, Stage
from handlers.method.statements import (
    Kind,
    Statement,
    active_statements,
    agreed_counts,
    in_reading_order,
    next_to_read,
    progress,
    referral_may_be_asked,
)
from handlers.screens.call import (
    CallScreen,
    ChecklistItem,
    ChecklistScreen,
    ReadAllScreen,
    ReadBackScreen,
    RecapScreen,
    RecordScreen,
    ReferralScreen,
    TimelineEntry,
    WrapUpScreen,
)
from handlers.screens.deals import ReferralAnswer, ReferralAsk
from prompts.playbook import Item
from storage import audit_log, briefs, statements, workspaces
from storage.models import AuditEntry, Deal, Tenant


def next_screen(session: Session, deal: Deal, now: datetime, current: list[Statement] | None = None) -> CallScreen:
    """The next step: the checklist, the first unsettled statement, the wrap-up, the recap, or the record.

    `current` are the deal's statements, for a caller who has them; otherwise they are read.
    """
    current = statements_of(session, deal.id) if current is None else current
    unread = next_to_read(current)
    if deal.stage in CALL_UNDER_WAY and not referral_may_be_asked(current) and unread is None:
        return checklist_screen(session, deal, now)
    if unread is not None:
        return read_back_screen(session, deal, current, unread)
    if deal.stage in CALL_UNDER_WAY:
        return wrap_up_screen(session, deal, current)
    if deal.stage == Stage.ALIGNED:
        return recap_screen(session, deal)
    return record_screen(session, deal, now)


def checklist_screen(session: Session, deal: Deal, now: datetime) -> ChecklistScreen:
    """The checklist as it was last filled in, with what helps on the call."""
    book = playbook_of(session, deal)
    holds = statements.attested(session, deal.id)
    current = statements_of(session, deal.id)
    brief = briefs.latest(session, deal.id)
    return ChecklistScreen(
        deal=facts(deal),
        steps=_checklist_items(book.steps, holds),
        reached=contact_reached(deal),
        expectations=tuple(s.wording for s in active_statements(current, Kind.EXPECTATION)),
        priorities=tuple(s.wording for s in active_statements(current, Kind.PRIORITY)),
        seen=tuple((s.id, s.version) for s in in_reading_order(current) if s.active),
        opening=opening_line(session, deal, brief),
        elephant=brief.elephant if brief else "",
        help=call_help(session, deal, brief, now),
    )


def read_back_screen(
    session: Session, deal: Deal, current: list[Statement], statement: Statement, *, changed: bool = False
) -> ReadBackScreen:
    """One statement of `current` to read to the customer."""
    return ReadBackScreen(
        deal=facts(deal),
        statement=statement,
        progress=progress(current),
        reached=contact_on_call(deal) or "",
        changed=changed,
        people=contact_choices(deal),
        competitor_script=competitor_scripts(session, deal, [statement]).get(statement.id, ""),
        delivery=words_of_delivery(session, deal.id).get(statement.id),
    )


def read_all_screen(
    session: Session,
    deal: Deal,
    current: list[Statement],
    page: list[Statement],
    *,
    changed: frozenset[int],
    later: int,
    one_by_one: frozenset[int],
) -> ReadAllScreen:
    """Several statements of `current` to read to the customer on one screen."""
    return ReadAllScreen(
        deal=facts(deal),
        statements=tuple(page),
        progress=progress(current),
        reached=contact_on_call(deal) or "",
        people=contact_choices(deal),
        changed=changed,
        later=later,
        one_by_one=one_by_one,
        competitor_scripts=competitor_scripts(session, deal, page),
        delivery=words_of_delivery(session, deal.id),
    )


def wrap_up_screen(session: Session, deal: Deal, current: list[Statement]) -> WrapUpScreen:
    """The objectives and the referral ask, filled with the previous answers, if any."""
    book = playbook_of(session, deal)
    answered = statements.referral(session, deal.id)
    ask = referral_screen(session, deal, current)
    lacking = call_gaps(session, deal, current)
    return WrapUpScreen(
        deal=ask.deal,
        objectives=_checklist_items(book.objectives, statements.attested(session, deal.id)),
        reached=ask.reached,
        counts=ask.counts,
        number=ask.number,
        definition=ask.definition,
        outcome=answered.outcome if answered else None,
        missing=lacking,
        why_missing=reason_of_gaps(session, deal) if lacking else None,
        next_step=deal.next_step or "",
        asks_obstacle=deal.obstacle is None,
        talk=talk_lines(session, deal, book.objectives, briefs.latest(session, deal.id)),
        asks_definition=not (
            answered
            or deal.current_rep.referral_definition
            or session.get_one(Tenant, deal.tenant_id).referral_definition
        ),
    )


def referral_screen(session: Session, deal: Deal, current: list[Statement]) -> ReferralScreen:
    """The referral ask, filled with what was asked for before, if anything."""
    answered = statements.referral(session, deal.id)
    return ReferralScreen(
        deal=facts(deal),
        reached=contact_on_call(deal) or contact_reached(deal),
        counts=agreed_counts(current),
        number=answered.number if answered else playbook_of(session, deal).referral_number,
        definition=answered.definition if answered else _quality_referral(session, deal),
    )


def _quality_referral(session: Session, deal: Deal) -> str:
    """What a quality referral is (M5.1): the rep's last definition, else the team's, else the playbook's."""
    team = session.get_one(Tenant, deal.tenant_id)
    return (
        deal.current_rep.referral_definition
        or team.referral_definition
        or playbook_of(session, deal).referral_definition
    )


def recap_screen(session: Session, deal: Deal) -> RecapScreen:
    """The newest version of the recap mail."""
    newest = statements.latest_recap(session, deal.id)
    return RecapScreen(
        deal=facts(deal),
        body=newest.body if newest else "",
        sent_at=newest.sent_at if newest else None,
        recipient=email_on_call(deal),
        next_step=deal.next_step or "",
        next_step_on=deal.next_step_on,
        asks_obstacle=deal.obstacle is None,
    )


def record_screen(session: Session, deal: Deal, now: datetime) -> RecordScreen:
    """Everything on record."""
    newest = statements.latest_recap(session, deal.id)
    entries = audit_log.timeline(session, deal.id)
    asks = statements.referrals(session, deal.id)
    made = close_to_call((entry.action, entry.at) for entry in entries)
    waited = None if made.call_at is None else max(made.call_at - deal.closed_at, timedelta(0))
    by = {e.actor_id for e in entries if e.actor_id is not None} | {ask.recorded_by for ask in asks}
    actors = workspaces.external_ids(session, by)
    current = statements_of(session, deal.id)
    aligned = deal.stage in ALIGNED_OR_LATER
    lacking = call_gaps(session, deal, current) if aligned else ()
    return RecordScreen(
        card=card(session, deal, now),
        statements=tuple(in_reading_order(current)),
        reached=contact_reached(deal),
        recap=newest.body if newest else None,
        timeline=tuple(
            TimelineEntry(entry.action, None if entry.actor_id is None else actors[entry.actor_id], entry.at)
            for entry, following in zip_longest(entries, entries[1:])
            if following is None or not _same_preparation(entry, following)
        ),
        referrals=tuple(
            ReferralAsk(ReferralAnswer(ask.outcome, ask.number), ask.definition, actors[ask.recorded_by], ask.at)
            for ask in reversed(asks)
        ),
        missing=lacking,
        why_missing=reason_of_gaps(session, deal) if lacking else None,
        next_step=deal.next_step or "" if aligned else "",
        obstacle=deal.obstacle or "",
        referral_counts=counts_of(session, [deal.id])[deal.id],
        may_ask_again=bool(asks) and asks[-1].outcome == "not_now" and deal.stage in CORRECTABLE,
        hours_to_call=None if waited is None else round(waited / timedelta(hours=1)),
        tries=made.tries,
        challenges=challenges_on_record(session, deal),
        praise=praise_on_record(session, deal),
        delivery=words_of_delivery(session, deal.id),
    )


def _same_preparation(entry: AuditEntry, following: AuditEntry) -> bool:
    """Whether both entries are steps of preparing one brief: the timeline shows them as one."""
    return entry.action == following.action == "prepared" and entry.actor_id == following.actor_id


def contact_reached(deal: Deal) -> str:
    """The name of the contact who was reached, or an empty string."""
    return contact_name(deal, DECISION_MAKER)


def _checklist_items(items: tuple[Item, ...], holds: set[str]) -> tuple[ChecklistItem, ...]:
    return tuple(ChecklistItem(item.rule, item.text, item.why, item.rule in holds) for item in items)
