"""The checks of `firstcall doctor`. Each returns findings; none raises, and none changes anything."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPException
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import WebClient

from bot.cli.database import has_writable_folder, is_new_file, open_database
from bot.cli.exit_codes import CommandFailed
from bot.ports.messenger import UnreachableError
from bot.ports.proxies import proxy_for
from bot.settings import (
    PREFIX,
    Settings,
    SettingsError,
    environment_name,
    load_settings,
    mentions_slack,
    mentions_teams,
    require_platforms,
    require_slack,
    require_teams,
)
from bot.slack.manifest import SCOPES
from bot.slack.payload import PLATFORM
from bot.slack.web_api import RATE_LIMITED, WORKSPACE_IS_GONE
from handlers import export
from handlers.method.time_zones import known_zone
from handlers.workspace.misplaced import misplaced
from handlers.workspace.standstill import standstills
from storage import outbox
from storage.database_url import parse_url
from storage.errors import SchemaError, StorageError, not_writable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SKEW_ALLOWED = 60.0
"""Seconds. Requests that look five minutes old are refused, and reminders would be sent at the wrong time."""
MOST_STANDSTILLS = 10
CLOSED = {
    "archived": "it was archived",
    "deleted": "it was deleted",
    "left": "FirstCall was removed from it",
}
"""Why nothing can be posted in a channel, in words."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

State = Literal["ok", "note", "problem"]


@dataclass(frozen=True)
class Finding:
    """One line of the report. `next_step` is what to do about it; only a problem keeps the bot from running."""

    check: str
    state: State
    found: str
    next_step: str | None = None


def run_checks() -> Iterator[Finding]:
    """Run all checks, in the order in which to solve their problems."""
    yield python()
    yield from time_zones()
    yield packages()
    try:
        settings = load_settings()
    except SettingsError as error:
        yield Finding(
            "settings", "problem", str(error), f"Set {error.name} in the environment or in .env; docs/settings.md."
        )
    else:
        yield from names(os.environ)
        stored = database(settings)
        yield stored
        if stored.state == "ok" and not is_new_file(settings.database_url):
            yield messages(settings)
            yield from deliveries(settings)
        yield from platforms(settings)
        yield port(settings)
    yield browser()


def time_zones() -> Iterator[Finding]:
    """A machine that knows no time zones: everybody would be reminded by UTC."""
    if known_zone("Europe/London") is None:
        next_step = "Install the system's package tzdata, or `pip install tzdata`."
        yield Finding("time zones", "problem", "the machine knows none", next_step)


def python() -> Finding:
    """The version of Python, for the reader of a report; an unsupported one would have failed before."""
    return Finding("python", "ok", f"Python {sys.version.split()[0]}")


def packages() -> Finding:
    """Whether all required packages are installed."""
    missing = []
    for requirement in metadata.requires("firstcall") or ():
        if "extra ==" in requirement:
            continue
        name = requirement.split(";")[0].strip()
        for end in "[<>=!~ ":
            name = name.split(end)[0]
        try:
            metadata.version(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
    version = metadata.version("firstcall")
    if missing:
        return Finding(
            "packages",
            "problem",
            f"FirstCall {version} lacks {', '.join(missing)}",
            "Install the locked packages: pip install --require-hashes -r script/locks/run.txt",
        )
    return Finding("packages", "ok", f"FirstCall {version} with all required packages")


def names(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Environment variables with the app's prefix that are no setting; mostly typos."""
    known = {environment_name(attribute) for attribute in Settings.model_fields}
    unknown = sorted(name for name in environment if name.upper().startswith(PREFIX) and name.upper() not in known)
    if not unknown:
        yield Finding("settings", "ok", "every setting is valid")
    for name in unknown:
        yield Finding(
            "settings", "note", f"{name} is set, and there is no such setting", "See the names in docs/settings.md."
        )


def database(settings: Settings) -> Finding:
    """Whether the database is reachable and has the tables of this version."""
    if is_new_file(settings.database_url):
        if not has_writable_folder(settings.database_url):
            file = Path(parse_url(settings.database_url).database or "")
            return Finding(
                "database", "problem", not_writable(file, "no permission"), "On Docker: chown the folder on the host."
            )
        return Finding("database", "ok", "there is none yet; `firstcall run` will create the SQLite file")
    try:
        with open_database(settings.database_url):
            pass
    except SchemaError as error:
        return Finding("database", "problem", str(error), "Make a backup, then run: firstcall migrate")
    except (CommandFailed, StorageError) as error:
        return Finding("database", "problem", str(error), "Check DATABASE_URL; docs/settings.md has examples.")
    return Finding("database", "ok", "the database is reachable and up to date")


def deliveries(settings: Settings) -> Iterator[Finding]:
    """Workspaces that nothing is sent to, and wins channels that nothing is posted in; nothing if there are none."""
    with open_database(settings.database_url) as opened:
        every = opened.read_sync(export.workspaces)
        found = [each for workspace in every for each in opened.read_sync(standstills, workspace.id)]
    for each in found[:MOST_STANDSTILLS]:
        where = f"{each.platform} {each.workspace}"
        if each.channel is None:
            yield Finding(
                "deliveries",
                "note",
                f"nothing is sent to {where}: {each.reason}; {_messages(each.waiting)} kept",
                "Install the app again. On Slack, also set the new SLACK_BOT_TOKEN and start the bot again.",
            )
        else:
            yield Finding(
                "deliveries",
                "note",
                f"no wins are posted in {each.channel} of {where}: {CLOSED.get(each.reason, each.reason)}",
                "Invite FirstCall again, or have the wins posted in another channel: /firstcall summary here",
            )
    if len(found) > MOST_STANDSTILLS:
        more = f"and {len(found) - MOST_STANDSTILLS} more workspaces and channels that nothing is sent to"
        yield Finding("deliveries", "note", more, "Solve these first, and run the doctor again.")


def _messages(count: int) -> str:
    return "1 message is" if count == 1 else f"{count} messages are"


def messages(settings: Settings) -> Finding:
    """Whether messages are waiting that the platforms do not take. A note: the bot can run."""
    with open_database(settings.database_url) as database:
        found = database.read_sync(outbox.undelivered, datetime.now(UTC))
    if not (found.given_up or found.late):
        return Finding("messages", "ok", "no message is undelivered")
    parts = {
        f"{found.given_up} undelivered": found.given_up,
        f"{found.late} tried in vain for more than an hour": found.late,
    }
    return Finding(
        "messages",
        "note",
        ", ".join(part for part, count in parts.items() if count),
        "firstcall outbox list shows each with its reason; mend the cause, then: firstcall outbox retry",
    )


def platforms(settings: Settings) -> Iterator[Finding]:
    """Whether Slack, Teams or both are configured correctly."""
    if mentions_teams(settings):
        yield teams(settings)
    if mentions_slack(settings):
        yield from slack(settings)
    elif not mentions_teams(settings):
        try:
            require_platforms(settings)
        except SettingsError as error:
            yield Finding("platforms", "problem", str(error), "README.md, connecting a workspace; docs/settings.md.")


def teams(settings: Settings) -> Finding:
    """Whether the settings for Teams are consistent. Does not call Microsoft: that would need the SDK."""
    try:
        credentials = require_teams(settings)
    except SettingsError as error:
        return Finding("teams", "problem", str(error), "docs/teams.md: where each of them is found.")
    if not credentials.app_id:
        return Finding(
            "teams",
            "note",
            "anonymous: every caller on this machine is trusted",
            "Fine for development. To connect Teams, set MICROSOFT_APP_ID instead; docs/teams.md.",
        )
    admins = f", with {_count(credentials.admins, 'admin')}" if credentials.admins else ""
    return Finding("teams", "ok", f"the settings are complete, for {_count(credentials.tenants, 'tenant')}{admins}")


def _count(named: frozenset[str] | None, what: str) -> str:
    return f"any {what}" if named is None else f"{len(named)} {what}{'' if len(named) == 1 else 's'}"


def slack(settings: Settings) -> Iterator[Finding]:
    """Whether Slack accepts the token, the token has all scopes, and this machine's clock agrees with Slack's."""
    try:
        credentials = require_slack(settings)
    except SettingsError as error:
        yield Finding("slack", "problem", str(error), "README.md, connecting a workspace: where each of them is found.")
        return
    client = WebClient(credentials.bot_token, base_url=settings.slack_api_url, timeout=10)
    try:
        client.proxy = proxy_for(settings.slack_api_url)  # slack_sdk ignores NO_PROXY
        answer = client.auth_test()
    except SlackApiError as error:
        yield _refusal(error)
        return
    except (SlackClientError, UnreachableError, OSError, HTTPException, ValueError) as error:
        yield Finding(
            "slack",
            "problem",
            f"{settings.slack_api_url} cannot be reached: {error}",
            "Check SLACK_API_URL, the network and the proxy.",
        )
        return
    headers = {name.lower(): value for name, value in answer.headers.items()}
    yield Finding("slack", "ok", f"the token works: {answer['user']} in {answer['team']}")
    yield scopes(headers.get("x-oauth-scopes", ""))
    yield from foreign_workspaces(settings)
    slack_time = _time(headers.get("date", ""))
    if slack_time is not None:
        yield clock(slack_time, datetime.now(UTC))


def _refusal(error: SlackApiError) -> Finding:
    """What an answer without success means. Only some of them speak of the token."""
    reason = str(error.response["error"])
    if error.response.status_code == HTTPStatus.TOO_MANY_REQUESTS or reason in RATE_LIMITED:
        return Finding(
            "slack", "problem", "Slack takes no more requests of this app for a while (429)", "Try again in a minute."
        )
    if reason in WORKSPACE_IS_GONE or (error.response.status_code == HTTPStatus.OK and re.fullmatch(r"\w+", reason)):
        return Finding(
            "slack",
            "problem",
            f"Slack does not accept the bot token: {reason}",
            "Copy the Bot User OAuth Token of the app's OAuth & Permissions page into SLACK_BOT_TOKEN.",
        )
    return Finding(
        "slack",
        "problem",
        f"the answer of SLACK_API_URL is not Slack's (status {error.response.status_code})",
        "Check SLACK_API_URL, the network and the proxy; look at https://slack-status.com.",
    )


def _time(written: str) -> datetime | None:
    """The time of a Date header, or None if it has none that can be read."""
    try:
        found = parsedate_to_datetime(written)
    except ValueError:
        return None
    return found if found.tzinfo else None


def foreign_workspaces(settings: Settings) -> Iterator[Finding]:
    """Deals under the workspace of another company, where nobody of ours finds them; none if there is no database."""
    if is_new_file(settings.database_url):
        return
    try:
        with open_database(settings.database_url) as opened:
            found = opened.read_sync(misplaced, PLATFORM)
    except (CommandFailed, StorageError):
        return  # the check of the database has said it
    for each in found:
        deals = "1 deal is" if each.deals == 1 else f"{each.deals} deals are"
        yield Finding(
            "workspaces",
            "note",
            f"{deals} stored under {each.workspace}, a workspace that FirstCall was never installed in: "
            "they come from a channel shared with another company",
            f"See what would move to your workspace: firstcall workspace move {each.workspace}; docs/operations.md.",
        )


def scopes(granted: str) -> Finding:
    """Compare the token's scopes (Slack's header, comma-separated) with those of the manifest."""
    missing = sorted(SCOPES.keys() - {scope.strip() for scope in granted.split(",")})
    if missing:
        return Finding(
            "scopes",
            "problem",
            "the token lacks " + "; ".join(f"{scope} ({SCOPES[scope]})" for scope in missing),
            "Add them on the app's OAuth & Permissions page, or update its manifest with `firstcall manifest slack`; "
            "then install the app to the workspace again.",
        )
    return Finding("scopes", "ok", f"the token has all {len(SCOPES)} scopes")


def clock(slack_time: datetime, local_time: datetime) -> Finding:
    """Compare Slack's clock (the Date header, in whole seconds) with this machine's."""
    ahead = (local_time - slack_time).total_seconds()
    if abs(ahead) > SKEW_ALLOWED:
        return Finding(
            "clock",
            "problem",
            f"this machine's clock is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} Slack's",
            "Set the clock, for example by NTP: timedatectl set-ntp true",
        )
    return Finding("clock", "ok", "this machine's clock agrees with Slack's")


def port(settings: Settings) -> Finding:
    """Whether `firstcall run` could listen. Only a note, because a running bot uses the port itself."""
    port = f"port {settings.port} on {settings.host}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[
            0
        ]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return Finding(
            "port",
            "note",
            f"{port} is not available: {error.strerror}",
            "Fine if the bot is running. If not, stop what uses it, or set FIRSTCALL_PORT and FIRSTCALL_HOST.",
        )
    return Finding("port", "ok", f"{port} is free")


def browser() -> Finding:
    """Whether there is a Chromium, which only the browser tests need."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        return Finding(
            "browser",
            "note",
            "no Chromium: the browser tests would be skipped",
            "To run them: apt-get install chromium",
        )
    return Finding("browser", "ok", f"{found}, for the browser tests")
