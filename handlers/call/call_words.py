"""The rep changes what they say at a step or objective: for themselves, or an admin for everybody (M4.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_screens import next_screen
from handlers.deal.deal_access import owned_deal
from handlers.deal.deal_playbook import playbook_of
from handlers.deal.facts import facts
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.talk_track import placeholders
from handlers.requests import Caller, OpenedRequest, open_request
from handlers.screens.call import CallScreen, TalkForm
from prompts.playbook import FILLED_IN, MAX_SAY, PLACEHOLDER
from storage import audit_log, playbooks
from storage.models import Deal

NO_TRADE = "none"
PAGES = 2
"""The steps, then the objectives."""
FIELD_PREFIX = "words_"
"""A field is named by this and the rule of its step or objective, without the dot."""


@dataclass(frozen=True, slots=True)
class WordsRequest:
    """The rep opens the form. `is_admin`: they may change the words of the whole team; `team` asks for those."""

    caller: Caller
    deal_id: int
    is_admin: bool
    team: bool = False


@dataclass(frozen=True, slots=True)
class WordsSaved:
    """A submitted page: templates by field. `trade` is the trade chosen for the team, empty if it was not asked."""

    caller: Caller
    deal_id: int
    page: int
    words: Mapping[str, str]
    is_admin: bool = False
    team: bool = False
    trade: str = ""


def field_of(rule: str) -> str:
    """The name of the field of a step or objective."""
    return FIELD_PREFIX + rule.replace(".", "_")


def show(session: Session, request: WordsRequest, now: datetime) -> TalkForm:
    """The first page, with what is said now. Changes nothing. Raises `NotNowError` if only an admin may see it."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    _require_admin(request)
    return _page(session, deal, opened, request, 1)


def save(session: Session, request: WordsSaved, now: datetime) -> TalkForm | CallScreen:
    """Store what differs from what was said before; then the next page, or the call. An empty text: the playbook's.

    Raises `InvalidEntryError` for a text that is too long or has anything but a known name in braces, `NotNowError` if
    only an admin may save it.
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    _require_admin(request)
    book, known = playbook_of(session, deal), _said(session, deal, opened, request)
    typed = {
        item: _checked(field_of(item.rule), request.words[field_of(item.rule)])
        for item in book.items.values()
        if field_of(item.rule) in request.words
    }
    if not opened.repeated:
        changed = {
            item.rule: "" if words == item.say else words
            for item, words in typed.items()
            if words != (known.get(item.rule) or item.say)
        }
        _store(session, deal, opened, changed, now, team=request.team)
        if request.team and request.trade in (NO_TRADE, *book.trades):
            opened.tenant.trade = None if request.trade == NO_TRADE else request.trade
    return next_screen(session, deal, now) if request.page >= PAGES else _page(session, deal, opened, request, 2)


def _require_admin(request: WordsRequest | WordsSaved) -> None:
    if request.team and not request.is_admin:
        raise NotNowError("refusal.admins_only")


def _said(session: Session, deal: Deal, opened: OpenedRequest, request: WordsRequest | WordsSaved) -> Mapping[str, str]:
    """What the person says, or the team."""
    if request.team:
        return playbooks.team_words(session, deal.kind)
    return playbooks.own_words(session, opened.person.id, deal.kind)


def _page(
    session: Session, deal: Deal, opened: OpenedRequest, request: WordsRequest | WordsSaved, page: int
) -> TalkForm:
    book, said = playbook_of(session, deal), _said(session, deal, opened, request)
    items = book.steps if page == 1 else book.objectives
    asks_trade = request.team and page == PAGES
    return TalkForm(
        deal=facts(deal),
        items=items,
        words={item.rule: said.get(item.rule) or item.say for item in items},
        page=page,
        team=request.team,
        may_change_team=request.is_admin and not request.team and page == 1,
        trades=tuple(book.trades) if asks_trade else (),
        trade=opened.tenant.trade,
    )


def _store(
    session: Session, deal: Deal, opened: OpenedRequest, changed: Mapping[str, str], now: datetime, *, team: bool
) -> None:
    by = opened.person.id
    for rule, words in changed.items():
        playbooks.say(session, person_id=None if team else by, rule=rule, kind=deal.kind, words=words, by=by, now=now)
    if changed:
        audit_log.record(session, deal.id, by, "words_of_team" if team else "words_changed", now, rules=[*changed])
        session.flush()


def _checked(field: str, typed: str) -> str:
    words = " ".join(typed.split())
    if len(words) > MAX_SAY:
        raise InvalidEntryError(field, "refusal.text_too_long", most=MAX_SAY)
    unknown = [name for name in placeholders(words) if name not in FILLED_IN]
    if unknown or "{" in PLACEHOLDER.sub("", words):
        raise InvalidEntryError(field, "refusal.words_braces", known=", ".join(FILLED_IN))
    return words
