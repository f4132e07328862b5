"""Delivery on a deal: what it says to each promise, where the handoff stands, and what it is told of changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

from sqlalchemy.orm import Session

from handlers.deal.delivery_keeper import delivery_keeper
from handlers.deal.reminder_facts import agreed_among, agreed_statements, cadence_for, working_time
from handlers.method import handoff as rules
from handlers.method.handoff import STANDING, Feasible, HandoffState, Said
from handlers.method.stages import ALIGNED_OR_LATER, ENDED, Stage
from handlers.method.time_zones import zone
from handlers.method.working_time import WorkingTime
from handlers.screens.deals import DeliveryWord, HandoffStatus
from storage import audit_log, challenges, handoffs, outbox, outbox_reminders, statements, workspaces
from storage.models import Deal, FeasibilityAsk, Handoff, OutboxRow, Person, Tenant
from storage.promises import outcomes
from storage.statements import CurrentStatement

FEASIBILITY, DOUBT = "feasibility", "delivery_doubt"
OFFER, QUESTIONS, RETURNED, NUDGE, LATE = (
    "handoff",
    "handoff_questions",
    "handoff_returned",
    "handoff_nudge",
    "handoff_late",
)
BRIEF = "handoff_brief"
PROMISE_MISSED = "delivery_missed"
NOTE = "statement_note"
REDRAWN = "handoff_redrawn"
"""The kinds of messages about delivery. `REDRAWN` updates one of the others in place."""
REDRAWABLE = frozenset({FEASIBILITY, DOUBT, OFFER, QUESTIONS, RETURNED, NUDGE, LATE, PROMISE_MISSED, BRIEF})
KINDS = REDRAWABLE | {NOTE, REDRAWN}
REMINDERS = frozenset({NUDGE, LATE})
"""What wants its person at work, and is not sent to somebody who wants no reminders."""
FELL_THROUGH = ENDED - {Stage.COMPLETED}
"""The stages in which delivery has nothing to deliver any more."""
ENDED_WORD = "ended"
"""What the receiver is told then: `HandoffNudge.what`."""
KEPT_ANYWAY = "promise_kept_anyway"
"""The action in the audit log: the rep keeps a promise that delivery doubts."""


class Worded(Protocol):
    """A version of a statement."""

    @property
    def id(self) -> int:
        """The statement's id."""

    @property
    def version(self) -> int:
        """The number of its version."""


def words_of_delivery(session: Session, deal_id: int) -> dict[int, DeliveryWord]:
    """What delivery says to each of the deal's statements as they are worded now, by statement id."""
    current = {each: found for each, found in handoffs.asked(session, deal_id).items() if found.current}
    if any(found.answer is None for found in current.values()):
        lost = _undelivered(session, deal_id)
        current = {each: found for each, found in current.items() if found.ask.id not in lost}
    people = {found.ask.person_id for found in current.values()}
    people |= {found.answer.answered_by for found in current.values() if found.answer is not None}
    names = workspaces.external_ids(session, {each for each in people if each is not None})
    words: dict[int, DeliveryWord] = {}
    for each, found in current.items():
        if found.answer is not None:
            answer, reason = Feasible(found.answer.answer), found.answer.reason or ""
            words[each] = DeliveryWord(answer, names[found.answer.answered_by], reason)
        else:
            who = None if found.ask.person_id is None else names[found.ask.person_id]
            words[each] = DeliveryWord(None, who, channel=found.ask.channel)
    return words


def _undelivered(session: Session, deal_id: int) -> set[int]:
    """The questions that reached nobody: the platform refused them. They can be asked again."""
    rows = outbox_reminders.of_deal(session, deal_id, (FEASIBILITY,))
    return {int(row.payload["ask"]) for row in rows if row.state in outbox_reminders.UNSENT}


def said_of(session: Session, handoff: Handoff) -> dict[int, Said]:
    """What was said last about each promise of a handoff, by statement id."""
    return _said(session, [handoff])


def standing_handoff(session: Session, deal_id: int) -> Handoff | None:
    """The handoff whose receiver has the deal or is about to take it, or None."""
    newest = handoffs.latest(session, deal_id)
    return newest if newest is not None and HandoffState(newest.state) in STANDING else None


def handoff_status(session: Session, deal: Deal) -> HandoffStatus | None:
    """Where the deal's newest handoff stands; None if there is none."""
    current = {deal.id: statements.current(session, deal.id)}
    return handoff_statuses(session, current).get(deal.id)


def handoff_statuses(session: Session, current: Mapping[int, Sequence[CurrentStatement]]) -> dict[int, HandoffStatus]:
    """The same for several deals, whose statements are `current`; by deal id, without the deals that have none."""
    newest = {each: row for each, row in handoffs.latest_of(session, current).items() if row.state != "withdrawn"}
    said = _said(session, newest.values())
    return {deal_id: _status(handoff, agreed_among(current[deal_id]), said) for deal_id, handoff in newest.items()}


def status_of(session: Session, deal: Deal, handoff: Handoff) -> HandoffStatus:
    """Where this handoff stands."""
    return _status(handoff, agreed_statements(session, deal), _said(session, [handoff]))


def _said(session: Session, found: Iterable[Handoff]) -> dict[int, Said]:
    return {each: Said(row.said) for each, row in handoffs.readings(session, *(each.id for each in found)).items()}


def _status(handoff: Handoff, agreed: Sequence[CurrentStatement], said: Mapping[int, Said]) -> HandoffStatus:
    promises = [each.id for each in agreed]
    return HandoffStatus(
        receiver=handoff.receiver.external_id,
        state=HandoffState(handoff.state),
        to_read=len(rules.to_read(promises, said)),
        unclear=len(rules.unclear(promises, said)),
        reason=handoff.reason or "",
        introduced=handoff.introduced_at is not None,
        kickoff_on=handoff.kickoff_on,
    )


def tell_delivery(session: Session, deal: Deal, now: datetime) -> None:
    """Tell delivery what has changed, once the deal is settled with the customer again, or has ended.

    What they said of an older wording counts no more: it is asked anew, and read back anew. The messages about it lose
    their buttons.
    """
    if deal.stage not in ALIGNED_OR_LATER | ENDED:
        return
    asked = handoffs.asked(session, deal.id)
    handoff = standing_handoff(session, deal.id)
    if not asked and handoff is None:
        return
    promises = agreed_statements(session, deal)
    if deal.stage not in ENDED:
        for statement in promises:
            found = asked.get(statement.id)
            if found is not None and not found.current:
                ask_anew(session, deal, found.ask, statement, now)
        if handoff is not None:
            _tell_receiver(session, deal, handoff, promises, now)
    elif handoff is not None and deal.stage in FELL_THROUGH:
        send_nudge(session, deal, handoff, ENDED_WORD, now, of=deal.stage_since.isoformat())
    redraw(session, deal, now)


def _tell_receiver(
    session: Session, deal: Deal, handoff: Handoff, promises: Sequence[CurrentStatement], now: datetime
) -> None:
    said = said_of(session, handoff)
    settle(session, deal, handoff, now)
    open_again = [s for s in promises if s.id not in said]
    before = handoffs.history(session, [deal.id]).readings
    if open_again and any(row.handoff_id == handoff.id for row in before):
        of = ",".join(f"{s.id}.{s.version}" for s in open_again)
        send_nudge(session, deal, handoff, "changed", now, of=of)


def settle(session: Session, deal: Deal, handoff: Handoff, now: datetime) -> None:
    """The handoff is taken as soon as every promise is confirmed."""
    promises = [s.id for s in agreed_statements(session, deal)]
    state = rules.state_after_reading(HandoffState(handoff.state), promises, said_of(session, handoff))
    if state != handoff.state:
        handoff.state, handoff.settled_at = state, now
        audit_log.record(session, deal.id, handoff.receiver_id, "handoff_taken", now, handoff=handoff.id)


def ask_anew(session: Session, deal: Deal, before: FeasibilityAsk, statement: Worded, now: datetime) -> FeasibilityAsk:
    """Ask the same people about the wording as it is now."""
    return send_question(session, deal, statement, before.person_id, before.channel, by=before.asked_by, now=now)


def send_question(
    session: Session,
    deal: Deal,
    statement: Worded,
    person_id: int | None,
    channel: str | None,
    *,
    by: int,
    now: datetime,
) -> FeasibilityAsk:
    """Ask whether the promise can be kept: in the channel if there is one, else the person."""
    ask = FeasibilityAsk(
        statement_id=statement.id,
        version=statement.version,
        person_id=person_id,
        channel=channel,
        asked_by=by,
        at=now,
    )
    session.add(ask)
    session.flush()
    audit_log.record(session, deal.id, by, "feasibility_asked", now, statement=statement.id, version=statement.version)
    person = None if person_id is None or channel is not None else session.get_one(Person, person_id)
    send(session, deal, FEASIBILITY, f"{FEASIBILITY}:{ask.id}", now, person=person, channel=channel, ask=ask.id)
    return ask


def send_nudge(session: Session, deal: Deal, handoff: Handoff, what: str, now: datetime, *, of: str = "") -> None:
    """Remind the receiver of a handoff; once per `what` and `of`."""
    key = f"{NUDGE}:{handoff.id}:{what}:{of}"[:255]
    send(session, deal, NUDGE, key, now, person=handoff.receiver, handoff=handoff.id, what=what)


def send(  # noqa: PLR0913 (a message, by name)
    session: Session,
    deal: Deal,
    kind: str,
    key: str,
    now: datetime,
    *,
    due_at: datetime | None = None,
    person: Person | None = None,
    channel: str | None = None,
    at_once: bool = False,
    **payload: Any,
) -> OutboxRow:
    """Queue a message about delivery, once per `key`: now or at `due_at`, in the working time of the person or team.

    `at_once`: at any hour, because it answers what somebody just did.
    """
    tenant = session.get_one(Tenant, deal.tenant_id)
    local = zone(None if person is None else person.zone, tenant.zone)
    at = due_at or now
    if not at_once:
        work = WorkingTime.default(local, cadence_for(tenant)) if person is None else working_time(person, tenant)
        at = work.next(at)
    return outbox.enqueue(
        session,
        kind=kind,
        dedupe_key=key,
        due_at=at,
        zone=local.key,
        deal_id=deal.id,
        person_id=None if person is None else person.id,
        channel=channel,
        payload=payload,
        now=now,
    )


def redraw(session: Session, deal: Deal, now: datetime) -> None:
    """Have the messages that were sent show the present state: what was answered has no buttons any more.

    A message that would look the same is left alone.
    """
    for row in outbox_reminders.of_deal(session, deal.id, tuple(REDRAWABLE)):
        if row.state != "sent" or row.sent_ts is None:
            continue
        state = state_of(session, row, deal)
        if row.payload.get("shown") == state:
            continue
        row.payload = {**row.payload, "shown": state}
        drawn = outbox.count_rows(session, deal_id=deal.id, kind=REDRAWN) + 1
        outbox.enqueue(
            session,
            kind=REDRAWN,
            dedupe_key=f"{REDRAWN}:{row.id}:{drawn}",
            due_at=now,
            zone=row.zone,
            deal_id=deal.id,
            person_id=row.person_id,
            channel=row.channel,
            payload={"row": row.id},
            now=now,
        )


def state_of(session: Session, row: OutboxRow, deal: Deal) -> str:
    """What a message of these kinds shows, as a text that differs when the message has to."""
    if row.kind in (FEASIBILITY, DOUBT):
        ask = handoffs.ask(session, int(row.payload["ask"]))
        found = None if ask is None else handoffs.asked(session, deal.id).get(ask.statement_id)
        newest = found is not None and ask is not None and found.ask.id == ask.id and found.current
        stands = ask is not None and _stands(session, deal, ask.statement_id)
        answer = None if ask is None else handoffs.answer_to(session, ask.id)
        kept = ask is not None and is_kept_anyway(session, deal.id, ask.id)
        return f"{deal.stage in ENDED} {newest and stands} {None if answer is None else answer.id} {kept}"
    if row.kind == PROMISE_MISSED:
        return _state_of_promise(session, row, deal)
    if row.kind == BRIEF:
        return _state_of_brief(session, deal)
    handoff = handoffs.find(session, int(row.payload["handoff"]))
    newest_one = handoffs.latest(session, deal.id)
    if handoff is None or newest_one is None:
        return ""
    status = status_of(session, deal, handoff)
    shown = (status.state, status.to_read, status.unclear, status.introduced, status.kickoff_on)
    return f"{deal.stage in ENDED} {newest_one.id == handoff.id} {shown}"


def _state_of_brief(session: Session, deal: Deal) -> str:
    """A digest of what the brief is made of; the same once the deal has ended, so that it stays as it was."""
    if deal.stage in ENDED:
        return ENDED_WORD
    promises = [(each.id, each.version, each.on_list, each.said) for each in statements.current(session, deal.id)]
    noted = sorted((each, repr(details)) for each, details in statements.details(session, deal.id).items())
    contacts = sorted((each.role, each.name, each.phone, each.email, each.zone) for each in deal.contacts)
    words = sorted((each, repr(word)) for each, word in words_of_delivery(session, deal.id).items())
    parts = (promises, noted, contacts, words, deal.customer, deal.owner.external_id, deal.next_step)
    return sha256(repr(parts).encode()).hexdigest()[:16]


def _state_of_promise(session: Session, row: OutboxRow, deal: Deal) -> str:
    statement_id = int(row.payload["statement"])
    newest = outcomes(session, deal.id).get(statement_id)
    keeper = delivery_keeper(session, deal)
    version = next((each.version for each in statements.current(session, deal.id) if each.id == statement_id), 0)
    logged = len(challenges.of_deals(session, [deal.id]))
    who = None if keeper is None else keeper.id
    return f"{deal.stage in ENDED} {who} {version} {None if newest is None else newest.id} {logged}"


def _stands(session: Session, deal: Deal, statement_id: int) -> bool:
    """Whether the statement is on the list, and the customer has not withdrawn it."""
    rows = statements.current(session, deal.id)
    return any(row.id == statement_id and row.on_list and row.said != "withdrawn" for row in rows)


def is_kept_anyway(session: Session, deal_id: int, ask_id: int) -> bool:
    """Whether the rep keeps the promise although delivery doubts it."""
    return any(entry.detail.get("ask") == ask_id for entry in audit_log.entries(session, deal_id, (KEPT_ANYWAY,)))
