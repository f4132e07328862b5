"""Whose deal it is, whatever posted it; and look-ups and conversations that fail once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.ui.ids import ActionId
from handlers.intake.manual_report import read_report
from handlers.requests import Caller
from sandbox.teams.chats import ADA, BRUNO, CARLA
from sandbox.teams.faults import Fault
from sandbox.workspace import Person
from storage.models import OutboxRow
from storage.tenancy import ALL_TENANTS
from tests.field.test_order import Letterbox
from tests.sandbox.user_driver import ADA as ADA_ON_SLACK
from tests.sandbox.user_driver import BRUNO as BRUNO_ON_SLACK
from tests.sandbox.user_driver import MARIT, Json
from tests.slack.slack_driver import Office
from tests.slack.test_one_deal_once import app_posts, attachment
from tests.slack.test_undelivered import PAULA, home
from tests.teams.listening_bot import posted
from tests.teams.teams_driver import PATIENCE, WINS, Company, until
from tests.wording import fixed_part, wording

reported = pytest.mark.reported


async def states(company: Company) -> list[str]:
    """The states of the cards, once none is being sent."""

    def read(session: Session) -> list[str]:
        cards = select(OutboxRow.state).where(OutboxRow.kind == "card")
        return list(session.scalars(cards, execution_options={ALL_TENANTS: True}))

    async with asyncio.timeout(PATIENCE):
        while "claimed" in (found := await company.bot.database.read(read)):
            await asyncio.sleep(0.02)
    return found


# --- who the author is on Slack ---------------------------------------------------------------------------------


WIN = "Just closed Northwind Dental! $45k ARR"
WHOSE = wording("card.title_whose", customer="Northwind Dental")
YOU_CLOSED = wording("card.title_open", customer="Northwind Dental")
TOKEN = {"bot_profile": {"id": "B0NOTES", "app_id": "A0NOTES", "name": "Notes"}}


@reported("dust-tt/dust#5077", "anneschuth/claude-threads#526", "demisto/content#25913")
async def test_a_post_with_a_persons_token_is_the_persons(office: Office) -> None:
    await office.post(WIN, **TOKEN)
    card = await office.card(YOU_CLOSED)
    assert "Notes" not in str(card["blocks"])
    await office.post("correction: 23k, not 45k", **TOKEN)
    assert [deal["amount"] for deal in await office.export()] == ["23000.00"]


@reported("dust-tt/dust#5048", "slackapi/java-slack-sdk#846")
async def test_a_post_of_an_apps_own_user_is_not_the_users(office: Office) -> None:
    office.sandbox.state.workspace.people[BRUNO_ON_SLACK].is_bot = True
    await event(office, user=BRUNO_ON_SLACK, bot_id="B0NOTES", text=WIN)
    await office.card(WHOSE, who=MARIT)


@reported("litaio/lita-slack#103", "lyft/omnibot#90", "slackapi/bolt-js#794")
@pytest.mark.parametrize("subtype", [None, "bot_message"])
async def test_slackbot_is_nobodys_rep(office: Office, subtype: str | None) -> None:
    await event(office, user="USLACKBOT", text=WIN, subtype=subtype)
    await office.card(WHOSE, who=MARIT)
    assert [deal["rep"]["id"] for deal in await office.export()] == [MARIT]


@reported("slackapi/bolt-js#794")
async def test_slackbot_is_not_picked_as_the_rep(office: Office) -> None:
    office.sandbox.state.workspace.people["USLACKBOT"] = Person("USLACKBOT", "slackbot", "Slackbot")
    await office.post("Deal closed won: Northwind Dental, $45k. Owner: Slackbot")
    (deal,) = await office.export()
    assert deal["rep"]["id"] != "USLACKBOT"


@reported("kmaida/rota-slackbot#33", "Chainlit/chainlit#2844", "caipe-io/ai-platform-engineering#2193")
@pytest.mark.parametrize("fields", [{"bot_id": "B0WORKFLOW", "subtype": "bot_message"}, {"bot_id": None}, {}], ids=str)
async def test_without_a_person_the_channels_contact_is_asked(office: Office, fields: Json) -> None:
    await event(office, text=WIN, workflow_id="Wf1", **fields)
    await office.card(WHOSE, who=MARIT)


async def event(office: Office, **message: Any) -> None:
    """Deliver a message in #wins as Slack sends it."""
    letterbox = Letterbox(office, await office.people.channel_id("wins"))
    envelope = letterbox.posted("")
    fields = {name: value for name, value in message.items() if value is not None or name == "bot_id"}
    envelope["event"] = {**{n: v for n, v in envelope["event"].items() if n != "user"}, **fields}
    await letterbox.deliver(envelope)
    office.sandbox.state.log.clear()


# --- the win of a team ------------------------------------------------------------------------------------------

SHARED = [
    "the team signed Northwind Dental $45k",
    "The team just closed Northwind Dental, $45k!",
    "Our EMEA team landed Northwind Dental! $45k",
    "my reps closed Northwind Dental, $45k!",
    "Team North won Northwind Dental for $45k",
    "Northwind Dental closed by the team, $45k",
    "Northwind Dental was won by our Nordics team, $45k",
    "the entire crew brought home Northwind Dental for $45k",
    "Bruno's team closed Northwind Dental for $45k",
    "Ada Kemp and Bruno Costa closed Northwind Dental for $45k",
    "Bruno and I closed Northwind Dental for $45k",
    "My team just signed Northwind Dental, $45k!",
    "Bruno's team signed Northwind Dental, $45k",
]
PRAISED = [
    "Congrats to the team on closing Northwind Dental, $45k!",
    "Proud of the EMEA team: Northwind Dental signed, $45k",
    "Kudos to the enterprise pod: Northwind Dental closed, $45k",
    "Northwind Dental closed for $45k, all credit to the mid-market team",
]
ONE = [
    "we closed Northwind Dental, $45k!",
    "We signed Northwind Dental for $45k. Thanks to the team!",
    "Team, we closed Northwind Dental! $45k",
    "Hey team, just closed Northwind Dental for $45k",
    "Thanks to the team we just landed Northwind Dental, $45k",
    "The Northwind Dental team signed today! $45k",
    "The team at Northwind Dental signed! $45k",
    "I closed Northwind Dental with the team's help, $45k",
    "Northwind Dental signed, $45k! Kudos to the legal team",
    "Kudos to the team at Northwind Dental: they signed! $45k",
    "So proud of my team, we closed Northwind Dental, $45k",
]


@reported("own trial: a manager tells of the team's win")
@pytest.mark.parametrize("said", [*SHARED, *PRAISED])
async def test_whoever_reports_the_win_of_a_team_is_asked_whose_it_is(office: Office, said: str) -> None:
    await office.post(said, who=MARIT)
    card = await office.card(WHOSE, who=MARIT)
    assert [deal["rep"]["id"] for deal in await office.export()] == [MARIT]
    await office.tap(card, ActionId.CARD_OWNER, who=MARIT, value={"selected_user": BRUNO_ON_SLACK})
    await office.card(YOU_CLOSED, who=BRUNO_ON_SLACK)


@reported("own trial: a manager tells of the team's win")
async def test_two_people_who_are_mentioned_share_a_win(office: Office) -> None:
    text = f"<@{ADA_ON_SLACK}> and <@{BRUNO_ON_SLACK}> closed Northwind Dental! $45k ARR"
    await office.post(text, who=MARIT, raw=True)
    await office.card(WHOSE, who=MARIT)


@reported("own trial: a rep says we")
@pytest.mark.parametrize("said", ONE)
async def test_a_rep_who_says_we_is_not_asked_whose_it_is(office: Office, said: str) -> None:
    await office.post(said)
    await office.until(bool, office.dm)
    assert "card.title_whose" not in str(await office.dm())
    assert [deal["stage"] for deal in await office.export()] == ["open"]


@reported("own trial: a manager tells of the team's win in a command")
@pytest.mark.parametrize(
    "said", [*SHARED, "Northwind Dental $45k by the team", "Northwind Dental by our EMEA team $45k"]
)
def test_the_win_of_a_team_in_a_command(said: str) -> None:
    report = read_report(Caller("slack", "T1", "U1", "key"), said)
    assert (report.customer, report.amount, report.owner_known) == ("Northwind Dental", 45_000, False)


@reported("own trial: a customer that looks like two people")
@pytest.mark.parametrize(
    "customer", ["Smith & Sons", "Johnson & Johnson", "Baker and Hill", "The Team Building Company", "Crew & Co"]
)
def test_the_name_of_a_customer_is_no_team(customer: str) -> None:
    report = read_report(Caller("slack", "T1", "U1", "key"), f"{customer} $45k")
    assert (report.customer, report.owner_known) == (customer, True)


@reported("own trial: a manager tells of the team's win in a command")
async def test_a_command_about_the_win_of_a_team_asks_whose_it_is(office: Office) -> None:
    assert fixed_part("won.heard") in await office.command(
        "/firstcall won the team signed Northwind Dental $45k", MARIT
    )
    await office.card(WHOSE, who=MARIT)
    await office.post(WIN)
    await office.card(YOU_CLOSED)
    assert fixed_part("won.known") in await office.command("/firstcall won Northwind Dental $45k by the team", MARIT)
    assert [deal["rep"]["id"] for deal in await office.export()] == [ADA_ON_SLACK]


@reported("own trial: a manager tells of the team's win")
async def test_whoever_reports_the_win_of_a_team_on_teams_is_asked(company: Company) -> None:
    await company.post(posted(company, "The team just closed Northwind Dental, $45k!", who=CARLA))
    await until(lambda: any(WHOSE in said for said in company.said(CARLA)))


# --- look-ups that fail -----------------------------------------------------------------------------------------


@reported("onyx-dot-app/onyx#6588", "os/slacker#133")
@pytest.mark.parametrize("fault", [{"error": "fatal_error"}, {"error": "ratelimited", "status": 429}], ids=str)
async def test_a_short_win_is_not_lost_when_its_channel_cannot_be_looked_up(office: Office, fault: Json) -> None:
    await office.people.post("faults", errors={"conversations.info": {**fault, "count": 1}})
    await office.post("Kestrel Foods in, 45k")
    await office.until(bool, office.dm)
    assert [deal["customer"] for deal in await office.export()] == ["Kestrel Foods"]
    office.sandbox.state.log.clear()


@reported("dokun1/slackin-swift#3", "n8n-io/n8n#34743")
@pytest.mark.parametrize("method", ["users.list", "users.info"])
async def test_a_failed_look_up_of_people_is_no_answer_for_the_next_deal(office: Office, method: str) -> None:
    await office.people.post("faults", errors={method: {"error": "ratelimited", "count": 1}})
    await app_posts(office, **attachment("Northwind Dental", "$45,000.00", "Bruno Silva"))
    await app_posts(office, **attachment("Contoso Foods", "$20,000.00", "Bruno Silva"))
    await office.card(wording("card.title_open", customer="Contoso Foods"), who=BRUNO_ON_SLACK)
    office.sandbox.state.log.clear()


@reported("onyx-dot-app/onyx#6588")
async def test_a_failed_look_up_on_teams_is_no_answer_for_the_next_deal(company: Company) -> None:
    facts = {"Stage": "Closed Won", "Amount": "$45,000.00", "Owner": "Bruno Costa"}
    await company.post(company.activity(text="hello", who=CARLA))
    await company.post(company.activity("installationUpdate", CARLA, channel=WINS, action="add"))
    company.teams.faults.add(Fault(429, path="members", count=4))
    for customer in ("Northwind Dental", "Contoso Foods", "Kestrel Foods"):
        section = {"facts": [{"name": name, "value": value} for name, value in {"Account": customer, **facts}.items()]}
        card = {"title": "Opportunity Closed Won", "sections": [section]}
        content = {"contentType": "application/vnd.microsoft.teams.card.o365connector", "content": card}
        message = posted(company, "", attachments=[content])
        message["from"] = {"id": "28:workflows", "name": "Workflows"}
        await company.post(message)
    await until(lambda: any("Kestrel" in said for said in company.said(BRUNO)))


# --- a conversation that Teams refuses --------------------------------------------------------------------------


@reported("microsoft/botbuilder-python#2102", "microsoft/BotFramework-Services#352", "microsoft/botbuilder-js#4722")
@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, "ConversationNotFound"),
        (404, "NotFound"),
        (403, "BotNotInConversationRoster"),
        (403, "ForbiddenOperationException"),
    ],
)
async def test_a_refused_chat_is_opened_anew_for_the_card(company: Company, status: int, code: str) -> None:
    chat = company.chat()
    await company.post(company.activity(text="hello"))
    company.teams.faults.add(Fault(status, code, path=f"{chat.id}/activities"))
    await company.post(posted(company))
    await until(lambda: any("Northwind" in said for said in company.said()))
    assert await states(company) == ["sent"]


@reported("microsoft/BotFramework-Services#220", "MicrosoftDocs/msteams-docs#9425")
async def test_a_chat_with_a_new_id_is_found(company: Company) -> None:
    await company.post(company.activity(text="hello"))
    old = company.teams.chats.all.pop(company.chat().id)
    company.teams.chats.moved[ADA.user] = "a:1moved"
    await company.post(posted(company))
    await until(lambda: any("Northwind" in said for said in company.said()))
    assert (company.chat().id, len(old.messages)) == ("a:1moved", 1)


@reported("microsoft/BotFramework-Services#349")
async def test_a_card_is_posted_again_if_its_chat_is_gone(company: Company) -> None:
    message = posted(company)
    await company.post(message)
    await until(lambda: any("Northwind" in said for said in company.said()))
    company.teams.faults.add(Fault(404, "ConversationNotFound", path=company.chat().id))
    await company.post(posted(company, "correction: 23k, not 45k", answers=message["id"]))
    await until(lambda: len(company.said()) == 2)
    assert set(await states(company)) == {"sent"}


@reported("microsoft/botframework-sdk#6628", "microsoft/botframework-sdk#2231")
async def test_a_chat_that_stays_lost_for_a_while_is_tried_again_later(company: Company) -> None:
    await company.post(company.activity(text="hello"))
    company.teams.faults.add(Fault(404, "ConversationNotFound", path=f"{company.chat().id}/activities", count=2))
    await company.post(posted(company))
    await until(lambda: sum(path.endswith("/activities") for _, path in company.teams.requests) >= 2)
    assert await states(company) == ["queued"]


@reported("microsoft/botbuilder-python#2102")
async def test_an_answer_for_one_person_reaches_their_chat_when_it_was_refused(company: Company) -> None:
    await company.post(company.activity(text="hello", who=BRUNO))
    company.teams.faults.add(Fault(404, "ConversationNotFound", path=f"{company.chat(BRUNO).id}/activities"))
    mention = {"type": "mention", "text": "<at>FirstCall</at>", "mentioned": {"id": f"28:{company.teams.app_id}"}}
    asked = company.activity(text="<at>FirstCall</at> list", who=BRUNO, channel=WINS, entities=[mention])
    assert await company.post(asked) == (200, None)
    assert len(company.said(BRUNO)) == 2


# --- a rep who has left ----------------------------------------------------------------------------------------


@reported(
    "slackapi/python-slack-sdk#1156", "slackapi/bolt-js#2058", "mashabow/slack-rota#61", "F3-Nation/f3-nation#592"
)
@pytest.mark.parametrize("told", [True, False], ids=["user_change", "looked up"])
async def test_an_admin_learns_that_a_reminder_has_no_reader_any_more(office: Office, told: bool) -> None:
    """Slack takes a message to a deactivated account, and says nothing."""
    await office.post(WIN)
    await office.card("Northwind Dental")
    read = len(await office.dm())
    person = office.sandbox.state.workspace.people[ADA_ON_SLACK]
    person.deleted = True
    if told:
        user = {"id": person.id, "team_id": office.sandbox.state.workspace.team_id, "name": "ada", "deleted": True}
        letterbox = Letterbox(office, await office.people.channel_id("wins"))
        envelope = letterbox.posted("")
        envelope["event"] = {"type": "user_change", "user": {**user, "profile": {}}, "event_ts": letterbox.ts}
        await letterbox.deliver(envelope)

    await office.monday_morning(timedelta(days=1))

    def given_up(session: Session) -> list[str | None]:
        dead = select(OutboxRow.reason).where(OutboxRow.state == "dead")
        return list(session.scalars(dead, execution_options={ALL_TENANTS: True}))

    await office.until(bool, lambda: office.bot.database.read(given_up))
    assert "deactivated" in str(await home(office, PAULA, "deactivated"))
    assert len(await office.dm()) == read
