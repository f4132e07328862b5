"""Run by `script/learn`: learn the weights of words from labelled posts and write `model.json` (decision 0010).

Logistic regression: the weights are learned from posts and chat, then their scale, beside that of the phrases, from
posts that were held out.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import exp, sqrt
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
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
    LOG_ODDS_AFTER_NO,
    is_denied,
    judge,
    phrase_log_odds,
    read_passages,
    weigh_phrases,
)
from handlers.detection.win_model import PassageWords, letter_runs, letter_weight, told_by, win_model
from prompts.detection import learned_weights
from tests.detection.scoring import chat_lines, post_of, records

MODEL = Path(__file__).parent.parent / "prompts" / "detection" / "model.json"
PRACTICE = ("deal_posts_dev.jsonl", "deal_posts_practice.jsonl", "crm_cards.jsonl")
"""Posts that the phrases were written for: they teach words, but cannot measure how reliable the phrases are."""
LESSONS = ("deal_posts_lessons.jsonl", "deal_posts_varied.jsonl")
"""Posts that the phrases were not written for."""
PHRASES = 0.1
"""How much the log-odds by phrases count.

They are not learned: their cues are features as well, so a fit gives the sum of their rules next to nothing, and then
the rules no longer hold for what no post has taught.
"""
NEWS_PHRASES = 0.3
"""How much they count for finding the passage that tells the news."""
CHAT_LINES = 8000
MIN_POSTS = 3
"""The number of posts that a word must occur in to be known."""
MIN_PASSAGES = 4
MIN_PASSAGES_AROUND = 8
"""The number of passages that a feature must occur in, or around, to get a weight."""
WRITERS = "abcd"
"""The ids of the latest posts begin with `more` and their writer's letter. Each held-out part has one writer's."""
INVERSE_REGULARIZATION = 1.0
INVERSE_REGULARIZATION_AROUND = 20.0
"""Scikit-learn's `C`, for L2."""
MAX_ITERATIONS = 200
PADDED = 0.35
"""The share of the short posts by people that teach once more, among talk."""
SHORT = 300
TALK = (250, 620)
"""Characters of the talk beside them."""
QUIET = -3.5
"""The log-odds by phrases of a passage that may be talk."""
PASSES = 3
"""How often the passages that tell the news are chosen anew, plus one."""
NAME_ROUNDS = 15
NAME_REGULARIZATION = 0.002
"""L2, per post."""
MIN_WEIGHT = 0.02
MIN_WEIGHTS = (0.02, 0.1, 0.1)
"""By view. Those around a passage are divided by the root of their number."""
SURENESS = (0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99)
MIN_SLOPE = 1e-4


@dataclass(frozen=True, slots=True)
class Example:
    """A post: the words, log-odds by phrases and denials by phrases of its passages, and whether it is a deal.

    `part`: the part that it is held out with; None if it is always learned from. `pads`: whether it is a short post by
    a person, which may be learned from among talk.
    """

    passages: list[PassageWords]
    phrases: list[float]
    says_no: list[bool]
    deal: bool
    language: str = "en"
    part: int | None = None
    pads: bool = False


Vector = NDArray[np.float64]
Rows = NDArray[np.intp]


class View:
    """One kind of features of all passages, as a matrix of a row per passage."""

    def __init__(self, rows: Iterable[Mapping[str, float]], at_least: int) -> None:
        """Keep the features of at least so many rows."""
        vectorizer = DictVectorizer()
        matrix = csr_matrix(vectorizer.fit_transform(rows))
        kept = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]) >= at_least)
        self.matrix = matrix[:, kept]
        self.names = [vectorizer.feature_names_[at] for at in kept]

    def rarity(self) -> Vector:
        """How much each feature tells by being rare, as in TF-IDF."""
        counts = np.bincount(self.matrix.indices, minlength=self.matrix.shape[1])
        return np.asarray((1 + np.log(self.matrix.shape[0] / (1 + counts))) / 5)


@dataclass(slots=True)
class Weights:
    """A logistic regression: a weight per column of a view."""

    by_column: Vector
    bias: float

    def log_odds(self, view: View) -> Vector:
        """Log-odds of a deal, per passage."""
        return np.asarray(view.matrix @ self.by_column + self.bias)


class Lessons:
    """All posts as matrices of their passages."""

    def __init__(self, posts: Sequence[Example], known: frozenset[str]) -> None:
        counts = np.array([len(post.passages) for post in posts])
        self.deals = np.array([post.deal for post in posts])
        self.post_of = np.repeat(np.arange(len(posts)), counts)
        self.is_deal = self.deals[self.post_of]
        self.share = np.where(self.is_deal, 1.0, 1 / np.sqrt(counts[self.post_of]))
        """How much a passage teaches; the more passages a post has, the less each."""
        self.phrases = np.concatenate([post.phrases for post in posts])
        self.says_no = np.concatenate([post.says_no for post in posts])
        self.parts = np.array([-1 if post.part is None else post.part for post in posts])
        told = [one for post in posts for one in told_by(post.passages, known)]
        self.own = View((dict.fromkeys(one.own, 1.0) for one in told), MIN_PASSAGES)
        self.around = View(
            (dict.fromkeys(one.around, 1 / sqrt(len(one.around) or 1)) for one in told), MIN_PASSAGES_AROUND
        )
        self.letters = View((_letters(one.words) for one in told), MIN_PASSAGES_AROUND)

    def best(self, log_odds: Vector) -> Rows:
        """The passage with the greatest log-odds of each post."""
        order = np.argsort(log_odds, kind="stable")
        best = np.empty(len(self.deals), dtype=np.intp)
        best[self.post_of[order]] = order  # the greatest comes last
        return best

    def learn(self, learned: NDArray[np.bool_]) -> list[Weights]:
        """Weigh the features of each view by what the posts `learned` teach.

        A deal teaches by the passage that tells the news, which the weights of the round before find. What is no deal
        teaches by all of its passages.
        """
        own = Weights(np.zeros(len(self.own.names)), 0.0)
        best = self.best(self.phrases)
        for _ in range(PASSES):
            own = self._fit(self.own, learned, best, INVERSE_REGULARIZATION)
            best = self.best(own.log_odds(self.own) + NEWS_PHRASES * self.phrases)
        wide = [
            self._fit(view, learned, best, INVERSE_REGULARIZATION_AROUND, view.rarity())
            for view in (self.around, self.letters)
        ]
        return [own, *wide]

    def _fit(
        self, view: View, learned: NDArray[np.bool_], best: Rows, inverse: float, scale: Vector | None = None
    ) -> Weights:
        taught = learned[self.post_of] & ~self.is_deal
        taught[best[self.deals & learned]] = True
        scale = np.ones(len(view.names)) if scale is None else scale
        matrix = csr_matrix(view.matrix[taught] @ diags(scale))
        model = LogisticRegression(C=inverse, max_iter=MAX_ITERATIONS)
        model.fit(matrix, self.is_deal[taught], sample_weight=self.share[taught])
        return Weights(model.coef_[0] * scale, float(model.intercept_[0]))

    @property
    def views(self) -> list[View]:
        """The kinds of features, in the order of their weights."""
        return [self.own, self.around, self.letters]


@dataclass(frozen=True, slots=True)
class Trust:
    """How the log-odds of a passage are added up: an offset, a factor per view, and PHRASES."""

    offset: float
    views: Vector

    def log_odds(self, lessons: Lessons, views: Vector) -> Vector:
        """Log-odds of a deal, per passage: `views` has a column per view."""
        total = self.offset + views @ self.views + PHRASES * lessons.phrases
        return np.where(lessons.says_no, np.minimum(total, LOG_ODDS_AFTER_NO), total)


def example(post: Post, *, deal: bool, language: str = "en", part: int | None = None) -> Example:
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
        language=language,
        part=part,
        pads=part is not None and post.source.startswith("human") and len(reading.text) <= SHORT,
    )


def padded(posts: Sequence[Example], chat: Sequence[Example]) -> Iterator[Example]:
    """Yield some of the short posts again, among passages of chat or, in other languages, of posts that are no deal."""
    rng = Random(3)
    talk: dict[str, list[tuple[PassageWords, float]]] = {}
    for post in (*posts, *chat):
        for words, phrases, says_no in zip(post.passages, post.phrases, post.says_no, strict=True):
            if not post.deal and phrases <= QUIET and not says_no:
                talk.setdefault(post.language, []).append((words, phrases))
    for post in posts:
        if not post.pads or rng.random() > PADDED:
            continue
        wanted = rng.randint(*TALK)
        beside: list[tuple[PassageWords, float]] = []
        while sum(len(word) + 1 for words, _ in beside for word in words.words) < wanted:
            beside.append(rng.choice(talk[post.language]))
        at = rng.choice((0, len(beside), rng.randint(0, len(beside))))
        before, behind = beside[:at], beside[at:]
        yield replace(
            post,
            passages=[*(words for words, _ in before), *post.passages, *(words for words, _ in behind)],
            phrases=[*(phrases for _, phrases in before), *post.phrases, *(phrases for _, phrases in behind)],
            says_no=[*(False for _ in before), *post.says_no, *(False for _ in behind)],
            pads=False,
        )


def learn_trust(lessons: Lessons, views: Vector, held_out: NDArray[np.bool_]) -> Trust:
    """Learn how much each view counts, from the passages that tell the news in posts that were held out."""
    trust = Trust(0.0, np.full(views.shape[1], 0.3))
    for _ in range(PASSES):
        best = lessons.best(trust.log_odds(lessons, views))
        news = best[held_out & ~lessons.says_no[best]]  # elsewhere the phrases alone decide
        inputs = np.column_stack([np.ones(len(news)), views[news]])
        factors = np.array([trust.offset, *trust.views])
        for _ in range(20):  # Newton's method
            odds = 1 / (1 + np.exp(-(inputs @ factors + PHRASES * lessons.phrases[news])))
            slope = inputs.T @ (odds - lessons.is_deal[news])
            factors = factors - np.linalg.solve((inputs.T * (odds * (1 - odds))) @ inputs, slope)
        trust = Trust(float(factors[0]), factors[1:])
    return trust


def _letters(words: Iterable[str]) -> dict[str, float]:
    counts = Counter(run for word in words for run in letter_runs(word))
    share = 1 / sqrt(counts.total() or 1)
    return {run: count * share for run, count in counts.items()}


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
    view = View((dict.fromkeys(features, 1.0) for features, _ in examples), MIN_POSTS)
    model = LogisticRegression(C=INVERSE_REGULARIZATION, max_iter=MAX_ITERATIONS)
    model.fit(view.matrix, [other for _, other in examples])
    return {**dict(zip(view.names, model.coef_[0].tolist(), strict=True)), BIAS: float(model.intercept_[0])}


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


def main() -> None:
    """Learn, and write `model.json`."""
    practice = [_example(record) for record in _records(PRACTICE)]
    taught = [_example(record, part=_part(at, record)) for at, record in enumerate(_records(LESSONS))]
    chat = [example(Post(line), deal=False) for line in Random(1).sample(list(chat_lines()), CHAT_LINES)]
    posts = [*practice, *taught, *chat]
    known = frozenset(_frequent([word for passage in post.passages for word in passage.words] for post in posts))
    lessons = Lessons([*posts, *padded(taught, chat)], known)
    views = np.zeros((len(lessons.post_of), len(lessons.views)))
    for part, writer in enumerate(WRITERS):
        held_out = lessons.parts == part
        rows = held_out[lessons.post_of]
        for at, (view, weights) in enumerate(zip(lessons.views, lessons.learn(~held_out), strict=True)):
            views[rows, at] = weights.log_odds(view)[rows]
        print(f"learned without writer {writer}", file=sys.stderr)
    trust = learn_trust(lessons, views, lessons.parts >= 0)
    print(f"offset {trust.offset:.2f}, views {trust.views.round(2)}")
    log_odds = trust.log_odds(lessons, views)
    original = (lessons.parts >= 0) & (np.arange(len(lessons.parts)) < len(posts))
    for line in _scores(log_odds[lessons.best(log_odds)][original], lessons.deals[original]):
        print(line)

    learned = lessons.learn(np.ones(len(lessons.deals), dtype=bool))
    offset = trust.offset + sum(factor * one.bias for factor, one in zip(trust.views, learned, strict=True))
    own, around, letters = (
        {
            name: round(weight, 2)
            for name, weight in zip(view.names, (factor * one.by_column).tolist(), strict=True)
            if abs(weight) >= least
        }
        for view, factor, one, least in zip(lessons.views, trust.views, learned, MIN_WEIGHTS, strict=True)
    )
    model: dict[str, Any] = {
        "offset": round(offset, 4),
        "phrases": PHRASES,
        "names": {},
        "others": {},
        "weights": {feature: own.get(feature, 0.0) for feature in sorted(known | own.keys())},
        "around": dict(sorted(around.items())),
        "letters": dict(sorted(letters.items())),
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
    others = {name: round(weight, 2) for name, weight in sorted(learn_others(beside).items())}
    model["others"] = {name: weight for name, weight in others.items() if weight}
    _write(model)


def _write(model: Mapping[str, Any]) -> None:
    MODEL.write_text(to_json(model), encoding="utf-8")
    learned_weights.cache_clear()
    win_model.cache_clear()
    letter_weight.cache_clear()


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


def _frequent(posts: Iterable[Iterable[str]]) -> set[str]:
    counts = Counter(feature for post in posts for feature in set(post))
    return {feature for feature, count in counts.items() if count >= MIN_POSTS}


def _deals() -> Iterator[dict[str, Any]]:
    """Deals with a customer, except Japanese ones: there only the phrases mark where a name begins."""
    return (record for record in _records(LESSONS) if record["customer"] and record["lang"] != "ja")


def _records(files: Sequence[str]) -> Iterator[dict[str, Any]]:
    return (record for name in files for record in records(name))


def _example(record: dict[str, Any], part: int | None = None) -> Example:
    return example(post_of(record), deal=record["label"] == "deal_closed", language=record["lang"], part=part)


def _part(at: int, record: dict[str, Any]) -> int:
    """The part that a post is held out with: its writer's."""
    name: str = record["id"]
    return WRITERS.index(name[len("more")]) if name.startswith("more") else at % len(WRITERS)


def _scores(log_odds: Vector, deals: NDArray[np.bool_]) -> Iterator[str]:
    """How good held-out posts are judged, and how many of the surest are wrong."""
    heard = log_odds > 0
    hits = int((heard & deals).sum())
    yield f"on held-out posts: precision {hits / heard.sum():.3f}, recall {hits / deals.sum():.3f}"
    for confidence in SURENESS:
        sure = log_odds > np.log(confidence / (1 - confidence))
        right, wrong = int((sure & deals).sum()), int((sure & ~deals).sum())
        share = wrong / (right + wrong)
        yield f"surer than {confidence:.2f}: {right / deals.sum():.2f} of the deals, {share:.3f} wrong"


if __name__ == "__main__":
    main()
