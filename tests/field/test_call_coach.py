"""What people reported of tools that judge wordings or approve in bulk, tried on the coach and the read-back."""

from __future__ import annotations

import pytest

from handlers.method.competitor_promise import Parties, competitor_promise, competitor_rules, competitors_named
from handlers.method.statements import Kind
from handlers.method.vagueness import Reason, coach, other_list, rules

EN = rules()
COMPETITORS = competitor_rules()
EXPECTATION, PRIORITY = Kind.EXPECTATION, Kind.PRIORITY


def field(source: str) -> pytest.MarkDecorator:
    return pytest.mark.reported(source)


@pytest.mark.parametrize(
    ("wording", "kind", "question"),
    [
        pytest.param(
            "less manual work", PRIORITY, "From what number", marks=field("own trial: a noun of another topic")
        ),
        pytest.param("minimal disruption", EXPECTATION, "What must keep running", marks=field("own trial: no date")),
        pytest.param("one person to call", EXPECTATION, "Who, by name", marks=field("own trial: one is no measure")),
        pytest.param("no bait and switch", EXPECTATION, "Which costs", marks=field("own trial: no can be checked")),
        pytest.param("no nickel and diming", EXPECTATION, "Which costs", marks=field("own trial: no can be checked")),
        pytest.param("integrates with our ERP", PRIORITY, "Which system", marks=field("own trial: ERP is no name")),
        pytest.param("no fine print, ever", EXPECTATION, "Which costs", marks=field("own trial: no can be checked")),
        pytest.param("talks to our other tools", PRIORITY, "Which system", marks=field("own trial: ERP is no name")),
        pytest.param(
            "the same face every time", EXPECTATION, "Who, by name", marks=field("own trial: same can be checked")
        ),
        pytest.param(
            "warn us if the weather turns", EXPECTATION, "How many hours or days", marks=field("own trial: no question")
        ),
    ],
)
def test_the_question_is_about_what_the_statement_says(wording: str, kind: Kind, question: str) -> None:
    coaching = coach(wording, kind, EN)
    assert coaching is not None
    assert coaching.reason is Reason.VAGUE
    assert coaching.sentence.startswith(question)
    assert other_list(wording, kind, EN) is None


@pytest.mark.parametrize(
    "wording",
    [
        pytest.param("flags late invoices within 1 day", marks=field("skyf0xx/hedgehog#400")),
        pytest.param("shows meeting minutes in 2 languages", marks=field("skyf0xx/hedgehog#400")),
        pytest.param("checkout in 4 minutes", marks=field("skyf0xx/hedgehog#400")),
        pytest.param("prints delivery notes from the handheld", marks=field("skyf0xx/hedgehog#400")),
        pytest.param("replaces three spreadsheets by go-live", marks=field("skyf0xx/hedgehog#400")),
    ],
)
def test_a_word_of_the_sale_moves_no_feature_to_the_expectations(wording: str) -> None:
    assert other_list(wording, PRIORITY, EN) is None


@pytest.mark.reported("own trial: call me weekly as a priority")
def test_a_wish_to_be_called_is_no_priority() -> None:
    assert other_list("call me weekly", PRIORITY, EN) is EXPECTATION


@pytest.mark.parametrize(
    ("wording", "name"),
    [
        pytest.param("Globex's sales team promised 2 days", "Globex", marks=field("Canonry/canonry#204")),
        pytest.param("Better pricing, Initech offered 9 %", "Initech", marks=field("Canonry/canonry#204")),
        pytest.param("the Costco guys promised 40 % off", "Costco", marks=field("browserbase/skills#76")),
        pytest.param("globex told us 2 days", "globex", marks=field("danishashko/geo-aeo-tracker#4")),
    ],
)
def test_a_competitor_is_named_as_written(wording: str, name: str) -> None:
    found = competitor_promise(wording, COMPETITORS, Parties(("Globex Systems",)))
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "wording",
    [
        pytest.param("Globex never promised a date", marks=field("elmohq/elmo#373")),
        pytest.param("The FDA told us the samples would need a seal", marks=field("explosion/spaCy#3779")),
        pytest.param("Customs said it'll take a week", marks=field("explosion/spaCy#3779")),
        pytest.param("Virtualization would have to wait until May", marks=field("explosion/spaCy#1892")),
        pytest.param("Grace said we would sign by 3 May", marks=field("datamade/probablepeople#52")),
        pytest.param("Mrs Ganuthula promised an answer by 3 May", marks=field("datamade/usaddress#246")),
    ],
)
def test_not_every_capital_is_a_competitor(wording: str) -> None:
    assert competitor_promise(wording, COMPETITORS, Parties(("Globex",))) is None


@pytest.mark.reported("letterstory/lettertrace#45")
def test_competitors_nobody_listed_are_read_from_the_words() -> None:
    assert competitors_named("Beat Globex, Initech & AT&T. Over to delivery!", COMPETITORS) == (
        "Globex",
        "Initech",
        "AT&T",
    )


@pytest.mark.reported("amperser/proselint#1426")
def test_a_word_inside_another_is_no_sign() -> None:
    assert coach("discovery call on 3 May at 10:00", EXPECTATION, EN) is None


@pytest.mark.reported("btford/write-good#75")
def test_a_number_beside_a_vague_word_is_enough() -> None:
    assert coach("holds as many as 40 pallets", PRIORITY, EN) is None
