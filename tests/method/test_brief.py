"""Gaps of a brief and their questions, and commitments that survive a rewording."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.brief import (
    MAX_QUESTIONS,
    Prepared,
    Requirement,
    carry_over_commitments,
    gaps,
    questions,
)
from handlers.method.urgency import Sellers
from prompts.brief import Gap, brief_book

BOOK = brief_book()
FULL = Prepared(
    decision_maker="Dana Whitfield",
    functional_decision_maker="Olga",
    sellers=Sellers.UP_TO_ONE,
    requirements=(Requirement("Fast check-in", "Under 2 minutes"),),
    elephant="The price",
    proposal="https://example.com/p",
)
needs = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=6)


@pytest.mark.parametrize(
    ("prepared", "missing"),
    [
        (FULL, set()),
        (replace(FULL, decision_maker=""), {Gap.DECISION_MAKER}),
        (replace(FULL, functional_decision_maker=""), {Gap.FUNCTIONAL_DECISION_MAKER}),
        (replace(FULL, sellers=None), {Gap.SELLERS}),
        (replace(FULL, sellers=Sellers.TWO_OR_THREE), {Gap.MANY_SELLERS}),
        (replace(FULL, sellers=Sellers.FOUR_OR_MORE), {Gap.MANY_SELLERS}),
        (replace(FULL, requirements=()), {Gap.REQUIREMENTS}),
        (replace(FULL, requirements=(*FULL.requirements, Requirement("40 seats"))), {Gap.COMMITMENTS}),
        (replace(FULL, proposal=""), {Gap.PROPOSAL}),
        (replace(FULL, elephant=""), {Gap.ELEPHANT}),
    ],
)
def test_a_gap_adds_its_question(prepared: Prepared, missing: set[Gap]) -> None:
    assert gaps(prepared) == missing | {Gap.ALWAYS}
    asked = set(questions(prepared, BOOK))
    for gap in missing:
        assert asked & {question.text for question in BOOK.questions if question.when is gap}


def test_there_are_always_questions_and_never_too_many() -> None:
    assert 1 <= len(questions(FULL, BOOK)) <= len(questions(Prepared(), BOOK)) == MAX_QUESTIONS


HAD = (Requirement("fast", "2 minutes"), Requirement("safe", "audited"), Requirement("cheap", "$1"))


@pytest.mark.parametrize(
    ("lines", "commitments"),
    [
        (["fast", "safe", "cheap"], ["2 minutes", "audited", "$1"]),
        (["cheap", "FAST", "safe"], ["$1", "2 minutes", "audited"]),
        (["fast", "safe and sound", "cheap"], ["2 minutes", "audited", "$1"]),
        (["fast", "cheap"], ["2 minutes", "$1"]),
        (["fast", "safe", "cheap", "new"], ["2 minutes", "audited", "$1", ""]),
        (["fast", "new", "newer", "cheap"], ["2 minutes", "", "", "$1"]),
        ([], []),
    ],
)
def test_a_commitment_stays_with_its_requirement(lines: list[str], commitments: list[str]) -> None:
    after = carry_over_commitments(HAD, lines)
    assert [each.need for each in after] == lines
    assert [each.commitment for each in after] == commitments


@given(needs, needs)
def test_no_requirement_is_lost_duplicated_or_given_another_commitment(before: list[str], lines: list[str]) -> None:
    after = carry_over_commitments([Requirement(need, f"on {need}") for need in before], lines)

    assert [each.need for each in after] == lines
    given = [each.commitment for each in after if each.commitment]
    assert len(given) == len(set(given))
    for each in after:
        if each.need in before:
            assert each.commitment == f"on {each.need}"


@pytest.mark.parametrize(
    ("count", "answer"),
    [
        (None, None),
        (0, Sellers.UP_TO_ONE),
        (1, Sellers.UP_TO_ONE),
        (2, Sellers.TWO_OR_THREE),
        (3, Sellers.TWO_OR_THREE),
        (4, Sellers.FOUR_OR_MORE),
        (9, Sellers.FOUR_OR_MORE),
    ],
)
def test_a_count_of_sellers_maps_to_an_answer(count: int | None, answer: Sellers | None) -> None:
    assert Sellers.of(count) is answer
    if answer is not None:
        assert Sellers.of(answer.fewest) is answer
