"""Typed times of a call: 137 labelled phrases, and invariants for any text, zone and hour."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from handlers.errors import InvalidEntryError
from handlers.method.time_parsing.resolve import (
    MAX_AGO,
    MAX_AHEAD,
    format_day,
    format_moment,
    local_moment,
    resolve_day,
    resolve_past_time,
    resolve_time,
)
from handlers.method.working_time import WorkingTime
from prompts.cadence import Hours, cadence
from prompts.errors import PlaybookError
from prompts.time_words import appointment_words
from prompts.wording import Wording

PHRASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "appointments.jsonl").read_text("utf-8").splitlines()
]
ZONES = [
    *("Europe/Berlin", "Europe/London", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Kathmandu"),
    *("Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "UTC"),
]
NOW = st.timedeltas(timedelta(0), timedelta(days=7 * 365)).map(lambda span: datetime(2024, 1, 1, tzinfo=UTC) + span)
LOCAL = st.sampled_from(ZONES).map(ZoneInfo)
WORDS = sorted(" ".join(phrase) for phrase in appointment_words())
BERLIN = ZoneInfo("Europe/Berlin")


def work(local: ZoneInfo) -> WorkingTime:
    return WorkingTime.default(local, cadence())


@contextmanager
def allowed_to_refuse() -> Iterator[None]:
    try:
        yield
    except InvalidEntryError as refused:
        refused.sentence(Wording())  # fails without a wording, or a value of it


def refusal(typed: str, now: datetime, local: ZoneInfo = BERLIN) -> str:
    with pytest.raises(InvalidEntryError) as refused:
        resolve_time(typed, now, work(local))
    assert refused.value.field == "when"
    return refused.value.sentence(Wording())


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: f"{phrase['typed']} @ {phrase['now']}")
def test_a_labelled_phrase(phrase: dict[str, Any]) -> None:
    local = ZoneInfo(phrase["zone"])
    now = datetime.fromisoformat(phrase["now"]).replace(tzinfo=local).astimezone(UTC)

    try:
        found = f"{resolve_time(phrase['typed'], now, work(local)).at:%Y-%m-%dT%H:%M}"
    except InvalidEntryError as refused:
        found = refused.key

    assert found == phrase["want"]


# --- for every text ---


HOURS = st.integers(0, 22).flatmap(lambda h: st.integers(h + 1, 23).map(lambda end: Hours(time(h), time(end))))
WORKING_DAYS = st.frozensets(st.integers(0, 6), min_size=1)


def holds(typed: str, now: datetime, local: ZoneInfo, at_work: WorkingTime | None = None) -> None:
    """It is read as a future moment, to the minute, in the zone; or refused with a text. So is a day and the past."""
    person = at_work or work(local)
    today = now.astimezone(local).date()
    with allowed_to_refuse():
        assert today < resolve_day(typed, now, person) <= today + MAX_AHEAD
    with allowed_to_refuse():
        assert today <= resolve_day(typed, now, person, or_today=True) <= today + MAX_AHEAD
    with allowed_to_refuse():
        assert now - MAX_AGO <= resolve_past_time(typed, now, person) <= now
    with allowed_to_refuse():
        moment, otherwise = resolve_time(typed, now, person)
        assert moment.tzinfo is local
        assert (moment.second, moment.microsecond) == (0, 0)
        assert now < moment.astimezone(UTC) <= now + MAX_AHEAD
        assert otherwise is None or (otherwise.tzinfo is local and now < otherwise != moment)


@given(typed=st.text(max_size=100), now=NOW, local=LOCAL)
@example(typed="²:³٤", now=datetime(2026, 1, 1, tzinfo=UTC), local=BERLIN)
@example(typed="in 9999 weeks", now=datetime(2026, 1, 1, tzinfo=UTC), local=BERLIN)
@example(typed="9999-12-31 23:59", now=datetime(2026, 1, 1, tzinfo=UTC), local=BERLIN)
@example(typed="0000-00-00 00:00", now=datetime(2026, 1, 1, tzinfo=UTC), local=BERLIN)
def test_any_text_is_read_or_refused(typed: str, now: datetime, local: ZoneInfo) -> None:
    holds(typed, now, local)


@given(
    parts=st.lists(
        st.sampled_from(WORDS)
        | st.from_regex(r"[0-9]{1,4}([:./-][0-9]{1,2}){0,2}\.?(am|pm|h)?", fullmatch=True)
        | st.sampled_from(["24:00", "0", "31", "32", "29 feb", "-", "T", "12"]),
        max_size=6,
    ),
    now=NOW,
    local=LOCAL,
    hours=HOURS,
    days=WORKING_DAYS,
    away=st.none() | st.integers(-3, 30),
)
def test_any_sequence_of_known_words_and_numbers_is_read_or_refused(
    parts: list[str], now: datetime, local: ZoneInfo, hours: Hours, days: frozenset[int], away: int | None
) -> None:
    back = None if away is None else now.astimezone(local).date() + timedelta(days=away)
    holds(" ".join(parts), now, local, WorkingTime(local, hours, days, away_until=back))


@given(now=NOW, local=LOCAL, minutes=st.integers(1, 182 * 24 * 60))
def test_what_is_formatted_is_read_back(now: datetime, local: ZoneInfo, minutes: int) -> None:
    meant = (now + timedelta(minutes=minutes)).replace(second=0, microsecond=0).astimezone(local)
    assume(meant > now)
    repeated = meant.utcoffset() != meant.replace(fold=1 - meant.fold).utcoffset()  # a text cannot say which of two
    for text in (meant.isoformat(), str(meant), meant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")):
        assert resolve_time(text, now, work(local)).at == meant
    assert repeated or resolve_time(format_moment(meant), now, work(local)).at == meant
    assert meant.date() == now.astimezone(local).date() or (
        resolve_day(format_day(meant.date()), now, work(local)) == meant.date()
    )


@given(
    now=NOW,
    local=LOCAL,
    days=st.integers(0, 182),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    form=st.sampled_from(
        ["%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%H:%M on %d %B %Y", "%a %d %b %Y, %I:%M %p", "%B %d %H:%M"]
    ),
)
def test_a_full_time_is_read_as_written(now: datetime, local: ZoneInfo, days: int, at: time, form: str) -> None:
    there = now.astimezone(local)
    meant = local_moment(there.date() + timedelta(days=days), at, now, local)
    assume(meant is not None and meant > now)
    assert meant is not None

    assert resolve_time(meant.astimezone(local).strftime(form), now, work(local)).at == meant.astimezone(local)


@given(now=NOW, local=LOCAL, hours=st.integers(1, 48))
def test_hours_from_now_ignore_clock_changes(now: datetime, local: ZoneInfo, hours: int) -> None:
    passed = resolve_time(f"in {hours} hours", now, work(local)).at.astimezone(UTC) - now

    assert timedelta(hours=hours) - timedelta(minutes=1) < passed <= timedelta(hours=hours)


@given(now=NOW, local=LOCAL, weekday=st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]))
def test_a_weekday_is_within_a_week(now: datetime, local: ZoneInfo, weekday: str) -> None:
    moment = resolve_time(f"{weekday} 14:30", now, work(local)).at

    assert f"{moment:%a %H:%M}".lower() == f"{weekday} 14:30"
    assert moment.date() - now.astimezone(local).date() <= timedelta(days=7)


# --- when the clocks change ---


def test_a_skipped_hour_is_refused_and_named() -> None:
    assert "no 02:30" in refusal("tomorrow 2:30am", datetime(2026, 3, 28, 12, tzinfo=UTC))


def test_a_repeated_hour_is_the_first_still_to_come() -> None:
    day = date(2026, 10, 25)
    before, between = datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 0, 45, tzinfo=UTC)

    assert resolve_time("tomorrow 2:30am", before, work(BERLIN)).at.astimezone(UTC) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )
    assert resolve_time("today 2:30am", between, work(BERLIN)).at.astimezone(UTC) == datetime(
        2026, 10, 25, 1, 30, tzinfo=UTC
    )
    assert local_moment(day, time(2, 30), between, BERLIN) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


# --- refusals say what to do ---


def test_a_refusal_names_the_day_that_it_would_be() -> None:
    assert "Sat 28 Nov" in refusal("Fri 28 Nov 14:30", datetime(2026, 11, 25, 9, tzinfo=UTC))


def test_a_number_that_may_be_minutes_hours_or_days_is_asked_about() -> None:
    assert refusal("in 3", datetime(2026, 11, 25, 9, tzinfo=UTC)) == Wording()("refusal.when_which_unit")


def test_a_moment_is_formatted_in_its_own_zone() -> None:
    assert format_moment(datetime(2026, 11, 27, 13, 30, tzinfo=UTC).astimezone(BERLIN)) == "Fri 27 Nov 14:30"


# --- cost, and the words as data ---


@pytest.mark.parametrize("piece", ["1.", "next ", "in 1 ", "half an ", "12/", "a.", "9", "ﷺ", " "])
def test_a_very_long_text_is_refused(piece: str) -> None:
    now = datetime(2026, 11, 25, 9, tzinfo=UTC)

    assert refusal(piece * (200_000 // len(piece)), now)


def test_a_missing_locale_is_an_error_with_its_path() -> None:
    with pytest.raises(PlaybookError, match=r"locales/tlh/appointments\.toml"):
        appointment_words("tlh")


@pytest.mark.parametrize(
    ("locale", "old", "new", "error"),
    [
        ("t-word", '"noon" = 12:00:00', '"noon" = "12:00"', r"\[times\] noon is not a time"),
        ("t-long", '"noon" =', '"at the stroke of noon" =', "'at the stroke of noon' is not one to 4 words"),
        ("t-gone", "hour_mark =", "# hour_mark =", r"\[words\] hour_mark is missing"),
        ("t-more", "hour_mark =", "hour_marks = []\nhour_mark =", "unknown entry 'hour_marks'"),
    ],
)
def test_a_mistake_in_the_words_is_an_error_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locale: str, old: str, new: str, error: str
) -> None:
    english = (files("prompts") / "locales" / "en" / "appointments.toml").read_text(encoding="utf-8")
    assert old in english
    folder = tmp_path / "locales" / locale
    folder.mkdir(parents=True)
    (folder / "appointments.toml").write_text(english.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr("prompts.locale_file.files", lambda _package: tmp_path)

    with pytest.raises(PlaybookError, match=rf"prompts/locales/{locale}/appointments\.toml:\d+: {error}"):
        appointment_words(locale)
