"""Column types: both databases return aware datetimes in UTC, and naive ones are refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database import Database
from storage.errors import NaiveDatetimeError
from storage.models import Tenant

pytestmark = pytest.mark.both_databases

zones = st.one_of(
    st.timezones(),
    st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
# The range that PostgreSQL and Python both support, in every zone.
times = st.datetimes(datetime(1000, 1, 2), datetime(9000, 1, 1), timezones=zones)  # noqa: DTZ001 (bounds are naive)


def add_tenant(session: Session, external_id: str, created_at: datetime) -> None:
    session.add(Tenant(platform="slack", external_id=external_id, created_at=created_at))


def created(session: Session) -> list[tuple[str, datetime]]:
    return [tuple(row) for row in session.execute(select(Tenant.external_id, Tenant.created_at))]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(moments=st.lists(times, min_size=1, max_size=8))
def test_an_aware_time_is_returned_as_the_same_moment_in_utc(database: Database, moments: list[datetime]) -> None:
    def store(session: Session) -> None:
        session.query(Tenant).delete()
        for number, moment in enumerate(moments):
            add_tenant(session, str(number), moment)

    def in_order(session: Session) -> list[datetime]:
        return list(session.scalars(select(Tenant.created_at).order_by(Tenant.created_at)))

    database.write_sync(store)
    found = database.read_sync(in_order)

    assert found == sorted(moment.astimezone(UTC) for moment in moments)
    assert all(moment.tzinfo is UTC for moment in found)


def test_a_comparison_in_another_zone_finds_the_moment(database: Database) -> None:
    noon = datetime(2026, 3, 29, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    database.write_sync(add_tenant, "T1", noon)

    def at_or_before(session: Session, moment: datetime) -> list[str]:
        return list(session.scalars(select(Tenant.external_id).where(Tenant.created_at <= moment)))

    assert database.read_sync(at_or_before, noon.astimezone(ZoneInfo("America/New_York"))) == ["T1"]
    assert database.read_sync(at_or_before, noon - timedelta(microseconds=1)) == []


def test_a_naive_time_is_refused_and_nothing_is_kept(database: Database) -> None:
    naive = datetime(2026, 3, 1, 9, 0)  # noqa: DTZ001 (naive on purpose)

    with pytest.raises(NaiveDatetimeError, match="2026-03-01T09:00:00 has no time zone") as caught:
        database.write_sync(add_tenant, "T1", naive)

    assert caught.value.value == naive
    assert database.read_sync(created) == []


def test_a_naive_time_is_refused_in_a_query_too(database: Database) -> None:
    def before(session: Session) -> list[str]:
        naive = datetime(2026, 3, 1, 9, 0)  # noqa: DTZ001 (naive on purpose)
        return list(session.scalars(select(Tenant.external_id).where(Tenant.created_at < naive)))

    with pytest.raises(NaiveDatetimeError):
        database.read_sync(before)


def test_none_stays_none(database: Database) -> None:
    database.write_sync(add_tenant, "T1", datetime(2026, 3, 1, tzinfo=UTC))

    assert database.read_sync(lambda session: session.scalar(select(Tenant.paused_until))) is None
