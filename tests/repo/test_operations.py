"""docs/operations.md: every fault in the table is tried by a test, and its limits are those of the code."""

from __future__ import annotations

import ast
import re

import pytest

from bot import stopping
from bot.http import connections, readiness, request_body
from bot.ports import http_calls, request_limits, retry_after
from storage import outbox
from tests.repo.tracked import ROOT

PAGE = (ROOT / "docs/operations.md").read_text("utf-8")
INCOMING, OUTGOING, READINESS, STOPPING = (
    f"tests/field/test_faults_{each}.py" for each in ("incoming", "outgoing", "readiness", "stopping")
)
LIFECYCLE = "tests/field/test_lifecycle.py"
TRIED_BY = {
    "slack-slow": f"{OUTGOING}::test_look_ups_that_hang_take_a_bounded_time_all_together",
    "slack-nonsense": f"{OUTGOING}::test_a_message_that_got_a_bad_answer_is_sent_once_and_later",
    "slack-unsearchable": f"{OUTGOING}::test_while_slack_cannot_say_whether_a_message_arrived_it_is_not_sent_again",
    "slack-start": "tests/field/test_running.py::test_a_start_that_is_too_early_does_not_blame_the_token",
    "slack-started": f"{OUTGOING}::test_the_first_win_after_a_start_is_heard_without_asking_who_the_bot_is",
    "slack-throttles": f"{OUTGOING}::test_slack_can_pause_a_workspace_for_minutes_only",
    "slack-method-hangs": f"{OUTGOING}::test_a_method_that_hangs_keeps_no_other_method_or_workspace_waiting",
    "slack-view": f"{OUTGOING}::test_what_slack_does_not_show_is_logged_in_one_line",
    "slack-refuses": "tests/slack/test_delivery.py::test_a_refused_message_is_dead_with_the_reason",
    "slack-left": "tests/field/test_author.py::test_an_admin_learns_that_a_reminder_has_no_reader_any_more",
    "slack-revoked": f"{LIFECYCLE}::test_a_message_that_finds_the_token_revoked_is_sent_after_the_next_installation",
    "socket-lost": f"{OUTGOING}::test_socket_mode_asks_until_it_is_connected",
    "teams-nonsense": f"{OUTGOING}::test_a_message_to_teams_that_got_a_bad_answer_is_sent_later",
    "teams-throttles": f"{OUTGOING}::test_teams_can_pause_a_tenant_for_minutes_only",
    "teams-login": f"{OUTGOING}::test_an_activity_that_cannot_be_checked_or_answered_is_not_lost",
    "teams-secret": f"{LIFECYCLE}::test_an_expired_secret_makes_the_bot_unready_until_it_is_renewed",
    "teams-removed": "tests/teams/test_conversation_references.py::test_an_administrator_blocks_and_unblocks_the_bot",
    "slow-senders": f"{INCOMING}::test_six_hundred_slow_connections_leave_room_for_the_next_request",
    "slow-headers": f"{INCOMING}::test_headers_that_never_end_end_the_connection_and_an_answer_in_the_making_does_not",
    "slow-body": f"{INCOMING}::test_a_body_that_never_ends_is_given_up",
    "large-body": "tests/slack/test_foreign_payloads.py::test_an_oversized_body_is_rejected",
    "broken-requests": f"{INCOMING}::test_mutated_requests_are_no_errors",
    "db-locked": f"{READINESS}::test_a_locked_file",
    "db-deleted": f"{READINESS}::test_a_deleted_file",
    "db-replaced": f"{READINESS}::test_a_file_that_is_replaced_by_its_backup",
    "db-wal-deleted": f"{READINESS}::test_a_deleted_write_ahead_log",
    "db-damaged": f"{READINESS}::test_a_damaged_file",
    "db-read-only": f"{READINESS}::test_a_standby_that_only_reads",
    "db-gone": "tests/field/test_faults_database_gone.py::test_a_server_that_is_stopped_and_started_again",
    "db-breaks": "tests/storage/test_postgresql.py::test_a_connection_that_breaks_before_the_commit_is_replaced",
    "db-sweep": f"{READINESS}::test_the_sweep_is_ready_as_soon_as_it_works_again",
    "disk-full": f"{STOPPING}::test_a_full_disk_is_not_ready_and_loses_no_win",
    "clock-jump": "tests/delivery/test_worker.py::test_clock_jumps_neither_duplicate_nor_lose_messages",
    "clock-back": "tests/delivery/test_scheduler.py::test_it_keeps_sweeping_when_the_clock_is_set_back",
    "clock-skew": "tests/cli/test_doctor.py::test_a_clock_may_differ_by_a_minute",
    "stop-slack-hangs": f"{STOPPING}::test_a_stop_while_slack_hangs",
    "stop-start-hangs": f"{STOPPING}::test_a_stop_while_the_start_hangs",
    "stop-database-hangs": f"{STOPPING}::test_a_stop_while_the_database_hangs",
    "stop-twice": f"{STOPPING}::test_a_second_signal_ends_the_process",
    "stop-killed": "tests/slack/test_stopping.py::test_a_stop_loses_and_repeats_nothing",
}
"""The test of each row, by the row's id."""


def faults() -> list[str]:
    table = PAGE.split("\n| id | fault |", 1)[1]
    return re.findall(r"^\| `([^`]+)` \|", table, re.M)


def test_every_row_of_the_table_of_faults_has_a_test() -> None:
    assert faults() == list(TRIED_BY)


@pytest.mark.parametrize(("fault", "test"), TRIED_BY.items())
def test_the_test_of_a_fault_exists(fault: str, test: str) -> None:
    path, name = test.split("::")
    functions = [
        node.name
        for node in ast.parse((ROOT / path).read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert name in functions, fault


def test_the_limits_are_those_of_the_code() -> None:
    table = dict(re.findall(r"^\| ([^|`]+?) \| ([^|]+?) \|", PAGE.split("## Limits", 1)[1], re.M))
    assert table["one call to a platform"].startswith(f"{http_calls.CALL_SECONDS:.0f} s, ")
    assert table["one call to a platform"].endswith(f"{http_calls.MAX_ANSWER_BYTES >> 20} MB")
    assert table["all look-ups for one request"].startswith(f"{http_calls.LOOKUP_SECONDS:.0f} s ")
    assert table["one request"].startswith(f"{request_limits.HANDLING_SECONDS:.0f} s,")
    assert connections.SECONDS_FOR_HEADERS == request_body.SECONDS_FOR_BODY
    assert table["the headers of a request, and its body"] == (
        f"{request_body.SECONDS_FOR_BODY:.0f} s each, {request_body.MAX_BODY_BYTES >> 20} MB"
    )
    assert table["open connections"] == str(connections.MAX_CONNECTIONS)
    assert table["calls of one kind in one workspace"].startswith(f"{http_calls.CALLS_AT_ONCE} ")
    assert f"| {retry_after.MAX_WAIT.seconds // 60} minutes |" in PAGE
    assert table["one message"].endswith(f"{outbox.MAX_ATTEMPTS} tries")
    assert (
        table["stopping"]
        == f"{stopping.STOP_SECONDS:.0f} s for all parts, {stopping.PROCESS_SECONDS:.0f} s for the process"
    )
    assert f"within the last {['', '', '', '', '', 'five'][int(readiness.FRESH_SECONDS)]} seconds" in PAGE
