"""An app reports that a known order was cancelled, lost or refunded, or has another amount or owner: its rep is asked.

The detector reads wins. Here the card of a deal that was won before is read for what came after: only the stage that it
ends in, by the phrases that the detection knows, and only if the deal is known. Nothing is ever changed by it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy.orm import Session

from handlers.deal import order_questions
from handlers.deal.order_questions import ReportedChange
from handlers.detection import Decision, Post, flatten
from handlers.detection.field_labels import label_role
from handlers.detection.lexicon import lexicon
from handlers.detection.record_links import is_record_link
from handlers.intake.reports import FoundDeal
from handlers.method import money
from handlers.method.customers import customer_key, same_customer
from handlers.method.order_changes import TAKEN_BACK, OrderChangeKind
from handlers.method.record_links import RecordLink, record_link
from handlers.method.stages import WON
from handlers.requests import Caller, open_request
from handlers.team import channels
from handlers.workspace.channel_purpose import Purpose
from prompts.detection import table
from prompts.phrase_variants import variants
from storage import deals, workspaces
from storage.models import Deal

KNOWN_FOR = timedelta(days=400)
"""How long after its close an order's changes are heard of."""
MAX_LINES = 40
HEADLINES = 2
"""The first lines, which say what a card is about."""

_CANCELLED = frozenset(
    {"cancelled", "canceled", "canc", "void", "voided", "withdrawn", "terminated", "storniert", "annulé", "annulée"}
    | {"cancelado", "cancelada", "geannuleerd", "annullato", "annullata", "kansellert", "annulleret", "anulowana"}
)
_REFUNDED = frozenset({"refunded"})
_OF_PAPERS = frozenset(
    {"declined", "expired", "rejected", "failed", "unpaid", "incomplete", "archived", "abgelehnt", "abgelaufen"}
    | {"refusé", "refusée", "expiré", "expirée", "rechazado", "rechazada", "vencido", "vencida", "afgewezen"}
    | {"vervallen", "rifiutato", "rifiutata", "recusado", "recusada", "avböjd", "avböjt", "avslått", "afvist"}
    | {"odrzucona", "lapsed", "disqualified", "unqualified"}
)
"""Final states of quotes, invoices and leads: the order stands."""

_MARKUP = re.compile(r"<(?:https?:[^|>]*\|)?([^>]*)>|[*_~`]")
_LINK = re.compile(r"https?://[^\s|<>\"']+")
_LABEL = re.compile(r"\s*([^:：]{2,40})[:：]\s*(.+)")
_ONWARD = re.compile(r"\s*(?:→|➡️?|⇒|➜|➔|⟶|->|=>|>|\bto\b)\s*")
_BEFORE = re.compile(r"\s*[(\[]?\b(?:was|from|previously|formerly|by|because|on)\b.*")
_MOVED = re.compile(
    r"\b(?:stage|status|phase|moved|changed|marked|set|updated|dragged)\b"
    r".*(?:\bto\b|\bas\b|\bis now\b|→|➡️?|->|=>)\s*(.+)"
)
_HEADLINE = re.compile(
    r"\W*(?:deal|opportunity|opp|order|contract|subscription|account|customer)\b(?!.*\bnot\b)(.{0,100})"
)
_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class OrderReport:
    """An app's post that says how an order ended. `text` is what it says, to find the customer's name in it."""

    caller: Caller
    channel: str
    kind: OrderChangeKind
    customer: str
    record_url: str | None
    text: str


def read_ending(post: Post) -> OrderChangeKind | None:
    """How the order of an app's card ended: the stage that a field or a headline names last; None if it did not."""
    lines = [_MARKUP.sub(r"\1", line).casefold().strip() for line in flatten(post).splitlines()]
    lines = [line for line in lines if line][:MAX_LINES]
    for line in lines:
        labelled = _LABEL.fullmatch(line)
        if labelled is not None and _is_stage(labelled[1]):
            return _ending(_BEFORE.sub("", _ONWARD.split(labelled[2])[-1]))
    for line in lines[:HEADLINES]:
        moved = _MOVED.search(line)
        if moved is not None:
            return _ending(_BEFORE.sub("", moved[1]))
        named = _HEADLINE.match(line)
        found = None if named is None else next(filter(None, map(_ending, _runs(named[1]))), None)
        if found is not None:
            return found
    return None


def record_of(post: Post) -> str | None:
    """The link to a deal's record in an app's card, or None."""
    written = "\n".join([flatten(post), str(post.blocks), str(post.attachments)])
    return next((link for link in _LINK.findall(written) if is_record_link(link)), None)


def concerns_a_deal(session: Session, report: OrderReport, now: datetime) -> bool:
    """Whether the post is about a known order; most are not. Reads only. Always False in an excluded channel."""
    if workspaces.scope_to(session, report.caller.platform, report.caller.workspace) is None:
        return False
    if channels.chosen_purpose(session, report.channel) is Purpose.EXCLUDED:
        return False
    return _deal_of(session, report, now) is not None


def ask_about_ending(session: Session, report: OrderReport, now: datetime) -> None:
    """Ask the rep of the order whether it is so. Stores no text."""
    opened = open_request(session, report.caller, now)
    found = None if opened.repeated else _deal_of(session, report, now)
    deal = None if found is None else deals.lock(session, found.id)
    if deal is not None:
        order_questions.ask(session, deal, ReportedChange(report.kind), now)


def ask_about_changes(session: Session, deal: Deal, found: FoundDeal, now: datetime, *, by_app: bool) -> None:
    """A known deal is reported again: ask its rep what that means for the order.

    One that had ended may be back on. An app that reports the same record may tell of another amount or owner.
    """
    detection = found.detection
    if deal.stage in TAKEN_BACK and detection.decision is Decision.SURE:
        order_questions.ask(session, deal, ReportedChange(OrderChangeKind.REOPENED), now)
    record = record_link(detection.record_url)
    if not by_app or record is None or record != record_link(deal.record_url) or deal.stage not in WON:
        return
    if detection.amount is not None and deal.amount_minor is not None and money.is_storable(detection.amount):
        currency = detection.currency or deal.currency
        minor = money.to_minor(detection.amount, currency)
        changed = ReportedChange(OrderChangeKind.AMOUNT_CHANGED, minor, currency, detection.period)
        order_questions.ask(session, deal, changed, now)
    if found.owner_known and deal.owner_known and found.owner != deal.owner.external_id and detection.closed_by:
        order_questions.ask(session, deal, ReportedChange(OrderChangeKind.OWNER_CHANGED, owner=found.owner), now)


def _deal_of(session: Session, report: OrderReport, now: datetime) -> Deal | None:
    """The won deal that the post is about: by its record, else the only one of that customer."""
    record = record_link(report.record_url)
    known = deals.heard_since(session, now - KNOWN_FOR)
    if record is not None:
        same = next((each for each in known if record_link(each.record_url) == record), None)
        if same is not None:
            return _won(session, same.id)
    key, words = customer_key(report.customer), f" {customer_key(report.text)} "
    possible = [each for each in known if not _is_other(record, each.record_url)]
    named = [each for each in possible if key and same_customer(key, customer_key(each.customer))]
    named = named or [each for each in possible if each.customer and f" {customer_key(each.customer)} " in words]
    won = [deal for deal in (_won(session, each.id) for each in named) if deal is not None]
    return won[0] if len(won) == 1 else None


def _is_other(record: RecordLink | None, url: str | None) -> bool:
    link = record_link(url)
    return record is not None and link is not None and record.differs(link)


def _won(session: Session, deal_id: int) -> Deal | None:
    deal = deals.find(session, deal_id)
    return deal if deal is not None and deal.stage in WON else None


def _is_stage(label: str) -> bool:
    words = label.split()
    return bool(words) and any(label_role(each, lexicon()) == "stage" for each in (label, words[-1]))


def _runs(text: str) -> Sequence[str]:
    words = _WORDS.findall(text)
    return [" ".join(words[at : at + length]) for at in range(len(words)) for length in (3, 2, 1)]


def _ending(value: str) -> OrderChangeKind | None:
    return _endings().get(" ".join(_WORDS.findall(value)))


@cache
def _endings() -> Mapping[str, OrderChangeKind]:
    """What the phrases of the detection for lost deals say of an order."""
    listed = table("cards")["stages"]["lost"]
    phrases = {" ".join(_WORDS.findall(each)) for written in listed for each in variants(written)}
    found = dict.fromkeys(phrases - _OF_PAPERS, OrderChangeKind.LOST)
    found |= dict.fromkeys(phrases & _CANCELLED, OrderChangeKind.CANCELLED)
    return found | dict.fromkeys(phrases & _REFUNDED, OrderChangeKind.REFUNDED)
