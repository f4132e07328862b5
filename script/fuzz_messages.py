"""`script/fuzz messages`: hypothesis generates messages, the detector answers each; the cost is reported by length."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from hypothesis import HealthCheck, Phase, given, seed, settings

from handlers.detection import Decision, Detection, Post, detect, find_amendment
from tests.detection.messages import ORDINARY, any_post, repeated

SIZE_CLASSES = (1_000, 4_000, 12_000, 40_000, 1_000_000)
"""The maximum characters of a message in each class."""

MAX_FACTOR = 30
"""The cost per kB allowed, in multiples of that of ordinary text; a quadratic parser goes far beyond."""


@dataclass
class Costs:
    """Microseconds of CPU per kB of the messages in a class. Shorter messages count as 1 kB, to limit the noise."""

    all: list[float] = field(default_factory=list)
    slowest: float = 0.0


def run(messages: int, first_seed: int) -> bool:
    """Detect that many messages. False when one took too long; an exception in the detector ends the run."""
    costs = {most: Costs() for most in SIZE_CLASSES}
    decisions = dict.fromkeys(Decision, 0)

    @seed(first_seed)
    @settings(
        max_examples=messages,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(any_post)
    def detect_one(post: Post) -> None:
        size = characters(post)
        size_class = costs[next(most for most in SIZE_CLASSES if size <= most)]
        answer, spent = timed_detect(post, size)
        find_amendment(post)
        decisions[answer.decision] += 1
        if spent > size_class.slowest:  # measure again, in case the machine was busy
            spent = min(spent, *(timed_detect(post, size)[1] for _ in range(3)))
        size_class.all.append(spent)
        size_class.slowest = max(size_class.slowest, spent)

    begun = time.perf_counter()
    detect_one()
    answered = ", ".join(f"{count:,} {decision}" for decision, count in decisions.items())
    print(
        f"{sum(decisions.values()):,} messages, each with an answer: {answered} ({time.perf_counter() - begun:.0f} s)"
    )
    return report(costs)


def report(costs: dict[int, Costs]) -> bool:
    """Print the costs by class. Returns whether every message stayed below `MAX_FACTOR`."""
    ordinary = min(
        timed_detect(Post(repeated(ORDINARY, limit)), limit)[1] for limit in SIZE_CLASSES[:3] for _ in range(5)
    )
    print(f"ordinary text: {ordinary:,.0f} us per kB")
    for most, size_class in costs.items():
        if size_class.all:
            factor = size_class.slowest / ordinary
            print(
                f"up to {most // 1000:>4} kB: {len(size_class.all):>6,} messages, us per kB: median "
                f"{median(size_class.all):>5,.0f}, slowest {size_class.slowest:>6,.0f} ({factor:.1f} x ordinary)"
            )
    return all(size_class.slowest <= MAX_FACTOR * ordinary for size_class in costs.values())


def timed_detect(post: Post, size: int) -> tuple[Detection, float]:
    """Return the answer of the detector, and the microseconds of CPU per kB of the post."""
    gc.disable()  # hypothesis keeps many objects, and collecting them is not the detector's work
    begun = time.thread_time()
    answer = detect(post)
    spent = time.thread_time() - begun
    gc.enable()
    return answer, spent * 1e6 / max(1.0, size / 1000)


def characters(post: Post) -> int:
    """The size of the post: the characters of its texts, and two for each value."""
    size = 0
    left: list[object] = [post.text, post.blocks, post.attachments]
    while left:
        value = left.pop()
        size += len(value) if isinstance(value, str) else 2
        if isinstance(value, dict):
            left += [*value.keys(), *value.values()]
        elif isinstance(value, Iterable) and not isinstance(value, str):
            left += value
    return size
