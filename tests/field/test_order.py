"""Messages, edits and deletions that arrive late or in the wrong order: the newest version of a message counts."""

from __future__ import annotations

import copy
import json
import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.teams.message_text import HTML
from handlers import retention
from handlers.detection import Post, flatten
from handlers.requests import Caller
from handlers.retention import EVENTS_KEPT
from handlers.team import channels
from handlers.team.channels import PurposeChosen
from handlers.workspace.channel_purpose import Purpose
from storage.models import Deal, MessageVersion
from storage.tenancy import ALL_TENANTS
from tests.sandbox.user_driver import ADA
from tests.slack.slack_driver import Office
from tests.slack.test_amendments import texts
from tests.slack.test_one_deal_once import app_posts, block_card
from tests.teams.listening_bot import changed, deals, posted
from tests.teams.teams_driver import Company, Json

WIN = "Just closed Northwind Dental! ${} ARR"
CHATTER = "Lunch at noon, anyone?"
pytestmark = [pytest.mark.both_databases]

reported = pytest.mark.reported


class Letterbox:
    """Slack's events about one message of Ada's in #wins, delivered in the order that a test wants."""

    def __init__(self, office: Office, channel: str) -> None:
        self.office, self.channel = office, channel
        self.team = office.sandbox.state.workspace.team_id
        self.ts = office.sandbox.state.clock.ts()
        self._seconds = int(float(self.ts))

    def message(self, text: str, edited: int | None = None, **more: Any) -> Json:
        body: Json = {"type": "message", "user": ADA, "text": text, "ts": self.ts, "team": self.team, **more}
        return body if edited is None else {**body, "edited": {"user": ADA, "ts": f"{self._seconds + edited}.000000"}}

    def posted(self, text: str, **more: Any) -> Json:
        return self._envelope({**self.message(text, **more), "event_ts": self.ts})

    def edited(self, text: str, after: int, before: str = "", **more: Any) -> Json:
        """The event of an edit, so many seconds after the message."""
        event = {"subtype": "message_changed", "message": self.message(text, after, **more), "hidden": True}
        event["previous_message"] = self.message(before or WIN.format("45k"))
        return self._changed(event, after)

    def rewritten(self, message: Json, previous: Json, after: int) -> Json:
        """A change that is no edit by a person: an app rewrote its card, or Slack added the preview of a link."""
        return self._changed(
            {"subtype": "message_changed", "message": message, "previous_message": previous, "hidden": True}, after
        )

    def deleted(self, text: str, after: int) -> Json:
        event = {"subtype": "message_deleted", "deleted_ts": self.ts, "previous_message": self.message(text)}
        return self._changed(event, after)

    def _changed(self, event: Json, after: int) -> Json:
        at = f"{self._seconds + after}.000900"
        return self._envelope({"type": "message", "ts": at, "event_ts": at, **event})

    def _envelope(self, event: Json) -> Json:
        return {
            "type": "event_callback",
            "team_id": self.team,
            "api_app_id": self.office.sandbox.state.workspace.app_id,
            "event_id": f"Ev{secrets.token_hex(6).upper()}",
            "authorizations": [{"team_id": self.team, "user_id": "U0FIRSTCAL", "is_bot": True}],
            "event": {**event, "channel": self.channel, "channel_type": "channel"},
        }

    async def deliver(self, *envelopes: Json) -> None:
        for each in envelopes:
            answer = await self.office.people.post("deliver", body=json.dumps(each))
            assert answer["status"] == 200, answer

    async def amounts(self) -> list[str]:
        return [str(deal["amount"]) for deal in await self.office.export()]


@pytest.fixture
async def slack(office: Office) -> AsyncIterator[Letterbox]:
    yield Letterbox(office, await office.people.channel_id("wins"))
    office.sandbox.state.log.clear()  # Slack has no permalinks for messages that only the test knows


async def doubts(office: Office | Company) -> list[str | None]:
    def read(session: Session) -> list[str | None]:
        return list(session.scalars(select(Deal.doubt), execution_options={ALL_TENANTS: True}))

    return await office.bot.database.read(read)


async def versions(office: Office | Company) -> int:
    def read(session: Session) -> int:
        return len(session.scalars(select(MessageVersion), execution_options={ALL_TENANTS: True}).all())

    return await office.bot.database.read(read)


# --- Slack ------------------------------------------------------------------------------------------------------


@reported("vellum-ai/vellum-assistant#42450", "slackapi/bolt-python#668")
async def test_a_retried_message_does_not_undo_its_edit(slack: Letterbox) -> None:
    await slack.deliver(slack.edited(WIN.format("54k"), 30), slack.posted(WIN.format("45k")))
    assert await slack.amounts() == ["54000.00"]
    assert await texts(slack.office) == [WIN.format("54k")]


@reported("vellum-ai/vellum-assistant#42450", "line/line-openapi#129")
@pytest.mark.parametrize("order", [(1, 0), (0, 1)], ids=["late", "in order"])
async def test_an_older_edit_does_not_undo_a_newer_one(slack: Letterbox, order: tuple[int, int]) -> None:
    edits = [slack.edited(WIN.format("48k"), 30), slack.edited(WIN.format("54k"), 60)]
    await slack.deliver(slack.posted(WIN.format("45k")), *(edits[at] for at in order))
    assert await slack.amounts() == ["54000.00"]


@reported("vellum-ai/vellum-assistant#42450")
async def test_two_edits_within_one_second_are_told_apart(slack: Letterbox) -> None:
    first, second = slack.edited(WIN.format("48k"), 30), slack.edited(WIN.format("54k"), 30)
    second["event"]["event_ts"] = second["event"]["event_ts"].replace(".000900", ".900000")
    await slack.deliver(slack.posted(WIN.format("45k")), second, first)
    assert await slack.amounts() == ["54000.00"]


@reported("vellum-ai/vellum-assistant#42450")
async def test_an_edit_within_the_second_of_the_message_is_newer_than_the_message(slack: Letterbox) -> None:
    await slack.deliver(slack.edited(WIN.format("54k"), 0), slack.posted(WIN.format("45k")))
    assert await slack.amounts() == ["54000.00"]


@reported("matrix-hacks/matrix-puppet-slack#75")
async def test_an_old_edit_to_something_else_raises_no_doubt(slack: Letterbox) -> None:
    await slack.deliver(slack.posted(WIN.format("45k")), slack.edited(WIN.format("54k"), 60), slack.edited(CHATTER, 30))
    assert await doubts(slack.office) == [None]


@reported("vellum-ai/vellum-assistant#42450")
async def test_a_retried_message_that_was_edited_to_something_else_is_no_deal(slack: Letterbox) -> None:
    await slack.deliver(slack.edited(CHATTER, 30), slack.posted(WIN.format("45k")))
    assert await slack.office.export() == []
    await slack.deliver(slack.edited(WIN.format("54k"), 60, before=CHATTER))
    assert await slack.amounts() == ["54000.00"]


@reported("vellum-ai/vellum-assistant#26813", "vellum-ai/vellum-assistant#26619")
@pytest.mark.parametrize("tombstone", [False, True])
async def test_a_retried_message_that_was_deleted_is_no_deal(slack: Letterbox, tombstone: bool) -> None:
    deleted = slack.deleted(WIN.format("45k"), 30)
    if tombstone:
        left = {"subtype": "tombstone", "ts": slack.ts, "text": "This message was deleted."}
        deleted = slack.rewritten(left, slack.message(WIN.format("45k")), 30)
    await slack.deliver(deleted, slack.posted(WIN.format("45k")), slack.edited(WIN.format("48k"), 20))
    assert await slack.office.export() == []
    assert await slack.office.dm() == []


@reported("vellum-ai/vellum-assistant#26813")
async def test_an_edit_that_arrives_after_the_deletion_does_not_settle_the_doubt(slack: Letterbox) -> None:
    await slack.deliver(
        slack.posted(WIN.format("45k")), slack.deleted(WIN.format("48k"), 60), slack.edited(WIN.format("48k"), 30)
    )
    assert await doubts(slack.office) == ["deleted"]
    assert await slack.amounts() == ["45000.00"]


@reported("typeclaw/typeclaw#49", "openshift/cluster-support-bot#4")
@pytest.mark.parametrize("text", ["Just closed a $45k deal!", WIN.format("45k")])
async def test_a_message_that_a_client_sent_twice_is_one_deal(slack: Letterbox, text: str) -> None:
    """Slack makes two messages of it, with two times, but one id of the client."""
    sent = {"client_msg_id": "5f2c1a9e-0000-4000-8000-00000000beef"}
    first = slack.posted(text, **sent)
    slack.ts = f"{float(slack.ts) + 20:.6f}"

    await slack.deliver(first, slack.posted(text, **sent), slack.posted("We also signed Tidal! $9k", client_msg_id="b"))

    assert sorted(await slack.amounts()) == ["45000.00", "9000.00"]


@reported("slackapi/bolt-python#731", "agno-agi/agno#10073")
async def test_small_talk_that_is_edited_and_deleted_leaves_no_version(slack: Letterbox) -> None:
    await slack.deliver(slack.edited("Dinner?", 30, before=CHATTER), slack.deleted(CHATTER, 60), slack.posted(CHATTER))
    assert await versions(slack.office) == 0


@reported("own trial: a deleted win in a channel that is not listened to")
async def test_an_excluded_channel_leaves_no_version(slack: Letterbox) -> None:
    office = slack.office
    await office.post("Just closed Contoso Foods! $10k ARR", channel="#general")

    def exclude(session: Session) -> None:
        who = Caller("slack", office.sandbox.state.workspace.team_id, ADA, "")
        channels.choose_purpose(session, PurposeChosen(who, slack.channel, Purpose.EXCLUDED), office.bot.clock.now())

    await office.bot.database.write(exclude)
    before = await versions(office)
    await slack.deliver(slack.deleted(WIN.format("45k"), 30), slack.edited(CHATTER, 20))
    assert await versions(office) == before


@reported("own trial: versions are needed no longer than events are redelivered")
async def test_versions_are_deleted_after_the_retention_time(slack: Letterbox) -> None:
    await slack.deliver(slack.posted(WIN.format("45k")))
    assert await versions(slack.office) == 1
    later = slack.office.bot.clock.now() + EVENTS_KEPT * 2
    await slack.office.bot.database.write(lambda session: retention.delete_expired(session, later))
    assert await versions(slack.office) == 0
    assert await slack.amounts() == ["45000.00"]


# --- cards that are rewritten -----------------------------------------------------------------------------------


@reported("NousResearch/hermes-agent#89908", "os/slacker#58")
@pytest.mark.parametrize("shape", ["blocks", "attachments"])
async def test_a_card_rewritten_under_the_same_fallback_text_is_read_again(office: Office, shape: str) -> None:
    def content(amount: str) -> Json:
        if shape == "blocks":
            return block_card("Northwind Dental", amount, "Ada Kemp")
        fields = {"Account": "Northwind Dental", "Stage": "Closed Won", "Amount": amount, "Owner": "Ada Kemp"}
        listed = [{"title": name, "value": value, "short": True} for name, value in fields.items()]
        return {"attachments": [{"fallback": "Deal update", "pretext": "A deal was won", "fields": listed}]}

    message = await app_posts(office, "Deal update", **content("$10,000.00"))
    assert [deal["amount"] for deal in await office.export()] == ["10000.00"]
    letterbox = Letterbox(office, message["channel"])
    letterbox.ts = message["ts"]
    rewritten = {name: value for name, value in copy.deepcopy(message).items() if name not in ("channel", "edited")}
    rewritten |= content("$64,000.00")
    await letterbox.deliver(letterbox.rewritten(rewritten, message, 30))
    assert await letterbox.amounts() == ["64000.00"]
    await letterbox.deliver(letterbox.rewritten(message | content("$20,000.00"), message, 20))
    assert await letterbox.amounts() == ["64000.00"]


@reported("langchain-ai/open-swe#2287")
async def test_the_preview_of_a_link_is_no_edit(slack: Letterbox) -> None:
    text = WIN.format("45k") + " <https://news.example/kite>"
    preview = {
        "from_url": "https://news.example/kite",
        "title": "Kite raises $99 million",
        "text": "Closed: $99,000,000",
    }
    await slack.deliver(
        slack.posted(text),
        slack.rewritten(slack.message(text, attachments=[preview]), slack.message(text), 5),
        slack.edited(text.replace("45k", "54k"), 60, before=text, attachments=[preview]),
    )
    assert await slack.amounts() == ["54000.00"]
    assert "million" not in str(await texts(slack.office))


@reported("openclaw/openclaw#9963", "NousResearch/hermes-agent#96384")
def test_previews_and_forwarded_messages_are_not_the_authors_words() -> None:
    other = {"text": "Just closed Kite! $99k"}
    shares = [{**other, flag: True} for flag in ("is_share", "is_msg_unfurl")] + [{**other, "from_url": "https://x"}]
    assert flatten(Post("Well done!", attachments=shares)) == "Well done!"


# --- Teams ------------------------------------------------------------------------------------------------------


def at(message: Json, minute: int, event_type: str, text: str | None = None) -> Json:
    """What happened to the message at that minute."""
    stamps = {"timestamp": f"2026-03-02T12:{minute:02}:00.1234567Z"}
    return changed(message, event_type, text, id=message["id"], **stamps)


async def deliver(company: Company, *activities: Json) -> None:
    for each in activities:
        status, _ = await company.post(each)
        assert status == 200


@reported("vellum-ai/vellum-assistant#42450")
@pytest.mark.parametrize("order", [(1, 0, 2), (1, 2, 0), (2, 1, 0), (0, 2, 1), (2, 0, 1)], ids=str)
async def test_the_newest_version_of_a_teams_message_counts(company: Company, order: tuple[int, ...]) -> None:
    message = posted(company, WIN.format("45k"))
    told = [
        message,
        at(message, 1, "editMessage", WIN.format("48k")),
        at(message, 2, "editMessage", WIN.format("54k")),
    ]
    await deliver(company, *(told[each] for each in order))
    assert [deal["amount"] for deal in await deals(company)] == ["54000.00"]


@reported("vellum-ai/vellum-assistant#42450")
@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=str)
async def test_a_local_time_orders_the_edits_of_a_teams_message(company: Company, order: tuple[int, int]) -> None:
    message = posted(company, WIN.format("45k"))
    edits = [at(message, minute, "editMessage", WIN.format(said)) for minute, said in ((1, "48k"), (2, "54k"))]
    for edit in edits:
        stamp = edit.pop("timestamp")
        edit["localTimestamp"] = stamp.replace("T12", "T13").replace("Z", "+01:00")
    await deliver(company, message, *(edits[each] for each in order))
    assert [deal["amount"] for deal in await deals(company)] == ["54000.00"]


@reported("vellum-ai/vellum-assistant#26813")
@pytest.mark.parametrize("says_what", [True, False], ids=["with its text", "without text"])
async def test_a_retried_teams_message_that_was_deleted_is_no_deal(company: Company, says_what: bool) -> None:
    message = posted(company, WIN.format("45k"))
    deletion = at(message, 2, "softDeleteMessage")
    if not says_what:
        deletion |= {"text": None, "attachments": None}
    await deliver(company, deletion, message, at(message, 1, "editMessage", WIN.format("48k")))
    assert await deals(company) == []
    await deliver(company, at(message, 3, "undeleteMessage", WIN.format("48k")))
    assert [deal["amount"] for deal in await deals(company)] == ["48000.00"]


@reported("vellum-ai/vellum-assistant#26813")
async def test_a_deletion_before_the_message_was_restored_raises_no_doubt(company: Company) -> None:
    message = posted(company, WIN.format("45k"))
    restored = at(message, 2, "undeleteMessage", WIN.format("45k"))
    await deliver(company, message, restored, at(message, 1, "softDeleteMessage"))
    assert await doubts(company) == [None]


@reported("NousResearch/hermes-agent#89908")
async def test_a_teams_card_rewritten_under_the_same_text_is_read_again(company: Company) -> None:
    def card(amount: str) -> list[Json]:
        facts = {"Account": "Northwind Dental", "Stage": "Closed Won", "Amount": amount, "Owner": "Ada Kemp"}
        body = [
            {"type": "TextBlock", "text": "Opportunity Closed Won"},
            {"type": "FactSet", "facts": [{"title": name, "value": value} for name, value in facts.items()]},
        ]
        content = {"type": "AdaptiveCard", "body": body}
        html = {"contentType": HTML, "content": "<p>Deal update</p>"}
        return [html, {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}]

    message = posted(company, "Deal update", attachments=card("$10,000.00"))
    message["from"] = {"id": "28:workflows", "name": "Workflows"}
    edit = {**at(message, 1, "editMessage"), "attachments": card("$64,000.00")}
    await deliver(company, message, edit)
    assert [deal["amount"] for deal in await deals(company)] == ["64000.00"]
