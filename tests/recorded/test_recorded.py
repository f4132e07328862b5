"""Every recorded payload, replayed against the running bot: the response, the effect, and nothing besides."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from storage.database import Database
from tests.plain_tracebacks import plain_tracebacks
from tests.recorded.recording import Recording, Told, read_recording, recordings
from tests.recorded.replay import Answer, Replay, given_up, play, settled, stored
from tests.recorded.slack_replay import org_wide_replay, slack_replay, socket_replay
from tests.recorded.teams_replay import teams_replay
from tests.wording import fixed_part

__all__ = ["plain_tracebacks"]

REPLAYS: dict[str, Callable[[str], AbstractAsyncContextManager[Replay]]] = {
    "slack": slack_replay,
    "slack over Socket Mode": socket_replay,
    "slack for an organization": org_wide_replay,
    "teams": teams_replay,
}
OVER_SOCKET_MODE = (
    "message_person",
    "message_retried",
    "app_home_opened",
    "block_actions_message",
    "view_submission",
    "view_closed",
    "message_action",
    "block_suggestion",
    "command",
)
"""A recording of each kind of envelope and answer."""
ORG_WIDE = ("command_grid_org_wide", "grid_org_wide_message")
"""The recordings of an app that is installed for a whole organization."""


def ways(recording: Recording) -> list[str]:
    """The replays that a recording has."""
    if recording.platform == "slack" and recording.name in ORG_WIDE:
        return ["slack for an organization"]
    over_socket = recording.platform == "slack" and recording.name in OVER_SOCKET_MODE
    return [recording.platform, *(["slack over Socket Mode"] if over_socket else [])]


EVERY_REPLAY = [
    pytest.param(
        way,
        each,
        id=f"{way}-{each.name}",
        marks=[pytest.mark.xfail(strict=True, reason=each.xfail)] if each.xfail else [],
    )
    for each in recordings()
    for way in ways(each)
]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)  # how a payload is read, no database changes
@pytest.mark.parametrize(("way", "recording"), EVERY_REPLAY)
async def test_a_recorded_payload_is_understood(
    way: str,
    recording: Recording,
    database_url: str,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    expect = recording.expect
    async with REPLAYS[way](database_url) as replay:
        for name in recording.before:
            await play(replay, read_recording(recording.platform, name))
        before = await replay.seen()
        answer = await replay.deliver(recording)
        await settled(replay.bot)
    # The bot has stopped, so what it did after its answer is done, too.
    seen = (await replay.seen()).since(before)
    database = Database(database_url)
    try:
        workspaces, deals = await stored(database)
        undelivered = await database.read(given_up)
    finally:
        await database.close()

    check_answer(recording, answer)
    assert undelivered == []
    assert [{name: deal[name] for name in wanted} for deal, wanted in zip(deals, expect.deals, strict=True)] == [
        *expect.deals
    ]
    check_told(seen.told, expect.told)
    check_told(seen.shown, expect.shown)
    check_told(seen.posted, expect.posted)
    check_told(seen.updated, expect.updated)
    assert seen.opened == expect.opened
    assert seen.home == expect.home
    assert set(workspaces) <= {replay.workspace}
    assert {each.rpartition(" ")[2] for each in replay.refused()} == {*expect.refused}, replay.refused()
    assert troubles(*capsys.readouterr(), caplog) == []


def check_answer(recording: Recording, answer: Answer) -> None:
    """The status and the body of the response."""
    expect = recording.expect
    assert answer.status == expect.status, answer
    if expect.answer is not None:
        assert bare(fixed_part(expect.answer)) in bare(json.dumps(answer.body, ensure_ascii=False))
    else:
        assert answer.body == expect.body


def check_told(told: Mapping[str, list[str]], expected: Told) -> None:
    """Each person or channel got these texts, in this order, and nobody else got any."""
    assert told.keys() == expected.keys(), told
    for who, keys in expected.items():
        texts = told[who]
        assert len(texts) == len(keys), texts
        for text, key in zip(texts, keys, strict=True):
            assert bare(fixed_part(key)) in bare(text), text


def bare(text: str) -> str:
    """Its letters and digits: each platform sets line breaks and bold marks in its own way."""
    return "".join(filter(str.isalnum, text))


def troubles(out: str, err: str, caplog: pytest.LogCaptureFixture) -> list[Any]:
    """The lines of the log that are errors, and the warnings with a traceback."""
    lines = [line for line in (out + err).splitlines() if "[error" in line or "[critical" in line]
    records = [each for each in caplog.records if each.levelno >= logging.ERROR or each.exc_info]
    return [*lines, *(["a traceback"] if "Traceback (most recent call last)" in out + err else []), *records]
