"""What `script/fuzz` runs: hypothesis makes messages, the detector answers each, and their cost is told by length."""

from __future__ import annotations

import argparse
import gc
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from hypothesis import HealthCheck, Phase, given, seed, settings

from handlers.detection import Decision, Detection, Post, detect, find_amendment
from tests.detection.messages import ORDINARY, any_post, repeated

UP_TO = (1_000, 4_000, 12_000, 40_000, 1_000_000)
"""Characters of a message: the costs are told by these classes."""

HARDER = 30
"""How many times what ordinary text costs a kB a message may cost; a quadratic reader goes far beyond."""


@dataclass
class Costs:
    """Microseconds of CPU a kB, of the messages of one class. The shortest count as a kB, or nothing would be told."""

    taken: list[float] = field(default_factory=list)
    slowest: float = 0.0


def main() -> int:
    """Make the messages and answer them; 1 when one of them took too long. One without an answer ends the run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    asked = parser.parse_args()
    costs = {most: Costs() for most in UP_TO}
    decisions = dict.fromkeys(Decision, 0)

    @seed(asked.seed)
    @settings(
        max_examples=asked.messages,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(any_post)
    def answer(post: Post) -> None:
        size = characters(post)
        of_class = costs[next(most for most in UP_TO if size <= most)]
        found, spent = judged(post, size)
        find_amendment(post)
        decisions[found.decision] += 1
        if spent > of_class.slowest:  # again, or a machine that was busy for a moment would be taken for slow reading
            spent = min(spent, *(judged(post, size)[1] for _ in range(3)))
        of_class.taken.append(spent)
        of_class.slowest = max(of_class.slowest, spent)

    print(f"seed {asked.seed}")
    begun = time.perf_counter()
    answer()
    answered = ", ".join(f"{count:,} {decision}" for decision, count in decisions.items())
    print(
        f"{sum(decisions.values()):,} messages, each with an answer: {answered} ({time.perf_counter() - begun:.0f} s)"
    )
    return 0 if told(costs) else 1


def told(costs: dict[int, Costs]) -> bool:
    """Print the costs by class; True when no message was much harder than ordinary text."""
    ordinary = min(judged(Post(repeated(ORDINARY, most)), most)[1] for most in UP_TO[:3] for _ in range(5))
    print(f"ordinary text: {ordinary:,.0f} us a kB")
    for most, of_class in costs.items():
        if of_class.taken:
            times = of_class.slowest / ordinary
            print(
                f"up to {most // 1000:>4} kB: {len(of_class.taken):>6,} messages, us a kB: median "
                f"{median(of_class.taken):>5,.0f}, slowest {of_class.slowest:>6,.0f} ({times:.1f} times ordinary text)"
            )
    return all(of_class.slowest <= HARDER * ordinary for of_class in costs.values())


def judged(post: Post, size: int) -> tuple[Detection, float]:
    """What the detector answers, and the microseconds of CPU that it spends on each kB of the post."""
    gc.disable()  # hypothesis keeps much, and looking through it is none of the detector's work
    begun = time.thread_time()
    found = detect(post)
    spent = time.thread_time() - begun
    gc.enable()
    return found, spent * 1e6 / max(1.0, size / 1000)


def characters(post: Post) -> int:
    """How long the post is: all text in it, and two for each of the pieces that hold it."""
    size = 0
    left: list[object] = [post.text, post.blocks, post.attachments]
    while left:
        one = left.pop()
        size += len(one) if isinstance(one, str) else 2
        if isinstance(one, dict):
            left += [*one.keys(), *one.values()]
        elif isinstance(one, Iterable) and not isinstance(one, str):
            left += one
    return size


if __name__ == "__main__":
    raise SystemExit(main())
