"""What people write to the bot, the commands, and the lists that answer them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.interactions import commands
from bot.ui.ids import ActionId, ViewId
from bot.views.card import progress_line
from handlers.call import card_actions, deal_commands, deal_search
from handlers.call.deal_search import LIST_LENGTH, DealSearch
from handlers.detection import Decision
from handlers.errors import NotNowError
from handlers.method.reminders_due import Kind
from handlers.method.stages import Stage
from handlers.method.statements import Progress
from handlers.requests import DealRequest
from handlers.screens.call import ListScreen, RecapScreen, RecordScreen, ReopenScreen
from handlers.screens.deals import DealCard, DealChoice, LostQuestion
from handlers.team import channels
from handlers.team.channels import SummaryChannel
from prompts.wording import Wording
from storage.database import Database
from storage.models import Base
from storage.tenancy import ALL_TENANTS
from tests.field.test_order import Letterbox
from tests.handlers.world import ANNA, BEN, WINS, World
from tests.sandbox.user_driver import ADA, BOT, BRUNO, MARIT, Json
from tests.slack.slack_driver import Office
from tests.slack.test_undelivered import home
from tests.slack.test_undelivered import tap as tap_home
from tests.teams.teams_driver import Company, until
from tests.teams.test_activity_handler import card, press, say, won
from tests.wording import fixed_part, wording

reported = pytest.mark.reported


@pytest.fixture
def world(database: Database) -> World:
    """An empty workspace, on a Monday at noon UTC."""
    return World(database)


# --- what people write to the bot on Slack ---


async def writes(office: Office, text: str, who: str = ADA) -> Json:
    """Write to the bot; gives its answer."""
    before = len(await office.dm(who))
    await office.post(text, who=who, channel=BOT)
    return (await office.dms(before + 1, who))[-1]


@reported("integrations/slack#348", "LAION-AI/Open-Assistant#632", "langgenius/dify-official-plugins#1679")
@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("help", "help"),
        ("Hello!", "greeting"),
        ("hi there", "greeting"),
        ("thanks :+1:", "thanks"),
        ("Thank you!", "thanks"),
        ("what can you do?", "other"),
        ("When do I have to call them, and what should I say to somebody who has changed their mind?", "other"),
        ("👋", "help"),
    ],
)
async def test_what_is_no_command_is_answered_with_the_next_step(office: Office, text: str, tone: str) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")
    answer = await writes(office, text)
    assert f"{wording(f'hello.{tone}')} {wording('hello.next')}" in answer["text"]
    for name in ("won", "next", "list"):
        assert fixed_part(f"help.{name}") in str(answer["blocks"])
    await office.tap(answer, ActionId.CARD_GO_ON)
    assert (await office.view())["callback_id"] == ViewId.CHECKLIST


@reported("LAION-AI/Open-Assistant#632")
async def test_somebody_without_a_deal_is_told_how_to_begin(office: Office) -> None:
    answer = await writes(office, "hello", who=BRUNO)
    assert wording("hello.nothing") in answer["text"]
    await office.tap(answer, ActionId.COMMAND_RUN, who=BRUNO)
    await office.card(wording("help.title"), who=BRUNO)


@reported("RasaHQ/rasa#3882", "howdyai/botkit#473", "slackapi/python-slack-sdk#1487")
async def test_a_repeated_event_is_answered_once_and_nobody_but_a_person_is(office: Office) -> None:
    letters = Letterbox(office, (await writes(office, "thanks"))["channel"])
    for event in (letters.posted("hello"), letters.posted("hello", bot_id="B0OTHER"), letters.edited("hello", 5)):
        for _ in range(2):
            await letters.deliver(event)
    await office.post("hello", channel="#wins")
    await office.people.idle()
    assert [wording("hello.greeting") in message["text"] for message in await office.dms(2)] == [False, True]


@reported("own trial: the database after a question to the bot")
async def test_nothing_of_what_was_written_is_stored(office: Office) -> None:
    await writes(office, "what about zanzibar?")

    def everything(session: Any) -> str:
        tables = Base.metadata.sorted_tables
        return str(
            [
                tuple(row)
                for table in tables
                for row in session.execute(table.select(), execution_options={ALL_TENANTS: True})
            ]
        )

    stored = await office.bot.database.read(everything)
    assert "said:post:" in stored
    assert "zanzibar" not in stored


@reported("hubotio/hubot-help#48", "ubclaunchpad/rocket2#132")
async def test_a_command_written_as_a_message_is_run(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")
    assert "Northwind Dental" in str((await writes(office, "list"))["blocks"])
    for text, tap, view in (
        ("next", ActionId.CARD_GO_ON, ViewId.CHECKLIST),
        ("show northwind", ActionId.CARD_RECORD, ViewId.RECORD),
        ("snooze northwind", ActionId.SNOOZE_OTHER, ViewId.SNOOZE),
    ):
        await office.tap(await writes(office, text), tap)
        assert (await office.view())["callback_id"] == view
    assert fixed_part("snooze.done") in (await writes(office, "snooze northwind tomorrow 10"))["text"]
    assert "10:00" in str((await writes(office, "call northwind tomorrow 10"))["blocks"])
    assert fixed_part("refusal.nothing_fits") in (await writes(office, "show fabrikam"))["text"]


@reported("own trial: a win that begins like a command")
async def test_a_win_that_begins_like_a_command_is_heard(office: Office) -> None:
    await office.post("call it: we just signed Northwind Dental, $45k ARR!", channel=BOT)
    await office.card("Northwind Dental")
    assert [deal["customer"] for deal in await office.export()] == ["Northwind Dental"]


@reported("own trial: short questions and signs")
@pytest.mark.parametrize("text", ["how are you", "how do I list my deals", "?", "a", "ok", "the"])
async def test_small_talk_is_neither_a_typo_nor_a_customer(office: Office, text: str) -> None:
    await office.post("Just closed Northern Anchor! $45k ARR")
    await office.card("Northern Anchor")
    answer = await writes(office, text)
    assert wording("hello.next") in answer["text"]


# --- and on Teams ---


@reported("own trial: a win that begins like a command")
async def test_on_teams_a_win_that_begins_like_a_command_is_heard(company: Company) -> None:
    await company.post(company.activity(text="call it: we just signed Kestrel Foods, $45k ARR!"))
    await card(company, wording("card.title_open", customer="Kestrel Foods"))


@reported("LAION-AI/Open-Assistant#632", "hubotio/hubot-help#48")
@pytest.mark.parametrize(
    ("text", "tone"), [("help", "help"), ("hi", "greeting"), ("thank you", "thanks"), ("what can you do?", "other")]
)
async def test_on_teams_it_is_answered_alike(company: Company, text: str, tone: str) -> None:
    await company.post(company.activity(text="hello"))
    await until(lambda: wording("teams.introduction").split("\n")[0] in str(company.said()))
    await won(company)
    answer = await say(company, text)
    assert wording(f"hello.{tone}") in answer.text
    assert "Northwind Dental" in answer.text
    assert answer.button(wording("card.start"))
    everything = await press(company, answer, wording("hello.all"))
    assert wording("help.title") in everything.text


# --- commands ---


@reported("nerdland-unofficial-fans/nerdlandbot#178", "UQComputingSociety/uqcsbot-slack#471")
async def test_did_you_mean_has_buttons_that_do_it(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")
    answer = await writes(office, "shwo northwind")
    assert wording("help.meant", typed="shwo") in answer["text"]
    await office.tap(answer, ActionId.COMMAND_RUN)
    assert (await office.view())["callback_id"] == ViewId.RECORD
    await office.tap(await writes(office, "lst"), ActionId.COMMAND_RUN)
    await office.until(lambda found: "Northwind Dental" in str(found[-1]["blocks"]), office.dm)


@reported("nerdland-unofficial-fans/nerdlandbot#178")
async def test_on_teams_did_you_mean_has_buttons_that_do_it(company: Company) -> None:
    await won(company)
    asked = await say(company, "lst")
    assert "Northwind Dental" in (await press(company, asked, "list")).text


@reported("naschorr/hawking#5", "python-discord/sir-lancebot#1064", "own trial: /firstcall summary")
@pytest.mark.parametrize("channel", ["#wins", BOT])
async def test_every_command_that_help_names_works_alone(office: Office, channel: str) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")
    named = commands.VERBS - {""}
    listed = await office.command("/firstcall help")
    for verb in sorted(named):
        assert verb == "help" or fixed_part(f"help.{verb}") in listed
        answer = await office.command(f"/firstcall {verb}", channel=channel)
        assert fixed_part("help.unknown") not in answer, verb
        for view in await office.views():
            await office.people.post("views/close", as_=ADA, view_id=view["id"])


@reported("bitbot-irc/bitbot#133", "own trial: /firstcall northwind")
async def test_a_customers_name_alone_lists_the_deal(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR")
    await office.card("Northwind Dental")
    answer = await office.command("/firstcall northwind")
    assert ActionId.CARD_GO_ON in answer
    assert fixed_part("help.unknown") not in answer


@reported("own trial: a time for one of several customers")
async def test_a_choice_of_customers_keeps_the_time(office: Office) -> None:
    for name in ("Northwind Dental", "Northwind Freight"):
        await office.post(f"Just closed {name}! $45k ARR")
    await office.dms(2)
    await office.tap(await writes(office, "call northwind tomorrow 10"), ActionId.COMMAND_RUN)
    view = await office.view()
    assert view["callback_id"] == ViewId.SCHEDULED
    assert "10:00" in str(view["blocks"])


def search(world: World, typed: str = "") -> DealSearch:
    return DealSearch(world.caller(event=""), typed)


@reported("own trial: lost harbor")
def test_a_lost_deal_is_asked_about_and_can_be_brought_back(world: World) -> None:
    deal = world.a_deal("Harbor Point Hotels")
    question = world.do(deal_commands.ask_lost, search(world, "harbor"))
    assert isinstance(question, LostQuestion)
    assert world.actions(deal) == ["heard"]
    for event in ("tap", "tap"):  # a second delivery changes nothing
        assert world.do(card_actions.lose, DealRequest(world.caller(event=event), deal)).deal.stage is Stage.LOST
    assert world.actions(deal) == ["heard", "lost"]
    assert not world.queued(Kind.CALL)
    undone = world.do(deal_commands.show_undo, search(world))
    assert isinstance(undone, DealCard)
    assert world.do(card_actions.confirm, DealRequest(world.caller(), deal)).deal.stage is Stage.OPEN


@reported("own trial: lost harbor")
def test_a_suspected_deal_that_is_lost_is_dismissed_and_a_finished_one_stays(world: World) -> None:
    suspected = world.a_deal("Harbor Point Hotels", decision=Decision.MAYBE)
    assert world.do(card_actions.lose, DealRequest(world.caller(), suspected)).deal.stage is Stage.DISMISSED
    aligned = world.an_aligned_deal("Fabrikam")
    assert world.do(card_actions.lose, DealRequest(world.caller(), aligned)).deal.stage is Stage.LOST
    with pytest.raises(NotNowError, match="not_at_this_stage"):
        world.do(deal_commands.ask_lost, search(world, "fabrikam"))


@reported("own trial: recap, brief, log and undo without a name")
def test_commands_lead_to_the_deal_for_which_they_make_sense(world: World) -> None:
    world.a_deal("Northwind Dental")
    aligned = world.an_aligned_deal("Fabrikam")
    assert isinstance(world.do(deal_commands.show_recap, search(world)), RecapScreen)
    assert isinstance(world.do(deal_commands.log_correction, search(world)), ReopenScreen)
    brief = world.do(deal_commands.show_brief, search(world))
    assert "Northwind" in str(brief)
    world.send_recap(aligned)
    assert isinstance(world.do(deal_commands.show_recap, search(world, "fabrikam")), RecordScreen)
    world.capture(world.a_deal("Contoso"))
    assert isinstance(world.do(deal_commands.show_undo, search(world)), ListScreen)
    choice = world.do(deal_commands.ask_lost, search(world))
    assert isinstance(choice, DealChoice)
    assert {deal.customer for deal in choice.deals} == {"Northwind Dental", "Fabrikam", "Contoso"}


# --- lists ---


@reported("own trial: the Home tab of somebody with 50 deals")
def test_what_needs_the_person_comes_first_and_nothing_is_out_of_reach(world: World) -> None:
    done = world.an_aligned_deal("Fabrikam")
    world.send_recap(done)
    for number in range(3 * LIST_LENGTH):
        world.advance(minutes=1)
        world.a_deal(f"Customer {number:02}", decision=Decision.MAYBE if number % 10 == 0 else Decision.SURE)
    seen: list[str] = []
    for page in (1, 2, 3, 4):
        found = world.do(deal_search.my_deals, DealSearch(world.caller(event=""), page=page))
        assert (found.page, found.pages, found.total) == (page, 4, 3 * LIST_LENGTH + 1)
        seen += [card.deal.customer for card in found.deals]
    assert seen[:3] == ["Customer 00", "Customer 10", "Customer 20"]
    assert (seen[-1], len(set(seen))) == ("Fabrikam", 3 * LIST_LENGTH + 1)


@reported("own trial: the Home tab of somebody with 50 deals")
async def test_a_long_list_is_turned_page_by_page(office: Office) -> None:
    for number in range(LIST_LENGTH + 2):
        await office.command(f"/firstcall won Customer {number:02} $5k")
    await office.dms(LIST_LENGTH + 2)
    answer = await writes(office, "list")
    assert "Customer 11" not in str(answer["blocks"])
    await office.tap(answer, ActionId.DEALS_PAGE)
    (turned,) = await office.until(
        lambda found: len(found) == 1 and "Customer 11" in str(found),
        lambda: _standing(office, answer["ts"]),
    )
    assert "Customer 00" not in str(turned["blocks"])
    assert wording("deals.earlier") in str(turned["blocks"])


@reported("own trial: the Home tab of somebody with 50 deals")
async def test_the_home_tab_is_turned_page_by_page(office: Office) -> None:
    for number in range(LIST_LENGTH + 2):
        await office.command(f"/firstcall won Customer {number:02} $5k")
    blocks = await home(office, ADA, "Customer 00")
    assert "Customer 11" not in str(blocks)
    await tap_home(office, blocks, ActionId.HOME_ALL, who=ADA)
    await office.until(
        lambda shown: "Customer 11" in str(shown) and "Customer 01" not in str(shown),
        lambda: office.people.get("home", as_=ADA),
    )


async def _standing(office: Office, ts: str) -> list[Json]:
    return [message for message in await office.dm() if message["ts"] == ts]


# --- whose word counts for a channel ---


@reported("own trial: summary here by somebody in another zone")
async def test_only_a_channels_manager_or_an_admin_moves_its_wins(office: Office) -> None:
    """Marit manages #wins. Bruno works in another zone, and Ada is an admin."""
    people = office.sandbox.state.workspace.people
    people[BRUNO].tz, people[ADA].is_admin = "America/Los_Angeles", True
    assert "Europe/Berlin" in await office.command("/firstcall summary here", who=MARIT)
    refused = wording("refusal.not_manager", manager=f"<@{MARIT}>")
    for asked in ("summary here", "summary off"):
        assert refused in await office.command(f"/firstcall {asked}", who=BRUNO)
    places = await office.command("/firstcall summary", who=BRUNO)
    assert wording("places.off") in places
    assert "Europe/Berlin" in places
    assert "Europe/Berlin" in await office.command("/firstcall summary here", who=ADA)
    assert fixed_part("settled.summary_off") in await office.command("/firstcall summary off", who=MARIT)


@reported("own trial: summary here by somebody in another zone")
def test_the_zone_of_the_wins_is_the_teams(world: World) -> None:
    for person, zone in ((ANNA, "Europe/Berlin"), (BEN, "America/New_York")):
        request = SummaryChannel(world.caller(person, zone=zone), WINS)
        assert world.do(channels.start_summaries, request) == "Europe/Berlin"


# --- what a card says of its source and of the call ---


@reported("own trial: a card of a win told in a direct message")
async def test_a_win_told_to_the_bot_was_told_directly(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR", channel=BOT)
    shown = await office.card("Northwind Dental")
    assert wording("card.heard_direct", author=f"<@{ADA}>") in str(shown["blocks"])


@reported("own trial: a card of a win told in the personal chat")
async def test_on_teams_a_win_told_to_the_bot_was_told_directly(company: Company) -> None:
    await company.post(company.activity(text="Just closed Kestrel Foods! $45k ARR"))
    _, shown = await card(company, wording("card.title_open", customer="Kestrel Foods"))
    assert fixed_part("card.heard_direct") in shown.text


@reported("own trial: one statement")
@pytest.mark.parametrize(
    ("settled", "total", "key"),
    [(0, 1, "progress_one"), (1, 1, "progress_one_done"), (3, 3, "progress_done"), (1, 3, "progress")],
)
def test_the_progress_of_a_call_reads_as_english(settled: int, total: int, key: str) -> None:
    line = progress_line(Progress(settled, total), Wording())
    assert line == wording(f"card.{key}", settled=settled, total=total)
    assert "1 statements" not in line
