"""The rep changes what they say at a step or objective: for themselves, or an admin for everybody (M4.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_screens import next_screen
from handlers.deal.deal_playbook import playbook_of
from handlers.deal.facts import facts, owned_deal
from handlers.errors import InvalidEntryError
from handlers.method.talk_track import placeholders
from handlers.requests import Caller, open_request
from handlers.screens.call import CallScreen, ChecklistItem, TalkForm
from prompts.playbook import FILLED_IN, MAX_SAY, PLACEHOLDER
from storage import audit_log, playbooks, statements

NO_TRADE = "none"
FIELD_PREFIX = "words_"
"""A field is named by this and the rule of its step or objective, without the dot."""


@dataclass(frozen=True, slots=True)
class WordsRequest:
    """The rep opens the form. `is_admin`: they may change the words of everybody."""

    caller: Caller
    deal_id: int
    is_admin: bool


@dataclass(frozen=True, slots=True)
class WordsSaved:
    """The submitted form: templates by field. `everybody`: for the whole team."""

    caller: Caller
    deal_id: int
    words: Mapping[str, str]
    everybody: bool = False
    is_admin: bool = False
    trade: str | None = None
    """The trade that an admin chose for the workspace, `NO_TRADE` for none in particular; None if it was not asked."""


def field_of(rule: str) -> str:
    """The name of the field of a step or objective."""
    return FIELD_PREFIX + rule.replace(".", "_")


def show(session: Session, request: WordsRequest, now: datetime) -> TalkForm:
    """The form with what is said now. Changes nothing."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    book = playbook_of(session, deal)
    own = playbooks.own_words(session, opened.person.id, deal.kind)
    holds = statements.attested(session, deal.id)
    return TalkForm(
        deal=facts(deal),
        items=tuple(ChecklistItem(item.rule, item.text, item.why, item.rule in holds) for item in book.items.values()),
        words={item.rule: own.get(item.rule) or item.say for item in book.items.values()},
        everybody=request.is_admin,
        trades=tuple(book.trades),
        trade=opened.tenant.trade,
    )


def save(session: Session, request: WordsSaved, now: datetime) -> CallScreen:
    """Store what differs from what was said before, and go back to the call. An empty text means the playbook's words.

    Raises `InvalidEntryError` for a text that is too long or has anything but a known name in braces.
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    book = playbook_of(session, deal)
    everybody = request.everybody and request.is_admin
    known = playbooks.own_words(session, opened.person.id, deal.kind)
    typed = {
        item: _checked(field_of(item.rule), request.words[field_of(item.rule)])
        for item in book.items.values()
        if field_of(item.rule) in request.words
    }
    if not opened.repeated:
        changed = [
            (item.rule, "" if words == item.say else words)
            for item, words in typed.items()
            if words != (known.get(item.rule) or item.say)
        ]
        for rule, words in changed:
            playbooks.say(
                session,
                person_id=None if everybody else opened.person.id,
                rule=rule,
                kind=deal.kind,
                words=words,
                by=opened.person.id,
                now=now,
            )
        if request.is_admin and request.trade in (NO_TRADE, *book.trades):
            opened.tenant.trade = None if request.trade == NO_TRADE else request.trade
        if changed:
            audit_log.record(
                session,
                deal.id,
                opened.person.id,
                "words_of_team" if everybody else "words_changed",
                now,
                rules=[rule for rule, _ in changed],
            )
            session.flush()
    return next_screen(session, deal, now)


def _checked(field: str, typed: str) -> str:
    words = " ".join(typed.split())
    if len(words) > MAX_SAY:
        raise InvalidEntryError(field, "refusal.text_too_long", most=MAX_SAY)
    unknown = [name for name in placeholders(words) if name not in FILLED_IN]
    if unknown or "{" in PLACEHOLDER.sub("", words):
        raise InvalidEntryError(field, "refusal.words_braces", known=", ".join(FILLED_IN))
    return words
