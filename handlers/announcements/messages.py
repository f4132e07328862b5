"""Composes the post about a win from the state at that moment, for the first time and in its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handlers.announcements.tiers import tiers_of
from handlers.deal.announced import ANNOUNCEMENT
from handlers.deal.facts import facts, team_of
from handlers.method.stages import WON
from handlers.screens.announcements import WinPost
from handlers.team.channels import may_post_wins
from storage import announcements, outbox, outbox_reminders, workspaces
from storage.models import Announcement, Deal, OutboxRow, Tenant

MOST_NAMED = 5
"""Names below the post; the rest is counted."""
IN_A_MOMENT = timedelta(seconds=2)


def compose_post(
    session: Session, row: OutboxRow, deal: Deal, tenant: Tenant, now: datetime
) -> WinPost | str | datetime:
    """The post; why it is pointless; or when to try again, because its place is just being made."""
    announcement = announcements.of_deal(session, deal.id)
    if announcement is None:
        return "it is announced no more"
    if row.kind == ANNOUNCEMENT:
        if not _is_won(deal) or deal.doubt is not None:
            return f"the deal is {deal.doubt or deal.stage}"
        if not may_post_wins(workspaces.find_channel(session, row.channel or "")):
            return "the channel takes no wins any more"
    elif (waits := _waits(session, row, now)) is not None:
        return waits
    return _post(session, announcement, deal, tenant)


def thread_of(session: Session, row: OutboxRow) -> str | None:
    """The message that the post answers, by the platform's id."""
    announcement = announcements.of_deal(session, row.deal_id or 0)
    return None if announcement is None else announcement.thread


def _waits(session: Session, row: OutboxRow, now: datetime) -> str | datetime | None:
    """An update follows the post, and the update before it: if both were sent at once, the older could arrive last."""
    post = outbox_reminders.find(session, int(row.payload["row"]))
    if post is None or post.state not in ("claimed", "sent"):
        return "it was not posted"
    before = outbox.older_row_state(session, row)
    return now + IN_A_MOMENT if post.state == "claimed" or before == "claimed" else None


def _is_won(deal: Deal) -> bool:
    return deal.stage in WON and deal.refunded_at is None


def _post(session: Session, announcement: Announcement, deal: Deal, tenant: Tenant) -> WinPost:
    shown = facts(deal, tenant.locale)
    tier = 0
    if announcement.shows_amount:
        tier = _tier(session, announcement, deal, tenant)
    else:
        shown = replace(shown, amount=None, period=None, term_months=None)
    return WinPost(
        announcement_id=announcement.id,
        deal=shown,
        team=tuple(each.person for each in team_of(session, deal)),
        note=announcement.note or "",
        tier=tier,
        over=not _is_won(deal),
        thanks=announcements.count_thanks(session, announcement.id),
        thanked_by=tuple(
            each.person.external_id for each in announcements.first_thanks(session, announcement.id, MOST_NAMED)
        ),
    )


def _tier(session: Session, announcement: Announcement, deal: Deal, tenant: Tenant) -> int:
    channel = workspaces.find_channel(session, announcement.channel)
    tiers = tiers_of(channel, tenant)
    return 0 if tiers is None else tiers.tier(deal.amount_minor, deal.currency)
