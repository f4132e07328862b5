"""What `script/learn` runs: weigh the words of labelled posts, and write what was learned (decision 0010).

Logistic regression, in plain Python: the weights are learned from posts and chat, then two numbers, how far to trust
them beside the phrases, from posts that took no part in learning them.
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

from handlers.detection import Post
from handlers.detection.customer_model import candidates
from handlers.detection.customer_spans import Names
from handlers.detection.flatten import flatten
from handlers.detection.lexicon import lexicon
from handlers.detection.markup import decode
from handlers.detection.reading import read
from handlers.detection.verdict import chance, judge, phrases_say, says_no
from handlers.detection.win_model import features, words_of
from tests.detection.scoring import chat_lines, post_of, records

LEARNED = Path(__file__).parent.parent / "prompts" / "detection" / "model.json"
PRACTICE = ("deal_posts_dev.jsonl", "deal_posts_practice.jsonl", "crm_cards.jsonl")
"""Posts that the phrases were made with: they teach words, and say nothing of how far the phrases can be trusted."""
LESSONS = "deal_posts_lessons.jsonl"
"""Posts that the phrases were not made with."""
CHAT_LINES = 4000
SEEN_AT_LEAST = 3
"""A word is known, and has a weight, and a pair of words too, from so many posts on."""
FOLDS = 4
ROUNDS = 15
HOLD = 0.002
"""How strongly a weight is held to nothing (L2, by post)."""
SMALLEST = 0.02
NEGLIGIBLE = 1e-4
OUTVOTED = -1.0
"""What the words count at most when a phrase says that it is no deal (log-odds)."""


@dataclass(frozen=True, slots=True)
class Example:
    """A post: its words, what the phrases say of it, whether one of them says no, and whether it is a deal."""

    words: list[str]
    phrases: float
    says_no: bool
    deal: bool


@dataclass(slots=True)
class Weights:
    """A logistic regression on features that are there or not."""

    by_feature: dict[str, float]
    bias: float

    def say(self, found: Iterable[str]) -> float:
        """Log-odds of a deal."""
        return self.bias + sum(self.by_feature.get(one, 0.0) for one in found)


def example(post: Post, *, deal: bool) -> Example:
    """Read a post as the detector does."""
    words = lexicon()
    reading = read(decode(flatten(post)), words)
    cues = judge(reading, words, card=True).cues
    return Example(words_of(reading, Names(reading, words)), phrases_say(cues), says_no(cues), deal)


def learn(posts: Sequence[tuple[list[str], bool]]) -> Weights:
    """Weigh each feature by adaptive gradient descent, the posts in a new order each round."""
    order = Random(1)
    weights: dict[str, float] = {}
    steps: dict[str, float] = {}
    bias, bias_steps = 0.0, 1e-6
    shuffled = list(posts)
    for _ in range(ROUNDS):
        order.shuffle(shuffled)
        for found, deal in shuffled:
            odds = bias + sum(weights.get(one, 0.0) for one in found)
            slope = chance(odds) - deal
            bias_steps += slope * slope
            bias -= 0.1 * slope / sqrt(bias_steps)
            for one in found:
                weight = weights.get(one, 0.0)
                down = slope + HOLD * weight
                step = steps.get(one, 1e-6) + down * down
                steps[one] = step
                weights[one] = weight - 0.1 * down / sqrt(step)
    return Weights(weights, bias)


@dataclass(frozen=True, slots=True)
class NamingLesson:
    """The features of each candidate of a post, and which of them are the customer's name."""

    candidates: list[tuple[str, ...]]
    right: frozenset[int]


def naming_lesson(record: dict[str, Any], known: frozenset[str]) -> NamingLesson | None:
    """The candidates of a deal's post; None when the customer is not among them."""
    words = lexicon()
    reading = read(decode(flatten(post_of(record))), words)
    found = list(candidates(reading, judge(reading, words, card=True).name, known, words.never_names))
    wanted = record["customer"].casefold()
    right = frozenset(at for at, one in enumerate(found) if one.text.casefold() == wanted)
    return NamingLesson([one.features for one in found], right) if right else None


def learn_names(lessons: Sequence[NamingLesson]) -> dict[str, float]:
    """Weigh what tells the customer's name from the other words of its post (a log-linear choice among them)."""
    order = Random(1)
    weights: dict[str, float] = {}
    steps: dict[str, float] = {}
    shuffled = list(lessons)
    for _ in range(ROUNDS):
        order.shuffle(shuffled)
        for lesson in shuffled:
            said = [sum(weights.get(one, 0.0) for one in features) for features in lesson.candidates]
            odds = [exp(one - max(said)) for one in said]
            whole, share = sum(odds), sum(odds[at] for at in lesson.right)
            slopes: dict[str, float] = {}
            for at, told in enumerate(lesson.candidates):
                off = odds[at] / whole - (odds[at] / share if at in lesson.right else 0.0)
                if abs(off) > NEGLIGIBLE:
                    for one in told:
                        slopes[one] = slopes.get(one, 0.0) + off
            for one, slope in slopes.items():
                down = slope + HOLD * weights.get(one, 0.0)
                steps[one] = steps.get(one, 1e-6) + down * down
                weights[one] = weights.get(one, 0.0) - 0.1 * down / sqrt(steps[one])
    return weights


def trust(told: Sequence[tuple[float, float, bool]]) -> tuple[float, float, float]:
    """How far each opinion is to be trusted: an offset, the weight of the phrases, the weight of the words."""
    offset = phrases = words = 0.0
    for _ in range(3000):
        slopes = [0.0, 0.0, 0.0]
        for said, learned, deal in told:
            off = chance(offset + phrases * said + words * learned) - deal
            for at, value in enumerate((1.0, said, learned)):
                slopes[at] += off * value / len(told)
        offset, phrases, words = offset - 0.5 * slopes[0], phrases - 0.1 * slopes[1], words - 0.1 * slopes[2]
    return offset, phrases, words


def main() -> None:
    """Learn, and write what was learned."""
    practice = [example(post_of(one), deal=one["label"] == "deal_closed") for one in _told(PRACTICE)]
    lessons = [example(post_of(one), deal=one["label"] == "deal_closed") for one in _told([LESSONS])]
    chat = [example(Post(line), deal=False) for line in Random(1).sample(list(chat_lines()), CHAT_LINES)]
    everything = (*practice, *lessons, *chat)
    known = frozenset(_often(one.words for one in everything))
    telling = _often(features(one.words, known) for one in everything)

    def featured(examples: Sequence[Example]) -> list[tuple[list[str], bool]]:
        return [(sorted(features(one.words, known) & telling), one.deal) for one in examples]

    always = featured([*practice, *chat])
    told: list[tuple[float, float, bool]] = []
    for left_out in range(FOLDS):
        weights = learn([*always, *featured([one for at, one in enumerate(lessons) if at % FOLDS != left_out])])
        apart = lessons[left_out::FOLDS]
        told += [
            (one.phrases, min(weights.say(found), OUTVOTED) if one.says_no else weights.say(found), one.deal)
            for one, (found, _) in zip(apart, featured(apart), strict=True)
        ]
        print(f"learned without part {left_out + 1} of {FOLDS}", file=sys.stderr)
    offset, phrases, words = trust(told)
    print(f"offset {offset:.2f}, phrases {phrases:.2f}, words {words:.2f}; {_score(told, offset, phrases, words)}")

    weights = learn([*always, *featured(lessons)])
    ratio = words / phrases
    kept = {one: round(weight * ratio, 2) for one, weight in weights.by_feature.items()}
    told_of = {one: weight for one, weight in kept.items() if abs(weight) >= SMALLEST or one in known}
    naming = [found for one in _of_deals() if (found := naming_lesson(one, known))]
    often = _often({one for found in lesson.candidates for one in found} for lesson in naming)
    names = {one: weight for one, weight in learn_names(naming).items() if one in often}
    learned = {
        "offset": round(offset + words * weights.bias, 4),
        "scale": round(phrases, 4),
        "names": {one: round(weight, 2) for one, weight in sorted(names.items()) if abs(weight) >= SMALLEST},
        "weights": {one: told_of.get(one, 0.0) for one in sorted(known | told_of.keys())},
    }
    LEARNED.write_text(written(learned), encoding="utf-8")


def written(learned: Mapping[str, Any]) -> str:
    """The text of `model.json`: one line for all features that begin with the same word, in the order given."""
    return "{\n" + ",\n".join(f"{_json(name)}:{_section(value)}" for name, value in learned.items()) + "\n}\n"


def _section(value: float | Mapping[str, float]) -> str:
    if not isinstance(value, Mapping):
        return _json(value)
    by_word = groupby(value.items(), key=lambda told: told[0].split(" ")[0])
    # A line is an object without its braces.
    return "{\n" + ",\n".join(_json(dict(told))[1:-1] for _, told in by_word) + "\n}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _often(posts: Iterable[Iterable[str]]) -> set[str]:
    count = Counter(one for post in posts for one in set(post))
    return {one for one, times in count.items() if times >= SEEN_AT_LEAST}


def _of_deals() -> Iterator[dict[str, Any]]:
    """Deals with a customer; in Japanese the phrases alone tell where a name begins."""
    return (one for one in _told([LESSONS]) if one["customer"] and one["lang"] != "ja")


def _told(files: Sequence[str]) -> Iterator[dict[str, Any]]:
    return (one for name in files for one in records(name))


def _score(told: Sequence[tuple[float, float, bool]], offset: float, phrases: float, words: float) -> str:
    answers = [(offset + phrases * said + words * learned > 0, deal) for said, learned, deal in told]
    hits = sum(said and deal for said, deal in answers)
    alarms, misses = (
        sum(said and not deal for said, deal in answers),
        sum(deal and not said for said, deal in answers),
    )
    return f"on posts left out: precision {hits / (hits + alarms):.3f}, recall {hits / (hits + misses):.3f}"


if __name__ == "__main__":
    main()
