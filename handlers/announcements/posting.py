"""Announcing a win: the rep says where and how, once; later they change what the post says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from sqlalchemy.orm import Session

from handlers.call.deal_search import DealSearch, find_by_customer
from handlers.deal.announced import ANNOUNCEMENT, draw_again, is_standing
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import facts, team_of
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.stages import WON
from handlers.requests import Caller, DealRequest, OpenedRequest, open_request
from handlers.screens.announcements import AnnounceForm, FormNote, WinsChannel
from handlers.screens.deals import DealChoice
from handlers.team.channels import may_post_wins
from storage import announcements, audit_log, outbox, workspaces
from storage.models import Announcement, Deal, Sighting

LONGEST_NOTE = 200
THREAD_FIELDS = ("thread_ts", "parentMessageId")
"""What the link of a reply calls the message that began its thread, on any platform."""


@dataclass(frozen=True, slots=True)
class AnnouncementSaved:
    """The submitted form. `changes`: it showed what is posted already. `channel` is the platform's id."""

    caller: Caller
    deal_id: int
    channel: str
    note: str
    shows_amount: bool
    changes: bool


def show(session: Session, request: DealRequest, now: datetime) -> AnnounceForm:
    """The form; what is posted, if the win is announced already. Changes nothing.

    Raises `NotNowError` before the deal is confirmed, while it is in doubt, and if there is no channel for wins.
    """
    opened = open_request(session, request.caller, now)
    return _form(session, _require_won(owned_deal(session, opened, request.deal_id)))


def find(session: Session, request: DealSearch, now: datetime) -> AnnounceForm | DealChoice:
    """The form for the named deal. Raises as `show`, also if no deal matches."""
    opened = open_request(session, request.caller, now)
    found = find_by_customer(session, opened, request.typed, WON)
    if not isinstance(found, Deal):
        return DealChoice(request.typed, "announce", found)
    return _form(session, _require_won(owned_deal(session, opened, found.id)))


def save(session: Session, request: AnnouncementSaved, now: datetime) -> AnnounceForm | None:
    """Queue the post, or change what it says; None once that is done.

    A win that was announced in the meantime is not posted again: the form then shows what is posted. Raises as `show`,
    and `InvalidEntryError` for a channel in which wins may not be posted, and for a note that is too long.
    """
    opened = open_request(session, request.caller, now)
    deal = _require_won(owned_deal(session, opened, request.deal_id))
    note = " ".join(request.note.split())
    if len(note) > LONGEST_NOTE:
        raise InvalidEntryError("note", "refusal.text_too_long", most=LONGEST_NOTE)
    if opened.repeated:
        return None
    if not is_standing(session, deal.id):
        _announce(session, opened, deal, request, note, now)
    elif request.changes or opened.earlier:
        _change(session, opened, deal, request, note, now)
    else:
        return _form(session, deal, FormNote.ALREADY)
    return None


def _announce(
    session: Session, opened: OpenedRequest, deal: Deal, request: AnnouncementSaved, note: str, now: datetime
) -> None:
    if not may_post_wins(workspaces.find_channel(session, request.channel)):
        raise InvalidEntryError("channel", "announce.channel_closed")
    known = announcements.of_deal(session, deal.id)  # one that was refused or withheld is tried again
    announcement = known or Announcement(deal_id=deal.id)
    announcement.channel = request.channel
    announcement.thread = _thread(deal, request.channel)
    announcement.note, announcement.shows_amount = note or None, request.shows_amount
    announcement.announced_by, announcement.announced_at, announcement.changed_at = opened.person.id, now, None
    session.add(announcement)
    session.flush()
    number = outbox.count_rows(session, deal_id=deal.id, kind=ANNOUNCEMENT) + 1
    outbox.enqueue(
        session,
        kind=ANNOUNCEMENT,
        dedupe_key=f"{ANNOUNCEMENT}:{deal.id}:{number}",
        due_at=now,
        zone=opened.tenant.zone,
        deal_id=deal.id,
        channel=request.channel,
        now=now,
    )
    audit_log.record(session, deal.id, opened.person.id, "announced", now, channel=request.channel)


def _change(
    session: Session, opened: OpenedRequest, deal: Deal, request: AnnouncementSaved, note: str, now: datetime
) -> None:
    announcement = announcements.of_deal(session, deal.id)
    if announcement is None:
        raise NotNowError("announce.gone")
    if (note, request.shows_amount) == (announcement.note or "", announcement.shows_amount):
        return
    announcement.note, announcement.shows_amount, announcement.changed_at = note or None, request.shows_amount, now
    audit_log.record(session, deal.id, opened.person.id, "announcement_changed", now)
    draw_again(session, deal, now)


def _thread(deal: Deal, channel: str) -> str | None:
    """The message of the channel that reported the deal, or the one that it answers; None if it is not there.

    The link of a deleted message is not kept.
    """
    found = next((each for each in deal.sightings if each.channel == channel and each.link is not None), None)
    return None if found is None else _thread_root(found)


def _thread_root(sighting: Sighting) -> str:
    fields = parse_qs(urlsplit(sighting.link or "").query)
    return next((fields[name][0] for name in THREAD_FIELDS if name in fields), sighting.message_ts)


def _require_won(deal: Deal) -> Deal:
    if deal.stage not in WON or not deal.owner_known or deal.doubt is not None or deal.refunded_at is not None:
        raise NotNowError("announce.not_yet")
    return deal


def _form(session: Session, deal: Deal, says: FormNote = FormNote.NEW) -> AnnounceForm:
    posted = announcements.of_deal(session, deal.id) if is_standing(session, deal.id) else None
    channels: tuple[WinsChannel, ...]
    if posted is not None:
        channel = workspaces.find_channel(session, posted.channel)
        channels = (WinsChannel(posted.channel, "" if channel is None else channel.name or ""),)
        says = FormNote.CHANGE if says is FormNote.NEW else says
    else:
        channels = tuple(
            WinsChannel(each.external_id, each.name or "")
            for each in workspaces.wins_channels(session)
            if may_post_wins(each)
        )
    if not channels:
        raise NotNowError("announce.no_channel")
    heard_in = {each.channel for each in deal.sightings}
    return AnnounceForm(
        facts(deal),
        channels,
        next((each.id for each in channels if each.id in heard_in), channels[0].id),
        tuple(each.person for each in team_of(session, deal)),
        "" if posted is None else posted.note or "",
        posted is None or posted.shows_amount,
        says,
    )
