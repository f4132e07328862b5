"""Every call that the bot makes, and every way in which the other side can fail: nothing is lost, doubled or believed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from bot.ports import http_calls
from bot.ports.http_calls import for_workspace
from bot.ports.messenger import UnreachableError
from bot.settings import TeamsCredentials
from bot.slack.web_api import call_slack, web_client
from bot.slack.web_client import SlackWebClient
from bot.teams.connector import signing_keys
from bot.teams.connector.access_tokens import ClientSecret
from bot.teams.connector.connector import Connector, OutboundActivity
from bot.teams.connector.sdk_client import SdkClients
from bot.teams.connector.signing_keys import KeyStore
from sandbox.server import Sandbox
from sandbox.server import running as sandbox_running
from tests.field import bad_peer
from tests.field.bad_peer import BAD_ANSWERS, SECRET, BadPeer
from tests.patient_slack import patient_slack
from tests.running_bot import APP_ID, PASSWORD, TENANT

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
