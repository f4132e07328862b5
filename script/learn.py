"""Run by `script/learn`: learn the weights of words from labelled posts and write `model.json` (decision 0010).

Logistic regression: the weights are learned from posts and chat, then their scale, beside that of the phrases, from
posts that were held out.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import exp, sqrt
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from handlers.detection import Post
from handlers.detection.customer_model import Candidate, candidates, rank_candidates
from handlers.detection.customer_spans import Names
from handlers.detection.flatten import flatten
from handlers.detection.lexicon import lexicon
from handlers.detection.markup import decode
from handlers.detection.other_deals import BIAS, other_features
from handlers.detection.passages import split_passages
from handlers.detection.reading import Reading, read
from handlers.detection.verdict import (
    is_denied,
    judge,
    phrase_log_odds,
    probability,
    read_passages,
    weigh_phrases,
)
from handlers.detection.win_model import PassageWords, features, win_model
from prompts.detection import learned_weights
from tests.detection.scoring import chat_lines, post_of, records

MODEL = Path(__file__).parent.parent / "prompts" / "detection" / "model.json"
PRACTICE = ("deal_posts_dev.jsonl", "deal_posts_practice.jsonl", "crm_cards.jsonl")
"""Posts that the phrases were written for: they teach words, but cannot measure how reliable the phrases are."""
LESSONS = ("deal_posts_lessons.jsonl", "deal_posts_varied.jsonl")
"""Posts that the phrases were not written for."""
PHRASES = 0.3
"""How much the log-odds by phrases count.

They are not learned: their cues are features as well, so a fit gives the sum of their rules next to nothing, and then
the rules no longer hold for what no post has taught.
"""
CHAT_LINES = 4000
MIN_POSTS = 3
"""The number of posts that a word, or a pair of words, must occur in to get a weight."""
FOLDS = 4
INVERSE_REGULARIZATION = 1.0
"""Scikit-learn's `C`, for L2."""
MAX_ITERATIONS = 100
PASSES = 3
"""How often the passages that tell the news are chosen anew, plus one."""
NAME_ROUNDS = 15
NAME_REGULARIZATION = 0.002
"""L2, per post."""
MIN_WEIGHT = 0.02
MIN_SLOPE = 1e-4


@dataclass(frozen=True, slots=True)
class Example:
    """A post: the words, log-odds by phrases and denials by phrases of its passages, and whether it is a deal."""

    passages: list[PassageWords]
    phrases: list[float]
    says_no: list[bool]
    deal: bool


Features = Mapping[str, float]
"""The features of a passage, and how much each counts."""


@dataclass(frozen=True, slots=True)
class Featured:
    """A post as it is learned from: the features of its passages, the log-odds by their phrases, and the label."""

    passages: list[Features]
    phrases: list[float]
    deal: bool


@dataclass(slots=True)
class Weights:
    """A logistic regression on binary features."""

    by_feature: dict[str, float]
    bias: float

    def log_odds(self, features: Features) -> float:
        """Log-odds of a deal."""
        weights = self.by_feature
        return self.bias + sum(weights.get(feature, 0.0) * share for feature, share in features.items())

    def best(self, post: Featured) -> int:
        """The passage that tells the news, as far as phrases and words know."""
        told = zip(post.passages, post.phrases, strict=True)
        odds = [self.log_odds(features) + PHRASES * phrases for features, phrases in told]
        return odds.index(max(odds))


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A post that took no part in learning: its log-odds by phrases and by words, and whether it is a deal."""

    phrases: float
    words: float
    deal: bool


@dataclass(frozen=True, slots=True)
class Trust:
    """How the two log-odds of a post are added up."""

    offset: float
    phrases: float
    words: float

    def log_odds(self, post: HeldOut) -> float:
        """Log-odds of a deal."""
        return self.offset + self.phrases * post.phrases + self.words * post.words


def example(post: Post, *, deal: bool) -> Example:
    """Read a post as the detector does."""
    words = lexicon()
    reading = read(decode(flatten(post)), words)
    names, passages = Names(reading, words), split_passages(reading)
    told = list(weigh_phrases(reading, names, words, passages))
    return Example(
        passages=read_passages(reading, names, told),
        phrases=[phrase_log_odds(found.cues) for found in told],
        says_no=[is_denied(found.cues) for found in told],
        deal=deal,
    )


def learn(posts: Sequence[Featured]) -> Weights:
    """Weigh each feature by logistic regression.

    A deal teaches by the passage that tells the news, which the weights of the round before find. What is no deal
    teaches by all of its passages; the more they are, the less each counts.
    """
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([features for post in posts for features in post.passages])
    counts = np.array([len(post.passages) for post in posts])
    post_of = np.repeat(np.arange(len(posts)), counts)
    deals = np.array([post.deal for post in posts])
    is_deal = deals[post_of]
    share = np.where(is_deal, 1.0, 1 / np.sqrt(counts[post_of]))
    by_phrases = PHRASES * np.concatenate([post.phrases for post in posts])
    model = LogisticRegression(C=INVERSE_REGULARIZATION, max_iter=MAX_ITERATIONS)
    taught = ~is_deal | (counts[post_of] == 1)
    for last in range(PASSES):
        model.fit(matrix[taught], is_deal[taught], sample_weight=share[taught])
        if last < PASSES - 1:
            order = np.argsort(model.decision_function(matrix) + by_phrases)
            best = np.empty(len(posts), dtype=int)
            best[post_of[order]] = order  # the greatest comes last
            taught = ~is_deal
            taught[best[deals]] = True
    [weights] = model.coef_
    return Weights(dict(zip(vectorizer.feature_names_, weights.tolist(), strict=True)), float(model.intercept_[0]))


@dataclass(frozen=True, slots=True)
class NameExample:
    """The features of each candidate name in a post, and the indexes of the candidates that are the customer."""

    candidates: list[tuple[str, ...]]
    correct: frozenset[int]


def name_candidates(record: dict[str, Any], known: frozenset[str]) -> tuple[Reading, list[Candidate]]:
    """The candidate names of a deal's post."""
    words = lexicon()
    reading = read(decode(flatten(post_of(record))), words)
    verdict = judge(reading, words)
    return reading, list(candidates(reading, verdict.passage, verdict.name, known, words.never_names))


def name_example(record: dict[str, Any], known: frozenset[str]) -> NameExample | None:
    """The candidates of a deal's post; None when no customer is among them."""
    _, found = name_candidates(record, known)
    customers = _customers(record)
    correct = frozenset(index for index, candidate in enumerate(found) if candidate.text.casefold() in customers)
    return NameExample([candidate.features for candidate in found], correct) if correct else None


def other_examples(
    record: dict[str, Any], known: frozenset[str], names: Mapping[str, float]
) -> list[tuple[list[str], bool]]:
    """The names in a deal's post beside the customer: their features, and whether they are customers, too."""
    reading, found = name_candidates(record, known)
    ranked = rank_candidates(found, names)
    customers = _customers(record)
    if not ranked or ranked[0][1].text.casefold() not in customers:
        return []
    first = ranked[0][1]
    return [
        (other_features(reading, first, margin, other, lexicon()), other.text.casefold() in customers)
        for margin, other in ranked[1:]
        if other.text.casefold() != first.text.casefold()
    ]


def learn_others(examples: Sequence[tuple[list[str], bool]]) -> dict[str, float]:
    """Weigh the features that tell another deal's customer from other names."""
    weights = learn([Featured([dict.fromkeys(features, 1.0)], [0.0], other) for features, other in examples])
    return {**weights.by_feature, BIAS: weights.bias}


def _customers(record: dict[str, Any]) -> set[str]:
    named = {deal["customer"] for deal in record.get("deals", ())} | {record["customer"]}
    return {name.casefold() for name in named if name}


def learn_names(examples: Sequence[NameExample]) -> dict[str, float]:
    """Weigh the features that set the customer's name apart in its post (a log-linear choice among the candidates)."""
    rng = Random(1)
    weights: dict[str, float] = {}
    steps: dict[str, float] = {}
    shuffled = list(examples)
    for _ in range(NAME_ROUNDS):
        rng.shuffle(shuffled)
        for each in shuffled:
            scores = [sum(weights.get(feature, 0.0) for feature in found) for found in each.candidates]
            odds = [exp(score - max(scores)) for score in scores]
            total, correct = sum(odds), sum(odds[index] for index in each.correct)
            slopes: dict[str, float] = {}
            for index, found in enumerate(each.candidates):
                slope = odds[index] / total - (odds[index] / correct if index in each.correct else 0.0)
                if abs(slope) > MIN_SLOPE:
                    for feature in found:
                        slopes[feature] = slopes.get(feature, 0.0) + slope
            for feature, slope in slopes.items():
                down = slope + NAME_REGULARIZATION * weights.get(feature, 0.0)
                steps[feature] = steps.get(feature, 1e-6) + down * down
                weights[feature] = weights.get(feature, 0.0) - 0.1 * down / sqrt(steps[feature])
    return weights


def learn_trust(posts: Sequence[HeldOut]) -> Trust:
    """Learn how much the words of a post count beside its phrases."""
    offset = words = 0.0
    for _ in range(1000):
        slopes = [
            (probability(offset + PHRASES * post.phrases + words * post.words) - post.deal, post.words)
            for post in posts
        ]
        offset -= 0.5 * sum(slope for slope, _ in slopes) / len(posts)
        words -= 0.1 * sum(slope * value for slope, value in slopes) / len(posts)
    return Trust(offset, PHRASES, words)


def main() -> None:
    """Learn, and write `model.json`."""
    practice = [_example(record) for record in _records(PRACTICE)]
    lessons = [_example(record) for record in _records(LESSONS)]
    chat = [example(Post(line), deal=False) for line in Random(1).sample(list(chat_lines()), CHAT_LINES)]
    posts = (*practice, *lessons, *chat)
    known = frozenset(_frequent([word for passage in post.passages for word in passage.words] for post in posts))
    frequent = _frequent({one for found in _features(post, known) for one in found} for post in posts)

    def featured(examples: Sequence[Example]) -> list[Featured]:
        return [
            Featured(
                [{one: found[one] for one in sorted(found.keys() & frequent)} for found in _features(each, known)],
                each.phrases,
                each.deal,
            )
            for each in examples
        ]

    always = featured([*practice, *chat])
    held_out: list[HeldOut] = []
    for fold in range(FOLDS):
        weights = learn([*always, *featured([post for at, post in enumerate(lessons) if at % FOLDS != fold])])
        others = lessons[fold::FOLDS]
        for post, found in zip(others, featured(others), strict=True):
            best = weights.best(found)
            if not post.says_no[best]:  # else the phrases alone decide
                held_out.append(HeldOut(post.phrases[best], weights.log_odds(found.passages[best]), post.deal))
        print(f"learned without part {fold + 1} of {FOLDS}", file=sys.stderr)
    trust = learn_trust(held_out)
    print(f"offset {trust.offset:.2f}, phrases {trust.phrases:.2f}, words {trust.words:.2f}; {_score(held_out, trust)}")

    weights = learn([*always, *featured(lessons)])
    scaled = {feature: round(weight * trust.words, 2) for feature, weight in weights.by_feature.items()}
    kept = {feature: weight for feature, weight in scaled.items() if abs(weight) >= MIN_WEIGHT or feature in known}
    model: dict[str, Any] = {
        "offset": round(trust.offset + trust.words * weights.bias, 4),
        "phrases": round(trust.phrases, 4),
        "names": {},
        "others": {},
        "weights": {feature: kept.get(feature, 0.0) for feature in sorted(known | kept.keys())},
    }
    _write(model)  # names are looked for near the news, which these weights find
    examples = [one for record in _deals() if (one := name_example(record, known))]
    frequent_in_names = _frequent({feature for found in each.candidates for feature in found} for each in examples)
    names = {feature: weight for feature, weight in learn_names(examples).items() if feature in frequent_in_names}
    model["names"] = names = {
        name: round(weight, 2) for name, weight in sorted(names.items()) if abs(weight) >= MIN_WEIGHT
    }
    _write(model)
    beside = [one for record in _deals() for one in other_examples(record, known, names)]
    frequent_beside = _frequent(features for features, _ in beside) | {BIAS}
    others = {name: round(weight, 2) for name, weight in sorted(learn_others(beside).items())}
    model["others"] = {name: weight for name, weight in others.items() if name in frequent_beside and weight}
    _write(model)


def _write(model: Mapping[str, Any]) -> None:
    MODEL.write_text(to_json(model), encoding="utf-8")
    learned_weights.cache_clear()
    win_model.cache_clear()


def to_json(model: Mapping[str, Any]) -> str:
    """The text of `model.json`: one line for all features that begin with the same word, in the given order."""
    return "{\n" + ",\n".join(f"{_json(name)}:{_section(value)}" for name, value in model.items()) + "\n}\n"


def _section(value: float | Mapping[str, float]) -> str:
    if not isinstance(value, Mapping):
        return _json(value)
    by_word = groupby(value.items(), key=lambda item: item[0].split(" ")[0])
    # A line is an object without its braces.
    return "{\n" + ",\n".join(_json(dict(items))[1:-1] for _, items in by_word) + "\n}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _features(post: Example, known: frozenset[str]) -> list[dict[str, float]]:
    return [features(post.passages, at, known) for at in range(len(post.passages))]


def _frequent(posts: Iterable[Iterable[str]]) -> set[str]:
    counts = Counter(feature for post in posts for feature in set(post))
    return {feature for feature, count in counts.items() if count >= MIN_POSTS}


def _deals() -> Iterator[dict[str, Any]]:
    """Deals with a customer, except Japanese ones: there only the phrases mark where a name begins."""
    return (record for record in _records(LESSONS) if record["customer"] and record["lang"] != "ja")


def _records(files: Sequence[str]) -> Iterator[dict[str, Any]]:
    return (record for name in files for record in records(name))


def _example(record: dict[str, Any]) -> Example:
    return example(post_of(record), deal=record["label"] == "deal_closed")


def _score(posts: Sequence[HeldOut], trust: Trust) -> str:
    answers = [(trust.log_odds(post) > 0, post.deal) for post in posts]
    hits = sum(answer and deal for answer, deal in answers)
    alarms = sum(answer and not deal for answer, deal in answers)
    misses = sum(deal and not answer for answer, deal in answers)
    return f"on held-out posts: precision {hits / (hits + alarms):.3f}, recall {hits / (hits + misses):.3f}"


if __name__ == "__main__":
    main()
