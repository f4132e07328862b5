"""Score the detector on labelled posts: precision and recall by group, and the share of exact facts."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handlers.detection import Detection, Post, detect

DATA = Path(__file__).parent.parent / "data"


@dataclass
class Tally:
    """Counts for a group of posts; a ratio without cases is 1.0."""

    hits: int = 0
    false_alarms: int = 0
    misses: int = 0
    right_customers: int = 0
    right_amounts: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.hits / (self.hits + self.false_alarms) if self.hits + self.false_alarms else 1.0

    @property
    def recall(self) -> float:
        return self.hits / (self.hits + self.misses) if self.hits + self.misses else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall)

    @property
    def customers(self) -> float:
        return self.right_customers / self.hits if self.hits else 1.0

    @property
    def amounts(self) -> float:
        return self.right_amounts / self.hits if self.hits else 1.0

    def add(self, record: Mapping[str, Any], answer: Detection) -> None:
        is_deal = record["label"] == "deal_closed"
        if is_deal and answer.deal_closed:
            self.hits += 1
            amount = None if answer.amount is None else float(answer.amount)
            self.right_customers += answer.customer == record["customer"]
            self.right_amounts += (amount, answer.currency) == (record["amount"], record["currency"])
        elif is_deal:
            self.misses += 1
            self.wrong.append(f"missed {record['id']} ({record['note']})")
        elif answer.deal_closed:
            self.false_alarms += 1
            self.wrong.append(f"false alarm {record['id']} ({record['note']})")


def records(name: str) -> list[dict[str, Any]]:
    """The labelled posts of one file of `tests/data`."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def chat_lines() -> Iterator[str]:
    """The real chat lines, none of which is a deal."""
    with gzip.open(DATA / "chat_noise_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def post_of(record: Mapping[str, Any]) -> Post:
    return Post(
        text=record["text"],
        blocks=record.get("blocks", ()),
        attachments=record.get("attachments", ()),
        source=record["source"],
    )


def score(labelled: Iterable[Mapping[str, Any]]) -> dict[str, Tally]:
    """Tally posts by group: `human`, `card`, and also `other languages`."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for record in labelled:
        answer = detect(post_of(record))
        tallies["human" if record["source"].startswith("human") else "card"].add(record, answer)
        if record["lang"] != "en":
            tallies["other languages"].add(record, answer)
    return tallies
