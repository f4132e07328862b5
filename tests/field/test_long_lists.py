"""More than fits: thousands of people, many wins, long names. Everything can still be found, and a cut list says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as settings_
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from bot.slack import blocks
from bot.slack.mrkdwn import SlackMarkup, split
from bot.teams.adaptive_cards import CardOptions, card_bytes, message_card
from bot.teams.card_text import TeamsMarkup
from bot.ui.clipping import clip
from bot.ui.components import ContextText, Message, Paragraph
from bot.ui.ids import ActionId
from bot.ui.texts import Texts
from bot.views import deal_lists, reminders
from bot.views import wins as wins_view
from handlers.intake import reported_deal
from handlers.intake.reports import DealReported
from handlers.method.reminders_due import Kind
from handlers.method.stages import Stage
from handlers.method.statements import AgreedCounts, Progress
from handlers.method.urgency import urgency
from handlers.requests import Caller
from handlers.screens.deals import DealCard, DealChoice, DealFacts, DealList, SourceMessage
from handlers.screens.reminders import Digest, Nudge
from handlers.screens.team import TeamScreen, Total, UndeliveredMessage, UndeliveredScreen, Win, WinSummary
from sandbox.teams.chats import ADA as TEAMS_ADA
from sandbox.teams.chats import CARLA
from storage import workspaces
from tests.teams.conftest import company, logged, settings, teams
from tests.teams.teams_driver import TENANT, WINS, Company, until
from tests.wording import wording

__all__ = ["company", "logged", "settings", "teams"]

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEAMS_LIMIT = 25_000
"""Bytes of a card."""

Json = dict[str, Any]


def people(session: Session, count: int) -> None:
    """So many colleagues whom the bot has met, and a few whose names are special."""
    workspaces.get_or_create_tenant(session, "teams", TENANT, NOW)
    workspaces.scope_to(session, "teams", TENANT)
    for number in range(count):
        person = workspaces.get_or_create_person(session, f"00000000-0000-4000-9000-{number:012d}", NOW)
        person.name = f"Person {number:04d} Lastname-Hyphenated"
    for ending, name, zone in (
        ("aa01", "Zoë Ångström", None),
        ("aa02", "Sam Lee", "Europe/Berlin"),
        ("aa03", "Sam  LEE", "America/New_York"),
        ("aa04", "Kim Park", None),
        ("aa05", "Kim Park", None),
        ("aa06", None, None),
    ):
        person = workspaces.get_or_create_person(session, f"00000000-0000-4000-9000-00000000{ending}", NOW)
        person.name, person.zone = name, zone


async def a_card(company: Company, saying: str = "Northwind") -> Json:
    """The last card that Ada has in her chat, once it says so."""

    def cards() -> list[Json]:
        messages = company.chat().messages.values()
        found = [each["attachments"][0]["content"] for each in messages if each.get("attachments")]
        return [card for card in found if saying in json.dumps(card)]

    await until(lambda: bool(cards()))
    return cards()[-1]


async def has_a_deal(company: Company, count: int, customer: str = "Northwind Dental") -> Json:
    """Ada's card of a deal, in a company of so many people."""
    await company.bot.database.write(people, count)
    await company.post(company.activity("installationUpdate", action="add"))
    report = DealReported(Caller("teams", TENANT, TEAMS_ADA.person, f"told:{customer}"), customer, None, None)
    await company.bot.database.write(reported_deal.record_reported, report, company.bot.clock.now())
    company.bot.scheduler.wake()
    return await a_card(company, customer)


def parts(holder: Any) -> Iterator[Json]:
    """Every object in a card."""
    if isinstance(holder, dict):
        yield holder
    for each in holder.values() if isinstance(holder, dict) else holder if isinstance(holder, list) else ():
        yield from parts(each)


def person_fields(card: Json) -> list[Json]:
    return [part for part in parts(card) if part.get("type") == "Input.ChoiceSet" and part.get("style") == "filtered"]


async def search(company: Company, typed: Any, **options: Any) -> list[Json]:
    """What Teams shows below the field of a person."""
    value = {"queryText": typed, "queryOptions": {"skip": 0, "top": 15, **options}, "dataset": "people"}
    status, answer = await company.post(company.activity("invoke", name="application/search", value=value))
    assert status == 200
    assert (answer["statusCode"], answer["type"]) == (200, "application/vnd.microsoft.search.searchResponse")
    results: list[Json] = answer["value"]["results"]
    assert all(each.keys() == {"title", "value"} and each["value"] for each in results)
    return results


@pytest.mark.reported("microsoft/AdaptiveCards#2251")
@pytest.mark.reported("microsoft/BotFramework-Services#228")
@pytest.mark.parametrize("count", [0, 250, 3_000])
async def test_a_deal_can_be_handed_to_anybody_however_many_they_are(company: Company, count: int) -> None:
    card = await has_a_deal(company, count)
    assert card_bytes(card) < TEAMS_LIMIT
    (field,) = person_fields(card)
    if not count:
        assert {"Sam Lee (Berlin)", "Zoë Ångström"} <= {each["title"] for each in field["choices"]}
        return
    assert field["choices.data"] == {"type": "Data.Query", "dataset": "people"}
    assert str(count + 6) in field["placeholder"]  # with Ada, and without the one who has no name
    # Teams takes what a search found for an empty field, if the field is required (microsoft/AdaptiveCards#8861).
    assert "isRequired" not in field

    (found,) = await search(company, f"0{count - 1:03d}"[-4:] if count < 1000 else f"{count - 1}")
    action = next(part for part in parts(card) if part.get("verb") == ActionId.CARD_OWNER)
    value = {"action": {"type": "Action.Execute", "data": {**action["data"], field["id"]: found["value"]}}}
    status, answer = await company.post(company.activity("invoke", name="adaptiveCard/action", value=value))
    assert (status, answer["statusCode"]) == (200, 200)
    assert found["title"] in json.dumps(answer)


@pytest.mark.reported("microsoft/AdaptiveCards#8861")
async def test_nobody_chosen_is_asked_about(company: Company) -> None:
    card = await has_a_deal(company, 250)
    (field,) = person_fields(card)
    action = next(part for part in parts(card) if part.get("verb") == ActionId.CARD_OWNER)
    for nothing in ({}, {field["id"]: ""}):
        value = {"action": {"type": "Action.Execute", "data": {**action["data"], **nothing}}}
        _, answer = await company.post(company.activity("invoke", name="adaptiveCard/action", value=value))
        assert wording("refusal.owner_missing") in json.dumps(answer)


@pytest.mark.reported("OfficeDev/Microsoft-Teams-Samples#258")
@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("zoe", ["Zoë Ångström"]),
        ("ANGSTROM", ["Zoë Ångström"]),
        ("lee sam", ["Sam LEE (New York)", "Sam Lee (Berlin)"]),
        ("kim", ["Kim Park (…aa04)", "Kim Park (…aa05)"]),
        ("person 0042", ["Person 0042 Lastname-Hyphenated"]),
        ("hyphen", ["Person 0000 Lastname-Hyphenated"]),
        ("nobody", []),
        ("x" * 5_000, []),
        ("%_*.[", []),
    ],
)
async def test_a_part_of_a_name_finds_a_person(company: Company, typed: str, first: list[str]) -> None:
    await company.bot.database.write(people, 250)
    found = [" ".join(each["title"].split()) for each in await search(company, typed)]
    assert found[: len(first)] == first
    assert bool(found) is bool(first)


@pytest.mark.reported("microsoft/AdaptiveCards#7686")
async def test_a_search_shows_fifteen_at_a_time(company: Company) -> None:
    """Teams shows no more, whatever it asks for."""
    await company.bot.database.write(people, 250)
    for top in (15, 100, 0, -1, "all", None, 1e300):
        assert len(await search(company, "person", top=top)) == 15
    second = await search(company, "person", skip=15)
    assert second[0]["title"].startswith("Person 0015")
    assert await search(company, "person", skip=250) == []
    for skip in (-1, "5", None, True, 1e300, 10**30):
        assert len(await search(company, "person", skip=skip)) == 15
    assert len(await search(company, "")) == 15
    for text in (None, 5, ["person"], {"a": 1}):
        assert len(await search(company, text)) == 15


@pytest.mark.reported("MicrosoftDocs/msteams-docs#8851")
async def test_a_search_that_is_not_the_bots_finds_nothing(company: Company) -> None:
    await company.bot.database.write(people, 20)
    for value in ({"queryText": "per", "dataset": "graph.microsoft.com/users"}, {}, {"dataset": "people "}, []):
        status, answer = await company.post(company.activity("invoke", name="application/search", value=value))
        assert (status, answer["value"]) == (200, {"results": []})


@pytest.mark.reported("microsoft/BotFramework-Services#228")
async def test_an_overview_of_many_deals_fits_into_a_card_and_says_when_it_does_not(company: Company) -> None:
    await has_a_deal(company, 300)
    for number in range(12):
        name = f"{number} " + "Überlange Bezeichnung der Gesellschaft " * 5
        report = DealReported(Caller("teams", TENANT, TEAMS_ADA.person, f"told:{number}"), name[:150], None, None)
        await company.bot.database.write(reported_deal.record_reported, report, company.bot.clock.now())
    for command in ("list", "home"):
        await company.post(company.activity(text=command))
        card = await a_card(company, "Bezeichnung")
        assert card_bytes(card) < TEAMS_LIMIT, command
        assert "more" in json.dumps(card["body"][-4:]).casefold(), command


@pytest.mark.reported("MicrosoftDocs/msteams-docs#1682")
async def test_a_name_that_two_members_have_is_asked_about(company: Company) -> None:
    """In a channel of 3,000 members, read page by page."""
    from sandbox.teams import server
    from sandbox.teams.chats import Person

    monkey = pytest.MonkeyPatch()
    monkey.setattr(server, "PAGE_SIZE", 500)
    members = [Person(f"Member N{n}", f"29:m{n}", f"00000000-0000-4000-a000-{n:012d}") for n in range(3_000)]
    twins = [Person("Sam Lee", f"29:t{n}", f"00000000-0000-4000-b000-{n:012d}") for n in range(2)]
    company.teams.chats.all[WINS].members += [*members, *twins]
    await company.post(company.activity("installationUpdate", CARLA, channel=WINS, action="add"))
    fields = [{"type": "TextBlock", "text": "Deal closed: Fabrikam, $12,000. Owner: Sam Lee"}]
    content = {"type": "AdaptiveCard", "body": fields}
    card = {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
    crm: Json = {"from": {"id": "28:crm", "name": "CRM"}, "attachments": [card], "text": ""}
    assert await company.post(company.activity(channel=WINS, **crm)) == (200, None)
    await until(lambda: any("Fabrikam" in said for said in company.said(CARLA)))
    monkey.undo()


# --- Slack ---

FAMILY, FLAG, SKIN, ACCENT = "👩‍👩‍👧‍👦", "🇩🇪", "👍🏽", "e\u0301"
WHOLE = [FAMILY, FLAG, SKIN, ACCENT, "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "한", "❤️", "1️⃣"]
"""What people see as one character, and a machine as several."""


def units(text: str) -> int:
    """UTF-16 code units, counted by the encoder."""
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.reported("openclaw/openclaw#96382")
@pytest.mark.reported("erikdarlingdata/PerformanceMonitor#3622")
@pytest.mark.parametrize("limit", [24, 75, 150])
def test_a_clip_counts_as_slack_counts(limit: int) -> None:
    for text in ("🦷" * limit, "a" + "🦷" * limit, "𝔘" * limit, "ab" * limit):
        clipped = clip(text, limit)
        assert units(clipped) <= limit
        assert units(clipped) >= limit - 1
        assert clipped.endswith("…")
    assert clip("🦷" * (limit // 2), limit) == "🦷" * (limit // 2)


@pytest.mark.reported("bitrix24/b24ui#364")
@pytest.mark.reported("d12frosted/vui.el#140")
@pytest.mark.parametrize("whole", WHOLE)
def test_a_clip_never_cuts_what_people_see_as_one(whole: str) -> None:
    for before in range(30):
        text = "a" * before + whole * 10
        for limit in range(2, 40):
            kept = clip(text, limit).removesuffix("…")
            assert kept.strip("a") in {whole * times for times in range(11)}
            assert len(split(text, limit)) == 1 or limit < units(whole) or "".join(split(text, limit)) == text


@pytest.mark.reported("bluesky-social/social-app#11568")
def test_a_letter_with_a_thousand_accents_is_cut() -> None:
    text = "e" + "\u0301" * 5_000
    assert units(clip(text, 75)) <= 75
    assert [units(part) <= 3_000 for part in split(text)] == [True, True]


MARKED = st.lists(
    st.sampled_from(["Dental ", "&amp;", "&lt;b&gt;", "<@U0ADAKEMP>", "<https://a.example/b?c|Read it> ", *WHOLE, "x"]),
    max_size=60,
).map("".join)


@pytest.mark.reported("grafana-cold-storage/oncall#5121")
@settings_(deadline=None, max_examples=200)
@given(MARKED, st.integers(60, 200))
def test_a_split_keeps_entities_links_and_emoji_whole(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")
    for part in parts:
        assert units(part) <= limit
        assert part.count("<") == part.count(">")
        assert part.count("&") == part.count(";")
        assert not part.startswith(("\u200d", "\u0301", "\ufe0f", "🏽"))


NAMES = ["Überlange Bezeichnung der Gesellschaft mit beschränkter Haftung " * 4, "&" * 200, "🦷" * 200, FAMILY * 25]


def facts(customer: str) -> DealFacts:
    return DealFacts(1, customer[:200], "$45,000", "year", Stage.OPEN, "U0ADAKEMP", None, (), None, True)


def deal(customer: str) -> DealCard:
    return DealCard(
        deal=facts(customer),
        source=SourceMessage("U0ADAKEMP", "C1", "1.1"),
        urgency=urgency(NOW, NOW, None),
        progress=Progress(1, 2),
        counts=AgreedCounts(1, 1),
        referral=None,
        recap_sent_at=None,
        doubt=None,
        call=None,
    )


def long_messages(texts: Texts, name: str) -> dict[str, Message]:
    """Every list, as full as it can be."""
    cards = tuple(deal(f"{n} {name}") for n in range(10))
    wins = tuple(Win(facts(f"{n} {name}"), AgreedCounts(12, 12), aligned=True) for n in range(40))
    week = WinSummary(NOW, NOW, wins, (Total("$45,000"), Total("EUR 12,000")))
    reason = f"the platform said: {name}"
    dead = tuple(UndeliveredMessage(n, "card", "U0ADAKEMP", None, reason[:255], NOW) for n in range(10))
    nudges = tuple(Nudge(each, Kind.PROMISE, wording=name * 2, days=3) for each in cards)
    return {
        "list": deal_lists.deal_list(DealList(cards, total=50, pages=7), texts),
        "home": deal_lists.app_home(DealList(cards, total=50), texts, UndeliveredScreen("revoked", dead, total=300)),
        "choice": deal_lists.deal_choice(DealChoice("", "call", tuple(facts(name) for _ in range(10))), texts),
        "digest": reminders.render(Digest(nudges, total=30), texts),
        "team": wins_view.team(TeamScreen(week, week), texts),
        "summary": wins_view.summary(week, texts),
    }


@pytest.mark.reported("slackapi/bolt-js#2094")
@pytest.mark.reported("thedaviddias/publish-release-info-action#55")
@pytest.mark.parametrize("name", NAMES, ids=["words", "ampersands", "teeth", "families"])
@pytest.mark.parametrize("kind", ["list", "home", "choice", "digest", "team", "summary"])
def test_a_full_list_is_within_slacks_limits_and_says_what_it_leaves_out(kind: str, name: str) -> None:
    message = long_messages(Texts(SlackMarkup(), "/firstcall"), name)[kind]
    drawn = blocks.home_view(message) if kind == "home" else blocks.message(message)
    assert len(drawn["blocks"]) <= (100 if kind == "home" else 50)
    shown = [part["text"] for part in parts(drawn["blocks"]) if isinstance(part.get("text"), str)]
    assert all(units(text) <= 3_000 for text in shown)
    if kind != "home":
        assert units(drawn["text"]) <= 4_001
        texts_shown = [part["text"] for part in parts(drawn["blocks"]) if part.get("type") == "mrkdwn"]
        assert sum(map(units, texts_shown)) <= 9_000 + 200
    headers = [part["text"]["text"] for part in drawn["blocks"] if part["type"] == "header"]
    assert all(units(text) <= 150 for text in headers)
    if kind != "choice":
        assert "more" in " ".join(shown[-12:]).casefold()


@pytest.mark.reported("agentconnect-md/agentconnect#1813")
def test_the_number_of_wins_left_out_is_right() -> None:
    texts = Texts(SlackMarkup(), "/firstcall")
    wins = tuple(Win(facts(f"{n} {NAMES[0]}"), AgreedCounts(1, 1), aligned=True) for n in range(40))
    team = wins_view.team(TeamScreen(WinSummary(NOW, NOW, wins, ()), WinSummary(NOW, NOW, wins, ())), texts)
    lines = [each.text for each in team.components if isinstance(each, Paragraph) and "•" in each.text]
    notes = [line for each in team.components if isinstance(each, ContextText) for line in each.lines if "more" in line]
    assert len(notes) == 2
    assert sum(int(note.split()[1]) for note in notes) + len(lines) == 80


@pytest.mark.reported("bitrix24/b24ui#364")
@pytest.mark.parametrize("name", NAMES, ids=["words", "ampersands", "teeth", "families"])
def test_the_same_lists_are_within_the_limits_of_teams(name: str) -> None:
    texts = Texts(TeamsMarkup({}, ZoneInfo("UTC")), "@FirstCall")
    for kind, message in long_messages(texts, name).items():
        card = message_card(message, CardOptions("n", "needed", "pick", left_out="more"))
        assert card_bytes(card) < TEAMS_LIMIT, kind
        if kind != "choice":
            assert "more" in json.dumps(card["body"][-14:]).casefold(), kind
