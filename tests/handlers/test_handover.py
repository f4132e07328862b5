"""A rep's open deals pass to another in one step, with their whole context; what is private stays (M9.4)."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from itertools import count

import pytest
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from handlers.call import drafts
from handlers.call.drafts import FormRequest, FormTyped
from handlers.deal import planning
from handlers.errors import InvalidEntryError, NotNowError
from handlers.requests import Profile
from handlers.screens.team import DealsHandedOver, DealsReceived
from handlers.team import handover
from handlers.team.handover import HandoverAsked, HandoverFilled
from storage import workspaces
from storage.database import Database
from storage.models import Deal, OutboxRow, OwnWords
from storage.tenancy import scope
from tests.bot_program import ROOT
from tests.handlers.test_compose import compose_next
from tests.handlers.world import ANNA, BEN, World

CARA = "U_CARA"
TOKYO = Profile("Ben", "Asia/Tokyo")


def filled(
    world: World, customers: str = "", *, by: str = ANNA, giver: str = "", admin: bool = False
) -> HandoverFilled:
    return HandoverFilled(world.caller(by), giver, BEN, TOKYO, customers, is_admin=admin)


def owners(world: World) -> dict[str, str]:
    return {deal.customer: deal.owner.external_id for deal in world.all(Deal)}


def queued(world: World, person: str) -> list[OutboxRow]:
    return [row for row in world.all(OutboxRow) if row.state == "queued" and row.person_id and _is(world, row, person)]


def _is(world: World, row: OutboxRow, person: str) -> bool:
    return world.read(lambda session: session.get_one(OutboxRow, row.id).person.external_id) == person


def test_all_open_deals_pass_with_their_reminders_in_the_new_zone(world: World) -> None:
    """M9.4."""
    world.a_deal("Northwind")
    called = world.a_deal("Contoso")
    world.capture(called)
    world.dismiss(world.a_deal("Fabrikam"))

    done = world.do(handover.hand_over_deals, filled(world))

    assert [deal.customer for deal in done.deals] == ["Northwind", "Contoso"]
    assert owners(world) == {"Northwind": BEN, "Contoso": BEN, "Fabrikam": ANNA}
    assert [row.kind for row in queued(world, ANNA) if row.kind not in ("card", "handed", "digest")] == []
    planned = queued(world, BEN)
    assert {row.zone for row in planned if row.kind != "card"} == {"Asia/Tokyo"}
    assert len(world.statements(called)) > 0
    assert world.actions(called)[-1] == "handed_over"


def test_one_message_tells_the_new_rep_and_is_pointless_once_they_are_handed_on(world: World) -> None:
    world.a_deal("Northwind")
    world.a_deal("Contoso")
    world.do(handover.hand_over_deals, filled(world))
    (told,) = [row for row in queued(world, BEN) if row.kind == handover.KIND]

    screen = world.read(lambda session: handover.compose_received(session, session.get_one(OutboxRow, told.id)))
    assert isinstance(screen, DealsReceived)
    assert (screen.giver, screen.total) == (ANNA, 2)

    back = HandoverFilled(world.caller(BEN), "", ANNA, None, "", is_admin=False)
    world.do(handover.hand_over_deals, back)
    assert world.read(lambda session: handover.compose_received(session, session.get_one(OutboxRow, told.id))) is None


def test_only_the_named_customers_pass(world: World) -> None:
    for customer in ("Northwind Dental", "Contoso", "Fabrikam"):
        world.a_deal(customer)

    world.do(handover.hand_over_deals, filled(world, "northwind, Fabrikam"))

    assert owners(world) == {"Northwind Dental": BEN, "Contoso": ANNA, "Fabrikam": BEN}


@pytest.mark.parametrize(
    ("customers", "giver", "admin", "refusal"),
    [
        ("Northwind, Nobody", "", False, InvalidEntryError),
        ("", BEN, False, NotNowError),
        ("", CARA, True, InvalidEntryError),
        ("", BEN, True, InvalidEntryError),
    ],
)
def test_what_cannot_be_handed_over_changes_nothing(
    world: World, customers: str, giver: str, admin: bool, refusal: type[Exception]
) -> None:
    world.a_deal("Northwind")
    before = world.all_rows()

    with pytest.raises(refusal):
        world.do(handover.hand_over_deals, filled(world, customers, giver=giver, admin=admin))

    assert world.all_rows() == before


def test_an_admin_hands_over_the_deals_of_somebody_who_left(world: World) -> None:
    world.a_deal("Northwind")

    done = world.do(handover.hand_over_deals, filled(world, by=CARA, giver=ANNA, admin=True))

    assert (done.giver, done.taker) == (ANNA, BEN)
    assert owners(world) == {"Northwind": BEN}


def test_an_interrupted_handover_has_not_happened(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        world.a_deal(f"Customer {number} Ltd")
    before = world.all_rows()
    plan, planned = planning.plan_messages, count(1)

    def fails_late(session: Session, deal: Deal, now: datetime) -> None:
        if next(planned) == 3:
            raise ConnectionError("the database went away")
        plan(session, deal, now)

    monkeypatch.setattr(planning, "plan_messages", fails_late)
    with pytest.raises(ConnectionError):
        world.do(handover.hand_over_deals, filled(world))
    assert world.all_rows() == before


DEALS = 500


@pytest.mark.both_databases
async def test_a_handover_of_500_deals_is_all_or_nothing_when_its_process_is_killed(
    database: Database, world: World
) -> None:
    """Killed in the middle and just before the commit: nothing has moved. Then: all of it."""
    with_many_deals(world, world.a_deal("Northwind"))
    before = world.all_rows()
    for deals in (DEALS // 2, DEALS):
        process = await handing_over(database, deals)
        try:
            assert process.stdout is not None
            assert await process.stdout.readline() == b"in the middle\n"
        finally:
            process.kill()
            await process.wait()
        assert world.all_rows() == before

    process = await handing_over(database, 0)
    said, _ = await process.communicate()
    assert int(said.split()[0]) == DEALS
    assert set(owners(world).values()) == {BEN}
    assert len([row for row in queued(world, BEN) if row.kind == handover.KIND]) == 1
    assert len([row for row in queued(world, BEN) if row.kind == "card"]) == DEALS


async def handing_over(database: Database, deals: int) -> asyncio.subprocess.Process:
    """A process of its own that stops after so many deals."""
    url = database.url.render_as_string(hide_password=False)
    command = (sys.executable, "-m", "tests.handlers.handover_process", url, str(deals))
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)


def with_many_deals(world: World, first: int) -> None:
    """Copies of the deal, each with its messages."""

    def copy(session: Session, *_: object) -> None:
        deal = scoped(session, world).get_one(Deal, first)
        columns = {each.key: getattr(deal, each.key) for each in inspect(Deal).column_attrs if each.key != "id"}
        for number in range(DEALS - 1):
            one = Deal(**columns | {"customer": f"Customer {number} Ltd"})
            session.add(one)
            session.flush()
            planning.plan_messages(session, one, world.now)

    world.do(copy, None)


def scoped(session: Session, world: World) -> Session:
    """The session, bound to the workspace."""
    scope(session, workspaces.get_or_create_tenant(session, "slack", world.workspace, world.now).id)
    return session


def test_a_redelivered_submission_is_applied_once(world: World) -> None:
    world.a_deal("Northwind")
    request = filled(world)
    first = world.do(handover.hand_over_deals, request)
    before = world.all_rows()

    assert world.do(handover.hand_over_deals, request) == DealsHandedOver(first.giver, first.taker, ())
    assert world.all_rows() == before


def test_own_words_stay_with_the_person(world: World) -> None:
    deal = world.a_deal("Northwind")

    def write(session: Session) -> None:
        owner = session.get_one(Deal, deal).owner_id
        session.add(OwnWords(person_id=owner, rule="M2.1", words="Who decides?", written_by=owner, at=world.now))

    world.write(write)
    world.do(handover.hand_over_deals, filled(world))
    (words,) = world.all(OwnWords)
    assert world.read(lambda session: session.get_one(Deal, deal).owner_id) != words.person_id


@pytest.mark.parametrize("form", ["checklist", "review"])
def test_what_somebody_was_typing_stays_theirs_and_is_there_if_the_deal_comes_back(world: World, form: str) -> None:
    deal = world.an_aligned_deal("Northwind")

    def of(person: str) -> FormRequest:
        return FormRequest(world.caller(person, event=""), deal, form)

    def typed(person: str, text: str) -> bool:
        entries = FormTyped(of(person), "{}", {"expectations": text}, world.now, submission_key="")
        return world.database.write_sync(drafts.keep, entries, world.now)

    def found(person: str) -> object:
        draft = world.database.read_sync(drafts.find, of(person))
        return None if draft is None else draft.entries["expectations"]

    assert typed(ANNA, "a call every Fri")
    world.do(handover.hand_over_deals, filled(world))
    assert (found(BEN), typed(ANNA, "still typing")) == (None, False)
    assert typed(BEN, "a call every Mon")

    world.do(handover.hand_over_deals, HandoverFilled(world.caller(BEN), "", ANNA, None, "", is_admin=False))

    assert (found(ANNA), found(BEN)) == ("a call every Fri", "a call every Mon")


def test_the_form_counts_the_callers_open_deals(world: World) -> None:
    world.a_deal("Northwind")
    screen = world.do(handover.ask, HandoverAsked(world.caller(event=""), "northwind", is_admin=False))
    assert (screen.open_deals, screen.customers, screen.for_others) == (1, "northwind", False)
    assert compose_next(world) is not None
