"""The recap mail: the rep may reword it, sends it from their own mail, and says so (M6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_screens import next_screen, recap_screen
from handlers.deal.facts import facts, owned, statements_of
from handlers.deal.planning import advance
from handlers.errors import InvalidEntryError
from handlers.method.recap import fixed_phrases
from handlers.method.recap_lint import Finding, lint
from handlers.method.stages import Stage
from handlers.requests import Caller, open_request
from handlers.screens.call import CallScreen, RecapScreen
from prompts.recap_rules import recap_rules
from prompts.wording import Wording
from storage import statements
from storage.models import Deal, Recap


@dataclass(frozen=True, slots=True)
class RecapSent:
    """The rep says that the mail went out. `body` is what they sent, None when the screen could not hold it.

    `hints_seen`: they were shown what the linter found, and say it again.
    """

    caller: Caller
    deal_id: int
    body: str | None
    hints_seen: bool = False


def sent(session: Session, request: RecapSent, now: datetime) -> CallScreen:
    """Keep the text that was sent, as a version of its own when the rep changed it, and when (M6.1).

    A changed text is looked at once: with something to say about it, it is kept as a draft, and the recap is shown
    again with the hints. Whatever is submitted then is what was sent. Raises `InvalidEntryError` for an empty mail.
    """
    arrival = open_request(session, request.caller, now)
    deal = owned(session, arrival, request.deal_id)
    newest = statements.latest_recap(session, deal.id)
    if deal.stage != Stage.ALIGNED or newest is None:
        return next_screen(session, deal, now)
    body = newest.body if request.body is None else request.body.strip()
    if not body:
        raise InvalidEntryError("body", "refusal.recap_empty")
    if arrival.repeated:
        return _with_hints(session, deal, arrival.tenant.locale)
    changed = body != newest.body
    if changed:
        newest = Recap(deal_id=deal.id, version=newest.version + 1, body=body, written_by=arrival.person.id, at=now)
        session.add(newest)
        session.flush()
    if changed and not request.hints_seen:
        screen = _with_hints(session, deal, arrival.tenant.locale)
        if screen.findings:
            return screen
    newest.sent_at = now
    advance(session, deal, Stage.RECAPPED, arrival.person.id, now)
    session.flush()
    return next_screen(session, deal, now)


def _with_hints(session: Session, deal: Deal, locale: str) -> RecapScreen:
    screen = recap_screen(session, deal)
    return replace(screen, findings=tuple(_findings(session, deal, screen.body, locale)))


def _findings(session: Session, deal: Deal, body: str, locale: str) -> list[Finding]:
    known = (deal.customer, *(c.name for c in deal.contacts), deal.owner.name, facts(deal, locale).amount)
    return lint(
        body,
        statements_of(session, deal.id),
        recap_rules(locale),
        [fact for fact in known if fact],
        fixed_phrases(Wording(locale), deal.customer),
    )
