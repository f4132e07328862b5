"""What version d13ecdc left: a database of each kind, and what stood on Slack and on Teams at that moment."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from tests.compat.slack_side import SlackSide
from tests.compat.teams_side import TeamsSide

Json = dict[str, Any]

FOLDER = Path(__file__).parent / "fixtures"
SLACK_URL, SERVICE_URL = "http://slack.example", "https://smba.example/emea/"
"""What stands in the fixtures for the addresses of Slack and of the Bot Connector."""


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """What stood on the platforms when everything stopped, at the moment `now`."""

    now: datetime
    first: int
    """The first number that no message has."""
    slack: Json
    teams: Json

    def put_up(self, slack: SlackSide, teams: TeamsSide) -> None:
        """Have all of it stand on the platforms again."""
        slack.messages += self.slack["messages"]
        slack.whispers += self.slack["whispers"]
        slack.views.update(self.slack["views"])
        slack.homes.update(self.slack["homes"])
        teams.restore(self.teams["messages"])


def left_behind() -> LeftBehind:
    """A copy of its own of what stood on the platforms."""
    found = json.loads((FOLDER / "platforms.json").read_text("utf-8"))
    return LeftBehind(datetime.fromisoformat(found["now"]), found["first"], found["slack"], found["teams"])


def restore(url: str, service_url: str = SERVICE_URL) -> None:
    """Fill the empty database at `url`; what was written to on Teams is reached at `service_url` now."""
    kind = "sqlite" if url.startswith("sqlite") else "postgresql"
    dump = (FOLDER / f"{kind}.sql").read_text("utf-8").replace(SERVICE_URL, service_url)
    if kind == "sqlite":
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.executescript(dump)
        connection.close()
    else:
        with psycopg.connect(url) as connection_too:
            connection_too.execute(dump.encode())
