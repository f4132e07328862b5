"""Messages in Teams' channels and chats: a deal prompts its rep in private, and nothing else leaves a trace."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.teams.message_html import read_html
from handlers.requests import Caller
from handlers.team import channels
from handlers.team.channels import PurposeChosen
from handlers.workspace.channel_purpose import Purpose
from sandbox.teams.chats import ADA, BRUNO, CARLA
from sandbox.teams.chats import Person as Somebody
from sandbox.teams.server import BASE
from storage.models import Channel, Deal, Person, Sighting
from storage.tenancy import ALL_TENANTS
from tests.slack.test_foreign_payloads import counted
from tests.teams.listening_bot import CHAT, GROUP, WIN, Listening, changed, deals, in_chat, mention, message_id, posted
from tests.teams.teams_driver import TENANT, WINS, Company, Json, until
from tests.wording import fixed_part

WORKFLOWS = {"id": "28:workflows", "name": "Workflows"}
HERO = "application/vnd.microsoft.card.hero"
ADAPTIVE = "application/vnd.microsoft.card.adaptive"
O365 = "application/vnd.microsoft.teams.card.o365connector"
FACTS = {"Account": "Northwind Dental", "Amount": "$45,000.00", "Stage": "Closed Won", "Owner": "Ada Kemp"}
ADAPTIVE_CARD = {
    "type": "AdaptiveCard",
    "body": [
        {"type": "TextBlock", "text": "Opportunity Closed Won", "weight": "Bolder"},
        {"type": "FactSet", "facts": [{"title": name, "value": value} for name, value in FACTS.items()]},
    ],
    "actions": [{"type": "Action.OpenUrl", "title": "Open", "url": "https://acme.lightning.force.com/r/006/view"}],
}
COLUMNS_CARD = {
    "type": "AdaptiveCard",
    "body": [
        {"type": "TextBlock", "text": "Opportunity Closed Won: Northwind Dental"},
        {
            "type": "ColumnSet",
            "columns": [
                {"type": "Column", "items": [{"type": "TextBlock", "text": "Amount: $45,000.00"}]},
                {"type": "Column", "items": [{"type": "TextBlock", "text": "Owner: Ada Kemp"}]},
            ],
        },
    ],
}
CONNECTOR_CARD = {
    "@type": "MessageCard",
    "summary": "Opportunity Closed Won",
    "title": "Opportunity Closed Won",
    "sections": [{"facts": [{"name": f"{name}:", "value": value} for name, value in FACTS.items()]}],
    "potentialAction": [{"@type": "OpenUri", "targets": [{"uri": "https://acme.lightning.force.com/r/006/view"}]}],
}


@pytest.fixture(autouse=True)
def _a_bot_that_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.teams.platform.ActivityHandler", Listening)


async def taken(company: Company, activity: Json) -> bool:
    """Whether the bot took it as the news of a deal."""
    assert await company.post(activity) == (200, None)
    return Listening.taken[-1]


async def prompted(company: Company, customer: str = "Northwind Dental", who: Somebody = ADA) -> None:
    """Somebody was asked in person, once."""
    await until(lambda: any(customer in text for text in company.said(who)))


async def rows(company: Company) -> dict[str, int]:
    return await company.bot.database.read(counted)


def card(content_type: str, content: object, who: Json = WORKFLOWS) -> Json:
    return {"text": "", "from": who, "attachments": [{"contentType": content_type, "content": content}]}


async def test_a_win_without_a_mention_prompts_its_poster_in_private(company: Company) -> None:
    message = posted(company)
    assert await taken(company, message)
    assert WINS in company.teams.chats.all
    await prompted(company)
    assert ("POST", f"{BASE}/v3/conversations") in company.teams.requests
    assert company.teams.chats.all[WINS].messages == {}
    (deal,) = await deals(company)
    assert deal["rep"] == {"id": ADA.person, "name": "Ada Kemp"}
    (told,) = deal["heard_in"]
    link = f"https://teams.microsoft.com/l/message/{WINS}/{message['id']}"
    assert told["link"] == f"{link}?tenantId={TENANT}&groupId={GROUP}&parentMessageId={message['id']}"
    assert deal["closed_at"].startswith(deal["heard_at"][:10])


async def test_a_win_in_a_group_chat(company: Company) -> None:
    company.teams.chats.add(CHAT, "groupChat", ADA, BRUNO)
    message = in_chat(company)
    assert await taken(company, message)
    await prompted(company)
    assert company.teams.chats.all[CHAT].messages == {}
    (deal,) = await deals(company)
    link = f"https://teams.microsoft.com/l/message/{CHAT}/{message['id']}?context="
    assert deal["heard_in"][0]["link"] == f"{link}%7B%22contextType%22%3A%22chat%22%7D"


async def test_a_win_in_the_personal_chat(company: Company) -> None:
    assert await taken(company, company.activity(text="Kestrel Foods in, 45k"))
    await prompted(company, "Kestrel Foods")


async def test_a_win_that_mentions_the_bot(company: Company) -> None:
    text = "<at>FirstCall</at> just closed Northwind Dental for $45k with <at>Bruno Costa</at>"
    entities = [mention("FirstCall"), mention("Bruno Costa", BRUNO.user)]
    html = '<p><span itemtype="http://schema.skype.com/Mention" itemid="0">FirstCall</span> just closed ' + (
        'Northwind Dental for $45k with <span itemtype="http://schema.skype.com/Mention" itemid="1">Bruno Costa</span>'
    )
    message = posted(company, text, entities=entities, attachments=[{"contentType": "text/html", "content": html}])
    assert await taken(company, message)
    await prompted(company)
    (deal,) = await deals(company)
    assert (deal["rep"]["id"], deal["helped_by"]) == (ADA.person, ["Bruno Costa"])
    assert await kept(company, Sighting.text) == ["just closed Northwind Dental for $45k with Bruno Costa"]


async def test_the_person_mentioned_as_the_closer_is_prompted(company: Company) -> None:
    text = "Congrats to <at>Bruno Costa</at> on closing Northwind Dental, $45k ARR!"
    assert await taken(company, posted(company, text, entities=[mention("Bruno Costa", BRUNO.user)]))
    await prompted(company, who=BRUNO)
    assert company.said() == []
    (deal,) = await deals(company)
    assert deal["rep"] == {"id": BRUNO.person, "name": "Bruno Costa"}


async def test_small_talk_leaves_no_row_and_no_log_line(
    company: Company, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    before = await rows(company)
    for text in ("lunch anyone? the burrito place has a queue", "did Northwind sign yet?", "if Northwind signs, 45k"):
        message = posted(company, text)
        assert not await taken(company, message)
        assert not await taken(company, changed(message, "editMessage", f"{text} :)"))
        assert not await taken(company, changed(message, "softDeleteMessage"))
    assert await rows(company) == before
    assert [path for _, path in company.teams.requests if "conversations" in path] == []
    out, err = capsys.readouterr()
    assert not any(word in out + err + caplog.text for word in ("burrito", "Northwind"))


async def test_a_repeated_activity_and_a_repeated_report_are_one_deal(company: Company) -> None:
    message = posted(company)
    await taken(company, message)
    await taken(company, message)
    await taken(company, posted(company, "Northwind Dental signed, $45k!", who=BRUNO))
    await prompted(company)
    assert len(await deals(company)) == 1
    assert len(company.said()) == 1
    assert company.said(BRUNO) == []


async def test_each_edit_updates_the_deal(company: Company) -> None:
    message = posted(company)
    await taken(company, message)
    for amount in ("48k", "52k"):
        edit = changed(message, "editMessage", f"Just closed Northwind Dental! ${amount} ARR")
        assert await taken(company, edit)
        assert await taken(company, edit)
        (deal,) = await deals(company)
        assert deal["amount"].startswith(amount[:2])
    assert [entry["action"] for entry in deal["timeline"]] == ["heard", "message_edited", "message_edited"]


async def test_an_edit_can_report_a_deal(company: Company) -> None:
    message = posted(company, "Just had lunch")
    assert not await taken(company, message)
    assert await taken(company, changed(message, "editMessage", WIN))
    await prompted(company)


async def test_deleting_a_message_raises_doubt_and_restoring_it_removes_it(company: Company) -> None:
    message = posted(company)
    await taken(company, message)
    assert not await taken(company, changed(message, "softDeleteMessage"))
    assert await kept(company, Deal.doubt) == ["deleted"]
    assert await taken(company, changed(message, "undeleteMessage", WIN))
    assert await kept(company, Deal.doubt) == [None]
    assert not await taken(company, changed(message, "softDeleteMessage", type="messageUpdate"))
    assert await kept(company, Deal.doubt) == ["deleted"]


@pytest.mark.parametrize("said", ["correction: 23k, not 45k", "typo, it's $23k"])
async def test_a_correction_in_a_reply(company: Company, said: str) -> None:
    message = posted(company)
    await taken(company, message)
    before = await kept(company, Sighting.text)
    assert not await taken(company, posted(company, said, who=BRUNO, answers=message["id"]))
    assert await taken(company, posted(company, said, answers=message["id"]))
    (deal,) = await deals(company)
    assert deal["amount"].startswith("23")
    assert await kept(company, Sighting.text) == before


async def test_the_quote_in_a_chat_reply_reports_nothing(company: Company) -> None:
    company.teams.chats.add(CHAT, "groupChat", ADA, BRUNO)
    message = in_chat(company)
    quote = (
        f'<blockquote itemtype="http://schema.skype.com/Reply" itemid="{message["id"]}"><strong>Ada Kemp</strong>'
        f'<p itemprop="preview">{WIN}</p></blockquote>'
    )
    assert not await taken(company, in_chat(company, f"Ada Kemp {WIN} congrats!", BRUNO, f"{quote}<p>congrats!</p>"))
    assert await deals(company) == []
    await taken(company, message)
    assert await taken(company, in_chat(company, f"Ada Kemp {WIN} typo, it's $23k", html=f"{quote}typo, it's $23k"))
    (deal,) = await deals(company)
    assert deal["amount"].startswith("23")


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        (ADAPTIVE, ADAPTIVE_CARD),
        (ADAPTIVE, json.dumps(ADAPTIVE_CARD)),
        (ADAPTIVE, COLUMNS_CARD),
        (O365, CONNECTOR_CARD),
        (HERO, {"title": "Deal won", "subtitle": "Northwind Dental", "text": "Amount: $45,000.00<br>Owner: Ada Kemp"}),
    ],
    ids=["facts", "as-text", "columns", "connector", "hero"],
)
async def test_an_apps_card_prompts_the_owner_that_it_names(
    company: Company, content_type: str, content: object
) -> None:
    assert await taken(company, posted(company, **card(content_type, content)))
    await prompted(company)
    (deal,) = await deals(company)
    assert (deal["customer"], deal["rep"]["id"]) == ("Northwind Dental", ADA.person)
    assert deal["amount"].startswith("45000")
    if content_type == O365:
        assert deal["record_url"] == "https://acme.lightning.force.com/r/006/view"


async def test_a_card_without_an_owner_prompts_the_installer_if_there_is_one(company: Company) -> None:
    nameless = {**CONNECTOR_CARD, "sections": [{"facts": CONNECTOR_CARD["sections"][0]["facts"][:3]}]}
    before = await rows(company)
    assert not await taken(company, posted(company, **card(O365, nameless)))
    assert await rows(company) == before

    await company.post(company.activity("installationUpdate", CARLA, channel=WINS, action="add"))
    await until(lambda: len(company.said(CARLA)) == 1)
    assert await taken(company, posted(company, **card(O365, nameless)))
    await until(lambda: len(company.said(CARLA)) == 2)
    (deal,) = await deals(company)
    assert deal["rep"]["id"] == CARLA.person
    assert await kept(company, Deal.owner_known) == [False]


async def test_an_ambiguous_owner_is_not_guessed(company: Company) -> None:
    company.teams.chats.all[WINS].members.append(
        Somebody("Ada Kemp", "29:other", "00000000-0000-4000-8000-0000000000d4")
    )
    assert not await taken(company, posted(company, **card(ADAPTIVE, ADAPTIVE_CARD)))
    assert await deals(company) == []


async def test_a_known_owner_need_not_be_in_the_channel(company: Company) -> None:
    company.teams.chats.all[WINS].members.remove(ADA)
    company.teams.chats.add(CHAT, "groupChat", ADA, BRUNO)
    await taken(company, in_chat(company, "Just closed Contoso Foods! $50k ARR"))
    await prompted(company, "Contoso Foods")
    assert await taken(company, posted(company, **card(ADAPTIVE, ADAPTIVE_CARD)))
    await prompted(company)


async def test_an_excluded_channel_is_ignored(company: Company) -> None:
    def excluded(session: Session) -> None:
        who = Caller("teams", TENANT, ADA.person, "")
        channels.choose_purpose(session, PurposeChosen(who, WINS, Purpose.EXCLUDED), company.bot.clock.now())

    await company.bot.database.write(excluded)
    before = await rows(company)
    message = posted(company)
    assert not await taken(company, message)
    assert not await taken(company, changed(message, "editMessage", "Just closed Contoso! $50k ARR"))
    assert not await taken(company, posted(company, "correction: 40k, not 45k", answers=message["id"]))
    assert await rows(company) == before


@pytest.mark.parametrize(("name", "deals_heard"), [("Team Wins", 1), ("General", 0)])
async def test_in_a_wins_channel_a_short_post_is_enough(company: Company, name: str, deals_heard: int) -> None:
    created = {"eventType": "channelCreated", "channel": {"id": WINS, "name": name}}
    await company.post(company.activity("conversationUpdate", channel=WINS, channelData=created))
    await taken(company, posted(company, "Kestrel in, 45k"))
    assert len(await deals(company)) == deals_heard


async def test_the_installer_owns_the_channel_and_is_asked_what_it_is_for(company: Company) -> None:
    sales = "19:sales@thread.tacv2"
    picked = {"settings": {"selectedChannel": {"id": sales}}}
    install = company.activity("installationUpdate", CARLA, channel=WINS, action="add", channelData=picked)
    await company.post(install)
    assert [fixed_part("channel.invited") in text for text in company.said(CARLA)] == [True]
    await company.post({**install, "action": "add-upgrade", "id": "f:upgrade"})
    await company.post(company.activity("installationUpdate", BRUNO, action="add"))
    assert len(company.said(CARLA)) == 1
    assert company.said(BRUNO) == []

    assert await kept(company, Channel.external_id, Channel.keeper_id.is_not(None)) == [sales]
    assert await kept(company, Person.external_id, Person.id.in_(select(Channel.keeper_id))) == [CARLA.person]


async def test_the_message_extension_prefills_the_form_and_saves_the_deal(company: Company) -> None:
    payload = {
        "id": message_id(),
        "body": {
            "contentType": "html",
            "content": '<p>We <b>closed</b> Northwind Dental! $45k ARR <at id="0">Ada</at>',
        },
        "from": {"user": {"id": BRUNO.person, "displayName": "Bruno Costa"}},
        "attachments": [],
    }
    value = {"commandId": "closedDeal", "commandContext": "message", "messagePayload": payload}
    before = await rows(company)
    fetch = company.activity("invoke", channel=WINS, name="composeExtension/fetchTask", value=value)
    assert await company.post(fetch) == (200, {"customer": "Northwind Dental", "amount": "45000 USD"})
    assert await rows(company) == before

    value = {**value, "data": {"customer": "Northwind Dental", "amount": "48k USD"}}
    submit = company.activity("invoke", channel=WINS, name="composeExtension/submitAction", value=value)
    status, answer = await company.post(submit)
    assert (status, "Northwind Dental" in answer["said"]) == (200, True)
    assert (await company.post(submit))[0] == 200
    (deal,) = await deals(company)
    assert (deal["rep"]["id"], deal["stage"]) == (ADA.person, "open")

    empty = {**value, "data": {"customer": " ", "amount": ""}}
    submit = company.activity("invoke", channel=WINS, name="composeExtension/submitAction", value=empty)
    assert (await company.post(submit))[1]["task"]["type"] == "message"


@pytest.mark.parametrize(
    "broken",
    [
        {"attachments": "none"},
        {"attachments": [None, 1, {"contentType": 3}, {"contentType": ADAPTIVE, "content": "{" * 2000}]},
        {"attachments": [{"contentType": O365, "content": [1]}], "text": None},
        {"replyToId": {"a": 1}, "timestamp": 5, "channelData": {"eventType": ["x"]}, "type": "messageUpdate"},
        {"attachments": [{"contentType": "text/html", "content": "<blockquote><p>Just <at>closed <b" * 50}]},
    ],
)
async def test_malformed_messages_do_no_harm(company: Company, broken: Json) -> None:
    assert await company.post(posted(company, **broken)) == (200, None)


def test_html_is_read_without_quotes_and_struck_text() -> None:
    html = (
        "<div><div>Northwind &amp; Sons &lt;3 <emoji alt='🎉'></emoji></div>"
        "<blockquote itemtype='http://schema.skype.com/Reply' itemid='17'><p>Old <b>news</b></p></blockquote>"
        "<p><s>Acme</s><strong>signed</strong> with <at id='0'>Ada Kemp</at></p><table><tr><td>a</td><td>b</td></table>"
    )
    read = read_html(html, {"firstcall"})
    assert read.shown == "Northwind & Sons <3 🎉\nsigned with Ada Kemp\na b"
    assert read.marked == ("Northwind &amp; Sons &lt;3 🎉\n<b>signed</b> with <at>Ada Kemp</at>\na b")
    assert read.quotes == "17"


async def kept(company: Company, column: Any, *only: ColumnElement[bool]) -> list[Any]:
    """What stands in a column, of all rows."""

    def read(session: Session) -> list[Any]:
        return list(session.scalars(select(column).where(*only), execution_options={ALL_TENANTS: True}))

    return await company.bot.database.read(read)
