"""After any change of the lists ranks run from 1, others are unchanged, and nothing disappears (M4.3)."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from handlers.method.statement_lists import (
    add_statement,
    differs,
    in_ranks,
    move_statement,
    remove_statement,
    rerank_statement,
    reword_statement,
)
from handlers.method.statements import Kind, Said, Statement, active_statements
from tests.method.given import a_statement, lists_of_statements, wordings

lists = lists_of_statements().map(in_ranks)


def ranks(statements: list[Statement]) -> list[int]:
    return [s.position for s in active_statements(statements, Kind.PRIORITY)]


def touched(before: list[Statement], after: list[Statement]) -> set[int]:
    known = {s.id: s for s in before}
    return {s.id for s in after if s.id not in known or differs(known[s.id], s)}


def three(said: Said | None = Said.AGREED) -> list[Statement]:
    return [a_statement(n, kind=Kind.PRIORITY, said=said) for n in (1, 2, 3)]


@given(lists, st.sampled_from(Kind), st.lists(wordings, max_size=5, unique_by=str.casefold), wordings, st.data())
def test_ranks_run_from_one_and_nothing_disappears(
    before: list[Statement], kind: Kind, lines: list[str], wording: str, data: st.DataObject
) -> None:
    known = {s.id for s in before}
    changes = [reword_statement(before, kind, lines), add_statement(before, kind, wording, None)]
    if before:
        one = data.draw(st.sampled_from(before))
        changes += [remove_statement(before, one.id), move_statement(before, one.id, kind)]
        if one.kind is Kind.PRIORITY and one.active:
            changes.append(rerank_statement(before, one.id, data.draw(st.integers(-1, 9))))
    for after in changes:
        assert ranks(after) == list(range(1, len(ranks(after)) + 1))
        assert known <= {s.id for s in after}
        assert all(s.version == 0 for s in after if s.id not in known)
        assert len({s.id for s in after}) == len(after)


@given(lists)
def test_ranking_is_idempotent(before: list[Statement]) -> None:
    assert in_ranks(before) == before


@given(lists, st.data())
def test_removing_one_changes_it_and_the_priorities_after_it(before: list[Statement], data: st.DataObject) -> None:
    assume(any(s.active for s in before))
    one = data.draw(st.sampled_from([s for s in before if s.active]))
    behind = {s.id for s in active_statements(before, Kind.PRIORITY) if s.position > one.position}

    assert touched(before, remove_statement(before, one.id)) == {one.id} | (
        behind if one.kind is Kind.PRIORITY else set()
    )


def test_priorities_before_a_removed_one_keep_their_agreement() -> None:
    before = three()
    assert touched(before, remove_statement(before, 2)) == {2, 3}
    assert touched(before, rerank_statement(before, 3, 2)) == {2, 3}
    assert touched(before, rerank_statement(before, 1, 3)) == {1, 2, 3}


def test_a_statement_taken_up_again_regains_its_rank() -> None:
    one, two, three_ = three()
    gone = in_ranks([replace(one, said=Said.WITHDRAWN), two, three_])
    assert [s.position for s in gone] == [1, 1, 2]

    again = in_ranks([replace(s, said=Said.AGREED) for s in gone], ahead=one.id)
    assert [(s.id, s.position) for s in again] == [(1, 1), (2, 2), (3, 3)]


def test_an_expectation_has_no_rank_and_a_new_wording_drops_the_reps_measure() -> None:
    first = replace(a_statement(1, wording="weekly"), target="each Friday")
    assert not differs(first, replace(first, position=7))
    (after,) = reword_statement([first], Kind.EXPECTATION, ["daily"])
    assert (after.wording, after.target) == ("daily", None)
    (same,) = reword_statement([first], Kind.EXPECTATION, ["weekly"])
    assert same.target == "each Friday"
