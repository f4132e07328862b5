"""What becomes of the deals that a message reports: several at once, of one customer, without a name, without a sum."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.cli.detect import print_detection
from bot.cli.export_report import KNOWN, PROMPT, DetectedDeal, print_report, unique_deals
from bot.slack.manifest import COMMAND
from bot.slack.mrkdwn import SlackMarkup
from bot.ui.components import ActionRow, Paragraph
from bot.ui.ids import ActionId, OrderValue
from bot.ui.texts import Texts
from bot.views import card as card_view
from bot.views import wins as wins_view
from handlers.detection import DealKind, Decision, Detection
from handlers.errors import NotYoursError
from handlers.intake import another_order
from handlers.intake.another_order import OrderOffered, OrderReported
from handlers.intake.edited_message import SightedDeal, match_deals
from handlers.intake.reports import FoundDeal, Recognition
from handlers.method.customers import customer_key
from handlers.method.stages import Stage
from handlers.team import wins
from handlers.team.wins import TeamRequest
from storage.models import Deal, Sighting
from tests.conformance.conftest import platform
from tests.conformance.platform import PlatformUnderTest, exported
from tests.handlers.conftest import world
from tests.handlers.world import ANNA, BEN, MONDAY_NOON, Message, World
from tests.wording import wording

__all__ = ["platform", "world"]

reported = pytest.mark.reported
CARLA = "U_CARLA"
TEXTS = Texts(SlackMarkup(), COMMAND)


def found(
    customer: str | None,
    amount: str | None = None,
    *,
    owner: str = ANNA,
    record_url: str | None = None,
    kind: DealKind | None = None,
    decision: Decision = Decision.SURE,
    owner_known: bool = True,
) -> FoundDeal:
    """A deal as the detector gives it."""
    detection = Detection(
        decision,
        0.9,
        customer=customer,
        amount=None if amount is None else Decimal(amount),
        amount_minor=None if amount is None else int(amount) * 100,
        currency=None if amount is None else "USD",
        record_url=record_url,
        kind=kind,
    )
    return FoundDeal(detection, owner, owner_known=owner_known)


def sums(world: World) -> dict[str, int | None]:
    """Each deal's whole amount by its customer."""
    return {row.customer: row.amount_minor and row.amount_minor // 100 for row in world.all(Deal)}


def doubts(world: World) -> dict[str, str | None]:
    return {row.customer: row.doubt for row in world.all(Deal)}


ACME, BROOK, CORTI = found("Acme Dental", "10000"), found("Brook & Sons", "20000"), found("Corti", "5000")

# --- several deals in one message ---------------------------------------------------------------------------------


@pytest.mark.both_databases
@reported("GregSutcliffe/maubot-meetings#44", "attzonko/mmpy_bot#107")
def test_each_deal_of_a_message_has_its_name_its_sum_and_its_card(world: World) -> None:
    outcomes = world.detect_deals(ACME, BROOK)

    assert [each.recognition for each in outcomes] == [Recognition.NEW, Recognition.NEW]
    assert sums(world) == {"Acme Dental": 10_000, "Brook & Sons": 20_000}
    assert sorted(row.deal_id or 0 for row in world.queued("card")) == [each.deal_id for each in outcomes]
    assert [(row.position, row.deal_id) for row in world.all(Sighting)] == list(
        enumerate(each.deal_id for each in outcomes)
    )


@reported("davidz627/AmazonSyncForYNAB#2")
def test_two_deals_of_one_customer_in_one_message_are_two(world: World) -> None:
    world.detect_deals(found("Acme", "10000"), found("Acme", "20000"))
    assert sorted(row.amount_minor or 0 for row in world.all(Deal)) == [1_000_000, 2_000_000]


@reported("own trial: a manager lists the wins of several reps")
def test_each_deal_goes_to_its_own_rep(world: World) -> None:
    world.detect_deals(found("Acme", "10000", owner=BEN), found("Corti", owner=CARLA), found("Brook"), person=ANNA)

    owners = {row.customer: row.owner.external_id for row in world.all(Deal)}
    assert owners == {"Acme": BEN, "Corti": CARLA, "Brook": ANNA}
    assert len({row.person_id for row in world.queued("card")}) == 3


@pytest.mark.both_databases
@reported("antiwork/gumboard#367")
def test_a_message_delivered_again_makes_no_deal_twice(world: World) -> None:
    message = world.new_message()
    for event in ("e1", "e1", "e2"):
        world.detect_deals(ACME, BROOK, message=message, event=event)
    assert len(world.all(Deal)) == len(world.queued("card")) == len(world.all(Sighting)) == 2


def edit(world: World, message: Message, *deals: FoundDeal) -> None:
    """The author edits the message; its text lists the deals."""
    text = ", ".join(f"{each.detection.customer} {each.detection.amount}" for each in deals) or "Lunch?"
    world.detect_deals(*deals, message=message, text=text)


@pytest.mark.both_databases
@reported("The-Politico/django-slackchat-serializer#24")
def test_an_edit_adds_a_deal(world: World) -> None:
    message = world.new_message()
    edit(world, message, ACME)
    edit(world, message, CORTI, ACME, BROOK)

    assert sums(world) == {"Acme Dental": 10_000, "Corti": 5_000, "Brook & Sons": 20_000}
    assert len(world.queued("card")) == 3
    edit(world, message, BROOK, CORTI, ACME)
    assert len(world.all(Deal)) == 3
    assert set(doubts(world).values()) == {None}


@reported("The-Politico/django-slackchat-serializer#24")
def test_an_edit_asks_about_the_deal_that_it_takes_out_and_about_no_other(world: World) -> None:
    message = world.new_message()
    edit(world, message, ACME, BROOK, CORTI)
    edit(world, message, ACME, CORTI)
    assert doubts(world) == {"Acme Dental": None, "Brook & Sons": "retracted", "Corti": None}

    edit(world, message, ACME, BROOK, CORTI)
    assert set(doubts(world).values()) == {None}
    edit(world, message)
    assert set(doubts(world).values()) == {"retracted"}


@reported("The-Politico/django-slackchat-serializer#24")
def test_an_edit_changes_each_deal_by_itself_in_any_order(world: World) -> None:
    message = world.new_message()
    edit(world, message, ACME, BROOK)
    edit(world, message, found("Brook & Sons Ltd", "22000"), found("Acme Dental", "12000"))
    assert sums(world) == {"Acme Dental": 12_000, "Brook & Sons Ltd": 22_000}

    edit(world, message, found("Acme Dental", "12000"), found("Zeller", "22000"))
    assert sums(world) == {"Acme Dental": 12_000, "Zeller": 22_000}


@reported("own trial: the second mention of a deal is edited into another customer")
def test_an_edit_of_a_mention_is_a_deal_of_its_own(world: World) -> None:
    world.detect_deals(ACME, by_app=True)
    message = world.new_message()
    edit(world, message, ACME, BROOK)
    edit(world, message, CORTI, BROOK)

    assert sums(world) == {"Acme Dental": 10_000, "Brook & Sons": 20_000, "Corti": 5_000}
    assert doubts(world)["Acme Dental"] is None


@reported("own trial: a message of an earlier version is read again")
def test_a_known_text_reports_what_it_did_before(world: World) -> None:
    message = world.new_message()
    world.detect_deals(ACME, message=message, text="Acme 10k, Brook 20k")
    world.detect_deals(ACME, BROOK, message=message, text="Acme 10k, Brook 20k")
    assert sums(world) == {"Acme Dental": 10_000}


@reported("own trial: a dismissed deal's message is edited")
def test_a_dismissed_deal_of_the_message_stays_dismissed(world: World) -> None:
    message = world.new_message()
    edit(world, message, ACME, BROOK)
    acme, brook = (row.id for row in world.all(Deal))
    world.dismiss(acme)
    edit(world, message, BROOK, ACME, CORTI)

    assert (world.stage(acme), world.stage(brook)) == (Stage.DISMISSED, Stage.OPEN)
    assert [row.text for row in world.all(Sighting) if row.deal_id == acme] == [""]
    assert len(world.all(Deal)) == 3


@pytest.mark.both_databases
@reported("kentcdodds/kcd-discord-bot-v1#71")
def test_deleting_the_message_asks_about_each_of_its_deals(world: World) -> None:
    world.detect_deals(found("Corti", "5000"), by_app=True)
    message = world.new_message()
    world.detect_deals(ACME, BROOK, CORTI, message=message)
    world.delete(message)

    assert doubts(world) == {"Corti": None, "Acme Dental": "deleted", "Brook & Sons": "deleted"}
    assert {row.link for row in world.all(Sighting)} == {None}


@reported("own trial: a correction of one of several deals")
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("correction: Acme is $12k", {"Acme Dental": 12_000}),
        ("correction: Brook & Sons signed for $22k", {"Brook & Sons": 22_000}),
        ("$12k, not $10k", {"Acme Dental": 12_000}),
        ("correction: $22k, not 20k", {"Brook & Sons": 22_000}),
        ("correction: it is $12k", {}),
    ],
)
def test_a_correction_changes_the_deal_that_it_means(world: World, said: str, expected: dict[str, int]) -> None:
    world.detect_deals(ACME, BROOK)
    assert world.follow_up(said) is bool(expected)
    assert sums(world) == {"Acme Dental": 10_000, "Brook & Sons": 20_000} | expected


@reported("own trial: several deals are taken back at once")
def test_taking_a_message_back_asks_about_all_of_its_deals(world: World) -> None:
    world.detect_deals(CORTI)
    world.detect_deals(ACME, BROOK)
    assert world.follow_up("scratch that, false alarm")
    assert doubts(world) == {"Corti": None, "Acme Dental": "retracted", "Brook & Sons": "retracted"}


@reported("own trial: one of several deals is taken back")
def test_taking_one_deal_back_asks_about_it_alone(world: World) -> None:
    world.detect_deals(ACME, BROOK)
    assert world.follow_up("false alarm, Acme has not signed")
    assert doubts(world) == {"Acme Dental": "retracted", "Brook & Sons": None}


@reported("own trial: somebody else's deal in one's own message is handed on")
def test_not_mine_hands_over_one_deal_alone(world: World) -> None:
    world.detect_deals(ACME, BROOK)
    acme, _ = (row.id for row in world.all(Deal))
    world.correct_deal(acme, "Acme Dental", "10000 USD", BEN)
    assert {row.customer: row.owner.external_id for row in world.all(Deal)} == {
        "Acme Dental": BEN,
        "Brook & Sons": ANNA,
    }


@reported("own trial: the CRM posts a card for each of the deals")
def test_later_messages_find_the_deals_of_a_message(world: World) -> None:
    world.detect_deals(found("Acme", "10000"), found("Acme", "20000"), BROOK)
    for customer, amount in (("Acme", "20000"), ("Brook", "20000"), ("Acme", "10000")):
        (outcome,) = world.detect_deals(found(customer, amount), by_app=True)
        assert outcome.recognition is Recognition.KNOWN
        assert outcome.deal_id is not None
        assert world.deal(outcome.deal_id).amount_minor == int(amount) * 100
    assert len(world.all(Deal)) == 3


@reported("own trial: the deals of an edited message in any order, some of them new")
@given(st.permutations([ACME, BROOK, CORTI]), st.integers(0, 3), st.integers(0, 3))
def test_an_edit_keeps_each_deal_that_it_still_names(order: list[FoundDeal], before: int, after: int) -> None:
    known = [sighted(each) for each in order[:before]]
    now = list(reversed(order))[:after]
    matched = match_deals(known, now)

    names = {each.deal.customer for each in known}
    for one, each in matched.kept:
        assert one.deal.customer == each.detection.customer or each.detection.customer not in names
    assert len({id(one.sighting) for one, _ in matched.kept}) == len(matched.kept)
    assert len(matched.kept) + len(matched.added) == len(now)
    assert len(matched.kept) + len(matched.removed) == len(known)
    kept = {each.detection.customer for _, each in matched.kept}
    assert {each.detection.customer for each in now} & names <= kept


def sighted(each: FoundDeal) -> SightedDeal:
    """A deal as an earlier version of the message reported it."""
    name = each.detection.customer or ""
    sighting = Sighting(position=0)
    deal = Deal(
        customer=name, customer_key=customer_key(name), amount_minor=each.detection.amount_minor, currency="USD"
    )
    deal.sightings = [sighting]
    return SightedDeal(sighting, deal)


# --- the CRM's record is the deal's identity ----------------------------------------------------------------------

SALESFORCE = "https://acme.lightning.force.com/lightning/r/Opportunity/"
HUBSPOT = "https://app.hubspot.com/contacts/123/deal/"
DYNAMICS = "https://acme.crm.dynamics.com/main.aspx?appid=7&etn=opportunity&id="
GUID = "0a1b2c3d-0000-4000-8000-00000000000"


@pytest.mark.both_databases
@reported("Qiuyi-Hong/notion2attioBackend#13")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{SALESFORCE}006Qx000001AAAAIA4/view", f"{SALESFORCE}006Qx000001BBBBIA4/view"),
        (f"{HUBSPOT}456", f"{HUBSPOT}457"),
        (f"{DYNAMICS}{GUID}1", f"{DYNAMICS}{GUID}2"),
        (
            "https://app.copper.com/companies/12/app#/opportunity/34",
            "https://app.copper.com/companies/12/app#/opportunity/35",
        ),
    ],
)
def test_two_records_of_one_customer_are_two_deals(world: World, one: str, other: str) -> None:
    world.detect_deals(found("Acme", "10000", record_url=one), by_app=True)
    world.detect_deals(found("Acme", "10000", record_url=other), by_app=True)
    world.detect_deals(found("Acme", "10000", record_url=one), by_app=True)
    assert [row.record_url for row in world.all(Deal)] == [one, other]


@reported("Atlas-Authority/marketing-automation#68", "cosmik-network/semble#335")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{SALESFORCE}006Qx000001AAAAIA4/view", f"{SALESFORCE}006Qx000001AAAA/view?ws=%2Flightning#details"),
        (f"{HUBSPOT}456", f"{HUBSPOT}456/?utm_source=slack&interaction=note"),
        (f"{HUBSPOT}456", "http://APP.hubspot.com/contacts/123/deal/456#activity"),
        (
            f"{DYNAMICS}0a1b2c3d-0000-4000-8000-000000000001",
            f"{DYNAMICS}%7B0A1B2C3D-0000-4000-8000-000000000001%7D&x=1",
        ),
    ],
)
def test_the_same_record_is_one_deal_whatever_its_customer_is_called(world: World, one: str, other: str) -> None:
    world.detect_deals(found("Acme", "10000", record_url=one), by_app=True)
    (outcome,) = world.detect_deals(found("The Holding of A.", "12000", record_url=other), by_app=True)
    assert outcome.recognition is Recognition.KNOWN
    assert sums(world) == {"Acme": 10_000}


@reported("OAButton/discussion#335", "sergii/lmx#26")
@pytest.mark.parametrize(
    "shared",
    [
        "https://app.hubspot.com/contacts/123/company/9",
        "https://app.hubspot.com/reports-dashboard/123/view/22",
        "https://acme.lightning.force.com/lightning/o/Opportunity/list?filterName=Recent",
        "https://acme.lightning.force.com/lightning/r/Dashboard/01ZQx0000001AAA/view",
        "https://monday.com",
    ],
)
def test_a_link_that_several_deals_share_identifies_none(world: World, shared: str) -> None:
    world.detect_deals(found("Acme", record_url=shared), found("Brook", record_url=shared))
    world.detect_deals(found("Corti", record_url=shared))
    assert len(world.all(Deal)) == 3


@reported("own trial: a rep's post, then the CRM's card, then the CRM's card of one more order")
def test_a_post_takes_the_record_of_its_card_and_another_record_is_another_deal(world: World) -> None:
    world.detect_deals(found("Acme", "10000"))
    world.detect_deals(found("Acme", "10000", record_url=f"{HUBSPOT}1"), by_app=True)
    world.detect_deals(found("Acme", "7000", record_url=f"{HUBSPOT}2"), by_app=True)
    world.detect_deals(found("Acme", "7000", record_url="https://app.hubspot.com/contacts/123/quote/5"))
    assert sorted(row.amount_minor or 0 for row in world.all(Deal)) == [700_000, 1_000_000]


# --- without a customer -------------------------------------------------------------------------------------------


@reported("odoo/odoo#14239", "taylorwilsdon/google_workspace_mcp#688")
def test_two_cards_without_a_customer_are_two_deals_and_a_name_joins_neither(world: World) -> None:
    world.detect_deals(found(None, "10000"), by_app=True)
    world.detect_deals(found("", "10000", owner=BEN), by_app=True)
    world.detect_deals(found("Acme", "10000"))
    assert [row.customer for row in world.all(Deal)] == ["", "", "Acme"]


@reported("odoo/odoo#14239")
def test_the_record_brings_the_name_that_was_missing(world: World) -> None:
    world.detect_deals(found(None, "10000", record_url=f"{HUBSPOT}1"), by_app=True)
    world.detect_deals(found("Acme", "10000", record_url=f"{HUBSPOT}1"), by_app=True)
    assert sums(world) == {"Acme": 10_000}


# --- the kind of a deal -------------------------------------------------------------------------------------------


@pytest.mark.both_databases
@reported("own trial: the CRM's card says that it is a renewal")
def test_the_kind_is_stored_and_filled_by_other_messages(world: World) -> None:
    world.detect_deals(ACME, found("Corti", kind=DealKind.PARTNER))
    world.detect_deals(found("Acme Dental", "10000", kind=DealKind.RENEWAL), by_app=True)
    world.detect_deals(found("Corti", kind=DealKind.NEW), by_app=True)
    assert {row.customer: row.kind for row in world.all(Deal)} == {"Acme Dental": "renewal", "Corti": "partner"}


# --- the reports of `firstcall detect` ----------------------------------------------------------------------------


def announced(message: int, customer: str, *, record_url: str | None = None, rep: str = "Ada") -> DetectedDeal:
    """A deal that a message of a Slack export announces."""
    detection = found(customer, "10000", record_url=record_url).detection
    return DetectedDeal("wins", message, MONDAY_NOON + timedelta(minutes=message), rep, "text", detection)


@reported("davidz627/AmazonSyncForYNAB#2", "Qiuyi-Hong/notion2attioBackend#13")
def test_the_report_on_an_export_counts_each_deal_of_a_message() -> None:
    deals = [
        announced(1, "Acme"),
        announced(1, "Acme"),
        announced(1, "Brook", rep="Bruno"),
        announced(2, "Brook"),
        announced(3, "Corti", record_url=f"{HUBSPOT}1"),
        announced(4, "Corti", record_url=f"{HUBSPOT}2"),
        announced(5, "The Corti Group", record_url=f"{HUBSPOT}2/?x=1"),
    ]
    assert [would for _, would in unique_deals(deals)] == [PROMPT, PROMPT, PROMPT, KNOWN, PROMPT, PROMPT, KNOWN]

    console = Console(file=StringIO(), width=200)
    print_report(deals, {"wins": 20}, console)
    assert isinstance(console.file, StringIO)
    printed = console.file.getvalue()
    assert "15 left alone" in printed
    assert "5 messages announce 7 deals" in printed
    assert "Bruno" in printed


@reported("attzonko/mmpy_bot#107")
def test_detect_shows_every_deal_of_a_message() -> None:
    console = Console(file=StringIO(), width=200)
    print_detection(replace(ACME.detection, also=(BROOK.detection,), kind=DealKind.RENEWAL), console)
    assert isinstance(console.file, StringIO)
    for shown in ("Acme Dental", "10,000", "renewal", "Brook & Sons", "20,000"):
        assert shown in console.file.getvalue()


# --- another order, as people say it ------------------------------------------------------------------------------

WIN = "Just closed Northwind Dental! $45k ARR"


async def amounts(platform: PlatformUnderTest) -> list[object]:
    return sorted(str(deal["amount"]) for deal in await exported(platform))


@reported("getsentry/sentry#69252", "mozilla/bugbug#6732", "chatwoot/chatwoot#5957")
async def test_a_report_with_another_sum_is_asked_about_and_one_tap_makes_one_deal(platform: PlatformUnderTest) -> None:
    await platform.command("won Acme $45k")
    asked = await platform.command("won Acme $99,000")
    assert "$45,000" in asked.text
    assert "$99,000" in asked.text
    assert await amounts(platform) == ["45000.00"]

    heard = platform.texts.rich("won.heard", customer="Acme")
    assert heard in (await platform.click(asked, ActionId.WON_ANOTHER)).text
    await platform.click_again()
    with suppress(AssertionError):  # where the answer has replaced the question, the button is gone
        await platform.click(asked, ActionId.WON_ANOTHER)
    assert await amounts(platform) == ["45000.00", "99000.00"]


@reported("getsentry/sentry#69252")
async def test_the_form_asks_in_the_same_way(platform: PlatformUnderTest) -> None:
    await platform.command("won Acme $45k a year")
    form = await platform.command("won")
    asked = await platform.submit(form, {"customer": "Acme", "amount": "EUR 9,000 a month"})
    assert await amounts(platform) == ["45000.00"]

    heard = platform.texts.rich("won.heard", customer="Acme")
    assert heard in (await platform.click(asked, ActionId.WON_ANOTHER)).text
    await platform.click_again()
    found = {deal["amount"]: (deal["currency"], deal["period"]) for deal in await exported(platform)}
    assert found == {"45000.00": ("USD", "year"), "9000.00": ("EUR", "month")}


@reported(
    "jimmycuadra/lita-keyword-arguments#5", "mattermost/mattermost-mobile#5259", "NousResearch/hermes-agent#14363"
)
@pytest.mark.parametrize("typed", ["Acme $99,000 --another", "--another Acme $99,000", "Acme $99,000 —another"])
async def test_another_in_the_command_makes_the_second_deal_at_once(platform: PlatformUnderTest, typed: str) -> None:
    await platform.command("won Acme $45k")
    answer = await platform.command(f"won {typed}")
    assert platform.texts.rich("won.heard", customer="Acme") in answer.text
    assert answer.clickable == ()
    assert await amounts(platform) == ["45000.00", "99000.00"]
    assert platform.texts.rich("won.known", customer="Acme") in (await platform.command("won Acme $99k")).text


@reported("own trial: a command names a customer with two orders")
async def test_two_orders_of_a_customer_are_told_apart_by_their_amounts(platform: PlatformUnderTest) -> None:
    await platform.command("won Acme $45k")
    await platform.command("won Acme $99,000 --another")
    choice = await platform.command("show acme")
    assert len(choice.clickable) == 2
    for amount in ("$45,000", "$99,000"):
        assert f"Acme, {amount}" in str(choice.source)


@reported("getsentry/sentry#69252", "mozilla/bugbug#6732")
async def test_the_card_offers_to_make_another_order_of_a_message_with_another_sum(platform: PlatformUnderTest) -> None:
    await platform.post(WIN)
    await platform.message("Northwind Dental")
    await platform.post("Northwind Dental signed today! $99k a year")
    assert await amounts(platform) == ["45000.00"]

    card = await platform.message("$99,000")
    await platform.click(card, ActionId.CARD_ANOTHER)
    await platform.click_again()
    with suppress(AssertionError):
        await platform.click(card, ActionId.CARD_ANOTHER)
    assert await amounts(platform) == ["45000.00", "99000.00"]
    assert [len(deal["heard_in"]) for deal in await exported(platform)] == [1, 1]  # type: ignore[arg-type]
    assert ActionId.CARD_ANOTHER not in dict((await platform.message("$99,000")).clickable)


@reported("own trial: the button below a report comes back with other content")
@pytest.mark.parametrize("value", ["", "x", "7", "1:-5:USD:", "1:1e9:USD:", "1:9:usd:", "1:9:USD:day", f"1:{10**30}::"])
def test_a_button_with_other_content_is_no_order(value: str) -> None:
    for sent in (value, f"{value}:{'a' * 16}"):
        with pytest.raises(ValueError, match="not an order"):
            OrderValue.from_text(sent)


@reported("own trial: a colleague taps the button in a channel")
def test_nobody_elses_deal_gets_another_order(world: World) -> None:
    deal = world.a_deal("Acme")
    with pytest.raises(NotYoursError):
        world.do(another_order.report_another, OrderReported(world.caller(BEN), deal, 9_900_000, "USD", None))
    world.detect_deals(found("Acme", "99000"))
    (first, second) = world.all(Sighting)
    with pytest.raises(NotYoursError):
        world.do(another_order.make_offered, OrderOffered(world.caller(BEN), deal, second.id))
    world.do(another_order.make_offered, OrderOffered(world.caller(), deal, first.id))
    assert len(world.all(Deal)) == 1


@reported("own trial: another rep posts an order of the same customer in the same week")
def test_another_order_goes_to_the_rep_of_its_message(world: World) -> None:
    deal = world.a_deal("Acme", amount="45000")
    world.detect_deals(found("Acme", "99000", owner=CARLA, owner_known=False), by_app=True)
    world.detect_deals(found("Acme", "99000", owner=BEN), person=BEN)
    second = world.all(Sighting)[1]
    world.do(another_order.make_offered, OrderOffered(world.caller(), deal, second.id))
    assert [(row.amount_minor, row.owner.external_id) for row in world.all(Deal)] == [
        (4_500_000, ANNA),
        (9_900_000, BEN),
    ]


@reported("own trial: two messages name the other sum")
def test_all_messages_with_the_other_sum_go_with_it(world: World) -> None:
    deal = world.a_deal("Acme", amount="45000")
    for _ in range(2):
        world.detect_deals(found("Acme", "99000"), by_app=True)
    world.detect_deals(found("Acme", "45000"), by_app=True)
    second = world.all(Sighting)[1]
    world.do(another_order.make_offered, OrderOffered(world.caller(), deal, second.id))

    known, made = world.all(Deal)
    assert [row.deal_id for row in world.all(Sighting)] == [known.id, made.id, made.id, known.id]
    assert (made.customer, made.amount_minor, made.stage) == ("Acme", 9_900_000, Stage.OPEN)
    assert len(world.queued("card")) == 2


@reported("own trial: a message names another sum, with a currency that the known sum lacks")
def test_another_sum_does_not_take_the_place_of_one_without_a_currency(world: World) -> None:
    deal = world.a_deal("Acme", amount="45000", currency=None)
    world.detect_deals(found("Acme", "99000"))
    assert sums(world) == {"Acme": 45_000}
    assert world.card(deal).offered is not None
    world.detect_deals(found("Acme", "45000"))
    assert (world.deal(deal).amount_minor, world.deal(deal).currency) == (4_500_000, "USD")


@reported("own trial: an edit and a correction change which sum is the other one")
def test_nothing_is_offered_once_the_sums_are_equal(world: World) -> None:
    deal = world.a_deal("Acme", amount="45000")
    message = world.new_message()
    world.detect_deals(found("Acme", "99000"), message=message, text="99")
    assert world.card(deal).offered is not None
    world.detect_deals(found("Acme", "45000"), message=message, text="45")
    assert world.card(deal).offered is None
    world.detect_deals(found("Acme", "99000"), message=message, text="99 again")
    world.correct_deal(deal, "Acme", "99000 USD")
    assert world.card(deal).offered is None


# --- what the card asks for ---------------------------------------------------------------------------------------


@reported("own trial: a post without a sum, or with a unit price")
async def test_the_card_asks_for_a_missing_amount_and_the_form_takes_the_kind(platform: PlatformUnderTest) -> None:
    await platform.post("Just closed Northwind Dental!")
    card = await platform.message("Northwind Dental")
    assert platform.texts.rich("card.no_amount") in card.text

    form = await platform.click(card, ActionId.CARD_FIX)
    await platform.submit(form, {"amount": "$45k", "kind": "renewal", "owner": platform.rep})
    (deal,) = await exported(platform)
    assert (deal["amount"], deal["kind"]) == ("45000.00", "renewal")
    assert platform.texts.rich("card.kind_renewal") in (await platform.message("$45,000")).text
    listed = (await platform.command("list")).text
    assert platform.texts.rich("card.kind_renewal") in listed


@pytest.mark.parametrize("decision", [Decision.SURE, Decision.MAYBE])
@reported("odoo/odoo#14239")
def test_the_card_asks_for_a_missing_customer(world: World, decision: Decision) -> None:
    (outcome,) = world.detect_deals(found(None, "10000", decision=decision))
    assert outcome.deal_id is not None
    message = card_view.render(world.card(outcome.deal_id), TEXTS)
    buttons = [each for row in message.components if isinstance(row, ActionRow) for each in row.elements]
    asks = [each for each in buttons if each.action_id == ActionId.CARD_FIX]
    assert [each.text for each in asks] == [wording("card.add_customer")]
    assert wording("card.nameless") not in message.text


@reported("own trial: a post without a sum, or with a unit price")
def test_the_button_of_the_form_asks_for_the_missing_amount(world: World) -> None:
    assert wording("card.add_amount") in str(card_view.render(world.card(world.a_deal(amount=None)), TEXTS))
    assert wording("card.add_amount") not in str(card_view.render(world.card(world.a_deal("Acme")), TEXTS))


# --- amounts that are none ----------------------------------------------------------------------------------------


@reported("qutebrowser/qutebrowser#7808")
@pytest.mark.parametrize("typed", ["Acme " + "9" * 5000, "Acme $" + "9" * 40, "Acme $1,000,000,000,000,000,000"])
async def test_an_amount_that_is_too_long_is_refused_politely(platform: PlatformUnderTest, typed: str) -> None:
    refused = await platform.command(f"won {typed}")
    assert platform.texts.rich("refusal.amount_too_large") in refused.text
    assert await exported(platform) == []
    assert platform.texts.rich("won.heard", customer="Acme") in (await platform.command("won Acme $45k")).text


@reported("qutebrowser/qutebrowser#7808")
async def test_the_forms_keep_what_was_typed_beside_an_amount_that_is_too_long(platform: PlatformUnderTest) -> None:
    form = await platform.command("won")
    await platform.submit(form, {"customer": "Acme", "amount": "9" * 50})
    assert await exported(platform) == []
    await platform.submit(form, {"customer": "Acme", "amount": "$45k"})
    assert await amounts(platform) == ["45000.00"]


@reported("own trial: a card with a sum that the database cannot hold")
def test_a_detected_sum_that_is_too_large_leaves_the_deal_without_one(world: World) -> None:
    world.detect_deals(found("Acme", "1" + "0" * 30))
    assert sums(world) == {"Acme": None}
    world.detect_deals(found("Acme", "1" + "0" * 30), by_app=True)
    world.detect_deals(found("Acme", "45000"))
    assert sums(world) == {"Acme": 45_000}


@reported("own trial: the CRM's card says that it is a renewal")
def test_the_wins_of_the_week_tell_the_kind_and_list_each_deal_of_a_message(world: World) -> None:
    world.detect_deals(found("Acme", "10000", kind=DealKind.RENEWAL), found("Brook", "20000", kind=DealKind.NEW))
    shown = world.do(wins.team_wins, TeamRequest(world.caller()))
    texts = [each.text for each in wins_view.team(shown, TEXTS).components if isinstance(each, Paragraph)]
    assert sum(wording("card.kind_renewal") in text and "Acme" in text for text in texts) == 1
    assert sum("Brook" in text and "·" not in text for text in texts) == 1
    assert "$30,000" in str(texts)
