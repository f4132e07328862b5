"""Run by `script/bench detect --peer`: the detector beside a stock text classifier that learned from the same posts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from handlers.detection import detect
from script.learn import CHAT_LINES, LESSONS, PRACTICE
from tests.detection.scoring import Tally, chat_lines, post_of, records

HELD_OUT = "deal_posts_varied_heldout.jsonl"
STORY = 300
"""Characters of a post that is a story."""
_MAX_ITERATIONS = 300


def stock_classifier() -> Pipeline:
    """TF-IDF of words, pairs of words and runs of letters, and a logistic regression, as a textbook has them."""
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True)
    return make_pipeline(make_union(words, letters), LogisticRegression(C=10, max_iter=_MAX_ITERATIONS))


def compare() -> Iterator[str]:
    """Yield a line per group of held-out posts: precision and recall of the detector, and of the stock classifier."""
    posts = [record for name in (*PRACTICE, *LESSONS) for record in records(name)]
    chat = Random(1).sample(list(chat_lines()), CHAT_LINES)
    peer = stock_classifier()
    peer.fit([*(post["text"] for post in posts), *chat], [*map(_is_deal, posts), *(False for _ in chat)])
    held_out = records(HELD_OUT)
    guesses = peer.predict([record["text"] for record in held_out])
    ours: dict[str, Tally] = {}
    theirs: dict[str, Tally] = {}
    for record, guess in zip(held_out, guesses, strict=True):
        answer = detect(post_of(record))
        for group in _groups(record):
            ours.setdefault(group, Tally()).add(record, answer)
            _add(theirs.setdefault(group, Tally()), is_deal=_is_deal(record), guess=bool(guess))
    for group in sorted(ours):
        one, other = ours[group], theirs[group]
        yield (
            f"{group:24} ours {one.precision:.2f} / {one.recall:.2f} (F1 {one.f1:.2f}), "
            f"stock {other.precision:.2f} / {other.recall:.2f} (F1 {other.f1:.2f})"
        )


def _is_deal(record: Mapping[str, Any]) -> bool:
    return bool(record["label"] == "deal_closed")


def _add(tally: Tally, *, is_deal: bool, guess: bool) -> None:
    tally.hits += is_deal and guess
    tally.misses += is_deal and not guess
    tally.false_alarms += guess and not is_deal


def _groups(record: Mapping[str, Any]) -> Iterator[str]:
    if not record["source"].startswith("human"):
        yield "cards of tools"
        return
    yield "all by people"
    if record["lang"] != "en":
        yield f"language {record['lang']}"
        if record["lang"] != "da":
            yield "ten other languages"
        return
    yield "all English"
    yield "English stories" if len(record["text"]) >= STORY else "English, short"
    if record.get("trade") in TRADES:
        yield f"trade {record['trade']}"


TRADES = frozenset({"software", "insurance", "real_estate", "staffing", "vehicles", "construction", "services"})
