"""Greeting by first name, by the whole name, or by no name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.salutation import salutation
from prompts.recap_rules import recap_rules

NAMES = recap_rules().names


@pytest.mark.parametrize(
    ("typed", "greeted"),
    [
        # the first name, wherever it stands
        ("Jane Roe", "Jane"),
        ("Dr. Jane Roe", "Jane"),
        ("Prof. Dr. Anna Weber", "Anna"),
        ("Sr. Juan Pérez", "Juan"),
        ("Roe, Jane", "Jane"),
        ("Roe,Jane", "Jane"),
        ("Roe, Dr. Jane", "Jane"),
        ("Roe, Jane, PhD", "Jane"),
        ("van der Berg, Anna", "Anna"),
        ("O'Brien, Pat", "Pat"),
        ("Jane Roe, PhD", "Jane"),
        ("Jane Roe Jr.", "Jane"),
        ("Jane Roe, CFO", "Jane"),
        ("Jane Roe, head of operations", "Jane"),
        ("Jane Roe (CFO)", "Jane"),
        ("Jane Roe - head of IT", "Jane"),
        ("CFO Jane Roe", "Jane"),
        ("Jane R. Roe", "Jane"),
        ("  Jane \n Roe ", "Jane"),
        ("Jean-Luc Picard", "Jean-Luc"),
        ("jean-luc picard", "Jean-Luc"),
        ("D'Arcy Lane", "D'Arcy"),
        ("José Álvarez", "José"),
        ("Olga", "Olga"),
        ("olga", "Olga"),
        ("Jane,", "Jane"),
        # when it is not sure, all of it
        ("Dr. Roe", "Dr. Roe"),
        ("Mrs. Roe", "Mrs. Roe"),
        ("J. Roe", "J. Roe"),
        ("J.R. Roe", "J.R. Roe"),
        ("JR Roe", "JR Roe"),
        ("Roe, J.", "J. Roe"),
        ("DUPONT Marie", "DUPONT Marie"),
        ("JANE ROE", "JANE ROE"),
        ("de Vries", "de Vries"),
        ("García López, María", "García López, María"),
        ("Lena and Tom", "Lena and Tom"),
        ("Mr. & Mrs. Roe", "Mr. & Mrs. Roe"),
        ("Lena/Tom", "Lena/Tom"),
        ("Ольга Петрова", "Ольга Петрова"),
        ("山田太郎", "山田太郎"),
        ("محمد علي", "محمد علي"),
        # no name at all
        ("", ""),
        (" \n", ""),
        ("the CFO", ""),
        ("office manager", ""),
        ("jane.roe@example.com", ""),
        ("ada.kemp", ""),
        ("Jane 555-0101", ""),
    ],
)
def test_the_salutation(typed: str, greeted: str) -> None:
    assert salutation(typed, NAMES) == greeted


@given(
    st.text()
    | st.lists(st.sampled_from(["Dr.", "Roe", ",", "(x)", "and", "jr", "CEO", "van", "J.", "-"])).map(" ".join)
)
def test_the_salutation_is_part_of_the_text_on_one_line(typed: str) -> None:
    greeted = salutation(typed, NAMES)

    assert greeted == " ".join(greeted.split())
    assert set(greeted.casefold()) <= {*typed.casefold(), " "}
