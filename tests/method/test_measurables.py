"""Measurable things are read as meant, and no text raises (M3.5)."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.method.measurables import Comparison, Target, kinds, measure_rules, read_targets
from prompts.measures import What

EN = measure_rules()
TODAY = date(2027, 2, 10)  # a Wednesday
AT_MOST, AT_LEAST = Comparison.AT_MOST, Comparison.AT_LEAST


def read(wording: str) -> list[Target]:
    return read_targets(wording, EN, TODAY)


def the(what: What, wording: str) -> Target:
    (target,) = (target for target in read(wording) if target.what is what)
    return target


@pytest.mark.parametrize(
    ("wording", "number", "unit", "comparison"),
    [
        ("20 mpg", "20", "miles per gallon", None),
        ("at least 24 miles to the gallon", "24", "miles per gallon", AT_LEAST),
        ("99.9 % uptime", "99.9", "%", None),
        ("ten percent off", "10", "%", None),
        ("max increase of 2 % a year", "2", "%", None),
        ("tows 3,500 kg", "3500", "kilograms", None),
        ("quieter than 60dB", "60", "decibels", AT_MOST),
        ("all 14 units", "14", "pieces", None),
        ("two thousand pallets or more", "2000", "pieces", AT_LEAST),
        ("twenty four people", "24", "people", None),
        ("chairs stack 10 high", "10", "in size", None),
    ],
)
def test_a_quantity(wording: str, number: str, unit: str, comparison: Comparison | None) -> None:
    target = the(What.QUANTITY, wording)
    assert (target.number, target.unit, target.comparison) == (Decimal(number), unit, comparison)


@pytest.mark.parametrize(
    ("wording", "number", "unit", "comparison"),
    [
        ("within 4 hours", "4", "hour", AT_MOST),
        ("under 2 minutes", "2", "minute", AT_MOST),
        ("replies inside 24h", "24", "hour", AT_MOST),
        ("forty eight hour turnaround", "48", "hour", None),
        ("at least two business days notice", "2", "day", AT_LEAST),
        ("a fortnight ahead", "1", "fortnight", None),
        ("search in half a second", "0.5", "second", None),
        ("in ten weeks or less", "10", "week", AT_MOST),
        ("after a hundred hours", "100", "hour", None),
    ],
)
def test_a_duration(wording: str, number: str, unit: str, comparison: Comparison | None) -> None:
    target = the(What.DURATION, wording)
    assert (target.number, target.unit, target.comparison) == (Decimal(number), unit, comparison)


@pytest.mark.parametrize("wording", ["the same day", "next business day", "within the hour", "productive on day one"])
def test_a_deadline_without_a_number(wording: str) -> None:
    assert the(What.DURATION, wording).number is None


@pytest.mark.parametrize(
    ("wording", "number", "per"),
    [
        ("twice a month", "2", "month"),
        ("every other day", "0.5", "day"),
        ("every second Tuesday", "0.5", "week"),
        ("every 4 weeks", "0.25", "week"),
        ("each Friday", "1", "week"),
        ("two times a week", "2", "week"),
        ("no more than one a year", "1", "year"),
        ("at each visit", "1", None),
        ("every planning meeting", "1", None),
    ],
)
def test_a_frequency(wording: str, number: str, per: str | None) -> None:
    target = the(What.FREQUENCY, wording)
    assert (target.number, target.per) == (Decimal(number), per)


@pytest.mark.parametrize("wording", ["a weekly call", "Daily", "on mondays", "open 24/7", "monthly by mail"])
def test_a_frequency_in_one_word(wording: str) -> None:
    assert the(What.FREQUENCY, wording).number is None


@pytest.mark.parametrize(
    ("wording", "text", "day"),
    [
        ("by 12 March", "12 March", date(2027, 3, 12)),
        ("May 3rd", "May 3rd", date(2027, 5, 3)),
        ("before the 1st of september 2028", "1st of september 2028", date(2028, 9, 1)),
        ("by 2027-06-30", "2027-06-30", date(2027, 6, 30)),
        ("on or before 31/05/2027", "31/05/2027", date(2027, 5, 31)),
        ("by 5/31/27", "5/31/27", date(2027, 5, 31)),
        ("by 4/5/2027", "4/5/2027", None),
        ("by Jan 15", "Jan 15", date(2028, 1, 15)),
        ("on Feb 10", "Feb 10", date(2027, 2, 10)),
        ("29 February", "29 February", date(2028, 2, 29)),
        ("by the end of April", "the end of April", date(2027, 4, 30)),
        ("end of december", "end of december", date(2027, 12, 31)),
        ("end of february 2028", "end of february 2028", date(2028, 2, 29)),
        ("friday 4pm", "friday", date(2027, 2, 12)),
        ("wednesday", "wednesday", date(2027, 2, 10)),
        ("before Christmas", "Christmas", date(2027, 12, 25)),
        ("tomorrow", "tomorrow", date(2027, 2, 11)),
        ("by the 5th", "5th", date(2027, 3, 5)),
        ("in Q2", "Q2", None),
        ("kick off in week 14", "week 14", None),
        ("pays on the thirtieth", "on the thirtieth", None),
        ("done before easter", "easter", None),
        ("by June", "June", None),
        ("31 February", "31 February", None),
    ],
)
def test_a_date(wording: str, text: str, day: date | None) -> None:
    target = next(target for target in read(wording) if target.what is What.DATE)
    assert (target.text, target.day) == (text, day)


def test_without_today_only_a_full_date_has_a_day() -> None:
    assert [target.day for target in read_targets("12 March, friday, 1 May 2027", EN)] == [
        None,
        None,
        date(2027, 5, 1),
    ]


@pytest.mark.parametrize("wording", ["they may call", "may be late", "they march in", "the second floor"])
def test_a_word_that_could_be_a_date_is_none(wording: str) -> None:
    assert What.DATE not in kinds(read(wording))


@pytest.mark.parametrize("wording", ["at 9", "by 4pm", "after 16:30", "calls only between 2 and 4", "before noon"])
def test_an_hour(wording: str) -> None:
    assert What.CLOCK in kinds(read(wording))


@pytest.mark.parametrize(
    ("wording", "number", "unit", "comparison"),
    [
        ("not over $45,000", "45000", "USD", AT_MOST),
        ("under 30 cents a mile", "30", "cent", AT_MOST),
        ("12k euros", "12000", "EUR", None),
        ("£2.5 million", "2500000", "GBP", None),
    ],
)
def test_money(wording: str, number: str, unit: str, comparison: Comparison | None) -> None:
    target = the(What.MONEY, wording)
    assert (target.number, target.unit, target.comparison) == (Decimal(number), unit, comparison)


@pytest.mark.parametrize(
    ("wording", "text"),
    [
        ("Dana signs off every invoice", "Dana"),
        ("dana signs off every invoice", "dana"),
        ("ask Mr Alvarez before any change", "Mr Alvarez"),
        ("nobody but Ruth orders extras", "Ruth"),
        ("call Luis Ortega first", "Luis Ortega"),
        ("a visit by the plant manager", "plant manager"),
        ("without Sam's okay", "Sam's"),
    ],
)
def test_a_person(wording: str, text: str) -> None:
    assert the(What.PERSON, wording).text == text


@pytest.mark.parametrize("wording", ["somebody signs off", "ask the team", "works with SAP", "Call me", "Only Monday"])
def test_an_unspecific_person_is_no_target(wording: str) -> None:
    assert What.PERSON not in kinds(read(wording))


def test_channels_events_and_counts() -> None:
    assert [target.text for target in read("by phone or mail") if target.what is What.CHANNEL] == ["phone", "mail"]
    assert the(What.EVENT, "before go-live").text == "before go-live"
    assert the(What.COUNT, "at most three").comparison is AT_MOST
    assert the(What.COUNT, "six flavours or fewer").comparison is AT_MOST


@pytest.mark.parametrize(
    "wording", ["the 3 trucks", "two big screens", "keep me posted", "", "12/13/14/15", "-", "1" * 40]
)
def test_no_target(wording: str) -> None:
    assert read(wording) == []


PIECES = ["at most", "4", "2,5", "99.9", "%", "$", "k", "hours", "every", "other", "a", "half", "march", "the", "1st"]
PIECES += ["31/12", "0/0", "2027-99-99", "friday", "end of", "may", "Dana", "signs off", "9:30", "am", "twice", "zero"]
PIECES += ["1,2,3", "1.2.3", "24/7", "by", "Mr", "²", "٣", "９", "q", "million", "29", "february", "2099"]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=25).map(" ".join), st.dates() | st.none())
@settings(deadline=None)
def test_any_text_is_read_and_targets_have_positions(wording: str, today: date | None) -> None:
    targets = read_targets(wording, EN, today)
    assert [wording[target.start : target.end] for target in targets] == [target.text for target in targets]
    assert all(one.end <= other.start for one, other in pairwise(targets))


@pytest.mark.parametrize("wording", ["friday", "tomorrow", "end of december", "12 March"])
def test_there_is_no_day_after_the_last_one(wording: str) -> None:
    assert [target.what for target in read_targets(wording, EN, date.max)] == [What.DATE]


@pytest.mark.parametrize("piece", ["every ", "1 ", "one hundred ", "by 12 March ", "a", "Mr Sam ", "3 a ", "million "])
def test_the_time_is_linear_in_the_length(piece: str) -> None:
    def took(length: int) -> float:
        wording = (piece * length)[:length]
        begun = time.process_time()
        read_targets(wording, EN, TODAY)
        return time.process_time() - begun

    at_most = 30 * max(1e-3, min(took(3_000) for _ in range(3)))
    assert any(took(24_000) < at_most for _ in range(3))  # the best of three, and often the first is good enough
