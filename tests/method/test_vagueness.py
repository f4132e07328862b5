"""The coach asks about what is vague, leaves alone what is measurable, and never decides (M3.4, M3.5, M1.2)."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.method.statements import Kind
from handlers.method.vagueness import MAX_QUESTIONS, Reason, coach, other_list, rules
from prompts.coach import MAX_SENTENCE, Ask

DATA = Path(__file__).parents[1] / "data"
EN = rules()
EXPECTATION, PRIORITY = Kind.EXPECTATION, Kind.PRIORITY
PRECISION, RECALL = 0.95, 0.85


def labelled(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


STATEMENTS = labelled("statements.jsonl")
CUSTOMERS = labelled("statements_customers.jsonl")


def held_out(row: dict[str, Any]) -> bool:
    """Two in five, by a hash of the text, so that an added statement moves no other."""
    return hashlib.sha256(row["text"].encode()).digest()[0] < 102


@dataclass(frozen=True)
class Score:
    """The score of the coach: needless questions, and vague statements that it missed."""

    rows: int
    right: int
    needless: list[str]
    missed: list[str]

    @property
    def precision(self) -> float:
        return self.right / (self.right + len(self.needless))

    @property
    def recall(self) -> float:
        return self.right / (self.right + len(self.missed))

    def __str__(self) -> str:
        return (
            f"{self.rows} statements, precision {self.precision:.3f}, recall {self.recall:.3f}; "
            f"asked without need: {self.needless}; missed: {self.missed}"
        )


def should_be_asked(row: dict[str, Any]) -> bool:
    """It is vague, or a competitor's promise; only one of the lists has the latter."""
    return row["vague"] or row.get("promised_by") is not None


def score(rows: Sequence[dict[str, Any]]) -> Score:
    coached = {row["id"] for row in rows if coach(row["text"], Kind(row["kind"]), EN) is not None}
    return Score(
        rows=len(rows),
        right=sum(should_be_asked(row) for row in rows if row["id"] in coached),
        needless=[row["text"] for row in rows if row["id"] in coached and not should_be_asked(row)],
        missed=[row["text"] for row in rows if row["id"] not in coached and should_be_asked(row)],
    )


# --- the labelled statements ---


def test_the_labels_are_complete() -> None:
    assert len(STATEMENTS) >= 260
    assert len({row["text"].casefold() for row in STATEMENTS}) == len(STATEMENTS)
    assert 0.45 <= sum(row["vague"] for row in STATEMENTS) / len(STATEMENTS) <= 0.55
    for row in STATEMENTS:
        assert bool(row["asks"]) == row["vague"], row
        assert set(row["asks"]) <= set(Ask), row


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("all", STATEMENTS),
        ("to develop with", [row for row in STATEMENTS if not held_out(row)]),
        ("held out", [row for row in STATEMENTS if held_out(row)]),
        ("to practise on", labelled("statements_practice.jsonl")),
        ("of customers, to practise on", labelled("statements_customers_practice.jsonl")),
    ],
)
def test_only_vague_statements_are_asked_about(name: str, rows: list[dict[str, Any]]) -> None:
    result = score(rows)
    sys.stdout.write(f"{name}: {result}\n")  # pytest -rP shows it
    assert result.precision >= PRECISION, result
    assert result.recall >= RECALL, result


def test_statements_in_the_words_of_customers() -> None:
    result = score(CUSTOMERS)
    sys.stdout.write(f"customers: {result}\n")
    assert len(CUSTOMERS) >= 300
    assert result.precision >= 0.96, result
    assert result.recall >= 0.90, result


@pytest.mark.parametrize(
    ("name", "precision", "recall"),
    [
        ("statements_unseen.jsonl", 0.92, 0.87),
        ("statements_second.jsonl", 0.88, 0.89),
        ("statements_third.jsonl", 0.92, 0.95),
        ("statements_customers_unseen.jsonl", 0.95, 0.88),
    ],
)
def test_held_out_statements(name: str, precision: float, recall: float) -> None:
    """Thresholds a little below the first measurement.

    The misses are not shown, for whoever sees them makes a rule for them.
    """
    result = score(labelled(name))
    sys.stdout.write(f"{name}: {result.precision:.3f}, {result.recall:.3f}\n")
    assert (result.precision >= precision, result.recall >= recall) == (True, True)


def test_it_asks_for_what_is_missing() -> None:
    wrong = []
    vague = [row for row in STATEMENTS if row["vague"]]
    for row in vague:
        coaching = coach(row["text"], Kind(row["kind"]), EN)
        if coaching is not None and coaching.reason is Reason.VAGUE and not set(coaching.asks) & set(row["asks"]):
            wrong.append((row["text"], coaching.sentence))
    assert len(wrong) <= 0.05 * len(vague), wrong


def test_only_a_statement_on_the_wrong_list_is_reported() -> None:
    wrong = []
    rows = labelled("statements_wrong_list.jsonl")
    assert len(rows) >= 40
    for row in rows:
        suggested = other_list(row["text"], Kind(row["written_as"]), EN)
        if suggested != (None if row["belongs"] == row["written_as"] else row["belongs"]):
            wrong.append((row["text"], row["written_as"], suggested))
    assert len(wrong) <= 2, wrong
    assert not [text for text, _, suggested in wrong if suggested is not None], "a false suggestion is worse than none"


@pytest.mark.parametrize("row", labelled("statements_generic.jsonl"), ids=lambda row: str(row["text"]))
def test_the_generic_list_is_asked_about(row: dict[str, Any]) -> None:
    for kind in Kind:
        coaching = coach(row["text"], kind, EN)
        assert (coaching is not None and coaching.reason is Reason.GENERIC) == row["generic"]


# --- questions ---


@pytest.mark.parametrize(
    ("wording", "kind", "sentence"),
    [
        ("keep me posted", EXPECTATION, "How often, and by phone or email?"),
        ("keep me posted by mail", EXPECTATION, "How often?"),
        ("tell me about problems", EXPECTATION, "Within how many hours of finding it, and by phone or email?"),
        ("as soon as possible", EXPECTATION, "By which date, and is that for all of it?"),
        ("good mileage", PRIORITY, "How much, in which unit, and compared with what?"),
        ("please dont let it drift", EXPECTATION, "How would they tell that it was kept, and by when?"),
        ("copes with our saturday crowd", PRIORITY, "How would they measure it, and what number is good?"),
        ("friendly service, on time, no extra charges", EXPECTATION, "Did the customer say so, in these words?"),
    ],
)
def test_the_question_fits_the_topic(wording: str, kind: Kind, sentence: str) -> None:
    coaching = coach(wording, kind, EN)
    assert coaching is not None
    assert coaching.sentence == sentence


@pytest.mark.parametrize(
    ("wording", "kind"),
    [
        ("by phone or mail at least weekly", EXPECTATION),
        ("within 4 hours of discovering one", EXPECTATION),
        ("by 12 March", EXPECTATION),
        ("the agreed price does not change", EXPECTATION),
        ("20 mpg", PRIORITY),
        ("400 an hour at full speed", PRIORITY),
        ("pick up the old copier", EXPECTATION),
        ("a single contact, and that is Jo", EXPECTATION),
        ("left hand drive", PRIORITY),
        ("", EXPECTATION),
        ("👍", EXPECTATION),
        ("42", EXPECTATION),
    ],
)
def test_a_measurable_statement_is_left_alone(wording: str, kind: Kind) -> None:
    assert coach(wording, kind, EN) is None


@pytest.mark.parametrize(
    "wording",
    [
        "Keep me posted. Dont forget",
        "I want them to treat us well",
        "A partner, not a vendor",
        "keep us posted until go-live",
    ],
)
def test_a_capital_or_an_event_is_no_measure(wording: str) -> None:
    assert coach(wording, EXPECTATION, EN) is not None


@given(st.text(max_size=200) | st.sampled_from([row["text"] for row in STATEMENTS]), st.sampled_from(Kind))
@settings(deadline=None)
def test_it_is_one_sentence_of_at_most_two_questions(wording: str, kind: Kind) -> None:
    coaching = coach(wording, kind, EN)
    if coaching is not None:
        assert len(coaching.asks) <= MAX_QUESTIONS
        assert coaching.sentence.count("?") == 1
        assert len(coaching.sentence) <= MAX_SENTENCE
    assert other_list(wording, kind, EN) is not kind


@pytest.mark.parametrize("row", STATEMENTS[::7], ids=lambda row: str(row["text"]))
def test_case_and_curly_apostrophes_do_not_matter(row: dict[str, Any]) -> None:
    if row["vague"]:
        typed = row["text"][:1].upper() + row["text"][1:].replace("'", "’") + "."
        assert coach(typed, Kind(row["kind"]), EN) is not None
