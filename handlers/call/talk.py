"""What the rep can say on this call: the playbook's words or their own, filled in from the deal and its brief."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_contact import contact_on_call
from handlers.call.contacts import DECISION_MAKER, FUNCTIONAL_DECISION_MAKER, contact_name, reachable_contacts
from handlers.deal.deal_playbook import playbook_of
from handlers.method import talk_track
from handlers.method.salutation import salutation
from handlers.method.stages import CALL_NOT_MADE
from handlers.method.talk_track import KnownOfDeal, words_to_say
from handlers.screens.call import CallHelp, TalkLine
from prompts.playbook import Item
from prompts.recap_rules import recap_rules
from storage import playbooks
from storage.models import Brief, Deal

UP_FRONT = "M9.3"
"""The rule of the line about cost and challenges."""


def known_of(deal: Deal, brief: Brief | None) -> KnownOfDeal:
    """What can be filled into the words."""
    called = contact_on_call(deal) or contact_name(deal, DECISION_MAKER)
    user = contact_name(deal, FUNCTIONAL_DECISION_MAKER)
    requirements = [] if brief is None else brief.requirements
    return KnownOfDeal(
        name=first_name(called),
        rep=first_name(deal.current_rep.name or ""),
        customer=deal.customer,
        user="" if user == called else first_name(user),
        needs=[each.need for each in requirements],
        promises=[each.commitment for each in requirements if each.commitment],
        elephant="" if brief is None else brief.elephant,
    )


def first_name(name: str) -> str:
    """How the rep addresses a person; empty if that is not certain."""
    return salutation(name, recap_rules().names)


def opening_line(session: Session, deal: Deal, brief: Brief | None) -> str:
    """What the rep says first: their own line, else the playbook's (M9.1)."""
    own = "" if brief is None else brief.opening
    return own or suggested_opening(session, deal)


def suggested_opening(session: Session, deal: Deal) -> str:
    """How the playbook begins the call."""
    return talk_track.opening_line(playbook_of(session, deal), known_of(deal, None))


def talk_lines(session: Session, deal: Deal, items: Iterable[Item], brief: Brief | None) -> tuple[TalkLine, ...]:
    """What to say at each of these steps or objectives."""
    own = playbooks.own_words(session, deal.current_rep_id, deal.kind)
    known = known_of(deal, brief)
    lines = [TalkLine(item.rule, words_to_say(item, own.get(item.rule, ""), known)) for item in items]
    return tuple(line for line in lines if line.words)


def call_help(session: Session, deal: Deal, brief: Brief | None, now: datetime) -> CallHelp:
    """All that helps on the call."""
    book = playbook_of(session, deal)
    to_make = deal.stage in CALL_NOT_MADE
    return CallHelp(
        contacts=reachable_contacts(deal, now),
        talk=(*talk_lines(session, deal, book.steps, brief), TalkLine(UP_FRONT, book.up_front)),
        proposal="" if brief is None else brief.proposal,
        voicemail=talk_track.voicemail(book, known_of(deal, brief)) if to_make else "",
        listening=book.listening,
        silence=book.silence,
        attempts=to_make,
        asks_sellers=deal.sellers is None,
    )
