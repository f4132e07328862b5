"""The recap, the referral ask and "aligned" as reps and customers read them (the kind *call*)."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from bot.slack.manifest import COMMAND
from bot.slack.mrkdwn import SlackMarkup
from bot.teams.card_text import TeamsMarkup
from bot.ui.texts import Markup, Texts
from bot.views import recap_form, record, wins, wrap_up
from handlers.call import card_actions, recap
from handlers.call.recap import RecapEdited
from handlers.errors import InvalidEntryError
from handlers.method.recap import draft
from handlers.method.recap_lint import Rule, lint
from handlers.method.salutation import salutation
from handlers.method.second_person import turned
from handlers.method.stages import Stage
from handlers.method.statements import AgreedCounts, Said
from handlers.screens.call import RecapScreen, WrapUpScreen
from handlers.screens.deals import DealFacts
from handlers.team.wins import TeamRequest, team_wins
from prompts.recap_rules import recap_rules
from prompts.wording import Wording
from storage.database import Database
from storage.models import ReferralAgreement
from tests.handlers.world import World
from tests.method.given import a_statement

RULES = recap_rules()
NORTHWIND = DealFacts(1, "Northwind Dental", None, None, Stage.IN_CALL, "U1")
PLATFORMS = (SlackMarkup(), TeamsMarkup({}, ZoneInfo("UTC")))


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def texts(markup: Markup) -> Texts:
    return Texts(markup, COMMAND)


# --- an email like a person's ---


@pytest.mark.reported("own trial: a recap that is a string of quotations")
def test_the_recap_is_told_in_the_second_person() -> None:
    said = ("A call every Friday until go-live", "We hear of any delay within 4 hours", "No invoice before 15 January")
    statements = [a_statement(number, wording=wording, said=Said.AGREED) for number, wording in enumerate(said, 1)]

    text = draft(Wording(), deal_id=1, customer="Contoso", contact="Hannah Weiss", rep="Ada", statements=statements)

    assert (
        "you'd like a call from me every Friday until go-live, to hear of any delay within four hours, and no invoice "
        "before 15 January."
    ) in text
    assert not set(text) & set('“”"«»')


@pytest.mark.parametrize(
    ("wording", "told"),
    [
        pytest.param(
            "We have to tell you when we like it",
            "you have to tell us when you like it",
            marks=pytest.mark.reported("Program-O/Program-O#343"),
            id="you as an object",
        ),
        pytest.param(
            "Send the report to Jim and me",
            "send the report to Jim and you",
            marks=pytest.mark.reported("cloveranon/Clover-Edition#43"),
            id="a pronoun at the end",
        ),
        pytest.param(
            "I am told before anything ships",
            "you are told before anything ships",
            marks=pytest.mark.reported("cloveranon/Clover-Edition#43"),
            id="the verb goes with it",
        ),
        pytest.param(
            "Keep our US team and IT posted",
            "keep your US team and IT posted",
            marks=pytest.mark.reported("own trial: the US is no pronoun"),
            id="capitals",
        ),
    ],
)
def test_persons_are_swapped_where_it_is_certain(wording: str, told: str) -> None:
    assert turned(wording, RULES.grammar).text == told


@pytest.mark.reported("gvzdv/claudish-to-english#24")
@pytest.mark.parametrize("wording", ["The price you quoted stays", "mine first, then yours", "“we are on it” it says"])
def test_a_doubtful_wording_stays_as_it_is(wording: str) -> None:
    assert turned(wording, RULES.grammar).text == wording


SHARED_MAILBOX = pytest.mark.reported("margince/margince#4029")


@pytest.mark.parametrize(
    ("typed", "company", "greeted"),
    [
        pytest.param(
            "Northwind Dental",
            "Northwind Dental",
            "",
            marks=pytest.mark.reported("own trial: a company is greeted"),
            id="the customer",
        ),
        pytest.param("northwind dental", "Northwind Dental", "", marks=SHARED_MAILBOX, id="its case"),
        pytest.param("Northwind Dental", "Northwind Dental Group", "", marks=SHARED_MAILBOX, id="its beginning"),
        pytest.param("Litware Ltd.", "Contoso", "", marks=SHARED_MAILBOX, id="a legal form"),
        pytest.param(
            "Hannah Northwind",
            "Northwind Dental",
            "Hannah",
            marks=pytest.mark.reported("wherebyus/general-tasks#1440"),
            id="a person of that name",
        ),
    ],
)
def test_a_company_is_never_greeted(typed: str, company: str, greeted: str) -> None:
    assert salutation(typed, RULES.names, company) == greeted


# --- the linter ---

FIVE = [a_statement(n, wording=f"promise number {n} is kept in full", said=Said.AGREED) for n in range(1, 6)]


@pytest.mark.reported("steelbrain/linter-ui-default#115")
def test_five_missing_statements_hide_nothing_that_is_graver() -> None:
    body = "Hi,\n\n1. Pursuant to our call\n2. Discount 20%\n\nSee the attached PDF. Let me know."

    found = lint(body, FIVE, RULES)

    assert [finding.rule for finding in found] == [Rule.PRICE, Rule.LEGAL, Rule.MARKUP, Rule.ATTACHMENT, Rule.MISSING]
    assert found[0].what == ("Discount 20%",)
    screen = RecapScreen(NORTHWIND, body, None, tuple(found))
    for markup in PLATFORMS:
        shown = str(recap_form.render(screen, texts(markup)))
        assert all(word in shown for word in ("Discount 20%", "Pursuant", "1.", "attached", "and 2 more"))


@pytest.mark.reported("mdn/stumptown-content#448")
def test_one_line_tells_of_all_that_is_missing() -> None:
    (found,) = [finding for finding in lint("Hi. Let me know.", FIVE, RULES) if finding.rule is Rule.MISSING]

    assert found.what == tuple(s.wording for s in FIVE)


@pytest.mark.reported("amperser/proselint#1324")
@pytest.mark.parametrize(
    "price",
    ["20% off", "a 10 % discount", "$4,500", "free of charge", "we waive the fee", "EUR 900 as a credit note", "5k €"],
)
def test_a_price_that_nobody_agreed_to_is_found(price: str) -> None:
    body = f"Thanks for today. On top of it there is {price} for you. Let me know."

    assert Rule.PRICE in {finding.rule for finding in lint(body, [], RULES)}
    agreed = [a_statement(1, wording=f"there is {price} for us", said=Said.AGREED)]
    told = f"You said there is {price} for us. Let me know."
    assert Rule.PRICE not in {finding.rule for finding in lint(told, agreed, RULES)}


@pytest.mark.reported("own trial: a statement in the rep's own words")
@pytest.mark.parametrize(
    ("told", "is_found"),
    [
        ("I'll call you each Friday until we go live, promised.", True),
        ("I'll call you each Monday until we go live, promised.", False),
        ("Let's talk soon.", False),
    ],
)
def test_a_statement_may_be_told_in_other_words(told: str, is_found: bool) -> None:
    statements = [a_statement(1, wording="A call every Friday until we go live", said=Said.AGREED)]

    rules = {finding.rule for finding in lint(f"Thank you. {told} Let me know.", statements, RULES)}

    assert (Rule.MISSING not in rules) is is_found


# --- into the email program ---


@pytest.mark.parametrize(
    "edited",
    [
        pytest.param(
            "Dear Dana,\n\nQ&A with R&D, as agreed. Let me know.",
            marks=pytest.mark.reported("bullhorn/career-portal#305"),
            id="an ampersand",
        ),
        pytest.param(
            "Dear Dana, 100% + a #1 plan? Let me know.",
            marks=pytest.mark.reported("PHPMailer/PHPMailer#1596"),
            id="signs of an address",
        ),
    ],
)
def test_what_was_edited_is_exactly_what_opens(world: World, edited: str) -> None:
    deal = world.an_aligned_deal("Smith & Daughters")

    screen = world.do(recap.save_edit, RecapEdited(world.caller(), deal, edited))

    assert isinstance(screen, RecapScreen)
    for markup in PLATFORMS:
        modal = recap_form.render(screen, texts(markup))
        assert edited == opened(str(modal))


def opened(shown: str) -> str:
    """The body of the mailto link in a rendered modal."""
    (url,) = set(re.findall(r"mailto:[\w.~%?=&;-]+", shown, re.ASCII))
    return parse_qs(urlsplit(html.unescape(url)).query)["body"][0].replace("\r\n", "\n")


# --- the referral ask ---


@pytest.mark.parametrize(
    ("reached", "counts", "number", "ask"),
    [
        pytest.param(
            "Hannah Weiss",
            AgreedCounts(5, 3),
            5,
            "“Hannah, if we deliver on all eight, would you introduce me to five people who could use the same?”",
            marks=pytest.mark.reported("own trial: the referral ask read aloud"),
            id="all",
        ),
        pytest.param(
            "Hannah",
            AgreedCounts(1, 0),
            1,
            "“Hannah, if we deliver on that, would you introduce me to one person who could use the same?”",
            marks=pytest.mark.reported("revelrylabs/lintron#361"),
            id="one",
        ),
        pytest.param(
            "Northwind Dental",
            AgreedCounts(1, 1),
            13,
            "“If we deliver on both, would you introduce me to 13 people who could use the same?”",
            marks=pytest.mark.reported("own trial: a company is greeted"),
            id="a company",
        ),
    ],
)
def test_the_referral_ask_is_said_by_a_person(reached: str, counts: AgreedCounts, number: int, ask: str) -> None:
    screen = WrapUpScreen(NORTHWIND, (), reached, counts, number, "Somebody who can decide", None)

    for markup in PLATFORMS:
        assert ask in str(wrap_up.render(screen, texts(markup)))


@pytest.mark.reported("own trial: declined still demands a number")
@pytest.mark.parametrize("outcome", ["declined", "not_now"])
def test_no_promise_asks_for_nothing_more(world: World, outcome: str) -> None:
    deal = world.a_deal()
    world.capture(deal)
    world.agree_to_all(deal)

    world.wrap_up(deal, outcome=outcome, number="", definition="")

    assert [answer.outcome for answer in world.all(ReferralAgreement)] == [outcome]


# --- aligned means something ---


@pytest.mark.both_databases
@pytest.mark.reported("own trial: nobody reached, no step done, no priority, and aligned")
def test_a_gap_is_asked_about_kept_and_shown(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call", "", reached="", ticked=frozenset())
    world.agree_to_all(deal)
    with pytest.raises(InvalidEntryError):
        world.wrap_up(deal, why_missing="")

    world.wrap_up(deal, why_missing="nothing_there")

    assert "missing_nothing_there" in world.actions(deal)
    kept = world.click(card_actions.show_record, deal)
    for markup in PLATFORMS:
        shown = str(record.render(kept, texts(markup)))
        assert "Aligned without who you reached, any of the four steps, what the product must do for them." in shown
        assert "There was nothing to add." in shown


@pytest.mark.reported("nruffing/data-grid-vue#14")
@pytest.mark.parametrize(
    ("expectations", "priorities", "told"),
    [
        ("weekly call\nno surprises", "", "two expectations agreed with the customer"),
        ("", "fast", "one priority agreed with the customer"),
        ("weekly call", "fast\ncheap", "aligned: one expectation and two priorities agreed with the customer"),
    ],
)
def test_the_public_line_names_no_zero(world: World, expectations: str, priorities: str, told: str) -> None:
    deal = world.a_deal()
    world.capture(deal, expectations, priorities)
    world.agree_to_all(deal)
    world.wrap_up(deal)

    screen = world.do(team_wins, TeamRequest(world.caller()))

    for markup in PLATFORMS:
        shown = str(wins.team(screen, texts(markup)))
        assert f"({told})" in shown
        assert not re.search(r"\b0 (expectation|priorit)", shown)


@pytest.mark.reported("Automattic/woocommerce-services#1883")
def test_one_of_one_is_said_in_english(world: World) -> None:
    deal = world.a_deal()
    world.capture(deal, "weekly call", "")
    before = world.click(card_actions.show_record, deal)
    world.agree_to_all(deal)
    after = world.click(card_actions.show_record, deal)

    for kept in (before, after):
        assert "1 of 1" not in str(record.render(kept, texts(SlackMarkup())))
        assert "0 of 1" not in str(record.render(kept, texts(SlackMarkup())))
