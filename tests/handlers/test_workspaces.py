"""Workspaces, people and event keys: each is stored once, and keys are deleted after a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handlers import retention
from handlers.intake import reported_deal
from handlers.intake.reports import DealReported
from handlers.requests import Caller, Profile, open_request
from handlers.retention import EVENTS_KEPT
from handlers.team.wins import TeamRequest, team_wins
from handlers.workspace.installed import WorkspaceInstalled, workspace_installed
from storage import workspaces
from storage.models import InboundEvent, Person, Tenant
from tests.handlers.world import ANNA, ELSEWHERE, WORKSPACE, World


def test_installing_stores_the_name_and_lifts_the_block(world: World) -> None:
    world.a_deal()

    def block(session: Session) -> None:
        session.get_one(Tenant, 1).blocked_reason = "account_inactive"

    world.database.write_sync(block)
    assert world.database.read_sync(workspaces.unblocked_tenants) == []

    for name in ("Acme", "Acme Ltd"):
        world.do(workspace_installed, WorkspaceInstalled("slack", WORKSPACE, name))

    assert [(tenant.name, tenant.blocked_reason) for tenant in world.all(Tenant)] == [("Acme Ltd", None)]
    assert world.database.read_sync(workspaces.unblocked_tenants) == [1]


def test_the_same_id_on_two_platforms_is_two_workspaces(world: World) -> None:
    for platform in ("slack", "teams"):
        world.do(workspace_installed, WorkspaceInstalled(platform, WORKSPACE, platform))

    assert [(tenant.platform, tenant.name) for tenant in world.all(Tenant)] == [("slack", "slack"), ("teams", "teams")]


def is_repeated(world: World, event: str, workspace: str = WORKSPACE) -> bool:
    """Open a request with the event; returns whether it was applied before."""
    caller = world.caller(event=event, workspace=workspace)
    return world.database.write_sync(lambda session: open_request(session, caller, world.now).repeated)


def is_repeated_request(session: Session, caller: Caller, now: datetime) -> bool:
    return open_request(session, caller, now).repeated


def test_an_event_is_new_once_in_each_workspace(world: World) -> None:
    assert [is_repeated(world, "e1"), is_repeated(world, "e1"), is_repeated(world, "e2")] == [False, True, False]
    assert is_repeated(world, "e1", ELSEWHERE) is False
    assert len(world.all(Person)) == len(world.all(Tenant)) == 2


def test_an_event_without_a_key_is_never_a_repetition(world: World) -> None:
    assert [is_repeated(world, ""), is_repeated(world, "")] == [False, False]
    assert not world.all(InboundEvent)


def test_a_key_can_have_any_length(world: World) -> None:
    assert [is_repeated(world, "e" * 1000), is_repeated(world, "e" * 1000)] == [False, True]


def test_profiles_are_kept_up_to_date(world: World) -> None:
    for zone in ("Asia/Tokyo", "Europe/Berlin"):
        world.do(reported_deal.record_reported, DealReported(world.caller(ANNA, zone=zone), "Northwind", None, None))
    world.do(reported_deal.record_reported, DealReported(world.caller(ANNA), "Contoso", None, None))

    assert [(person.external_id, person.zone) for person in world.all(Person)] == [(ANNA, "Europe/Berlin")]


def test_amounts_look_as_the_rep_writes_them_and_as_the_team_does_in_its_wins(world: World) -> None:
    deal = world.a_deal(amount="4500000", currency="INR")
    seen = Caller("slack", WORKSPACE, ANNA, "event:profile", Profile("Anna", None, locale="en-IN"))
    assert world.do(is_repeated_request, seen) is False

    assert world.all(Person)[0].locale == "en_IN"
    assert world.card(deal).deal.amount == "₹45,00,000"
    assert [win.deal.amount for win in world.do(team_wins, TeamRequest(world.caller())).this_week.wins] == [
        "₹4,500,000"
    ]

    for said in (None, "klingon"):
        world.do(is_repeated_request, replace(seen, event_key="", profile=Profile("Anna", None, locale=said)))
    assert world.all(Person)[0].locale == "en_IN"


def test_event_keys_are_deleted_after_the_retention_time(world: World) -> None:
    is_repeated(world, "old")
    is_repeated(world, "old", ELSEWHERE)
    world.now += EVENTS_KEPT
    is_repeated(world, "new")
    assert world.database.write_sync(retention.delete_expired, world.now) == 0

    world.now += timedelta(seconds=1)
    assert world.database.write_sync(retention.delete_expired, world.now) == 2
    assert [event.key for event in world.all(InboundEvent)] == ["new"]
