"""What a message costs: the median time of an idle one and of a candidate, for `script/bench detect`."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import NamedTuple

from handlers.detection import Post, detect, looks_idle
from tests.detection.scoring import chat_lines, post_of, records


class Cost(NamedTuple):
    """Microseconds a message, medians over the rounds, and how many messages of each kind were measured."""

    idle: float
    candidate: float
    idle_count: int
    candidate_count: int


def measure(rounds: int = 7, lines: int = 4000) -> Cost:
    """Detect real chat lines that look idle, and all others together with the labelled deals, `rounds` times each."""
    chat = [Post(line) for line, _ in zip(chat_lines(), range(lines), strict=False)]
    idle = [post for post in chat if looks_idle(post.text)]
    candidates = [post for post in chat if not looks_idle(post.text)]
    candidates += [post_of(record) for record in records("deal_posts_dev.jsonl") if record["label"] == "deal_closed"]
    return Cost(
        median(_microseconds(idle) for _ in range(rounds)),
        median(_microseconds(candidates) for _ in range(rounds)),
        len(idle),
        len(candidates),
    )


def _microseconds(posts: list[Post]) -> float:
    start = perf_counter()
    for post in posts:
        detect(post)
    return (perf_counter() - start) / len(posts) * 1e6
