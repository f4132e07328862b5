"""The cost of the detector and its false alarms in real chat: the figures of `script/bench detect`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter
from typing import NamedTuple

from handlers.detection import ChannelContext, Post, detect, looks_idle
from tests.detection.scoring import chat_lines, post_of, records

LENGTHS = (1_000, 10_000, 40_000)
_WORD = re.compile(r"\w+")


class Cost(NamedTuple):
    """Microseconds per message, the minimum, and their ratio: medians over rounds of `count` messages."""

    ours: float
    floor: float
    ratio: float
    count: int


def measure(rounds: int = 7, lines: int = 4000) -> tuple[Cost, Cost]:
    """Measure the cost of a message without any cue, and of a candidate.

    The first are real chat lines that look idle; the candidates are all other lines and the labelled deals.
    """
    chat = [Post(line) for line, _ in zip(chat_lines(), range(lines), strict=False)]
    idle = [post for post in chat if looks_idle(post.text)]
    candidates = [post for post in chat if not looks_idle(post.text)]
    candidates += [post_of(record) for record in records("deal_posts_dev.jsonl") if record["label"] == "deal_closed"]
    return _compare(idle, rounds), _compare(candidates, rounds)


def measure_lengths(rounds: int = 7) -> dict[int, float]:
    """Measure the microseconds for a post of each of LENGTHS, medians over the rounds.

    They are the news of a deal with real chat below it, again and again, so that each part is as hard as the others.
    """
    chat = "\n".join(line for line, _ in zip(chat_lines(), range(100), strict=False))
    talk = ("Just closed Northwind Dental! $45k ARR, thanks <@U7>\n" + chat)[: LENGTHS[0]]
    posts = {length: [Post(talk * (length // LENGTHS[0]))] * 20 for length in LENGTHS}
    taken: dict[int, list[float]] = {length: [] for length in LENGTHS}
    for number in range(rounds + 1):
        for length, same in posts.items():
            spent = _microseconds(detect, same)
            if number:  # the first round warms up
                taken[length].append(spent)
    return {length: median(found) for length, found in taken.items()}


def false_alarms() -> tuple[int, int]:
    """Count the real chat lines that are detected as a deal at the lowest threshold, and all lines. None is a deal."""
    among_wins = ChannelContext(wins_channel=True)
    answers = [detect(Post(line), among_wins).deal_closed for line in chat_lines()]
    return sum(answers), len(answers)


def _compare(posts: Sequence[Post], rounds: int) -> Cost:
    ours, floor = [], []
    for number in range(rounds + 1):
        spent = _microseconds(detect, posts), _microseconds(_look_at_each_word, posts)
        if number:  # the first round warms up
            ours.append(spent[0])
            floor.append(spent[1])
    ratios = [a / b for a, b in zip(ours, floor, strict=True)]
    return Cost(median(ours), median(floor), median(ratios), len(posts))


def _look_at_each_word(post: Post) -> set[str]:
    """The minimum: any judge of words must look at each of them, in any case. It reads only the text."""
    return set(_WORD.findall(post.text.lower()))


def _microseconds(look: Callable[[Post], object], posts: Sequence[Post]) -> float:
    begun = perf_counter()
    for post in posts:
        look(post)
    return (perf_counter() - begun) / len(posts) * 1e6
