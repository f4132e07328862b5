"""The recap mail: the rep may reword it, sends it from their own mailbox, and reports it as sent (M6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_screens import next_screen, recap_screen
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import facts, statements_of
from handlers.deal.planning import advance
from handlers.errors import InvalidEntryError
from handlers.method.recap import fixed_phrases
from handlers.method.recap_lint import Finding, lint
from handlers.method.stages import Stage
from handlers.requests import Caller, DealRequest, open_request
from handlers.screens.call import CallScreen, RecapScreen
from prompts.recap_rules import recap_rules
from prompts.wording import Wording
from storage import audit_log, statements
from storage.models import Deal, Recap

LONGEST_OBSTACLE = 500


@dataclass(frozen=True, slots=True)
class RecapSent:
    """The rep reports the mail as sent. `body` is what they sent, None if it was too long for the form.

    `hints_seen`: they were shown the linter's findings before. `obstacle` is what the customer said could still stop
    it, and what the rep does about it (M10.3); empty keeps what is known.
    """

    caller: Caller
    deal_id: int
    body: str | None
    hints_seen: bool = False
    obstacle: str = ""


@dataclass(frozen=True, slots=True)
class RecapEdited:
    """The rep saves the email as they want to send it."""

    caller: Caller
    deal_id: int
    body: str


def show_editor(session: Session, request: DealRequest, now: datetime) -> CallScreen:
    """The newest version of the email, to be changed; the next step if there is none to change any more."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if deal.stage != Stage.ALIGNED:
        return next_screen(session, deal, now)
    return replace(recap_screen(session, deal), editing=True)


def save_edit(session: Session, request: RecapEdited, now: datetime) -> CallScreen:
    """Store what the rep changed as a new version, and show it with hints. The mail program opens exactly this text.

    Raises `InvalidEntryError` for an empty email.
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    newest = statements.latest_recap(session, deal.id)
    if newest is None or deal.stage != Stage.ALIGNED:
        return next_screen(session, deal, now)
    body = request.body.strip()
    if not body:
        raise InvalidEntryError("body", "refusal.recap_empty")
    if not opened.repeated and body != newest.body:
        version = newest.version + 1
        session.add(Recap(deal_id=deal.id, version=version, body=body, written_by=opened.person.id, at=now))
        session.flush()
    return _with_hints(session, deal, opened.tenant.locale)


def record_sent(session: Session, request: RecapSent, now: datetime) -> CallScreen:
    """Store when the mail was sent, and its text as a new version if the rep changed it (M6.1).

    A changed text is linted once: if there are findings, it is stored as a draft, and the recap is shown again with
    hints. What the rep submits then counts as sent. Raises `InvalidEntryError` for an empty mail, and for an obstacle
    that is too long.
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    newest = statements.latest_recap(session, deal.id)
    # Sent, and then changed before "Try again?": what they sent is the new text.
    again = deal.stage == Stage.RECAPPED and newest is not None and newest.sent_at in opened.earlier
    if newest is None or not (again or deal.stage == Stage.ALIGNED):
        return next_screen(session, deal, now)
    body = newest.body if request.body is None else request.body.strip()
    if not body:
        raise InvalidEntryError("body", "refusal.recap_empty")
    if opened.repeated:  # of a draft that was shown again with hints
        return _with_hints(session, deal, opened.tenant.locale)
    _note_obstacle(session, deal, request.obstacle, opened.person.id, now)
    changed = body != newest.body
    if changed:
        newest = Recap(deal_id=deal.id, version=newest.version + 1, body=body, written_by=opened.person.id, at=now)
        session.add(newest)
        session.flush()
    if changed and not request.hints_seen:
        screen = _with_hints(session, deal, opened.tenant.locale)
        if screen.findings:
            return screen
    newest.sent_at = now
    if not again:
        advance(session, deal, Stage.RECAPPED, opened.person.id, now)
    session.flush()
    return next_screen(session, deal, now)


def _note_obstacle(session: Session, deal: Deal, typed: str, actor_id: int, now: datetime) -> None:
    obstacle = typed.strip()
    if len(obstacle) > LONGEST_OBSTACLE:
        raise InvalidEntryError("obstacle", "refusal.text_too_long", most=LONGEST_OBSTACLE)
    if obstacle and obstacle != deal.obstacle:
        deal.obstacle = obstacle
        audit_log.record(session, deal.id, actor_id, "obstacle_noted", now)


def _with_hints(session: Session, deal: Deal, locale: str) -> RecapScreen:
    screen = recap_screen(session, deal)
    return replace(screen, findings=tuple(_findings(session, deal, screen.body, locale)))


def _findings(session: Session, deal: Deal, body: str, locale: str) -> list[Finding]:
    contacts = (contact.name for contact in deal.contacts)
    known = (
        deal.customer,
        *contacts,
        deal.owner.name,
        deal.current_rep.name,
        facts(deal, locale).amount,
        deal.next_step,
    )
    return lint(
        body,
        statements_of(session, deal.id),
        recap_rules(locale),
        [fact for fact in known if fact],
        fixed_phrases(Wording(locale), deal.customer),
    )
