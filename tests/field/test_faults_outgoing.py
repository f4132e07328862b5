"""Every call that the bot makes, and every way in which its peer can fail: nothing is lost, doubled or believed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.app import running as bot_running
from bot.ports import http_calls
from bot.ports.http_calls import for_workspace
from bot.ports.messenger import UnreachableError
from bot.ports.retry_after import MAX_WAIT, MIN_WAIT, retry_after
from bot.settings import TeamsCredentials
from bot.slack import socket_mode as socket_mode_module
from bot.slack.socket_mode import CONNECTIONS
from bot.slack.web_api import call_slack, web_client
from bot.slack.web_client import SlackWebClient
from bot.teams.connector import signing_keys
from bot.teams.connector.access_tokens import ClientSecret
from bot.teams.connector.connector import Connector, OutboundActivity
from bot.teams.connector.sdk_client import SdkClients
from bot.teams.connector.signing_keys import KeyStore
from bot.ui.ids import ActionId
from sandbox.server import running as sandbox_running
from sandbox.teams.server import running as teams_running
from storage.models import OutboxRow, Tenant
from storage.tenancy import ALL_TENANTS
from tests.field import bad_peer
from tests.field.bad_peer import BAD_ANSWERS, SECRET, BadPeer
from tests.patient_slack import patient_slack
from tests.plain_tracebacks import plain_tracebacks
from tests.running_bot import APP_ID, PASSWORD, TENANT, slack_settings, teams_settings
from tests.sandbox.user_driver import ADA, People
from tests.slack.slack_driver import Office
from tests.teams.conftest import logged
from tests.teams.teams_driver import Company, Json
from tests.wording import wording

__all__ = ["logged", "plain_tracebacks"]

SHORT = 0.3
"""Seconds; a test need not wait as long as a bot."""
SLACK_CALLS: dict[str, Callable[[SlackWebClient], Awaitable[Any]]] = {
    "apps.connections.open": lambda slack: slack.apps_connections_open(app_token="xapp-1"),
    "auth.test": lambda slack: slack.auth_test(),
    "chat.getPermalink": lambda slack: slack.chat_getPermalink(channel="C1", message_ts="1.2"),
    "chat.postEphemeral": lambda slack: slack.chat_postEphemeral(channel="C1", user="U1", text="x"),
    "chat.postMessage": lambda slack: slack.chat_postMessage(channel="C1", text="x"),
    "chat.update": lambda slack: slack.chat_update(channel="C1", ts="1.2", text="x"),
    "conversations.history": lambda slack: slack.conversations_history(channel="C1"),
    "conversations.info": lambda slack: slack.conversations_info(channel="C1"),
    "conversations.members": lambda slack: slack.conversations_members(channel="C1"),
    "conversations.open": lambda slack: slack.conversations_open(users=["U1"]),
    "files.completeUploadExternal": lambda slack: slack.files_completeUploadExternal(files=[{"id": "F1", "title": ""}]),
    "files.getUploadURLExternal": lambda slack: slack.files_getUploadURLExternal(filename="x", length=1),
    "users.info": lambda slack: slack.users_info(user="U1"),
    "users.list": lambda slack: slack.users_list(),
    "views.open": lambda slack: slack.views_open(trigger_id="1", view={}),
    "views.publish": lambda slack: slack.views_publish(user_id="U1", view={}),
    "views.push": lambda slack: slack.views_push(trigger_id="1", view={}),
    "views.update": lambda slack: slack.views_update(view_id="V1", view={}),
}
TEAMS_CALLS: dict[str, Callable[[Connector, str], Awaitable[Any]]] = {
    "post": lambda teams, url: teams.send(url, "19:x", OutboundActivity("x")),
    "update": lambda teams, url: teams.update(url, "19:x", "1", OutboundActivity("x")),
    "open a chat": lambda teams, url: teams.open_personal(url, bot="28:1", user="29:1", tenant=TENANT),
    "a member": lambda teams, url: teams.member(url, "19:x", "29:1"),
}
A_YES_TO_AN_UPDATE = frozenset(
    {
        "nothing with 200",
        "an empty object",
        "ok without anything",
        "ok as a text",
        "no without a reason",
        "no with a number",
        "another API",
    }
)
"""A JSON object is Microsoft's; an update needs no word of it, because it can be repeated and has its id."""


@pytest.fixture
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_calls, "CALL_SECONDS", SHORT)
    monkeypatch.setattr(http_calls, "MAX_ANSWER_BYTES", 1 << 20)


@pytest.fixture
async def peer(short_limits: None) -> AsyncIterator[BadPeer]:
    async with bad_peer.running("http://127.0.0.1:9") as peer:
        yield peer


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.mark.reported(
    "slackapi/python-slack-sdk#1673", "slackapi/python-slack-sdk#493", "slackapi/python-slack-sdk#1454"
)
@pytest.mark.parametrize("answer", BAD_ANSWERS)
async def test_no_call_to_slack_takes_a_bad_answer_for_one_of_slacks(
    answer: str, peer: BadPeer, http: aiohttp.ClientSession
) -> None:
    slack = web_client("xoxb-1", f"{peer.url}/api/", http)
    peer.goes_wrong(answer, "")
    for method, call in SLACK_CALLS.items():
        with pytest.raises(UnreachableError) as failed:
            await call_slack(call(slack))
        assert SECRET not in str(failed.value), method
        assert "xoxb" not in str(failed.value), method
    with pytest.raises(UnreachableError):
        await slack._upload_file(url=f"{peer.url}/upload", data=b"x")
    if answer not in ("ok without anything", "ok with other types"):  # `ok` is all that Slack says there
        with pytest.raises(UnreachableError):
            await slack.respond(f"{peer.url}/actions/1", text="x")


@pytest.mark.reported("microsoft/botbuilder-python#2178", "MicrosoftDocs/bot-docs#2046")
@pytest.mark.parametrize("answer", BAD_ANSWERS)
async def test_no_call_to_teams_takes_a_bad_answer_for_one_of_microsofts(
    answer: str, peer: BadPeer, http: aiohttp.ClientSession
) -> None:
    teams, url = Connector(SdkClients(http, None)), f"{peer.url}/emea/"
    peer.goes_wrong(answer, "")
    for name, call in TEAMS_CALLS.items():
        if name == "update" and answer in A_YES_TO_AN_UPDATE:
            await call(teams, url)
            continue
        with pytest.raises(UnreachableError) as failed:
            await call(teams, url)
        assert SECRET not in str(failed.value), name
    if answer not in A_YES_TO_AN_UPDATE:
        with pytest.raises(UnreachableError):
            assert [each async for each in teams.members(url, "19:x")]
        with pytest.raises(UnreachableError):
            await teams.channels(url, "19:x")


@pytest.mark.reported("microsoft/BotFramework-Services#134", "microsoft/botbuilder-python#2178")
@pytest.mark.parametrize("answer", BAD_ANSWERS)
async def test_no_bad_answer_becomes_an_access_token_or_a_signing_key(
    answer: str, peer: BadPeer, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_keys, "SECONDS", SHORT)
    peer.goes_wrong(answer, "")
    tokens = ClientSecret(http, TeamsCredentials(APP_ID, PASSWORD, TENANT, None, None), peer.url)
    with pytest.raises(UnreachableError) as failed:
        await tokens.token()
    assert SECRET not in str(failed.value)
    assert PASSWORD not in str(failed.value)
    keys = KeyStore(http, f"{peer.url}/metadata")
    assert await keys.key("any") is None
    assert not keys.fetched


# The whole bot, with a peer between it and Slack.

WIN = "Just closed {}! $45k ARR"
CUSTOMERS = ("Northwind Dental", "Harbor Point Hotels")


@dataclass(frozen=True, slots=True)
class Floor:
    """An office whose bot reaches Slack through a peer."""

    office: Office
    peer: BadPeer
    logged: Callable[[], str]

    async def rows(self, kind: str = "card") -> list[tuple[str, int, str | None]]:
        """State, attempts and reason of the messages of a kind, oldest first."""

        def read(session: Session) -> list[tuple[str, int, str | None]]:
            every = select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.id)
            return [
                (row.state, row.attempts, row.reason)
                for row in session.scalars(every, execution_options={ALL_TENANTS: True})
            ]

        return await self.office.bot.database.read(read)

    async def failed_once(self) -> tuple[str, int, str | None]:
        """Wait until sending the newest card has failed."""
        rows = await self.office.until(lambda found: bool(found) and found[-1][2] is not None, self.rows)
        newest: tuple[str, int, str | None] = rows[-1]
        return newest

    async def until_sent(self, cards: int) -> None:
        """Wait until that many cards are sent."""
        await self.office.until(lambda found: [row[0] for row in found] == ["sent"] * cards, self.rows)

    async def paused_until(self) -> datetime | None:
        return await self.office.bot.database.read(lambda session: session.scalar(select(Tenant.paused_until)))


@asynccontextmanager
async def floor_with(
    database_url: str, logged: Callable[[], str], *, socket_mode: bool = False
) -> AsyncIterator[Floor]:
    config = patient_slack(socket_mode=socket_mode)
    async with (
        sandbox_running(config) as sandbox,
        bad_peer.running(sandbox.url) as peer,
        bot_running(slack_settings(database_url, config, f"{peer.url}/api/", socket_mode=socket_mode)) as bot,
        aiohttp.ClientSession() as http,
    ):
        people = People(sandbox.url, http)
        events = {} if socket_mode else {"url": f"{bot.url}/slack/events"}
        await people.post("bot", **events, clock_url=f"{bot.url}/dev/clock")
        yield Floor(Office(bot, sandbox, people), peer, logged)
        await people.idle()


@pytest.fixture
async def floor(database_url: str, logged: Callable[[], str]) -> AsyncIterator[Floor]:
    async with floor_with(database_url, logged) as floor:
        yield floor


@pytest.mark.reported("slackapi/python-slack-sdk#1454", "openclaw/openclaw#22780", "slackhq/slack-api-docs#69")
@pytest.mark.parametrize("answer", BAD_ANSWERS)
async def test_a_message_that_got_a_bad_answer_is_sent_once_and_later(
    answer: str, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_calls, "CALL_SECONDS", SHORT * 2)
    monkeypatch.setattr(http_calls, "MAX_ANSWER_BYTES", 1 << 20)
    floor.peer.goes_wrong(answer, "/chat.postMessage", count=1)
    await floor.office.post(WIN.format(CUSTOMERS[0]))
    state, attempts, reason = await floor.failed_once()
    assert (state, attempts) == ("queued", 1)
    assert reason is not None
    assert SECRET not in reason
    monkeypatch.setattr(http_calls, "CALL_SECONDS", 10.0)
    await floor.office.later(timedelta(minutes=6))
    await floor.until_sent(1)
    assert len(await floor.office.dm()) == 1
    log = floor.logged()
    assert "a message could not be sent" in log
    assert "Traceback" not in log
    assert SECRET not in log


@pytest.mark.reported("slackapi/slack-api-specs#10", "openclaw/openclaw#22780")
@pytest.mark.parametrize(
    "answer", ["HTML with 200", "ok without anything", "ok with other types", "resets", "never answers"]
)
async def test_while_slack_cannot_say_whether_a_message_arrived_it_is_not_sent_again(
    answer: str, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await floor.office.people.post("faults", reset={"count": 1, "method": "chat.postMessage", "after": True})
    await floor.office.post(WIN.format(CUSTOMERS[0]))
    await floor.failed_once()
    monkeypatch.setattr(http_calls, "CALL_SECONDS", SHORT * 2)
    floor.peer.goes_wrong(answer, "/conversations.history")
    await floor.office.later(timedelta(minutes=2))
    await floor.office.until(lambda found: found[0][:2] == ("queued", 2), floor.rows)
    floor.peer.recovers()
    monkeypatch.setattr(http_calls, "CALL_SECONDS", 10.0)
    await floor.office.later(timedelta(minutes=6))
    await floor.until_sent(1)
    assert len(await floor.office.dm()) == 1
    assert "Traceback" not in floor.logged()


@pytest.mark.reported("slackapi/python-slack-sdk#1454")
@pytest.mark.parametrize(
    "answer", ["HTML with 404", "HTML with 200", "ok without anything", "a redirect", "nothing with 403"]
)
async def test_a_card_is_updated_in_its_place_after_a_bad_answer(answer: str, floor: Floor) -> None:
    await floor.office.post(WIN.format(CUSTOMERS[0]))
    card = await floor.office.card(CUSTOMERS[0])
    floor.peer.goes_wrong(answer, "/chat.update", count=1)
    await floor.office.tap(card, ActionId.CARD_DISMISS)
    await floor.office.until(lambda found: found[-1][2] is not None, floor.rows)
    await floor.office.later(timedelta(minutes=6))
    await floor.office.card(wording("card.dismissed_note"))
    assert len(await floor.office.dm()) == 1


@pytest.mark.reported("slackapi/python-slack-sdk#1454")
@pytest.mark.parametrize(
    "step", ["/files.getUploadURLExternal", "/files.completeUploadExternal", "/conversations.open"]
)
@pytest.mark.parametrize("answer", ["HTML with 200", "ok without anything", "nothing with 200", "resets"])
async def test_a_file_is_shared_once_after_a_bad_answer(answer: str, step: str, floor: Floor) -> None:
    await floor.office.post(WIN.format(CUSTOMERS[0]))
    await floor.office.tap(await floor.office.card(CUSTOMERS[0]), ActionId.CARD_SCHEDULE)
    floor.peer.goes_wrong(answer, step, count=1)
    await floor.office.submit(when="in 2 hours")
    await floor.office.until(lambda found: bool(found) and found[0][2] is not None, lambda: floor.rows("invite"))
    await floor.office.later(timedelta(minutes=6))
    await floor.office.until(lambda found: found[0][0] == "sent", lambda: floor.rows("invite"))
    assert sum(bool(message.get("files")) for message in await floor.office.dm()) == 1
    assert "Traceback" not in floor.logged()


# What a person does, while Slack fails.


@pytest.mark.reported("slackapi/bolt-python#474", "slackapi/bolt-python#1074")
@pytest.mark.parametrize("socket_mode", [False, True], ids=["http", "socket mode"])
@pytest.mark.parametrize(
    "answer",
    [
        bad_peer.json_answer(429, ok=False, error="ratelimited"),
        bad_peer.json_answer(500, ok=False, error="internal_error"),
        bad_peer.json_answer(200, ok=False, error="something_new"),
        bad_peer.json_answer(200, ok=False, error="invalid_auth"),
        *(
            BAD_ANSWERS[each]
            for each in ("HTML with 200", "broken JSON", "never answers", "resets", "nothing with 200")
        ),
    ],
)
async def test_the_first_win_after_a_start_is_heard_without_asking_who_the_bot_is(
    answer: bad_peer.Answer, socket_mode: bool, database_url: str, logged: Callable[[], str]
) -> None:
    async with floor_with(database_url, logged, socket_mode=socket_mode) as floor:
        floor.peer.goes_wrong(answer, "/auth.test")
        await floor.office.post(WIN.format(CUSTOMERS[0]))
        await floor.office.card(CUSTOMERS[0])
        assert floor.peer.answered == 0


@pytest.mark.reported("slackapi/python-slack-sdk#1673", "SolaceLabs/solace-agent-mesh-core-plugins#169")
@pytest.mark.parametrize("answer", ["never answers", "a byte now and then", "headers that never end"])
async def test_look_ups_that_hang_take_a_bounded_time_all_together(
    answer: str, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_calls, "CALL_SECONDS", 600.0)  # more than the test may take: only the sum of all counts
    monkeypatch.setattr(http_calls, "LOOKUP_SECONDS", 0.5)
    floor.peer.goes_wrong(answer, "info")  # users.info and conversations.info
    await floor.office.post(WIN.format(CUSTOMERS[0]))
    (deal,) = await floor.office.export()
    assert deal["customer"] == CUSTOMERS[0]
    assert floor.peer.answered
    requests = (await floor.office.people.get("requests"))["requests"]
    assert {each["status"] for each in requests if each["direction"] == "to_bot"} == {200}


@pytest.mark.reported("aio-libs/aiohttp#5415", "aio-libs/aiohttp#1463", "SolaceLabs/solace-agent-mesh-core-plugins#169")
async def test_a_method_that_hangs_keeps_no_other_method_or_workspace_waiting(
    floor: Floor, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_calls, "CALL_SECONDS", 600.0)
    floor.peer.goes_wrong("never answers", "/users.info")
    slack = web_client(floor.office.sandbox.state.config.bot_token, f"{floor.peer.url}/api/", http)
    stuck = [asyncio.create_task(call_slack(slack.users_info(user=f"U{number}"))) for number in range(150)]
    await floor.office.until(lambda count: count == http_calls.CALLS_AT_ONCE, _value(lambda: floor.peer.answered))
    await call_slack(slack.conversations_open(users=[ADA]))
    floor.peer.recovers()
    with for_workspace("another"):
        await call_slack(slack.users_info(user=ADA))
    assert sum(each.done() for each in stuck) == 0
    for each in stuck:
        each.cancel()
    await asyncio.gather(*stuck, return_exceptions=True)


@pytest.mark.reported("slackapi/python-slack-sdk#1673")
@pytest.mark.parametrize("method", ["/views.publish", "/views.open", "/chat.getPermalink", "/users.list"])
@pytest.mark.parametrize("answer", ["HTML with 200", "ok without anything", "resets", "another API's 404"])
async def test_what_slack_does_not_show_is_logged_in_one_line(answer: str, method: str, floor: Floor) -> None:
    floor.peer.goes_wrong(answer, method)
    people = floor.office.people
    await floor.office.post("Just closed Northwind Dental! $45k ARR, thanks to Marit")
    card = await floor.office.card(CUSTOMERS[0])
    await floor.office.tap(card, ActionId.CARD_FIX)
    await people.post("home/open", as_=ADA)
    await people.idle()
    floor.peer.recovers()
    await floor.office.tap(card, ActionId.CARD_FIX)
    assert await floor.office.views()
    await people.post("home/open", as_=ADA)
    await people.idle()
    log = floor.logged()
    assert "Traceback" not in log
    assert SECRET not in log


@pytest.mark.reported("slackapi/python-slack-sdk#1379", "slackapi/node-slack-sdk#1500")
@pytest.mark.parametrize("answer", ["HTML with 200", "ok without anything", "never answers", "no without a reason"])
async def test_socket_mode_asks_until_it_is_connected(
    answer: str, database_url: str, logged: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_mode_module, "SECONDS_BEFORE_RETRY", 0.05)
    async with floor_with(database_url, logged, socket_mode=True) as floor:
        monkeypatch.setattr(http_calls, "CALL_SECONDS", SHORT)
        sockets = floor.office.sandbox.state.sockets
        old = set(sockets._connections)
        floor.peer.goes_wrong(answer, "/apps.connections.open")
        await floor.office.people.post("socket/disconnect")
        await floor.office.until(lambda count: count > 3, _value(lambda: floor.peer.answered))
        monkeypatch.setattr(http_calls, "CALL_SECONDS", 10.0)
        floor.peer.recovers()
        looks: list[frozenset[object]] = []

        async def look() -> list[frozenset[object]]:
            looks.append(frozenset(sockets._connections))
            return looks[-100:]

        # slack_sdk may connect twice before it settles; what Slack sends to the first connection, it sends again later.
        await floor.office.until(
            lambda last: (
                len(last) == 100 and len(set(last)) == 1 and len(last[0]) == CONNECTIONS and last[0].isdisjoint(old)
            ),
            look,
        )
        await floor.office.post(WIN.format(CUSTOMERS[0]))
        await floor.office.card(CUSTOMERS[0])
        log = floor.logged()
        assert "Traceback" not in log
        assert SECRET not in log


def _value(read: Callable[[], int]) -> Callable[[], Awaitable[int]]:
    async def look() -> int:
        return read()

    return look


# Retry-After.

HEADERS = {
    "30": 30,
    "1.5": 2,
    "0": 1,
    "": 30,
    "soon": 30,
    "-5": 30,
    "999999999": 300,
    "999999999999": 300,
    "1" + "0" * 400: 30,
    "inf": 300,
    "nan": 30,
    "\N{SUPERSCRIPT TWO}": 30,
    "30, 60": 30,
    "Mon, 02 Mar 2026 09:00:20 GMT": 20,
    "Mon, 02 Mar 2026 08:00:00 GMT": 1,
    "Fri, 31 Dec 9999 23:59:59 GMT": 300,
    "Mon, 02 Mar 2026 09:00:20": 20,
    "Mon, 99 Mar 2026 09:00:20 GMT": 30,
}


@pytest.mark.reported("urllib3/urllib3#3743", "hashicorp/go-retryablehttp#283", "apache/iggy#4168")
@pytest.mark.parametrize(("header", "seconds"), HEADERS.items())
def test_a_wait_is_bounded_whatever_the_header_says(header: str, seconds: int) -> None:
    assert retry_after(header, datetime(2026, 3, 2, 9, tzinfo=UTC)) == timedelta(seconds=seconds)


@pytest.mark.reported("urllib3/urllib3#3743", "apache/iggy#4168")
@given(st.text(max_size=80) | st.integers().map(str) | st.floats().map(str) | st.datetimes().map(str))
def test_no_header_is_an_error(header: str) -> None:
    assert MIN_WAIT <= retry_after(header) <= MAX_WAIT


@pytest.mark.reported("urllib3/urllib3#3743", "hashicorp/go-retryablehttp#283")
@pytest.mark.parametrize("header", ["999999999", "123456789012", "Fri, 31 Dec 9999 23:59:59 GMT", "\xb2", "-1"])
@pytest.mark.parametrize("status", [429, 503])
async def test_slack_can_pause_a_workspace_for_minutes_only(status: int, header: str, floor: Floor) -> None:
    error = "ratelimited" if status == 429 else "service_unavailable"
    body = f'{{"ok": false, "error": "{error}"}}'.encode()
    floor.peer.goes_wrong(bad_peer.says(status, body, Retry_After=header), "/chat.postMessage", count=1)
    await floor.office.post(WIN.format(CUSTOMERS[0]))
    await floor.failed_once()
    paused = await floor.paused_until()
    assert paused is not None
    assert paused <= floor.office.bot.clock.now() + MAX_WAIT
    await floor.office.later(timedelta(minutes=6))
    await floor.until_sent(1)
    assert len(await floor.office.dm()) == 1
    assert await floor.paused_until() is None
    assert "Traceback" not in floor.logged()


@pytest.mark.reported("hashicorp/go-retryablehttp#283", "own trial: a pause of an earlier version, until 2058")
async def test_a_restart_lifts_every_pause(database_url: str, logged: Callable[[], str]) -> None:
    async with floor_with(database_url, logged) as floor:
        far = floor.office.bot.clock.now() + timedelta(days=11_000)
        await floor.office.bot.database.write(lambda session: session.execute(update(Tenant).values(paused_until=far)))
        await floor.office.post(WIN.format(CUSTOMERS[0]))
    async with floor_with(database_url, logged) as floor:
        await floor.until_sent(1)


# Teams.


@dataclass(frozen=True, slots=True)
class Branch:
    """A company whose bot reaches Teams through a peer."""

    company: Company
    peer: BadPeer

    def win(self, customer: str) -> Json:
        text = f"Just closed {customer}! $45k ARR"
        return self.company.activity(text=text, attachments=[{"contentType": "text/html", "content": f"<p>{text}</p>"}])

    async def rows(self) -> list[tuple[str, int, str | None]]:
        def read(session: Session) -> list[tuple[str, int, str | None]]:
            every = select(OutboxRow).where(OutboxRow.kind == "card").order_by(OutboxRow.id)
            found = session.scalars(every, execution_options={ALL_TENANTS: True})
            return [(row.state, row.attempts, row.reason) for row in found]

        return await self.company.bot.database.read(read)

    async def until_row(self, holds: Callable[[tuple[str, int, str | None]], bool]) -> tuple[str, int, str | None]:
        async with asyncio.timeout(60):
            while not ((rows := await self.rows()) and holds(rows[-1])):
                await asyncio.sleep(0.02)
        return rows[-1]


@pytest.fixture
async def branch(database_url: str, logged: Callable[[], str]) -> AsyncIterator[Branch]:
    async with teams_running(APP_ID, PASSWORD, TENANT) as teams, bad_peer.running(teams.url) as peer:
        teams.url = peer.url
        async with bot_running(teams_settings(database_url, teams)) as bot, aiohttp.ClientSession() as http:
            yield Branch(Company(bot, teams, http), peer)


@pytest.mark.reported("microsoft/botbuilder-python#2178", "MicrosoftDocs/bot-docs#2046")
@pytest.mark.parametrize("answer", BAD_ANSWERS)
async def test_a_message_to_teams_that_got_a_bad_answer_is_sent_later(
    answer: str, branch: Branch, logged: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await branch.company.post(branch.company.activity(text="hello")))[0] == 200
    said = len(branch.company.said())
    monkeypatch.setattr(http_calls, "CALL_SECONDS", SHORT * 2)
    monkeypatch.setattr(http_calls, "MAX_ANSWER_BYTES", 1 << 20)
    branch.peer.goes_wrong(answer, "/activities", count=1)
    assert (await branch.company.post(branch.win(CUSTOMERS[0])))[0] == 200
    state, attempts, reason = await branch.until_row(lambda row: row[2] is not None)
    assert (state, attempts) == ("queued", 1)
    assert SECRET not in str(reason)
    monkeypatch.setattr(http_calls, "CALL_SECONDS", 10.0)
    branch.company.bot.clock.offset += timedelta(minutes=6)
    branch.company.bot.scheduler.wake()
    await branch.until_row(lambda row: row[0] == "sent")
    assert len(branch.company.said()) == said + 1
    log = logged()
    assert "Traceback" not in log
    assert SECRET not in log


@pytest.mark.reported("microsoft/BotFramework-Services#134")
@pytest.mark.parametrize("answer", ["HTML with 200", "never answers", "resets", "an empty object", "nothing with 403"])
@pytest.mark.parametrize("path", ["/token", "/openidconfiguration", "/keys"])
async def test_an_activity_that_cannot_be_checked_or_answered_is_not_lost(
    answer: str, path: str, branch: Branch, logged: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_calls, "CALL_SECONDS", SHORT)
    monkeypatch.setattr(signing_keys, "SECONDS", SHORT)
    monkeypatch.setattr(signing_keys, "PAUSE", 0.0)
    branch.peer.goes_wrong(answer, path)
    win = branch.win(CUSTOMERS[0])
    status, _ = await branch.company.post(win)
    assert status == (200 if path == "/token" else 503)  # 503: nobody's token can be checked, so send it again
    branch.peer.recovers()
    monkeypatch.setattr(http_calls, "CALL_SECONDS", 10.0)
    monkeypatch.setattr(signing_keys, "SECONDS", 5.0)
    assert (await branch.company.post(win))[0] == 200
    branch.company.bot.clock.offset += timedelta(minutes=6)
    branch.company.bot.scheduler.wake()
    await branch.until_row(lambda row: row[0] == "sent")
    assert len(await branch.rows()) == 1
    log = logged()
    assert "Traceback" not in log
    assert SECRET not in log
    assert PASSWORD not in log


@pytest.mark.reported("urllib3/urllib3#3743", "apache/iggy#4168")
@pytest.mark.parametrize("header", ["999999999", "123456789012", "1.5", "tomorrow"])
@pytest.mark.parametrize("status", [429, 503])
async def test_teams_can_pause_a_tenant_for_minutes_only(
    status: int, header: str, branch: Branch, logged: Callable[[], str]
) -> None:
    body = b'{"error": {"code": "ServiceUnavailable", "message": "wait"}}'
    assert (await branch.company.post(branch.company.activity(text="hello")))[0] == 200
    branch.peer.goes_wrong(bad_peer.says(status, body, Retry_After=header), "/activities", count=1)
    assert (await branch.company.post(branch.win(CUSTOMERS[0])))[0] == 200
    await branch.until_row(lambda row: row[2] is not None)
    paused = await branch.company.bot.database.read(lambda session: session.scalar(select(Tenant.paused_until)))
    assert paused is not None
    assert paused <= branch.company.bot.clock.now() + MAX_WAIT
    branch.company.bot.clock.offset += timedelta(minutes=6)
    branch.company.bot.scheduler.wake()
    await branch.until_row(lambda row: row[0] == "sent")
    assert "Traceback" not in logged()
