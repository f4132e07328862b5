"""Notes become statements, and an edited list changes only the edited statements (M3.4, M4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.statement_capture import (
    Added,
    Changed,
    Dropped,
    Edit,
    edits,
    normalize_statement,
    split_statements,
)
from handlers.method.statements import Kind, Said, Statement, active_statements
from tests.method.given import a_statement, lists_of_statements, wordings

kinds = st.sampled_from(Kind)
notes = st.lists(wordings, max_size=6).map("\n".join)


def applied(kind: Kind, changes: Sequence[Edit], statements: Sequence[Statement]) -> list[Statement]:
    """The statements after the changes, as they would be stored."""
    after = {s.id: s for s in statements}
    for change in changes:
        match change:
            case Added(wording, position):
                number = max(after, default=0) + 1
                after[number] = a_statement(number, kind=kind, wording=wording, position=position)
            case Changed(number, wording, position):
                before = after[number]
                after[number] = replace(
                    before, version=before.version + 1, wording=wording, position=position, said=None
                )
            case Dropped(number):
                after[number] = replace(after[number], said=Said.WITHDRAWN)
    return list(after.values())


# --- lines ---


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (" \n\t\n", []),
        ("A call every Friday", ["A call every Friday"]),
        ("  one\n\n two  three ", ["one", "two three"]),
        ("- one\n* two\n• three\n– four\n1. five\n2) six", ["one", "two", "three", "four", "five", "six"]),
        ("• - one\n1. 2) two", ["one", "two"]),
        ("-\n•\n3.", []),
        ("one\nONE\n one", ["one"]),
        ("one\r\ntwo\u2028three", ["one", "two", "three"]),
        ("-5 degrees\n1.5 litres\n24/7 support\n3.30 pm", ["-5 degrees", "1.5 litres", "24/7 support", "3.30 pm"]),
    ],
)
def test_one_statement_per_line_without_bullets_blanks_and_repetitions(text: str, found: list[str]) -> None:
    assert split_statements(text) == found


@given(notes)
def test_split_statements_round_trip(text: str) -> None:
    found = split_statements(text)

    assert split_statements("\n".join(found)) == found


@given(notes)
def test_no_statement_is_empty_padded_or_repeated(text: str) -> None:
    found = split_statements(text)

    assert all(line and line == " ".join(line.split()) for line in found)
    assert len({line.casefold() for line in found}) == len(found)


@given(wordings)
def test_normalizing_and_splitting_agree(text: str) -> None:
    """Else a correction would read differently when the list is opened, and lose its agreement."""
    assert split_statements(normalize_statement(text)) == (
        [normalize_statement(text)] if normalize_statement(text) else []
    )


# --- edits ---


@given(kinds, notes, lists_of_statements())
def test_the_edits_produce_the_list(kind: Kind, text: str, statements: list[Statement]) -> None:
    wanted = split_statements(text)

    after = active_statements(applied(kind, edits(kind, wanted, statements), statements), kind)

    if kind is Kind.PRIORITY:
        assert [s.wording for s in after] == wanted
    else:
        assert sorted(s.wording for s in after) == sorted(wanted)


@given(kinds, notes, lists_of_statements())
def test_saving_the_same_list_again_changes_nothing(kind: Kind, text: str, statements: list[Statement]) -> None:
    wanted = split_statements(text)
    after = applied(kind, edits(kind, wanted, statements), statements)

    assert edits(kind, wanted, after) == []


@given(kinds, notes, lists_of_statements())
def test_nothing_is_lost_and_the_other_kind_and_the_withdrawn_are_left_alone(
    kind: Kind, text: str, statements: list[Statement]
) -> None:
    changes = edits(kind, split_statements(text), statements)
    touched = [change.id for change in changes if not isinstance(change, Added)]

    assert len(set(touched)) == len(touched)
    assert set(touched) <= {s.id for s in active_statements(statements, kind)}
    after = {s.id: s for s in applied(kind, changes, statements)}
    for before in statements:
        if before.id not in touched:
            assert after[before.id] == before


@given(kinds, notes, lists_of_statements())
def test_a_new_or_changed_statement_is_not_agreed(kind: Kind, text: str, statements: list[Statement]) -> None:
    """M4.2, M4.3."""
    before = {(s.id, s.version): s.said for s in statements}

    for after in applied(kind, edits(kind, split_statements(text), statements), statements):
        if after.said is Said.AGREED:
            assert before[after.id, after.version] is Said.AGREED


@given(lists_of_statements(said=st.just(Said.AGREED)), st.randoms())
def test_moving_an_expectation_changes_nothing(statements: list[Statement], chance: Random) -> None:
    wanted = split_statements("\n".join(s.wording for s in active_statements(statements, Kind.EXPECTATION)))
    settled = applied(Kind.EXPECTATION, edits(Kind.EXPECTATION, wanted, statements), statements)

    chance.shuffle(wanted)

    assert edits(Kind.EXPECTATION, wanted, settled) == []


def priorities(*wordings: str) -> list[Statement]:
    return [
        a_statement(number, kind=Kind.PRIORITY, wording=wording, said=Said.AGREED)
        for number, wording in enumerate(wordings, start=1)
    ]


def test_a_priority_that_moved_is_read_back_again() -> None:
    """M4.3: agreement to an older order does not carry over."""
    assert edits(Kind.PRIORITY, ["b", "a", "c"], priorities("a", "b", "c")) == [Changed(2, "b", 1), Changed(1, "a", 2)]


def test_a_priority_that_moved_up_is_read_back_again() -> None:
    assert edits(Kind.PRIORITY, ["b"], priorities("a", "b")) == [Changed(2, "b", 1), Dropped(1)]


def test_a_new_line_that_replaces_another_is_a_rewording() -> None:
    now = [a_statement(1, wording="keep me posted"), a_statement(2, wording="no surprises")]

    assert edits(Kind.EXPECTATION, ["by phone, weekly", "no surprises"], now) == [Changed(1, "by phone, weekly", 1)]


def test_another_spelling_is_a_new_wording_of_the_same_statement() -> None:
    assert edits(Kind.EXPECTATION, ["Weekly"], [a_statement(1, wording="weekly")]) == [Changed(1, "Weekly", 1)]


def test_one_of_two_equal_statements_is_kept() -> None:
    """A correction can make one read like another."""
    now = [a_statement(1, wording="weekly"), a_statement(2, wording="Weekly")]

    assert edits(Kind.EXPECTATION, ["weekly"], now) == [Dropped(2)]


def test_a_withdrawn_statement_entered_again_is_a_new_one() -> None:
    gone = a_statement(1, wording="weekly", said=Said.WITHDRAWN)

    assert edits(Kind.EXPECTATION, ["weekly"], [gone]) == [Added("weekly", 1)]
