"""A message announces a closed deal: it is stored once, whoever announces it and however often (M1.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from handlers.detection import Decision
from handlers.errors import InvalidEntryError
from handlers.intake import detected_deal, reported_deal
from handlers.intake.reports import DealReported, IntakeOutcome, Recognition
from handlers.intake.typed_entries import LONGEST_CUSTOMER
from handlers.method.stages import Stage
from handlers.method.urls import MAX_URL_LENGTH
from storage.models import Channel, Deal, OutboxRow, Person, Sighting
from tests.handlers.world import ANNA, BEN, ELSEWHERE, MONDAY_NOON, WINS, WORKSPACE, World


def report(
    world: World,
    customer: str = "Northwind Dental",
    amount: str | None = "45000",
    currency: str | None = "USD",
    *,
    person: str = ANNA,
    event: str | None = None,
) -> IntakeOutcome:
    """A rep reports a deal."""
    request = DealReported(
        world.caller(person, event=event), customer, None if amount is None else Decimal(amount), currency
    )
    return world.do(reported_deal.record_reported, request)


# --- the first message ---


def test_a_sure_message_makes_an_open_deal_with_card_and_reminders(world: World) -> None:
    deal = world.a_deal("Northwind Dental", said_at=MONDAY_NOON - timedelta(minutes=3), period="year")

    row = world.deal(deal)
    assert (row.customer, row.customer_key, row.stage) == ("Northwind Dental", "northwind dental", Stage.OPEN)
    assert (row.amount_minor, row.currency, row.period) == (4_500_000, "USD", "year")
    assert (row.closed_at, row.heard_at) == (MONDAY_NOON - timedelta(minutes=3), MONDAY_NOON)
    assert row.owner.external_id == ANNA
    assert [card.due_at for card in world.queued("card")] == [MONDAY_NOON]
    assert len(world.queued("reminder")) == 2
    assert world.actions(deal) == ["heard"]


def test_close_date_helpers_and_record_are_stored_and_shown(world: World) -> None:
    url = "https://acme.lightning.force.com/a?b=1&c=2"
    deal = world.a_deal(
        close_date=date(2026, 2, 27), term_months=24, helped_by=(BEN, "Carla Diaz", ANNA), record_url=url
    )

    shown = world.facts(deal)
    assert (shown.close_date, shown.term_months) == (date(2026, 2, 27), 24)
    assert shown.helped_by == (BEN, "Carla Diaz")
    assert shown.record_url == "https://acme.lightning.force.com/a?b=1&c=2"


def test_a_later_message_adds_details_and_changes_none(world: World) -> None:
    deal = world.a_deal(helped_by=(BEN,), close_date=date(2026, 2, 27))
    world.a_deal(
        helped_by=("U_CARLA", BEN), close_date=date(2026, 3, 31), record_url="https://app.hubspot.com/1", by_app=True
    )

    shown = world.facts(deal)
    assert (shown.helped_by, shown.close_date) == ((BEN, "U_CARLA"), date(2026, 2, 27))
    assert shown.record_url == "https://app.hubspot.com/1"
    assert "bettered" in world.actions(deal)


def test_an_edit_replaces_the_helpers(world: World) -> None:
    message = world.new_message()
    deal = world.a_deal(message=message, helped_by=(BEN,), record_url="https://app.hubspot.com/1")
    world.detect(message=message, text="Just closed Northwind Dental with Carla", helped_by=("U_CARLA",))

    assert world.facts(deal).helped_by == ("U_CARLA",)
    assert world.facts(deal).record_url == "https://app.hubspot.com/1"


@pytest.mark.parametrize(
    "written",
    [
        "javascript:alert(1)//force.com",
        "ftp://force.com/a",
        "https://",
        "https:///force.com",
        "https://[force.com",
        "https://force.com/a|b",
        "https://force.com/a>b",
        "https://force.com/a b",
        "https://force.com/\u202e",
        "https://force.com/" + "a" * MAX_URL_LENGTH,
    ],
)
def test_an_invalid_web_address_is_not_stored_as_record(world: World, written: str) -> None:
    assert world.facts(world.a_deal(record_url=written)).record_url is None


def test_a_suspected_deal_is_asked_about_and_has_no_reminders(world: World) -> None:
    deal = world.a_deal(decision=Decision.MAYBE)

    assert world.stage(deal) == Stage.SIGHTED
    assert len(world.queued("card")) == 1
    assert not world.queued("reminder")


def test_a_sighting_stores_the_message_and_the_detectors_reasons(world: World) -> None:
    deal = world.a_deal(text="Just closed Northwind Dental! :tada:")

    (sighting,) = world.all(Sighting)
    assert (sighting.deal_id, sighting.author, sighting.channel) == (deal, ANNA, WINS)
    assert sighting.text == "Just closed Northwind Dental! :tada:"
    assert sighting.read_as == {"decision": "sure", "confidence": 0.9, "cues": [], "shape": "person|amount"}


def test_each_message_without_a_customer_is_a_separate_deal(world: World) -> None:
    one, other = world.a_deal(None), world.a_deal("")

    assert one != other
    assert [row.customer for row in world.all(Deal)] == ["", ""]


def test_the_rep_named_in_the_message_owns_the_deal(world: World) -> None:
    deal = world.a_deal(person=BEN, owner=ANNA, owner_zone="Europe/Berlin")

    assert world.deal(deal).owner.external_id == ANNA
    assert world.deal(deal).owner.zone == "Europe/Berlin"
    assert {person.external_id for person in world.all(Person)} == {ANNA, BEN}
    assert {row.zone for row in world.all(OutboxRow)} == {"Europe/Berlin"}


def test_an_amount_without_currency_has_none(world: World) -> None:
    deal = world.a_deal(amount="45000", currency=None)

    assert (world.deal(deal).amount_minor, world.deal(deal).currency) == (4_500_000, None)


def test_a_message_from_the_future_closed_now(world: World) -> None:
    assert world.deal(world.a_deal(said_at=MONDAY_NOON + timedelta(hours=1))).closed_at == MONDAY_NOON


def test_a_customers_name_is_cut(world: World) -> None:
    assert len(world.deal(world.a_deal("x" * 10_000)).customer) == LONGEST_CUSTOMER


# --- redeliveries and edits ---


def test_redeliveries_and_an_edit_make_one_deal_and_one_card(world: World) -> None:
    message = world.new_message()
    outcomes = [world.detect(event="Ev1", message=message, text="Closed Northwind!") for _ in range(3)]
    edited = world.detect(event="Ev2", message=message, text="Closed Northwind! Great team.")

    assert [outcome.recognition for outcome in outcomes] == [
        Recognition.NEW,
        Recognition.REPEATED,
        Recognition.REPEATED,
    ]
    assert (edited.recognition, edited.deal_id) == (Recognition.KNOWN, outcomes[0].deal_id)
    assert len(world.all(Deal)) == len(world.all(Sighting)) == len(world.queued("card")) == 1
    assert world.all(Sighting)[0].text == "Closed Northwind! Great team."


def test_the_same_message_with_another_event_id_is_the_same_deal(world: World) -> None:
    message = world.new_message()
    world.detect(message=message)
    before = world.actions(1)

    assert world.detect(message=message).recognition is Recognition.KNOWN
    assert len(world.all(Deal)) == 1
    assert world.actions(1) == before


def test_an_edit_corrects_the_facts(world: World) -> None:
    message = world.new_message()
    deal = world.a_deal("Northwnd", message=message, amount="45", currency="EUR")

    world.detect("Northwind Dental", message=message, text="corrected", amount="45000", currency="USD")

    row = world.deal(deal)
    assert (row.customer, row.customer_key, row.amount_minor, row.currency) == (
        "Northwind Dental",
        "northwind dental",
        4_500_000,
        "USD",
    )
    assert world.actions(deal) == ["heard", "message_edited"]


def test_an_edit_that_says_less_removes_nothing(world: World) -> None:
    message = world.new_message()
    deal = world.a_deal(message=message)

    world.detect(None, message=message, text="We did it!", amount=None, currency=None)

    assert (world.deal(deal).customer, world.deal(deal).amount_minor) == ("Northwind Dental", 4_500_000)


def test_an_edit_after_the_alignment_changes_nothing(world: World) -> None:
    message = world.new_message()
    deal = world.a_deal(message=message)
    world.capture(deal)
    world.agree_to_all(deal)
    world.wrap_up(deal)

    world.detect("Contoso", message=message, text="Closed Contoso", amount="1")

    assert (world.deal(deal).customer, world.deal(deal).amount_minor) == ("Northwind Dental", 4_500_000)


def test_the_text_of_an_edit_without_a_deal_is_not_stored(world: World) -> None:
    """Data rule 10. The stored facts stay: the rep says on the card whether it is a deal."""
    message = world.new_message()
    deal = world.a_deal(message=message)

    world.detect("Lunch", message=message, text="Lunch at noon?", decision=Decision.NO, amount="9", currency="EUR")

    assert "Lunch" not in str(world.all_rows())
    assert (world.deal(deal).customer, world.deal(deal).amount_minor) == ("Northwind Dental", 4_500_000)


def test_a_sure_edit_opens_a_suspected_deal(world: World) -> None:
    message = world.new_message()
    deal = world.a_deal(message=message, decision=Decision.MAYBE)

    world.detect(message=message, text="Northwind signed!", decision=Decision.SURE)

    assert world.stage(deal) == Stage.OPEN
    assert len(world.queued("reminder")) == 2


# --- the same customer ---


def test_the_same_customer_within_a_week_is_the_same_deal(world: World) -> None:
    deal = world.a_deal("Northwind Dental", amount=None, currency=None)
    world.advance(days=7)

    again = world.detect("NORTHWIND DENTAL, Inc.", person=BEN, amount="45000", currency="USD")

    assert (again.recognition, again.deal_id) == (Recognition.KNOWN, deal)
    assert world.deal(deal).amount_minor == 4_500_000
    assert world.deal(deal).owner.external_id == ANNA
    assert len(world.all(Sighting)) == 2
    assert world.actions(deal) == ["heard", "bettered"]


def test_another_message_overwrites_nothing(world: World) -> None:
    deal = world.a_deal()

    world.detect("northwind dental", amount="99", currency="EUR")

    assert (world.deal(deal).amount_minor, world.deal(deal).currency) == (4_500_000, "USD")
    assert world.actions(deal) == ["heard"]


def test_another_message_adds_the_missing_currency(world: World) -> None:
    deal = world.a_deal(amount="45000", currency=None)

    world.detect(amount="45000", currency="EUR")

    assert (world.deal(deal).amount_minor, world.deal(deal).currency) == (4_500_000, "EUR")


def test_editing_a_later_message_does_not_rename_the_deal(
    world: World,
) -> None:
    deal = world.a_deal("Northwind Dental")
    congratulations = world.new_message()
    world.detect("Northwind Dental", person=BEN, message=congratulations)

    world.detect("Contoso", person=BEN, message=congratulations, text="Closed Contoso", amount="1", currency="EUR")

    assert (world.deal(deal).customer, world.deal(deal).amount_minor) == ("Northwind Dental", 4_500_000)


def test_a_sure_message_opens_a_suspected_deal(world: World) -> None:
    deal = world.a_deal(decision=Decision.MAYBE)

    world.detect(decision=Decision.SURE)

    assert world.stage(deal) == Stage.OPEN
    assert "open" in world.actions(deal)
    assert len(world.queued("reminder")) == 2


def test_a_message_does_not_revive_a_dismissed_deal(world: World) -> None:
    deal = world.a_deal()
    world.dismiss(deal)

    assert world.detect().deal_id == deal
    assert world.stage(deal) == Stage.DISMISSED


def test_after_eight_days_the_same_customer_is_a_new_deal(world: World) -> None:
    first = world.a_deal()
    world.advance(days=8)

    second = world.detect()

    assert second.recognition is Recognition.NEW
    assert second.deal_id != first


def test_the_same_customer_in_another_workspace_is_another_deal(world: World) -> None:
    world.a_deal()

    assert world.detect(workspace=ELSEWHERE).recognition is Recognition.NEW


# --- a similar customer name ---


def test_a_post_a_crm_card_and_congratulations_are_one_deal(world: World) -> None:
    deal = world.a_deal("Northwind", amount=None, currency=None)
    world.advance(minutes=2)
    card = world.detect("Northwind Dental, Inc.", person="B_CRM", owner=ANNA, amount="45000", currency=None)
    world.advance(minutes=1)
    cheer = world.detect(
        "Northwnd Dental", person=BEN, owner=ANNA, message=world.new_message("C_CHEER"), amount="45000", currency="USD"
    )

    assert [(each.recognition, each.deal_id) for each in (card, cheer)] == [(Recognition.KNOWN, deal)] * 2
    row = world.deal(deal)
    assert (row.customer, row.customer_key) == ("Northwind Dental, Inc.", "northwind dental")
    assert (row.amount_minor, row.currency) == (4_500_000, "USD")
    assert len(world.all(Deal)) == len(world.queued("card")) == 1
    assert world.actions(deal) == ["heard", "bettered", "bettered"]


def test_a_shorter_or_misspelt_name_changes_nothing(world: World) -> None:
    deal = world.a_deal("Northwind Dental")
    world.detect("Northwind")
    world.detect("Northwind Dentall")

    assert world.deal(deal).customer == "Northwind Dental"
    assert world.actions(deal) == ["heard"]


def test_a_suspected_message_does_not_rename_the_deal(world: World) -> None:
    deal = world.a_deal("Northwind")

    assert world.detect("Northwind Lunch", decision=Decision.MAYBE).deal_id == deal
    assert world.deal(deal).customer == "Northwind"


def test_a_fuller_name_after_the_alignment_changes_nothing(world: World) -> None:
    deal = world.an_aligned_deal("Northwind")

    world.detect("Northwind Dental")

    assert world.deal(deal).customer == "Northwind"


def test_an_equal_name_beats_a_similar_one_and_newer_beats_older(world: World) -> None:
    foods, robotics = world.a_deal("Contoso Foods"), world.a_deal("Contoso Robotics")

    assert foods != robotics
    assert world.detect("Contoso Foods Ltd").deal_id == foods
    assert world.detect("Contoso").deal_id == robotics


def test_different_customers_with_similar_names_are_two_deals(world: World) -> None:
    assert world.a_deal("Northwind Dental") != world.a_deal("Northwind Rental")


def test_a_similar_name_after_eight_days_or_elsewhere_is_a_new_deal(world: World) -> None:
    world.a_deal("Northwind")

    assert world.detect("Northwind Dental", workspace=ELSEWHERE).recognition is Recognition.NEW
    world.advance(days=8)
    assert world.detect("Northwind Dental").recognition is Recognition.NEW


def test_reporting_the_full_name_finds_the_detected_deal(world: World) -> None:
    deal = world.a_deal("Northwind", amount=None, currency=None)

    assert report(world).deal_id == deal
    assert (world.deal(deal).customer, world.deal(deal).amount_minor) == ("Northwind Dental", 4_500_000)
    assert report(world, "Northwind", person=BEN).recognition is Recognition.NEW


# --- a rep reports ---


def test_a_reported_deal_is_open_and_belongs_to_the_rep(world: World) -> None:
    outcome = report(world, "  Northwind \n Dental ")

    assert outcome.recognition is Recognition.NEW
    row = world.deal(outcome.deal_id or 0)
    assert (row.customer, row.stage, row.owner.external_id) == ("Northwind Dental", Stage.OPEN, ANNA)
    assert world.actions(row.id) == ["reported"]
    assert (len(world.queued("card")), len(world.queued("reminder"))) == (1, 2)


def test_reporting_a_suspected_deal_confirms_it(world: World) -> None:
    deal = world.a_deal(decision=Decision.MAYBE, amount=None, currency=None)

    assert report(world) == IntakeOutcome(deal, Recognition.KNOWN)
    assert (world.stage(deal), world.deal(deal).amount_minor) == (Stage.OPEN, 4_500_000)
    assert world.actions(deal) == ["heard", "bettered", "open"]
    assert len(world.queued("card")) == 1


def test_reporting_a_dismissed_deal_reopens_it(world: World) -> None:
    """A report overrides a dismissal of a minute ago."""
    deal = world.a_deal()
    world.dismiss(deal)
    world.advance(minutes=1)

    assert report(world).deal_id == deal
    assert world.stage(deal) == Stage.OPEN
    assert len(world.queued("reminder")) == 2


def test_a_redelivered_report_is_applied_once(world: World) -> None:
    first = report(world, event="form:1")
    before = world.all_rows()

    again = report(world, event="form:1")

    assert again.deal_id == first.deal_id
    assert world.all_rows() == before


def test_two_reps_who_report_the_same_customer_have_one_deal_each(world: World) -> None:
    mine = report(world, event="form:1")
    theirs = report(world, person=BEN, event="form:2")

    assert theirs.deal_id != mine.deal_id
    assert report(world).deal_id == mine.deal_id
    before = world.all_rows()
    assert report(world, amount="1", event="form:1").deal_id == mine.deal_id
    assert world.all_rows() == before


@pytest.mark.parametrize("customer", ["", " \n ", "x" * (LONGEST_CUSTOMER + 1)])
def test_a_report_needs_a_customers_name_of_valid_length(world: World, customer: str) -> None:
    report(world, "Somebody else")
    before = world.all_rows()

    with pytest.raises(InvalidEntryError) as refused:
        report(world, customer)

    assert refused.value.field == "customer"
    assert world.all_rows() == before


# --- channels ---


@pytest.mark.parametrize(
    ("name", "purpose"),
    [("wins", "wins"), ("emea-wins", "wins"), ("wins-2026", "wins"), ("twins", "unset"), (None, "unset")],
)
def test_a_channel_named_for_wins_gets_summaries(world: World, name: str | None, purpose: str) -> None:
    world.detect(channel_name=name)

    (channel,) = world.all(Channel)
    assert (channel.name, channel.purpose) == (name, purpose)
    assert len(world.queued("summary")) == (purpose == "wins")


def test_a_renamed_channel_keeps_its_purpose(world: World) -> None:
    world.detect(channel_name="wins")
    world.detect("Contoso", channel_name="deals")

    (channel,) = world.all(Channel)
    assert (channel.name, channel.purpose) == ("deals", "wins")


# --- known messages ---


def test_a_message_of_a_deal_is_known(world: World) -> None:
    message = world.new_message()
    world.detect(message=message)

    def known(workspace: str, channel: str, ts: str) -> bool:
        return world.database.read_sync(detected_deal.is_known, "slack", workspace, channel, ts)

    assert known(WORKSPACE, message.channel, message.ts)
    assert not known(WORKSPACE, message.channel, "9.9")
    assert not known(WORKSPACE, "C_OTHER", message.ts)
    assert not known(ELSEWHERE, message.channel, message.ts)


def test_a_callers_profile_is_stored(world: World) -> None:
    caller = world.caller(ANNA, zone="Asia/Tokyo")
    world.do(reported_deal.record_reported, DealReported(replace(caller), "Contoso", None, None))

    (person,) = world.all(Person)
    assert person.zone == "Asia/Tokyo"
