"""The Home tab: the rep's deals, and to admins what could not be delivered; made anew whenever it is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.slack.front import Front
from bot.slack.payload import PLATFORM, Payload
from bot.slack.routes import Tap
from bot.slack.views import lists
from bot.slack.web import asked
from handlers import undelivered
from handlers.arrival import Caller
from handlers.overview import DealsAsked, my_deals
from handlers.screens import UndeliveredScreen
from handlers.undelivered import UndeliveredAsked


def register(app: AsyncApp, front: Front) -> None:
    """Listen to the tab being opened."""
    app.event("app_home_opened")(partial(opened, front=front))


async def opened(event: Payload, body: Payload, client: AsyncWebClient, front: Front) -> None:
    """Publish the tab. (Opening the messages tab sends the same event, and needs nothing.)"""
    if event.get("tab") != "home":
        return
    await publish(client, front, Caller(PLATFORM, str(body.get("team_id")), str(event.get("user")), event_key=""))


async def publish(client: AsyncWebClient, front: Front, who: Caller) -> None:
    """Make the person's tab anew; an admin's also says what could not be delivered."""
    screen = await front.apply(my_deals, DealsAsked(who))
    trouble = None
    if await _is_admin(front, who):
        trouble = await front.apply(undelivered.show, UndeliveredAsked(who, admin=True))
    view = lists.home(screen, front.words, front.command, trouble)
    await asked(client.views_publish(user_id=who.person, view=view))


async def put_right(tap: str, row_id: int, who: Caller, client: AsyncWebClient, front: Front) -> None:
    """Do what an admin tapped below what could not be delivered, and make the tab anew."""
    await front.apply(PUTS_RIGHT[tap], UndeliveredAsked(who, await _is_admin(front, who), row_id))
    front.follow_ups.later(publish(client, front, replace(who, event_key="")))


async def _is_admin(front: Front, who: Caller) -> bool:
    member = await front.directory.member(who.person)
    return member is not None and member.admin


PUTS_RIGHT: dict[str, Callable[[Session, UndeliveredAsked, datetime], UndeliveredScreen]] = {
    Tap.UNDELIVERED_RETRY: undelivered.retry,
    Tap.UNDELIVERED_CANCEL: undelivered.cancel,
    Tap.UNDELIVERED_UNBLOCK: undelivered.unblock,
}
"""Taps below what could not be delivered."""
