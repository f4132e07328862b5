"""From which amounts an announced win gets another headline: for a channel, or for the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy.orm import Session

from handlers.detection.typed_amount import find_typed_amount
from handlers.errors import NotNowError
from handlers.method import money
from handlers.method.win_tiers import MOST_TIERS, WinTiers, stored_tiers
from handlers.requests import Caller, open_request
from handlers.screens.announcements import TiersScreen
from storage import audit_log, workspaces
from storage.models import Channel, Tenant

TIERS_SET = "win_tiers_set"
"""The action in the audit log."""
CODE_LENGTH = 3
"""Letters of an ISO 4217 code."""


@dataclass(frozen=True, slots=True)
class TiersAsked:
    """Somebody asks for the tiers of a channel, by the platform's id; of the workspace, if it is empty."""

    caller: Caller
    channel: str


@dataclass(frozen=True, slots=True)
class TiersChosen:
    """Somebody who may sets them. None: the channel has those of the workspace, the workspace has none."""

    caller: Caller
    channel: str
    tiers: WinTiers | None


def show(session: Session, request: TiersAsked, now: datetime) -> TiersScreen:
    """The tiers that apply. Changes nothing."""
    tenant = open_request(session, request.caller, now).tenant
    channel = workspaces.find_channel(session, request.channel) if request.channel else None
    return _screen(request.channel, tiers_of(channel, tenant), tenant)


def choose(session: Session, request: TiersChosen, now: datetime) -> TiersScreen:
    """Store the tiers, for what is announced from now on."""
    opened = open_request(session, request.caller, now)
    stored = None if request.tiers is None else request.tiers.stored()
    channel = workspaces.get_or_create_channel(session, request.channel, now) if request.channel else None
    if not opened.repeated:
        changed: Channel | Tenant = channel or opened.tenant
        changed.win_tiers = stored
        audit_log.record(session, None, opened.person.id, TIERS_SET, now, channel=request.channel, tiers=stored)
        session.flush()
    return _screen(request.channel, tiers_of(channel, opened.tenant), opened.tenant)


def tiers_of(channel: Channel | None, tenant: Tenant) -> WinTiers | None:
    """The channel's own tiers, else the workspace's."""
    own = None if channel is None else stored_tiers(channel.win_tiers)
    return own or stored_tiers(tenant.win_tiers)


def read_tiers(typed: str) -> WinTiers:
    """`$10k $50k $250k` or `10k 50k 250k EUR`: up to three rising amounts of one currency.

    Raises `NotNowError` for anything else.
    """
    words = typed.split()
    code = words.pop() if words and words[-1].isalpha() and len(words[-1]) == CODE_LENGTH else ""
    found = [find_typed_amount(f"{word} {code.upper()}".strip()) for word in words]
    amounts = [each for each in found if each is not None]
    currencies = {each.currency for each in amounts}
    if not amounts or len(amounts) != len(words) or len(amounts) > MOST_TIERS or len(currencies) != 1:
        raise NotNowError("announce.tiers_unclear")
    currency = amounts[0].currency
    if currency is None or code.upper() not in ("", currency):
        raise NotNowError("announce.tiers_unclear")
    starts = tuple(money.to_minor(each.amount, currency) for each in amounts)
    if starts[0] <= 0 or any(first >= second for first, second in pairwise(starts)):
        raise NotNowError("announce.tiers_unclear")
    return WinTiers(currency, starts)


def _screen(channel: str, tiers: WinTiers | None, tenant: Tenant) -> TiersScreen:
    starts = () if tiers is None else tiers.starts
    currency = None if tiers is None else tiers.currency
    return TiersScreen(channel, tuple(money.format_amount(each, currency, tenant.locale) for each in starts))
