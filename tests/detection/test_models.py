"""The learned model finds news without a known phrase, and never overrides a clear "no"."""

from __future__ import annotations

import json
import string
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.detection import Decision, Post, detect
from handlers.detection.customer_spans import Names
from handlers.detection.lexicon import lexicon
from handlers.detection.markup import decode
from handlers.detection.reading import read
from handlers.detection.win_model import (
    MAX_TOKENS,
    PassageWords,
    Told,
    letter_runs,
    model_words,
    outline,
    spelled_words,
    told_by,
    win_model,
)
from script.learn import MODEL, Example, Lessons, learn_names, name_example, padded, to_json
from tests.detection.scoring import DATA, records

FINITE = st.floats(allow_nan=False, allow_infinity=False)


def passage(text: str) -> PassageWords:
    """The whole text as one passage."""
    reading = read(decode(text), lexicon())
    names = Names(reading, lexicon())
    whole = 0, len(reading.tokens)
    spelled = spelled_words(reading, *whole)
    return PassageWords(model_words(reading, names, *whole), outline(reading, names, *whole), (), spelled)


def told(words: Sequence[str], known: frozenset[str], *, cues: Sequence[str] = ()) -> set[str]:
    return set(told_by([PassageWords(words, (), cues)], known)[0].own)


def test_names_amounts_and_people_have_common_words() -> None:
    one = passage("Signed: Kestrel Robotics, 45k a year, thanks <@U0ANN>").words
    other = passage("Signed: Northgate Yard Sons, £1.2m, thanks <@U7BOB>").words
    assert one == other == ["signed", ":", "NAME", ",", "SUM", ",", "thanks", "WHO"]


def test_a_feature_is_a_word_or_a_pair() -> None:
    found = told(["signed", "by", "NAME"], frozenset({"signed", "by", "NAME"}), cues=["a sum"])
    assert {"signed", "signed by", "signed _ NAME", "^ signed", "NAME $", "cue a sum"} <= found


def test_the_outline_of_the_news_is_alike_in_all_languages() -> None:
    one, other = passage("Kestrel Robotics signed, $45k"), passage("Kestrel Robotics har underskrevet, 45 t.kr.")
    assert one.outline[0] == other.outline[0] == "NAME"
    assert "SUM" in one.outline
    assert "SUM" in other.outline
    assert "SIGN" in one.outline[1]
    assert "S" in other.outline[1]


def test_a_passage_is_read_beside_its_neighbours_only() -> None:
    known = frozenset({"signed", "lunch", "rain"})
    posts = [PassageWords([word], (), (), {word}) for word in ("signed", "lunch", "rain")]
    found = told_by(posts, known)[0]
    assert "lunch" in found.around
    assert "lunch" in found.words
    assert "lunch" not in found.own
    assert "rain" not in {*found.around, *found.words}


def test_letters_have_the_ends_of_their_word() -> None:
    assert letter_runs("won") == {"^wo", "won", "on$", "^won", "won$"}
    assert letter_runs("受注") == {"受", "注", "受注"}


@given(st.text(min_size=1, max_size=400))
def test_a_word_has_no_more_runs_than_its_first_letters(word: str) -> None:
    assert len(letter_runs(word)) <= 120


def test_consecutive_unknown_words_count_once() -> None:
    assert told(["zyx", "wvu"], frozenset()) == told(["abc"], frozenset())


@given(st.lists(st.text(string.ascii_lowercase, min_size=1, max_size=6), max_size=60))
def test_features_are_linear_in_the_words(post: list[str]) -> None:
    assert len(told(post, frozenset(post))) <= 4 * (len(post) + 2)


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_features_does_not_matter(rng: Random) -> None:
    passages = [passage("Lovely talk on Monday"), passage("Kestrel Robotics signed, $45k")]
    found = told_by(passages, win_model().known)[1]
    own, around, words = ([*one] for one in found)
    for one in (own, around, words):
        rng.shuffle(one)
    assert win_model().weigh(Told(own, around, words)) == win_model().weigh(found)


def test_a_long_passage_is_truncated() -> None:
    assert len(passage("sold it " * 5 * MAX_TOKENS).words) <= MAX_TOKENS


@pytest.mark.parametrize("at", [0, 1, 2])
def test_the_news_is_found_in_any_sentence(at: int) -> None:
    news = "Just closed Northwind Dental, $45k."
    talk = [
        f"The {thing} of the office was painted blue again yesterday by our neighbours." for thing in ("door", "roof")
    ]
    answer = detect(Post(" ".join([*talk[:at], news, *talk[at:]])))
    assert answer.deal_closed
    assert (answer.customer, answer.amount) == ("Northwind Dental", 45000)


@pytest.mark.parametrize(
    "text",
    [
        "Procurement at Haverdale Rail pressed the button, the purchase order is sitting in my inbox: £402,118",
        "Tillery Print Shop swiped their card for the yearly plan five minutes ago, 2,388 USD",
        "Ostrander Cement is in the bag, 190k EUR. what a day",
    ],
)
def test_news_without_a_known_phrase(text: str) -> None:
    answer = detect(Post(text))
    assert answer.deal_closed
    assert any(cue.name == "reads like a win" and cue.excerpt for cue in answer.cues)


@pytest.mark.parametrize(
    "text",
    [
        "Procurement at Haverdale Rail hasn't signed the purchase order in my inbox: £402,118",
        "Did Tillery Print Shop sign for the yearly plan, 2,388 USD?",
        "if Ostrander Cement signed today I would ring the bell, 190k EUR",
        "test: Ostrander Cement signed the contract, 190k EUR, please ignore",
    ],
)
def test_a_clear_no_wins(text: str) -> None:
    assert detect(Post(text)).decision is Decision.NO


def test_a_tools_card_is_judged_by_its_phrases_alone() -> None:
    answer = detect(Post("*Kestrel Robotics* moved to *Closed Won*, $45k", author_is_bot=True))
    assert answer.deal_closed
    assert not any("like a win" in cue.name for cue in answer.cues)


def lesson(*passages: str, deal: bool) -> Example:
    read = [passage(text) for text in passages]
    return Example(read, [0.0] * len(read), [False] * len(read), deal, pads=True)


def test_learning_finds_the_decisive_word() -> None:
    known = frozenset({"signed", "lost", "today"})
    posts = [lesson("signed today", deal=True), lesson("today", "signed", deal=True)] * 20
    posts += [lesson("lost", "today", deal=False)] * 20
    lessons = Lessons(posts, known)
    own = lessons.learn(np.ones(len(posts), dtype=bool))[0]
    weights = dict(zip(lessons.own.names, own.by_column, strict=True))
    assert weights["signed"] > 0.5
    assert weights["lost"] < 0
    assert weights["today"] < weights["signed"] / 2


def test_a_padded_post_is_still_what_it_was() -> None:
    deal, talk = lesson("signed today", deal=True), replace(lesson("lunch at noon", deal=False), phrases=[-4.0])
    again = list(padded([deal] * 20, [talk]))
    assert again
    assert all(post.deal and deal.passages[0] in post.passages and len(post.passages) > 5 for post in again)


def test_learning_finds_the_name() -> None:
    known = win_model().known
    post = {"text": "Kestrel Robotics signed, says Dana", "customer": "Kestrel Robotics", "source": "human"}
    taught = name_example(post, known)
    assert taught is not None
    weights = learn_names([taught] * 30)
    said = [sum(weights.get(one, 0.0) for one in features) for features in taught.candidates]
    assert said.index(max(said)) in taught.correct


def test_the_shipped_model_is_readable_and_contains_no_post() -> None:
    shipped = json.loads(MODEL.read_text(encoding="utf-8"))
    assert shipped["phrases"] > 0
    words = [one for one in (*shipped["weights"], *shipped["around"]) if not one.startswith(("# ", "cue "))]
    assert all(len(one.split()) <= 3 for one in words)


def test_the_shipped_model_has_the_format_of_the_learner() -> None:
    text = MODEL.read_text(encoding="utf-8")
    assert to_json(json.loads(text)) == text


def test_the_features_of_a_word_share_a_line() -> None:
    learned = {"phrases": 0.5, "names": {}, "weights": {"by": -1.25, "signed": 2.0, "signed _ by": 0.1, "“é": -0.0}}
    assert to_json(learned).splitlines() == [
        "{",
        '"phrases":0.5,',
        '"names":{',
        "",
        "},",
        '"weights":{',
        '"by":-1.25,',
        '"signed":2.0,"signed _ by":0.1,',
        '"“é":-0.0',
        "}",
        "}",
    ]


@given(
    st.fixed_dictionaries(
        {"offset": FINITE, "names": st.dictionaries(st.text(), FINITE), "weights": st.dictionaries(st.text(), FINITE)}
    )
)
def test_the_model_round_trips(learned: dict[str, Any]) -> None:
    assert repr(json.loads(to_json(learned))) == repr(learned)


def test_held_out_posts_are_not_learned_from() -> None:
    lessons = {_post(one) for one in records("deal_posts_lessons.jsonl")}
    for apart in ("deal_posts_heldout.jsonl", "deal_posts_exam.jsonl", "crm_cards_heldout.jsonl"):
        assert lessons.isdisjoint(map(_post, records(apart)))
    assert (DATA / "deal_posts_lessons.jsonl").stat().st_size > 0


def _post(record: dict[str, Any]) -> str:
    return json.dumps([record["text"], record.get("blocks"), record.get("attachments")])
