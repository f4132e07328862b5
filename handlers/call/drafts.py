"""Drafts: what the rep has typed into a form of their deal and not submitted, so that a closed form loses nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.deal_access import acts_as_rep
from handlers.method.stages import ENDED
from handlers.requests import Caller, open_request
from storage import deals, drafts, inbound_events, workspaces
from storage.drafts import Entries, FormOf

PRIVATE_FORMS = frozenset({"review", "referralasked"})
"""View ids of forms whose entries nobody else sees: they are in no export, and may be about a deal that has ended."""


@dataclass(frozen=True, slots=True)
class FormRequest:
    """A form of the caller about a deal, or about one of its statements (0 for none). `form` is its view id."""

    caller: Caller
    deal_id: int
    form: str
    statement_id: int = 0


@dataclass(frozen=True, slots=True)
class FormTyped:
    """What a form contains by now. `state` is what it carries, as text; `entries` are by field.

    `submission_key` is the event key of its submission: what was typed before it may arrive after it. With
    `only_missing` the entries may be older than the draft: they are kept if there is none.
    """

    of: FormRequest
    state: str
    entries: Entries
    typed_at: datetime
    submission_key: str
    only_missing: bool = False


@dataclass(frozen=True, slots=True)
class DraftFound:
    """What the rep had typed, with the state that the form carried then."""

    state: str
    entries: Entries
    typed_at: datetime


def keep(session: Session, request: FormTyped, now: datetime) -> bool:
    """Keep what the form contains. Returns whether it was kept.

    Nothing is kept of a form that has been submitted, of somebody else's deal, or of one that has ended. That is no
    refusal: whoever is typing gets no answer.
    """
    opened = open_request(session, request.of.caller, now)
    deal = deals.find(session, request.of.deal_id)
    if deal is None or not acts_as_rep(session, opened.person, deal):
        return False
    if deal.stage in ENDED and request.of.form not in PRIVATE_FORMS:
        return False
    if inbound_events.was_applied(session, request.submission_key):
        return False
    form = _form(opened.person.id, request.of)
    if request.only_missing and drafts.find(session, form) is not None:
        return False
    return drafts.save(session, form, request.state, request.entries, request.typed_at)


def find(session: Session, request: FormRequest) -> DraftFound | None:
    """What the caller has typed into the form; None if nothing is kept. Reads only."""
    if workspaces.scope_to(session, request.caller.platform, request.caller.workspace) is None:
        return None
    person = workspaces.find_person(session, request.caller.person)
    draft = None if person is None else drafts.find(session, _form(person.id, request))
    return None if draft is None else DraftFound(draft.state, draft.entries, draft.typed_at)


def drop(session: Session, request: FormRequest, now: datetime) -> None:
    """Delete the draft: the form was submitted, or the rep starts over."""
    opened = open_request(session, request.caller, now)
    drafts.drop(session, _form(opened.person.id, request))


def _form(person_id: int, request: FormRequest) -> FormOf:
    return FormOf(person_id, request.deal_id, request.form, request.statement_id)
