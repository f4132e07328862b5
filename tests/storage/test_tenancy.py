"""Multi-tenancy (data rule 7): however a statement uses a tenant's class, it never reaches another tenant's rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session, aliased, joinedload, selectinload, subqueryload

from storage.database import Database
from storage.errors import ForeignTenantError, UnscopedQueryError
from storage.models import (
    Announcement,
    Attestation,
    AuditEntry,
    Base,
    Brief,
    Challenge,
    ChallengeStep,
    Channel,
    CoachedVersion,
    Compliment,
    Confirmation,
    Contact,
    ConversationReference,
    Cover,
    Deal,
    DealMember,
    DealReview,
    DeliveryContact,
    DismissedShape,
    Draft,
    FeasibilityAnswer,
    FeasibilityAsk,
    Handoff,
    HandoffReading,
    ImportBatch,
    ImportedDeal,
    InboundEvent,
    MessageVersion,
    NextStep,
    OrderChange,
    OutboxRow,
    OwnWords,
    Person,
    PersonalLink,
    PlaybookVersion,
    PromiseKeeper,
    PromiseOutcome,
    Recap,
    Referral,
    ReferralAgreement,
    ReferralAsk,
    Requirement,
    SelfCheck,
    Sighting,
    Statement,
    StatementDetails,
    StatementNote,
    StatementVersion,
    Tenant,
    Thanks,
)
from storage.tenancy import ALL_TENANTS, TenantOwned, scope, tenant_of
from storage.tenant_move import move_deals
from tests.storage.given import NOON, a_deal, a_tenant

pytestmark = pytest.mark.both_databases

T = TypeVar("T")

OWNED: list[type[Any]] = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, TenantOwned)]


def everything(session: Session, external_id: str) -> int:
    """Add a tenant with one row in each table; returns the tenant's id."""
    tenant_id = a_tenant(session, external_id)
    deal = session.get_one(Deal, a_deal(session, tenant_id))
    rep, at = deal.owner_id, NOON
    statement = Statement(deal_id=deal.id, created_at=at)
    session.add(Cover(deal_id=deal.id, rep_id=rep, stand_in_id=rep, state="asked", asked_at=at))
    handoff = Handoff(deal_id=deal.id, receiver_id=rep, sent_by=rep, state="offered", sent_at=at)
    batch = ImportBatch(file="won.csv", deals=1, at=at)
    announcement = Announcement(deal_id=deal.id, channel="C1", shows_amount=True, announced_by=rep, announced_at=at)
    session.add_all([statement, handoff, batch, announcement])
    session.flush()
    session.add(Thanks(announcement_id=announcement.id, person_id=rep, at=at))
    ask = FeasibilityAsk(statement_id=statement.id, version=1, person_id=rep, asked_by=rep, at=at)
    session.add(ask)
    session.flush()
    session.add_all(
        [
            StatementVersion(
                statement_id=statement.id, version=1, kind="priority", wording="On time", position=1, measures=[],
                on_list=True, written_by=rep, at=at,
            ),
            StatementDetails(statement_id=statement.id, promised_by="us", written_by=rep, at=at),
            CoachedVersion(
                statement_id=statement.id, version=1, question="By when?", answer="kept", answered_by=rep, at=at
            ),
            Confirmation(statement_id=statement.id, version=1, said="agreed", manner="each", recorded_by=rep, at=at),
            PromiseOutcome(
                statement_id=statement.id, version=1, state="kept", said_by="customer", recorded_by=rep, at=at
            ),
            StatementNote(statement_id=statement.id, version=1, text="Ask Kim", written_by=rep, at=at),
            Challenge(
                deal_id=deal.id, what="Late", severity=1, whose="ours", discovered_at=at, tell_by=at, recorded_by=rep,
                at=at, steps=[ChallengeStep(step="told", how="chat", happened_at=at, recorded_by=rep, at=at)],
            ),
            Compliment(deal_id=deal.id, words="Best crew", said_at=at, recorded_by=rep, at=at),
            DeliveryContact(channel="C1", added_by=rep, at=at),
            FeasibilityAnswer(
                ask_id=ask.id, statement_id=statement.id, version=1, answer="can_do", answered_by=rep, at=at
            ),
            HandoffReading(
                handoff_id=handoff.id, statement_id=statement.id, version=1, said="confirmed", words="In time",
                recorded_by=rep, at=at,
            ),
            DealMember(deal_id=deal.id, person_id=rep, role="engineer", added_by=rep, added_at=at),
            PromiseKeeper(statement_id=statement.id, person_id=rep, assigned_by=rep, at=at),
            Attestation(deal_id=deal.id, item="M2.1", holds=True, attested_by=rep, at=at),
            ReferralAgreement(
                deal_id=deal.id, outcome="agreed", number=2, definition="A dentist", expectations=3, priorities=2,
                recorded_by=rep, at=at,
            ),
            OrderChange(deal_id=deal.id, kind="cancelled", was="open", became="cancelled", recorded_by=rep, at=at),
            NextStep(deal_id=deal.id, step="Kickoff", recorded_by=rep, at=at),
            ReferralAsk(deal_id=deal.id, step="planned", meeting_at=at, recorded_by=rep, at=at),
            Referral(deal_id=deal.id, name="Kim", named_at=at),
            DealReview(deal_id=deal.id, person_id=rep, did="I called", more="", without_us="", at=at),
            SelfCheck(person_id=rep, expectations=3, knowledge=4, ownership=5, at=at),
            Brief(
                deal_id=deal.id, version=1, decision_maker="Jo", functional_decision_maker="", opening="", elephant="",
                proposal="", notes="", written_by=rep, at=at,
                requirements=[Requirement(position=1, need="On time", commitment="")],
            ),
            Recap(deal_id=deal.id, version=1, body="Dear Jo", written_by=rep, at=at),
            Sighting(deal_id=deal.id, channel="C1", message_ts="1.1", text="Won!", read_as={}, seen_at=at),
            DismissedShape(shape="person|amount|a sum", count=1),
            Contact(deal_id=deal.id, role="decision_maker", name="Jo", updated_at=at),
            AuditEntry(deal_id=deal.id, actor_id=rep, action="heard", detail={}, at=at),
            ImportedDeal(batch_id=batch.id, deal_id=deal.id, source_id="006"),
            PersonalLink(person_id=rep, purpose="calendar", token_hash=f"hash of {external_id}", made_at=at),
            Draft(deal_id=deal.id, person_id=rep, form="checklist", state="{}", entries={}, typed_at=at),
            PlaybookVersion(version=1, changes="", at=at),
            OwnWords(person_id=rep, rule="M2.1", words="Who decides?", written_by=rep, at=at),
            InboundEvent(key="Ev1", received_at=at),
            MessageVersion(channel="C1", message_ts="1.1", sent_at=at, seen_at=at),
            OutboxRow(
                kind="card", dedupe_key="card:1", deal_id=deal.id, person_id=rep, payload={}, due_at=at, zone="UTC",
                created_at=at,
            ),
            Channel(external_id="C1", purpose="wins", created_at=at),
            ConversationReference(external_id="P1", service_url="https://teams.example", bot="28:b", seen_at=at),
        ]
    )  # fmt: skip
    return tenant_id


@pytest.fixture
def ours(database: Database) -> int:
    return database.write_sync(everything, "T1")


@pytest.fixture
def theirs(database: Database) -> int:
    return database.write_sync(everything, "T2")


def within(database: Database, tenant_id: int, work: Callable[[Session], T]) -> T:
    """Run the work in a session that is scoped to the tenant."""

    def scoped(session: Session) -> T:
        scope(session, tenant_id)
        return work(session)

    return database.write_sync(scoped)


def ids(database: Database, owned: type[Any], tenant_id: int) -> list[int]:
    def of_tenant(session: Session) -> list[int]:
        statement = select(owned.id).where(owned.tenant_id == tenant_id)
        return list(session.scalars(statement, execution_options={ALL_TENANTS: True}))

    return database.read_sync(of_tenant)


# --- every class ---


def test_every_table_except_tenants_belongs_to_a_tenant() -> None:
    assert {owned.__tablename__ for owned in OWNED} == set(Base.metadata.tables) - {"tenants"}


def test_a_scoped_session_sees_only_its_tenants_rows(database: Database, ours: int, theirs: int) -> None:
    def tenants_of_rows(session: Session) -> dict[type[Any], list[int]]:
        return {owned: list(session.scalars(select(owned.tenant_id))) for owned in OWNED}

    for tenant_id in (ours, theirs):
        assert within(database, tenant_id, tenants_of_rows) == {owned: [tenant_id] for owned in OWNED}


def test_an_id_of_another_tenant_finds_nothing(database: Database, ours: int, theirs: int) -> None:
    rows = [(owned, ids(database, owned, theirs)[0]) for owned in OWNED]

    def find(session: Session) -> list[type[Any]]:
        return [owned for owned, row_id in rows if session.get(owned, row_id) is not None]

    assert within(database, ours, find) == []
    assert within(database, theirs, find) == OWNED


def test_a_delete_does_not_touch_other_tenants(database: Database, ours: int, theirs: int) -> None:
    def delete_all(session: Session) -> None:
        children_first = [table.name for table in reversed(Base.metadata.sorted_tables)]
        for owned in sorted(OWNED, key=lambda each: children_first.index(each.__tablename__)):
            session.execute(delete(owned))

    within(database, ours, delete_all)

    for owned in OWNED:
        assert (ids(database, owned, ours), len(ids(database, owned, theirs))) == ([], 1), owned


def test_an_unscoped_query_is_refused(database: Database, ours: int) -> None:
    def query(session: Session) -> None:
        for owned in OWNED:
            for statement in (select(owned), update(owned).values(id=owned.id), delete(owned)):
                with pytest.raises(UnscopedQueryError, match="names no tenant"):
                    session.execute(statement)

    database.write_sync(query)


def test_all_tenants_are_queried_with_the_execution_option(database: Database, ours: int, theirs: int) -> None:
    def all_of_them(session: Session) -> dict[type[Any], set[int]]:
        options = {ALL_TENANTS: True}
        return {owned: set(session.scalars(select(owned.tenant_id), execution_options=options)) for owned in OWNED}

    assert database.read_sync(all_of_them) == {owned: {ours, theirs} for owned in OWNED}
    with pytest.raises(UnscopedQueryError, match="cannot query all tenants"):
        within(database, ours, all_of_them)


# --- every form of statement ---

STATEMENTS = {
    "alias": lambda: select(aliased(Deal).tenant_id),
    "columns": lambda: select(Deal.tenant_id, Deal.customer),
    "subquery": lambda: select(select(Deal.tenant_id).subquery()),
    "common table expression": lambda: select(select(Deal.tenant_id).cte()),
    "union": lambda: select(Deal.tenant_id).union(select(Person.tenant_id)),
    "in": lambda: select(Tenant.id).where(Tenant.id.in_(select(Deal.tenant_id))),
    "exists": lambda: select(Tenant.id).where(select(Deal.id).where(Deal.tenant_id == Tenant.id).exists()),
    "join": lambda: select(Tenant.id).join(Deal, Deal.tenant_id == Tenant.id),
    "join of a relationship": lambda: select(Person.tenant_id).join(Deal.owner),
}


@pytest.mark.parametrize("form", STATEMENTS)
def test_no_form_of_statement_reaches_other_tenants(database: Database, form: str, ours: int, theirs: int) -> None:
    statement = STATEMENTS[form]()

    assert within(database, ours, lambda session: set(session.scalars(statement))) == {ours}
    with pytest.raises(UnscopedQueryError):
        database.read_sync(lambda session: session.execute(statement))


@pytest.mark.parametrize(
    "loading",
    [(), (selectinload(Deal.contacts),), (joinedload(Deal.contacts),), (subqueryload(Deal.contacts),)],
    ids=["lazy", "selectin", "joined", "subquery"],
)
def test_a_relationship_loads_no_rows_of_other_tenants(
    database: Database, loading: tuple[Any, ...], ours: int, theirs: int
) -> None:
    def smuggle(session: Session) -> None:
        # Another tenant's row that refers to this tenant's deal, as a wrong id in a form would create.
        (deal_id,) = ids(database, Deal, ours)
        session.connection().exec_driver_sql(
            "INSERT INTO contacts (tenant_id, deal_id, role, name, updated_at) "
            f"VALUES ({theirs}, {deal_id}, 'functional_decision_maker', 'Spy', '2026-01-01 00:00:00')"
        )

    def contacts(session: Session) -> list[str]:
        deal = session.scalars(select(Deal).options(*loading)).unique().one()
        return [contact.name for contact in deal.contacts]

    database.write_sync(smuggle)

    assert within(database, ours, contacts) == ["Jo"]


def test_an_update_changes_no_rows_of_other_tenants(database: Database, ours: int, theirs: int) -> None:
    within(database, ours, lambda session: session.execute(update(Deal).values(customer="Ours")))

    assert within(database, theirs, lambda session: session.scalars(select(Deal.customer)).all()) == [
        "Northwind Dental"
    ]


def test_an_expired_column_can_be_loaded_later(database: Database, ours: int) -> None:
    def expire(session: Session) -> str:
        deal = session.scalars(select(Deal)).one()
        session.expire(deal, ["customer"])
        return deal.customer

    assert within(database, ours, expire) == "Northwind Dental"


# --- statements that cannot be limited to a tenant ---


@pytest.mark.parametrize(
    "statement",
    [
        text("SELECT 1"),
        select(Deal.__table__),
        select(func.count()).select_from(Deal.__table__),
        update(Deal.__table__).values(customer="x"),
        delete(Deal.__table__),
        insert(Channel.__table__).values(external_id="x"),
        select(Deal).from_statement(text("SELECT * FROM deals")),
    ],
    ids=str,
)
def test_a_statement_that_bypasses_the_classes_needs_the_execution_option(
    database: Database, statement: Any, ours: int
) -> None:
    with pytest.raises(UnscopedQueryError):
        within(database, ours, lambda session: session.execute(statement))
    with pytest.raises(UnscopedQueryError):
        database.read_sync(lambda session: session.execute(statement))


def test_the_table_of_tenants_needs_no_scope(database: Database, ours: int, theirs: int) -> None:
    assert database.read_sync(lambda session: session.scalars(select(Tenant.id)).all()) == [ours, theirs]
    assert database.read_sync(lambda session: session.scalar(select(func.count()).select_from(Tenant))) == 2
    assert within(database, ours, lambda session: session.scalar(select(1))) == 1
    another = insert(Tenant).values(platform="teams", external_id="T3", zone="UTC", locale="en", created_at=NOON)
    assert database.write_sync(lambda session: session.scalar(another.returning(Tenant.external_id))) == "T3"


def test_a_bulk_update_by_primary_key_is_refused(database: Database, ours: int, theirs: int) -> None:
    (deal_id,) = ids(database, Deal, theirs)

    with pytest.raises(UnscopedQueryError, match="by primary key"):
        within(database, ours, lambda session: session.execute(update(Deal), [{"id": deal_id, "customer": "x"}]))


# --- writing ---


def a_channel(external_id: str = "C9", **values: Any) -> Channel:
    return Channel(external_id=external_id, created_at=NOON, **values)


def add(session: Session, row: object) -> None:
    session.add(row)
    session.flush()


def test_a_new_row_gets_the_sessions_tenant(database: Database, ours: int) -> None:
    within(database, ours, lambda session: add(session, a_channel()))
    within(database, ours, lambda session: add(session, a_channel("C10", tenant_id=ours)))

    assert len(ids(database, Channel, ours)) == 3


def test_a_new_row_of_another_tenant_is_refused(database: Database, ours: int, theirs: int) -> None:
    with pytest.raises(ForeignTenantError, match=f"Channel of tenant {theirs} was about to be written for {ours}"):
        within(database, ours, lambda session: add(session, a_channel(tenant_id=theirs)))

    assert len(ids(database, Channel, theirs)) == 1


def test_a_new_row_without_a_tenant_is_refused(database: Database, ours: int) -> None:
    for row in (a_channel(), a_channel(tenant_id=ours)):
        with pytest.raises(UnscopedQueryError, match="a new Channel has no tenant"):
            database.write_sync(add, row)


def test_a_row_cannot_move_to_another_tenant(database: Database, ours: int, theirs: int) -> None:
    def move(session: Session) -> None:
        session.scalars(select(Channel)).one().tenant_id = theirs

    def move_all(session: Session) -> None:
        session.execute(update(Channel).values(tenant_id=theirs))

    for moving in (move, move_all):
        with pytest.raises(ForeignTenantError):
            within(database, ours, moving)


def all_channels(session: Session) -> list[Channel]:
    return list(session.scalars(select(Channel).order_by(Channel.id), execution_options={ALL_TENANTS: True}))


def test_an_unscoped_session_may_change_rows_of_all_tenants_but_not_move_them(
    database: Database, ours: int, theirs: int
) -> None:
    def settle(session: Session) -> None:
        for channel in all_channels(session):
            channel.purpose = "excluded"

    def move(session: Session) -> None:
        all_channels(session)[0].tenant_id = theirs

    database.write_sync(settle)
    with pytest.raises(ForeignTenantError):
        database.write_sync(move)

    assert [channel.purpose for channel in database.read_sync(all_channels)] == ["excluded", "excluded"]


def test_a_row_of_another_tenant_cannot_be_changed_or_deleted(database: Database, ours: int, theirs: int) -> None:
    foreign = database.read_sync(all_channels)[1]

    def change(session: Session) -> None:
        session.add(foreign)
        foreign.purpose = "excluded"

    def remove(session: Session) -> None:
        session.delete(foreign)

    for wrong in (change, remove):
        with pytest.raises(ForeignTenantError):
            within(database, ours, wrong)


def test_an_insert_statement_gets_the_sessions_tenant(database: Database, ours: int, theirs: int) -> None:
    row = {"external_id": "one", "purpose": "listen", "created_at": NOON}

    within(database, ours, lambda session: session.execute(insert(Channel).values(row)))
    within(database, ours, lambda session: session.execute(insert(Channel), row | {"external_id": "two"}))
    within(database, ours, lambda session: session.execute(insert(Channel), [row | {"external_id": "three"}] * 1))
    within(
        database,
        ours,
        lambda session: session.execute(insert(Channel).values(row | {"external_id": "4", "tenant_id": theirs})),
    )
    with pytest.raises(UnscopedQueryError):
        database.write_sync(lambda session: session.execute(insert(Channel).values(row | {"external_id": "five"})))

    assert (len(ids(database, Channel, ours)), len(ids(database, Channel, theirs))) == (5, 1)


# --- scoping a session ---


def test_a_session_cannot_change_its_tenant(database: Database, ours: int, theirs: int) -> None:
    def change_tenant(session: Session) -> None:
        scope(session, theirs)

    assert within(database, ours, tenant_of) == ours
    with pytest.raises(ForeignTenantError, match="cannot change"):
        within(database, ours, change_tenant)


def test_a_session_with_rows_of_other_tenants_cannot_be_scoped(database: Database, ours: int, theirs: int) -> None:
    def load_and_scope(session: Session) -> None:
        loaded = all_channels(session)
        scope(session, ours)
        assert loaded

    with pytest.raises(ForeignTenantError, match="has loaded rows of tenant"):
        database.read_sync(load_and_scope)


def test_an_unscoped_session_has_no_tenant(database: Database) -> None:
    with pytest.raises(UnscopedQueryError, match="is not scoped to a tenant"):
        database.read_sync(tenant_of)


def test_a_plain_session_cannot_be_scoped() -> None:
    with pytest.raises(TypeError, match="is not a TenantSession"):
        scope(Session(), 1)


def test_tenants_share_the_compiled_statement(database: Database, ours: int, theirs: int) -> None:
    """The tenant is a bound parameter: a thousand tenants do not need a thousand compiled statements."""

    def compiled(session: Session) -> int:
        session.scalars(select(Deal)).all()
        cache = session.get_bind().engine._compiled_cache
        return len(cache)

    assert within(database, ours, compiled) == within(database, theirs, compiled)


def test_what_delivery_said_moves_with_its_deal(database: Database, ours: int, theirs: int) -> None:
    """An answer refers to its question, and both are evidence: they are written anew, in this order."""

    def move(session: Session) -> None:
        people = select(Person.external_id).where(Person.tenant_id == ours)
        owners = session.scalars(people, execution_options={ALL_TENANTS: True}).all()
        move_deals(session, session.get_one(Tenant, ours), session.get_one(Tenant, theirs), owners, NOON)

    database.write_sync(move)
    for owned in (FeasibilityAsk, FeasibilityAnswer, Handoff, HandoffReading, DealMember, PromiseKeeper):
        assert (len(ids(database, owned, ours)), len(ids(database, owned, theirs))) == (0, 2)
