"""A competitor's promise is told from what the customer's people say, and turned into what the rep says (M1.2)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.competitor_promise import (
    Parties,
    competitor_promise,
    competitor_rules,
    competitors_named,
    reset_script,
)
from handlers.method.statements import Kind
from handlers.method.vagueness import Reason, coach, rules

EN = competitor_rules()
DEAL = Parties(("HubSpot", "Globex Systems"), ("Northwind Dental", "Olga Petrova", "Anna Berg"))
PIECES = ["Acme", "&", "Co's", "of", "The", "promised", "by", "told", "us", "3M", ".", ",", "AND"]
CUSTOMERS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "statements_customers.jsonl").read_text("utf-8").splitlines()
]


def test_the_labelled_statements_name_their_competitor() -> None:
    found = {row["text"]: competitor_promise(row["text"], EN) for row in CUSTOMERS}
    wrong = [
        row["text"]
        for row in CUSTOMERS
        if row["promised_by"] != (None if found[row["text"]] is None else found[row["text"]].name)
    ]
    # Nothing tells that "ricoh" in small letters is a company.
    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize(
    ("wording", "name"),
    [
        ("the other vendor said next day delivery", ""),
        ("like the other guys promised, free training", ""),
        ("The other company offers a 5 year warranty", ""),
        ("competitor promised 24/7 support", ""),
        ("another supplier had quoted $500 less", ""),
        ("free parts for life, promised by the other dealer", ""),
        ("same as the competition offered", ""),
        ("somebody else guaranteed 30 mpg", ""),
        ("other rep told them installation is free", ""),
        ("What your competitor showed us", ""),
        ("hubspot told us 5 days", "hubspot"),
        ("HubSpot CRM would give us 3 users", "HubSpot CRM"),
        ("globex said same day", "globex"),
        ("as quoted by the Xerox guy: 14k", "Xerox"),
        ("Jake from Initech promised free onboarding", "Initech"),
        ("Match Dell's quote of 14k", "Dell"),
        ("AT&T promised 5 bars everywhere", "AT&T"),
        ("3M said the tape would never peel", "3M"),
        ("the 7-Eleven guys promised us fresh coffee", "7-Eleven"),
        ("Bank of America offered 2 percent", "Bank of America"),
        ("SALESFORCE TOLD US WE'D BE LIVE IN TWO WEEKS", "SALESFORCE"),
        ("Salesforce’s team told us we’d be live in two weeks", "Salesforce"),
        ("I was promised 3 free months by Vodafone", "Vodafone"),
        ("Free shipping, eBay promised", "eBay"),
        ("our Xerox rep promised 2 trays", "Xerox"),
    ],
)
def test_a_competitors_promise(wording: str, name: str) -> None:
    found = competitor_promise(wording, EN, DEAL)
    assert found is not None
    assert found.name == name
    coaching = coach(wording, Kind.EXPECTATION, rules(), DEAL)
    assert coaching is not None
    assert coaching.reason is Reason.COMPETITOR


@pytest.mark.parametrize(
    "wording",
    [
        "same driver as on the other site",
        "the other office gets a copy of each invoice",
        "work with our other vendors by 3 May",
        "as quoted on 3 May",
        "more market share than our competitors, 5 %",
        "like Zendesk does today",
        "better than what HubSpot gives us today",
        "cheaper than Globex",
        "export to HubSpot nightly",
        "HubSpot never promised that",
        "the same screens that Dell delivered in 2022",
        "Northwind said it would pay in May",
        "Olga told us they'd be closed in August",
        "Petrova promised the board a demo by 3 May",
        "Anna promised a call every Friday",
        "you quoted 14k",
        "we promised our customers 24h delivery",
        "The parents were promised a bus at 7",
        "Management promised the staff new chairs by June",
        "Our CEO said we would never go back",
        "Headquarters in Oslo said the budget will be 40k",
        "The FDA said we can keep the records 2 years",
        "The City of Leeds said we'd get the permit in May",
        "Mr. Lindqvist said we will pay in 30 days",
        "as promised by March",
        "Monday.com sync every hour",
        "our Siemens guys work nights",
    ],
)
def test_no_competitors_promise(wording: str) -> None:
    assert competitor_promise(wording, EN, DEAL) is None


@pytest.mark.parametrize(
    ("wording", "said"),
    [
        ("the other guys promised free training", "free training isn't in what we agreed."),
        ("the 30 % faster boarding that HubSpot promised", "the 30 % faster boarding isn't in what we agreed."),
        ("Salesforce told us we'd be live in two weeks", "we haven't agreed that you'd be live in two weeks."),
        ("Trane's rep swore they'd be done in 2 days", "we haven't agreed that we'd be done in 2 days."),
        ("the reporting Pipedrive showed us in their demo", "the reporting isn't in what we agreed."),
        ("I was promised 3 free months by Vodafone", "3 free months isn't in what we agreed."),
        ("What your competitor showed us", "“What your competitor showed us” isn't in what we agreed."),
        ("cheap", "“cheap” isn't in what we agreed."),
    ],
)
def test_the_rep_says_what_is_not_agreed(wording: str, said: str) -> None:
    assert f"I want to be straight with you: {said}" in reset_script(wording, "Acme", EN)


def test_the_script_contains_what_people_wrote_unchanged() -> None:
    said = reset_script("free {{ parts }} <!channel>", "Acme & Sons", EN)
    assert "“free {{ parts }} <!channel>”" in said
    assert "Acme & Sons" in said


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("We beat Salesforce AND HubSpot", ("Salesforce", "HubSpot")),
        ("Signed! Beat out Zoho, Pipedrive & Monday.com for this one", ("Zoho", "Pipedrive", "Monday.com")),
        ("Signed Northwind over Zoom, up against Globex and Initech!", ("Globex", "Initech")),
        ("WE BEAT HUBSPOT AND ZOHO", ("HUBSPOT", "ZOHO")),
        ("They were up against Bank of America. Great work", ("Bank of America",)),
        ("beat 3 others, and Olga is happy", ()),
        ("Signed Northwind for 40k", ()),
    ],
)
def test_beaten_competitors_are_read_from_the_post(text: str, names: tuple[str, ...]) -> None:
    assert competitors_named(text, EN, DEAL) == names


@given(st.text(max_size=200) | st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_any_text_can_be_read(wording: str) -> None:
    competitor_promise(wording, EN, DEAL)
    competitors_named(wording, EN, DEAL)
    assert reset_script(wording, "Acme", EN)
