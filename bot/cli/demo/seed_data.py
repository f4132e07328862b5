"""The demo's deals: detects the deals already posted in the simulated workspace, and makes some of the calls.

Everything goes through the app's own handlers, at the times of the posts, so that the demo shows only what the app
itself would store.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.slack.payload import PLATFORM
from handlers.call import checklist, coaching, read_back, recap, wrap_up
from handlers.call.checklist import ChecklistFilled
from handlers.call.coaching import CoachingAnswered
from handlers.call.read_back import StatementAnswered, StatementCorrected
from handlers.call.recap import RecapSent
from handlers.call.wrap_up import WrapUpFilled
from handlers.deal.planning import refresh_card
from handlers.detection import ChannelContext, Post, detect
from handlers.intake import detected_deal
from handlers.intake.reports import DealMessage, FoundDeal
from handlers.method.stages import Stage
from handlers.method.statements import Said
from handlers.requests import Caller, Profile
from handlers.screens.call import CoachingScreen, ReadBackScreen
from handlers.workspace.installed import WorkspaceInstalled, workspace_installed
from prompts.playbook import playbook
from storage.database import Database
from storage.models import Deal, OutboxRow
from storage.tenancy import scope
from storage.workspaces import find_tenant

WINS = "wins"


@dataclass(frozen=True, slots=True)
class DemoCall:
    """A call that was made: whom the rep reached, what the customer said, and how far the call got."""

    reached: str
    expectations: str
    priorities: str
    answered: int
    """How many statements the customer answered; all of them if the number is higher than there are."""
    corrected: str = ""
    """The customer's correction of the first statement; empty if they agreed to it."""
    outcome: str = ""
    """The answer to the referral ask; empty if the call is not finished."""
    recap_sent: bool = False


DEMO_CALLS = {
    "Oakmont Clinics": DemoCall(
        reached="Priya Nair",
        expectations="An update by mail every Friday\nNo invoice before the second site is live",
        priorities="Booking on the phone in under one minute\nReminders in three languages",
        answered=99,
        corrected="An update by phone every Friday before noon",
        outcome="agreed",
        recap_sent=True,
    ),
    "Tidal Energy": DemoCall(
        reached="Sam Ortega",
        expectations="A named engineer for the roll-out\nProblems told within 4 hours, by phone",
        priorities="Shift reports without typing\nWorks offline in the turbine hall\nOne login for all sites",
        answered=2,
    ),
    "Alder Freight": DemoCall(
        reached="Lena Voss",
        expectations="Delivery in the week of 7 December\nThe agreed price does not change",
        priorities="Route plans for 40 trucks in under 5 minutes",
        answered=99,
        outcome="not_now",
    ),
}
"""By customer. The call of any other deal has not been made yet."""


async def seed(database: Database, page: str, session: ClientSession) -> int:
    """Detect the deals posted in the wins channel, and make the calls. Returns the number of deals.

    `page` is the address of the simulated workspace. It loses its messages when it stops, but the database does not, so
    on a second start every deal's card is posted again.
    """
    workspace = await _get(session, f"{page}sandbox/workspace")
    team = workspace["team"]
    known = await database.read(find_tenant, PLATFORM, team["id"])
    if known is not None:
        await database.write(_refresh_cards, known.id, datetime.now(UTC))
        return 0
    channel = next((c["id"] for c in workspace["channels"] if c["name"] == WINS), None)
    if channel is None:
        return 0
    seen = WorkspaceInstalled(PLATFORM, team["id"], team["name"])
    await database.write(workspace_installed, seen, datetime.now(UTC))
    people = {p["id"]: Profile(p["profile"]["display_name"] or p["real_name"], p["tz"]) for p in workspace["people"]}
    viewer = next(iter(people))
    posts = (await _get(session, f"{page}sandbox/messages?as={viewer}&channel={channel}"))["messages"]
    detected = [
        await database.write(_detect, team["id"], channel, message, people[message["user"]], page)
        for message in posts
        if message.get("user") in people
    ]
    await database.write(_send_cards_now, team["id"], datetime.now(UTC))
    return sum(detected)


def _send_cards_now(session: Session, team: str, now: datetime) -> None:
    """Send the cards now. They are days late, so they would otherwise wait for working hours."""
    tenant = find_tenant(session, PLATFORM, team)
    if tenant is None:
        return
    scope(session, tenant.id)
    cards = update(OutboxRow).where(OutboxRow.kind == "card", OutboxRow.state == "queued")
    session.execute(cards.values(due_at=now))


def _refresh_cards(session: Session, tenant_id: int, now: datetime) -> None:
    scope(session, tenant_id)
    for deal in session.scalars(select(Deal).where(Deal.stage != Stage.DISMISSED).order_by(Deal.heard_at)):
        refresh_card(session, deal, now)


async def _get(session: ClientSession, url: str) -> dict[str, Any]:
    async with session.get(url) as answer:
        answer.raise_for_status()
        found: dict[str, Any] = await answer.json()
        return found


def _detect(session: Session, team: str, channel: str, message: dict[str, Any], profile: Profile, page: str) -> bool:
    detection = detect(Post(text=message["text"]), ChannelContext(wins_channel=True))
    if not detection.deal_closed:
        return False
    at = datetime.fromtimestamp(float(message["ts"]), UTC)
    rep = Caller(PLATFORM, team, message["user"], f"seed:{message['ts']}", profile)
    request = DealMessage(
        caller=rep,
        channel=channel,
        channel_name=WINS,
        message_ts=message["ts"],
        text=message["text"],
        said_at=at,
        found=tuple(FoundDeal(each, rep.person) for each in detection.deals),
        link=f"{page}archives/{channel}/p{message['ts'].replace('.', '')}",
    )
    outcomes = detected_deal.record_detected(session, request, at)
    for each, outcome in zip(detection.deals, outcomes, strict=False):
        call = DEMO_CALLS.get(each.customer or "")
        if call is not None and outcome.deal_id is not None:
            _make_call(session, rep, outcome.deal_id, call, at + timedelta(hours=1))
    return True


def _make_call(session: Session, rep: Caller, deal_id: int, story: DemoCall, at: datetime) -> None:
    """Make the call, one minute per statement."""
    rep = Caller(rep.platform, rep.workspace, rep.person, event_key="")
    book = playbook()
    steps = frozenset(item.rule for item in book.steps)
    objectives = frozenset(item.rule for item in book.objectives)
    filled = ChecklistFilled(rep, deal_id, story.reached, steps, story.expectations, story.priorities)
    screen = checklist.save(session, filled, at)
    if isinstance(screen, CoachingScreen):  # this rep keeps the wordings
        seen = {one.statement.id: one.statement.version for one in screen.unanswered}
        screen = coaching.save(session, CoachingAnswered(rep, deal_id, seen, wordings={}), at)
    corrected = story.corrected
    for _ in range(story.answered):
        if not isinstance(screen, ReadBackScreen):
            break
        at += timedelta(minutes=1)
        statement = screen.statement
        if corrected:
            correction = StatementCorrected(rep, deal_id, statement.id, statement.version, corrected)
            screen, corrected = read_back.correct(session, correction, at), ""
        else:
            agreed = StatementAnswered(rep, deal_id, statement.id, statement.version, Said.AGREED)
            screen = read_back.answer(session, agreed, at)
    if story.outcome:
        at += timedelta(minutes=2)
        answer = WrapUpFilled(
            rep, deal_id, objectives, story.outcome, str(book.referral_number), book.referral_definition
        )
        wrap_up.save(session, answer, at)
    if story.recap_sent:
        recap.record_sent(session, RecapSent(rep, deal_id, body=None), at + timedelta(hours=2))
