"""`firstcall outbox`: pending and undelivered messages are listed without text, retried and cancelled."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.cli.exit_codes import ExitCode
from storage import outbox
from storage.database import Database
from storage.tenancy import scope
from tests.cli.conftest import CommandLine
from tests.delivery.fake_messenger import MONDAY_NINE, queue_messages, rows

LEASE = timedelta(minutes=2)


def settle_some(session: Session) -> None:
    """The four rows of T1: 1 and 2 are dead for different reasons, 3 is being sent, 4 is queued."""
    claims = [outbox.claim(session, 1, owner="o", lease=LEASE, now=MONDAY_NINE) for _ in range(3)]
    for claim, reason in zip(claims, ("channel_not_found", "restricted_action"), strict=False):
        assert claim is not None
        outbox.settle_dead(claim.row, reason=reason, now=MONDAY_NINE)


def in_a_channel(session: Session) -> None:
    scope(session, 2)
    outbox.enqueue(
        session,
        kind="summary",
        dedupe_key="summary",
        due_at=MONDAY_NINE,
        zone="UTC",
        channel="C_WINS",
        payload={"secret": "what somebody wrote"},
        now=MONDAY_NINE,
    )


@pytest.fixture
def url(database_url: str) -> str:
    database = Database(database_url)
    database.write_sync(queue_messages, ["T1"], 4)
    database.write_sync(queue_messages, ["T2"], 1)
    database.write_sync(in_a_channel)
    database.write_sync(settle_some)
    database.close_sync()
    return database_url


def listed(firstcall: CommandLine, url: str, *arguments: str) -> list[dict[str, Any]]:
    result = firstcall("outbox", "list", "--json", *arguments, DATABASE_URL=url)
    assert result.exit_code == ExitCode.FINE, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def kept(url: str) -> list[tuple[str, int, str | None]]:
    database = Database(url)
    found = [(row.state, row.attempts, row.reason) for row in database.read_sync(rows)]
    database.close_sync()
    return found


def test_the_list_shows_pending_and_undelivered_messages(firstcall: CommandLine, url: str) -> None:
    found = listed(firstcall, url)
    assert [(row["id"], row["state"], row["to"], row["reason"]) for row in found] == [
        (1, "dead", "UT1", "channel_not_found"),
        (2, "dead", "UT1", "restricted_action"),
        (3, "claimed", "UT1", None),
        (4, "queued", "UT1", None),
        (5, "queued", "UT2", None),
        (6, "queued", "C_WINS", None),
    ]
    assert found[0]["due_at"] == found[0]["planned_at"] == "2026-03-02T09:00:00+00:00"

    table = firstcall("outbox", "list", DATABASE_URL=url).stdout.splitlines()
    assert table[0].split() == ["id", "state", "kind", "due", "(UTC)", "tries", "deal", "to", "workspace", "reason"]
    assert table[1].split() == ["1", "dead", "brief", "2026-03-02", "09:00", "1", "1", "UT1", "T1", "channel_not_found"]
    assert len(table) == 7
    assert "somebody" not in "".join(table)


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (["--state", "dead"], [1, 2]),
        (["--state", "claimed", "--state", "queued"], [3, 4, 5, 6]),
        (["--workspace", "T2"], [5, 6]),
        (["--deal", "2"], [5]),
        (["--state", "sent"], []),
    ],
)
def test_the_list_is_filtered(firstcall: CommandLine, url: str, arguments: list[str], ids: list[int]) -> None:
    assert [row["id"] for row in listed(firstcall, url, *arguments)] == ids


def test_an_undelivered_message_is_retried_and_searched_for_first(firstcall: CommandLine, url: str) -> None:
    result = firstcall("outbox", "retry", "1", DATABASE_URL=url)
    assert (result.exit_code, result.stderr) == (
        ExitCode.FINE,
        "1 message queued again; a running bot sends within half a minute.\n",
    )
    database = Database(url)
    found = database.read_sync(rows)[0]
    assert (found.state, found.attempts, found.meant_for, found.settled_at) == ("queued", 1, MONDAY_NINE, None)
    claim = database.write_sync(
        lambda session: outbox.claim(session, 1, owner="o", lease=LEASE, now=found.due_at, take_over=False)
    )
    database.close_sync()
    assert claim is not None
    assert (claim.row.id, claim.tries) == (4, None)  # the one that has waited longer


def test_all_with_a_reason_are_retried(firstcall: CommandLine, url: str) -> None:
    assert firstcall("outbox", "retry", "--reason", "restricted_action", DATABASE_URL=url).exit_code == ExitCode.FINE
    assert [state for state, *_ in kept(url)] == ["dead", "queued", "claimed", "queued"]


def test_pending_and_undelivered_messages_are_cancelled_with_a_reason(firstcall: CommandLine, url: str) -> None:
    result = firstcall("outbox", "cancel", "2", "3", "4", "99", "--reason", "he has left", DATABASE_URL=url)
    assert (result.exit_code, result.stderr) == (
        ExitCode.FAILED,
        "2 messages cancelled.\nfirstcall: neither queued nor dead, or no such id: 3, 99\n",
    )
    assert kept(url)[1:] == [("cancelled", 1, "he has left"), ("claimed", 1, None), ("cancelled", 0, "he has left")]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["retry"], ExitCode.WRONG_USE, "Say which"),
        (["cancel", "--reason", "why"], ExitCode.WRONG_USE, "Say which"),
        (["cancel", "1"], ExitCode.WRONG_USE, "--reason"),
        (["retry", "zero"], ExitCode.WRONG_USE, "zero"),
        (["list", "--state", "lost"], ExitCode.WRONG_USE, "lost"),
        (["retry", "4"], ExitCode.FAILED, "firstcall: not dead, or no such id: 4"),
        (["list", "--workspace", "T9"], ExitCode.FAILED, "this database knows no workspace T9; it knows T1, T2"),
    ],
)
def test_an_impossible_request_is_explained(
    firstcall: CommandLine, url: str, arguments: list[str], code: ExitCode, says: str
) -> None:
    result = firstcall("outbox", *arguments, DATABASE_URL=url)
    assert result.exit_code == code
    assert says in result.stderr


def test_an_empty_list_says_so(firstcall: CommandLine, url: str) -> None:
    result = firstcall("outbox", "list", "--state", "sent", DATABASE_URL=url)
    assert (result.exit_code, result.stdout, result.stderr) == (ExitCode.FINE, "", "No such messages.\n")


def test_without_a_database_it_says_what_to_do(firstcall: CommandLine, tmp_path: Path) -> None:
    result = firstcall("outbox", "list", DATABASE_URL=f"sqlite:///{tmp_path / 'none.db'}")
    assert result.exit_code == ExitCode.DATABASE
    assert "firstcall migrate" in result.stderr
