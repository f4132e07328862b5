"""Reminders that were sent and are no longer current lose their buttons, and say what became of them.

One reminder of a deal is current at a time: a newer one takes the place of the older one, whose message is updated in
place. So is the message of a reminder that was answered, wherever that was done (docs/decisions/0023).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from handlers.deal.covering import OFFER
from handlers.method.reminders_due import DueReminder, Kind
from handlers.method.stages import CALL_TO_MAKE, CALL_UNDER_WAY, Stage
from storage import deal_members, outbox, outbox_reminders
from storage.models import Deal, OutboxRow

RETIRED = "retired"
"""The kind of message that updates a sent reminder."""
FORGOTTEN_AFTER = timedelta(days=30)
"""Older messages stay as they are: nobody scrolls back that far, and each update is a call to the platform."""
LAST_MONTH = timedelta(days=40)
"""How old a monthly question may be that the next one takes the place of."""
OCCASION = ("statement", "number", "occasion")
"""What tells an occasion of a promise that recurs from others: the payload of its reminder, and the line of a list."""
ANSWERED, NEWER = "answered", "newer"
"""Why a reminder was retired; `payload["retired"]` of its row."""

_ON_THE_WAY = CALL_UNDER_WAY | {Stage.ALIGNED}
"""The stages before the recap: what an answered reminder says of them is soon not so any more."""
_ABOUT_THE_NEXT_STEP = frozenset(
    {Kind.CALL, Kind.CALL_SOON, Kind.CALL_OVER, Kind.READ_BACK, Kind.RECAP, Kind.OUTCOME_DUE}
)
"""What a digest asks about once more."""


def retire_outdated(
    session: Session,
    deal: Deal,
    rows: Sequence[OutboxRow],
    wanted: Mapping[int, Sequence[DueReminder]],
    now: datetime,
) -> None:
    """Retire the deal's sent reminders that its plan no longer contains: they were answered, or became pointless.

    `rows` are all rows of the deal, `wanted` are its reminders as planned now by person id, past ones included.
    """
    current = {each: {(due.kind.value, due.of) for due in theirs} for each, theirs in wanted.items()}
    for row in rows:
        if not _stands(row, now) or row.payload.get("items"):
            continue
        if "retired" in row.payload:
            if row.payload["retired"] == ANSWERED and _has_moved_on(row, deal):
                _retire(session, row, ANSWERED, now, deal=deal)
            continue
        if not _is_current(row.kind, row.payload.get("of"), current.get(row.person_id or 0, set())):
            _retire(session, row, ANSWERED, now, deal=deal)
    readers = {row.person_id for row in rows if row.person_id is not None} | {deal.current_rep_id}
    for sent in (each for reader in sorted(readers) for each in _lists(session, reader, now)):
        theirs = current.get(sent.person_id or 0, set())
        settled = [
            number
            for number, item in enumerate(sent.payload["items"])
            if item["deal"] == deal.id and not _item_is_current(item, deal, theirs, now)
        ]
        if not set(settled) <= set(sent.payload.get("settled", ())) or _has_moved_on(sent, deal):
            _retire(session, sent, None, now, settled, deal=deal)


def settle_offers(session: Session, deal: Deal, now: datetime) -> None:
    """The offer to ask a colleague was answered: its lines in the rep's lists have no buttons any more."""
    for sent in _lists(session, deal.owner_id, now):
        settled = [
            n for n, item in enumerate(sent.payload["items"]) if (item["deal"], item["kind"]) == (deal.id, OFFER)
        ]
        if not set(settled) <= set(sent.payload.get("settled", ())):
            _retire(session, sent, None, now, settled, deal=deal)


def retire_older(session: Session, row: OutboxRow, now: datetime) -> None:
    """The reminder `row` was delivered: the older ones of the same deals and subject make way for it."""
    for deal_id, topic in _topics(row):
        for older in outbox_reminders.of_deal(session, deal_id, tuple(Kind)):
            stands = older.id != row.id and _stands(older, now) and older.payload.get("retired") != NEWER
            if stands and not older.payload.get("items") and topic == _topic(older.kind, older.payload):
                _retire(session, older, NEWER, now)
    if row.kind == Kind.SELF_CHECK:
        retire_self_checks(session, row.person_id or 0, NEWER, now, newer_than=row.id)
    if row.kind == Kind.DIGEST:
        for older in _lists(session, row.person_id or 0, now):
            if older.id != row.id and older.kind == Kind.DIGEST:
                _retire(session, older, NEWER, now)


def retire_self_checks(session: Session, person_id: int, why: str, now: datetime, *, newer_than: int = 0) -> None:
    """The person answered the monthly self-check, wants it no more, or got a newer one (the row `newer_than`)."""
    for sent in outbox_reminders.sent_since(session, person_id, (Kind.SELF_CHECK,), now - LAST_MONTH):
        if sent.id != newer_than and sent.sent_ts is not None and "retired" not in sent.payload:
            _retire(session, sent, why, now)


def settle_occasion(session: Session, deal: Deal, occasion: Mapping[str, Any], now: datetime) -> None:
    """An occasion of a promise was answered: its lines in the lists that were sent have no buttons any more.

    The lists of the rep, and of the deal's team: somebody of it may keep the promise.
    """
    readers = {deal.current_rep_id, *(each.person_id for each in deal_members.of_deal(session, deal.id))}
    for sent in (each for reader in sorted(readers) for each in _lists(session, reader, now)):
        settled = [
            number
            for number, item in enumerate(sent.payload["items"])
            if item["deal"] == deal.id and item["kind"] == Kind.UPDATE and occasion.items() <= item.items()
        ]
        if not set(settled) <= set(sent.payload.get("settled", ())):
            _retire(session, sent, None, now, settled)


def settle_questions(session: Session, deal: Deal, kind: str, now: datetime) -> None:
    """The rep answered the deal's questions of this kind: those that were sent lose their buttons."""
    outbox.cancel(session, deal_ids=[deal.id], kinds=(kind,), reason="the rep has answered", now=now)
    for row in outbox_reminders.of_deal(session, deal.id, (kind,)):
        if row.state == "sent" and row.sent_ts is not None and "retired" not in row.payload:
            _retire(session, row, ANSWERED, now)


def item_of(kind: Kind, deal: Deal, payload: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What the row of a list stores of one of its lines, so that the line can be drawn again."""
    kept: dict[str, Any] = {name: payload[name] for name in ("of", "nth", "challenge", *OCCASION) if name in payload}
    return {"deal": deal.id, "kind": kind.value, "stage": deal.stage, **kept, **more}


def _topics(row: OutboxRow) -> set[tuple[int, str]]:
    """What the message is about: each deal with a subject. Only the newest message on one keeps its buttons."""
    items = row.payload.get("items") or ()
    if items:
        return {(item["deal"], _topic(item["kind"], item)) for item in items}
    return set() if row.deal_id is None else {(row.deal_id, _topic(row.kind, row.payload))}


_TOPICS = {Kind.VALUE_DAY.value: "first result", Kind.DIGEST.value: "call", Kind.NEXT_STEP.value: "step"}


def _topic(kind: str, payload: dict[str, Any]) -> str:
    if kind == OFFER:
        return "cover"
    if kind == Kind.PROMISE:
        return f"promise {payload.get('statement')}"
    if kind == Kind.UPDATE:
        return f"update {payload.get('statement')} {payload.get('number')}"
    if "challenge" in payload:
        return f"challenge {payload['challenge']}"
    return _TOPICS.get(kind) or ("call" if kind in _ABOUT_THE_NEXT_STEP else "afterwards")


def _stands(row: OutboxRow, now: datetime) -> bool:
    """Whether the row is a reminder whose message is in somebody's chat."""
    return (
        row.kind in tuple(Kind)
        and row.state == "sent"
        and row.sent_ts is not None
        and row.settled_at is not None
        and row.settled_at > now - FORGOTTEN_AFTER
    )


def _is_current(kind: str, of: str | None, current: set[tuple[str, str]]) -> bool:
    """An update's plan names only the next one: the last one that was sent stays until that comes."""
    return (kind, of) in current or (kind == Kind.UPDATE and any(planned == kind for planned, _ in current))


def _item_is_current(item: dict[str, Any], deal: Deal, current: set[tuple[str, str]], now: datetime) -> bool:
    if item["kind"] == OFFER:
        return deal.stage in CALL_TO_MAKE and deal.doubt is None
    if item["kind"] == Kind.DIGEST:
        return item_is_open(item, deal, now) and any(planned == Kind.DIGEST for planned, _ in current)
    return _is_current(item["kind"], item.get("of"), current)


def item_is_open(item: dict[str, Any], deal: Deal, now: datetime) -> bool:
    """Whether the line of a list still asks for what it did when the list was sent."""
    put_off = deal.snoozed_until is not None and deal.snoozed_until > now
    planned = deal.call_at is not None and deal.call_at > now
    return deal.stage == item["stage"] and deal.reminded and deal.doubt is None and not put_off and not planned


def _lists(session: Session, person_id: int, now: datetime) -> list[OutboxRow]:
    """The person's messages about several deals that still have buttons."""
    sent = outbox_reminders.sent_since(session, person_id, tuple(Kind), now - FORGOTTEN_AFTER)
    return [row for row in sent if row.payload.get("items") and row.payload.get("retired") != NEWER]


def _has_moved_on(row: OutboxRow, deal: Deal) -> bool:
    """Whether what the message says of the deal's stage is over: it was answered before the recap."""
    shown = row.payload.get("shown", {}).get(str(deal.id))
    return shown in _ON_THE_WAY and shown != deal.stage


def _retire(
    session: Session,
    row: OutboxRow,
    why: str | None,
    now: datetime,
    settled: Iterable[int] = (),
    *,
    deal: Deal | None = None,
) -> None:
    """Have the message drawn again, in place.

    `why` is None for a list, which stays with its other lines; `settled` are the numbers of those that are done.
    `deal` is the one whose stage the message tells from now on.
    """
    drawn = int(row.payload.get("drawn", 0)) + 1
    changed: dict[str, Any] = {"drawn": drawn}
    if why is not None:
        changed["retired"] = why
    if deal is not None:
        changed["shown"] = {**row.payload.get("shown", {}), str(deal.id): deal.stage}
    if settled:
        changed["settled"] = sorted({*row.payload.get("settled", ()), *settled})
    row.payload = {**row.payload, **changed}
    outbox.enqueue(
        session,
        kind=RETIRED,
        dedupe_key=f"{RETIRED}:{row.id}:{drawn}",
        due_at=now,
        zone=row.zone,
        deal_id=row.deal_id,
        person_id=row.person_id,
        payload={"row": row.id, "drawn": drawn},
        now=now,
    )
